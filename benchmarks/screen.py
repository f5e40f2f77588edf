"""``make bench``: how long a generated hospital takes to screen, beside what decoding its lines takes anyway.

Everything measured runs in a fresh process. A screening is the whole command, its start included; of the decoders
only the decoding counts. What is compared is run by turns, so that other work on the machine hits all alike.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from benchmarks.decoders import SAMPLE
from benchmarks.population import write
from benchmarks.process import ROOT, Run, run
from samples import SCREENED_AT

WORKERS: Final = (1, 2)
MB: Final = 1_000_000
SITE: Final = str(ROOT / "samples" / "site.toml")


class Size(NamedTuple):
    """How large a population is."""

    patients: int
    resources: int
    bytes: int


class Measured(NamedTuple):
    """Seconds and peak memory of everything that was run over one population."""

    size: Size
    orjson: float
    fhir_resources: float
    screenings: dict[int, tuple[float, int]]


def screening(folder: Path, workers: int) -> Run:
    """Run the screening of a whole export, as a user would."""
    output = str(folder.parent / "screened.ndjson")
    asked = ["--site", SITE, "--at", SCREENED_AT, "--format", "ndjson", "--output", output, "--workers", str(workers)]
    return run(["adapter", "screen", str(folder), *asked])


def measure(folder: Path, size: Size, repeats: int) -> Measured:
    """Return the medians of ``repeats`` rounds; memory is the most that any of them held."""
    decoded: list[float] = []
    screened: dict[int, list[Run]] = {workers: [] for workers in WORKERS}
    for _ in range(repeats):
        decoded.append(float(run(["benchmarks.decoders", "orjson", str(folder)]).printed))
        for workers, runs in screened.items():
            runs.append(screening(folder, workers))
    modelled = float(run(["benchmarks.decoders", "fhir.resources", str(folder)]).printed)
    best = {
        workers: (median(one.seconds for one in runs), max(one.peak for one in runs))
        for workers, runs in screened.items()
    }
    return Measured(size, median(decoded), modelled, best)


def generated(folder: Path, patients: int) -> Size:
    """Write a population to ``folder``; return its size."""
    folder.mkdir(parents=True)
    resources = write(folder, patients)
    return Size(patients, resources, sum(path.stat().st_size for path in folder.iterdir()))


def table(measured: Measured) -> str:
    """Return the figures of one population for people."""
    size, base = measured.size, measured.orjson
    rows = [("orjson.loads alone", base, 0), (f"fhir.resources, from {SAMPLE:,} lines", measured.fhir_resources, 0)]
    for workers, (seconds, peak) in measured.screenings.items():
        rows.append((f"yts109 screen --workers {workers}", seconds, peak))
    lines = [
        f"{size.patients:,} patients, {size.resources:,} resources, {size.bytes / MB:,.0f} MB"
        f" ({size.resources / size.patients:.0f} resources a patient, {size.bytes / size.resources:.0f} bytes each)",
        f"{'':36}{'seconds':>9}{'patients/s':>12}{'resources/s':>13}{'MB/s':>8}{'peak MB':>9}{'x orjson':>10}",
    ]
    for name, seconds, peak in rows:
        rates = f"{size.patients / seconds:12,.0f}{size.resources / seconds:13,.0f}{size.bytes / MB / seconds:8.1f}"
        held = f"{peak / MB:9.0f}" if peak else f"{'':9}"
        lines.append(f"{name:36}{seconds:9.2f}{rates}{held}{seconds / base:10.2f}")
    return "\n".join(lines)


def goals(found: list[Measured]) -> str:
    """Return how the largest population stands to what was asked for."""
    smallest, largest = found[0].screenings, found[-1].screenings
    (one, _), (two, _) = largest[1], largest[2]
    peak = max(held for _, held in largest.values())
    growth = max(largest[workers][1] - smallest[workers][1] for workers in WORKERS)
    return "\n".join(
        [
            f"one worker takes {one / found[-1].orjson:.2f} of orjson.loads alone (goal: at most 1)",
            f"two workers take {two / one:.2f} of one (goal: at most 0.6)",
            f"peak memory is {peak / MB:.0f} MB (goal: under 500), {growth / MB:+.0f} MB from the smallest to the largest",
        ]
    )


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="yts109-bench-") as name:
        for patients in asked.patients:
            folder = Path(name) / f"{patients}" / "export"
            found.append(measure(folder, generated(folder, patients), asked.repeats))
            print(table(found[-1]), end="\n\n", flush=True)
    print(goals(found))


if __name__ == "__main__":
    main()
