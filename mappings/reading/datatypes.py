"""Narrow typed views of FHIR data types: only the elements the readers need, R4, R4B and R5 together.

An element that changed its name between releases stands here under both names; one that changed its type is a
union. Numbers stay raw bytes until a reader asks for them, so that 7.300 keeps its digits and "7.300", a string,
is told apart from a number. A wrong JSON type in a named element is a ``msgspec.ValidationError`` with its path.
Sources: FHIR R4 4.0.1, R4B 4.3.0 and R5 5.0.0 element definitions.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Raw

#: A number that is not there.
ABSENT = Raw(b"")


class View(msgspec.Struct, gc=False, rename="camel"):
    """Base of all views: camel-case names on the wire, no cycles, so no garbage collection."""


class Coding(View):
    system: str = ""
    code: str = ""
    display: str = ""
    version: str = ""


class CodeableConcept(View):
    coding: Sequence[Coding] = ()
    text: str = ""


class Identifier(View):
    use: str = ""
    system: str = ""
    value: str = ""


class Reference(View):
    reference: str = ""
    type: str = ""
    identifier: Identifier | None = None
    display: str = ""


class Quantity(View):
    value: Raw = ABSENT
    comparator: str = ""
    unit: str = ""
    system: str = ""
    code: str = ""


class Ratio(View):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Range(View):
    low: Quantity | None = None
    high: Quantity | None = None


class Period(View):
    start: str = ""
    end: str = ""


class Meta(View):
    version_id: str = ""
    last_updated: str = ""
    tag: Sequence[Coding] = ()


class CodeableReference(View):
    """R5: a concept, a reference, or both."""

    concept: CodeableConcept | None = None
    reference: Reference | None = None


class Extension(View):
    url: str = ""


class ReferenceRange(View):
    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None
    applies_to: Sequence[CodeableConcept] = ()
    age: Range | None = None
    text: str = ""


class Timing(View):
    repeat: "Repeat | None" = None
    code: CodeableConcept | None = None
    event: Sequence[str] = ()
    modifier_extension: Sequence[Extension] = ()


class Repeat(View):
    bounds_period: Period | None = None
    bounds_duration: Quantity | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: Raw = ABSENT
    period_max: Raw = ABSENT
    period_unit: str = ""
    day_of_week: Sequence[str] = ()
