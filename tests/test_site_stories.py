"""What the pages of the site tell: what became of an ask, a request with its asks, a meeting as a conversation, an actor, a theme."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from posixpath import dirname, join, normpath
from xml.etree import ElementTree as ET

import attrs
import pytest

from dxgov import Dataset, charts
from dxgov.analysis.outcomes import FollowUpStatus
from dxgov.storage.files import ExportFolder
from soundness import sound

pytest.importorskip("jinja2")
pytest.importorskip("html5lib")

from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.stories import Stories
from dxgov.exporters.site.website import export_site
from dxgov.exporters.site.words import RELATIONS, WORDS
from dxgov.model.relations import Predicate
from site_pages import HTML, LANGUAGES, build_site, count_up_to, list_links, parse_page, read_text

pytestmark = pytest.mark.slow

ASK = "req-2020-11-24-tokyo-assocs-digital.04.1.a"
SILENT_ASK = "req-2020-11-24-tokyo-assocs-digital.01.2.a"


def find_section(page: ET.Element, heading: str) -> ET.Element | None:
    """Return the section of a page with a heading."""
    for section in page.iter(f"{HTML}section"):
        title = section.find(f"{HTML}h2")
        if title is not None and (title.text or "").strip() == heading:
            return section
    return None


def list_sentences(element: ET.Element) -> list[str]:
    """Return the sentences of the moments in an element, in order."""
    return ["".join(part.itertext()).strip() for part in element.iter(f"{HTML}p") if part.get("class") == "sentence"]


def iterate_moments(element: ET.Element) -> Iterator[ET.Element]:
    return (item for item in element.iter(f"{HTML}li") if item.get("class") == "moment")


# What became of it


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_ask_tells_what_became_of_it(lang: str, bundled_pages: dict[str, ET.Element], ds: Dataset):
    section = find_section(bundled_pages[f"{lang}/id/{ASK}.html"], WORDS["became"][lang])
    summary = "summary_en" if lang == "en" else "summary"
    title = "title_en" if lang == "en" else "title"
    measure = ds.measures["msr-2022-01-24-digital-agency.02.5"]
    statements = [ds.statements[f"mtg-2022-02-01-tokyo-cio-forum.{turn}.p2"] for turn in ("t03", "t04")]
    assert list_sentences(section) == [getattr(measure, title), *(getattr(statement, summary) for statement in statements)]
    text = read_words(section)
    link = ds.links.where(subject_id=measure.id, object_id=ASK.removesuffix(".1.a"))[0]
    assert getattr(link, "rationale_en" if lang == "en" else "rationale") in text
    assert WORDS["breaks off"][lang] in text
    assert getattr(ds.sources["src-2024-04-common-platform-plan"], title) in text


def read_words(element: ET.Element) -> str:
    return "".join(element.itertext())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_ask_of_which_nothing_is_known_says_so(lang: str, bundled_pages: dict[str, ET.Element]):
    section = find_section(bundled_pages[f"{lang}/id/{SILENT_ASK}.html"], WORDS["became"][lang])
    assert WORDS["nothing known"][lang] in read_words(section)
    assert not list(iterate_moments(section))


def test_every_ask_says_what_became_of_it_or_that_nothing_is_known(bundled_pages: dict[str, ET.Element], ds: Dataset):
    stories = Stories(RecordNetwork(ds), ds)
    for ask in ds.asks:
        section = find_section(bundled_pages[f"en/id/{ask.id}.html"], WORDS["became"]["en"])
        story = stories.get_story(stories.network.numbers_by_id[ask.id])
        assert len(list(iterate_moments(section))) >= len(story.later)
        assert (WORDS["nothing known"]["en"] in read_words(section)) == (not story.later)


# The page of a record


def test_internals_are_folded_and_the_sentence_comes_first(bundled_pages: dict[str, ET.Element], ds: Dataset):
    main = next(bundled_pages[f"en/id/{ASK}.html"].iter(f"{HTML}main"))
    open_text = "".join(read_unfolded(main))
    assert ds.asks[ASK].citation.sha256 not in open_text
    assert ASK not in open_text
    assert open_text.index(ds.asks[ASK].summary_en) < open_text.index("Tokyo Association of City Mayors") < open_text.index("line 50")
    assert ds.asks[ASK].citation.sha256 in read_words(main)


def read_unfolded(element: ET.Element) -> Iterator[str]:
    """Yield the texts that a reader sees before anything is unfolded."""
    yield element.text or ""
    for child in element:
        if child.tag != f"{HTML}details":
            yield from read_unfolded(child)
        yield child.tail or ""


def test_related_records_are_told_by_their_own_sentence(bundled_pages: dict[str, ET.Element], ds: Dataset):
    link = ds.links.where(predicate="mentions")[0]
    for id, other, side in ((link.subject_id, link.object_id, 0), (link.object_id, link.subject_id, 1)):
        page = bundled_pages[f"en/id/{id}.html"]
        section = find_section(page, WORDS["related"]["en"])
        assert RELATIONS[Predicate.MENTIONS][side]["en"] in read_words(section)
        assert f"../id/{other}.html" in {address for _, address in list_links(section)}


def test_every_predicate_has_words_for_both_of_its_ends():
    assert set(RELATIONS) == set(Predicate)


# Requests, meetings


def test_a_request_shows_its_asks_under_its_items(bundled_pages: dict[str, ET.Element], ds: Dataset):
    for request in ds.requests:
        section = find_section(bundled_pages[f"en/id/{request.id}.html"], WORDS["asked here"]["en"])
        items = [item.id for item in ds.request_items.where(request_id=request.id)]
        asks = {ask.summary_en: ask for ask in ds.asks if ask.item_id in items}
        nested = {
            sentence: list_sentences(moment)[0]
            for moment in iterate_moments(section)
            for child in moment.findall(f"{HTML}ol/{HTML}li")
            for sentence in list_sentences(child)[:1]
        }
        assert asks.keys() <= nested.keys()
        assert all(nested[sentence] == ds.request_items[ask.item_id].label_en for sentence, ask in asks.items())


def test_answers_stand_below_what_they_answer(bundled_pages: dict[str, ET.Element], ds: Dataset):
    section = find_section(bundled_pages["en/id/mtg-2022-02-01-tokyo-cio-forum.html"], WORDS["conversation"]["en"])
    assert sorted(list_sentences(section)) == sorted(statement.summary_en for statement in ds.statements)
    for moment in iterate_moments(section):
        question, *answers = list_sentences(moment)
        (statement,) = (statement for statement in ds.statements if statement.summary_en == question)
        replies = [reply.summary_en for reply in ds.statements if reply.replies_to_ids[:1] == (statement.id,)]
        assert set(replies) <= set(answers)


# Actors, themes, things


def test_an_actor_shows_what_it_asked_and_the_answer(bundled_pages: dict[str, ET.Element], ds: Dataset):
    section = find_section(bundled_pages["en/id/jp-13-machida.html"], WORDS["asked"]["en"])
    (statement,) = (statement for statement in ds.statements if statement.speaker_id == "jp-13-machida")
    replies = [reply.summary_en for reply in ds.statements if statement.id in reply.replies_to_ids]
    assert list_sentences(section) == [statement.summary_en, *replies]


def test_an_actor_shows_all_that_was_asked_of_it(bundled_pages: dict[str, ET.Element], ds: Dataset):
    section = find_section(bundled_pages["en/id/jp-13-tokyo.html"], WORDS["was asked"]["en"])
    asks = [ask.summary_en for ask in ds.asks if ask.expected_of_id == "jp-13-tokyo"]
    assert set(asks) <= set(list_sentences(section))


def test_what_is_overdue_is_told(bundled_pages: dict[str, ET.Element], ds: Dataset):
    late = ds.instructions["ins-2024-02-22-prime-minister.04"]
    section = find_section(bundled_pages["en/id/saito.html"], WORDS["overdue"]["en"])
    assert late.summary_en in list_sentences(section)
    number = RecordNetwork(ds).numbers_by_id[late.id]
    for day, is_overdue in ((late.due.end, False), (late.due.end + timedelta(days=1), True)):
        data = Dataset.of(list(ds), attrs.evolve(ds.metadata, created=day))
        assert Stories(RecordNetwork(data), data).is_overdue(number, late) is is_overdue


def test_a_theme_is_told_in_time_order(bundled_pages: dict[str, ET.Element], ds: Dataset):
    section = find_section(bundled_pages["en/id/telework.html"], WORDS["story"]["en"])
    steps = [step.record for step in ds.trace("telework").steps]
    links = [address for _, address in list_links(section)]
    positions = [links.index(f"../id/{record.id}.html") for record in steps]
    assert positions == sorted(positions)


def test_a_thing_shows_all_that_was_said_about_it(bundled_pages: dict[str, ET.Element], ds: Dataset):
    section = find_section(bundled_pages["ja/id/thg-government-cloud.html"], WORDS["said about"]["ja"])
    assert {utterance.summary for utterance in ds.said(about="thg-government-cloud")} <= set(list_sentences(section))


# The home page, charts and data


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_home_page_counts_what_its_links_lead_to(lang: str, bundled_site: dict[str, bytes], bundled_pages: dict[str, ET.Element]):
    page = bundled_pages[f"{lang}/index.html"]
    assert len(bundled_site[f"{lang}/index.html"]) < 100_000
    cells = [link for table in page.iter(f"{HTML}table") for cell in table.iter(f"{HTML}td") for link in cell.iter(f"{HTML}a")]
    assert cells
    for cell in cells:
        path, _, anchor = cell.attrib["href"].partition("#")
        (section,) = (part for part in bundled_pages[f"{lang}/{path}"].iter(f"{HTML}div") if part.get("id") == anchor)
        assert next(section.iter(f"{HTML}span")).text == cell.text


def test_the_home_page_of_a_language_is_in_that_language(bundled_pages: dict[str, ET.Element], ds: Dataset):
    main = next(bundled_pages["ja/index.html"].iter(f"{HTML}main"))
    names = {contributor.name for contributor in ds.metadata.contributors}
    english = [text for text in main.itertext() if re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", text) and text not in names]
    assert not english


def test_the_home_page_tells_what_is_due_as_of_the_day_of_the_data(ds: Dataset):
    def read_home(day: date) -> str:
        data = Dataset.of(list(ds), attrs.evolve(ds.metadata, created=day))
        return read_text(parse_page(find_file(data, ExportFolder(Path()), "ja/index.html")))

    late = ds.instructions["ins-2024-02-22-prime-minister.09"]
    later, earlier = read_home(date(2026, 11, 22)), read_home(date(2024, 6, 20))
    assert WORDS["nothing due"]["ja"] in later
    assert later.index(WORDS["overdue"]["ja"]) < later.index("令和8年11月22日") < later.index(late.summary)
    assert later.index(WORDS["overdue"]["ja"]) < later.index("標準準拠システムへの移行の期限")
    assert earlier.index(WORDS["due next"]["ja"]) < earlier.index(late.summary) < earlier.index(WORDS["debate"]["ja"])
    assert WORDS["nothing due"]["ja"] not in earlier


def find_file(data: Dataset, folder: ExportFolder, path: str) -> bytes:
    """Return a file of the site; no file after it is made."""
    return next(content for file_path, content in export_site(data, folder) if file_path == path)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_have_a_description_and_a_picture_for_previews(
    lang: str, bundled_site: dict[str, bytes], bundled_pages: dict[str, ET.Element]
):
    for path in (f"{lang}/index.html", f"{lang}/id/{ASK}.html"):
        tags = [*bundled_pages[path].iter(f"{HTML}meta")]
        metadata = {name: meta.get("content") for meta in tags for name in (meta.get("name"), meta.get("property")) if name}
        assert metadata["description"] == metadata["og:description"] != ""
        assert normpath(join(dirname(path), metadata["og:image"])) == f"{lang}/charts/flow.png"
    assert bundled_site[f"{lang}/charts/flow.png"].startswith(b"\x89PNG")


def test_previews_name_their_picture_by_its_address(tmp_path: Path):
    folder = ExportFolder(tmp_path, "https://example.org/data/")
    assert b'content="https://example.org/data/site/ja/charts/flow.png"' in find_file(sound(), folder, "ja/index.html")


def test_every_record_of_a_chart_can_be_reached_from_it(bundled_pages: dict[str, ET.Element], ds: Dataset):
    addresses = {address for _, address in list_links(bundled_pages["en/charts/flow.html"])}
    assert {f"../id/{id}.html" for id in ds.asks.ids()} <= addresses
    page = bundled_pages["en/charts/flow.html"]
    anchors = {address[1:] for _, address in list_links(page) if address.startswith("#shape")}
    assert anchors == {element.get("id") for element in page.iter(f"{HTML}ol") if element.get("id")}


def test_every_cell_of_a_heat_map_leads_to_the_records_that_it_counts(bundled_pages: dict[str, ET.Element], ds: Dataset):
    page = bundled_pages["en/charts/themes.html"]
    links = {link.get("aria-label"): link.get("href") for link in page.iter("{http://www.w3.org/2000/svg}a")}
    lists = {element.get("id"): element for element in page.iter(f"{HTML}ol") if element.get("id")}
    for row in charts.themes(ds).table.to_pylist():
        (label,) = (label for label in links if label.startswith(f"{row['theme']} / ") and label.endswith(f" · {row['citation_source']}"))
        expected = {
            record.id
            for record in ds
            if row["theme_id"] in getattr(record, "theme_ids", ()) and record.citation.source_id == row["citation_source_id"]
        }
        address = links[label]
        ids = {address} if row["records"] == 1 else {href for _, href in list_links(lists[address.removeprefix("#")])}
        assert ids == {f"../id/{id}.html" for id in expected}
        assert len(ids) == row["records"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_data_of_a_page_are_those_that_it_shows(lang: str, bundled_site: dict[str, bytes], ds: Dataset):
    rows = json.loads(bundled_site[f"{lang}/id/telework.json"])
    assert rows == [*csv.DictReader(io.StringIO(bundled_site[f"{lang}/id/telework.csv"].decode("utf-8-sig")))]
    assert {step.record.id for step in ds.trace("telework").steps} <= {row["id"] for row in rows}
    (row,) = (row for row in rows if row["id"] == ASK)
    assert row["text"] == (ds.asks[ASK].summary if lang == "ja" else ds.asks[ASK].summary_en)
    assert row["to"] == (ds.actors["jp"].name if lang == "ja" else ds.actors["jp"].name_en)
    assert row["date"] == "2020-11-24"


def test_no_text_of_page_data_is_a_formula():
    data = sound()
    files = build_site(
        Dataset.of([attrs.evolve(record, summary="=1+1", summary_en="=1+1") if record.id in data.asks.ids() else record for record in data])
    )
    rows = csv.DictReader(io.StringIO(files["en/tables/asks.csv"].decode("utf-8-sig")))
    assert {row["text"] for row in rows} == {"'=1+1"}


def test_a_long_story_goes_on_in_the_search():
    whole = sound()
    asks = [
        attrs.evolve(whole.asks[0], id=f"{whole.asks[0].id[:-1]}{letter}{number}", letter="a") for letter in "ab" for number in range(60)
    ]
    page = parse_page(build_site(Dataset.of([*whole, *asks]))[f"en/id/{whole.asks[0].theme_ids[0]}.html"])
    section = find_section(page, WORDS["story"]["en"])
    assert len(list(iterate_moments(section))) == 100
    assert f"../find.html#on={whole.asks[0].theme_ids[0]}" in {address for _, address in list_links(section)}


# Outcomes


def test_every_outcome_lists_its_records(bundled_pages: dict[str, ET.Element], ds: Dataset):
    outcomes = Stories(RecordNetwork(ds), ds).list_outcomes()
    for outcome in FollowUpStatus:
        page = bundled_pages[f"en/outcomes/{outcome}.html"]
        listed = {
            address.removesuffix(".html").rpartition("/")[2]
            for section in page.iter(f"{HTML}section")
            for moments in section.findall(f"{HTML}ol")
            for moment in moments.findall(f"{HTML}li")
            for _, address in list_links(moment.find(f"{HTML}p"))
        }
        network = RecordNetwork(ds)
        assert listed == {network.ids[number] for number, record_outcome in outcomes.items() if record_outcome is outcome}


def test_a_single_record_of_each_table_has_its_stories():
    files = build_site(sound())
    for record in sound():
        assert read_text(parse_page(files[f"en/id/{record.id}.html"]))


def test_what_became_of_too_many_records_is_not_told_and_the_pages_say_so(ds: Dataset):
    files = build_site(ds, max_pages=0, max_pages_if_large=count_up_to(ds, 50))
    large = [table for table in (ds.asks, ds.statements, ds.milestones, ds.instructions) if len(table) > 50]
    assert [table.name for table in large] == ["asks"]
    for lang in LANGUAGES:
        home, listed = (parse_page(files[f"{lang}/{path}"]) for path in ("index.html", "tables/asks.html"))
        text = WORDS["not traced"][lang].format(table=ds.model().tables["asks"].titles[lang])
        assert text in read_text(home)
        assert text in read_text(listed)
        assert text not in read_text(parse_page(files[f"{lang}/tables/milestones.html"]))
        assert not [address for _, address in list_links(listed) if "outcomes/" in address]
        assert not [address for _, address in list_links(home) if address.endswith("#asks")]
        assert [address for _, address in list_links(home) if address.endswith("#milestones")]
