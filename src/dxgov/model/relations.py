"""Links between records of different documents."""

from typing import Annotated

from attrs import frozen

from dxgov.codes import Code
from dxgov.marks import Caption, Differs, Key, Label, Ref, RequiredUnless, Term
from dxgov.model.record import Record
from dxgov.values import Id


class Predicate(Code):
    """What one record is to another."""

    RESTATES = "restates", "再述", "Says the same again, as a source tells.", "出典が述べるとおり、同じことを改めて述べている。"
    CORRESPONDS_TO = (
        "corresponds_to",
        "対応",
        "An editor sees that both are about the same matter; no source says so.",
        "同じ事柄に関すると編者がみている。そう述べる出典はない。",
    )
    RESPONDS_TO = "responds_to", "応答", "A source says that it answers the other.", "相手に答えるものだと出典が述べている。"
    RAISED_UNDER = (
        "raised_under",
        "議題下の提起",
        "It was raised when the other was being discussed.",
        "相手が議論されているときに提起された。",
    )
    IMPLEMENTS = "implements", "実施", "It carries out the other.", "相手を実施するものである。"
    PRECEDES = "precedes", "先行", "It comes before the other in the same course of events.", "同じ一連の出来事の中で、相手より先に起こる。"
    MENTIONS = "mentions", "言及", "It names the other.", "相手の名を挙げている。"

    @property
    def takes_up(self) -> bool:
        """True if the later record continues the matter of the earlier one and does not merely mention it."""
        return self is not Predicate.MENTIONS


class LinkBasis(Code):
    """Where a link comes from."""

    STATED = "stated", "明記", "A source says so.", "出典がそう述べている。"
    INFERRED = "inferred", "推定", "It follows from what sources say.", "出典の述べることから導かれる。"
    EDITORIAL = "editorial", "編者の判断", "The editors' judgement.", "編者の判断による。"


class Confidence(Code):
    """How sure the editors are."""

    HIGH = "high", "高", "No reasonable doubt.", "疑う理由がほとんどない。"
    MEDIUM = "medium", "中", "More likely than not.", "そうである可能性の方が高い。"
    LOW = "low", "低", "Possible, worth checking.", "可能性はあるが、確認を要する。"


@frozen(kw_only=True)
class Link(Record):
    """A statement that one record stands in some relation to another.

    What a source says, what follows from it and what the editors think are told apart by `basis`. A link that no source states looks
    back, from the later record to the earlier or from what carries out to what is carried out, and cites the passage of the former.
    """

    id: Annotated[Id, Key("lnk-"), Label("関連ID", "関連の識別子。主語の文書と短い語からなる。")]
    """Identifies the link: the document of its subject, and a few words."""

    subject_id: Annotated[
        Id, Ref(), Label("主語", "関係の主語となる記録。どの表の記録でもよい。"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject")
    ]
    """The record that stands in the relation, of whatever table."""

    predicate: Annotated[
        Predicate, Caption(), Label("関係", "二つの記録の関係。"), Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate")
    ]
    """The relation."""

    object_id: Annotated[
        Id,
        Ref(),
        Differs("subject_id"),
        Label("目的語", "関係の目的語となる記録。どの表の記録でもよい。"),
        Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#object"),
    ]
    """The record that it stands in relation to, of whatever table."""

    basis: Annotated[LinkBasis, Label("根拠の種類", "関連が何に基づくか。")]
    """Where the link comes from."""

    confidence: Annotated[Confidence, Label("確信度", "編者がどの程度確かとみているか。")]
    """How sure the editors are."""

    rationale: Annotated[
        str | None,
        RequiredUnless("basis", "stated"),
        Label("理由", "編者が二つを結び付けた理由（日本語）。出典が関連を述べている場合を除き必須。"),
    ] = None
    """Why the editors link them, in Japanese; required unless a source states the link."""

    rationale_en: Annotated[str | None, RequiredUnless("basis", "stated"), Label("理由（英語）", "理由の英語版。")] = None
    """The rationale in English."""
