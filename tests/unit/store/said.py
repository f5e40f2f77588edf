"""What is said of a patient in the tests, and the run that says it."""

import json
from collections.abc import Mapping
from typing import Any

from adapter.delivery import Delivery, Manner, deliver
from adapter.fhir.client import Client
from adapter.fhir.transport import Limits, Transport
from adapter.store.outbox import Outbox, digest_of
from tests.unit.store.hospital import Hospital
from tests.unit.store.times import at

TAGS = "https://yts109.example.org/fhir/identifier/written"
MANNER = Manner(tag_system=TAGS, workers=2, failures=2)
#: Repeats at once, and not for long.
QUICK = Limits(connect_seconds=2, read_seconds=2, retries=1, backoff_seconds=0.001, longest_wait_seconds=0.01)


def resource(kind: str, name: str, **values: Any) -> dict[str, Any]:
    """Return a resource about a patient."""
    made = {"resourceType": kind, "id": name, "subject": {"reference": "Patient/p"}, **values}
    if kind != "Provenance":
        made["identifier"] = [{"system": "https://yts109.example.org/id", "value": name}]
    return made


def decision(patient: str = "p", status: str = "eligible", word: str = "first") -> list[bytes]:
    """Return four resources about a patient of which the later ones refer to the earlier."""
    subject = resource("ResearchSubject", f"{patient}-subject", status=status, by="adapter")
    event = resource("AdverseEvent", f"{patient}-event", note=word, level=[{"value": 7.30}])
    basic = resource("Basic", f"{patient}-basic", note=word, about={"reference": f"AdverseEvent/{patient}-event"})
    provenance = resource("Provenance", f"{patient}-provenance", word=word)
    provenance["target"] = [{"reference": f"{one['resourceType']}/{one['id']}"} for one in (subject, event, basic)]
    text = json.dumps([subject, event, basic, provenance]).replace('"value": 7.3}', '"value": 7.30}')
    return [json.dumps(one).replace("7.3}", "7.30}").encode() for one in json.loads(text)]


def respect(ours: dict[str, Any], there: dict[str, Any]) -> Mapping[str, Any] | None:
    """Keep a person's status, and leave an event alone that a person took over."""
    if there["resourceType"] == "ResearchSubject" and there["by"] != "adapter":
        return {**ours, "status": there["status"], "by": there["by"]}
    return None if "recorder" in there else ours


def client_of(hospital: Hospital, **limits: Any) -> Client:
    """Return a client of the hospital's server."""
    import msgspec

    return Client(Transport(hospital.url, limits=msgspec.structs.replace(QUICK, **limits)))


def say(outbox: Outbox, entries: list[bytes], patient: str = "p", minutes: float = 0) -> int:
    """Put a message into the outbox."""
    return outbox.enqueue(patient, entries, digest_of(entries), at(minutes))


def run(outbox: Outbox, hospital: Hospital, minutes: float = 0, manner: Manner = MANNER, **limits: Any) -> Delivery:
    """Deliver what is due."""
    return deliver(outbox, client_of(hospital, **limits), respect, manner, lambda: at(minutes))
