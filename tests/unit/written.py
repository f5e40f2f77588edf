"""What a run over a few sample patients writes, line by line, at one instant or another."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from adapter.command import instant_of
from adapter.run import Job, screening
from adapter.settings import load_site
from mappings.site import CANONICAL_BASE as BASE
from tests.cli.command import ROOT, SITE

__all__ = ["BASE", "LATER", "SOON", "lines_of_sample", "written"]
SOON = "2025-06-01T09:00:00+08:00"
LATER = "2025-06-01T10:30:00+08:00"
HOSPITAL, TREATED = ("ln-01", "i02-ln-1", "open-alt"), ("t-prr-1", "t-crs-3")
SHARED = ("Medication.ndjson", "Practitioner.ndjson", "ResearchStudy.ndjson")


def lines_of_sample(sample: str, *patients: str) -> dict[tuple[str, str], bytes]:
    """Every line of a sample that is of one of ``patients``, and those that belong to nobody, by type and id."""
    wanted, found = {f"Patient/{name}" for name in patients}, {}
    for path in sorted((ROOT / "samples" / sample).glob("*.ndjson")):
        for line in path.read_bytes().splitlines():
            one = json.loads(line)
            whose = one.get("subject") or one.get("patient") or one.get("individual") or {}
            named = whose.get("reference", f"{one['resourceType']}/{one['id']}")
            if path.name in SHARED or named in wanted:
                found[one["resourceType"], one["id"]] = line
    return found


@cache
def written(at: str, release: str = "R4") -> list[bytes]:
    """The resources that a run at ``at`` over five patients writes about them."""
    settings = load_site(SITE)
    form = "fhir" if release == "R4" else "fhir-r5"
    moment = instant_of(at, ZoneInfo(settings.site.time_zone), "--at")
    job = Job(moment, site=settings.site, local_codes=settings.local_codes, formats=(form,), followed=(form,))
    with TemporaryDirectory() as folder:
        lines = lines_of_sample("hospital", *HOSPITAL) | lines_of_sample("treated", *TREATED)
        Path(folder, "all.ndjson").write_bytes(b"\n".join(lines.values()))
        with screening([folder], job) as results:
            return list(results.streams[form])
