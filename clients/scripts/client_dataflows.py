"""dataflows: load all resources of a package; it ends well after it lost tables, so they are counted."""

from dataflows import Flow, load
from told import read_descriptor, records, tell


def read(package, way):
    rows, result, _ = Flow(load(str(package / "datapackage.json"), resources=None)).results()
    tables = {resource["name"]: records(resource_rows) for resource, resource_rows in zip(result.descriptor["resources"], rows)}
    lost = [resource["name"] for resource in read_descriptor(package)["resources"] if resource["name"] not in tables]
    return [f"lost {name}" for name in lost], tables


tell("dataflows", read)
