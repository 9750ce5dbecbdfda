"""Which problems a report keeps of those that are found, and in which order."""

from collections.abc import Iterator

import pytest

from dxgov import Problem, ProblemCode
from dxgov.validation.problem_collector import MAX_TEXT, ProblemCollector, ReportSection

ROWS, KEYS, WARNINGS = ReportSection.ROWS, ReportSection.KEYS, ReportSection.WARNINGS


def problem(message: str, value: str | None = None) -> Problem:
    return Problem(ProblemCode.PATTERN, message, "asks", value=value)


def problems(text: str) -> list[Problem]:
    """Return a problem for each letter."""
    return list(map(problem, text))


def found(collector: ProblemCollector) -> str:
    """Return the letters of the problems; a bar stands for the last one, which says that there are more."""
    return "".join("|" if each.code is ProblemCode.MORE_PROBLEMS else each.message for each in collector)


def test_problems_are_in_the_order_of_their_positions():
    collector = ProblemCollector(10)
    for position, text in [((KEYS, 0, 0, 0), "h"), ((ROWS, 1, 0, 0), "g"), ((ROWS, 0, 1, 0), "f"), ((ROWS, 0, 0, 1), "de")]:
        collector.add(*position, problems(text))
    collector.add(ROWS, 0, 0, -1, problems("ab"))
    collector.add(ROWS, 0, 0, 0, problems("c"))
    collector.add(ROWS, 0, 0, 0, [])
    assert found(collector) == "abcdefgh"


@pytest.mark.parametrize(("text", "expected"), [("ab", "ab"), ("abc", "abc"), ("abcd", "abc|"), ("abcdefgh", "abc|")])
def test_the_last_problem_says_that_there_are_more_than_the_limit(text: str, expected: str):
    collector = ProblemCollector(3)
    collector.add(ROWS, 0, 0, 0, problems(text))
    assert found(collector) == expected
    one_by_one = ProblemCollector(3)
    for number, letter in enumerate(text):
        one_by_one.add(ROWS, 0, 0, number, problems(letter))
    assert found(one_by_one) == expected
    if "|" in expected:
        assert list(collector)[-1].message == "3 are reported; correct those first, or raise the limit of problems"


def test_no_more_problems_are_made_than_are_kept():
    made = []

    def make() -> Iterator[Problem]:
        for letter in "abcdefgh":
            made.append(letter)
            yield problem(letter)

    collector = ProblemCollector(3)
    collector.add(ROWS, 0, 0, 0, make())
    assert made == list("abcd")


def test_problems_behind_the_first_ones_are_not_accepted_once_there_are_enough():
    collector = ProblemCollector(2)
    for number, letter in enumerate("bcde"):
        collector.add(ROWS, 1, 0, number, problems(letter))
        assert collector.accepts(ROWS, 1, 0, 9)
    collector.add(ROWS, 1, 0, 4, problems("f"))
    assert [collector.accepts(ROWS, 1, 0, number) for number in (1, 2, 3)] == [True, True, False]
    collector.add(ROWS, 1, 0, 3, problems("x"))
    assert found(collector) == "bc|"
    collector.add(ROWS, 0, 0, 0, problems("a"))
    assert found(collector) == "ab|"


def test_texts_of_a_report_are_limited_too():
    half = MAX_TEXT // 2 * "x"
    collector = ProblemCollector(100)
    collector.add(ROWS, 0, 0, 0, [problem(half), problem("", half), problem("y"), problem("z")])
    assert [each.code for each in collector] == 3 * [ProblemCode.PATTERN] + [ProblemCode.MORE_PROBLEMS]
    collector.add(ROWS, 0, 0, 1, problems("z"))
    assert [each.code for each in collector] == 3 * [ProblemCode.PATTERN] + [ProblemCode.MORE_PROBLEMS]
    collector = ProblemCollector(100)
    collector.add(ROWS, 0, 0, 0, [problem(half), problem("", half), problem("y")])
    assert [len(each.message) for each in collector] == [len(half), 0, 1]
    collector = ProblemCollector(100)
    for number in range(4):
        collector.add(ROWS, 0, 0, number, [problem(half)])
        assert collector.accepts(ROWS, 9, 0, 0)
    assert [each.code for each in collector] == 3 * [ProblemCode.PATTERN] + [ProblemCode.MORE_PROBLEMS]
    collector.add(ROWS, 0, 0, 4, problems("x"))
    assert [collector.accepts(ROWS, 0, 0, number) for number in (2, 3)] == [True, False]
    whole = ProblemCollector(100)
    for number, text in enumerate((MAX_TEXT * "x", "y", MAX_TEXT * "x")):
        whole.add(ROWS, 0, 0, number, [problem(text)])
    assert [each.message[:1] for each in whole][:2] == ["x", "y"]
    assert [each.code for each in whole][2:] == [ProblemCode.MORE_PROBLEMS]


def test_warnings_are_collected_on_request_and_stand_apart():
    collector = ProblemCollector(2)
    assert not collector.accepts(WARNINGS, 0, 0, 0)
    collector.add(WARNINGS, 0, 0, 0, problems("w"))
    assert list(collector.warnings()) == []
    collector = ProblemCollector(2, warnings=True)
    collector.add(WARNINGS, 0, 0, 0, problems("wxy"))
    collector.add(ROWS, 0, 0, 0, problems("a"))
    assert found(collector) == "a"
    assert [each.code for each in collector.warnings()] == 2 * [ProblemCode.PATTERN] + [ProblemCode.MORE_PROBLEMS]


def test_problems_of_a_position_can_be_replaced():
    collector = ProblemCollector(3)
    collector.add(ROWS, 0, 0, 0, problems("ab"))
    collector.add(ROWS, 0, 0, 1, problems("c"))
    for _ in range(9):
        collector.replace(ROWS, 0, 0, 0, problems("xy"))
    assert found(collector) == "xyc"
    assert collector.accepts(ROWS, 9, 0, 0)
    collector.replace(ROWS, 0, 0, 0, [])
    assert found(collector) == "c"
    long = ProblemCollector(3)
    for _ in range(9):
        long.replace(ROWS, 0, 0, 0, [problem(MAX_TEXT // 2 * "x")])
    assert long.accepts(ROWS, 9, 0, 0)


def test_a_report_stays_cut_when_the_problems_that_cut_it_are_replaced():
    collector = ProblemCollector(2)
    collector.add(ROWS, 0, 0, 0, problems("ab"))
    collector.add(ROWS, 0, 0, 1, problems("cde"))
    collector.add(ROWS, 0, 0, 2, problems("f"))  # is refused
    assert found(collector) == "ab|"
    collector.replace(ROWS, 0, 0, 1, [])
    assert found(collector) == "ab|"
    collector.replace(ROWS, 0, 0, 0, problems("x"))
    assert found(collector) == "x|"


def test_sections_stand_in_their_order_whatever_the_tables():
    sections = [
        ReportSection.DESCRIPTOR,
        ReportSection.FILES,
        ReportSection.ROWS,
        ReportSection.KEYS,
        ReportSection.SHARED_IDS,
        ReportSection.REFERENCES,
        ReportSection.LINKS,
        ReportSection.REDIRECTS,
    ]
    collector = ProblemCollector(10)
    for number, section in enumerate(sections):
        collector.add(section, 9 - number, 0, 0, problems("abcdefgh"[number]))
    assert found(collector) == "abcdefgh"


def test_the_first_problems_move_the_last_position_that_is_accepted_forward():
    collector = ProblemCollector(1)
    collector.add(ROWS, 5, 0, 0, problems("ab"))
    collector.add(ROWS, 6, 0, 0, problems("c"))
    assert [collector.accepts(ROWS, table, 0, 0) for table in (3, 5, 6)] == [True, True, False]
    collector.add(ROWS, 1, 0, 0, problems("de"))
    assert [collector.accepts(ROWS, table, 0, 0) for table in (1, 3, 5)] == [True, False, False]


def test_collectors_are_merged_and_forked():
    full = ProblemCollector(3, warnings=True)
    full.add(ROWS, 5, 0, 0, problems("abcd"))
    full.add(ROWS, 5, 0, 1, problems("efg"))
    other = full.fork()
    assert (other.limit, list(other)) == (3, [])
    assert [other.accepts(*position) for position in ((ROWS, 5, 0, 0), (ROWS, 5, 0, 1))] == [True, False]
    collector = ProblemCollector(3, warnings=True)
    assert collector.fork().accepts(ROWS, 1, 0, 0)
    assert ProblemCollector(3, warnings=True).fork().accepts(WARNINGS, 0, 0, 0)
    assert not ProblemCollector(3).fork().accepts(WARNINGS, 0, 0, 0)
    collector.add(ROWS, 0, 0, 1, problems("b"))
    other.add(ROWS, 0, 0, 0, problems("a"))
    other.add(ROWS, 0, 0, 1, problems("c"))
    collector.merge(other)
    assert found(collector) == "abc"
