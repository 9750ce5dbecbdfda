"""What notebooks and terminals show of records, tables and reports is short, well-formed and harmless."""

import io
import re
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given

import dxgov
from dxgov import Dataset, Metadata
from dxgov.testing import datasets
from soundness import sound

pytestmark = pytest.mark.slow


def test_a_record_in_a_terminal_is_what_one_would_write():
    names = {name: getattr(dxgov, name) for name in dxgov.__all__} | {"Decimal": __import__("decimal").Decimal}
    for record in sound():
        assert eval(repr(record), names) == record  # noqa: S307 - our own data
        assert ", note=None" not in repr(record)


@given(datasets(max_size=2))
def test_html_is_well_formed_short_and_holds_no_markup_of_its_own(data: Dataset):
    shown = [data, *data.tables.values(), *data, dxgov.validate(data)]
    for each in shown:
        page = each._repr_html_()
        drawn = ET.fromstring(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", page))  # noqa: S314 - what dxgov has just made
        assert {element.tag for element in drawn.iter()} <= {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "p"}
        assert all(head.get("scope") in ("col", "row") for head in drawn.iter("th"))
        assert len(page) < 30_000
        assert "color" not in page


def test_a_report_shows_its_problems(ds: Dataset):
    whole = sound()
    faulty = [attrs.evolve(each, broader_id="nowhere") if isinstance(each, dxgov.Theme) else each for each in whole]
    report = dxgov.validate(Dataset.of(faulty, whole.metadata))
    assert repr(report) == f"<Report kaifu-lines: {len(whole)} records, {len(report.problems)} unknown-reference>"
    assert "unknown-reference" in report._repr_html_()
    assert repr(dxgov.validate(ds)).endswith("570 records, no problems>")
    assert dxgov.validate(Dataset(metadata=Metadata(name="x")))._repr_html_() == "<p>x: 0 records, no problems</p>"


def test_tables_tell_how_much_they_leave_out(ds: Dataset):
    assert "… +52" in ds.asks._repr_html_()
    assert "<script>" not in ds.asks._repr_html_()
    assert ds._repr_html_().count("<tr>") == 1 + sum(1 for records in ds.tables.values() if len(records))
    assert io.StringIO(repr(ds.asks[0])).readline().startswith("Ask(id='req-2020-10-16")
