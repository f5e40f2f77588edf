"""From findings to a decision, and to what is missing."""

from itertools import product
from typing import get_args

import msgspec
import pytest

from mappings.clauses import CLAUSE, CLAUSES
from mappings.eligibility import COHORTS, EFFECTS, cohorts_of, decision_of, effect_of, missing_from
from mappings.findings import Decision, Effect, Finding, State
from mappings.screening import findings_of
from mappings.site import Occasion
from tests.spec.tables import AT, records

title = "Decision"
#: A state that has each effect, by kind of clause.
STATES: dict[tuple[str, Effect], State] = {
    ("inclusion", "allows"): "met",
    ("inclusion", "bars"): "not-met",
    ("inclusion", "open"): "unknown",
    ("exclusion", "allows"): "not-met",
    ("exclusion", "bars"): "met",
    ("exclusion", "open"): "judgement",
}


def findings(**effects: Effect) -> list[Finding]:
    """Return a finding for every clause, all of which allow but those named (with "_" for "-")."""
    named = {clause.replace("_", "-"): effect for clause, effect in effects.items()}
    assert named.keys() <= CLAUSE.keys()
    return [
        Finding(clause=c.id, state=STATES[c.kind, named.get(c.id, "allows")], reason="missing", concept="attestation")
        for c in CLAUSES
    ]


def test_every_answer_has_one_effect() -> None:
    """An exclusion that holds bars and an inclusion that holds allows; not knowing never allows."""
    assert set(EFFECTS) == set(product(("inclusion", "exclusion"), get_args(State)))
    assert [effect for (_, state), effect in EFFECTS.items() if state in ("unknown", "judgement")] == ["open"] * 4
    for clause in CLAUSES:
        for state in get_args(State):
            finding = Finding(clause=clause.id, state=state, reason="missing")
            assert effect_of(finding) == EFFECTS[clause.kind, state]


@pytest.mark.parametrize(
    ("effects", "ln", "itp", "overall"),
    [
        ({}, "eligible", "eligible", "eligible"),
        ({"E02": "open"}, "undetermined", "undetermined", "undetermined"),
        ({"E02": "bars"}, "ineligible", "ineligible", "ineligible"),
        ({"E02": "bars", "I03_2": "open"}, "ineligible", "ineligible", "ineligible"),
        ({"I02_LN_2": "bars"}, "ineligible", "eligible", "eligible"),
        ({"I02_LN_2": "bars", "I02_ITP_2": "open"}, "ineligible", "undetermined", "undetermined"),
        ({"I02_LN_2": "bars", "I02_ITP_2": "bars"}, "ineligible", "ineligible", "ineligible"),
        ({"I02_LN_2": "open", "I02_ITP_2": "bars"}, "undetermined", "ineligible", "undetermined"),
        ({"I02_LN_2": "open", "I02_LN_3": "bars"}, "ineligible", "eligible", "eligible"),
        ({"I02_LN_2": "open"}, "undetermined", "eligible", "eligible"),
        ({"I02_ITP_2": "bars", "E09": "open"}, "undetermined", "ineligible", "undetermined"),
    ],
)
def test_the_cohorts_and_the_decision(effects: dict[str, Effect], ln: str, itp: str, overall: str) -> None:
    """One cohort is enough; ineligible is who is possible in none."""
    cohorts = cohorts_of(findings(**effects))
    assert cohorts == {"LN": ln, "ITP": itp}
    assert decision_of(cohorts) == overall


def test_the_decision_follows_from_the_cohorts_in_every_combination() -> None:
    """Eligible in one is eligible; ineligible in both is ineligible; all else is undetermined."""
    for ln, itp in product(get_args(Decision), repeat=2):
        pair = {ln, itp}
        expected = "eligible" if "eligible" in pair else "ineligible" if pair == {"ineligible"} else "undetermined"
        assert decision_of({"LN": ln, "ITP": itp}) == expected


@pytest.mark.parametrize("clause", [clause.id for clause in CLAUSES])
def test_any_single_clause_can_bar_or_leave_open(clause: str) -> None:
    """No clause is without weight: a common one in both cohorts, another in its own."""
    mine = [CLAUSE[clause].cohort] if CLAUSE[clause].cohort else list(COHORTS)
    for effect, decision in (("bars", "ineligible"), ("open", "undetermined")):
        cohorts = cohorts_of(findings(**{clause.replace("-", "_"): effect}))  # type: ignore[arg-type]
        assert {cohort for cohort, decided in cohorts.items() if decided == decision} == set(mine)
        assert {decided for cohort, decided in cohorts.items() if cohort not in mine} <= {"eligible"}


def test_what_is_missing_is_listed_once_with_all_it_would_settle() -> None:
    """What settles most comes first; a person answers clause by clause; what bars or allows lacks nothing."""
    weight, unlike = "vital.weight", "lab.hbv_dna_quant_iu"
    open_ = {"I03-6": weight, "I02-ITP-1": weight, "E08-1": unlike, "E02": "attestation", "E03": None}
    found = [
        msgspec.structs.replace(one, state="unknown", concept=open_[one.clause]) if one.clause in open_ else one
        for one in findings(E09="bars")
    ]
    listed = [(one.concept, one.clause, one.settles) for one in missing_from(found)]
    assert listed == [
        (weight, "I02-ITP-1", ("I02-ITP-1", "I03-6")),
        ("attestation.E02", "E02", ("E02",)),
        ("attestation.E03", "E03", ("E03",)),
        (unlike, "E08-1", ("E08-1",)),
    ]


def test_what_is_missing_is_named_for_people() -> None:
    """A concept by its title, a person's answer by its clause."""
    named = {one.concept: one.needed for one in missing_from(findings(E02="open"))}
    assert named == {"attestation.E02": "an investigator's answer on uncontrolled infection"}


def test_a_person_s_answers_to_all_that_is_missing_leave_nothing_missing() -> None:
    """For every clause that is open, the item listed for it, or a word on it, settles it."""
    record, on = records("patient | unread\n 1 | ")[1], Occasion(AT)
    listed = missing_from(findings_of(record, on))
    open_ = {one.clause for one in findings_of(record, on) if effect_of(one) == "open"}
    assert {clause for item in listed for clause in item.settles} == open_
    rows = "\n".join(f"1 | {clause}={'T' if CLAUSE[clause].kind == 'inclusion' else 'F'} | -1" for clause in open_)
    answered = records(f"patient | attest | day\n{rows}")[1]
    assert missing_from(findings_of(answered, on)) == ()
    assert decision_of(cohorts_of(findings_of(answered, on))) == "eligible"


@pytest.mark.parametrize(
    ("head", "rows", "clause", "item", "added"),
    [
        ("lab.hbsag_qual | lab.hbcab_total", ["negative | "], "E08-1", "lab.hbcab_total", " | negative"),
        ("lab.hbcab_total | lab.hbsag_qual", ["negative | "], "E08-1", "lab.hbsag_qual", " | negative"),
        ("lab.hbsag_qual | lab.hbcab_total | lab.hbv_dna_quant_iu", ["negative | positive | "], "E08-1",
         "lab.hbv_dna_quant_iu", " | | <20"),
        ("lab.hcv_ab | lab.hcv_rna_quant_iu", ["positive | "], "E08-2", "lab.hcv_rna_quant_iu", " | 900"),
        ("lab.hcv_ab", [""], "E08-2", "lab.hcv_ab", "negative"),
        ("lab.hiv_ag_ab_combo", ["indeterminate"], "E08-3", "lab.hiv_ag_ab_combo", "negative"),
        ("lab.syphilis_treponemal_agglutination | lab.syphilis_rpr", [" | positive"], "E08-4",
         "lab.syphilis_treponemal_agglutination", "negative | "),
        ("rx | end", ["rx.immunosuppressant.tacrolimus | -60..-2"], "E12", "rx.immunosuppressant.tacrolimus",
         "rx.immunosuppressant.tacrolimus | -2"),
    ],
)  # fmt: skip
def test_a_listed_result_settles_what_it_is_listed_for(
    head: str, rows: list[str], clause: str, item: str, added: str
) -> None:
    """With the result that is asked for, taken today, the clause is open no more."""
    on = Occasion(AT, full_coverage=True)
    lines = [f"patient | day | {head}", *(f"1 | -9 | {row}" for row in rows)]
    before = findings_of(records("\n".join(lines))[1], on)
    assert item in [one.concept for one in missing_from(before) if clause in one.settles]
    after = findings_of(records("\n".join([*lines, f"1 | -1 | {added}"]))[1], on)
    assert clause not in [settles for one in missing_from(after) for settles in one.settles]
