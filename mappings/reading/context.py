"""What all readers of one source share, and how they place codes and name sources."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import msgspec

from mappings.codes import (
    LOINC,
    Code,
    canonical_system,
    concepts_of,
    contradicts,
    is_placed,
    named,
    names_another,
)
from mappings.facts import Source
from mappings.findings import SetAsideReason
from mappings.reading.datatypes import CodeableConcept, Coding
from mappings.reading.dates import when
from mappings.reading.versions import newest
from mappings.reading.views import Medication, ResearchStudy, Resource
from mappings.site import CANONICAL_BASE, Site

#: Raw parts of resources whose meaning is remembered.
REMEMBERED = 100_000
LocalCodes = Mapping[tuple[str, str], Code]


class Context(msgspec.Struct, frozen=True, dict=True):
    """The site's settings, its local codes (from ConceptMaps), and the source's Medication and ResearchStudy
    resources by id. ``lost`` are the types of which something in the source could not even be given to a patient;
    ``asked`` are the concepts of which results are wanted (``None``: all). ``follows``: what happens after treatment is
    wanted too, so that any diagnosis may be an adverse event."""

    site: Site = Site()
    local_codes: LocalCodes = {}
    medications: Mapping[str, Medication] = {}
    studies: Mapping[str, ResearchStudy] = {}
    lost: frozenset[str] = frozenset()
    asked: frozenset[str] | None = None
    follows: bool = False

    @cached_property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.time_zone)

    def source(self, view: Resource, kind: str, issued: str = "") -> Source:
        """Return where a fact of ``view`` comes from; it was known from ``issued``, else from meta.lastUpdated."""
        meta = view.meta
        known = issued or (meta.last_updated if meta else "")
        version = meta.version_id if meta and meta.version_id else None
        return Source(f"{kind}/{view.id}", version, when(known, self.zone).latest if known else None)

    def use_of_code(self, raw: bytes) -> SetAsideReason | None:
        """Return why a result under a raw code is of no use to this protocol; ``None`` when it must be read."""
        try:
            return self._uses[raw]
        except KeyError:
            if len(self._uses) >= REMEMBERED:
                self._uses.clear()
            meaning = self.meaning_of_raw(raw)
            if self.asks(meaning.named):
                self.known_by_name.add(raw)
            wanted = meaning.contradicted or self.asks(meaning.concepts or meaning.named)
            use = self._uses[raw] = None if wanted else self.refusal(meaning)
            return use

    def asks(self, concepts: frozenset[str]) -> bool:
        """Whether a result of ``concepts`` is wanted."""
        return bool(concepts) and (self.asked is None or not concepts.isdisjoint(self.asked))

    @cached_property
    def known_by_name(self) -> set[bytes]:
        """Raw codes that we do not know although they bear the name of a test that is wanted."""
        return set()

    def refusal(self, meaning: "Meaning") -> SetAsideReason:
        """Return why a result under codes that stand for no test of ours is of no use; what bears our own we wrote."""
        if any(code.system == self._results for code in meaning.codes):
            return "own-output"
        return "unknown-code" if meaning.codes and self.asks(meaning.named) else meaning.refusal

    @cached_property
    def _results(self) -> str:
        """The system of the results that the adapter writes about treated participants."""
        return f"{self.site.canonical_base}/CodeSystem/result"

    @cached_property
    def _uses(self) -> dict[bytes, SetAsideReason | None]:
        return {}

    def meaning_of_raw(self, raw: bytes) -> "Meaning":
        """Return what a raw CodeableConcept stands for; understood once, then remembered by its bytes."""
        try:
            return self._meanings[raw]
        except KeyError:
            if len(self._meanings) >= REMEMBERED:
                self._meanings.clear()
            found = self._meanings[raw] = self.meaning(_CONCEPT.decode(raw) if raw else None)
            return found

    @cached_property
    def _meanings(self) -> dict[bytes, "Meaning"]:
        return {}

    def meaning(self, concept: CodeableConcept | None) -> "Meaning":
        """Return what ``concept`` stands for by all its codings, local codes translated."""
        codings = concept.coding if concept else ()
        sent = [(self._system(coding), coding.code, coding.display, self._translated(coding)) for coding in codings]
        return _together(concept.text if concept else "", *sent)

    def _system(self, coding: Coding) -> str:
        """Return the system of ``coding``; the trial's own codes are ours under the site's canonical base too."""
        is_own = coding.system == f"{self.site.canonical_base}/CodeSystem/trial"
        return f"{CANONICAL_BASE}/CodeSystem/trial" if is_own else coding.system

    def _translated(self, coding: Coding) -> Code | None:
        return self.local_codes.get((coding.system, coding.code))


class Meaning(msgspec.Struct, frozen=True):
    """What a CodeableConcept stands for.

    ``placed`` is false when no coding is of a kind that we could have recognised: then it may be anything.
    ``contradicted`` is true when a code and its display name different things. ``named`` are the concepts that it bears
    the name of, where its codes stand for none: a name alone says nothing, but what bears it may be one of them.
    """

    concepts: frozenset[str]
    placed: bool
    contradicted: bool
    codes: tuple[Code, ...]
    text: str
    named: frozenset[str] = frozenset()

    @property
    def refusal(self) -> SetAsideReason:
        """Why a result that nobody asks for is of no use."""
        if not self.codes:
            return "no-code"
        known = self.concepts or any(code.system == LOINC for code in self.codes)
        return "not-relevant" if known else "unknown-code"


@lru_cache(maxsize=65_536)
def _together(text: str, *sent: tuple[str, str, str, Code | None]) -> Meaning:
    """Return what codings stand for together: the same few thousand diagnoses and drugs come again and again."""
    found = [_meaning(*one) for one in sent]
    concepts = frozenset(name for one in found for name in one.concepts)
    names = [text, *(display for _, _, display, _ in sent)]
    strange = not concepts and any(one.placed and _is_misnamed(one.codes, names) for one in found)
    return Meaning(
        concepts,
        any(one.placed for one in found),
        strange or any(one.contradicted for one in found),
        tuple(code for one in found for code in one.codes),
        next((name for name in names if name), ""),
        frozenset()
        if concepts
        else frozenset(concept for name in names for concept in named(name)) | _by_number(found),
    )


@lru_cache(maxsize=65_536)
def _meaning(system: str, code: str, display: str, translated: Code | None) -> Meaning:
    sent = Code(canonical_system(system), code, display)
    if translated:
        concepts = concepts_of(translated.system, translated.code)
        return Meaning(concepts, True, False, (translated, sent), display)
    concepts = concepts_of(sent.system, code)
    wrong = bool(concepts) and contradicts(sent.system, code, display)
    placed = bool(concepts) or is_placed(sent.system, code)
    return Meaning(frozenset() if wrong else concepts, placed, wrong, (sent,), display)


def _by_number(found: Iterable[Meaning]) -> frozenset[str]:
    """Return what a number of LOINC's would stand for that came under another system's name, or none: a name again."""
    codes = [code for one in found if not one.placed for code in one.codes]
    return frozenset(name for code in codes for name in concepts_of(LOINC, code.code))


def _is_misnamed(codes: Iterable[Code], names: Iterable[str]) -> bool:
    """Whether one of ``names`` is that of a concept of ours, although ``codes`` say that it is none."""
    return any(names_another(code.system, code.code, name) for code in codes for name in names if name)


def context_with(
    site: Site,
    local_codes: LocalCodes,
    shared: Iterable[bytes],
    lost: Iterable[str] = (),
    asked: frozenset[str] | None = None,
    *,
    follows: bool = False,
) -> Context:
    """Return the context of a source; ``shared`` are its lines that belong to no patient, in any order.

    Of several versions of one resource the newest counts. What cannot be read, or whose newest version cannot be told,
    is left out: a reference to it is then unresolved, and what holds the reference is set aside as such.
    """
    medications: dict[str, Medication] = {}
    studies: dict[str, ResearchStudy] = {}
    copies: dict[tuple[type, str], list[Medication | ResearchStudy]] = defaultdict(list)
    for view in _decoded(set(shared)):
        if view not in copies[type(view), view.id]:
            copies[type(view), view.id].append(view)
    for same in copies.values():
        best = newest(same, ZoneInfo(site.time_zone))
        if isinstance(best, Medication):
            medications[best.id] = best
        elif best is not None:
            studies[best.id] = best
    return Context(site, local_codes, medications, studies, frozenset(lost), asked, follows)


def _decoded(lines: Iterable[bytes]) -> Iterator[Medication | ResearchStudy]:
    for line in lines:
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield _SHARED.decode(line)


_CONCEPT = msgspec.json.Decoder(CodeableConcept)
_SHARED = msgspec.json.Decoder(Medication | ResearchStudy)
