"""Observation -> results. Components become results of their own; a panel's members are resources of their own.

What repeats from one Observation to the next (its code, its normal range, its interpretation) is understood once and
remembered by its bytes: a laboratory prints the same few hundred of each, millions of times.
"""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

import msgspec
from msgspec import Raw

from mappings.codes import Code, analyte
from mappings.facts import Answer, CodedResult, Fact, Measurement, Result, Source
from mappings.findings import Reason, SetAsideReason
from mappings.intervals import Interval, When
from mappings.reading.context import Context, Meaning
from mappings.reading.datatypes import CodeableConcept, Quantity, Range, Ratio, ReferenceRange
from mappings.reading.dates import first_of
from mappings.reading.quantities import Measure, Normal, measure, normal, number, of_range, of_ratio, of_text
from mappings.reading.statuses import OBSERVATION, use_of
from mappings.reading.units import Conversion, conversion, unit_of
from mappings.reading.views import Observation, Valued
from mappings.reading.words import ANSWERS, INTERPRETATIONS, answer_in

Flag = Literal["low", "normal", "high"]
#: v3-ObservationInterpretation codes that place a result in its range.
FLAGS: Final[dict[str, Flag]] = {
    "H": "high",
    "HH": "high",
    "HU": "high",
    "L": "low",
    "LL": "low",
    "LU": "low",
    "N": "normal",
    "↑": "high",
    "↓": "low",
    "偏高": "high",
    "偏低": "low",
    "正常": "normal",
}

_CONCEPT: Final = msgspec.json.Decoder(CodeableConcept)
_CONCEPTS: Final = msgspec.json.Decoder(list[CodeableConcept] | CodeableConcept)
_RANGES: Final = msgspec.json.Decoder(list[ReferenceRange])
_RATIO: Final = msgspec.json.Decoder(Ratio)
_RANGE: Final = msgspec.json.Decoder(Range)
#: Stand for the source and the time of a result of which only the value is known yet.
_NOWHERE: Final = Source("")
_NEVER: Final = When(datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def read(view: Observation, context: Context) -> list[Fact] | SetAsideReason:
    """Return the results in ``view``, or why there are none that this protocol can use. Raises ValueError for dates.

    One with a focus is about somebody or something else (an unborn child, a donor), although it is in this record.
    """
    use = use_of(view, view.status, OBSERVATION)
    if use != "use" and use != "preliminary":
        return use
    if view.focus:
        return "unknown-modifier"
    reason: Reason | None = "preliminary" if use == "preliminary" else None
    source = context.source(view, "Observation", view.issued)
    # That a result was issued says nothing of when it was taken where it says itself that it was taken several times.
    issued = "" if view.effective_timing else view.issued
    when = first_of(context.zone, view.effective_date_time, view.effective_instant, view.effective_period, issued)
    if not view.component:
        only = _read_one(view, context, source, when, reason)
        return only if isinstance(only, str) else [only]
    read_ = [_read_one(part, context, source, when, reason) for part in (view, *view.component)]
    facts: list[Fact] = [one for one in read_ if not isinstance(one, str)]
    if len(facts) > 1 and facts[0] is read_[0] and _is_empty(view):
        del facts[0]
    return facts or next((one for one in read_ if isinstance(one, str) and one != "not-relevant"), "not-relevant")


def _is_empty(view: Observation) -> bool:
    """Whether a panel says nothing of its own, so that only its parts are results."""
    return not (values_in(view) or view.interpretation or view.data_absent_reason)


def values_in(part: Valued) -> int:
    """Return how many values there are; FHIR allows one."""
    return (
        (part.value_quantity is not None)
        + (part.value_string is not None)
        + (part.value_boolean is not None)
        + bool(part.value_codeable_concept)
        + bool(part.value_integer)
        + bool(part.value_ratio)
        + bool(part.value_range)
    )


def _read_one(
    part: Valued, context: Context, source: Source, when: When | None, reason: Reason | None
) -> Result | SetAsideReason:
    meaning = context.meaning_of_raw(bytes(part.code))
    if meaning.contradicted:
        return "display-contradicts"
    if not context.asks(meaning.concepts):
        return context.refusal(meaning)
    if part.modifier_extension:
        return "unknown-modifier"
    if when is None:
        return "no-date"
    if len(meaning.concepts) > 1 and len(set(map(analyte, meaning.concepts))) > 1:
        return "display-contradicts"
    if part.data_absent_reason or values_in(part) > 1:
        reason = reason or ("no-value" if part.data_absent_reason else "conflict")
        part = Valued(code=part.code)  # what is there besides cannot be what was found
    quantity = part.value_quantity
    if quantity is None:
        return _valued(part, meaning, source, when, reason)
    made = _quantified(
        meaning,
        reason,
        (bytes(quantity.value), quantity.comparator, quantity.unit, quantity.system, quantity.code),
        bytes(part.interpretation),
        bytes(part.reference_range),
    )
    return msgspec.structs.replace(made, source=source, when=when)


@lru_cache(maxsize=16_384)
def _quantified(
    meaning: Meaning,
    reason: Reason | None,
    quantity: tuple[bytes, str, str, str, str],
    interpretation: bytes,
    reference_range: bytes,
) -> Result:
    """Return the result that a Quantity is, but for its source and time: of one analyte the same numbers come again."""
    value, *unit = quantity
    part = Valued(
        value_quantity=Quantity(Raw(value), *unit),
        interpretation=Raw(interpretation),
        reference_range=Raw(reference_range),
    )
    return _valued(part, meaning, _NOWHERE, _NEVER, reason)


def _valued(part: Valued, meaning: Meaning, source: Source, when: When, reason: Reason | None) -> Result:
    found = _number_in(part)
    concept = _concept_for(meaning.concepts, found)
    if concept is None:
        return _coded(part, meaning, source, when, reason)
    return _measured(part, concept, found, meaning, source, when, reason)


def _concept_for(concepts: frozenset[str], found: Measure | None) -> str | None:
    """Return the concept in whose unit a result is held; ``None`` when it is to be read as words.

    Of several for one analyte it is the one whose unit was sent: a viral load is in copies or in units.
    """
    measured = sorted(concept for concept in concepts if unit_of(concept))
    if len(measured) < 2 or found is None:
        return measured[0] if measured else None
    changes = {concept: _conversion(concept, found) for concept in measured}
    fitting = [concept for concept, change in changes.items() if change and change.unit == unit_of(concept)]
    return (fitting or [concept for concept, change in changes.items() if change] or measured)[0]


def _measured(
    part: Valued,
    concept: str,
    found: Measure | None,
    meaning: Meaning,
    source: Source,
    when: When,
    reason: Reason | None,
) -> Result:
    """Return a number in the concept's own unit; one without a usable unit or value says so in ``problem``."""
    words = words_in(part)
    change = None if found is None else _conversion(concept, found)
    if change is None and (words.answers or words.text or words.codes) and (found is None or words.answers):
        return _coded(part, meaning, source, when, reason)
    told, flag, conflict = _told(words, part)
    made = Measurement(
        source=source,
        concepts=meaning.concepts if len(meaning.concepts) == 1 else _alike(meaning.concepts, concept),
        when=when,
        raw=_raw(part, found),
        problem=reason or conflict,
        unit=unit_of(concept) or "",
        answer=told,
        flag=flag,
    )
    if found is None:
        return made if told or made.problem else msgspec.structs.replace(made, problem="no-value")
    if change is None:
        return msgspec.structs.replace(made, problem=made.problem or "unit")
    return _converted(made, found, change, _normal_in(bytes(part.reference_range)), concept)


def _alike(concepts: frozenset[str], concept: str) -> frozenset[str]:
    """Return those of ``concepts`` that are held in the unit of ``concept``: the number speaks of these only."""
    return frozenset(one for one in concepts if unit_of(one) == unit_of(concept))


def _told(words: "Words", part: Valued) -> tuple[Answer | None, Flag | None, Reason | None]:
    """Return what a result says besides its number; words, codes and interpretations that differ settle nothing."""
    answers, flag = _interpreted(bytes(part.interpretation))
    said = words.answers | answers
    if len(said) > 1:
        return "indeterminate", flag, "conflict"
    return next(iter(said), None), flag, None


def _conversion(concept: str, found: Measure) -> Conversion | None:
    """Return how ``found`` becomes a value of ``concept``; ``None`` where its unit is unknown, or says two things."""
    if found.titre:
        return conversion(concept, "{titer}") if unit_of(concept) == "{titer}" else None
    change = conversion(concept, found.unit)
    if not found.printed:
        return change
    own, printed = unit_of(concept), conversion(concept, found.printed)
    if change is None or printed is None:
        return change or printed
    both_known = change.unit == printed.unit == own
    return None if both_known and change != printed else change


def _converted(
    made: Measurement, found: Measure, change: Conversion, range_: Normal | None, concept: str
) -> Measurement:
    low, high = (None, None) if range_ is None else _in_unit(range_, change, concept)
    return Measurement(
        source=made.source,
        concepts=made.concepts,
        when=made.when,
        raw=made.raw,
        problem=made.problem,
        unit=change.unit,
        value=_changed(found.value, change),
        factor=change.ratio,
        low_normal=low,
        high_normal=high,
        answer=made.answer,
        flag=made.flag,
    )


def _changed(value: Interval, change: Conversion) -> Interval:
    if change.ratio == 1 and not change.offset:
        return value
    low = None if value.low is None else change.of(value.low)
    high = low if value.low is value.high else None if value.high is None else change.of(value.high)
    return Interval(low, high, value.low_open, value.high_open)


@lru_cache(maxsize=16_384)
def _in_unit(range_: Normal, change: Conversion, concept: str) -> tuple[Decimal | None, Decimal | None]:
    """Return the bounds of a normal range in the concept's unit; a range in a unit of its own is converted by that."""
    own = conversion(concept, range_.unit) if range_.unit else change
    if own is None or own.unit != change.unit:
        return None, None
    return tuple(None if side is None else own.of(side) for side in (range_.low, range_.high))  # type: ignore[return-value]


def _number_in(part: Valued) -> Measure | None:
    if part.value_quantity is not None:
        return measure(part.value_quantity)
    if part.value_string is not None:
        return of_text(part.value_string)
    if part.value_integer:
        value = number(bytes(part.value_integer))
        return None if value is None else Measure(Interval(value, value))
    if part.value_ratio:
        return of_ratio(_RATIO.decode(part.value_ratio))
    if part.value_range:
        return of_range(_RANGE.decode(part.value_range))
    words = words_in(part)
    return of_text(words.text) if words.text and not words.answers else None


def _raw(part: Valued, found: Measure | None) -> str:
    """Return the value as it was sent, for people to compare."""
    quantity = part.value_quantity
    if quantity is not None:
        token = bytes(quantity.value).decode(errors="replace")[:40]
        return f"{quantity.comparator}{token} {quantity.unit or quantity.code}".strip()
    if part.value_string is not None:
        return part.value_string
    if found is None:
        return words_in(part).text
    low, high = found.value.low, found.value.high
    return f"1:{low}" if found.titre else f"{low}" if low == high else f"{low}..{high}"


class Words(msgspec.Struct, frozen=True):
    """A result in words: the answers it gives (more than one settle nothing), its codes and its text as sent."""

    answers: frozenset[Answer] = frozenset()
    codes: tuple[Code, ...] = ()
    text: str = ""


def words_in(part: Valued) -> Words:
    """Return what ``part`` says in words or codes."""
    if part.value_codeable_concept:
        return _words_of_concept(bytes(part.value_codeable_concept))
    if part.value_string is not None:
        return Words(_answers_in(part.value_string), (), part.value_string)
    if part.value_boolean is not None:
        return Words(_YES if part.value_boolean else _NO, (), str(part.value_boolean).lower())
    return NO_WORDS


@lru_cache(maxsize=16_384)
def _words_of_concept(raw: bytes) -> Words:
    concept = _CONCEPT.decode(raw)
    codes = tuple(Code(coding.system, coding.code, coding.display) for coding in concept.coding)
    text = concept.text or next((code.display for code in codes if code.display), "")
    told = {ANSWERS[code.code] for code in codes if code.code in ANSWERS}
    return Words(_answers_in(concept.text, *(code.display for code in codes)) | told, codes, text)


def _answers_in(*texts: str) -> frozenset[Answer]:
    return frozenset(answer for answer in map(answer_in, texts) if answer)


_YES: Final[frozenset[Answer]] = frozenset({"positive"})
_NO: Final[frozenset[Answer]] = frozenset({"negative"})
NO_WORDS: Final = Words()


def _coded(part: Valued, meaning: Meaning, source: Source, when: When, reason: Reason | None) -> CodedResult:
    """Return a result in words; a number in the place of words counts against its own range."""
    words = words_in(part)
    told, flag, conflict = _told(words, part)
    reason = reason or conflict
    if told is None and flag and part.value_quantity is not None:
        told = "positive" if flag == "high" else "negative" if flag == "normal" else None
    if told is None and not words.codes and not words.text:
        reason = reason or "no-value"
    raw = words.text or _raw(part, _number_in(part))
    return CodedResult(
        source=source,
        concepts=meaning.concepts,
        when=when,
        raw=raw,
        problem=reason,
        answer=told,
        codes=words.codes,
        text=words.text,
    )


@lru_cache(maxsize=16_384)
def _interpreted(raw: bytes) -> tuple[frozenset[Answer], Flag | None]:
    """Return the answers and the place in the range that interpretations give, in codes or words."""
    if not raw:
        return frozenset(), None
    sent = _CONCEPTS.decode(raw)
    concepts = sent if isinstance(sent, list) else [sent]
    codes = [coding.code for concept in concepts for coding in concept.coding]
    words = [concept.text for concept in concepts] + [coding.display for one in concepts for coding in one.coding]
    answers = {INTERPRETATIONS[code] for code in codes if code in INTERPRETATIONS}
    flags = {FLAGS[sign] for sign in (*codes, *words) if sign in FLAGS}
    return _answers_in(*words) | answers, flags.pop() if len(flags) == 1 else None


@lru_cache(maxsize=16_384)
def _normal_in(raw: bytes) -> Normal | None:
    return normal(_RANGES.decode(raw)) if raw else None
