"""The trial's own codes of devices by which oxygen is given are understood with and without their names."""

import pytest

from mappings.codes import Code
from mappings.emitting.words import OXYGEN_DEVICES
from mappings.facts import CodedResult, Source
from mappings.safety.oxygen import kind_of
from mappings.site import CANONICAL_BASE

title = "Oxygen devices"
KINDS = {
    "room-air": "air",
    "low-flow": "blow-by",
    "blow-by": "blow-by",
    "high-flow": "high-flow",
    "face-mask": "mask",
    "non-rebreather": "mask",
    "venturi": "mask",
    "cpap": "pressure",
    "bipap": "pressure",
    "ventilator": "pressure",
}


@pytest.mark.parametrize("code", OXYGEN_DEVICES)
def test_every_device_of_the_trial_is_known(code: str) -> None:
    """By its code alone, with its English name, and with its Chinese one."""
    names = OXYGEN_DEVICES[code]
    for display in ("", names.en, names.zh):
        sent = Code(f"{CANONICAL_BASE}/CodeSystem/oxygen-device", code, display)
        device = CodedResult(source=Source("Observation/x"), codes=(sent,), text=display)
        assert kind_of(device) == KINDS[code]
