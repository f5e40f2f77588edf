"""Sentences about what follows treatment, in English and in Chinese: the window, each event, each response, each part.

They say what something came to, why, and what a person must confirm. Whatever software found is called a proposal.
"""

from collections.abc import Iterable, Mapping
from decimal import Context, Decimal
from typing import Final

from mappings.clauses import Bilingual
from mappings.emitting.result_words import DLT_STATES, RESPONSES
from mappings.findings import Amount
from mappings.follow_words import (
    ASKS,
    B_CELLS,
    CRITERIA,
    DEFINITIONS,
    DLT_RULES,
    DLT_WHY,
    EXPANSION,
    MEASURED,
    NOTES,
    ORIGINS,
    OUTCOMES,
    PROBLEMS,
    RELATED,
    RULES,
    SIGHTINGS,
)
from mappings.followed import (
    BCells,
    Check,
    DltEvent,
    DltWatch,
    Episode,
    Expansion,
    PlateletResult,
    RenalResult,
    Response,
    Timeline,
)
from mappings.intervals import When
from mappings.site import Occasion
from mappings.wording import in_words, label, plain

#: Results of an endpoint that are no response and no refusal of one.
_NO_ANSWER: Final[Mapping[RenalResult | PlateletResult, Bilingual]] = {
    "not-evaluable": Bilingual("Not evaluable", "不可评价"),
    "not-applicable": Bilingual("Not asked of this participant", "不适用于该受试者"),
}
RESULTS: Final[Mapping[RenalResult | PlateletResult, Bilingual]] = {**RESPONSES, **_NO_ANSWER}
#: Digits that a computed number is told to; no limit hangs on it.
_DIGITS: Final = Context(prec=4)
_YES_NO: Final[Mapping[bool | None, Bilingual]] = {
    True: Bilingual("holds", "成立"),
    False: Bilingual("does not hold", "不成立"),
    None: Bilingual("nobody can tell", "无法判断"),
}
_TOGETHER: Final[Mapping[bool | None, Bilingual]] = {
    True: Bilingual("It came with the treatment", "为治疗中出现"),
    False: Bilingual("It did not come with the treatment", "非治疗中出现"),
    None: Bilingual("Whether it came with the treatment is not known", "是否为治疗中出现不明"),
}
_SERIOUS: Final[Mapping[bool | None, Bilingual]] = {
    True: Bilingual("it is serious", "为严重不良事件"),
    False: Bilingual("it is not serious", "非严重不良事件"),
    None: Bilingual("whether it is serious is not known", "是否严重不明"),
}


def of(english: str, chinese: str) -> Bilingual:
    """Return a sentence in each language: with a capital and a full stop."""
    return Bilingual(f"{english[:1].upper()}{english[1:]}.", f"{chinese}。")


def joined(texts: Iterable[Bilingual]) -> Bilingual:
    """Return sentences one after the other."""
    told = tuple(texts)
    return Bilingual(" ".join(one.en for one in told), "".join(one.zh for one in told))


def listed(texts: Iterable[Bilingual]) -> Bilingual:
    """Return clauses as one list."""
    told = tuple(texts)
    return Bilingual(", ".join(one.en for one in told), "、".join(one.zh for one in told))


def day_of(when: When, on: Occasion) -> str:
    """Return the calendar day of ``when``, or the days between which it lies."""
    first, last = on.day_of(when.earliest), on.day_of(when.latest)
    return str(first) if first == last else f"{first}..{last}"


def number(amount: Amount) -> Bilingual:
    """Return a number with all its digits and its unit, whose remarks stand without brackets."""
    told = in_words(amount)
    return Bilingual(*(text.translate(_NO_BRACKETS) for text in (told.en, told.zh)))


def rounded(value: Decimal) -> str:
    """Return a computed number, which no limit hangs on, to four digits and without an exponent."""
    return plain(_DIGITS.plus(value)) if len(value.as_tuple().digits) > _DIGITS.prec else plain(value)


_NO_BRACKETS: Final = str.maketrans({"{": None, "}": None, "_": " "})


def defined(definition: str) -> Bilingual:
    """Return what a definition, named as outputs name it, defines."""
    return DEFINITIONS[definition.partition(" ")[0]]


def measured(name: str) -> Bilingual:
    """Return what a person calls something measured, computed, given or done."""
    return MEASURED.get(name) or label(name)


def treatment_text(line: Timeline) -> Bilingual:
    """Return Day 0, dose and cohort, and what is unsure about them."""
    doubts = listed(PROBLEMS[one] for one in line.problems)
    if line.day0 is None:
        return of(
            f"Day 0 is not sure, so that nothing is related to it: {doubts.en}",
            f"第0天不确定，不作任何推断：{doubts.zh}",
        )
    dose, level, cohort = line.dose.per_kg, line.dose.level, line.cohort
    cells = Bilingual("the dose is not known", "剂量不明")
    if dose is not None:
        cells = Bilingual(f"{dose:.2E} STAR+ T cells per kg", f"{dose:.2E} STAR+T细胞/kg")
    told = of(
        f"Infused on {line.day0} (Day 0): {cells.en}, dose level {level or 'not known'}, cohort {cohort or 'not known'}",
        f"{line.day0}回输（第0天）：{cells.zh}，剂量水平{level or '不明'}，队列{cohort or '不明'}",
    )
    return joined([told, of(f"To be settled: {doubts.en}", f"待澄清：{doubts.zh}")]) if line.problems else told


def dlt_text(watch: DltWatch) -> Bilingual:
    """Return the state of the window and why, and each event that limits the dose or may."""
    state, why = DLT_STATES[watch.state], DLT_WHY[watch.why]
    span = f"{watch.window[0]}..{watch.window[1]}" if watch.window else ""
    days = (f" ({span})", f"（{span}）") if span else ("", "")
    told = of(
        f"Window for dose-limiting toxicities{days[0]}: {state.en[0].lower()}{state.en[1:]}; {why.en}",
        f"剂量限制性毒性观察窗{days[1]}：{state.zh}；{why.zh}",
    )
    return joined([told, *map(limiting_text, watch.events)])


def limiting_text(event: DltEvent) -> Bilingual:
    """Return one event that limits the dose or may: by which rule, how sure, and what a person must say."""
    rule, asks = DLT_RULES[event.rule], listed(ASKS[one] for one in event.ask)
    english, chinese = event.term, event.term
    english += f" grade {event.grade}" if event.grade is not None else " of unknown grade"
    chinese += f" {event.grade}级" if event.grade is not None else "级别不明"
    if event.day is not None:
        english, chinese = f"{english} from Day {event.day}", f"{chinese}，第{event.day}天起"
    if event.confirmed is not None:
        word = ("limits the dose", "限制剂量") if event.confirmed else ("does not limit the dose", "不限制剂量")
        return of(f"{english}: a person says that it {word[0]}", f"{chinese}：研究者判定其{word[1]}")
    how = ("limits the dose", "限制剂量") if event.certain else ("may limit the dose", "可能限制剂量")
    return of(
        f"{english} {how[0]}, by {rule.en}; a person must confirm: {asks.en}",
        f"{chinese}：{how[1]}（{rule.zh}）；须由研究者确认：{asks.zh}",
    )


def event_text(one: Episode, on: Occasion) -> Bilingual:
    """Return one adverse event: what, how bad, from when to when, whether it counts, and whose word it is."""
    return joined([_course(one, on), _standing(one), _word(one)])


def _course(one: Episode, on: Occasion) -> Bilingual:
    grade, how = graded(one), OUTCOMES[one.outcome]
    until = (f" to {day_of(one.end, on)}", f"至{day_of(one.end, on)}") if one.end else ("", "起")
    return of(
        f"{one.term.name}: {grade.en}, from {day_of(one.onset, on)}{until[0]}; {how.en}",
        f"{one.term.name}：{grade.zh}，{day_of(one.onset, on)}{until[1]}；{how.zh}",
    )


def graded(one: Episode) -> Bilingual:
    """Return the worst grade with its scale, or what is known of it and why no more."""
    if one.worst_grade is not None:
        beside = one.proposed_grade is not None and one.proposed_grade != one.worst_grade
        more = (f" (by the data {one.proposed_grade})", f"（按资料为{one.proposed_grade}级）") if beside else ("", "")
        return Bilingual(
            f"grade {one.worst_grade} at worst ({one.scale}){more[0]}",
            f"最高{one.worst_grade}级（{one.scale}）{more[1]}",
        )
    why = SIGHTINGS[one.reason]
    least = (f", but at least {one.at_least}", f"，至少{one.at_least}级") if one.at_least else ("", "")
    return Bilingual(f"grade not known{least[0]} ({why.en})", f"级别不明{least[1]}（{why.zh}）")


def _standing(one: Episode) -> Bilingual:
    came, serious = _TOGETHER[one.emergent], _SERIOUS[one.serious]
    if one.criteria:
        by = listed(CRITERIA[each] for each in one.criteria)
        serious = Bilingual(f"{serious.en} ({by.en})", f"{serious.zh}（{by.zh}）")
    related = (
        RELATED[one.related] if one.related else Bilingual("its cause is for a person to say", "因果关系须由研究者判断")
    )
    return of(f"{came.en}, {serious.en}, {related.en}", f"{came.zh}，{serious.zh}，{related.zh}")


def _word(one: Episode) -> Bilingual:
    """Return whose word the event is, and what a person must confirm."""
    who = one.assessed_by or ""
    if one.confirmed is not None:
        said = ("confirmed as", "确认为") if one.confirmed else ("said to be no", "判定非")
        by = (f" by {who}", f"（{who}）") if who else ("", "")
        return of(f"it was {said[0]} adverse event{by[0]}", f"已由研究者{said[1]}不良事件{by[1]}")
    if one.source == "reported":
        return of("it was reported by a person", "由人员上报")
    origins = listed(ORIGINS[origin] for origin in dict.fromkeys(step.origin for step in one.course))
    seen = (f" from {origins.en}", f"（据{origins.zh}）") if one.course else ("", "")
    return of(
        f"it is proposed{seen[0]}; a person must confirm that it is an adverse event",
        f"本条为软件建议{seen[1]}，须由研究者确认其是否为不良事件",
    )


def response_text(response: Response) -> Bilingual:
    """Return the answer to an endpoint and why it is that."""
    result, why = RESULTS[response.result], _because(response)
    tells = Bilingual("every condition holds", "全部条件成立") if why is None else why
    return of(f"{result.en} ({response.result}): {tells.en}", f"{result.zh}（{response.result}）：{tells.zh}")


def _because(response: Response) -> Bilingual | None:
    """Return the condition that decided, with its reason; of a partial response why it is no complete one."""
    if response.result in ("CRR", "CR"):
        return None
    if response.reason == "not-yet":  # which says it of every condition
        return NOTES[response.reason]
    open_ = [check for check in response.checks if check.holds is not True]
    deciding = [check for check in open_ if response.reason in ("", check.reason, check.rule)]
    return check_text(deciding[0]) if deciding else NOTES[response.reason]


def check_text(check: Check) -> Bilingual:
    """Return one condition: whether it holds, its value and its limit, and why it is open or fails."""
    rule, answer = RULES[check.rule], _YES_NO[check.holds]
    english, chinese = f"{rule.en}: {answer.en}", f"{rule.zh}：{answer.zh}"
    if check.value:
        value = number(check.value)
        english, chinese = f"{english}, value {value.en}", f"{chinese}，数值{value.zh}"
    if check.limit:
        limit = number(check.limit)
        english, chinese = f"{english}, limit {limit.en}", f"{chinese}，限值{limit.zh}"
    if check.reason:
        why = NOTES[check.reason]
        english, chinese = f"{english}; {why.en}", f"{chinese}；{why.zh}"
    return Bilingual(english, chinese)


def expansion_text(one: Expansion) -> Bilingual:
    """Return the kinetics of one analyte, and what stands in the way of the rest."""
    name, unit = measured(one.analyte), number(Amount(Decimal(1), one.unit)).en.partition(" ")[2]
    parts = [*_parameters(one, unit), *(EXPANSION[why] for why in one.reason.split())]
    told = listed(parts)
    return of(f"{name.en}: {told.en}", f"{name.zh}：{told.zh}")


def _parameters(one: Expansion, unit: str) -> Iterable[Bilingual]:
    if one.cmax is not None and one.tmax is not None:
        peak, day = plain(one.cmax), rounded(one.tmax)
        yield Bilingual(f"peak {peak} {unit} on Day {day}", f"峰值{peak} {unit}（第{day}天）")
    if one.clast is not None and one.tlast is not None:
        last, day = plain(one.clast), rounded(one.tlast)
        yield Bilingual(f"last quantified {last} {unit} on Day {day}", f"末次可定量{last} {unit}（第{day}天）")
    if one.auc is not None and one.auc_to is not None:
        area, day = rounded(one.auc), rounded(one.auc_to)
        cut = (", cut short", "，未满计划时间") if one.truncated else ("", "")
        yield Bilingual(
            f"area {area} {unit}.d to Day {day}{cut[0]}", f"曲线下面积{area} {unit}·天（至第{day}天{cut[1]}）"
        )
    if one.half_life is not None:
        days = rounded(one.half_life)
        yield Bilingual(f"half-life {days} days", f"半衰期{days}天")


def b_cells_text(one: BCells) -> Bilingual:
    """Return depletion and recovery of B cells, and what the counts do not tell."""
    told = listed([*_b_cells(one), *(B_CELLS[why] for why in one.reason.split())])
    return of(f"B cells: {told.en}", f"B细胞：{told.zh}")


def _b_cells(one: BCells) -> Iterable[Bilingual]:
    if one.depleted is not None:
        yield Bilingual(f"depleted from Day {one.depleted}", f"第{one.depleted}天起清除")
    if one.recovered is not None:
        yield Bilingual(
            f"back on Day {one.recovered}, after {one.aplasia_days} days",
            f"第{one.recovered}天恢复，历时{one.aplasia_days}天",
        )
    if one.nadir and (value := one.nadir.value or one.nadir.below):
        sign, lowest = "" if one.nadir.value else "<", number(value)
        yield Bilingual(f"lowest count {sign}{lowest.en}", f"最低值{sign}{lowest.zh}")
