"""dxgov and frictionless find the same in random packages, sound and faulty, but for the differences that are told with their reasons."""

from pathlib import Path

import pytest

import differential
import dxgov
from differences import DIFFERENCES, Difference, Example, explained
from dxgov import Limits
from toys import Workshop
from verdicts import Finding, Verdicts, differing, verdicts

pytestmark = pytest.mark.slow


def unexplained(found: Verdicts) -> list[tuple[str, Finding]]:
    """What only one of the two finds, for no known reason."""
    return [(by, each) for by, only in differing(found).items() for each in sorted(only, key=str) if not explained(each, by, found)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", range(metafunc.config.getoption("packages")))


def test_both_find_the_same(number: int, tmp_path: Path):
    made = differential.made(number, tmp_path / "package")
    found = verdicts(made.folder, made.model)
    if made.fate == "sound":
        assert not found.ours
    if made.fate == "planted":
        assert sorted((each.code, each.table, each.row, each.field) for each in found.problems) == list(made.planted)
    assert not unexplained(found), made.story()
    few = Limits(batch=1 + number % 5, memory=1)  # so small a package is one batch otherwise, and nothing of it lies on disk
    assert dxgov.validate(made.folder, made.model, limits=few).problems == found.problems, made.story()


ALONE = [(each, example) for each in DIFFERENCES for example in each.examples if example.accident]


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_each_difference_in_a_cell_is_still_one(format: str, tmp_path: Path):
    examples = [(each, example) for each in DIFFERENCES for example in each.examples if not example.accident and example.format == format]
    rows = differential.exemplified([example for _, example in examples], tmp_path / "package", format)
    found = verdicts(tmp_path / "package", Workshop)
    assert not unexplained(found)
    only = differing(found)
    for row, (difference, example) in zip(rows, examples, strict=True):
        here = [each for each in only[difference.found_by] if (each.table, each.row) == (example.table, row)]
        assert any(difference.covers(each, found) for each in here), (difference.what, example.cells)


@pytest.mark.parametrize(("difference", "example"), ALONE, ids=lambda each: each.accident if isinstance(each, Example) else each.what[:40])
def test_each_difference_in_a_file_is_still_one(difference: Difference, example: Example, tmp_path: Path):
    differential.exemplified([example], tmp_path / "package", example.format)
    found = verdicts(tmp_path / "package", Workshop)
    assert not unexplained(found)
    assert any(difference.covers(each, found) for each in differing(found)[difference.found_by])


def test_the_workshop_of_the_examples_is_sound(tmp_path: Path):
    for format in ("csv", "parquet"):
        differential.exemplified([], tmp_path / format, format)
        found = verdicts(tmp_path / format, Workshop)
        assert not found.ours
        assert not found.theirs
