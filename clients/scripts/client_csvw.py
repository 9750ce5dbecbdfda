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
    said = [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
    faults = [each for each in said if not each.startswith("Invalid property")]
    return faults, {each["name"]: tables[each["path"]] for each in opened.json["resources"]}


tell("csvw", read)
