"""Code systems as types, and the named sets of codes that the rules speak of.

A *concept* is the name of one value set in ``profiles/valuesets/``, e.g. ``lab.platelet``. Rules know concepts
only; codes have their one home in the value sets. ICD-10 is matched by prefix, with or without its dot and with
national digits behind it; every other system is matched exactly.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, Final

import msgspec

import profiles

LOINC: Final = "http://loinc.org"
SNOMED_CT: Final = "http://snomed.info/sct"
ICD_10: Final = "http://hl7.org/fhir/sid/icd-10"
ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
ATC: Final = "http://www.whocc.no/atc"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM: Final = "http://unitsofmeasure.org"

#: Names under which hospitals send ICD-10 and its national extensions, all matched by WHO prefix.
ICD_10_FAMILY: Final = {
    ICD_10: ICD_10,
    ICD_10_CM: ICD_10_CM,
    "http://hl7.org/fhir/sid/icd-10-cn": ICD_10,
    "http://fhir.org.cn/CodeSystem/icd-10-cn": ICD_10,
    "urn:oid:2.16.840.1.113883.6.3": ICD_10,
    "urn:oid:2.16.840.1.113883.6.90": ICD_10_CM,
}
ALIASES: Final = {
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED_CT,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
}
_ICD_FORM: Final = re.compile(r"[A-Z]\d[0-9AB][0-9A-Z]*")
#: Systems whose every code can be placed, and the form of their codes: one in none of our sets is then known to be
#: something else. What has another form (ICD-11, a morphology, a code of the hospital's own) may be anything.
FORMS: Final = {
    ICD_10: _ICD_FORM,
    ICD_10_CM: _ICD_FORM,
    ATC: re.compile(r"[A-Z]\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?"),
}
#: Every name of a system, written as plainly as it can be.
_PLAIN_SYSTEMS: Final = {
    name.lower().rstrip("/").replace("https:", "http:"): canonical
    for name, canonical in (
        *((one, one) for one in (LOINC, SNOMED_CT, ICD_10, ICD_10_CM, ATC, RXNORM)),
        *ICD_10_FAMILY.items(),
        *ALIASES.items(),
    )
}


class Code(msgspec.Struct, frozen=True):
    """One code of one system, as a resource carries it."""

    system: str
    code: str
    display: str = ""


class Catalogue(msgspec.Struct, frozen=True):
    """Every named set, turned inside out for look-up by code."""

    exact: Mapping[tuple[str, str], frozenset[str]]
    prefixes: Mapping[tuple[str, str], frozenset[str]]
    patterns: tuple[tuple[str, re.Pattern[str], str], ...]
    names: Mapping[tuple[str, str], frozenset[str]]
    labels: Mapping[str, frozenset[str]]
    titles: Mapping[str, "Title"]


class Title(msgspec.Struct, frozen=True):
    """What people call a concept."""

    en: str
    zh: str


def canonical_system(system: str) -> str:
    """Return the one name this project uses for ``system``, however it is spelled: http or https, with a slash."""
    plain = system.strip().lower().rstrip("/").replace("https:", "http:")
    return _PLAIN_SYSTEMS.get(plain, system)


def bare(code: str) -> str:
    """Return an ICD-10 code without dot, dagger, asterisk and letter case, so that prefixes can be compared."""
    return unicodedata.normalize("NFKC", code).strip().upper().translate({ord(mark): None for mark in ".*+†"})


def is_placed(system: str, code: str) -> bool:
    """Whether ``code`` has the form of a code of ``system``, and is of a system whose every code we can place."""
    system = canonical_system(system)
    form = FORMS.get(system)
    return bool(form and form.fullmatch(bare(code)))


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of all value sets in ``profiles/valuesets/``."""
    exact: dict[tuple[str, str], set[str]] = defaultdict(set)
    prefixes: dict[tuple[str, str], set[str]] = defaultdict(set)
    labels: dict[str, set[str]] = defaultdict(set)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    titles: dict[str, Title] = {}
    patterns: list[tuple[str, re.Pattern[str], str]] = []
    for path in profiles.names("valuesets"):
        value_set = profiles.load(path)
        concept = value_set["identifier"][0]["value"]
        titles[concept] = _title_of(value_set)
        for include in value_set["compose"]["include"]:
            system = include["system"]
            patterns += ((system, re.compile(f["value"]), concept) for f in include.get("filter", ()))
            for entry in include.get("concept", ()):
                by_prefix = system in (ICD_10, ICD_10_CM)
                key = (system, bare(entry["code"]) if by_prefix else entry["code"])
                (prefixes if by_prefix else exact)[key].add(concept)
                names[key] |= _names_of(entry)
                labels[concept] |= _names_of(entry)
    return Catalogue(
        {key: frozenset(value) for key, value in exact.items()},
        {key: frozenset(value) for key, value in prefixes.items()},
        tuple(patterns),
        {key: frozenset(value) for key, value in names.items()},
        {concept: frozenset(value) for concept, value in labels.items()},
        titles,
    )


def _title_of(value_set: Mapping[str, Any]) -> Title:
    """Return the set's title, and its translation, else the first Chinese name of any of its codes, else the title."""
    translated = value_set.get("_title")
    if translated:
        return Title(value_set["title"], translated["extension"][0]["extension"][1]["valueString"])
    entries = [entry for include in value_set["compose"]["include"] for entry in include.get("concept", ())]
    names = [d["value"] for entry in entries for d in entry.get("designation", ()) if d.get("language") == "zh"]
    return Title(value_set["title"], names[0] if names else value_set["title"])


def _names_of(entry: Mapping[str, Any]) -> set[str]:
    return {entry["display"], *(designation["value"] for designation in entry.get("designation", ()))}


@cache
def concepts_of(system: str, code: str) -> frozenset[str]:
    """Return the concepts that ``code`` of ``system`` stands for; none when it stands for none of ours."""
    known, system, code = catalogue(), canonical_system(system), code.strip()
    if system == ATC:
        code = bare(code)
    if system in (ICD_10, ICD_10_CM):
        code = bare(code)
        # The clinical modification refines WHO's codes, so that WHO's prefixes place its codes too.
        starts = [(one, code[:end]) for one in {system, ICD_10} for end in range(3, len(code) + 1)]
        found = {name for start in starts for name in known.prefixes.get(start, ())}
        system = ICD_10
    else:
        found = set(known.exact.get((system, code), ()))
    return frozenset(found | {name for where, form, name in known.patterns if where == system and form.fullmatch(code)})


#: What the name of a concept says of how an analyte is reported, not which: amount or mass, number or word, method.
_REPORTED: Final = re.compile(
    r"(?<=[a-z0-9])_(?:mass|molar|unspecified_mass_or_molar|quant|qual|quant_iu|quant_copies|log|presence|presence_if|"
    r"titer|confirm|mass_ratio|24h_mass_ratio|12h_mass_ratio|24h_ratio|ratio_unspecified|signal_cutoff|immunoblot|"
    r"ckdepi2021|ckdepi_older|mdrd|cr_cys_2021|unspecified|fasting|(?:hem)?agglutination|immunoassay)$"
)


@cache
def analyte(concept: str) -> str:
    """Return what ``concept`` is about, whichever way it is reported: ``lab.creatinine_mass`` is of ``lab.creatinine``."""
    return _REPORTED.sub("", concept)


_WEAK: Final = """
    a an and any by for in of or other the to unspecified with without on from per
    count disease disorder level measurement method panel presence result test ratio percent rate total index score
    serum plasma blood urine volume mass mole unit substance concentration activity enzymatic number time interpretation
    automated manual calculation immunoassay immunofluorescence cell ab ag antibody antigen igg igm iga virus type body
    probe amplification target detection naa hour assay coagulation formula based
    测定 检测 检查 试验 其他 定量 定性 计数 抗体 抗原 病毒 浓度 血清 绝对 对值 百分 分比 比值 总抗
"""
#: Words that stand in the names of unlike tests, so that sharing one proves nothing.
WEAK_WORDS: Final = frozenset(_WEAK.split())
#: Concepts of which we hold the usual names: there, the name of another one is no accident.
_NAMED: Final = ("lab.", "vital.", "obs.", "drug_level.", "rx.")
_ABBREVIATION: Final = re.compile(r"(?=.+[A-Z0-9#%])[A-Za-z0-9#%*/+-]{1,6}")
#: The tag at the end of a fully specified name of SNOMED CT.
_TAG: Final = re.compile(
    r" \((?:finding|disorder|procedure|situation|substance|product|event|[a-z]+ [a-z]+|regime/therapy)\)$"
)
#: Phrases whose words mean nothing by themselves.
_SPECIMEN: Final = re.compile(r"(?:in )?platelet poor plasma|red blood cells?(?=$| by)")


@lru_cache(maxsize=65_536)
def contradicts(system: str, code: str, display: str) -> bool:
    """Whether ``display`` names something else than ``code``: then neither can be believed.

    True when the display is, but for signs and case, the name of another concept and none of this one; or when it
    shares no telling word with any name we hold in the same script. A script in which we hold no name proves
    nothing, nor does an abbreviation we do not know, nor a code that we know by its chapter only.
    """
    own = concepts_of(system, code)
    names = {name for concept in own for name in catalogue().labels.get(concept, ())}
    plain = _plain(display)
    if not own or not plain or any(plain == _plain(name) for name in names):
        return False
    others = _owners().get(plain, frozenset())
    if others and all(concept.startswith(_NAMED) for concept in own):
        return {analyte(concept) for concept in others}.isdisjoint(map(analyte, own))
    return _is_strange(display, names) and not _by_pattern(own)


#: Which concepts a code of a system that we can place may stand for.
_KINDS: Final = {
    ICD_10: ("dx.", "hx.", "status.", "allergy."),
    ICD_10_CM: ("dx.", "hx.", "status.", "allergy."),
    ATC: ("rx.",),
}
#: ATC has a substance again, under the same name, where it is given for the skin, the eye or the bowel alone.
_LOCAL_USE: Final = re.compile(r"[DGRS]|A0[17]|C05|M02")


#: What a drug's name has before and behind the substance.
_DRUG_FORM: Final = re.compile(r"^注射用|(?:缓释|肠溶|分散|软|硬)?(?:胶囊|片|颗粒|注射液|口服溶液)$")


@lru_cache(maxsize=65_536)
def names_another(system: str, code: str, name: str) -> bool:
    """Whether ``name`` is that of one of our concepts, although ``code``, which we can place, stands for none."""
    kinds = _KINDS.get(canonical_system(system))
    if not kinds or (kinds == ("rx.",) and _LOCAL_USE.match(bare(code))):
        return False
    return any(concept.startswith(kinds) for concept in named(name))


def named(name: str) -> frozenset[str]:
    """Return the concepts that bear ``name``, as a code's name or their own, but for signs, case and a drug's form."""
    plain = _plain(name)
    return _titled().get(plain) or _titled().get(_DRUG_FORM.sub("", plain), frozenset())


@cache
def _titled() -> dict[str, frozenset[str]]:
    """Return ``_owners`` with the names by which people call the concepts themselves."""
    found: dict[str, frozenset[str]] = dict(_owners())
    for concept, title in catalogue().titles.items():
        for name in (title.en, title.zh):
            found[_plain(name)] = found.get(_plain(name), frozenset()) | {concept}
    return found


def _is_strange(display: str, names: Iterable[str]) -> bool:
    """Whether ``display`` shares no telling word with ``names``, although some are in its script."""
    given = _words(display)
    known = [words for words in map(_words, names) if words]
    if not given or (_ABBREVIATION.fullmatch(display.strip()) and _plain(display) not in _owners()):
        return False
    comparable = [words for words in known if _is_chinese(words) == _is_chinese(given)]
    return bool(comparable) and not any(words & given for words in known)


def _by_pattern(concepts: Iterable[str]) -> bool:
    """Whether one of ``concepts`` is a whole chapter, of which we do not hold every name."""
    return any(concept in concepts for _, _, concept in catalogue().patterns)


@cache
def _owners() -> dict[str, frozenset[str]]:
    """Return, for each name without signs and case, the concepts that bear it."""
    found: dict[str, set[str]] = defaultdict(set)
    for concept, names in catalogue().labels.items():
        for name in names:
            found[_plain(name)].add(concept)
    return {name: frozenset(concepts) for name, concepts in found.items()}


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", _TAG.sub("", text)).casefold() if c.isalnum())


@lru_cache(maxsize=65_536)
def _words(text: str) -> frozenset[str]:
    """Return the telling words of ``text``: Latin words without their plural, and pairs of Chinese characters.

    Single letters and figures tell nothing ("hepatitis B" and "hepatitis C", "24 hour").
    """
    text = _SPECIMEN.sub(" ", unicodedata.normalize("NFKC", _TAG.sub("", text)).casefold())
    latin = [word.rstrip("s") if len(word) > 3 else word for word in re.findall(r"[a-z0-9]+", text)]
    chinese = [run[i : i + 2] for run in re.findall(r"[\u4e00-\u9fff]{2,}", text) for i in range(len(run) - 1)]
    return frozenset(word for word in latin + chinese if len(word) > 1 and not word.isdigit()) - WEAK_WORDS


def _is_chinese(words: Iterable[str]) -> bool:
    return any("\u4e00" <= word[0] <= "\u9fff" for word in words)
