"""Each rule by which an event limits the dose, at both sides of each of its limits."""

from decimal import Decimal

import msgspec
import pytest

from mappings.definitions import DEFINITIONS, Choice, Definitions
from mappings.safety.dlt_rules import RULES
from tests.spec.safety.courses import check

title = "Dose-limiting toxicities: rules"

DEATH = """
    term         | course | outcome | end | worst | related     | comes to
    -------------+--------+---------+-----+-------+-------------+--------------------------
    Sepsis       | 4@5 5@9|         |     |       |             | dlt 9 death ?attribution
    Sepsis       | 4@5    | fatal   | 9   |       |             | dlt 9 death ?attribution
    Sepsis       | 3@27   | fatal   | 40  |       |             | dlt 28 death ?attribution
    Sepsis       | 3@5    |         | 9   | 5     |             | dlt 9 death ?attribution
    Sepsis       |        | fatal   |     | 5     |             | dlt 5 death ?attribution
    Lymphopenia  | 4@5    | fatal   | 9   |       |             | dlt 9 death ?attribution
    Sepsis       | 5@9    |         |     |       | possible    | dlt 9 death ?dlt
    Sepsis       | 5@9    |         |     |       | unlikely    | dlt 9 death ?dlt
    Sepsis       | 5@9    |         |     |       | not-related | none
    Sepsis       | 5@29   |         |     |       |             | none
""".replace("Sepsis       |        |", "Sepsis       | ?4@5   |")

CRS = """
    term | course              | at   | comes to
    -----+---------------------+------+------------------------------------------
    CRS  | 1@2 2@3 0@5         |      | none
    CRS  | 3@2 2@4.9           |      | none
    CRS  | 3@2 2@5             |      | none
    CRS  | 3@2 3@4 2@5.01      |      | data-gap 5 crs~ ?attribution,duration
    CRS  | 3@2 3@5 2@6         |      | dlt 5 crs ?attribution
    CRS  | 3@2 3@4 2@5         |      | none
    CRS  | 3@2 2@4 3@4.5 2@6   |      | none
    CRS  | 3@2 2@4 3@4.5 3@7.5 |      | dlt 8 crs ?attribution
    CRS  | 3@2                 | 5    | open 1 crs~ ?attribution,duration
    CRS  | 3@2                 | 5.01 | data-gap 5 crs~ ?attribution,duration
    CRS  | 3@2 3@5             | 5    | dlt 5 crs ?attribution
    CRS  | 3@2 4@2.5 2@3       |      | dlt 3 crs ?attribution
    CRS  | 4@2 0@3             |      | dlt 2 crs ?attribution
    CRS  | ?1@2 1@3            |      | data-gap 2 crs~ ?attribution,grade
    CRS  | ?4@2 1@3            |      | dlt 2 crs ?attribution
    CRS  | 4@28 0@29           |      | dlt 28 crs ?attribution
    CRS  | 1@28 4@29 0@30      |      | none
"""

CRS_ANY = """
    term | course        | comes to
    -----+---------------+------------------------
    CRS  | 2@2 0@3       | none
    CRS  | 3@2 2@2.1     | dlt 2 crs ?attribution
"""

ICANS = """
    term  | course        | comes to
    ------+---------------+--------------------------------------
    ICANS | 2@4 0@5       | none
    ICANS | 3@4 0@4.1     | dlt 4 icans ?attribution
    ICANS | 4@4 0@4.1     | dlt 4 icans ?attribution
    ICANS | ?2@4 0@5      | data-gap 4 icans~ ?attribution,grade
"""

ICANS_LASTING = """
    term  | course    | comes to
    ------+-----------+-------------------------
    ICANS | 3@4 2@7   | none
    ICANS | 3@4 3@7   | dlt 7 icans ?attribution
    ICANS | 4@4 2@4.5 | dlt 4 icans ?attribution
"""

GRAFT_AND_HAEMOPHAGOCYTOSIS = """
    term   | course | comes to
    -------+--------+--------------------------------------
    GVHD   | 1@20   | none
    GVHD   | 2@20   | dlt 20 gvhd ?attribution
    GVHD   | ?1@20  | data-gap 20 gvhd~ ?attribution,grade
    IEC-HS | 2@9    | none
    IEC-HS | 3@9    | dlt 9 iec-hs ?attribution
"""

CYTOPENIA = """
    term                       | course                   | base | at | comes to
    ---------------------------+--------------------------+------+----+--------------------------------------------
    ANC                        | 4@5 3@27                 | 0    |    | none
    ANC                        | 4@5 4@27 3@28            | 0    |    | none
    ANC                        | 4@5 4@27 3@29            | 0    |    | data-gap 28 cytopenia~ ?attribution,duration
    ANC                        | 4@5 4@28 3@29            | 0    |    | dlt 28 cytopenia ?attribution
    ANC                        | 4@28                     | 0    |    | dlt 28 cytopenia ?attribution
    ANC                        | 3@27 4@29                | 0    |    | none
    ANC                        | 4@5 4@40                 | 0    |    | dlt 28 cytopenia ?attribution
    ANC                        | 4@5 3@20 4@25 4@28       | 0    |    | dlt 28 cytopenia ?attribution
    ANC                        | 4@5                      | 0    | 20 | open 5 cytopenia~ ?attribution,duration
    ANC                        | 4@5 3@12                 | 0    | 14 | open 14
    PLT                        | 3@5 3@40                 | 0    |    | none
    PLT                        | 4@5 4@40                 | 3    |    | dlt 28 cytopenia ?attribution
    PLT                        | 4@5 4@40                 | 4    |    | none
    PLT                        | ?3@5 ?3@30               | 3    |    | data-gap 28 cytopenia~ ?attribution,grade
    Bone marrow hypocellular   | 4@5 4@40                 |      |    | dlt 28 cytopenia ?attribution
    Anemia                     | 4@5 4@40                 | 0    |    | none
    White blood cell decreased | 4@5 4@40                 | 0    |    | none
    Febrile neutropenia        | 3@5 3@13                 | 0    |    | dlt 13 other ?attribution
"""

OTHER = """
    term                     | course           | base | at   | comes to
    -------------------------+------------------+------+------+----------------------------------------
    ALT                      | 2@5 2@40         | 0    |      | none
    ALT                      | 3@5 2@12         | 0    |      | none
    ALT                      | 3@5 2@12.4       | 0    |      | none
    ALT                      | 3@5 3@12 2@13    | 0    |      | data-gap 12 other~ ?attribution,duration
    ALT                      | 3@5 3@13 2@14    | 0    |      | dlt 13 other ?attribution
    ALT                      | 4@5 2@6          | 0    |      | none
    ALT                      | 3@5              | 0    | 12   | open 5 other~ ?attribution,duration
    ALT                      | 3@5              | 0    | 13   | data-gap 12 other~ ?attribution,duration
    ALT                      | 3@28 3@36        | 0    |      | dlt 28 other ?attribution
    ALT                      | 2@28 3@29 3@40   | 0    |      | none
    Proteinuria              | 3@5 3@40         | 3    |      | none
    Proteinuria              | 4@5 3@6          | 3    |      | none
    Proteinuria              | 4@5 4@40         | 3    |      | dlt 13 other ?attribution
    Na                       | 2s@5 2@12        | 0    |      | none
    Na                       | 2s@5 2s@13       | 0    |      | data-gap 13 other~ ?attribution,symptoms
    Na                       | 1s@5 1s@40       | 0    |      | none
    Lung infection           | 3@5 3@13         |      |      | dlt 13 other ?attribution
    a name of the site's own | ?@5              |      |      | data-gap 12 other~ ?attribution,grade,duration
    Fever                    | 3@5 3@40         |      |      | none
    Fever                    | 4@5 3@6 2@12     |      |      | none
    Fever                    | 4@5 3@13         |      |      | dlt 13 other ?attribution
    Fever                    | ?3@5 3@13        |      |      | data-gap 5 other~ ?attribution,grade
    Infusion related reaction| 3@0.1 2@1        |      |      | none
    Infusion related reaction| 3@0.1 2@1.1      |      |      | data-gap 1 other~ ?attribution,duration
    Infusion related reaction| 3@0.1 3@1.1      |      |      | dlt 1 other ?attribution
    Vomiting                 | 3@1 2@3.9        |      |      | none
    Vomiting                 | 3@1 2@4          |      |      | data-gap 4 other~ ?attribution,duration
    Vomiting                 | 3@1 3@4          |      |      | dlt 4 other ?attribution
    Nausea                   | 3@1 3@4          |      |      | dlt 4 other ?attribution
    Diarrhea                 | 3@1 3@4          |      |      | dlt 4 other ?attribution
    Headache                 | 3@1 3@4 2@5      |      |      | none
"""

EXPECTED = """
    term                       | course   | comes to
    ---------------------------+----------+---------
    B-cell aplasia             | 4@5 4@40 | none
    Hypogammaglobulinemia      | 4@5 4@40 | none
    Lymphocyte count decreased | 4@5 4@40 | none
    CD4 lymphocytes decreased  | 4@5 4@40 | none
    Alopecia                   | 3@5 3@40 | none
"""


def chosen(**changed: str) -> Definitions:
    """The definitions with other choices for limiting the dose."""
    group = DEFINITIONS.dlt
    changes = {name: Choice(value, getattr(group, name).among, "P1") for name, value in changed.items()}
    return msgspec.structs.replace(DEFINITIONS, dlt=msgspec.structs.replace(group, **changes))


@pytest.mark.parametrize(
    ("table", "definitions"),
    [
        (DEATH, DEFINITIONS),
        (CRS, DEFINITIONS),
        (CRS_ANY, chosen(crs="any-grade-3")),
        (ICANS, DEFINITIONS),
        (ICANS_LASTING, chosen(icans="lasting-grade-3")),
        (GRAFT_AND_HAEMOPHAGOCYTOSIS, DEFINITIONS),
        (CYTOPENIA, DEFINITIONS),
        (OTHER, DEFINITIONS),
        (EXPECTED, DEFINITIONS),
    ],
    ids="death crs crs-any icans icans-lasting gvhd-iec-hs cytopenia other expected".split(),
)
def test_rules(table: str, definitions: Definitions) -> None:
    """Every course comes to what its row says."""
    check(table, definitions)


def test_a_changed_number_is_in_force() -> None:
    """The hours of grade 3 CRS are those of the definitions, not of the code."""
    shorter = msgspec.structs.replace(DEFINITIONS.dlt.crs_hours, value=Decimal(24))
    check(
        """
        term | course    | comes to
        -----+-----------+-----------------------
        CRS  | 3@2 2@3   | none
        CRS  | 3@2 3@3   | dlt 3 crs ?attribution
        """,
        msgspec.structs.replace(DEFINITIONS, dlt=msgspec.structs.replace(DEFINITIONS.dlt, crs_hours=shorter)),
    )


def test_every_rule_says_what_it_is() -> None:
    """The statement of each rule is its docstring, which the protocol's page prints."""
    assert all(rule.__doc__ for _, rule in RULES)
