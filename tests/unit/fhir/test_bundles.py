"""JSON documents, Bundles and contained resources."""

import json
from typing import Any

import pytest

from adapter.fhir.bundles import RefusedError, Resource, decode, deeper_than, encode, unpack
from adapter.fhir.contained import hoist, hoist_line


def taken(document: object, entries: int = 100, depth: int = 64) -> list[Any]:
    """What a document gives: resources as (path, Type/id), refusals as (path, reason, reference)."""
    return [
        (each.path, f"{each.body['resourceType']}/{each.body.get('id')}")
        if isinstance(each, Resource)
        else (each.path, each.reason, each.reference)
        for each in unpack(decode(json.dumps(document).encode(), depth), entries, depth)
    ]


def bundle(*entries: object, kind: str = "collection") -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def version(name: str, updated: str | None = None) -> dict[str, Any]:
    meta = {"meta": {"lastUpdated": updated}} if updated else {}
    return {"resource": {"resourceType": "Patient", "id": name, **meta}, "request": {"method": "PUT", "url": "Patient"}}


PATIENT = {"resourceType": "Patient", "id": "p"}


@pytest.mark.parametrize("number", ["7.300", "1E+2", "0.000000123", "123456789012345678901234567890", "-0"])
def test_numbers_stay_as_written(number):
    """A number token passes through with every digit, however long."""
    line = encode(decode(b'{"value": %s}' % number.encode(), 64), 64, 1000)
    assert line == b'{"value":%s}\n' % number.encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a": NaN}', "not-json"),
        (b'{"a": -Infinity}', "not-json"),
        (b"{", "not-json"),
        (b'{"a": 1} x', "not-json"),
        (b'{"a": "\xff"}', "not-utf8"),
        (b"[" * 100_000 + b"]" * 100_000, "too-deep"),
        (b"[" * 100_000, "too-deep"),
    ],
)
def test_what_is_no_json_is_refused(data, reason):
    """A document that is no strict JSON is refused as a whole, with the reason and none of its text."""
    with pytest.raises(RefusedError) as caught:
        decode(data, 64)
    assert (caught.value.reason, caught.value.__cause__) == (reason, None)


@pytest.mark.parametrize(
    ("text", "depth"), [("[[{}]]", 3), ('{"[[[[": "]"}', 1), (r'["\"[[[[", "\\"]', 1), ("1", 0), ('[[],"",[[]]]', 3)]
)
def test_depth_is_counted_outside_strings(text, depth):
    """Brackets inside strings are no nesting, escaped quotation marks end no string."""
    assert not deeper_than(text.encode(), depth)
    assert deeper_than(text.encode(), depth - 1) or depth == 0


def test_half_a_surrogate_pair_is_refused():
    """A string that no UTF-8 can hold refuses the resource instead of raising."""
    with pytest.raises(RefusedError, match="not-utf8"):
        encode({"a": "\ud800"}, 64, 1000)


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction", "batch", "document", "message"])
def test_every_type_of_bundle_is_unpacked(kind):
    """The entries of a Bundle of any type become resources with their place."""
    outcome = {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}}
    assert taken(bundle({"resource": PATIENT}, outcome, kind=kind)) == [
        ("Bundle.entry[0].resource", "Patient/p"),
        ("Bundle.entry[1].resource", "OperationOutcome/None"),
    ]


def test_a_bundle_in_a_bundle_is_unpacked():
    """An inner Bundle's entries are resources too, and count against the same limit."""
    document = bundle({"resource": bundle({"resource": PATIENT}, {"resource": PATIENT})}, {"resource": PATIENT})
    assert taken(document) == [
        ("Bundle.entry[0].resource.entry[0].resource", "Patient/p"),
        ("Bundle.entry[0].resource.entry[1].resource", "Patient/p"),
        ("Bundle.entry[1].resource", "Patient/p"),
    ]
    assert taken(document, entries=3) == [
        ("Bundle.entry[0].resource.entry[0].resource", "Patient/p"),
        ("Bundle.entry[0].resource.entry[1]", "too-many-entries", None),
        ("Bundle.entry[1].resource", "Patient/p"),
    ]


def test_bundles_in_bundles_end_somewhere():
    """Bundles nested deeper than the limit are refused at that level."""
    document = PATIENT
    for _ in range(6):
        document = bundle({"resource": document})
    assert [each[1] for each in taken(document, depth=5)] == ["too-deep"]


def test_the_rest_of_a_long_bundle_is_told_once():
    """Entries above the limit are left, and one refusal says from where."""
    document = bundle(*({"resource": PATIENT} for _ in range(5)))
    assert taken(document, entries=2)[2:] == [("Bundle.entry[2]", "too-many-entries", None)]
    assert taken([PATIENT] * 3, entries=2)[2:] == [("[2]", "too-many-entries", None)]


def test_an_array_of_resources_is_read():
    """A JSON array gives its resources, and Bundles in it theirs."""
    assert taken([PATIENT, bundle({"resource": PATIENT}), 5, {}]) == [
        ("[0]", "Patient/p"),
        ("[1].entry[0].resource", "Patient/p"),
        ("[2]", "not-fhir", None),
        ("[3]", "not-fhir", None),
    ]


@pytest.mark.parametrize("odd", [1, "x", None, [], {}, {"resourceType": 5}])
def test_odd_shapes_are_refused(odd):
    """Anything where a resource, an entry or the entries should be is refused in its place."""
    assert taken(odd) in ([("", "not-fhir", None)], [])
    assert taken(bundle({"resource": odd}))[0][1] == "not-fhir"
    assert [each[1] for each in taken({"resourceType": "Bundle", "entry": odd})] == ([] if odd == [] else ["not-fhir"])


def test_a_repeated_key_refuses_its_resource_only():
    """A duplicate key sets its own resource aside; above the entries it sets the document aside."""
    one = b'{"resource":{"resourceType":"Patient","id":"a","name":[{"text":"x","text":"y"}]}}'
    two = b'{"resource":{"resourceType":"Patient","id":"b"}}'
    document = b'{"resourceType":"Bundle","entry":[%s,%s]}' % (one, two)
    first, second = unpack(decode(document, 64), 10, 64)
    assert isinstance(first, RefusedError)
    assert (first.reason, first.reference) == ("duplicate-key", "Patient/a")
    assert isinstance(second, Resource)
    (whole,) = unpack(decode(b'{"type":"a","type":"b",' + document[1:], 64), 10, 64)
    assert isinstance(whole, RefusedError)
    assert whole.reason == "duplicate-key"


def test_the_newest_version_in_a_history_stays():
    """Of several versions the one last updated stays, whatever the order and the time zones."""
    old, new = version("p", "2026-01-02T01:00:00+08:00"), version("p", "2026-01-01T18:00:00Z")
    assert taken(bundle(old, new, version("q"), kind="history")) == [
        ("Bundle.entry[0]", "superseded", "Patient/p"),
        ("Bundle.entry[1].resource", "Patient/p"),
        ("Bundle.entry[2].resource", "Patient/q"),
    ]
    assert [each[1] for each in taken(bundle(version("p"), version("p"), kind="history"))] == [
        "Patient/p",
        "superseded",
    ]


def test_versions_of_a_deleted_resource_are_not_used():
    """A deletion that is the newest entry sets the versions aside; one that was undone sets none aside."""
    delete = {"request": {"method": "DELETE", "url": "Patient/p"}, "response": {"lastModified": "2026-02-01T00:00:00Z"}}
    old, again = version("p", "2026-01-01T00:00:00Z"), version("p", "2026-03-01T00:00:00Z")
    assert taken(bundle(delete, old, kind="history")) == [("Bundle.entry[1]", "deleted", "Patient/p")]
    assert [each[1] for each in taken(bundle(again, delete, old, kind="history"))] == ["Patient/p", "superseded"]
    assert taken(bundle(delete, kind="history")) == [("Bundle.entry[0]", "deleted", "Patient/p")]


def test_an_entry_without_a_resource_is_told():
    """An entry with only a request or a response is set aside, not passed over."""
    assert taken(bundle({"response": {"status": "201"}}, kind="transaction-response")) == [
        ("Bundle.entry[0]", "no-resource", None)
    ]


def test_urn_references_become_literal_ones():
    """References by urn become Type/id, and an entry without an id takes the one of its fullUrl."""
    document = bundle(
        {"fullUrl": "urn:uuid:ABC-1", "resource": {"resourceType": "Patient"}},
        {
            "fullUrl": "urn:oid:1.2.3",
            "resource": {
                "resourceType": "Observation",
                "subject": {"reference": "urn:uuid:abc-1"},
                "focus": [{"reference": "Patient/9"}, {"reference": "urn:uuid:unknown"}],
                "performer": [{"reference": "http://other/Patient/1/_history/2"}],
            },
        },
    )
    patient, observation = (each.body for each in unpack(decode(json.dumps(document).encode(), 64), 9, 64))
    assert (patient["id"], observation["id"]) == ("ABC-1", "1.2.3")
    assert observation["subject"] == {"reference": "Patient/ABC-1"}
    assert [each["reference"] for each in observation["focus"]] == ["Patient/9", "urn:uuid:unknown"]
    assert observation["performer"] == [{"reference": "http://other/Patient/1/_history/2"}]


def test_a_full_url_names_its_resource():
    """A resource without an id takes the one of a literal fullUrl of its type, never a version number."""
    urls = ["http://a/fhir/Patient/7", "http://a/fhir/Patient/7/_history/2", "http://a/fhir/Basic/7", "http://a/x"]
    document = bundle(*({"fullUrl": url, "resource": {"resourceType": "Patient"}} for url in urls))
    assert [each[1] for each in taken(document)] == ["Patient/7", "Patient/7", "Patient/None", "Patient/None"]


def test_contained_resources_become_resources():
    """Contained resources get an id of their own and the subject, and references follow."""
    parent = {
        "resourceType": "Procedure",
        "id": "op",
        "subject": {"reference": "Patient/1"},
        "report": [{"reference": "#r"}],
        "contained": [
            {"resourceType": "DiagnosticReport", "id": "r", "result": [{"reference": "#o"}], "x": {"reference": "#"}},
            {"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/2"}},
            {"resourceType": "AllergyIntolerance", "id": "a"},
            {"resourceType": "Consent", "id": "c", "scope": {}},
            {"resourceType": "Organization", "id": "g"},
        ],
    }
    outer, report, observation, allergy, consent, organization = hoist(parent)
    assert "contained" not in outer
    assert outer["report"] == [{"reference": "DiagnosticReport/op.r"}]
    assert report["id"] == "op.r"
    assert report["subject"] == {"reference": "Patient/1"}
    assert report["result"] == [{"reference": "Observation/op.o"}]
    assert report["x"] == {"reference": "Procedure/op"}
    assert observation["subject"] == {"reference": "Patient/2"}
    assert allergy["patient"] == consent["patient"] == {"reference": "Patient/1"}
    assert "subject" not in organization


def test_contained_ids_stay_legal_and_distinct():
    """Long, illegal, missing and repeated ids all become legal ids, each its own."""
    inner = [{"resourceType": "Basic", "id": each} for each in ("x" * 64, "no good", "a", "a")]
    ids = [
        each["id"]
        for each in hoist({"resourceType": "Basic", "id": "p" * 30, "contained": [*inner, {"resourceType": "Basic"}]})
    ]
    assert len(set(ids)) == 6
    assert all(len(each) <= 64 and each.replace("-", "").replace(".", "").isalnum() for each in ids)


def test_circles_of_references_do_no_harm():
    """Contained resources that refer to each other, and entries that do, are read like any."""
    a = {"resourceType": "Basic", "id": "a", "subject": {"reference": "#b"}}
    b = {"resourceType": "Basic", "id": "b", "subject": {"reference": "#a"}}
    _, first, second = hoist({"resourceType": "Basic", "id": "p", "contained": [a, b]})
    assert (first["subject"], second["subject"]) == ({"reference": "Basic/p.b"}, {"reference": "Basic/p.a"})
    entries = [
        {
            "fullUrl": f"urn:uuid:{n}",
            "resource": {"resourceType": "Basic", "subject": {"reference": f"urn:uuid:{3 - n}"}},
        }
        for n in (1, 2)
    ]
    assert len(taken(bundle(*entries))) == 2


def test_a_line_is_hoisted():
    """A line with contained resources becomes several, digits kept; any other line comes back as it is."""
    line = b'{"resourceType":"Basic","id":"p","contained":[{"resourceType":"Observation","id":"o","v":7.300}]}'
    assert hoist_line(line) == [
        b'{"resourceType":"Basic","id":"p"}\n',
        b'{"resourceType":"Observation","id":"p.o","v":7.300}\n',
    ]
    for other in (b"{}", b"{", b"\xff", b'{"contained": 5}', b"[" * 10_000):
        assert hoist_line(other) == [other]


def test_a_contained_patient_stands_for_whoever_carries_its_identifier():
    """It has no life of its own; one that says whom it stands for, or carries nothing, is left as it is."""
    named = {"system": "urn:mrn", "value": "7"}
    inner = [
        {"resourceType": "Patient", "id": "a", "identifier": [{"use": "temp"}, named]},
        {"resourceType": "Patient", "id": "b"},
        {"resourceType": "Patient", "id": "c", "identifier": [named], "link": []},
    ]
    _, one, *others = hoist({"resourceType": "Basic", "id": "p", "contained": inner})
    assert one["link"] == [{"other": {"type": "Patient", "identifier": named}, "type": "replaced-by"}]
    assert [each.get("link") for each in others] == [None, []]
