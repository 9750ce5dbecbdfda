"""Toy models: what a user's own record classes look like, and ones that are defined wrongly."""

from decimal import Decimal
from typing import Annotated

from attrs import frozen

from dxgov import Dataset, Record, Records, When
from dxgov.codes import Code
from dxgov.marks import Caption, Key, Label, Minimum, Ref, Through, Unit
from dxgov.values import Id


class Colour(Code):
    """The colour of a widget."""

    RED = "red", "赤", "Like a ripe tomato."
    BLUE = "blue", "青", "Like the sea on a good day."


@frozen(kw_only=True)
class Widget(Record):
    """A thing that some actor makes."""

    id: Annotated[Id, Key("wid-"), Label("部品ID")]
    """Identifies the widget."""

    name: Annotated[str, Caption(), Label("部品名")]
    """What it is called."""


@frozen(kw_only=True)
class RichWidget(Widget):
    """The same thing with a field of every kind."""

    colour: Annotated[Colour | None, Label("色")] = None
    """Its colour; empty where nobody looked."""

    colours: Annotated[tuple[Colour, ...], Label("色々")] = ()
    """All its colours."""

    nicknames: Annotated[tuple[str, ...], Label("愛称")] = ()
    """What else it is called."""

    weight: Annotated[Decimal | None, Unit("kg"), Label("重さ")] = None
    """How heavy it is."""

    pieces: Annotated[int, Minimum(1), Label("個数")]
    """How many there are."""

    broken: Annotated[bool, Label("故障")]
    """Whether it is out of order."""

    made: Annotated[When | None, Label("製造日")] = None
    """When it was made."""

    maker_id: Annotated[Id | None, Ref("Actor"), Label("製造者")] = None
    """Who made it."""

    part_ids: Annotated[tuple[Id, ...], Ref("RichWidget"), Through("rich_widget_parts"), Label("構成部品")] = ()
    """The widgets that it is built of."""

    seller_ids: Annotated[tuple[Id, ...], Ref("Actor"), Through("rich_widget_parties", "seller"), Label("販売者")]
    """Who sells it."""

    buyer_ids: Annotated[tuple[Id, ...], Ref("Actor"), Through("rich_widget_parties", "buyer"), Label("購入者")] = ()
    """Who buys it."""


class Shop(Dataset):
    """dxgov's tables and one more."""

    widgets: Annotated[Records[Widget], Label("部品")]


class RichShop(Dataset):
    """dxgov's tables and one more, with all its fields."""

    rich_widgets: Annotated[Records[RichWidget], Label("部品")]


@frozen(kw_only=True)
class Silent(Record):
    """A class one of whose fields says nothing."""

    id: Annotated[Id, Key(), Label("ID")]
    """Identifies it."""

    name: str


class SilentSet(Dataset):
    """A set of such."""

    silents: Annotated[Records[Silent], Label("無言")]


@frozen(kw_only=True)
class Stray(Record):
    """A class that refers to one without a table."""

    other_id: Annotated[Id, Ref("Widgit"), Label("他")]
    """It leads nowhere."""


class StraySet(Dataset):
    """A set of such, beside widgets."""

    strays: Annotated[Records[Stray], Label("迷子")]
    widgets: Annotated[Records[Widget], Label("部品")]


@frozen(kw_only=True)
class Odd(Record):
    """A class with a type that no column holds."""

    shape: Annotated[complex, Label("形")]
    """It cannot be written down."""


class OddSet(Dataset):
    """A set of such."""

    odds: Annotated[Records[Odd], Label("変")]


@frozen(kw_only=True)
class Unlinked(Record):
    """A class with many-valued references that no link table spells."""

    widget_ids: Annotated[tuple[Id, ...], Ref("Widget"), Label("部品")]
    """The widgets."""


class UnlinkedSet(Dataset):
    """A set of such, beside widgets."""

    unlinkeds: Annotated[Records[Unlinked], Label("無縁")]
    widgets: Annotated[Records[Widget], Label("部品")]
