"""AdverseEvent -> what a person reported: R4 with the extensions of the backport guide, R4B, R5 with those of its guide.

Sources: FHIR Clinical Research Adverse Event 1.0.1 and its backport to R4, and the draft guide to the CTCAE. Whoever
recorded it, an event counts, but for those that we proposed ourselves and that no person has taken over.
"""

from collections.abc import Iterator
from typing import Final

from mappings.emitting.datatypes import device_reference
from mappings.facts import EventReport, Fact, GradeNumber, Relatedness, SeriousnessCriterion
from mappings.findings import SetAsideReason
from mappings.intervals import When
from mappings.reading.authors import is_person, name_of
from mappings.reading.context import Context
from mappings.reading.datatypes import CodeableConcept, Identifier, Reference
from mappings.reading.dates import ending, first_of
from mappings.reading.event_words import STRENGTH, criteria_in, grade_in, outcome_in, related_by, serious_by, words_in
from mappings.reading.infusions import PRODUCT
from mappings.reading.statuses import ACTUALITY, ADVERSE_EVENT, Use
from mappings.reading.views import AdverseEvent, Causality, NestedExtension, SuspectEntity

#: Where the extensions that are read are defined.
GUIDES: Final = (
    "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition/",
    "http://hl7.org/fhir/uv/ae-research-ig/StructureDefinition/",
    "http://hl7.org/fhir/us/ctcae/StructureDefinition/",
)


def read(view: AdverseEvent, context: Context) -> list[Fact] | SetAsideReason:
    """Return the event in ``view``, or why it is of no use. Raises ValueError for dates."""
    use = _use(view)
    if use != "use" and use != "preliminary":
        return use
    proposal = _proposal(view, context)
    people = [who for who in _involved(view) if is_person(who)]
    if not people and (proposal or any(map(_is_ours, _involved(view)))):
        return "own-output"
    meaning = context.meaning(view.event or view.code)
    began, ended = _times(view, context)
    return [
        EventReport(
            source=context.source(view, "AdverseEvent", view.recorded_date),
            concepts=meaning.concepts,
            when=began,
            raw=meaning.text,
            term=meaning.text or next((code.code for code in meaning.codes), ""),
            codes=meaning.codes,
            ended=ended,
            grade=_grade(view),
            serious=_is_serious(view),
            criteria=tuple(dict.fromkeys(_criteria(view))),
            outcome=outcome_in(_concepts(view)),
            related=_related(view, context),
            expected=_is_expected(view),
            author=name_of((people or [view.recorder or Reference()])[0]),
            proposal=proposal,
        )
    ]


def _use(view: AdverseEvent) -> Use:
    """Return how ``view`` may be used; its status is a modifier extension in R4, the only one that is known."""
    if view.implicit_rules:
        return "implicit-rules"
    if any(_name(one) != "status" or one.value_code not in ADVERSE_EVENT for one in view.modifier_extension):
        return "unknown-modifier"
    states = [view.status, *(one.value_code for one in view.modifier_extension)]
    uses = [*(ADVERSE_EVENT.get(state, "malformed") for state in states), ACTUALITY.get(view.actuality, "malformed")]
    return next((use for use in uses if use != "use"), "use")


def _name(extension: NestedExtension) -> str:
    """Return which extension of the guides one is, empty for any other."""
    guide = next((guide for guide in GUIDES if extension.url.startswith(guide)), "")
    return extension.url[len(guide) :] if guide else ""


def _named(view: AdverseEvent, *names: str) -> list[NestedExtension]:
    return [one for one in view.extension if _name(one) in names]


def _parts(extension: NestedExtension, name: str) -> list[NestedExtension]:
    return [one for one in extension.extension if one.url == name]


def _proposal(view: AdverseEvent, context: Context) -> str | None:
    """Return the id of the proposal of ours that ``view`` is, or was made of."""
    given = (view.identifier,) if isinstance(view.identifier, Identifier) else view.identifier
    system = f"{context.site.canonical_base}/identifier/adverse-event"
    return next((one.value for one in given if one.system == system and one.value), None)


def _involved(view: AdverseEvent) -> list[Reference]:
    """Return who recorded the event, contributed to its record, or took part in it."""
    extended = (part.value_reference for one in _named(view, "participant") for part in _parts(one, "actor"))
    actors = (one.actor for one in view.participant)
    return [who for who in (view.recorder, *view.contributor, *actors, *extended) if who]


def _is_ours(who: Reference) -> bool:
    return who.reference.split("/_history/")[0].endswith(device_reference()["reference"])


def _times(view: AdverseEvent, context: Context) -> tuple[When | None, When | None]:
    """Return when the event began, else was detected, and when it was over; an end before the onset is none."""
    zone, period = context.zone, view.occurrence_period
    events = view.occurrence_timing.event if view.occurrence_timing else ()
    began = first_of(
        zone, view.date, view.occurrence_date_time, period.start if period else "", *sorted(events)[:1], view.detected
    )
    resolved = [one.value_date_time for one in _named(view, "resolve-date")]
    ended = next(filter(None, (ending(day, zone) for day in (*resolved, period.end if period else ""))), None)
    return began, None if began and ended and ended.latest < began.earliest else ended


def _grade(view: AdverseEvent) -> GradeNumber | None:
    """Return the grade; ``None`` where there is none, or there are two."""
    told = {grade_in(one.value_codeable_concept) for one in _named(view, "ae-grade", "ctcae-grade")} - {None}
    return told.pop() if len(told) == 1 else None


def _present(view: AdverseEvent) -> Iterator[CodeableConcept]:
    """Yield the criteria of seriousness that are said to be present."""
    for one in _named(view, "seriousness-criteria"):
        if any(part.value_boolean for part in _parts(one, "criterionPresent")):
            yield from (part.value_codeable_concept or CodeableConcept() for part in _parts(one, "criterionCode"))


def _criteria(view: AdverseEvent) -> Iterator[SeriousnessCriterion]:
    for concept in (view.seriousness, *_present(view)):
        yield from criteria_in(concept)


def _is_serious(view: AdverseEvent) -> bool | None:
    """Whether the event is serious; a criterion that is present makes it so, whatever else is said."""
    return True if any(True for _ in _present(view)) else serious_by(view.seriousness)


def _concepts(view: AdverseEvent) -> tuple[CodeableConcept, ...]:
    return (view.outcome,) if isinstance(view.outcome, CodeableConcept) else tuple(view.outcome)


def _is_expected(view: AdverseEvent) -> bool | None:
    said = {one.value_boolean for one in _named(view, "expected-in-research-study")} | {view.expected_in_research_study}
    said.discard(None)
    return said.pop() if len(said) == 1 else None


def _related(view: AdverseEvent, context: Context) -> Relatedness | None:
    """Return how the event is related to the study product: by what is said of it, else of what cannot be told.

    Where several things are said the strongest counts. That an event is not related to something which may be another
    drug says nothing of the product.
    """
    entities = [*view.suspect_entity, *map(_entity, _named(view, "suspect-entity"))]
    told: dict[bool, list[Relatedness]] = {True: [], False: []}  # by whether the product is named
    for entity in entities:
        is_product = _is_product(entity, context)
        if is_product is not False:
            told[is_product is True] += [relation for relation in _relations(entity) if relation]
    possible = [relation for relation in told[False] if STRENGTH.index(relation) >= STRENGTH.index("possible")]
    return max(told[True] or possible, key=STRENGTH.index, default=None)


def _entity(extension: NestedExtension) -> SuspectEntity:
    """Return what the backport's extension holds as R5 has it."""
    instance = next(iter(_parts(extension, "instance")), NestedExtension())
    causes = [
        Causality(entity_relatedness=part.value_codeable_concept)
        for cause in _parts(extension, "causality")
        for part in _parts(cause, "entityRelatedness")
    ]
    return SuspectEntity(
        instance_reference=instance.value_reference,
        instance_codeable_concept=instance.value_codeable_concept,
        causality=causes,
    )


def _is_product(entity: SuspectEntity, context: Context) -> bool | None:
    """Whether the suspect is the study product; ``None`` where that cannot be told: it may be."""
    reference = entity.instance or entity.instance_reference or Reference()
    name = reference.reference.split("/_history/")[0].rpartition("Medication/")[2]
    pointed = context.medications.get(name)
    meaning = context.meaning(entity.instance_codeable_concept or (pointed.code if pointed else None))
    if PRODUCT in meaning.concepts:
        return True
    return False if meaning.placed else None


def _relations(entity: SuspectEntity) -> Iterator[Relatedness | None]:
    causes = (entity.causality,) if isinstance(entity.causality, Causality) else entity.causality or ()
    for cause in causes:
        words = [*words_in(cause.assessment), *words_in(cause.entity_relatedness), cause.product_relatedness]
        yield related_by(*words)
