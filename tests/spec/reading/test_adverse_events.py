"""AdverseEvent -> a report: R4, R4 with the backport's extensions, and R5."""

from typing import Any

import pytest

from mappings.codes import ATC, Code
from mappings.emitting.datatypes import device_reference
from mappings.facts import EventReport
from mappings.reading.adverse_events import read
from mappings.reading.context import Context
from mappings.safety.vocabulary import NCIT
from tests.spec.reading.fragments import coded, view

title = "Adverse events"
Json = dict[str, Any]
BACKPORT = "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition"
GUIDE = "http://hl7.org/fhir/uv/ae-research-ig/StructureDefinition"
THO = "http://terminology.hl7.org/CodeSystem"
TRIAL = "https://yts109.example.org/fhir/CodeSystem/trial"
CELLS = coded("yts109", system=TRIAL)
OURS = {"system": "https://yts109.example.org/fhir/identifier/adverse-event", "value": "yts109-e1"}
LI = {"reference": "Practitioner/li"}
MEDICATIONS = {
    "bag": view("Medication", id="bag", code=CELLS),
    "toci": view("Medication", id="toci", code=coded("L04AC07", system=ATC)),
}
CONTEXT = Context(follows=True, medications=MEDICATIONS)


def outcome_of(**elements: Any) -> Any:
    whole = {"actuality": "actual", "event": {"text": "Diarrhoea"}, "date": "2025-03-10", "recorder": LI, **elements}
    return read(view("AdverseEvent", **whole), CONTEXT)


def report(**elements: Any) -> EventReport:
    found = outcome_of(**elements)
    assert isinstance(found, list)
    (fact,) = found
    assert isinstance(fact, EventReport)
    return fact


def extended(name: str, base: str = BACKPORT, **value: Any) -> Json:
    return {"url": f"{base}/{name}" if base else name, **value}


def ncit(*codes: str, text: str = "") -> Json:
    return coded(*codes, system=NCIT, text=text)


def criterion(code: Json | None, present: bool | None = True, base: str = BACKPORT) -> Json:
    parts = [{"url": "criterionCode", "valueCodeableConcept": code}] if code is not None else []
    parts += [{"url": "criterionPresent", "valueBoolean": present}] if present is not None else []
    return extended("seriousness-criteria", base, extension=parts)


def suspect(instance: Json, relation: Json) -> Json:
    """The backport's extension."""
    causality = {"url": "causality", "extension": [{"url": "entityRelatedness", "valueCodeableConcept": relation}]}
    return extended("suspect-entity", extension=[{"url": "instance", **instance}, causality])


def test_a_report_of_r4_is_read() -> None:
    """What plain R4 has: term, onset, seriousness in capitals, outcome, recorder; a severity is no grade."""
    found = report(
        event={"coding": [{"system": NCIT, "code": "C57788", "display": "Diarrhea"}], "text": "腹泻"},
        recordedDate="2025-03-11T09:00:00+08:00",
        seriousness=coded("Serious", system=f"{THO}/adverse-event-seriousness"),
        severity=coded("severe", system=f"{THO}/adverse-event-severity"),
        outcome=coded("resolvedWithSequelae", system=f"{THO}/adverse-event-outcome"),
    )
    assert (found.term, found.codes, found.raw) == ("腹泻", (Code(NCIT, "C57788", "Diarrhea"),), "腹泻")
    assert (found.grade, found.serious, found.criteria, found.outcome) == (None, True, (), "resolved-with-sequelae")
    assert (found.author, found.proposal, found.related, found.expected) == ("Practitioner/li", None, None, None)
    assert found.when is not None
    assert (found.when.text, found.ended) == ("2025-03-10", None)
    assert found.source.issued is not None
    assert found.source.issued.isoformat() == "2025-03-11T09:00:00+08:00"


def test_a_report_of_the_backport_guide_is_read() -> None:
    """What R4 has no element for stands in extensions, and its status in a modifier that is known."""
    found = report(
        extension=[
            criterion(ncit("C83052")),
            criterion(ncit("C48275"), present=False),
            extended("ae-grade", valueCodeableConcept=ncit("C41340")),
            extended("expected-in-research-study", valueBoolean=False),
            extended("resolve-date", valueDateTime="2025-03-14"),
            suspect({"valueReference": {"reference": "Medication/bag"}}, ncit("C53258")),
            extended("participant", extension=[{"url": "actor", "valueReference": {"reference": "Practitioner/wu"}}]),
            extended("resultingEffect", valueReference={"reference": "Condition/c"}),
        ],
        modifierExtension=[extended("status", valueCode="in-progress")],
        seriousness=coded("serious", system=f"{THO}/adverse-event-seriousness"),
        outcome={"coding": [{"code": "ongoing"}, {"system": NCIT, "code": "C49494"}]},
        recorder=None,
    )
    assert (found.grade, found.serious, found.criteria) == (3, True, ("hospitalisation",))
    assert (found.outcome, found.related, found.expected, found.author) == (
        "ongoing",
        "possible",
        False,
        "Practitioner/wu",
    )
    assert found.ended is not None
    assert found.ended.text == "2025-03-14"


def test_a_report_of_r5_is_read() -> None:
    """The same in the elements of R5 and the extensions of its guide."""
    found = report(
        event=None,
        date=None,
        status="completed",
        code=coded("C57788", system=NCIT),
        occurrencePeriod={"start": "2025-03-10", "end": "2025-03-14"},
        extension=[
            criterion(ncit("C84266"), base=GUIDE),
            extended("ae-grade", GUIDE, valueCodeableConcept=ncit("C41337")),
        ],
        seriousness=coded("serious"),
        outcome=[ncit("C49498")],
        recorder=None,
        participant=[{"actor": {"reference": "Organization/o"}}, {"actor": LI}],
        expectedInResearchStudy=True,
        suspectEntity=[{"instanceCodeableConcept": CELLS, "causality": {"entityRelatedness": ncit("C53260")}}],
    )
    assert (found.term, found.grade, found.criteria, found.outcome) == ("C57788", 4, ("life-threatening",), "resolved")
    assert (found.related, found.expected, found.author) == ("related", True, "Practitioner/li")
    assert found.when is not None
    assert found.ended is not None
    assert (found.when.text, found.ended.text) == ("2025-03-10", "2025-03-14")


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"actuality": "potential"}, "not-relevant"),
        ({"actuality": "perhaps"}, "malformed"),
        ({"status": "entered-in-error"}, "entered-in-error"),
        ({"status": "nonsense"}, "malformed"),
        ({"modifierExtension": [extended("status", valueCode="entered-in-error")]}, "entered-in-error"),
        ({"modifierExtension": [extended("status", valueCode="nonsense")]}, "unknown-modifier"),
        ({"modifierExtension": [extended("status", valueCode="completed"), {"url": "http://x"}]}, "unknown-modifier"),
        ({"modifierExtension": [{"url": "http://x/status", "valueCode": "completed"}]}, "unknown-modifier"),
        ({"implicitRules": "http://x"}, "implicit-rules"),
        ({"recorder": device_reference()}, "own-output"),
        ({"recorder": None, "participant": [{"actor": device_reference()}]}, "own-output"),
        ({"recorder": None, "identifier": OURS}, "own-output"),
        ({"recorder": {"reference": "Device/other"}, "identifier": [OURS]}, "own-output"),
    ],
)
def test_what_is_no_report_is_set_aside(elements: Json, reason: str) -> None:
    """What only might have happened, what was withdrawn, what is not understood, and what we proposed ourselves."""
    assert outcome_of(**elements) == reason


@pytest.mark.parametrize(
    ("elements", "author", "proposal"),
    [
        ({"identifier": OURS}, "Practitioner/li", "yts109-e1"),
        ({"identifier": [{"system": "urn:x", "value": "7"}, OURS], "recorder": device_reference(), "contributor": [LI]},
         "Practitioner/li", "yts109-e1"),
        ({"identifier": {"system": "urn:x", "value": "7"}}, "Practitioner/li", None),
        ({"recorder": None}, "", None),
        ({"recorder": {"reference": "Patient/p"}}, "Patient/p", None),
        ({"recorder": {"reference": "Device/other"}}, "Device/other", None),
        ({"recorder": {"type": "Practitioner", "identifier": {"system": "urn:staff", "value": "7"}}}, "urn:staff|7", None),
        ({"status": "unknown"}, "Practitioner/li", None),
        ({"actuality": None}, "Practitioner/li", None),
    ],
)  # fmt: skip
def test_an_event_counts_whoever_reports_it(elements: Json, author: str, proposal: str | None) -> None:
    """One of our proposals that a practitioner took over is that person's report; one by nobody is a report as well."""
    found = report(**elements)
    assert (found.author, found.proposal) == (author, proposal)


@pytest.mark.parametrize(
    ("elements", "when", "ended"),
    [
        ({"date": None, "occurrenceDateTime": "2025-03"}, "2025-03", None),
        ({"date": None, "occurrenceTiming": {"event": ["2025-03-12", "2025-03-10"]}}, "2025-03-10", None),
        ({"date": None, "detected": "2025-03-11"}, "2025-03-11", None),
        ({"detected": "2025-03-11"}, "2025-03-10", None),
        (
            {"date": None, "occurrencePeriod": {"end": "2025-03-12"}, "detected": "2025-03-11"},
            "2025-03-11",
            "2025-03-12",
        ),
        ({"date": None}, None, None),
        ({"extension": [extended("resolve-date", valueDateTime="2025-03-09")]}, "2025-03-10", None),
        ({"extension": [extended("resolve-date", valueDateTime="9999-12-31")]}, "2025-03-10", None),
    ],
)
def test_it_began_when_it_occurred_else_when_it_was_detected(
    elements: Json, when: str | None, ended: str | None
) -> None:
    """An end before the onset contradicts it, and is none."""
    found = report(**elements)
    assert (found.when.text if found.when else None, found.ended.text if found.ended else None) == (when, ended)


@pytest.mark.parametrize(
    ("concept", "grade"),
    [
        (ncit("C41338"), 1),
        (ncit("C41339"), 2),
        (ncit("C48275"), 5),
        (coded("0", system="http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system"), 0),
        (coded("5", system="http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system"), 5),
        (coded("3", system="http://hospital.example.cn"), None),
        ({"coding": [{"system": "http://hospital.example.cn", "code": "X", "display": "3级"}]}, 3),
        ({"text": "Grade 3"}, 3),
        ({"text": "CTCAE grade 2"}, 2),
        ({"text": "Ⅲ级"}, 3),
        ({"text": "severe"}, None),
        (ncit("C41338", "C41340"), None),
        (ncit("C41338", text="Grade 3"), None),
        (None, None),
    ],
)
def test_a_grade_is_told_by_code_or_word(concept: Json | None, grade: int | None) -> None:
    """NCIt, the draft guide to the CTCAE, or words; two that differ leave it open."""
    value = {} if concept is None else {"valueCodeableConcept": concept}
    assert report(extension=[extended("ae-grade", **value)]).grade == grade
    us = "http://hl7.org/fhir/us/ctcae/StructureDefinition"
    assert report(extension=[extended("ctcae-grade", us, **value)]).grade == grade


def test_grades_of_two_extensions_that_differ_leave_it_open() -> None:
    """And an extension of another guide is none of ours."""
    low, high = (extended("ae-grade", valueCodeableConcept=ncit(code)) for code in ("C41338", "C41340"))
    assert report(extension=[low, high]).grade is None
    assert report(extension=[low, low]).grade == 1
    assert report(extension=[extended("http://x/ae-grade", "", valueCodeableConcept=ncit("C41338"))]).grade is None


@pytest.mark.parametrize(
    ("seriousness", "extensions", "serious", "criteria"),
    [
        (coded("non-serious"), [], False, ()),
        (coded("Non-serious"), [], False, ()),
        (coded("serious", "non-serious"), [], True, ()),
        ({"text": "严重不良事件"}, [], True, ()),
        ({"text": "?"}, [], None, ()),
        (None, [], None, ()),
        (coded("SeriousResultsInHospitalization"), [], True, ("hospitalisation",)),
        (None, [criterion(ncit("C82521"))], True, ("medically-important",)),
        (coded("non-serious"), [criterion(ncit("C11338")), criterion(ncit("C11338"))], True, ("disability",)),
        (coded("non-serious"), [criterion(ncit("C11338"), present=False)], False, ()),
        (None, [criterion(ncit("C11338"), present=None)], None, ()),
        (None, [criterion(coded("other"))], True, ()),
        (None, [criterion(ncit("C83117")), criterion(ncit("C201939"))], True, ("congenital-anomaly", "intervention")),
    ],
)
def test_a_criterion_that_is_present_makes_it_serious(
    seriousness: Json | None, extensions: list[Json], serious: bool | None, criteria: tuple[str, ...]
) -> None:
    """One that is not present, or not said to be, does not; a record that says both is serious."""
    found = report(seriousness=seriousness, extension=extensions)
    assert (found.serious, found.criteria) == (serious, criteria)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (coded("recovering"), "recovering"),
        (ncit("C48275"), "fatal"),
        ([ncit("C49496"), coded("fatal")], "fatal"),
        ([coded("resolved"), coded("ongoing")], "unknown"),
        (coded("unknown"), "unknown"),
        ({"text": "好转"}, "recovering"),
        (coded("x"), None),
        (None, None),
    ],
)
def test_its_outcome_is_told_by_code_or_word(outcome: Any, expected: str | None) -> None:
    """Of two that differ a death counts, else nobody knows."""
    assert report(outcome=outcome).outcome == expected


@pytest.mark.parametrize(
    ("entities", "related"),
    [
        ([("Medication/bag", {"assessment": coded("Possible")})], "possible"),
        ([("Medication/bag", {"assessment": coded("Probably-Likely")})], "related"),
        ([("Medication/bag", {"assessment": coded("Unassessable-Unclassifiable")})], None),
        ([("Medication/bag", {"productRelatedness": "可能无关"})], "unlikely"),
        ([("Medication/bag", {"entityRelatedness": ncit("C53256")})], "not-related"),
        ([("MedicationAdministration/a", {"assessment": coded("certain")})], "related"),
        ([("Medication/toci", {"assessment": coded("certain")})], None),
        ([("Medication/toci", {"assessment": coded("certain")}), ("Medication/bag", {"assessment": coded("unlikely")})],
         "unlikely"),
        ([("Procedure/p", {"assessment": coded("certain")}), ("Medication/bag", {"productRelatedness": "unrelated"})],
         "not-related"),
        ([("Procedure/p", {"assessment": coded("unlikely")}), ("Procedure/q", {"assessment": coded("possible")})],
         "possible"),
        ([("Medication/bag", {})], None),
        ([("Medication/nowhere", {"productRelatedness": "unrelated"})], None),
        ([("Medication/nowhere", {"productRelatedness": "unlikely"})], None),
        ([("Medication/nowhere", {"productRelatedness": "possible"})], "possible"),
    ],
)  # fmt: skip
def test_relatedness_is_to_the_study_product(entities: list[tuple[str, Json]], related: str | None) -> None:
    """What is said of another drug does not count; of what cannot be told only a suspicion, if the product is not named."""
    made = [{"instance": {"reference": name}, "causality": [cause] if cause else None} for name, cause in entities]
    made = [{key: value for key, value in one.items() if value} for one in made]
    assert report(suspectEntity=made).related == related


def test_the_backport_tells_a_suspect_by_its_code_too() -> None:
    """Of another drug, or of none that is named."""
    drug = suspect({"valueCodeableConcept": coded("L04AC07", system=ATC)}, ncit("C53260"))
    product = suspect({"valueCodeableConcept": CELLS}, ncit("C53257"))
    nothing = extended("suspect-entity", extension=[])
    assert report(extension=[drug]).related is None
    assert report(extension=[drug, product, nothing]).related == "unlikely"


def test_two_words_on_whether_it_was_expected_settle_nothing() -> None:
    """R5 and the extension may both be there."""
    yes = extended("expected-in-research-study", valueBoolean=True)
    assert report(extension=[yes], expectedInResearchStudy=True).expected is True
    assert report(extension=[yes], expectedInResearchStudy=False).expected is None


def test_an_event_without_a_name_is_an_event() -> None:
    """Something happened, and a person must say what; a name that contradicts its code does not lose it."""
    assert report(event=None).term == ""
    odd = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I26.9", "display": "Diarrhoea"}]}
    assert report(event=odd).term == "Diarrhoea"


def test_a_bad_date_is_an_error() -> None:
    """The chart sets the resource aside as "bad-date"."""
    with pytest.raises(ValueError, match="not a FHIR date"):
        report(date="2025/03/10")
