"""Before the window of week 12 is over, no condition is said to hold: it may hold no more when the time has come."""

from collections.abc import Callable

import pytest

from mappings.followed import Response
from tests.spec.endpoints.responses import ask_platelets, ask_renal, occasion
from tests.spec.tables import treated

RECORD = treated(
    """
    patient | day | lab.upcr_mass_ratio | lab.creatinine_molar | lab.platelet
          1 |  -7 | 2.0                 | 60                   | 40
          1 |  80 | 0.2                 | 60                   | 180
    """
)[1]


@pytest.mark.parametrize("ask", [ask_renal, ask_platelets])
def test_nothing_holds_before_the_window_is_over(ask: Callable[..., Response]) -> None:
    """On its last day what seems to hold is "not-yet"; the day after, the very same holds."""
    before, after = ask(RECORD, occasion(91)), ask(RECORD, occasion(92))
    assert before.result == "not-evaluable"
    assert True not in {one.holds for one in before.checks}
    held = {one.rule for one in after.checks if one.holds}
    assert {"alive", "in-study", "no-rescue"} <= held
    assert held <= {one.rule for one in before.checks if one.reason == "not-yet"}
