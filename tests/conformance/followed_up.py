"""Everything that can be written about treated participants, made by hand: every kind of event, endpoint and table."""

from itertools import product
from typing import Any, get_args

import msgspec

from mappings.emitting.adverse_event import retracted
from mappings.emitting.datatypes import Release
from mappings.emitting.following import resources
from mappings.emitting.measure_report import measure_reports
from mappings.emitting.milestones import milestones
from mappings.emitting.subject import research_subject
from mappings.emitting.trial import trial
from mappings.facts import Outcome, Relatedness
from mappings.followed import DltWatch, Dose, Episode, Followed, Response, Timeline
from mappings.safety.tabulation import counted
from mappings.site import CANONICAL_BASE
from tests.spec.emitting.treated import LIMITING, MEDDRA_CODE, ON, WINDOW, crs, episode, followed

Node = dict[str, Any]
#: What the hospital has, to which evidence refers.
THEIRS = frozenset({"Patient", "Condition", "Encounter", "MedicationAdministration", "Observation", "Practitioner"})


def events() -> list[Episode]:
    """Return an event for every outcome, seriousness, grade and word of a person, each with an id of its own."""
    made: list[Episode] = [
        episode(outcome=outcome, serious=serious, criteria=criteria, confirmed=confirmed)
        for outcome, (serious, criteria), confirmed in product(
            get_args(Outcome),
            ((None, ()), (False, ()), (True, ()), (True, ("death",)), (True, ("life-threatening", "intervention"))),
            (None, True),
        )
    ]
    made += [episode(worst_grade=grade, outcome="fatal") for grade in (None, 0, 1, 2, 3, 4, 5)]
    made += [crs(related=related, expected=False) for related in get_args(Relatedness)]
    made += [
        crs(codes=(MEDDRA_CODE,), assessed_by="urn:x|li"),
        episode(end=None),
        episode(source="reported", proposed_grade=4),
    ]
    return [msgspec.structs.replace(one, id=f"event-{number}") for number, one in enumerate(made)]


def participants() -> list[Followed]:
    """Return one with every event, one of whom little is known, and one of whom nothing is."""
    waiting = Response(result="not-evaluable", definition="CRR_v1", reason="not-yet")
    unsure = DltWatch(state="data-gap", definition="DLT_v1", why="no-day-0")
    limited = DltWatch(state="dlt", definition="DLT_v1", window=WINDOW, events=(LIMITING,), evaluable=True)
    whole = followed(*events(), dlt=limited)
    line = msgspec.structs.replace(whole.timeline, dose=Dose(level=1), cohort="LN")
    return [
        msgspec.structs.replace(whole, timeline=line),
        followed(crs(id="second"), identifier=None, patient="Patient/p2", renal=waiting),
        followed(identifier=None, patient="Patient/p3", timeline=Timeline(day0=None), dlt=unsure, expansions=()),
    ]


def everything(release: Release, screening: Any) -> list[Node]:
    """Return the trial, a subject with milestones, all that is written about the participants, a withdrawal, the tables."""
    people = participants()
    written = [one for person in people for one in resources(person, release, ON)]
    first = next(one for one in written if one["resourceType"] == "AdverseEvent")
    gone = retracted(first, release) | {"id": "withdrawn"}
    subject = research_subject(screening, release, ON, milestones(people[0], ON))
    reports = measure_reports(map(counted, people), release, ON)
    return [*trial(release, CANONICAL_BASE), subject, *written, gone, *reports]
