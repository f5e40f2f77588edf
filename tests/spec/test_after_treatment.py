"""What is open about the time after treatment: every choice and every default of ours is told, with who settles it."""

import re

import pytest

from adapter.explaining import ENDPOINT_IDS
from mappings.definitions import DEFINITIONS, NAMES, Choice
from mappings.limits import Limit
from mappings.unclear.after_treatment import AFTER_TREATMENT

title = "What is open after treatment"
PARAMETERS: dict[str, Limit | Choice] = {
    f"{group}.{name}": getattr(getattr(DEFINITIONS, group), name)
    for group in NAMES
    for name in getattr(DEFINITIONS, group).__struct_fields__
}
CHOICES = {name: one for name, one in PARAMETERS.items() if isinstance(one, Choice)}
DEFAULTS = [name for name, one in PARAMETERS.items() if isinstance(one, Limit) and one.asked == "default"]
TEXT = " ".join(text for one in AFTER_TREATMENT for text in one.choices.values())
SAID = set(re.findall(r"`([^`]+)`", TEXT))


def test_every_question_is_whole() -> None:
    """A question about endpoints that exist, at least one choice, a reason, and whom to ask."""
    for one in AFTER_TREATMENT:
        assert set(one.clauses.split(", ")) <= set(ENDPOINT_IDS)
        assert one.question.endswith("?")
        assert one.why.endswith(".")
        assert one.settled_by in {"sponsor", "investigator", "site"}
        assert all(one.choices.values())
        assert bool(one.setting) == (len(one.choices) > 1)


def test_every_choice_is_told_with_what_it_may_be() -> None:
    """Each choice of a definition has one question; its words come in the order of the definition, the default first."""
    told = {one.setting: tuple(one.choices) for one in AFTER_TREATMENT if one.setting}
    assert told == {name: one.among for name, one in CHOICES.items()}


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_default_of_ours_is_named(name: str) -> None:
    """What no publication set is told as ours to be settled."""
    assert name in SAID


def test_what_is_named_is_a_parameter() -> None:
    """What stands in back quotes is a group and a parameter of it."""
    assert set(PARAMETERS) >= SAID


@pytest.mark.parametrize("endpoint", ENDPOINT_IDS)
def test_every_endpoint_leaves_something_open(endpoint: str) -> None:
    """The record defines none of them."""
    assert any(endpoint in one.clauses.split(", ") for one in AFTER_TREATMENT)
