"""How Japan's nation, prefectures and municipalities negotiate digital government, as typed records.

>>> import dxgov
>>> ds = dxgov.load()
>>> ds.requests["req-2020-11-24-tokyo-assocs-digital"].title
'市町村における行政のデジタル化への取組に関する要望'

Nothing is imported before it is used, so ``import dxgov`` costs next to nothing.
"""

from dxgov.lazy_attributes import attach

__version__ = "0.1.0"

HOMES = {
    "dxgov.analysis.said": ("Utterance",),
    "dxgov.analysis.searching": ("SearchResult",),
    "dxgov.analysis.slips": ("Slip", "SlipKind"),
    "dxgov.api.beginning": ("new",),
    "dxgov.api.exporting": ("export", "partition", "site"),
    "dxgov.api.loading": ("load",),
    "dxgov.api.reading": ("ReadDocument", "read", "read_many"),
    "dxgov.api.sealing": ("seal",),
    "dxgov.api.validation": ("Report", "validate"),
    "dxgov.api.verification": ("Verification", "verify"),
    "dxgov.api.work_units": ("Part", "parts", "row_problems"),
    "dxgov.charts": ("charts",),
    "dxgov.codes": ("Code",),
    "dxgov.dataset": ("Dataset",),
    "dxgov.dates": ("dates",),
    "dxgov.dates.when": ("Basis", "Scope", "When"),
    "dxgov.documents.readings": ("Certainty",),
    "dxgov.drafting.assistants": ("Assistant", "Inquiry", "Question"),
    "dxgov.drafting.chat_assistant": ("ChatAssistant",),
    "dxgov.drafting.draft": ("AssistantError", "Draft"),
    "dxgov.drafting.guesses": ("Guess", "Todo", "TodoKind"),
    "dxgov.errors": (
        "AddressError",
        "DataError",
        "DateError",
        "DestinationError",
        "DocumentError",
        "DxgovError",
        "ModelError",
        "NotADraftError",
        "NotAPackageError",
        "NotInstalledError",
        "Problem",
        "ProblemCode",
        "UnknownNameError",
        "WorkerError",
    ),
    "dxgov.limits": ("Limits",),
    "dxgov.metadata": ("Contributor", "Credit", "License", "Metadata", "Redirect"),
    "dxgov.model.actors": ("Actor", "Appointment", "EnglishNameBasis", "NameStatus", "NumberBasis"),
    "dxgov.model.documents": ("Document",),
    "dxgov.model.kinds": ("ActorKind",),
    "dxgov.model.measures": ("Duty", "Figure", "Measure", "Qualifier"),
    "dxgov.model.meetings": (
        "AgendaItem",
        "Commitment",
        "Decision",
        "EventStatus",
        "Meeting",
        "MeetingKind",
        "MeetingMode",
        "Outcome",
        "Statement",
        "StatementKind",
        "VoteManner",
    ),
    "dxgov.model.opinions": ("Opinion", "OpinionGroup", "OpinionKind"),
    "dxgov.model.plans": ("Deliverable", "DeliverableStage", "ExaminationItem", "Instruction", "Milestone", "MilestoneKind", "Observation"),
    "dxgov.model.record": ("Damage", "Record", "Review", "TitleBasis"),
    "dxgov.model.relations": ("Confidence", "Link", "LinkBasis", "Predicate"),
    "dxgov.model.requests": ("Ask", "AskKind", "AskResponse", "AskStrength", "ExpectationBasis", "Request", "RequestItem"),
    "dxgov.model.sources": ("Completeness", "Depth", "Source", "SourceKind"),
    "dxgov.model.themes": ("Theme",),
    "dxgov.model.things": ("Thing", "ThingKind"),
    "dxgov.package.write": ("digest",),
    "dxgov.tables.collection": ("Collection",),
    "dxgov.tables.coverage": ("Coverage",),
    "dxgov.tables.records": ("Records",),
    "dxgov.values": ("Citation",),
}
"""The public names by the module that defines them."""

__getattr__, __dir__, __all__ = attach(__name__, HOMES, "__version__")
