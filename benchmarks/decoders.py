"""What other decoders take for the same lines: ``python -m benchmarks.decoders NAME FOLDER``.

Prints the seconds by the clock, and those of the processor.
"""

import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson
from fhir.resources.R4B import get_fhir_model_class

#: Lines that ``fhir.resources`` is given: enough for a figure, few enough to wait for.
SAMPLE: Final = 3000


def lines_in(folder: Path) -> Iterator[bytes]:
    """Yield every line of an export."""
    for path in sorted(folder.glob("*.ndjson")):
        with path.open("rb") as file:
            yield from file


def time_orjson(folder: Path) -> tuple[float, float]:
    """Return the time that ``orjson.loads`` takes for every line, and nothing is done with what it returns."""
    start = _now()
    for line in lines_in(folder):
        orjson.loads(line)
    return _since(start, 1)


def time_fhir_resources(folder: Path) -> tuple[float, float]:
    """Return the time that ``fhir.resources`` would take for every line, by what it takes for an even sample."""
    number = sum(1 for _ in lines_in(folder))
    step = max(1, number // SAMPLE)
    sample = [(_model(line), line) for line in islice(lines_in(folder), 0, None, step)]
    for model, line in sample[:: max(1, len(sample) // 200)]:
        model.model_validate_json(line)  # models are built when they are first used
    start = _now()
    for model, line in sample:
        model.model_validate_json(line)
    return _since(start, number / len(sample))


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(start: tuple[float, float], times: float) -> tuple[float, float]:
    clock, processor = _now()
    return (clock - start[0]) * times, (processor - start[1]) * times


class _Typed(msgspec.Struct, rename="camel"):
    resource_type: str


def _model(line: bytes) -> Any:
    return get_fhir_model_class(msgspec.json.decode(line, type=_Typed).resource_type)


if __name__ == "__main__":
    timed = {"orjson": time_orjson, "fhir.resources": time_fhir_resources}[sys.argv[1]]
    print(*timed(Path(sys.argv[2])))
