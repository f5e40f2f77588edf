"""``yts109 grade``: what it prints, held against which baseline, by which version, and how it ends."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from adapter.grades import COLUMNS
from tests.cli.command import AT, HOSPITAL, SITE, Done, haemoglobin, patient, written, yts109

ALT = {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]}
PLATELETS = {"coding": [{"system": "http://loinc.org", "code": "777-3"}]}
CALCIUM = {"coding": [{"system": "http://loinc.org", "code": "17861-6"}]}
STRIP = {"coding": [{"system": "http://loinc.org", "code": "20454-5"}]}
CRP = {"coding": [{"system": "http://loinc.org", "code": "1988-5"}]}


def result(name: str, code: dict[str, Any], value: str, unit: str, day: str, high: float | None = None) -> bytes:
    """One result of ``day`` as a line."""
    ranges = {"referenceRange": [{"high": {"value": high, "unit": unit}}]} if high else {}
    quantity = {"value": "?", "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return haemoglobin(value, name, code=code, effectiveDateTime=day, valueQuantity=quantity, **ranges)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody with an ALT that was high before, and with what no term, or not the number alone, grades."""
    data = [
        patient(),
        result("alt-1", ALT, "100", "U/L", "2025-05-01", 40),
        result("alt-2", ALT, "220", "U/L", "2025-05-20", 40),
        result("plt", PLATELETS, "12", "10*3/uL", "2025-05-20"),
        result("ca", CALCIUM, "7.2", "mg/dL", "2025-05-20"),
        result("crp", CRP, "90", "mg/L", "2025-05-20"),
        haemoglobin("79.9", "hb", effectiveDateTime="2025-05-20"),
        haemoglobin("1", "strip", code=STRIP, effectiveDateTime="2025-05-20", valueQuantity=None, valueString="2+"),
        haemoglobin("50", "later", effectiveDateTime="2025-07-01"),
    ]
    return written(tmp_path_factory.mktemp("source") / "one.ndjson", b"".join(data))


def graded(*arguments: str | Path) -> Done:
    """Grade at the instant of the samples."""
    return yts109("grade", *arguments, "--at", AT)


def of(done: Done, name: str) -> dict[str, Any]:
    """The one grade of one Observation."""
    (one,) = [each for each in done.patients if each["reference"] == f"Observation/{name}"]
    return one


def test_each_gradable_result_is_a_line(source: Path) -> None:
    """Patient, reference, term, direction, version, grade and reason, with the number and what it was held against."""
    done = graded(source)
    assert done.status == 0
    assert [one["reference"].partition("/")[2] for one in done.patients] == [
        "alt-1", "alt-2", "ca", "ca", "hb", "plt", "strip", "strip",
    ]  # fmt: skip
    one = of(done, "alt-2")
    assert {key: one[key] for key in ("patient", "term", "direction", "version", "grade", "reason", "ncit_v5")} == {
        "patient": "Patient/good",
        "term": "Alanine aminotransferase increased",
        "direction": "high",
        "version": "5.0",
        "grade": 3,
        "reason": "graded",
        "ncit_v5": "C143267",
    }
    assert (one["time"], one["value"], one["unit"], one["raw"]) == ("2025-05-20", "220", "U/L", "220 U/L")
    assert (one["low_normal"], one["high_normal"], one["baseline"]) == (None, "40", None)
    assert of(done, "hb")["grade"] == 3
    assert of(done, "hb")["person"] == {"4": "consequences threaten life, or urgent intervention is indicated"}


def test_a_result_after_the_baseline_is_held_against_it(source: Path) -> None:
    """The last value up to the instant counts; it is itself graded by its range alone."""
    done = graded(source, "--baseline", "2025-05-10")
    assert (of(done, "alt-1")["grade"], of(done, "alt-1")["baseline"]) == (1, None)
    one = of(done, "alt-2")
    assert (one["grade"], one["reason"]) == (1, "graded")
    assert one["baseline"] == {"reference": "Observation/alt-1", "time": "2025-05-01", "value": "100", "unit": "U/L"}
    early = of(graded(source, "--baseline", "2025-04-01"), "alt-2")
    assert (early["grade"], early["reason"], early["baseline"]) == (None, "no-baseline", None)


def test_the_version_is_chosen_and_named(source: Path) -> None:
    """12 platelets are grade 4 in 5.0 and grade 3 in 6.0, where the term has another name."""
    one, other = (of(graded(source, "--ctcae", version), "plt") for version in ("5.0", "6.0"))
    assert (one["term"], one["grade"], one["version"]) == ("Platelet count decreased", 4, "5.0")
    assert (other["term"], other["grade"], other["version"]) == ("Thrombocytopenia", 3, "6.0")


def test_what_cannot_be_graded_says_why(source: Path) -> None:
    """Total calcium without an albumin has no grade in either direction, which is not grade 0."""
    found = [one for one in graded(source).patients if one["reference"] == "Observation/ca"]
    assert [(one["term"], one["grade"], one["reason"]) for one in found] == [
        ("Hypercalcemia", None, "no-albumin"),
        ("Hypocalcemia", None, "no-albumin"),
    ]
    assert [(one["value"], one["raw"]) for one in found] == [(None, "7.2 mg/dL")] * 2


def test_a_strip_in_words_is_graded(source: Path) -> None:
    """ "2+" is proteinuria of grade 2."""
    found = {one["term"]: one["grade"] for one in graded(source).patients if one["reference"] == "Observation/strip"}
    assert found == {"Proteinuria": 2, "Chronic kidney disease": 1}


def test_csv_has_the_same_grades(source: Path) -> None:
    """One line a grade under a head; nothing is written where there is no grade."""
    head, *rows = csv.reader(io.StringIO(graded(source, "--format", "csv", "--baseline", "2025-05-10").out))
    assert head == COLUMNS
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    told = [
        ("" if one["grade"] is None else str(one["grade"]), one["reason"])
        for one in graded(source, "--baseline", "2025-05-10").patients
    ]
    assert [(one["grade"], one["reason"]) for one in cells] == told
    assert cells[1]["baseline_reference"] == "Observation/alt-1"


def test_the_table_is_for_people(source: Path) -> None:
    """It is headed with version, instant and baseline, and ends with how many results have which grade."""
    lines = graded(source, "--format", "table").out.splitlines()
    assert lines[0] == f"CTCAE 5.0 · as of {AT} · baseline none: every result by its normal range"
    assert lines[2].split() == "good 2025-05-01 ↑ Alanine aminotransferase increased 100 U/L 1 graded".split()
    assert lines[-1] == "2 of grade 1 · 1 of grade 2 · 2 of grade 3 · 1 of grade 4 · 2 cannot be graded"
    assert "baseline 2025-05-10T00:00:00+08:00" in graded(source, "--format", "table", "--baseline", "2025-05-10").out
    assert "0 cannot be graded" in graded(written(source.parent / "none.ndjson", patient()), "--format", "table").out


def test_values_known_within_bounds_are_printed_as_such(tmp_path: Path) -> None:
    """Whatever a result was sent as, its value can be read."""
    texts = {"<5": "<5", "≤5": "<=5", ">5": ">5", ">=5": ">=5", "3-5": "3..5", "5": "5"}
    lines = [
        haemoglobin("1", f"p{index}", code=PLATELETS, valueQuantity=None, valueString=f"{text} 10^9/L")
        for index, text in enumerate(texts)
    ]
    done = graded(written(tmp_path / "a.ndjson", patient() + b"".join(lines)))
    found = {one["reference"]: one["value"] for one in done.patients}
    assert [found[f"Observation/p{index}"] for index in range(len(texts))] == ["<5", "0..5", ">5", ">=5", "3..5", "5"]


def test_workers_output_and_order_change_nothing(source: Path, tmp_path: Path) -> None:
    """The sample hospital has the same grades with two workers, into a file, and with its files the other way round."""
    once = graded(HOSPITAL, "--site", SITE, "--baseline", "2025-05-15")
    assert once.status == 0
    files = sorted(HOSPITAL.iterdir(), reverse=True)
    again = graded(*files, "--site", SITE, "--baseline", "2025-05-15", "--workers", "2", "--output", tmp_path / "out")
    assert again.out == ""
    assert (tmp_path / "out").read_text("utf-8") == once.out
    assert once.err == again.err


def test_what_is_set_aside_is_told(source: Path) -> None:
    """The result that lies after the instant is set aside, which needs no mending; a broken line does."""
    assert "set aside: 1 after-at" in graded(source).err
    assert graded(source, "--strict").status == 0
    broken = written(source.with_name("broken.ndjson"), b'{"resourceType":"Observation"')
    assert graded(source, broken, "--strict").status == 1


def test_a_line_with_a_key_twice_is_not_graded(tmp_path: Path) -> None:
    """What parsers may understand differently has no grade, and says that it is there."""
    twice = haemoglobin("79", "hb").replace(b'"value": 79', b'"value": 79, "value": 120')
    done = graded(written(tmp_path / "a.ndjson", patient() + twice))
    assert (of(done, "hb")["grade"], of(done, "hb")["reason"]) == (None, "not-understood")
    assert "1 duplicate-key" in done.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--baseline", "yesterday"),
            "yts109: --baseline yesterday: not an instant such as 2025-06-01T09:00:00+08:00\n",
        ),
        (("--ctcae", "4.03"), "Invalid value for '--ctcae'"),
        (("--format", "fhir"), "Invalid value for '--format'"),
    ],
)
def test_a_wrong_option_ends_with_status_2(source: Path, options: tuple[str, str], told: str) -> None:
    """As with every other command."""
    done = graded(source, *options)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_a_source_that_is_not_there_ends_with_status_2(tmp_path: Path) -> None:
    """With the message that screen has."""
    done = graded(tmp_path / "missing")
    assert (done.status, done.err) == (2, yts109("screen", tmp_path / "missing").err)


def test_json_numbers_are_texts_with_their_digits(source: Path) -> None:
    """No grade rests on a float, and none is printed."""
    line = next(line for line in graded(source).out.splitlines() if "Observation/hb" in line)
    assert json.loads(line)["value"] == "79.9"
