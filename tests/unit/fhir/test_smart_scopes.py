"""Scopes of both versions are compared letter by letter."""

import pytest

from adapter.fhir.scopes import in_words_of, lacking, scope_of


@pytest.mark.parametrize(
    ("asked", "granted", "less"),
    [
        ("system/Patient.rs", "system/Patient.rs", ""),
        ("system/Patient.rs", "system/Patient.read", ""),
        ("system/Patient.read", "system/Patient.rs", ""),
        ("system/Patient.rs", "system/Patient.r system/Patient.s", ""),
        ("system/Patient.rs", "system/*.cruds", ""),
        ("system/Patient.rs", "system/*.*", ""),
        ("system/Patient.write", "system/Patient.cu", "system/Patient.d"),
        ("system/Patient.rs", "system/Patient.r", "system/Patient.s"),
        ("system/Patient.rs", "system/Patient.write", "system/Patient.rs"),
        ("system/Patient.rs", "user/Patient.rs patient/Patient.rs", "system/Patient.rs"),
        ("system/Patient.rs", "", "system/Patient.rs"),
        ("system/*.rs", "system/Patient.rs", "system/*.rs"),
        ("system/Patient.rs system/Group.rs", "system/Group.rs", "system/Patient.rs"),
        ("system/Observation.rs", "system/Observation.rs?category=laboratory", "system/Observation.rs"),
        ("system/Observation.rs?category=laboratory", "system/Observation.rs", ""),
        ("system/Observation.rs?category=laboratory", "system/Observation.rs?category=laboratory", ""),
        ("system/Observation.rs?patient=17", "system/Observation.rs?patient=18", "system/Observation.rs"),
    ],
)
def test_what_was_not_granted(asked, granted, less):
    """The letters that lack are told by the type, and a query is not told."""
    assert " ".join(lacking(asked.split(), granted.split())) == less


@pytest.mark.parametrize(
    ("scope", "first", "second"),
    [
        ("system/Patient.rs", "system/Patient.read", "system/Patient.rs"),
        ("system/Patient.s", "system/Patient.read", "system/Patient.s"),
        ("system/Provenance.c", "system/Provenance.write", "system/Provenance.c"),
        ("system/AdverseEvent.cru", "system/AdverseEvent.*", "system/AdverseEvent.cru"),
        ("system/Patient.read", "system/Patient.read", "system/Patient.rs"),
        ("system/Patient.*", "system/Patient.*", "system/Patient.cruds"),
        (
            "system/Observation.rs?category=laboratory",
            "system/Observation.read",
            "system/Observation.rs?category=laboratory",
        ),
        ("openid", "openid", "openid"),
    ],
)
def test_scopes_in_either_version(scope, first, second):
    """What one version says in its words is said in the other's."""
    assert in_words_of([scope], ["permission-v1"]) == (first,)
    assert in_words_of([scope, scope], ["permission-v2"]) == (second,)
    assert in_words_of([scope], ["permission-v1", "permission-v2"]) == (scope,)


@pytest.mark.parametrize(
    "text", ["system/Patient.", "system/Patient.rs?", "system/patient.rs", "system/Patient.rr", "x"]
)
def test_words_that_are_no_scope(text):
    """What is not a scope is not taken for one."""
    assert scope_of(text) is None
