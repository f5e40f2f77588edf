"""Following as a whole: who was never infused has nothing that could follow."""

from mappings.following import follow
from mappings.reading.chart import Clock
from mappings.site import Occasion
from tests.spec.tables import AT, records, treated


def test_who_was_never_infused_is_not_followed() -> None:
    """A record without an infusion comes to nothing, and one with it is about its patient at that instant."""
    on, clock = Occasion(AT), Clock(AT)
    assert follow(records("patient | lab.platelet | day\n1 | 40 | -3")[1], on, clock) is None
    found = follow(treated("patient | lab.platelet | day\n1 | 40 | 3")[1], on, clock)
    assert found is not None
    assert (found.patient, found.at) == ("Patient/1", AT)
