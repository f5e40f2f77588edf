"""The cohort tables: what is counted, once for each participant and once for each event, and what is not."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from mappings.followed import DltWatch, Dose, Dynamics, Episode, Followed, Response, Timeline
from mappings.safety.dlt import watch
from mappings.safety.tabulation import (
    Counted,
    CountedEvent,
    counted,
    dlt_table,
    response_table,
    safety_table,
)
from tests.spec.safety.courses import episode, followed, lined, occasion, watched
from tests.spec.tables import AT, INFUSED, parse

title = "Cohort tables"
OPEN = DltWatch(state="open", definition="DLT_v1")
PENDING = Response(result="not-evaluable", definition="CRR_v1", reason="not-yet")


def participant(
    events: tuple[Episode, ...] = (),
    *,
    level: Any = 1,
    cohort: Any = "LN",
    dlt: DltWatch = OPEN,
    renal: Response = PENDING,
    platelets: Response | None = None,
) -> Followed:
    """A followed participant; an endpoint of the other cohort does not apply."""
    elsewhere = Response(result="not-applicable", definition="ITP_v1")
    return Followed(
        patient="Patient/1",
        identifier=None,
        at=AT,
        known_at=None,
        timeline=Timeline(day0=INFUSED.date(), cohort=cohort, dose=Dose(level=level)),
        events=events,
        dlt=dlt,
        renal=renal,
        platelets=platelets or elsewhere,
        expansions=(),
        dynamics=Dynamics(definition="PD_v1"),
        activity=(),
    )


def subjects(table: str) -> list[Counted]:
    """The participants of a table with one row an event."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in parse(table):
        rows[row["subject"]].append(row)
    made = []
    for found in rows.values():
        events = tuple(_event(row) for row in found if row["term"])
        made.append(counted(participant(events, level=int(found[0]["level"]) if found[0]["level"] else None)))
    return made


def _event(row: dict[str, str]) -> Episode:
    made = episode({**row, "course": row["course"] or "?@5"})
    return msgspec.structs.replace(made, serious={"T": True, "F": False}.get(row.get("serious", "")))


def lines(found: list[Counted], *kinds: str) -> list[str]:
    """The rows of a safety table as "about level severity subjects/events unknown subjects/events"."""
    return [
        f"{row.about or row.kind} {row.level} {row.severity} {row.subjects}/{row.events}"
        + (f" ?{row.subjects_unknown}/{row.events_unknown}" if row.events_unknown else "")
        for row in safety_table(found).rows
        if row.kind in kinds
    ]


EVENTS = """
    subject | level | term | course      | emergent | serious | confirmed
    --------+-------+------+-------------+----------+---------+----------
    1       | 1     | ALT  | 2@5         |          |         |
    1       | 1     | ALT  | 3@40        |          | T       |
    1       | 1     | ALT  | 1@80        | ?        |         |
    1       | 1     | CRS  | 1@2         |          | F       |
    2       | 1     | ALT  | 3@5         |          |         | T
    2       | 1     | ALT  | 4@50        | F        | T       |
    2       | 1     | CRS  | 4@2         |          | T       | F
    3       | 2     | CRS  | ?@2         |          |         |
    3       | 2     | CRS  | ?3@9        |          |         |
    3       | 2     | PLT  | ?@9         |          |         |
    4       |       | ALT  | 5@9         | ?        | T       |
    5       | 2     |      |             |          |         |
"""


def test_a_participant_counts_once_and_an_event_each_time() -> None:
    """By worst grade of each participant and term; what may not be of the treatment stands in its own columns."""
    assert lines(subjects(EVENTS), "term") == [
        "Alanine aminotransferase increased 1 1 0/0 ?1/1",
        "Alanine aminotransferase increased 1 2 0/1",
        "Alanine aminotransferase increased 1 3 2/2",
        "Alanine aminotransferase increased unknown 5 0/0 ?1/1",
        "Cytokine release syndrome 1 1 1/1",
        "Cytokine release syndrome 2 3 1/1",
        "Cytokine release syndrome 2 not-graded 0/1",
        "Platelet count decreased 2 not-graded 1/1",
    ]


def test_totals() -> None:
    """Any event, any serious one, and each special interest, a participant once in each."""
    found = subjects(EVENTS)
    assert lines(found, "any") == [
        "any 1 1 0/1 ?1/1",
        "any 1 2 0/1",
        "any 1 3 2/2",
        "any 2 3 1/1",
        "any 2 not-graded 0/2",
        "any unknown 5 0/0 ?1/1",
    ]
    assert lines(found, "serious") == ["serious 1 3 1/1", "serious unknown 5 0/0 ?1/1"]
    assert lines(found, "interest") == [
        "crs 1 1 1/1",
        "crs 2 3 1/1",
        "crs 2 not-graded 0/1",
        "cytopenia 2 not-graded 1/1",
    ]
    assert safety_table(found).treated == {1: 2, 2: 2, "unknown": 1}


SEVERITY = st.sampled_from([1, 2, 3, 4, 5, "not-graded"])
EVENT = st.builds(
    CountedEvent,
    term=st.sampled_from(["Fever", "Headache", "Nausea"]),
    severity=SEVERITY,
    emergent=st.sampled_from([True, None]),
    serious=st.booleans(),
)
PEOPLE = st.lists(
    st.tuples(st.sampled_from([1, 2, "unknown"]), st.lists(EVENT, max_size=5).map(tuple)).map(
        lambda one: Counted(
            level=one[0], cohort=None, events=one[1], dlt="open", evaluable=None, renal=PENDING, platelets=PENDING
        )
    ),
    max_size=6,
)


@given(PEOPLE)
def test_the_sums_reconcile(found: list[Counted]) -> None:
    """Every event is in the total and in its term once, and no more participants have a term than were treated."""
    table = safety_table(found)
    events = sum(len(one.events) for one in found)
    for kind in ("any", "term"):
        assert sum(row.events + row.events_unknown for row in table.rows if row.kind == kind) == events
    for level, treated in table.treated.items():
        for about in {row.about for row in table.rows}:
            rows = [row for row in table.rows if (row.about, row.level) == (about, level) and row.kind != "serious"]
            assert sum(row.subjects for row in rows) <= treated
    assert safety_table(list(reversed(found))) == table


def test_dose_limiting_toxicities_by_level() -> None:
    """How many were treated, can be judged, and had one; which ones, how severe, from which day and how long."""
    limiting = watched({"term": "CRS", "course": "4@3 1@5", "end": "6"}, {"term": "GVHD", "course": "?1@9"})
    refuted = watched({"term": "ICANS", "course": "3@3", "dlt": "F"})
    waiting = watched({"term": "ALT", "course": "3@9"}, at=12)
    undecided = watched({"term": "ALT", "course": "3@9"})
    found = [
        counted(participant(dlt=limiting)),
        counted(participant(dlt=refuted)),
        counted(participant(dlt=waiting, level=2)),
        counted(participant(dlt=undecided, level=2)),
    ]
    first, second = dlt_table(found).rows
    assert (first.level, first.treated, first.evaluable, first.evaluable_unknown) == (1, 2, 2, 0)
    assert (first.with_dlt, first.none, first.open, first.data_gap) == (1, 1, 0, 0)
    assert [(one.term, one.grade, one.day, one.lasted) for one in first.toxicities] == [
        ("Cytokine release syndrome", 4, 3, 4)
    ]
    assert (second.level, second.treated, second.evaluable, second.evaluable_unknown) == (2, 2, 0, 2)
    assert (second.with_dlt, second.none, second.open, second.data_gap) == (0, 0, 1, 1)
    assert second.toxicities == ()


def test_a_level_that_nobody_can_tell_is_listed_where_there_is_one() -> None:
    """Planned levels always are; a person's yes is a toxicity although its numbers are not all on record."""
    assert [row.level for row in dlt_table([]).rows] == [1, 2]
    said = watched({"term": "GVHD", "course": "?1@9..10", "dlt": "T"})
    rows = dlt_table([counted(participant(dlt=said, level=None))]).rows
    assert [(row.level, row.treated, row.with_dlt) for row in rows] == [(1, 0, 0), (2, 0, 0), ("unknown", 1, 1)]
    assert [(one.grade, one.day, one.lasted) for one in rows[2].toxicities] == [(None, None, None)]


def test_evaluable_counts_those_of_whom_it_is_true() -> None:
    """A participant who was given too little is treated, and not evaluable."""
    record, on = followed(), occasion(90)
    line = lined(record, on)
    dose = msgspec.structs.replace(line.dose, per_kg=Decimal("0.5E+6"), level=1)
    little = watch([], record, msgspec.structs.replace(line, dose=dose), on)
    (row, _) = dlt_table([counted(participant(dlt=little))]).rows
    assert (row.treated, row.evaluable, row.evaluable_unknown, row.none) == (1, 0, 0, 1)


RESPONSES = """
    cohort | level | endpoint  | result         | responder
    -------+-------+-----------+----------------+----------
    LN     | 1     | renal     | CRR            | T
    LN     | 1     | renal     | PRR            | F
    LN     | 1     | renal     | not-evaluable  | F
    LN     | 1     | renal     | not-evaluable  |
    LN     | 2     | renal     | NR             | F
    LN     | 2     | renal     | not-applicable |
    ITP    | 1     | platelets | CR             | T
    ITP    | 1     | platelets | PR             | T
    ITP    | 1     | platelets | unconfirmed-PR | F
           |       | renal     | CRR            | T
"""


def test_responses_by_cohort_and_level() -> None:
    """Not evaluable is no response once the time is over, and before that nobody knows; it is listed by its name."""
    found = []
    for row in parse(RESPONSES):
        answer = Response(
            result=row["result"],  # type: ignore[arg-type]
            definition="v1",
            responder={"T": True, "F": False, "": None}[row["responder"]],
        )
        other = Response(result="not-applicable", definition="v1")
        answers = {"renal": other, "platelets": other} | {row["endpoint"]: answer}
        level = int(row["level"]) if row["level"] else None
        found.append(counted(participant(cohort=row["cohort"] or None, level=level, **answers)))
    rows = [
        (row.endpoint, row.cohort, row.level, row.subjects, row.decided, row.responders, row.results)
        for row in response_table(found).rows
    ]
    assert rows == [
        ("renal", "LN", 1, 4, 3, 1, {"CRR": 1, "PRR": 1, "not-evaluable": 2}),
        ("renal", "LN", 2, 2, 1, 0, {"NR": 1, "not-applicable": 1}),
        ("renal", None, "unknown", 1, 1, 1, {"CRR": 1}),
        ("platelets", "ITP", 1, 3, 3, 2, {"CR": 1, "PR": 1, "unconfirmed-PR": 1}),
    ]
