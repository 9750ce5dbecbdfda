"""Marks: what a plain type cannot say about a field, written in ``typing.Annotated``.

A record class is an ordinary frozen attrs class. Its types say what Python can say (text, optional, many, enumeration); the
marks here say the rest, once, for everything that follows from the class: Arrow and Table Schema, checks, data dictionary,
Hypothesis strategies. Marks carry data and, where a rule needs it, a pure function; they import nothing of dxgov.
"""

from collections.abc import Callable

from attrs import frozen


@frozen
class Label:
    """The field's name in Japanese: the title of its column for people who read Japanese."""

    text: str


@frozen
class Key:
    """The field identifies its record, uniquely in its table and among all records of a data set.

    ``prefix`` is how every such id begins; it is a convention for readers, and no meaning is parsed from it.
    """

    prefix: str = ""


@frozen
class Ref:
    """The field holds the id of another record.

    ``target`` names the record class; without one the reference may point to a record of any table. ``part_of`` says that the
    record is a part of the one it refers to, as an item is of its request; of several such references on a record the last
    one that is filled names its parent. ``kinds`` are the codes that the record may have in the one field of its class that holds
    such codes, as in ``Ref("Actor", kinds=(ActorKind.PERSON,))``; without them it may be of any kind.
    """

    target: str | None = None
    part_of: bool = False
    kinds: tuple[str, ...] = ()


@frozen
class Through:
    """Names the link table that spells a many-valued reference in a package.

    Several fields of a record class may share one link table; each then has its own ``role``.
    """

    table: str
    role: str | None = None


@frozen
class Pattern:
    r"""A regular expression that the whole text matches; ``means`` says the same to a person.

    Stay with what RE2, Python and XML Schema read alike: no look-around, no back-references, ``[0-9]`` rather than ``\d``.
    """

    regex: str
    means: str


@frozen
class PatternWhere:
    """The text also matches ``pattern`` where the field ``other`` of the same class holds one of ``values``.

    A field may have several, for different values.
    """

    other: str
    values: tuple[str, ...]
    pattern: Pattern


@frozen
class CheckDigit:
    """A digit that follows from the others: ``correct`` gives the text with the right digit in place.

    ``correct`` is called only with texts that fit the field's patterns.
    """

    correct: Callable[[str], str]
    standard: str


@frozen
class Minimum:
    """The smallest number allowed."""

    value: int


@frozen
class NotBefore:
    """The value is not less than that of the field ``other`` of the same class, where both are filled."""

    other: str


@frozen
class NotBeforeOf:
    """The date does not lie wholly before the date ``field`` of the record that the field ``reference`` leads to.

    With ``through``, a reference of that record, nor before the date of the record that this one leads to. Stands on a field that
    holds a date as written; a date without an end on that side says nothing.
    """

    reference: str
    field: str
    through: str | None = None


@frozen
class Differs:
    """The value is not that of the field ``other`` of the same class, where both are filled."""

    other: str


@frozen
class Together:
    """The field is filled exactly where the field ``other`` of the same class is."""

    other: str


@frozen
class Follows:
    """The part of a value follows from the part ``other``, and cannot be given: its attrs field has ``init=False``."""

    other: str


@frozen
class RequiredUnless:
    """The field must be filled unless the field ``other`` of the same class holds ``value``."""

    other: str
    value: str


@frozen
class UniqueWithin:
    """No two records that agree in all ``others`` share the field's value; without ``others``, no two records of the table do.

    A record in which the field is empty does not count. On a field that holds a value of several parts, such as a date, the mark
    is one of the part that others follow from: two dates are the same where their EDTF is.
    """

    others: tuple[str, ...] = ()


@frozen
class Dated:
    """The field says when what the record tells was said or happened: it holds the date, or refers to the record that has it.

    A record without such a field, or with an empty one, has the date of what it is a part of, or of the document it was read in.
    """


@frozen
class Printed:
    """The source prints the value just as it stands, so that whoever holds the document can look for it there.

    It stands in the lines that the record cites, or, with `anywhere`, somewhere in their document, as what heads a table holds
    for its rows. Letters count, white space and line breaks do not; a whole number may be printed in digits of any width or in
    kanji. ``unless=("name_basis", "editorial")`` excuses records whose field `name_basis` holds that code. On a field that
    holds a value of several parts, such as a date, the mark takes the place of those on its parts.
    """

    anywhere: bool = False
    unless: tuple[str, str] | None = None


@frozen
class DocumentHash:
    """The field holds the SHA-256 of the bytes of the document that the record describes, in hexadecimal digits."""


@frozen
class Caption:
    """The field, or its ``_en`` twin for readers of English, can stand for the record in a list.

    Where a class has several, the first that is filled is taken.
    """


@frozen
class Wide:
    """The table, in whose annotation it stands, is also exported with all that it refers to joined to it (format ``wide``)."""


@frozen
class Facet:
    """The table, in whose annotation it stands, is one that people choose records of others by: on what, by whom, in which document.

    The site offers to find what refers to its records.
    """


@frozen
class Language:
    """The texts of the field are in this language, a BCP 47 tag, whatever language the document is in.

    Needed only where nothing else tells: an ``_en`` twin is English, what has such a twin is Japanese, and what is printed is in the
    language of its document.
    """

    tag: str


@frozen
class Example:
    """A value as it may stand in the data, for the data dictionary."""

    value: str | int | bool


@frozen
class Unit:
    """What a number or a time is counted in, as in ``Unit("JST")``."""

    name: str


@frozen
class Term:
    """The term of a shared vocabulary that the field, or the table, takes its name or meaning from, as an IRI.

    A field may have several. On a table, beside its `Label` in the data set class, the term is the class that its records belong to.
    """

    iri: str


@frozen
class Datatype:
    """The texts of the field are in a form that a shared vocabulary has a datatype for, named by its IRI."""

    iri: str
