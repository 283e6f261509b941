"""Check the figures and amounts of money in a claim, which may be converted, rounded or computed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from summarise.checks.arithmetic import (
    BOUNDS,
    LOWER,
    METRIC,
    MOST_BEYOND,
    MOST_OPERANDS,
    RATIOS,
    UPPER,
    Amount,
    accepted,
    computation,
    equation,
    is_fraction,
    measure,
    rounding_tolerance,
)
from summarise.checks.source_index import NEAR, SAME, Case, SourceIndex
from summarise.checks.words import content_stems
from summarise.data import Fact, Figure, Finding, Money, Qualifier, Span
from summarise.facts.dates import duration
from summarise.facts.numbers import BELOW_100, value_of
from summarise.facts.references import is_person

IMPERIAL = {
    "inch": ("metre", Decimal("0.0254")), "foot": ("metre", Decimal("0.3048")), "yard": ("metre", Decimal("0.9144")),
    "mile": ("metre", Decimal("1609.344")), "ounce": ("gram", Decimal("28.349523")),
    "pound": ("gram", Decimal("453.59237")), "stone": ("gram", Decimal("6350.29318")),
    "mile per hour": ("kilometre per hour", Decimal("1.609344")), "acre": ("hectare", Decimal("0.40468564")),
    "square mile": ("square kilometre", Decimal("2.589988")), "square foot": ("square metre", Decimal("0.092903")),
}  # fmt: skip
# Factors between amounts of the same digits: a thousand, a million.
STEPS = (Decimal(10**3), Decimal(10**6))
# Maximum factor between a bound and an amount that it may be about.
MOST_APART = Decimal(10)


def _in_base_unit(figure: Figure) -> Figure:
    unit, factor = METRIC.get(figure.unit or "", (figure.unit, Decimal(1)))
    upper = None if figure.upper is None else figure.upper * factor
    return figure.model_copy(update={"unit": unit, "amount": figure.amount * factor, "upper": upper})


# Relative tolerance of an amount that has "about" or "nearly" before it.
ABOUT_TOLERANCE = Decimal("0.1")
# Minimum and maximum of an exact amount, divided by its rounded form.
ROUNDED_LEAST, ROUNDED_MOST = Decimal("0.8"), Decimal("1.25")
# Up to this number, counts of different things are often equal by chance.
FEW = 20
# Relative tolerance of a round number: at least 100, with at most two digits before its zeros.
ROUND_TOLERANCE = Decimal("0.02")
# Minimum extraction confidence of two figures that may contradict each other.
SURE = 0.65
# Units that are not measurements; a bare degree may be a temperature or an angle.
COUNTED = frozenset({None, "ordinal", "age", "month old", "times", "score", "degree"})
NEARLY = re.compile(r"(?:nearly|almost|(?:just|a little) (?:under|below|short of)|slightly less|close to)\b", re.I)
JUST_BEYOND = re.compile(r"(?:(?:just|a little) (?:over|above)|slightly more)\b", re.I)
DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "HKD", "SGD", "TWD"})
BARE_DOLLAR = re.compile(r"(?:^|[^A-Z])\$|(?<!US )(?<!American )\bdollars?\b")
MULTIPLYING = {
    Decimal(2): re.compile(r"\bdoubl(?:ed?|es|ing)\b|\btwofold\b", re.IGNORECASE),
    Decimal(3): re.compile(r"\b(?:tripl|trebl)(?:ed?|es|ing)\b|\bthreefold\b", re.IGNORECASE),
    Decimal(4): re.compile(r"\bquadrupl(?:ed?|es|ing)\b|\bfourfold\b", re.IGNORECASE),
    Decimal("0.5"): re.compile(r"\bhalv(?:ed?|es|ing)\b", re.IGNORECASE),
}


def opposite_bounds(said: Amount, fact: Amount) -> bool:
    """Return whether one amount is a lower bound and the other an upper bound."""
    bounds = {bound(said), bound(fact)}
    return bool(bounds & LOWER and bounds & UPPER)


def bound(amount: Amount) -> Qualifier:
    """Return the qualifier of an amount; "nearly" counts as "less than", "just over" as "more than"."""
    if NEARLY.match(amount.text):
        return "less than"
    return "more than" if JUST_BEYOND.match(amount.text) else amount.qualifier


def compatible(said: Amount, fact: Amount) -> bool:
    """Return whether one of two amounts may be a less exact form of the other ("about 90", "more than 89")."""
    if (said.upper is None) != (fact.upper is None) and {said.amount, said.upper} & {fact.amount, fact.upper} - {None}:
        return True  # one end of a range
    near = abs(said.amount - fact.amount) <= ABOUT_TOLERANCE * abs(fact.amount)
    if near and is_rounding(said, fact):
        return True
    fits = (fact.qualifier not in LOWER or said.amount >= fact.amount) and (
        fact.qualifier not in UPPER or said.amount <= fact.amount
    )
    return near and fits and fact.qualifier != "exactly"


def is_rounding(said: Amount, fact: Amount) -> bool:
    """Return whether `said` is `fact` in rounded form; False for "more than 40" or a range."""
    if said.upper is not None or fact.upper is not None or bound(said) in BOUNDS or not _is_near(said, fact):
        return False
    apart = abs(said.amount - fact.amount)
    digits, digits_there = (len(amount.normalize().as_tuple().digits) for amount in (said.amount, fact.amount))
    is_round = said.amount >= 100 and digits <= 2 and digits < digits_there
    return apart <= rounding_tolerance(said) or (is_round and apart <= ROUND_TOLERANCE * abs(fact.amount))


def _is_near(said: Amount, fact: Amount) -> bool:
    return said.amount * ROUNDED_LEAST <= fact.amount <= said.amount * ROUNDED_MOST


def counts_others(said: Amount, fact: Amount) -> bool:
    """Return whether two counts differ only by the noun and by rounding ("6,000 people" for 5,900 staff)."""
    if not (isinstance(said, Figure) and isinstance(fact, Figure)) or said.unit or fact.unit:
        return False
    if said.amount <= FEW or not _is_near(said, fact):
        return False
    said, fact = (figure.model_copy(update={"counted_noun": None}) for figure in (said, fact))
    return agrees(said, fact) or is_rounding(said, fact)


def ratio_verb(said: Amount) -> re.Pattern[str] | None:
    """Return a pattern of the verbs for a ratio ("doubled" for "2 times" or "by 100%"), or None."""
    if not isinstance(said, Figure) or said.unit not in RATIOS or said.upper is not None:
        return None
    times = said.amount / RATIOS[said.unit]
    if said.unit == "per cent":
        times = 1 - times if times < 1 else 1 + times
    return MULTIPLYING.get(times)


def is_conversion(said: Amount, fact: Amount) -> bool:
    """Return whether two amounts are equal, one in metric and the other in imperial units ("10 feet", 3 metres)."""
    if not (isinstance(said, Figure) and isinstance(fact, Figure)) or said.unit is None or fact.upper is not None:
        return False
    (base, factor), (other_base, other_factor) = (
        IMPERIAL.get(unit) or METRIC.get(unit) or (unit, Decimal(1)) for unit in (fact.unit or "", said.unit)
    )
    if base != other_base or (fact.unit in IMPERIAL) == (said.unit in IMPERIAL):
        return False
    fact = fact.model_copy(update={"unit": said.unit, "amount": fact.amount * factor / other_factor})
    return agrees(said, fact) or is_rounding(said, fact)


def units_differ(said: Amount, fact: Amount) -> bool:
    """Return whether two amounts have different currencies or units; a bare "$" may be any dollar.

    False if one is an age, an ordinal, or a number without unit and noun ("34" may be "34 km"). A number with a noun
    ("12 bridges") differs from a measurement ("12 km").
    """
    if isinstance(said, Money) and isinstance(fact, Money):
        bare = BARE_DOLLAR.search(said.text) or BARE_DOLLAR.search(fact.text)
        return said.currency != fact.currency and not (bare and {said.currency, fact.currency} <= DOLLARS)
    if isinstance(said, Money) or isinstance(fact, Money):
        return not {getattr(said, "unit", None), getattr(fact, "unit", None)} <= COUNTED
    if isinstance(said, Figure) and isinstance(fact, Figure):
        if (fact.unit is None and fact.counted_noun) or (said.unit is None and said.counted_noun):
            return bool({said.unit, fact.unit} - COUNTED)
        return said.unit != fact.unit and not {said.unit, fact.unit} & COUNTED
    return False


def comparable(said: Amount, fact: Amount) -> bool:
    """Return whether two amounts are both money, or have the same unit or counted noun."""
    if isinstance(said, Money) or isinstance(fact, Money):
        return isinstance(said, Money) and isinstance(fact, Money)
    if said.unit not in (None, "ordinal") or fact.unit not in (None, "ordinal"):
        return said.unit == fact.unit
    return said.unit == fact.unit and said.counted_noun is not None and said.counted_noun == fact.counted_noun


def agrees(said: Amount, fact: Amount) -> bool:
    """Return whether the article's amount, `fact`, makes the claim's amount, `said`, true.

    A qualifier of `said` adds tolerance: 45 makes "more than 40" and "about 44" true. A qualifier of `fact` does not.
    """
    if isinstance(said, Money) or isinstance(fact, Money):
        if not comparable(said, fact) or units_differ(said, fact):
            return False
    else:
        if said.unit == "age" and said.upper is not None and fact.unit in ("age", None) and not fact.counted_noun:
            # "In her fifties" is true of 52.
            return said.amount <= fact.amount <= (fact.upper or fact.amount) <= said.upper
        if said.unit != fact.unit:
            said, fact = _in_base_unit(said), _in_base_unit(fact)
        if said.unit != fact.unit:
            return False
        if said.unit is None and said.counted_noun and fact.counted_noun and said.counted_noun != fact.counted_noun:
            return said.amount == fact.amount and said.upper == fact.upper and said.amount > FEW
    if said.upper is not None:
        return (said.amount, said.upper) == (fact.amount, fact.upper)
    if said.amount == fact.amount and "about" in (said.qualifier, fact.qualifier) and opposite_bounds(said, fact):
        return False
    # "Between 40 and 50" supports both "at least 40" and "more than 40".
    lower, upper, ranged = fact.amount, fact.amount if fact.upper is None else fact.upper, fact.upper is not None
    match said.qualifier:
        case "more than":
            return lower > said.amount or (lower == said.amount and (ranged or fact.qualifier == "more than"))
        case "at least":
            return lower > said.amount or (lower == said.amount and fact.qualifier != "less than")
        case "less than":
            return upper < said.amount or (upper == said.amount and (ranged or fact.qualifier == "less than"))
        case "at most":
            return upper < said.amount or (upper == said.amount and fact.qualifier != "more than")
        case _ if ranged:
            return False
        case "about":
            below, above = direction(said.text)
            # "Nearly a fifth" is often 18%, and "nearly a million" 900,000.
            rounded = is_fraction(said) or not above
            whole = max(said.amount, fact.amount) if rounded else abs(fact.amount)
            near = abs(fact.amount - said.amount) <= ABOUT_TOLERANCE * whole
            return near and (below or fact.amount >= said.amount) and (above or fact.amount <= said.amount)
        case _:
            return fact.amount == said.amount


def direction(text: str) -> tuple[bool, bool]:
    """Return whether the exact amount may be less than the approximate amount in a text, and whether it may be more.

    (True, False) for "nearly 40", (True, True) for "about 40".
    """
    return not JUST_BEYOND.match(text), not NEARLY.match(text)


# Relative tolerance of the result of a computation.
COMPUTED_TOLERANCE = Decimal("0.05")
# Periods in a year, by the word after an amount per period.
PERIODS = {"year": Decimal(1), "month": Decimal(12), "week": Decimal(52), "day": Decimal(365)}
PERIOD = re.compile(rf",? (?:an?|per|each|every) ({'|'.join(PERIODS)})\b", re.IGNORECASE)
# Number of content words after the claim's count that are compared with the first after the article's count.
FOLLOWING = 3
# A count up to this number may be the writer's own ("three reasons").
COUNTABLE = 3


def compare(case: Case[Amount]) -> Finding | None:
    """Return an error or note about an amount, or None if the article supports it."""
    said, source_index = case.said, case.source_index

    def elsewhere(same: Sequence[Amount]) -> Finding | None:
        return case.elsewhere(same, lambda fact: excludes(said, fact) or counts_differently(case, fact))

    opposite = opposite_bound(said, source_index)
    if opposite is not None:
        near = [alignment.source.index for alignment in case.alignments if alignment.coverage_without(said) >= SAME]
        return case.error(opposite) if opposite.sentence in near else case.note()
    if _is_moment(said, source_index) or (said.amount, said.upper) in _scores_in_words(said, source_index):
        return None
    if (exchanged := _exchanged(case)) is not None:
        return case.error(exchanged)
    agreeing = [fact for fact in source_index.amounts if supported_by(said, fact)]
    same = [fact for fact in agreeing if _is_within(said, fact, MOST_BEYOND)]
    same.sort(key=lambda fact: abs(fact.amount - said.amount))
    near = [alignment.source.index for alignment in case.alignments if alignment.coverage_without(said) >= NEAR]
    if same:
        # "At least 37 people" is supported by 62 injured people, but may be the sum of 14 dead and 23 missing ones.
        if said.qualifier in ("at least", "at most") and all(fact.amount != said.amount for fact in same):
            exact = replace(case, said=said.model_copy(update={"qualifier": "exactly"}))
            if (computed := _computed(exact, near)) is not None:
                return case.computed(computed)
        return elsewhere(same)
    verb = ratio_verb(said)
    if verb is not None and any(verb.search(source_index.sources[index].evidence.text) for index in near):
        return None
    alike = [fact for fact in source_index.amounts if comparable(said, fact) and not units_differ(said, fact)]
    alike = [fact for fact in alike if fact not in agreeing]
    # If the article counts the same things, counts of other things are not compared.
    origins = [
        fact for fact in source_index.amounts if is_conversion(said, fact) or (not alike and counts_others(said, fact))
    ]
    origins += [fact for fact in alike if is_rounding(said, fact)]
    if origins and bound(said) in BOUNDS:
        return case.note()
    computed = f"{origins[0].text} ≈ {said.text}" if origins else _computed(case, near)
    if computed is None and getattr(said, "counted_noun", None) == "point":
        points = said.model_copy(update={"unit": "percentage point"})
        computed = _computed(replace(case, said=points), near)
    if computed is not None:
        return case.computed(computed)
    # "At least seven" is no evidence for "up to 20".
    follows = any(not opposite_bounds(said, fact) for fact in agreeing) or may_follow(said, source_index)
    # "A 2-0 deficit" may be the article's two goals behind.
    follows = follows or (measure(said) == "score" and MARGIN.match(case.claim.text, said.end) is not None)
    # "More than 1,000" may mean the article's 1,500; then other counts of its sentence do not exclude it.
    beside = {fact.sentence for fact in agreeing if _is_within(said, fact, MOST_APART)}
    found = case.accused(lambda fact: excludes(said, fact) and fact.sentence not in beside, may_follow=follows)
    if found.article is not None and _is_computed_from(case, found.article):
        found = found.model_copy(update={"article": None})
    same = [fact for fact in source_index.amounts if said.amount == fact.amount and measure(said) == measure(fact)]
    if found.severity == "note" and same:
        return elsewhere(same) or found
    return found


MARGIN = re.compile(r" (?:deficit|lead|advantage|up|down|ahead|behind)\b", re.IGNORECASE)
# "27 votes to 14", "two goals to nil"
SCORE = re.compile(
    rf"(?<!\w)(?<!from )(\d{{1,3}}|{BELOW_100})(?: (?:votes|goals|points|sets|games))? to "
    rf"(\d{{1,3}}|{BELOW_100}|nil)(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)


def _scores_in_words(said: Amount, source_index: SourceIndex) -> set[tuple[Decimal, Decimal]]:
    """Return the article's scores with "to", the larger number first; an empty set if `said` is no score."""
    if measure(said) != "score":
        return set()
    found = (pair for source in source_index.sources for pair in SCORE.findall(source.evidence.text))
    return {(more, less) for more, less in (map(value_of, pair) for pair in found) if more > less}


def _exchanged(case: Case[Amount]) -> Figure | None:
    """Return the count whose number a claim exchanged with another one, or None.

    For "nine hospitals in 112 countries", it is "112 hospitals" in a sentence with "nine countries". None if the
    article has the claim's number with the claim's noun.
    """
    said, noun = case.said, getattr(case.said, "counted_noun", None)
    ours = {fact.amount for fact in _counts(case.claim.facts) if fact.counted_noun != noun}
    if any(fact.counted_noun == noun and supported_by(said, fact) for fact in _counts(case.source_index.amounts)):
        return None
    for counts in (list(_counts(alignment.source.facts)) for alignment in case.alignments):
        if any(fact.amount == said.amount for fact in counts):
            found = [fact for fact in counts if fact.counted_noun == noun and fact.amount in ours]
            if found:
                return found[0]
    return None


def _counts(facts: Iterable[Fact]) -> Iterator[Figure]:
    return (fact for fact in facts if isinstance(fact, Figure) and fact.counted_noun and fact.unit is None)


def _is_within(said: Amount, fact: Amount, factor: Decimal) -> bool:
    """Return whether a bound and a fact differ by at most `factor`; True if `said` is no bound or vague ("dozens")."""
    ends = (abs(end) for end in (fact.amount, fact.upper) if end is not None)
    least, most = abs(said.amount) / factor, abs(said.amount) * factor
    stated = said.qualifier in BOUNDS and said.confidence >= SURE
    return not stated or any(least <= end <= most for end in ends)


def _is_moment(said: Amount, source_index: SourceIndex) -> bool:
    """Return whether an amount is an ordinal of time ("71st minute") that the article has as a time ("71 minutes")."""
    if not isinstance(said, Figure) or said.unit != "ordinal":
        return False
    time = duration((said.amount, said.counted_noun or ""))
    return any(fact.value == f"duration:{time}" for fact in source_index.facts.facts)


def _computed(case: Case[Amount], near: Sequence[int]) -> str | None:
    said, source_index = case.said, case.source_index
    by_sentence: dict[int, list[Amount]] = defaultdict(list)
    for fact in source_index.amounts:
        by_sentence[fact.sentence].append(fact)
    # "£45,000 for three days" is computed from £15,000 a day.
    own = [fact for fact in case.claim.facts if isinstance(fact, Figure) and fact.unit is None and fact is not said]
    # A claim in other words may follow from any sentence.
    for index in near or sorted(by_sentence):
        there = by_sentence[index]
        if any(fact.amount == said.amount and comparable(said, fact) for fact in there):
            continue
        # "£1.8m" for £1.8bn is a slip, although it may also be a result.
        if any(_differs_in_scale(said, fact) for fact in there):
            return None
        nearby = [fact for step in (-1, 1) for fact in by_sentence[index + step] if _may_be_operand(said, fact, there)]
        # Counts of one thing first: in "27 to 19 by five Liberals and three rebels", a majority of eight is 27 − 19.
        noun = getattr(said, "counted_noun", None)
        alike = [fact for fact in there if getattr(fact, "counted_noun", None) == noun]
        for facts in (alike, there, [*there, *nearby], [*there, *own] if isinstance(said, Money) else []):
            if (found := computation(said, facts, about=COMPUTED_TOLERANCE)) is not None:
                return found
        if (found := _per_period(case, there)) is not None:
            return found
    return _difference(case)


def _difference(case: Case[Amount]) -> str | None:
    """Return an equation if a measured amount is exactly the difference of two anywhere in the article, or None.

    None if the article makes the same statement with another amount.
    """
    said, source_index = case.said, case.source_index
    measured = said.qualifier == "exactly" and (isinstance(said, Money) or said.unit not in COUNTED | {"per cent"})
    if measured and case.opposing(lambda fact: excludes(said, fact), least=SAME) is None:
        alike = [fact.amount for fact in source_index.amounts if fact.upper is None and measure(fact) == measure(said)]
        for first, second in permutations(dict.fromkeys(alike[:MOST_OPERANDS]), 2):
            if first - second == said.amount:
                return equation("{} − {}", (first, second), said.amount, said)
    return None


def _differs_in_scale(said: Amount, fact: Amount) -> bool:
    smaller, larger = sorted((abs(said.amount), abs(fact.amount)))
    return measure(said) == measure(fact) and smaller > 0 and larger / smaller in STEPS


def _per_period(case: Case[Amount], facts: Iterable[Amount]) -> str | None:
    """Return an equation that converts an amount per period ("£84 a year" is £7 a month), or None."""
    said, text = case.said, case.source_index.facts.article.text
    ours = PERIOD.match(case.claim.text, said.end)
    for fact in facts if ours else ():
        theirs = PERIOD.match(text, fact.end)
        if (
            ours is None
            or theirs is None
            or ours[1].casefold() == theirs[1].casefold()
            or measure(fact) != measure(said)
        ):
            continue
        factor = PERIODS[theirs[1].casefold()] / PERIODS[ours[1].casefold()]
        low, high = accepted(said, COMPUTED_TOLERANCE)
        if fact.upper is None and low <= (exact := fact.amount * factor) <= high:
            form, by = ("{} / {}", 1 / factor) if factor < 1 else ("{} × {}", factor)
            return equation(form, (fact.amount, by), exact, said)
    return None


def _is_computed_from(case: Case[Amount], opposing: Span) -> bool:
    evidence = {alignment.source.index for alignment in case.alignments}
    facts = [fact for fact in case.source_index.amounts if fact.sentence in evidence or isinstance(fact, Money)]
    there = [fact for fact in facts if (fact.start, fact.end) == (opposing.start, opposing.end)]
    pairs = ([opposed, fact] for opposed in there for fact in facts if fact is not opposed)
    return any(computation(case.said, pair, about=ROUND_TOLERANCE) for pair in pairs)


def _may_be_operand(said: Amount, fact: Amount, others: Sequence[Amount]) -> bool:
    if isinstance(fact, Money) or fact.unit is not None:
        return measure(fact) == measure(said) or (measure(said) in RATIOS and measure(fact) != "per cent")
    nouns = {other.counted_noun for other in [said, *others] if isinstance(other, Figure)} - {None}
    people = is_person(fact.counted_noun or "") and any(is_person(noun) for noun in nouns if noun)
    return fact.counted_noun in nouns or people


def opposite_bound(said: Amount, source_index: SourceIndex) -> Amount | None:
    """Return the article's fact with the same amount and the opposite bound ("fewer than 50" for "more than 50").

    None if another fact agrees with the amount.
    """
    if bound(said) not in BOUNDS:
        return None
    same = [fact for fact in source_index.amounts if fact.amount == said.amount and comparable(said, fact)]
    sure = [fact for fact in same if min(said.confidence, fact.confidence) >= SURE]
    found = next((fact for fact in sure if opposite_bounds(said, fact) and not units_differ(said, fact)), None)
    return None if any(agrees(said, fact) for fact in same if not opposite_bounds(said, fact)) else found


def supported_by(said: Amount, fact: Amount) -> bool:
    """Return whether a fact agrees with an amount, or is a rounded or more exact form of it."""
    if agrees(said, fact):
        return True
    opposite = said.amount == fact.amount and opposite_bounds(said, fact)
    return comparable(said, fact) and compatible(said, fact) and not units_differ(said, fact) and not opposite


def counts_differently(case: Case[Amount], fact: Amount) -> bool:
    """Return whether `fact` is a different number of the same thing as the claim's amount."""
    said = case.said
    if not (isinstance(said, Figure) and isinstance(fact, Figure)) or said.unit or fact.unit:
        return False
    units = case.source_index.sources[fact.sentence].units
    behind = next((unit.key for unit in units if unit.start >= fact.end), None)
    following = [unit.key for unit in case.claim.units if unit.start >= said.end][:FOLLOWING]
    sure = min(said.confidence, fact.confidence) >= SURE and said.amount != fact.amount
    return sure and behind in following and not supported_by(said, fact)


def excludes(said: Amount, fact: Amount) -> bool:
    """Return whether `fact` contradicts `said`: another amount with the same unit or noun."""
    inside = fact.upper is not None and fact.amount <= said.amount <= (said.upper or said.amount) <= fact.upper
    sure = min(said.confidence, fact.confidence) >= SURE
    return sure and comparable(said, fact) and not inside and not supported_by(said, fact)


def may_follow(said: Amount, source_index: SourceIndex) -> bool:
    """Return whether an amount may be right although no fact supports it, such as "three reasons"."""
    if said.confidence < SURE or measure(said) == "ordinal":
        return True
    if measure(said) == "score":
        # A new score is almost always wrong if the article has other scores.
        return all(measure(fact) != "score" for fact in source_index.amounts) and not _scores_in_words(
            said, source_index
        )
    if isinstance(said, Figure) and said.upper is None and said.amount <= COUNTABLE and said.unit in COUNTED:
        return True
    same = [fact for fact in source_index.amounts if said.amount in (fact.amount, fact.upper)]
    if same:
        # The article contains the amount, perhaps for something else.
        return not all(units_differ(said, fact) for fact in same)
    stems = content_stems(said.text)
    return bool(stems) and all(map(source_index.knows, stems))


_WORDS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
# A number that is not a part of a longer one ("twenty-five", "two hundred", "one in ten", "two-thirds", "-12").
NUMBER = re.compile(
    rf"""(?<![\w.,/+−–-])(?<!\bin\ )(?:\d[\d,]*(?:\.\d+)?|\b(?:{_WORDS})\b)
    (?!\d|[.,:/–-]\d|(?:st|nd|rd|th)\b
    |[\ -]?(?:hundred|thousand|million|billion|trillion|dozen|m|bn|k|half|in|out|one|{_WORDS}
    |(?:third|quarter|(?:fif|six|ten)th)s?)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
# The start of an amount of money, after its qualifier.
AMOUNT = re.compile(r"(?:\b[A-Z]{1,3})?[$£€¥]? ?\d")


def group(amount: Amount) -> str | None:
    """Return the amount's group for contrasts ("figure:metre"), or None (see `Kind.group`)."""
    if isinstance(amount, Money):
        return "money" if amount.upper is None else None
    return f"figure:{amount.unit}" if amount.upper is None or amount.unit == "score" else None


def in_place(said: Amount, fact: Amount) -> tuple[int, int, str] | None:
    """Return the part of `said.text` that a contrast replaces, and the new words from `fact` (see `Kind.in_place`).

    None if one of the texts has no plain number. Of a count ("12 bridges"), only the number is replaced.
    """
    if isinstance(said, Money):
        ours, theirs = AMOUNT.search(said.text), AMOUNT.search(fact.text)
        return (ours.start(), len(said.text), fact.text[theirs.start() :]) if ours and theirs else None
    if said.unit == "score":
        return 0, len(said.text), fact.text
    ours, theirs = NUMBER.search(said.text), NUMBER.search(fact.text)
    if ours is None or theirs is None:
        return None
    new = theirs[0].capitalize() if ours[0][0].isupper() else theirs[0].casefold()
    return ours.start(), ours.end(), new
