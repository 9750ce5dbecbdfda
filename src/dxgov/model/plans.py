"""Plans: examination items, milestones, deliverables, and instructions."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.dates.when import When
from dxgov.marks import Caption, Dated, Example, Key, Label, Minimum, Pattern, Printed, Ref, SaidAs, Term, Through
from dxgov.model.kinds import NAMED, ActorKind, any_kind_but
from dxgov.model.meetings import EventStatus
from dxgov.model.record import Record, TitleBasis
from dxgov.model.requests import AskStrength
from dxgov.values import Id


@frozen(kw_only=True)
class ExaminationItem(Record):
    """A question that a body set itself to examine."""

    id: Annotated[Id, Key("exm-"), Label("検討項目ID", "検討項目の識別子。計画と項目の番号からなる。")]
    """Identifies the item: the plan and the item's code."""

    code: Annotated[
        str,
        Pattern(r"[0-9]+(-[0-9]+)*", "numbers joined by hyphens, such as 2-1", "2-1のようにハイフンでつないだ数字"),
        Printed(),
        Label("番号", "原文どおりの番号。"),
        Example("2-1"),
    ]
    """The number as printed."""

    parent_id: Annotated[
        Id | None,
        Ref("ExaminationItem", part_of=True),
        Label("上位項目", "一つ上の検討項目。最上位の項目では空欄。"),
        Term("http://purl.org/dc/terms/isPartOf"),
    ] = None
    """The item that it stands under; empty for the chief ones."""

    title: Annotated[str, Caption(), Printed(), Label("題名", "原文どおりの題名。"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str, Label("題名（英語）", "題名の英訳（編者訳）。")]
    """The title in English, translated by the editors."""

    set_by_id: Annotated[
        Id | None,
        Ref("Actor", kinds=NAMED),
        Label("設定した機関", "検討項目を定めた機関。示されていなければ空欄。"),
        Term("http://purl.org/dc/terms/creator"),
    ] = None
    """The body that set the question; empty where the document does not say."""

    meeting_id: Annotated[Id | None, Ref("Meeting"), Label("会議", "検討項目が示された会議。示されていなければ空欄。")] = None
    """The meeting at which it was set; empty where the document does not say."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("examination_item_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ]
    """The themes that it is about, the chief one first."""


class DeliverableStage(Code):
    """How far a deliverable has come."""

    OUTLINE = "outline", "骨子", "An outline.", "骨子の段階。"
    ALPHA = "alpha", "α版", "The α version of a draft.", "案のα版。"
    BETA = "beta", "β版", "The β version of a draft.", "案のβ版。"
    DRAFT = "draft", "案", "A draft ready to be decided.", "決定に付す案。"
    DECIDED = "decided", "決定", "Decided by the body in charge.", "所管する機関が決定したもの。"
    CABINET_DECISION = "cabinet_decision", "閣議決定", "Decided by the cabinet.", "閣議で決定したもの。"


@frozen(kw_only=True)
class Deliverable(Record):
    """A document at one stage of its making; each later stage is a record of its own."""

    id: Annotated[Id, Key("dlv-"), Label("成果物ID", "成果物とその段階を示す識別子。")]
    """Identifies the deliverable and its stage."""

    title: Annotated[str, Caption(), Printed(), Label("題名", "原文どおりの題名。"), Term("http://purl.org/dc/terms/title")]
    """The title as printed."""

    title_en: Annotated[str, Label("題名（英語）", "題名の英訳（編者訳）。")]
    """The title in English, translated by the editors."""

    thing_id: Annotated[
        Id | None,
        Ref("Thing"),
        Label("事物", "この文書がその一段階である計画、法令、標準など。"),
        Term("http://purl.org/dc/terms/isVersionOf"),
    ] = None
    """The plan, law, standard or other thing of which it is a stage; empty where that is not recorded."""

    stage: Annotated[DeliverableStage, Label("段階", "成果物がどの段階にあるか。")]
    """How far it has come."""

    previous_id: Annotated[
        Id | None,
        Ref("Deliverable"),
        Label("前の段階", "一つ前の段階の成果物。最初の段階では空欄。"),
        Term("http://www.w3.org/ns/prov#wasRevisionOf"),
    ] = None
    """The stage before; empty for the first."""

    part_of_id: Annotated[
        Id | None,
        Ref("Deliverable"),
        Label("含まれる先", "この成果物が組み込まれる、より大きな文書。"),
        Term("http://purl.org/dc/terms/isPartOf"),
    ] = None
    """The larger document that it becomes a part of."""


class MilestoneKind(Code):
    """What happens at a milestone."""

    MEETING = "meeting", "会議", "A meeting is held.", "会議が開かれる。"
    CONSULTATION = "consultation", "意見照会・説明", "Those concerned are informed or asked.", "関係者に説明し、または意見を求める。"
    DECISION = "decision", "決定", "Something is decided.", "何かが決定される。"
    PUBLICATION = "publication", "公表", "Something is published.", "何かが公表される。"
    FOUNDATION = "foundation", "設立・開始", "A body, service or framework begins.", "組織、サービスまたは枠組みが始まる。"
    SELECTION = "selection", "採択", "Applicants are chosen.", "応募者の中から選ばれる。"
    CHANGE = "change", "変更", "A rule, scope or responsibility changes.", "規則、対象範囲または所管が変わる。"
    RECRUITMENT = "recruitment", "採用", "People are recruited.", "人材が採用される。"
    DEADLINE = "deadline", "期限", "Something must be done by then.", "その時までに何かを終える。"
    TRIAL = "trial", "実証・試行", "Something is tried out.", "何かが試行される。"
    INTRODUCTION = (
        "introduction",
        "導入",
        "A system or service is introduced or renewed.",
        "システムやサービスが導入され、または更新される。",
    )


@frozen(kw_only=True)
class Milestone(Record):
    """Something that happened or was to happen, on a schedule or in a report of developments."""

    id: Annotated[
        Id,
        Key("ms-"),
        Label("日程ID", "日程の識別子。目的により、変わり得る日付は含めない。"),
        Example("ms-common-platform.policy-decision"),
    ]
    """Identifies the milestone by its purpose, never by its date, which may change."""

    title: Annotated[
        str,
        Caption(),
        Printed(unless=("title_basis", "editorial")),
        Label("題名", "原文どおりの題名。出典に題名がなければ編者の説明とし、`title_basis` にその旨を示す。"),
        Term("http://purl.org/dc/terms/title"),
    ]
    """The title as printed; a description by the editors where the source gives none, as `title_basis` then says."""

    title_en: Annotated[str, Label("題名（英語）", "題名の英訳（編者訳）。")]
    """The title in English, translated by the editors."""

    title_basis: Annotated[TitleBasis, Label("題名の由来", "題名が誰の言葉によるか。")] = TitleBasis.PRINTED
    """Whose words the title is in."""

    kind: Annotated[MilestoneKind, Label("種別", "何が行われる日程か。"), Term("http://www.w3.org/2002/12/cal/ical#categories")]
    """What happens."""

    date: Annotated[
        When | None,
        Dated(),
        Label("日付", "行われた、または行われる予定の日。出典に日付がなければ空欄。"),
        Term("http://www.w3.org/2002/12/cal/ical#dtstart"),
    ] = None
    """When it happened or was to happen; empty where the source prints no date."""

    status: Annotated[
        EventStatus, Label("状況", "実施されたかどうか。出典の時点で分かる範囲による。"), Term("http://www.w3.org/2002/12/cal/ical#status")
    ]
    """Whether it took place, as far as the source knew."""

    status_as_of: Annotated[When, Printed(anywhere=True), Label("状況の時点", "出典が状況を述べている時点。多くは文書の日付。")]
    """The day for which the source tells the status, often that of the document."""

    position: Annotated[
        int | None,
        Minimum(1),
        Label("順序", "印字された日程表での行の順序（1から）。日程表によらないものでは空欄。"),
        Example(3),
        Term("https://schema.org/position"),
    ] = None
    """Its row in a printed schedule, counted from 1; empty where it was not read from one."""

    meeting_id: Annotated[
        Id | None, Ref("Meeting"), Label("会議", "この日程に当たる会議。"), Term("http://www.w3.org/2002/12/cal/ical#relatedTo")
    ] = None
    """The meeting that it consists of."""

    organisation_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=any_kind_but(ActorKind.PERSON, ActorKind.UNSPECIFIED)),
        Through("milestone_organisations"),
        Label("関係機関", "実施する機関、または関係する機関。"),
    ] = ()
    """The organisations that carry it out or that it concerns."""

    examination_item_ids: Annotated[
        tuple[Id, ...], Ref("ExaminationItem"), Through("milestone_examination_items"), Label("検討項目", "そこで検討される検討項目。")
    ] = ()
    """The questions that are examined at it."""

    deliverable_ids: Annotated[
        tuple[Id, ...], Ref("Deliverable"), Through("milestone_deliverables"), Label("成果物", "そこで示され、または決定される成果物。")
    ] = ()
    """What is presented or decided at it."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("milestone_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""

    after_id: Annotated[Id | None, Ref("Milestone"), Label("直前の日程", "日付が印字されていない場合に、その直前に当たる日程。")] = None
    """The milestone that it follows, where no date is printed."""


@frozen(kw_only=True)
class Observation(Record):
    """What another source, or another passage, says of a milestone: that it was put off, or when it took place.

    A milestone holds what the source it cites knew. Each later word is an observation, so that plan and outcome stand side by side.
    """

    id: Annotated[
        Id,
        Key("obs-"),
        Label("観測ID", "観測の識別子。出典の日付と日程からなる。"),
        Example("obs-2024-06-18-common-platform.policy-decision"),
    ]
    """Identifies the observation: the day of the source, and the milestone."""

    milestone_id: Annotated[
        Id, Ref("Milestone", part_of=True), Caption(), Label("日程", "観測された日程。"), Term("http://purl.org/dc/terms/subject")
    ]
    """The milestone."""

    date: Annotated[
        When | None,
        Dated(),
        Label("日付", "この出典による日付。示されていなければ空欄。"),
        Term("http://www.w3.org/2002/12/cal/ical#dtstart"),
    ] = None
    """When it happened or was to happen, as this source says; empty where it prints no date."""

    status: Annotated[EventStatus, Label("状況", "この出典の時点での状況。"), Term("http://www.w3.org/2002/12/cal/ical#status")]
    """Whether it took place, as far as this source knew."""

    status_as_of: Annotated[When, Printed(anywhere=True), Label("状況の時点", "状況がどの時点のものか。")]
    """The day for which this source tells the status, often that of the document."""


@frozen(kw_only=True)
class Instruction(Record):
    """What a superior tells others to do, or declares when doing so. Not a request among equals."""

    id: Annotated[Id, Key("ins-"), Label("指示ID", "指示の識別子。日付、指示者、番号からなる。")]
    """Identifies the instruction: its date, issuer and number."""

    issued_by_id: Annotated[
        Id,
        Ref("Actor", kinds=any_kind_but(ActorKind.COLLECTIVE)),
        SaidAs("by_ids"),
        Label("指示者", "指示を出した者。"),
        Term("http://purl.org/dc/terms/creator"),
    ]
    """Who gives it."""

    meeting_id: Annotated[Id | None, Dated(), Ref("Meeting"), Label("会議", "指示が出された会議。")] = None
    """The meeting at which it was given."""

    directed_to_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor"),
        Through("instruction_parties", "addressee"),
        SaidAs("to_ids"),
        SaidAs("expected_of_ids"),
        Label("指示先", "指示を実施すべき者。本文に示されていなければ主体 `unspecified`。"),
        Term("http://purl.org/dc/terms/audience"),
    ]
    """Who must carry it out; the actor `unspecified` where the text does not say."""

    consult_ids: Annotated[
        tuple[Id, ...],
        Ref("Actor", kinds=NAMED),
        Through("instruction_parties", "consulted"),
        Label("協議先", "協議し、または意見を聴くよう指示された相手。"),
    ] = ()
    """Whom they are told to consult or to hear."""

    strength: Annotated[AskStrength, Label("強さ", "指示の強さ。")]
    """How strongly it is put."""

    summary: Annotated[
        str,
        Caption(),
        Label("要約", "誰が何をすべきか、または何が表明されたか。編者が平易な日本語でまとめたもの。"),
        Term("http://purl.org/dc/terms/abstract"),
    ]
    """Who must do what, or what is declared, in plain Japanese of the editors: one sentence, or two where one would be too long."""

    summary_en: Annotated[str, Label("要約（英語）", "要約の英語版。")]
    """The summary in English."""

    due: Annotated[When | None, Label("期限", "実施の期限。出典に記載がある場合に限る。")] = None
    """When it must be done, where the source says so."""

    deliverable_id: Annotated[Id | None, Ref("Deliverable"), Label("成果物", "指示の結果として作られる成果物。")] = None
    """What is to come of it."""

    thing_ids: Annotated[
        tuple[Id, ...],
        Ref("Thing"),
        Through("instruction_things"),
        Label("言及する事物", "名を挙げて触れている法令、システム、計画など。"),
        Term("https://schema.org/mentions"),
    ] = ()
    """The laws, systems, plans and the like that it names."""

    theme_ids: Annotated[
        tuple[Id, ...],
        Ref("Theme"),
        Through("instruction_themes"),
        Label("テーマ", "関係するテーマ。主なものを先頭に置く。"),
        Term("http://purl.org/dc/terms/subject"),
    ] = ()
    """The themes that it is about, the chief one first."""
