"""Why an answer on what follows treatment is what it is: closed lists, each word of which has its sentence.

``follow_words.py`` has the sentences in English and Chinese, and a test that none is missing.
"""

from typing import Literal

from mappings.findings import Reason

#: What stands in the way of a sure Day 0 or a sure dose. They are reported, and never guessed around.
TimelineProblem = Literal[
    "two-infusions",
    "infusion-stopped",
    "infusion-undated",
    "infusion-doubtful",
    "infusion-after-death",
    "no-dose",
    "dose-unlike-any-level",
    "dose-contradicts-weight",
    "no-weight",
    "lymphodepletion-undated",
    "cohort-unknown",
    "cohort-contradicted",
]

#: Why a grade is what it is, or why nobody can tell; "" says nothing of it.
SightingReason = (
    Literal[
        "", "graded", "symptoms", "not-reached", "attribution", "no-grade", "unconfirmed", "no-albumin", "no-baseline",
        "not-fasting", "no-device", "no-flow", "no-treatment", "no-route", "no-fever", "no-ice", "consciousness", "duration",
    ]
    | Reason
)  # fmt: skip

#: Which rule of the definition an event falls under, or what it waits for.
DltRule = Literal[
    "crs", "icans", "gvhd", "iec-hs", "cytopenia", "other", "death", "person",
]  # fmt: skip

#: Why a day of the window, or all of it, has its state; ``unseen``: nobody has looked since, and may yet; ``unread``:
#: something that may tell of an event could not be read.
DltWhy = Literal[
    "no-event", "dlt", "event-pending", "event-undecided", "not-over", "unseen", "gap", "no-count", "unread", "died",
    "left", "no-day-0",
]  # fmt: skip

#: What a person must say about an event.
DltAsk = Literal["attribution", "grade", "symptoms", "duration", "dlt"]

#: Why a value does not count, or why a condition does not hold or nobody can tell; "" where nothing has to be said.
Note = (
    Literal[
        "", "not-closest", "no-baseline", "no-date", "duplicate", "before-or-after-infusion", "no-rate", "undecided",
        "unclear", "after-transfusion", "after-immunoglobulin", "after-glucocorticoid", "on-receptor-agonist", "rescue",
        "rescue-unclear", "bleeding", "bleeding-unclear", "dialysis", "transplant", "died", "left", "unconfirmed",
        "not-confirmed", "not-yet", "other-cohort", "data-gap", "unless-excluded",
    ]
    | Reason
    | TimelineProblem
)  # fmt: skip

#: The conditions of the definitions of the endpoints.
CheckRule = Literal[
    "day-0", "alive", "in-study", "no-dialysis", "no-transplant", "no-rescue", "filtration", "upcr", "upcr-partial",
    "upcr-fall", "confirmed-complete", "confirmed-partial", "steroid-ceiling", "red-cells", "casts", "platelets-complete",
    "platelets-partial", "platelets-doubled", "no-bleeding",
]  # fmt: skip

#: Why a response is what it is: the reason of the condition that decided, or the condition itself.
ResponseReason = Note | CheckRule

#: What stands in the way of a parameter of the kinetics; an expansion bears several of them, with blanks between.
ExpansionReason = Literal[
    "unusable-samples", "never-quantified", "no-sample", "last-in-doubt", "peak-in-doubt", "quantified-before-infusion",
    "limit-not-told", "too-few-points", "no-decline", "poor-fit",
]  # fmt: skip

#: What the counts of B cells do not tell; there may be several, with blanks between.
BCellReason = Literal[
    "no-day-0", "no-counts", "partial-date", "undecided-counts", "never-depleted", "not-recovered", "depleted-at-baseline",
    "depleted-before-infusion", "nadir-in-doubt",
]  # fmt: skip
