"""What is written as a package comes back the same."""

import csv
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import dxgov
from dxgov import Dataset, Metadata
from dxgov.testing import datasets
from package_files import edit_csv, parse_csv, read_descriptor, read_files
from reading import NASTY
from soundness import sound

pytestmark = pytest.mark.slow


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(datasets(max_size=2))
def test_every_data_set_comes_back(data: Dataset):
    with TemporaryDirectory() as folder:
        place = dxgov.export(data, Path(folder) / "export", zip=True)
        for format in ("csv", "parquet"):
            for path in (place / format, place / format / "datapackage.json", place / f"{format}.zip"):
                assert dxgov.load(path) == data


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    whole = sound()
    themes = [
        attrs.evolve(whole.themes["skills"], id=f"nasty-{number:02}", label=text, alt_labels=(text, text), note=text)
        for number, text in enumerate(NASTY.values())
    ]
    data = whole | Dataset.of(themes, whole.metadata)
    return data, dxgov.export(data, tmp_path_factory.mktemp("nasty") / "export", zip=True)


@pytest.mark.parametrize("name", ["csv", "parquet", "csv.zip", "parquet.zip"])
def test_nasty_texts_come_back(name: str, nasty: tuple[Dataset, Path]):
    data, place = nasty
    loaded = dxgov.load(place / name)
    for number, text in enumerate(NASTY.values()):
        theme = loaded.themes[f"nasty-{number:02}"]
        assert (theme.label, theme.alt_labels, theme.note) == (text, (text, text), text)
    assert loaded == data


def test_nasty_texts_read_with_the_csv_module(nasty: tuple[Dataset, Path]):
    csv.field_size_limit(1 << 24)
    header, *rows = parse_csv((nasty[1] / "csv/data/themes.csv").read_bytes())
    labels = {row[0]: row[header.index("label")] for row in rows}
    assert [labels[f"nasty-{number:02}"] for number in range(len(NASTY))] == list(NASTY.values())


@pytest.mark.parametrize("value", ["0", "-0.000000001", "0.5", "1234567890123456789.123456789", "-12345678901234567890", "1e6"])
def test_decimals_come_back_exactly(value: str, tmp_path: Path):
    whole = sound()
    data = Dataset.of([each for each in whole if each.id != "fig-speed"] + [attrs.evolve(whole.figures["fig-speed"], value=Decimal(value))])
    place = dxgov.export(data, tmp_path / "export")
    for format in ("csv", "parquet"):
        assert dxgov.load(place / format).figures["fig-speed"].value == Decimal(value)


@pytest.mark.parametrize("value", ["12345678901234567890123456789.123456789", "99999999999999999999999999999.999999999"])
def test_the_longest_decimals_come_back_exactly(value: str, tmp_path: Path):
    test_decimals_come_back_exactly(value, tmp_path)


@pytest.mark.parametrize("metadata", [Metadata(), Metadata(name="nothing-yet", created=date(2030, 12, 31))])
def test_an_empty_data_set_comes_back(metadata: Metadata, tmp_path: Path):
    empty = Dataset(metadata=metadata)
    place = dxgov.export(empty, tmp_path / "export", zip=True)
    for name in ("csv", "parquet", "csv.zip", "parquet.zip"):
        assert dxgov.validate(place / name).valid
        assert dxgov.load(place / name) == empty
    assert read_descriptor(place / "csv")["resources"]


def test_pandas_keeps_digits_and_types(sound_export: Path):
    actors = pd.read_parquet(sound_export / "parquet/data/actors.parquet").set_index("id")
    assert actors.loc["kaifu-shiomi", "local_government_code"] == "012017"
    assert actors.loc["kaifu-shiomi", "corporate_number"] == "7000020992011"
    meetings = pd.read_parquet(sound_export / "parquet/data/meetings.parquet")
    assert str(meetings["ordinal"].dtype) == "Int64"
    assert meetings["ordinal"].isna().tolist() == [False, False, True, True]
    asks = pd.read_parquet(sound_export / "parquet/data/asks.parquet")
    assert str(asks["interim"].dtype) == "boolean"
    assert str(asks["strength"].dtype) == "category"
    assert list(asks["kinds"][0]) == ["infrastructure", "funding"]


def test_gaps_in_the_positions_of_links_tell_nothing(sound_export: Path, tmp_path: Path):
    """Only their order counts; the next export counts them from 1."""
    place = shutil.copytree(sound_export / "csv", tmp_path / "csv")
    edit_csv(place, "statement_replies", lambda rows: [row.__setitem__(2, str(10 * int(row[2]))) for row in rows[1:]])
    edited = [row[2] for row in parse_csv((place / "data/statement_replies.csv").read_bytes())]
    assert edited == ["position", "10", "20"]
    assert dxgov.load(place) == sound()
    again = dxgov.export(dxgov.load(place), tmp_path / "export", formats="csv")
    assert read_files(again / "csv") == read_files(sound_export / "csv")
