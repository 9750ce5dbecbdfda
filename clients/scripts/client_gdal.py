"""GDAL's CSV driver: to GeoJSON, with AUTODETECT_TYPE or as text."""

import json

from told import files, records, run, tell

OPTIONS = {"text": [], "defaults": ["-oo", "AUTODETECT_TYPE=YES"]}


def read(package, way):
    tables, faults = {}, []
    for name, path in files(package).items():
        out, errors = run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path, *OPTIONS[way], "-oo", "EMPTY_STRING_AS_NULL=YES")
        faults += errors.splitlines()
        tables[name] = records(each["properties"] for each in json.loads(out)["features"])
    return faults, tables


tell("gdal", read, version=run("ogr2ogr", "--version")[0].split()[1].rstrip(","))
