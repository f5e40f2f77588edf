"""What follows treatment, on one page: a patient's record in; timeline, events, toxicities and endpoints out."""

from mappings.endpoints.activity import activity
from mappings.endpoints.dynamics import dynamics, series
from mappings.endpoints.kinetics import kinetics
from mappings.endpoints.platelets import platelet_response
from mappings.endpoints.renal import renal_response
from mappings.followed import Followed
from mappings.reading.chart import Clock
from mappings.record import Record
from mappings.safety.dlt import watch
from mappings.safety.episodes import episodes, unmatched
from mappings.site import Occasion
from mappings.timeline import timeline


def follow(record: Record, on: Occasion, clock: Clock) -> Followed | None:
    """Return everything about one treated participant on this occasion; ``None`` for who was never infused."""
    line = timeline(record, on)
    if line is None:
        return None
    events = episodes(record, line, on)
    return Followed(
        patient=record.person.reference,
        identifier=record.person.identifier,
        at=on.at,
        known_at=clock.known_at,
        timeline=line,
        events=events,
        dlt=watch(events, record, line, on),
        renal=renal_response(record, line, events, on),
        platelets=platelet_response(record, line, events, on),
        expansions=kinetics(record, line, on),
        dynamics=dynamics(record, line, on),
        activity=activity(record, line, on),
        series=series(record, line, on),
        unmatched=unmatched(record, events),
        set_aside=record.set_aside,
    )
