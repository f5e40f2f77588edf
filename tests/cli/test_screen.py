"""``yts109 screen``: its options, its formats, where it writes, and how it ends."""

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapter.report import COLUMNS
from mappings.clauses import CLAUSES
from tests.cli.command import AT, HOSPITAL, SITE, finding, haemoglobin, lines_of, patient, screened, written, yts109

CLAUSE_IDS = [clause.id for clause in CLAUSES]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sample patients: an eligible one, one that is barred, and one that is undetermined."""
    data = b"\n".join(lines_of("ln-01", "e01", "open-hbv")) + b"\n"
    return written(tmp_path_factory.mktemp("source") / "three.ndjson", data)


def test_the_table_is_the_default_and_names_the_instant(source: Path) -> None:
    """Without --format a table is printed; it is headed with study, protocol and instant, and has no colour on a pipe."""
    done = yts109("screen", source, "--site", SITE, "--at", AT, env={"FORCE_COLOR": "1", "COLUMNS": "40"})
    assert done.status == 0
    assert done.out.splitlines()[0] == "NCT06943937 · protocol of 2025-05-13 · as of 2025-06-01T09:00:00+08:00"
    assert done.out.splitlines()[-1] == "1 eligible · 1 ineligible · 1 undetermined"
    assert "\x1b" not in done.out + done.err


def test_the_table_says_in_words_what_bars_and_what_is_missing(source: Path) -> None:
    """A coordinator reads the decision, the cohort, the days, what bars and what is missing, without knowing any code."""
    rows = {line.split()[0]: line for line in yts109("screen", source, "--site", SITE, "--at", AT).out.splitlines()[2:]}
    assert rows["ln-01"].split() == ["ln-01", "eligible", "LN", "2025-06-01", "2025-06-05"]
    assert "E01 severe drug allergy" in rows["e01"]
    assert "E08-1 HBV DNA: not in the record" in rows["open-hbv"]


def test_json_is_an_array_and_ndjson_is_one_a_line(source: Path) -> None:
    """Both hold the same screenings, in the order of the patients' ids."""
    array = json.loads(yts109("screen", source, "--site", SITE, "--at", AT, "--format", "json").out)
    lines = screened(source, "--site", SITE).patients
    assert array == lines
    assert [one["patient"] for one in array] == ["Patient/e01", "Patient/ln-01", "Patient/open-hbv"]


def test_csv_has_a_line_for_each_clause_of_each_patient(source: Path) -> None:
    """The CSV form has all columns, the instant among them, and answers every clause for everybody."""
    done = yts109("screen", source, "--site", SITE, "--at", AT, "--format", "csv")
    head, *rows = csv.reader(io.StringIO(done.out))
    assert head == COLUMNS
    assert len(rows) == 3 * len(CLAUSES)
    assert {row[COLUMNS.index("at")] for row in rows} == {AT}
    people = {one["patient"]: one["identifier"] for one in screened(source, "--site", SITE).patients}
    assert all(row[1] == f"{people[row[0]]['system']}|{people[row[0]]['value']}" for row in rows)


def test_fhir_is_one_resource_a_line(source: Path) -> None:
    """The FHIR form holds what a run would write about the patients, numbers as numbers."""
    resources = (
        screened(source, "--site", SITE).out
        and yts109("screen", source, "--site", SITE, "--at", AT, "--format", "fhir").patients
    )
    assert {one["resourceType"] for one in resources} == {
        "ResearchSubject", "QuestionnaireResponse", "GuidanceResponse", "Provenance",
    }  # fmt: skip
    assert len([one for one in resources if one["resourceType"] == "ResearchSubject"]) == 3


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "fhir", "table"])
@pytest.mark.parametrize("data", [b'{"resourceType":"Slot","id":"s"}\n', haemoglobin()])
def test_nobody_in_a_source_is_no_error(tmp_path: Path, form: str, data: bytes) -> None:
    """An export may have no patients, and every format says so in its own way."""
    done = yts109("screen", written(tmp_path / "a.ndjson", data), "--at", AT, "--format", form)
    empty = {"json": "[]\n", "ndjson": "", "fhir": "", "csv": ",".join(COLUMNS) + "\n"}
    assert done.status == 0
    assert (
        done.out == empty[form] if form in empty else done.out.endswith("0 eligible · 0 ineligible · 0 undetermined\n")
    )


@pytest.mark.parametrize("form", ["json", "table"])
@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (patient()[:40], "not-json"), (b"\x01\x02" * 40, "not-json"), (b"x\ny\n", "not-json")],
)
def test_a_source_without_a_resource_is_an_error(tmp_path: Path, form: str, data: bytes, reason: str) -> None:
    """What was named and holds nothing that can be read ends with status 2 and why, and nothing is printed or written."""
    source, target = written(tmp_path / "in" / "a.json", data), tmp_path / "result"
    for given in ((), ("--output", target)):
        done = yts109("screen", source, "--at", AT, "--format", form, *given)
        assert (done.status, done.out) == (2, "")
        assert f"set aside: {source} {reason}" in done.err
        assert f"yts109: {source}: no FHIR resource in it that could be read" in done.err
    assert not target.exists()
    assert yts109("run", source, "--at", AT, "--to", tmp_path / "out").status == 2
    assert yts109("screen", "-", "--at", AT, "--format", form, stdin=data).status == 2
    assert yts109("screen", source, written(tmp_path / "b.ndjson", patient()), "--at", AT).status == 0


def test_lines_that_cannot_be_read_are_no_resources(tmp_path: Path) -> None:
    """A file of lines none of which is a resource is as unreadable as a document that is none."""
    assert screened(written(tmp_path / "a.ndjson", b"x\ny\n")).status == 2


@pytest.mark.parametrize("form", ["json", "ndjson", "csv", "fhir", "table"])
def test_output_goes_to_a_file(source: Path, tmp_path: Path, form: str) -> None:
    """With --output the same bytes go to a file, nothing to standard output, and no unfinished file stays behind."""
    arguments = ("screen", source, "--site", SITE, "--at", AT, "--format", form)
    target = tmp_path / "result"
    written(target, b"of an earlier screening")
    done = yts109(*arguments, "--output", target)
    assert (done.status, done.out) == (0, "")
    assert target.read_text("utf-8") == yts109(*arguments).out
    assert list(tmp_path.iterdir()) == [target]


def test_strict_makes_what_was_set_aside_count(tmp_path: Path) -> None:
    """Something set aside is an error of its own only with --strict; the results are printed all the same."""
    good = written(tmp_path / "good.ndjson", patient() + haemoglobin())
    bad = written(tmp_path / "bad.ndjson", patient() + b"x\n")
    assert [screened(each, "--strict").status for each in (good, bad)] == [0, 1]
    assert [screened(each).status for each in (good, bad)] == [0, 0]
    assert len(screened(bad, "--strict").patients) == 1


def test_strict_passes_over_what_needs_no_mending(tmp_path: Path) -> None:
    """What every real export holds is no error: other tests, copies, later results, other types, empty files."""
    glucose = haemoglobin("5", name="glucose", code={"coding": [{"system": "http://loinc.org", "code": "2345-7"}]})
    later = haemoglobin(name="later", effectiveDateTime="2026-01-01")
    wrong = haemoglobin(name="wrong", status="entered-in-error")
    unused = b'{"resourceType":"Slot","id":"s"}\n'
    written(tmp_path / "a.ndjson", patient() + haemoglobin() * 2 + glucose + later + wrong + unused)
    written(tmp_path / "empty.json", b"")
    done = screened(tmp_path, "--strict")
    assert "1 after-at, 1 duplicate, 1 empty, 1 entered-in-error, 1 not-relevant" in done.err
    assert done.status == 0


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-06-01", "2025-06-01T00:00:00+08:00"),
        ("2025-06-01T09:00", "2025-06-01T09:00:00+08:00"),
        ("2025-06-01T09:00:00Z", "2025-06-01T17:00:00+08:00"),
        ("2025-05-31T20:00:00-05:00", "2025-06-01T09:00:00+08:00"),
    ],
)
def test_at_names_an_instant_in_the_zone_of_the_site(tmp_path: Path, text: str, instant: str) -> None:
    """A day is its first instant and a time without a zone is the site's; every output names it in the site's zone."""
    done = yts109("screen", written(tmp_path / "a.ndjson", patient()), "--at", text, "--format", "ndjson")
    assert done.patients[0]["at"] == instant


def test_without_at_the_instant_is_now(tmp_path: Path) -> None:
    """Without --at the instant is now, in the site's time zone, and the output names it."""
    done = yts109("screen", written(tmp_path / "a.ndjson", patient()), "--format", "ndjson")
    named = datetime.fromisoformat(done.patients[0]["at"])
    assert timedelta(0) <= datetime.now(ZoneInfo("Asia/Shanghai")) - named < timedelta(minutes=5)


def test_known_at_leaves_out_what_came_later(tmp_path: Path) -> None:
    """A result that was issued after --known-at is not used, and says so."""
    late = haemoglobin(issued="2025-05-31T12:00:00+08:00")
    source = written(tmp_path / "a.ndjson", patient() + late)
    before, after = (
        screened(source, "--known-at", moment).patients[0] for moment in ("2025-05-31T11:00", "2025-06-01")
    )
    assert (finding(before, "I03-2")["effect"], finding(after, "I03-2")["effect"]) == ("open", "allows")
    assert before["set_aside"] == [{"reference": "Observation/hb", "reason": "not-yet-known"}]
    assert before["known_at"] == "2025-05-31T11:00:00+08:00"


def test_coverage_full_declares_everything_complete(tmp_path: Path) -> None:
    """Absence clears an exclusion only where the source is declared complete."""
    source = written(tmp_path / "a.ndjson", patient())
    assert finding(screened(source).patients[0], "E09")["reason"] == "not-covered"
    assert finding(screened(source, "--coverage", "full").patients[0], "E09")["reason"] == "absent"


def test_several_sources_are_one_and_none_is_read_twice(tmp_path: Path) -> None:
    """A patient's resources may be spread over sources; naming a file twice, or its directory too, changes nothing."""
    people, labs = written(tmp_path / "people.ndjson", patient()), written(tmp_path / "labs.ndjson", haemoglobin())
    apart = screened(people, labs)
    assert finding(apart.patients[0], "I03-2")["effect"] == "allows"
    assert screened(tmp_path, people, labs, people, tmp_path / "." / "labs.ndjson").out == apart.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--no-such-option"],
        ["SOURCE", "--format", "pdf"],
        ["SOURCE", "--coverage", "most"],
        ["SOURCE", "--workers", "0"],
        ["SOURCE", "--workers", "many"],
        ["SOURCE", "--at", "yesterday"],
        ["SOURCE", "--at", ""],
        ["SOURCE", "--at", "0001-01-01"],
        ["SOURCE", "--at", "9999-12-31T23:59:59+00:00"],
        ["SOURCE", "--known-at", "2025-13-01"],
        ["SOURCE", "--site", "no-such.toml"],
        ["SOURCE", "--output", "SOURCE"],
        ["https://fhir.example.org/r4"],
    ],
)
def test_wrong_usage_is_told(tmp_path: Path, arguments: list[str]) -> None:
    """A mistake in the arguments ends with status 2 and a message, and nothing is printed or changed."""
    source = written(tmp_path / "a.ndjson", patient())
    done = yts109("screen", *[str(source) if each == "SOURCE" else each for each in arguments])
    assert (done.status, done.out) == (2, "")
    assert done.err
    assert source.read_bytes() == patient()


def test_a_screening_names_the_settings_it_was_made_under(tmp_path: Path) -> None:
    """Limits that the site changed and what it declares complete stand in the JSON and in the checklist that is written."""
    source = written(tmp_path / "a.ndjson", patient())
    text = b'[coverage]\nCondition = "all"\nProcedure = 2015-01-01\n[limits]\nresult_window = 14\n'
    site = written(tmp_path / "site.toml", text)
    [found] = screened(source, "--site", site).patients
    assert found["limits"] == {"result_window": "14"}
    assert found["coverage"] == {"Condition": "all", "Procedure": "2015-01-01"}
    assert screened(source, "--coverage", "full").patients[0]["coverage"] == {"*": "all"}
    assert screened(source).patients[0]["limits"] == {}
    resources = yts109("screen", source, "--site", site, "--at", AT, "--format", "fhir").patients
    [checklist] = [one for one in resources if one["resourceType"] == "QuestionnaireResponse"]
    settings = next(item for item in checklist["item"][0]["item"] if item["linkId"] == "screening.setting")
    said = {answer["valueString"] for answer in settings["answer"]}
    assert {"limits.result_window = 14", "coverage.Condition = all", "coverage.Procedure = 2015-01-01"} <= said


def test_the_sample_hospital_needs_no_options() -> None:
    """The shipped hospital is screened with the site file alone; nobody is left out."""
    done = yts109("screen", HOSPITAL, "--site", SITE, "--format", "ndjson")
    assert done.status == 0
    assert len(done.patients) == len((HOSPITAL / "Patient.ndjson").read_bytes().splitlines()) - _merged()
    assert all([one["clause"] for one in found["findings"]] == CLAUSE_IDS for found in done.patients)


def _merged() -> int:
    """The patients of the sample hospital whom another record has replaced."""
    people = map(json.loads, (HOSPITAL / "Patient.ndjson").read_bytes().splitlines())
    return sum(any(link["type"] == "replaced-by" for link in one.get("link", ())) for one in people)
