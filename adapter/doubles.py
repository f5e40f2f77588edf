"""A sweep for doubles: resources of ours that a server has more than once, as it gives ids of its own.

Two programs that create the same resource at the same instant, each with a store of its own, can both succeed on a server
that does not guard its conditional creates. Doubles are told and not removed: a person may have worked on either.
"""

from collections.abc import Collection, Iterator

import msgspec

from adapter.abilities import Abilities
from adapter.fhir.client import Client
from adapter.fhir.errors import Gone, NotFound
from adapter.naming import Naming
from adapter.standing import DECODER, Finder
from adapter.store.ids import Known, Name
from adapter.store.outbox import Outbox


class Double(msgspec.Struct, frozen=True):
    """A resource of ours, the server's id of the one that is gone on with, and its ids of the others."""

    name: Name
    kept: str
    others: tuple[str, ...]


def doubles(
    outbox: Outbox, client: Client, tag_system: str, patients: Collection[str] | None = None
) -> Iterator[Double]:
    """Yield what the server has more than once of all that was written, or of what was written about ``patients``.

    Costs two requests or three a resource, on servers that give ids of their own; others are asked nothing. Raises ``FhirError``.
    """
    able = Abilities(client.capabilities())
    finder = Finder(client, able, Naming(outbox.ids, outbox.server), tag_system)
    for known in (
        outbox.ids.all() if patients is None else (one for key in patients for one in outbox.ids.of_patient(key))
    ):
        if known.theirs != known.name.id or not able.takes_ids(known.name.kind):
            ids = _ids(client, finder, known)
            if others := tuple(sorted(ids - {known.theirs})):
                yield Double(known.name, known.theirs, others)


def _ids(client: Client, finder: Finder, known: Known) -> set[str]:
    """Return the server's ids of all that is what ``known`` names."""
    try:
        ours = DECODER.decode(client.read(known.name.kind, known.theirs).resource or b"{}")
    except (NotFound, Gone):
        return set()
    return {one.id for one in finder.all(ours, known.name)}
