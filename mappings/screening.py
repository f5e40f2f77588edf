"""The whole core on one page: a patient's lines in, an explained answer to every clause out."""

from collections.abc import Iterable, Sequence

from mappings.attested import settled
from mappings.criteria import CRITERIA
from mappings.eligibility import cohorts_of, decision_of, missing_from
from mappings.findings import Finding, Screening, SetAside
from mappings.horizon import eligible_days
from mappings.reading.chart import Clock, chart
from mappings.reading.context import Context
from mappings.record import Record
from mappings.site import Occasion


def screen_lines(
    lines: Sequence[bytes], left: Iterable[SetAside], context: Context, on: Occasion, clock: Clock
) -> Screening | None:
    """Return the screening of the one patient whose resources ``lines`` are; ``None`` without a Patient among them.

    ``left`` is what was set aside of this patient before. Nobody is called eligible, now or from some day on, on lines
    that were not read twice: the second reading refuses what parsers may understand differently (duplicate keys).
    """
    left = tuple(left)
    record = chart(lines, left, context, clock)
    if record is None:
        return None
    screening = screen(record, on, clock)
    if screening.eligible_from is None:
        return screening
    again = chart(lines, left, context, clock, strictly=True)
    return None if again is None else screening if again == record else screen(again, on, clock)


def screen(record: Record, on: Occasion, clock: Clock) -> Screening:
    """Return every finding about ``record`` on this occasion, and the decision that follows."""
    findings = findings_of(record, on)
    cohorts = cohorts_of(findings)
    first, last = eligible_days(record, on, findings, findings_of)
    return Screening(
        patient=record.person.reference,
        identifier=record.person.identifier,
        at=on.at,
        known_at=clock.known_at,
        decision=decision_of(cohorts),
        cohorts=cohorts,
        eligible_from=first,
        eligible_until=last,
        findings=findings,
        missing=missing_from(findings),
        set_aside=record.set_aside,
    )


def findings_of(record: Record, on: Occasion) -> tuple[Finding, ...]:
    """Return the answer to each clause, in protocol order, with what people attested taken into account."""
    if not record.attestations:
        return tuple([criterion(record, on) for criterion in CRITERIA.values()])
    return tuple([settled(criterion(record, on), record, on) for criterion in CRITERIA.values()])
