"""What is unclear of the exclusion criteria."""

from typing import Final

from mappings.unclear.reading import Reading

EXCLUSION: Final = (
    Reading(
        "E01",
        "Any severe drug allergy, or only to parts of the treatment?",
        {
            "": "Any. A confirmed life-threatening reaction to a drug bars; other severe ones, to drugs or not and over or not, and drug allergies of unknown severity go to a person; mild ones do not count."
        },
        "The record names no substance, and its second word is hypersensitivity to anything.",
        "investigator",
    ),
    Reading(
        "E02",
        "When is an infection uncontrolled or untreated?",
        {
            "": "A person decides on every infection that may be active, and on every anti-infective treatment within `infection_treatment_window` days, unless by mouth. Cultures are not read."
        },
        "Control is a judgement; a drip of antibiotics tells of an infection that nobody coded, tablets are mostly prophylaxis.",
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
        "E03",
        "Do past disorders count?",
        {"": "Yes, at any time in the past: the record names no window."},
        "A seizure long ago may matter as much as one of today.",
        "sponsor",
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
        "E05",
        "Which immunoglobulin deficiencies are congenital?",
        {
            "": "Those of ICD-10 D80 to D83, but for nonfamilial (D80.1) and common variable ones (D83), which go to a person. A low IgG alone never counts."
        },
        "Nephrotic loss and rituximab lower immunoglobulins as well, and a common variable deficiency appears in adults.",
        "investigator",
    ),
    Reading(
        "E06",
        "Which localized cancers are exempt?",
        {
            "skin-and-cervix-in-situ": "Basal and squamous cell carcinoma of the skin, and carcinoma in situ of the cervix.",
            "any-in-situ": "These and every other carcinoma in situ.",
        },
        '"Negligible metastasis risk" names no list. Other candidates, and growths of uncertain behaviour, go to a person.',
        "sponsor",
        "malignancy_exempt",
    ),
    Reading(
        "E06",
        "From when are the 5 years counted?",
        {
            "": "They are counted from the last sign of the malignancy: its end, else now while it is active, else its onset. Where neither is known, a person decides."
        },
        "The record does not say whether diagnosis, treatment or remission begins the time.",
        "sponsor",
    ),
    Reading(
        "E07",
        "When is renal failure end-stage?",
        {
            "": "With a diagnosis of it, dependence on dialysis, a transplant, or a filtration rate below `end_stage_filtration` mL/min/1.73 m2 for `end_stage_days` days. Stage 5, a stage that was not told, and single dialyses go to a person."
        },
        "Stage 5 without dialysis is called so by some; a dialysis may have been an acute one.",
        "sponsor",
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
        "E08-1, E08-2",
        "What is above the detection limit, and for how long does a viral load count?",
        {
            "": "A number without a sign, unless it lies below the upper bound of its own range: that, and virus detected below the detection limit, go to a person. A load below it must have been taken at most `result_window` days before the marker."
        },
        "Laboratories write <20, not detected, or a number below what they can quantify; an old load says nothing of a marker found since.",
        "sponsor",
    ),
    Reading(
        "E08-2",
        "Are both tests asked for?",
        {"": "Yes: antibody and RNA must both be positive. RNA without antibody goes to a person."},
        "Immunosuppression can hide antibodies.",
        "sponsor",
    ),
    Reading(
        "E08-3",
        "Does an unconfirmed HIV test count?",
        {
            "": "Yes: a reactive test bars. Where a later test did not confirm it, the clause is open and a person decides."
        },
        "The record names the antibody and no confirmation.",
        "investigator",
    ),
    Reading(
        "E08-4",
        "Which syphilis test counts?",
        {
            "treponemal": "A treponemal one; beside a negative reagin test a person decides. A reagin test that is positive beside a negative treponemal one is a biological false positive, common in lupus.",
            "any-test": "Any positive one.",
        },
        'The record says "syphilis test".',
        "investigator",
        "syphilis",
    ),
    Reading(
        "E08-1, E08-4",
        "What of antibodies that came with immunoglobulin?",
        {"": "They count like others; a person who knows of a transfusion of immunoglobulin repeats the test later."},
        "Passive antibodies pass within months.",
        "investigator",
    ),
    Reading(
        "E09",
        "Which thromboses count, and from when?",
        {
            "": "Deep veins and lung, from the onset, in calendar months with the day of the month still within. Other sites, and old ones that are still active, go to a person."
        },
        "The record names two sites, and neither onset nor end.",
        "sponsor",
    ),
    Reading(
        "E10",
        "What is a severe mental illness?",
        {
            "": "A person decides on every psychosis, bipolar or depressive disorder of any but a mild or moderate kind, dementia and cognitive impairment on record, in remission or not."
        },
        "Severity is a judgement, and psychosis stands among the exceptions of E03.",
        "investigator",
    ),
    Reading(
        "E11",
        "Which participation counts, and until when?",
        {
            "": "That in any other study, until `trial_months` calendar months after the end of it. Codes that only hint at a trial go to a person."
        },
        "The record says neither interventional nor last dose.",
        "sponsor",
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
        {
            "not-counted": "No, and neither does chloroquine.",
            "counted": "Yes: five half-lives are then about 250 days. Chloroquine goes to a person as long.",
        },
        "It is an antimalarial and standard background treatment.",
        "sponsor",
        "hydroxychloroquine_in_washout",
    ),
    Reading(
        "E12",
        "Do danazol, dapsone, sulfasalazine and fostamatinib count?",
        {"judgement": "A person decides.", "not-counted": "No."},
        "They are given in lupus and suppress immunity a little, or not.",
        "sponsor",
        "borderline_drugs_in_washout",
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
        "Which half-life of the other drugs?",
        {
            "": "The long end of the published range, of the active metabolite where there is one (leflunomide: 19 days, so 95). Those that were not read in a source are to be confirmed by the sponsor. Of a drug without one the longest we hold counts and a person decides; after an elimination procedure a person decides as well. Drugs that have no code (telitacicept, iguratimod, mizoribine, tripterygium) cannot be recognised and leave the clause open."
        },
        "The record names half-lives without a table.",
        "sponsor",
    ),
    Reading(
        "E12",
        "Which drugs are biologics?",
        {
            "": "Antibodies, fusion proteins and cells that act on immunity, for `biologic_days` days, the last of them still within. Immunoglobulin, platelet stimulants, growth factors, insulin and vaccines are none; antibodies for other diseases, interferons and interleukins go to a person."
        },
        "By manufacture all of these are biologics; by purpose the clause means those that act on immunity.",
        "sponsor",
    ),
    Reading(
        "E12",
        "When does an exposure end?",
        {
            "": "With the last administration, the end that is recorded, or the last day of the supply that was dispensed. Where none is known the clause is open."
        },
        "A prescription is repeated, a supply may last for months.",
        "site",
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
        "E12",
        "Must refractory patients wait until a washout is over?",
        {"": "Yes. The days since the last exposure stand beside the washout, and the first eligible day is told."},
        "Who is refractory is on treatment, and the wait for some drugs is long.",
        "sponsor",
    ),
    Reading(
        "E12",
        "Does lymphodepletion break the washout?",
        {"": "It would, if the clause were judged again after it: judge on the day of screening, before it begins."},
        "The record does not mention lymphodepletion.",
        "sponsor",
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
        {
            "": "When an investigator says so; silence is no reason. What was said stands until an investigator says otherwise."
        },
        "It is a free judgement.",
        "investigator",
    ),
)
