"""tableschema: every file with its own schema; references are checked against the tables that are read beside."""

from tableschema import Table
from told import list_resources, records, tell


def read(package, way):
    resources = {resource["name"]: resource for resource in list_resources(package)}

    def opened(name):
        return Table(str(package / resources[name]["path"]), schema=resources[name]["schema"], encoding="utf-8")

    tables, faults = {}, []
    for name, resource in resources.items():
        targets = {key["reference"]["resource"] or name for key in resource["schema"].get("foreignKeys", [])}
        relations = {target: [dict(row) for row in opened(target).read(keyed=True)] for target in targets}
        relations.update({"": relations[name]} if name in relations else {})
        table = opened(name)
        faults += table.schema.errors if table.schema else []
        table.read(keyed=True, relations=relations or None)  # gives rows in place of the ids that refer to them
        tables[name] = records(opened(name).read(keyed=True))
    return faults, tables


tell("tableschema", read)
