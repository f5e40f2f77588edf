"""Procedure -> something that was done."""

from typing import Final

from mappings.facts import Fact, ProcedureDone
from mappings.findings import SetAsideReason
from mappings.reading.context import Context
from mappings.reading.dates import first_of
from mappings.reading.infusions import of_procedure
from mappings.reading.statuses import PROCEDURE, use_of
from mappings.reading.views import Procedure

#: What a procedure is no instance of, although its code stands for it ("extracorporeal dialysis" in ICD-10).
DIAGNOSES: Final = ("dx.", "hx.malignancy")


def read(view: Procedure, context: Context) -> list[Fact] | SetAsideReason:
    """Return the procedure in ``view``, or why it is of no use. Raises ValueError for dates.

    One that is recorded in words or under a code we cannot place is of no use to any clause, but keeps absence
    from being claimed, and so is one under the code of a diagnosis. One that was not completed is "preliminary": it shows nothing that needs the whole of it.
    """
    use = use_of(view, view.status, PROCEDURE)
    if use != "use" and use != "preliminary":
        return use
    meaning = context.meaning(view.code)
    if meaning.contradicted:
        return "display-contradicts"
    if meaning.placed and not meaning.concepts:
        return "not-relevant"
    is_a_diagnosis = all(name.startswith(DIAGNOSES) for name in meaning.concepts)
    done = [
        ProcedureDone(
            source=context.source(view, "Procedure"),
            concepts=meaning.concepts,
            when=first_of(
                context.zone,
                view.performed_date_time,
                view.performed_period,
                view.occurrence_date_time,
                view.occurrence_period,
            ),
            raw=meaning.text,
            problem="preliminary" if use == "preliminary" else None,
            placed=meaning.placed and not is_a_diagnosis,
        )
    ]
    return [*done, *of_procedure(view, done, context)]
