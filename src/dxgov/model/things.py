"""Things: the laws, systems, programmes and plans that are spoken of."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.marks import Caption, Datatype, Example, Key, Label, Language, Pattern, Printed, Ref, Term, Through, UniqueWithin
from dxgov.model.actors import EnglishNameBasis
from dxgov.model.kinds import ActorKind, any_kind_but
from dxgov.model.record import Record, TitleBasis
from dxgov.model.sources import REQUIRED_IN_FULL
from dxgov.values import Id

_SKOS = "http://www.w3.org/2004/02/skos/core#"


class ThingKind(Code):
    """What kind of thing it is."""

    LAW = "law", "法令", "A law, order, ordinance or rule.", "法律、政令、条例、規則など。", ("https://schema.org/Legislation",)
    PLAN = (
        "plan",
        "計画・方針",
        "A plan, policy, strategy or declaration that a body lays down.",
        "機関が定める計画、方針、戦略または宣言。",
        ("https://schema.org/CreativeWork",),
    )
    PROGRAMME = (
        "programme",
        "事業・制度",
        "A programme, initiative or framework that is carried out.",
        "実施される事業、取組または制度。",
        ("https://schema.org/GovernmentService",),
    )
    SUBSIDY = "subsidy", "補助金・交付金", "A subsidy, grant or fund.", "補助金、交付金または基金。", ("https://schema.org/MonetaryGrant",)
    SYSTEM = (
        "system",
        "情報システム",
        "An information system that somebody runs for a purpose.",
        "特定の目的のために運用される情報システム。",
        ("https://schema.org/SoftwareApplication",),
    )
    PLATFORM = (
        "platform",
        "基盤",
        "A platform, network or cloud on which systems run, or through which they connect.",
        "情報システムを載せ、またはつなぐ基盤、ネットワーク、クラウド。",
        ("https://schema.org/SoftwareApplication",),
    )
    SERVICE = (
        "service",
        "サービス",
        "A service or a means of identification that people or companies use.",
        "住民や事業者が利用するサービスや本人確認の手段。",
        ("https://schema.org/Service",),
    )
    STANDARD = (
        "standard",
        "標準・仕様",
        "A standard, specification or guideline.",
        "標準、仕様または指針。",
        ("https://schema.org/CreativeWork",),
    )


@frozen(kw_only=True)
class Thing(Record):
    """A law, system, platform, service, programme, subsidy, plan or standard that is spoken of by its name.

    A theme is a subject; a thing is one particular thing with a name of its own. A document that passes through stages is a thing, and
    each stage a `Deliverable` of it.
    """

    id: Annotated[Id, Key("thg-"), Label("事物ID", "事物の識別子。短い英語による。"), Example("thg-government-cloud")]
    """Identifies the thing: a few English words."""

    kind: Annotated[ThingKind, Label("種別", "どのような事物か。"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")]
    """What kind of thing it is."""

    name: Annotated[
        str,
        Caption(),
        Printed(unless=("name_basis", "editorial")),
        Label("名称", "原文に記された名称。"),
        Example("ガバメントクラウド"),
        Term(_SKOS + "prefLabel"),
    ]
    """The name as printed; a description by the editors where the source gives none, as `name_basis` then says."""

    name_en: Annotated[str | None, REQUIRED_IN_FULL, Label("名称（英語）", "英語の名称。"), Example("Government Cloud")] = None
    """The name in English: the official one where it is certain, else the editors'."""

    name_basis: Annotated[TitleBasis, Label("名称の由来", "名称が原文のものか、編者によるものか。")] = TitleBasis.PRINTED
    """Whose words the name is in."""

    name_en_basis: Annotated[
        EnglishNameBasis | None, Label("英語名称の由来", "英語の名称が公式のものか、編者の訳か。英語の名称がなければ空欄。")
    ] = None
    """Whose words the name in English is in; empty where there is none, or where that is not recorded."""

    alt_labels: Annotated[tuple[str, ...], Language("ja"), Label("別名", "出典で用いられるその他の呼び名。"), Term(_SKOS + "altLabel")] = ()
    """Other names that sources use for it."""

    owner_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=any_kind_but(ActorKind.PERSON, ActorKind.COLLECTIVE, ActorKind.UNSPECIFIED)),
        Through("thing_owners"),
        Label("所管", "定め、運用し、または所管する機関。確かでないときは空欄。"),
    ] = ()
    """Who lays it down, runs it or is in charge of it; empty where that is not certain."""

    part_of_id: Annotated[
        Id | None, Ref("Thing"), Label("含まれる先", "一部をなす、より大きな事物。"), Term("http://purl.org/dc/terms/isPartOf")
    ] = None
    """The larger thing that it is a part of; empty for what stands alone."""

    law_id: Annotated[
        str | None,
        Pattern(
            r"[0-9]{3}[A-Z][0-9A-Z]{11}",
            "an e-Gov law id of 15 characters such as 503AC0000000035",
            "503AC0000000035などe-Govの法令ID（15桁）",
        ),
        UniqueWithin(),
        Label("法令ID", "e-Gov法令検索の法令ID。法令でないもの、確かでないものは空欄。"),
        Example("503AC0000000035"),
    ] = None
    """The id of a law in e-Gov, Japan's register of laws; empty for other things, and where it is not certain."""

    wikidata: Annotated[
        str | None,
        Pattern(r"Q[1-9][0-9]*", "a Wikidata item such as Q48320", "Q48320などWikidataの項目番号"),
        UniqueWithin(),
        Label("Wikidata", "Wikidataの項目。確かでないときは空欄。"),
        Example("Q48320"),
    ] = None
    """The thing's item in Wikidata; empty where it is not certain."""

    url: Annotated[
        str | None,
        Pattern(r"https?://[^\s]+", "an address that begins with http:// or https://", "http://またはhttps://で始まるアドレス"),
        Label("URL", "公式のページ。確かでないときは空欄。"),
        Term("https://schema.org/url"),
        Datatype("http://www.w3.org/2001/XMLSchema#anyURI"),
    ] = None
    """Its official page; empty where that is not certain."""
