"""What one screening writes: ResearchSubject, checklist, GuidanceResponse and Provenance. Pure: no clock, no chance."""

from collections.abc import Sequence

from mappings.emitting.checklist import checklist
from mappings.emitting.datatypes import Release, Resource
from mappings.emitting.guidance import guidance_response
from mappings.emitting.milestones import Milestone
from mappings.emitting.provenance import provenance
from mappings.emitting.subject import research_subject
from mappings.findings import Screening
from mappings.site import Occasion


def resources(
    screening: Screening, release: Release, on: Occasion, reached: Sequence[Milestone] = ()
) -> list[Resource]:
    """Return everything that ``screening`` writes, in the order in which references resolve.

    ``reached`` are the milestones of a patient who was treated.
    """
    written = [research_subject(screening, release, on, reached)]
    written += [make(screening, release, on) for make in (checklist, guidance_response)]
    return [*written, provenance(screening, written, release, on)]
