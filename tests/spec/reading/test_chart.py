"""One patient's lines -> one record."""

from datetime import datetime
from typing import Any

import pytest

from mappings.findings import SetAside
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context
from mappings.record import ANY_TYPE, Record
from tests.spec.reading.fragments import coded, line

title = "Charts"
AT = datetime.fromisoformat("2025-06-01T12:00:00+08:00")
PLATELETS = coded("777-3", system="http://loinc.org")
PATIENT = line("Patient")


def count(value: float, **elements: Any) -> bytes:
    """Return a platelet count."""
    quantity = {"value": value, "unit": "10*9/L"}
    return line("Observation", **{"code": PLATELETS, "valueQuantity": quantity, **elements})


def lupus(**elements: Any) -> bytes:
    """Return a diagnosis of lupus."""
    return line("Condition", **{"code": coded("M32.1", system="http://hl7.org/fhir/sid/icd-10"), **elements})


def record(*lines: bytes, left: tuple[SetAside, ...] = (), known_at: str = "", **more: Any) -> Record:
    known = datetime.fromisoformat(known_at) if known_at else None
    found = chart([PATIENT, *lines], left, more.pop("context", Context()), Clock(AT, known), **more)
    assert found is not None
    return found


def counts(found: Record) -> list[tuple[str, str | None]]:
    return [(one.raw.split()[0], one.problem) for one in found.results.get("lab.platelet", ())]


def reasons(found: Record) -> list[tuple[str, str]]:
    return [(one.reference, one.reason) for one in found.set_aside]


def version(number: str, updated: str = "") -> dict[str, str]:
    return {"versionId": number, **({"lastUpdated": updated} if updated else {})}


def test_of_several_versions_the_newest_counts() -> None:
    """Whatever the order of lines; the others are superseded."""
    lines = [count(value, meta=version(number)) for value, number in ((30, "2"), (50, "10"), (40, "9"))]
    for order in (lines, lines[::-1], lines[1:] + lines[:1]):
        found = record(*order)
        assert counts(found) == [("50", None)]
        assert reasons(found) == [("Observation/x", "superseded")]
        assert not found.not_understood


def test_an_equal_copy_is_a_duplicate() -> None:
    """The same line twice says nothing new."""
    found = record(count(30), count(30))
    assert (counts(found), reasons(found)) == ([("30", None)], [("Observation/x", "duplicate")])
    assert not found.not_understood


def test_results_in_dispute_decide_nothing_and_hide_no_older_one() -> None:
    """Of two copies that cannot be put in order neither counts, nor does what came before them."""
    found = record(count(60), count(30), count(90, id="older", effectiveDateTime="2025-05-01"))
    assert sorted(counts(found)) == [("30", "conflict"), ("60", "conflict"), ("90", None)]
    assert [one.problem for one in found.latest(("lab.platelet",))] == ["conflict", "conflict"]
    assert reasons(found) == [("Observation/x", "conflicting-copies")]
    assert found.not_understood == {"Observation"}


def test_other_copies_in_dispute_are_not_read_but_absence_cannot_be_claimed() -> None:
    """A diagnosis that is active in one copy and over in another is neither."""
    active, over = (lupus(clinicalStatus=coded(status)) for status in ("active", "resolved"))
    found = record(active, over)
    assert found.diagnoses == ()
    assert found.not_understood == {"Condition"}


def test_resources_without_an_id_are_not_copies_of_each_other() -> None:
    """Two results that nobody named are two results."""
    found = record(count(30, id=None), count(60, id=None))
    assert len(counts(found)) == 2
    assert not found.set_aside


def test_the_same_result_under_two_ids_counts_once() -> None:
    """The second is set aside as a duplicate, unless what it says differs in anything."""
    found = record(count(30, id="a"), count(30, id="b"))
    assert (counts(found), reasons(found)) == ([("30", None)], [("Observation/a", "duplicate")])
    flagged = count(30, id="b", interpretation=[coded("L")])
    assert len(counts(record(count(30, id="a"), flagged))) == 2
    word = {"code": coded("5195-3", system="http://loinc.org"), "valueQuantity": None, "valueString": "阴性"}
    words = record(line("Observation", id="a", **word), line("Observation", id="b", **word))
    assert len(words.results["lab.hbsag_qual"]) == 1
    other = record(line("Observation", id="a", **word), line("Observation", id="b", **word | {"valueString": "阳性"}))
    assert len(other.results["lab.hbsag_qual"]) == 2
    zones = (count(30, id="a", effectiveDateTime=f"2025-05-20T{clock}") for clock in ("08:00:00+08:00", "00:00:00Z"))
    assert len(counts(record(*zones))) == 1


@pytest.mark.parametrize(
    ("meta", "platelets", "understood"),
    [
        ({"lastUpdated": "2025-05-01T00:00:00Z"}, 1, True),
        ({"lastUpdated": "2025-05-21T00:00:00+08:00"}, 1, True),
        ({"lastUpdated": "2025-05-25T00:00:00Z"}, 0, False),
        ({"lastUpdated": "2025-05-25T00:00:00Z", "versionId": "1"}, 0, True),
        ({"lastUpdated": "2025-05-25T00:00:00Z", "versionId": "3"}, 0, False),
        ({"lastUpdated": "昨天"}, 0, False),
        ({"versionId": "3"}, 1, True),
        (None, 1, True),
    ],
)
def test_what_was_not_known_then_is_set_aside(meta: dict[str, str] | None, platelets: int, understood: bool) -> None:
    """A version that was written later replaces one that we cannot see, unless it is the first."""
    found = record(count(30, meta=meta), known_at="2025-05-21T00:00:00+08:00")
    assert len(counts(found)) == platelets
    assert (not found.not_understood) is understood


def test_the_version_that_was_known_then_counts() -> None:
    """With the history in the source, nothing is missing."""
    old = count(30, meta=version("1", "2025-05-20T01:00:00Z"))
    new = count(90, meta=version("2", "2025-05-25T01:00:00Z"))
    found = record(new, old, known_at="2025-05-21T00:00:00+08:00")
    assert (counts(found), reasons(found)) == ([("30", None)], [("Observation/x", "not-yet-known")])
    assert not found.not_understood


def test_a_result_that_was_issued_later_was_not_known_then() -> None:
    """The time of issue says when a result was known, whatever the server wrote."""
    found = record(count(30, issued="2025-05-22T08:00:00+08:00"), known_at="2025-05-21T00:00:00+08:00")
    assert reasons(found) == [("Observation/x", "not-yet-known")]
    assert counts(record(count(30, issued="2025-05-22T08:00:00+08:00"))) == [("30", None)]


def test_the_instant_itself_still_counts() -> None:
    """What happens, or is issued, at the very instant of screening has happened, and is known."""
    now = count(30, effectiveDateTime=AT.isoformat(), issued=AT.isoformat())
    assert counts(record(now, known_at=AT.isoformat())) == [("30", None)]


def test_what_happened_after_the_screening_has_not_happened() -> None:
    """What may lie before it stays; what has no date stays too."""
    found = record(count(30, effectiveDateTime="2025-06-02"), lupus(onsetDateTime=None))
    assert (counts(found), len(found.diagnoses)) == ([], 1)
    assert reasons(found) == [("Observation/x", "after-at")]
    assert len(counts(record(count(30, effectiveDateTime="2025-06")))) == 1


@pytest.mark.parametrize(("died", "alive"), [("2025-06-02", True), ("2025-06", False), (AT.isoformat(), False)])
def test_a_death_after_the_screening_has_not_happened(died: str, alive: bool) -> None:
    """The record is as of the instant of screening."""
    found = chart([line("Patient", deceasedDateTime=died)], (), Context(), Clock(AT))
    assert found is not None
    assert (found.person.died is None) is alive


@pytest.mark.parametrize(
    ("text", "reference", "reason", "lost"),
    [
        (b'{"resourceType":"Observation","id":"x","status":7}', "Observation/x", "malformed", "Observation"),
        (b'{"resourceType":"Condition","id":"x","code":"lupus"}', "Condition/x", "malformed", "Condition"),
        (b'{"resourceType":"Nonsense","id":"x"}', "Nonsense/x", "malformed", ANY_TYPE),
        (b'{"resourceType":"Condition","id":"x"', "Resource/?", "malformed", ANY_TYPE),
        (b"[]", "Resource/?", "malformed", ANY_TYPE),
        (b"\xff\xfe", "Resource/?", "malformed", ANY_TYPE),
        (b"[" * 100_000, "Resource/?", "malformed", ANY_TYPE),
        (line("Observation"), "Observation/x", "no-code", "Observation"),
        (count(1, interpretation=7), "Observation/x", "malformed", "Observation"),
        (count(1, effectiveDateTime="20.5.2025"), "Observation/x", "bad-date", "Observation"),
        (count(1, meta={"lastUpdated": "9999-99-99"}), "Observation/x", "bad-date", "Observation"),
        (count(1, meta={"tag": [{"code": "HTEST"}]}), "Observation/x", "test-patient", "Observation"),
        (lupus(code={"coding": [{"system": "urn:x", "code": "1"}]}), None, None, "Condition"),
        (line("ResearchStudy"), "ResearchStudy/x", "not-relevant", None),
    ],
)
def test_what_cannot_be_read_breaks_the_claim_of_absence(
    text: bytes, reference: str | None, reason: str | None, lost: str | None
) -> None:
    """For its type, or for all where the type is not known; a diagnosis without a code we can place does so too."""
    found = record(text)
    assert reasons(found) == ([(reference, reason)] if reference else [])
    assert found.not_understood == ({lost} if lost else set())


@pytest.mark.parametrize(
    ("reason", "understood"),
    [
        ("not-relevant", True),
        ("entered-in-error", True),
        ("refuted", True),
        ("not-done", True),
        ("cancelled", True),
        ("no-result", True),
        ("draft", True),
        ("negated", True),
        ("superseded", True),
        ("duplicate", True),
        ("deleted", True),
        ("after-at", True),
        ("not-yet-known", True),
        ("own-output", True),
        ("unknown-type", False),
        ("malformed", False),
        ("duplicate-key", False),
        ("unknown-code", False),
        ("no-code", False),
        ("display-contradicts", False),
        ("unknown-modifier", False),
        ("implicit-rules", False),
        ("no-patient", False),
        ("unknown-patient", False),
        ("no-date", False),
        ("bad-date", False),
        ("conflicting-copies", False),
        ("unresolved-reference", False),
        ("test-patient", False),
        ("inactive", False),
    ],
)
def test_a_reason_says_whether_a_resource_was_understood(reason: str, understood: bool) -> None:
    """What was understood and says nothing leaves the claim of absence standing; what may say anything does not."""
    found = record(left=(SetAside("Condition/1", reason),))  # type: ignore[arg-type]
    assert reasons(found) == [("Condition/1", reason)]
    assert found.not_understood == (set() if understood else {"Condition"})


def test_what_the_source_lost_breaks_the_claim_of_absence() -> None:
    """Lines that could be given to no patient may have been of this one."""
    assert record(context=Context(lost=frozenset({"Condition"}))).not_understood == {"Condition"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"resourceType":"Observation","id":"x","status":"final","status":"final"}', "duplicate-key"),
        (b'{"resourceType":"Observation","id":"x","note":[{"a":[{"b":1,"b":2}]}]}', "duplicate-key"),
        (b'{"resourceType":"Observation","id":"x","note":1,"n\\u006fte":2}', "duplicate-key"),
        (b'{"resourceType":"Observation","id":"x","note":"\xff"}', "malformed"),
        (b'{"resourceType":"Observation","id":"x","note":' + b"1" * 5000 + b"}", "malformed"),
        (b'{"resourceType":"Observation","id":"x","note":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "malformed"),
    ],
)
def test_a_line_that_parsers_may_read_differently_is_refused_before_anyone_is_cleared(text: bytes, reason: str) -> None:
    """Strictly read, every member of every object is named once, and every byte is looked at."""
    assert reason in dict(map(reversed, reasons(record(text, strictly=True))))  # type: ignore[arg-type]


def test_a_strict_reading_of_sound_lines_is_the_same() -> None:
    """It takes longer and finds the same."""
    assert record(count(30), lupus(), strictly=True) == record(count(30), lupus())


def test_a_record_that_is_replaced_gives_way_to_the_one_that_replaces_it() -> None:
    """Merged patients come under one key; the one that stands for both is the patient."""
    old = line("Patient", id="old", link=[{"type": "replaced-by", "other": {"reference": "Patient/x"}}])
    for lines in ([PATIENT, old], [old, PATIENT]):
        found = chart(lines, (), Context(), Clock(AT))
        assert found is not None
        assert found.person.reference == "Patient/x"
        assert reasons(found) == [("Patient/old", "superseded")]


@pytest.mark.parametrize(
    ("patients", "reference", "expected"),
    [
        (
            [line("Patient", id="b"), line("Patient", id="a", gender="male")],
            "Patient/a",
            {("Patient/a", "conflicting-copies"), ("Patient/b", "conflicting-copies")},
        ),
        (
            [line("Patient", id=one, link=[{"type": "replaced-by"}]) for one in "ba"],
            "Patient/a",
            {("Patient/a", "superseded"), ("Patient/b", "superseded")},
        ),
        ([PATIENT, line("Patient", gender="male")], "Patient/x", {("Patient/x", "conflicting-copies")}),
        ([line("Patient", active=False)], "Patient/x", {("Patient/x", "inactive")}),
        ([line("Patient", meta={"tag": [{"code": "HTEST"}]})], "Patient/x", {("Patient/x", "test-patient")}),
        ([line("Patient", modifierExtension=[{"url": "x"}])], "Patient/x", {("Patient/x", "unknown-modifier")}),
        ([line("Patient", birthDate=7)], "Patient/x", {("Patient/x", "malformed")}),
        ([line("Patient", meta={"lastUpdated": "x"})], "Patient/x", {("Patient/x", "bad-date")}),
    ],
)
def test_a_patient_of_whom_nothing_is_certain_is_still_there(
    patients: list[bytes], reference: str, expected: set[tuple[str, str]]
) -> None:
    """Two current records, a circle of replacements, or one that must not be used: everything stays unknown."""
    found = chart([*patients, count(30)], (), Context(), Clock(AT))
    assert found is not None
    person = found.person
    assert (person.reference, person.born, person.sex, person.identifier) == (reference, None, None, None)
    assert set(reasons(found)) == expected
    assert len(counts(found)) == 1


def test_without_a_patient_there_is_no_record() -> None:
    """Results of somebody who is not in the source are nobody's."""
    assert chart([count(30), lupus(verificationStatus=coded("refuted"))], (), Context(), Clock(AT)) is None


def checklist(holds: str, when: str, **more: Any) -> bytes:
    items = [{"linkId": "E10", "answer": [{"valueCoding": {"code": holds}}]}]
    return line("QuestionnaireResponse", authored=when, item=items, **more)


@pytest.mark.parametrize(
    ("answers", "standing"),
    [
        ([("met", "2025-05-01")], ["met"]),
        ([("met", "2025-05-01"), ("unknown", "2025-05-02")], []),
        ([("met", "2025-05-03"), ("unknown", "2025-05-02")], ["met"]),
        ([("met", "2025-05-02"), ("unknown", "2025-05-02")], []),
        ([("met", "2025-05-02T10:00:00Z"), ("unknown", "2025-05-02T10:00:00Z")], []),
        ([("met", "2025-05"), ("unknown", "2025-05-02")], []),
        ([("unknown", "2025-05-01"), ("not-met", "2025-05-03"), ("unknown", "2025-05-02")], ["not-met"]),
        ([("met", "2025-05-01"), ("unknown", "2025-07-02")], ["met"]),
    ],
)
def test_a_later_answer_that_is_neither_yes_nor_no_takes_an_attestation_back(
    answers: list[tuple[str, str]], standing: list[str]
) -> None:
    """Whoever says "unknown" after "met" no longer says "met"; nothing that was said for certain later is lost."""
    lines = [checklist(holds, when, id=str(index)) for index, (holds, when) in enumerate(answers)]
    assert [one.raw for one in record(*lines).attestations] == standing
    assert [one.raw for one in record(*lines[::-1]).attestations] == standing


def test_every_kind_of_fact_has_its_place() -> None:
    """Facts come the latest first, undated ones last."""
    found = record(
        count(30),
        count(40, id="y", effectiveDateTime="2025-05-22"),
        lupus(id="new", onsetDateTime="2024"),
        lupus(id="undated"),
        lupus(id="old", onsetDateTime="2020"),
        line("AllergyIntolerance"),
        line("ResearchSubject", status="on-study"),
    )
    assert [value for value, _ in counts(found)] == ["40", "30"]
    assert [one.source.reference for one in found.diagnoses] == ["Condition/new", "Condition/old", "Condition/undated"]
    assert (len(found.allergies), len(found.participations), found.consents, found.exposures) == (1, 1, (), ())


#: What happened after treatment, a resource each.
AFTER = (
    line("AdverseEvent", actuality="actual", event={"text": "Diarrhoea"}, date="2025-05-10"),
    line("Encounter", status="finished", period={"start": "2025-05-10"}),
)


def test_what_happened_after_treatment_is_read_only_where_it_is_followed() -> None:
    """A screening has no use for it, and no absence is in doubt because of it."""
    found = record(*AFTER)
    assert (found.reports, found.stays, found.not_understood) == ((), (), frozenset())
    assert reasons(found) == [("AdverseEvent/x", "not-relevant"), ("Encounter/x", "not-relevant")]
    followed = record(*AFTER, context=Context(follows=True))
    assert ([one.term for one in followed.reports], len(followed.stays), followed.set_aside) == (["Diarrhoea"], 1, ())
