"""Consent -> consent to this study."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from mappings.facts import ConsentGiven, Fact
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.context import Context
from mappings.reading.datatypes import Period
from mappings.reading.dates import ending, first_of
from mappings.reading.statuses import CONSENT, codes_of, use_of
from mappings.reading.this_study import is_this_study, names_this_study
from mappings.reading.views import Consent, Provision, ReferenceExtension

#: Extension by which a Consent names a study (HL7 FHIR extensions pack).
STUDY_CONTEXT: Final = "http://hl7.org/fhir/StructureDefinition/consent-ResearchStudyContext"
#: Scopes (R4 consentscope) of consents to something else than taking part: the use of data, and care in advance.
OTHER_SCOPES: Final = frozenset({"patient-privacy", "adr"})


class Rule(NamedTuple):
    """One provision: what it decides (its own type, else that of the rule around it), and whether that is about us.

    ``holds_us`` is true where a rule within it names this study: then that one counts, as an exception does.
    """

    decides: str
    period: Period | None
    names_us: bool
    holds_us: bool


def read(view: Consent, context: Context) -> list[Fact] | SetAsideReason:
    """Return the consent in ``view`` when it names this study, or why it is of no use. Raises ValueError for dates.

    Whatever denies what names this study denies the whole. A rule that denies something beside it, or decides what
    we do not know, leaves the consent in doubt: a person must read it.
    """
    use = use_of(view, view.status, CONSENT)
    if use != "use" and use != "preliminary":
        return use
    rules = list(_rules(view.provision, view.decision, context))
    named_as_a_whole = _is_coded(view) or _has_context(view.extension, context)
    if not (named_as_a_whole or any(rule.names_us for rule in rules)) or OTHER_SCOPES & codes_of(view.scope):
        return "not-relevant"
    said = {rule.decides for rule in rules if rule.names_us}
    if named_as_a_whole:
        said |= {view.decision, *(one.type for one in _each(view.provision))}
    beside = {rule.decides for rule in rules if not rule.names_us and not rule.holds_us}
    periods = [period for period in (view.period, *(rule.period for rule in rules)) if period]
    return [
        ConsentGiven(
            source=context.source(view, "Consent"),
            when=first_of(context.zone, view.date_time, view.date, *(period.start for period in periods)),
            raw=view.status,
            problem=None if said <= {"permit", ""} and "deny" not in beside else "conflict",
            active=view.status == "active",
            permits="deny" not in said,
            ended=_ended(periods, context),
        )
    ]


def _each(given: Provision | Sequence[Provision] | None) -> Sequence[Provision]:
    return [given] if isinstance(given, Provision) else given or ()


def _rules(given: Provision | Sequence[Provision] | None, around: str, context: Context) -> Iterator[Rule]:
    for one in _each(given):
        decides = one.type or around
        within = list(_rules(one.provision, decides, context))
        holds_us = any(rule.names_us or rule.holds_us for rule in within)
        yield Rule(decides, one.period, _names_us(one, context), holds_us)
        yield from within


def _names_us(one: Provision, context: Context) -> bool:
    data = any(item.reference and is_this_study(item.reference, context) for item in one.data)
    return data or _has_context(one.extension, context)


def _has_context(extensions: Sequence[ReferenceExtension], context: Context) -> bool:
    named = [one.value_reference for one in extensions if one.url == STUDY_CONTEXT and one.value_reference]
    return any(is_this_study(reference, context) for reference in named)


def _is_coded(view: Consent) -> bool:
    concepts = [*view.category, *([view.policy_rule] if view.policy_rule else [])]
    return any(names_this_study(coding) for concept in concepts for coding in concept.coding)


def _ended(periods: Sequence[Period], context: Context) -> When | None:
    """Return the end of the period that ends first."""
    ends = [end for end in (ending(period.end, context.zone) for period in periods) if end]
    return min(ends, key=lambda end: (end.earliest, end.latest), default=None)
