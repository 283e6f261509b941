"""Assemble a summary from the drafted sentences: repair them, then select.

Sentences that the model wrote as one text keep their order, and only unsupported ones are replaced. Otherwise the most
informative ones are chosen, together with sentences of the article.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from summarise.backends.budget import SpendLimiter
from summarise.checks.focus import unanswering
from summarise.checks.verification import Candidate
from summarise.data import Call, GuardKind, KeyFact
from summarise.facts.salience import overlap, points_back
from summarise.writing.coherence import readable
from summarise.writing.minutes import agreed, in_sections, items_of, strongest
from summarise.writing.repair import Gap, Repair, RepairPlan, extractive_fallback, own_words
from summarise.writing.selection import Redundancy, compose, fits, is_statement, pick, placed, values_of
from summarise.writing.task import STRICT, Generation, SummaryTask, headline_faults, with_full_stop

# Guard events that remove a part of an answer.
REMOVED: frozenset[GuardKind] = frozenset({"cut off", "refusal", "echo", "repetition", "language", "leak", "too long"})
# Maximum share of its content that a replacement, or a filler, may have in common with the rest of the text.
REPLACEMENT_KNOWN, FILLER_KNOWN = 0.7, 0.4


@dataclass(frozen=True)
class Assembled:
    """The sentences of a summary in order (`chosen`), all candidates for it, and the calls of the repair."""

    chosen: Sequence[Candidate]
    candidates: Sequence[Candidate]
    calls: Sequence[Call] = ()


@dataclass(frozen=True)
class Assembly:
    """Assembles the summary of one task."""

    task: SummaryTask
    repair: RepairPlan
    key_facts: Sequence[KeyFact]

    async def assemble(self, sentences: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the summary. `sentences`: the drafted sentences, perhaps with verdicts of a judge."""
        if written.unchanged:
            return Assembled(written.candidates or (), [*(written.candidates or ()), *written.sentences])
        task, repair = self.task, Repair(self.repair, limiter)
        candidates = [sentence for sentence in sentences if written.may_become(sentence)]
        if task.style == "minutes":
            shown = agreed(await repair.repair_all(candidates), task)
            if candidates and not shown and task.on_unsupported in ("repair", "replace"):
                shown = strongest(items_of(task), task)
            return Assembled(in_sections(shown, task.length), shown, repair.calls)
        if not written.one_text:
            return self._chosen(await repair.repair_all(candidates), repair.calls)
        passing = [candidate for candidate in candidates if repair.standard.passes(candidate)]
        if task.style == "headline":
            candidates = sorted(passing or candidates, key=lambda one: len(headline_faults(one.sentence.text)))[:1]
        answer, parts = await self._within_length(candidates, repair)
        shown = [part for part in parts if isinstance(part, Candidate)]
        if task.on_unsupported in ("repair", "replace"):
            if not shown:
                gaps = [next(part.replacements(task.verifier), None) for part in parts if isinstance(part, Gap)]
                return self._chosen([own for own in gaps if own is not None], repair.calls)
            shown = self._without_gaps(parts)
            most = task.length.sentences if _has_removed_parts(written) else min(task.length.sentences, len(answer))
            shown = self._answering(self._filled(shown, most))
        unused = [candidate for candidate in passing if candidate not in answer]
        return Assembled(shown, [*shown, *unused], repair.calls)

    def _chosen(self, candidates: Sequence[Candidate], calls: Sequence[Call]) -> Assembled:
        """Choose among candidates and, if the option `on_unsupported` allows it, sentences of the article."""
        task, pool = self.task, list(candidates)
        if task.on_unsupported in ("repair", "replace"):
            own = extractive_fallback(task.verifier, 2 * task.length.sentences)
            pool = self._headlines(pool) or own if task.style == "headline" else [*pool, *own]
        if task.article.focus:
            values = values_of(task.article)
            pool = [one for one in pool if one.place and values.at(one.place)] or pool
        return Assembled(compose(pool, task.verifier, task.length, key_facts=self.key_facts), pool, calls)

    async def _within_length(
        self, candidates: Sequence[Candidate], repair: Repair
    ) -> tuple[Sequence[Candidate], list[Candidate | Gap]]:
        """Repair candidates until the maximum length is reached. Returns the candidates used, and the results.

        A gap does not count towards the length.
        """
        parts: list[Candidate | Gap] = []
        shown: list[Candidate] = []
        for place, candidate in enumerate(candidates):
            if len(shown) >= self.task.length.most_sentences:
                return candidates[:place], parts
            part = await repair.repair(candidate)
            if isinstance(part, Candidate):
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
        """Return the text with each gap filled by an article sentence understandable there, or left out."""
        text: list[Candidate] = []
        for place, part in enumerate(parts):
            if isinstance(part, Candidate):
                text.append(part)
                continue
            after = [later for later in parts[place + 1 :] if isinstance(later, Candidate)]
            for own in part.replacements(self.task.verifier):
                if self._can_stand(own, text, after, known=REPLACEMENT_KNOWN) and self._fits(own, [*text, *after]):
                    text.append(own)
                    break
        return text

    def _filled(self, text: list[Candidate], sentences: int) -> list[Candidate]:
        """Return the text filled up to a number of sentences with the article's best ones.

        Sentences that occur twice in the article are skipped as boilerplate or pull quotes.
        """
        task = self.task
        if len(text) >= sentences:
            return text
        times = Counter(map(task.article.quote, task.article.sentences))
        for index in pick(task.article, count=task.length.sentences, key_facts=self.key_facts):
            sentence = task.article.sentences[index]
            if times[task.article.quote(sentence)] > 1:
                continue
            for own in own_words(task.article.evidence(sentence), task.verifier):
                if len(text) < sentences and fits([own], text, task.length):
                    text = self._inserted(own, text)
        return text

    def _answering(self, text: list[Candidate]) -> list[Candidate]:
        """Return the text, with the article's most relevant sentence added if none answers the focus.

        The draft of a strong model stays as it is.
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
        if own is None or self._is_known(own, text, REPLACEMENT_KNOWN):
            return text
        texts = []
        for group in ([own], [before, own] if before and best else [own]):
            others = text if fits(group, text, task.length) else [*text[:lowest], *text[lowest + 1 :]]
            at = _place_for(own, others)
            longer = [*others[:at], *group, *others[at:]]
            if fits(group, others, task.length):
                clear = readable([placed(sentence) for sentence in longer], task.verifier.facts)
                texts.append((all(clear[at : at + len(group)]), longer))
        # An answer with an unexplained "They" is better than none.
        return next((longer for clear, longer in texts if clear), texts[0][1] if texts else text)

    def _inserted(self, own: Candidate, text: list[Candidate]) -> list[Candidate]:
        """Return the text with `own` inserted in the article's order, or at the end, if understandable there."""
        for at in dict.fromkeys([_place_for(own, text), len(text)]):
            if self._can_stand(own, text[:at], text[at:], known=FILLER_KNOWN):
                return [*text[:at], own, *text[at:]]
        return text

    def _can_stand(
        self, own: Candidate, before: Sequence[Candidate], after: Sequence[Candidate], *, known: float
    ) -> bool:
        """Return whether an article sentence is understandable between two parts of a text, and adds content."""
        facts = self.task.verifier.facts
        if not is_statement(own, facts) or self._is_known(own, [*before, *after], known):
            return False
        if points_back(own.sentence.text) and not (before and before[-1].replaced):
            return False
        if not after:
            return readable([placed(sentence) for sentence in [*before, own]], facts)[-1]
        text = [placed(sentence) for sentence in [*before, own, after[0]]]
        return all(readable(text, facts)[-2:]) and not points_back(after[0].sentence.text)

    def _is_known(self, own: Candidate, others: Sequence[Candidate], most: float) -> bool:
        text = own.sentence.text
        if self._redundancy.covered(text, [other.sentence.text for other in others]) >= most:
            return True
        return any(
            own.place in _sources(other)
            or overlap(own.words, other.words)
            or self._redundancy.same(text, other.sentence.text)
            for other in others
        )

    @cached_property
    def _redundancy(self) -> Redundancy:
        return Redundancy(self.task.verifier.facts)

    def _headlines(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return candidates for a headline: the model's without faults, else the article's own, else short ones."""
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
            if len(checked) == 1 and STRICT.stands(checked[0]):
                supported += checked
        return supported


def shortest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return for each sentence of the article the shortest candidate by the article, and by the model."""
    best: dict[tuple[str, int], Candidate] = {}
    for candidate in candidates:
        whose = "article" if candidate.sentence.origin == "article" else "model"
        key = whose, candidate.place.start if candidate.place else -1
        known = best.get(key)
        if known is None or len(candidate.sentence.text) < len(known.sentence.text):
            best[key] = candidate
    return list(best.values())


def _place_for(own: Candidate, text: Sequence[Candidate]) -> int:
    """Return the index in a text after the sentences that come before `own` in the article."""
    start = own.place.start if own.place else 0
    return max((at for at, other in enumerate(text, start=1) if other.place and other.place.start < start), default=0)


def _sources(candidate: Candidate) -> Sequence[object]:
    return candidate.sentence.evidence[: 2 if candidate.sentence.rewording == "fused" else 1]


def _has_removed_parts(written: Generation) -> bool:
    removed = any(event.kind in REMOVED and event.recovered for call in written.calls for event in call.events)
    return removed or any(chunk.problem for chunk in written.chunks)
