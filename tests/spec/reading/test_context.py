"""What all readers of one source share."""

import json
from datetime import datetime

import msgspec
import pytest

from mappings.codes import ATC, ICD_10, LOINC, Code
from mappings.reading import context as module
from mappings.reading.context import Context, context_with
from mappings.site import Site
from tests.spec.reading.fragments import coded, line, view

title = "Context"
LOCAL = "urn:lab"


def raw(*codes: str, system: str = LOINC) -> bytes:
    return json.dumps(coded(*codes, system=system)).encode()


@pytest.mark.parametrize(
    ("meta", "issued", "version", "known"),
    [
        (None, "", None, None),
        ({"versionId": "2"}, "", "2", None),
        ({"lastUpdated": "2025-05-20T08:00:00Z"}, "", None, "2025-05-20T08:00:00+00:00"),
        ({"lastUpdated": "2025-05-20T08:00:00Z"}, "2025-05-19T08:00:00Z", None, "2025-05-19T08:00:00+00:00"),
        ({"lastUpdated": "2025-05-20"}, "", None, "2025-05-20T23:59:59.999999+08:00"),
    ],
)
def test_a_source_names_its_version_and_when_it_was_known(
    meta: dict[str, str] | None, issued: str, version: str | None, known: str | None
) -> None:
    """Known from the time of issue, else from when the server wrote it; a vague time counts from its end."""
    source = Context().source(view("Observation", meta=meta), "Observation", issued)
    assert (source.reference, source.version) == ("Observation/x", version)
    assert source.issued == (datetime.fromisoformat(known) if known else None)


@pytest.mark.parametrize(
    ("codes", "concepts", "placed", "refusal"),
    [
        (coded("777-3", system=LOINC), {"lab.platelet"}, True, "not-relevant"),
        (coded("2093-3", system=LOINC), set(), False, "not-relevant"),
        (coded("PLT", system=LOCAL), {"lab.platelet"}, True, "not-relevant"),
        (coded("XYZ", system=LOCAL), set(), False, "unknown-code"),
        (coded("I10", system=ICD_10), set(), True, "unknown-code"),
        (coded("10", system=ICD_10), set(), False, "unknown-code"),
        (coded("C09AA05", system=ATC), set(), True, "unknown-code"),
        ({"text": "血小板"}, set(), False, "no-code"),
        ({}, set(), False, "no-code"),
    ],
)
def test_codes_stand_for_concepts(codes: dict[str, object], concepts: set[str], placed: bool, refusal: str) -> None:
    """By value sets, and by the site's own ConceptMaps; a code of a hierarchy is placed even where it is none of ours."""
    context = Context(local_codes={(LOCAL, "PLT"): Code(LOINC, "777-3")})
    meaning = context.meaning_of_raw(json.dumps(codes).encode())
    assert (meaning.concepts, meaning.placed, meaning.contradicted) == (concepts, placed, False)
    assert meaning.refusal == refusal


def test_a_display_that_contradicts_its_code_takes_the_meaning_away() -> None:
    """Neither can be believed; the text for people is what was sent."""
    wrong = {"coding": [{"system": LOINC, "code": "777-3", "display": "Hemoglobin [Mass/volume] in Blood"}]}
    meaning = Context().meaning_of_raw(json.dumps(wrong).encode())
    assert (meaning.concepts, meaning.contradicted) == (frozenset(), True)
    assert meaning.text == "Hemoglobin [Mass/volume] in Blood"


def test_of_two_codes_both_count() -> None:
    """A local code beside a standard one adds nothing and takes nothing away."""
    both = {"coding": [{"system": LOCAL, "code": "1"}, {"system": LOINC, "code": "777-3"}], "text": "血小板"}
    meaning = Context().meaning_of_raw(json.dumps(both).encode())
    assert (meaning.concepts, meaning.placed, meaning.text) == ({"lab.platelet"}, True, "血小板")
    assert [code.code for code in meaning.codes] == ["1", "777-3"]


def test_a_meaning_is_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What repeats is understood once, and memory does not grow with the source."""
    monkeypatch.setattr(module, "REMEMBERED", 2)
    context = Context()
    first = context.meaning_of_raw(raw("777-3"))
    assert context.meaning_of_raw(raw("777-3")) is first
    for code in ("718-7", "751-8"):
        context.meaning_of_raw(raw(code))
        assert context.use_of_code(raw(code)) is None
        assert context.use_of_code(raw(f"{code}0")) == "not-relevant"
    assert context.meaning_of_raw(raw("777-3")) == first
    assert len(context._meanings) <= 2
    assert len(context._uses) <= 2
    assert context.meaning_of_raw(b"").refusal == "no-code"


def test_what_belongs_to_no_patient_is_found_by_its_id() -> None:
    """Drugs and studies, each in its newest version; what cannot be read or told apart is left out."""
    shared = [
        line("Medication", id="a", meta={"versionId": "2"}, status="active"),
        line("Medication", id="a", meta={"versionId": "10"}, status="inactive"),
        line("Medication", id="b", code=coded("1")),
        line("Medication", id="b", code=coded("2")),
        line("Medication", id="c"),
        line("Medication", id="c"),
        line("Medication", id="c") + b" ",
        line("ResearchStudy", id="a"),
        line("Medication", id="d", code=7),
        b"nonsense",
        b"[" * 100_000,
    ]
    for lines in (shared, shared[::-1]):
        context = context_with(Site(), {}, lines, ["Condition"])
        assert sorted(context.medications) == ["a", "c"]
        assert context.medications["a"].meta.version_id == "10"  # type: ignore[union-attr]
        assert list(context.studies) == ["a"]
        assert context.lost == {"Condition"}
        assert str(context.zone) == "Asia/Shanghai"


def test_results_that_nobody_asks_for_are_left_unread() -> None:
    """Where it is known what is asked for, another test is of no use; a component that is asked for still is read."""
    context = Context(asked=frozenset({"vital.sbp"}))
    code = {
        name: msgspec.json.encode({"coding": [{"system": LOINC, "code": name}]}) for name in ("8480-6", "8462-4", "0-0")
    }
    assert [context.use_of_code(code[name]) for name in code] == [None, "not-relevant", "not-relevant"]
    assert [Context().use_of_code(code[name]) for name in code] == [None, None, "not-relevant"]


def test_the_codes_of_the_trial_stand_under_the_base_of_the_site_too() -> None:
    """A site publishes them under its own address; under that of somebody else they are not ours."""
    base = "https://trials.example.cn/fhir"
    cells = view("Condition", code=coded("yts109", system=f"{base}/CodeSystem/trial")).code
    assert Context(site=Site(canonical_base=base)).meaning(cells).concepts == {"rx.cart.yts109"}
    assert not Context().meaning(cells).concepts
    ours = view("Condition", code=coded("yts109", system="https://yts109.example.org/fhir/CodeSystem/trial")).code
    assert Context(site=Site(canonical_base=base)).meaning(ours).concepts == {"rx.cart.yts109"}
