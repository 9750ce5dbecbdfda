"""What is wrong with keys, whatever tables and batches they come from."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from attrs import Factory, frozen

from dxgov.schema import Model
from dxgov.tables.arrow import text_array
from dxgov.validation.key_store import Part
from dxgov.validation.key_summary import Relation
from dxgov.validation.references import ids, lacking, misfitting, mismatched, unknown
from dxgov.validation.uniqueness import copies, in_order, shared, suspects


@frozen(eq=False)
class Found:
    """What is wrong with some keys, and with which rows."""

    rows: Mapping[Relation, pa.Table] = Factory(dict)
    """Of each relation what does not hold, as the functions of `keys` and `references` give it."""
    shared: Mapping[tuple[str, str], pa.Table] = Factory(dict)
    """Of each table and an earlier one the ids that both have."""
    known: frozenset[str] = frozenset()
    """Which of the ids that were asked for are those of records."""


def judged(model: Model, part: Part, ascending: Iterable[str], asked: Sequence[str] = ()) -> Found:
    """What is wrong with some keys, and which of the ids `asked` are among them."""
    rows = dict(
        [
            *copies(part, frozenset(ascending)),
            *suspects(part),
            *unknown(model, part),
            *misfitting(model, part),
            *mismatched(model, part),
            *lacking(model, part),
        ]
    )
    return Found(rows, dict(shared(model, part)), contained(model, part, None, asked))


def contained(model: Model, part: Part, target: str | None, asked: Sequence[str]) -> frozenset[str]:
    """Which ids are those of records of a table, or of any."""
    if not asked:
        return frozenset()
    texts = text_array(asked)
    return frozenset(texts.filter(pc.is_in(texts, value_set=ids(model, part, target))).to_pylist())


def together(found: Iterable[Found]) -> Found:
    """What is wrong with all keys."""
    rows: dict[Any, list[pa.Table]] = {}
    known: frozenset[str] = frozenset()
    for each in found:
        for key, table in [*each.rows.items(), *each.shared.items()]:
            rows.setdefault(key, []).append(table)
        known |= each.known
    joined = {key: in_order(pa.concat_tables(tables)) for key, tables in rows.items()}
    return Found(
        {key: table for key, table in joined.items() if isinstance(key, Relation)},
        {key: table for key, table in joined.items() if not isinstance(key, Relation)},
        known,
    )
