"""What is known of drugs."""

from decimal import Decimal

import pytest

from mappings.codes import ATC, RXNORM, catalogue, concepts_of
from mappings.drugs import (
    ANTI_INFECTIVE,
    AZATHIOPRINE_PARENT,
    BORDERLINE,
    CYTOTOXIC,
    GLUCOCORTICOID,
    GLUCOCORTICOID_EFFECT,
    HALF_LIVES,
    HYDROXYCHLOROQUINE,
    HYDROXYCHLOROQUINE_HALF_LIFE,
    OTHER_BIOLOGIC,
    OTHER_SUPPRESSANT,
    PREDNISONE_5_MG,
    prednisone_equivalent,
)

title = "Drugs"
PUBLISHED, TO_BE_CONFIRMED = "published", "to be confirmed by the sponsor"


@pytest.mark.parametrize(
    ("drug", "hours", "tag"),
    [
        ("cyclophosphamide", "12", TO_BE_CONFIRMED),
        ("mycophenolic_acid", "18", PUBLISHED),
        ("tacrolimus", "44", PUBLISHED),
        ("cyclosporine", "20", PUBLISHED),
        ("voclosporin", "37", TO_BE_CONFIRMED),
        ("azathioprine", "120", TO_BE_CONFIRMED),
        ("methotrexate", "10", PUBLISHED),
        ("leflunomide", "456", TO_BE_CONFIRMED),
        ("teriflunomide", "456", TO_BE_CONFIRMED),
        ("sirolimus", "80", TO_BE_CONFIRMED),
        ("everolimus", "38", TO_BE_CONFIRMED),
        ("thalidomide", "7", TO_BE_CONFIRMED),
        ("tofacitinib", "3.2", TO_BE_CONFIRMED),
        ("baricitinib", "14", TO_BE_CONFIRMED),
        ("upadacitinib", "14", TO_BE_CONFIRMED),
        ("ruxolitinib", "6", TO_BE_CONFIRMED),
        ("ibrutinib", "6", TO_BE_CONFIRMED),
        ("zanubrutinib", "4", TO_BE_CONFIRMED),
    ],
)
def test_half_lives_are_the_conservative_ones_and_say_how_sure_they_are(drug: str, hours: str, tag: str) -> None:
    """The long end of the published range; what was not read in a source waits for the sponsor."""
    known = HALF_LIVES[f"rx.immunosuppressant.{drug}"]
    assert (known.hours, known.tag) == (Decimal(hours), tag)
    assert known.source


def test_no_half_life_is_without_a_case() -> None:
    """The table of half-lives holds as many drugs as the test above, each of them with a value set."""
    assert len(HALF_LIVES) == 18
    assert HALF_LIVES.keys() <= catalogue().titles.keys()


def test_half_lives_that_a_site_may_choose_instead() -> None:
    """The parent drug of azathioprine, the effect of glucocorticoids, hydroxychloroquine over 250 days."""
    chosen = (AZATHIOPRINE_PARENT, GLUCOCORTICOID_EFFECT, HYDROXYCHLOROQUINE_HALF_LIFE)
    assert [str(one.hours) for one in chosen] == ["5", "54", "1200"]
    assert HYDROXYCHLOROQUINE_HALF_LIFE.hours * 5 == 250 * 24


@pytest.mark.parametrize(
    ("drug", "codes"),
    [
        ("biologic.rituximab", ["L01FA01", "L01XC02"]),
        ("biologic.obinutuzumab", ["L01FA03", "L01XC15"]),
        ("biologic.belimumab", ["L04AG04", "L04AA26"]),
        ("biologic.inebilizumab", ["L04AG10", "L04AA47"]),
        ("biologic.ocrelizumab", ["L04AG08", "L04AA36"]),
        ("biologic.eculizumab", ["L04AJ01", "L04AA25"]),
        ("biologic.daratumumab", ["L01FC01", "L01XC24"]),
        ("biologic.efgartigimod", ["L04AL01", "L04AA58"]),
        ("biologic.alemtuzumab", ["L04AG06", "L04AA34"]),
        ("immunosuppressant.leflunomide", ["L04AK01", "L04AA13"]),
        ("immunosuppressant.teriflunomide", ["L04AK02", "L04AA31"]),
        ("immunosuppressant.sirolimus", ["L04AH01", "L04AA10"]),
        ("immunosuppressant.everolimus", ["L04AH02", "L04AA18"]),
        ("immunosuppressant.tofacitinib", ["L04AF01", "L04AA29"]),
        ("immunosuppressant.baricitinib", ["L04AF02", "L04AA37"]),
        ("immunosuppressant.upadacitinib", ["L04AF03", "L04AA44"]),
        ("immunosuppressant.methotrexate", ["L04AX03", "L01BA01"]),
    ],
)
def test_drugs_are_known_by_their_present_and_their_former_codes(drug: str, codes: list[str]) -> None:
    """ATC moved many of them between 2022 and 2026; records keep the code of their day."""
    for code in codes:
        assert f"rx.{drug}" in concepts_of(ATC, code), code


@pytest.mark.parametrize(
    ("code", "concept"),
    [
        ("M05BX04", OTHER_BIOLOGIC),
        ("R03DX05", OTHER_BIOLOGIC),
        ("D11AH05", OTHER_BIOLOGIC),
        ("N02CD01", OTHER_BIOLOGIC),
        ("L03AB07", OTHER_BIOLOGIC),
        ("J06BD08", OTHER_BIOLOGIC),
        ("L04AG05", OTHER_SUPPRESSANT),
        ("L04AC16", OTHER_SUPPRESSANT),
        ("L01BB05", OTHER_SUPPRESSANT),
        ("D11AH08", OTHER_SUPPRESSANT),
        ("J01DH02", ANTI_INFECTIVE[0]),
        ("J02AC03", ANTI_INFECTIVE[0]),
        ("J05AB06", ANTI_INFECTIVE[0]),
        ("J04AC01", ANTI_INFECTIVE[0]),
    ],
)
def test_drugs_of_other_chapters_are_not_passed_over(code: str, concept: str) -> None:
    """Antibodies for asthma, eczema or bone, drugs of L04 and L01 without an entry of their own, and antibiotics."""
    assert concept in concepts_of(ATC, code)


@pytest.mark.parametrize(
    "code", ["J06BA02", "B02BX04", "B02BX05", "L03AA02", "A10AB01", "J07BB02", "D11AH01", "J04BA02"]
)
def test_what_is_not_meant_is_neither_biologic_nor_suppressant(code: str) -> None:
    """Immunoglobulin, platelet stimulants, growth factors, insulin, vaccines, ointments, dapsone."""
    assert concepts_of(ATC, code).isdisjoint({OTHER_BIOLOGIC, OTHER_SUPPRESSANT, *ANTI_INFECTIVE})


def test_names_used_in_rules_are_names_of_value_sets() -> None:
    """A concept that no value set has would never be found."""
    named = {*BORDERLINE, *CYTOTOXIC, *ANTI_INFECTIVE, OTHER_BIOLOGIC, OTHER_SUPPRESSANT, HYDROXYCHLOROQUINE}
    assert named | PREDNISONE_5_MG.keys() <= catalogue().titles.keys()
    assert concepts_of(RXNORM, "5521") == {HYDROXYCHLOROQUINE}


@pytest.mark.parametrize(
    ("drug", "milligrams", "equal"),
    [
        ("hydrocortisone", "20", "5"),
        ("cortisone", "25", "5"),
        ("prednisone", "60", "60"),
        ("prednisolone", "5", "5"),
        ("methylprednisolone", "1000", "1250"),
        ("triamcinolone", "4", "5"),
        ("dexamethasone", "0.75", "5"),
        ("betamethasone", "0.6", "5"),
        ("deflazacort", "6", "5"),
    ],
)
def test_glucocorticoids_in_prednisone(drug: str, milligrams: str, equal: str) -> None:
    """Milligrams that equal 5 mg of prednisone."""
    assert prednisone_equivalent(f"{GLUCOCORTICOID}{drug}", Decimal(milligrams)) == Decimal(equal)


def test_another_drug_has_no_equivalent() -> None:
    """Only glucocorticoids are counted in prednisone, and each that has a value set is."""
    assert prednisone_equivalent("rx.immunosuppressant.tacrolimus", Decimal(5)) is None
    assert {name for name in catalogue().titles if name.startswith(GLUCOCORTICOID)} <= PREDNISONE_5_MG.keys()
