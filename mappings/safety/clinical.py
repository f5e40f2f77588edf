"""The clinical terms of the CTCAE that data show: fever, febrile neutropenia, hypotension, hypoxia, and infections.

Source: CTCAE 5.0 (National Cancer Institute, November 2017); each module says where version 6.0 differs. Whether an
event is one of the treatment, and what it did to the patient, is for a person: these are proposals.
"""

from mappings.followed import Sighting, Timeline
from mappings.record import Record
from mappings.safety.bedside import bedside
from mappings.safety.fever import febrile_neutropenia, fever
from mappings.safety.infections import infections
from mappings.safety.oxygen import DEVICE, FLOW, SATURATION, SHARE, hypoxia
from mappings.safety.pressure import hypotension
from mappings.site import Occasion


def clinical(record: Record, line: Timeline, on: Occasion) -> list[Sighting]:
    """Return every sighting of these terms, grade 0 where the record shows that the event is not there.

    Those of before the infusion are there too: against them it is told which events are new.
    """
    if line.day0 is None:
        return []
    bed = bedside(record, on, (SATURATION, DEVICE, FLOW, SHARE))
    return [
        *fever(record, on),
        *febrile_neutropenia(record, on),
        *hypotension(record, on),
        *hypoxia(bed, record, on),
        *infections(record, on),
    ]
