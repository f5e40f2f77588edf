"""The items of EULAR/ACR 2019: their weights, what people say of them, and what is never more than a candidate."""

import pytest

from mappings.criteria.sle_items import ITEMS
from tests.spec.scoring import check_item, scores


def test_the_weights_are_the_published_ones() -> None:
    """There are 21 items in ten domains, seven of them clinical; the heaviest of each domain add up to 51."""
    heaviest = {item.domain: 0 for item in ITEMS}
    for item in ITEMS:
        heaviest[item.domain] = max(heaviest[item.domain], item.weight)
    assert {item.id: item.weight for item in ITEMS} == {
        "fever": 2,
        "leukopenia": 3,
        "thrombocytopenia": 4,
        "autoimmune_hemolysis": 4,
        "delirium": 2,
        "psychosis": 3,
        "seizure": 5,
        "nonscarring_alopecia": 2,
        "oral_ulcers": 2,
        "subacute_cutaneous_or_discoid": 4,
        "acute_cutaneous": 6,
        "pleural_or_pericardial_effusion": 5,
        "acute_pericarditis": 6,
        "joint_involvement": 6,
        "proteinuria": 4,
        "biopsy_class_II_or_V": 8,
        "biopsy_class_III_or_IV": 10,
        "apl_any": 2,
        "low_c3_or_c4": 3,
        "low_c3_and_c4": 4,
        "anti_dsdna_or_anti_sm": 6,
    }
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
    check_item(
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
    found = scores(f"patient | day | attest\n{rows}")
    assert (found[1].sure, found[1].possible) == (51, 51)
    assert (found[2].sure, found[2].possible) == (0, 0)


def test_renal_items_are_one_domain() -> None:
    """Proteinuria (4), class V (8) and class III (10) are ten points, not 22."""
    found = scores(
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
    check_item(
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
    check_item(
        item,
        f"""
        patient | day   | dx        | active | certain
        1       | -3000 | {concept} | F      | T
        2       |       | {concept} |        | F
        3       | -3000 | dx.dvt    | T      | T
        """,
        {1: "candidate", 2: "candidate", 3: "not-tested"},
    )


def test_every_item_keeps_the_facts_behind_it() -> None:
    """What is held of an item can be traced to the resources that say so, and to the person who attested it."""
    (found,) = scores(
        """
        patient | day | lab.platelet | attest
        1       | -90 | 40           |
        1       | -9  |              | I02.thrombocytopenia=T
        """
    ).values()
    (item,) = (one for one in found.items if one.item.id == "thrombocytopenia")
    assert [fact.source.reference for fact in item.facts] == ["attest/r1-1", "Observation/r1-0"]
    assert (item.seen, item.status) == ("candidate", "present-attested")
