"""The table of local governments, and finding them by name."""

import gzip
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

from dxgov.documents.local_governments import LocalGovernment, find_local_governments, load_local_governments

GOVERNMENTS = load_local_governments()
IN_FORCE = tuple(government for government in GOVERNMENTS if government.valid_to is None)
governments_in_force = sampled_from(IN_FORCE)


def list_codes(name: str, context: str = "", *, on: date | None = None) -> list[str]:
    return [government.code for government in find_local_governments(name, context, on=on)]


def test_table_is_complete():
    kinds = Counter(government.kind for government in IN_FORCE)
    assert kinds == {"metropolis": 1, "prefecture": 46, "special_ward": 23, "city": 792, "town": 743, "village": 183, "bureau": 171}


def test_table_is_small():
    assert len((files("dxgov.documents") / "local_governments.csv.gz").read_bytes()) < 60_000
    assert gzip.decompress((files("dxgov.documents") / "local_governments.csv.gz").read_bytes()).endswith(b"\n")


def test_check_digits_are_right():
    for government in GOVERNMENTS:
        *digits, check = map(int, government.code)
        total = sum(digit * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2), strict=True))
        assert check == (11 - total % 11) % 10, government


def test_codes_are_unique_on_every_day():
    for day in (date(2016, 1, 1), date(2017, 1, 1), date(2020, 1, 1), date(2026, 1, 1)):
        codes = Counter(government.code for government in GOVERNMENTS if government.is_valid_on(day))
        assert max(codes.values()) == 1


@given(governments_in_force)
def test_full_names_mean_one(government: LocalGovernment):
    assert list_codes(government.full_name) == [government.code]


@given(governments_in_force)
def test_prefectures_in_the_context_decide(government: LocalGovernment):
    assert list_codes(government.name, f"{government.prefecture}議会議長") == [government.code]


@given(sampled_from([government for government in IN_FORCE if government.city]))
def test_wards_are_found_by_their_city(government: LocalGovernment):
    ward = government.name.removeprefix(government.city)
    assert government in find_local_governments(ward)
    assert list_codes(ward, f"{government.city}の区役所") == [government.code]


def test_shared_names_need_a_context():
    names = Counter(government.name for government in IN_FORCE)
    shared = [name for name, count in names.items() if count > 1]
    assert len(shared) == 25
    for name in shared:
        assert len(find_local_governments(name)) == names[name]
        assert len(find_local_governments(name, "この町の庁舎")) == names[name]


@pytest.mark.parametrize(
    ("name", "context", "code"),
    [
        ("府中市", "福山市及び尾道市", "342084"),
        ("愛知県海部郡大治町", "", "234249"),
        ("海部郡大治町", "", "234249"),
        ("郡上市", "", "212199"),
        ("龍ヶ崎市", "", "082082"),
        ("竜ケ崎市", "", "082082"),
        ("塩釜市", "", "042030"),
        ("ﾆｾｺ町", "", "013951"),
        ("東京都　府中市", "", "132063"),
        ("四日市市", "", "242021"),
        ("中央区", "東京都の特別区", "131024"),
    ],
)
def test_names_are_found(name: str, context: str, code: str):
    assert list_codes(name, context) == [code]


@pytest.mark.parametrize("name", ["", "市", "本市", "都市", "緑川町", "東京", "市町村"])
def test_other_words_are_not_found(name: str):
    assert find_local_governments(name) == ()


def test_names_and_codes_have_their_time():
    assert list_codes("那珂川町") == ["094111"]
    assert list_codes("那珂川町", on=date(2018, 9, 30)) == ["094111", "403059"]
    assert list_codes("篠山市") == ["282219"]
    assert list_codes("丹波篠山市", on=date(2019, 4, 30)) == []
    assert list_codes("浜松市天竜区") == ["221406"]
    assert list_codes("浜松市天竜区", on=date(2023, 12, 31)) == ["221376"]
