"""The answer to every clause, as answers to the trial's own questionnaire, by the adapter's Device."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from mappings.clauses import CLAUSE
from mappings.eligibility import effect_of
from mappings.emitting.datatypes import Release, Resource, coding, device_reference, digits, instant, profile, quantity
from mappings.emitting.identifiers import id_of, identifier_of
from mappings.emitting.narrative import clean, narrative
from mappings.emitting.words import DECISIONS, EFFECTS, STATES, in_cohort
from mappings.findings import Amount, Evidence, Finding, Screening
from mappings.limits import PROTOCOL
from mappings.site import EVER, Occasion
from mappings.wording import sentence


def checklist(screening: Screening, release: Release, on: Occasion) -> Resource:
    """Return what the screening came to, and the answer to each clause with everything it rests on."""
    base, decision = on.site.canonical_base, DECISIONS[screening.decision]
    identifier = identifier_of(base, "checklist", screening)
    title = f"Eligibility checklist: {decision.en} {decision.zh}"
    return {
        "resourceType": "QuestionnaireResponse",
        "id": id_of("checklist", screening),
        "meta": profile(base, "eligibility-answers"),
        "text": narrative(title, map(_line, screening.findings)),
        "identifier": identifier if release == "R4" else [identifier],
        "questionnaire": f"{base}/Questionnaire/eligibility-checklist|{PROTOCOL}",
        "status": "completed",
        "subject": {"reference": screening.patient},
        "authored": instant(screening, on),
        "author": device_reference(),
        "item": [
            {"linkId": "screening", "item": list(_summary(screening, on))},
            *(_answer(finding, base) for finding in screening.findings),
        ],
    }


def _line(finding: Finding) -> str:
    text = sentence(finding)
    return f"{finding.clause} {effect_of(finding)}: {text.en} {text.zh}"


def _item(name: str, *answers: Resource) -> Resource:
    return {"linkId": name, "answer": list(answers)}


def _summary(screening: Screening, on: Occasion) -> Iterator[Resource]:
    """Yield as of when, under which settings and with which result the patient was screened."""
    base, decision = on.site.canonical_base, screening.decision
    yield _item("screening.at", {"valueDateTime": instant(screening, on)})
    if screening.known_at:
        known_at = screening.known_at.astimezone(on.zone).isoformat(timespec="seconds")
        yield _item("screening.known-at", {"valueDateTime": known_at})
    said = coding(f"{base}/CodeSystem/decision", decision, DECISIONS[decision].en)
    yield _item("screening.decision", {"valueCoding": said})
    for cohort, decided in screening.cohorts.items():
        said = coding(f"{base}/CodeSystem/cohort", f"{cohort}-{decided}", in_cohort(cohort, decided).en)
        yield _item(f"screening.cohort.{cohort}", {"valueCoding": said})
    for name, day in (("from", screening.eligible_from), ("until", screening.eligible_until)):
        if day:
            yield _item(f"screening.eligible-{name}", {"valueDate": day.isoformat()})
    yield _item("screening.setting", *({"valueString": one} for one in _settings(on)))


def _settings(on: Occasion) -> Iterator[str]:
    """Yield the settings that answers depend on, as the site's file would say them."""
    chosen: Mapping[str, Any] = msgspec.structs.asdict(on.site.interpretations)
    yield from (f"interpretations.{name} = {value}" for name, value in chosen.items())
    yield from (f"limits.{name} = {value}" for name, value in sorted(on.site.limits.items()))
    yield from (f"coverage.{kind} = {since}" for kind, since in declared(on).items())


def declared(on: Occasion) -> dict[str, str]:
    """Return which types the source is declared to hold completely ("*": every one), and since when, "all" for ever."""
    types = {"*": EVER} if on.full_coverage else on.site.coverage
    return {kind: "all" if since == EVER else since.isoformat() for kind, since in sorted(types.items())}


def _answer(finding: Finding, base: str) -> Resource:
    return _answered(finding, base) if finding.evidence else _without_evidence(finding, base)


@lru_cache(maxsize=4096)
def _without_evidence(finding: Finding, base: str) -> Resource:
    """Return an answer that rests on nothing: most answers about most patients are one of a few."""
    return _answered(finding, base)


def _answered(finding: Finding, base: str) -> Resource:
    state = coding(f"{base}/CodeSystem/finding-state", finding.state, STATES[finding.state].en)
    answer = {"valueCoding": state, "item": list(_details(finding, base))}
    return {"linkId": finding.clause, "text": CLAUSE[finding.clause].asks.en, "answer": [answer]}


def _details(finding: Finding, base: str) -> Iterator[Resource]:
    """Yield the parts of an answer that are there: reason, effect, sentences, numbers, evidence."""
    clause, text, effect = finding.clause, sentence(finding), effect_of(finding)
    yield _item(f"{clause}.reason", {"valueCoding": coding(f"{base}/CodeSystem/finding-reason", finding.reason)})
    said = coding(f"{base}/CodeSystem/finding-effect", effect, EFFECTS[effect].en)
    yield _item(f"{clause}.effect", {"valueCoding": said})
    yield _item(f"{clause}.text-en", {"valueString": clean(text.en)})
    yield _item(f"{clause}.text-zh", {"valueString": clean(text.zh)})
    for name, amount in (("value", finding.value), ("limit", finding.limit), ("margin", finding.margin)):
        if amount is not None:
            yield _item(f"{clause}.{name}", {"valueQuantity": quantity(amount)})
    if finding.evidence:
        yield _item(f"{clause}.evidence", *(_cited(one, clause) for one in finding.evidence))


def _cited(one: Evidence, clause: str) -> Resource:
    """Return the version that was used with what it said; who somebody is need not be copied from their Patient."""
    name, parts = f"{clause}.evidence", []
    raw = clean(one.raw).strip()
    if raw and not one.reference.startswith("Patient/"):
        parts.append(_item(f"{name}.raw", {"valueString": raw}))
    if one.time:
        parts.append(_item(f"{name}.time", {"valueString": one.time}))
    if one.value is not None and one.unit is not None:
        parts.append(_item(f"{name}.converted", {"valueQuantity": quantity(Amount(one.value, one.unit))}))
    if one.factor is not None:
        parts.append(_item(f"{name}.factor", {"valueDecimal": digits(one.factor)}))
    return {"valueReference": cited(one)} | ({"item": parts} if parts else {})


def cited(one: Evidence) -> Resource:
    """Return the reference to the very version that was used; what has no id can only be told in words."""
    kind, _, key = one.reference.partition("/")
    if not key:
        return {"display": f"{kind} without an id"}
    return {"reference": f"{one.reference}/_history/{one.version}" if one.version else one.reference}
