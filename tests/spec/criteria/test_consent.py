"""Informed consent."""

import msgspec

from mappings.criteria.consent import consent
from mappings.reading.dates import when
from mappings.site import Occasion
from tests.spec.conftest import SpecCase
from tests.spec.tables import AT, ZONE, records

title = "Informed consent (I05)"


def test_a_signed_consent_in_force_is_enough(spec_case: SpecCase) -> None:
    """Signed today or before; one that was refused or withdrawn bars, and none on record is unknown."""
    spec_case(
        consent,
        """
        patient | day   | consent
        --------+-------+---------
              1 | -9    | permits
              2 | 0     | permits
              3 | -9    | denies
              4 | -9    | inactive
              5 |       |
              6 |       | permits
              7 |       | denies
              8 | -9..0 | permits
              9 | -9..1 | permits
             10 | -9    | permits
             10 | -3    |
        """,
        {
            1: "met present",
            2: "met present",
            3: "not-met withdrawn",
            4: "not-met withdrawn",
            5: "unknown missing",
            6: "unknown partial-date",
            7: "not-met withdrawn",
            8: "met present",
            9: "unknown partial-date",
            10: "met present",
        },
    )


def test_the_latest_consent_counts(spec_case: SpecCase) -> None:
    """A later refusal ends an earlier consent, and a later consent an earlier refusal."""
    spec_case(
        consent,
        """
        patient | day | consent
        --------+-----+---------
              1 | -30 | permits
              1 | -3  | denies
              2 | -30 | denies
              2 | -3  | permits
              3 | -30 | permits
              3 | -3  | inactive
              4 | -30 | inactive
              4 | -3  | permits
        """,
        {1: "not-met withdrawn", 2: "met present", 3: "not-met withdrawn", 4: "met present"},
    )


def test_of_consents_that_may_all_be_the_latest_none_may_be_refused(spec_case: SpecCase) -> None:
    """On one day, within a vague date, or without a date: where one permits and another does not, a person must ask."""
    spec_case(
        consent,
        """
        patient | day     | consent
        --------+---------+---------
              1 | -3      | permits
              1 | -3      | denies
              2 | -3      | permits
              2 | -20..-1 | inactive
              3 | -3      | permits
              3 |         | denies
              4 |         | permits
              4 |         | denies
              5 | -3      | denies
              5 |         | inactive
              6 | -3      | permits
              6 |         | permits
              7 | -3      | permits
              7 | -3      | permits
        """,
        {
            1: "unknown conflict",
            2: "unknown conflict",
            3: "unknown conflict",
            4: "unknown conflict",
            5: "not-met withdrawn",
            6: "met present",
            7: "met present",
        },
    )


def test_a_consent_holds_through_its_last_day(spec_case: SpecCase) -> None:
    """One whose end is past bars; one whose end is vague, and may be past, leaves the clause open."""
    spec_case(
        consent,
        """
        patient | day | consent | ended
        --------+-----+---------+------
              1 | -9  | permits | 0..0
              2 | -9  | permits | -1
              3 | -9  | permits | 1
              4 | -9  | permits | -5..5
              5 | -9  | permits | 1..20
              6 | -9  | permits | -5..-1
              7 | -9  | permits | -1
              7 | -9  | permits | 30
        """,
        {
            1: "not-met withdrawn",
            2: "not-met withdrawn",
            3: "met present",
            4: "unknown partial-date",
            5: "met present",
            6: "not-met withdrawn",
            7: "met present",
        },
    )


def test_a_consent_that_ends_today_holds_all_day() -> None:
    """A date without a time is the whole of its day: until its last hour, and no longer."""
    record = records("""
        patient | day | consent
        --------+-----+--------
              1 | -9  | permits
        """)[1]
    ends = [msgspec.structs.replace(one, ended=when("2025-06-01", ZONE)) for one in record.consents]
    record = msgspec.structs.replace(record, consents=tuple(ends))
    assert consent(record, Occasion(AT)).state == "met"
    assert consent(record, Occasion(AT.replace(day=2, hour=0))).state == "not-met"


def test_a_consent_that_was_not_read_may_be_a_withdrawal(spec_case: SpecCase) -> None:
    """Beside a consent that could not be understood, a signed one shows nothing; a refusal needs no more proof."""
    spec_case(
        consent,
        """
        patient | day | consent | unread
        --------+-----+---------+------------
              1 | -9  | permits | Consent
              2 | -9  | permits | Observation
              3 | -9  | denies  | Consent
              4 |     |         | Consent
        """,
        {1: "unknown not-understood", 2: "met present", 3: "not-met withdrawn", 4: "unknown missing"},
    )


def test_a_consent_that_contradicts_itself_is_for_a_person(spec_case: SpecCase) -> None:
    """One that permits and denies in its parts does not show that the patient is willing."""
    spec_case(
        consent,
        """
        patient | day | consent | problem
        --------+-----+---------+---------
              1 | -9  | permits | conflict
              2 | -9  | denies  | conflict
              3 | -9  | permits | conflict
              3 | -9  | permits |
              4 | -9  | permits | conflict
              4 | -8  | permits |
        """,
        {1: "unknown conflict", 2: "not-met withdrawn", 3: "unknown conflict", 4: "met present"},
    )
