"""`Text`: lines that are plain in a pipe, and laid out for the width of a terminal, where ids follow what they stand for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, Self

from attrs import frozen

from dxgov.display import printable, printable_lines
from dxgov.text.wrapping import break_lines, measure_columns

Role = Literal["heading", "id", "highlight"]
"""What a styled part of a line is."""

Style = Callable[[str, Role], str]
"""A function that adds the codes of a style to a text."""

ID_FIRST, ID_LAST, ID_ABOVE = "{id}  {text}", "{text}  {id}", "{id}\n{indent}  {text}"
"""Where the id stands in plain text."""

_MIN_WIDTH = 20
"""Minimum columns of the text beside its lead."""


@frozen
class TextLine:
    """A line of text, which a terminal breaks into several."""

    text: str = ""
    id: str = ""
    """The id of the record that the text stands for; empty if there is none."""
    indent: int = 0
    """Columns before the line."""
    lead: str = ""
    """What comes first, such as a label; further lines of the text begin below its end."""
    plain: str = ID_FIRST
    """Template of the text and the id in plain text."""
    is_heading: bool = False
    highlights: tuple[tuple[int, int], ...] = ()
    """Start and end of the parts of the text that are highlighted."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Return a plain text as a line, with its blanks as indent."""
        content = text.lstrip(" ")
        return cls(content, indent=len(text) - len(content))

    def format_plain(self) -> str:
        """Return the line as plain text; a line break may be in it."""
        content = self.plain.format(id=self.id, text=self.text, indent=" " * self.indent) if self.id else self.text
        return f"{' ' * self.indent}{self.lead}{content}".rstrip()

    def style_plain(self, style: Style) -> str:
        """Return the line as plain text with styles, without control characters."""
        if self.is_heading:
            return style(printable_lines(self.format_plain()), "heading")
        text, id = self._style_part(printable(self.text), 0, self.highlights, style), style(printable(self.id), "id")
        content = self.plain.format(id=id, text=text, indent=" " * self.indent) if self.id else text
        return f"{' ' * self.indent}{printable(self.lead)}{content}"

    def lay_out(self, width: int, style: Style) -> Iterator[str]:
        """Yield the line broken into lines of at most `width` columns, without control characters; the id comes last."""
        prefix = f"{' ' * self.indent}{printable(self.lead)}"
        hanging = " " * measure_columns(prefix) if self.lead else f"{' ' * self.indent}  "
        room = max(width - max(len(hanging), measure_columns(prefix)), _MIN_WIDTH)
        text, start = printable(self.text), 0
        highlights = self.highlights if text == self.text else ()
        broken = break_lines(text, room)
        lines = list[str]()
        for part in broken:
            lines.append(f"{hanging if lines else prefix}{self._style_part(part, start, highlights, style)}")
            start += len(part)
        if self.id:
            id = printable(self.id)
            used = measure_columns(broken[-1].rstrip())
            if not text:
                lines[-1] = f"{prefix}{style(id, 'id')}"
            elif used + 2 + len(id) <= room:
                lines[-1] += f"  {style(id, 'id')}"
            else:
                lines.append(f"{hanging}{style(id, 'id')}")
        yield from lines

    def _style_part(self, part: str, start: int, highlights: Sequence[tuple[int, int]], style: Style) -> str:
        """Return a part of the text, without blanks at its end and with its styles; it begins at `start` of the text."""
        part = part.rstrip()
        if self.is_heading:
            return style(part, "heading")
        pieces, end = list[str](), 0
        for first, last in highlights:
            first, last = max(first - start, end), min(last - start, len(part))  # noqa: PLW2901 - the same span within the part
            if first < last:
                pieces += (part[end:first], style(part[first:last], "highlight"))
                end = last
        return "".join([*pieces, part[end:]])


class Text(str):
    """Plain text that also has the lines it was made of, to be laid out for a terminal."""

    __slots__ = ("lines",)

    lines: tuple[TextLine, ...]

    def __new__(cls, lines: Iterable[TextLine]) -> Self:
        """Create a text of lines."""
        kept = tuple(lines)
        text = super().__new__(cls, "\n".join(line.format_plain() for line in kept))
        text.lines = kept
        return text


def lay_out(text: str, width: int | None, style: Style) -> str:
    """Return a text with styles and without control characters.

    Args:
        text: The text; one that is no `Text` consists of lines without ids.
        width: Maximum columns of a line; None leaves lines and ids where plain text has them.
        style: The function that adds styles.
    """
    lines = text.lines if isinstance(text, Text) else map(TextLine.of, text.split("\n"))
    return "\n".join(part for line in lines for part in ([line.style_plain(style)] if width is None else line.lay_out(width, style)))
