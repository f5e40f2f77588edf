"""No message carries a patient's value: a patient made of nothing but canaries goes through every command."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import AT, SITE, Done, lines_of, written, yts109

#: What must keep its value to be understood at all: words of FHIR and of terminologies, which are nobody's secret.
KEPT = {
    "resourceType",
    "system",
    "code",
    "unit",
    "status",
    "intent",
    "use",
    "type",
    "gender",
    "linkId",
    "questionnaire",
}
NUMBERS = range(4_000_000, 5_000_000)


class Canaries:
    """Replaces every value of a resource by one that occurs nowhere else, the same for the same."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def resource(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: each if key in KEPT else self.resource(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self.resource(each, name) for each in value]
        if name == "reference":
            return "/".join(part if part[:1].isupper() else self._word(part) for part in value.split("/"))
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            return int(self.made.setdefault(str(value), str(NUMBERS[len(self.made)])))
        return self._date(value) if re.match(r"\d{4}-\d\d-\d\d", value) else self._word(value)

    def _word(self, value: str) -> str:
        return self.made.setdefault(value, f"canary{len(self.made):05}x")

    def _date(self, value: str) -> str:
        """A date with a year of its own, which no message names by chance."""
        return self.made.setdefault(value, f"19{len(self.made) % 60 + 10}-03-0{len(self.made) % 9 + 1}")


@pytest.fixture(scope="module")
def canaries() -> tuple[list[bytes], set[str]]:
    """The lines of a sample patient with nothing but canaries, and the canaries."""
    made = Canaries()
    lines = [json.dumps(made.resource(json.loads(line))).encode() for line in lines_of("ln-01")]
    return lines, set(made.made.values())


def breakages(lines: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """The same lines in good form, and broken in many ways."""
    good = b"\n".join(lines) + b"\n"
    yield "good.ndjson", good
    yield "cut.ndjson", b"\n".join(line[: len(line) * 2 // 3] for line in lines) + b"\n"
    yield "utf8.ndjson", good.replace(b"canary", b"canary\xff")
    yield "nan.ndjson", re.sub(rb'("value": )\d+', rb"\1NaN", good)
    yield "types.ndjson", re.sub(rb'"resourceType": "\w+"', b'"resourceType": "Canary00000x"', good)
    yield "wrong.ndjson", good.replace(b'"code": {', b'"code": "canary00000x", "x": {')
    yield "contained.ndjson", good.replace(b'"resourceType"', b'"contained": ["canary00000x"], "resourceType"')
    yield "nobody.ndjson", good.replace(b"Patient/", b"Device/")
    yield "stranger.ndjson", re.sub(rb'"reference": "Patient/canary', b'"reference": "Patient/other-canary', good)
    entries = b",".join(b'{"resource":%s}' % line for line in lines)
    yield "bundle.json", b'{"resourceType":"Bundle","entry":[%s]}' % entries
    yield "twice.json", b'{"resourceType":"Bundle","entry":[%s]}' % entries.replace(b'"id"', b'"id": "canary0", "id"')
    yield (
        "types.json",
        b'{"resourceType":"Bundle","entry":[%s]}' % re.sub(rb'"resourceType": "\w+"', b'"a": 1', entries),
    )
    yield "half.json", b'{"resourceType":"Bundle","entry":[%s' % entries
    name, tag = b"canary00000x", b"Canary00000x"
    inner = b'<%s><id value="%s"/></%s><Patient><%s value="%s"/></Patient>' % (tag, name, tag, name, name)
    resources = b"".join(b"<entry><resource>%s</resource></entry>" % each for each in inner.split(b"><Patient"))
    yield "half.xml", b'<Bundle xmlns="http://hl7.org/fhir">%s</Bundle>' % resources
    yield "names.xml", b'<Patient xmlns="http://hl7.org/fhir"><%s>%s</%s></Patient>' % (name, name, name)
    yield (
        "entity.xml",
        b'<!DOCTYPE p [<!ENTITY e "%s">]><Patient xmlns="http://hl7.org/fhir"><id value="&e;"/></Patient>' % name,
    )


@pytest.fixture(scope="module")
def hospital(canaries: tuple[list[bytes], set[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the patient in good form and in every broken one."""
    folder = tmp_path_factory.mktemp("hospital")
    for name, data in breakages(canaries[0]):
        written(folder / name, data)
    return folder


COMMANDS = [
    ("screen", "--format", "json"),
    ("screen", "--format", "fhir", "--coverage", "full", "--workers", "2"),
    ("run", "--to", "out"),
    ("explain", "PATIENT"),
    ("doctor",),
    ("grade", "--baseline", "2025-05-01", "--format", "table"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_message_of_any_command_carries_a_patients_value(
    canaries: tuple[list[bytes], set[str]], hospital: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Whatever a patient's record holds, in good form or broken, standard error has nothing of it, not even its id."""
    done = _done(command, hospital, tmp_path)
    assert _told(done, canaries[1]) == set(), done.err


def test_no_message_on_any_breakage_carries_a_patients_value(
    canaries: tuple[list[bytes], set[str]], hospital: Path, tmp_path: Path
) -> None:
    """The same for each broken form alone, where it may be the reason for which the command ends."""
    for source in sorted(hospital.iterdir()):
        done = _done(("screen",), source, tmp_path)
        assert _told(done, canaries[1]) == set(), (source.name, done.err)


def _done(command: tuple[str, ...], source: Path, folder: Path) -> Done:
    name, *options = command
    options = [{"out": str(folder / "out"), "PATIENT": "canary00000x"}.get(option, option) for option in options]
    return yts109(name, source, *options, "--at", AT, "--site", SITE)


def _told(done: Done, values: set[str]) -> set[str]:
    message = done.err.lower()
    return {value for value in values if value.lower() in message} | set(re.findall("canary.*", message))


def test_the_canaries_are_alive(canaries: tuple[list[bytes], set[str]], tmp_path: Path) -> None:
    """The patient of canaries is read: a test that nothing could ever fail would prove nothing."""
    lines, values = canaries
    done = _done(("screen", "--format", "ndjson"), written(tmp_path / "a.ndjson", b"\n".join(lines)), tmp_path)
    assert len(done.patients) == 1
    assert len([value for value in values if value in done.out]) > 20
