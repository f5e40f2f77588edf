"""The trial's own code systems, each with the value set of all its codes, and the value sets of the concepts."""

from collections.abc import Iterable, Iterator
from typing import Final, get_args

import msgspec

import profiles
from mappings.clauses import CLAUSES, STUDY, Bilingual
from mappings.emitting import table_words
from mappings.emitting.datatypes import Resource
from mappings.emitting.result_words import DLT_STATES, MILESTONES, RESPONSES, RESULTS
from mappings.emitting.words import COHORTS, CONSCIOUSNESS, DECISIONS, EFFECTS, OXYGEN_DEVICES, STATES, in_cohort
from mappings.findings import Reason
from mappings.limits import PROTOCOL
from mappings.site import CANONICAL_BASE
from mappings.wording import SENTENCES, label

PUBLISHER: Final = "YTS109 FHIR adapter"
#: What no standard code system has a code for: observations, and drugs.
OBSERVED: Final = {
    "isn-rps-class": "obs.isn_rps_class",
    "glomerulosclerosis": "obs.glomerulosclerosis_pct",
    "glomeruli": "obs.glomeruli",
    "yts109": "rx.cart.yts109",
    "crs-grade": "obs.crs_grade",
    "icans-grade": "obs.icans_grade",
    "ice-score": "obs.ice_score",
    "bleeding-grade": "obs.bleeding_grade",
    "oxygen-device": "obs.oxygen_device",
    "consciousness": "obs.consciousness",
    "transgene-copies": "pk.transgene_copies",
    "star-cells": "pk.star_cells",
    "star-cells-pct": "pk.star_cells_pct",
    "hetrombopag": "rx.itp.hetrombopag",
    "rhtpo": "rx.itp.rhtpo",
}


def metadata(kind: str, name: str, title: str, base: str) -> Resource:
    """Return what every canonical resource starts with."""
    return {
        "resourceType": kind,
        "id": name,
        "url": f"{base}/{kind}/{name}",
        "version": PROTOCOL,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "title": title,
        "status": "active",
        "experimental": False,
        "date": PROTOCOL,
        "publisher": PUBLISHER,
    }


def code_systems(base: str) -> list[Resource]:
    """Return the trial's own code systems: clauses, findings, decisions, biopsy classes."""
    words: list[tuple[str, str, Iterable[Resource]]] = [
        ("clause", f"Clauses of {STUDY}", (_concept(c.id, c.subject, c.says) for c in CLAUSES)),
        ("finding-state", "Whether a clause's sentence holds", _concepts(STATES.items())),
        ("finding-effect", "What an answer does to enrolment", _concepts(EFFECTS.items())),
        ("finding-reason", "Why an answer is what it is", map(_reason, get_args(Reason))),
        ("decision", "Decision", _concepts(DECISIONS.items())),
        ("cohort", "Decision by cohort", map(_in_cohort, _pairs())),
        ("isn-rps-class", "ISN/RPS class of lupus nephritis", map(_biopsy_class, _biopsy_classes())),
        ("oxygen-device", "Device by which oxygen is given", _concepts(OXYGEN_DEVICES.items())),
        ("consciousness", "Level of consciousness", _concepts(CONSCIOUSNESS.items())),
        (
            "trial",
            "Observations and drugs of this trial",
            (_concept(code, label(name)) for code, name in OBSERVED.items()),
        ),
        ("result", "Results that are written about a treated participant", _concepts(RESULTS.items())),
        ("response", "Response to treatment", _concepts(RESPONSES.items())),
        ("dlt-state", "State of the window for dose-limiting toxicities", _concepts(DLT_STATES.items())),
        ("table", "Tables over all treated participants", _concepts(table_words.words().items())),
        ("milestone", "Milestones of a treated participant", _concepts(MILESTONES.items())),
    ]
    return [_code_system(name, title, list(concepts), base) for name, title, concepts in words]


def _code_system(name: str, title: str, concepts: list[Resource], base: str) -> Resource:
    made = metadata("CodeSystem", name, title, base)
    made |= {"caseSensitive": True, "valueSet": f"{base}/ValueSet/{name}"}
    return made | {"content": "complete", "count": len(concepts), "concept": concepts}


def _concepts(named: Iterable[tuple[str, Bilingual]]) -> Iterator[Resource]:
    return (_concept(code, text) for code, text in named)


def _concept(code: str, text: Bilingual, definition: str | None = None) -> Resource:
    made: Resource = {"code": code, "display": text.en}
    made |= {"definition": definition} if definition else {}
    return made | ({"designation": [{"language": "zh", "value": text.zh}]} if text.zh != text.en else {})


def _reason(reason: Reason) -> Resource:
    return _concept(reason, Bilingual(reason.replace("-", " "), SENTENCES[reason].zh), SENTENCES[reason].en)


def _pairs() -> Iterator[tuple[str, Bilingual]]:
    for cohort in COHORTS:
        yield from ((f"{cohort}-{decision}", in_cohort(cohort, decision)) for decision in DECISIONS)


def _in_cohort(pair: tuple[str, Bilingual]) -> Resource:
    return _concept(*pair)


def _biopsy_class(code: str) -> Resource:
    return _concept(code, Bilingual(f"Class {code}", f"{code}型"))


def _biopsy_classes() -> Iterator[str]:
    activities = ("", "(A)", "(A/C)", "(C)")
    yield from ("I", "II", "V", "VI")
    for name in ("III", "IV"):
        yield from (f"{name}{activity}{mixed}" for activity in activities for mixed in ("", "+V"))


def value_sets(base: str) -> Iterator[Resource]:
    """Yield the value set of each code system, and that of every concept that the clauses speak of."""
    for system in code_systems(base):
        made = metadata("ValueSet", system["id"], system["title"], base)
        yield made | {"compose": {"include": [{"system": system["url"]}]}}
    yield from published("valuesets", base)


def published(folder: str, base: str) -> Iterator[Resource]:
    """Yield the artefacts in a folder of ``profiles/``, under the site's own canonical base."""
    for path in profiles.names(folder):
        artefact = profiles.load(path)
        if base != CANONICAL_BASE:
            text = msgspec.json.encode(artefact).replace(CANONICAL_BASE.encode(), base.encode())
            artefact = msgspec.json.decode(text)
        yield artefact
