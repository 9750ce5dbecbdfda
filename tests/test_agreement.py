"""The two codings of letter and minutes are whole, and the figures of their agreement are those of the books."""

import doctest

import coders
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov

pytestmark = pytest.mark.slow

LETTER = "req-2020-11-24-tokyo-assocs-digital"


def table(*rows):
    """Two codings from a table of counts: rows are the codes of the first coder, columns those of the second."""
    cells = [(one, other) for one, row in enumerate(rows) for other, times in enumerate(row) for _ in range(times)]
    return [one for one, _ in cells], [other for _, other in cells]


@pytest.mark.parametrize(
    ("rows", "observed", "kappa"),
    [
        pytest.param([(20, 5), (10, 15)], 0.7, 0.4, id="two readers of 50 applications"),
        pytest.param([(45, 15), (25, 15)], 0.6, 0.1304, id="same agreement, much of it by chance"),
        pytest.param([(25, 35), (5, 35)], 0.6, 0.2593, id="same agreement, less of it by chance"),
        pytest.param([(2, 1, 0), (0, 3, 1), (1, 0, 2)], 0.7, 0.5455, id="three codes"),
        pytest.param([(25, 25), (25, 25)], 0.5, 0, id="chance"),
        pytest.param([(0, 5), (5, 0)], 0, -1, id="never alike"),
        pytest.param([(90, 5), (5, 0)], 0.9, -0.0526, id="one code dominates"),
        pytest.param([(41, 0), (0, 1)], 1, 1, id="all alike"),
    ],
)
def test_known_tables_give_their_known_values(rows, observed, kappa):
    codings = table(*rows)
    assert coders.observed(*codings) == pytest.approx(observed)
    assert coders.kappa(*codings) == pytest.approx(kappa, abs=5e-5)


def test_one_code_throughout_leaves_kappa_undefined():
    assert coders.kappa(["no"] * 42, ["no"] * 42) is None
    assert coders.kappa(["no"] * 42, ["yes"] * 42) == 0


CODINGS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1).map(lambda pairs: tuple(zip(*pairs, strict=True)))


@given(CODINGS)
def test_kappa_does_not_ask_who_came_first_or_how_codes_are_called(codings):
    first, second = codings
    found = coders.kappa(first, second)
    assert found == coders.kappa(second, first)
    assert found == coders.kappa(*([ord(code) for code in coding] for coding in codings))
    assert found is None or -1 <= found <= coders.observed(first, second)
    assert (found == 1) <= (first == second)


@given(CODINGS)
def test_nothing_is_alike_beyond_all(codings):
    first, _ = codings
    assert coders.observed(first, first) == 1
    assert coders.kappa(first, first) == (None if len(set(first)) == 1 else 1)


def test_sets_share_what_they_share():
    sets = [frozenset("ab"), frozenset("a"), frozenset()]
    assert coders.jaccard(sets, sets) == 1
    assert coders.jaccard(sets, [frozenset("bc"), frozenset("b"), frozenset()]) == pytest.approx((1 / 3 + 0 + 1) / 3)


def test_examples_in_docstrings_give_what_they_show():
    assert doctest.testmod(coders).failed == 0


def test_codings_of_different_length_are_refused():
    for measure in (coders.observed, coders.kappa, coders.jaccard):
        with pytest.raises(ValueError, match="zip"):
            measure([frozenset("a")] * 2, [frozenset("a")])


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("asks", ["ask_id", "item", "letter_first", "letter_second"]),
        ("points", ["statement_id", "point"]),
        ("links", ["pair", "subject_id", "object_id"]),
    ],
)
def test_each_field_stands_twice(name, first):
    text = (coders.FOLDER / f"{name}.csv").read_bytes()
    assert not text.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in text
    rows = coders.rows(name)
    columns = list(rows[0])
    assert columns[: len(first)] == first
    doubled = columns[len(first) :]
    assert [column.removesuffix("_first") for column in doubled[::2]] == [column.removesuffix("_second") for column in doubled[1::2]]
    for row in rows:
        assert None not in row, "more cells than columns"
        assert None not in row.values(), "fewer cells than columns"


def test_every_ask_and_point_is_there_once(ds):
    asks, points = coders.rows("asks"), coders.rows("points")
    assert [row["ask_id"] for row in asks] == [ask.id for ask in ds.asks if ask.id.startswith(LETTER)]
    assert [row["statement_id"] for row in points] == [statement.id for statement in ds.statements]
    for row in asks:
        ask = ds.asks[row["ask_id"]]
        assert row["item"] == ds.request_items[ask.item_id].path
        assert {row["letter_first"], row["letter_second"]} <= {ask.letter, ""}
    assert [row["point"] for row in points] == [f"{each.turn}.{each.point}" for each in ds.statements]


def test_both_coders_named_whom_the_data_name_and_nobody_where_the_addressee_is_meant(ds):
    codings = {row["ask_id"]: (row["expected_of_first"], row["expected_of_second"]) for row in coders.paired(coders.rows("asks"))}
    for id, codes in codings.items():
        assert {*codes, coders._convert_ask(ds.asks[id])["expected_of"]} == {codes[0]}, id
    nobody = [id for id, codes in codings.items() if codes[0] == "unspecified"]
    assert nobody == [id for id in codings if ds.asks[id].expected_of_basis is dxgov.ExpectationBasis.ADDRESSEE]


def test_every_code_is_one(ds):
    asks, points = coders.rows("asks"), coders.rows("points")
    actors, themes = ({record.id for record in records} for records in (ds.actors, ds.themes))
    allowed = {
        "expected_of": actors,
        "relayed_by": actors,
        "kinds": set(dxgov.AskKind),
        "strength": set(dxgov.AskStrength),
        "interim": {"yes", "no"},
        "condition": {"yes", "no"},
        "themes": themes,
        "agenda_item": {str(item.number) for item in ds.agenda_items},
        "speaker": actors,
        "kind": set(dxgov.StatementKind),
        "replies_to": {row["point"] for row in points},
        "addressed_to": actors,
        "commitment": set(dxgov.Commitment),
    }
    for row in (*asks, *points):
        for column, cell in row.items():
            field = column.rpartition("_")[0]
            assert coders.codes(cell) <= allowed.get(field, coders.codes(cell)), (row, column)
    for row in points:
        assert [row[f"lines_{coder}"].rpartition("-")[2] for coder in ("first", "second")] == [row["lines_second"]] * 2
    assert {"expected_of_first", "themes_second"} <= asks[0].keys()


def test_pairs_are_of_different_documents_and_half_of_them_were_linked(ds):
    pairs = coders.rows("links")
    assert [row["pair"] for row in pairs] == [str(number) for number in range(1, 41)]
    assert len({frozenset((row["subject_id"], row["object_id"])) for row in pairs}) == 40
    assert sum(bool(row["predicate_first"]) for row in pairs) == 20
    for row in pairs:
        assert ds[row["subject_id"]].citation.source_id != ds[row["object_id"]].citation.source_id
        for coder in ("first", "second"):
            predicate, confidence = row[f"predicate_{coder}"], row[f"confidence_{coder}"]
            assert predicate in {*dxgov.Predicate, ""}
            assert confidence in ({*dxgov.Confidence} if predicate else {""})


def test_agreement_on_links_is_that_of_a_count_by_hand():
    pairs = [(bool(row["predicate_first"]), bool(row["predicate_second"])) for row in coders.rows("links")]
    alike = sum(first == second for first, second in pairs)
    both = sum(first and second for first, second in pairs)
    table = list(coders.pairs())
    assert table[2].startswith(f"| whether they are linked | 40 | {alike} | {alike / 40:.2f} |")
    assert table[-1].startswith(f"| confidence | {both} |")


def test_a_point_can_reply_to_those_of_earlier_turns_alone():
    points = coders.rows("points")
    first, second = coders.links(points)
    turns = [int(row["point"].partition(".")[0]) for row in points]
    assert len(first) == len(second) == sum(one < other for one in turns for other in turns)
    assert [sum(first), sum(second)] == [
        sum(len(coders.codes(row[f"replies_to_{coder}"])) for row in points) for coder in ("first", "second")
    ], "no reply is lost"


def test_the_first_coding_is_kept_as_it_was():
    """What was settled later shows in the data alone."""
    points = {row["point"]: row for row in coders.rows("points")}
    asks = {row["ask_id"]: row for row in coders.rows("asks")}
    assert points["19.1"]["kind_first"] == "offer"
    assert asks[f"{LETTER}.08.4.a"]["kinds_first"] == "advice;funding"
    assert asks[f"{LETTER}.08.4.b"]["letter_first"] == ""
    assert len(coders.paired(list(asks.values()))) == 42


def test_whatever_differed_was_settled_for_one_of_the_two():
    text = list(coders.differences())
    count, first, second = (int(word) for word in text[0].replace(".", "").split() if word.isdigit())
    assert count == len(text) - 4 == first + second
