"""How the latest result is found and held against a limit, whatever is measured."""

from datetime import date
from decimal import Decimal

from mappings.criteria.measured import agreed, at_least, at_most_times_normal, by_latest, stale, upper_normal
from mappings.criteria.proteinuria import RATIO, proteinuria
from mappings.criteria.verdicts import met, not_applicable
from mappings.facts import Measurement, Source
from mappings.findings import Amount, Finding
from mappings.intervals import Interval, exactly
from mappings.limits import LIMITS
from mappings.reading.units import unit_of
from mappings.site import NormalRange, Occasion, Site
from tests.spec.tables import AT, day, records

ON = Occasion(AT)


def _measured(value: Interval | None = None, high: str | None = None, back: str = "-3") -> Measurement:
    return Measurement(
        source=Source("Observation/1"),
        concepts=frozenset({"lab.alt"}),
        when=day(back),
        unit="U/L",
        value=exactly(Decimal(100)) if value is None else value,
        high_normal=None if high is None else Decimal(high),
        raw="100 U/L",
    )


def _upcr(*rows: tuple[str, str]) -> Finding:
    table = "\n".join(f"1 | {when} | {value}" for when, value in rows)
    (record,) = records(f"patient | day | lab.upcr_mass_ratio\n{table}").values()
    return proteinuria(record, ON)


def test_limits_are_in_the_unit_in_which_results_are_held() -> None:
    """A number and its limit can be compared without a thought for units."""
    pairs = {
        "upcr_minimum": RATIO,
        "proteinuria_ratio": RATIO,
        "proteinuria_24h": ("lab.urine_protein_24h_mass",),
        "leukopenia": ("lab.wbc",),
        "thrombocytopenia": ("lab.platelet",),
        "platelets_below": ("lab.platelet",),
        "platelets_above": ("lab.platelet",),
        "fever": ("vital.temperature",),
        "ana_titre": ("lab.ana_titer", "lab.ana_presence_if"),
        "sclerosis_maximum": ("obs.glomerulosclerosis_pct",),
        "biopsy_glomeruli": ("obs.glomeruli",),
    }
    assert {name: {unit_of(one) for one in concepts} for name, concepts in pairs.items()} == {
        name: {getattr(LIMITS, name).unit} for name in pairs
    }


def test_a_result_expires_on_the_day_after_its_window() -> None:
    """A result of three days ago that counts for 28 days turns the answer 26 days from now."""
    assert _upcr(("-3", "1.4")).turns == (date(2025, 6, 27),)
    assert _upcr(("-3", "0.4")).turns == (date(2025, 6, 27),)


def test_results_that_agree_expire_with_the_first_of_them() -> None:
    """Where several results may be the latest, the answer turns when any of them may have expired, and rests on all."""
    found = _upcr(("-3", "1.4"), ("-20..-1", "1.6"))
    assert (found.state, found.turns) == ("met", (date(2025, 6, 10), date(2025, 6, 27), date(2025, 6, 29)))
    assert [one.raw for one in found.evidence] == ["1.6", "1.4"]
    conflict = _upcr(("-3", "1.4"), ("-20..-1", "0.6"))
    assert (conflict.state, conflict.turns) == ("unknown", found.turns)


def test_findings_that_agree_keep_what_each_rests_on() -> None:
    """Evidence of several findings is laid together, each resource once."""
    one = _measured()
    found = agreed([met("I03-3", "in-range", [one]), met("I03-3", "in-range", [one])], [one, one])
    assert [evidence.reference for evidence in found.evidence] == ["Observation/1"]


def test_a_result_without_a_window_never_expires() -> None:
    """Where no window is asked for, a result of any age counts and nothing turns."""
    (record,) = records("patient | day | lab.upcr_mass_ratio\n1 | -4000 | 1.4").values()
    found = by_latest(record, ON, "I02-LN-2", RATIO, None, lambda one: at_least("I02-LN-2", one, LIMITS.upcr_minimum))
    assert (found.state, found.turns) == ("met", ())


def test_a_result_without_a_date_is_never_recent() -> None:
    """Nobody can say that an undated result lies in a window."""
    undated = stale(_measured(back=""), ON, "I03-3", "lab.alt", 28)
    assert undated is not None
    assert undated.reason == "partial-date"


def _alt(measured: Measurement, on: Occasion = ON) -> Finding:
    return at_most_times_normal("I03-3", measured, LIMITS.alt_maximum, on)


def test_a_multiple_of_normal_uses_the_results_own_range() -> None:
    """Three times its own upper limit is the limit; at it the value is in, beyond it out."""
    at = _alt(_measured(exactly(Decimal(120)), "40"))
    assert (at.state, at.limit, at.margin) == ("met", Amount(Decimal(120), "U/L"), Amount(Decimal(0), "U/L"))
    over = _alt(_measured(exactly(Decimal("120.1")), "40"))
    assert (over.state, over.reason, over.margin) == ("not-met", "above-limit", Amount(Decimal("-0.1"), "U/L"))
    assert _alt(_measured(Interval(Decimal(100), None), "40")).reason == "censored"
    bound = _alt(_measured(Interval(None, Decimal(120), high_open=True), "40"))
    assert (bound.state, bound.value, bound.margin) == ("met", None, None)


def test_without_a_range_of_its_own_the_sites_is_used_in_the_same_unit_only() -> None:
    """A fallback range in another unit, or without an upper limit, is none; nor is one that ends at zero a range."""
    ranges = {
        "U/L": NormalRange("U/L", Decimal(7), Decimal(30)),
        "ukat/L": NormalRange("ukat/L", Decimal(0), Decimal("0.5")),
        "": NormalRange("U/L", Decimal(7)),
    }
    found = {
        name: upper_normal(_measured(), Occasion(AT, Site(normal_ranges={"lab.alt": one})))
        for name, one in ranges.items()
    }
    assert found == {"U/L": Decimal(30), "ukat/L": None, "": None}
    assert upper_normal(_measured(high="0"), ON) is None
    assert _alt(_measured()).reason == "no-range"


def test_evidence_shows_what_was_sent_and_what_it_became() -> None:
    """A measurement is shown with its number in the concept's unit; a bound has none, and an undated fact no time."""
    sent = _measured(exactly(Decimal(100)), "40")
    (shown,) = _alt(sent).evidence
    assert (shown.raw, shown.value, shown.unit, shown.time) == ("100 U/L", 100, "U/L", "2025-05-29")
    (bound,) = met("I03-3", "in-range", [_measured(Interval(None, Decimal(9)), back="")]).evidence
    assert (bound.value, bound.time) == (None, None)


def test_a_clause_that_does_not_concern_a_patient_says_why() -> None:
    """Not applicable is an answer with a reason of its own, and with the facts that make it so."""
    found = not_applicable("I04-2", [_measured()], about="male")
    assert (found.state, found.reason, found.about, len(found.evidence)) == (
        "not-applicable",
        "not-applicable",
        "male",
        1,
    )
