"""The items of EULAR/ACR 2019, one by one: what makes each present, a candidate, absent, or not tested."""

from collections.abc import Mapping

import pytest

from mappings.criteria.classification import Score, score
from mappings.criteria.sle_items import ITEMS
from mappings.site import Occasion
from tests.spec.tables import AT, records


def _scores(table: str) -> dict[int, Score]:
    return {number: score(record, Occasion(AT)) for number, record in records(table).items()}


def _check(item: str, table: str, expected: Mapping[int, str]) -> None:
    found = {number: one.status for number, each in _scores(table).items() for one in each.items if one.item.id == item}
    assert found == dict(expected)


def test_the_weights_are_the_published_ones() -> None:
    """There are 21 items in ten domains, seven of them clinical; the heaviest of each domain add up to 51."""
    heaviest = {item.domain: 0 for item in ITEMS}
    for item in ITEMS:
        heaviest[item.domain] = max(heaviest[item.domain], item.weight)
    assert len(ITEMS) == 21
    assert list(heaviest.values()) == [2, 4, 5, 6, 6, 6, 10, 2, 4, 6]
    assert sum(heaviest.values()) == 51
    assert {item.domain for item in ITEMS if not item.is_clinical} == {
        "antiphospholipid",
        "complement",
        "specific antibodies",
    }


@pytest.mark.parametrize("item", [item.id for item in ITEMS])
def test_a_person_attests_or_refutes_every_item(item: str) -> None:
    """An attested item counts with nothing else on record, a refuted one does not; disagreement leaves it open."""
    _check(
        item,
        f"""
        patient | day | attest
        1       |     |
        2       | -90 | I02.{item}=T
        3       | -90 | I02.{item}=F
        4       | -90 | I02.{item}=T
        4       | -90 | I02.{item}=F
        5       |     | I02.{item}=T
        """,
        {1: "not-tested", 2: "present-attested", 3: "refuted", 4: "candidate", 5: "not-tested"},
    )


def test_all_items_together_score_51() -> None:
    """In each domain only the heaviest counts: with every item attested the score is 51, with every one refuted 0."""
    rows = "\n".join(f"{number} | -9 | I02.{item.id}={mark}" for number, mark in ((1, "T"), (2, "F")) for item in ITEMS)
    found = _scores(f"patient | day | attest\n{rows}")
    assert (found[1].sure, found[1].possible) == (51, 51)
    assert (found[2].sure, found[2].possible) == (0, 0)


def test_renal_items_are_one_domain() -> None:
    """Proteinuria (4), class V (8) and class III (10) are ten points, not 22."""
    found = _scores(
        """
        patient | day  | lab.upcr_mass_ratio | obs.isn_rps_class
        1       | -900 | 2.1                 |
        1       | -800 |                     | V#
        1       | -240 |                     | III(A)#
        """
    )
    assert (found[1].sure, found[1].possible) == (10, 10)


@pytest.mark.parametrize(
    ("item", "concept", "passes", "fails"),
    [
        ("fever", "vital.temperature", "38.4", "38.3"),
        ("leukopenia", "lab.wbc", "3.9", "4.0"),
        ("thrombocytopenia", "lab.platelet", "99", "100"),
        ("thrombocytopenia", "lab.platelet", "0", "101"),
        ("apl_any", "lab.acl_igg", "41", "40"),
        ("apl_any", "lab.acl_igm", "41", "40"),
        ("apl_any", "lab.acl_iga", "41", "40"),
    ],
)
def test_a_value_that_may_have_another_cause_is_a_candidate(item: str, concept: str, passes: str, fails: str) -> None:
    """Beyond its limit a value is a candidate, ever and once; at the limit it is not; one nobody can use is nothing."""
    _check(
        item,
        f"""
        patient | day   | {concept} | problem
        1       | -3000 | {passes}  |
        1       | -3    | {fails}   |
        2       | -3    | {fails}   |
        3       | -3    | {passes}  | preliminary
        4       | -3    | 1..200    |
        5       | -3    | none      |
        """,
        {1: "candidate", 2: "absent-tested", 3: "not-tested", 4: "not-tested", 5: "not-tested"},
    )


@pytest.mark.parametrize(
    ("item", "concept"),
    [
        ("fever", "sle_item.fever"),
        ("leukopenia", "sle_item.leukopenia"),
        ("thrombocytopenia", "dx.thrombocytopenia"),
        ("thrombocytopenia", "dx.itp"),
        ("autoimmune_hemolysis", "sle_item.autoimmune_hemolysis"),
        ("delirium", "sle_item.delirium"),
        ("psychosis", "dx.psychosis"),
        ("seizure", "dx.epilepsy_seizure"),
        ("seizure", "sle_item.seizure"),
        ("nonscarring_alopecia", "sle_item.alopecia_any"),
        ("nonscarring_alopecia", "sle_item.alopecia"),
        ("oral_ulcers", "sle_item.oral_ulcer"),
        ("subacute_cutaneous_or_discoid", "sle_item.discoid_lupus"),
        ("subacute_cutaneous_or_discoid", "sle_item.subacute_cutaneous_lupus"),
        ("acute_cutaneous", "sle_item.rash_of_sle"),
        ("pleural_or_pericardial_effusion", "sle_item.pleural_effusion"),
        ("pleural_or_pericardial_effusion", "sle_item.pericardial_effusion"),
        ("acute_pericarditis", "sle_item.acute_pericarditis"),
        ("joint_involvement", "sle_item.joint"),
        ("proteinuria", "dx.proteinuria"),
        ("biopsy_class_II_or_V", "dx.lupus_nephritis_class2"),
        ("biopsy_class_II_or_V", "dx.lupus_nephritis_class5"),
        ("biopsy_class_III_or_IV", "dx.lupus_nephritis_class3"),
        ("biopsy_class_III_or_IV", "dx.lupus_nephritis_class4"),
        ("apl_any", "dx.aps"),
    ],
)
def test_a_diagnosis_is_only_a_candidate(item: str, concept: str) -> None:
    """A diagnosis, active or over, certain or not, dated or not, speaks for its item, which a person then attests."""
    _check(
        item,
        f"""
        patient | day   | dx           | active | certain
        1       | -3000 | {concept}    | F      | T
        2       |       | {concept}    |        | F
        3       | -3000 | dx.dvt       | T      | T
        """,
        {1: "candidate", 2: "candidate", 3: "not-tested"},
    )


def test_autoimmune_haemolysis_is_a_coombs_test_with_a_sign_of_haemolysis() -> None:
    """A direct antiglobulin test positive within 14 days of low haptoglobin, high LDH or high reticulocytes."""
    _check(
        "autoimmune_hemolysis",
        """
        patient | day  | lab.dat  | lab.haptoglobin | lab.ldh | lab.reticulocyte_pct | low | high | problem
        1       | -100 | positive |                 |         |                      |     |      |
        1       | -86  |          | 0.1             |         |                      | 0.3 |      |
        2       | -100 | positive |                 |         |                      |     |      |
        2       | -114 |          |                 | 400     |                      |     | 250  |
        3       | -100 | positive |                 |         |                      |     |      |
        3       | -100 |          |                 |         | 6                    |     | 2    |
        4       | -100 | positive |                 |         |                      |     |      |
        4       | -85  |          | 0.1             |         |                      | 0.3 |      |
        5       | -100 | positive |                 |         |                      |     |      |
        6       | -100 | negative |                 |         |                      |     |      |
        6       | -100 |          | 0.1             |         |                      | 0.3 |      |
        7       | -100 | positive |                 |         |                      |     |      |
        7       | -100 |          | 0.1             |         |                      |     |      |
        8       | -100 | positive |                 |         |                      |     |      |
        8       | -100 |          | 0.1             |         |                      | 0.3 |      | preliminary
        """,
        {
            1: "candidate",
            2: "candidate",
            3: "candidate",
            4: "not-tested",
            5: "not-tested",
            6: "absent-tested",
            7: "not-tested",
            8: "not-tested",
        },
    )


def test_proteinuria_is_measured_in_24_hours_or_in_a_spot_sample() -> None:
    """More than 0.5 g in 24 hours, or 0.5 g/g in a spot sample, is present; 0.5 itself is not; one absence is enough."""
    _check(
        "proteinuria",
        """
        patient | day   | lab.urine_protein_24h_mass | lab.upcr_mass_ratio | lab.upcr_24h_ratio | problem
        1       | -3000 | 0.51                       |                     |                    |
        2       | -3000 | 0.5                        |                     |                    |
        3       | -3000 |                            | 0.51                |                    |
        4       | -3000 |                            | 0.5                 |                    |
        5       | -3000 | 0.4                        |                     |                    |
        5       | -3000 |                            |                     | 0.6                |
        6       | -3000 | 0.6                        |                     |                    |
        6       | -3    |                            | 0                   |                    |
        7       | -3000 | 0.6                        |                     |                    | unit
        """,
        {
            1: "present-computed",
            2: "absent-tested",
            3: "present-computed",
            4: "absent-tested",
            5: "present-computed",
            6: "present-computed",
            7: "not-tested",
        },
    )


BIOPSIES = """
    patient | day   | obs.isn_rps_class | problem
    1       | -3000 | II#               |
    2       | -3000 | III(C)#           |
    3       | -3000 | IV-G(A/C)+V#      |
    4       | -3000 | I#                |
    5       | -3000 | 狼疮性肾炎 IV+V型     |
    6       | -3000 | V#                |
    6       | -3000 | 膜性狼疮性肾炎          |
    7       | -3000 | IV#               | preliminary
    8       | -3000 | VI#               |
    8       | -900  | 狼疮性肾炎            |
"""


def test_a_biopsy_of_class_ii_or_v() -> None:
    """A coded class counts, also beside III or IV; a biopsy in words alone is a candidate."""
    _check(
        "biopsy_class_II_or_V",
        BIOPSIES,
        {
            1: "present-computed",
            2: "absent-tested",
            3: "present-computed",
            4: "absent-tested",
            5: "candidate",
            6: "present-computed",
            7: "not-tested",
            8: "candidate",
        },
    )


def test_a_biopsy_of_class_iii_or_iv() -> None:
    """Active and chronic lesions count alike for the classification; words beside a code add nothing."""
    _check(
        "biopsy_class_III_or_IV",
        BIOPSIES,
        {
            1: "absent-tested",
            2: "present-computed",
            3: "present-computed",
            4: "absent-tested",
            5: "candidate",
            6: "absent-tested",
            7: "not-tested",
            8: "candidate",
        },
    )


def test_antiphospholipid_antibodies() -> None:
    """Anti-beta2-glycoprotein I counts by its own range; the others need a person, as drugs and low titres mislead."""
    _check(
        "apl_any",
        """
        patient | day | lab.anti_b2gp1_igm | lab.acl_igg | lab.lupus_anticoagulant | lab.drvvt | high
        1       | -90 | 25                 |             |                         |           | 20
        2       | -90 | 20                 |             |                         |           | 20
        3       | -90 | 25                 |             |                         |           |
        4       | -90 | positive           |             |                         |           |
        5       | -90 |                    | positive    |                         |           |
        6       | -90 |                    | 25          |                         |           | 20
        7       | -90 |                    |             | positive                |           |
        8       | -90 |                    |             | negative                |           |
        9       | -90 |                    |             |                         | 1.5       | 1.2
        10      | -90 | indeterminate      |             |                         |           |
        11      | -90 | 25                 |             |                         |           | 20
        11      | -90 |                    | 60          |                         |           |
        """,
        {
            1: "present-computed",
            2: "absent-tested",
            3: "not-tested",
            4: "present-computed",
            5: "candidate",
            6: "absent-tested",
            7: "candidate",
            8: "absent-tested",
            9: "candidate",
            10: "not-tested",
            11: "present-computed",
        },
    )


COMPLEMENT = """
    patient | day      | lab.c3 | lab.c4 | low  | flag   | problem
    1       | -90      | 0.5    |        | 0.9  |        |
    1       | -90      |        | 0.05   | 0.10 |        |
    2       | -90      | 0.5    |        | 0.9  |        |
    2       | -90      |        | 0.10   | 0.10 |        |
    3       | -90      | 0.5    |        |      |        |
    4       | -90      | 0.5    |        |      | low    |
    4       | -90      |        | 0      | 0.10 | low    |
    5       | -900     | 0.5    |        | 0.9  |        |
    5       | -90      |        | 0.05   | 0.10 |        |
    6       | -95..-90 | 0.5    |        | 0.9  |        |
    6       | -95..-90 |        | 0.05   | 0.10 |        |
    7       | -90      | 0.5    |        | 0.9  | normal |
    8       | -90      | 0.5    |        | 0.9  |        | preliminary
    9       | -90      | <0.9   |        | 0.9  |        |
    10      | -90      | 0.9    |        | 0.9  |        |
    11      | -90      | low    |        |      |        |
    12      | -90      | -1     |        | 0.9  |        |
    13      | -90      | 0.5    |        | 0    |        |
"""


def test_low_c3_or_c4() -> None:
    """Below the laboratory's own limit, once, is present; without a range or a flag nobody can say."""
    _check(
        "low_c3_or_c4",
        COMPLEMENT,
        {
            1: "present-computed",
            2: "present-computed",
            3: "not-tested",
            4: "present-computed",
            5: "present-computed",
            6: "present-computed",
            7: "not-tested",
            8: "not-tested",
            9: "present-computed",
            10: "absent-tested",
            11: "not-tested",
            12: "not-tested",
            13: "not-tested",
        },
    )


def test_low_c3_and_c4() -> None:
    """Both low in samples of one day are present; both low on different days may be: a person says so."""
    _check(
        "low_c3_and_c4",
        COMPLEMENT,
        {
            1: "present-computed",
            2: "absent-tested",
            3: "not-tested",
            4: "present-computed",
            5: "candidate",
            6: "candidate",
            7: "not-tested",
            8: "not-tested",
            9: "not-tested",
            10: "absent-tested",
            11: "not-tested",
            12: "not-tested",
            13: "not-tested",
        },
    )


def test_antibodies_specific_to_lupus() -> None:
    """Anti-dsDNA or anti-Sm positive, or above their own range; anti-RNP is neither, and contradictions say nothing."""
    _check(
        "anti_dsdna_or_anti_sm",
        """
        patient | day | lab.anti_dsdna_quant | lab.anti_dsdna_titer | lab.anti_sm_presence | lab.anti_rnp | high | answer   | flag
        1       | -90 | 101                  |                      |                      |              | 100  |          |
        2       | -90 | 100                  |                      |                      |              | 100  |          |
        3       | -90 | 900                  |                      |                      |              |      |          |
        4       | -90 | 900                  |                      |                      |              |      |          | high
        5       | -90 |                      |                      | positive             |              |      |          |
        6       | -90 |                      |                      | negative             |              |      |          |
        7       | -90 |                      |                      |                      | positive     |      |          |
        8       | -90 | 5                    |                      |                      |              | 100  | positive |
        9       | -90 |                      | 40                   |                      |              |      | positive |
        10      | -90 | none                 |                      |                      |              |      | positive |
        11      | -90 | 50..200              |                      |                      |              | 100  |          |
        12      | -90 | 5                    |                      |                      |              | 0    |          |
        """,
        {
            1: "present-computed",
            2: "absent-tested",
            3: "not-tested",
            4: "present-computed",
            5: "present-computed",
            6: "absent-tested",
            7: "not-tested",
            8: "not-tested",
            9: "present-computed",
            10: "present-computed",
            11: "not-tested",
            12: "not-tested",
        },
    )


def test_every_item_keeps_the_facts_behind_it() -> None:
    """What is held of an item can be traced to the resources that say so, and to the person who attested it."""
    (found,) = _scores(
        """
        patient | day | lab.platelet | attest
        1       | -90 | 40           |
        1       | -9  |              | I02.thrombocytopenia=T
        """
    ).values()
    (item,) = (one for one in found.items if one.item.id == "thrombocytopenia")
    assert [fact.source.reference for fact in item.facts] == ["attest/r1-1", "Observation/r1-0"]
    assert (item.seen, item.status) == ("candidate", "present-attested")
