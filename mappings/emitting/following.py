"""What following one treated participant writes: adverse events, results and their provenance. Pure: no clock, no chance."""

from mappings.emitting.adverse_event import adverse_event, is_written
from mappings.emitting.datatypes import Release, Resource
from mappings.emitting.outcomes import outcomes
from mappings.emitting.provenance import provenance_of_following
from mappings.followed import Followed
from mappings.site import Occasion


def resources(followed: Followed, release: Release, on: Occasion) -> list[Resource]:
    """Return everything that is written about ``followed``, in an order in which references resolve.

    Grades stand before the events that name them. What a person reported is not written again, and an event that a person
    refused is not written at all: one that was written before is to be withdrawn (``adverse_event.retracted``).
    """
    events = [adverse_event(followed, one, release, on) for one in followed.events if is_written(one)]
    written = [*outcomes(followed, on), *events]
    return [*written, provenance_of_following(followed, written, release, on)]
