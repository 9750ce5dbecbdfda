"""goodtables: the report on a package, with foreign keys, which it does not check by itself."""

from goodtables import validate
from told import tell


def read(package, way):
    path = package if package.suffix == ".zip" else package / "datapackage.json"
    checks = ["structure", "schema", "foreign-key"]
    report = validate(str(path), preset="datapackage", infer_schema=False, row_limit=-1, table_limit=-1, checks=checks)
    faults = [error["message"] for table in report["tables"] for error in table["errors"]]
    return faults + report.get("warnings", []), None


tell("goodtables", read)
