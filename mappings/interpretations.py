"""How each unclear sentence of the protocol is read: the choices, their defaults, and why.

``INTERPRETATIONS.md`` is generated from this file. A site chooses with ``[interpretations]`` in its file; every
screening names the choices it was made under.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec


class Interpretations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reading chosen for each unclear sentence; the defaults are the careful ones."""

    cns_disorders: Literal["unset", "listed-are-allowed", "listed-are-barred"] = "unset"
    prior_agents: Literal["suppressants-or-biologics", "suppressants-only"] = "suppressants-or-biologics"
    itp_suppressant: Literal["both-courses", "high-dose-only"] = "both-courses"
    platelet_floor: Literal["as-registered", "none"] = "as-registered"
    disease_related: Literal["judgement", "strict"] = "judgement"
    acute_decline: Literal["judgement", "strict"] = "judgement"
    coagulation: Literal["all-available", "any"] = "all-available"
    hepatitis_b: Literal["antigen-or-core-with-dna", "antigen-alone-bars"] = "antigen-or-core-with-dna"
    syphilis: Literal["treponemal", "any-test"] = "treponemal"
    malignancy_exempt: Literal["skin-and-cervix-in-situ", "any-in-situ"] = "skin-and-cervix-in-situ"
    azathioprine: Literal["active-metabolite", "parent"] = "active-metabolite"
    glucocorticoids_in_washout: Literal["not-counted", "counted"] = "not-counted"
    hydroxychloroquine_in_washout: Literal["not-counted", "counted"] = "not-counted"
    borderline_drugs_in_washout: Literal["judgement", "not-counted"] = "judgement"
    prescriptions: Literal["exposure-may-have-happened", "not-exposure"] = "exposure-may-have-happened"


class Reading(msgspec.Struct, frozen=True):
    """One unclear sentence: the question, what each choice means, why the default is what it is, who should settle it.

    ``choices`` maps the values of ``setting`` to their meaning; a reading without a setting has one choice only.
    """

    clauses: str
    question: str
    choices: Mapping[str, str]
    why: str
    settled_by: str
    setting: str = ""


READINGS: Final = (
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
        "How long does a person's attestation count?",
        {"": "`attestation_window` days from the day it was given."},
        "Infections, stability and intentions change.",
        "investigator",
    ),
    Reading(
        "I01",
        "Is a patient of 65 years and 11 months in?",
        {"": "Yes: completed years count, until the day before the 66th birthday."},
        "The record includes the threshold; ages are stated in completed years.",
        "sponsor",
    ),
    Reading(
        "I02",
        "Must the EULAR/ACR 2019 criteria be met now, or ever?",
        {"": "Ever: one occurrence on one occasion is enough, and items need not coincide."},
        "That is the published rule of the classification.",
        "sponsor",
    ),
    Reading(
        "I02-LN-1",
        "What is the least that counts as two agents?",
        {
            "suppressants-or-biologics": "A glucocorticoid and two different agents, immunosuppressants or biologics, together or one after the other.",
            "suppressants-only": "A glucocorticoid and two different immunosuppressants; biologics are not counted.",
        },
        '"≥2 immunosuppressants and/or biologics" does not say which of the two the number binds to. Mycophenolate '
        "mofetil and mycophenolic acid are one agent; hydroxychloroquine is none.",
        "sponsor",
        "prior_agents",
    ),
    Reading(
        "I02-LN-1, I02-ITP-1",
        "What is failure of a treatment?",
        {"": "A person says so. Software shows the exposures and never concludes failure by itself."},
        "The record defines neither remission nor response, nor how long a treatment must have lasted.",
        "investigator",
    ),
    Reading(
        "I02-LN-1, I02-ITP-1",
        "What proves that a drug was given, and for how long?",
        {
            "": "An administration, a dispense or a statement. An agent against nephritis counts from `exposure_days` days between its first and last proven day, one infusion of a biologic by itself; a high dose from `high_dose_days` days. A prescription, a shorter or unknown time and an unknown dose prove nothing, and leave the clause open."
        },
        "A prescribed drug may or may not have been taken, and the record names no duration.",
        "sponsor",
    ),
    Reading(
        "I02-LN-3, I02-LN-4",
        "Which biopsy counts, and for how long?",
        {
            "": "The latest, at any age. Results up to `one_biopsy` days apart belong to one biopsy; where a later one has no result on record, that of an earlier one has expired."
        },
        "Lesions change, and the record names no window.",
        "sponsor",
    ),
    Reading(
        "I02-LN-3",
        "Do purely chronic lesions, class III (C) or IV (C), count as proliferative?",
        {"": "A person decides. Classes III and IV with active lesions count, pure V, II, I and VI do not."},
        "Formally the class is III or IV; clinically it is scar.",
        "investigator",
    ),
    Reading(
        "I02-LN-4",
        "Which glomeruli are sclerosed, and out of how many?",
        {"": "Globally sclerosed out of all. Fewer than `biopsy_glomeruli` in the specimen: a person decides."},
        "The record gives a share without a denominator.",
        "investigator",
    ),
    Reading(
        "I02-ITP-1",
        "Does the immunosuppressant belong to both kinds of course?",
        {
            "both-courses": "Yes: a pulse, or high-dose glucocorticoid, and with either at least one immunosuppressant.",
            "high-dose-only": "Only to the high-dose course: a failed pulse alone is enough.",
        },
        "The sentence can be bracketed both ways. The agent counts when used within `combination_window` days of the course.",
        "sponsor",
        "itp_suppressant",
    ),
    Reading(
        "I02-ITP-2",
        "Is the floor of 30 x10^9/L meant?",
        {
            "as-registered": "Yes: both counts lie strictly between 30 and 50.",
            "none": "No: both counts lie below 50.",
        },
        "As registered, the sickest patients are excluded, which may be a slip. Until the sponsor says so, the text stands.",
        "sponsor",
        "platelet_floor",
    ),
    Reading(
        "I02-ITP-2",
        "Which counts are consecutive?",
        {
            "": "Those of the two latest calendar days with a count, the lowest of each day; none taken under transfusion or immunoglobulin. Where the lowest of a day is in range and another of that day is not, the clause is open."
        },
        "A repeat on the same day is no second test, and a transfused count is not the patient's own.",
        "sponsor",
    ),
    Reading(
        "I03-1",
        "Does the exclusion of G-CSF bind to two weeks before the test?",
        {
            "": "Yes: no G-CSF in the `neutrophil_window` days before the sample, and no long-acting form in the `long_acting_gcsf_window` days before it."
        },
        "A registered protocol of a like product says so in full.",
        "sponsor",
    ),
    Reading(
        "I03-3, I03-4, I03-5",
        "What becomes of an elevation that may be due to the disease?",
        {
            "judgement": "Above the limit, a person decides whether it is disease-related.",
            "strict": "Above the limit bars.",
        },
        '"Disease-related elevations permitted" asks for a cause, which no laboratory value holds.',
        "investigator",
        "disease_related",
    ),
    Reading(
        "I03-6",
        'What does "excluding acute declines" do to a low clearance?',
        {
            "judgement": "A clearance with signs of an acute decline is for a person, low or not; a stable low one bars.",
            "strict": "The number decides, acute or not; signs of an acute decline are shown beside it.",
        },
        "The words either exclude patients in acute decline or forgive the low value.",
        "sponsor",
        "acute_decline",
    ),
    Reading(
        "I03-6",
        "Which weight, and which age?",
        {
            "": "The actual weight taken nearest to the creatinine sample, within `weight_window` days of it, and the age on the day of the sample. Weights that are equally near must give one answer."
        },
        "The formula was made with actual weight; in oedema it flatters, which the record does not address.",
        "sponsor",
    ),
    Reading(
        "I03-7",
        "INR and PT, or either?",
        {
            "all-available": "Every one that was measured must pass; at least one must have been. One that is too old is passed over only where it had passed.",
            "any": "One that passes is enough.",
        },
        '"INR/PT" may be read both ways; the first is the careful one.',
        "sponsor",
        "coagulation",
    ),
    Reading(
        "I04-1, I04-2, I04-3, E13",
        "Who is a fertile woman?",
        {
            "": "Every woman up to `fertile_age_maximum` years whose uterus or ovaries are there, and whose menopause did not begin `menopause_months` months ago or earlier. After tubal ligation the test is asked for, a promise of contraception is not. Infertility is no proof."
        },
        "Where nothing is known, fertility is assumed.",
        "site",
    ),
    Reading(
        "E01",
        "Any severe drug allergy, or only to parts of the treatment?",
        {"": "Any; a person decides which of them bar."},
        "The record names no substance.",
        "investigator",
    ),
    Reading(
        "E03",
        "Are the listed disorders exceptions, or examples of what is excluded?",
        {
            "unset": "Nobody has said: every disorder of the central nervous system goes to a person.",
            "listed-are-allowed": "As written: the listed disorders do not count; others go to a person.",
            "listed-are-barred": "As examples: the listed disorders bar; others go to a person.",
        },
        "Read literally the record admits epilepsy, stroke and encephalitis. That may be a mistranslation.",
        "sponsor",
        "cns_disorders",
    ),
    Reading(
        "E04",
        "What is heart failure intolerance?",
        {
            "": "Any active heart failure, or an ejection fraction below `ejection_fraction_minimum` %, goes to a person."
        },
        "It is no standard phrase.",
        "investigator",
    ),
    Reading(
        "E06",
        "Which localized cancers are exempt?",
        {
            "skin-and-cervix-in-situ": "Basal and squamous cell carcinoma of the skin, and carcinoma in situ of the cervix.",
            "any-in-situ": "These and every other carcinoma in situ.",
        },
        '"Negligible metastasis risk" names no list. Other candidates go to a person.',
        "sponsor",
        "malignancy_exempt",
    ),
    Reading(
        "E08-1",
        "Does HBsAg alone exclude?",
        {
            "antigen-or-core-with-dna": "No: HBV DNA above the detection limit is asked for with either marker. HBsAg with DNA below it goes to a person.",
            "antigen-alone-bars": "Yes: HBsAg bars whatever the DNA.",
        },
        "The sentence binds the DNA to both markers, or to the second only.",
        "sponsor",
        "hepatitis_b",
    ),
    Reading(
        "E08-4",
        "Which syphilis test counts?",
        {
            "treponemal": "A treponemal one. A reagin test that is positive beside a negative treponemal one is a biological false positive, common in lupus.",
            "any-test": "Any positive one.",
        },
        'The record says "syphilis test".',
        "investigator",
        "syphilis",
    ),
    Reading(
        "E12",
        "Do glucocorticoids count as immunosuppressants?",
        {"not-counted": "No.", "counted": "Yes, with a biological half-life."},
        "Refractory patients are on them, and cohort entry asks for them.",
        "sponsor",
        "glucocorticoids_in_washout",
    ),
    Reading(
        "E12",
        "Does hydroxychloroquine count?",
        {"not-counted": "No.", "counted": "Yes: five half-lives are then about 250 days."},
        "It is an antimalarial and standard background treatment.",
        "sponsor",
        "hydroxychloroquine_in_washout",
    ),
    Reading(
        "E12",
        "Which half-life of azathioprine?",
        {"active-metabolite": "That of the active nucleotides, 5 days.", "parent": "That of the parent drug, 5 hours."},
        "The effect outlasts the parent drug by far.",
        "sponsor",
        "azathioprine",
    ),
    Reading(
        "E12",
        "Is a prescription an exposure?",
        {
            "exposure-may-have-happened": "It may be: a prescription in the window without a record of giving leaves the clause open.",
            "not-exposure": "No: only administrations, dispenses and statements count.",
        },
        "A prescribed drug may or may not have been taken.",
        "site",
        "prescriptions",
    ),
    Reading(
        "E13",
        "Does planned conception concern men?",
        {
            "": "No: a man's part is the promise of contraception (I04-1). A pregnancy on the record of a man is a conflict."
        },
        "The sentence speaks of pregnancy and breastfeeding; that partners may conceive is asked for under inclusion 4.",
        "sponsor",
    ),
    Reading(
        "E14",
        "When is there another reason?",
        {"": "When an investigator says so; silence is no reason."},
        "It is a free judgement.",
        "investigator",
    ),
)
