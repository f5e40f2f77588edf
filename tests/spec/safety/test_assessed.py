"""Grades that a person wrote in words or codes, in the place of a number."""

import msgspec
import pytest

from mappings.codes import Code
from mappings.facts import CodedResult
from mappings.record import Record
from mappings.safety.crs import crs
from mappings.safety.icans import icans
from mappings.safety.vocabulary import NCIT
from tests.spec.safety.sightings import COVERED, sightings, told
from tests.spec.tables import treated

title = "Grades in words"


def graded(words: str, concept: str = "obs.crs_grade", problem: str = "") -> Record:
    """A patient with this grade on Day 3."""
    return treated(f"patient | day | {concept} | problem\n1 | 3 | {words} | {problem}")[1]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Grade 3", "3=3 graded"),
        ("CRS Grade 4", "3=4 graded"),
        ("CRS4级", "3=4 graded"),
        ("Ⅲ级", "3=3 graded"),
        ("grade 0", "3=0 not-reached"),
        ("重度", "3>=0 not-understood"),
        ("Grade 3 or 4", "3>=0 not-understood"),
    ],
)
def test_a_grade_in_words_is_that_grade(words: str, expected: str) -> None:
    """What people write in the place of a number counts; what is no grade leaves open which it was."""
    assert told(sightings(crs, graded(words), COVERED)) == expected


def test_the_same_holds_of_neurotoxicity() -> None:
    """A grade of ICANS is read alike."""
    assert told(sightings(icans, graded("ICANS Grade 3", "obs.icans_grade"), COVERED)) == "3=3 graded"


def test_a_grade_in_a_code_is_that_grade() -> None:
    """The codes of the guides for grades name one; two of them that differ name none, and one in doubt counts as unread."""
    four, three = Code(NCIT, "C41337", "Grade 4"), Code(NCIT, "C41340", "Grade 3")
    assert told(sightings(crs, _coded(four), COVERED)) == "3=4 graded"
    assert told(sightings(crs, _coded(four, three), COVERED)) == "3>=0 not-understood"
    assert told(sightings(crs, graded("Grade 4", problem="preliminary"), COVERED)) == "3>=0 preliminary"


def _coded(*codes: Code) -> Record:
    record = graded("?")
    (one,) = record.results["obs.crs_grade"]
    assert isinstance(one, CodedResult)
    found = msgspec.structs.replace(one, codes=codes, text="")
    return msgspec.structs.replace(record, results={"obs.crs_grade": (found,)})
