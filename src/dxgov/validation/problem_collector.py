"""Problems in the order of a report, limited in number, whatever the order in which they are found."""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from dxgov.errors import Problem, ProblemCode
from dxgov.languages import Message

MAX_TEXT = 2**26
"""Maximum characters of the messages and values in a report, however few problems they belong to."""


class ReportSection(IntEnum):
    """Sections of a report, in their order, with the numbers of the rules in each.

    A rule number sorts problems that concern the same table. Where it depends on a column, `n` is the number of that column among those
    that the table stores, from 0.
    """

    DESCRIPTOR = 0
    """Faults of the descriptor, all of rule 0."""
    FILES = 1
    """Faults of files, and cells that cannot be read: 0 the file, 1 rows of the wrong length, 2 the header, 3 columns, 4 + n the cells of
    a column, 1,000,000 rows in the wrong file of several."""
    ROWS = 2
    """Faults within a row: the number of the rule in `pipeline.list_rules`."""
    KEYS = 3
    """Keys that repeat: 0 ids, 1 + n values of a column."""
    SHARED_IDS = 4
    """Ids that two tables have: the number of the earlier table."""
    REFERENCES = 5
    """Faults of references: 2n those of a column, 2n + 1 its cycles; behind all columns the pairs of parents that disagree."""
    LINKS = 6
    """Records without a required many-valued reference: the number of the list column in its link table, which stands for the table."""
    REDIRECTS = 7
    """Redirects that lead nowhere, all of rule 0."""
    WARNINGS = 8
    """Findings that deserve a look and may be right: the number of the rule; -1 those of the metadata."""


ReportPosition = tuple[int, int, int, int]
"""Position of problems in a report: section, number of the table, number of the rule, number of the batch."""


class _BoundedProblems:
    """Problems by position, of which the first `limit` are kept.

    Args:
        limit: Maximum number of problems in the report.
        last: Last position that can still be among the first; None if each can.
    """

    def __init__(self, limit: int, last: ReportPosition | None = None) -> None:
        self._limit, self._last = limit, last
        self._is_truncated = False
        self._problems: dict[ReportPosition, list[Problem]] = {}
        self._count = self._text = 0

    def accepts(self, position: tuple[int, ...]) -> bool:
        """Return whether problems at a position can still be among the first."""
        return self._last is None or position <= self._last

    def add(self, position: ReportPosition, problems: Iterable[Problem]) -> None:
        """Add the problems of a position, in their order."""
        if not self.accepts(position):
            return
        # Keep one problem more than the limit, by which `__iter__` knows that there are more.
        bucket, iterator, text = self._problems.setdefault(position, []), iter(problems), 0
        for problem in iterator:
            bucket.append(problem)
            self._count += 1
            text += _text_length(problem)
            if len(bucket) > self._limit:
                break
            if text > MAX_TEXT:
                self._is_truncated = self._is_truncated or next(iterator, None) is not None
                break
        self._text += text
        if not bucket:
            del self._problems[position]
        # Truncate only at twice the limit, so that its cost is spread over many calls.
        if self._count > 2 * self._limit or self._text > 2 * MAX_TEXT:
            self._truncate()

    def remove(self, position: ReportPosition) -> None:
        """Remove the problems of a position."""
        removed = self._problems.pop(position, [])
        # Problems at later positions may have been refused because these came first.
        self._is_truncated = self._is_truncated or bool(removed and self._last is not None)
        self._count -= len(removed)
        self._text -= sum(map(_text_length, removed))

    def merge(self, other: "_BoundedProblems") -> None:
        """Add all problems of another collection."""
        for position, problems in other._problems.items():  # noqa: SLF001 - of the same class
            self.add(position, problems)
        self._is_truncated = self._is_truncated or other._is_truncated  # noqa: SLF001

    def fork(self) -> "_BoundedProblems":
        """Return an empty collection with the same bounds."""
        return _BoundedProblems(self._limit, self._last)

    def _truncate(self) -> None:
        """Drop the problems behind the first ones, and accept none at later positions from now on."""
        count = text = 0
        for position in sorted(self._problems):
            if count > self._limit or text > MAX_TEXT:
                del self._problems[position]
                self._is_truncated = True
                continue
            count += len(self._problems[position])
            text += sum(map(_text_length, self._problems[position]))
            if count > self._limit or text > MAX_TEXT:
                self._last = position if self._last is None else min(self._last, position)
        self._count, self._text = count, text

    def __iter__(self) -> Iterator[Problem]:
        """Yield the first problems, and a last one that says so if there are more."""
        number = text = 0
        for problem in (problem for position in sorted(self._problems) for problem in self._problems[position]):
            if number == self._limit or text > MAX_TEXT:
                yield _describe_more(number)
                return
            number += 1
            text += _text_length(problem)
            yield problem
        if self._is_truncated:
            yield _describe_more(number)


class ProblemCollector:
    """Collects problems in report order and keeps only the first `limit`, regardless of discovery order.

    Problems that cannot be among the first are dropped early, which bounds memory. Warnings are the last section of a report, with a
    limit of their own; they are collected only with `warnings`.
    """

    def __init__(self, limit: int, *, warnings: bool = False) -> None:
        self.limit: int = limit
        """Maximum number of problems in the report."""
        self._problems = _BoundedProblems(limit)
        self._warnings = _BoundedProblems(limit) if warnings else None

    def _select(self, section: int) -> _BoundedProblems | None:
        """Return the problems or the warnings; None if warnings are not collected."""
        return self._problems if section < ReportSection.WARNINGS else self._warnings

    def accepts(self, *position: int) -> bool:
        """Return whether problems at a position can still be among the first."""
        selected = self._select(position[0])
        return selected is not None and selected.accepts(position)

    def add(self, section: int, table: int, rule: int, batch: int, problems: Iterable[Problem]) -> None:
        """Add the problems of one position, unless enough precede them.

        Args:
            section: the `ReportSection`.
            table: the number of the table in the report.
            rule: the number of the rule within the section.
            batch: the number of the batch, or -1 for problems that precede those of all batches.
            problems: the problems in their order; at most one more than `limit` are consumed.
        """
        selected = self._select(section)
        if selected is not None:
            selected.add((section, table, rule, batch), problems)

    def replace(self, section: int, table: int, rule: int, batch: int, problems: Iterable[Problem]) -> None:
        """Add problems in place of those at the same position; parameters as for `add`."""
        selected = self._select(section)
        if selected is not None:
            selected.remove((section, table, rule, batch))
            selected.add((section, table, rule, batch), problems)

    def merge(self, collector: "ProblemCollector") -> None:
        """Add all problems of another collector."""
        self._problems.merge(collector._problems)  # noqa: SLF001 - of the same class
        if self._warnings is not None and collector._warnings is not None:  # noqa: SLF001
            self._warnings.merge(collector._warnings)  # noqa: SLF001

    def fork(self) -> "ProblemCollector":
        """Return an empty collector with the same limits, for a scan that may be discarded."""
        fork = ProblemCollector(self.limit)
        fork._problems = self._problems.fork()
        fork._warnings = self._warnings.fork() if self._warnings is not None else None
        return fork

    def __iter__(self) -> Iterator[Problem]:
        """Yield the first problems, and a last one that says so if there are more."""
        return iter(self._problems)

    def warnings(self) -> Iterator[Problem]:
        """Yield the first warnings, and a last one that says so if there are more."""
        return iter(self._warnings) if self._warnings is not None else iter(())


def _describe_more(number: int) -> Problem:
    """Return the last problem of a report that is cut after a number of them."""
    message = Message(
        "{number:,} are reported; correct those first, or raise the limit of problems",
        "報告は{number:,}件まで。まずこれらを直すか、報告する件数の上限を上げる。",
        number=number,
    )
    return Problem(ProblemCode.MORE_PROBLEMS, message)


def _text_length(problem: Problem) -> int:
    return len(problem.message) + len(problem.value or "")
