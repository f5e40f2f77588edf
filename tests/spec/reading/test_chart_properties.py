"""One patient's lines -> one record: what holds for any lines."""

import json
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context
from tests.spec.reading.fragments import coded, line

title = "Charts, whatever they hold"
AT = datetime.fromisoformat("2025-06-01T12:00:00+08:00")
CONTEXT = Context()
FOLLOWED = Context(follows=True)
PATIENT = line("Patient")
TYPES = (
    "Observation Condition MedicationRequest MedicationAdministration MedicationStatement MedicationDispense Procedure "
    "DiagnosticReport AllergyIntolerance Consent QuestionnaireResponse ResearchSubject Patient Medication Encounter "
    "AdverseEvent Nonsense"
).split()
NAMES = (
    "id meta status code subject effectiveDateTime effectivePeriod issued valueQuantity valueString component reaction "
    "provision decision period item author authored progress study birthDate gender link identifier deceasedDateTime "
    "clinicalStatus verificationStatus onsetDateTime dosage dosageInstruction referenceRange interpretation extension "
    "coding text value unit start end type reference answer linkId lastUpdated versionId tag modifierExtension category "
    "actuality event date seriousness outcome recorder participant actor suspectEntity instance causality class url system"
).split()
_SCALAR = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**30, "", "x", "final", "active", "2025-05", "2025-05-20T10:00:00Z", "9999-12-31", "777-3",
     "http://loinc.org", "M32.1", "Patient/x", "阳性", "<20", "1:80", "10*9/L"]
) | st.text(max_size=5)  # fmt: skip
_ANY = st.recursive(
    _SCALAR,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)
_RESOURCE = st.builds(
    lambda kind, elements: json.dumps({"resourceType": kind, "id": "x", **elements}).encode(),
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(NAMES), _ANY, max_size=6),
)


@given(
    st.lists(_RESOURCE | _ANY.map(lambda some: json.dumps(some).encode()) | st.binary(max_size=20), max_size=5),
    st.booleans(),
    st.sampled_from([CONTEXT, FOLLOWED]),
)
def test_no_lines_make_a_chart_fail(lines: list[bytes], strictly: bool, context: Context) -> None:
    """Whatever a hospital sends is used, or set aside with a reason."""
    found = chart([PATIENT, *lines], (), context, Clock(AT, AT), strictly=strictly)
    assert found is not None


def _meta(number: int) -> dict[str, Any]:
    return {"versionId": str(number), "lastUpdated": f"2025-05-{number:02}T00:00:00Z"}


_RESULT = st.builds(
    lambda name, number, value, code: line(
        "Observation",
        id=name,
        meta=_meta(number) if number else None,
        code=coded(code, system="http://loinc.org"),
        valueQuantity={"value": value, "unit": "10*9/L"},
    ),
    st.sampled_from([None, "a", "b", "c"]),
    st.integers(0, 3),
    st.integers(30, 32),
    st.sampled_from(["777-3", "751-8", "2093-3"]),
)
_DIAGNOSIS = st.builds(
    lambda name, number, code: line(
        "Condition",
        id=name,
        meta=_meta(number) if number else None,
        code=coded(code, system="http://hl7.org/fhir/sid/icd-10"),
    ),
    st.sampled_from("ab"),
    st.integers(0, 2),
    st.sampled_from(["M32.1", "I10", ""]),
)
_PERSON = st.builds(
    lambda name, sex: line("Patient", id=name, gender=sex), st.sampled_from("xy"), st.sampled_from(["male", "female"])
)


@given(st.lists(_RESULT | _DIAGNOSIS | _PERSON, max_size=8), st.data())
def test_the_order_of_lines_does_not_matter(lines: list[bytes], data: st.DataObject) -> None:
    """Versions, copies, duplicates and patients come to the same record in any order."""
    shuffled = data.draw(st.permutations(lines))
    assert chart(lines, (), CONTEXT, Clock(AT)) == chart(shuffled, (), CONTEXT, Clock(AT))
