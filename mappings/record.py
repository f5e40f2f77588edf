"""Everything that is known about one patient at one instant: facts by kind, and what could not be used."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

import msgspec

from mappings.facts import (
    Allergy,
    Assessment,
    Attestation,
    ConsentGiven,
    Diagnosis,
    Enrolment,
    EventReport,
    Exposure,
    Infusion,
    Participation,
    Person,
    ProcedureDone,
    Result,
    Stay,
)
from mappings.findings import Reason, SetAside
from mappings.intervals import stamp
from mappings.site import EVER, Occasion

#: Stands for every resource type where something was lost of which nobody knows what it was.
ANY_TYPE: Final = "*"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One patient. Facts that lie after the instant of screening are not in it.

    ``results`` holds, for each concept, the results that speak of it, the latest first. Every other tuple is the
    latest first too, undated facts last. ``not_understood`` names the resource types of which at least one
    resource of this patient was set aside unread, or has no code that says what it is: of these, absence cannot
    be claimed. ``unread`` names those of which at least one is not in the record at all. ``unanswered`` are the items
    on which the last word of a person was neither yes nor no. What is told of the time after treatment (``infusions``
    and what stands below it) is there only where treatment is followed.
    """

    person: Person
    results: Mapping[str, tuple[Result, ...]] = {}
    diagnoses: tuple[Diagnosis, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    procedures: tuple[ProcedureDone, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    consents: tuple[ConsentGiven, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    participations: tuple[Participation, ...] = ()
    infusions: tuple[Infusion, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    stays: tuple[Stay, ...] = ()
    reports: tuple[EventReport, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    not_understood: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    unanswered: frozenset[str] = frozenset()

    def series(self, concepts: Iterable[str]) -> list[Result]:
        """Return every result of ``concepts``, the latest first; one result of several concepts comes once."""
        named = [self.results[concept] for concept in concepts if concept in self.results]
        if len(named) == 1:
            return list(named[0])
        unique = {id(result): result for results in named for result in results}
        return newest_first(unique.values())

    def latest(self, concepts: Iterable[str]) -> list[Result]:
        """Return the results that may be the latest one: one, or several that cannot be told apart in time.

        Of results of one time the one issued last counts, where all of them say when they were issued. One without a
        date may always be the latest.
        """
        results = self.series(concepts)
        if len(results) < 2:
            return results
        start = max((result.when.earliest for result in results if result.when), default=None)
        rivals = [result for result in results if result.when is None or (start and result.when.latest >= start)]
        issued = [result.source.issued for result in rivals if result.source.issued]
        if len(issued) < len(rivals) or len(set(map(_span, rivals))) > 1:
            return rivals
        return [result for result in rivals if result.source.issued == max(issued)]

    def since(self, instant: datetime) -> "Record":
        """Return the record without the results that are older than ``instant`` for sure."""
        kept = {
            concept: tuple(one for one in found if one.when is None or one.when.latest >= instant)
            for concept, found in self.results.items()
        }
        return msgspec.structs.replace(self, results=kept)

    def diagnosed(self, concepts: Iterable[str]) -> list[Diagnosis]:
        """Return the diagnoses of any of ``concepts``."""
        wanted = frozenset(concepts)
        return [diagnosis for diagnosis in self.diagnoses if not wanted.isdisjoint(diagnosis.concepts)]

    def exposed(self, concepts: Iterable[str]) -> list[Exposure]:
        """Return the exposures to any of ``concepts``."""
        wanted = frozenset(concepts)
        return [exposure for exposure in self.exposures if not wanted.isdisjoint(exposure.concepts)]

    def underwent(self, concepts: Iterable[str]) -> list[ProcedureDone]:
        """Return the procedures of any of ``concepts``."""
        wanted = frozenset(concepts)
        return [procedure for procedure in self.procedures if not wanted.isdisjoint(procedure.concepts)]

    def no_absence(self, on: Occasion, types: Iterable[str], since: date = EVER) -> Reason | None:
        """Return why the absence of resources of ``types`` since ``since`` proves nothing, if so."""
        kinds = tuple(types)
        if not all(on.covers(kind, since) for kind in kinds):
            return "not-covered"
        return None if self.not_understood.isdisjoint((*kinds, ANY_TYPE)) else "not-understood"


def newest_first(results: Iterable[Result]) -> list[Result]:
    """Return ``results`` the latest first; ties go to the latest issued, then to the reference."""
    return sorted(results, key=_recency, reverse=True)


def _span(result: Result) -> tuple[datetime, datetime] | None:
    return (result.when.earliest, result.when.latest) if result.when else None


def _recency(result: Result) -> tuple[float, float, str]:
    when = stamp(result.when.latest) if result.when else 0.0
    return when, stamp(result.source.issued) if result.source.issued else 0.0, result.source.reference
