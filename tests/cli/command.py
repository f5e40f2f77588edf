"""Runs the real command line in a process of its own, and makes small sources for it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
HOSPITAL = ROOT / "samples" / "hospital"
SITE = ROOT / "samples" / "site.toml"
AT = "2025-06-01T09:00:00+08:00"
COMMAND = (sys.executable, "-m", "adapter")


class Done(NamedTuple):
    """What a command came to: exit status, standard output and standard error."""

    status: int
    out: str
    err: str

    @property
    def patients(self) -> list[dict[str, Any]]:
        """The screenings on standard output, which are JSON or NDJSON."""
        if self.out.startswith("["):
            return list(json.loads(self.out))
        return [json.loads(line) for line in self.out.splitlines()]


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: ours, with the project importable from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **(changes or {})}


def yts109(
    *arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Done:
    """Run ``yts109`` with ``arguments``; whatever happens, nobody may see a traceback or another exit status."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], input=stdin, capture_output=True, env=environment(env), cwd=cwd, timeout=300
    )
    found = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in found.err, found.err
    assert "fault of ours" not in found.err, found.err
    assert "please report" not in found.err, found.err
    assert found.status in (0, 1, 2, 3), found
    return found


def screened(*arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Done:
    """Screen as NDJSON at the instant of the samples."""
    return yts109("screen", *arguments, "--at", AT, "--format", "ndjson", stdin=stdin, env=env)


def lines_of(*patients: str) -> list[bytes]:
    """Every line of the sample hospital that is of one of ``patients``, and those that belong to nobody."""
    wanted = {f"Patient/{name}" for name in patients}
    shared = ("Medication.ndjson", "Practitioner.ndjson", "ResearchStudy.ndjson")
    found = []
    for path in sorted(HOSPITAL.glob("*.ndjson")):
        for line in path.read_bytes().splitlines():
            resource = json.loads(line)
            subject = resource.get("subject") or resource.get("patient") or resource.get("individual") or {}
            named = subject.get("reference", f"{resource['resourceType']}/{resource['id']}")
            if path.name in shared or named in wanted:
                found.append(line)
    return found


def patient(name: str = "good", **elements: Any) -> bytes:
    """One Patient as a line."""
    resource = {"resourceType": "Patient", "id": name, "gender": "female", "birthDate": "1990-01-01", **elements}
    return json.dumps(resource).encode() + b"\n"


def haemoglobin(value: str = "132", name: str = "hb", subject: str = "good", **elements: Any) -> bytes:
    """One haemoglobin result of the day before the screening as a line; ``value`` stands in it as it is."""
    resource = {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "subject": {"reference": f"Patient/{subject}"},
        "effectiveDateTime": "2025-05-31",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "valueQuantity": {"value": "?", "unit": "g/L", "system": "http://unitsofmeasure.org", "code": "g/L"},
        **elements,
    }
    return json.dumps(resource).replace('"value": "?"', f'"value": {value}').encode() + b"\n"


def written(path: Path, data: bytes) -> Path:
    """``path`` with ``data`` in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def finding(found: dict[str, Any], clause: str) -> dict[str, Any]:
    """The finding of one clause in a screening."""
    return next(one for one in found["findings"] if one["clause"] == clause)
