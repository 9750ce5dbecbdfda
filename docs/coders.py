"""Agreement of two codings of the same units: the figures and tables of ``docs/agreement.md``.

Both codings stand side by side in ``docs/agreement``; this module does not judge who was right.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

import dxgov

FOLDER = Path(__file__).parent / "agreement"
FORUM = "mtg-2022-02-01-tokyo-cio-forum"

Row = Mapping[str, str]


def observed(first: Sequence[object], second: Sequence[object]) -> float:
    """Return the share of units that both coded alike.

    >>> observed("aabb", "aabc")
    0.75
    """
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def kappa(first: Sequence[object], second: Sequence[object]) -> float | None:
    """Return Cohen's κ: agreement beyond chance, which follows from the frequencies of codes of the two coders.

    It is 1 if all units agree, 0 at the level of chance, and negative below it. Return None if both coders used one and the same
    code for every unit: chance alone gives full agreement, and κ is not defined.

    >>> kappa("yyyn", "yynn")
    0.5
    >>> kappa("yyyy", "yyyy") is None
    True
    """
    counts, others = Counter(first), Counter(second)
    chance = sum(counts[code] * others[code] for code in counts)  # in integers, so that the test for full agreement by chance is exact
    alike = sum(a == b for a, b in zip(first, second, strict=True)) * len(first)
    return (alike - chance) / (len(first) ** 2 - chance) if chance < len(first) ** 2 else None


def jaccard(first: Sequence[AbstractSet[str]], second: Sequence[AbstractSet[str]]) -> float:
    """Return the mean Jaccard index of the sets of all units; that of two empty sets is 1.

    >>> jaccard([{"a", "b"}, set()], [{"a"}, set()])
    0.75
    """
    shares = [len(a & b) / len(a | b) if a | b else 1.0 for a, b in zip(first, second, strict=True)]
    return sum(shares) / len(shares)


class Field(NamedTuple):
    """One decision of the coders: its name, its column, and the function that reads a cell."""

    name: str
    column: str
    read: Callable[[str], str] = str


def _take_chief(cell: str) -> str:
    return cell.partition(";")[0]


def _is_linked(predicate: str) -> str:
    return "linked" if predicate else "not linked"


ASK_FIELDS = (
    Field("who must act", "expected_of"),
    Field("who passes it on", "relayed_by"),
    Field("chief kind", "kinds", _take_chief),
    Field("strength", "strength"),
    Field("interim", "interim"),
    Field("condition", "condition"),
    Field("chief theme", "themes", _take_chief),
)
POINT_FIELDS = (
    Field("speaker", "speaker"),
    Field("agenda item", "agenda_item"),
    Field("kind", "kind"),
    Field("addressees", "addressed_to"),
    Field("commitment", "commitment"),
    Field("due date", "due"),
    Field("chief theme", "themes", _take_chief),
)
PAIR_FIELDS = (Field("whether they are linked", "predicate", _is_linked),)
LINK_FIELDS = (Field("predicate", "predicate"), Field("confidence", "confidence"))


def rows(name: str) -> list[Row]:
    """Return the units of a table, with both codings."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paired(units: Sequence[Row]) -> list[Row]:
    """Return the asks that both coders identified."""
    return [row for row in units if row["letter_first"] and row["letter_second"]]


def read_decisions(units: Sequence[Row], field: Field) -> tuple[list[str], list[str]]:
    """Return the decisions of the first coder and those of the second, unit by unit."""
    return [field.read(row[f"{field.column}_first"]) for row in units], [field.read(row[f"{field.column}_second"]) for row in units]


def codes(cell: str) -> frozenset[str]:
    """Return the codes of a cell without their order."""
    return frozenset(filter(None, cell.split(";")))


def cuts() -> Iterator[str]:
    """Yield the table of how the coders divided the letter into asks."""
    units = rows("asks")
    items = dict.fromkeys(row["item"] for row in units)
    alike = [item for item in items if all(row["letter_first"] == row["letter_second"] for row in units if row["item"] == item)]
    first, second = (sum(bool(row[f"letter_{coder}"]) for row in units) for coder in ("first", "second"))
    yield "| | |"
    yield "|---|--:|"
    yield f"| items without items of their own | {len(items)} |"
    yield f"| of these cut into as many asks by both | {len(alike)} |"
    yield f"| asks of the first coder | {first} |"
    yield f"| asks of the second coder | {second} |"
    yield f"| asks compared | {len(paired(units))} |"


def asks() -> Iterator[str]:
    """Yield the tables of agreement on the asks."""
    units = paired(rows("asks"))
    yield from _list_fields(units, ASK_FIELDS)
    yield ""
    yield from _list_sets(units, ("kinds", "themes"))


def points() -> Iterator[str]:
    """Yield the tables of agreement on the points of the minutes."""
    units = rows("points")
    yield from _list_fields(units, POINT_FIELDS)
    yield ""
    yield from _list_sets(units, ("themes",))


def _list_fields(units: Sequence[Row], fields: Sequence[Field]) -> Iterator[str]:
    yield "| field | n | alike | observed | Cohen's κ | commonest code | its share |"
    yield "|---|--:|--:|--:|--:|---|--:|"
    for field in fields:
        first, second = read_decisions(units, field)
        (code, times), *_ = Counter(first + second).most_common(1)
        alike = sum(a == b for a, b in zip(first, second, strict=True))
        yield (
            f"| {field.name} | {len(units)} | {alike} | {observed(first, second):.2f} | {_format_kappa(kappa(first, second))} "
            f"| {f'`{code}`' if code else 'empty'} | {times / len(first + second):.0%} |"
        )


def _format_kappa(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"


def _list_sets(units: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    yield "| set | n | the same set | mean Jaccard |"
    yield "|---|--:|--:|--:|"
    for column in columns:
        first, second = ([codes(row[f"{column}_{coder}"]) for row in units] for coder in ("first", "second"))
        alike = sum(a == b for a, b in zip(first, second, strict=True))
        yield f"| all {column} | {len(units)} | {alike} | {jaccard(first, second):.2f} |"


def links(units: Sequence[Row]) -> tuple[list[bool], list[bool]]:
    """Return for each pair of a point and one of an earlier turn whether it is a reply, by the first coder and by the second."""
    turns = {row["point"]: int(row["point"].partition(".")[0]) for row in units}
    pairs = [(row, point) for row in units for point in turns if turns[point] < turns[row["point"]]]
    first, second = ([point in codes(row[f"replies_to_{coder}"]) for row, point in pairs] for coder in ("first", "second"))
    return first, second


def replies() -> Iterator[str]:
    """Yield the table of agreement on replies."""
    first, second = links(rows("points"))
    shared = sum(a and b for a, b in zip(first, second, strict=True))
    yield "| reply links | |"
    yield "|---|--:|"
    yield f"| pairs of a point and one of an earlier turn | {len(first)} |"
    yield f"| links of the first coder | {sum(first)} |"
    yield f"| links of the second coder | {sum(second)} |"
    yield f"| links of both | {shared} |"
    yield f"| of the first coder's links, found by the second (recall) | {shared / sum(first):.2f} |"
    yield f"| of the second coder's links, in the first coding (precision) | {shared / sum(second):.2f} |"
    yield f"| Cohen's κ over all pairs | {_format_kappa(kappa(first, second))} |"


def pairs() -> Iterator[str]:
    """Yield the tables of agreement on links between documents."""
    units = rows("links")
    yield from _list_fields(units, PAIR_FIELDS)
    yield ""
    yield "Of the pairs that both linked:"
    yield ""
    yield from _list_fields([row for row in units if _is_linked_by_both(row)], LINK_FIELDS)


def _is_linked_by_both(row: Row) -> bool:
    return bool(row["predicate_first"] and row["predicate_second"])


class Difference(NamedTuple):
    """A field on which the coders differ, and its present value in the data."""

    unit: str
    field: str
    first: str
    second: str
    now: str


def differences() -> Iterator[str]:
    """Yield the table of all fields on which the coders differ."""
    rows = list(_find_differences())
    first, second = sum(same(row.now, row.first) for row in rows), sum(same(row.now, row.second) for row in rows)
    yield f"{len(rows)} fields differ. The data now follow the first coder in {first} of them and the second in {second}."
    yield ""
    yield "| unit | field | first | second | now |"
    yield "|---|---|---|---|---|"
    for row in rows:
        cells = (cell.replace(";", ", ") or "empty" for cell in row[2:])
        yield f"| {row.unit} | {row.field.replace('_', ' ')} | {' | '.join(cells)} |"


def same(first: str, second: str) -> bool:
    """Return whether two lists have the same chief code and the same others, in any order.

    >>> same("a;b;c", "a;c;b"), same("a;b", "b;a")
    (True, False)
    """
    return _take_chief(first) == _take_chief(second) and codes(first) == codes(second)


def _find_differences() -> Iterator[Difference]:
    data = dxgov.load()
    for row in rows("asks"):
        ask = data.asks[row["ask_id"]]
        unit = f"{row['item']} {ask.letter}"
        if row["letter_first"] and row["letter_second"]:
            yield from _compare_row(unit, row, _convert_ask(ask))
        else:
            yield Difference(unit, "letter", row["letter_first"], row["letter_second"], ask.letter)
    for row in rows("points"):
        yield from _compare_row(f"point {row['point']}", row, _convert_statement(data.statements[row["statement_id"]]))
    for row in rows("links"):
        link = next((link for link in data.links if (link.subject_id, link.object_id) == (row["subject_id"], row["object_id"])), None)
        now = {"predicate": str(link.predicate) if link else ""}
        if _is_linked_by_both(row):
            now["confidence"] = str(link.confidence) if link else ""
        yield from _compare_row(f"pair {row['pair']}", row, now)


def _compare_row(unit: str, row: Row, now: Row) -> Iterator[Difference]:
    for column, value in now.items():
        first, second = row[f"{column}_first"], row[f"{column}_second"]
        if not same(first, second):
            yield Difference(unit, column, first, second, value)


def _convert_ask(ask: dxgov.Ask) -> Row:
    """Return the values of an ask as the table spells them: who must act is `unspecified` where nobody is named, as the coders had it."""
    return {
        "lines": _format_lines(ask.citation),
        "expected_of": "unspecified" if ask.expected_of_basis is dxgov.ExpectationBasis.ADDRESSEE else ask.expected_of_id,
        "relayed_by": ask.relayed_by_id or "",
        "kinds": ";".join(ask.kinds),
        "strength": str(ask.strength),
        "interim": "yes" if ask.interim else "no",
        "condition": "yes" if ask.condition else "no",
        "themes": ";".join(ask.theme_ids),
    }


def _convert_statement(statement: dxgov.Statement) -> Row:
    """Return the values of a statement as the table spells them."""
    return {
        "agenda_item": (statement.agenda_item_id or "").rpartition(".")[2],
        "speaker": statement.speaker_id,
        "kind": str(statement.kind),
        "replies_to": ";".join(map(_format_point, statement.replies_to_ids)),
        "addressed_to": ";".join(statement.addressed_to_ids),
        "commitment": str(statement.commitment),
        "due": (statement.due.edtf or "") if statement.due else "",
        "themes": ";".join(statement.theme_ids),
    }


def _format_point(id: str) -> str:
    """Return turn and number of a point, such as 4.2 for an id that ends in t04.p2."""
    turn, point = id.removeprefix(f"{FORUM}.t").split(".p")
    return f"{int(turn)}.{point}"


def _format_lines(citation: dxgov.Citation) -> str:
    first, last = citation.first_line, citation.last_line
    return f"{first}" if first == last else f"{first}-{last}"
