"""dataflows: load all resources of a package; it ends well after it lost tables, so they are counted."""

from dataflows import Flow, load
from told import descriptor, records, tell


def read(package, way):
    rows, result, _ = Flow(load(str(package / "datapackage.json"), resources=None)).results()
    tables = {each["name"]: records(found) for each, found in zip(result.descriptor["resources"], rows)}
    lost = [each["name"] for each in descriptor(package)["resources"] if each["name"] not in tables]
    return [f"lost {name}" for name in lost], tables


tell("dataflows", read)
