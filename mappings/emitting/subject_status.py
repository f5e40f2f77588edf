"""The status of a research subject: what the adapter may set, and what belongs to people.

Source of the codes: FHIR R4 research-subject-status, which THO research-subject-state repeats for R5. The adapter owns
three of them, and only as long as nobody else touched them; a status that anyone else set is never changed.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from mappings.emitting.milestones import reaching
from mappings.findings import Decision

Owner = Literal["adapter", "person"]
#: Decision -> the status that says so.
STATUS: Final[Mapping[Decision, str]] = {
    "eligible": "eligible",
    "ineligible": "ineligible",
    "undetermined": "potential-candidate",
}
#: Every status and who may set it. What the adapter may set a person may set too: then it is the person's.
OWNER: Final[Mapping[str, Owner]] = {
    "potential-candidate": "adapter",
    "eligible": "adapter",
    "ineligible": "adapter",
    "candidate": "person",
    "screening": "person",
    "pending-on-study": "person",
    "not-registered": "person",
    "on-study": "person",
    "on-study-intervention": "person",
    "on-study-observation": "person",
    "follow-up": "person",
    "off-study": "person",
    "withdrawn": "person",
}
_OURS: Final = tuple(status for status, owner in OWNER.items() if owner == "adapter")
#: Every move and who may make it; ``None`` is "no resource yet". The adapter makes no move that is not its own.
MOVES: Final[Mapping[tuple[str | None, str], Owner]] = {
    (before, after): "adapter" if before in (None, *_OURS) and after in _OURS else "person"
    for before in (None, *OWNER)
    for after in OWNER
    if before != after
}
#: The extension that names the status the adapter set; it is absent where a person's status stands.
STATUS_SET: Final = "status-set-by-adapter"


def merged(made: Mapping[str, Any], there: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the ResearchSubject to write: ``made`` by a screening, ``there`` already (``None``: nothing yet).

    Where somebody else set the state that is there, it stands with its period and its reason; the decision, its cohorts
    and its days are the new ones all the same, and so are the milestones, if there are any. Both may be of either release.
    """
    if there is None:
        return made
    return reaching(made if is_ours(there) else _with_state_of(there, made), made, there)


def _with_state_of(there: Mapping[str, Any], made: Mapping[str, Any]) -> Mapping[str, Any]:
    extensions = [one for one in made["extension"] if not _is_about_status(one)]
    if _is_r4(made) == _is_r4(there):
        kept = {name: there[name] for name in ("status", "progress", "period") if name in there}
        left = {name: value for name, value in made.items() if name not in ("status", "progress")}
        return {**left, **kept, "extension": extensions + _reasons(there)}
    return {**made, **_as_state(state_of(there), made), "extension": extensions}


def is_ours(subject: Mapping[str, Any]) -> bool:
    """Whether the state of ``subject``, a ResearchSubject that is there, is the one that the adapter wrote."""
    written = [one.get("valueCode") for one in subject.get("extension", ()) if one["url"].endswith(f"/{STATUS_SET}")]
    state = state_of(subject)
    return OWNER.get(state or "") == "adapter" and written == [state]


def state_of(subject: Mapping[str, Any]) -> str | None:
    """Return the subject's state: R4 has it in ``status``, R5 in the last of its ``progress``."""
    if _is_r4(subject):
        return str(subject["status"])
    states = [one["subjectState"] for one in subject.get("progress", ()) if "subjectState" in one]
    return str(states[-1]["coding"][0]["code"]) if states else None


def _is_r4(subject: Mapping[str, Any]) -> bool:
    return "individual" in subject


def _is_about_status(extension: Mapping[str, Any]) -> bool:
    return str(extension["url"]).endswith((f"/{STATUS_SET}", "-statusReason"))


def _reasons(subject: Mapping[str, Any]) -> list[Any]:
    """Return the reasons given for a person's status; one that the adapter gave does not outlive its own status."""
    about = [one for one in subject.get("extension", ()) if _is_about_status(one)]
    stale = any(one["url"].endswith(STATUS_SET) for one in about)
    return [] if stale else about


def _as_state(state: str | None, made: Mapping[str, Any]) -> dict[str, Any]:
    """Return a person's state in the release of ``made``; a subject without one is left without."""
    if _is_r4(made):
        return {"status": state} if state else {}
    coding = {"system": "http://terminology.hl7.org/CodeSystem/research-subject-state", "code": state}
    return {"progress": [{"subjectState": {"coding": [coding]}}]}


def diagram() -> str:
    """Return the moves that the adapter may make, as a Mermaid diagram; every other move is a person's."""
    moves = [f"    {a or '[*]'} --> {b}: adapter" for (a, b), owner in MOVES.items() if owner == "adapter"]
    theirs = ", ".join(status for status, owner in OWNER.items() if owner == "person")
    lines = ["```mermaid", "stateDiagram-v2", *moves, "```", ""]
    return "\n".join([*lines, f"Set by people only, and never changed by the adapter: {theirs}."])
