"""Themes: the subjects of the negotiations."""

from typing import Annotated

from attrs import frozen

from dxgov.marks import Caption, Example, Key, Label, Language, Ref, Term
from dxgov.model.record import Record
from dxgov.values import Id

_SKOS = "http://www.w3.org/2004/02/skos/core#"


@frozen(kw_only=True)
class Theme(Record):
    """A subject that asks, statements and measures share, as a concept of a small thesaurus (SKOS).

    Grown from the headings of the sources, not taken from a classification made elsewhere.
    """

    id: Annotated[Id, Key(), Label("テーマID", "テーマの識別子。短い英単語による。"), Example("telework")]
    """Identifies the theme: a short English word."""

    label: Annotated[str, Caption(), Label("名称", "テーマの日本語名。"), Example("テレワーク"), Term(_SKOS + "prefLabel")]
    """The theme's name in Japanese."""

    label_en: Annotated[str, Label("名称（英語）", "テーマの英語名。"), Example("Telework")]
    """The theme's name in English."""

    definition: Annotated[str, Label("定義", "テーマに含まれる範囲と含まれない範囲（日本語）。"), Term(_SKOS + "definition")]
    """What belongs to the theme and what does not, in Japanese."""

    definition_en: Annotated[str, Label("定義（英語）", "テーマの定義の英訳。")]
    """The definition in English."""

    broader_id: Annotated[
        Id | None, Ref("Theme"), Label("上位テーマ", "このテーマを含む、より広いテーマ。最上位のテーマでは空欄。"), Term(_SKOS + "broader")
    ] = None
    """The wider theme it is a case of; empty for the widest."""

    alt_labels: Annotated[tuple[str, ...], Language("ja"), Label("別名", "出典で使われる別の言い方。"), Term(_SKOS + "altLabel")] = ()
    """Other words that sources use for it."""
