"""What happens to a sentence that is not supported: mended, replaced by the article's words, dropped, or kept.

Does not judge: the verdict is the checks', on whatever is put in a sentence's place. Bounded and monotone: a sentence
goes back to the model a few times at most, and a new wording is taken only if it has fewer errors and says the thing.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from summarise.checks.provenance import Candidate
from summarise.data import Action, Call, CheckedSentence, Evidence, OnUnsupported
from summarise.writing.repair.regenerate import STAGE, ask_again
from summarise.writing.repair.showable import (
    STRICT,
    Judge,
    Standard,
    as_printed,
    extractive_fallback,
    first_showable,
    is_complete_sentence,
    is_showable,
    is_unopposed,
    lenient,
    may_stand_unread,
    one_sentence,
    own_words,
)
from summarise.writing.repair.value_correction import corrected

Ask = Callable[[CheckedSentence, int], Awaitable[tuple[str | None, Call] | None]]
"""Asks the model for a sentence again, for the so-manieth time; None where the budget has no call left."""
SAME_THING = 0.5
"""A mended sentence must keep so large a share of the words of the first one that were not themselves found wrong."""


@dataclass(frozen=True)
class RepairTools:
    """What repair works with: how a model's and an article's text is checked, shortenings of a place, and the model.

    `standard` is what a sentence in a model's words has to be; the article's own have to meet the strict one.
    `shortenings` gives the article's sentence at a place with parts left out, the best first; `ask` is None where the
    model is not to be asked again, `rounds` how often it may be for one sentence.
    """

    judge: Judge
    judge_own: Judge
    standard: Standard = STRICT
    shortenings: Callable[[Evidence], Sequence[str]] = lambda _: ()
    ask: Ask | None = None
    rounds: int = 0


@dataclass
class Repaired:
    """What may be shown, at most one candidate for each draft sentence, and the calls that it took."""

    shown: list[Candidate] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


async def repair(said: Sequence[Candidate], on_unsupported: OnUnsupported, tools: RepairTools) -> Repaired:
    """Return what may be shown of the model's sentences, as candidates to be chosen from.

    A sentence that stands stays as it is. Of another one the user wants that it is kept with its verdict, dropped,
    replaced by the article's sentence that bears most on it (if that may stand itself), or repaired: mended, or else
    replaced, shortened where a shortening passes the checks. What is no prose is never shown.
    """
    result = Repaired()
    for candidate in said:
        if tools.standard.stands(candidate) or on_unsupported == "keep":
            if tools.standard.whole(candidate.sentence.text):
                result.shown.append(as_printed(candidate))
        elif on_unsupported == "replace":
            result.shown += _replaced(candidate, candidate, tools, shorten=False)
        elif on_unsupported == "repair":
            last = await mended(candidate, tools, result.calls)
            stands = last is not candidate and tools.standard.passes(last)
            result.shown += [last] if stands else _replaced(candidate, last, tools, shorten=True)
    return result


async def mended(candidate: Candidate, tools: RepairTools, calls: list[Call]) -> Candidate:
    """Return the best wording that can be had in a sentence's place: the sentence itself where none is better.

    A single wrong value is put right, then the model is asked again. It need not stand. `calls` takes what is asked.
    """
    current = candidate
    if any(finding.code == "judged" for finding in candidate.sentence.findings):
        # The judge is not asked again, and the checks would take the same words for mended.
        return candidate

    def bettered(text: str | None, action: Action) -> Candidate:
        better = _better(tools.judge(text), current, candidate, tools.standard) if text else None
        return better.after(action, current) if better else current

    current = bettered(corrected(candidate.sentence), "corrected")
    for turn in range(tools.rounds):
        if tools.standard.stands(current) or tools.ask is None:
            break
        answer = await tools.ask(current.sentence, turn)
        if answer is None:
            break
        text, call = answer
        calls.append(call.model_copy(update={"sentence": candidate.draft}))
        current = bettered(text, "asked again")
    if current is candidate or current.sentence.origin != "model":
        return current
    return replace(current, sentence=current.sentence.model_copy(update={"origin": "repaired"}))


def _better(judged: Sequence[Candidate], current: Candidate, first: Candidate, standard: Standard) -> Candidate | None:
    """Return a new wording if it is one sentence, says what the first one said, and has fewer errors than before."""
    new = one_sentence(judged, lambda one: standard.whole(one.sentence.text))
    if new is None:
        return None
    fewer = (errors(new), not standard.stands(new)) < (errors(current), not standard.stands(current))
    return new if fewer and says_the_thing(new, first) else None


def errors(candidate: Candidate) -> int:
    """Return how many errors the checks found; a sentence with too little support counts as having one.

    That a language cannot be read is none.
    """
    found = sum(finding.severity == "error" for finding in candidate.sentence.findings if finding.code != "language")
    return max(found, not is_unopposed(candidate))


def says_the_thing(new: Candidate, first: Candidate) -> bool:
    """Tell whether a mended sentence still says what the first one said, as far as that was not found wrong.

    By the longer words and numbers that both have; the same words under another best place of the article are another
    thing. A finding about the whole sentence does not say which words are wrong.
    """
    wrong = {
        word.strip(".,;:!?“”‘’\"'()").casefold()
        for finding in first.sentence.findings
        if finding.severity == "error" and finding.claim.text != first.sentence.text
        for word in finding.claim.text.split()
    }
    wanted = first.words - wrong
    places = {place.start for place in first.sentence.evidence}
    near = new.place is None or not places or new.place.start in places
    return near and len(wanted & new.words) >= SAME_THING * len(wanted)


def replacements(last: Candidate, place: Evidence, tools: RepairTools, *, shorten: bool) -> Iterator[Candidate]:
    """Yield the article's words at a place as they may stand for a sentence, the best first: shortened, then whole.

    `last` is the sentence as it stood at last; its history goes on. What does not pass the checks is left out.
    """
    if shorten and (short := first_showable(tools.shortenings(place), tools.judge_own)):
        yield replace(short.after("compressed", last), replaced=True)
    for own in own_words(place, tools.judge_own):
        yield replace(own.after("replaced", last), replaced=True)


def _replaced(candidate: Candidate, last: Candidate, tools: RepairTools, *, shorten: bool) -> list[Candidate]:
    """Return the best of the article's words at the place that bears most on a sentence, if any may stand."""
    places = candidate.sentence.evidence[:1]
    return [one for place in places for one in islice(replacements(last, place, tools, shorten=shorten), 1)]


__all__ = [
    "STAGE",
    "STRICT",
    "Judge",
    "RepairTools",
    "Repaired",
    "Standard",
    "ask_again",
    "errors",
    "extractive_fallback",
    "is_complete_sentence",
    "is_showable",
    "is_unopposed",
    "lenient",
    "may_stand_unread",
    "mended",
    "one_sentence",
    "own_words",
    "repair",
    "replacements",
]
