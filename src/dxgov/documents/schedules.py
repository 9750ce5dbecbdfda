"""The grammar of schedules: lists of dates and events, whose year or month a heading may print."""

import re
from collections.abc import Iterator, Sequence

from attrs import define, field

from dxgov.dates.when import When
from dxgov.documents.asking import Rule
from dxgov.documents.folding import fold, measure_width
from dxgov.documents.letters import EntryWriter
from dxgov.documents.lines import Line
from dxgov.documents.readings import Certainty, EntryKind, Value
from dxgov.documents.row_dates import (
    Above,
    Anchor,
    RowDate,
    find_leading_date,
    find_trailing_date,
    find_year,
    is_date,
    match_heading,
    resolve_rows,
    strip_brackets,
    strip_mark,
)
from dxgov.documents.wrapping import breaks_off, find_continuations, is_heading, join_lines

SCHEDULE_HEADING = re.compile(
    r"スケジュール|日程|予定表?(?:$|[(（【])|(?:年間|実施|主な|今後の|当面の)予定|工程表?|ロードマップ|年表|沿革|(?:検討|これまで|実施|開催|審議|策定)の?(?:経過|経緯|状況)|進め方|行事|Schedule|schedule"
)
"""Words of a heading over a schedule."""

_MIN_ROWS = 3
"""Rows that make a schedule without a heading; below one, two do."""

_HEADING_END = re.compile(
    r"(?:スケジュール|日程表?|予定表?|工程表?|ロードマップ|年表|経過|経緯|状況|進め方|行事)(?:[(（].*[)）]|等|について|一覧)?$"
)
"""The end of a heading over a schedule."""

_MAX_UNDATED = 3
"""Lines that may stand between the heading of a schedule and its first row."""

_MAX_REMARKS = 12
"""Lines below an event that may belong to it."""

_MIN_INDENT = 4
"""Half-width columns before a line that begins below the title of the row above."""

_MAX_SENTENCE = 60
"""Characters of the longest bullet below a date that names its event in a sentence."""

_MAX_LENGTH = 160
"""Characters of the longest line that can be a row."""

_PARTICLE = re.compile("[にをはがでへもやの、。]|から|まで|より|以降|付け?[でのけ]|と(?=[ぁ-ん、])|時点|現在|公開|更新|掲載")
"""How the words behind a date go on in a sentence."""
_ORDINAL = re.compile(r"第\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[回期次弾][\s　:：(（]+")
"""A number before the date of a meeting."""
_SEPARATOR = re.compile(r"[\s　:：・…‥|｜、,)）→⇒\-–—―~～]+")
_CLOCK = r"(?:(?:午前|午後|AM|PM)?[\s　]*[0-9０-９]{1,2}(?:[:：][0-9０-９]{2}|時(?:[0-9０-９]{1,2}分|半)?))"
_TIME = re.compile(rf"[\s　]*(?:{_CLOCK}(?:[\s　]*[~～〜–-][\s　]*{_CLOCK}?|から)?(?:まで)?)+(?=[\s　\])）]|$|[一-鿿ァ-ヶ])")
"""Clock times behind a date."""
_JOINED_BELOW = re.compile(r"[\s　]*(?:[月日](?![一-鿿])|月[\s　]*[0-9０-９]|の週|[(（][月火水木金土日](?:曜日?)?(?:・祝)?[)）]|[~～〜])")
"""The beginning of a line that goes on with the date at the end of the line above."""

KIND_RULES = tuple(
    Rule(name, value, re.compile(pattern))
    for name, value, pattern in (
        (
            "kind-meeting",
            "meeting",
            "会議|会合|委員会|協議会|審議会|分科会|部会|検討会|研究会|懇談会|懇話会|推進本部|本部会|ワーキング|WG|ＷＧ|対話|フォーラム|座談会|シンポジウム|総会|例会|(?:定例|臨時)会|セミナー|研修会?|打合せ|大会",
        ),
        (
            "kind-consultation",
            "consultation",
            "説明会|意見(?:照会|聴|募集|交換|公募)|パブリック・?コメント|パブコメ|ヒアリング|照会|アンケート|調査|周知|縦覧|通知|(?<![一-鿿])説明(?:$|[)）])",
        ),
        ("kind-decision", "decision", "閣議決定|決定|議決|可決|策定|承認|取りまとめ|とりまとめ|まとめ|答申|確定|成立|採決"),
        ("kind-publication", "publication", "公表|公開|発表|公布|告示|公示|報告書|発行|刊行"),
        (
            "kind-foundation",
            "foundation",
            "設立|設置|創設|発足|始動|開設|開庁|開所|(?:運用|供用|業務|サービス|事業|施行|受付)?開始|キックオフ|スタート",
        ),
        ("kind-selection", "selection", "採択|選定|選考|審査|契約(?:締結)?|落札"),
        ("kind-change", "change", "改正|変更|移行|施行|廃止|拡充|見直し|移管|改定|改訂"),
        ("kind-recruitment", "recruitment", "採用|職員募集|職員の?公募|人材募集"),
        ("kind-deadline", "deadline", "締切|締め切り|〆切|期限|提出|終了"),
        ("kind-trial", "trial", "実証|試行|試験運用|テスト|検証|トライアル|パイロット"),
        ("kind-introduction", "introduction", "導入|稼働|リリース|構築|開発|整備|更新|リニューアル|更改"),
    )
)
"""What happens, by the last words of an event that say so."""

_STATUS_RULES = tuple(
    Rule(name, value, re.compile(pattern))
    for name, value, pattern in (
        ("status-cancelled", "cancelled", "中止|取りやめ"),
        ("status-postponed", "postponed", "延期"),
        ("status-held", "held", r"[(（【\[](?:済み?|実施済み?|開催済み?|終了|完了)[)）】\]]|実施済み?$|開催済み?$"),
        ("status-tentative", "tentative", r"[?？]$|[(（](?:調整中|仮|P|Ｐ|未定)[)）]|調整中|未定"),
    )
)


@define
class EventRow:
    """A row of a schedule."""

    date: RowDate
    title_lines: list[tuple[int, str]]
    """Numbers and texts of the lines that name the event."""

    last_line: int
    columns: list[str] = field(factory=list)
    """Names of organisations in other columns of a table."""

    @property
    def title(self) -> str:
        """The event, without a full stop."""
        return join_lines(text for _, text in self.title_lines).removesuffix("。")


def write_milestones(writer: EntryWriter, lines: Sequence[Line], rows: Sequence[EventRow], anchor: Anchor | None, reason: str) -> None:
    """Write the rows of one schedule.

    Args:
        writer: Where to write them.
        lines: All lines of the document.
        rows: The rows, in the order of the document.
        anchor: The date of the document; None if there is none.
        reason: The rule by which they were read as rows.
    """
    resolved = resolve_rows([row.date for row in rows], anchor)
    for position, (row, when) in enumerate(zip(rows, resolved, strict=True), 1):
        title_numbers = [number for number, _ in row.title_lines]
        values = {
            "position": Value(position, Certainty.LIKELY, "order"),
            "title": Value(row.title, Certainty.LIKELY, reason, title_numbers[0], title_numbers[-1]),
        }
        if (value := when.value) is not None:
            values["date"] = value
        values["status"] = _find_status(row, when.when, anchor)
        if (kinds := rank_kinds(row.title)) is not None:
            values["kind"] = kinds
        if row.columns:
            values["organisations"] = Value(tuple(row.columns), Certainty.LIKELY, "column-of-owner")
        numbers = [row.date.first_line, *title_numbers, row.last_line]
        first, last = min(filter(None, numbers)), max(numbers)
        writer.add(EntryKind.MILESTONE, [lines[first - 1], lines[last - 1]], values)


def rank_kinds(title: str) -> Value | None:
    """Return what happens by the last words of an event that say so; None if none does."""
    ends = [
        (max((match.end() for match in rule.pattern.finditer(title)), default=-1), -index, rule) for index, rule in enumerate(KIND_RULES)
    ]
    ranked = [rule for end, _, rule in sorted(ends, key=lambda row: row[:2], reverse=True) if end >= 0]
    if not ranked:
        return None
    certainty = Certainty.LIKELY if len(ranked) == 1 else Certainty.UNSURE
    return Value(ranked[0].value, certainty, ranked[0].name, alternatives=tuple(rule.value for rule in ranked[1:3]))


def _find_status(row: EventRow, when: When | None, anchor: Anchor | None) -> Value:
    """Return whether an event takes place: by words of the row, or else by the date of the document."""
    rule = next((rule for rule in _STATUS_RULES if rule.pattern.search(row.date.words) or rule.pattern.search(row.title)), None)
    if rule is not None:
        return Value(rule.value, Certainty.LIKELY, rule.name)
    if when is not None and anchor is not None and anchor.is_own:
        is_over = when.end is not None and when.end < anchor.day
        return Value("held" if is_over else "planned", Certainty.LIKELY, "status-on-day-of-document")
    return Value("planned", Certainty.UNSURE, "status-unsaid", alternatives=("held",))


@define
class _Region:
    """Rows that follow each other, as they are read."""

    has_heading: bool
    above: Above
    rows: list[EventRow] = field(factory=list)
    open_date: RowDate | None = None
    """A date alone on its line, whose events stand below."""

    bullet: str = ""
    """The bullet of the events below `open_date`; other bullets, and those further right, are of what belongs to an event."""

    bullet_indent: int = 0
    """Half-width columns before that bullet."""

    column: int = 0
    """Where the title of the last row begins in its line, in half-width columns; 0 if it is not known."""

    undated: int = 0
    """Lines below the heading before the first row."""

    @property
    def is_schedule(self) -> bool:
        """True if there are enough rows."""
        return len(self.rows) >= (2 if self.has_heading else _MIN_ROWS)


def find_schedules(lines: Sequence[Line]) -> Iterator[list[EventRow]]:
    """Yield the rows of each schedule that lines outside of tables list."""
    region = _Region(False, Above())
    continuations = find_continuations(lines)
    skips_next = False
    gap = False
    for index, line in enumerate(lines):
        if skips_next:
            skips_next = False
            continue
        text = line.text.strip()
        if not text or line.style in {"header", "footer", "note"}:
            gap = gap or not text
            continue
        if len(text) > _MAX_LENGTH:
            # Prose ends a schedule.
            if region.is_schedule:
                yield region.rows
            region, gap = _Region(has_heading=False, above=Above()), False
            continue
        # A date that is cut at the end of its line goes on below.
        numbers = [line.number]
        following = lines[index + 1].text if index + 1 < len(lines) else ""
        if _JOINED_BELOW.match(following) and _is_cut(text, following):
            text, skips_next = text + following.strip(), True
            numbers.append(lines[index + 1].number)
        count = len(region.rows)
        indent = measure_width(line.text) - measure_width(line.text.lstrip())
        if region.rows and not gap and indent > _MIN_INDENT and abs(indent - region.column) <= 1 and not continuations[index]:
            _read_aligned(region, text, numbers)
            ended = None
        else:
            ended = _read_line(
                region,
                text,
                numbers,
                indent=indent,
                gap=gap,
                goes_on=continuations[index],
                is_heading_style=line.style.startswith("heading"),
            )
        if len(region.rows) > count:
            # Further events of the same date stand below the first.
            title = region.rows[-1].title_lines[0][1]
            region.column = measure_width(line.text[: line.text.rindex(title)]) if title in line.text else 0
        if ended is not None:
            if region.is_schedule:
                yield region.rows
            region = ended
        gap = False
    if region.is_schedule:
        yield region.rows


def _read_aligned(region: _Region, text: str, numbers: Sequence[int]) -> None:
    """Read a line that begins below the title of the row above: another event of its date, or more of its title."""
    row = region.rows[-1]
    if breaks_off(row.title) or re.match("[「『(（・]", text) or "。" in text:
        row.title_lines.append((numbers[0], text))
        row.last_line = numbers[-1]
    else:
        region.rows.append(EventRow(row.date, [(numbers[0], text)], numbers[-1]))


def _is_cut(text: str, following: str) -> bool:
    """Return True if a date at the end of a line goes on at the beginning of the next."""
    body = strip_mark(text)
    joined = find_leading_date(body + following.strip())
    return joined is not None and len(joined[0]) > len(body)


def _read_line(
    region: _Region, text: str, numbers: Sequence[int], *, indent: int, gap: bool, goes_on: bool, is_heading_style: bool
) -> _Region | None:
    """Read a line into a region; return a new region if the line ends it."""
    body = strip_mark(text)
    inner = strip_brackets(text)
    # A year or month alone stands above the rows below.
    if (above := match_heading(body, region.above)) is not None or (above := match_heading(inner, region.above)) is not None:
        region.above = above
        region.open_date = RowDate(inner, Above(region.above.year) if above.month else Above(), numbers[0], numbers[-1])
        return None
    if _heads_schedule(text, body):
        return _Region(True, Above(find_year(fold(text))))
    # A date first, then the event or nothing.
    leading = find_leading_date(body)
    if leading is None and inner != body and is_date(inner):
        leading = find_leading_date(inner)
    if leading is None and (label := _ORDINAL.match(body)) is not None:
        leading = find_leading_date(body[label.end() :])
        if leading is not None and not leading[1].strip(" 　)）"):
            leading = None
    if leading is not None:
        words, rest = leading
        row_date = RowDate(words, region.above, numbers[0], numbers[-1])
        rest = _TIME.sub("", rest, count=1) if _TIME.match(rest) else rest
        title = re.sub(rf"^(?:{_SEPARATOR.pattern})", "", rest)
        if not title or not re.search(r"[^\W_]", title):
            region.open_date = row_date
            return None
        if _is_event(words, rest, title):
            region.rows.append(EventRow(row_date, [(numbers[-1], title)], numbers[-1]))
            region.open_date = None
            return None
    elif (
        (trailing := find_trailing_date(body)) is not None
        and "。" not in trailing[0]
        and not re.match("[^一-鿿ァ-ヶA-Za-zａ-ｚＡ-Ｚ「『【]*$", trailing[0])
    ):
        before, words = trailing
        region.rows.append(EventRow(RowDate(words, region.above, numbers[0], numbers[-1]), [(numbers[0], before)], numbers[-1]))
        region.open_date = None
        return None
    return _read_undated(region, text, body, numbers, indent=indent, gap=gap, goes_on=goes_on, is_heading_style=is_heading_style)


def _is_event(words: str, rest: str, title: str) -> bool:
    """Return True if what stands behind a date names an event rather than going on with a sentence."""
    is_separate = rest != title
    if not is_separate and (_PARTICLE.match(rest) or "。" in rest or find_year(words) == words):
        return False
    return not (title.endswith("。") and len(title) > 80)


def _heads_schedule(text: str, body: str) -> bool:
    """Return True for a heading over a schedule, before which a year may stand."""
    if not SCHEDULE_HEADING.search(text) or not is_heading(text) or is_date(body):
        return False
    leading = find_leading_date(body)
    if leading is None:
        return True
    words, rest = leading
    return find_year(words) == words and bool(_HEADING_END.search(rest))


def _names_event(body: str, *, is_bulleted: bool) -> bool:
    """Return True if a line below a date may name an event: it is no sentence, or a bullet with a short one."""
    return "。" not in body or (is_bulleted and len(body) <= _MAX_SENTENCE and body.index("。") == len(body) - 1)


def _read_undated(
    region: _Region, text: str, body: str, numbers: Sequence[int], *, indent: int, gap: bool, goes_on: bool, is_heading_style: bool
) -> _Region | None:
    """Read a line without a date: an event below one, more of an event, or the end of the region."""
    is_bulleted = body != text
    title = re.sub(rf"^{_TIME.pattern}[\s　]*", "", body) or body
    if region.open_date is not None and not is_heading_style:
        # The events of a date alone on its line: the line below, or each bullet.
        bullet = text[: text.index(body)].strip() if is_bulleted and body else ""
        has_events = any(row.date == region.open_date for row in region.rows)
        is_event = not has_events or (is_bulleted and bullet == region.bullet and indent <= region.bullet_indent)
        if is_event and _names_event(body, is_bulleted=is_bulleted):
            if SCHEDULE_HEADING.search(text) and not is_bulleted and not region.rows:
                return _Region(True, region.above)
            region.rows.append(EventRow(region.open_date, [(numbers[0], title)], numbers[-1]))
            region.bullet, region.bullet_indent = bullet, indent
            if not is_bulleted:
                region.open_date = None
            return None
    if region.rows and not is_heading_style:
        row = region.rows[-1]
        if not gap and not is_bulleted and (goes_on or re.match("[「『(（]", text)) and row.last_line == row.title_lines[-1][0]:
            row.title_lines.append((numbers[0], body))
            row.last_line = numbers[-1]
            return None
        if (is_bulleted or not gap) and numbers[-1] - row.title_lines[-1][0] <= _MAX_REMARKS:
            row.last_line = numbers[-1]
            return None
    region.undated += 1
    if region.has_heading and not region.rows and region.undated <= _MAX_UNDATED:
        return None
    return _Region(False, Above()) if region.rows or region.open_date or region.has_heading else None
