"""Conditions as adverse events: under which term each stands, and the grade that its code carries."""

import msgspec
import pytest

from mappings.codes import ICD_10, ICD_10_CM, SNOMED_CT, Code
from mappings.followed import Timeline
from mappings.safety.diagnoses import diagnosed
from mappings.safety.vocabulary import NCIT
from tests.spec.safety.events import ON, chosen, coded, episodes_of, found, only
from tests.spec.tables import parse, treated

TERMS = """
dx                              | term                                                   | interest
--------------------------------+--------------------------------------------------------+-----------------------
ae.crs                          | Cytokine release syndrome                              | crs
ae.icans                        | Immune effector cell-associated neurotoxicity syndrome | icans
ae.gvhd                         | Graft versus host disease                              | gvhd
ae.gvhd_candidate               | Graft versus host disease                              | gvhd
ae.hlh                          | Immune effector cell-associated hemophagocytic lymphohistiocytosis-like syndrome | iec-hs
ae.bleeding                     | Bleeding                                               | bleeding
ae.neutropenia                  | Neutrophil count decreased                             | cytopenia
dx.secondary_thrombocytopenia   | Platelet count decreased                               | cytopenia
ae.dic                          | Disseminated intravascular coagulation                 |
dx.dic                          | Disseminated intravascular coagulation                 |
ae.tls                          | Tumor lysis syndrome                                   |
ae.hypotension                  | Hypotension                                            |
ae.hypoxia                      | Hypoxia                                                |
dx.aki                          | Acute kidney injury                                    |
dx.ckd5                         | Chronic kidney disease                                 |
dx.dvt                          | Thromboembolic event                                   |
dx.pe                           | Thromboembolic event                                   |
dx.venous_thrombosis_other_site | Thromboembolic event                                   |
dx.arterial_thrombosis          | Arterial thrombosis                                    |
dx.heart_failure                | Heart failure                                          |
dx.hypogammaglobulinemia        | Hypogammaglobulinemia                                  | hypogammaglobulinaemia
dx.hypogammaglobulinemia_acquired | Hypogammaglobulinemia                                | hypogammaglobulinaemia
dx.hbv                          | Hepatitis B reactivation                               | hbv
dx.malignancy                   | Secondary malignancy                                   | malignancy
dx.malignancy_exempt_bcc        | Secondary malignancy                                   | malignancy
dx.mds_leukemia                 | Secondary malignancy                                   | malignancy
dx.neoplasm_uncertain           | Neoplasm of uncertain behaviour                        | malignancy
dx.myelosuppression             | Bone marrow failure                                    | cytopenia
dx.psychosis                    | Psychosis                                              |
?                               | Event without a name                                   |
"""


@pytest.mark.parametrize("row", parse(TERMS), ids=lambda row: row["dx"])
def test_a_condition_stands_under_its_term(row: dict[str, str]) -> None:
    """A Condition that is one of our concepts stands under the CTCAE's term for it, any other under its own name."""
    one = only(f"patient | day | dx\n1 | 5 | {row['dx']}")
    assert (one.term.name, one.term.interest or "") == (row["term"], row["interest"])
    assert (one.source, one.confirmed, one.course[0].origin) == ("derived", None, "diagnosis")


def test_a_seizure_is_an_event_of_its_own() -> None:
    """A seizure stands under its term, whatever syndrome it is a sign of."""
    events = found("patient | day | dx\n1 | 5 | dx.epilepsy_seizure")
    assert [one.term.name for one in events if one.term.interest is None] == ["Seizure"]


CODES = """
concept        | system | code      | term                           | grade | at_least | scale
---------------+--------+-----------+--------------------------------+-------+----------+-----------
ae.crs         | cm     | D89.831   | Cytokine release syndrome      | 1     | 1        | ASTCT 2019
ae.crs         | cm     | D89.834   | Cytokine release syndrome      | 4     | 4        | ASTCT 2019
ae.crs         | cm     | D89.835   | Cytokine release syndrome      | 5     | 5        | ASTCT 2019
ae.crs         | cm     | D89.839   | Cytokine release syndrome      | None  | 1        | ASTCT 2019
ae.crs         | cm     | D89.83    | Cytokine release syndrome      | None  | 1        | ASTCT 2019
ae.icans       | cm     | G92.03    | Immune effector cell-associated neurotoxicity syndrome | 3 | 3 | ASTCT 2019
ae.icans       | cm     | G92.00    | Immune effector cell-associated neurotoxicity syndrome | None | 1 | ASTCT 2019
ae.crs         | who    | D89.831   | Cytokine release syndrome      | None  | 1        | ASTCT 2019
ae.neutropenia | sct    | 409089005 | Febrile neutropenia            | None  | 3        | CTCAE 5.0
ae.neutropenia | sct    | 165517008 | Neutrophil count decreased     | None  | 1        | CTCAE 5.0
ae.bleeding    | sct    | 249366005 | Epistaxis                      | None  | 1        | CTCAE 5.0
ae.bleeding    | sct    | 271813007 | Purpura                        | None  | 1        | CTCAE 5.0
dx.stroke      | who    | I61.9     | Intracranial hemorrhage        | None  | 1        | CTCAE 5.0
dx.stroke      | who    | I63.9     | Cerebrovascular accident       | None  | 1        | CTCAE 5.0
dx.cns_other   | who    | G93.4     | Encephalopathy                 | None  | 1        | CTCAE 5.0
               | who    | R51       | Headache                       | None  | 1        | CTCAE 5.0
               | ncit   | C57788    | Diarrhea                       | None  | 1        | CTCAE 5.0
               | ncit   | C999999   | C999999                        | None  | 1        | CTCAE 5.0
               | other  | 4711      | 4711                           | None  | 1        | CTCAE 5.0
dx.aki         | who    | N17.9     | Acute kidney injury            | None  | 3        | CTCAE 5.0
dx.dic         | who    | D65       | Disseminated intravascular coagulation | None | 2  | CTCAE 5.0
"""
SYSTEMS = {"cm": ICD_10_CM, "who": ICD_10, "sct": SNOMED_CT, "ncit": NCIT, "other": "urn:hospital"}


@pytest.mark.parametrize("row", parse(CODES), ids=lambda row: f"{row['system']} {row['code']}")
def test_a_code_names_the_term_and_may_carry_the_grade(row: dict[str, str]) -> None:
    """A code may name the term more exactly than its concept; only codes of ICD-10-CM for CRS and ICANS have a grade."""
    code = Code(SYSTEMS[row["system"]], row["code"])
    (one,) = episodes_of(coded(f"patient | day | dx\n1 | 5 | {row['concept'] or '?'}", code))
    assert [one.term.name, str(one.worst_grade), str(one.at_least), one.scale] == [
        row[name] for name in ("term", "grade", "at_least", "scale")
    ]
    assert one.codes == (code,), "codes are passed on as they were sent"


def test_an_event_of_its_own_name_keeps_its_code() -> None:
    """What no term of ours names bears the name and the first code that the site sent."""
    codes = Code("urn:hospital", "4711", "Hiccup"), Code("urn:hospital", "4712")
    (one,) = episodes_of(coded("patient | day | dx\n1 | 5 | ?", *codes))
    assert (one.term.name, one.term.code) == ("Hiccup", codes[0])


def test_a_code_in_place_of_a_name_is_no_name() -> None:
    """Where a site sends the bare code as the text, the event bears the name that the code has with us, if any."""
    record = coded("patient | day | dx\n1 | 5 | dx.psychosis", Code(ICD_10, "F23.9"))
    named = msgspec.structs.replace(record.diagnoses[0], text="F23.9")
    (one,) = episodes_of(msgspec.structs.replace(record, diagnoses=(named,)))
    assert one.term.name == "Psychosis"


def test_the_worst_grade_of_several_codes_counts() -> None:
    """Of two codes with a grade on one Condition the worse one is its grade."""
    codes = Code(ICD_10_CM, "D89.832"), Code(ICD_10_CM, "D89.833")
    (one,) = episodes_of(coded("patient | day | dx\n1 | 5 | ae.crs", *codes))
    assert one.worst_grade == 3


def test_an_unconfirmed_diagnosis_is_kept_without_a_grade() -> None:
    """A provisional diagnosis is an event that nobody has confirmed: no grade is reached for sure, whatever its code."""
    record = coded("patient | day | dx | certain\n1 | 5 | ae.crs | F", Code(ICD_10_CM, "D89.833"))
    (one,) = episodes_of(record)
    assert (one.worst_grade, one.at_least, one.reason) == (None, 0, "unconfirmed")


def test_version_6_has_no_lowest_grades() -> None:
    """The lowest grade of a term is known of version 5.0 only."""
    on = chosen(version="6.0")
    assert (only("patient | day | dx\n1 | 5 | dx.aki", on).at_least) == 1


def test_infections_are_left_to_their_treatment() -> None:
    """A Condition that is an infection is graded by its treatment, and is listed once."""
    record = treated("patient | day | dx\n1 | 5 | dx.infection_bacterial")[1]
    assert diagnosed(record, Timeline(day0=None), ON) == []
    assert [one.term.interest for one in episodes_of(record)] == ["infection"]


def test_two_infections_are_two_events() -> None:
    """Infections that the CTCAE has no term for stand under their own names, so that neither is taken for the other."""
    table = "patient | day | dx\n1 | 5 | dx.infection_viral\n1 | 6 | dx.infection_fungal"
    assert [(one.term.name, one.term.interest) for one in found(table)] == [
        ("Viral infection", "infection"),
        ("Fungal infection", "infection"),
    ]


def test_two_names_of_one_code_are_one_event() -> None:
    """What bears the same code is one kind of event, in whatever language it is named."""
    table = "patient | day | dx | ended\n1 | 5 | ae.neutropenia | 9\n1 | 7 | ae.neutropenia | 12"
    assert len(found(table)) == 1
