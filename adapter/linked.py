"""Whose records are one patient's: those under their own id, and under the ids of patients who were merged into them.

A hospital that merges two patients links them (FHIR R4 Patient.link, replaced-by and replaces) and may leave each record
where it was filed. Who pulls one patient alone must pull the others too, or a record that bars would be missed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from adapter.fhir.bundles import ID
from adapter.fhir.errors import Incomplete
from mappings.reading.headers import Patient, key_of, look

#: Yields the lines of the Patients that match search parameters.
Search = Callable[[list[tuple[str, str]]], Iterator[bytes]]


def together(keys: Iterable[str], search: Search, *, by_link: bool) -> dict[str, bytes]:
    """Return the lines of the patients that ``keys`` name, and of all who are merged with them, by id.

    A key is an id, or ``|system|value`` of an identifier. ``by_link``: the server searches by ``link``; else every Patient
    is looked at, and nobody else's is kept. Raises ``LookupError`` where a key names nobody, and ``FhirError``.
    """
    found: dict[str, bytes] = {}
    linking = _by_search(search) if by_link else _by_looking(search)
    waiting = [*keys]
    asked, passed = {*waiting}, {*waiting}
    while waiting:
        key = waiting.pop()
        lines = [*search(_named(key))]
        if not lines and key in asked:
            raise LookupError
        for line in lines:
            name, others = _links(line)
            found[name] = line
            passed.add(name)
            new = {*others, *linking(name)} - passed
            waiting += new
            passed |= new
    return found


def _named(key: str) -> list[tuple[str, str]]:
    if not key.startswith("|"):
        return [("_id", key)]
    system, _, value = map(_escaped, key[1:].rpartition("|"))
    return [("identifier", f"{system}|{value}" if system else value)]  # without its system it may be of any


def _escaped(text: str) -> str:
    """Return a value as a search has it (FHIR R4 search, section 3.1.1.4.5.1)."""
    return "".join(f"\\{one}" if one in "\\,$|" else one for one in text)


def _links(line: bytes) -> tuple[str, list[str]]:
    """Return the id of the Patient in ``line``, and the keys of those it replaces or is replaced by."""
    patient = look(line)[0]
    if not isinstance(patient, Patient):
        raise Incomplete("GET Patient", "a Patient cannot be read", lacking=("who is merged with them",))
    merged = [link.other for link in patient.link if link.other and link.type in ("replaced-by", "replaces")]
    return patient.id, [key for key in map(key_of, merged) if key.startswith("|") or ID.fullmatch(key)]


def _by_search(search: Search) -> Callable[[str], list[str]]:
    def linked(name: str) -> list[str]:
        pairs = [_links(line) for line in search([("link", f"Patient/{name}")])]
        return [other for other, links in pairs if name in links]

    return linked


def _by_looking(search: Search) -> Callable[[str], list[str]]:
    """Return who is linked to an id, by one look at every Patient."""
    linked: defaultdict[str, list[str]] = defaultdict(list)
    for line in search([]):
        name, others = _links(line)
        for other in others:
            linked[other].append(name)
    return lambda name: linked.get(name, [])
