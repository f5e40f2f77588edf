"""Rescue treatment between Day 0 and the end of week 12, as the renal response asks for it."""

import msgspec

from mappings.interpretations import Interpretations
from mappings.site import Site
from tests.spec.endpoints.responses import episode, occasion, renal, told

title = "Rescue"


def test_a_new_immunosuppressant_or_biologic_denies_the_response() -> None:
    """Given or taken from Day 0 to Day 91; what ended before, or begins after, is none, and the cells themselves are none."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | rx                                      | kind           | end
        --------+-----+---------------------+-----------------------------------------+----------------+-----
              1 | 84  | 0.2                 |                                         |                |
              1 | 40  |                     | rx.immunosuppressant.mycophenolic_acid  | statement      | 80
              2 | 84  | 0.2                 |                                         |                |
              2 | 0   |                     | rx.biologic.belimumab                   | administration | 0
              3 | 84  | 0.2                 |                                         |                |
              3 | -1  |                     | rx.biologic.belimumab                   | administration | -1
              4 | 84  | 0.2                 |                                         |                |
              4 | 91  |                     | rx.biologic.rituximab                   | administration | 91
              5 | 84  | 0.2                 |                                         |                |
              5 | 92  |                     | rx.biologic.rituximab                   | administration | 92
              6 | 84  | 0.2                 |                                         |                |
              6 | 40  |                     | rx.cart.tisagenlecleucel                | administration | 40
              7 | 84  | 0.2                 |                                         |                |
              7 | 0   |                     | rx.cart.yts109                          | administration | 0
              8 | 84  | 0.2                 |                                         |                |
              8 | 40  |                     | rx.antimalarial.hydroxychloroquine      | statement      | 80
              9 | 84  | 0.2                 |                                         |                |
              9 | 40  |                     | rx.other.vincristine                    | administration | 40
             10 | 84  | 0.2                 |                                         |                |
             10 | 40  |                     | rx.immunosuppressant.tacrolimus         | dispense       | 50
        """
    )
    assert told(found) == {
        1: "NR rescue",
        2: "NR rescue",
        3: "CRR",
        4: "NR rescue",
        5: "CRR",
        6: "NR rescue",
        7: "CRR",
        8: "CRR",
        9: "NR rescue",
        10: "NR rescue",
    }
    signs = [(one.name, one.day, one.used) for one in found[1].inputs if one.name.startswith("rx.")]
    assert signs == [("rx.immunosuppressant.mycophenolic_acid", 40, True)]


def test_what_may_be_a_rescue_leaves_the_response_open() -> None:
    """Orders without evidence of use, drugs of days unknown or not brought to an end, and those a person must place."""
    found = renal(
        """
        patient | day    | lab.upcr_mass_ratio | rx                                     | kind           | end | problem     | route
        --------+--------+---------------------+----------------------------------------+----------------+-----+-------------+--------
              1 | 84     | 0.2                 |                                        |                |     |             |
              1 | 40     |                     | rx.immunosuppressant.mycophenolic_acid | request        | 80  |             |
              2 | 84     | 0.2                 |                                        |                |     |             |
              2 |        |                     | rx.immunosuppressant.mycophenolic_acid | statement      |     |             |
              3 | 84     | 0.2                 |                                        |                |     |             |
              3 | -5..5  |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 80  |             |
              4 | 84     | 0.2                 |                                        |                |     |             |
              4 | 40     |                     | rx.biologic.belimumab                  | administration | 40  | preliminary |
              5 | 84     | 0.2                 |                                        |                |     |             |
              5 | 40     |                     | rx.other_biologic                      | administration | 40  |             |
              6 | 84     | 0.2                 |                                        |                |     |             |
              6 | 40     |                     | rx.other.dapsone                       | statement      | 60  |             |
              7 | 84     | 0.2                 |                                        |                |     |             |
              7 | 2      |                     | rx.biologic.tocilizumab                | administration | 2   |             |
              8 | 84     | 0.2                 |                                        |                |     |             |
              8 | 85..99 |                     | rx.biologic.rituximab                  | administration | 99  |             |
              9 | 84     | 0.2                 |                                        |                |     |             |
              9 | 40     |                     | rx.immunosuppressant.tacrolimus        | statement      | 80  |             | 外用
             10 | 84     | 0.2                 |                                        |                |     |             |
             10 |        |                     | rx.immunosuppressant.tacrolimus        | statement      | -30 |             |
        """
    )
    assert told(found) == {
        **dict.fromkeys(range(1, 9), "not-evaluable rescue-unclear"),
        9: "CRR",
        10: "CRR",
    }
    notes = {number: [one.note for one in each.inputs if one.name.startswith("rx.")] for number, each in found.items()}
    assert notes == {
        1: ["only-prescribed"],
        2: ["partial-date"],
        3: ["unclear"],
        4: ["preliminary"],
        5: ["needs-person"],
        6: ["needs-person"],
        7: ["needs-person"],
        8: ["unclear"],
        9: [],
        10: [],
    }


def test_orders_can_be_read_as_no_exposure() -> None:
    """A site that reads prescriptions as no exposure finds no rescue in one."""
    on = occasion()
    site = Site(interpretations=Interpretations(prescriptions="not-exposure"))
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | rx                                     | kind    | end | daily
        --------+-----+---------------------+----------------------------------------+---------+-----+------
              1 | 84  | 0.2                 |                                        |         |     |
              1 | 40  |                     | rx.immunosuppressant.mycophenolic_acid | request | 80  |
              2 | 84  | 0.2                 |                                        |         |     |
              2 | 40  |                     | rx.glucocorticoid.methylprednisolone   | request | 80  | 500
        """,
        msgspec.structs.replace(on, site=site),
    )
    assert told(found) == {1: "CRR", 2: "CRR"}


def test_what_was_taken_before_is_a_rescue_only_when_increased() -> None:
    """Doses tell whether a drug was continued or increased; where one is not known, nobody can. Lymphodepletion is over."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | rx                                     | kind           | end | daily | ongoing
        --------+-----+---------------------+----------------------------------------+----------------+-----+-------+--------
              1 | 84  | 0.2                 |                                        |                |     |       |
              1 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | statement      |     | 1000  | T
              1 | 20  |                     | rx.immunosuppressant.mycophenolic_acid | dispense       | 50  | 1000  |
              2 | 84  | 0.2                 |                                        |                |     |       |
              2 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 20  | 1000  |
              2 | 20  |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 80  | 1500  |
              3 | 84  | 0.2                 |                                        |                |     |       |
              3 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 20  |       |
              3 | 20  |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 80  | 1500  |
              4 | 84  | 0.2                 |                                        |                |     |       |
              4 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | statement      | -29 | 1000  |
              4 | 20  |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 80  | 1000  |
              5 | 84  | 0.2                 |                                        |                |     |       |
              5 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | statement      | -28 | 1000  |
              5 | 20  |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 80  | 1000  |
              6 | 84  | 0.2                 |                                        |                |     |       |
              6 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | statement      |     | 1000  | T
              7 | 84  | 0.2                 |                                        |                |     |       |
              7 | -4  |                     | rx.immunosuppressant.cyclophosphamide  | administration | -4  |       |
              7 | -4  |                     | rx.lymphodepletion.fludarabine         | administration | -4  |       |
              7 | 40  |                     | rx.immunosuppressant.cyclophosphamide  | administration | 40  |       |
              8 | 84  | 0.2                 |                                        |                |     |       |
              8 | -4  |                     | rx.immunosuppressant.cyclophosphamide  | administration | -4  |       |
              9 | 84  | 0.2                 |                                        |                |     |       |
              9 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 60  | 1000  |
              9 | 20  |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 50  |       |
             10 | 84  | 0.2                 |                                        |                |     |       |
             10 | -60 |                     | rx.immunosuppressant.mycophenolic_acid | request        | 60  | 1000  |
             10 | 20  |                     | rx.immunosuppressant.mycophenolic_acid | statement      | 50  | 1000  |
        """
    )
    assert told(found) == {
        1: "CRR",
        2: "NR rescue",
        3: "not-evaluable rescue-unclear",
        4: "NR rescue",
        5: "not-evaluable rescue-unclear",
        6: "CRR",
        7: "NR rescue",
        8: "CRR",
        9: "not-evaluable rescue-unclear",
        10: "not-evaluable rescue-unclear",
    }


def test_a_rise_of_glucocorticoid_that_lasts_denies_the_response() -> None:
    """More than 10 mg of prednisone a day above the dose of before, for more than 7 days on end."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | rx                                   | kind           | end | daily | dose | ongoing
        --------+-----+---------------------+--------------------------------------+----------------+-----+-------+------+--------
              1 | 84  | 0.2                 |                                      |                |     |       |      |
              1 | 20  |                     | rx.glucocorticoid.prednisone         | statement      | 27  | 10.1  |      |
              2 | 84  | 0.2                 |                                      |                |     |       |      |
              2 | 20  |                     | rx.glucocorticoid.prednisone         | statement      | 27  | 10    |      |
              3 | 84  | 0.2                 |                                      |                |     |       |      |
              3 | 20  |                     | rx.glucocorticoid.prednisone         | statement      | 26  | 40    |      |
              4 | 84  | 0.2                 |                                      |                |     |       |      |
              4 | -40 |                     | rx.glucocorticoid.prednisone         | statement      | 20  | 10    |      |
              4 | 21  |                     | rx.glucocorticoid.prednisone         | statement      | 60  | 20    |      |
              5 | 84  | 0.2                 |                                      |                |     |       |      |
              5 | -40 |                     | rx.glucocorticoid.prednisone         | statement      | 20  | 10    |      |
              5 | 21  |                     | rx.glucocorticoid.prednisone         | statement      | 60  | 20.1  |      |
              6 | 84  | 0.2                 |                                      |                |     |       |      |
              6 | -40 |                     | rx.glucocorticoid.prednisone         | statement      |     | 20    |      | T
              6 | 21  |                     | rx.glucocorticoid.prednisone         | dispense       | 60  | 20    |      |
              7 | 84  | 0.2                 |                                      |                |     |       |      |
              7 | 20  |                     | rx.glucocorticoid.prednisone         | request        | 40  | 40    |      |
              8 | 84  | 0.2                 |                                      |                |     |       |      |
              8 | 20  |                     | rx.glucocorticoid.prednisone         | statement      | 40  |       |      |
              9 | 84  | 0.2                 |                                      |                |     |       |      |
              9 | -40 |                     | rx.glucocorticoid.prednisone         | statement      |     |       |      | T
             10 | 84  | 0.2                 |                                      |                |     |       |      |
             10 | -40 |                     | rx.glucocorticoid.prednisone         | statement      |     | 20    |      |
             10 | 21  |                     | rx.glucocorticoid.prednisone         | dispense       | 60  | 20    |      |
             11 | 84  | 0.2                 |                                      |                |     |       |      |
             11 | -40 |                     | rx.glucocorticoid.prednisone         | statement      |     | 20    |      |
             12 | 84  | 0.2                 |                                      |                |     |       |      |
             12 |     |                     | rx.glucocorticoid.prednisone         | statement      |     | 20    |      |
             13 | 84  | 0.2                 |                                      |                |     |       |      |
             13 | 20  |                     | rx.glucocorticoid.dexamethasone      | administration | 20  |       | 40   |
             14 | 84  | 0.2                 |                                      |                |     |       |      |
             14 | 84  |                     | rx.glucocorticoid.prednisone         | statement      | 120 | 40    |      |
             15 | 84  | 0.2                 |                                      |                |     |       |      |
             15 | 85  |                     | rx.glucocorticoid.prednisone         | statement      | 120 | 40    |      |
        """
    )
    assert told(found) == {
        1: "NR rescue",
        2: "CRR",
        3: "CRR",
        4: "CRR",
        5: "NR rescue",
        6: "CRR",
        7: "not-evaluable rescue-unclear",
        8: "not-evaluable rescue-unclear",
        9: "CRR",
        10: "not-evaluable rescue-unclear",
        11: "CRR",
        12: "not-evaluable rescue-unclear",
        13: "CRR",
        14: "NR rescue",
        15: "CRR",
    }


def test_what_the_dose_of_before_may_have_been() -> None:
    """The dose of before is that of baseline, not of lymphodepletion; what may go on beside a new drug adds to it."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | rx                             | kind           | end | daily | problem
        --------+-----+---------------------+--------------------------------+----------------+-----+-------+------------
              1 | 84  | 0.2                 |                                |                |     |       |
              1 | -5  |                     | rx.lymphodepletion.fludarabine | administration | -5  |       |
              1 | -3  |                     | rx.glucocorticoid.prednisone   | statement      | -1  | 40    |
              1 | 20  |                     | rx.glucocorticoid.prednisone   | statement      | 40  | 40    |
              2 | 84  | 0.2                 |                                |                |     |       |
              2 | -40 |                     | rx.glucocorticoid.prednisone   | statement      |     | 30    |
              2 | -40 |                     | rx.glucocorticoid.prednisone   | dispense       | 10  | 30    |
              2 | 20  |                     | rx.glucocorticoid.prednisone   | statement      | 40  | 20    |
              3 | 84  | 0.2                 |                                |                |     |       |
              3 | 20  |                     | rx.glucocorticoid.prednisone   | statement      | 40  | 40    | preliminary
        """
    )
    assert told(found) == {1: "NR rescue", 2: "not-evaluable rescue-unclear", 3: "not-evaluable rescue-unclear"}


def test_an_order_beside_a_rise_is_told_as_an_order() -> None:
    """What was taken denies the response; the order for it does not do so of itself."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | rx                           | kind      | end | daily
        --------+-----+---------------------+------------------------------+-----------+-----+------
              1 | 84  | 0.2                 |                              |           |     |
              1 | 20  |                     | rx.glucocorticoid.prednisone | statement | 40  | 40
              1 | 20  |                     | rx.glucocorticoid.prednisone | request   | 40  | 40
        """
    )
    assert told(found) == {1: "NR rescue"}
    notes = {(one.used, one.note) for one in found[1].inputs if one.name.startswith("rx.")}
    assert notes == {(True, ""), (False, "only-prescribed")}


def test_a_dose_by_weight_is_a_dose() -> None:
    """A milligram for each of 60 kilograms is 60 milligrams; without a weight it may be any."""
    table = """
        patient | day | lab.upcr_mass_ratio | rx                                   | kind      | end | daily_kg | infusion | vital.weight
        --------+-----+---------------------+--------------------------------------+-----------+-----+----------+----------+-------------
              1 | 84  | 0.2                 |                                      |           |     |          |          |
              1 | 20  |                     | rx.glucocorticoid.methylprednisolone | statement | 40  | 1        |          |
              2 | 84  | 0.2                 |                                      |           |     |          |          |
              2 | 20  |                     | rx.glucocorticoid.methylprednisolone | statement | 40  | 1        |          |
              2 | 0   |                     |                                      |           |     |          | 1E+6/kg  |
    """
    assert told(renal(table)) == {1: "NR rescue", 2: "not-evaluable rescue-unclear"}


def test_a_pulse_denies_the_response() -> None:
    """Methylprednisolone of a pulse, however short; a single large dose, or one not known, may be part of one."""
    found = renal(
        """
        patient | day   | lab.upcr_mass_ratio | rx                                   | kind           | end | dose | daily | route
        --------+-------+---------------------+--------------------------------------+----------------+-----+------+-------+------
              1 | 84    | 0.2                 |                                      |                |     |      |       |
              1 | 20    |                     | rx.glucocorticoid.methylprednisolone | administration | 20  | 500  |       |
              1 | 21    |                     | rx.glucocorticoid.methylprednisolone | administration | 21  | 500  |       |
              1 | 22    |                     | rx.glucocorticoid.methylprednisolone | administration | 22  | 500  |       |
              2 | 84    | 0.2                 |                                      |                |     |      |       |
              2 | 20    |                     | rx.glucocorticoid.methylprednisolone | administration | 20  | 500  |       |
              3 | 84    | 0.2                 |                                      |                |     |      |       |
              3 | 20    |                     | rx.glucocorticoid.methylprednisolone | administration | 20  | 80   |       |
              4 | 84    | 0.2                 |                                      |                |     |      |       |
              4 | 20    |                     | rx.glucocorticoid.methylprednisolone | administration | 20  |      |       |
              5 | 84    | 0.2                 |                                      |                |     |      |       |
              5 | -30   |                     | rx.glucocorticoid.methylprednisolone | administration | -30 | 500  |       |
              5 | -29   |                     | rx.glucocorticoid.methylprednisolone | administration | -29 | 500  |       |
              5 | -28   |                     | rx.glucocorticoid.methylprednisolone | administration | -28 | 500  |       |
              6 | 84    | 0.2                 |                                      |                |     |      |       |
              6 | 20    |                     | rx.glucocorticoid.methylprednisolone | administration | 20  |      |       | 口服
              7 | 84    | 0.2                 |                                      |                |     |      |       |
              7 | 92    |                     | rx.glucocorticoid.methylprednisolone | administration | 92  | 500  |       |
              8 | 84    | 0.2                 |                                      |                |     |      |       |
              8 | 20    |                     | rx.glucocorticoid.methylprednisolone | request        | 22  | 40   | 500   |
              9 | 84    | 0.2                 |                                      |                |     |      |       |
              9 |       |                     | rx.glucocorticoid.methylprednisolone | administration |     | 1000 |       |
             10 | 84    | 0.2                 |                                      |                |     |      |       |
             10 |       |                     | rx.glucocorticoid.methylprednisolone | administration |     | 40   |       |
        """
    )
    assert told(found) == {
        1: "NR rescue",
        2: "not-evaluable rescue-unclear",
        3: "CRR",
        4: "not-evaluable rescue-unclear",
        5: "CRR",
        6: "CRR",
        7: "CRR",
        8: "not-evaluable rescue-unclear",
        9: "not-evaluable rescue-unclear",
        10: "not-evaluable rescue-unclear",
    }


def test_what_may_have_treated_a_toxicity_is_for_a_person() -> None:
    """A drug begun, or raised, while a toxicity of the cells went on leaves it open; after it, or of another one, it does not."""
    table = """
        patient | day | lab.upcr_mass_ratio | rx                                   | kind           | end | dose | daily
        --------+-----+---------------------+--------------------------------------+----------------+-----+------+------
              1 | 84  | 0.2                 |                                      |                |     |      |
              1 | 5   |                     | rx.immunosuppressant.ruxolitinib     | statement      | 20  |      |
              2 | 84  | 0.2                 |                                      |                |     |      |
              2 | 5   |                     | rx.glucocorticoid.prednisone         | statement      | 20  |      | 60
              3 | 84  | 0.2                 |                                      |                |     |      |
              3 | 5   |                     | rx.glucocorticoid.methylprednisolone | administration | 5   | 1000 |
              3 | 6   |                     | rx.glucocorticoid.methylprednisolone | administration | 6   | 1000 |
              3 | 7   |                     | rx.glucocorticoid.methylprednisolone | administration | 7   | 1000 |
    """
    unclear, denied = (dict.fromkeys((1, 2, 3), f"{word}") for word in ("not-evaluable rescue-unclear", "NR rescue"))
    assert told(renal(table, episodes=[episode("crs", 3, 8)])) == unclear
    assert told(renal(table, episodes=[episode("icans", 5)])) == unclear
    assert told(renal(table, episodes=[episode("crs", 1, 4)])) == denied
    assert told(renal(table, episodes=[episode("crs", 6, 9)])) == denied
    assert told(renal(table, episodes=[episode("crs", 3, 8, confirmed=False)])) == denied
    assert told(renal(table, episodes=[episode("infection", 3, 8)])) == denied


def test_one_certain_rescue_is_enough() -> None:
    """Beside one that is certain, one that is unclear changes nothing; each stands among the inputs, once."""
    found = renal(
        """
        patient | day | lab.upcr_mass_ratio | rx                                     | kind           | end
        --------+-----+---------------------+----------------------------------------+----------------+-----
              1 | 84  | 0.2                 |                                        |                |
              1 | 40  |                     | rx.immunosuppressant.mycophenolic_acid | request        | 80
              1 | 42  |                     | rx.biologic.rituximab                  | administration | 42
        """
    )[1]
    assert told({1: found}) == {1: "NR rescue"}
    assert {(one.name, one.used) for one in found.inputs if one.name.startswith("rx.")} == {
        ("rx.immunosuppressant.mycophenolic_acid", False),
        ("rx.biologic.rituximab", True),
    }
