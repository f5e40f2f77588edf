"""I02: classification as systemic lupus erythematosus by EULAR/ACR 2019: the gate, the score, the answer."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

import msgspec

from mappings.criteria.measured import expiry
from mappings.criteria.sightings import Seen, Sighting
from mappings.criteria.sle_items import ANA, ITEMS, Item, antinuclear
from mappings.criteria.verdicts import amount_of, judgement, met, not_met, unknown
from mappings.facts import Attestation, Fact
from mappings.findings import Amount, Finding, Reason
from mappings.limits import NEVER
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "I02"
#: The gate, which a person attests like an item (``I02.ana``) and which adds nothing to the score.
GATE: Final = Item("ana", "gate", 0, False, antinuclear)
Status = Literal["present-computed", "present-attested", "candidate", "absent-tested", "not-tested", "refuted"]
COUNTED: Final = frozenset({"present-computed", "present-attested"})
COMPUTED: Final[dict[Seen, Status]] = {
    "present": "present-computed",
    "candidate": "candidate",
    "absent": "absent-tested",
    "not-tested": "not-tested",
}


class Scored(msgspec.Struct, frozen=True):
    """One item, what is held of it, what the record alone says of it, and the facts behind both."""

    item: Item
    status: Status
    seen: Seen
    facts: tuple[Fact, ...]


class Score(msgspec.Struct, frozen=True):
    """The gate and every item; ``sure`` counts what is present, ``possible`` candidates too."""

    gate: Scored
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
        items = [self.gate, *(one for one in self.items if one.status in wanted)]
        return list({(fact.source.reference, fact.raw): fact for one in items for fact in one.facts}.values())


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
    positive, or where a person says so.
    """
    days = on.limits.classification_window.days
    return _classified(record, on) if days >= int(NEVER) else _classified_within(days, record, on)


def _classified_within(days: int, record: Record, on: Occasion) -> Finding:
    """Answer by the results of so many days, where a site lets a classification become too old."""
    recent = record.since(on.days_back(days))
    finding = _classified(recent, on)
    named = {one.reference for one in finding.evidence}
    expiring = {id(one): one for found in recent.results.values() for one in found if one.source.reference in named}
    turns = {day for one in expiring.values() for day in expiry(one, on, days)}
    return msgspec.structs.replace(finding, turns=tuple(sorted(turns)))


def _classified(record: Record, on: Occasion) -> Finding:
    gate = _scored(GATE, record, on)
    if gate.status in ("absent-tested", "not-tested", "refuted"):
        return _gate_shut(gate, record, on)
    found, limit = score(record, on), amount_of(on.limits.sle_score)
    value = Amount(Decimal(found.sure), limit.unit)
    enough = found.sure >= limit.value and found.has_clinical(COUNTED)
    if enough and gate.status in COUNTED:
        margin = Amount(found.sure - limit.value, limit.unit)
        return met(CLAUSE, "in-range", found.facts(COUNTED), value=value, limit=limit, margin=margin)
    hoped = {*COUNTED, "candidate"}
    if found.possible >= limit.value and found.has_clinical(hoped):
        return judgement(CLAUSE, "needs-person", found.facts(hoped), value=value, limit=limit)
    return unknown(CLAUSE, "missing", found.facts(hoped), concept=_most_useful(found), value=value, limit=limit)


def _gate_shut(gate: Scored, record: Record, on: Occasion) -> Finding:
    """Return the finding where ANA is not known to have been positive; a person may not deny a titre on record."""
    if gate.status == "refuted" and gate.seen == "present":
        return unknown(CLAUSE, "conflict", gate.facts, concept="attestation")
    if gate.status == "not-tested":
        problem: Reason | None = next((fact.problem for fact in gate.facts), None)
        return unknown(CLAUSE, problem or "missing", gate.facts, concept=ANA[0])
    doubt = None if gate.status == "refuted" else record.no_absence(on, ("Observation",))
    if doubt:
        return unknown(CLAUSE, doubt, gate.facts, concept=ANA[0])
    return not_met(CLAUSE, "negative", gate.facts, about="ana")


def _most_useful(found: Score) -> str:
    """Return the test not yet done that could add most: what a laboratory can answer, else a person's look."""
    tests = {
        "anti_dsdna_or_anti_sm": "lab.anti_dsdna_quant",
        "low_c3_and_c4": "lab.c3",
        "proteinuria": "lab.upcr_mass_ratio",
    }
    undone = {one.item.id for one in found.items if one.status == "not-tested"}
    return next((test for name, test in tests.items() if name in undone), "attestation")


def score(record: Record, on: Occasion) -> Score:
    """Return the gate and the status of every item of ``record``."""
    gate, *items = (_scored(item, record, on) for item in (GATE, *ITEMS))
    return Score(gate, tuple(items))


def _scored(item: Item, record: Record, on: Occasion) -> Scored:
    sighting, said = item.look(record, on), _said(f"{CLAUSE}.{item.id}", record)
    return Scored(item, _status(sighting, said), sighting.seen, (*said, *sighting.facts))


def _status(sighting: Sighting, said: list[Attestation]) -> Status:
    """Return what is held of an item: what a person says of it, else what the record does.

    Where people disagree, it is a candidate again.
    """
    answers = {one.holds for one in said}
    if not answers:
        return COMPUTED[sighting.seen]
    return "candidate" if len(answers) > 1 else "present-attested" if answers == {True} else "refuted"


def _said(item: str, record: Record) -> list[Attestation]:
    """Return the latest attestation of ``item``; several where nobody can say which of them is the later."""
    found = [(one.when, one) for one in record.attestations if one.item == item and one.when]
    start = max((when.earliest for when, _ in found), default=None)
    return [one for when, one in found if start is not None and when.latest >= start]
