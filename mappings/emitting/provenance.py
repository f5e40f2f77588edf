"""Which versions of which resources led to what was written, and who did it."""

from typing import Final

from mappings.clauses import STUDY
from mappings.emitting.checklist import cited
from mappings.emitting.datatypes import THO, Release, Resource, coding, device_reference, instant, profile
from mappings.emitting.evidence import references
from mappings.emitting.identifiers import Told, id_of
from mappings.emitting.narrative import narrative
from mappings.findings import Screening
from mappings.followed import Followed
from mappings.site import Occasion

SCREENING: Final = f"Eligibility screening for {STUDY}"
FOLLOWING: Final = f"Following of a treated participant of {STUDY}"
REGISTERED: Final = f"https://clinicaltrials.gov/study/{STUDY}"


def provenance(screening: Screening, written: list[Resource], release: Release, on: Occasion) -> Resource:
    """Return the provenance of ``written``. ``recorded`` is the instant of screening: the same input, the same bytes."""
    evidence = (one for finding in screening.findings for one in finding.evidence)
    used = {min(what.values()): what for what in map(cited, evidence)}
    sources = [used[name] for name in sorted(used)]
    made = {"id": id_of("provenance", screening), "meta": profile(on.site.canonical_base, "screening-provenance")}
    return _provenance(SCREENING, made, screening, sources, written, release, on)


def provenance_of_following(followed: Followed, written: list[Resource], release: Release, on: Occasion) -> Resource:
    """Return the provenance of what following a participant wrote: every version of everything that was looked at."""
    name = "following-provenance"
    made = {"id": id_of(name, followed), "meta": profile(on.site.canonical_base, name)}
    return _provenance(FOLLOWING, made, followed, references(followed), written, release, on)


def _provenance(
    activity: str,
    named: Resource,
    told: Told,
    sources: list[Resource],
    written: list[Resource],
    release: Release,
    on: Occasion,
) -> Resource:
    moment = instant(told, on)
    made: Resource = {
        "resourceType": "Provenance",
        **named,
        "text": narrative(f"{activity} as of {moment}", (min(one.values()) for one in sources)),
        "target": [{"reference": f"{one['resourceType']}/{one['id']}"} for one in written],
        "occurredDateTime": moment,
        "recorded": moment,
        "policy": [REGISTERED],
        "activity": {"text": activity},
        "agent": [
            {
                "type": {"coding": [coding(f"{THO}/provenance-participant-type", "assembler", "Assembler")]},
                "who": device_reference(),
            }
        ],
    }
    made |= {"patient": {"reference": told.patient}} if release == "R5" else {}
    entities = [{"role": "source", "what": one} for one in sources]
    return made | ({"entity": entities} if entities else {})
