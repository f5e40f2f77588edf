"""The clause functions, in protocol order: a literal list, so that nothing is registered out of sight."""

from collections.abc import Callable, Mapping
from typing import Final

from mappings.criteria.age import age
from mappings.criteria.allergy import allergy
from mappings.criteria.biopsy import biopsy_class, sclerosis
from mappings.criteria.classification import classification
from mappings.criteria.coagulation import coagulation
from mappings.criteria.consent import consent
from mappings.criteria.creatinine_clearance import creatinine_clearance
from mappings.criteria.fertility import contraception
from mappings.criteria.haemodynamics import haemodynamics
from mappings.criteria.haemoglobin import haemoglobin
from mappings.criteria.heart_failure import heart_failure
from mappings.criteria.hepatitis import hepatitis_b, hepatitis_c
from mappings.criteria.immunoglobulin import immunoglobulin
from mappings.criteria.infection import infection
from mappings.criteria.investigator import investigator
from mappings.criteria.liver import alt, ast, bilirubin
from mappings.criteria.malignancy import malignancy
from mappings.criteria.mental_state import mental_state
from mappings.criteria.nervous_system import nervous_system
from mappings.criteria.neutrophils import neutrophils
from mappings.criteria.other_causes import other_causes
from mappings.criteria.other_trials import other_trials
from mappings.criteria.platelets import platelets
from mappings.criteria.pregnancy import lactation, pregnancy, pregnancy_test
from mappings.criteria.prior_itp_therapy import prior_itp_therapy
from mappings.criteria.prior_therapy import prior_therapy
from mappings.criteria.proteinuria import proteinuria
from mappings.criteria.renal_failure import renal_failure
from mappings.criteria.serology import hiv, syphilis
from mappings.criteria.thrombosis import thrombosis
from mappings.criteria.washout import washout
from mappings.findings import Finding
from mappings.record import Record
from mappings.site import Occasion

Criterion = Callable[[Record, Occasion], Finding]

CRITERIA: Final[Mapping[str, Criterion]] = {
    "I01": age,
    "I02": classification,
    "I02-LN-1": prior_therapy,
    "I02-LN-2": proteinuria,
    "I02-LN-3": biopsy_class,
    "I02-LN-4": sclerosis,
    "I02-ITP-1": prior_itp_therapy,
    "I02-ITP-2": platelets,
    "I02-ITP-3": other_causes,
    "I03-1": neutrophils,
    "I03-2": haemoglobin,
    "I03-3": alt,
    "I03-4": ast,
    "I03-5": bilirubin,
    "I03-6": creatinine_clearance,
    "I03-7": coagulation,
    "I03-8": haemodynamics,
    "I04-1": contraception,
    "I04-2": pregnancy_test,
    "I04-3": lactation,
    "I05": consent,
    "E01": allergy,
    "E02": infection,
    "E03": nervous_system,
    "E04": heart_failure,
    "E05": immunoglobulin,
    "E06": malignancy,
    "E07": renal_failure,
    "E08-1": hepatitis_b,
    "E08-2": hepatitis_c,
    "E08-3": hiv,
    "E08-4": syphilis,
    "E09": thrombosis,
    "E10": mental_state,
    "E11": other_trials,
    "E12": washout,
    "E13": pregnancy,
    "E14": investigator,
}
