"""The example that makes an index of minutes: sound, proven line by line, and without values that stand for nothing."""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import attrs
import pytest

import dxgov
import dxgov.charts
from dxgov import ActorKind, Depth, MeetingKind, NameStatus, Review, StatementKind
from dxgov.text.reports import format_open_issues

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
MINUTES = EXAMPLES / "minutes" / "meetings.jsonl"
MEETINGS = [json.loads(line) for line in MINUTES.read_text("utf-8").splitlines()]

PLACEHOLDER = re.compile(
    r"[\W_]*|(?i:n/?a|none|null|nan|unknown|unspecified|untitled|dummy|todo|tbd|xxx?|test)|不明|不詳|未定|未詳|未入力|なし|無し|空欄|仮"
)
"""Texts that stand for nothing."""


def run_script(folder: Path, lines: list[str]) -> Path:
    """Run the example on minutes; return the folder with its package `index` and its texts `texts`."""
    (folder / "texts").mkdir(parents=True)
    minutes = folder / "minutes.jsonl"
    minutes.write_text("".join(lines), "utf-8")
    arguments = [minutes, "jp-13-kaifu", "海風区", "special_ward", folder / "texts", folder / "index"]
    subprocess.run([sys.executable, EXAMPLES / "minutes_index.py", *arguments], check=True)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_script(tmp_path_factory.mktemp("minutes") / "all", MINUTES.read_text("utf-8").splitlines(keepends=True))


@pytest.fixture(scope="module")
def ds(folder: Path) -> dxgov.Dataset:
    return dxgov.load(folder / "index" / "csv")


def test_the_index_is_sound_and_every_record_proven(folder: Path, ds: dxgov.Dataset):
    assert dxgov.validate(folder / "index" / "csv").valid
    report = dxgov.verify(ds, folder / "texts")
    assert report.valid
    assert report.proven == report.records == sum(1 for _ in ds)


def test_every_meeting_and_turn_is_there_in_order(ds: dxgov.Dataset):
    assert {source.url for source in ds.sources} == {meeting["sourceUrl"] for meeting in MEETINGS}
    assert {(meeting.held.edtf, meeting.kind) for meeting in ds.meetings} == {
        ("2031-06-12", MeetingKind.PLENARY),
        ("2031-06-20", MeetingKind.COMMITTEE),
        ("2031-07-04", MeetingKind.COMMITTEE),
    }
    for meeting in MEETINGS:
        turns = ds.statements.where(meeting_id=f"mtg-jp-13-kaifu-{meeting['id']}")
        assert [turn.turn for turn in turns] == [voice["i"] for voice in meeting["voices"]]
        assert all(
            voice["speaker"].startswith(turn.speaker_as_printed) or turn.speaker_as_printed in {"氏", "参考人"}
            for turn, voice in zip(turns, meeting["voices"], strict=True)
        )


def test_posts_and_family_names_have_labels_that_stand_alone(ds: dxgov.Dataset):
    posts = [actor for actor in ds.actors if actor.kind is ActorKind.POST and actor.part_of_id]
    assert posts
    assert all(post.label == f"{ds.actors[post.part_of_id].name}{post.name}" for post in posts)
    families = [actor for actor in ds.actors if actor.name_status is NameStatus.FAMILY_ONLY]
    assert families
    assert all(actor.label.startswith(actor.name) and actor.label != actor.name for actor in families)
    assert not any(actor.label_en for actor in ds.actors)


def test_charts_and_open_issues_say_why_they_show_nothing(ds: dxgov.Dataset):
    assert dxgov.charts.flow(ds).finding == (
        "This chart is about asks, of which the data hold none. All documents are recorded as an index."
    )
    assert dxgov.charts.who_must_act(ds, "ja").finding.endswith("要望行為の記録はない。収録した文書はすべて索引である。")
    assert "テーマの記録はない" in dxgov.charts.themes(ds, "ja").finding
    unjudged = len(ds.statements.where(kind=None))
    assert f"索引の発言{unjudged}件は" in format_open_issues(ds, "ja")
    assert format_open_issues(ds, "en").count("None on record.") == 2
    assert "not judged yet" in dxgov.charts.conversation(ds).finding


def test_no_field_holds_a_placeholder(ds: dxgov.Dataset):
    def list_texts(value: object) -> list[str]:
        if attrs.has(type(value)):
            return [text for field in attrs.fields(type(value)) for text in list_texts(getattr(value, field.name))]
        if isinstance(value, tuple):
            return [text for member in value for text in list_texts(member)]
        return [value] if type(value) is str else []  # a code is chosen, not written

    assert [text for record in ds for text in list_texts(record) if PLACEHOLDER.fullmatch(text)] == []
    assert not any(actor.kind is ActorKind.UNSPECIFIED for actor in ds.actors)
    assert {record.citation.first_line is None for record in ds} == {False}


def test_an_index_holds_no_judgement_and_says_who_made_it(ds: dxgov.Dataset):
    assert {source.depth for source in ds.sources} == {Depth.INDEX}
    assert {record.review for record in ds} == {Review.DRAFTED}
    assert {record.drafted_with for record in ds} == {"minutes_index 1.0"}
    assert all(
        source.published.start == meeting.held.start and source.published.end is None
        for source, meeting in zip(ds.sources, ds.meetings, strict=True)
    )
    assert {statement.summary for statement in ds.statements} == {None}
    assert {statement.kind for statement in ds.statements} == {None, StatementKind.PROCEDURE}


SPEAKERS = {
    "議長（潮見なぎさ君）": (ActorKind.PERSON, "潮見なぎさ", NameStatus.FULL, "議長", "海風区議会"),
    "沖野まこと君": (ActorKind.PERSON, "沖野まこと", NameStatus.FULL, None, None),
    "沖野まこと議員": (ActorKind.PERSON, "沖野まこと", NameStatus.FULL, "議員", "海風区議会"),
    "区長（浜田千波君）": (ActorKind.PERSON, "浜田千波", NameStatus.FULL, "区長", "海風区"),
    "波多野委員長": (ActorKind.PERSON, "波多野", NameStatus.FAMILY_ONLY, "委員長", "企画委員会"),
    "いそべ副委員長": (ActorKind.PERSON, "いそべ", NameStatus.FAMILY_ONLY, "副委員長", "決算特別委員会"),
    "灘（み）委員": (ActorKind.PERSON, "灘（み）", NameStatus.FAMILY_ONLY, "委員", "企画委員会"),
    "灘委員": (ActorKind.PERSON, "灘", NameStatus.FAMILY_ONLY, "委員", "決算特別委員会"),
    "海野防災課長": (ActorKind.PERSON, "海野", NameStatus.FAMILY_ONLY, "防災課長", "海風区"),
    "渚代表監査委員": (ActorKind.PERSON, "渚", NameStatus.FAMILY_ONLY, "代表監査委員", "海風区"),
    "青木参事（情報政策課長事務取扱）": (ActorKind.PERSON, "青木", NameStatus.FAMILY_ONLY, "参事（情報政策課長事務取扱）", "海風区"),
    "浪江港湾振興まちづくり担当課長": (ActorKind.POST, "浪江港湾振興まちづくり担当課長", NameStatus.FULL, None, None),
    "副委員長": (ActorKind.POST, "副委員長", NameStatus.FULL, None, None),
    "書記": (ActorKind.POST, "書記", NameStatus.FULL, None, None),
    "氏": (ActorKind.POST, "氏", NameStatus.FULL, None, None),
    "参考人": (ActorKind.POST, "参考人", NameStatus.FULL, None, None),
}
"""Speakers as printed: what they are, name, how much of it is printed, post, and whose post it is."""


@pytest.mark.parametrize("printed", SPEAKERS)
def test_a_speaker_is_a_person_in_a_post_where_the_minutes_tell_the_two_apart(printed: str, ds: dxgov.Dataset):
    turns = ds.statements.where(speaker_as_printed=printed)
    assert turns
    for turn in turns:
        speaker = ds.actors[turn.speaker_id]
        post = turn.speaker_post_id and ds.actors[turn.speaker_post_id]
        owner = post and ds.actors[post.part_of_id].name
        assert (speaker.kind, speaker.name, speaker.name_status, post and post.name, owner) == SPEAKERS[printed]


def test_one_whole_name_is_one_person_and_one_family_name_one_in_each_post(ds: dxgov.Dataset):
    persons = Counter(actor.name for actor in ds.actors if actor.kind is ActorKind.PERSON)
    assert (persons["沖野まこと"], persons["いそべ"], persons["灘"]) == (1, 2, 1)


def test_private_persons_are_not_named(ds: dxgov.Dataset):
    assert not re.search("汐入|岬", repr([*ds]))


def test_a_turn_presides_only_if_all_its_sentences_do(ds: dxgov.Dataset):
    presiding = {statement.id.removeprefix("mtg-jp-13-kaifu-r13-2031").removesuffix(".p1") for statement in ds.statements if statement.kind}
    assert presiding == {
        "0612-honkaigi.t001",
        "0612-honkaigi.t010",
        "0620-kikaku.t001",
        "0620-kikaku.t002",
        "0620-kikaku.t005",
        "0620-kikaku.t009",
        "0620-kikaku.t013",
        "0704-kansa.t001",
        "0704-kansa.t008",
    }


def test_ids_do_not_depend_on_the_order_of_meetings(tmp_path: Path, ds: dxgov.Dataset):
    turned = run_script(tmp_path / "turned", MINUTES.read_text("utf-8").splitlines(keepends=True)[::-1])
    assert {record.id for record in dxgov.load(turned / "index" / "csv")} == {record.id for record in ds}
