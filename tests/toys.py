"""Toy models: what a user's own record classes look like, and ones that are defined wrongly."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from attrs import frozen

from dxgov import (
    Actor,
    ActorKind,
    Basis,
    Citation,
    Collection,
    Completeness,
    Dataset,
    Metadata,
    Record,
    Records,
    Scope,
    Source,
    SourceKind,
    When,
)
from dxgov.codes import Code
from dxgov.marks import Caption, Differs, Key, Label, Minimum, NotBefore, NotBeforeOf, Pattern, Ref, Through, UniqueWithin, Unit
from dxgov.values import Id


class Colour(Code):
    """The colour of a widget."""

    RED = "red", "赤", "Like a ripe tomato.", "赤。"
    BLUE = "blue", "青", "Like the sea on a good day.", "青。"


@frozen(kw_only=True)
class Widget(Record):
    """A thing that some actor makes."""

    id: Annotated[Id, Key("wid-"), Label("部品ID", "部品ID。")]
    """Identifies the widget."""

    name: Annotated[str, Caption(), Label("部品名", "部品名。")]
    """What it is called."""


@frozen(kw_only=True)
class RichWidget(Widget):
    """The same thing with a field of every kind."""

    colour: Annotated[Colour | None, Label("色", "色。")] = None
    """Its colour; empty where nobody looked."""

    colours: Annotated[tuple[Colour, ...], Label("色々", "色々。")] = ()
    """All its colours."""

    nicknames: Annotated[tuple[str, ...], Label("愛称", "愛称。")] = ()
    """What else it is called."""

    weight: Annotated[Decimal | None, Unit("kg"), Label("重さ", "重さ。")] = None
    """How heavy it is."""

    pieces: Annotated[int, Minimum(1), Label("個数", "個数。")]
    """How many there are."""

    broken: Annotated[bool, Label("故障", "故障。")]
    """Whether it is out of order."""

    made: Annotated[When | None, Label("製造日", "製造日。")] = None
    """When it was made."""

    maker_id: Annotated[Id | None, Ref("Actor"), Label("製造者", "製造者。")] = None
    """Who made it."""

    part_ids: Annotated[tuple[Id, ...], Ref("RichWidget"), Through("rich_widget_parts"), Label("構成部品", "構成部品。")] = ()
    """The widgets that it is built of."""

    seller_ids: Annotated[tuple[Id, ...], Ref("Actor"), Through("rich_widget_parties", "seller"), Label("販売者", "販売者。")]
    """Who sells it."""

    buyer_ids: Annotated[tuple[Id, ...], Ref("Actor"), Through("rich_widget_parties", "buyer"), Label("購入者", "購入者。")] = ()
    """Who buys it."""


class Shop(Dataset):
    """dxgov's tables and one more."""

    widgets: Annotated[Records[Widget], Label("部品", "部品。")]


class RichShop(Dataset):
    """dxgov's tables and one more, with all its fields."""

    rich_widgets: Annotated[Records[RichWidget], Label("部品", "部品。")]


@frozen(kw_only=True)
class Silent(Record):
    """A class one of whose fields says nothing."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    name: Annotated[str, Label("名", "名。")]


class SilentSet(Dataset):
    """A set of such."""

    silents: Annotated[Records[Silent], Label("無言", "無言。")]


@frozen(kw_only=True)
class Unlabelled(Record):
    """A class one of whose fields has no Japanese title and meaning."""

    name: str
    """What it is called."""


class UnlabelledSet(Dataset):
    """A set of such."""

    unlabelleds: Annotated[Records[Unlabelled], Label("無名", "無名。")]


@frozen(kw_only=True)
class Half(Record):
    """A class one of whose fields says in English only what it means."""

    name: Annotated[str, Label("名", "")]
    """What it is called."""


class HalfSet(Dataset):
    """A set of such."""

    halves: Annotated[Records[Half], Label("半分", "半分。")]


class UnlabelledTables(Dataset):
    """A set with a table that has no Japanese title and meaning."""

    widgets: Records[Widget]


class Mute(Code):
    """Codes of which one has no meaning in Japanese."""

    MUTE = "mute", "無言", "Says nothing.", ""


@frozen(kw_only=True)
class Muted(Record):
    """A class with such codes."""

    sound: Annotated[Mute, Label("音", "音。")]
    """Its sound."""


class MutedSet(Dataset):
    """A set of such."""

    muteds: Annotated[Records[Muted], Label("無音", "無音。")]


@frozen(kw_only=True)
class Stray(Record):
    """A class that refers to one without a table."""

    other_id: Annotated[Id, Ref("Widgit"), Label("他", "他。")]
    """It leads nowhere."""


class StraySet(Dataset):
    """A set of such, beside widgets."""

    strays: Annotated[Records[Stray], Label("迷子", "迷子。")]
    widgets: Annotated[Records[Widget], Label("部品", "部品。")]


@frozen(kw_only=True)
class Odd(Record):
    """A class with a type that no column holds."""

    shape: Annotated[complex, Label("形", "形。")]
    """It cannot be written down."""


class OddSet(Dataset):
    """A set of such."""

    odds: Annotated[Records[Odd], Label("変", "変。")]


@frozen(kw_only=True)
class Unlinked(Record):
    """A class with many-valued references that no link table spells."""

    widget_ids: Annotated[tuple[Id, ...], Ref("Widget"), Label("部品", "部品。")]
    """The widgets."""


class UnlinkedSet(Dataset):
    """A set of such, beside widgets."""

    unlinkeds: Annotated[Records[Unlinked], Label("無縁", "無縁。")]
    widgets: Annotated[Records[Widget], Label("部品", "部品。")]


@frozen(kw_only=True)
class Linked(Record):
    """A class that names the link table of another one."""

    id: Annotated[Id, Key("lin-"), Label("ID", "ID。")]
    """Identifies it."""

    theme_ids: Annotated[tuple[Id, ...], Ref("Theme"), Through("ask_themes"), Label("テーマ", "テーマ。")] = ()
    """The themes."""


class LinkedSet(Dataset):
    """A set in which two classes name one link table."""

    linkeds: Annotated[Records[Linked], Label("共有", "共有。")]


class TwiceSet(Dataset):
    """A set in which two tables hold one class."""

    widgets: Annotated[Records[Widget], Label("部品", "部品。")]
    gadgets: Annotated[Records[Widget], Label("部品", "部品。")]


class ShadowSet(Dataset):
    """A set whose table is called like a method."""

    children: Annotated[Records[Widget], Label("部品", "部品。")]  # type: ignore[assignment]


@frozen(kw_only=True)
class Clashing(Record):
    """A class two of whose fields fill one column."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    held: Annotated[When, Label("開催日", "開催日。")]
    """When it was held."""

    held_text: Annotated[str, Label("開催日", "開催日。")]
    """The same again."""


class ClashingSet(Dataset):
    """A set of such."""

    clashings: Annotated[Records[Clashing], Label("衝突", "衝突。")]


@frozen(kw_only=True)
class Misled(Record):
    """A class whose mark names a field that is not there."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    last: Annotated[int, NotBefore("frist"), Label("終", "終。")]
    """The last one."""

    first: Annotated[int, Label("始", "始。")]
    """The first one."""


class MisledSet(Dataset):
    """A set of such."""

    misleds: Annotated[Records[Misled], Label("誤", "誤。")]


@frozen(kw_only=True)
class Choosy(Record):
    """A class that takes kinds of records that have no kinds."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    theme_id: Annotated[Id, Ref("Theme", kinds=(ActorKind.CITY,)), Label("テーマ", "テーマ。")]
    """The theme."""


class ChoosySet(Dataset):
    """A set of such."""

    choosies: Annotated[Records[Choosy], Label("選", "選。")]


@frozen(kw_only=True)
class Aimless(Record):
    """A class whose date is held against one that is not there."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    theme_id: Annotated[Id, Ref("Theme"), Label("テーマ", "テーマ。")]
    """The theme."""

    made: Annotated[When, NotBeforeOf("theme_id", "founded"), Label("製造日", "製造日。")]
    """When it was made."""


class AimlessSet(Dataset):
    """A set of such."""

    aimless: Annotated[Records[Aimless], Label("迷", "迷。")]


@frozen(kw_only=True)
class Franchise(Record):
    """A class whose references take few kinds, in a link table of their own and in a shared one."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    owner_id: Annotated[Id, Ref("Actor", kinds=(ActorKind.PERSON, ActorKind.COMPANY)), Label("所有者", "所有者。")]
    """Who owns it."""

    town_ids: Annotated[tuple[Id, ...], Ref("Actor", kinds=(ActorKind.TOWN,)), Through("franchise_towns"), Label("町", "町。")]
    """The towns that it serves."""

    guide_ids: Annotated[
        tuple[Id, ...], Ref("Actor", kinds=(ActorKind.PERSON,)), Through("franchise_parties", "guide"), Label("案内", "案内。")
    ] = ()
    """Who guides it."""

    other_ids: Annotated[tuple[Id, ...], Ref("Actor"), Through("franchise_parties", "other"), Label("他", "他。")] = ()
    """Who else has to do with it."""

    opened: Annotated[When | None, UniqueWithin(), NotBeforeOf("owner_id", "founded"), Label("開業日", "開業日。")] = None
    """When it opened; no two on one day."""


class Franchises(Dataset):
    """A set of such."""

    franchises: Annotated[Records[Franchise], Label("店", "店。")]


@frozen(kw_only=True)
class Manifold(Record):
    """A class with many dates in one field."""

    id: Annotated[Id, Key(), Label("ID", "ID。")]
    """Identifies it."""

    days: Annotated[tuple[When, ...], Label("日", "日。")]
    """The days."""


class ManifoldSet(Dataset):
    """A set of such."""

    manifolds: Annotated[Records[Manifold], Label("多", "多。")]


@frozen(kw_only=True)
class Mayor(Actor):
    """An actor with a field more."""

    motto: Annotated[str | None, Label("座右の銘", "座右の銘。")] = None
    """What the mayor likes to say."""


class Mayors(Dataset):
    """dxgov's tables with richer actors."""

    actors: Annotated[Records[Mayor], Label("主体", "主体。")]  # type: ignore[assignment]


@frozen(kw_only=True)
class Reading(Record):
    """A line of a log, with a plain field of every kind that may be empty."""

    id: Annotated[Id, Key("rdg-"), Label("記録ID", "記録ID。")]
    """Identifies the reading."""

    count: Annotated[int | None, Label("数", "数。")] = None
    """A whole number."""

    amount: Annotated[Decimal | None, Label("量", "量。")] = None
    """A number."""

    sure: Annotated[bool | None, Label("確か", "確か。")] = None
    """A truth value."""

    day: Annotated[date | None, Label("日", "日。")] = None
    """A day."""

    colour: Annotated[Colour | None, Label("色", "色。")] = None
    """A code."""

    words: Annotated[str | None, Label("語", "語。")] = None
    """A text."""

    sign: Annotated[str | None, Pattern("[a-z]{2}|[0-9]+", "two letters, or digits", "定めた書式"), Label("符号", "符号。")] = None
    """A text in a form that may be one of two."""

    tags: Annotated[tuple[str, ...], Label("札", "札。")]
    """Texts, at least one."""

    colours: Annotated[tuple[Colour, ...], Label("色々", "色々。")] = ()
    """Codes."""

    widget_id: Annotated[Id | None, Ref("RichWidget"), Label("部品", "部品。")] = None
    """A reference."""

    about_id: Annotated[Id | None, Ref(), Differs("widget_id"), Label("対象", "対象。")] = None
    """A reference to a record of any table."""

    actor_ids: Annotated[tuple[Id, ...], Ref("Actor"), Through("reading_actors"), Label("主体", "主体。")] = ()
    """References."""


class Workshop(Collection):
    """A small set with a field of every kind."""

    sources: Annotated[Records[Source], Label("資料", "資料。")]
    actors: Annotated[Records[Actor], Label("主体", "主体。")]
    rich_widgets: Annotated[Records[RichWidget], Label("部品", "部品。")]
    readings: Annotated[Records[Reading], Label("記録", "記録。")]


def workshop() -> Workshop:
    """A workshop with each of its fields filled, and empty where it may be."""
    cited = Citation("src-log", "p. 1", 1, 2, 64 * "0")
    made = When("令和6年4月22日", "2024-04-22", Scope.EXACT, Basis.STATED)
    page: dict[str, Any] = {
        "kind": SourceKind.WEB_ARTICLE,
        "published": made,
        "language": "ja",
        "file_sha256": 64 * "0",
        "completeness": Completeness.COMPLETE,
    }
    sellers = {"seller_ids": ("kaifu", "kaifu-shop"), "buyer_ids": ("kaifu-shop",)}
    return Workshop.of(
        [
            Source(id="src-log", title="作業日誌", title_en="Log", publisher_id="kaifu", citation=cited, **page),
            Source(id="src-list", title="部品表", title_en="List", citation=Citation("src-log"), **page),
            Actor(id="kaifu", kind=ActorKind.PREFECTURE, name="海風県", name_en="Kaifu", local_government_code="010006", citation=cited),
            Actor(id="kaifu-post", kind=ActorKind.POST, name="知事", name_en="Governor", part_of_id="kaifu", citation=cited),
            Actor(id="kaifu-shop", kind=ActorKind.COMPANY, name="売店", name_en="Shop", part_of_id="kaifu", citation=cited),
            RichWidget(id="wid-1", name="歯車", pieces=3, broken=False, made=made, maker_id="kaifu", citation=cited, **sellers),
            RichWidget(id="wid-2", name="箱", pieces=1, broken=True, part_ids=("wid-1",), citation=Citation("src-list"), **sellers),
            Reading(
                id="rdg-1",
                count=7,
                amount=Decimal("1.5"),
                sure=True,
                day=date(2024, 4, 22),
                colour=Colour.RED,
                words="静か",
                sign="ab",
                tags=("朝", "晴れ"),
                colours=(Colour.RED, Colour.BLUE),
                widget_id="wid-1",
                about_id="kaifu",
                actor_ids=("kaifu",),
                citation=cited,
            ),
            Reading(id="rdg-2", tags=("夜",), citation=Citation("src-log")),
        ],
        Metadata(name="workshop"),
    )
