"""Choose among candidates: for weak models and for none, whose sentences are no text yet.

What the model said competes with the article's best sentences, and what leans on something left out gives way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.backends.budget import SpendLimiter
from summarise.checks.provenance import Candidate
from summarise.data import Call, KeyFact
from summarise.writing.assembly import Assembled
from summarise.writing.coherence.composing import compose, shortest
from summarise.writing.notices import headline_faults
from summarise.writing.repair import RunRepair, extractive_fallback, may_stand_unread, one_sentence, repair
from summarise.writing.selection import pick
from summarise.writing.strategies import Generation, SummaryTask, with_full_stop


@dataclass(frozen=True)
class Selection:
    """Chooses the sentences that tell most of an article within the wanted length."""

    task: SummaryTask
    run_repair: RunRepair
    key_facts: Sequence[KeyFact]

    async def assemble(self, said: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the best candidates in the article's order, with names put in where pronouns hang loose."""
        offered = [one for one in said if written.may_become(one)]
        repaired = await repair(offered, self.task.on_unsupported, self.run_repair.tools(limiter))
        return self.chosen_from(repaired.shown, repaired.calls)

    def chosen_from(self, candidates: Sequence[Candidate], calls: Sequence[Call]) -> Assembled:
        """Return the best of candidates and, where the user has it repair or replace, of the article's sentences."""
        task, found = self.task, list(candidates)
        if task.on_unsupported in ("repair", "replace"):
            own = extractive_fallback(task.article, 2 * task.length.sentences, task.checked_own)
            found = self._headlines(found) or own if task.style == "headline" else [*found, *own]
        return Assembled(compose(found, task.verifier, task.length, key_facts=self.key_facts), found, calls)

    def _headlines(self, said: Sequence[Candidate]) -> list[Candidate]:
        """Return what may be the headline: what a model wrote without a fault, else the article's own headline.

        Where it has none, what was said, and what matters most in the article, each as short as it can be.
        """
        written = [one for one in said if one.sentence.origin != "article" and not headline_faults(one.sentence.text)]
        if better := written or self._own_headline():
            return better
        telling = pick(self.task.article, count=1, key_facts=self.key_facts)
        return shortest([*said, *self.run_repair.shortened(telling), *self._first_key_fact()])

    def _own_headline(self) -> list[Candidate]:
        """Return the first line of the article's own headline that is supported, as a sentence."""
        lines = [one for one in self.task.article.sentences if one.role == "headline"]
        return self._supported([self.task.article.quote(one) for one in lines])[:1]

    def _first_key_fact(self) -> list[Candidate]:
        """Return the first key fact that stands in the article in one piece."""
        return self._supported([key.text for key in self.key_facts if len(key.pieces) == 1][:1])

    def _supported(self, texts: Sequence[str]) -> list[Candidate]:
        found = []
        for text in texts:
            line = " ".join(text.split())
            checked = self.task.checked_own(with_full_stop(line[:1].upper() + line[1:]))
            found.append(one_sentence(checked, may_stand_unread))
        return [one for one in found if one is not None]


def best_headlines(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return those of the candidates with the fewest faults of a headline, in their order."""
    faults = [len(headline_faults(one.sentence.text)) for one in candidates]
    return [one for one, count in zip(candidates, faults, strict=True) if count == min(faults)]
