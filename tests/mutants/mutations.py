"""Mutants: small faults in the syntax tree of a module.

The operators are those of cosmic-ray and mutmut. A mutant swaps an operator, drops a condition, negates a test, changes a constant, drops a
keyword argument or a statement, returns None, swaps a method for its counterpart, or lets a handler catch nothing. Annotations, decorators,
docstrings, assertions and texts of several words have no mutants.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain

from attrs import define, field

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_COUNTERPARTS = {
    name: counterpart
    for pair in (
        ("lower", "upper"), ("lstrip", "rstrip"), ("removeprefix", "removesuffix"), ("startswith", "endswith"), ("find", "rfind"),
        ("partition", "rpartition"), ("split", "rsplit"), ("search", "match"), ("min", "max"), ("any", "all"),
    )
    for name, counterpart in (pair, pair[::-1])
}  # fmt: skip
"""Methods and functions by the one that takes the same arguments and does the opposite."""
_WITHOUT_MUTANTS = {"annotation", "returns", "decorator_list"}
"""Fields of the syntax tree whose content is not mutated."""
_WORDS = re.compile("[a-z,.;:] [a-z]")
"""Part of a text of several words."""
_LONGEST_CONTEXT = 100
"""Maximum characters of the expression that shows a change."""


@define(eq=False)
class Mutant:
    """One change of one node of a module's syntax tree."""

    module: str
    function: str
    """Qualified name of the function or class, empty for the code of the module itself."""
    lines: range
    """Lines of the simple statement, or of the head of the compound one, that has the node."""
    runs_on_import: bool
    tree: ast.Module = field(repr=False)
    parent: ast.AST = field(repr=False)
    attribute: str
    index: int | None
    """Position in the attribute of the parent, None if the attribute is no list."""
    replacement: ast.AST = field(repr=False)
    before: str = ""
    after: str = ""
    """Source of the smallest expression or statement that shows the change, without and with it."""
    ordinal: int = 1
    """Number among the mutants of the function that look alike."""

    @property
    def key(self) -> str:
        """Identity, which changes elsewhere in the module leave as it is."""
        number = f" #{self.ordinal}" if self.ordinal > 1 else ""
        return f"{self.module}:{self.function}: {self.before} → {self.after}{number}"

    @property
    def original(self) -> ast.AST:
        """Node that is replaced."""
        value = getattr(self.parent, self.attribute)
        return value if self.index is None else value[self.index]

    def _set(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.attribute, node)
        else:
            getattr(self.parent, self.attribute)[self.index] = node

    @contextmanager
    def apply(self) -> Iterator[None]:
        """Put the mutant into the tree of its module."""
        original = self.original
        self._set(self.replacement)
        try:
            yield
        finally:
            self._set(original)


def list_mutants(module: str, source: str, functions: Collection[str] | None = None) -> list[Mutant]:
    """Return all mutants of a module, or those of some functions, in the order of its source."""
    tree = ast.parse(source)
    excluded = {number for number, line in enumerate(source.splitlines(), start=1) if "# pragma: no cover" in line}
    unparse = cache(ast.unparse)
    mutants, alike = [], Counter[str]()
    for mutant, ancestors in _Walk(module, tree).visit(tree, ()):
        if excluded.isdisjoint(mutant.lines) and (functions is None or mutant.function in functions):
            mutant.before, mutant.after = _show_change(mutant, ancestors, unparse)
            alike[mutant.key] += 1
            mutant.ordinal = alike[mutant.key]
            mutants.append(mutant)
    return mutants


def _show_change(mutant: Mutant, ancestors: tuple[ast.AST, ...], unparse: Callable[[ast.AST], str]) -> tuple[str, str]:
    """Return the source of the largest short expression or statement around the change, without and with it."""
    shown = None
    for ancestor in reversed(ancestors):
        is_compound = not isinstance(ancestor, ast.expr) and (hasattr(ancestor, "body") or hasattr(ancestor, "cases"))
        if is_compound or isinstance(ancestor, ast.arguments) or len(unparse(ancestor)) > _LONGEST_CONTEXT:
            break
        shown = ancestor
    if shown is None:
        return unparse(mutant.original), ast.unparse(mutant.replacement)
    before = unparse(shown)
    with mutant.apply():
        return before, ast.unparse(shown)


class _Walk:
    """Walk through a syntax tree that keeps the function and the statement of each node."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self._module, self._tree = module, tree
        self._names: list[str] = []
        self._function_depth = 0
        self._lines = range(0)

    def visit(self, node: ast.AST, ancestors: tuple[ast.AST, ...]) -> Iterator[tuple[Mutant, tuple[ast.AST, ...]]]:
        """Yield the mutants of the fields of `node`, and those below it."""
        for attribute, value in ast.iter_fields(node):
            if attribute in _WITHOUT_MUTANTS:
                continue
            is_body = attribute == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if is_body:
                self._names.append(node.name)
                self._function_depth += not isinstance(node, ast.ClassDef)
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST) and not _is_excluded(child, node):
                    yield from self._visit_child(child, (*ancestors, node), attribute, index)
            if is_body:
                self._names.pop()
                self._function_depth -= not isinstance(node, ast.ClassDef)

    def _visit_child(
        self, child: ast.AST, ancestors: tuple[ast.AST, ...], attribute: str, index: int | None
    ) -> Iterator[tuple[Mutant, tuple[ast.AST, ...]]]:
        if isinstance(child, ast.stmt | ast.match_case | ast.ExceptHandler):
            self._lines = _find_lines(child)
        lines = self._lines
        for replacement in () if _is_prose(child, ancestors) else chain(_mutate(child), _mutate_in(child, ancestors[-1], attribute)):
            mutant = Mutant(
                self._module,
                ".".join(self._names),
                lines,
                not self._function_depth,
                self._tree,
                ancestors[-1],
                attribute,
                index,
                replacement,
            )
            yield mutant, ancestors
        yield from self.visit(child, ancestors)
        self._lines = lines


def _find_lines(node: ast.AST) -> range:
    """Return the lines of a simple statement, or of the head of a compound one."""
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    body = node.cases if isinstance(node, ast.Match) else getattr(node, "body", None)
    if not body:
        return range(first, node.end_lineno + 1)
    after = body[0].pattern.lineno if isinstance(node, ast.Match) else body[0].lineno
    return range(first, max(first + 1, after))


def _is_prose(node: ast.AST, ancestors: tuple[ast.AST, ...]) -> bool:
    """Return True for the text of an exception, and for a text of several words or a part of one."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    texts = ancestors[-1].values if isinstance(ancestors[-1], ast.JoinedStr) else [node]
    has_words = any(isinstance(text, ast.Constant) and _WORDS.search(text.value) for text in texts)
    return has_words or any(isinstance(ancestor, ast.Raise) for ancestor in ancestors)


def _is_excluded(node: ast.AST, parent: ast.AST) -> bool:
    """Return True for assertions, docstrings, format specifications, and what only type checkers read."""
    if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom) or (
        isinstance(parent, ast.FormattedValue) and node is parent.format_spec
    ):
        return True
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "cast" and node is parent.args[0]:
        return True
    return isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in {"Literal", "tuple", "Annotated"}


def _mutate(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node, whatever is around it."""
    match node:
        case ast.Compare():
            for index, operator in enumerate(node.ops):
                for other in _COMPARISONS[type(operator)]:
                    yield ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for dropped in range(len(node.values)):
                values = [*node.values[:dropped], *node.values[dropped + 1 :]]
                yield values[0] if len(values) == 1 else ast.BoolOp(node.op, values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
        case ast.Constant(value=str()):
            yield ast.Constant(f"XX{node.value}XX" if node.value else "XX")
        case ast.AugAssign():
            yield ast.AugAssign(node.target, _ARITHMETIC[type(node.op)](), node.value)
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Raise():
            yield ast.Pass()
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Return(value=ast.AST()) if not isinstance(node.value, ast.Constant) or node.value.value is not None:
            yield ast.Return(ast.Constant(None))
        case ast.Call():
            for index, keyword in enumerate(node.keywords):
                if keyword.arg is not None:
                    yield ast.Call(node.func, node.args, [*node.keywords[:index], *node.keywords[index + 1 :]])
            match node.func:
                case ast.Name() if node.func.id in _COUNTERPARTS:
                    yield ast.Call(ast.Name(_COUNTERPARTS[node.func.id], ast.Load()), node.args, node.keywords)
                case ast.Attribute() if node.func.attr in _COUNTERPARTS:
                    counterpart = ast.Attribute(node.func.value, _COUNTERPARTS[node.func.attr], ast.Load())
                    yield ast.Call(counterpart, node.args, node.keywords)
        case ast.comprehension():
            for index in range(len(node.ifs)):
                yield ast.comprehension(node.target, node.iter, [*node.ifs[:index], *node.ifs[index + 1 :]], node.is_async)
        case ast.MatchOr():
            for index in range(len(node.patterns)):
                patterns = [*node.patterns[:index], *node.patterns[index + 1 :]]
                yield patterns[0] if len(patterns) == 1 else ast.MatchOr(patterns)
        case ast.match_case(guard=ast.AST()):
            yield ast.match_case(node.pattern, None, node.body)


def _mutate_in(node: ast.AST, parent: ast.AST, attribute: str) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node because of the field that holds it: a negated test, an empty loop, a blind handler."""
    is_test = attribute in ("test", "guard") or (attribute == "ifs" and isinstance(parent, ast.comprehension))
    if is_test and not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)
    if attribute == "iter" and isinstance(parent, ast.For):
        yield ast.List([], ast.Load())
    if attribute == "type" and isinstance(parent, ast.ExceptHandler):
        yield ast.Tuple([], ast.Load())
