"""How far two codings of the same units agree: the figures and tables of ``docs/agreement.md``.

Both codings stand side by side in ``docs/agreement``; nothing here looks at who was right.
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
    """The share of units that both coded alike.

    >>> observed("aabb", "aabc")
    0.75
    """
    return sum(one == other for one, other in zip(first, second, strict=True)) / len(first)


def kappa(first: Sequence[object], second: Sequence[object]) -> float | None:
    """Cohen's κ: agreement beyond what the two coders' own frequencies of codes would give by chance.

    It is 1 where all is alike, 0 at chance, and below 0 under it. Where both used one and the same code for every unit, chance
    alone gives full agreement, and κ is not defined.

    >>> kappa("yyyn", "yynn")
    0.5
    >>> kappa("yyyy", "yyyy") is None
    True
    """
    counts, others = Counter(first), Counter(second)
    chance = sum(counts[code] * others[code] for code in counts)  # in whole numbers, so that full agreement by chance is seen exactly
    alike = sum(one == other for one, other in zip(first, second, strict=True)) * len(first)
    return (alike - chance) / (len(first) ** 2 - chance) if chance < len(first) ** 2 else None


def jaccard(first: Sequence[AbstractSet[str]], second: Sequence[AbstractSet[str]]) -> float:
    """The mean over all units of what two sets share, as part of what either holds; two empty sets share all.

    >>> jaccard([{"a", "b"}, set()], [{"a"}, set()])
    0.75
    """
    shares = [len(one & other) / len(one | other) if one | other else 1.0 for one, other in zip(first, second, strict=True)]
    return sum(shares) / len(shares)


class Field(NamedTuple):
    """One decision of the coders: its name, and how it is read from the column."""

    name: str
    column: str
    read: Callable[[str], str] = str


def _chief(cell: str) -> str:
    return cell.partition(";")[0]


ASK_FIELDS = (
    Field("who must act", "expected_of"),
    Field("who passes it on", "relayed_by"),
    Field("chief kind", "kinds", _chief),
    Field("strength", "strength"),
    Field("interim", "interim"),
    Field("condition", "condition"),
    Field("chief theme", "themes", _chief),
)
POINT_FIELDS = (
    Field("speaker", "speaker"),
    Field("agenda item", "agenda_item"),
    Field("kind", "kind"),
    Field("addressees", "addressed_to"),
    Field("commitment", "commitment"),
    Field("due date", "due"),
    Field("chief theme", "themes", _chief),
)


def rows(name: str) -> list[Row]:
    """The units of a table, with both codings."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def paired(units: Sequence[Row]) -> list[Row]:
    """The asks that both coders cut."""
    return [row for row in units if row["letter_first"] and row["letter_second"]]


def both(units: Sequence[Row], field: Field) -> tuple[list[str], list[str]]:
    """What the first and what the second coder decided on each unit."""
    return [field.read(row[f"{field.column}_first"]) for row in units], [field.read(row[f"{field.column}_second"]) for row in units]


def codes(cell: str) -> frozenset[str]:
    """A list of codes without its order."""
    return frozenset(filter(None, cell.split(";")))


def cuts() -> Iterator[str]:
    """How the letter was cut into asks."""
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
    """Agreement on the asks."""
    units = paired(rows("asks"))
    yield from _table(units, ASK_FIELDS)
    yield ""
    yield from _sets(units, ("kinds", "themes"))


def points() -> Iterator[str]:
    """Agreement on the points of the minutes."""
    units = rows("points")
    yield from _table(units, POINT_FIELDS)
    yield ""
    yield from _sets(units, ("themes",))


def _table(units: Sequence[Row], fields: Sequence[Field]) -> Iterator[str]:
    yield "| field | n | alike | observed | Cohen's κ | commonest code | its share |"
    yield "|---|--:|--:|--:|--:|---|--:|"
    for field in fields:
        first, second = both(units, field)
        (code, times), *_ = Counter(first + second).most_common(1)
        alike = sum(one == other for one, other in zip(first, second, strict=True))
        yield (
            f"| {field.name} | {len(units)} | {alike} | {observed(first, second):.2f} | {_told(kappa(first, second))} "
            f"| {f'`{code}`' if code else 'empty'} | {times / len(first + second):.0%} |"
        )


def _told(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"


def _sets(units: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    yield "| set | n | the same set | mean Jaccard |"
    yield "|---|--:|--:|--:|"
    for column in columns:
        first, second = ([codes(row[f"{column}_{coder}"]) for row in units] for coder in ("first", "second"))
        alike = sum(one == other for one, other in zip(first, second, strict=True))
        yield f"| all {column} | {len(units)} | {alike} | {jaccard(first, second):.2f} |"


def links(units: Sequence[Row]) -> tuple[list[bool], list[bool]]:
    """Whether a point replies to another, for each pair of a point and a point of an earlier turn, by the first and the second coder."""
    turns = {row["point"]: int(row["point"].partition(".")[0]) for row in units}
    pairs = [(row, point) for row in units for point in turns if turns[point] < turns[row["point"]]]
    first, second = ([point in codes(row[f"replies_to_{coder}"]) for row, point in pairs] for coder in ("first", "second"))
    return first, second


def replies() -> Iterator[str]:
    """Agreement on what replies to what."""
    first, second = links(rows("points"))
    shared = sum(one and other for one, other in zip(first, second, strict=True))
    yield "| reply links | |"
    yield "|---|--:|"
    yield f"| pairs of a point and one of an earlier turn | {len(first)} |"
    yield f"| links of the first coder | {sum(first)} |"
    yield f"| links of the second coder | {sum(second)} |"
    yield f"| links of both | {shared} |"
    yield f"| of the first coder's links, found by the second (recall) | {shared / sum(first):.2f} |"
    yield f"| of the second coder's links, in the first coding (precision) | {shared / sum(second):.2f} |"
    yield f"| Cohen's κ over all pairs | {_told(kappa(first, second))} |"


class Difference(NamedTuple):
    """A field that the coders filled otherwise, and what the data say now."""

    unit: str
    field: str
    first: str
    second: str
    now: str


def differences() -> Iterator[str]:
    """Every unit and field that the coders saw otherwise."""
    found = list(_differences())
    first, second = sum(same(each.now, each.first) for each in found), sum(same(each.now, each.second) for each in found)
    yield f"{len(found)} fields differ. The data now follow the first coder in {first} of them and the second in {second}."
    yield ""
    yield "| unit | field | first | second | now |"
    yield "|---|---|---|---|---|"
    for each in found:
        cells = (cell.replace(";", ", ") or "empty" for cell in each[2:])
        yield f"| {each.unit} | {each.field.replace('_', ' ')} | {' | '.join(cells)} |"


def same(cell: str, other: str) -> bool:
    """Whether two lists have the same chief code and the same others; the order of the others means nothing.

    >>> same("a;b;c", "a;c;b"), same("a;b", "b;a")
    (True, False)
    """
    return _chief(cell) == _chief(other) and codes(cell) == codes(other)


def _differences() -> Iterator[Difference]:
    data = dxgov.load()
    for row in rows("asks"):
        ask = data.asks[row["ask_id"]]
        unit = f"{row['item']} {ask.letter}"
        if row["letter_first"] and row["letter_second"]:
            yield from _differing(unit, row, _of_ask(ask))
        else:
            yield Difference(unit, "letter", row["letter_first"], row["letter_second"], ask.letter)
    for row in rows("points"):
        yield from _differing(f"point {row['point']}", row, _of_statement(data.statements[row["statement_id"]]))


def _differing(unit: str, row: Row, now: Row) -> Iterator[Difference]:
    for column, told in now.items():
        first, second = row[f"{column}_first"], row[f"{column}_second"]
        if not same(first, second):
            yield Difference(unit, column, first, second, told)


def _of_ask(ask: dxgov.Ask) -> Row:
    """A record in the words of the table."""
    return {
        "lines": _lines(ask.citation),
        "expected_of": ask.expected_of_id,
        "relayed_by": ask.relayed_by_id or "",
        "kinds": ";".join(ask.kinds),
        "strength": str(ask.strength),
        "interim": "yes" if ask.interim else "no",
        "condition": "yes" if ask.condition else "no",
        "themes": ";".join(ask.theme_ids),
    }


def _of_statement(statement: dxgov.Statement) -> Row:
    """A record in the words of the table."""
    return {
        "agenda_item": (statement.agenda_item_id or "").rpartition(".")[2],
        "speaker": statement.speaker_id,
        "kind": str(statement.kind),
        "replies_to": ";".join(map(_point, statement.replies_to_ids)),
        "addressed_to": ";".join(statement.addressed_to_ids),
        "commitment": str(statement.commitment),
        "due": (statement.due.edtf or "") if statement.due else "",
        "themes": ";".join(statement.theme_ids),
    }


def _point(id: str) -> str:
    """A point's turn and number, as 4.2 for an id that ends in t04.p2."""
    turn, point = id.removeprefix(f"{FORUM}.t").split(".p")
    return f"{int(turn)}.{point}"


def _lines(citation: dxgov.Citation) -> str:
    first, last = citation.first_line, citation.last_line
    return f"{first}" if first == last else f"{first}-{last}"
