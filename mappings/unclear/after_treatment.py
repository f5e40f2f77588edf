"""What the registered record leaves open about the time after treatment: it names the endpoints and defines none.

``setting`` and the names in back quotes are parameters of ``mappings.definitions``, by group.
"""

from typing import Final

from mappings.unclear.reading import Reading

AFTER_TREATMENT: Final = (
    Reading(
        "P1, P2, S1, S2, X1",
        "Which day is Day 0?",
        {
            "": "The calendar day, at the site, on which the infusion began; the day after it is Day 1. Two infusions, or one without a sure day, leave everything open."
        },
        'The record counts weeks "after the infusion" and says neither whether that day counts nor what a second one means.',
        "sponsor",
    ),
    Reading(
        "P1",
        "Which dose level was given?",
        {
            "": "The registered one, 1 or 2 million per kg, within `treatment.dose_tolerance` of what was given. A total dose is divided by the weight; one that contradicts a dose per kg by more than `treatment.weight_tolerance` is a problem."
        },
        "The record names levels and no tolerance.",
        "sponsor",
    ),
    Reading(
        "P1, P2",
        "What is the lymphodepletion?",
        {"": "Fludarabine and cyclophosphamide in the `treatment.lymphodepletion_window` days before the infusion."},
        "The record does not say that one is given; published trials of such cells give it.",
        "sponsor",
    ),
    Reading(
        "P2, S1, S2, X1",
        "Which value is the baseline?",
        {
            "before-lymphodepletion": "The last one before the lymphodepletion, no older than `treatment.baseline_window` days; before the infusion where none was given.",
            "before-infusion": "The last one before the infusion.",
        },
        "Lymphodepletion lowers counts by itself; the record says nothing of a baseline.",
        "sponsor",
        "treatment.baseline",
    ),
    Reading(
        "S1, S2, X1",
        "When is a visit?",
        {
            "": "Week 12 is Day 84 within `treatment.week_12_window` days, by the value closest to its day, of two as close the later. Weeks 4, 8 and 24 are `treatment.week_4`, `treatment.week_8`, `treatment.week_24` within `treatment.week_4_window`, `treatment.week_8_window`, `treatment.week_24_window`."
        },
        "The record names week 12 without a window, and no other visit.",
        "sponsor",
    ),
    Reading(
        "P1",
        "How long is the window for dose-limiting toxicities, and when was a participant followed through it?",
        {
            "": "`dlt.window` days from Day 0. Every day is vouched for by an assessment on it, or by one before and one after it that lie no more than `dlt.longest_gap` days apart. Who got less than `dlt.evaluable_dose` % of the planned dose, or was not followed to the end without a toxicity, is not evaluable."
        },
        "28 days are those of NCT06585514 and of the IC19 trial; the record names none.",
        "sponsor",
    ),
    Reading(
        "P1",
        "Which cytokine release syndrome limits the dose?",
        {
            "grade-4-or-lasting-grade-3": "Grade 4; grade 3 that is not back to grade 2 within `dlt.crs_hours` hours.",
            "any-grade-3": "Any grade 3.",
        },
        "A grade 3 that answers to tocilizumab at once is commonly allowed.",
        "sponsor",
        "dlt.crs",
    ),
    Reading(
        "P1",
        "Which neurotoxicity limits the dose?",
        {
            "any-grade-3": "Any grade 3 or more.",
            "lasting-grade-3": "Grade 4; grade 3 that is not back to grade 2 within `dlt.icans_hours` hours.",
        },
        "The careful reading.",
        "sponsor",
        "dlt.icans",
    ),
    Reading(
        "P1",
        "Which other events limit the dose, and which are expected?",
        {
            "": "Graft versus host disease from grade `dlt.gvhd_grade`, IEC-HS from grade `dlt.iec_hs_grade`, neutropenia or thrombocytopenia of grade 4 still there on Day `dlt.cytopenia_days`, and any other new grade 3 that is not back to grade 2 within `dlt.other_days` days; an infusion reaction within `dlt.infusion_reaction_hours` hours, nausea, vomiting and diarrhoea within `dlt.gut_hours` hours. B-cell aplasia, hypogammaglobulinaemia, lymphopenia and alopecia never do."
        },
        "The record defines none; the numbers are those that trials of such cells commonly set.",
        "sponsor",
    ),
    Reading(
        "P1",
        "Must the treatment have caused the event?",
        {
            "possibly-related": "It must be possibly related at least: until a person has said so the event limits the dose as a proposal, and one that is not related is taken out.",
            "any": "No: whatever the cause.",
        },
        "Attribution is a person's to say, and none is on record at first.",
        "sponsor",
        "dlt.causality",
    ),
    Reading(
        "P2",
        "By which criteria are events graded?",
        {
            "5.0": "CTCAE 5.0, with ASTCT 2019 for CRS and ICANS.",
            "6.0": "CTCAE 6.0, with ASTCT 2019 for CRS and ICANS.",
        },
        "Version 5.0 is what published trials of such cells in lupus use; the record names none.",
        "sponsor",
        "adverse_events.version",
    ),
    Reading(
        "P2",
        "Since when does an event count as come with the treatment, and until when is it collected?",
        {
            "infusion": "Since the infusion, for `adverse_events.collected` days.",
            "lymphodepletion": "Since the lymphodepletion began.",
        },
        "What lymphodepletion does to the blood would else count as the cells' doing.",
        "sponsor",
        "adverse_events.emergent_from",
    ),
    Reading(
        "P2",
        "When are two records one event, and which signs belong to a syndrome?",
        {
            "": "Results of one term are one event while none in between shows that it is over, and no more than `adverse_events.apart` days lie between them. CRS may begin up to `adverse_events.crs_onset` days after the infusion, ICANS up to `adverse_events.icans_onset`; oxygen is low below `adverse_events.crs_saturation` %. A drug given within `adverse_events.treatment_window` days of an infection is its treatment."
        },
        "The criteria grade a moment and do not say when an event ends; ASTCT gives no saturation.",
        "sponsor",
    ),
    Reading(
        "P2",
        "What is the frequency of adverse events?",
        {"": "Both are told: participants with at least one event, and events."},
        '"Frequency" may mean either.',
        "sponsor",
    ),
    Reading(
        "S1",
        "How low must the protein/creatinine ratio be?",
        {
            "below": "Below 0.5 g/g: REGENCY, KDIGO 2024. Urine of 24 hours before that of a night, that before a single void.",
            "at-most": "At most 0.5 g/g: AURORA 1.",
        },
        "Published definitions differ in the sign, and all are of a far later time than week 12.",
        "sponsor",
        "renal_response.upcr_bound",
    ),
    Reading(
        "S1",
        "How well must the kidneys filter?",
        {
            "share-of-baseline": "At 85 % of baseline or more, by CKD-EPI 2021: REGENCY.",
            "sixty-or-no-fall": "At 60 mL/min/1.73 m2, or without a confirmed fall by more than 20 %: AURORA 1.",
        },
        "One definition is used whole, rather than the mildest part of each.",
        "sponsor",
        "renal_response.filtration",
    ),
    Reading(
        "S1, S2",
        "What is rescue treatment?",
        {
            "": "For the kidneys a new or increased immunosuppressant or biologic, a pulse, or glucocorticoid more than `renal_response.steroid_rise` mg a day above baseline for more than `renal_response.steroid_days` days. For platelets, in the `platelet_response.rescue` days before the count, immunoglobulin, anti-D, rituximab, transfusion, splenectomy, a new drug against thrombocytopenia, or glucocorticoid more than `platelet_response.steroid_rise` mg above baseline. What it was given for, a person must say; what may have been given for a toxicity of the cells leaves the response open."
        },
        "Trials count who was rescued as no response; the record does not mention rescue.",
        "sponsor",
    ),
    Reading(
        "S1",
        "Must glucocorticoid be low at week 12?",
        {
            "off": "No.",
            "on": "Yes: at most 7.5 mg of prednisone a day for `renal_response.steroid_ceiling_days` days before.",
        },
        "REGENCY asks it of a secondary endpoint only.",
        "sponsor",
        "renal_response.steroid_ceiling",
    ),
    Reading(
        "S1",
        "Must the sediment be inactive?",
        {"off": "No.", "on": "Yes: fewer than 5 red cells per field, and no red-cell casts."},
        "Newer definitions have dropped it.",
        "sponsor",
        "renal_response.sediment",
    ),
    Reading(
        "S1",
        "Must a second value confirm the renal response?",
        {
            "off": "No.",
            "on": "Yes: the next ratio before or after, at least `renal_response.confirmation_days` days apart.",
        },
        "Week 12 is one visit of the record.",
        "sponsor",
        "renal_response.confirmation",
    ),
    Reading(
        "S2",
        "What are CR and PR of platelets?",
        {
            "": "CR and R of the International Working Group 2009, PR being R without CR: 100 x10^9/L; or 30 and twice the baseline, both. Participants enter with 31 to 49, so that it is the doubling that tells."
        },
        'The record asks for "CR or PR" and defines neither; PR is no word of the Working Group.',
        "sponsor",
    ),
    Reading(
        "S2",
        "Must a second count confirm the response?",
        {
            "required": "Yes: 7 to `platelet_response.confirmation_most` days before or after; without one it is called unconfirmed.",
            "off": "No.",
        },
        "The Working Group asks for two occasions at least 7 days apart.",
        "sponsor",
        "platelet_response.confirmation",
    ),
    Reading(
        "S2",
        "Which count is the baseline of platelets?",
        {"last": "The last one.", "mean-of-two": "The mean of the last two days with a count."},
        "The Working Group takes the count at the start of treatment; two counts qualify for entry.",
        "sponsor",
        "platelet_response.baseline",
    ),
    Reading(
        "S2",
        "Which counts do not count, and which bleeding denies a response?",
        {
            "": "Counts within `platelet_response.transfusion` days of platelets, `platelet_response.immunoglobulin` days of immunoglobulin or anti-D, `platelet_response.steroid_days` days of raised glucocorticoid, or under a receptor agonist begun after Day 0. Bleeding of grade `platelet_response.bleeding_grade` or more in the `platelet_response.bleeding_days` days before the count."
        },
        "The Working Group asks for no bleeding and no rescue, without numbers.",
        "sponsor",
    ),
    Reading(
        "S1, S2",
        "How do missing data, death, leaving and rescue count?",
        {
            "": "Death, leaving and rescue are no response; what cannot be judged is told as not evaluable, and counts as no response once week 12 is over."
        },
        "The composite strategy of REGENCY; the record names no estimand and no analysis set.",
        "sponsor",
    ),
    Reading(
        "X1",
        "What stands for a sample below the limit of quantification?",
        {
            "half-between-zero-else": "Half the limit between two quantified samples after the peak, else zero.",
            "zero": "Zero.",
        },
        "The record asks for kinetics without analyte, unit, schedule or limit.",
        "sponsor",
        "kinetics.below_limit",
    ),
    Reading(
        "X1",
        "Which parameters of the kinetics are told?",
        {
            "": "Peak, last quantified value, and the area to Day `kinetics.auc_days`, never beyond the last sample; a half-life from `kinetics.terminal_points` points after the peak that fit with r squared of `kinetics.terminal_fit` or more. Copies and cells are never converted into each other."
        },
        "The usual non-compartmental ones.",
        "sponsor",
    ),
    Reading(
        "X1",
        "When are B cells depleted, and when are they back?",
        {
            "": "At `dynamics.depleted` x10^9/L or below; back with the first of `dynamics.recovery_counts` counts in a row above it."
        },
        "The record asks for pharmacodynamics without a threshold.",
        "sponsor",
    ),
    Reading(
        "X1",
        "Is lupus activity told?",
        {
            "": "Of the SLEDAI-2K the nine items that results can show, in a window of 30 days, fever being above `dynamics.activity_fever` degrees; fifteen are a person's, and there is never a total."
        },
        "The record names no activity index.",
        "investigator",
    ),
    Reading(
        "P1",
        "When is the dose raised?",
        {"": "Never by software: no escalation is proposed."},
        "The record names two levels and no design.",
        "sponsor",
    ),
)
