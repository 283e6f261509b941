"""Repair unsupported sentences: correct, reword, replace or drop them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed
from summarise.backends.tokens import estimate_tokens, prompt_tokens
from summarise.checks.kinds import REPLACEABLE
from summarise.checks.verification import Candidate, Verifier
from summarise.data import (
    Action,
    Article,
    Budget,
    Call,
    CheckedSentence,
    Evidence,
    Finding,
    FindingCode,
    Request,
    Sampling,
    StagePlan,
)
from summarise.errors import CallError
from summarise.facts.salience import sentence_worth
from summarise.prompting import Prompt, fence, harmless
from summarise.writing.guards import answer_schema, ask, warmed
from summarise.writing.task import STRICT, Standard, SummaryTask, is_complete_sentence, is_unopposed

_WORD = re.compile(r"\w+")
# Article sentences offered for each wanted sentence; some repeat others.
BEYOND = 3


def as_printed(candidate: Candidate) -> Candidate:
    """Return a sentence, with the article's punctuation if it has the words of an article sentence."""
    place = candidate.place
    if place is None or _WORD.findall(place.text.casefold()) != _WORD.findall(candidate.sentence.text.casefold()):
        return candidate
    if not is_complete_sentence(" ".join(place.text.split())):
        return candidate
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"text": place.shown}))


def extractive_fallback(verifier: Verifier, sentences: int) -> list[Candidate]:
    """Return the article's best sentences that pass the checks, at most `BEYOND * sentences`."""
    article = verifier.facts.article
    values = sentence_worth(article)
    ranked = sorted(zip(values, article.sentences, strict=True), key=lambda pair: (-pair[0], pair[1].start))
    found: list[Candidate] = []
    for value, sentence in ranked:
        if len(found) >= sentences * BEYOND:
            break
        if value and sentence.role == "body":
            found += own_words(article.evidence(sentence), verifier)
    return found


def own_words(place: Evidence, verifier: Verifier) -> list[Candidate]:
    """Return the article sentence at `place` as a list of one checked candidate, or [] if it cannot be shown."""
    if not is_complete_sentence(" ".join(place.text.split())):
        return []
    own = verifier.verify(place.shown, origin="article")
    return own if len(own) == 1 and STRICT.stands(own[0]) else []


def corrected(sentence: CheckedSentence) -> str | None:
    """Return the sentence with its wrong values replaced by the article's.

    None unless the sentence is contradicted, each error has a value of the article, and no such value is elsewhere in
    the sentence.
    """
    errors = sorted(
        (finding for finding in sentence.findings if finding.severity == "error"), key=lambda one: one.claim.start
    )
    replaceable = errors and all(one.code in REPLACEABLE and one.article for one in errors)
    if sentence.verdict != "contradicted" or not replaceable:
        return None
    kept, values, position = [], [], 0
    for error in errors:
        if error.claim.start < position:
            return None
        kept.append(sentence.text[position : error.claim.start])
        values.append(_in_sentence(error))
        position = error.claim.end
    kept.append(sentence.text[position:])
    # Without "only", "about".
    bare = [value.split()[-1] if any(map(str.isdigit, value.split()[-1])) else value for value in values]
    repeated = any(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", " ".join(kept)) for value in bare)
    if repeated or len(set(bare)) < len(bare):
        return None
    return "".join(part for pair in zip(kept, [*values, ""], strict=True) for part in pair)


def _in_sentence(error: Finding) -> str:
    """Return the article's value in one line; an amount has a capital only at the start of the sentence."""
    value = " ".join(error.article.text.split()) if error.article else ""
    if error.claim.start == 0:
        return value[:1].upper() + value[1:]
    amount = error.code in ("figure", "money") and value.split()[0].istitle()
    return value[:1].lower() + value[1:] if amount else value


STAGE = "repair"
ANSWER_TOKENS = 160
UNSAID = "The article does not say this."


def request_for(sentence: CheckedSentence, *, article: Article, prompt: Prompt, sampling: Sampling) -> Request:
    """Build the request to reword a sentence, with its evidence and a description of its faults."""
    material = "\n".join(" ".join(place.text.split()) for place in sentence.evidence)
    errors = [finding for finding in sentence.findings if finding.severity == "error" and finding.code != "language"]
    # Notes may be wrong, so they are mentioned only if there is no error.
    descriptions = [in_words(finding, sentence.text, article.story) for finding in errors or sentence.findings]
    faults = "\n".join(f"- {fault}" for fault in dict.fromkeys(descriptions or [UNSAID]))
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


# Maximum number of sentences of evidence.
PLACES = 3
# Estimated tokens of a sentence and the description of its faults.
FAULTS = 200
# Added to the temperature from the second request for a sentence.
WARMER = 0.4
NOTHING = Budget(calls=0, prompt_tokens=0, completion_tokens=0)


@dataclass(frozen=True)
class RepairPlan:
    """The plan of the repair. Without a `prompt`, no model is asked to reword sentences.

    Sentences in the model's words must meet `standard`, those in the article's words `STRICT`.
    """

    task: SummaryTask
    standard: Standard = STRICT
    prompt: Prompt | None = None

    @property
    def rounds(self) -> int:
        """The maximum number of requests for one sentence."""
        return 0 if self.prompt is None else self.task.settings.repair_rounds

    @property
    def stage(self) -> StagePlan:
        """The budget: no calls are expected; the maximum is all rounds for each wanted sentence."""
        calls = self.task.length.sentences * self.rounds
        if self.prompt is None or not calls:
            return StagePlan(stage=STAGE, expected=NOTHING, most=NOTHING)
        article = self.task.article
        longest = max(estimate_tokens(article.quote(sentence)) for sentence in article.sentences)
        bare = Request(stage=STAGE, system=self.prompt.system, user=self.prompt.user, examples=self.prompt.examples)
        read = prompt_tokens(bare) + PLACES * longest + FAULTS
        most = Budget(calls=calls, prompt_tokens=calls * read, completion_tokens=calls * ANSWER_TOKENS)
        return StagePlan(stage=STAGE, expected=NOTHING, most=most)


@dataclass(frozen=True)
class Gap:
    """An unsupported sentence that may be replaced: as drafted (`first`), and in its best wording (`last`)."""

    first: Candidate
    last: Candidate

    def replacements(self, verifier: Verifier) -> Iterator[Candidate]:
        """Yield sentences of the article that may replace this one: its evidence, best first."""
        for place in self.first.sentence.evidence:
            for own in own_words(place, verifier):
                yield replace(own.after("replaced", self.last), replaced=True)


class Repair:
    """Repairs the sentences of one run. `calls`: the records of its calls."""

    def __init__(self, plan: RepairPlan, limiter: SpendLimiter) -> None:
        self.standard = plan.standard
        self.calls: list[Call] = []
        self._task = plan.task
        self._prompt = plan.prompt
        self._rounds = plan.rounds
        self._backend = MeteredBackend(plan.task.backend, limiter, plan.task.observer)
        self._calls_left = plan.stage.most.calls

    async def repair(self, candidate: Candidate) -> Candidate | Gap | None:
        """Return the sentence to show, a gap if the article may replace it, or None if it is dropped.

        If `on_unsupported` is "repair", an unsupported or incomplete sentence is first corrected and reworded.
        """
        on_unsupported = self._task.on_unsupported
        if self.standard.passes(candidate):
            return as_printed(candidate)
        if on_unsupported == "keep":
            return as_printed(candidate) if self.standard.whole(candidate.sentence.text) else None
        if on_unsupported == "drop":
            return None
        last = await self._mended(candidate) if on_unsupported == "repair" else candidate
        return last if last is not candidate and self.standard.passes(last) else Gap(candidate, last)

    async def repair_all(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return the sentences to show. Each gap gets its first replacement, if there is one."""
        parts: list[Candidate] = []
        for candidate in candidates:
            part = await self.repair(candidate)
            if isinstance(part, Gap):
                part = next(part.replacements(self._task.verifier), None)
            if part is not None:
                parts.append(part)
        return parts

    async def _mended(self, candidate: Candidate) -> Candidate:
        if any(finding.code == "judged" for finding in candidate.sentence.findings):
            # The judge is not asked again, and the checks alone might accept the same words.
            return candidate
        current = self._better(corrected(candidate.sentence), "corrected", candidate, candidate)
        for turn in range(self._rounds):
            if self.standard.stands(current) or self._calls_left <= 0:
                break
            self._calls_left -= 1
            try:
                text, call = await self._reworded(current.sentence, turn)
            except LimitReachedError:
                break
            except CallError as error:
                # Not fatal, even if the key is refused now: the article's sentence is used.
                text, call = None, failed(STAGE, error)
            self.calls.append(call.model_copy(update={"sentence": candidate.draft}))
            current = self._better(text, "asked again", current, candidate)
        if current is candidate or current.sentence.origin != "model":
            return current
        return replace(current, sentence=current.sentence.model_copy(update={"origin": "repaired"}))

    async def _reworded(self, sentence: CheckedSentence, turn: int) -> tuple[str | None, Call]:
        task, prompt = self._task, self._prompt
        assert prompt is not None, "rounds are planned with a prompt only"
        sampling = warmed(task.sampling, WARMER if turn else 0.0, turn=turn)
        request = request_for(sentence, article=task.article, prompt=prompt, sampling=sampling)
        source = " ".join(place.text for place in sentence.evidence)
        answer, call = await ask(request, backend=self._backend, prompt=prompt, source=source, output="sentence")
        return answer.sentences[0].text if answer.sentences else None, call

    def _better(self, text: str | None, action: Action, current: Candidate, first: Candidate) -> Candidate:
        """Return the new wording `text` if it has fewer errors than the current sentence, else the latter."""
        checked = self._task.checked(text) if text else []
        if len(checked) != 1 or not self.standard.whole(checked[0].sentence.text):
            return current
        new = checked[0]
        fewer = (errors(new), not self.standard.stands(new)) < (errors(current), not self.standard.stands(current))
        return new.after(action, current) if fewer and says_the_thing(new, first) else current


# Minimum share of the drafted sentence's correct words that a repaired sentence must keep.
SAME_THING = 0.5


def errors(candidate: Candidate) -> int:
    """Return the number of errors, at least 1 for an unsupported sentence. An unread language is no error."""
    found = sum(finding.severity == "error" for finding in candidate.sentence.findings if finding.code != "language")
    return max(found, not is_unopposed(candidate))


def says_the_thing(new: Candidate, first: Candidate) -> bool:
    """Return whether a repaired sentence shares evidence and enough correct words with the drafted one."""
    wrong = {
        word.strip(".,;:!?“”‘’\"'()").casefold()
        for finding in first.sentence.findings
        if finding.severity == "error" and finding.claim.text != first.sentence.text
        for word in finding.claim.text.split()
    }
    wanted = first.words - wrong
    starts = {place.start for place in first.sentence.evidence}
    near = new.place is None or not starts or new.place.start in starts
    return near and len(wanted & new.words) >= SAME_THING * len(wanted)
