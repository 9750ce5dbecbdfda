"""How Japan's nation, prefectures and municipalities negotiate digital government, as typed records.

>>> import dxgov
>>> ds = dxgov.load()
>>> ds.requests["req-2020-11-24-tokyo-assocs-digital"].title
'市町村における行政のデジタル化への取組に関する要望'

Nothing is imported before it is used, so ``import dxgov`` costs next to nothing.
"""

TYPE_CHECKING = False  # type checkers take it for true; importing typing would cost more than all else here

__version__ = "0.1.0"

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
    "Basis",
    "Citation",
    "Code",
    "Collection",
    "Commitment",
    "Completeness",
    "Confidence",
    "Contributor",
    "Credit",
    "Damage",
    "DataError",
    "Dataset",
    "DateError",
    "Deliverable",
    "DeliverableStage",
    "DestinationError",
    "Duty",
    "DxgovError",
    "EventStatus",
    "ExaminationItem",
    "Figure",
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
    "NotAPackageError",
    "NotInstalledError",
    "NumberBasis",
    "Opinion",
    "OpinionGroup",
    "OpinionKind",
    "Part",
    "Predicate",
    "Problem",
    "ProblemCode",
    "Qualifier",
    "Record",
    "Records",
    "Redirect",
    "Report",
    "Request",
    "RequestItem",
    "Scope",
    "Source",
    "SourceKind",
    "Statement",
    "StatementKind",
    "Theme",
    "TitleBasis",
    "UnknownNameError",
    "Verification",
    "When",
    "WorkerError",
    "__version__",
    "charts",
    "dates",
    "digest",
    "export",
    "load",
    "partition",
    "parts",
    "row_problems",
    "seal",
    "site",
    "validate",
    "verify",
]

if TYPE_CHECKING:
    from dxgov import charts, dates
    from dxgov.api.exporting import export, partition, site
    from dxgov.api.loading import load
    from dxgov.api.sealing import seal
    from dxgov.api.validation import Report, validate
    from dxgov.api.work_units import Part, parts, row_problems
    from dxgov.codes import Code
    from dxgov.dataset import Dataset
    from dxgov.dates.when import Basis, Scope, When
    from dxgov.errors import (
        AddressError,
        DataError,
        DateError,
        DestinationError,
        DxgovError,
        ModelError,
        NotAPackageError,
        NotInstalledError,
        Problem,
        ProblemCode,
        UnknownNameError,
        WorkerError,
    )
    from dxgov.limits import Limits
    from dxgov.metadata import Contributor, Credit, License, Metadata, Redirect
    from dxgov.model.actors import Actor, Appointment, NameStatus, NumberBasis
    from dxgov.model.kinds import ActorKind
    from dxgov.model.measures import Duty, Figure, Measure, Qualifier
    from dxgov.model.meetings import AgendaItem, Commitment, EventStatus, Meeting, MeetingKind, MeetingMode, Statement, StatementKind
    from dxgov.model.opinions import Opinion, OpinionGroup, OpinionKind
    from dxgov.model.plans import Deliverable, DeliverableStage, ExaminationItem, Instruction, Milestone, MilestoneKind
    from dxgov.model.record import Damage, Record, TitleBasis
    from dxgov.model.relations import Confidence, Link, LinkBasis, Predicate
    from dxgov.model.requests import Ask, AskKind, AskResponse, AskStrength, Request, RequestItem
    from dxgov.model.sources import Completeness, Source, SourceKind
    from dxgov.model.themes import Theme
    from dxgov.package.write import digest
    from dxgov.tables.collection import Collection
    from dxgov.tables.records import Records
    from dxgov.values import Citation
    from dxgov.verification import Verification, verify
else:
    _HOMES = {
        "dxgov.charts": ("charts",),
        "dxgov.codes": ("Code",),
        "dxgov.tables.collection": ("Collection",),
        "dxgov.dataset": ("Dataset",),
        "dxgov.dates": ("dates",),
        "dxgov.dates.when": ("Basis", "Scope", "When"),
        "dxgov.errors": (
            "AddressError",
            "DataError",
            "DateError",
            "DestinationError",
            "DxgovError",
            "ModelError",
            "NotAPackageError",
            "NotInstalledError",
            "Problem",
            "ProblemCode",
            "UnknownNameError",
            "WorkerError",
        ),
        "dxgov.api.exporting": ("export", "partition", "site"),
        "dxgov.limits": ("Limits",),
        "dxgov.api.loading": ("load",),
        "dxgov.metadata": ("Contributor", "Credit", "License", "Metadata", "Redirect"),
        "dxgov.model.actors": ("Actor", "Appointment", "NameStatus", "NumberBasis"),
        "dxgov.model.kinds": ("ActorKind",),
        "dxgov.model.relations": ("Confidence", "Link", "LinkBasis", "Predicate"),
        "dxgov.model.measures": ("Duty", "Figure", "Measure", "Qualifier"),
        "dxgov.model.meetings": (
            "AgendaItem",
            "Commitment",
            "EventStatus",
            "Meeting",
            "MeetingKind",
            "MeetingMode",
            "Statement",
            "StatementKind",
        ),
        "dxgov.model.opinions": ("Opinion", "OpinionGroup", "OpinionKind"),
        "dxgov.model.plans": ("Deliverable", "DeliverableStage", "ExaminationItem", "Instruction", "Milestone", "MilestoneKind"),
        "dxgov.model.record": ("Damage", "Record", "TitleBasis"),
        "dxgov.model.requests": ("Ask", "AskKind", "AskResponse", "AskStrength", "Request", "RequestItem"),
        "dxgov.model.sources": ("Completeness", "Source", "SourceKind"),
        "dxgov.model.themes": ("Theme",),
        "dxgov.package.write": ("digest",),
        "dxgov.tables.records": ("Records",),
        "dxgov.api.sealing": ("seal",),
        "dxgov.api.work_units": ("Part", "parts", "row_problems"),
        "dxgov.api.validation": ("Report", "validate"),
        "dxgov.values": ("Citation",),
        "dxgov.verification": ("Verification", "verify"),
    }

    def _lazily(module: str, homes: dict[str, tuple[str, ...]]) -> object:
        """What a module does when it is asked for a name that it has not: import it from where it is defined, and keep it."""

        def found(name: str) -> object:
            from importlib import import_module

            own = import_module(module)
            for home, names in homes.items():
                if name in names:
                    value = import_module(home) if home == f"{module}.{name}" else getattr(import_module(home), name)
                    setattr(own, name, value)
                    return value
            raise AttributeError(f"module {module!r} has no attribute {name!r}")

        return found

    __getattr__ = _lazily("dxgov", _HOMES)

    def __dir__() -> list[str]:
        return __all__
