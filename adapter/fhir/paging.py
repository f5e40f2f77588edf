"""A search's pages one after the other, by the server's own links, until they are all there.

A pull that lacks something raises ``Incomplete``: it never ends as if it were whole.
Spec: https://hl7.org/fhir/R4/http.html#paging, https://hl7.org/fhir/R4/search.html#total.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from adapter.fhir.errors import Incomplete
from adapter.fhir.outcomes import Outcome, outcome_of
from adapter.fhir.transport import Reply, Transport
from adapter.fhir.wire import Bundle, BundleEntry, bundle_of, head_of, located

_OUTCOME: Final = "OperationOutcome"


class Page(msgspec.Struct, frozen=True):
    """One page of a search or history, each resource as the bytes that came.

    ``included`` came along with the matches. ``deleted`` are the ``Type/id`` that a history says were deleted. ``ignored`` are
    parameters that were sent and that the server, by its own ``self_link``, did not use.
    """

    resources: tuple[bytes, ...]
    included: tuple[bytes, ...] = ()
    warnings: tuple[Outcome, ...] = ()
    total: int | None = None
    self_link: str | None = None
    deleted: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class Pages:
    """The pages of one search, history or $everything. Iterating raises ``FhirError``, ``Incomplete`` in particular."""

    def __init__(
        self,
        transport: Transport,
        first: Callable[[], Reply],
        place: str,
        *,
        kind: str | None = None,
        sent: Mapping[str, str] | None = None,
    ) -> None:
        """``kind`` is the type of the matches, where there is one; ``sent`` are the parameters."""
        self._transport = transport
        self._first = first
        self._place = place
        self._kind = kind
        self._sent = sent or {}
        self._seen: set[str] = set()
        self._counted: set[str] = set()

    def __iter__(self) -> Iterator[Page]:
        self._seen, self._counted = set(), set()
        reply, total = self._first(), None
        latest: tuple[bytes, ...] = ()
        for _ in range(self._transport.limits.pages):
            bundle = bundle_of(reply.body, self._place)
            page = self._page(bundle)
            if page.resources and page.resources == latest:
                raise Incomplete(self._place, "the server sent the same page again", lacking=("the pages after it",))
            latest = page.resources
            total = page.total if page.total is not None else total
            following = self._next(bundle, reply.url)
            if not following:
                self._complete(total)
            yield page
            if not following:
                return
            reply = following_page(self._transport, following, self._place)
        raise Incomplete(self._place, "more pages than are allowed", lacking=("the pages after them",))

    def _page(self, bundle: Bundle) -> Page:
        matches, included, warnings, deleted = [], [], [], []
        for entry in bundle.entry:
            if not entry.resource:
                deleted.append(self._deleted(entry))
                continue
            resource = bytes(entry.resource)
            head = head_of(resource, self._place)
            mode = entry.search.mode if entry.search else None
            if head.resource_type == _OUTCOME:
                warnings.append(outcome_of(resource) or Outcome())
            elif mode == "include" or (mode is None and self._kind not in {None, head.resource_type}):
                included.append(resource)
                if self._kind is None:  # what $everything counts is not said
                    self._count(None)
            else:
                matches.append(resource)
                self._count(f"{head.resource_type}/{head.id}" if head.id and bundle.type != "history" else None)
        return Page(
            tuple(matches),
            tuple(included),
            tuple(warnings),
            bundle.total,
            next((link.url for link in bundle.link if link.relation == "self"), None),
            tuple(deleted),
            self._ignored(bundle),
        )

    def _deleted(self, entry: BundleEntry) -> str:
        """What an entry without a resource says was deleted. Raises ``Incomplete`` where it says nothing of the kind."""
        url = entry.request.url if entry.request and entry.request.method == "DELETE" else None
        found = located(url) or located(entry.full_url)
        if not url or not found:
            raise Incomplete(self._place, "an entry holds no resource", lacking=("the resource of an entry",))
        self._count(None)
        return "/".join(found[:2])

    def _count(self, identity: str | None) -> None:
        """A match that comes on two pages, because others were added meanwhile, counts once."""
        self._counted.add(identity or f"#{len(self._counted)}")

    def _ignored(self, bundle: Bundle) -> tuple[str, ...]:
        """The parameters that the self link leaves out, where it repeats any of them."""
        link = next((link.url for link in bundle.link if link.relation == "self"), "")
        used = {name.partition(":")[0] for name, _ in parse_qsl(urlsplit(link).query, keep_blank_values=True)}
        sent = {name.partition(":")[0] for name in self._sent} - {"_format", "_count", "_total"}
        return tuple(sorted(sent - used)) if sent & used else ()

    def _next(self, bundle: Bundle, asked: str) -> str | None:
        """The address of the next page; None on the last. Raises ``ForeignHost``, and ``Incomplete`` for a loop."""
        links = {link.url for link in bundle.link if link.relation == "next"}
        if not links:
            return None
        if links == {""} or len(links) > 1:
            raise Incomplete(self._place, "the link to the next page is unclear", lacking=("the pages after it",))
        self._seen.add(asked)
        link = links.pop()
        # Relative to the base, as FHIR has it; a query alone can only belong to the address that was asked.
        url = self._transport.base.resolve(link, self._place, asked=asked if link.startswith("?") else None)
        if url in self._seen:
            raise Incomplete(self._place, "the links to the next page run in a circle", lacking=("the pages after it",))
        self._seen.add(url)
        return url

    def _complete(self, total: int | None) -> None:
        """Raises ``Incomplete`` where fewer matches came than the server counted last."""
        counts = self._sent.get("_summary") == "count" or self._sent.get("_count") == "0"
        if total is None or counts or self._sent.get("_total") == "estimate":
            return
        if len(self._counted) < total:
            lacking = f"{total - len(self._counted)} of {total} matches"
            raise Incomplete(self._place, f"{lacking} did not come", lacking=(lacking,))


def following_page(transport: Transport, url: str, place: str) -> Reply:
    """The page at a link that the server gave."""
    return transport.send("GET", url, check=lambda reply: head_of(reply.body, place))
