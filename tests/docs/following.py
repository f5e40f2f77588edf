"""The part of PROTOCOL.md on what follows treatment: for each endpoint its rules, their codes, and where their cases are."""

import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from adapter.explaining import ASKED
from mappings import dose, drugs, timeline
from mappings.endpoints import (
    activity,
    b_cells,
    bleeding,
    counts,
    courses,
    dynamics,
    filtration,
    kinetics,
    lifting,
    platelets,
    proteinuria,
    renal,
    rescue,
    steroids,
)
from mappings.safety import (
    clinical,
    crs,
    death,
    diagnoses,
    dlt,
    dlt_course,
    dlt_days,
    dlt_rules,
    emergence,
    episodes,
    fever,
    icans,
    infections,
    joining,
    laboratory,
    outcomes,
    oxygen,
    pressure,
    reported,
    seriousness,
    tabulation,
)
from mappings.unclear.after_treatment import AFTER_TREATMENT
from tests.docs.definitions import parameters
from tests.docs.sources import ROOT, cases_of, codes_of, path_of, statement

HEAD = """\
## After treatment

The registered record names the endpoints and defines none of them. What follows is what we made of them: for each
endpoint its rules, as the code states them, the value sets that they read, and the files that hold their cases with how many
there are. `yts109 explain SOURCE PATIENT P1` says for one participant what came of them, and so on. What had to be chosen,
and who settles it, is in [INTERPRETATIONS.md](INTERPRETATIONS.md#after-treatment); every number is in the definitions below.
Days count from Day 0, the calendar day on which the infusion began.
"""
DEFINITIONS = """\
### Definitions

Every output bears the name of its definition, from `mappings/definitions.py`. A site changes a parameter in its file under
the group that stands in brackets, and the name then says so, as in `CRR_v1 (upcr=0.7)`; what is *registered* cannot be
changed. Every number that a publication did not set is a *default* of ours, to be confirmed by the sponsor, and so is
the choice among published definitions.
"""


class Rule(NamedTuple):
    """One rule: its function, what else it is made of, and the spec files of its cases, by beginnings of their names."""

    function: Callable[..., Any]
    cases: Sequence[str]
    modules: Sequence[ModuleType] = ()


FOR_ALL = (Rule(timeline.timeline, ("test_timeline", "test_dose", "test_baseline", "test_participation"), (dose,)),)
RULES: Mapping[str, Sequence[Rule]] = {
    "P1": (
        Rule(
            dlt.watch,
            ("safety/test_dlt.py", "safety/test_dlt_records", "safety/test_dlt_prop", "safety/test_dlt_unread"),
        ),
        Rule(dlt_days.days_of, ("safety/test_dlt_records", "safety/test_dlt_unread")),
        *(Rule(rule, ("safety/test_dlt_rules",)) for _, rule in dlt_rules.RULES),
        Rule(dlt_rules.is_expected, ("safety/test_dlt_rules",)),
        Rule(dlt_course.outlasts, ("safety/test_dlt_course",)),
    ),
    "P2": (
        Rule(laboratory.graded, ("safety/test_laboratory", "safety/test_limits", "safety/test_grading")),
        Rule(crs.crs, ("safety/test_crs",)),
        Rule(icans.icans, ("safety/test_icans",)),
        Rule(clinical.clinical, ("safety/test_clinical_properties",)),
        Rule(fever.fever, ("safety/test_clinical_fever",)),
        Rule(fever.febrile_neutropenia, ("safety/test_clinical_fever",)),
        Rule(pressure.hypotension, ("safety/test_clinical_pressure",)),
        Rule(oxygen.hypoxia, ("safety/test_clinical_oxygen", "safety/test_oxygen")),
        Rule(infections.infections, ("safety/test_clinical_infections",)),
        Rule(diagnoses.diagnosed, ("safety/test_diagnoses", "safety/test_vocabulary")),
        Rule(reported.reported, ("safety/test_reported",)),
        Rule(episodes.episodes, ("safety/test_episode",)),
        Rule(joining.joined, ("safety/test_episodes.py", "safety/test_episodes_results")),
        Rule(emergence.emergent, ("safety/test_emergence",)),
        Rule(seriousness.seriousness, ("safety/test_seriousness",)),
        Rule(outcomes.outcome, ("safety/test_episodes_words",)),
        Rule(death.death, ("safety/test_seriousness",)),
        Rule(tabulation.safety_table, ("safety/test_tabulation",)),
    ),
    "S1": (
        Rule(renal.renal_response, ("endpoints/test_renal", "endpoints/test_response")),
        Rule(proteinuria.complete, ("endpoints/test_renal",)),
        Rule(proteinuria.partial, ("endpoints/test_renal",)),
        Rule(filtration.filters, ("endpoints/test_filtration",)),
        Rule(rescue.drugs, ("endpoints/test_rescue",), (drugs,)),
        Rule(steroids.rise, ("endpoints/test_rescue",)),
    ),
    "S2": (
        Rule(platelets.platelet_response, ("endpoints/test_platelets", "endpoints/test_response")),
        Rule(counts.partial, ("endpoints/test_platelets",)),
        Rule(lifting.lifted, ("endpoints/test_lifting",)),
        Rule(lifting.rescued, ("endpoints/test_lifting", "endpoints/test_rescue")),
        Rule(bleeding.no_bleeding, ("endpoints/test_bleeding",)),
    ),
    "X1": (
        Rule(kinetics.kinetics, ("endpoints/test_kinetics",)),
        Rule(b_cells.b_cells, ("endpoints/test_dynamics",)),
        Rule(dynamics.dynamics, ("endpoints/test_dynamics", "endpoints/test_visits")),
        Rule(courses.courses, ("endpoints/test_dynamics",)),
        Rule(activity.activity, ("endpoints/test_activity",)),
    ),
}


def after_treatment() -> str:
    """Return the section: endpoints with their rules, then every definition."""
    rows = [f"| [{name}](#{_anchor(name)}) | {asked.en} | {asked.zh} |" for name, asked in ASKED.items()]
    contents = ["| endpoint | what it asks for | |", "|---|---|---|", *rows, ""]
    general = ["### Day 0, dose, baseline and cohort", "", *_rules(FOR_ALL)]
    return "\n".join([HEAD, *contents, *general, *map(_endpoint, RULES), DEFINITIONS, *parameters()])


def _title(name: str) -> str:
    return f"{name}: {ASKED[name].en}"


def _anchor(name: str) -> str:
    return "".join(c for c in _title(name).lower().replace(" ", "-") if c.isalnum() or c == "-")


def _endpoint(name: str) -> str:
    open_ = [one.question for one in AFTER_TREATMENT if name in one.clauses.split(", ")]
    asked = [f"* Unclear: {one} See [INTERPRETATIONS.md](INTERPRETATIONS.md#after-treatment)." for one in open_]
    return "\n".join([f"### {_title(name)}", "", ASKED[name].zh, "", *asked, "", *_rules(RULES[name])])


def _rules(rules: Sequence[Rule]) -> list[str]:
    """Return each rule; what heads a module stands before the first of its rules, and the same cases are told once."""
    lines: list[str] = []
    path = cases = ""
    for rule in rules:
        module, heads = _module_of(rule.function), path != (path := path_of(rule.function))
        lines += [f"#### `{rule.function.__name__}` in `{path}`", ""]
        lines += [statement(module), "", *codes_of(module, *rule.modules)] if heads else []
        lines += [statement(rule.function), ""]
        lines += [cases, ""] if cases != (cases := cases_of(_files(rule.cases))) else []
    return lines


def _module_of(function: Callable[..., Any]) -> ModuleType:
    return sys.modules[function.__module__]


def _files(starts: Sequence[str]) -> list[str]:
    """Return the spec files whose names begin so; each beginning must find one."""
    found = []
    for start in starts:
        paths = sorted((ROOT / "tests" / "spec").glob(f"{start}*"))
        assert paths, f"there are no cases in tests/spec/{start}*"
        found += [str(path.relative_to(ROOT)) for path in paths]
    return list(dict.fromkeys(found))
