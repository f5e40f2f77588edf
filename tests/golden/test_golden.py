"""Whole patients, each with one oddity: what is read and what comes out of it, side by side.

A case is a folder: ``case.toml`` says what it is about and as of when, ``in`` is the source, ``site.toml`` the settings
where it needs some, and ``out`` what must come out. One case, of a patient of whom nothing is known, is kept whole; of
the others findings and answers that are the same as there are left out, so that what the oddity changed can be seen.
``make golden`` writes ``out`` anew; the difference is to be reviewed line by line.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapter.cli import app
from tests.golden.layout import laid_out, parsed

HERE = Path(__file__).parent
CASES = sorted(file.parent.name for file in HERE.glob("*/case.toml"))
#: The case that the others are compared with.
BARE = "absent-without-coverage"
#: The lists of which only what differs from the bare case is kept.
COMPARED = ("findings", "missing", "item", "dataRequirement")
#: What a screening writes of one patient; what is written of the trial is the same for all.
OF_A_PATIENT = ("ResearchSubject", "QuestionnaireResponse", "GuidanceResponse", "Provenance")


def _screened(case: Path, folder: Path) -> dict[str, Any]:
    """Return what ``screen`` prints and ``run`` writes for a case, numbers as they are written."""
    said = tomllib.loads((case / "case.toml").read_text("utf-8"))
    given = ["--at", said["at"], *(("--known-at", said["known_at"]) if "known_at" in said else ())]
    given += ["--coverage", said["coverage"]] if "coverage" in said else []
    given += ["--site", str(case / "site.toml")] if (case / "site.toml").exists() else []
    source = str(case / "in")
    printed = CliRunner().invoke(app, ["screen", source, *given, "--format", "json"])
    written = CliRunner().invoke(app, ["run", source, *given, "--to", str(folder), "--fhir", said["fhir"]])
    assert (printed.exit_code, written.exit_code) == (0, 0), printed.output + written.output
    lines = [(folder / f"{kind}.ndjson").read_text("utf-8").splitlines() for kind in OF_A_PATIENT]
    return {"screening": parsed(printed.stdout), "resources": [parsed(line) for of in lines for line in of]}


def _without_bare(value: Any) -> Any:
    """Return what came out without what is said in the bare case too, and without its retelling in words."""
    bare = [parsed((HERE / BARE / "out" / f"{part}.json").read_text("utf-8")) for part in value]
    known = [one for part in bare for made in part for name in COMPARED for one in made.get(name, ())]

    def left(one: Any) -> Any:
        made = {name: inner for name, inner in one.items() if name not in ("text", "interpretations")}
        changed = ((n, [each for each in made[n] if each not in known]) for n in COMPARED if n in made)
        return made | dict(changed)

    return {part: [left(one) for one in made] for part, made in value.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_as_it_was_reviewed(name: str, tmp_path: Path) -> None:
    """The screening and the written resources are those of the reviewed files, the second time as the first."""
    case = HERE / name
    found = _screened(case, tmp_path)
    assert _screened(case, tmp_path) == found
    found = found if name == BARE else _without_bare(found)
    for part, value in found.items():
        file = case / "out" / f"{part}.json"
        if os.environ.get("GOLDEN") == "write":
            file.parent.mkdir(exist_ok=True)
            file.write_text(laid_out(value), "utf-8")
        assert laid_out(value) == laid_out(parsed(file.read_text("utf-8"))), f"{name}: {part}"


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_about_a_clause(name: str) -> None:
    """The clause that a case is about says the same in the screening and in the checklist."""
    said = tomllib.loads((HERE / name / "case.toml").read_text("utf-8"))
    screening = parsed((HERE / name / "out" / "screening.json").read_text("utf-8"))
    resources = parsed((HERE / name / "out" / "resources.json").read_text("utf-8"))
    assert said["about"].endswith(".")
    for patient, checklist in zip(screening, resources[len(screening) :], strict=False):
        finding = next(one for one in patient["findings"] if one["clause"] == said["clause"])
        item = next(one for one in checklist["item"] if one["linkId"] == said["clause"])
        assert item["answer"][0]["valueCoding"]["code"] == finding["state"]


def test_there_are_cases() -> None:
    """A dozen oddities at least."""
    assert len(CASES) >= 12
