"""Links between records of different documents."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.marks import Caption, Differs, Key, Label, Ref, RequiredUnless, Term
from dxgov.model.record import Record
from dxgov.values import Id


class Predicate(Code):
    """What one record is to another."""

    RESTATES = "restates", "再述", "Says the same again, as a source tells."
    CORRESPONDS_TO = "corresponds_to", "対応", "An editor sees that both are about the same matter; no source says so."
    RESPONDS_TO = "responds_to", "応答", "A source says that it answers the other."
    RAISED_UNDER = "raised_under", "議題下の提起", "It was raised when the other was being discussed."
    IMPLEMENTS = "implements", "実施", "It carries out the other."
    PRECEDES = "precedes", "先行", "It comes before the other in the same course of events."
    MENTIONS = "mentions", "言及", "It names the other."

    @property
    def takes_up(self) -> bool:
        """True if the later record continues the matter of the earlier one and does not merely mention it."""
        return self is not Predicate.MENTIONS


class LinkBasis(Code):
    """Where a link comes from."""

    STATED = "stated", "明記", "A source says so."
    INFERRED = "inferred", "推定", "It follows from what sources say."
    EDITORIAL = "editorial", "編者の判断", "The editors' judgement."


class Confidence(Code):
    """How sure the editors are."""

    HIGH = "high", "高", "No reasonable doubt."
    MEDIUM = "medium", "中", "More likely than not."
    LOW = "low", "低", "Possible, worth checking."


@frozen(kw_only=True)
class Link(Record):
    """A statement that one record stands in some relation to another.

    What a source says, what follows from it and what the editors think are told apart by `basis`. A link that no source states looks
    back, from the later record to the earlier or from what carries out to what is carried out, and cites the passage of the former.
    """

    id: Annotated[Id, Key("lnk-"), Label("関連ID")]
    """Identifies the link: the document of its subject, and a few words."""

    subject_id: Annotated[Id, Ref(), Label("主語"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject")]
    """The record that stands in the relation, of whatever table."""

    predicate: Annotated[Predicate, Caption(), Label("関係"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate")]
    """The relation."""

    object_id: Annotated[Id, Ref(), Differs("subject_id"), Label("目的語"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#object")]
    """The record that it stands in relation to, of whatever table."""

    basis: Annotated[LinkBasis, Label("根拠の種類")]
    """Where the link comes from."""

    confidence: Annotated[Confidence, Label("確信度")]
    """How sure the editors are."""

    rationale: Annotated[str | None, RequiredUnless("basis", "stated"), Label("理由")] = None
    """Why the editors link them, in Japanese; required unless a source states the link."""

    rationale_en: Annotated[str | None, RequiredUnless("basis", "stated"), Label("理由（英語）")] = None
    """The same in English."""
