"""`Dataset`: the tables of dxgov's data, with methods that answer questions about them."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from dxgov.analysis.open_issues import Due, Gap, find_due, find_gaps, find_open_questions, group_asks_by_actor
from dxgov.analysis.said import Utterance, find_said, get_record, list_below
from dxgov.analysis.searching import Filters, SearchResult, search
from dxgov.analysis.slips import Slip, find_slips
from dxgov.analysis.tracing import Trace, trace
from dxgov.arguments import check_arguments
from dxgov.dates.edtf import bounds
from dxgov.marks import Facet, Label, Said, Term, Wide
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

    sources: Annotated[
        Records[Source],
        Label(
            "出典",
            "記録を読み取った文書。編者が持つテキストファイルによる。本文はデータに含まれず、"
            "手元のファイルが同じものかどうかは `file_sha256` で確かめられる。",
        ),
        Term("http://xmlns.com/foaf/0.1/Document"),
        Facet(),
    ]
    actors: Annotated[
        Records[Actor],
        Label(
            "主体",
            "行動する主体。行政機関とその一部、団体、企業、役職、人物を一つの表にまとめ、主体への参照をすべて"
            "一つの外部キーで表す。役職は就いている人物とは別の主体であり、両者は在任（`appointments`）が結ぶ。総称は団体ではなく、「市町村」という署名者はいない。",
        ),
        Term("http://xmlns.com/foaf/0.1/Agent"),
        Facet(),
    ]
    appointments: Annotated[
        Records[Appointment],
        Label("在任", "ある役職にあることが確認された人物。任期の始まりや終わりは示さない。"),
        Term("http://www.w3.org/ns/org#Membership"),
    ]
    themes: Annotated[
        Records[Theme],
        Label(
            "テーマ", "要望、発言、施策に共通する主題。小さなシソーラス（SKOS）の概念であり、既存の分類によらず、出典の見出しから作った。"
        ),
        Term("http://www.w3.org/2004/02/skos/core#Concept"),
        Facet(),
    ]
    things: Annotated[
        Records[Thing],
        Label("事物", "名を挙げて語られる法令、システム、事業、計画など。"),
        Term("http://www.w3.org/2004/02/skos/core#Concept"),
        Facet(),
    ]
    meetings: Annotated[Records[Meeting], Label("会議", "会場またはオンラインで人が集まった機会。"), Term("https://schema.org/Event")]
    requests: Annotated[
        Records[Request],
        Label("要望", "ある主体が別の主体に出す要望。文書の全体を1件とする。"),
        Term("http://purl.org/ontology/bibo/Document"),
    ]
    request_items: Annotated[
        Records[RequestItem],
        Label(
            "要望項目",
            "要望の文書が番号を付けた部分。見出しまたは小項目を、文書の番号付けのとおりに記す。要望行為（`asks`）そのものではなく、一つの項目が複数の要望行為を含むことも、見出しのように一つも含まないこともある。",
        ),
        Term("http://purl.org/ontology/bibo/DocumentPart"),
    ]
    asks: Annotated[
        Records[Ask],
        Label(
            "要望行為",
            "一つの主体に期待される一つの行為。要望の最小単位である。国への働きかけと都自らの取組を共に"
            "求める文は二つに分け、一つは国が実施し都が働きかけるもの、もう一つは都が実施するものとする。",
        ),
        Wide(),
        Said(),
    ]
    agenda_items: Annotated[Records[AgendaItem], Label("議題", "会議の議題。"), Term("https://schema.oparl.org/1.1/AgendaItem")]
    statements: Annotated[
        Records[Statement],
        Label(
            "発言",
            "一人の発言者が述べる一つの論点。1回の発言が複数の論点を含むことがある。"
            "発言者は、組織や役職で記す会議録では組織や役職とし、氏名で記す会議録では議員など公職にある人物とする。索引では1回の発言を1件とし、要約を付さない。",
        ),
        Term("http://www.w3.org/ns/opengov#Speech"),
        Wide(),
        Said(),
    ]
    decisions: Annotated[
        Records[Decision],
        Label("議決", "議会や会議体が案件について決めたこと。"),
        Term("https://www.popoloproject.com/specs/motion.html#Motion"),
    ]
    opinion_groups: Annotated[Records[OpinionGroup], Label("意見群", "文書が同じ趣旨の意見をまとめて示す、番号の付いた群。")]
    opinions: Annotated[Records[Opinion], Label("意見", "意見群の中の一つの意見。誰の意見かを文書が示していなければ記録しない。"), Said()]
    examination_items: Annotated[Records[ExaminationItem], Label("検討項目", "会議体などが自ら検討すると定めた事項。")]
    deliverables: Annotated[
        Records[Deliverable],
        Label("成果物", "ある段階にある文書。後の段階は別の記録とする。"),
        Term("http://purl.org/ontology/bibo/Document"),
    ]
    milestones: Annotated[
        Records[Milestone],
        Label("日程", "日程表または経過の報告に載る、行われた、または行われる予定の事柄。"),
        Term("http://www.w3.org/2002/12/cal/ical#Vevent"),
        Wide(),
    ]
    observations: Annotated[Records[Observation], Label("日程の観測", "日程の実施、延期などについて、別の出典や箇所が述べること。")]
    instructions: Annotated[
        Records[Instruction],
        Label("指示", "上位の者が下位の者に命じること、またはその際に表明すること。対等な者どうしの要望とは異なる。"),
        Said(),
    ]
    duties: Annotated[Records[Duty], Label("業務", "行政機関が所管する業務の分野。")]
    measures: Annotated[Records[Measure], Label("施策", "出典が業務の下に掲げる施策。")]
    figures: Annotated[Records[Figure], Label("数値", "出典が述べる数値。")]
    links: Annotated[
        Records[Link],
        Label(
            "関連",
            "ある記録が別の記録とある関係にあること。出典の記述、そこから導かれること、編者の考えを `basis` で"
            "区別する。出典が述べていない関連は、後の記録から先の記録へ、または実施するものから実施されるものへ向け、前者の箇所を引用する。",
        ),
        Term("http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement"),
    ]

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

    @check_arguments
    def said(
        self, *, about: str | Theme | Thing | None = None, by: str | Actor | None = None, to: str | Actor | None = None
    ) -> Records[Utterance]:
        """Return all that was said, under one set of names and sorted by date: asks, statements, opinions and instructions.

        The rows are computed from the tables marked `Said` and cached. They are records of the class `Utterance`, which filter and convert
        as those of a table do: ``ds.said(by="jp-13-tokyo").where(kinds="question").to_pandas()``.

        Args:
            about: A theme or a thing, or its id; narrower themes and parts of the thing count. None for all.
            by: The actor who says it, or their id; units and posts of an organisation count. None for all.
            to: The actor who is addressed or must act, or their id; units and posts of an organisation count. None for all.

        Raises:
            UnknownNameError: there is no such record, or it is of another class.
        """
        return find_said(self, about, by, to)

    @check_arguments
    def search(
        self,
        query: str,
        *,
        table: str | Iterable[str] | None = None,
        source: str | Source | None = None,
        theme: str | Theme | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        limit: int | None = 20,
        **values: Any,
    ) -> tuple[SearchResult, ...]:
        """Return the records with all words of a query, best first; if no record has all, those with some of them.

        Titles, names, alternative labels, summaries and other texts are searched in Japanese and English, with ids and the names of
        codes. Width, case and variants of characters make no difference: ﾃﾚﾜｰｸ finds テレワーク. The record whose id the query is comes
        first. The site of the data set gives the same results in the same order.

        The first search reads all texts into an index in memory, some 400 bytes a record; further searches are fast.

        >>> import dxgov
        >>> dxgov.load().search("テレワーク", table="themes")[0].record.id
        'telework'

        Args:
            query: Words, in any order, or an id.
            table: The name of a table, or several; None for all.
            source: The document that records cite, or its id; None for all.
            theme: A theme that records refer to, or its id; narrower themes count. None for all.
            since: The first day on which the date of a record may fall, or an EDTF date of which the first day counts. The date is that
                of `trace`: of the record, of what it is a part of, or of its document.
            until: The last day on which it may fall, or an EDTF date of which the last day counts.
            limit: Maximum number of results; None for all.
            **values: Values of columns, as `Records.where` takes them: ``strength="urge"``. Only tables with such columns are searched.

        Raises:
            UnknownNameError: there is no such table, record or column.
            ValueError: a date is no EDTF date with an end on that side, a value cannot be in its column, or `limit` is negative.
        """
        if limit is not None and limit < 0:
            raise ValueError(f"limit: found {limit}, expected a whole number of 0 or more")
        references = list[tuple[type[Record], list[str]]]()
        if source is not None:
            references.append((Source, [get_record("source", self, source, Source).id]))
        if theme is not None:
            references.append((Theme, list_below(self, get_record("theme", self, theme, Theme))))
        tables = (table,) if isinstance(table, str) else None if table is None else tuple(table)
        filters = Filters(tables, tuple(references), _find_end("since", since, 0), _find_end("until", until, 1), values)
        return search(self, query, filters, limit)

    def unanswered(self) -> Records[Statement]:
        """Return the questions, requests and proposals of meetings that no later statement replies to and no source says were answered."""
        return find_open_questions(self.statements, self.links)

    def slipped(self) -> tuple[Slip, ...]:
        """Return what became of the dates of milestones: later or sooner than planned and by how many days, put off, called off, or kept.

        Each milestone that several records tell of is one, and each whose date is over without a further word in the sources. Later ones
        come first, those that slipped most at their head; `Slip.kind` tells them apart.
        """
        return find_slips(self.milestones, self.observations, self.sources)

    def due(self) -> tuple[Due, ...]:
        """Return all promises made at meetings and all instructions, sorted by the last day on which they may fall due.

        Without a last day the first counts; promises and instructions without any date come last.
        """
        return find_due(self, self.statements, self.instructions)

    def asks_by_actor(self) -> dict[str, Records[Ask]]:
        """Return the asks by the id of the actor who must act, named or not; actors with the most asks come first.

        `Ask.expected_of_basis` tells which of them name the actor.
        """
        return group_asks_by_actor(self.asks)

    def gaps(self) -> tuple[Gap, ...]:
        """Return the gaps of the sources: damage, incomplete names, dates without a year or a day."""
        return find_gaps(self)


def _find_end(name: str, day: date | str | None, side: int) -> date | None:
    """Return a day as it is, and of an EDTF date the first day (side 0) or the last day (side 1).

    Raises:
        ValueError: the text is no EDTF date, or has no end on that side.
    """
    if not isinstance(day, str):
        return day
    end = bounds(day)[side]
    if end is None:
        raise ValueError(f"{name}: found {day!r}, expected a date with {('a start', 'an end')[side]}")
    return end
