"""Assembly of a summary from the drafted sentences: repair, then selection.

The sentences of one text stay in its order, and only unsupported ones are replaced. Other sentences are candidates:
the most informative ones are chosen, together with sentences of the article.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from summarise.backends.budget import SpendLimiter
from summarise.checks.provenance import Candidate
from summarise.data import Call, GuardKind, KeyFact
from summarise.facts.salience import overlap, points_back
from summarise.writing.coherence import LOOSE, weights
from summarise.writing.notices import headline_faults
from summarise.writing.redundancy import Redundancy
from summarise.writing.repair import (
    Gap,
    RepairTools,
    RunRepair,
    extractive_fallback,
    may_stand_unread,
    one_sentence,
    own_words,
    repaired,
    showable,
)
from summarise.writing.selection import compose, fits, is_statement, pick, placed
from summarise.writing.task import Generation, SummaryTask, with_full_stop

# Guard events that remove a part of an answer.
REMOVED: frozenset[GuardKind] = frozenset({"cut off", "refusal", "echo", "repetition", "language", "leak", "too long"})
# Maximum share of its content that a replacement may have in common with the rest of the text, and a filler.
REPLACEMENT_KNOWN, FILLER_KNOWN = 0.7, 0.4


@dataclass(frozen=True)
class Assembled:
    """The sentences of a summary, in order, all candidates, and the calls of the repair."""

    chosen: Sequence[Candidate]
    candidates: Sequence[Candidate]
    calls: Sequence[Call] = ()


@dataclass(frozen=True)
class Assembly:
    """Assembles the summary of one task."""

    task: SummaryTask
    run_repair: RunRepair
    key_facts: Sequence[KeyFact]

    async def assemble(self, said: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the summary; `said` are the sentences of `written`, perhaps judged."""
        if written.unchanged:
            return Assembled(written.offered or (), written.offered or ())
        task, tools, calls = self.task, self.run_repair.tools(limiter), list[Call]()
        offered = [one for one in said if written.may_become(one)]
        if not written.one_text:
            return self._chosen(await showable(offered, task.on_unsupported, tools, calls), calls)
        passing = [one for one in offered if tools.standard.passes(one)]
        if task.style == "headline":
            offered = best_headlines(passing or offered)[:1]
        answer, parts = await self._within_length(offered, tools, calls)
        shown = [part for part in parts if isinstance(part, Candidate)]
        if task.on_unsupported in ("repair", "replace"):
            if not shown:
                gaps = [next(part.replacements(tools), None) for part in parts if isinstance(part, Gap)]
                return self._chosen([one for one in gaps if one is not None], calls)
            shown = self._without_gaps(parts, tools)
            most = task.length.sentences if _has_removed_parts(written) else min(task.length.sentences, len(answer))
            shown = self._filled(shown, most)
        return Assembled(shown, [*shown, *(one for one in passing if one not in answer)], calls)

    def _chosen(self, candidates: Sequence[Candidate], calls: Sequence[Call]) -> Assembled:
        """Choose among candidates and, if the user allows it, sentences of the article."""
        task, found = self.task, list(candidates)
        if task.on_unsupported in ("repair", "replace"):
            own = extractive_fallback(task.article, 2 * task.length.sentences, task.checked_own)
            found = self._headlines(found) or own if task.style == "headline" else [*found, *own]
        return Assembled(compose(found, task.verifier, task.length, key_facts=self.key_facts), found, calls)

    async def _within_length(
        self, offered: Sequence[Candidate], tools: RepairTools, calls: list[Call]
    ) -> tuple[Sequence[Candidate], list[Candidate | Gap]]:
        """Repair sentences up to the maximum length; return those repaired, and the results.

        Gaps do not count for the length.
        """
        parts: list[Candidate | Gap] = []
        shown: list[Candidate] = []
        for place, one in enumerate(offered):
            if len(shown) >= self.task.length.most_sentences:
                return offered[:place], parts
            part = await repaired(one, self.task.on_unsupported, tools, calls)
            if isinstance(part, Candidate):
                if shown and not self._fits(part, shown):
                    return offered[:place], parts
                shown.append(part)
            if part is not None:
                parts.append(part)
        return offered, parts

    def _fits(self, one: Candidate, others: Sequence[Candidate]) -> bool:
        words, length = sum(len(other.sentence.text.split()) for other in [*others, one]), self.task.length
        return words <= length.most_words and len(others) < length.most_sentences

    def _without_gaps(self, parts: Sequence[Candidate | Gap], tools: RepairTools) -> list[Candidate]:
        """Return a text whose gaps are replaced with sentences of the article that can be read there."""
        shown: list[Candidate] = []
        for place, part in enumerate(parts):
            if isinstance(part, Candidate):
                shown.append(part)
                continue
            after = [later for later in parts[place + 1 :] if isinstance(later, Candidate)]
            for own in part.replacements(tools):
                readable = self._can_stand(own, shown, after, known=REPLACEMENT_KNOWN)
                if readable and self._fits(own, [*shown, *after]):
                    shown.append(own)
                    break
        return shown

    def _filled(self, shown: Sequence[Candidate], sentences: int) -> list[Candidate]:
        """Return a text filled up with the article's best sentences.

        Sentences that occur twice in the article are boilerplate or pull quotes.
        """
        task, text = self.task, list(shown)
        if len(text) >= sentences:
            return text
        times = Counter(map(task.article.quote, task.article.sentences))
        for index in pick(task.article, count=task.length.sentences, key_facts=self.key_facts):
            sentence = task.article.sentences[index]
            if times[task.article.quote(sentence)] > 1:
                continue
            for own in own_words(task.article.evidence(sentence), task.checked_own):
                if len(text) < sentences and fits([own], text, task.length):
                    text = self._inserted(own, text)
        return text

    def _inserted(self, own: Candidate, text: Sequence[Candidate]) -> list[Candidate]:
        """Insert a sentence in the article's order, or at the end, if it can be read there."""
        start = own.place.start if own.place else 0
        earlier = [index for index, one in enumerate(text) if one.place is not None and one.place.start < start]
        for at in dict.fromkeys([max(earlier, default=-1) + 1, len(text)]):
            if self._can_stand(own, text[:at], text[at:], known=FILLER_KNOWN):
                return [*text[:at], own, *text[at:]]
        return list(text)

    def _can_stand(
        self, own: Candidate, before: Sequence[Candidate], after: Sequence[Candidate], *, known: float
    ) -> bool:
        """Return whether a sentence of the article can be read between others and adds to them."""
        facts = self.task.verifier.facts
        if not is_statement(own, facts) or self._is_known(own, [*before, *after], known):
            return False
        weight = weights([placed(one) for one in [*before, own]], facts)[-1]
        if weight >= LOOSE or (points_back(own.sentence.text) and not (before and before[-1].replaced)):
            return False
        if not after:
            return True
        following = placed(after[0])
        weight = weights([*map(placed, before), placed(own), following], facts)[-1]
        return weight < LOOSE and not points_back(following.text)

    def _is_known(self, own: Candidate, others: Sequence[Candidate], most: float) -> bool:
        text = own.sentence.text
        if self._redundancy.covered(text, [one.sentence.text for one in others]) >= most:
            return True
        return any(
            own.place in _sources(one)
            or overlap(own.words, one.words)
            or self._redundancy.same(text, one.sentence.text)
            for one in others
        )

    @cached_property
    def _redundancy(self) -> Redundancy:
        return Redundancy(self.task.verifier.facts)

    def _headlines(self, said: Sequence[Candidate]) -> list[Candidate]:
        """Return candidates for a headline: of the model without faults, else the article's own, else short ones."""
        written = [one for one in said if one.sentence.origin != "article" and not headline_faults(one.sentence.text)]
        if better := written or self._own_headline():
            return better
        return shortest([*said, *self._first_key_fact()])

    def _own_headline(self) -> list[Candidate]:
        lines = [one for one in self.task.article.sentences if one.role == "headline"]
        return self._supported([self.task.article.quote(one) for one in lines])[:1]

    def _first_key_fact(self) -> list[Candidate]:
        return self._supported([key.text for key in self.key_facts if len(key.pieces) == 1][:1])

    def _supported(self, texts: Sequence[str]) -> list[Candidate]:
        """Return the supported texts as sentences."""
        found = []
        for text in texts:
            line = " ".join(text.split())
            checked = self.task.checked_own(with_full_stop(line[:1].upper() + line[1:]))
            found.append(one_sentence(checked, may_stand_unread))
        return [one for one in found if one is not None]


def best_headlines(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with the fewest faults of a headline, in order."""
    faults = [len(headline_faults(one.sentence.text)) for one in candidates]
    return [one for one, count in zip(candidates, faults, strict=True) if count == min(faults)]


def shortest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the shortest candidate of each place and origin, for a headline."""
    found: dict[tuple[str, int], Candidate] = {}
    for candidate in candidates:
        whose = "article" if candidate.sentence.origin == "article" else "model"
        key = whose, candidate.place.start if candidate.place else -1
        known = found.get(key)
        if known is None or len(candidate.sentence.text) < len(known.sentence.text):
            found[key] = candidate
    return list(found.values())


def _sources(candidate: Candidate) -> Sequence[object]:
    """Return the best evidence, and for a fused sentence the second best."""
    return candidate.sentence.evidence[: 2 if candidate.sentence.rewording == "fused" else 1]


def _has_removed_parts(written: Generation) -> bool:
    """Return whether a chunk failed or a guard removed a part of an answer."""
    removed = any(event.kind in REMOVED and event.recovered for call in written.calls for event in call.events)
    return removed or any(chunk.problem for chunk in written.chunks)
