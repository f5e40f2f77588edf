"""E03: disorders of the central nervous system."""

from typing import Final

from mappings.criteria.history import about, for_a_person
from mappings.criteria.verdicts import met, not_met
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

CLAUSE: Final = "E03"
#: The disorders in the registered brackets, which may be exceptions or examples.
LISTED: Final = (
    "dx.epilepsy_seizure",
    "dx.psychosis",
    "dx.organic_brain_syndrome",
    "dx.stroke",
    "dx.encephalitis",
    "dx.cns_vasculitis",
)
OTHER: Final = ("dx.cns_other",)


def nervous_system(record: Record, on: Occasion) -> Finding:
    """The patient has a disorder of the central nervous system.

    At any time. Unless the site has settled how the registered brackets are meant, every one goes to a person.
    """
    listed = record.diagnosed(LISTED)
    other = [one for one in record.diagnosed(OTHER) if one not in listed]
    reading = on.site.interpretations.cns_disorders
    if reading == "listed-are-barred" and any(one.certain for one in listed):
        return met(CLAUSE, "present", listed, about=about(listed))
    if reading == "listed-are-allowed":
        finding = for_a_person(record, on, CLAUSE, other, "dx.cns_other")
        return finding if finding.state != "not-met" else not_met(CLAUSE, "absent", listed)
    return for_a_person(record, on, CLAUSE, [*listed, *other], "dx.cns_other")
