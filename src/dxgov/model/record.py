"""`Record`: the base class of all records, with the fields that they share."""

from collections.abc import Iterator
from typing import Annotated, Any

from attrs import NOTHING, frozen

from dxgov.codes import Code
from dxgov.conversion import convert_fields
from dxgov.marks import Example, Key, Label, RequiredUnless, Term
from dxgov.sentences import document_fields, sort_fields
from dxgov.values import Citation, Id


class Damage(Code):
    """How a source is damaged at some place."""

    CUT_OFF = "cut_off", "途切れ", "Words or a name are cut off.", "語句や氏名が途中で切れている。"
    PAGE_BREAK = (
        "page_break",
        "改ページによる分断",
        "A page break splits a sentence or an item.",
        "改ページによって文や項目が分かれている。",
    )
    BROKEN_ROW = "broken_row", "表の行の分断", "A row of a table is broken over several lines.", "表の1行が複数行に分かれている。"
    MISSING_PART = (
        "missing_part",
        "欠落",
        "A figure, a slide, a heading or a list that belongs there is missing.",
        "あるべき図、スライド、見出し、一覧などがない。",
    )
    LOST_BULLET = (
        "lost_bullet",
        "行頭記号の脱落",
        "A line has lost the bullet or number that the lines around it have.",
        "前後の行にある行頭記号や番号がない。",
    )
    MISPRINT = "misprint", "誤字・脱字", "A character is wrong, missing or too many.", "文字の誤り、脱落または重複がある。"


class TitleBasis(Code):
    """Whose words a title or name is in."""

    PRINTED = "printed", "原文", "The source's: it stands as printed.", "出典の言葉であり、原文どおりに記している。"
    EDITORIAL = (
        "editorial",
        "編者",
        "The editors': a description, because the source prints none.",
        "出典に記載がないため、編者が付けたもの。",
    )


class Review(Code):
    """Whether a person has read a record beside its passage."""

    REVIEWED = "reviewed", "確認済み", "A person wrote or checked it.", "人が作成したか、原文と照合して確認した。"
    DRAFTED = "drafted", "自動作成", "A program drafted it, and nobody has checked it.", "プログラムが作成し、人はまだ確認していない。"


@document_fields
@frozen(kw_only=True)
class Record:
    """A row of the data set: something a document says, with an id and the place where it was read."""

    __attrs_post_init__ = convert_fields

    id: Annotated[
        Id, Key(), Label("ID", "データ全体で記録を一意に示す識別子。別の記録に使い回さない。"), Term("http://purl.org/dc/terms/identifier")
    ]
    """Identifies the record among all records of the data set; never re-used."""

    citation: Annotated[Citation, Label("典拠", "記録を読み取った箇所。多くの文書に現れるものについては、記録の内容が最初に現れる箇所。")]
    """Where the record was read; for what many documents mention, the first place that shows what the record holds."""

    note: Annotated[
        str | None,
        Label("注記", "出典の損傷など、記録の利用者が知っておくべきこと（日本語）。"),
        Term("http://www.w3.org/2004/02/skos/core#note"),
    ] = None
    """What a user of the record should know, such as damage in the source, in Japanese."""

    note_en: Annotated[str | None, Label("注記（英語）", "注記の英語版。")] = None
    """The note in English."""

    damage: Annotated[
        tuple[Damage, ...],
        Label("出典の損傷", "記録を読み取った箇所で出典がどのように損なわれているか。そのため記録に欠けがあり得る。損傷がなければ空欄。"),
    ] = ()
    """How the source is damaged where the record was read, and the record therefore may lack something; empty where it is sound."""

    review: Annotated[Review, Label("確認状況", "人が原文と照合して確認したか、プログラムが作成したままか。")] = Review.REVIEWED
    """Whether a person has checked it, or a program drafted it and nobody has."""

    drafted_with: Annotated[
        str | None,
        RequiredUnless("review", Review.REVIEWED),
        Label("作成プログラム", "記録を作成したプログラムの名称と版。人が作成したものは空欄。"),
        Example("dxgov 0.3.0"),
    ] = None
    """The program that drafted it, with its version; empty where a person wrote it."""

    def __init_subclass__(cls) -> None:
        """Keep the short ``repr`` of records, which attrs would replace in every subclass."""
        super().__init_subclass__()
        if "__repr__" not in vars(cls):
            cls.__repr__ = Record.__repr__  # type: ignore[method-assign]

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Document the fields of a subclass that attrs has completed."""
        document_fields(cls)

    def __repr__(self) -> str:
        """Return the record as a constructor call, without fields that hold their default."""
        arguments = (f"{name}={value!r}" for name, value in _iterate_filled_fields(self))
        return f"{type(self).__name__}({', '.join(arguments)})"

    def _repr_html_(self) -> str:
        """Render the record for a notebook: a row for each filled field, with its name in both languages."""
        from dxgov.notebook import render_record

        return render_record(self)


def _iterate_filled_fields(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield name and value of the fields that do not hold their default; inherited fields, except the id, come last."""
    for attribute in sort_fields(type(record)):
        value = getattr(record, attribute.name)
        if attribute.init and (attribute.default is NOTHING or value != attribute.default):
            yield attribute.name, value
