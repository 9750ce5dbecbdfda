"""pandas: everything as text, as advised; with its defaults; Parquet."""

import pandas as pd
from told import files, frame, tell

TEXT = {"dtype": "string", "keep_default_na": False, "na_values": [""]}


def read(package, way):
    options = {"text": TEXT, "defaults": {}, "dtype": {"dtype": "string"}}[way]
    return [], {
        name: frame(pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, **options))
        for name, path in files(package).items()
    }


tell("pandas", read)
