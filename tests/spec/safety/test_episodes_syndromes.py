"""The signs of a CRS are evidence of it and no events beside it; what lies outside of it, or is another event, is one."""

from mappings.followed import Episode
from mappings.site import Occasion
from tests.spec.safety.events import found, told
from tests.spec.tables import AT

#: Every administration is on record, so that low pressure without a vasopressor is known to be treated by none.
COVERED = Occasion(AT, full_coverage=True)
SYNDROME = """
patient | day | vital.temperature | vital.sbp | vital.spo2 | dx     | lab.neutrophil_abs | low | assess | confirmed
1       | -1  | 36.5              | 120       | 98         |        |                    |     |        |
1       | 2   | 39.5              | 120       | 98         |        |                    |     |        |
1       | 3   | 38.5              | 85        | 98         |        |                    |     |        |
1       | 4   | 36.6              | 118       | 98         |        |                    |     |        |
"""


def _told(*rows: str) -> dict[str, list[str]]:
    """Return the episodes of the syndrome with more ``rows``, by term."""
    events: dict[str, list[str]] = {}
    for one in _found(*rows):
        events.setdefault(one.term.name, []).append(told(one))
    return events


def _found(*rows: str) -> tuple[Episode, ...]:
    return found("\n".join((SYNDROME.strip(), *rows)), COVERED)


def test_the_signs_of_a_syndrome_are_no_events() -> None:
    """Fever and low pressure within a CRS are signs of it: one event, with every reading as evidence."""
    (one,) = _found()
    assert (one.term.name, one.worst_grade, one.scale, one.emergent) == (
        "Cytokine release syndrome",
        2,
        "ASTCT 2019",
        True,
    )
    assert {"39.5", "38.5", "85"} <= {each.raw for each in one.evidence}
    assert [len(set(step.evidence)) - len(step.evidence) for step in one.course] == [0] * len(one.course)


def test_a_fever_outside_of_the_syndrome_is_an_event() -> None:
    """A fever of weeks later stands for itself."""
    assert _told("1 | 40 | 39.0 | | | | | | |", "1 | 41 | 36.5 | | | | | | |")["Fever"] == ["1(1) 40-41 resolved"]


def test_the_signs_of_a_refuted_syndrome_are_events() -> None:
    """When a person says that it was no CRS, its signs stand for themselves, and nothing is missed."""
    (one,) = _found()
    events = _told(f"1 | 20 | | | | | | | {one.id} | F")
    assert list(events) == ["Cytokine release syndrome", "Fever", "Hypotension"]
    assert events["Fever"] == ["2(1) 2-4 resolved"]


def test_a_diagnosis_and_its_signs_are_one_syndrome() -> None:
    """A Condition of CRS and the signs of one are one event, from the first of them on."""
    assert list(_told("1 | 2.5 | | | | ae.crs | | | |")) == ["Cytokine release syndrome"]


def test_a_fever_on_the_day_of_a_diagnosis_is_a_sign_of_it() -> None:
    """A CRS that only a Condition tells has the fever of its day as a sign."""
    table = "patient | day | dx | vital.temperature\n1 | 40 | ae.crs | 39.0\n1 | 41 | | 36.5"
    events = found(table)
    assert [(one.term.name, len(one.evidence)) for one in events] == [("Cytokine release syndrome", 2)]


def test_each_temperature_is_told_once() -> None:
    """A temperature is graded as one sign at the bedside, and not a second time as a result."""
    (one,) = found("patient | day | vital.temperature\n1 | 40 | 39.5\n1 | 41 | 36.5")
    assert [step.origin for step in one.course] == ["vital-sign", "vital-sign"]


def test_what_the_bedside_shows_ends_what_a_person_graded() -> None:
    """A CRS that a person graded is over when the signs of it are gone."""
    table = "patient | day | obs.crs_grade | vital.temperature | vital.sbp | vital.spo2 | rx"
    rows = ["1 | 2 | 2 | | | |", "1 | 2.5 | | | | | rx.biologic.tocilizumab", "1 | 4 | | 36.6 | 120 | 98 |"]
    assert [told(one) for one in found("\n".join((table, *rows)), COVERED)] == ["2(2) 2-4 resolved"]


def test_a_sign_is_evidence_of_the_grade_before_it() -> None:
    """A fever between two grades that a person gave is evidence of the first of them."""
    table = (
        "patient | day | obs.crs_grade | vital.temperature\n1 | 2 | 2 | \n1 | 2.3 | | 39.5\n1 | 3 | 1 |\n1 | 4 | 0 |"
    )
    (one,) = found(table, COVERED)
    assert [[each.raw for each in step.evidence] for step in one.course] == [["2", "39.5"], ["1"], ["0"]]


def test_febrile_neutropenia_swallows_neither_fever_nor_count() -> None:
    """Febrile neutropenia stands beside the fever and the count that make it."""
    rows = ("1 | 40 | 39.0 | | | | 0.4 | 2.0 | |", "1 | 41 | 36.5 | | | | 2.5 | 2.0 | |")
    events = _told(*rows)
    assert {"Fever", "Febrile neutropenia", "Neutrophil count decreased"} <= set(events)
    assert events["Febrile neutropenia"] == ["3(3) 40-41 resolved"]
