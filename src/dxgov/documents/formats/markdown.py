"""Markdown: headings, lists and tables, without the signs of markup."""

import re

from dxgov.documents.building import TextBuilder
from dxgov.documents.formats.text import decode
from dxgov.documents.lines import CellPosition, ExtractedText
from dxgov.limits import Limits
from dxgov.values import document_lines

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t\u3000]+(.*?))?(?:[ \t]+#*)?$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"([ \t]*)(?:([-*+])|(\d{1,9}[.)]))[ \t]+(?=\S)(.*)")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_QUOTE = re.compile(r"^ {0,3}(?:>[ \t]?)+")
_DELIMITERS = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"(?<!\\)\|")
_INLINE = (
    (re.compile(r"<!--.*?-->"), ""),
    (re.compile(r"<br[ \t]*/?>", re.IGNORECASE), "\n"),
    (re.compile(r"</?[A-Za-z][^<>]*>"), ""),
    (re.compile(r"!?\[((?:[^\[\]]|\\.)*)\](?:\([^()\s]*(?:[ \t]+\"[^\"]*\")?\)|\[[^\[\]]*\])"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]*)>"), r"\1"),
    (re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read_markdown(content: bytes, limits: Limits) -> ExtractedText:
    """Read a Markdown text.

    Raises:
        DocumentError: the file is no text, or larger than the limits allow.
    """
    builder = TextBuilder(limits)
    lines = document_lines(decode(content))
    fence, index = "", 0
    while index < len(lines):
        line = lines[index]
        following = lines[index + 1] if index + 1 < len(lines) else ""
        index += 1
        # Code is kept as it is, up to a fence of the same kind
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
            continue
        if fence:
            builder.add_text(line)
            continue
        line = _QUOTE.sub("", line)
        if heading := _HEADING.match(line):
            builder.add_text(_strip_markup(heading[2] or ""), style=f"heading {len(heading[1])}")
        elif "|" in line and _DELIMITERS.match(following) and "|" in following:
            index = _add_table(builder, lines, index - 1)
        elif _RULE.match(line):
            builder.add_text("")
        elif line.strip() and (underline := _UNDERLINE.match(following)) and not _ITEM.match(line):
            builder.add_text(_strip_markup(line.strip()), style=f"heading {1 if underline[1][0] == '=' else 2}")
            index += 1
        elif item := _ITEM.match(line):
            # Every two to four blanks are a level, which full-width blanks show
            level = len(item[1].expandtabs(4)) // 2 if len(item[1].expandtabs(4)) < 4 else len(item[1].expandtabs(4)) // 4
            mark_text = "・" if item[2] else f"{item[3]} "
            builder.add_text("　" * level + mark_text + _strip_markup(item[4]), style="list")
        else:
            builder.add_text(_strip_markup(line.strip(" \t")))
    return builder.build()


def _add_table(builder: TextBuilder, lines: list[str], index: int) -> int:
    """Add the table whose header is at an index, and return the index of the line after it."""
    table, row = builder.add_table(), 0
    header = index
    while index < len(lines) and "|" in lines[index]:
        if index != header + 1:
            text = lines[index].strip().removeprefix("|")
            text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
            for column, cell in enumerate(_BAR.split(text)):
                position, first_line = CellPosition(table, row, column), builder.next_line
                builder.add_text(_strip_markup(cell.strip()), cell=position)
                builder.add_cell(position, first_line)
            row += 1
        index += 1
    return index


def _strip_markup(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
