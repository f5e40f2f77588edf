"""The checklist: whatever a finding says can be read in it, with all digits, and nothing of the patient that need not be."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from mappings.emitting.checklist import checklist
from mappings.emitting.datatypes import Release
from mappings.findings import Amount, Evidence
from mappings.interpretations import Interpretations
from mappings.site import EVER, Occasion, Site
from tests.spec.emitting.conftest import AT, ON, Made, finding

Item = dict[str, Any]
RATIO = Evidence(
    "Observation/o1",
    "2",
    "2025-05-30T08:00:00+08:00",
    "160.60 mg/mmol",
    Decimal("1.42000000"),
    "g/g",
    Decimal("0.00884"),
)
MEASURED = finding(
    "I02-LN-2",
    "met",
    "in-range",
    evidence=(RATIO,),
    value=Amount(Decimal("1.42000000"), "g/g"),
    limit=Amount(Decimal("1.0"), "g/g"),
    margin=Amount(Decimal("0.42000000"), "g/g"),
)


def _answers(item: Item) -> Iterator[tuple[str, list[Any]]]:
    """Yield every link id below ``item`` with the values of its answers."""
    values = [value for one in item.get("answer", []) for name, value in one.items() if name.startswith("value")]
    yield item["linkId"], values
    for inner in (*item.get("item", []), *(each for one in item.get("answer", []) for each in one.get("item", []))):
        yield from _answers(inner)


def _read(made: Item) -> dict[str, list[Any]]:
    return {name: values for item in made["item"] for name, values in _answers(item)}


def test_a_measured_answer_tells_everything(screened: Made, release: Release) -> None:
    """State, reason, effect, words, value, limit, margin; of the evidence version, raw value, time, conversion."""
    said = _read(checklist(screened(MEASURED), release, ON))
    codes = [said[f"I02-LN-2{part}"][0]["code"] for part in ("", ".reason", ".effect")]
    assert codes == ["met", "in-range", "allows"]
    assert "1.42 g/g" in said["I02-LN-2.text-en"][0]
    assert "1.42 g/g" in said["I02-LN-2.text-zh"][0]
    numbers = [str(said[f"I02-LN-2.{part}"][0]["value"]) for part in ("value", "limit", "margin")]
    assert numbers == ["1.42", "1.0", "0.42"]
    assert said["I02-LN-2.value"][0]["system"] == "http://unitsofmeasure.org"
    assert said["I02-LN-2.evidence"] == [{"reference": "Observation/o1/_history/2"}]
    assert said["I02-LN-2.evidence.raw"] == ["160.60 mg/mmol"]
    assert said["I02-LN-2.evidence.time"] == ["2025-05-30T08:00:00+08:00"]
    assert said["I02-LN-2.evidence.converted"][0]["value"] == Decimal("1.42")
    assert said["I02-LN-2.evidence.factor"] == [Decimal("0.00884")]


def test_what_is_not_there_is_left_out(screened: Made, release: Release) -> None:
    """No number, no evidence, no raw value: no empty item."""
    bare = finding("E07", "met", "present", evidence=(Evidence("Condition/c1"),))
    said = _read(checklist(screened(bare), release, ON))
    assert said["E07.evidence"] == [{"reference": "Condition/c1"}]
    assert not {"E07.value", "E07.limit", "E07.margin", "E07.evidence.raw", "E07.evidence.factor"} & set(said)
    assert "E08-1.evidence" not in said


def test_a_resource_without_an_id_is_told_in_words(screened: Made, release: Release) -> None:
    """There is nothing to refer to, but that something was used is said."""
    nameless = finding("E07", "met", "present", evidence=(Evidence("Condition/", "3"),))
    said = _read(checklist(screened(nameless), release, ON))
    assert said["E07.evidence"] == [{"display": "Condition without an id"}]


def test_who_the_patient_is_is_not_copied(screened: Made, release: Release) -> None:
    """The birth date that age rests on stays in the Patient that is referred to."""
    born = (Evidence("Patient/p1", "1", None, "1984-05-09"),)
    age = finding("I01", "met", "in-range", evidence=born, value=Amount(Decimal(41), "a"))
    made = checklist(screened(age), release, ON)
    assert "1984-05-09" not in str(made)
    assert _read(made)["I01.evidence"] == [{"reference": "Patient/p1/_history/1"}]


def test_signs_that_cannot_be_written_are_left_out(screened: Made, release: Release) -> None:
    """A control character in a raw value neither breaks the resource nor the narrative; nothing but such is nothing."""
    noisy = tuple(Evidence("Observation/1", raw=raw) for raw in ("阳\x00性\x1f <&>", "\x07 \x00"))
    made = checklist(screened(finding("E08-3", "met", "positive", evidence=noisy)), release, ON)
    assert _read(made)["E08-3.evidence.raw"] == ["阳性 <&>"]
    assert "\\x" not in repr(made)


def test_the_summary_tells_as_of_when_and_what_came_out(screened: Made, release: Release) -> None:
    """Instants in the site's zone, decision, cohorts and days."""
    known = datetime(2025, 5, 31, 16, tzinfo=UTC)
    days = {"eligible_from": date(2025, 6, 1), "eligible_until": date(2025, 6, 9)}
    said = _read(checklist(screened(known_at=known, **days), release, ON))
    assert said["screening.at"] == ["2025-06-01T09:00:00+08:00"]
    assert said["screening.known-at"] == ["2025-06-01T00:00:00+08:00"]
    assert [said[f"screening.{name}"][0]["code"] for name in ("decision", "cohort.LN", "cohort.ITP")] == [
        "eligible",
        "LN-eligible",
        "ITP-eligible",
    ]
    assert said["screening.eligible-from"] == ["2025-06-01"]
    assert said["screening.eligible-until"] == ["2025-06-09"]
    assert not {"screening.known-at", "screening.eligible-from"} & set(_read(checklist(screened(), release, ON)))


def test_the_settings_under_which_it_holds_are_named(screened: Made, release: Release) -> None:
    """Every reading that was chosen, every number that was set, and what is declared complete."""
    site = Site(
        interpretations=Interpretations(syphilis="any-test"),
        limits={"result_window": Decimal(14)},
        coverage={"Condition": EVER, "ResearchSubject": date(2020, 1, 1)},
    )
    said = _read(checklist(screened(), release, Occasion(AT, site)))["screening.setting"]
    assert "interpretations.syphilis = any-test" in said
    assert "interpretations.cns_disorders = unset" in said
    assert said[-3:] == [
        "limits.result_window = 14",
        "coverage.Condition = all",
        "coverage.ResearchSubject = 2020-01-01",
    ]
    full = _read(checklist(screened(), release, Occasion(AT, full_coverage=True)))["screening.setting"]
    assert full[-1] == "coverage.* = all"


def test_the_identifier_is_one_or_a_list_as_the_release_has_it(screened: Made) -> None:
    """R4 gives a response one identifier, R5 a list."""
    r4, r5 = (checklist(screened(), release, ON)["identifier"] for release in ("R4", "R5"))  # type: ignore[arg-type]
    assert r5 == [r4]
