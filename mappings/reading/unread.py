"""Results that cannot be used: each may still be the latest of its test, and must not let an older one speak.

What such a result says is never looked at. That it is there, of which test and (where its date can be read) of when, is
kept as a result that nobody understood: it leaves open what it would have answered, and is set aside as well. A display
that contradicts its code does not count here, as the result may be of that test; nor does a code that we do not know
where the result bears the name of a test of ours.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec
from msgspec import Raw

from mappings.codes import concepts_of
from mappings.facts import CodedResult, Fact, Source
from mappings.intervals import When
from mappings.reading.context import Context, Meaning
from mappings.reading.datatypes import ABSENT, Period
from mappings.reading.dates import first_of
from mappings.reading.reports import BIOPSY, CLASS
from mappings.reading.views import DiagnosticReport, Observation, Resource


def in_view(view: Resource, context: Context) -> Iterator[Fact]:
    """Yield that there is a result in ``view``, of a type that has results, which was refused."""
    if isinstance(view, Observation) and not view.focus:
        meanings = [_meaning(bytes(part.code), context) for part in (view, *view.component)]
    elif isinstance(view, DiagnosticReport):
        meanings = [context.meaning(view.code)]
    else:
        return
    concepts = {name for meaning in meanings for name in _concepts(meaning)}
    instant = view.effective_instant if isinstance(view, Observation) else ""
    dates = (view.effective_date_time, instant, view.effective_period, view.issued)
    yield from _result(f"{type(view).__name__}/{view.id}", concepts, dates, context)


def in_line(line: bytes, context: Context) -> Iterator[Fact]:
    """Yield that there is a result in an Observation that does not even decode, as far as its code can be told."""
    content: dict[str, Raw] = {}
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        content = msgspec.json.decode(line, type=dict[str, Raw])
    if bytes(content.get("resourceType", ABSENT)) != b'"Observation"':
        return
    concepts = _concepts(_meaning(bytes(content.get("code", ABSENT)), context))
    dates = [bytes(content.get(name, ABSENT)).decode().strip('"') for name in ("effectiveDateTime", "issued")]
    name = bytes(content.get("id", ABSENT)).decode().strip('"')
    yield from _result(f"Observation/{name or '?'}", concepts, dates, context)


def _meaning(raw: bytes, context: Context) -> Meaning | None:
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return context.meaning_of_raw(raw)
    return None


def _concepts(meaning: Meaning | None) -> set[str]:
    """Return what a result may be of: by its codes whatever they are called, else by its name."""
    if meaning is None:
        return set()
    return {name for code in meaning.codes for name in concepts_of(code.system, code.code)} | meaning.named


def _result(
    reference: str, concepts: set[str], dates: Iterable[str | Period | None], context: Context
) -> Iterator[Fact]:
    concepts |= {CLASS} if BIOPSY in concepts else set()
    results = frozenset(name for name in concepts if not name.startswith("report."))
    if results:
        when = next(filter(None, (_when(date, context) for date in dates)), None)
        yield CodedResult(source=Source(reference), concepts=results, when=when, problem="not-understood")


def _when(date: str | Period | None, context: Context) -> When | None:
    with suppress(ValueError):
        return first_of(context.zone, date)
    return None
