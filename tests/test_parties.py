"""Parties: bodies, posts and persons in lines, blocks and prose, and their links to known actors."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

import dxgov
from dxgov.documents.known_actors import KnownActors
from dxgov.documents.lines import Line
from dxgov.documents.local_governments import LocalGovernment, load_local_governments
from dxgov.documents.parties import _CERTAINTIES, HONORIFICS, Party, find_parties, read_parties, read_party
from dxgov.documents.readings import READING_VALUES, Certainty, EntryKind

IN_FORCE = [government for government in load_local_governments() if government.valid_to is None]
governments = sampled_from(IN_FORCE)
persons = sampled_from(["緑野 健", "緑野　健", "佐藤みどり", "林健太郎", "森 一", "○○　○○", "五十嵐 あおい", "緑　野　健　太"])
honorifics = sampled_from(["様", "殿", "先生", "氏", "（様）", "宛"])
blanks = sampled_from(["", " ", "　", "　　"])


def make_post(government: LocalGovernment) -> tuple[str, str]:
    """Return the post at the head of a local government with its body, and without."""
    if government.kind in ("metropolis", "prefecture"):
        return f"{government.name}知事", "知事"
    return f"{government.name}長", f"{government.name[-1]}長"


def squeeze(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def make_lines(text: str) -> list[Line]:
    return [Line(number, line) for number, line in enumerate(text.split("\n"), 1)]


@pytest.mark.parametrize("association", ["海府県町村会", "全国市長会", "関東知事会", "緑川市議会議長会", "緑川町商工会"])
@pytest.mark.parametrize("post", ["長", "会長", "　会長", "副会長"])
def test_the_head_of_an_association_is_of_the_association(association: str, post: str):
    party = read_party(f"{association}{post}　緑野　健")
    assert party is not None
    assert (party.body, party.body_kind, party.person) == (association, "association", "緑野 健")
    assert party.name == f"{association}{post.strip()}"
    assert party.post in ("会長", "副会長")


@pytest.mark.parametrize("name", ["緑川中学校生徒会", "緑川駅前商店会", "緑川保育園保護者会"])
def test_a_club_is_an_association(name: str):
    party = read_party(name)
    assert party is not None
    assert (party.name, party.body_kind) == (name, "association")


@pytest.mark.parametrize("honorific", ["様", "　殿"])
def test_a_portfolio_stands_before_the_honorific(honorific: str):
    party = read_party(f"内閣府特命担当大臣（防災）{honorific}")
    assert party is not None
    assert (party.name, party.honorific) == ("内閣府特命担当大臣（防災）", honorific.strip())


@given(governments, persons, honorifics, blanks)
def test_every_head_of_a_local_government_is_read(government: LocalGovernment, person: str, honorific: str, blank: str):
    office, post = make_post(government)
    text = f"{office}　{person}{blank}{honorific}"
    party = read_party(text, f"{government.prefecture}議会")
    assert party is not None
    assert (party.name, party.kind, party.body, party.post) == (office, "post", government.name, post)
    assert squeeze(party.person) == squeeze(person)
    assert party.local_government_code == government.code
    assert party.body_kind == government.kind
    assert party.honorific == honorific.strip("（）")
    assert text[party.start : party.end] == text


@pytest.mark.parametrize("form", ["{}", "宛先：{}", "○{}：", "{}　緑野　健　様"])
def test_every_head_is_read_with_the_prefecture(form: str):
    for government in IN_FORCE:
        office, _ = make_post(government)
        party = read_party(form.format(office), government.prefecture)
        assert party is not None
        assert (party.name, party.local_government_code) == (office, government.code)
        assert party.person == ("緑野 健" if "緑野" in form else None)


@given(governments, sampled_from(["議会", "教育委員会", "選挙管理委員会", "総務部", "デジタル推進課"]))
def test_organs_are_not_their_local_government(government: LocalGovernment, organ: str):
    party = read_party(government.full_name + organ)
    assert party is not None
    assert party.body == government.full_name + organ
    assert party.local_government_code is None
    assert party.certainty is Certainty.SURE


def test_every_local_government_is_found_in_prose():
    for government in IN_FORCE:
        office, _ = make_post(government)
        text = f"このたび{government.full_name}は、要望を{office}から受け取りました。"
        assert [(party.name, party.local_government_code) for party in find_parties(text)] == [
            (government.full_name, government.code),
            (office, government.code),
        ]


def test_shared_names_ask_for_a_context():
    party = read_party("府中市長")
    assert party is not None
    assert (party.name, party.local_government_code, party.certainty) == ("府中市長", None, Certainty.UNSURE)
    value = party.list_values("addressee")["local_government_code"]
    assert (value.value, value.alternatives, value.certainty) == ("132063", ("342084",), Certainty.UNSURE)
    by_context = read_party("府中市長", "広島県")
    assert by_context is not None
    assert (by_context.local_government_code, by_context.certainty) == ("342084", Certainty.LIKELY)


CASES = {
    # text: name, kind, body, post, person
    "内閣総理大臣　殿": ("内閣総理大臣", "post", None, "内閣総理大臣", None),
    "国土交通大臣　緑野 健　様": ("国土交通大臣", "post", None, "国土交通大臣", "緑野 健"),
    "内閣府特命担当大臣（金融）": ("内閣府特命担当大臣（金融）", "post", "内閣府", "特命担当大臣（金融）", None),
    "デジタル庁　デジタル大臣政務官": ("デジタル庁デジタル大臣政務官", "post", "デジタル庁", "デジタル大臣政務官", None),
    "衆議院議長 様": ("衆議院議長", "post", "衆議院", "議長", None),
    "青葉県知事　様": ("青葉県知事", "post", "青葉県", "知事", None),
    "緑川市長　林　健": ("緑川市長", "post", "緑川市", "市長", "林 健"),
    "緑川町議会議長　森　一郎": ("緑川町議会議長", "post", "緑川町議会", "議長", "森 一郎"),
    "神奈川県議会": ("神奈川県議会", "assembly", "神奈川県議会", None, None),
    "全国市長会会長": ("全国市長会会長", "post", "全国市長会", "会長", None),
    "青葉県町村会": ("青葉県町村会", "association", "青葉県町村会", None, None),
    "総務省自治行政局長": ("総務省自治行政局長", "post", "総務省", "自治行政局長", None),
    "東京都総務局総務部長": ("東京都総務局総務部長", "post", "東京都総務局", "総務部長", None),
    "都市整備局長": ("都市整備局長", "post", None, "都市整備局長", None),
    "社会福祉課長": ("社会福祉課長", "post", None, "社会福祉課長", None),
    "市町村長": ("市町村長", "collective", "市町村長", None, None),
    "関係各省庁": ("関係各省庁", "collective", "関係各省庁", None, None),
    "関係大臣": ("関係大臣", "collective", "関係大臣", None, None),
    "国": ("国", "nation", "国", None, None),
    "株式会社 みどり　代表取締役　林 健": ("株式会社 みどり代表取締役", "post", "株式会社 みどり", "代表取締役", "林 健"),
    "株式会社 みどり": ("株式会社 みどり", "company", "株式会社 みどり", None, None),
    "ＮＰＯ法人みどりの会": ("ＮＰＯ法人みどりの会", "incorporated_body", "ＮＰＯ法人みどりの会", None, None),
    "みどり法律事務所 弁護士 林 健 氏": ("みどり法律事務所弁護士", "post", "みどり法律事務所", "弁護士", "林 健"),
    "林 健（みどり法律事務所 弁護士）": ("みどり法律事務所弁護士", "post", "みどり法律事務所", "弁護士", "林 健"),
    "議長（緑野健君）": ("議長", "post", None, "議長", "緑野健"),
    "林健太郎総務省自治行政局長": ("総務省自治行政局長", "post", "総務省", "自治行政局長", "林健太郎"),
    "緑野健太郎 副議長": ("副議長", "post", None, "副議長", "緑野健太郎"),
    "鈴木デジタル改革担当大臣": ("デジタル改革担当大臣", "post", None, "デジタル改革担当大臣", "鈴木"),
    "鈴木都知事": ("都知事", "post", None, "都知事", "鈴木"),
    "竹内委員長": ("委員長", "post", None, "委員長", "竹内"),
    "総務委員長": ("総務委員長", "post", None, "総務委員長", None),
    "緑野福祉部長": ("福祉部長", "post", None, "福祉部長", "緑野"),
    "東京都市長会会長　町田市長　緑野 健": ("東京都市長会会長", "post", "東京都市長会", "会長", "緑野 健"),
    "財務大臣・内閣府特命担当大臣（金融）　緑野健": ("財務大臣", "post", None, "財務大臣", "緑野健"),
    "緑　野　健　様": ("緑野健", "person", None, None, "緑野健"),
    "神戸市長田区": ("神戸市長田区", "bureau", "神戸市長田区", None, None),
    "神戸市長田区長": ("神戸市長田区長", "post", "神戸市長田区", "区長", None),
    "神戸市長　田口　学": ("神戸市長", "post", "神戸市", "市長", "田口 学"),
    "教育長": ("教育長", "post", None, "教育長", None),
}


@pytest.mark.parametrize("text", CASES)
def test_parties_are_divided(text: str):
    party = read_party(text)
    assert party is not None
    assert (party.name, party.kind, party.body, party.post, party.person) == CASES[text]


@pytest.mark.parametrize(
    "text", ["", "　", "下記のとおり要望します。", "電話 03-1234-5678", "緑川市緑町一丁目2番地", "道路の整備に関すること", "あ" * 61]
)
def test_other_lines_are_no_parties(text: str):
    assert read_party(text) is None


def test_values_are_those_of_an_entry():
    party = read_party("町田市長　緑野 健　様")
    assert party is not None
    values = party.list_values("addressee", 3, 4)
    assert tuple(values) == READING_VALUES[EntryKind.PARTY]
    assert {name: value.value for name, value in values.items()} == {
        "role": "addressee",
        "name": "町田市長",
        "kind": "post",
        "body": "町田市",
        "post": "市長",
        "person": "緑野 健",
        "local_government_code": "132098",
    }
    assert all((value.first_line, value.last_line, value.reason) == (3, 4, "local-government") for value in values.values())


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("東京都知事\n緑野健様", [("東京都知事", "緑野健", "様", [1, 2])]),
        (
            "青葉県市長会会長\n林 健\n\n\n青葉県町村会会長\n森 一",
            [("青葉県市長会会長", "林 健", None, [1, 2]), ("青葉県町村会会長", "森 一", None, [5, 6])],
        ),
        ("緑川町議会\n議長　山 本　太 郎", [("緑川町議会議長", "山本太郎", None, [1, 2])]),
        (
            "衆議院議長\n参議院議長\n内閣総理大臣\n総務大臣\n財務大臣　　様",
            [
                (name, None, "様", [number])
                for number, name in enumerate(("衆議院議長", "参議院議長", "内閣総理大臣", "総務大臣", "財務大臣"), 1)
            ],
        ),
        (
            "衆議院議長、参議院議長、総務大臣　殿",
            [("衆議院議長", None, "殿", [1]), ("参議院議長", None, "殿", [1]), ("総務大臣", None, "殿", [1])],
        ),
        ("総務大臣　林健様　　環境大臣　森一様", [("総務大臣", "林健", "様", [1]), ("環境大臣", "森一", "様", [1])]),
        ("町田市長　林健\n森一", [("町田市長", "林健", None, [1]), ("森一", "森一", None, [2])]),
        ("（宛先）\n神奈川県知事", [("神奈川県知事", None, None, [2])]),
        ("総務大臣\n環境大臣\n\n宛て", [("総務大臣", None, "宛て", [1]), ("環境大臣", None, "宛て", [2])]),
    ],
)
def test_blocks_are_read(text: str, parties: list[tuple[str, str | None, str | None, list[int]]]):
    assert [
        (party.name, party.person, party.honorific, [line.number for line in lines]) for party, lines in read_parties(make_lines(text))
    ] == parties


def test_spans_of_a_block_are_those_of_the_first_line():
    text = "町田市長 林健、八王子市長 森一"
    assert [text[party.start : party.end] for party, _ in read_parties(make_lines(text))] == ["町田市長 林健", "八王子市長 森一"]


def test_parties_are_found_in_prose():
    text = "今回、東京都知事の緑野健氏は、総務省とデジタル庁に対し、町田市や府中市などの市町村の声を聞くよう求めた。全国市長会も加わる。"
    assert [(party.name, party.person, text[party.start : party.end]) for party in find_parties(text)] == [
        ("東京都知事", "緑野健", "東京都知事の緑野健氏"),
        ("総務省", None, "総務省"),
        ("デジタル庁", None, "デジタル庁"),
        ("町田市", None, "町田市"),
        ("府中市", None, "府中市"),
        ("市町村", None, "市町村"),
        ("全国市長会", None, "全国市長会"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "町田市民の声を市長が聞き、都市整備を進め、株式市場や社会の変化を考える。",
        "市役所の窓口で町会の会長や学校の先生が、選挙の手続をする。",
        "会議では部長が説明し、委員が質問した。本会議の議事録は後日公開する。",
        "同様に、多様な仕様を検討し、模様替えの様子を各部署の担当者が見る。",
        "内閣府大臣室の廊下、東京都内の交通網、神戸市場の価格、大阪府域の雨量、国立公園の道路。",
    ],
)
def test_prose_without_parties_has_none(text: str):
    assert find_parties(text) == []


def test_places_named_like_towns_of_other_prefectures_are_none_in_prose():
    assert [party.name for party in find_parties("東京都が大井町の再開発を進める。")] == ["東京都"]
    assert [party.name for party in find_parties("神奈川県が大井町の再開発を進める。")] == ["神奈川県", "大井町"]


def test_words_of_time_before_a_name_are_left_out():
    assert [party.name for party in find_parties("前町田市長と新宮市長、今回総務省が加わる。")] == ["町田市長", "新宮市長", "総務省"]


def test_runs_with_dots_are_one_name_or_several():
    text = "総務省・財務省が、東京都・区市町村連絡協議会に加わる。"
    assert [party.name for party in find_parties(text)] == ["総務省", "財務省", "東京都・区市町村連絡協議会"]


@pytest.mark.parametrize("honorific", ["同様", "多様", "仕様", "模様"])
def test_words_that_end_like_honorifics_are_none(honorific: str):
    assert not re.search(f"(?:{HONORIFICS})$", honorific)


def test_the_page_on_parties_explains_every_rule():
    page = (Path(__file__).parents[1] / "docs" / "parties.md").read_text("utf-8")
    assert set(re.findall("^\\| `([a-z-]+)` \\| ([a-z]+) \\|", page, re.MULTILINE)) == set(_CERTAINTIES.items())


@pytest.fixture(scope="module")
def actors():
    return dxgov.load().actors


@pytest.fixture(scope="module")
def known(actors) -> KnownActors:
    return KnownActors(
        {actor.id: (actor.name, actor.label or "") for actor in actors},
        {actor.id: actor.local_government_code for actor in actors if actor.local_government_code},
        {actor.id: actor.part_of_id for actor in actors if actor.part_of_id},
    )


def test_actors_of_the_bundled_data_are_read_and_linked(actors, known: KnownActors):
    for actor in actors:
        if actor.kind == "unspecified":
            continue
        party = read_party(actor.name)
        assert party is not None, actor
        assert (party.kind, known.link(party).id) == (actor.kind, actor.id)


def test_links_say_why(known: KnownActors):
    def link(text: str, context: str = "") -> tuple[str | None, Certainty, str]:
        party = read_party(text, context)
        assert party is not None
        link = known.link(party)
        return link.id, link.certainty, link.reason

    assert link("東京都町田市") == ("jp-13-machida", Certainty.SURE, "code")
    assert link("東京都知事　緑野 健　様") == ("jp-13-tokyo.governor", Certainty.SURE, "name")
    assert link("山田太郎 氏") == ("yamada-taro", Certainty.LIKELY, "name")
    assert link("デジタル庁 デジタル大臣政務官") == ("jp-digital-agency.parliamentary-vice-minister", Certainty.SURE, "name")
    assert link("三浦法律事務所 弁護士") == ("miura-and-partners.lawyer", Certainty.LIKELY, "name")
    assert link("鈴木都知事") == ("jp-13-tokyo.governor", Certainty.LIKELY, "end-of-name")
    assert link("東京都副知事") == ("jp-13-tokyo.vice-governor", Certainty.SURE, "name")
    assert link("鈴木副知事") == ("jp-13-tokyo.vice-governor", Certainty.UNSURE, "name")
    assert link("神奈川県副知事") == (None, Certainty.LIKELY, "no-such-name")
    assert link("神奈川県知事") == (None, Certainty.LIKELY, "no-such-name")


def test_unknown_actors_have_near_candidates(known: KnownActors):
    party = read_party("東京都市長会副会長")
    assert party is not None
    assert known.link(party).candidates[0] == "jp-13-city-mayors-association.president"


def test_another_government_of_the_name_is_not_linked():
    known = KnownActors({"fuchu": ("府中市",), "mayor": ("府中市長",)}, {"fuchu": "132063"}, {"mayor": "fuchu"})
    for name, id in (("府中市", "fuchu"), ("府中市長", "mayor")):
        here, elsewhere = read_party(name, "東京都"), read_party(name, "広島県")
        assert here is not None
        assert elsewhere is not None
        assert (known.link(here).id, known.link(elsewhere).id) == (id, None)


def test_a_post_is_that_of_its_organisation():
    names = {"tokyo": ("東京都",), "kanagawa": ("神奈川県",), "vice": ("副知事",)}
    known = KnownActors(names, {}, {"vice": "tokyo"})
    parties = [read_party(name) for name in ("東京都副知事", "神奈川県副知事")]
    assert [party and known.link(party).id for party in parties] == ["vice", None]


def test_a_post_is_known_by_its_short_name():
    known = KnownActors({"minister": ("内閣総理大臣",)}, {})
    assert {known.link(Party.of_name(name)).id for name in ("総理", "首相", "内閣総理大臣")} == {"minister"}
    assert known.link(Party.of_name("総理秘書官")).id is None


@given(governments, sampled_from(["長", "議会議長", "教育委員会", ""]))
def test_a_party_comes_back_from_its_values(government: LocalGovernment, office: str):
    party = read_party(government.full_name + office, government.prefecture)
    assert party is not None
    again = Party.of_values(party.list_values("addressee"))
    assert again is not None
    for name in ("name", "body", "post", "person", "kind", "body_kind"):
        assert getattr(again, name) == getattr(party, name)
    assert {other.code for other in again.local_governments} == {other.code for other in party.local_governments}


def test_a_name_is_divided_unless_its_post_says_little():
    assert [(party.name, party.post, party.person) for party in map(Party.of_name, ("鈴木都知事", "鈴木大臣", "海府県知事"))] == [
        ("都知事", "都知事", "鈴木"),
        ("鈴木大臣", None, None),
        ("海府県知事", "知事", None),
    ]


def test_actors_of_one_name_are_candidates():
    known = KnownActors({"a": ("緑の会",), "b": ("緑の会",)}, {})
    party = read_party("緑の会")
    assert party is not None
    link = known.link(party)
    assert (link.id, link.certainty, link.reason, link.candidates) == ("a", Certainty.UNSURE, "shared-name", ("b",))
