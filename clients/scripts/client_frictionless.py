"""frictionless 5 and 4: validate the package, then read its rows.

Version 4 cannot read the rows of a table that refers to itself unless its foreign keys are taken away, which happens here after the check.
"""

import os

import frictionless
from told import records, tell


def read(package, way):
    path = package if package.suffix == ".zip" else package / "datapackage.json"
    os.chdir(path.parent)
    report = frictionless.validate(path.name)
    if not report.valid:
        return report.flatten(["code" if way == "4" else "type", "message"]) or ["not valid"], {}
    tables = {}
    for resource in frictionless.Package(path.name).resources:
        if way == "4":
            resource.schema.pop("foreignKeys", None)
        tables[resource.name] = records(row.to_dict() for row in resource.read_rows())
    return [], tables


tell("frictionless", read)
