"""One patient's lines become one record: versions settled, resources read, facts in order, the rest set aside."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from mappings.facts import (
    Allergy,
    Attestation,
    CodedResult,
    ConsentGiven,
    Diagnosis,
    Exposure,
    Fact,
    Measurement,
    Participation,
    Person,
    ProcedureDone,
    Result,
)
from mappings.findings import SetAside, SetAsideReason
from mappings.reading import (
    allergies,
    conditions,
    consents,
    medications,
    observations,
    patients,
    procedures,
    questionnaires,
    reports,
    subjects,
    views,
)
from mappings.reading.context import Context, age_of
from mappings.reading.dates import when
from mappings.record import Record, newest_first

Read = list[Fact] | SetAsideReason
#: Which reader reads which view.
READERS: Final[Mapping[type, Callable[[Any, Context], Read]]] = {
    views.Observation: observations.read,
    views.DiagnosticReport: reports.read,
    views.Condition: conditions.read,
    views.Procedure: procedures.read,
    views.MedicationRequest: medications.read_request,
    views.MedicationAdministration: medications.read_administration,
    views.MedicationStatement: medications.read_statement,
    views.MedicationDispense: medications.read_dispense,
    views.AllergyIntolerance: allergies.read,
    views.Consent: consents.read,
    views.QuestionnaireResponse: questionnaires.read,
    views.ResearchSubject: subjects.read,
}

#: Set aside for these reasons, a resource was understood well enough to know that it says nothing.
UNDERSTOOD: Final[frozenset[SetAsideReason]] = frozenset(
    {
        "not-relevant",
        "entered-in-error",
        "refuted",
        "not-done",
        "cancelled",
        "no-result",
        "draft",
        "negated",
        "superseded",
        "duplicate",
        "deleted",
        "after-at",
        "not-yet-known",
        "own-output",
    }
)

_DECODER: Final = msgspec.json.Decoder(views.READ)


class Clock(msgspec.Struct, frozen=True):
    """The two clocks of an as-of screening: what had happened by ``at``, of what was known by ``known_at``."""

    at: datetime
    known_at: datetime | None = None


class Chart(msgspec.Struct):
    """A record in the making."""

    context: Context
    clock: Clock
    facts: list[Fact] = []
    set_aside: list[SetAside] = []
    not_understood: set[str] = set()
    people: list[Person] = []

    def leave(self, reference: str, reason: SetAsideReason) -> None:
        """Set a resource aside, and remember its type where it might have said anything."""
        self.set_aside.append(SetAside(reference, reason))
        if reason not in UNDERSTOOD:
            self.not_understood.add(reference.partition("/")[0])


def chart(
    lines: Iterable[bytes], left: Iterable[SetAside], context: Context, clock: Clock, *, strictly: bool = False
) -> Record | None:
    """Return the record that ``lines``, one resource each, add up to; ``None`` when no Patient is among them.

    ``left`` is what was set aside of this patient before. ``strictly`` also sets aside lines with duplicate keys,
    which costs more than all the rest and is asked for only before anyone is called eligible.
    """
    making = Chart(context, clock, not_understood=set(context.lost))
    for one in left:
        making.leave(one.reference, one.reason)
    for view in _current(_decoded(lines, making, strictly), making):
        _read(view, making)
    person = _one_person(making)
    return _record(person, making) if person else None


def _decoded(lines: Iterable[bytes], making: Chart, strictly: bool) -> list[views.Resource]:
    found = []
    for line in lines:
        if strictly and has_duplicate_keys(line):
            making.leave(_name(line), "duplicate-key")
            continue
        try:
            found.append(_DECODER.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            making.leave(_name(line), "malformed")
    return found


class _Named(msgspec.Struct):
    resourceType: str = "Resource"  # noqa: N815 - the name on the wire
    id: str = "?"


def _name(line: bytes) -> str:
    """Return the reference of a line that cannot be read, as far as it can be told."""
    try:
        named = msgspec.json.decode(line, type=_Named)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "Resource/?"
    return f"{named.resourceType}/{named.id}"


def has_duplicate_keys(line: bytes) -> bool:
    """Whether any object in ``line`` names a member twice: then parsers disagree on what it says (RFC 8259, 4)."""

    def refuse(members: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(members)
        if len(found) < len(members):
            raise _DuplicateKeyError
        return found

    try:
        json.loads(line, object_pairs_hook=refuse)
    except _DuplicateKeyError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


class _DuplicateKeyError(Exception):
    """An object names a member twice."""


def reference_of(view: views.Resource) -> str:
    """Return the relative reference of ``view``."""
    return f"{type(view).__name__}/{view.id}"


def _current(found: Sequence[views.Resource], making: Chart) -> list[views.Resource]:
    """Return the newest known version of each resource; a copy that cannot be put in order spoils all its copies."""
    known = [view for view in found if _is_known(view, making)]
    copies: dict[str, list[views.Resource]] = defaultdict(list)
    for view in known:
        copies[reference_of(view)].append(view)
    if len(copies) == len(known):
        return known
    return [view for reference, same in copies.items() for view in _newest(reference, same, making)]


def _is_known(view: views.Resource, making: Chart) -> bool:
    limit = making.clock.known_at
    if limit is None or not view.meta or not view.meta.last_updated:
        return True
    try:
        known = when(view.meta.last_updated, making.context.zone).latest <= limit
    except ValueError:
        making.leave(reference_of(view), "bad-date")
        return False
    if not known:
        making.leave(reference_of(view), "not-yet-known")
    return known


def _newest(reference: str, same: list[views.Resource], making: Chart) -> list[views.Resource]:
    unlike = [view for index, view in enumerate(same) if view not in same[:index]]
    for _ in range(len(same) - len(unlike)):
        making.leave(reference, "duplicate")
    ages = [age_of(view) for view in unlike]
    if len(unlike) > 1 and ages.count(max(ages)) > 1:
        making.leave(reference, "conflicting-copies")
        return []
    for _ in range(len(unlike) - 1):
        making.leave(reference, "superseded")
    return [unlike[ages.index(max(ages))]]


def _read(view: views.Resource, making: Chart) -> None:
    if isinstance(view, views.Patient):
        _read_person(view, making)
        return
    reader = READERS.get(type(view))
    if reader is None:
        making.leave(reference_of(view), "not-relevant")
        return
    try:
        found = reader(view, making.context)
    except msgspec.DecodeError:
        found = "malformed"
    except ValueError:
        found = "bad-date"
    if isinstance(found, str):
        making.leave(reference_of(view), found)
        return
    for fact in found:
        _keep(fact, making)


def _read_person(view: views.Patient, making: Chart) -> None:
    person = patients.read(view, making.context)
    if isinstance(person, str):
        making.leave(reference_of(view), person)
    elif person.died is not None and person.died.earliest > making.clock.at:
        making.people.append(msgspec.structs.replace(person, died=None))
    else:
        making.people.append(person)


def _keep(fact: Fact, making: Chart) -> None:
    """Keep a fact unless it lies after the instant of screening or was not known then."""
    reference, clock = fact.source.reference, making.clock
    if fact.when is not None and fact.when.earliest > clock.at:
        making.leave(reference, "after-at")
    elif clock.known_at is not None and fact.source.issued is not None and fact.source.issued > clock.known_at:
        making.leave(reference, "not-yet-known")
    else:
        making.facts.append(fact)
        if not getattr(fact, "placed", True):
            making.not_understood.add(reference.partition("/")[0])


def _one_person(making: Chart) -> Person | None:
    """Return the patient; of records merged by Patient.link, the one that is not replaced."""
    current = [person for person in making.people if not person.replaced]
    for person in making.people:
        if person.replaced:
            making.leave(person.reference, "superseded")
    return current[0] if len(current) == 1 else None


F = TypeVar("F", bound=Fact)


def _record(person: Person, making: Chart) -> Record:
    making.facts.sort(key=_order, reverse=True)
    return Record(
        person=person,
        results=_by_concept(making),
        diagnoses=_kind(Diagnosis, making.facts),
        exposures=_kind(Exposure, making.facts),
        procedures=_kind(ProcedureDone, making.facts),
        allergies=_kind(Allergy, making.facts),
        consents=_kind(ConsentGiven, making.facts),
        attestations=_kind(Attestation, making.facts),
        participations=_kind(Participation, making.facts),
        set_aside=tuple(sorted(set(making.set_aside), key=lambda one: (one.reference, one.reason))),
        not_understood=frozenset(making.not_understood),
    )


def _kind(kind: type[F], facts: list[Fact]) -> tuple[F, ...]:
    return tuple(fact for fact in facts if isinstance(fact, kind))


def _order(fact: Fact) -> tuple[float, float, str]:
    issued = fact.source.issued.timestamp() if fact.source.issued else 0.0
    return fact.when.latest.timestamp() if fact.when else 0.0, issued, fact.source.reference


def _by_concept(making: Chart) -> dict[str, tuple[Result, ...]]:
    """Return the results under each of their concepts; the same result under two ids counts once."""
    found: dict[str, dict[Any, Result]] = defaultdict(dict)
    for fact in making.facts:
        if isinstance(fact, Measurement | CodedResult):
            for concept in fact.concepts:
                same = found[concept].setdefault(_content(fact), fact)
                if same is not fact:
                    making.leave(fact.source.reference, "duplicate")
    return {concept: tuple(newest_first(results.values())) for concept, results in found.items()}


def _content(fact: Measurement | CodedResult) -> Any:
    """Return what makes two results the same one: when, what, and what it counts as."""
    if isinstance(fact, Measurement):
        return fact.when, fact.raw, fact.value, fact.problem, fact.low_normal, fact.high_normal
    return fact.when, fact.raw, fact.answer, fact.problem, fact.codes
