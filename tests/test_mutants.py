"""The mutants that the tests are run against."""

import ast

import pytest

from mutants.mutations import list_mutants
from mutants.verdicts import ROOMS, find_source, read_equivalents, read_results, select_modules

SOURCE = '''
"""A module."""
from typing import Literal
LIMITS = {"lowest": -1}
Kind = Literal["a"]

def count(rows: list[int], *, limit: int = 5) -> int | None:
    """Count."""
    assert rows
    total = 0
    for row in rows:
        if row < limit and not row in LIMITS:
            total += row
            break
    try:
        total.show(end="x")
    except KeyError:
        raise ValueError(f"found {total + 7} rows", "one text")
    message = f"the total is {total}"
    names = [name for name in rows if name]
    return max(total, 3) if message else None
'''


def changes(source):
    return [(mutant.before, mutant.after) for mutant in list_mutants("m", source)]


def test_each_operator_makes_its_mutants():
    found = changes(SOURCE)
    condition = "row < limit and (not row in LIMITS)"
    for before, after in [
        ("LIMITS = {'lowest': -1}", "LIMITS = {'XXlowestXX': -1}"),
        ("LIMITS = {'lowest': -1}", "LIMITS = {'lowest': 1}"),
        ("5", "4"),
        ("rows", "[]"),
        (condition, "row <= limit and (not row in LIMITS)"),
        (condition, "row >= limit and (not row in LIMITS)"),
        (condition, "row < limit or not row in LIMITS"),
        (condition, "row < limit"),
        (condition, "row < limit and row in LIMITS"),
        (condition, "row < limit and (not row not in LIMITS)"),
        ("total += row", "total -= row"),
        ("total += row", "pass"),
        ("break", "continue"),
        ("total.show(end='x')", "total.show()"),
        ("total.show(end='x')", "pass"),
        ("KeyError", "()"),
        ("raise ValueError(f'found {total + 7} rows', 'one text')", "pass"),
        ("raise ValueError(f'found {total + 7} rows', 'one text')", "raise ValueError(f'found {total - 7} rows', 'one text')"),
        ("names = [name for name in rows if name]", "names = [name for name in rows]"),
        ("names = [name for name in rows if name]", "names = [name for name in rows if not name]"),
        ("return max(total, 3) if message else None", "return min(total, 3) if message else None"),
        ("return max(total, 3) if message else None", "return max(total, 3) if not message else None"),
        ("return max(total, 3) if message else None", "return None"),
    ]:
        assert (before, after) in found


def test_types_texts_for_people_and_assertions_have_none():
    text = "\n".join(after for _, after in changes(SOURCE))
    for part in ("XXaXX", "XXthe", "XXfound", "XXone text", "XXA module", "XXCountXX", "assert"):
        assert part not in text


def test_a_mutant_is_in_the_tree_only_while_it_is_applied():
    for mutant in list_mutants("m", SOURCE):
        plain = ast.unparse(mutant.tree)
        with mutant.apply():
            compile(ast.fix_missing_locations(mutant.tree), "m.py", "exec")
            assert ast.unparse(mutant.tree) != plain
        assert ast.unparse(mutant.tree) == plain


def test_keys_are_unique_and_stay_when_other_functions_change():
    source = SOURCE + SOURCE.replace("def count", "def count_again")
    keys = [mutant.key for mutant in list_mutants("m", source)]
    assert len(set(keys)) == len(keys)
    assert {mutant.key for mutant in list_mutants("m", "import re\n\n" + SOURCE)} <= set(keys)


def test_code_that_runs_on_import_is_marked():
    assert {mutant.function for mutant in list_mutants("m", SOURCE)} == {"", "count"}
    on_import = {mutant.before for mutant in list_mutants("m", SOURCE) if mutant.runs_on_import}
    assert on_import == {"LIMITS = {'lowest': -1}", "5"}


def test_modules_of_a_room_are_chosen_by_name():
    assert "dxgov.dates.clock" in select_modules("dates")
    assert select_modules("dates", ["clock"]) == ["dxgov.dates.clock"]
    with pytest.raises(ValueError, match="no module watch; it has business, clock"):
        select_modules("dates", ["clock", "watch"])


def test_rooms_and_their_tests_exist():
    for name, room in ROOMS.items():
        assert select_modules(name)
        assert all(file.is_file() for file in room.list_files())


@pytest.mark.slow
def test_mutants_that_are_said_to_be_equivalent_still_exist():
    equivalents = read_equivalents()
    functions: dict[str, set[str]] = {}
    for module, function, *_ in (key.split(":") for key in equivalents):
        functions.setdefault(module, set()).add(function)
    mutants = (list_mutants(module, find_source(module).read_text(encoding="utf-8"), names) for module, names in functions.items())
    keys = {mutant.key for of_module in mutants for mutant in of_module}
    assert equivalents.keys() <= keys
    assert {key for result in read_results().values() for key in result["equivalent"]} <= equivalents.keys()
    assert all(reason.endswith(".") for reason in equivalents.values())
