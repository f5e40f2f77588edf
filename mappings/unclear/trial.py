"""What is unclear of the trial as a whole."""

from typing import Final

from mappings.unclear.reading import Reading

TRIAL: Final = (
    Reading(
        "all",
        "On which day is a clause judged: consent, screening, enrolment or infusion?",
        {"": "On the day given with --at. Screening is repeated on the day of enrolment."},
        "The record names several days without defining them; an as-of screening can be made for each.",
        "sponsor",
    ),
    Reading(
        "all",
        "Which result counts where the protocol names no window?",
        {
            "": "The latest usable one within `result_window` days; one that is preliminary or cannot be read leaves the clause open."
        },
        "An older, better result must not hide a newer one that nobody can read.",
        "site",
    ),
    Reading(
        "all",
        "Must a patient fit one cohort, or one only?",
        {"": "One or both. Who fits both is eligible in both, and a person assigns the cohort."},
        "The cohorts stand side by side under one criterion, without a word on who fits both.",
        "investigator",
    ),
    Reading(
        "all",
        "What if results within the window differ?",
        {
            "": "The latest one counts. Those that may all be the latest must agree; where they differ the clause is open."
        },
        "The record says neither latest nor worst.",
        "sponsor",
    ),
    Reading(
        "all",
        "When does an attestation no longer count?",
        {
            "": "When it is older than `attestation_window` days, or when what it speaks of happened after it was given. One that keeps a patient out does not lapse into silence: it asks for a new answer."
        },
        "Nobody can have judged an infection that was not there yet.",
        "investigator",
    ),
    Reading(
        "all",
        "What does declared coverage mean?",
        {
            "": "That the source holds every record of the type of what happened, was recorded or still went on since that day. Diagnoses that may go on for life, and allergies, are cleared by records of all time only."
        },
        "A record of long ago may still hold, and a source that was filled by date of recording may not have it.",
        "site",
    ),
    Reading(
        "all",
        "Is the dose a range or two levels?",
        {
            "": "Two levels, 1 and 2 million STAR+ cells per kg. No clause depends on the dose; it is kept as registered in the study."
        },
        "The summary says 1 to 2 million cells per kg, the arm says 1 or 2 million STAR+ cells per kg.",
        "sponsor",
    ),
)
