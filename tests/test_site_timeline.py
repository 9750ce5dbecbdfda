"""The timeline of the site shows each date once, and how sure it is."""

from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given

from dxgov import Dataset, Scope, When
from dxgov.testing import whens

pytest.importorskip("jinja2")
pytest.importorskip("html5lib")

from dxgov.exporters.site.addresses import as_web_address
from dxgov.exporters.site.atlas import RecordNetwork
from dxgov.exporters.site.shapes import classify_shape, make_bar
from dxgov.exporters.site.stories import Stories
from site_pages import HTML, build_site, list_links, parse_page
from soundness import sound

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("edtf", "scope", "looks", "left", "width"),
    [
        ("2023-01-01", "exact", "day", "0", "0.27"),
        ("2023-12-31", "exact", "day", "99.73", "0.27"),
        ("2023", "throughout", "span", "0", "100"),
        ("2023", "within", "window", "0", "100"),
        ("2023-02-01/2023-02-28", "exact", "window", "8.49", "7.67"),
        ("2023-04/2024-03", "throughout", "span", "24.66", "75.34"),
        ("../2023-01-31", "by", "until", "0", "8.49"),
        ("2023-01", "by", "until", "0", "8.49"),
        ("../2023-01-31", "throughout", "until", "0", "8.49"),
        ("2023-12/..", "from", "since", "91.51", "8.49"),
        ("2023-12-01", "from", "since", "91.51", "8.49"),
        ("2023-12-01/..", "within", "since", "91.51", "8.49"),
    ],
)
def test_a_vague_date_looks_vague(edtf: str, scope: str, looks: str, left: str, width: str):
    when = When("x", edtf, Scope(scope))
    assert classify_shape(when) == looks
    drawn = make_bar(when, 2023)
    assert (drawn.left, drawn.width) == (left, width)


@given(whens())
def test_every_date_has_a_look_and_a_place(when: When):
    assert classify_shape(when) in {"day", "span", "window", "until", "since", "none"}
    day = when.start or when.end
    if day:
        drawn = make_bar(when, day.year)
        assert 0 <= float(drawn.left) < 100
        assert 0 < float(drawn.width) <= 100.01 - float(drawn.left) + 0.01


def test_the_timeline_tells_what_is_not_settled(bundled_pages: dict[str, ET.Element], ds: Dataset):
    for milestone in ds.milestones.where(status="tentative"):
        when = milestone.date
        page = bundled_pages[f"en/timeline/{(when.start or when.end).year}.html"]
        (entry,) = (each for each in page.iter(f"{HTML}li") if entry_links_to(each, milestone.id))
        assert any("tentative" in each.attrib.get("class", "").split() for each in entry.iter(f"{HTML}i"))


def entry_links_to(entry: ET.Element, id: str) -> bool:
    dated = any("words" in each.get("class", "").split() for each in entry)
    return dated and any(address.endswith(f"/{id}.html") for _, address in list_links(entry))


def list_entries(page: ET.Element) -> list[ET.Element]:
    return [entry for entry in page.iter(f"{HTML}li") if any("words" in part.attrib.get("class", "") for part in entry)]


def test_every_date_stands_in_the_timeline_once(bundled_pages: dict[str, ET.Element], ds: Dataset):
    shown = sum(len(list_entries(page)) for path, page in bundled_pages.items() if path.startswith("en/timeline/"))
    dates = {"sources": "published", "appointments": "attested", "meetings": "held", "requests": "submitted", "milestones": "date"}
    dates |= {"measures": "as_of", "figures": "as_of", "actors": "founded", "statements": "due", "instructions": "due"}
    meetings_as_milestones = {milestone.meeting_id for milestone in ds.milestones if milestone.meeting_id and milestone.date}
    assert meetings_as_milestones
    records = [(name, record) for name in dates for record in ds.tables[name] if record.id not in meetings_as_milestones]
    assert shown == sum(getattr(record, dates[name]) is not None for name, record in records)


def test_the_timeline_of_a_year_begins_with_what_happened(bundled_pages: dict[str, ET.Element], ds: Dataset):
    page = bundled_pages["en/timeline/2024.html"]
    (folded,) = page.iter(f"{HTML}details")
    events = [entry for entry in list_entries(page) if entry not in list_entries(folded)]
    appointed = {address for entry in list_entries(folded) for _, address in list_links(entry)}
    assert {f"../id/{appointment.id}.html" for appointment in ds.appointments if "2024" in appointment.attested.edtf} <= appointed
    titles = ["".join(next(entry.iter(f"{HTML}a")).itertext()) for entry in events]
    assert len(titles) == len(set(titles))


def test_the_timeline_tells_what_became_of_what_was_planned(bundled_pages: dict[str, ET.Element], ds: Dataset):
    network = RecordNetwork(ds)
    outcomes = Stories(network, ds).list_outcomes()
    entries = list_entries(bundled_pages["en/timeline/2024.html"])
    shown = 0
    for milestone in ds.milestones:
        outcome = outcomes.get(network.numbers_by_id[milestone.id])
        for entry in entries if outcome else ():
            if entry_links_to(entry, milestone.id):
                assert f"../outcomes/{outcome}.html" in {address for _, address in list_links(entry)}
                shown += 1
    assert shown > 5


def test_a_year_of_a_large_site_goes_on_in_the_search():
    whole = sound()
    dated = next(milestone for milestone in whole.milestones if milestone.date)
    others = [attrs.evolve(dated, id=f"{dated.id}.{number}", date=When.from_value("2031-05-06"), meeting_id=None) for number in range(250)]
    data = Dataset.of([*whole, *others])
    query = "../find.html#from=2031&until=2031&sort=date"
    for limits, pages in (({}, 2), ({"max_pages": 0}, 1)):
        files = build_site(data, **limits)
        paths = [path for path in files if path.startswith("en/timeline/2031") and path.endswith(".html")]
        assert len(paths) == pages
        assert (query in {address for _, address in list_links(parse_page(files[paths[0]]))}) == (pages == 1)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "http://[", "https://", "http:x", "ftp://example.org", "https://a b", " https://a"]
)
def test_only_addresses_of_the_web_are_led_to(text: str):
    assert as_web_address(text) is None
    assert as_web_address("https://example.org/x?y=1#z") == "https://example.org/x?y=1#z"
