"""Charts: what they count is what the data hold, and every data set has every chart, as text and on the command line."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from attrs import evolve, frozen
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dxgov import Dataset, Record, Records, UnknownNameError, charts
from dxgov.charts import events, matrix
from dxgov.cli import main
from dxgov.marks import Key, Label, Ref
from dxgov.model.kinds import ActorKind
from dxgov.testing import datasets
from dxgov.values import Id
from soundness import sound

pytestmark = pytest.mark.slow

LANGS = ("en", "ja")


def pictures(data: Dataset, lang: Any) -> Iterator[charts.Picture]:
    """Yield every chart of a data set; of traces those of the first theme and of the first ask."""
    for name in charts.NAMES:
        if name != "trace":
            yield charts.picture(name, data, None, lang)
    for records in (data.themes, data.asks):
        yield from (charts.trace(data, record, lang) for record in records[:1])


def column(picture: charts.Picture, name: str) -> list[Any]:
    return picture.table[name].to_pylist()


# What is counted


@given(datasets(), st.sampled_from(LANGS))
def test_sums_are_those_of_the_data(data: Dataset, lang: Any):
    actors = charts.who_must_act(data, lang)
    sums = map(sum, zip(column(actors, "direct"), column(actors, "relayed"), strict=True))
    assert dict(zip(column(actors, "expected_of_id"), sums, strict=True)) == {id: len(asks) for id, asks in data.asks_by_actor().items()}
    assert sum(column(actors, "relayed")) == sum(ask.relayed_by_id is not None for ask in data.asks)
    unnamed = [
        ask for ask in data.asks if ask.expected_of_basis == "addressee" or data.actors[ask.expected_of_id].kind == ActorKind.UNSPECIFIED
    ]
    assert sum(column(actors, "unnamed")) == sum(ask.relayed_by_id is None for ask in unnamed)
    flow = charts.flow(data, lang)
    assert (sum(column(flow, "asks")), sum(column(flow, "unnamed"))) == (len(data.asks), len(unnamed))


def test_asks_of_which_nobody_can_be_told_count_as_naming_nobody(ds: Dataset):
    untold = evolve(ds.asks[0], expected_of_id="unspecified", expected_of_basis=None)
    data = Dataset.of([untold if record.id == untold.id else record for record in ds])
    assert "25 of 62 asks do not name who must act" in charts.who_must_act(data).finding
    assert "25 name nobody." in charts.flow(data).finding
    assert ">Not specified</tspan>" in charts.flow(data).to_svg(), "the legend does not tell what is grey"


@given(datasets(), st.sampled_from(LANGS))
def test_themes_count_the_records_of_each_document(data: Dataset, lang: Any):
    picture = charts.themes(data, lang)
    counts = Counter(
        (theme.id, record.citation.source_id)
        for theme in data.themes
        for path, records in data.referring(theme).items()
        if not path.startswith(("themes.", "links.", "figures.", "decisions.subject_id"))
        for record in records
    )
    keys = list(zip(column(picture, "theme_id"), column(picture, "citation_source_id"), strict=True))
    assert dict(zip(keys, column(picture, "records"), strict=True)) == counts
    # Themes stand by their totals, and documents by date.
    totals = Counter[str]()
    for (theme_id, _), number in counts.items():
        totals[theme_id] += number
    ranks = {source.id: rank for rank, source in enumerate(sorted(data.sources, key=lambda source: source.published))}
    assert keys == sorted(counts, key=lambda key: (-totals[key[0]], key[0], ranks[key[1]]))
    if counts:
        lone = sum(number == 1 for number in Counter(theme_id for theme_id, _ in counts).values())
        absent = sum(theme.id not in totals for theme in data.themes)
        finding = {
            "en": f" {lone} stand in one document only, and {absent} in none.",
            "ja": f"、{lone}は一つの文書だけに現れ、{absent}はどの文書にもない。",
        }
        assert picture.finding.endswith(finding[lang])


@frozen(kw_only=True)
class Note(Record):
    """A record of a user's own that may be about one theme."""

    id: Annotated[Id, Key("note-"), Label("メモID", "メモID。")]
    """Identifies the note."""

    theme_id: Annotated[Id | None, Ref("Theme"), Label("テーマ", "テーマ。")] = None
    """The theme that it is about."""


class DatasetWithNotes(Dataset):
    """The tables of dxgov and one of notes."""

    notes: Annotated[Records[Note], Label("メモ", "利用者のメモ。")]


def test_records_of_a_users_own_count_for_their_theme():
    data = sound()
    theme, citation = data.themes[-1], data.asks[0].citation
    notes = [Note(id=f"note-{number}", theme_id=theme.id if number < 99 else None, citation=citation) for number in range(100)]
    picture = charts.themes(DatasetWithNotes.of([*data, *notes], data.metadata))
    assert None not in column(picture, "theme_id")
    assert column(picture, "theme_id")[0] == theme.id
    assert sum(column(picture, "records")) == sum(column(charts.themes(data), "records")) + 99


@given(datasets())
def test_every_event_is_on_the_timeline_once(data: Dataset):
    picture = charts.timeline(data)
    same_occasion = {milestone.meeting_id for milestone in data.milestones}
    expected = {*data.requests.ids(), *data.milestones.ids(), *(id for id in data.meetings.ids() if id not in same_occasion)}
    due = [item.record.id for item in data.due() if item.due]
    assert Counter(column(picture, "id")) == Counter([*expected, *data.observations.ids(), *due])
    days = dict(zip(column(picture, "id"), zip(column(picture, "start"), column(picture, "end"), strict=True), strict=True))
    for request in data.requests:
        assert days[request.id] == (request.submitted.start, request.submitted.end)


@given(datasets())
def test_a_trace_shows_each_step_and_what_takes_it_up(data: Dataset):
    for record in [*data.themes[:1], *data.statements[:1]]:
        trace, picture = data.trace(record), charts.trace(data, record)
        assert column(picture, "id") == [step.record.id for step in trace.steps]
        loose_ids = {id for id, is_loose in zip(column(picture, "id"), column(picture, "loose_end"), strict=True) if is_loose}
        assert loose_ids == {step.record.id for step in trace.loose_ends}


@given(datasets())
def test_a_conversation_marks_what_nobody_answered(data: Dataset):
    for meeting in data.meetings:
        picture = charts.conversation(data, meeting)
        assert sorted(column(picture, "id")) == list(data.statements.where(meeting_id=meeting.id).ids())
        marked = {id for id, is_marked in zip(column(picture, "id"), column(picture, "unanswered"), strict=True) if is_marked}
        assert marked == {point.id for point in data.unanswered() if point.meeting_id == meeting.id}


def test_findings_about_the_bundled_data(ds: Dataset):
    assert "24 of 62 asks do not name who must act" in charts.who_must_act(ds).finding
    assert "Without a reply on record: 2 of the 10 points that call for one" in charts.conversation(ds).finding
    assert "別の主体を通じた働きかけは13件" in charts.flow(ds, "ja").finding
    assert charts.themes(ds).finding == "ICT personnel has most records (31). Of 33 themes, 9 stand in one document only, and 0 in none."
    about = charts.timeline(ds, about="shared-systems")
    assert set(column(about, "id")) <= {step.record.id for step in ds.trace("shared-systems").steps}


@given(st.lists(st.lists(st.integers(0, 99), min_size=3, max_size=3), min_size=1, max_size=9), st.integers(2, 9), st.integers(2, 4))
def test_merged_rows_and_columns_keep_their_sum(numbers: list[list[int]], rows: int, columns: int):
    labels = [str(index) for index in range(len(numbers))]
    cells = [
        {column: [f"{row}-{column}-{n}" for n in range(count)] for column, count in enumerate(counts)} for row, counts in enumerate(numbers)
    ]
    full = matrix.Matrix(labels, ["a", "b", "c"], cells, "all", ["A", "B", "C"])
    merged = matrix.merge_smallest(full, rows, columns, "{number} others")
    ids = [[id for row in whole.rows for members in row.values() for id in members] for whole in (full, merged)]
    assert sorted(ids[0]) == sorted(ids[1])
    assert sum(map(sum, merged.counts)) == sum(map(sum, numbers))
    assert len(merged.row_labels) == min(rows, len(numbers))
    assert len(merged.column_labels) == len(merged.column_descriptions) == min(columns, 3)


# Dates as text


def test_a_vague_date_looks_vague(ds: Dataset):
    by_id = {event.id: event for event in events.list_events(ds, "en")}
    assert by_id["ms-common-platform.policy-decision"].is_uncertain
    assert by_id["req-2020-11-24-tokyo-assocs-digital"].is_exact_day
    text = charts.timeline(ds).text
    assert re.search(r"\[-+\] +September 2021 · milestone, held", text)
    assert re.search(r"\|-+ +from March 2022 on", text)
    assert re.search(r"-\| +by June 2024", text)
    assert re.search(r"  [ ]{12,13}\S*\? +early June 2024 \(uncertain\)", text.replace("  " + " " * 15, "  " + " " * 12))


# Names and the command line


def test_unknown_names_are_errors():
    with pytest.raises(UnknownNameError, match="there is no chart 'flwo'; did you mean 'flow'"):
        charts.picture("flwo", sound())
    with pytest.raises(UnknownNameError, match="takes no subject"):
        charts.picture("flow", sound(), "jp")
    with pytest.raises(UnknownNameError, match="needs the id"):
        charts.picture("trace", sound())
    with pytest.raises(UnknownNameError, match="is no meeting"):
        charts.conversation(sound(), sound().themes[0].id)


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="dxgov")


@pytest.mark.parametrize("name", charts.NAMES)
@pytest.mark.parametrize("lang", LANGS)
def test_the_command_prints_text_and_writes_pictures(ds: Dataset, name: str, lang: Any, tmp_path: Path):
    subject = ["telework"] if name == "trace" else []
    picture = charts.picture(name, ds, *(subject or [None]), lang)
    printed = run("chart", name, *subject, "--lang", lang)
    assert (printed.exit_code, printed.stdout) == (0, f"{picture.text}\n")
    for suffix, content in ((".txt", f"{picture.alternative}\n"), (".svg", picture.to_svg(390)), (".html", picture.to_html(390))):
        path = tmp_path / f"made{suffix}"
        written = run("chart", name, *subject, "--lang", lang, "--width", 390, "-o", path)
        assert (written.exit_code, written.stdout) == (0, f"{path}\n")
        assert path.read_text("utf-8") == content


def test_traces_and_timelines_have_commands_of_their_own(ds: Dataset, tmp_path: Path):
    assert run("timeline").stdout == f"{charts.timeline(ds).text}\n"
    assert run("timeline", "--about", "cloud").stdout == f"{charts.timeline(ds, about='cloud').text}\n"
    assert run("trace", "telework", "-o", tmp_path / "made.svg").exit_code == 0
    assert (tmp_path / "made.svg").read_text("utf-8") == charts.trace(ds, "telework").to_svg()
    refused = run("trace", "telework", "-o", tmp_path / "made.gif")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "expected a name that ends with" in refused.stderr
    assert run("chart", "trace").exit_code == run("chart", "flow", "jp").exit_code == run("timeline", "--about", "nothing").exit_code == 2
    assert run("chart", "flow", "-o", tmp_path / "nowhere" / "made.csv").exit_code == 2
