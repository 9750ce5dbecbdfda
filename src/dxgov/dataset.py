"""`Dataset`: the table of contents of dxgov's data."""

from typing import Annotated

from dxgov.collection import Collection
from dxgov.marks import Label
from dxgov.model.actors import Actor, Appointment
from dxgov.model.links import Link
from dxgov.model.measures import Duty, Figure, Measure
from dxgov.model.meetings import AgendaItem, Meeting, Statement
from dxgov.model.opinions import Opinion, OpinionGroup
from dxgov.model.plans import Deliverable, ExaminationItem, Instruction, Milestone
from dxgov.model.requests import Ask, Request, RequestItem
from dxgov.model.sources import Source
from dxgov.model.themes import Theme
from dxgov.records import Records


class Dataset(Collection):
    """How governments negotiate digital government: who asked whom for what, who answered, what was decided, by when.

    Each attribute is a table of records. `dxgov.load` reads one from a package, `Dataset.of` makes one of your own records.
    """

    sources: Annotated[Records[Source], Label("出典")]
    actors: Annotated[Records[Actor], Label("主体")]
    appointments: Annotated[Records[Appointment], Label("在任")]
    themes: Annotated[Records[Theme], Label("テーマ")]
    meetings: Annotated[Records[Meeting], Label("会議")]
    requests: Annotated[Records[Request], Label("要望")]
    request_items: Annotated[Records[RequestItem], Label("要望項目")]
    asks: Annotated[Records[Ask], Label("要望行為")]
    agenda_items: Annotated[Records[AgendaItem], Label("議題")]
    statements: Annotated[Records[Statement], Label("発言")]
    opinion_groups: Annotated[Records[OpinionGroup], Label("意見群")]
    opinions: Annotated[Records[Opinion], Label("意見")]
    examination_items: Annotated[Records[ExaminationItem], Label("検討項目")]
    deliverables: Annotated[Records[Deliverable], Label("成果物")]
    milestones: Annotated[Records[Milestone], Label("日程")]
    instructions: Annotated[Records[Instruction], Label("指示")]
    duties: Annotated[Records[Duty], Label("業務")]
    measures: Annotated[Records[Measure], Label("施策")]
    figures: Annotated[Records[Figure], Label("数値")]
    links: Annotated[Records[Link], Label("関連")]
