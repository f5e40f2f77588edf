"""What is unclear of the inclusion criteria."""

from typing import Final

from mappings.unclear.reading import Reading

INCLUSION: Final = (
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
        "I02-LN-2",
        "Which UPCR counts, of which specimen, and how often?",
        {
            "": "The latest UPCR within `result_window` days, of a spot or a timed specimen; one is enough, and the limit itself is. A 24-hour protein without creatinine is none."
        },
        "The record names neither specimen nor number nor window.",
        "sponsor",
    ),
    Reading(
        "I02-ITP-3",
        "Which other causes must have been excluded, and by whom?",
        {
            "": "Infection, failing marrow, a large spleen, liver disease, microangiopathy, drugs and inborn disorders on record are laid before a person. Only where every diagnosis is on record and none is such a cause does the clause hold by itself."
        },
        '"Such as" leaves the list open.',
        "investigator",
    ),
    Reading(
        "I03-2",
        "Does a haemoglobin under transfusion count?",
        {"": "Yes: the value counts, transfused or not."},
        "The record names no transfusion.",
        "sponsor",
    ),
    Reading(
        "I03-8",
        "What is haemodynamic stability?",
        {
            "": "A person decides. Shock, vasopressors, a pressure below `systolic_minimum` mm[Hg] and a heart rate above `heart_rate_maximum` per minute within `vitals_window` days are shown as signs of instability."
        },
        "The record does not define it.",
        "investigator",
    ),
    Reading(
        "I04-1",
        "What shows that contraception is agreed?",
        {
            "": "A person says so, for `contraception_months` months after treatment. A contraceptive on record is no promise."
        },
        "It is a commitment for the future.",
        "investigator",
    ),
    Reading(
        "I04-2",
        "Is a urine test, or an older one, enough?",
        {
            "": "No: serum within `hcg_window` days, the first and the last day included. A number counts as negative below its own range, else below `hcg_negative` IU/L."
        },
        "The record says serum, and seven days.",
        "sponsor",
    ),
    Reading(
        "I05",
        "How is it known that a patient will comply?",
        {
            "": "A signed consent to this study that is in force is taken to hold the will to comply; a person may say otherwise."
        },
        "Compliance is a forecast.",
        "investigator",
    ),
)
