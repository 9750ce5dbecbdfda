"""pandas-datapackage-reader: one call gives all tables."""

from pandas_datapackage_reader import read_datapackage
from told import frame, tell


def read(package, way):
    return [], {name: frame(data.reset_index() if any(data.index.names) else data) for name, data in read_datapackage(str(package)).items()}


tell("pandas-datapackage-reader", read)
