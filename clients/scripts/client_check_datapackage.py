"""check-datapackage: the descriptor against version 2 of the standard."""

import check_datapackage
from told import read_descriptor, tell


def read(package, way):
    return check_datapackage.check(read_descriptor(package)), None


tell("check-datapackage", read)
