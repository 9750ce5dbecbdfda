"""Written opinions of assemblies (意見書): whom they address and who submits them, in all layouts of the column of posts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov.documents.genres import read_document
from dxgov.documents.readings import DocumentReading, EntryKind
from printed_letters import make_text

NATIONAL = ("衆議院議長", "参議院議長", "内閣総理大臣", "総務大臣", "財務大臣", "デジタル大臣", "国土交通大臣")
PERSONS = ("岬　一郎", "渚　五月", "浜　千鳥", "沖　遥", "磯　守", "潮　光", "波多　航")


def with_each(names: list[str], honorific: str) -> list[str]:
    return [f"{name}　{honorific}" for name in names]


def once_at(index: int):
    """Return a layout whose honorific stands at one row only."""

    def print_column(names: list[str], honorific: str) -> list[str]:
        row = index % len(names)
        width = max(map(len, names))
        return [f"{name.ljust(width, '　')}　　{honorific}" if number == row else name for number, name in enumerate(names)]

    return print_column


def below(names: list[str], honorific: str) -> list[str]:
    return [*names, "", f"　　　　　　　{honorific}"]


def beside(names: list[str], honorific: str) -> list[str]:
    """Print a bracket beside the column."""
    signs = ["┐", *"├" * (len(names) - 2), "┘"] if len(names) > 1 else ["}"]
    row = len(names) // 2
    return [
        f"{name}　　{sign}{f'　{honorific}' if number == row else ''}" for number, (name, sign) in enumerate(zip(names, signs, strict=True))
    ]


def braced(names: list[str], honorific: str) -> list[str]:
    return [f"{name}　｝{f'　{honorific}' if number == len(names) // 2 else ''}" for number, name in enumerate(names)]


def joined(separator: str):
    return lambda names, honorific: [f"{separator.join(names)}　{honorific}"]


def in_two_columns(names: list[str], honorific: str) -> list[str]:
    pairs = [names[index : index + 2] for index in range(0, len(names), 2)]
    return ["　　　".join(f"{name}　{honorific}" for name in pair) for pair in pairs]


def in_two_columns_once(names: list[str], honorific: str) -> list[str]:
    pairs = ["　　　".join(names[index : index + 2]) for index in range(0, len(names), 2)]
    return [*pairs[:-1], f"{pairs[-1]}　{honorific}"]


def labelled(label: str):
    return lambda names, _: [label, *(f"　{name}" for name in names)]


def labelled_in_line(names: list[str], _: str) -> list[str]:
    return [f"（提出先）{'、'.join(names)}"]


def named(names: list[str], honorific: str) -> list[str]:
    return [f"{name}　{person}　{honorific}" for name, person in zip(names, PERSONS, strict=False)]


def plain(names: list[str], _: str) -> list[str]:
    return names


def apart(names: list[str], honorific: str) -> list[str]:
    return [*(line for name in names[:-1] for line in (name, "")), f"{names[-1]}　{honorific}"]


LAYOUTS = {
    "each": with_each,
    "once at the end": once_at(-1),
    "once in the middle": once_at(1),
    "once at the beginning": once_at(0),
    "once below": below,
    "bracket beside": beside,
    "brace beside": braced,
    "joined by commas": joined("、"),
    "joined by blanks": joined("　"),
    "two columns": in_two_columns,
    "two columns, once": in_two_columns_once,
    "label above": labelled("（提出先）"),
    "label with a colon": labelled("提出先："),
    "label in the line": labelled_in_line,
    "with persons": named,
    "without an honorific": plain,
    "with blank lines": apart,
}
SUBMITTERS = {
    "one line": ["　　　　　　　　緑川市議会議長　林　健太"],
    "two lines": ["　　　　　　　　緑川市議会", "　　　　　　　　　議長　林　健太"],
    "assembly alone": ["　　　　　　　　緑川市議会"],
    "post alone": ["　　　　　　　　緑川市議会議長"],
    "flush left": ["緑川市議会議長　林　健太"],
}
CLOSING = "以上、地方自治法第99条の規定により意見書を提出する。"
TEXT = [
    "地域の通信を守ることを求める意見書",
    "",
    "　島々の暮らしは通信に支えられている。",
    "　よって、国においては、海底線の二重化に要する経費を補助するよう強く求める。",
]


def print_opinion(addressees: list[str], submitter: list[str], order: str, *, blank: bool) -> str:
    gap = [""] if blank else []
    day = "　　令和6年3月20日"
    if order == "addressees last":
        lines = [*TEXT, f"　{CLOSING}", *gap, day, *gap, *submitter, "", *addressees]
    elif order == "addressees first":
        lines = [*TEXT, f"　{CLOSING}", *gap, day, "", *addressees, "", *submitter]
    else:
        lines = [day, "", *addressees, "", *submitter, "", *TEXT, f"　{CLOSING}"]
    return "\n".join(lines)


def list_parties(reading: DocumentReading, role: str) -> list[str]:
    return [
        str(entry.values["name"].value) for entry in reading.entries if entry.kind is EntryKind.PARTY and entry.values["role"].value == role
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
@given(
    submitter=st.sampled_from(list(SUBMITTERS.values())),
    order=st.sampled_from(["addressees last", "addressees first", "head"]),
    names=st.lists(st.sampled_from(NATIONAL), min_size=3, max_size=6, unique=True),
    honorific=st.sampled_from(["様", "殿", "宛て", "あて", "宛"]),
    blank=st.booleans(),
)
def test_all_posts_of_a_column_are_addressees(
    layout: str, submitter: list[str], order: str, names: list[str], honorific: str, *, blank: bool
):
    content = print_opinion(LAYOUTS[layout](names, honorific), submitter, order, blank=blank)
    reading = read_document(make_text(content))
    assert reading.genre == "letter"
    assert list_parties(reading, "addressee") == names, content
    assert list_parties(reading, "submitter") in (["緑川市議会"], ["緑川市議会議長"]), content


@pytest.mark.parametrize(
    ("tail", "addressees", "submitters"),
    [
        (["　　　　　　　　緑川市議会議長　林　健太", "内閣総理大臣", "総務大臣　あて", "財務大臣"], NATIONAL[2:5], ["緑川市議会"]),
        (["緑川市議会議長　林　健太", "内閣総理大臣", "総務大臣　あて", "財務大臣"], NATIONAL[2:5], ["緑川市議会"]),
        (["緑川市議会", "内閣総理大臣", "総務大臣　あて", "財務大臣"], NATIONAL[2:5], ["緑川市議会"]),
        (["内閣総理大臣", "総務大臣"], NATIONAL[2:4], []),
        (["緑川市議会議長　林　健太", "内閣総理大臣（岬一郎）様", "総務大臣（渚五月）様"], NATIONAL[2:4], ["緑川市議会"]),
        (
            ["緑川市議会議長　林　健太", "", "内閣府特命担当大臣（地方創生）　様", "デジタル大臣　様"],
            ["内閣府特命担当大臣(地方創生)", "デジタル大臣"],
            ["緑川市議会"],
        ),
        (
            ["　　緑川市議会議長　林　健太", "", "青葉県知事", "青葉県教育委員会教育長　あて", "青葉県警察本部長"],
            ["青葉県知事", "青葉県教育委員会教育長", "青葉県警察本部長"],
            ["緑川市議会"],
        ),
        (["緑川市議会議長　林　健太", "", "内閣総理大臣", "青葉県知事　宛て"], ["内閣総理大臣", "青葉県知事"], ["緑川市議会"]),
        (["内閣総理大臣", "総務大臣　　宛て", "　　　　　緑川市長　林　健太"], NATIONAL[2:4], ["緑川市長"]),
        (["青葉県知事　様", "緑川市長", "白浜町長"], ["青葉県知事"], ["緑川市長", "白浜町長"]),
    ],
)
def test_a_column_ends_where_submitters_begin(tail: list[str], addressees: list[str], submitters: list[str]):
    reading = read_document(make_text("\n".join([*TEXT, f"　{CLOSING}", "　　令和6年3月20日", *tail])))
    assert (list_parties(reading, "addressee"), list_parties(reading, "submitter")) == (list(addressees), submitters)


KINDS = [
    "意見書案第{}号",
    "議員提出議案第{}号",
    "発議案第{}号",
    "発議第{}号",
    "第{}号意見書案",
    "議員提出第{}号議案",
    "令和６年　意見書第{}号",
]


@given(st.sampled_from(KINDS), st.sampled_from(["7", "１２", "十二"]), st.sampled_from(["{}", "　　　{}", "（{}）", "【{}】", "# {}"]))
def test_the_number_of_a_bill_is_that_of_the_document(kind: str, number: str, form: str):
    printed = kind.format(number)
    content = [form.format(printed), "", *TEXT, "令和6年3月20日", "緑川市議会議長　林　健太", "", "内閣総理大臣　様"]
    (letter, *_) = [entry.values for entry in read_document(make_text("\n".join(content))).entries if entry.kind is EntryKind.LETTER]
    assert (letter["document_number"].value, letter["title"].value) == (printed, TEXT[0])


def test_the_number_of_a_bill_may_stand_before_the_title():
    content = [f"発議第５号　{TEXT[0]}", *TEXT[1:], "令和6年3月20日", "緑川市議会議長　林　健太", "", "内閣総理大臣　様"]
    (letter, *_) = [entry.values for entry in read_document(make_text("\n".join(content))).entries if entry.kind is EntryKind.LETTER]
    assert (letter["document_number"].value, letter["title"].value) == ("発議第５号", TEXT[0])


def test_a_draft_reads_all_lines_of_a_written_opinion():
    content = ["意見書案第７号", "", *TEXT, f"　{CLOSING}", "令和6年3月20日", "緑川市議会議長　林　健太", "", "内閣総理大臣　様"]
    draft = dxgov.read("\n".join(content).encode())
    assert draft.data["sources"][0]["document_number"] == "意見書案第７号"
    assert not {line.number for line in draft.unread} & {1, 3, 9, 10, 12}


@pytest.mark.parametrize("width", [100, 30])
def test_the_last_sentence_may_name_the_addressees(width: int):
    closing = "　以上、地方自治法第99条の規定により、衆議院議長、参議院議長、内閣総理大臣及び総務大臣に意見書を提出する。"
    lines = [closing[start : start + width] for start in range(0, len(closing), width)]
    reading = read_document(make_text("\n".join([*TEXT, *lines, "　令和6年3月20日", "　　　　　　　　緑川市議会"])))
    assert list_parties(reading, "addressee") == ["衆議院議長", "参議院議長", "内閣総理大臣", "総務大臣"]
    assert list_parties(reading, "submitter") == ["緑川市議会"]


@pytest.mark.parametrize("end", ["補助を拡充されたい。", "補助を続けられたい。", "補助していただきたい。", "補助するよう求める。"])
def test_a_wish_at_the_end_asks(end: str):
    content = [
        TEXT[0],
        "",
        "　島の暮らしは通信に支えられている。",
        f"　よって国は、海底線の更新に要する経費の{end}",
        f"　{CLOSING}",
        "緑川市議会",
        "総務大臣　様",
    ]
    asks = [entry for entry in read_document(make_text("\n".join(content))).entries if entry.kind is EntryKind.ASK]
    assert [(ask.values["expected_of"].value, ask.first_line) for ask in asks] == [("国", 4)]
