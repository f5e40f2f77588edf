"""How each unclear sentence of the protocol is read: the choices, their defaults, and why.

``INTERPRETATIONS.md`` is generated from this and ``mappings.unclear``. A site chooses with ``[interpretations]`` in its file; every
screening names the choices it was made under.
"""

from typing import Final, Literal

import msgspec

from mappings.unclear.exclusion import EXCLUSION
from mappings.unclear.inclusion import INCLUSION
from mappings.unclear.trial import TRIAL


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


READINGS: Final = (*TRIAL, *INCLUSION, *EXCLUSION)
