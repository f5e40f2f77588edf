"""What persons reported: under which term it stands, and how it meets what the data say."""

import msgspec
import pytest

from mappings.codes import Code
from mappings.safety.vocabulary import NCIT
from tests.spec.safety.events import coded, episodes_of, found, only, told
from tests.spec.tables import parse, treated

NAMES = """
sent                         | term
-----------------------------+--------------------------------------------------------
Neutrophil count decreased   | Neutrophil count decreased
 neutrophil COUNT decreased  | Neutrophil count decreased
Thrombocytopenia             | Platelet count decreased
Pneumonia                    | Lung infection
Cytokine release syndrome    | Cytokine release syndrome
细胞因子释放综合征           | Cytokine release syndrome
Graft versus host disease    | Graft versus host disease
Deep vein thrombosis         | Thromboembolic event
CRS (grade 2)                | Cytokine release syndrome
aGVHD of the skin            | Graft versus host disease
ICANS                        | Immune effector cell-associated neurotoxicity syndrome
噬血细胞综合征               | Immune effector cell-associated hemophagocytic lymphohistiocytosis-like syndrome
Sore toe                     | Sore toe
"""


@pytest.mark.parametrize("row", parse(NAMES), ids=lambda row: row["sent"])
def test_a_report_is_recognised_by_its_name(row: dict[str, str]) -> None:
    """A report stands under the term with its name, of either version of the CTCAE, or under the name that was sent."""
    one = only(f"patient | day | report\n1 | 5 | {row['sent']}")
    assert (one.term.name, one.source, one.confirmed) == (row["term"], "reported", True)


@pytest.mark.parametrize(
    ("sent", "interest"),
    [("带状疱疹", "infection"), ("Vaginal haemorrhage", "bleeding"), ("Pancytopenia", "cytopenia"), ("Sore toe", None)],
)
def test_an_own_name_tells_the_interest_too(sent: str, interest: str | None) -> None:
    """What keeps its own name is still of special interest where its name says so."""
    assert only(f"patient | day | report\n1 | 5 | {sent}").term.interest == interest


def test_a_report_is_recognised_by_its_code() -> None:
    """A code of the NCI Thesaurus goes before the name; every code is passed on, MedDRA's untouched."""
    codes = Code("http://www.meddra.org", "00000000"), Code(NCIT, "C143704")
    (one,) = episodes_of(coded("patient | day | report\n1 | 5 | 白细胞少", *codes))
    assert (one.term.name, one.codes) == ("Neutrophil count decreased", codes)


def test_a_code_of_meddra_is_not_interpreted() -> None:
    """MedDRA is licensed: an event with nothing but its code keeps the name that was sent, and the code."""
    code = Code("http://www.meddra.org", "00000000")
    (one,) = episodes_of(coded("patient | day | report\n1 | 5 | 白细胞少", code))
    assert (one.term.name, one.term.code) == ("白细胞少", code)


COUNTS = """
patient | day | lab.neutrophil_abs | low | report                     | grade | end | outcome
1       | -3  | 3.0                | 2.0 |                            |       |     |
1       | 5   | 0.4                | 2.0 |                            |       |     |
1       | 10  | 3.0                | 2.0 |                            |       |     |
1       | 6   |                    |     | Neutrophil count decreased | {}    | {}  | {}
"""


@pytest.mark.parametrize(
    ("grade", "end", "outcome", "expected"),
    [
        ("2", "", "", "2(2) 6-10 resolved"),
        ("", "", "", "None(None) 6-10 resolved"),
        ("2", "8", "", "2(2) 6-8 resolved"),
        ("2", "", "ongoing", "2(2) 6- ongoing"),
        ("2", "8", "resolved-with-sequelae", "2(2) 6-8 resolved-with-sequelae"),
        ("5", "", "", "5(5) 6-10 fatal"),
        ("2", "", "unknown", "2(2) 6-10 resolved"),
    ],
)
def test_the_persons_word_stands_and_the_data_beside_it(grade: str, end: str, outcome: str, expected: str) -> None:
    """The grade, the onset, the end and the outcome are the person's where said; what the data say is proposed beside."""
    one = only(COUNTS.format(grade, end, outcome))
    assert (told(one), one.proposed_grade, one.scale) == (expected, 4, "as reported")
    assert [step.origin for step in one.course] == ["laboratory", "reported", "laboratory"]
    assert one.reports == ("report/r1-3",)


def test_a_report_without_a_grade_says_so() -> None:
    """A reported event that nobody graded has no grade, although the data have one: they show what is reached for sure."""
    one = only(COUNTS.format("", "", ""))
    assert (one.worst_grade, one.at_least, one.proposed_grade, one.reason) == (None, 4, 4, "no-grade")


def test_a_report_keeps_the_id_of_the_proposal() -> None:
    """The id of an event is that of the day on which the data show it, so that a report of it changes nothing."""
    table = COUNTS.format("2", "", "")
    alone = "\n".join(row for row in table.splitlines() if "count decreased" not in row)
    assert only(table).id == only(alone).id


def test_a_report_takes_over_the_proposal_that_it_names() -> None:
    """A report that names a proposal of ours is about it, whatever it calls it and whenever it says that it began."""
    table = "patient | day | dx | report | proposal\n1 | 5 | dx.aki | | \n1 | 40 | | Sore toe | {}"
    proposal = next(one for one in found(table.format("")) if one.source == "derived")
    one = only(table.format(proposal.id))
    assert (one.id, one.term.name, one.confirmed) == (proposal.id, "Acute kidney injury", True)
    assert told(one) == "None(None) 40- ongoing"


def test_a_report_of_an_unknown_proposal_is_an_event_of_its_own() -> None:
    """A report that names a proposal which is not there any more is an event under its own name."""
    assert only("patient | day | report | proposal\n1 | 40 | Sore toe | yts109-0").term.name == "Sore toe"


def test_a_report_that_is_not_final_says_why() -> None:
    """The reason why a report decides nothing is passed on."""
    assert only("patient | day | report | problem\n1 | 5 | Sore toe | preliminary").reason == "preliminary"


def test_reports_are_there_without_a_day_0() -> None:
    """Where Day 0 is not sure nothing is derived, and what persons reported is listed all the same."""
    table = "patient | day | infusion | dx | report | died\n1 | | 1E+6/kg | | | 9\n1 | 5 | | dx.aki | Sore toe |"
    one = only(table)
    assert (one.term.name, one.emergent, one.baseline_grade) == ("Sore toe", None, None)


def test_several_reports_of_one_event_are_joined() -> None:
    """Two reports of one event are one episode with both references, and the worse grade of the two."""
    one = only("patient | day | report | grade | outcome\n1 | 5 | Sore toe | 3 | ongoing\n1 | 9 | Sore toe | 2 |")
    assert (told(one), one.reports) == ("3(3) 5- ongoing", ("report/r1-0", "report/r1-1"))


def test_a_report_without_a_date_keeps_its_place_among_the_results() -> None:
    """A report of unknown date is about what the data show at last, and its onset is theirs."""
    record = treated(COUNTS.format("2", "", "").replace("1       | 6 ", "1       |   "))[1]
    (one,) = episodes_of(record)
    assert told(one) == "2(2) 5-10 resolved"
    assert msgspec.structs.replace(one, course=(), evidence=()).id
