"""What people attest, beside every answer that software can give."""

from datetime import date, timedelta

import msgspec
import pytest

from mappings.attested import settled
from mappings.clauses import CLAUSE, CLAUSES
from mappings.criteria import CRITERIA
from mappings.eligibility import effect_of
from mappings.findings import Evidence, Finding, Reason, State
from mappings.record import Record
from mappings.site import Occasion
from tests.spec.tables import AT, records
from tests.spec.test_every_clause import FOR_A_PERSON

title = "Attestations"
ON = Occasion(AT, full_coverage=True)


def found(clause: str, state: State, reason: Reason, **details: object) -> Finding:
    """Return a finding of software's."""
    return msgspec.structs.replace(Finding(clause=clause, state=state, reason=reason), **details)


def said(*answers: str) -> Record:
    """Return a record of attestations alone: "E02=T -5" is what was said of E02 five days ago."""
    rows = [f"1 | {answer.split()[0]} | {answer.split()[1]}" for answer in answers]
    return records("patient | attest | day\n" + "\n".join(rows))[1]


def answer(finding: Finding) -> str:
    """Return state and reason, as the spec tables write them."""
    return f"{finding.state} {finding.reason}"


#: Kind of clause, what software found, what a person said -> the answer.
MATRIX: list[tuple[str, str, str, str]] = [
    ("E02", "unknown missing", "T", "met attested"),
    ("E02", "unknown missing", "F", "not-met attested"),
    ("E02", "unknown not-covered", "F", "not-met attested"),
    ("E02", "unknown not-understood", "F", "not-met attested"),
    ("E02", "unknown conflict", "F", "not-met attested"),
    ("E02", "judgement needs-person", "T", "met attested"),
    ("E02", "judgement needs-person", "F", "not-met attested"),
    ("E09", "met present", "T", "met present"),
    ("E09", "met present", "F", "unknown conflict"),
    ("E08-3", "met positive", "F", "unknown conflict"),
    ("E08-3", "not-met negative", "T", "unknown conflict"),
    ("E08-3", "not-met negative", "F", "not-met negative"),
    ("E09", "not-met absent", "T", "met attested"),
    ("E09", "not-met absent", "F", "not-met absent"),
    ("E13", "not-applicable not-applicable", "T", "unknown conflict"),
    ("E13", "not-applicable not-applicable", "F", "not-applicable not-applicable"),
    ("E14", "not-met absent", "T", "met attested"),
    ("E14", "not-met absent", "F", "not-met absent"),
    ("I03-2", "unknown outdated", "T", "met attested"),
    ("I03-2", "unknown outdated", "F", "not-met attested"),
    ("I03-8", "judgement needs-person", "T", "met attested"),
    ("I03-8", "judgement needs-person", "F", "not-met attested"),
    ("I03-2", "met in-range", "T", "met in-range"),
    ("I03-2", "met in-range", "F", "unknown conflict"),
    ("I03-2", "not-met below-limit", "T", "unknown conflict"),
    ("I03-2", "not-met below-limit", "F", "not-met below-limit"),
    ("I02-ITP-3", "met absent", "F", "not-met attested"),
    ("I02-ITP-3", "met absent", "T", "met absent"),
    ("I04-2", "not-applicable not-applicable", "F", "unknown conflict"),
    ("I04-2", "not-applicable not-applicable", "T", "not-applicable not-applicable"),
]


@pytest.mark.parametrize(("clause", "before", "holds", "after"), MATRIX)
def test_an_attestation_settles_what_is_open_and_contradicts_what_is_measured(
    clause: str, before: str, holds: str, after: str
) -> None:
    """Silence gives way to a person's word; something on record does not, and neither does it win."""
    finding = found(clause, *before.split())  # type: ignore[arg-type]
    assert answer(settled(finding, said(f"{clause}={holds} -5"), ON)) == after


@pytest.mark.parametrize(("clause", "before", "holds", "after"), MATRIX)
def test_what_a_person_said_is_among_the_evidence(clause: str, before: str, holds: str, after: str) -> None:
    """Whatever comes of it, and before what software found."""
    finding = found(clause, *before.split(), evidence=(Evidence("Observation/9"),))  # type: ignore[arg-type]
    evidence = settled(finding, said(f"{clause}={holds} -5"), ON).evidence
    assert [one.reference for one in evidence] == ["attest/r1-0", "Observation/9"]


def test_an_exclusion_that_is_measured_as_true_is_never_cleared() -> None:
    """Whoever says what: no attestation turns a clause that bars into one that allows."""
    for clause in CLAUSES:
        state: State = "met" if clause.kind == "exclusion" else "not-met"
        for reason in ("present", "positive", "below-limit", "above-limit"):
            for holds in ("T", "F"):
                after = settled(found(clause.id, state, reason), said(f"{clause.id}={holds} -1"), ON)  # type: ignore[arg-type]
                assert effect_of(after) in ("bars", "open"), (clause.id, reason, holds)


def test_what_software_may_not_decide_a_person_can() -> None:
    """Each effect that no clause function gives by itself is reached with an attestation."""
    empty = records("patient | unread\n 1 | ")[1]
    for clause, effects in FOR_A_PERSON.items():
        reached = set()
        for answers in ((f"{clause}=T -1",), (f"{clause}=F -1",), (f"{clause}=T -1", f"{clause}=F -1")):
            record = msgspec.structs.replace(empty, attestations=said(*answers).attestations)
            reached.add(effect_of(settled(CRITERIA[clause](record, ON), record, ON)))
        assert effects <= reached, clause


def test_another_clause_is_not_touched() -> None:
    """A word on one clause says nothing of another, and none says nothing at all."""
    finding = found("E02", "judgement", "needs-person")
    assert settled(finding, said("E03=F -5"), ON) is finding
    assert settled(finding, records("patient | unread\n 1 | ")[1], ON) is finding


@pytest.mark.parametrize(
    ("answers", "after"),
    [
        (["E02=F -28"], "not-met attested"),
        (["E02=F -29"], "judgement needs-person"),
        (["E02=F -28.5"], "not-met attested"),
        (["E02=F -28.51"], "judgement needs-person"),
        (["E02=F -29..-5"], "judgement needs-person"),
        (["E02=T -29"], "judgement needs-person"),
        (["E02=F -9", "E02=T -5"], "met attested"),
        (["E02=T -9", "E02=F -5"], "not-met attested"),
        (["E02=T -5", "E02=F -5"], "unknown conflict"),
        (["E02=T -5", "E02=T -5"], "met attested"),
        (["E02=T -9..-1", "E02=F -5"], "unknown conflict"),
        (["E02=T -9", "E02=F -29..-5"], "judgement needs-person"),
    ],
)
def test_the_latest_word_counts_for_28_days(answers: list[str], after: str) -> None:
    """Words that may all be the latest must agree; the 28th day still counts, one that may be older does not."""
    finding = found("E02", "judgement", "needs-person")
    assert answer(settled(finding, said(*answers), ON)) == after


def test_what_keeps_a_patient_out_does_not_lapse_into_silence() -> None:
    """After 28 days it asks for a new answer where only silence would clear; results on record need none."""
    assert answer(settled(found("E09", "not-met", "absent"), said("E09=T -29"), ON)) == "unknown outdated"
    assert answer(settled(found("E09", "not-met", "absent"), said("E09=F -29"), ON)) == "not-met absent"
    assert answer(settled(found("E09", "not-met", "absent"), said("E09=T -40", "E09=F -29"), ON)) == "not-met absent"
    assert answer(settled(found("E08-3", "not-met", "negative"), said("E08-3=T -29"), ON)) == "not-met negative"
    assert answer(settled(found("I02-ITP-3", "met", "absent"), said("I02-ITP-3=F -29"), ON)) == "unknown outdated"
    man = found("E13", "not-applicable", "not-applicable")
    assert answer(settled(man, said("E13=T -29"), ON)) == "unknown outdated"


def test_what_an_investigator_found_stands_until_one_says_otherwise() -> None:
    """A reason of E14 bars however old it is; a later word takes it back."""
    silent = found("E14", "not-met", "absent")
    assert answer(settled(silent, said("E14=T -4000"), ON)) == "met attested"
    assert settled(silent, said("E14=T -4000"), ON).turns == ()
    assert answer(settled(silent, said("E14=T -4000", "E14=F -5"), ON)) == "not-met absent"
    assert answer(settled(silent, said("E14=T -5", "E14=F -5"), ON)) == "unknown conflict"


@pytest.mark.parametrize(
    ("clause", "state", "reason", "answers"),
    [
        ("E02", "judgement", "needs-person", ["E02=F -5"]),
        ("E09", "met", "present", ["E09=F -5"]),
        ("E02", "judgement", "needs-person", ["E02=F -5", "E02=T -5"]),
        ("E13", "not-applicable", "not-applicable", ["E13=T -5"]),
    ],
)
def test_the_day_on_which_a_word_lapses_is_named(clause: str, state: State, reason: Reason, answers: list[str]) -> None:
    """Beside the days on which the finding turns by itself; on that day the answer is another."""
    finding, record = found(clause, state, reason, turns=(date(2025, 7, 1),)), said(*answers)
    after = settled(finding, record, ON)
    assert set(after.turns) == {date(2025, 7, 1), date(2025, 6, 25)}
    for day, same in ((date(2025, 6, 24), True), (date(2025, 6, 25), False)):
        later = settled(finding, record, msgspec.structs.replace(ON, at=ON.midnight(day)))
        assert (answer(later) == answer(after)) is same


def test_an_open_finding_names_what_would_settle_it() -> None:
    """A conflict and a lapsed word ask for a person; an attested answer asks for nothing more."""
    assert settled(found("E09", "met", "present"), said("E09=F -5"), ON).concept == "attestation"
    assert settled(found("E09", "not-met", "absent"), said("E09=T -29"), ON).concept == "attestation"
    judged = found("E02", "judgement", "needs-person", concept="attestation")
    assert settled(judged, said("E02=F -5"), ON).concept is None


OVERTAKEN = [
    ("E02", "attest | day | dx | active", ["E02=F | -20 | |", " | -2 | dx.infection | T"], "judgement needs-person"),
    ("E02", "attest | day | dx | active", ["E02=F | -20 | |", " | -21 | dx.infection | T"], "not-met attested"),
    ("E02", "attest | day | dx | active", ["E02=F | -20 | |", " | -20 | dx.infection | T"], "not-met attested"),
    ("E02", "attest | day | dx | active", ["E02=T | -20 | |", " | -2 | dx.infection | T"], "met attested"),
    ("E02", "attest | day | dx | active", ["E02=F | -20 | |", " | | dx.infection | T"], "not-met attested"),
    ("E02", "attest | day | dx | recorded", ["E02=F | -20 | |", " | | dx.infection | -2"], "judgement needs-person"),
    ("E02", "attest | day | dx | recorded", ["E02=F | -20 | |", " | -40 | dx.infection | -2"], "judgement needs-person"),
    ("E02", "attest | day | dx | recorded", ["E02=F | -20 | |", " | -40 | dx.infection | -21"], "not-met attested"),
    ("E01", "attest | day | allergy | recorded", ["E01=F | -20 | |", " | -40 | allergy.angioedema | -2"], "judgement needs-person"),
    ("E02", "attest | day | dx | issued", ["E02=F | -20 | |", " | | dx.infection | -2"], "judgement needs-person"),
    ("E02", "attest | day | dx | unread", ["E02=F | -20 | |", " | -2 | ? | Condition"], "unknown not-understood"),
    ("E02", "attest | day | dx | unread", ["E02=F | -20 | |", " | -30 | ? | Condition"], "not-met attested"),
    ("E02", "attest | day | rx | unread", ["E02=F | -20 | |", " | -2 | ? | MedicationDispense"], "unknown not-understood"),
    ("E07", "attest | day | proc | unread", ["E07=F | -20 | |", " | -2 | ? | Procedure"], "unknown not-understood"),
    ("E12", "attest | day | rx | unread", ["E12=F | -20 | |", " | -2 | ? | MedicationDispense"], "unknown not-understood"),
    ("E12", "attest | day | rx | kind", ["E12=F | -20 | |", " | -2 | rx.biologic.rituximab | request"], "unknown only-prescribed"),
    ("E01", "attest | day | allergy | severe", ["E01=F | -20 | |", " | -2 | allergy.angioedema | T"], "judgement needs-person"),
    ("E08-1", "attest | day | lab.hbsag_qual", ["E08-1=F | -20 |", " | -2 | positive"], "unknown missing"),
    ("E08-1", "attest | day | lab.hbsag_qual", ["E08-1=F | -2 |", " | -20 | positive"], "not-met attested"),
    ("I03-8", "attest | day | vital.sbp", ["I03-8=T | -0.5 |", " | -0.1 | 120"], "met attested"),
    ("I03-8", "attest | day | vital.sbp", ["I03-8=T | -0.5 |", " | -0.1 | 80"], "judgement needs-person"),
    ("E13", "attest | day | lab.hcg_urine_qual", ["E13=F | -5 |", " | -2 | indeterminate"], "judgement needs-person"),
    ("E13", "attest | day | lab.hcg_urine_qual", ["E13=F | -2 |", " | -5 | indeterminate"], "not-met attested"),
    ("E13", "attest | day | lab.hcg_urine_qual", ["E13=F | -5 |", " | -2 | negative"], "not-met attested"),
    ("E13", "attest | day | lab.hcg_urine_quant", ["E13=F | -5 |", " | -2 | 900"], "judgement needs-person"),
    ("I02-LN-1", "attest | day | rx | ongoing", ["I02-LN-1=T | -20 | |", " | -2 | rx.immunosuppressant.tacrolimus | T"],
     "met attested"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "head", "rows", "after"), OVERTAKEN)
def test_a_word_does_not_settle_what_happened_after_it(clause: str, head: str, rows: list[str], after: str) -> None:
    """Nobody can have judged an infection that was not there yet; what keeps a patient out, or is for good, stands."""
    record = records("\n".join([f"patient | {head}", *(f"1 | {row}" for row in rows)]))[1]
    after_all = settled(CRITERIA[clause](record, ON), record, ON)
    assert answer(after_all) == after
    assert "attest/r1-0" in [one.reference for one in after_all.evidence]


def test_every_clause_can_be_attested() -> None:
    """An open finding of any clause is settled by a word on it, either way."""
    for clause in CLAUSE:
        for holds, state in (("T", "met"), ("F", "not-met")):
            open_ = found(clause, "unknown", "missing", concept="x", turns=(AT.date() + timedelta(days=90),))
            assert settled(open_, said(f"{clause}={holds} -1"), ON).state == state
