"""The sentences that stand under the fields of a class, read from its source."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from dxgov.errors import ModelError


def sentence(owner: type, name: str) -> str:
    """The sentence under the field `name` of a class; empty where the source of the class is not at hand.

    Raises:
        ModelError: the source is there and no sentence stands under the field.
    """
    sentences = field_sentences(owner)
    if sentences is None:
        return ""
    if name not in sentences:
        raise ModelError(f"{owner.__name__}.{name}: a sentence under the field must say what it means")
    return sentences[name]


def docstring(owner: type) -> str:
    """The docstring of a class on one line; read from its source where Python left it out, as ``python -OO`` does."""
    text = owner.__doc__
    if text is None:
        body = _body(owner)
        text = _text(body[0]) if body else None
    return " ".join((text or "").split())


@cache
def field_sentences(owner: type) -> Mapping[str, str] | None:
    """The text under each field of a class, its bases included, on one line each.

    ``None`` where the source of the class is not at hand, as in an interactive session.
    """
    found: dict[str, str] = {}
    for each in reversed(owner.__mro__[:-1]):
        body = _body(each)
        if body is None:
            return None
        for statement, after in pairwise(body):
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                text = _text(after)
                if text is not None:
                    found[statement.target.id] = text
    return found


def _text(node: ast.stmt) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return " ".join(node.value.value.split())
    return None


def _body(owner: type) -> list[ast.stmt] | None:
    module = _module(owner.__module__)
    if module is None:
        return None
    path = [name for name in owner.__qualname__.split(".") if name != "<locals>"]
    nodes: list[ast.stmt] = module.body
    for name in path:
        node = next((node for node in _definitions(nodes) if node.name == name), None)
        if node is None:
            return None
        nodes = node.body
    return nodes


def _definitions(nodes: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    return (node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef))


@cache
def _module(name: str) -> ast.Module | None:
    try:
        return ast.parse(inspect.getsource(sys.modules[name]))
    except (OSError, TypeError, KeyError, SyntaxError):
        return None
