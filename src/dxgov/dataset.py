"""`Dataset`: the tables of dxgov's data, with methods that answer questions about them."""

from typing import Annotated

from dxgov.analysis.open_issues import Due, Gap, find_due, find_gaps, find_open_questions, group_asks_by_actor
from dxgov.analysis.tracing import Trace, trace
from dxgov.arguments import check_arguments
from dxgov.marks import Facet, Label, Term, Wide
from dxgov.model.actors import Actor, Appointment
from dxgov.model.measures import Duty, Figure, Measure
from dxgov.model.meetings import AgendaItem, Decision, Meeting, Statement
from dxgov.model.opinions import Opinion, OpinionGroup
from dxgov.model.plans import Deliverable, ExaminationItem, Instruction, Milestone, Observation
from dxgov.model.record import Record
from dxgov.model.relations import Link
from dxgov.model.requests import Ask, Request, RequestItem
from dxgov.model.sources import Source
from dxgov.model.themes import Theme
from dxgov.model.things import Thing
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records


class Dataset(Collection):
    """How governments negotiate digital government: who asked whom for what, who answered, what was decided, by when.

    Each attribute is a table of records. `dxgov.load` reads a data set from a package, `Dataset.of` creates one from your own records.
    """

    sources: Annotated[Records[Source], Label("出典"), Term("http://xmlns.com/foaf/0.1/Document"), Facet()]
    actors: Annotated[Records[Actor], Label("主体"), Term("http://xmlns.com/foaf/0.1/Agent"), Facet()]
    appointments: Annotated[Records[Appointment], Label("在任"), Term("http://www.w3.org/ns/org#Membership")]
    themes: Annotated[Records[Theme], Label("テーマ"), Term("http://www.w3.org/2004/02/skos/core#Concept"), Facet()]
    things: Annotated[
        Records[Thing],
        Label("事物", "名を挙げて語られる法令、システム、事業、計画など。"),
        Term("http://www.w3.org/2004/02/skos/core#Concept"),
        Facet(),
    ]
    meetings: Annotated[Records[Meeting], Label("会議"), Term("https://schema.org/Event")]
    requests: Annotated[Records[Request], Label("要望"), Term("http://purl.org/ontology/bibo/Document")]
    request_items: Annotated[Records[RequestItem], Label("要望項目"), Term("http://purl.org/ontology/bibo/DocumentPart")]
    asks: Annotated[Records[Ask], Label("要望行為"), Wide()]
    agenda_items: Annotated[Records[AgendaItem], Label("議題"), Term("https://schema.oparl.org/1.1/AgendaItem")]
    statements: Annotated[Records[Statement], Label("発言"), Term("http://www.w3.org/ns/opengov#Speech"), Wide()]
    decisions: Annotated[
        Records[Decision],
        Label("議決", "議会や会議体が案件について決めたこと。"),
        Term("https://www.popoloproject.com/specs/motion.html#Motion"),
    ]
    opinion_groups: Annotated[Records[OpinionGroup], Label("意見群")]
    opinions: Annotated[Records[Opinion], Label("意見")]
    examination_items: Annotated[Records[ExaminationItem], Label("検討項目")]
    deliverables: Annotated[Records[Deliverable], Label("成果物"), Term("http://purl.org/ontology/bibo/Document")]
    milestones: Annotated[Records[Milestone], Label("日程"), Term("http://www.w3.org/2002/12/cal/ical#Vevent"), Wide()]
    observations: Annotated[Records[Observation], Label("日程の観測", "日程の実施、延期などについて、別の出典や箇所が述べること。")]
    instructions: Annotated[Records[Instruction], Label("指示")]
    duties: Annotated[Records[Duty], Label("業務")]
    measures: Annotated[Records[Measure], Label("施策")]
    figures: Annotated[Records[Figure], Label("数値")]
    links: Annotated[Records[Link], Label("関連"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement")]

    @check_arguments
    def trace(self, subject: str | Record) -> Trace:
        """Trace a theme, or the matter of a record, through all documents in time order, and show where it breaks off.

        `subject` is a record or its id. The trace of a theme holds all records about it or a narrower theme. The trace of
        another record holds the records that take up it or what it is a part of, and those that it takes up, directly or
        through others. Links other than mere mentions count, and references such as replies.

        Raises:
            UnknownNameError: there is no such record.
        """
        return trace(self, self[subject] if isinstance(subject, str) else subject)

    def unanswered(self) -> Records[Statement]:
        """Return the questions, requests and proposals of meetings that no later statement replies to and no source says were answered."""
        return find_open_questions(self.statements, self.links)

    def due(self) -> tuple[Due, ...]:
        """Return all promises made at meetings and all instructions, sorted by the last day on which they may fall due.

        Without a last day the first counts; promises and instructions without any date come last.
        """
        return find_due(self, self.statements, self.instructions)

    def asks_by_actor(self) -> dict[str, Records[Ask]]:
        """Return the asks by the id of the actor who must act, or ``unspecified``; actors with the most asks come first."""
        return group_asks_by_actor(self.asks)

    def gaps(self) -> tuple[Gap, ...]:
        """Return the gaps of the sources: damage, incomplete names, dates without a year or a day."""
        return find_gaps(self)
