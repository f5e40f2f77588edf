"""What people and programs see of a screening."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest

from adapter.report import BARS, COLUMNS, RENDERERS, WHY, Row, csv_head, explained, headline, printable
from mappings.clauses import CLAUSES
from mappings.eligibility import cohorts_of, decision_of, missing_from
from mappings.findings import Amount, Evidence, Finding, Reason, Screening, SetAside
from mappings.site import Occasion

AT = datetime(2025, 6, 1, 1, tzinfo=UTC)
ON = Occasion(AT)


def screening(*changed: Finding, patient: str = "Patient/p1") -> Screening:
    """A screening in which everything allows but for the findings given."""
    states = {"inclusion": "met", "exclusion": "not-met"}
    by_clause = {one.clause: one for one in changed}
    findings = tuple(
        by_clause.get(clause.id)
        or msgspec.convert({"clause": clause.id, "state": states[clause.kind], "reason": "attested"}, Finding)
        for clause in CLAUSES
    )
    cohorts = cohorts_of(findings)
    return Screening(
        patient=patient,
        identifier=None,
        at=AT,
        known_at=None,
        decision=decision_of(cohorts),
        cohorts=cohorts,
        eligible_from=None,
        eligible_until=None,
        findings=findings,
        missing=missing_from(findings),
        set_aside=(SetAside("Observation/x", "no-date"),),
    )


def found(clause: str, state: str, reason: str, **more: Any) -> Finding:
    return msgspec.structs.replace(
        msgspec.convert({"clause": clause, "state": state, "reason": reason}, Finding), **more
    )


def row(*changed: Finding) -> Row:
    [line] = RENDERERS["table"](screening(*changed), ON)
    return msgspec.json.decode(line, type=Row)


LOW = found(
    "I02-LN-2", "not-met", "below-limit", value=Amount(Decimal("0.42"), "g/g"), limit=Amount(Decimal("1.0"), "g/g")
)
NO_ITP = found("I02-ITP-2", "not-met", "absent")
ALLERGY = found("E01", "met", "present")


def test_an_eligible_patient_needs_no_reason() -> None:
    """What bars the other cohort of somebody eligible in one is beside the point."""
    assert row(NO_ITP).because == []
    assert row(NO_ITP).decision == "eligible"


def test_what_bars_has_words_and_numbers() -> None:
    """What bars is the clause, its subject, and the value beside its limit where there is one."""
    assert row(LOW, NO_ITP).because == [
        "I02-LN-2 urine protein/creatinine ratio: 0.42 g/g, limit 1.0 g/g",
        "I02-ITP-2 consecutive platelet counts: no sign of it on record",
    ]


def test_a_common_clause_that_bars_stands_for_itself() -> None:
    """Where a cohort is barred by a common clause alone, that clause is the reason; where not, all are."""
    assert row(ALLERGY, NO_ITP).because == ["E01 severe drug allergy: on record"]
    assert [reason.split()[0] for reason in row(ALLERGY, NO_ITP, LOW).because] == ["E01", "I02-LN-2", "I02-ITP-2"]


def test_a_value_that_a_person_overruled_is_not_shown_as_the_reason() -> None:
    """A clause that bars because a person said so bars without a number."""
    attested = msgspec.structs.replace(LOW, reason="attested")
    assert row(attested, NO_ITP).because[0] == "I02-LN-2 urine protein/creatinine ratio: by an investigator's answer"


def test_nothing_bars_without_a_reason() -> None:
    """Every reason for which a clause can bar has words, whether or not a number stands beside its limit."""
    assert set(get_args(Reason)) - set(WHY) - {"in-range", "not-applicable", "needs-person", "undetected"} == set(BARS)


def test_a_long_number_is_shortened_and_days_are_told_to_the_tenth() -> None:
    """A quotient without end is cut in the table, which the mark shows; of half-lives nobody counts more than tenths."""
    long, days = (Amount(Decimal("9.16666666666667"), unit) for unit in ("g/g", "d"))
    assert row(msgspec.structs.replace(LOW, limit=long), NO_ITP).because[0].endswith("limit 9.166666… g/g")
    assert row(msgspec.structs.replace(LOW, limit=days), NO_ITP).because[0].endswith("limit 9.2 days")


def test_what_is_missing_has_words_and_why() -> None:
    """What is missing is what is needed, for which clauses, and why; of a cohort that is out nothing is missing."""
    open_alt = found("I03-3", "unknown", "outdated", concept="lab.alt")
    judged = found("E04", "judgement", "needs-person", concept="attestation")
    gone = found("I02-ITP-3", "unknown", "missing", concept="dx.hypersplenism")
    assert row(open_alt, judged, gone, NO_ITP).because == [
        "I03-3 ALT: too old",
        "E04 an investigator's answer on heart failure",
    ]


def test_every_reason_to_be_open_has_words() -> None:
    """No reason for which a clause stays open is shown without a word; a person's judgement is asked for by itself."""
    settled = {
        "in-range", "below-limit", "above-limit", "absent", "present", "positive", "negative", "undetected", "listed",
        "not-listed", "withdrawn", "attested", "not-applicable", "needs-person", "deceased",
    }  # fmt: skip
    assert set(get_args(Reason)) - settled == set(WHY)


def test_the_head_names_the_instant_in_the_zone_of_the_site() -> None:
    """The head names the instant, and the one until which things were known where that was asked."""
    zone = ZoneInfo("Asia/Shanghai")
    assert headline(AT, None, zone) == "NCT06943937 · protocol of 2025-05-13 · as of 2025-06-01T09:00:00+08:00"
    assert headline(AT, AT, zone).endswith("known by 2025-06-01T09:00:00+08:00")


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\t=x", "�=x"),
        ("\r=x", "�=x"),
        ("a\nb", "a b"),
    ],
)
def test_no_cell_is_a_formula(name: str, cell: str) -> None:
    """A value that a spreadsheet would run as a formula is marked as text (OWASP, CSV injection), and none breaks its line."""
    proof = Evidence(name)
    lines = RENDERERS["csv"](screening(found("E01", "met", "present", evidence=(proof,))), ON)
    rows = list(csv.reader(io.StringIO(b"\n".join([csv_head(), *lines]).decode(), newline="")))
    assert [cells[-1] for cells in rows if cells[COLUMNS.index("clause")] == "E01"] == [cell]


def test_a_negative_number_stays_a_number() -> None:
    """A margin below zero is a number in CSV, not a text."""
    below = msgspec.structs.replace(LOW, margin=Amount(Decimal("-0.58"), "g/g"))
    [line] = [line for line in RENDERERS["csv"](screening(below), ON) if b"I02-LN-2" in line]
    assert line.decode().split(",")[COLUMNS.index("margin") - len(COLUMNS)] == "-0.58"


def explanation(one: Screening, clause: str | None = None) -> str:
    [line] = RENDERERS["ndjson"](one, ON)
    return explained(msgspec.json.decode(line), clause)


def test_an_explanation_has_the_days_of_eligibility() -> None:
    """From when and until when somebody is eligible is said in both languages, and not where there is no such day."""
    one = msgspec.structs.replace(screening(), eligible_from=AT.date(), eligible_until=AT.date())
    assert "eligible from 2025-06-01 until 2025-06-01. 如无新资料，可入组日期为2025-06-01至2025-06-01。" in explanation(
        one
    )
    endless = msgspec.structs.replace(one, eligible_until=None)
    assert "eligible from 2025-06-01 with no end in sight." in explanation(endless)
    assert "If nothing new arrives" not in explanation(screening())


def test_an_explanation_shows_each_resource_with_what_it_was_converted_to() -> None:
    """Evidence is shown with version, time, what was sent, and the converted value where the factor is not one."""
    proof = Evidence("Observation/a", "2", "2025-05-30", "160.6 mg/mmol", Decimal("1.42"), "g/g", Decimal("0.00884"))
    same = Evidence("Observation/b", None, None, "1.0 g/g", Decimal("1.0"), "g/g", Decimal(1))
    text = explanation(screening(msgspec.structs.replace(LOW, evidence=(proof, same))), "I02-LN-2")
    assert "  Observation/a version 2, 2025-05-30: 160.6 mg/mmol = 1.42 g/g" in text
    assert "  Observation/b, undated: 1.0 g/g" in text
    assert "E01" not in text


def test_an_explanation_lists_what_is_missing_and_what_was_not_used() -> None:
    """Both lists say what, for what and why, in both languages."""
    text = explanation(screening(found("E08-1", "unknown", "missing", concept="lab.hbv_dna_quant_iu")))
    assert "(E08-1): not in the record 记录中缺失" in text
    assert "  - Observation/x: no-date" in text
    assert "尚缺资料" not in explanation(screening())


def test_an_explanation_counts_what_needs_no_mending() -> None:
    """Records that were understood and say nothing are a number a reason; the others are named one by one."""
    aside = (SetAside("Observation/a", "not-relevant"), SetAside("Observation/b", "not-relevant"))
    text = explanation(msgspec.structs.replace(screening(), set_aside=(*aside, SetAside("Observation/x", "no-date"))))
    assert text.splitlines()[-2:] == ["  - Observation/x: no-date", "  - 2 not-relevant"]


def test_a_patient_is_not_called_undated() -> None:
    """A Patient resource has no date that it could lack."""
    proof = Evidence("Patient/p1", "3", None, "1996-01-30")
    text = explanation(screening(found("I01", "met", "in-range", evidence=(proof,))), "I01")
    assert "  Patient/p1 version 3: 1996-01-30" in text


def test_nothing_printed_steers_a_terminal() -> None:
    """Control characters become a mark, line breaks and Chinese stay."""
    assert printable("a\x1b[31m\tb\r\n患者\x07") == "a�[31m�b�\n患者�"
