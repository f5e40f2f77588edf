"""Sightings of one event are one episode: what overlaps, what touches, and where one ends and the next begins."""

from decimal import Decimal

import pytest

from mappings.site import NormalRange, Occasion, Site
from tests.spec.safety.events import episodes_of, found, told
from tests.spec.tables import AT, parse, treated

RANGED = Occasion(AT, Site(normal_ranges={"lab.neutrophil_abs": NormalRange("10*9/L", Decimal("2.0"))}))

#: Neutrophils with a lower limit of 2.0: below it grade 1, 1.5 grade 2, 1.0 grade 3, 0.5 grade 4. "day=count".
COUNTS = """
counts                                  | episodes                                                | why
----------------------------------------+---------------------------------------------------------+-----------------------------
-3=3 5=0.4 9=0.8 12=2.5                 | 4(3) 5-12 resolved                                      | a grade 0 ends it
-3=3 5=2.5                              |                                                         | never below the limit
-3=3 5=0.4 9=2.5 12=0.8 15=2.5          | 4(4) 5-9 resolved; 3(3) 12-15 resolved                  | a grade 0 in between
-3=3 5=0.4 33=0.8 36=2.5                | 4(3) 5-36 resolved                                      | 28 days apart are together
-3=3 5=0.4 34=0.8 36=2.5                | 4(4) 5- unknown; 3(3) 34-36 resolved                    | 29 days are not
-3=3 5=0.4 60=2.5                       | 4(4) 5-60 resolved                                      | cleared late, but cleared
-3=3 5=0.4 9=0.8                        | 4(3) 5- recovering                                      | better, and nothing after
-3=3 5=0.8 9=0.4                        | 4(4) 5- unknown                                         | nothing known after
-3=3 80=0.8 88=0.4                      | 4(4) 80- ongoing                                        | lately seen
-3=3 5=0.4 5=2.5 9=2.5                  | 4(4) 5-9 resolved                                       | one moment with two answers
-3=3 5=0.4 4..6=2.5                     | 4(4) 5- unknown                                         | which came first is not known
-3=3 5=0.4 5.1=2.5 5.2=0.8 9=2.5        | 4(3) 5-9 resolved                                       | one onset day is one episode
-3=1.8 5=0.4 5.1=2.5 5.2=0.8 9=2.5      | 4(3) 5-9 resolved                                       | nor are two where one got worse
-3=3 5=0.4 5.1=2.5 5.2=0.8              | 4(3) 5- recovering                                      | and it goes on with the last
-3=3 5=0.4 9=none 12=2.5                | 4(4) 5-12 resolved                                      | a result without a number between
-3=3 62=0.4                             | 4(4) 62- ongoing                                        | seen 28 days ago
-3=3 61=0.4                             | 4(4) 61- unknown                                        | seen 29 days ago
-3=3 85=0.4 88=none                     | 4(4) 85- unknown                                        | one without a number after
-3=3 85=none                            |                                                         | nothing but one without a number
-3=3 5=<1.0 9=2.5                       | None(None) 5-9 resolved                                 | "<1.0": grade 3 or 4
-3=3 5=0.4 7=<1.0 9=2.5                 | 4(None) 5-9 resolved                                    | the worst is known
-3=3 5=<1.0 7=1.2 9=2.5                 | None(2) 5-9 resolved                                    | the worst is not
"""


def _table(counts: str) -> str:
    rows = ["patient | day | lab.neutrophil_abs | low"]
    for count in counts.split():
        day, _, value = count.partition("=")
        rows.append(f"1 | {day} | {value} | 2.0")
    return "\n".join(rows)


@pytest.mark.parametrize("row", parse(COUNTS), ids=lambda row: row["why"])
def test_counts_are_joined_into_episodes(row: dict[str, str]) -> None:
    """Results that show an event are one episode until a later one shows that it is over, or too many days lie between."""
    assert "; ".join(map(told, found(_table(row["counts"])))) == row["episodes"]


STATES = """
patient | day | lab.neutrophil_abs | dx             | ended | active | report                     | end | grade | outcome
--------+-----+--------------------+----------------+-------+--------+----------------------------+-----+-------+---------
1       | 5   |                    | ae.neutropenia | 12    |        |                            |     |       |
2       | 5   |                    | ae.neutropenia |       |        |                            |     |       |
3       | 5   |                    | ae.neutropenia |       | F      |                            |     |       |
4       | 5   |                    | ae.neutropenia | 12    | T      |                            |     |       |
5       | 5   |                    | ae.neutropenia | 95    |        |                            |     |       |
6       | 5   |                    | ae.neutropenia | 12    |        |                            |     |       |
6       | 12  |                    | ae.neutropenia | 20    |        |                            |     |       |
7       | 5   |                    | ae.neutropenia | 12    |        |                            |     |       |
7       | 13  |                    | ae.neutropenia | 20    |        |                            |     |       |
8       | 5   | 0.7                |                |       |        |                            |     |       |
8       | 7   |                    | ae.neutropenia | 12    |        |                            |     |       |
8       | 10  | 2.5                |                |       |        |                            |     |       |
9       | 5   | 0.7                |                |       |        |                            |     |       |
9       | 7   |                    | ae.neutropenia |       |        |                            |     |       |
9       | 10  | 2.5                |                |       |        |                            |     |       |
9       | 60  | 0.4                |                |       |        |                            |     |       |
9       | 64  | 2.5                |                |       |        |                            |     |       |
10      | 5   | 0.7                |                |       |        |                            |     |       |
10      | 10  | 2.5                |                |       |        |                            |     |       |
10      | 6   |                    |                |       |        | Neutrophil count decreased |     | 2     |
11      | 5   | 0.7                |                |       |        |                            |     |       |
11      | 10  | 2.5                |                |       |        |                            |     |       |
11      | 11  |                    |                |       |        | Neutrophil count decreased |     | 2     |
12      | 6   |                    |                |       |        | Neutrophil count decreased | 9   | 2     |
13      | 6   |                    |                |       |        | Neutrophil count decreased |     | 2     | ongoing
13      | 50  | 0.7                |                |       |        |                            |     |       |
14      | 6   |                    |                |       |        | Neutrophil count decreased |     |       | resolved
15      | 6   |                    |                |       |        | Neutrophil count decreased | 95  | 2     |
16      | 5   | 0.7                |                |       |        |                            |     |       |
16      | 10  | 2.5                |                |       |        |                            |     |       |
16      | 7   |                    | ae.neutropenia |       | F      |                            |     |       |
17      | 6   |                    |                |       |        | Neutrophil count decreased |     | 2     |
17      | 8   |                    |                |       |        | Neutrophil count decreased |     | 3     | fatal
"""

JOINED = {
    1: ["None(None) 5-12 resolved"],
    2: ["None(None) 5- ongoing"],
    3: ["None(None) 5- resolved"],  # inactive, and nobody says since when
    4: ["None(None) 5- ongoing"],  # ended, but active
    5: ["None(None) 5- ongoing"],  # an end that is still to come is none
    6: ["None(None) 5-20 resolved"],
    7: ["None(None) 5-12 resolved", "None(None) 13-20 resolved"],
    8: ["3(3) 5-12 resolved"],  # the diagnosis outlasts the count
    9: ["4(4) 5- ongoing"],  # a diagnosis without an end holds whatever comes
    10: ["2(2) 6-10 resolved"],  # the person's grade and onset, the data's end
    11: ["3(3) 5-10 resolved", "2(2) 11- unknown"],
    12: ["2(2) 6-9 resolved"],
    13: ["2(2) 6- ongoing"],
    14: ["None(None) 6- resolved"],
    15: ["2(2) 6- unknown"],
    16: ["3(3) 5-10 resolved"],
    17: ["3(3) 6- fatal"],
}


@pytest.mark.parametrize("patient", JOINED)
def test_diagnoses_and_reports_join_what_they_overlap(patient: int) -> None:
    """A diagnosis or a report is one with the results of its term that lie in it, until somebody says that it is over."""
    before = "\n".join(f"{number} | -3 | 3.0 | | | | | | |" for number in JOINED)
    record = treated(f"{STATES.strip()}\n{before}")[patient]
    assert list(map(told, episodes_of(record, RANGED))) == JOINED[patient]
