"""Repair unsupported sentences (correct, reword, replace or drop them), and assemble the summary.

If the model wrote one text, its sentences keep their order, and only unsupported ones are replaced. Otherwise the most
informative sentences are chosen among those of the model and of the article.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed_call
from summarise.backends.tokens import estimate_tokens, prompt_tokens
from summarise.checks.focus import unanswering
from summarise.checks.kinds import REPLACEABLE
from summarise.checks.verification import Candidate, Verifier
from summarise.data import (
    Action,
    Article,
    Budget,
    Call,
    CheckedSentence,
    Finding,
    GuardKind,
    KeyFact,
    Request,
    Sampling,
    StagePlan,
)
from summarise.data.plans import NOTHING
from summarise.errors import CallError
from summarise.facts.salience import overlap, points_back
from summarise.prompting import Prompt, fence, harmless
from summarise.writing.coherence import readable
from summarise.writing.guards import answer_tokens, ask, request_of, warmed
from summarise.writing.minutes import corrected_items, in_sections, items_of, strongest
from summarise.writing.selection import (
    Redundancy,
    compose,
    extractive_fallback,
    fits,
    is_statement,
    own_words,
    pick,
    placed,
    values_of,
)
from summarise.writing.task import (
    STRICT,
    Generation,
    Standard,
    SummaryTask,
    headline_faults,
    is_complete_sentence,
    is_unopposed,
    with_full_stop,
)

_WORD = re.compile(r"\w+")


def as_printed(candidate: Candidate) -> Candidate:
    """Return a candidate, with the article's punctuation and case if it has the same words as its source."""
    place = candidate.place
    if place is None or _WORD.findall(place.text.casefold()) != _WORD.findall(candidate.sentence.text.casefold()):
        return candidate
    if not is_complete_sentence(" ".join(place.text.split())):
        return candidate
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"text": place.shown}))


def corrected(sentence: CheckedSentence) -> str | None:
    """Return the sentence with its wrong values replaced by the article's, or None if that is not possible.

    The sentence must be contradicted, each error must have an article value that can replace it, and no inserted value
    may occur twice in the result.
    """
    errors = [finding for finding in sentence.findings if finding.severity == "error"]
    errors.sort(key=lambda error: error.claim.start)
    replaceable = errors and all(error.code in REPLACEABLE and error.article for error in errors)
    if sentence.verdict != "contradicted" or not replaceable:
        return None
    # Alternately unchanged text and a new value.
    parts, position = list[str](), 0
    for error in errors:
        if error.claim.start < position:
            return None
        parts += [sentence.text[position : error.claim.start], _in_sentence(error)]
        position = error.claim.end
    parts.append(sentence.text[position:])
    # The number alone, without "only" or "about".
    numbers = [value.split()[-1] if any(map(str.isdigit, value.split()[-1])) else value for value in parts[1::2]]
    unchanged = " ".join(parts[::2])
    repeated = any(re.search(rf"(?<!\w){re.escape(number)}(?!\w)", unchanged) for number in numbers)
    return None if repeated or len(set(numbers)) < len(numbers) else "".join(parts)


def _in_sentence(error: Finding) -> str:
    """Return the article's value in one line, with a capital at the start of the sentence.

    Elsewhere, an amount begins with a small letter.
    """
    value = " ".join(error.article.text.split()) if error.article else ""
    if error.claim.start == 0:
        return value[:1].upper() + value[1:]
    amount = error.code in ("figure", "money") and value.split()[0].istitle()
    return value[:1].lower() + value[1:] if amount else value


STAGE = "repair"
UNSAID = "The article does not say this."


def request_for(sentence: CheckedSentence, *, article: Article, prompt: Prompt, sampling: Sampling) -> Request:
    """Build the request to reword a sentence, with its evidence and a description of its faults."""
    evidence = "\n".join(" ".join(place.text.split()) for place in sentence.evidence)
    errors = [finding for finding in sentence.findings if finding.severity == "error" and finding.code != "language"]
    # Notes are less certain than errors, so they are mentioned only if there is no error.
    descriptions = [in_words(finding, sentence.text, article.story) for finding in errors or sentence.findings]
    faults = "\n".join(f"- {fault}" for fault in dict.fromkeys(descriptions or [UNSAID]))
    inputs = {
        "article": fence(evidence or article.story[:500]),
        "sentence": harmless(sentence.text),
        "faults": harmless(faults),
    }
    return request_of(STAGE, prompt, inputs, sampling=sampling, passages=sentence.evidence)


def in_words(finding: Finding, sentence: str, article: str) -> str:
    """Describe a finding in plain English, for a prompt."""
    claim, is_whole = " ".join(finding.claim.text.split()), finding.claim.text == sentence
    if finding.code == "entailment":
        return f"The article does not seem to say {'this' if is_whole else f'“{claim}”'}."
    if finding.article is None:
        if is_whole:
            return UNSAID
        if finding.code == "quotation":
            return f"“{claim}” is not quoted like this in the article."
        line = " ".join(article.split()).casefold()
        contained = re.search(rf"(?<!\w){re.escape(claim.casefold())}(?!\w)", line)
        return f"“{claim}” is {'in the article, but not in this connection' if contained else 'not in the article'}."
    source = " ".join(finding.article.text.split())
    quoted = f"“{source}”" if source.endswith((".", "!", "?", "…")) else f"“{source}”."
    if finding.code == "negation":
        return (
            f"The article denies this: {quoted}"
            if is_whole
            else f"It denies with “{claim}” what the article says: {quoted}"
        )
    if is_whole:
        return f"The article says otherwise: {quoted}"
    if finding.code == "speaker":
        return f"The speaker is wrong at “{claim}”: the article says {quoted}"
    return f"It {'quotes' if finding.code == 'quotation' else 'says'} “{claim}”, but the article says {quoted}"


# Maximum number of sentences of evidence.
EVIDENCE_SENTENCES = 3
# Estimated tokens of a sentence and the description of its faults.
FAULT_TOKENS = 200
# Added to the temperature from the second request for a sentence.
WARMER = 0.4


@dataclass(frozen=True)
class RepairPlan:
    """The plan of the repair. Without a `prompt`, the model is not asked to reword sentences.

    `standard`: the conditions for sentences of the model; those of the article must meet `STRICT`.
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
        """The budget of the repair: no call is expected, at most all rounds for each wanted sentence."""
        calls = self.task.length.sentences * self.rounds
        if self.prompt is None or not calls:
            return StagePlan(stage=STAGE, expected=NOTHING, most=NOTHING)
        article = self.task.article
        longest = max(estimate_tokens(article.quote(sentence)) for sentence in article.sentences)
        bare = Request(stage=STAGE, system=self.prompt.system, user=self.prompt.user, examples=self.prompt.examples)
        read = prompt_tokens(bare) + EVIDENCE_SENTENCES * longest + FAULT_TOKENS
        most = Budget(calls=calls, prompt_tokens=calls * read, completion_tokens=calls * answer_tokens(1))
        return StagePlan(stage=STAGE, expected=NOTHING, most=most)


@dataclass(frozen=True)
class Gap:
    """An unsupported sentence (`drafted`), which a sentence of the article may replace.

    `best`: the best attempt to repair it.
    """

    drafted: Candidate
    best: Candidate

    def replacements(self, verifier: Verifier) -> Iterator[Candidate]:
        """Yield article sentences that may replace the drafted one: its evidence, best first."""
        for place in self.drafted.sentence.evidence:
            for own in own_words(place, verifier):
                yield replace(own.after("replaced", self.best), replaced=True)


def filled(parts: Sequence[Candidate | Gap | None], verifier: Verifier) -> list[Candidate]:
    """Return the sentences in `parts`. A gap is replaced by its first replacement, or left out."""
    chosen = [next(part.replacements(verifier), None) if isinstance(part, Gap) else part for part in parts]
    return [part for part in chosen if part is not None]


class Repair:
    """Repairs the sentences of one run. `calls`: the records of its calls."""

    def __init__(self, plan: RepairPlan, limiter: SpendLimiter) -> None:
        self.standard = plan.standard
        self.calls: list[Call] = []
        self._plan = plan
        self._task = plan.task
        self._backend = MeteredBackend(plan.task.backend, limiter, plan.task.observer)
        self._calls_left = plan.stage.most.calls

    async def repair(self, candidate: Candidate) -> Candidate | Gap | None:
        """Return the sentence to show, a `Gap` that the article may fill, or None if the sentence is dropped.

        If `on_unsupported` is "repair", an unsupported or incomplete sentence is first corrected and reworded.
        """
        on_unsupported = self._task.on_unsupported
        if self.standard.passes(candidate):
            return as_printed(candidate)
        if on_unsupported == "keep":
            return as_printed(candidate) if self.standard.accepts_form(candidate.sentence.text) else None
        if on_unsupported == "drop":
            return None
        best = await self._improved(candidate) if on_unsupported == "repair" else candidate
        return best if best is not candidate and self.standard.passes(best) else Gap(candidate, best)

    async def repair_all(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Repair several sentences. Returns those to show, with `filled` gaps."""
        parts = [await self.repair(candidate) for candidate in candidates]
        return filled(parts, self._task.verifier)

    async def _improved(self, candidate: Candidate) -> Candidate:
        if any(finding.code == "judged" for finding in candidate.sentence.findings):
            # The judge is not asked again, and the checks alone might accept the same words.
            return candidate
        current = self._better(corrected(candidate.sentence), "corrected", candidate, candidate)
        for attempt in range(self._plan.rounds):
            if self.standard.accepts_verdict(current) or self._calls_left <= 0:
                break
            self._calls_left -= 1
            try:
                text, call = await self._reworded(current.sentence, attempt)
            except LimitReachedError:
                break
            except CallError as error:
                # Not fatal, even if the key is refused now: the article's sentence is used.
                text, call = None, failed_call(STAGE, error)
            self.calls.append(call.model_copy(update={"sentence": candidate.draft}))
            current = self._better(text, "asked again", current, candidate)
        if current is candidate or current.sentence.origin != "model":
            return current
        return replace(current, sentence=current.sentence.model_copy(update={"origin": "repaired"}))

    async def _reworded(self, sentence: CheckedSentence, attempt: int) -> tuple[str | None, Call]:
        task, prompt = self._task, self._plan.prompt
        assert prompt is not None, "rounds are planned with a prompt only"
        sampling = warmed(task.sampling, WARMER if attempt else 0.0, attempt=attempt)
        request = request_for(sentence, article=task.article, prompt=prompt, sampling=sampling)
        source = " ".join(place.text for place in sentence.evidence)
        answer, call = await ask(request, backend=self._backend, prompt=prompt, source=source)
        return answer.sentences[0].text if answer.sentences else None, call

    def _better(self, text: str | None, action: Action, current: Candidate, first: Candidate) -> Candidate:
        """Return `current`, or the new `text` if it has fewer errors and keeps the content of the draft (`first`)."""
        checked = self._task.checked(text) if text else []
        if len(checked) != 1 or not self.standard.accepts_form(checked[0].sentence.text):
            return current
        new = checked[0]
        new_faults, old_faults = ((errors(each), not self.standard.accepts_verdict(each)) for each in (new, current))
        return new.after(action, current) if new_faults < old_faults and keeps_content(new, first) else current


# Minimum share of the drafted sentence's correct words that a repaired sentence must keep.
KEPT_WORDS = 0.5


def errors(candidate: Candidate) -> int:
    """Return the number of errors without those about the language, at least 1 for an unsupported sentence."""
    count = sum(finding.severity == "error" for finding in candidate.sentence.findings if finding.code != "language")
    return max(count, not is_unopposed(candidate))


def keeps_content(new: Candidate, drafted: Candidate) -> bool:
    """Return whether a repaired sentence keeps enough correct words of the drafted one, and has the same evidence."""
    wrong = {
        word.strip(".,;:!?“”‘’\"'()").casefold()
        for finding in drafted.sentence.findings
        if finding.severity == "error" and finding.claim.text != drafted.sentence.text
        for word in finding.claim.text.split()
    }
    correct = drafted.words - wrong
    starts = {place.start for place in drafted.sentence.evidence}
    near = new.place is None or not starts or new.place.start in starts
    return near and len(correct & new.words) >= KEPT_WORDS * len(correct)


# Guard events that remove a part of an answer.
REMOVED: frozenset[GuardKind] = frozenset({"cut off", "refusal", "echo", "repetition", "language", "too long"})
# A replacement, or an added sentence, must have less than this share of its content in common with the other text.
REPLACEMENT_OVERLAP, ADDITION_OVERLAP = 0.7, 0.4


@dataclass(frozen=True)
class Assembled:
    """The sentences of a summary in order (`chosen`), all candidates for it, and the calls of the repair."""

    chosen: Sequence[Candidate]
    candidates: Sequence[Candidate]
    calls: Sequence[Call] = ()


@dataclass(frozen=True)
class Assembly:
    """Assembles the summary of one task from checked sentences."""

    task: SummaryTask
    repair: RepairPlan
    key_facts: Sequence[KeyFact]

    async def assemble(self, sentences: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Repair and select. `written`: the result of the plan; `sentences`: its sentences after the judge, if any."""
        if written.unchanged:
            return Assembled(written.candidates or (), [*(written.candidates or ()), *written.sentences])
        task, repair = self.task, Repair(self.repair, limiter)
        candidates = [sentence for sentence in sentences if written.is_candidate(sentence)]
        if task.style == "minutes":
            shown = corrected_items(await repair.repair_all(candidates), task)
            if candidates and not shown and task.on_unsupported in ("repair", "replace"):
                shown = strongest(items_of(task), task)
            return Assembled(in_sections(shown, task.length), shown, repair.calls)
        if not written.one_text:
            return self._chosen(await repair.repair_all(candidates), repair.calls)
        passing = [candidate for candidate in candidates if repair.standard.passes(candidate)]
        if task.style == "headline":
            candidates = sorted(passing or candidates, key=lambda line: len(headline_faults(line.sentence.text)))[:1]
        answer, parts = await self._within_length(candidates, repair)
        shown = [part for part in parts if isinstance(part, Candidate)]
        if task.on_unsupported in ("repair", "replace"):
            if not shown:
                return self._chosen(filled(parts, task.verifier), repair.calls)
            most = task.length.sentences if _has_removed_parts(written) else min(task.length.sentences, len(answer))
            shown = self._with_answer(self._lengthened(self._without_gaps(parts), most))
        unused = [candidate for candidate in passing if candidate not in answer]
        return Assembled(shown, [*shown, *unused], repair.calls)

    def _chosen(self, candidates: Sequence[Candidate], calls: Sequence[Call]) -> Assembled:
        task, pool = self.task, list(candidates)
        if task.on_unsupported in ("repair", "replace"):
            own = extractive_fallback(task.verifier, 2 * task.length.sentences)
            pool = self._headlines(pool) or own if task.style == "headline" else [*pool, *own]
        if task.article.focus:
            values = values_of(task.article)
            pool = [candidate for candidate in pool if candidate.place and values.at(candidate.place)] or pool
        return Assembled(compose(pool, task.verifier, task.length, key_facts=self.key_facts), pool, calls)

    async def _within_length(
        self, candidates: Sequence[Candidate], repair: Repair
    ) -> tuple[Sequence[Candidate], list[Candidate | Gap]]:
        """Repair candidates until the maximum length is reached; gaps do not count.

        Returns the repaired candidates, and the results.
        """
        parts: list[Candidate | Gap] = []
        shown: list[Candidate] = []
        for place, candidate in enumerate(candidates):
            if len(shown) >= self.task.length.most_sentences:
                return candidates[:place], parts
            part = await repair.repair(candidate)
            if isinstance(part, Candidate):
                if any(part.sentence.text == other.sentence.text for other in shown):
                    continue  # a repair made two sentences equal
                if shown and not self._fits(part, shown):
                    return candidates[:place], parts
                shown.append(part)
            if part is not None:
                parts.append(part)
        return candidates, parts

    def _fits(self, sentence: Candidate, others: Sequence[Candidate]) -> bool:
        words = sum(len(other.sentence.text.split()) for other in [*others, sentence])
        return words <= self.task.length.most_words and len(others) < self.task.length.most_sentences

    def _without_gaps(self, parts: Sequence[Candidate | Gap]) -> list[Candidate]:
        """Replace each gap by an article sentence that can be understood there, or leave it out."""
        text: list[Candidate] = []
        for place, part in enumerate(parts):
            if isinstance(part, Candidate):
                text.append(part)
                continue
            after = [later for later in parts[place + 1 :] if isinstance(later, Candidate)]
            for own in part.replacements(self.task.verifier):
                if self._is_suitable(own, text, after, limit=REPLACEMENT_OVERLAP) and self._fits(own, [*text, *after]):
                    text.append(own)
                    break
        return text

    def _lengthened(self, text: list[Candidate], sentences: int) -> list[Candidate]:
        """Add the article's best sentences until the text has `sentences` sentences.

        A sentence that occurs twice in the article is skipped: it is boilerplate or a pull quote.
        """
        article = self.task.article
        if len(text) >= sentences:
            return text
        times = Counter(map(article.quote, article.sentences))
        for index in pick(article, count=self.task.length.sentences, key_facts=self.key_facts):
            sentence = article.sentences[index]
            if times[article.quote(sentence)] > 1:
                continue
            for own in own_words(article.evidence(sentence), self.task.verifier):
                if len(text) < sentences and fits([own], text, self.task.length):
                    text = self._inserted(own, text)
        return text

    def _with_answer(self, text: list[Candidate]) -> list[Candidate]:
        """Add the article's most relevant sentence if no sentence of the text answers the focus.

        A "strong" writer's text is unchanged.
        """
        task, article = self.task, self.task.article
        if task.focus is None or article.focus is None or task.style == "headline":
            return text
        if task.verifier.verdicts.writer == "strong":
            return text
        lowest = unanswering(task.verifier.index, task.focus, [candidate.sentence.text for candidate in text])
        if lowest is None:
            return text
        best = max(range(len(article.sentences)), key=article.focus.relevance.__getitem__)
        own, before = (
            next(iter(own_words(article.evidence(article.sentences[index]), task.verifier)), None)
            for index in (best, max(best - 1, 0))
        )
        if own is None or self._is_repetition(own, text, REPLACEMENT_OVERLAP):
            return text
        texts = []
        for group in ([own], [before, own] if before and best else [own]):
            others = text if fits(group, text, task.length) else [*text[:lowest], *text[lowest + 1 :]]
            at = _place_for(own, others)
            longer = [*others[:at], *group, *others[at:]]
            if fits(group, others, task.length):
                clear = readable([placed(sentence) for sentence in longer], task.verifier.facts)
                texts.append((all(clear[at : at + len(group)]), longer))
        # An answer with an unexplained "They" is better than no answer.
        return next((longer for clear, longer in texts if clear), texts[0][1] if texts else text)

    def _inserted(self, own: Candidate, text: list[Candidate]) -> list[Candidate]:
        """Insert an article sentence (`own`) in the article's order, or else at the end, if suitable there."""
        for at in dict.fromkeys([_place_for(own, text), len(text)]):
            if self._is_suitable(own, text[:at], text[at:], limit=ADDITION_OVERLAP):
                return [*text[:at], own, *text[at:]]
        return text

    def _is_suitable(
        self, own: Candidate, before: Sequence[Candidate], after: Sequence[Candidate], *, limit: float
    ) -> bool:
        """Return whether an article sentence (`own`) may be inserted between `before` and `after`.

        There, `own` and the next sentence must be understandable, and the two parts must contain less than the share
        `limit` of the content of `own`.
        """
        facts, following = self.task.verifier.facts, after[:1]
        if not is_statement(own, facts) or self._is_repetition(own, [*before, *after], limit):
            return False
        if points_back(own.sentence.text) and not (before and before[-1].replaced):
            return False
        clear = readable([placed(sentence) for sentence in [*before, own, *following]], facts)[len(before) :]
        return all(clear) and not any(points_back(sentence.sentence.text) for sentence in following)

    def _is_repetition(self, own: Candidate, others: Sequence[Candidate], limit: float) -> bool:
        text = own.sentence.text
        if self._redundancy.covered(text, [other.sentence.text for other in others]) >= limit:
            return True
        return any(
            own.place in other.sentence.evidence[: 2 if other.sentence.rewording == "fused" else 1]
            or overlap(own.words, other.words)
            or self._redundancy.same(text, other.sentence.text)
            for other in others
        )

    @cached_property
    def _redundancy(self) -> Redundancy:
        return Redundancy(self.task.verifier.facts)

    def _headlines(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        written = [
            candidate
            for candidate in candidates
            if candidate.sentence.origin != "article" and not headline_faults(candidate.sentence.text)
        ]
        article = self.task.article
        lines = [article.quote(sentence) for sentence in article.sentences if sentence.role == "headline"]
        if better := written or (self._supported(lines)[:1] if self.task.focus is None else []):
            return better
        first_key_fact = [key.text for key in self.key_facts if len(key.pieces) == 1][:1]
        return shortest([*candidates, *self._supported(first_key_fact)])

    def _supported(self, texts: Sequence[str]) -> list[Candidate]:
        supported: list[Candidate] = []
        for text in texts:
            line = " ".join(text.split())
            checked = self.task.checked_own(with_full_stop(line[:1].upper() + line[1:]))
            if len(checked) == 1 and STRICT.accepts_verdict(checked[0]):
                supported += checked
        return supported


def shortest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return for each article sentence the shortest candidate by the model, and the shortest from the article."""
    best: dict[tuple[bool, int], Candidate] = {}
    for candidate in candidates:
        key = candidate.sentence.origin == "article", candidate.place.start if candidate.place else -1
        best[key] = min(best.get(key, candidate), candidate, key=lambda each: len(each.sentence.text))
    return list(best.values())


def _place_for(own: Candidate, text: Sequence[Candidate]) -> int:
    start = own.place.start if own.place else 0
    return max((at for at, other in enumerate(text, start=1) if other.place and other.place.start < start), default=0)


def _has_removed_parts(written: Generation) -> bool:
    removed = any(event.kind in REMOVED and event.recovered for call in written.calls for event in call.events)
    return removed or any(chunk.problem for chunk in written.chunks)
