"""Nothing of the protocol is forgotten, in either direction."""

import ast
from collections import defaultdict
from pathlib import Path

import mappings.criteria
from mappings.clauses import CLAUSES
from mappings.codes import catalogue
from mappings.criteria import CRITERIA
from mappings.criteria.asked import RESULTS
from mappings.eligibility import EFFECTS
from mappings.findings import Reason
from mappings.wording import SENTENCES
from tests.docs.render import captured


def test_every_clause_has_one_function_in_protocol_order() -> None:
    """The list of criteria and the transcription of the protocol name the same clauses in the same order."""
    assert list(CRITERIA) == [clause.id for clause in CLAUSES]
    assert len(CLAUSES) == 38


def test_a_clause_function_restates_its_clause() -> None:
    """Every clause function says in its docstring what it answers."""
    for clause, function in CRITERIA.items():
        assert function.__doc__, clause


def test_every_clause_has_cases_that_bar_allow_and_leave_open() -> None:
    """The spec tables reach each effect of each clause, unless a person alone may give it."""
    states: dict[str, set[str]] = defaultdict(set)
    kinds = {clause.id: clause.kind for clause in CLAUSES}
    ids = {function: clause for clause, function in CRITERIA.items()}
    for case in captured():
        if case.rule in ids:
            clause = ids[case.rule]
            states[clause] |= {EFFECTS[kinds[clause], answer.split()[0]] for answer in case.expected.values()}  # type: ignore[index]
    lacking = {clause: {"bars", "allows", "open"} - states[clause] for clause in CRITERIA}
    assert {clause: effects for clause, effects in lacking.items() if effects} == FOR_A_PERSON


PREFIXES = ("lab.", "vital.", "obs.")
#: What software alone never answers, clause by clause: ``test_attested.py`` has those cases.
FOR_A_PERSON: dict[str, set[str]] = {
    "I02-LN-1": {"allows"},
    "I02-ITP-1": {"allows"},
    "I02-ITP-3": {"bars"},
    "I03-8": {"bars", "allows"},
    "I04-1": {"bars"},
    "E02": {"bars"},
    "E04": {"bars"},
    "E10": {"bars"},
    "E14": {"bars"},
}


def test_every_result_that_a_clause_asks_for_is_read() -> None:
    """The list of what is asked for, by which results of other tests are left unread, is exactly what the rules name."""
    named = {
        node.value
        for path in Path(mappings.criteria.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(PREFIXES)
    }
    assert named == RESULTS
    assert set(catalogue().titles) >= RESULTS


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    """No finding can have a reason that nobody could put into words."""
    assert set(SENTENCES) == set(Reason.__args__)  # type: ignore[attr-defined]
    assert all(text.en and text.zh for text in SENTENCES.values())
