"""Which versions of which resources led to what was written, and who did it."""

from mappings.clauses import STUDY
from mappings.emitting.checklist import cited
from mappings.emitting.datatypes import THO, Release, Resource, coding, device_reference, instant, profile
from mappings.emitting.identifiers import id_of
from mappings.emitting.narrative import narrative
from mappings.findings import Screening
from mappings.site import Occasion

REGISTERED = f"https://clinicaltrials.gov/study/{STUDY}"


def provenance(screening: Screening, written: list[Resource], release: Release, on: Occasion) -> Resource:
    """Return the provenance of ``written``. ``recorded`` is the instant of screening: the same input, the same bytes."""
    evidence = (one for finding in screening.findings for one in finding.evidence)
    used = {min(what.values()): what for what in map(cited, evidence)}
    moment = instant(screening, on)
    made: Resource = {
        "resourceType": "Provenance",
        "id": id_of("provenance", screening),
        "meta": profile(on.site.canonical_base, "screening-provenance"),
        "text": narrative(f"Eligibility screening for {STUDY} as of {moment}", sorted(used)),
        "target": [{"reference": f"{one['resourceType']}/{one['id']}"} for one in written],
        "occurredDateTime": moment,
        "recorded": moment,
        "policy": [REGISTERED],
        "activity": {"text": f"Eligibility screening for {STUDY}"},
        "agent": [
            {
                "type": {"coding": [coding(f"{THO}/provenance-participant-type", "assembler", "Assembler")]},
                "who": device_reference(),
            }
        ],
    }
    made |= {"patient": {"reference": screening.patient}} if release == "R5" else {}
    entities = [{"role": "source", "what": used[name]} for name in sorted(used)]
    return made | ({"entity": entities} if entities else {})
