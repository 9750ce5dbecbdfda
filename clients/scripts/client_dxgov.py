"""dxgov itself: what it validates and loads."""

from told import tell

import dxgov


def read(package, way):
    return list(dxgov.validate(package)), None


tell("dxgov", read)
