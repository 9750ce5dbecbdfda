"""fastparquet."""

import fastparquet
import pandas as pd
from told import save


def rewrite(path, edits, way):
    frame = fastparquet.ParquetFile(path).to_pandas()
    if edits:
        for id, column, value in edits["change"]:
            frame.loc[frame["id"] == id, column] = value
        frame = frame[~frame[edits["sort"]].isin(edits["drop"])]
        if edits["add"]:
            frame = pd.concat([frame, pd.DataFrame(edits["add"])], ignore_index=True)
        frame = frame.assign(**dict.fromkeys(edits["empty"])).sort_values(edits["sort"], ascending=False)
    fastparquet.write(path, frame, write_index=False)


save("fastparquet", rewrite)
