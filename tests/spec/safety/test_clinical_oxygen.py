"""Hypoxia by the CTCAE, and what devices are called."""

import msgspec
import pytest

from mappings.codes import SNOMED_CT, Code
from mappings.facts import CodedResult, Measurement, ProcedureDone, Source
from mappings.intervals import When
from mappings.record import Record
from mappings.safety.clinical import clinical
from mappings.safety.oxygen import kind_of
from tests.spec.safety.sightings import SIX, seen, sightings, told
from tests.spec.tables import day, treated


def test_hypoxia_at_rest_is_grade_3() -> None:
    """Below 88 %; what is not low with no word of oxygen is grade 0 in version 5.0."""
    table = """
        patient | day | vital.spo2 | problem
        --------+-----+------------+------------
              1 | 3   | 87         |
              2 | 3   | 88         |
              3 | 3   | <90        |
              4 | 3   | 97         |
              5 | 3   | 80         | preliminary
    """
    assert seen(clinical, table, "Hypoxia") == {
        1: "3=3 graded",
        2: "3=0 not-reached",
        3: "3>=0 censored",
        4: "3=0 not-reached",
        5: "3>=0 preliminary",
    }


def test_version_6_has_a_grade_1_below_the_normal_range() -> None:
    """Without a range nobody can tell, unless it is low at rest."""
    table = """
        patient | day | vital.spo2 | low
        --------+-----+------------+----
              1 | 3   | 94         | 95
              2 | 3   | 95         | 95
              3 | 3   | 94         |
              4 | 3   | 87         | 95
              5 | 3   | 87         |
    """
    assert seen(clinical, table, "Hypoxia", SIX) == {
        1: "3=1 graded",
        2: "3=0 not-reached",
        3: "3>=0 no-range",
        4: "3=3 graded",
        5: "3=3 graded",
    }


def test_oxygen_that_is_given_is_grade_2_at_least() -> None:
    """Whether it was needed all the time is for a person; ventilation is 3 at least, an invasive one 4."""
    table = """
        patient | day | vital.spo2 | vital.o2_flow | vital.fio2 | obs.oxygen_device | proc
        --------+-----+------------+---------------+------------+-------------------+----------------------------
              1 | 3   | 96         | 2             |            |                   |
              2 | 3   | 96         | 0             |            |                   |
              3 | 3   | 96         |               | 40         |                   |
              4 | 3   | 96         |               | 21         |                   |
              5 | 3   | 96         |               |            | #nasal cannula    |
              6 | 3   | 96         |               |            | #room air         |
              7 | 3   | 96         |               |            | #face mask        |
              8 | 3   | 96         |               |            | #CPAP             |
              9 | 3   | 96         |               |            | #as before        |
             10 | 3   | 96         |               |            |                   | proc.ventilation_noninvasive
             11 | 3   | 96         |               |            |                   | proc.ventilation_invasive
             12 | 3   | 80         |               |            |                   | proc.high_flow_oxygen
             13 | 3   |            | 2             |            |                   |
             14 | 3   |            |               |            | #room air         |
             15 | 3   | 96         | 0..2          |            |                   |
             16 | 3   | 96         |               | <40        |                   |
    """
    found = seen(clinical, table, "Hypoxia")
    assert {number: line.rpartition("; ")[2] for number, line in found.items()} == {
        1: "3>=2 no-device",
        2: "3=0 not-reached",
        3: "3>=2 no-device",
        4: "3=0 not-reached",
        5: "3>=2 no-flow",
        6: "3=0 not-reached",
        7: "3>=2 needs-person",
        8: "3>=3 needs-person",
        9: "3>=0 not-understood",
        10: "3>=3 needs-person",
        11: "3=4 graded",
        12: "3=3 graded",
        13: "3>=2 no-device",
        14: "",
        15: "3>=0 no-device",
        16: "3>=0 no-device",
    }


def test_a_normal_saturation_ends_hypoxia_only_without_oxygen() -> None:
    """Where oxygen was given in the days before, silence about it does not say that it has ended."""
    table = """
        patient | day | vital.spo2 | vital.o2_flow
        --------+-----+------------+--------------
              1 | 3   |            | 4
              1 | 4   | 97         |
              2 | 3   |            | 4
              2 | 3.2 |            | 0
              2 | 4   | 97         |
              3 | 3   |            | 4
              3 | 6.4 | 97         |
              4 | 3   |            | 4
              4 | 7   | 97         |
    """
    found = seen(clinical, table, "Hypoxia")
    assert {number: line.rpartition("; ")[2] for number, line in found.items()} == {
        1: "4>=0 no-device",
        2: "4=0 not-reached",
        3: "6.4>=0 no-device",
        4: "7=0 not-reached",
    }


def ventilated(period: bool = True, **changes: object) -> Record:
    """A patient of whom an invasive ventilation from Day 3 to Day 5 is on record, with saturations around it."""
    table = """
        patient | day | vital.spo2
        --------+-----+-----------
              1 | 2.9 | 97
              1 | 4   | 97
              1 | 5.1 | 97
    """
    record = treated(table)[1]
    first, last = day("-87"), day("-85")
    assert first
    assert last
    when = When(first.earliest, last.latest, "2025-03-06/2025-03-08" if period else "2025-03")
    source, concepts = Source("Procedure/v"), frozenset({"proc.ventilation_invasive"})
    done = ProcedureDone(source=source, concepts=concepts, when=when, **changes)  # type: ignore[arg-type]
    return msgspec.structs.replace(record, procedures=(done,))


def test_a_ventilation_lasts_from_its_start_to_its_end() -> None:
    """A period is one; a vague date is not: on which day within it, nobody knows."""
    assert _hypoxia(ventilated()) == "2.9=0 not-reached; 3=4 graded; 4=4 graded; 5.1=0 not-reached"
    assert _hypoxia(ventilated(period=False)) == "2.9=0 not-reached; 4>=0 no-end; 5.1>=0 no-end"


def test_a_ventilation_that_was_not_completed_may_go_on() -> None:
    """What is under way is over when somebody says so."""
    found = _hypoxia(ventilated(problem="preliminary"))
    assert found == "2.9=0 not-reached; 3=4 graded; 4=4 graded; 5.1>=0 no-end"


def _hypoxia(record: Record) -> str:
    return told(one for one in sightings(clinical, record) if one.term.name == "Hypoxia")


#: What a device is, and what it is called.
DEVICES = """
air       | room air; RA; none; 未吸氧; 空气; #722742002
cannula   | nasal cannula; 鼻导管吸氧; #336623009
blow-by   | blow-by mask; low-flow nasal cannula; 低流量吸氧; #425478008
mask      | Venturi mask; non-rebreather; 储氧面罩; 面罩吸氧; #427591007
high-flow | HFNC; High flow nasal cannula; 经鼻高流量; #426854004
pressure  | BiPAP mask; CPAP; 无创呼吸机; 气管插管; ventilator; #706172005
oxygen    | oxygen therapy; 吸氧; #371825009
"""
NAMES = [
    (kind.strip(), name.strip())
    for kind, names in (line.split("|") for line in DEVICES.strip().splitlines())
    for name in names.split(";")
]


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_a_device_is_known_by_its_code_or_its_name(kind: str, name: str) -> None:
    """A mask under positive pressure is no mask, blow-by by a mask is none either, and a cannula of low flow has a flow."""
    coded = (Code(SNOMED_CT, name[1:]),) if name[0] == "#" else ()
    device = CodedResult(source=Source("Observation/d"), codes=coded, text="" if coded else name)
    assert kind_of(device) == kind


def test_what_names_no_device_is_none() -> None:
    """Neither words that we do not know, nor a code of another system, nor a number."""
    source = Source("Observation/d")
    assert kind_of(CodedResult(source=source, text="tent")) is None
    assert kind_of(CodedResult(source=source, codes=(Code("urn:local", "722742002"),))) is None
    assert kind_of(Measurement(source=source, unit="1")) is None
