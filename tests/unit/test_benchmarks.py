"""The generated hospital of the benchmark: the same every time, legal FHIR, and screened without failure or growth."""

import json
from datetime import datetime
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from fhir.resources.R4B import get_fhir_model_class

from adapter.run import Job, screening
from adapter.settings import load_site
from benchmarks import decoders
from benchmarks.population import patient, write
from benchmarks.process import ROOT, Run, run
from benchmarks.screen import MB, Measured, Size, generated, goals, table
from benchmarks.screen import screening as screen_in_a_process
from samples import SCREENED_AT

#: So many patients are enough for each kind of them.
PATIENTS = 40


def files(folder: Path, patients: int) -> dict[str, bytes]:
    """Return every file of a population of so many ``patients``."""
    folder.mkdir()
    write(folder, patients)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_population_is_the_same_every_time(tmp_path: Path) -> None:
    """Figures of two versions of the program can be compared only over the same bytes."""
    assert files(tmp_path / "a", 12) == files(tmp_path / "b", 12)


def test_a_larger_population_begins_with_the_smaller(tmp_path: Path) -> None:
    """The nth patient is the same however many there are."""
    small, large = files(tmp_path / "a", 6), files(tmp_path / "b", 12)
    assert all(
        large[name].startswith(content) and large[name] != content
        for name, content in small.items()
        if name != "Medication.ndjson"
    )


def test_resources_are_as_large_and_as_many_as_real_ones() -> None:
    """Smaller, fewer or simpler ones would make for finer figures."""
    sizes = [len(line.encode()) for number in range(PATIENTS) for _, line in patient(number)]
    assert 120 < len(sizes) / PATIENTS < 180
    assert 600 < sum(sizes) / len(sizes) < 920


def test_every_resource_is_legal_and_of_its_patient() -> None:
    """What is generated is FHIR R4, so that it is as much work to read as what hospitals send."""
    for number in range(PATIENTS // 4):
        lines = patient(number)
        (person,) = [json.loads(line)["id"] for kind, line in lines if kind == "Patient"]
        for kind, line in lines:
            assert get_fhir_model_class(kind).model_validate_json(line)
            assert f'"{person}"' in line or f'"Patient/{person}"' in line


def test_the_population_is_screened_without_failure(tmp_path: Path) -> None:
    """Nothing in it is malformed or unknown to the adapter; most are barred, and somebody is eligible."""
    write(tmp_path, PATIENTS * 4)
    site, local_codes, *_ = load_site(ROOT / "samples" / "site.toml")
    job = Job(at=datetime.fromisoformat(SCREENED_AT), site=site, local_codes=local_codes)
    with screening([str(tmp_path)], job) as results:
        summary = results.summary
    assert (summary.patients, summary.failures, summary.problems) == (PATIENTS * 4, [], [])
    assert set(summary.set_aside) == {"not-relevant"}
    assert summary.decisions["ineligible"] > summary.decisions["undetermined"] > summary.decisions["eligible"] > 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured where there is /proc")
def test_memory_does_not_grow_with_the_source(tmp_path: Path) -> None:
    """Six times as many patients take no more memory, but for what is remembered within bounds."""
    sizes, peaks = [], []
    for patients in (160, 960):
        folder = tmp_path / f"{patients}" / "export"
        sizes.append(generated(folder, patients).bytes)
        peaks.append(screen_in_a_process(folder, 1).peak)
    assert peaks[0] > 20 * MB
    assert peaks[1] - peaks[0] < (sizes[1] - sizes[0]) / 3


def test_decoders_go_through_every_line(tmp_path: Path) -> None:
    """What the screening is compared with has read the same lines."""
    write(tmp_path, 2)
    lines = list(decoders.lines_in(tmp_path))
    assert len(lines) == sum(len(patient(number)) for number in range(2)) + 2
    assert decoders.time_fhir_resources(tmp_path) > decoders.time_orjson(tmp_path) > (0, 0)


def test_a_command_that_fails_is_no_measurement() -> None:
    """A figure of something that did not work would be a lie."""
    with pytest.raises(CalledProcessError):
        run(["adapter", "screen", "/nowhere"])


def test_figures_are_told_as_ratios() -> None:
    """What was asked for is compared in the same run."""
    decoded, modelled = Run(1.0, 0.9, 0, ""), Run(50.0, 49.0, 0, "")
    small = Measured(Size(10, 1000, MB), decoded, modelled, {1: _run(2.0, 100), 2: _run(1.5, 200)})
    large = Measured(Size(100, 10_000, 10 * MB), decoded, modelled, {1: _run(1.5, 110), 2: _run(0.9, 230)})
    assert "10 patients, 1,000 resources, 1 MB (100 resources a patient, 1000 bytes each)" in table(small)
    assert "2.00" in next(line for line in table(small).splitlines() if "--workers 1" in line)
    said = goals([small, large])
    assert "takes 1.50 of orjson.loads alone (2.00 of its processor time" in said
    assert "take 0.60 of one" in said
    assert "230 MB (goal: under 500), +30 MB" in said


def _run(seconds: float, peak: int) -> Run:
    return Run(seconds, 1.8, peak * MB, "")
