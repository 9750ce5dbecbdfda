"""The tables of a draft, and which of them the entries of a reading go into."""

from collections.abc import Mapping

from dxgov.dataset import Dataset
from dxgov.documents.readings import EntryKind
from dxgov.marks import Key
from dxgov.model.actors import Actor, Appointment
from dxgov.model.measures import Duty, Measure
from dxgov.model.meetings import AgendaItem, Decision, Meeting, Statement
from dxgov.model.opinions import Opinion, OpinionGroup
from dxgov.model.plans import ExaminationItem, Instruction, Milestone
from dxgov.model.record import Record
from dxgov.model.requests import Ask, Request, RequestItem
from dxgov.model.sources import Source
from dxgov.schema import Table

_RECORDS: Mapping[EntryKind, type[Record]] = {
    EntryKind.LETTER: Request,
    EntryKind.ITEM: RequestItem,
    EntryKind.ASK: Ask,
    EntryKind.MEETING: Meeting,
    EntryKind.AGENDA_ITEM: AgendaItem,
    EntryKind.TURN: Statement,
    EntryKind.DECISION: Decision,
    EntryKind.MILESTONE: Milestone,
    EntryKind.EXAMINATION_ITEM: ExaminationItem,
    EntryKind.OPINION_GROUP: OpinionGroup,
    EntryKind.OPINION: Opinion,
    EntryKind.INSTRUCTION: Instruction,
    EntryKind.DUTY: Duty,
    EntryKind.MEASURE: Measure,
}
"""The record class of each kind of entry; parties and members become actors, and rows that no grammar knows nothing."""

MODEL = Dataset.model()

ENTRY_TABLES: Mapping[EntryKind, Table] = {kind: MODEL.table_of(record) for kind, record in _RECORDS.items()}
"""The table of each kind of entry that becomes a record."""

DOCUMENT_RULE = "document"
"""The name of the rule that drafts the record of the document itself."""

RULE_TABLES: Mapping[str, Table] = {
    DOCUMENT_RULE: MODEL.table_of(Source),
    EntryKind.PARTY: MODEL.table_of(Actor),
    EntryKind.MEMBER: MODEL.table_of(Appointment),
    **{str(kind): table for kind, table in ENTRY_TABLES.items()},
}
"""The table of each rule that drafts a record as a whole: the kind of its entry, or `DOCUMENT_RULE`."""


def get_prefix(table: Table) -> str:
    """Return what all ids of a table begin with."""
    key = next(column.mark(Key) for column in table.columns if column.key)
    return key.prefix if key else ""
