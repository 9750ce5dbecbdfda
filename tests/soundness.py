"""A small sound data set with records of every table.

Everything in it is invented: the prefecture of Kaifu, its towns, their requests and the answers.
"""

import hashlib
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from dxgov import (
    Actor,
    ActorKind,
    AgendaItem,
    Appointment,
    Ask,
    AskKind,
    AskResponse,
    AskStrength,
    Basis,
    Citation,
    Commitment,
    Completeness,
    Confidence,
    Credit,
    Dataset,
    Decision,
    Deliverable,
    DeliverableStage,
    Depth,
    Duty,
    EnglishNameBasis,
    EventStatus,
    ExaminationItem,
    ExpectationBasis,
    Figure,
    Instruction,
    License,
    Link,
    LinkBasis,
    Measure,
    Meeting,
    MeetingKind,
    MeetingMode,
    Metadata,
    Milestone,
    MilestoneKind,
    NameStatus,
    Observation,
    Opinion,
    OpinionGroup,
    OpinionKind,
    Outcome,
    Predicate,
    ProblemCode,
    Qualifier,
    Record,
    Request,
    RequestItem,
    Review,
    Scope,
    Source,
    SourceKind,
    Statement,
    StatementKind,
    Theme,
    Thing,
    ThingKind,
    VoteManner,
    When,
)
from dxgov.model.actors import NumberBasis
from dxgov.schema import model_of

NEED_DOCUMENTS = {
    ProblemCode.MISSING_DOCUMENT,
    ProblemCode.NO_PASSAGE,
    ProblemCode.NO_SUCH_LINE,
    ProblemCode.WRONG_PASSAGE,
    ProblemCode.NOT_PRINTED,
}
"""What only verification finds, because validation does not look into documents."""

OF_DRAFTS = {ProblemCode.UNSURE_VALUE}
"""What only the publication of a draft finds."""

WARNINGS = {ProblemCode.UNUSUAL_CHARACTER}
"""What is no fault, and should be looked at."""

OF_FORMATS = {ProblemCode.BEYOND_LIMIT}
"""What only an export finds, because other formats hold it."""

MODEL = model_of(Dataset)

LETTER, MINUTES, TRANSCRIPT = "src-2031-04-letter", "src-2031-05-minutes", "src-2031-06-transcript"
DIGEST = hashlib.sha256("海風".encode()).hexdigest()


def _at(place: str | None = None, first: int | None = None, last: int | None = None, source: str = LETTER) -> Citation:
    return Citation(source, place, first, last or first, DIGEST if first else None)


def _day(text: str, edtf: str | None, scope: Scope = Scope.EXACT, basis: Basis = Basis.STATED) -> When:
    return When(text, edtf, scope, basis)


def _sources() -> list[Record]:
    return [
        Source(
            id=LETTER,
            citation=_at("表紙", 1, 3),
            title="島しょ部の回線に関する要望",
            title_en="Request on lines to the islands",
            kind=SourceKind.LETTER,
            issuer_ids=("kaifu-towns", "kaifu-shiomi"),
            author="海風 渚",
            license="https://example.org/terms?no=7,13",
            publisher_id="kaifu-towns",
            published=_day("令和13年4月2日", "2031-04-02"),
            language="ja",
            document_number="007-0013",
            url="https://example.org/letter?no=7,13",
            file_sha256=DIGEST,
            completeness=Completeness.COMPLETE,
            rights="海風県町村会",
        ),
        Source(
            id=MINUTES,
            citation=_at(source=MINUTES),
            title="第2回回線協議会 議事概要",
            title_en="Second line council, minutes",
            kind=SourceKind.MINUTES,
            published=_day("5月ごろ", "2031-05~", Scope.WITHIN, Basis.YEAR_INFERRED),
            language="ja-JP",
            file_sha256=DIGEST,
            completeness=Completeness.EXCERPT,
            note="前半が欠けている。",
            note_en="The first half is missing.",
        ),
        Source(
            id=TRANSCRIPT,
            citation=_at(source=TRANSCRIPT),
            title="海風県議会 会議録",
            kind=SourceKind.TRANSCRIPT,
            depth=Depth.INDEX,
            published=_day("令和13年6月10日", "2031-06-10"),
            language="ja",
            file_sha256=DIGEST,
            completeness=Completeness.COMPLETE,
            review=Review.DRAFTED,
            drafted_with="reader 1.0",
        ),
    ]


def _actors() -> list[Record]:
    def actor(id: str, kind: ActorKind, name: str, name_en: str, **more: Any) -> Actor:
        return Actor(id=id, kind=kind, name=name, name_en=name_en, citation=_at("宛名", 4), **more)

    return [
        actor("kaifu", ActorKind.PREFECTURE, "海風県", "Kaifu Prefecture", founded=_day("昭和30年代", "195X", Scope.WITHIN)),
        actor("kaifu-assembly", ActorKind.ASSEMBLY, "海風県議会", "Kaifu Prefectural Assembly", part_of_id="kaifu"),
        actor("kaifu-assembly-isles", ActorKind.CAUCUS, "離島の会", "Group of the Isles", part_of_id="kaifu-assembly"),
        actor("kaifu-assembly-committee", ActorKind.COMMITTEE, "通信委員会", "Committee on Lines", part_of_id="kaifu-assembly"),
        actor(
            "kaifu-assembly-chair",
            ActorKind.POST,
            "議長",
            "Chair",
            part_of_id="kaifu-assembly",
            label="海風県議会議長",
            label_en="Chair of the Kaifu Assembly",
        ),
        Actor(
            id="nagisa",
            kind=ActorKind.PERSON,
            label="渚 五月議員",
            name="渚 五月",
            citation=_at("議席", 2, source=TRANSCRIPT),
            review=Review.DRAFTED,
            drafted_with="reader 1.0",
        ),
        actor("kaifu-digital", ActorKind.PREFECTURE, "デジタル室", "Digital Office", part_of_id="kaifu"),
        actor("kaifu-digital-lines", ActorKind.PREFECTURE, "回線班", "Lines Team", part_of_id="kaifu-digital"),
        actor(
            "kaifu-shiomi",
            ActorKind.CITY,
            "潮見市",
            "Shiomi City",
            local_government_code="012017",
            corporate_number="7000020992011",
            corporate_number_basis=NumberBasis.DERIVED,
            wikidata="Q420",
            name_en_basis=EnglishNameBasis.OFFICIAL,
            located_in_id="kaifu",
        ),
        actor(
            "kaifu-soto",
            ActorKind.CITY,
            "外海市",
            "Sotoumi City",
            corporate_number_basis=NumberBasis.DERIVED,
            corporate_number="6000020992029",
        ),
        actor("kaifu-towns", ActorKind.ASSOCIATION, "海風県町村会", "Association of Towns of Kaifu"),
        actor("kaifu-governor", ActorKind.POST, "海風県知事", "Governor of Kaifu", part_of_id="kaifu"),
        actor(
            "minato",
            ActorKind.PERSON,
            "湊",
            "Minato",
            name_status=NameStatus.FAMILY_ONLY,
            name_conjecture="湊 一葉",
            conjecture_basis="The signature on the second page.",
        ),
        actor("nation", ActorKind.NATION, "国", "The nation"),
        actor("unspecified", ActorKind.UNSPECIFIED, "不特定", "Unspecified"),
        Appointment(
            id="app-2031-04-02-minato",
            person_id="minato",
            post_id="kaifu-governor",
            attested=_day("4月2日", "2031-04-02", basis=Basis.YEAR_INFERRED),
            citation=_at("署名", 16),
        ),
    ]


def _themes() -> list[Record]:
    def theme(id: str, label: str, label_en: str, broader_id: str | None = None, alt_labels: tuple[str, ...] = ()) -> Theme:
        return Theme(
            id=id,
            label=label,
            label_en=label_en,
            definition=f"{label}に関すること。",
            definition_en=f"Whatever concerns {label_en.lower()}.",
            broader_id=broader_id,
            alt_labels=alt_labels,
            citation=_at("1", 8),
        )

    return [
        theme("networks", "通信網", "Networks"),
        theme("sea-cables", "海底線", "Sea cables", "networks", ("海底ケーブル", 'いわゆる"線"', "線、その他")),
        theme("spare-lines", "予備線", "Spare lines", "sea-cables"),
        theme("skills", "人材", "Skills", alt_labels=("NA",)),
        Thing(
            id="thg-lines-act",
            kind=ThingKind.LAW,
            name="回線法",
            name_en="Lines Act",
            name_en_basis=EnglishNameBasis.OFFICIAL,
            owner_ids=("nation", "kaifu"),
            law_id="503AC0000000099",
            citation=_at("1", 8),
        ),
        Thing(
            id="thg-sea-net",
            kind=ThingKind.PLATFORM,
            name="海底網",
            name_en="Sea Net",
            alt_labels=("網、その他",),
            part_of_id="thg-lines-act",
            wikidata="Q421",
            url="https://example.org/net",
            citation=_at("1", 8),
        ),
    ]


def _meetings() -> list[Record]:
    def meeting(id: str, name: str, name_en: str, held: When, **more: Any) -> Meeting:
        return Meeting(id=id, name=name, name_en=name_en, held=held, citation=_at("冒頭", 2, 5, source=MINUTES), **more)

    return [
        meeting(
            "mtg-lines-1",
            "第1回回線協議会",
            "First line council",
            _day("4月2日", "2031-04-02", basis=Basis.YEAR_INFERRED),
            kind=MeetingKind.PETITION,
            series="回線協議会",
            ordinal=1,
            start_time="09:30",
            end_time="10:00",
            mode=MeetingMode.IN_PERSON,
            place="海風県庁\n第3会議室",
            organiser_ids=("kaifu-towns",),
            participant_ids=("kaifu-governor", "kaifu-towns"),
            status=EventStatus.HELD,
        ),
        meeting(
            "mtg-lines-2",
            "第2回回線協議会",
            "Second line council",
            _day("5月12日から14日", "2031-05-12/2031-05-14", Scope.THROUGHOUT),
            kind=MeetingKind.COUNCIL_SESSION,
            series="回線協議会",
            ordinal=2,
            start_time="13:00",
            end_time="15:30",
            mode=MeetingMode.HYBRID,
            organiser_ids=("kaifu-digital",),
            participant_ids=("kaifu-shiomi", "kaifu-towns", "kaifu-digital-lines"),
            status=EventStatus.HELD,
        ),
        meeting(
            "mtg-lines-3",
            "第3回回線協議会",
            "Third line council",
            _day("追って連絡", None, Scope.WITHIN),
            kind=MeetingKind.COUNCIL_SESSION,
            status=EventStatus.TENTATIVE,
        ),
        Meeting(
            id="mtg-session",
            name="本会議",
            held=_day("令和13年6月10日", "2031-06-10"),
            kind=MeetingKind.PLENARY,
            body_id="kaifu-assembly",
            status=EventStatus.HELD,
            citation=_at("冒頭", 1, source=TRANSCRIPT),
            review=Review.DRAFTED,
            drafted_with="reader 1.0",
        ),
    ]


def _requests() -> list[Record]:
    def item(id: str, request: str, path: str, position: int, parent: str | None = None, title: str | None = None) -> RequestItem:
        return RequestItem(
            id=id,
            request_id=request,
            parent_id=parent,
            number=f"({path})",
            path=path,
            position=position,
            title=title,
            label="回線",
            label_en="Lines",
            summary="回線を二重にしてほしい。",
            summary_en="Lines should be doubled.",
            theme_ids=("sea-cables", "networks"),
            citation=_at(path, 10, 14),
        )

    def ask(id: str, item: str, letter: str, kinds: tuple[AskKind, ...], **more: Any) -> Ask:
        return Ask(
            id=id,
            item_id=item,
            letter=letter,
            kinds=kinds,
            summary="県が予備線を引く。",
            summary_en="The prefecture lays a spare line.",
            citation=_at("1(1)", 12),
            **{"expected_of_id": "kaifu", "strength": AskStrength.ACT, "theme_ids": ("spare-lines",), **more},
        )

    first, second = "req-2031-04-lines", "req-2032-04-lines"
    return [
        Request(
            id=first,
            title="島しょ部の回線に関する要望",
            title_en="Request on lines to the islands",
            round=1,
            submitted_by_ids=("kaifu-towns", "kaifu-shiomi"),
            signatory_ids=("minato",),
            addressed_to_ids=("kaifu-governor",),
            submitted=_day("令和13年4月2日", "2031-04-02"),
            purpose="離島の回線が切れやすいため、二重化を求める。",
            purpose_en="Lines to the islands often break, so the request asks to double them.",
            delivered_at_id="mtg-lines-1",
            citation=_at("表題", 1),
        ),
        Request(
            id=second,
            title="回線に関する再度の要望",
            title_en="Second request on lines",
            submitted_by_ids=("kaifu-towns",),
            addressed_to_ids=("kaifu", "nation"),
            submitted=_day("令和14年春", "2032-21", Scope.WITHIN, Basis.EDITORIAL),
            follows_up_id=first,
            citation=_at(),
        ),
        item(f"{first}.01", first, "1", 1, title="回線の二重化"),
        item(f"{first}.01.1", first, "1.1", 1, f"{first}.01"),
        item(f"{first}.01.2", first, "1.2", 2, f"{first}.01"),
        item(f"{first}.02", first, "2", 2, title="人材"),
        item(f"{second}.03", second, "3", 1),
        ask(
            f"{first}.01.1.a",
            f"{first}.01.1",
            "a",
            (AskKind.INFRASTRUCTURE, AskKind.FUNDING),
            response=AskResponse.ACCEPTED,
            thing_ids=("thg-sea-net",),
            due=_day("令和14年度末まで", "../2033-03-31", Scope.BY),
        ),
        ask(
            f"{first}.01.1.b",
            f"{first}.01.1",
            "b",
            (AskKind.FUNDING,),
            expected_of_id="nation",
            expected_of_basis=ExpectationBasis.NAMED,
            relayed_by_id="kaifu",
            strength=AskStrength.URGE,
            condition="If the prefecture cannot pay alone.",
            interim=True,
        ),
        ask(
            f"{first}.02.a",
            f"{first}.02",
            "a",
            (AskKind.TRAINING,),
            theme_ids=("skills", "networks"),
            expected_of_basis=ExpectationBasis.ADDRESSEE,
        ),
        ask(f"{second}.03.a", f"{second}.03", "a", (AskKind.INFORMATION,), response=AskResponse.UNDER_CONSIDERATION),
    ]


def _discussion() -> list[Record]:
    def agenda(id: str, meeting: str, number: int, title: str, title_en: str, **more: Any) -> AgendaItem:
        return AgendaItem(
            id=id,
            meeting_id=meeting,
            number=str(number),
            position=number,
            title=title,
            title_en=title_en,
            recorded=True,
            citation=_at("次第", 6, source=MINUTES),
            **more,
        )

    def statement(id: str, item: str, turn: int, point: int, speaker: str, kind: StatementKind, **more: Any) -> Statement:
        return Statement(
            id=id,
            meeting_id=item.rpartition(".")[0],
            agenda_item_id=item,
            turn=turn,
            point=point,
            speaker_id=speaker,
            speaker_as_printed="(海風県)",
            kind=kind,
            summary="予備線の工期を確かめた。",
            summary_en="Asked how long the spare line takes.",
            citation=_at("議題2", 20 + turn, source=MINUTES),
            **{"commitment": Commitment.NONE, **more},
        )

    return [
        agenda("mtg-lines-1.1", "mtg-lines-1", 1, "手交", "Handing over"),
        agenda("mtg-lines-2.1", "mtg-lines-2", 1, "回線の現状", "State of the lines", presenter_ids=("kaifu-digital-lines",)),
        agenda("mtg-lines-2.2", "mtg-lines-2", 2, "予備線", "Spare lines"),
        statement(
            "mtg-lines-2.t1.p1",
            "mtg-lines-2.2",
            1,
            1,
            "kaifu-shiomi",
            StatementKind.QUESTION,
            addressed_to_ids=("kaifu-digital",),
            theme_ids=("spare-lines",),
        ),
        statement(
            "mtg-lines-2.t1.p2",
            "mtg-lines-2.2",
            1,
            2,
            "kaifu-shiomi",
            StatementKind.REQUEST,
            theme_ids=("skills",),
        ),
        statement(
            "mtg-lines-2.t2.p1",
            "mtg-lines-2.2",
            2,
            1,
            "kaifu-digital",
            StatementKind.ANSWER,
            replies_to_ids=("mtg-lines-2.t1.p2", "mtg-lines-2.t1.p1"),
            addressed_to_ids=("kaifu-shiomi", "kaifu-towns"),
            commitment=Commitment.DO,
            thing_ids=("thg-sea-net", "thg-lines-act"),
            due=_day("年内に", "../2031-12-31", Scope.BY),
        ),
        statement("mtg-lines-1.t1.p1", "mtg-lines-1.1", 1, 1, "kaifu-towns", StatementKind.REQUEST),
        Statement(
            id="mtg-session.t1",
            meeting_id="mtg-session",
            turn=1,
            point=1,
            speaker_id="kaifu-assembly-chair",
            speaker_as_printed="○議長",
            kind=StatementKind.PROCEDURE,
            url="https://example.org/assembly?turn=1",
            citation=_at(None, 5, source=TRANSCRIPT),
        ),
        Statement(
            id="mtg-session.t2",
            meeting_id="mtg-session",
            turn=2,
            point=1,
            speaker_id="nagisa",
            speaker_group_id="kaifu-assembly-isles",
            speaker_post_id="kaifu-assembly-chair",
            speaker_seat="12番",
            speaker_as_printed="○12番（渚五月君）",
            citation=_at(None, 6, source=TRANSCRIPT),
        ),
        Decision(
            id="dec-assembly.1",
            meeting_id="mtg-session",
            number="請願第7号",
            title="島しょ部の回線に関する要望",
            subject_id="req-2031-04-lines",
            decided_by_id="kaifu-assembly",
            outcome=Outcome.REFERRED,
            outcome_as_printed="付託",
            referred_to_id="kaifu-assembly-committee",
            citation=_at(None, 9, source=TRANSCRIPT),
        ),
        Decision(
            id="dec-assembly.2",
            meeting_id="mtg-lines-2",
            agenda_item_id="mtg-lines-2.2",
            title="回線条例",
            title_en="Lines Ordinance",
            decided_by_id="kaifu",
            outcome=Outcome.PASSED,
            outcome_as_printed="可決",
            manner=VoteManner.MAJORITY,
            votes_for=12,
            votes_against=3,
            abstentions=0,
            decided=_day("5月13日", "2031-05-13"),
            theme_ids=("sea-cables", "networks"),
            thing_ids=("thg-lines-act",),
            citation=_at("議題2", 30, source=MINUTES),
        ),
        OpinionGroup(
            id="opn-lines.1",
            number=1,
            label="費用",
            label_en="Cost",
            summary="費用を案じる声が多い。",
            summary_en="Many fear the cost.",
            theme_ids=("networks",),
            citation=_at("意見1", 40, source=MINUTES),
        ),
        *(
            Opinion(
                id=f"opn-lines.1.{position}",
                group_id="opn-lines.1",
                position=position,
                kind=kind,
                summary="町だけでは払えない。",
                summary_en="Towns cannot pay alone.",
                theme_ids=("networks", "sea-cables"),
                thing_ids=("thg-sea-net",),
                printed_with_bullet=position == 1,
                citation=_at("意見1", 40 + position, source=MINUTES),
            )
            for position, kind in ((1, OpinionKind.CONCERN), (2, OpinionKind.PRINCIPLE))
        ),
    ]


def _plans() -> list[Record]:
    def milestone(id: str, kind: MilestoneKind, status: EventStatus, **more: Any) -> Milestone:
        return Milestone(
            id=id,
            title="予備線の着工",
            title_en="Work on the spare line begins",
            kind=kind,
            status=status,
            status_as_of=_day("令和13年5月", "2031-05", Scope.WITHIN),
            citation=_at("工程表", 50, source=MINUTES),
            **more,
        )

    return [
        ExaminationItem(id="exm-2", code="2", title="費用", title_en="Cost", theme_ids=("networks",), citation=_at("検討2", 60)),
        ExaminationItem(
            id="exm-2-1",
            code="2-1",
            parent_id="exm-2",
            title="費用の分担",
            title_en="Sharing the cost",
            theme_ids=("networks", "spare-lines"),
            set_by_id="kaifu-digital",
            meeting_id="mtg-lines-2",
            citation=_at("検討2", 61),
        ),
        Deliverable(
            id="dlv-plan.1-outline",
            title="回線計画 骨子",
            title_en="Line plan, outline",
            stage=DeliverableStage.OUTLINE,
            thing_id="thg-lines-act",
            citation=_at("工程表", 51),
        ),
        Deliverable(
            id="dlv-plan.2-draft",
            title="回線計画 案",
            title_en="Line plan, draft",
            stage=DeliverableStage.DRAFT,
            previous_id="dlv-plan.1-outline",
            citation=_at("工程表", 52),
        ),
        Deliverable(
            id="dlv-plan.annex",
            title="回線計画 別冊",
            title_en="Line plan, annex",
            stage=DeliverableStage.DRAFT,
            part_of_id="dlv-plan.2-draft",
            citation=_at("工程表", 53),
        ),
        milestone(
            "ms-spare-line.1-decision",
            MilestoneKind.DECISION,
            EventStatus.PLANNED,
            date=_day("8月上旬", "2031-08-01/2031-08-10", Scope.WITHIN),
            position=1,
            meeting_id="mtg-lines-3",
            organisation_ids=("kaifu", "kaifu-towns"),
            examination_item_ids=("exm-2-1",),
            deliverable_ids=("dlv-plan.2-draft", "dlv-plan.annex"),
        ),
        milestone(
            "ms-spare-line.2-start",
            MilestoneKind.FOUNDATION,
            EventStatus.TENTATIVE,
            position=2,
            after_id="ms-spare-line.1-decision",
            thing_ids=("thg-sea-net",),
        ),
        Observation(
            id="obs-spare-line.1",
            milestone_id="ms-spare-line.1-decision",
            date=_day("9月3日", "2031-09-03", basis=Basis.YEAR_INFERRED),
            status=EventStatus.HELD,
            status_as_of=_day("令和13年10月", "2031-10", Scope.WITHIN),
            citation=_at("報告", 90, source=MINUTES),
        ),
        Instruction(
            id="ins-2031-05-governor.1",
            issued_by_id="kaifu-governor",
            meeting_id="mtg-lines-2",
            directed_to_ids=("kaifu-digital",),
            consult_ids=("kaifu-shiomi", "kaifu-towns"),
            strength=AskStrength.CONSIDER,
            summary="工期を縮める道を探ること。",
            summary_en="Find a way to shorten the work.",
            due=_day("次回までに", None, Scope.BY, Basis.RELATIVE),
            deliverable_id="dlv-plan.2-draft",
            theme_ids=("spare-lines",),
            thing_ids=("thg-lines-act",),
            citation=_at("結び", 70, 72, source=MINUTES),
        ),
        Duty(
            id="dut-lines.1",
            number=1,
            category="回線",
            category_en="Lines",
            owner_id="kaifu-digital",
            summary="回線を保つ。",
            summary_en="Keeps the lines.",
            citation=_at("別表", 80),
        ),
        Measure(
            id="msr-lines.1.1",
            duty_id="dut-lines.1",
            position=1,
            title="島の回線の点検",
            title_en="Inspection of island lines",
            audience="町",
            as_of=_day("2031年度", "2031-04-01/2032-03-31", Scope.THROUGHOUT),
            theme_ids=("networks",),
            thing_ids=("thg-sea-net",),
            citation=_at("別表", 81),
        ),
    ]


def _numbers_and_links() -> list[Record]:
    def figure(id: str, value: str, unit: str, printed: str, **more: Any) -> Figure:
        return Figure(
            id=id,
            label="島の数",
            label_en="Number of islands",
            value=Decimal(value),
            unit=unit,
            as_printed=printed,
            **{"qualifier": Qualifier.EXACT, "citation": _at("1", 9), **more},
        )

    return [
        figure("fig-islands", "12", "島", "12島", subject_id="req-2031-04-lines.01"),
        figure("fig-speed", "0.125", "Gbps", "約125Mbps", qualifier=Qualifier.ABOUT, as_of=_day("現在", "2031-04", Scope.WITHIN)),
        figure("fig-loss", "-3400000000000", "円", "△3.4兆円", subject_id="kaifu-shiomi"),
        Link(
            id="lnk-answer",
            subject_id="mtg-lines-2.t2.p1",
            predicate=Predicate.RESPONDS_TO,
            object_id="req-2031-04-lines.01.1.a",
            basis=LinkBasis.STATED,
            confidence=Confidence.HIGH,
            citation=_at("議題2", 23, source=MINUTES),
        ),
        Link(
            id="lnk-same-matter",
            subject_id="exm-2-1",
            predicate=Predicate.CORRESPONDS_TO,
            object_id="opn-lines.1",
            basis=LinkBasis.EDITORIAL,
            confidence=Confidence.MEDIUM,
            rationale="どちらも費用の分担を扱う。",
            rationale_en="Both treat the sharing of cost.",
            citation=_at("検討2", 61),
        ),
    ]


@cache
def sound() -> Dataset:
    """Return the data set: every table has records, and every link table rows."""
    return Dataset.of(
        [
            *_sources(),
            *_actors(),
            *_themes(),
            *_meetings(),
            *_requests(),
            *_discussion(),
            *_plans(),
            *_numbers_and_links(),
        ],
        Metadata(
            name="kaifu-lines",
            title="海風県の回線",
            version="1.2.0",
            created=date(2031, 6, 1),
            keywords=("lines", "islands"),
            licenses=(License("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),),
            sources=(Credit("島しょ部の回線に関する要望"),),
        ),
    )


@cache
def few_tables() -> Dataset:
    """Return the records of some tables: columns of each kind, lists, links and roles."""
    data = sound()
    names = ("sources", "actors", "themes", "things", "meetings", "agenda_items", "requests", "request_items", "asks", "figures")
    return Dataset.of([record for name in names for record in data.tables[name]], data.metadata)


def small_dataset(title: str) -> Dataset:
    """Return a data set of one source, quick to write, with a title to know it by."""
    return Dataset.of([sound().sources[MINUTES]], Metadata(name="small", title=title))
