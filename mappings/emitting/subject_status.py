"""The status of a research subject: what the adapter may set, and what belongs to people.

Source of the codes: FHIR R4 research-subject-status. The adapter owns three of them; a status that anyone else set is
never changed.
"""

from collections.abc import Mapping
from typing import Final, Literal

from mappings.findings import Decision

#: Decision -> the status that says so.
STATUS: Final[Mapping[Decision, str]] = {
    "eligible": "eligible",
    "ineligible": "ineligible",
    "undetermined": "potential-candidate",
}
Owner = Literal["adapter", "site"]
#: Every status and who may set it.
OWNER: Final[Mapping[str, Owner]] = {
    "potential-candidate": "adapter",
    "eligible": "adapter",
    "ineligible": "adapter",
    "candidate": "site",
    "screening": "site",
    "pending-on-study": "site",
    "not-registered": "site",
    "on-study": "site",
    "on-study-intervention": "site",
    "on-study-observation": "site",
    "follow-up": "site",
    "off-study": "site",
    "withdrawn": "site",
}


def next_status(on_server: str | None, last_written: str | None, decided: Decision) -> str:
    """Return the status to write: the decided one, unless somebody else set what is there now.

    ``on_server`` is the status that is there (``None``: no resource yet), ``last_written`` what the adapter wrote
    last (``None``: it never did).
    """
    if on_server is None or (on_server == last_written and OWNER.get(on_server) == "adapter"):
        return STATUS[decided]
    return on_server


def diagram() -> str:
    """Return the moves that the adapter may make, as a Mermaid diagram; every other move is a person's."""
    ours = [status for status, owner in OWNER.items() if owner == "adapter"]
    moves = [f"    {a} --> {b}: adapter" for a in ours for b in ours if a != b]
    theirs = ", ".join(status for status, owner in OWNER.items() if owner == "site")
    lines = ["```mermaid", "stateDiagram-v2", *(f"    [*] --> {a}: adapter" for a in ours), *moves, "```", ""]
    return "\n".join([*lines, f"Set by people only, and never changed by the adapter: {theirs}."])
