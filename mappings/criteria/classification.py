"""I02: classification as systemic lupus erythematosus by EULAR/ACR 2019: the gate, the score, the answer."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.sle_items import ITEMS, Item
from mappings.criteria.verdicts import amount_of, judgement, met, not_met, unknown
from mappings.facts import Attestation, Fact, Measurement, Result
from mappings.findings import Amount, Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02"
ANA: Final = ("lab.ana_titer", "lab.ana_presence_if", "lab.ana_presence", "lab.ana_quant")
Status = Literal["present-computed", "present-attested", "candidate", "absent-tested", "not-tested", "refuted"]
COUNTED: Final = frozenset({"present-computed", "present-attested"})
COMPUTED: Final[dict[str, Status]] = {
    "present": "present-computed",
    "candidate": "candidate",
    "absent": "absent-tested",
    "not-tested": "not-tested",
}


class Scored(msgspec.Struct, frozen=True):
    """One item, what is held of it, and the facts behind that."""

    item: Item
    status: Status
    facts: tuple[Fact, ...]


class Score(msgspec.Struct, frozen=True):
    """The gate and every item; ``sure`` counts what is present, ``possible`` candidates too."""

    gate: Status
    gate_facts: tuple[Fact, ...]
    items: tuple[Scored, ...]

    @property
    def sure(self) -> int:
        """The score of what is present."""
        return _total(one for one in self.items if one.status in COUNTED)

    @property
    def possible(self) -> int:
        """The score if every candidate were confirmed."""
        return _total(one for one in self.items if one.status in COUNTED or one.status == "candidate")

    def has_clinical(self, statuses: Iterable[str]) -> bool:
        """Whether an item of a clinical domain has one of ``statuses``."""
        wanted = set(statuses)
        return any(one.item.is_clinical and one.status in wanted for one in self.items)

    def facts(self, statuses: Iterable[str]) -> list[Fact]:
        """Return the facts behind the gate and the items of ``statuses``, each once."""
        wanted = set(statuses)
        found = [*self.gate_facts, *(fact for one in self.items if one.status in wanted for fact in one.facts)]
        return list({fact.source.reference: fact for fact in found}.values())


def _total(found: Iterable[Scored]) -> int:
    """Return the score: in each domain only the heaviest item counts."""
    heaviest: dict[str, int] = {}
    for one in found:
        heaviest[one.item.domain] = max(heaviest.get(one.item.domain, 0), one.item.weight)
    return sum(heaviest.values())


def classification(record: Record, on: Occasion) -> Finding:
    """Systemic lupus erythematosus is classified by EULAR/ACR 2019: ANA at 1:80 or more, a score of at least 10 and at
    least one clinical item.

    A diagnosis code alone never suffices. What only candidates would reach is for a person; what tests not yet done
    could reach is unknown. The clause is not met only where ANA was tested, every result is there, and none was
    positive.
    """
    found = score(record, on)
    limit = amount_of(on.limits.sle_score)
    value = Amount(Decimal(found.sure), limit.unit)
    margin = Amount(found.sure - limit.value, limit.unit)
    if found.gate == "not-tested":
        return unknown(CLAUSE, "missing", found.facts(COUNTED), concept=ANA[0], limit=limit)
    if found.gate in ("absent-tested", "refuted"):
        return _gate_shut(found, record, on)
    enough = found.sure >= limit.value and found.has_clinical(COUNTED)
    if enough and found.gate in COUNTED:
        return met(CLAUSE, "in-range", found.facts(COUNTED), value=value, limit=limit, margin=margin)
    hoped = {*COUNTED, "candidate"}
    if found.possible >= limit.value and found.has_clinical(hoped):
        return judgement(CLAUSE, "needs-person", found.facts(hoped), value=value, limit=limit)
    return unknown(CLAUSE, "missing", found.facts(hoped), concept=_most_useful(found), limit=limit)


def _gate_shut(found: Score, record: Record, on: Occasion) -> Finding:
    doubt = None if found.gate == "refuted" else record.no_absence(on, ("Observation",))
    if doubt:
        return unknown(CLAUSE, doubt, found.gate_facts, concept=ANA[0])
    return not_met(CLAUSE, "negative", found.gate_facts)


def _most_useful(found: Score) -> str:
    """Return the test not yet done that could add most: what a laboratory can answer, else a person's look."""
    tests = {
        "anti_dsdna_or_anti_sm": "lab.anti_dsdna_quant",
        "low_c3_and_c4": "lab.c3",
        "proteinuria": "lab.upcr_mass_ratio",
    }
    undone = (one.item.id for one in found.items if one.status == "not-tested")
    return next((tests[name] for name in undone if name in tests), "attestation")


def score(record: Record, on: Occasion) -> Score:
    """Return the gate and the status of every item of ``record``."""
    attested = {one.item: one for one in reversed(record.attestations) if one.item.startswith(f"{CLAUSE}.")}
    gate, facts = _gate(record, on, attested.get(f"{CLAUSE}.ana"))
    items = tuple(_scored(item, record, on, attested.get(f"{CLAUSE}.{item.id}")) for item in ITEMS)
    return Score(gate, facts, items)


def _scored(item: Item, record: Record, on: Occasion, attested: Attestation | None) -> Scored:
    sighting = item.look(record, on)
    if attested:
        return Scored(item, "present-attested" if attested.holds else "refuted", (attested, *sighting.facts))
    return Scored(item, COMPUTED[sighting.seen], sighting.facts)


def _gate(record: Record, on: Occasion, attested: Attestation | None) -> tuple[Status, tuple[Fact, ...]]:
    """Return the status of ANA at 1:80 or more, ever. A positive test without a titre is a candidate."""
    if attested:
        return "present-attested" if attested.holds else "refuted", (attested,)
    results = [one for one in record.series(ANA) if one.problem is None]
    at_titre = [one for one in results if _titre(one, on)]
    if at_titre:
        return "present-computed", (at_titre[0],)
    unclear = [one for one in results if _titre(one, on) is None]
    if unclear:
        return "candidate", (unclear[0],)
    return ("absent-tested", tuple(results[:1])) if results else ("not-tested", ())


def _titre(one: Result, on: Occasion) -> bool | None:
    """Whether a result shows ANA at the titre asked for; ``None`` where it is positive without one."""
    if isinstance(one, Measurement) and one.value is not None and one.unit == "{titer}":
        return one.value.at_least(on.limits.ana_titre.value)
    return False if one.answer == "negative" else None
