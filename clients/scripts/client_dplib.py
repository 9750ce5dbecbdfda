"""dplib-py: the descriptor as typed models."""

from dplib.models import Package
from told import tell


def read(package, way):
    opened = Package.from_path(str(package / "datapackage.json"))
    assert opened.resources
    return [], None


tell("dplib-py", read)
