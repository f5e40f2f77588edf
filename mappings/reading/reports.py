"""DiagnosticReport -> the ISN/RPS class of a kidney biopsy. Other reports' results are Observations of their own."""

from typing import Final

from mappings.facts import CodedResult, Fact
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.dates import first_of
from mappings.reading.statuses import REPORT, use_of
from mappings.reading.views import DiagnosticReport

BIOPSY: Final = "report.kidney_biopsy_pathology"
CLASS: Final = "obs.isn_rps_class"


def read(view: DiagnosticReport, context: Context) -> list[Fact] | SetAsideReason:
    """Return the class that a kidney biopsy report concludes, as codes where it has them, else as its own words.

    Words are kept for a person to read and are never parsed into a class. Raises ValueError for dates.
    """
    use = use_of(view, view.status, REPORT)
    if use != "use" and use != "preliminary":
        return use
    meaning = context.meaning(view.code)
    if meaning.contradicted:
        return "display-contradicts"
    if BIOPSY not in meaning.concepts:
        return "not-relevant"
    when = first_of(context.zone, view.effective_date_time, view.effective_period, view.issued)
    if when is None:
        return "no-date"
    codes = tuple(code for concept in view.conclusion_code for code in context.meaning(concept).codes)
    text = view.conclusion or next((concept.text for concept in view.conclusion_code if concept.text), "")
    if not codes and not text:
        return "no-result"
    return [
        CodedResult(
            source=context.source(view, "DiagnosticReport", view.issued),
            concepts=frozenset({CLASS}),
            when=when,
            raw=text or " ".join(code.code for code in codes),
            problem="preliminary" if use == "preliminary" else None,
            codes=codes,
            text=text,
        )
    ]
