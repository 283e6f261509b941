"""Choose among candidates: for weak models and for none, whose sentences are no text yet.

What the model said competes with the article's best sentences, and what leans on something left out gives way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.assembly import Assembled
from summarise.candidate import Candidate
from summarise.composing import compose, shortest
from summarise.data import Call, KeyFact
from summarise.mending import Mending
from summarise.purse import Purse
from summarise.repair import repair
from summarise.select import pick
from summarise.strategies import Task, Written

HEADLINES = 3
"""How many of the most telling sentences a headline may be made of, shortened by rule."""


@dataclass(frozen=True)
class Selection:
    """Chooses the sentences that tell most of an article within the wanted length."""

    task: Task
    mending: Mending
    key_facts: Sequence[KeyFact]

    async def assemble(self, said: Sequence[Candidate], written: Written, purse: Purse) -> Assembled:
        """Return the best candidates in the article's order, with names put in where pronouns hang loose."""
        offered = [one for one in said if written.may_become(one)]
        repaired = await repair(offered, self.task.on_unsupported, self.mending.tools(purse))
        return self.chosen_from(repaired.shown, repaired.calls)

    def chosen_from(self, candidates: Sequence[Candidate], calls: Sequence[Call]) -> Assembled:
        """Return the best of candidates and, where the user has it repair or replace, of the article's sentences."""
        task, found = self.task, list(candidates)
        if task.on_unsupported in ("repair", "replace"):
            found += self.mending.of_article(2 * task.length.sentences)
            if task.style == "headline":
                telling = pick(task.article, count=HEADLINES, key_facts=self.key_facts)
                found = shortest(found + self.mending.shortened(telling))
        return Assembled(compose(found, task.ground, task.length, key_facts=self.key_facts), found, calls)
