"""Repair of unsupported sentences: correction, rewording, replacement or removal."""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarise.article.sentences import words
from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed
from summarise.backends.tokens import estimate_tokens, prompt_tokens
from summarise.checks.provenance import Candidate
from summarise.data import (
    Action,
    Article,
    Backend,
    Budget,
    Call,
    CheckedSentence,
    Evidence,
    Finding,
    FindingCode,
    OnUnsupported,
    Request,
    Sampling,
    StagePlan,
    Style,
)
from summarise.errors import CallError
from summarise.facts.salience import balanced, worth
from summarise.prompting.prompt import Prompt, fence, harmless
from summarise.writing.answers import answer_schema, ask, warmed
from summarise.writing.task import SummaryTask

# Checks a text and returns its sentences as candidates.
Judge = Callable[[str], Sequence[Candidate]]

# Codes of findings, including notes, that make a sentence unfit to show.
MISLEADING = frozenset({"speaker", "quotation", "negation"})
CLOSERS = "”\"’')」』"
ENDS = tuple(".!?…。！？।؟۔")
WORD = re.compile(r"\w+")
# Article sentences offered per wanted sentence, because some repeat others.
BEYOND = 3


def is_complete_sentence(text: str) -> bool:
    """Return whether a text has at least three words, an end mark and paired quotation marks."""
    return max(len(text.split()), len(words(text))) >= 3 and ended(text) and balanced(text)


def ended(text: str) -> bool:
    """Return whether a text ends like a sentence."""
    return text.rstrip(CLOSERS)[-1:] in ENDS


def as_printed(candidate: Candidate) -> Candidate:
    """Return a sentence that repeats the article with the article's punctuation, others unchanged."""
    place = candidate.place
    if place is None or WORD.findall(place.text.casefold()) != WORD.findall(candidate.sentence.text.casefold()):
        return candidate
    text = " ".join(place.text.split())
    if not is_complete_sentence(text):
        return candidate
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"text": text}))


def is_showable(candidate: Candidate) -> bool:
    """Return whether a sentence is supported and has no potentially misleading finding.

    Sentences in unreadable languages fail, so that rules for English never change them.
    """
    sentence = candidate.sentence
    return sentence.verdict == "supported" and not any(finding.code in MISLEADING for finding in sentence.findings)


def may_stand_unread(candidate: Candidate) -> bool:
    """Return whether a sentence is showable, or in a language that the checks cannot read."""
    return is_showable(candidate) or candidate.sentence.unread


def is_unopposed(candidate: Candidate) -> bool:
    """Return whether a sentence is supported, or in a language that the checks cannot read."""
    return candidate.sentence.verdict == "supported" or candidate.sentence.unread


def one_sentence(found: Sequence[Candidate], stands: Callable[[Candidate], bool]) -> Candidate | None:
    """Return the only candidate if it passes `stands`, else None."""
    return found[0] if len(found) == 1 and stands(found[0]) else None


def extractive_fallback(article: Article, sentences: int, judge: Judge) -> list[Candidate]:
    """Return the article's best sentences, to fill up a short summary."""
    values = worth([article.quote(sentence) for sentence in article.sentences], opening=article.opening)
    ranked = sorted(zip(values, article.sentences, strict=True), key=lambda pair: (-pair[0], pair[1].start))
    body = [article.evidence(sentence) for _, sentence in ranked if sentence.role == "body"]
    found: list[Candidate] = []
    for place in body:
        if len(found) >= sentences * BEYOND:
            break
        found += own_words(place, judge)
    return found


def own_words(place: Evidence, judge: Judge) -> list[Candidate]:
    """Return a sentence of the article as a candidate, if it is complete and passes the checks."""
    text = " ".join(place.text.split())
    if not is_complete_sentence(text):
        return []
    own = one_sentence(judge(text), may_stand_unread)
    return [own] if own else []


@dataclass(frozen=True)
class Standard:
    """Conditions for showing a sentence: `stands` for the candidate, `whole` for its text."""

    stands: Callable[[Candidate], bool]
    whole: Callable[[str], bool]

    def passes(self, candidate: Candidate) -> bool:
        """Return whether a sentence meets both conditions."""
        return self.stands(candidate) and self.whole(candidate.sentence.text)


# For weak models and article sentences: supported without misleading findings, or unreadable to the checks.
STRICT = Standard(stands=may_stand_unread, whole=is_complete_sentence)


def lenient(style: Style) -> Standard:
    """Return the standard for models that draft: supported, whatever the findings.

    Running text needs end marks, so that sentences do not run together; bullets do not.
    """
    return Standard(stands=is_unopposed, whole=(lambda text: bool(text.strip())) if style == "bullets" else ended)


SLOTS = frozenset({"figure", "money", "date", "name"})


def corrected(sentence: CheckedSentence) -> str | None:
    """Return the sentence with its one wrong value replaced by the article's, or None.

    Requires a contradiction with a single error; the article's value must not occur elsewhere in the sentence.
    """
    if sentence.verdict != "contradicted":
        return None
    errors = [finding for finding in sentence.findings if finding.severity == "error"]
    if len(errors) != 1 or errors[0].code not in SLOTS or not errors[0].article:
        return None
    said, says = errors[0].claim, " ".join(errors[0].article.text.split())
    value = says.split()[-1] if any(map(str.isdigit, says.split()[-1])) else says  # without "only", "about"
    before, after = sentence.text[: said.start], sentence.text[said.end :]
    if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", f"{before} {after}"):
        return None
    return f"{before}{says}{after}"


STAGE = "repair"
ANSWER_TOKENS = 160
UNSAID = "The article does not say this."


def request_for(sentence: CheckedSentence, *, article: Article, prompt: Prompt, sampling: Sampling) -> Request:
    """Build the request for one sentence: evidence, sentence, and faults in words."""
    material = "\n".join(" ".join(place.text.split()) for place in sentence.evidence)
    errors = [one for one in sentence.findings if one.severity == "error" and one.code != "language"]
    # Notes may be wrong, so they are mentioned only if there is no error.
    told = [in_words(finding, sentence.text, article.story) for finding in errors or sentence.findings]
    faults = "\n".join(f"- {fault}" for fault in dict.fromkeys(told or [UNSAID]))
    inputs = {
        "article": fence(material or article.story[:500]),
        "sentence": harmless(sentence.text),
        "faults": harmless(faults),
    }
    system, user = prompt.render(inputs)
    return Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        json_schema=answer_schema(prompt.front.output),
        sampling=sampling.model_copy(update={"max_tokens": ANSWER_TOKENS}),
        passages=sentence.evidence,
    )


def in_words(finding: Finding, sentence: str, article: str) -> str:
    """Describe a finding in plain English, for a prompt."""
    said, whole = " ".join(finding.claim.text.split()), finding.claim.text == sentence
    if finding.code == "entailment":
        return f"The article does not seem to say {'this' if whole else f'“{said}”'}."
    if finding.article is None:
        return _lacking(finding.code, said, whole=whole, held=_holds(article, said))
    source = " ".join(finding.article.text.split())
    says = f"“{source}”" if source.endswith((".", "!", "?", "…")) else f"“{source}”."
    if finding.code == "negation":
        return f"The article denies this: {says}" if whole else f"It denies with “{said}” what the article says: {says}"
    if whole:
        return f"The article says otherwise: {says}"
    if finding.code == "speaker":
        return f"The speaker is wrong at “{said}”: the article says {says}"
    return f"It {'quotes' if finding.code == 'quotation' else 'says'} “{said}”, but the article says {says}"


def _lacking(code: FindingCode, said: str, *, whole: bool, held: bool) -> str:
    if whole:
        return UNSAID
    if code == "quotation":
        return f"“{said}” is not quoted like this in the article."
    if held:
        return f"“{said}” is in the article, but not in this connection."
    return f"“{said}” is not in the article."


def _holds(article: str, phrase: str) -> bool:
    line = " ".join(article.split()).casefold()
    return re.search(rf"(?<!\w){re.escape(phrase.casefold())}(?!\w)", line) is not None


async def ask_again(
    sentence: CheckedSentence, *, article: Article, backend: Backend, prompt: Prompt, sampling: Sampling
) -> tuple[str | None, Call]:
    """Ask the model to reword a sentence; the text is None if the answer has no sentence."""
    request = request_for(sentence, article=article, prompt=prompt, sampling=sampling)
    source = " ".join(place.text for place in sentence.evidence)
    found, call = await ask(request, backend=backend, prompt=prompt, source=source, output="sentence")
    return found.said[0].text if found.said else None, call


# Asks the model to reword a sentence, in a turn from 0; None if no call is left in the budget.
Ask = Callable[[CheckedSentence, int], Awaitable[tuple[str | None, Call] | None]]
# Minimum share of the first sentence's correct words that a repaired sentence must keep.
SAME_THING = 0.5


@dataclass(frozen=True)
class RepairTools:
    """The checks and the model for repair.

    `judge` checks the model's words, which must meet `standard`; `judge_own` the article's, which must meet `STRICT`.
    `rounds` is the limit of `ask` per sentence.
    """

    judge: Judge
    judge_own: Judge
    standard: Standard = STRICT
    ask: Ask | None = None
    rounds: int = 0


@dataclass(frozen=True)
class Gap:
    """An unsupported sentence that may be replaced; `last` is its best wording."""

    first: Candidate
    last: Candidate

    def replacements(self, tools: RepairTools) -> Iterator[Candidate]:
        """Yield the article's sentences among its evidence, best first."""
        for place in self.first.sentence.evidence:
            for own in own_words(place, tools.judge_own):
                yield replace(own.after("replaced", self.last), replaced=True)


async def repaired(
    candidate: Candidate, on_unsupported: OnUnsupported, tools: RepairTools, calls: list[Call]
) -> Candidate | Gap | None:
    """Return the sentence to show, a gap if it may be replaced, or None if it is dropped; appends to `calls`.

    A sentence that is unsupported or incomplete is dropped, a gap, or corrected and reworded first.
    """
    standard = tools.standard
    if standard.passes(candidate):
        return as_printed(candidate)
    if on_unsupported == "keep":
        return as_printed(candidate) if standard.whole(candidate.sentence.text) else None
    if on_unsupported == "drop":
        return None
    last = await mended(candidate, tools, calls) if on_unsupported == "repair" else candidate
    return last if last is not candidate and standard.passes(last) else Gap(candidate, last)


async def showable(
    said: Sequence[Candidate], on_unsupported: OnUnsupported, tools: RepairTools, calls: list[Call]
) -> list[Candidate]:
    """Repair sentences, and return those to show, with the first replacement for each gap."""
    found: list[Candidate] = []
    for candidate in said:
        part = await repaired(candidate, on_unsupported, tools, calls)
        if isinstance(part, Gap):
            part = next(part.replacements(tools), None)
        if part is not None:
            found.append(part)
    return found


async def mended(candidate: Candidate, tools: RepairTools, calls: list[Call]) -> Candidate:
    """Return the best wording after correction and rewording, supported or not; appends to `calls`."""
    current = candidate
    if any(finding.code == "judged" for finding in candidate.sentence.findings):
        # The judge is not asked again, and without its finding the checks may accept the same words.
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
    new = one_sentence(judged, lambda one: standard.whole(one.sentence.text))
    if new is None:
        return None
    fewer = (errors(new), not standard.stands(new)) < (errors(current), not standard.stands(current))
    return new if fewer and says_the_thing(new, first) else None


def errors(candidate: Candidate) -> int:
    """Return the number of errors, at least 1 if unsupported; an unreadable language is not an error."""
    found = sum(finding.severity == "error" for finding in candidate.sentence.findings if finding.code != "language")
    return max(found, not is_unopposed(candidate))


def says_the_thing(new: Candidate, first: Candidate) -> bool:
    """Return whether a repaired sentence shares evidence and enough correct words with the first one."""
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


# Maximum number of evidence places of a sentence.
PLACES = 3
# Tokens for the sentence and its faults.
FAULTS = 200
# Added to the temperature after the first turn.
WARMER = 0.4


class RunRepair:
    """The repair tools of one run; `asks` allows model calls."""

    def __init__(
        self,
        task: SummaryTask,
        prompt_of: Callable[[str], Prompt],
        *,
        asks: bool,
        standard: Standard = STRICT,
    ) -> None:
        self.standard = standard
        self._task = task
        self._prompt_of = prompt_of
        self._rounds = task.settings.repair_rounds if asks else 0

    @cached_property
    def prompt(self) -> Prompt:
        """The prompt for rewording a sentence."""
        return self._prompt_of(STAGE)

    @property
    def stage(self) -> StagePlan:
        """The budget: no expected calls, at most all rounds for each sentence."""
        nothing = Budget(calls=0, prompt_tokens=0, completion_tokens=0)
        calls = self._task.length.sentences * self._rounds
        if not calls:
            return StagePlan(stage=STAGE, expected=nothing, most=nothing)
        article = self._task.article
        longest = max(estimate_tokens(article.quote(sentence)) for sentence in article.sentences)
        bare = Request(stage=STAGE, system=self.prompt.system, user=self.prompt.user, examples=self.prompt.examples)
        read = prompt_tokens(bare) + PLACES * longest + FAULTS
        most = Budget(calls=calls, prompt_tokens=calls * read, completion_tokens=calls * ANSWER_TOKENS)
        return StagePlan(stage=STAGE, expected=nothing, most=most)

    def tools(self, limiter: SpendLimiter) -> RepairTools:
        """Return the tools for `repaired`."""
        task = self._task
        backend = MeteredBackend(task.backend, limiter, task.observer)
        left = self.stage.most.calls

        async def ask(sentence: CheckedSentence, turn: int) -> tuple[str | None, Call] | None:
            nonlocal left
            if left <= 0:
                return None
            left -= 1
            sampling = warmed(task.sampling, WARMER if turn else 0.0, turn=turn)
            try:
                return await ask_again(
                    sentence, article=task.article, backend=backend, prompt=self.prompt, sampling=sampling
                )
            except LimitReachedError:
                return None
            except CallError as error:
                # Not fatal, even if the key is now refused: the article's sentence is used, and the error recorded.
                return None, failed(STAGE, error)

        return RepairTools(
            judge=task.checked,
            judge_own=task.checked_own,
            standard=self.standard,
            ask=ask if self._rounds else None,
            rounds=self._rounds,
        )
