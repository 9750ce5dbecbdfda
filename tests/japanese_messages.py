"""What a message in Japanese must be: complete, free of English, and about the same places and values."""

import pickle
import re

from dxgov import Problem
from dxgov.languages import Message

_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\([^)]*\)|（[^）]*）""")
"""Values, and lists in brackets, which are the same in both languages."""

_ENGLISH = re.compile(r"\b[a-z]+ [a-z]+\b")
"""Two English words; one alone may be a name, a code or a column."""


def check_japanese(problem: Problem) -> None:
    """Check that a problem has a Japanese message without English sentences, at the same place, that names the same values."""
    assert isinstance(problem.message, Message), f"no Japanese: {problem}"
    line = problem.describe("ja")
    assert re.search("[ぁ-ん]", problem.message.ja), line
    assert not _ENGLISH.search(_QUOTED.sub("", problem.message.ja)), line
    for name in (problem.file or problem.table, problem.row and f"{problem.row}行目", problem.field, f"[{problem.code}]"):
        assert not name or name in line, line
    # What a pattern begins with stands in brackets of Japanese, as in the dictionary.
    quoted = line.replace("「", "'").replace("」", "'")
    assert sorted(re.findall(r"'[^']*'", quoted)) == sorted(re.findall(r"'[^']*'", str(problem))), line
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301 - its own
    assert (copy, copy.message.ja) == (problem, problem.message.ja)
