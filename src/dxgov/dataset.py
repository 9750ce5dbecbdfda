"""`Dataset`: the tables of dxgov's data, and the questions that can be put to them."""

from typing import Annotated

from dxgov.analysis.open_issues import Due, Gap, asks_by_actor, due, gaps, unanswered
from dxgov.analysis.tracing import Trace, trace
from dxgov.arguments import checked
from dxgov.marks import Facet, Label, Term, Wide
from dxgov.model.actors import Actor, Appointment
from dxgov.model.measures import Duty, Figure, Measure
from dxgov.model.meetings import AgendaItem, Meeting, Statement
from dxgov.model.opinions import Opinion, OpinionGroup
from dxgov.model.plans import Deliverable, ExaminationItem, Instruction, Milestone
from dxgov.model.record import Record
from dxgov.model.relations import Link
from dxgov.model.requests import Ask, Request, RequestItem
from dxgov.model.sources import Source
from dxgov.model.themes import Theme
from dxgov.tables.collection import Collection
from dxgov.tables.records import Records


class Dataset(Collection):
    """How governments negotiate digital government: who asked whom for what, who answered, what was decided, by when.

    Each attribute is a table of records. `dxgov.load` reads one from a package, `Dataset.of` makes one of your own records.
    """

    sources: Annotated[Records[Source], Label("出典"), Term("http://xmlns.com/foaf/0.1/Document"), Facet()]
    actors: Annotated[Records[Actor], Label("主体"), Term("http://xmlns.com/foaf/0.1/Agent"), Facet()]
    appointments: Annotated[Records[Appointment], Label("在任"), Term("http://www.w3.org/ns/org#Membership")]
    themes: Annotated[Records[Theme], Label("テーマ"), Term("http://www.w3.org/2004/02/skos/core#Concept"), Facet()]
    meetings: Annotated[Records[Meeting], Label("会議"), Term("https://schema.org/Event")]
    requests: Annotated[Records[Request], Label("要望"), Term("http://purl.org/ontology/bibo/Document")]
    request_items: Annotated[Records[RequestItem], Label("要望項目"), Term("http://purl.org/ontology/bibo/DocumentPart")]
    asks: Annotated[Records[Ask], Label("要望行為"), Wide()]
    agenda_items: Annotated[Records[AgendaItem], Label("議題"), Term("https://schema.oparl.org/1.1/AgendaItem")]
    statements: Annotated[Records[Statement], Label("発言"), Term("http://www.w3.org/ns/opengov#Speech"), Wide()]
    opinion_groups: Annotated[Records[OpinionGroup], Label("意見群")]
    opinions: Annotated[Records[Opinion], Label("意見")]
    examination_items: Annotated[Records[ExaminationItem], Label("検討項目")]
    deliverables: Annotated[Records[Deliverable], Label("成果物"), Term("http://purl.org/ontology/bibo/Document")]
    milestones: Annotated[Records[Milestone], Label("日程"), Term("http://www.w3.org/2002/12/cal/ical#Vevent"), Wide()]
    instructions: Annotated[Records[Instruction], Label("指示")]
    duties: Annotated[Records[Duty], Label("業務")]
    measures: Annotated[Records[Measure], Label("施策")]
    figures: Annotated[Records[Figure], Label("数値")]
    links: Annotated[Records[Link], Label("関連"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement")]

    @checked
    def trace(self, subject: str | Record) -> Trace:
        """One theme, or what one record is about, through all documents in time order, and where it breaks off.

        `subject` is a record or its id. A theme gathers all records about it or a narrower theme. Any other record gathers what
        takes it up, or what it is a part of, and what it takes up itself, near and far: by links other than mere mentions, and by
        references such as replies.

        Raises:
            UnknownNameError: there is no such record.
        """
        return trace(self, self[subject] if isinstance(subject, str) else subject)

    def unanswered(self) -> Records[Statement]:
        """Questions, requests and proposals made at a meeting that no later point replies to and no source says were answered."""
        return unanswered(self.statements, self.links)

    def due(self) -> tuple[Due, ...]:
        """Every promise made at a meeting and every instruction, in the order of the last day on which they may fall due.

        Where no last day was said, the first counts; what has no date at all comes last.
        """
        return due(self, self.statements, self.instructions)

    def asks_by_actor(self) -> dict[str, Records[Ask]]:
        """The asks by the id of whoever must act, those of most asks first; ``unspecified`` where a text does not say."""
        return asks_by_actor(self.asks)

    def gaps(self) -> tuple[Gap, ...]:
        """What the sources lack: damage, names that are not whole, dates without their year or without a day."""
        return gaps(self)
