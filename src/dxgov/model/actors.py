"""Actors, that is bodies, posts and persons, and the appointments of persons to posts."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import (
    Caption,
    Dated,
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
    PatternWhere("kind", (ActorKind.METROPOLIS,), Pattern("13000[0-9]", "the code of Tokyo (130001)", "東京都のコード（130001）")),
    PatternWhere(
        "kind",
        (ActorKind.PREFECTURE,),
        Pattern("[0-9]{2}000[0-9]", "the code of a prefecture (third to fifth digit 000)", "道府県のコード（3桁目から5桁目は000）"),
    ),
    PatternWhere(
        "kind",
        (ActorKind.SPECIAL_WARD,),
        Pattern(
            "131(0[1-9]|1[0-9]|2[0-3])[0-9]",
            "the code of a special ward (13101 to 13123 and a check digit)",
            "特別区のコード（13101から13123に検査数字を付したもの）",
        ),
    ),
    PatternWhere(
        "kind",
        (ActorKind.CITY,),
        Pattern(
            "(0[1-9]|1[0-24-9]|[2-4][0-9])[12][0-9]{3}|132[0-9]{3}",
            "the code of a city or of a ward of one (third digit 1 or 2, in Tokyo 2)",
            "市またはその区のコード（3桁目は1または2、東京都では2）",
        ),
    ),
    PatternWhere(
        "kind",
        (ActorKind.TOWN, ActorKind.VILLAGE),
        Pattern("[0-9]{2}[3-7][0-9]{3}", "the code of a town or village (third digit 3 to 7)", "町村のコード（3桁目は3から7）"),
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
        Pattern(
            "[0-9]{2}[89][0-9]{3}",
            "the code of a union of local governments (third digit 8 or 9), or none",
            "一部事務組合などのコード（3桁目は8または9）、またはなし",
        ),
    ),
)
"""The form of the 全国地方公共団体コード of each kind of local government."""


class NameStatus(Code):
    """How much of a name the source prints."""

    FULL = "full", "全部", "The whole name.", "名称の全体。"
    FAMILY_ONLY = "family_only", "姓のみ", "A person's family name only.", "人物の姓のみ。"
    TRUNCATED = "truncated", "欠損", "Cut off in the source; `name` holds what is left.", "出典で途切れており、`name` には残る部分を記す。"
    TITLE_ONLY = "title_only", "役職名のみ", "Only a title or a description, no name.", "名称がなく、役職名または説明のみ。"
    EDITORIAL = "editorial", "編者による", "Nothing; `name` is in the editors' words.", "出典に名称がなく、`name` は編者の言葉による。"


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

    PUBLISHED = "published", "公表資料", "Read from a published page.", "公表されたページから読み取ったもの。"
    DERIVED = "derived", "算出", "Computed from the local government code.", "全国地方公共団体コードから算出したもの。"


@frozen(kw_only=True)
class Actor(Record):
    """Whoever acts: a government, a part of one, an association, a company, a post, or a person.

    One table for all, so that every reference to whoever acts is one foreign key. A post is not the person who holds it; an
    `Appointment` joins them. A collective is not a body: nobody signs for 'the municipalities'.
    """

    id: Annotated[
        Id, Key(), Label("主体ID", "主体の識別子。地方公共団体では、都道府県のISO 3166-2コードで始まる。"), Example("jp-13-kokubunji")
    ]
    """Identifies the actor; of a local government, it begins with the ISO 3166-2 code of its prefecture."""

    kind: Annotated[
        ActorKind, Label("種別", "主体の種別。"), Term(_ORG + "classification"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    ]
    """What kind of actor it is."""

    label: Annotated[
        str | None,
        Caption(),
        Label("単独での名称", "組織名などを補い、単独で意味の通る名称。名称がそのままで通るときは空欄。"),
        Term("http://www.w3.org/2004/02/skos/core#prefLabel"),
    ] = None
    """A name of the editors that stands by itself, where `name` needs its organisation beside it; empty where `name` does."""

    label_en: Annotated[str | None, Together("label", unless=REQUIRED_IN_FULL), Label("単独での名称（英語）", "単独での名称の英訳。")] = (
        None
    )
    """The label in English."""

    name: Annotated[
        str,
        Caption(),
        Printed(unless=("name_status", "editorial")),
        Label("名称", "原文どおりの名称。途切れている場合もそのまま記す。"),
        Example("国分寺市"),
        Term(_FOAF + "name"),
    ]
    """The name as the source prints it, even where it is cut off."""

    name_en: Annotated[
        str | None,
        REQUIRED_IN_FULL,
        Label("名称（英語）", "英語名。公式の英語名が確かであればそれにより、そうでなければ編者が付ける。"),
        Example("Kokubunji City"),
    ] = None
    """The name in English: the official one where it is certain, else the editors'."""

    name_en_basis: Annotated[
        EnglishNameBasis | None, Label("英語名称の由来", "英語の名称が公式のものか、編者の訳か。英語の名称がなければ空欄。")
    ] = None
    """Whose words the name in English is in; empty where there is none, or where that is not recorded."""

    name_status: Annotated[NameStatus, Label("名称の状態", "出典に名称がどこまで印字されているか。")] = NameStatus.FULL
    """How much of the name the source prints."""

    name_conjecture: Annotated[
        str | None,
        Language("ja"),
        Label("推定される名称", "出典に一部しか印字されていない名称を、編者が補った全体。読み取ったものではなく推定である。"),
    ] = None
    """The whole name as the editors complete it, where the source prints only a part; a conjecture, not a reading."""

    conjecture_basis: Annotated[str | None, Together("name_conjecture"), Language("en"), Label("推定の根拠", "推定の根拠（英語）。")] = None
    """What the conjecture rests on, in English."""

    part_of_id: Annotated[
        Id | None,
        Ref("Actor", kinds=BODIES),
        Label("所属先", "属する組織。局、委員会、役職ではその機関、府省庁や会議体では国。単独のものでは空欄。"),
        Term(_ORG + "unitOf"),
    ] = None
    """The organisation that it is a unit or post of: of a bureau, board or post its government, of an agency or council the nation; empty
    for what stands alone."""

    located_in_id: Annotated[
        Id | None,
        Ref("Actor", kinds=(ActorKind.METROPOLIS, ActorKind.PREFECTURE)),
        Label("所在する都道府県", "市区町村などが属する都道府県。"),
        Term("https://schema.org/containedInPlace"),
    ] = None
    """The prefecture in which a ward, city, town or village lies; empty for others."""

    local_government_code: Annotated[
        LocalGovernmentCode | None,
        UniqueWithin(),
        *_CODES,
        Label("全国地方公共団体コード", "全国地方公共団体コード（6桁の文字列）。確かでない場合やコードがない場合は空欄。"),
    ] = None
    """The six-digit code of a local government, as text; empty where it is not certain or there is none."""

    corporate_number: Annotated[
        CorporateNumber | None,
        UniqueWithin(),
        Label("法人番号", "法人番号（13桁の文字列）。確かでない場合や番号がない場合は空欄。"),
        Term(_ORG + "identifier"),
    ] = None
    """The 13-digit corporate number, as text; empty where it is not certain or there is none."""

    corporate_number_basis: Annotated[NumberBasis | None, Together("corporate_number"), Label("法人番号の根拠", "法人番号の出所。")] = None
    """Where the corporate number comes from."""

    wikidata: Annotated[
        str | None,
        Pattern(r"Q[1-9][0-9]*", "a Wikidata item such as Q48320", "Q48320などWikidataの項目番号"),
        UniqueWithin(),
        Label("Wikidata", "Wikidataの項目番号。確かでなければ空欄。"),
        Example("Q48320"),
    ] = None
    """The actor's item in Wikidata; empty where it is not certain."""

    founded: Annotated[
        When | None, Label("設立", "設立された時期。出典に記載がある場合に限る。"), Term("https://schema.org/foundingDate")
    ] = None
    """When the actor was founded, where a source says so."""


@frozen(kw_only=True)
class Appointment(Record):
    """A person seen in a post. Says nothing of when the term of office began or ended."""

    id: Annotated[
        Id,
        Key("app-"),
        Label("在任ID", "在任の記録の識別子。確認日と人物からなり、二つの役職で確認された人物では役職を加える。"),
        Example("app-2020-11-24-koike-yuriko"),
    ]
    """Identifies the observation: its day and the person, and the post where a person is seen in two."""

    person_id: Annotated[
        Id, Ref("Actor", kinds=(ActorKind.PERSON,)), Caption(), Label("人物", "役職に就いている人物。"), Term(_ORG + "member")
    ]
    """The person."""

    post_id: Annotated[Id, Ref("Actor", kinds=(ActorKind.POST,)), Label("役職", "人物が就いている役職。"), Term(_ORG + "role")]
    """The post the person held."""

    attested: Annotated[
        When,
        Dated(),
        UniqueWithin(("person_id", "post_id")),
        NotBeforeOf("post_id", "founded", through="part_of_id"),
        Label("確認日", "人物がその役職にあることを出典が示す日。任期ではない。"),
        Term("http://purl.org/dc/terms/date"),
    ]
    """A day on which a source shows the person in the post; not a term of office."""
