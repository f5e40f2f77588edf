"""The codes with which HL7's guides for adverse events in clinical research say what is known of an event.

Source: FHIR Clinical Research Adverse Event 1.0.1 and its backport to R4, value sets of HL7 Terminology. C48275 stands in
three of them, as grade 5, fatal and resulting in death: what it means comes from where it stands.
"""

from collections.abc import Mapping
from typing import Final

from mappings.codes import Code
from mappings.emitting.datatypes import THO, Resource, coding
from mappings.facts import GradeNumber, Outcome, Relatedness, SeriousnessCriterion
from mappings.safety.vocabulary import NCIT

#: Systems under which MedDRA is sent; it is licensed, so that only what a site sent is written.
MEDDRA: Final = frozenset({"https://www.meddra.org", "http://www.meddra.org", f"{THO}/mdr"})
SERIOUSNESS: Final = f"{THO}/adverse-event-seriousness"
#: System of the outcomes that R4 itself asks for.
R4_OUTCOME: Final = f"{THO}/adverse-event-outcome"
#: Value set adverse-event-clinical-research-grades. There is no grade 0.
GRADES: Final[Mapping[GradeNumber, Code]] = {
    1: Code(NCIT, "C41338", "Grade 1 Mild Adverse Event"),
    2: Code(NCIT, "C41339", "Grade 2 Moderate Adverse Event"),
    3: Code(NCIT, "C41340", "Grade 3 Severe Adverse Event"),
    4: Code(NCIT, "C41337", "Grade 4 Life Threatening or Disabling Adverse Event"),
    5: Code(NCIT, "C48275", "Grade 5 Death Related to Adverse Event"),
}
#: Value set adverse-event-clinical-research-outcomes. It has none for an outcome that is unknown.
OUTCOMES: Final[Mapping[Outcome, Code]] = {
    "resolved": Code(NCIT, "C49498", "Recovered/Resolved"),
    "recovering": Code(NCIT, "C49496", "Recovering/Resolving"),
    "ongoing": Code(NCIT, "C49494", "Not recovering/not resolved"),
    "resolved-with-sequelae": Code(NCIT, "C49495", "Recovered/Resolved with sequelae"),
    "fatal": Code(NCIT, "C48275", "Fatal"),
}
#: Outcome of the guides -> the code that R4 itself asks for (adverse-event-outcome, a required binding).
R4_OUTCOMES: Final[Mapping[str, str]] = {
    "C49498": "resolved",
    "C49496": "recovering",
    "C49494": "ongoing",
    "C49495": "resolvedWithSequelae",
    "C48275": "fatal",
}
#: Outcomes after which nothing more is expected.
FINAL: Final[frozenset[Outcome]] = frozenset({"resolved", "resolved-with-sequelae", "fatal"})
#: Value set adverse-event-clinical-research-seriousness-criteria.
CRITERIA: Final[Mapping[SeriousnessCriterion, Code]] = {
    "death": Code(NCIT, "C48275", "Results In Death"),
    "life-threatening": Code(NCIT, "C84266", "Is Life Threatening"),
    "hospitalisation": Code(NCIT, "C83052", "Requires Inpatient Hospitalization"),
    "disability": Code(NCIT, "C11338", "Results In Persistent Or Significant Disability"),
    "congenital-anomaly": Code(NCIT, "C83117", "Congenital Anomaly or Birth Defect"),
    "medically-important": Code(NCIT, "C82521", "Other Medically Important Condition"),
    "intervention": Code(NCIT, "C201939", "Required Intervention to Prevent Permanent Impairment/damage"),
}
#: Value set adverse-event-clinical-research-causality-relatedness.
RELATEDNESS: Final[Mapping[Relatedness, Code]] = {
    "not-related": Code(NCIT, "C53256", "Not Related"),
    "unlikely": Code(NCIT, "C53257", "Unlikely Related"),
    "possible": Code(NCIT, "C53258", "Possibly Related"),
    "related": Code(NCIT, "C53260", "Related"),
}


def concept(*codes: Code, text: str = "") -> Resource:
    """Return a CodeableConcept of ``codes``, and how it is put in words."""
    coded = [coding(one.system, one.code, one.display) for one in codes]
    return ({"coding": coded} if coded else {}) | ({"text": text} if text else {})
