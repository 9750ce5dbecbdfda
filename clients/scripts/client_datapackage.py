"""datapackage (Python, version 1 of the standard): descriptor, sizes and hashes, relations, then every row."""

from datapackage import Package
from told import records, tell


def read(package, way):
    opened = Package(str(package if package.suffix == ".zip" else package / "datapackage.json"))
    faults = list(opened.errors)
    tables = {}
    for resource in opened.resources:
        faults += resource.errors
        try:
            resource.check_integrity()
            resource.check_relations()
            tables[resource.name] = records(resource.read(keyed=True))
        except Exception as error:
            faults += getattr(error, "errors", None) or [error]
    return faults, tables


tell("datapackage", read)
