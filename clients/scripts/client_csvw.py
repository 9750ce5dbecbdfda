"""csvw: it turns the descriptor into one of CSV on the Web, and reads by that.

It takes only resources that say `"scheme": "file"`, a property that the standard does not have, so it is added here. Warnings of
properties that its own translation brings are left out.
"""

import warnings

from csvw import TableGroup
from csvw.frictionless import DataPackage
from told import records, tell


def read(package, way):
    opened = DataPackage(package / "datapackage.json")
    for resource in opened.json["resources"]:
        resource["scheme"] = "file"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        group = TableGroup.from_frictionless_datapackage(opened)
        group.check_referential_integrity()
        for table in group.tables:
            table.check_primary_key()
        tables = {str(table.url): records(table) for table in group.tables}
    messages = [str(item.message) for item in caught if issubclass(item.category, UserWarning)]
    faults = [item for item in messages if not item.startswith("Invalid property")]
    return faults, {item["name"]: tables[item["path"]] for item in opened.json["resources"]}


tell("csvw", read)
