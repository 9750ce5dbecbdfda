# Written by docs/generate.py from the list of names in __init__.py.

from dxgov import charts as charts
from dxgov import dates as dates
from dxgov.analysis.said import Utterance as Utterance
from dxgov.analysis.searching import SearchResult as SearchResult
from dxgov.analysis.slips import Slip as Slip
from dxgov.analysis.slips import SlipKind as SlipKind
from dxgov.api.beginning import new as new
from dxgov.api.exporting import export as export
from dxgov.api.exporting import partition as partition
from dxgov.api.exporting import site as site
from dxgov.api.loading import load as load
from dxgov.api.reading import ReadDocument as ReadDocument
from dxgov.api.reading import read as read
from dxgov.api.reading import read_many as read_many
from dxgov.api.sealing import seal as seal
from dxgov.api.validation import Report as Report
from dxgov.api.validation import validate as validate
from dxgov.api.verification import Verification as Verification
from dxgov.api.verification import verify as verify
from dxgov.api.work_units import Part as Part
from dxgov.api.work_units import parts as parts
from dxgov.api.work_units import row_problems as row_problems
from dxgov.codes import Code as Code
from dxgov.dataset import Dataset as Dataset
from dxgov.dates.when import Basis as Basis
from dxgov.dates.when import Scope as Scope
from dxgov.dates.when import When as When
from dxgov.documents.readings import Certainty as Certainty
from dxgov.drafting.assistants import Assistant as Assistant
from dxgov.drafting.assistants import Inquiry as Inquiry
from dxgov.drafting.assistants import Question as Question
from dxgov.drafting.chat_assistant import ChatAssistant as ChatAssistant
from dxgov.drafting.draft import AssistantError as AssistantError
from dxgov.drafting.draft import Draft as Draft
from dxgov.drafting.guesses import Guess as Guess
from dxgov.drafting.guesses import Todo as Todo
from dxgov.drafting.guesses import TodoKind as TodoKind
from dxgov.errors import AddressError as AddressError
from dxgov.errors import DataError as DataError
from dxgov.errors import DateError as DateError
from dxgov.errors import DestinationError as DestinationError
from dxgov.errors import DocumentError as DocumentError
from dxgov.errors import DxgovError as DxgovError
from dxgov.errors import ModelError as ModelError
from dxgov.errors import NotADraftError as NotADraftError
from dxgov.errors import NotAPackageError as NotAPackageError
from dxgov.errors import NotInstalledError as NotInstalledError
from dxgov.errors import Problem as Problem
from dxgov.errors import ProblemCode as ProblemCode
from dxgov.errors import UnknownNameError as UnknownNameError
from dxgov.errors import WorkerError as WorkerError
from dxgov.limits import Limits as Limits
from dxgov.metadata import Contributor as Contributor
from dxgov.metadata import Credit as Credit
from dxgov.metadata import License as License
from dxgov.metadata import Metadata as Metadata
from dxgov.metadata import Redirect as Redirect
from dxgov.model.actors import Actor as Actor
from dxgov.model.actors import Appointment as Appointment
from dxgov.model.actors import EnglishNameBasis as EnglishNameBasis
from dxgov.model.actors import NameStatus as NameStatus
from dxgov.model.actors import NumberBasis as NumberBasis
from dxgov.model.documents import Document as Document
from dxgov.model.kinds import ActorKind as ActorKind
from dxgov.model.measures import Duty as Duty
from dxgov.model.measures import Figure as Figure
from dxgov.model.measures import Measure as Measure
from dxgov.model.measures import Qualifier as Qualifier
from dxgov.model.meetings import AgendaItem as AgendaItem
from dxgov.model.meetings import Commitment as Commitment
from dxgov.model.meetings import Decision as Decision
from dxgov.model.meetings import EventStatus as EventStatus
from dxgov.model.meetings import Meeting as Meeting
from dxgov.model.meetings import MeetingKind as MeetingKind
from dxgov.model.meetings import MeetingMode as MeetingMode
from dxgov.model.meetings import Outcome as Outcome
from dxgov.model.meetings import Statement as Statement
from dxgov.model.meetings import StatementKind as StatementKind
from dxgov.model.meetings import VoteManner as VoteManner
from dxgov.model.opinions import Opinion as Opinion
from dxgov.model.opinions import OpinionGroup as OpinionGroup
from dxgov.model.opinions import OpinionKind as OpinionKind
from dxgov.model.plans import Deliverable as Deliverable
from dxgov.model.plans import DeliverableStage as DeliverableStage
from dxgov.model.plans import ExaminationItem as ExaminationItem
from dxgov.model.plans import Instruction as Instruction
from dxgov.model.plans import Milestone as Milestone
from dxgov.model.plans import MilestoneKind as MilestoneKind
from dxgov.model.plans import Observation as Observation
from dxgov.model.record import Damage as Damage
from dxgov.model.record import Record as Record
from dxgov.model.record import Review as Review
from dxgov.model.record import TitleBasis as TitleBasis
from dxgov.model.relations import Confidence as Confidence
from dxgov.model.relations import Link as Link
from dxgov.model.relations import LinkBasis as LinkBasis
from dxgov.model.relations import Predicate as Predicate
from dxgov.model.requests import Ask as Ask
from dxgov.model.requests import AskKind as AskKind
from dxgov.model.requests import AskResponse as AskResponse
from dxgov.model.requests import AskStrength as AskStrength
from dxgov.model.requests import ExpectationBasis as ExpectationBasis
from dxgov.model.requests import Request as Request
from dxgov.model.requests import RequestItem as RequestItem
from dxgov.model.sources import Completeness as Completeness
from dxgov.model.sources import Depth as Depth
from dxgov.model.sources import Source as Source
from dxgov.model.sources import SourceKind as SourceKind
from dxgov.model.themes import Theme as Theme
from dxgov.model.things import Thing as Thing
from dxgov.model.things import ThingKind as ThingKind
from dxgov.package.write import digest as digest
from dxgov.tables.collection import Collection as Collection
from dxgov.tables.coverage import Coverage as Coverage
from dxgov.tables.records import Records as Records
from dxgov.values import Citation as Citation

HOMES: dict[str, tuple[str, ...]]
__all__ = [
    "Actor",
    "ActorKind",
    "AddressError",
    "AgendaItem",
    "Appointment",
    "Ask",
    "AskKind",
    "AskResponse",
    "AskStrength",
    "Assistant",
    "AssistantError",
    "Basis",
    "Certainty",
    "ChatAssistant",
    "Citation",
    "Code",
    "Collection",
    "Commitment",
    "Completeness",
    "Confidence",
    "Contributor",
    "Coverage",
    "Credit",
    "Damage",
    "DataError",
    "Dataset",
    "DateError",
    "Decision",
    "Deliverable",
    "DeliverableStage",
    "Depth",
    "DestinationError",
    "Document",
    "DocumentError",
    "Draft",
    "Duty",
    "DxgovError",
    "EnglishNameBasis",
    "EventStatus",
    "ExaminationItem",
    "ExpectationBasis",
    "Figure",
    "Guess",
    "Inquiry",
    "Instruction",
    "License",
    "Limits",
    "Link",
    "LinkBasis",
    "Measure",
    "Meeting",
    "MeetingKind",
    "MeetingMode",
    "Metadata",
    "Milestone",
    "MilestoneKind",
    "ModelError",
    "NameStatus",
    "NotADraftError",
    "NotAPackageError",
    "NotInstalledError",
    "NumberBasis",
    "Observation",
    "Opinion",
    "OpinionGroup",
    "OpinionKind",
    "Outcome",
    "Part",
    "Predicate",
    "Problem",
    "ProblemCode",
    "Qualifier",
    "Question",
    "ReadDocument",
    "Record",
    "Records",
    "Redirect",
    "Report",
    "Request",
    "RequestItem",
    "Review",
    "Scope",
    "SearchResult",
    "Slip",
    "SlipKind",
    "Source",
    "SourceKind",
    "Statement",
    "StatementKind",
    "Theme",
    "Thing",
    "ThingKind",
    "TitleBasis",
    "Todo",
    "TodoKind",
    "UnknownNameError",
    "Utterance",
    "Verification",
    "VoteManner",
    "When",
    "WorkerError",
    "__version__",
    "charts",
    "dates",
    "digest",
    "export",
    "load",
    "new",
    "partition",
    "parts",
    "read",
    "read_many",
    "row_problems",
    "seal",
    "site",
    "validate",
    "verify",
]
__version__: str
