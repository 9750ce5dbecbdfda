"""Access to lazy tables in random order, which must not change their content."""

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from dxgov import Records


def touch(draw: st.DataObject, whole: Records[Any], lazy: Records[Any]) -> None:
    """Query an unread table in any order, and compare each answer with that of the table in memory."""
    for _ in range(3):
        row = draw.draw(st.integers(0, len(whole) - 1))
        stop = draw.draw(st.integers(row, len(whole)))
        match draw.draw(st.integers(0, 6)):
            case 0:
                assert lazy[row] == whole[row]
            case 1:
                assert lazy[whole[row].id] == whole[row]
            case 2:
                assert list(lazy[row:stop]) == list(whole[row:stop])
            case 3:
                assert list(lazy.where(id=whole[row].id)) == [whole[row]]
            case 4:
                assert lazy.column("citation_source_id").to_pylist() == whole.column("citation_source_id").to_pylist()
            case 5:
                assert pa.concat_tables(lazy.batches(7)).equals(pa.concat_tables(whole.batches(7)).combine_chunks()) or len(whole) == 0
            case _:
                source = whole[row].citation.source_id
                assert lazy.where(citation_source_id=source) == whole.where(citation_source_id=source)
    assert "no-such" not in lazy
