"""The items of EULAR/ACR 2019 that a laboratory or a biopsy answers: present, a candidate, absent, or not tested."""

from tests.spec.scoring import check_item


def test_autoimmune_haemolysis_is_a_coombs_test_with_a_sign_of_haemolysis() -> None:
    """A direct antiglobulin test positive within 14 days of low haptoglobin, high LDH or high reticulocytes."""
    check_item(
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
        9       | -100 | positive |                 |         |                      |     |      |
        9       | -100 |          |                 | 200     |                      |     | 250  |
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
            9: "not-tested",
        },
    )


def test_proteinuria_is_measured_in_24_hours_or_in_a_spot_sample() -> None:
    """More than 0.5 g in 24 hours, or 0.5 g/g in a spot sample, is present; 0.5 itself is not; one absence is enough."""
    check_item(
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
    5       | -3000 | 狼疮性肾炎 IV+V型 |
    6       | -3000 | V#                |
    6       | -3000 | 膜性狼疮性肾炎    |
    7       | -3000 | IV#               | preliminary
    8       | -3000 | VI#               |
    8       | -900  | 狼疮性肾炎        |
"""


def test_a_biopsy_of_class_ii_or_v() -> None:
    """A coded class counts, also beside III or IV; a biopsy in words alone is a candidate."""
    check_item(
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
    check_item(
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
    check_item(
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
    14      | -90      | 0.5    |        | 0.9  |        |
    14      | -30      | 1.0    |        | 0.9  |        |
    14      | -30      |        | 0.05   | 0.10 |        |
"""


def test_low_c3_or_c4() -> None:
    """Below the laboratory's own limit, once, is present; without a range or a flag nobody can say."""
    check_item(
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
            14: "present-computed",
        },
    )


def test_low_c3_and_c4() -> None:
    """Both low in samples of one day are present; both low on different days may be: a person says so."""
    check_item(
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
            14: "candidate",
        },
    )


def test_antibodies_specific_to_lupus() -> None:
    """Anti-dsDNA or anti-Sm positive, or above their own range; anti-RNP is neither, and contradictions say nothing."""
    check_item(
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
