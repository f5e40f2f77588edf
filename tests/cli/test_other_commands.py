"""``yts109 run``, ``explain`` and ``doctor``."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from mappings.clauses import CLAUSES
from tests.cli.command import AT, SITE, haemoglobin, lines_of, patient, written, yts109

OPTIONS = ("--site", SITE, "--at", AT)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sample patients, and one whom another record has replaced."""
    old = patient("old", link=[{"other": {"reference": "Patient/ln-01"}, "type": "replaced-by"}], active=False)
    data = b"\n".join(lines_of("ln-01", "open-hbv")) + b"\n" + old
    return written(tmp_path_factory.mktemp("source") / "two.ndjson", data)


def test_run_prints_the_table_and_writes_the_resources(source: Path, tmp_path: Path) -> None:
    """A run prints what screen prints, and writes one NDJSON file a type, the trial itself among them."""
    done = yts109("run", source, *OPTIONS, "--to", tmp_path / "out")
    assert done.status == 0
    assert done.out == yts109("screen", source, *OPTIONS).out
    found = {path.stem: path.read_bytes().splitlines() for path in (tmp_path / "out").glob("*.ndjson")}
    assert all(json.loads(line)["resourceType"] == kind for kind, lines in found.items() for line in lines)
    assert {"ResearchStudy", "Questionnaire", "Device", "Provenance"} <= set(found)
    assert len(found["ResearchSubject"]) == len(found["QuestionnaireResponse"]) == 2


def _bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_second_run_changes_no_byte(source: Path, tmp_path: Path) -> None:
    """Running twice leaves the folder as it was."""
    arguments = ("run", source, *OPTIONS, "--to", tmp_path)
    yts109(*arguments)
    first = _bytes_in(tmp_path)
    yts109(*arguments)
    assert _bytes_in(tmp_path) == first


def test_files_of_an_earlier_run_do_not_linger(source: Path, tmp_path: Path) -> None:
    """A type that an earlier run wrote and this one does not is removed; files that are not ours are left alone."""
    yts109("run", source, *OPTIONS, "--to", tmp_path)
    (tmp_path / "Provenance.ndjson").rename(tmp_path / "Basic.ndjson")
    with (tmp_path / ".yts109-files").open("a") as note:
        note.write("Basic.ndjson\n../elsewhere.ndjson\n")
    written(tmp_path / "Encounter.ndjson", b"somebody else's")
    yts109("run", source, *OPTIONS, "--to", tmp_path)
    names = set(_bytes_in(tmp_path))
    assert "Basic.ndjson" not in names
    assert {"Encounter.ndjson", "Provenance.ndjson"} <= names
    assert not [name for name in names if name.endswith(".part")]


@pytest.mark.parametrize(("release", "version"), [("R4", "4.0.1"), ("r5", "5.0.0")])
def test_run_writes_the_release_that_is_asked_for(source: Path, tmp_path: Path, release: str, version: str) -> None:
    """R4 by default, R5 on demand: the definitions that are written say which."""
    yts109("run", source, *OPTIONS, "--fhir", release, "--to", tmp_path)
    found = json.loads((tmp_path / "StructureDefinition.ndjson").read_bytes().splitlines()[0])
    assert found["fhirVersion"] == version


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 2),
        (["--to", "out", "--fhir", "R3"], 2),
        (["--to", "http://127.0.0.1:9/fhir"], 3),
        (["--to", "SOURCE"], 2),
        (["--to", "/dev/null/out"], 3),
        (["--to", "/proc/out"], 3),
    ],
)
def test_a_target_that_cannot_be_is_told(source: Path, arguments: list[str], status: int) -> None:
    """Wrong usage is status 2, a folder that cannot be made or a server that is not there 3; nothing is printed before."""
    given = [str(source) if each == "SOURCE" else each for each in arguments]
    done = yts109("run", source, *given, cwd=source.parent)
    assert (done.status, done.out) == (status, "")
    assert done.err


@pytest.mark.parametrize(
    "named",
    [
        "ln-01",
        "Patient/ln-01",
        "Patient/ln-01/_history/3",
        "https://fhir.example.org/r4/Patient/ln-01",
        "old",
        "IDENTIFIER",
    ],
)
def test_explain_finds_the_patient_by_any_name(source: Path, named: str) -> None:
    """A patient is found by id, reference, address, identifier, or the id of a record that was replaced."""
    if named == "IDENTIFIER":
        [found] = [
            json.loads(line)
            for line in source.read_bytes().splitlines()
            if b'"id":"ln-01"' in line.replace(b": ", b":")
        ]
        named = f"{found['identifier'][0]['system']}|{found['identifier'][0]['value']}"
    done = yts109("explain", source, named, "I01", *OPTIONS)
    assert done.status == 0
    assert done.out.splitlines()[0] == f"Patient/ln-01 · NCT06943937 · {AT} · eligible 符合入组条件"


def test_explain_says_everything_in_both_languages(source: Path) -> None:
    """Without a clause all of them are explained, then what is missing and what was not used."""
    done = yts109("explain", source, "open-hbv", *OPTIONS)
    assert [clause.id for clause in CLAUSES if f"\n{clause.id} " not in done.out] == []
    assert all(clause.asks.en in done.out and clause.asks.zh in done.out for clause in CLAUSES)
    assert "What is missing, that which settles most first 尚缺资料:" in done.out
    assert "(E08-1): not in the record 记录中缺失" in done.out


def test_explain_one_clause_shows_the_evidence(source: Path) -> None:
    """One clause is explained by its sentence, what it asks, and each resource with what it said and was converted to."""
    done = yts109("explain", source, "ln-01", "I02-LN-2", *OPTIONS)
    assert "Observation/" in done.out
    assert " = " in done.out
    assert "尿蛋白/肌酐比值" in done.out
    assert "E01" not in done.out


def test_explain_takes_a_clause_in_any_case_and_lists_them(source: Path) -> None:
    """A clause may be written small; one that does not exist is told together with those that do."""
    assert yts109("explain", source, "ln-01", "i02-ln-2", *OPTIONS).out.splitlines()[2].startswith("I02-LN-2 ")
    assert "I01, I02, I02-LN-1" in yts109("explain", source, "ln-01", "I99", *OPTIONS).err


def test_the_version_is_told() -> None:
    """The version of the program and of the protocol, without any source."""
    done = yts109("--version")
    assert (done.status, done.out) == (0, f"yts109 {version('yts109-fhir-adapter')} · protocol of 2025-05-13\n")


@pytest.mark.parametrize("arguments", [["nobody"], ["ln-01", "I99"], ["urn:nowhere|1"], []])
def test_explain_refuses_what_is_not_there(source: Path, arguments: list[str]) -> None:
    """A patient who is not in the source, and a clause that does not exist, are wrong usage; no name is repeated."""
    done = yts109("explain", source, *arguments, *OPTIONS)
    assert (done.status, done.out) == (2, "")
    assert "nobody" not in done.err


def test_terminals_are_not_steered_by_what_a_record_holds(tmp_path: Path) -> None:
    """Control characters in a record do not reach a terminal."""
    result = haemoglobin("1", valueString="\x1b[2J12 g/L").replace(b'"valueQuantity"', b'"x"')
    source = written(tmp_path / "a.ndjson", patient() + patient("a\x1bc") + result)
    assert "\x1b" not in yts109("explain", source, "good", "I03-2", "--at", AT).out
    assert "\x1b" not in yts109("screen", source, "--at", AT).out


def test_doctor_speaks_by_clause(tmp_path: Path) -> None:
    """The doctor says for each clause what the source could mend, what it declares, and what nothing maps."""
    local = haemoglobin(code={"coding": [{"system": "urn:local", "code": "HB7"}]}, name="local")
    unit = haemoglobin(valueQuantity={"value": "?", "unit": "furlong"}, name="unit")
    source = written(tmp_path / "a.ndjson", patient() + local + unit + b"x\n")
    done = yts109("doctor", source, "--at", AT)
    assert done.status == 0
    assert done.out.startswith(f"NCT06943937 · protocol of 2025-05-13 · as of {AT}\n1 patient, 4 resources\n")
    assert "  I03-2          1 of 1 unit: send UCUM units in Quantity.code" in done.out
    assert "  E09            1 of 1 not-covered: declare in [coverage]" in done.out
    assert "Declared complete in the site file: nothing" in done.out
    assert f"{source}:4 malformed" in done.out
    assert "1 urn:local|HB7" in done.out


def test_doctor_finds_nothing_in_a_source_that_says_all(source: Path) -> None:
    """Coverage that is declared is named, and with it no clause complains of it."""
    done = yts109("doctor", source, *OPTIONS)
    assert "not-covered" not in done.out
    assert "Declared complete in the site file: AdverseEvent, AllergyIntolerance, Condition," in done.out
    assert "Declared complete in the site file: everything" in yts109("doctor", source, "--coverage", "full").out
