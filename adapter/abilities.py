"""What the server at hand can do of what writing asks for: by its CapabilityStatement, and by what it refuses."""

from adapter.fhir.capability import Capabilities


class Abilities:
    """What can be asked of one server. Threads may share it: what was learnt by one holds for all."""

    def __init__(self, says: Capabilities) -> None:
        self._says = says
        self._refused: set[str] = set()

    @property
    def transacts(self) -> bool:
        """Whether several entries can be written at once, all or none."""
        return self._says.system("transaction")

    def takes_ids(self, kind: str) -> bool:
        """Whether a resource of ``kind`` can be created under the id that we give it."""
        return kind not in self._refused and self._says.update_create(kind)

    def refused_id(self, kind: str) -> None:
        """Note that the server said one thing and did another: it gives its own ids to resources of ``kind``."""
        self._refused.add(kind)

    def creates_conditionally(self, kind: str) -> bool:
        """Whether a resource of ``kind`` is created only where a search finds none."""
        return self._says.conditional_create(kind)

    def searches_by(self, kind: str, param: str) -> bool:
        """Whether resources of ``kind`` can be searched by ``param``."""
        return param in self._says.search_params(kind)
