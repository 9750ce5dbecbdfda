"""Characters that readers do not see, or take for others, are warned of."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

import dxgov
from dxgov import Dataset, ProblemCode
from dxgov.cli import main
from package_files import edit_descriptor
from soundness import sound
from test_display import hostile

pytestmark = pytest.mark.slow


UNUSUAL = {
    "か\u3099": "U+3099 COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK, which with 'か' before it is to be U+304C",
    "⼀覧": "U+2F00 KANGXI RADICAL ONE, which looks like U+4E00",
    "⻤": "U+2EE4 CJK RADICAL GHOST",
    "ﾃﾞｼﾞﾀﾙ": "U+FF83 HALFWIDTH KATAKANA LETTER TE, which looks like U+30C6",
    "\uf9a8和": "U+F9A8 CJK COMPATIBILITY IDEOGRAPH-F9A8, which looks like U+4EE4",
    "a\u200bb": "U+200B ZERO WIDTH SPACE, which nobody sees",
    "\ufeff海": "U+FEFF ZERO WIDTH NO-BREAK SPACE, which nobody sees",
    "海\u2060底": "U+2060 WORD JOINER",
    "co\xadop": "U+00AD SOFT HYPHEN",
    "海\u202eabc": "U+202E RIGHT-TO-LEFT OVERRIDE",
    "海\u2066abc": "U+2066 LEFT-TO-RIGHT ISOLATE",
    "外\ue000字": "U+E000, which means nothing outside",
    "a\u0378": "U+0378, to which Unicode",
    "海\nabc": "U+000A LINE FEED, where one line is expected",
    "海\r\nabc": "U+000D CARRIAGE RETURN",
    "海\u2028abc": "U+2028 LINE SEPARATOR",
    "e\u0301": "U+0301 COMBINING ACUTE ACCENT, which with 'e' before it is to be U+00E9",
    "\u2126": "U+2126 OHM SIGN, which looks like U+03A9",
    "a\ufe0f \ufe0f": "U+FE0F VARIATION SELECTOR-16",
    "\U000e0041": "U+E0041 TAG LATIN CAPITAL LETTER A",
}

USUAL = [
    "葛\U000e0100城市",
    "👩\u200d💻の日",
    "か゚",
    "㈱デジタル（案）①",
    "Ōsaka é ﬁ",
    "한국",
    "عربى",
    "क्\u200dष",
    "می\u200cخواهم",
    "☎\ufe0f",
    "１２３",
    "\u3000海 底",
]


def build_themes(texts: Iterable[str]) -> Dataset:
    """The sound data set with a theme for each of some texts."""
    whole = sound()
    pattern = next(each for each in whole if each.id == "skills")
    more = (attrs.evolve(pattern, id=f"x-{number}", label=f"海{text}") for number, text in enumerate(texts, 100))
    return Dataset.of([*whole, *more], whole.metadata)


@pytest.fixture(scope="module")
def unusual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dxgov.export(build_themes(UNUSUAL), tmp_path_factory.mktemp("unusual") / "export", zip=True)


@pytest.mark.parametrize("format", ["csv", "parquet", "csv.zip", None])
def test_an_unusual_character_is_named_and_the_package_valid(format: str | None, unusual: Path):
    report = dxgov.validate(unusual / format if format else build_themes(UNUSUAL))
    assert report.valid
    assert not list(report)
    assert [each.value for each in report.warnings] == [f"海{text}" for text in UNUSUAL]
    for warning, told in zip(report.warnings, UNUSUAL.values(), strict=True):
        assert (warning.code, warning.table, warning.field) == (ProblemCode.UNUSUAL_CHARACTER, "themes", "label")
        assert told in warning.message
    first, *lines = str(report).split("\n")
    assert first.endswith(f"no problems, {len(UNUSUAL)} warnings")
    assert lines == [f"warning: {warning}" for warning in report.warnings]
    assert [each["value"] for each in report.to_dict()["warnings"]] == [each.value for each in report.warnings]


def test_what_some_script_needs_is_not_warned_of():
    assert not dxgov.validate(build_themes(USUAL)).warnings


def test_unusual_characters_of_what_a_data_set_says_of_itself_are_warned_of(sound_export: Path, tmp_path: Path):
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_descriptor(place, lambda found: (found.update(title="a\nb", description="a\nb"), found["sources"][0].update(title="x\u202e")))
    report = dxgov.validate(place)
    assert report.valid
    assert [(each.field, each.file) for each in report.warnings] == [
        ("title", "datapackage.json"),
        ("sources[0].title", "datapackage.json"),
    ]
    assert [each.field for each in dxgov.validate(dxgov.load(place)).warnings] == ["title", "sources[0].title"]


def test_warnings_are_limited_and_make_nothing_invalid():
    data = hostile("\u200b")
    report = dxgov.validate(data, limits=dxgov.Limits(problems=3))
    assert report.valid
    assert [each.code for each in report.warnings] == [*[ProblemCode.UNUSUAL_CHARACTER] * 3, ProblemCode.MORE_PROBLEMS]
    result = CliRunner().invoke(main, ["validate", "--limit", "problems=3"])
    assert result.exit_code == 0


def test_the_bundled_data_have_no_warnings():
    assert dxgov.validate(dxgov.load()).warnings == ()
