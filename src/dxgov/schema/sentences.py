"""The sentences under the fields of a class, parsed from its source."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from dxgov.errors import ModelError


def get_sentence(owner: type, name: str) -> str:
    """Return the sentence under a field of a class, or an empty string if the source of the class is not available.

    Raises:
        ModelError: the source has no sentence under the field.
    """
    sentences = parse_sentences(owner)
    if sentences is None:
        return ""
    if name not in sentences:
        raise ModelError(f"{owner.__name__}.{name}: a sentence under the field must say what it means")
    return sentences[name]


def get_docstring(owner: type) -> str:
    """Return the docstring of a class on one line; under ``python -OO`` it is parsed from the source."""
    text = owner.__doc__
    if text is None:
        body = _find_body(owner)
        text = _get_string(body[0]) if body else None
    return " ".join((text or "").split())


@cache
def parse_sentences(owner: type) -> Mapping[str, str] | None:
    """Return the sentence under each field of a class and its bases, each on one line.

    Return None if the source of the class is not available, as in an interactive session.
    """
    sentences: dict[str, str] = {}
    for base in reversed(owner.__mro__[:-1]):
        body = _find_body(base)
        if body is None:
            return None
        for statement, successor in pairwise(body):
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                text = _get_string(successor)
                if text is not None:
                    sentences[statement.target.id] = text
    return sentences


def _get_string(node: ast.stmt) -> str | None:
    """Return the string of a statement that is a string literal, on one line, or None."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return " ".join(node.value.value.split())
    return None


def _find_body(owner: type) -> list[ast.stmt] | None:
    """Return the statements of a class in its source, or None if the source is not available."""
    module = _parse_module(owner.__module__)
    if module is None:
        return None
    path = [name for name in owner.__qualname__.split(".") if name != "<locals>"]
    nodes: list[ast.stmt] = module.body
    for name in path:
        node = next((node for node in _filter_definitions(nodes) if node.name == name), None)
        if node is None:
            return None
        nodes = node.body
    return nodes


def _filter_definitions(nodes: list[ast.stmt]) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    return (node for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef))


@cache
def _parse_module(name: str) -> ast.Module | None:
    try:
        return ast.parse(inspect.getsource(sys.modules[name]))
    except (OSError, TypeError, KeyError, SyntaxError):
        return None
