"""pandas: CSV as text or with its defaults, Parquet in the types of each of its backends, and sheets of a workbook."""

from functools import cache

import pandas as pd
from told import save, spell_edits

CSV = {"text": {"dtype": "string", "keep_default_na": False, "na_values": [""]}, "defaults": {}, "index": {"dtype": "string"}}
BACKENDS = {"arrow": {"dtype_backend": "pyarrow"}, "nullable": {"dtype_backend": "numpy_nullable"}}


def apply_edits(frame, edits):
    for id, column, value in edits["change"]:
        frame.loc[frame["id"] == id, column] = value
    frame = frame[~frame[edits["sort"]].isin(edits["drop"])]
    if edits["add"]:
        frame = pd.concat([frame, pd.DataFrame(edits["add"])])
    return frame.assign(**dict.fromkeys(edits["empty"])).sort_values(edits["sort"], ascending=False)


@cache
def workbook(book):
    return pd.read_excel(book, sheet_name=None, header=1, dtype="string", keep_default_na=False, na_values=[""])


def rewrite(path, edits, way):
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path, **BACKENDS.get(way, {}))
        if way == "times":
            frame = frame.assign(**{name: pd.to_datetime(frame[name]) for name in frame if name.endswith(("_start", "_end"))})
        frame = apply_edits(frame, edits) if edits else frame
        frame.to_parquet(path, index=way == "index" and None)
        return
    if way == "workbook":
        (book,) = (path.parents[2] / "xlsx").glob("*.xlsx")
        frame = workbook(book)[path.stem]
    else:
        frame = pd.read_csv(path, **CSV[way])
    if edits:
        frame = apply_edits(frame, spell_edits(edits, typed=way == "defaults"))
    frame.to_csv(path, index=way == "index")


save("pandas", rewrite)
