"""Actors, that is bodies, posts and persons, and the appointments of persons to posts."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import (
    Caption,
    Dated,
    Differs,
    Example,
    Key,
    Label,
    Language,
    NotBeforeOf,
    Pattern,
    PatternWhere,
    Printed,
    Ref,
    Term,
    Together,
    UniqueWithin,
)
from dxgov.model.kinds import BODIES, ActorKind, any_kind_but
from dxgov.model.record import Record
from dxgov.model.sources import REQUIRED_IN_FULL
from dxgov.values import CorporateNumber, Id, LocalGovernmentCode

_ORG = "http://www.w3.org/ns/org#"
_FOAF = "http://xmlns.com/foaf/0.1/"


_CODES = (
    PatternWhere("kind", (ActorKind.METROPOLIS,), Pattern("13000[0-9]", "the code of Tokyo (130001)")),
    PatternWhere("kind", (ActorKind.PREFECTURE,), Pattern("[0-9]{2}000[0-9]", "the code of a prefecture (third to fifth digit 000)")),
    PatternWhere(
        "kind",
        (ActorKind.SPECIAL_WARD,),
        Pattern("131(0[1-9]|1[0-9]|2[0-3])[0-9]", "the code of a special ward (13101 to 13123 and a check digit)"),
    ),
    PatternWhere(
        "kind",
        (ActorKind.CITY,),
        Pattern(
            "(0[1-9]|1[0-24-9]|[2-4][0-9])[12][0-9]{3}|132[0-9]{3}",
            "the code of a city or of a ward of one (third digit 1 or 2, in Tokyo 2)",
        ),
    ),
    PatternWhere(
        "kind",
        (ActorKind.TOWN, ActorKind.VILLAGE),
        Pattern("[0-9]{2}[3-7][0-9]{3}", "the code of a town or village (third digit 3 to 7)"),
    ),
    PatternWhere(
        "kind",
        any_kind_but(
            ActorKind.METROPOLIS,
            ActorKind.PREFECTURE,
            ActorKind.SPECIAL_WARD,
            ActorKind.CITY,
            ActorKind.TOWN,
            ActorKind.VILLAGE,
        ),
        Pattern("[0-9]{2}[89][0-9]{3}", "the code of a union of local governments (third digit 8 or 9), or none"),
    ),
)
"""The form of the 全国地方公共団体コード of each kind of local government."""


class NameStatus(Code):
    """How much of a name the source prints."""

    FULL = "full", "全部", "The whole name."
    FAMILY_ONLY = "family_only", "姓のみ", "A person's family name only."
    TRUNCATED = "truncated", "欠損", "Cut off in the source; `name` holds what is left."
    TITLE_ONLY = "title_only", "役職名のみ", "Only a title or a description, no name."
    EDITORIAL = "editorial", "編者による", "Nothing; `name` is in the editors' words."


class EnglishNameBasis(Code):
    """Whose words an English name is in."""

    OFFICIAL = (
        "official",
        "公式",
        "Those of the named body, or of a law or its official translation.",
        "当該機関、または法令やその公定訳が用いている名称。",
    )
    EDITORIAL = "editorial", "編者", "The editors' translation.", "編者による訳。"


class NumberBasis(Code):
    """Where a corporate number comes from."""

    PUBLISHED = "published", "公表資料", "Read from a published page."
    DERIVED = "derived", "算出", "Computed from the local government code."


@frozen(kw_only=True)
class Actor(Record):
    """Whoever acts: a government, a part of one, an association, a company, a post, or a person.

    One table for all, so that every reference to whoever acts is one foreign key. A post is not the person who holds it; an
    `Appointment` joins them. A collective is not a body: nobody signs for 市町村.
    """

    id: Annotated[Id, Key(), Label("主体ID"), Example("jp-13-kokubunji")]
    """Identifies the actor; of a local government, it begins with the ISO 3166-2 code of its prefecture."""

    kind: Annotated[ActorKind, Label("種別"), Term(_ORG + "classification"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")]
    """What kind of actor it is."""

    label: Annotated[
        str | None,
        Caption(),
        Label("単独での名称", "組織名などを補い、単独で意味の通る名称。名称がそのままで通るときは空欄。"),
        Term("http://www.w3.org/2004/02/skos/core#prefLabel"),
    ] = None
    """A name of the editors that stands by itself, where `name` needs its organisation beside it; empty where `name` does."""

    label_en: Annotated[str | None, Together("label"), Label("単独での名称（英語）", "単独での名称の英訳。")] = None
    """The same in English."""

    name: Annotated[
        str,
        Caption(),
        Printed(unless=("name_status", "editorial")),
        Label("名称"),
        Example("国分寺市"),
        Term(_FOAF + "name"),
    ]
    """The name as the source prints it, even where it is cut off."""

    name_en: Annotated[str | None, REQUIRED_IN_FULL, Label("名称（英語）"), Example("Kokubunji City")] = None
    """The name in English: the official one where it is certain, else the editors'."""

    name_en_basis: Annotated[EnglishNameBasis, Label("英語名称の由来", "英語の名称が公式のものか、編者の訳か。")] = (
        EnglishNameBasis.EDITORIAL
    )
    """Whose words the name in English is in."""

    name_status: Annotated[NameStatus, Label("名称の状態")] = NameStatus.FULL
    """How much of the name the source prints."""

    name_conjecture: Annotated[str | None, Language("ja"), Label("推定される名称")] = None
    """The whole name as the editors complete it, where the source prints only a part; a conjecture, not a reading."""

    conjecture_basis: Annotated[str | None, Together("name_conjecture"), Language("en"), Label("推定の根拠")] = None
    """What the conjecture rests on, in English."""

    part_of_id: Annotated[Id | None, Ref("Actor", kinds=BODIES), Label("所属先"), Term(_ORG + "unitOf")] = None
    """The organisation that it is a unit or post of: of a bureau, board or post its government, of an agency or council the nation; empty
    for what stands alone."""

    located_in_id: Annotated[
        Id | None,
        Ref("Actor", kinds=(ActorKind.METROPOLIS, ActorKind.PREFECTURE)),
        Differs("id"),
        Label("所在する都道府県", "市区町村などが属する都道府県。"),
        Term("https://schema.org/containedInPlace"),
    ] = None
    """The prefecture in which a ward, city, town or village lies; empty for others."""

    local_government_code: Annotated[LocalGovernmentCode | None, UniqueWithin(), *_CODES, Label("全国地方公共団体コード")] = None
    """The six-digit code of a local government, as text; empty where it is not certain or there is none."""

    corporate_number: Annotated[CorporateNumber | None, UniqueWithin(), Label("法人番号"), Term(_ORG + "identifier")] = None
    """The 13-digit corporate number, as text; empty where it is not certain or there is none."""

    corporate_number_basis: Annotated[NumberBasis | None, Together("corporate_number"), Label("法人番号の根拠")] = None
    """Where the corporate number comes from."""

    wikidata: Annotated[
        str | None,
        Pattern(r"Q[1-9][0-9]*", "a Wikidata item such as Q48320"),
        UniqueWithin(),
        Label("Wikidata"),
        Example("Q48320"),
    ] = None
    """The actor's item in Wikidata; empty where it is not certain."""

    founded: Annotated[When | None, Label("設立"), Term("https://schema.org/foundingDate")] = None
    """When the actor was founded, where a source says so."""


@frozen(kw_only=True)
class Appointment(Record):
    """A person seen in a post. Says nothing of when the term of office began or ended."""

    id: Annotated[Id, Key("app-"), Label("在任ID"), Example("app-2020-11-24-koike-yuriko")]
    """Identifies the observation: its day and the person, and the post where a person is seen in two."""

    person_id: Annotated[Id, Ref("Actor", kinds=(ActorKind.PERSON,)), Caption(), Label("人物"), Term(_ORG + "member")]
    """The person."""

    post_id: Annotated[Id, Ref("Actor", kinds=(ActorKind.POST,)), Label("役職"), Term(_ORG + "role")]
    """The post the person held."""

    attested: Annotated[
        When,
        Dated(),
        UniqueWithin(("person_id", "post_id")),
        NotBeforeOf("post_id", "founded", through="part_of_id"),
        Label("確認日"),
        Term("http://purl.org/dc/terms/date"),
    ]
    """A day on which a source shows the person in the post; not a term of office."""
