"""FHIR XML read as FHIR JSON."""

import json
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class

from adapter.fhir.bundles import RefusedError
from adapter.fhir.xml import parse


def read(inner: str, depth: int = 64) -> Any:
    """The JSON text that an XML document gives, its root completed with the namespace, as Python values."""
    name, rest = inner.removeprefix("<").split(">", 1)
    return json.loads(msgspec.json.encode(parse(f'<{name} xmlns="http://hl7.org/fhir">{rest}'.encode(), depth)))


def refused(data: str | bytes) -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        parse(data.encode() if isinstance(data, str) else data, 64)
    return caught.value.reason, caught.value.path


def floats(value: Any) -> Any:
    """The same with all numbers as floats: the models write 0 as 0.0."""
    if isinstance(value, dict):
        return {key: floats(each) for key, each in value.items()}
    if isinstance(value, list):
        return [floats(each) for each in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


CODE = {"coding": [{"system": "http://loinc.org", "code": "2160-0", "display": "Creatinine <serum> & more"}]}
SUBJECT = {"reference": "Patient/p"}
MODELS = [
    {
        "resourceType": "Patient",
        "id": "p",
        "meta": {"profile": ["http://a", "http://b"], "tag": [{"code": "x"}]},
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">words</div>'},
        "extension": [{"url": "http://e", "valueAddress": {"city": "c"}}, {"url": "http://f", "valueBoolean": True}],
        "active": True,
        "name": [{"family": "f", "given": ["a", "b"]}, {"text": "t"}],
        "birthDate": "1960-05-01",
        "multipleBirthInteger": 2,
        "communication": [{"language": {"text": "zh"}, "preferred": False}],
    },
    {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": CODE,
        "subject": SUBJECT,
        "effectiveDateTime": "2026-01-01T10:00:00+08:00",
        "valueQuantity": {"value": 7.25, "unit": "mg/dL"},
        "referenceRange": [{"low": {"value": 0}, "high": {"value": 10}}],
        "component": [{"code": CODE, "valueString": "v"}, {"code": CODE, "valueInteger": 3}],
    },
    {
        "resourceType": "Condition",
        "subject": SUBJECT,
        "code": CODE,
        "onsetAge": {"value": 50, "unit": "a"},
        "contained": [{"resourceType": "Practitioner", "id": "c", "name": [{"text": "n"}]}],
        "stage": [{"summary": CODE}],
    },
    {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": CODE,
        "subject": SUBJECT,
        "dosageInstruction": [{"sequence": 1, "asNeededBoolean": False, "timing": {"repeat": {"frequency": 2}}}],
    },
    {"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"}, "subject": SUBJECT},
    {
        "resourceType": "Bundle",
        "type": "collection",
        "total": 1,
        "entry": [{"fullUrl": "http://a/Patient/p", "resource": {"resourceType": "Patient", "id": "p"}}],
    },
]


@pytest.mark.parametrize("resource", MODELS, ids=lambda each: each["resourceType"])
def test_xml_written_by_the_models_gives_their_json(resource):
    """What the models write as XML reads as the very JSON they were made from."""
    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    xml = model.model_dump_xml()
    made = json.loads(msgspec.json.encode(parse(xml if isinstance(xml, bytes) else xml.encode(), 64)))
    assert floats(made) == floats(resource)


@pytest.mark.parametrize("digits", ["7.300", "100.00", "0.000000123", "1E-22", "0"])
def test_decimals_keep_their_digits(digits):
    """A decimal is the same token in JSON as it was in XML."""
    line = parse(
        f'<Observation xmlns="http://hl7.org/fhir"><valueQuantity><value value="{digits}"/></valueQuantity>'
        "</Observation>".encode(),
        64,
    )
    assert msgspec.json.encode(line) == (
        b'{"resourceType":"Observation","valueQuantity":{"value":%s}}' % digits.encode()
    )


def test_a_value_that_is_no_number_stays_a_string():
    """A literal outside JSON's grammar is left to the reader of the JSON, as a string."""
    made = read('<Observation><valueQuantity><value value="+05"/></valueQuantity></Observation>')
    assert made["valueQuantity"] == {"value": "+05"}
    assert read('<Patient><active value="yes"/></Patient>')["active"] == "yes"


def test_ids_and_extensions_of_primitives_are_kept():
    """Element ids and primitive extensions go to the underscore name, lists padded with null."""
    extension = '<extension url="http://e"><valueCode value="c"/></extension>'
    made = read(
        f'<Patient><name id="n1"><given value="a"/><given id="g2">{extension}</given></name>'
        f"<birthDate>{extension}</birthDate></Patient>"
    )
    extra = [{"url": "http://e", "valueCode": "c"}]
    assert made["name"] == [{"id": "n1", "given": ["a", None], "_given": [None, {"id": "g2", "extension": extra}]}]
    assert made["_birthDate"] == {"extension": extra}
    assert "birthDate" not in made


def test_comments_and_instructions_are_no_content():
    """Comments, processing instructions, a BOM and schema attributes change nothing."""
    data = (
        '\ufeff<?xml version="1.0" encoding="UTF-8"?><!-- c --><Patient xmlns="http://hl7.org/fhir" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">'
        '<?pi x?><!-- c --><id value="p"/></Patient>'
    )
    assert parse(data.encode(), 64) == {"resourceType": "Patient", "id": "p"}


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ('<!DOCTYPE Patient [<!ENTITY x "y">]><Patient xmlns="http://hl7.org/fhir"/>', ("doctype", "")),
        ("<Patient", ("not-xml", "")),
        ("<Patient/>", ("not-fhir", "")),
        ("<html><body/></html>", ("not-fhir", "")),
        (b'<Patient xmlns="http://hl7.org/fhir"><id value="\xff"/></Patient>', ("not-utf8", "")),
        ('<Nothing xmlns="http://hl7.org/fhir"/>', ("unknown-element", "?(line 1)")),
        ('<HumanName xmlns="http://hl7.org/fhir"/>', ("unknown-element", "?(line 1)")),
        ('<Patient xmlns="http://hl7.org/fhir"><foo value="1"/></Patient>', ("unknown-element", "Patient.?(line 1)")),
        (
            '<Patient xmlns="http://hl7.org/fhir">\n<id xmlns="urn:x" value="1"/></Patient>',
            ("unknown-element", "Patient.?(line 2)"),
        ),
        ('<Patient xmlns="http://hl7.org/fhir"><id/></Patient>', ("unknown-element", "Patient.id")),
        ('<Patient xmlns="http://hl7.org/fhir">Zhang</Patient>', ("unknown-element", "Patient")),
        ('<Patient xmlns="http://hl7.org/fhir" a="1"/>', ("unknown-element", "Patient.?(line 1)")),
        (
            '<Patient xmlns="http://hl7.org/fhir"><name/><name><family value="a"/><family value="b"/></name></Patient>',
            ("unknown-element", "Patient.name[1].family"),
        ),
        ("<a>" * 1000 + "</a>" * 1000, ("too-deep", "")),
    ],
)
def test_what_is_no_fhir_xml_is_refused(data, answer):
    """XML with a DOCTYPE, damage, foreign or unknown parts is refused with the path."""
    assert refused(data) == answer


def test_deep_resources_are_refused():
    """Nesting above the limit is refused without running out of stack."""
    deep = '<extension url="u">' * 80 + "</extension>" * 80
    reason, path = refused(f'<Patient xmlns="http://hl7.org/fhir">{deep}</Patient>')
    assert reason == "too-deep"
    assert path.startswith("Patient.extension[0]")


def test_one_bad_entry_leaves_the_others():
    """An unknown element spoils its own entry, with its path, and no other."""
    made = parse(
        b'<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>'
        b'<entry><resource><Patient><foo value="1"/></Patient></resource></entry>'
        b'<entry><resource><Patient><id value="p"/></Patient></resource></entry></Bundle>',
        64,
    )
    bad, good = (entry["resource"] for entry in made["entry"])
    assert isinstance(bad, RefusedError)
    assert (bad.reason, bad.path) == ("unknown-element", "Bundle.entry[0].resource.?(line 1)")
    assert good == {"resourceType": "Patient", "id": "p"}


def test_r5_elements_are_known_too():
    """An element that R4B lacks is read by R5, each resource of a Bundle by itself."""
    made = read(
        '<Bundle><entry><resource><Encounter><class><coding><code value="IMP"/></coding></class></Encounter></resource>'
        '</entry><entry><resource><Encounter><class><code value="IMP"/></class></Encounter></resource></entry></Bundle>'
    )
    r5, r4 = (entry["resource"] for entry in made["entry"])
    assert r5["class"] == [{"coding": [{"code": "IMP"}]}]
    assert r4["class"] == {"code": "IMP"}
    issue = '<issue><severity value="error"/></issue>'
    assert read(f"<Bundle><issues><OperationOutcome>{issue}</OperationOutcome></issues></Bundle>")["issues"]


def test_bundles_in_bundles_cost_no_time():
    """Bundles nested in R5 Bundles are read once each, not once per release at every level."""
    inner = ""
    for _ in range(60):
        inner = (
            f"<Bundle><entry><resource>{inner}</resource></entry><issues><OperationOutcome/></issues></Bundle>"
            if inner
            else "<Patient/>"
        )
    assert read(inner)["resourceType"] == "Bundle"
