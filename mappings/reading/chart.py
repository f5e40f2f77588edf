"""One patient's lines become one record: versions settled, resources read, facts in order, the rest set aside."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from mappings.facts import (
    Allergy,
    Assessment,
    Attestation,
    CodedResult,
    ConsentGiven,
    Diagnosis,
    Enrolment,
    EventReport,
    Exposure,
    Fact,
    Infusion,
    Measurement,
    Participation,
    Person,
    ProcedureDone,
    Result,
    Source,
    Stay,
    Unanswered,
)
from mappings.findings import Reason, SetAside, SetAsideReason
from mappings.intervals import stamp
from mappings.reading import (
    adverse_events,
    allergies,
    conditions,
    consents,
    encounters,
    medications,
    observations,
    patients,
    procedures,
    questionnaires,
    reports,
    subjects,
    unread,
    views,
)
from mappings.reading.context import Context
from mappings.reading.dates import when
from mappings.reading.headers import RESOURCE_TYPES, named_in
from mappings.reading.lines import decoded
from mappings.reading.versions import newest
from mappings.record import ANY_TYPE, Record

Read = list[Fact] | SetAsideReason
#: Which reader reads which view.
READERS: Final[Mapping[type, Callable[[Any, Context], Read | Person]]] = {
    views.Patient: patients.read,
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
    views.Encounter: encounters.read,
    views.AdverseEvent: adverse_events.read,
}
#: Types that tell only of what happens after treatment.
FOLLOWED: Final = (views.Encounter, views.AdverseEvent)

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

#: Types whose copies are read although they contradict each other: a later result in doubt must not leave an older
#: one standing as the latest.
DISPUTABLE: Final = (views.Observation, views.DiagnosticReport)
#: Those of which copies that contradict each other are read where treatment is followed: each may be an adverse event.
DISPUTED_EVENTS: Final = (views.AdverseEvent, views.Condition)
#: Those of which the infusion is read, so that nobody who may have been treated is left out; and nothing else.
DISPUTED_INFUSIONS: Final = (views.MedicationAdministration, views.Procedure)
#: Tag of test health data (HL7 v3-ActReason).
TEST_DATA: Final = "HTEST"


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
    unread: set[str] = set()
    people: list[Person] = []
    disputed: list[views.Resource] = []

    def leave(self, reference: str, reason: SetAsideReason) -> None:
        """Set a resource aside, and remember its type where it might have said anything."""
        self.set_aside.append(SetAside(reference, reason))
        if reason not in UNDERSTOOD:
            self.lose(reference)

    def doubt(self, results: Iterable[Fact]) -> None:
        """Keep results that nobody understood, unless they lie after the instant of screening."""
        self.facts += [one for one in results if one.when is None or one.when.earliest <= self.clock.at]

    def miss(self, reference: str) -> None:
        """Remember that what ``reference`` names may have said anything."""
        self.not_understood.add(_type_in(reference))

    def lose(self, reference: str) -> None:
        """Remember besides that nothing of it is in the record."""
        self.miss(reference)
        self.unread.add(_type_in(reference))


def _type_in(reference: str) -> str:
    return kind if (kind := reference.partition("/")[0]) in RESOURCE_TYPES else ANY_TYPE


def chart(
    lines: Iterable[bytes], left: Iterable[SetAside], context: Context, clock: Clock, *, strictly: bool = False
) -> Record | None:
    """Return the record that ``lines``, one resource each, add up to; ``None`` when no Patient is among them.

    ``left`` is what was set aside of this patient before. ``strictly`` also sets aside lines that parsers may read
    differently, which costs more than all the rest and is asked for only before anyone is called eligible.
    """
    making = Chart(context, clock, not_understood=set(context.lost), unread=set(context.lost))
    for one in left:
        making.leave(one.reference, one.reason)
    for view in _current(_decoded(lines, making, strictly), making):
        _read(view, making)
    for view in sorted(making.disputed, key=msgspec.json.encode):
        _read(view, making, "conflict")
    person = _one_person(making)
    return _record(person, making) if person else None


def _decoded(lines: Iterable[bytes], making: Chart, strictly: bool) -> list[views.Resource]:
    found = []
    for line in lines:
        one = decoded(line, strictly=strictly)
        if isinstance(one, str):
            making.leave(named_in(line)[0], one)
            making.doubt(unread.in_line(line, making.context))
        else:
            found.append(one)
    return found


def reference_of(view: views.Resource) -> str:
    """Return the relative reference of ``view``."""
    return f"{type(view).__name__}/{view.id}"


def _current(found: Sequence[views.Resource], making: Chart) -> list[views.Resource]:
    """Return the newest known version of each resource; copies that cannot be put in order spoil each other."""
    known = found if making.clock.known_at is None else _known(found, making.clock.known_at, making)
    copies: dict[str, list[views.Resource]] = defaultdict(list)
    for view in known:
        copies[reference_of(view)].append(view)
    if len(copies) == len(known):
        return list(known)
    current: list[views.Resource] = []
    for same in copies.values():  # those without an id are no copies of each other
        current += _newest(same, making) if same[0].id else sorted(same, key=msgspec.json.encode)
    return current


def _known(found: Sequence[views.Resource], limit: datetime, making: Chart) -> list[views.Resource]:
    """Return what was known by ``limit``.

    What was written later replaces something that we cannot see, unless it is a first version, or that is here too.
    """
    ages = [_is_known(view, limit, making.context) for view in found]
    known = [view for view, is_known in zip(found, ages, strict=True) if is_known]
    seen = set(map(reference_of, known))
    for view, is_known in zip(found, ages, strict=True):
        reference = reference_of(view)
        if is_known is None:
            making.leave(reference, "bad-date")
        elif not is_known:
            making.leave(reference, "not-yet-known")
            if reference not in seen and not (view.meta and view.meta.version_id == "1"):
                making.lose(reference)
    return known


def _is_known(view: views.Resource, limit: datetime, context: Context) -> bool | None:
    """Whether ``view`` was written by ``limit``, as far as it says so; ``None`` where what it says is no date."""
    if not view.meta or not view.meta.last_updated:
        return True
    try:
        return when(view.meta.last_updated, context.zone).latest <= limit
    except ValueError:
        return None


def _newest(same: list[views.Resource], making: Chart) -> list[views.Resource]:
    reference = reference_of(same[0])
    unlike = [view for index, view in enumerate(same) if view not in same[:index]]
    making.set_aside += [SetAside(reference, "duplicate")] * (len(same) - len(unlike))
    if len(unlike) == 1:
        return unlike
    best = newest(unlike, making.context.zone)
    if best is None:
        making.set_aside.append(SetAside(reference, "conflicting-copies"))
        making.disputed += [view for view in unlike if isinstance(view, _disputable(making.context))]
        is_read = isinstance(same[0], DISPUTABLE) or (making.context.follows and isinstance(same[0], DISPUTED_EVENTS))
        (making.miss if is_read else making.lose)(reference)
        return []
    making.leave(reference, "superseded")
    return [best]


def _disputable(context: Context) -> tuple[type[views.Resource], ...]:
    return (*DISPUTABLE, *DISPUTED_EVENTS, *DISPUTED_INFUSIONS) if context.follows else DISPUTABLE


def _read(view: views.Resource, making: Chart, problem: Reason | None = None) -> None:
    found = _found_in(view, making.context)
    if isinstance(found, str):
        making.leave(reference_of(view), found)
        if found not in UNDERSTOOD and found != "test-patient":
            making.doubt(unread.in_view(view, making.context))
    elif isinstance(found, Person):
        making.people.append(found)
    else:
        for fact in _disputed(found, view, problem) if problem else found:
            _keep(fact, making)


def _disputed(found: Iterable[Fact], view: views.Resource, problem: Reason) -> list[Fact]:
    """Return what is kept of a copy in dispute: of one that may tell of an infusion, the infusion alone."""
    kept = [one for one in found if isinstance(one, Infusion) or not isinstance(view, DISPUTED_INFUSIONS)]
    return [msgspec.structs.replace(one, problem=problem) for one in kept]


def _found_in(view: views.Resource, context: Context) -> Read | Person:
    """Return what the reader of its type finds in ``view``, or why it is of no use."""
    if view.meta and any(tag.code == TEST_DATA for tag in view.meta.tag):
        return "test-patient"
    reader = READERS.get(type(view))
    if reader is None or (isinstance(view, FOLLOWED) and not context.follows):
        return "not-relevant"
    try:
        return reader(view, context)
    except msgspec.DecodeError:
        return "malformed"
    except ValueError:
        return "bad-date"


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
            making.miss(reference)


def _one_person(making: Chart) -> Person | None:
    """Return the patient; of records merged by Patient.link, the one that is not replaced.

    Where no Patient resource can be used, or several can, somebody is there of whom nothing is known for certain.
    """
    current = [person for person in making.people if not person.replaced]
    for person in making.people:
        if person.replaced:
            making.leave(person.reference, "superseded")
    if len(current) == 1:
        return _living(current[0], making.clock)
    for person in current:
        making.leave(person.reference, "conflicting-copies")
    named = [one.reference for one in making.set_aside if one.reference.startswith("Patient/")]
    return Person(reference=min(named), source=Source(min(named))) if named else None


def _living(person: Person, clock: Clock) -> Person:
    """Return ``person`` as of the instant of screening: a later death has not happened yet."""
    later = person.died is not None and person.died.earliest > clock.at
    return msgspec.structs.replace(person, died=None) if later else person


F = TypeVar("F", bound=Fact)


def _record(person: Person, making: Chart) -> Record:
    making.facts.sort(key=_order, reverse=True)
    results, facts = _by_concept(making), _by_kind(making.facts)
    standing = _standing(facts)
    return Record(
        person=person,
        results=results,
        diagnoses=_kind(Diagnosis, facts),
        exposures=_kind(Exposure, facts),
        procedures=_kind(ProcedureDone, facts),
        allergies=_kind(Allergy, facts),
        consents=_kind(ConsentGiven, facts),
        attestations=standing,
        participations=_kind(Participation, facts),
        infusions=_kind(Infusion, facts),
        enrolments=_kind(Enrolment, facts),
        stays=_kind(Stay, facts),
        reports=_kind(EventReport, facts),
        assessments=_kind(Assessment, facts),
        set_aside=tuple(sorted(set(making.set_aside), key=lambda one: (one.reference, one.reason))),
        not_understood=frozenset(making.not_understood),
        unread=frozenset(making.unread),
        unanswered=frozenset(one.item for one in _kind(Unanswered, facts)) - {one.item for one in standing},
    )


Kinds = Mapping[type[Fact], list[Any]]


def _by_kind(facts: list[Fact]) -> Kinds:
    found: dict[type[Fact], list[Any]] = defaultdict(list)
    for fact in facts:
        found[type(fact)].append(fact)
    return found


def _kind(kind: type[F], facts: Kinds) -> tuple[F, ...]:
    return tuple(facts.get(kind, ()))


def _standing(facts: Kinds) -> tuple[Attestation, ...]:
    """Return the attestations that nobody took back by a later answer that is neither yes nor no."""
    taken_back = {one.item: one.when.latest for one in reversed(_kind(Unanswered, facts))}
    said = _kind(Attestation, facts)
    return tuple(one for one in said if one.item not in taken_back or _since(one, taken_back[one.item]))


def _since(said: Attestation, instant: datetime) -> bool:
    return said.when is not None and said.when.earliest > instant


def _order(fact: Fact) -> tuple[float, float, str]:
    issued = stamp(fact.source.issued) if fact.source.issued else 0.0
    return stamp(fact.when.latest) if fact.when else 0.0, issued, fact.source.reference


def _by_concept(making: Chart) -> dict[str, tuple[Result, ...]]:
    """Return the results under each of their concepts, in the order of the facts; the same result under two ids
    counts once."""
    found: dict[str, dict[Any, Result]] = defaultdict(dict)
    for fact in making.facts:
        if isinstance(fact, Measurement | CodedResult):
            for concept in fact.concepts:
                same = found[concept].setdefault(_content(fact), fact)
                if same is not fact:
                    making.leave(fact.source.reference, "duplicate")
    return {concept: tuple(results.values()) for concept, results in found.items()}


def _content(fact: Measurement | CodedResult) -> Any:
    """Return what makes two results the same one: when, what, and what it counts as."""
    when_, common = fact.when and (fact.when.earliest, fact.when.latest), (fact.raw, fact.problem, fact.answer)
    if isinstance(fact, Measurement):
        return when_, common, fact.value, fact.unit, fact.flag, fact.low_normal, fact.high_normal
    return when_, common, fact.codes, fact.text
