"""Marks: constraints and meanings of fields that a plain type cannot express, for use in ``typing.Annotated``.

A record class is a frozen attrs class. Its types say whether a field is a text, a code, optional or a list; its marks say the
rest, for all that is derived from the class: Arrow and Table Schema, checks, data dictionary, Hypothesis strategies. Marks hold
data and, for some rules, a pure function. This module imports no other module of dxgov.
"""

from collections.abc import Callable

from attrs import frozen

from dxgov.languages import LanguageMap, Message


@frozen
class Label:
    """The title of a field or table in Japanese, and a Japanese sentence that says what it means.

    The English title follows from the name of the field or table. The English sentence is that under the field, or the docstring of the
    record class.
    """

    text: str
    meaning: str


@frozen
class Key:
    """The field holds the id of its record, which is unique among all records of a data set.

    Every id of the table begins with ``prefix``. It helps readers; no meaning is parsed from it.
    """

    prefix: str = ""


@frozen
class Ref:
    """The field holds the id of another record, or a list of ids.

    ``target`` names the record class; without it the reference may lead to a record of any table. With ``part_of`` the record
    is a part of its target, such as an item of a request; of several such references the last filled one leads to the parent.
    ``kinds`` restricts the targets to records with one of these codes, as in ``Ref("Actor", kinds=(ActorKind.PERSON,))``; the
    target class must have exactly one field of such codes.
    """

    target: str | None = None
    part_of: bool = False
    kinds: tuple[str, ...] = ()


@frozen
class Through:
    """The link table that stores a many-valued reference in a package.

    Several fields of a record class may share a link table if each has its own ``role``.
    """

    table: str
    role: str | None = None


@frozen
class Pattern:
    r"""A regular expression that matches the whole text; ``means`` describes it in English, ``means_ja`` in Japanese.

    Use only syntax that RE2, Python and XML Schema share: no look-around, no back-references, ``[0-9]`` instead of ``\d``.
    """

    regex: str
    means: str
    means_ja: str

    @property
    def meaning(self) -> Message:
        """What the pattern matches, as a part of messages."""
        return LanguageMap(self.means_ja, self.means).message


@frozen
class RefersToField:
    """A mark that relates the field to the field ``other`` of the same class; the base of those that do."""

    other: str


@frozen
class PatternWhere(RefersToField):
    """The text also matches ``pattern`` if the field ``other`` of the same class holds one of ``values``.

    A field may have several of these marks, for different values.
    """

    values: tuple[str, ...]
    pattern: Pattern


@frozen
class CheckDigit:
    """The text has a check digit. ``correct`` returns the text with the right digit; ``standard`` names the scheme.

    ``correct`` is called only with texts that match the field's patterns.
    """

    correct: Callable[[str], str]
    standard: str


@frozen
class Minimum:
    """The minimum of the field's numbers."""

    value: int


@frozen
class NotBefore(RefersToField):
    """The value is not less than that of the field ``other`` of the same class, if both are filled."""


@frozen
class NotBeforeOf:
    """The date does not lie wholly before the date ``field`` of the record that the field ``reference`` leads to.

    With ``through``, a reference of that record, it does not lie before the date of the record that ``through`` leads to, either.
    The mark is for fields that hold a `When`. Dates that are open on that side fulfil the rule.
    """

    reference: str
    field: str
    through: str | None = None


@frozen
class Differs(RefersToField):
    """The value differs from that of the field ``other`` of the same class, if both are filled."""


@frozen
class Follows(RefersToField):
    """The part of a value is derived from the part ``other``; its attrs field has ``init=False``."""


@frozen
class RequiredUnless(RefersToField):
    """The field is required unless the field ``other`` of the same class holds ``value``."""

    value: str


@frozen
class RequiredUnlessOf:
    """The field is required unless the field ``reference`` leads to a record that holds one of ``kinds``.

    As in `Ref`, the class that the reference leads to must have exactly one field of such codes.
    """

    reference: str
    kinds: tuple[str, ...]


@frozen
class Together(RefersToField):
    """The field is filled if and only if the field ``other`` of the same class is.

    With ``unless`` it may also be empty where that mark lets a field be empty, such as a translation where none is required yet.
    """

    unless: RequiredUnlessOf | None = None


@frozen
class UniqueWithin:
    """The value is unique among the records that agree in all ``others``; without ``others``, in the table.

    Empty fields are ignored. On a field with a value of several parts, such as a date, the mark applies to the part that the
    others are derived from: two dates are equal if their EDTF is.
    """

    others: tuple[str, ...] = ()


@frozen
class Dated:
    """The field holds the date of the record, or refers to the record that has the date.

    If no such field is filled, the record has the date of the record that it is a part of, else of its document.
    """


@frozen
class Printed:
    """The source prints the value verbatim, so that it can be verified in the document.

    The value is in the lines that the record cites, or, with `anywhere`, anywhere in the document, such as in the head of a
    table. White space and line breaks are ignored; an integer may be printed in digits of any width or in kanji.
    ``unless=("name_basis", "editorial")`` exempts records whose field `name_basis` holds that code. On a field with a value of
    several parts, such as a date, the mark replaces those on the parts.
    """

    anywhere: bool = False
    unless: tuple[str, str] | None = None


@frozen
class EarlierType:
    """Packages of earlier versions store the field's texts as ``type`` of Table Schema; its values are read as texts."""

    type: str


@frozen
class DocumentHash:
    """The field holds the SHA-256 of the bytes of the document that the record describes, in hexadecimal."""


@frozen
class Caption:
    """The field, or its ``_en`` twin in English, represents the record in lists.

    If a class has several captions, the first filled one is used.
    """


@frozen
class Wide:
    """The annotated table is also exported with all records that it refers to joined to it (format ``wide``)."""


@frozen
class Said:
    """The records of the annotated table are said by somebody, and `Dataset.said` shows them together with those of other such tables.

    Each column of that view takes the field of its own name, or the one marked `SaidAs`.
    """


@frozen
class SaidAs:
    """The field feeds the column `column` of the view `Dataset.said`, for its record and for what is a part of it or was read from it."""

    column: str


@frozen
class Facet:
    """The records of the annotated table are facets by which the site filters records that refer to them, such as themes."""


@frozen
class Language:
    """The texts of the field are in this language, a BCP 47 tag, regardless of the document's language.

    Fields that need no mark: an ``_en`` twin is English, a field with such a twin is Japanese, and a `Printed` field is in the
    language of its document.
    """

    tag: str


@frozen
class Example:
    """An example of the field's values, for the data dictionary."""

    value: str | int | bool


@frozen
class Unit:
    """The unit of a number, or the time zone of a time, as in ``Unit("JST")``."""

    name: str


@frozen
class Term:
    """The term of a shared vocabulary, as an IRI, that defines the meaning of the field or table.

    A field may have several terms. The term of a table is the class of its records.
    """

    iri: str


@frozen
class Datatype:
    """The datatype of the field's texts in a shared vocabulary, as an IRI."""

    iri: str
