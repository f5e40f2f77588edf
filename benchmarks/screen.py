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
    """Everything that was run over one population; screenings by their number of workers."""

    size: Size
    orjson: Run
    fhir_resources: Run
    screenings: dict[int, Run]


def screening(folder: Path, workers: int) -> Run:
    """Run the screening of a whole export, as a user would."""
    output = str(folder.parent / "screened.ndjson")
    asked = ["--site", SITE, "--at", SCREENED_AT, "--format", "ndjson", "--output", output, "--workers", str(workers)]
    return run(["adapter", "screen", str(folder), *asked])


def measure(folder: Path, size: Size, repeats: int) -> Measured:
    """Return the medians of ``repeats`` rounds; memory is the most that any of them held."""
    decoded: list[Run] = []
    screened: dict[int, list[Run]] = {workers: [] for workers in WORKERS}
    for _ in range(repeats):
        decoded.append(decoding(folder, "orjson"))
        for workers, runs in screened.items():
            runs.append(screening(folder, workers))
    modelled = decoding(folder, "fhir.resources")
    return Measured(size, middle(decoded), modelled, {workers: middle(runs) for workers, runs in screened.items()})


def decoding(folder: Path, decoder: str) -> Run:
    """Run another decoder over the lines of an export; its time is that of the decoding alone."""
    printed = run(["benchmarks.decoders", decoder, str(folder)]).printed
    clock, processor = map(float, printed.split())
    return Run(clock, processor, 0, printed)


def middle(runs: list[Run]) -> Run:
    """Return the median times of ``runs``, and the most memory."""
    seconds, processor = median(one.seconds for one in runs), median(one.processor for one in runs)
    return Run(seconds, processor, max(one.peak for one in runs), "")


def generated(folder: Path, patients: int) -> Size:
    """Write a population to ``folder``; return its size."""
    folder.mkdir(parents=True)
    resources = write(folder, patients)
    return Size(patients, resources, sum(path.stat().st_size for path in folder.iterdir()))


HEAD: Final = ("seconds", "patients/s", "resources/s", "MB/s", "x orjson", "processor s", "x orjson", "peak MB")


def table(measured: Measured) -> str:
    """Return the figures of one population for people."""
    size, base = measured.size, measured.orjson
    rows = {"orjson.loads alone": base, f"fhir.resources, from {SAMPLE:,} lines": measured.fhir_resources}
    rows |= {f"yts109 screen --workers {workers}": one for workers, one in measured.screenings.items()}
    lines = [
        f"{size.patients:,} patients, {size.resources:,} resources, {size.bytes / MB:,.0f} MB"
        f" ({size.resources / size.patients:.0f} resources a patient, {size.bytes / size.resources:.0f} bytes each)",
        f"{'':34}" + "".join(f"{name:>13}" for name in HEAD),
    ]
    for name, one in rows.items():
        rates = (size.patients / one.seconds, size.resources / one.seconds, size.bytes / MB / one.seconds)
        cells = [f"{one.seconds:.2f}", *(f"{rate:,.0f}" for rate in rates), f"{one.seconds / base.seconds:.2f}"]
        cells += [f"{one.processor:.2f}", f"{one.processor / base.processor:.2f}"]
        cells += [f"{one.peak / MB:.0f}" if one.peak else ""]
        lines.append(f"{name:34}" + "".join(f"{cell:>13}" for cell in cells))
    return "\n".join(lines)


def goals(found: list[Measured]) -> str:
    """Return how the largest population stands to what was asked for."""
    smallest, largest, base = found[0].screenings, found[-1].screenings, found[-1].orjson
    one, two = largest[1], largest[2]
    peak = max(run.peak for run in largest.values())
    growth = max(largest[workers].peak - smallest[workers].peak for workers in WORKERS)
    return "\n".join(
        [
            f"one worker takes {one.seconds / base.seconds:.2f} of orjson.loads alone"
            f" ({one.processor / base.processor:.2f} of its processor time; goal: at most 1)",
            f"two workers take {two.seconds / one.seconds:.2f} of one (goal: at most 0.6)",
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
