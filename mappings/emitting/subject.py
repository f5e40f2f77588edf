"""The patient as a subject of the trial: the decision as its status, and why."""

from collections.abc import Iterator, Sequence
from typing import Final

from mappings.clauses import CLAUSE, STUDY
from mappings.eligibility import COHORTS, effect_of
from mappings.emitting.datatypes import THO, Release, Resource, coding, instant, profile, study_reference
from mappings.emitting.identifiers import id_of, identifier_of
from mappings.emitting.milestones import Milestone, with_milestones
from mappings.emitting.narrative import narrative
from mappings.emitting.subject_status import STATUS, STATUS_SET
from mappings.emitting.words import DECISIONS, in_cohort
from mappings.findings import Cohort, Screening
from mappings.site import Occasion

STATUS_REASON: Final = "http://hl7.org/fhir/StructureDefinition/workflow-statusReason"


def research_subject(
    screening: Screening, release: Release, on: Occasion, reached: Sequence[Milestone] = ()
) -> Resource:
    """Return the patient as a subject of the trial, with the decision as state and the barring clauses as reason.

    ``reached`` are the milestones of one who was treated; they change nothing of the state.
    """
    base, decision = on.site.canonical_base, DECISIONS[screening.decision]
    made: Resource = {
        "resourceType": "ResearchSubject",
        "id": id_of("research-subject", screening),
        "meta": profile(base, "research-subject"),
        "text": narrative(f"{STUDY}: {decision.en} {decision.zh}", _lines(screening)),
        "extension": list(_extensions(screening, release, base)),
        "identifier": [identifier_of(base, "research-subject", screening)],
    }
    made |= _state_r4(screening) if release == "R4" else _state_r5(screening, on)
    return with_milestones(made | _consent(screening, release), reached, base)


def _state_r4(screening: Screening) -> Resource:
    """Return the state as R4 has it: the subject's state is the status of the record."""
    return {
        "status": STATUS[screening.decision],
        "study": study_reference(),
        "individual": {"reference": screening.patient},
    }


def _state_r5(screening: Screening, on: Occasion) -> Resource:
    """Return the state as R5 has it: ``status`` is that of the record, the subject's state stands in ``progress``."""
    state = coding(f"{THO}/research-subject-state", STATUS[screening.decision])
    progress: Resource = {"subjectState": {"coding": [state]}, "startDate": instant(screening, on)}
    reason = _reason(screening)
    return {
        "status": "active",
        "progress": [progress | ({"reason": reason} if reason else {})],
        "study": study_reference(),
        "subject": {"reference": screening.patient},
    }


def _reason(screening: Screening) -> Resource | None:
    """Return why a subject was screened out; THO has the code since 2.0.0, the clauses are named in words."""
    if screening.decision != "ineligible":
        return None
    failure = coding(f"{THO}/state-change-reason", "screening-failure") | {"version": "2.0.0"}
    barred = [clause for cohort in COHORTS for clause in _barring(screening, cohort)]
    return {"coding": [failure], "text": f"Barred by {', '.join(dict.fromkeys(barred))}"}


def _barring(screening: Screening, cohort: Cohort) -> list[str]:
    """Return the clauses that bar from a cohort, the common ones among them."""
    barred = [finding.clause for finding in screening.findings if effect_of(finding) == "bars"]
    return [clause for clause in barred if CLAUSE[clause].cohort in (None, cohort)]


def _consent(screening: Screening, release: Release) -> Resource:
    """Return the Consent that clause I05 is met by; an R4 subject names one."""
    signed = [
        {"reference": one.reference}
        for finding in screening.findings
        if finding.clause == "I05" and finding.state == "met"
        for one in finding.evidence
        if one.reference.startswith("Consent/")
    ]
    if not signed:
        return {}
    return {"consent": signed[0] if release == "R4" else signed}


def _extensions(screening: Screening, release: Release, base: str) -> Iterator[Resource]:
    """Yield what FHIR has no element for: the decision overall and by cohort, its days, and who set the status."""
    named = f"{base}/StructureDefinition"
    decision = coding(f"{base}/CodeSystem/decision", screening.decision, DECISIONS[screening.decision].en)
    yield {"url": f"{named}/screening-decision", "valueCoding": decision}
    for cohort, decided in screening.cohorts.items():
        code = coding(f"{base}/CodeSystem/cohort", f"{cohort}-{decided}", in_cohort(cohort, decided).en)
        yield {"url": f"{named}/screened-cohort", "valueCodeableConcept": {"coding": [code]}}
    days = (("start", screening.eligible_from), ("end", screening.eligible_until))
    if period := {name: day.isoformat() for name, day in days if day}:
        yield {"url": f"{named}/eligible-period", "valuePeriod": period}
    yield {"url": f"{named}/{STATUS_SET}", "valueCode": STATUS[screening.decision]}
    reason = _reason(screening) if release == "R4" else None
    if reason:  # R5 has an element for it
        yield {"url": STATUS_REASON, "valueCodeableConcept": reason}


def _lines(screening: Screening) -> Iterator[str]:
    for cohort, decided in screening.cohorts.items():
        said, barred = in_cohort(cohort, decided), _barring(screening, cohort)
        why = (f" (barred by {', '.join(barred)})", f"（不符合：{'、'.join(barred)}）") if barred else ("", "")
        yield f"{said.en}{why[0]} {said.zh}{why[1]}"
    if screening.eligible_from:
        until = screening.eligible_until
        yield f"Eligible from {screening.eligible_from}" + (f" until {until}" if until else "")
