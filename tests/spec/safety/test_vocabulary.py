"""What a site calls an event is recognised as a term of the CTCAE, wherever its name stands."""

import pytest

from mappings.codes import SNOMED_CT, Code
from mappings.safety.vocabulary import TERMS, term_of

CODED = Code(SNOMED_CT, "25064002", "Headache")


@pytest.mark.parametrize("text", ["Headache", "头痛", ""])
def test_the_name_of_a_code_tells_the_term_as_well_as_the_text(text: str) -> None:
    """A report in Chinese, whose code bears the English name of a term, is an event of that term."""
    assert term_of(text, (CODED,), ()) == TERMS["Headache"]


def test_an_event_without_a_term_keeps_its_own_name_and_code() -> None:
    """What the CTCAE has no name for is not forced into one."""
    other = Code("urn:local", "7", "Hiccups of a kind")
    found = term_of("呃逆", (other,), ())
    assert (found.name, found.code) == ("呃逆", other)
