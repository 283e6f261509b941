"""Keep the model's text: for language models that draft a summary as a whole.

A supported sentence is shown as the model wrote it, in its order, whatever is noted of it. What becomes of another one
is decided in `repair/`; what replaces it is put in the same place.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from summarise.backends.budget import SpendLimiter
from summarise.checks.provenance import Candidate
from summarise.data import Call, GuardKind
from summarise.writing.assembly import Assembled
from summarise.writing.assembly.from_candidates import Selection, best_headlines
from summarise.writing.assembly.inserting import Insertion
from summarise.writing.repair import RepairTools, RunRepair, mended, own_words, replacements
from summarise.writing.selection import fits, pick
from summarise.writing.strategies import Generation, SummaryTask

TAKEN_OUT: frozenset[GuardKind] = frozenset(
    {"cut off", "refusal", "echo", "repetition", "language", "leak", "too long"}
)
"""What guards note where they leave out a part of an answer."""


@dataclass(frozen=True)
class Gap:
    """A sentence that cannot be shown and may be replaced; `last` is the best wording that was had of it."""

    first: Candidate
    last: Candidate


@dataclass(frozen=True)
class AsWritten:
    """Shows what a model wrote; `otherwise` chooses where there is no text but only candidates."""

    task: SummaryTask
    run_repair: RunRepair
    otherwise: Selection

    async def assemble(self, said: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the model's text with what is not supported mended, replaced or left out.

        The article's sentences fill it up only where something was taken out of it, or an answer is not whole. Where
        nothing of the model's is left, they are chosen as they would be without a model.
        """
        if not written.one_text:
            return await self.otherwise.assemble(said, written, limiter)
        task, tools, calls = self.task, self.run_repair.tools(limiter), list[Call]()
        offered = [one for one in said if written.may_become(one)]
        passing = [one for one in offered if tools.standard.passes(one)]
        wanted = best_headlines(passing or offered)[:1] if task.style == "headline" else offered
        answer, parts = await self._parts(wanted, tools, calls)
        shown = [part for part in parts if isinstance(part, Candidate)]
        if task.on_unsupported in ("repair", "replace"):
            if not shown:
                # There is no text that the article's sentences could be fitted into.
                instead = [islice(self._options(part, tools), 1) for part in parts if isinstance(part, Gap)]
                return self.otherwise.chosen_from([*chain(*instead)], calls)
            insertion = Insertion(task.verifier)
            shown = self._replaced(parts, insertion, tools)
            most = min(task.length.sentences, len(answer)) if is_whole(written) else task.length.sentences
            shown = self._filled(shown, most, insertion)
        return Assembled(shown, [*shown, *(one for one in passing if one not in answer)], calls)

    async def _parts(
        self, offered: Sequence[Candidate], tools: RepairTools, calls: list[Call]
    ) -> tuple[Sequence[Candidate], list[Candidate | Gap]]:
        """Return the sentences that come to as much as may be shown, and what is shown of them.

        What is left out or replaced counts for no length: the model's own sentences go before what replaces.
        """
        parts: list[Candidate | Gap] = []
        shown: list[Candidate] = []
        for place, one in enumerate(offered):
            if len(shown) >= self.task.length.most_sentences:
                return offered[:place], parts
            part = await self._part(one, tools, calls)
            if isinstance(part, Candidate):
                if shown and not self._fits(part, shown):
                    return offered[:place], parts
                shown.append(part)
            if part is not None:
                parts.append(part)
        return offered, parts

    async def _part(self, one: Candidate, tools: RepairTools, calls: list[Call]) -> Candidate | Gap | None:
        """Return what is shown of a sentence, a gap where it may be replaced, None where it is left out."""
        wish, standard = self.task.on_unsupported, tools.standard
        if standard.passes(one):
            return one
        if wish == "keep":
            return one if standard.whole(one.sentence.text) else None
        if wish == "drop":
            return None
        last = await mended(one, tools, calls) if wish == "repair" else one
        return last if last is not one and standard.passes(last) else Gap(one, last)

    def _replaced(self, parts: Sequence[Candidate | Gap], insertion: Insertion, tools: RepairTools) -> list[Candidate]:
        """Return a text in which every gap is filled with the article's words, where some read well there."""
        shown: list[Candidate] = []
        for place, part in enumerate(parts):
            if isinstance(part, Candidate):
                shown.append(part)
                continue
            after = [later for later in parts[place + 1 :] if isinstance(later, Candidate)]
            for option in self._options(part, tools):
                read = insertion.placed(option, before=shown, after=after, instead_of=part.first)
                if read is not None and self._fits(read, [*shown, *after]):
                    shown.append(read)
                    break
        return shown

    def _options(self, gap: Gap, tools: RepairTools) -> Iterator[Candidate]:
        for place in gap.first.sentence.evidence:
            yield from replacements(gap.last, place, tools, shorten=self.task.on_unsupported == "repair")

    def _fits(self, one: Candidate, others: Sequence[Candidate]) -> bool:
        """Tell whether a sentence may join others without making the text longer than it may be."""
        words, length = sum(len(other.sentence.text.split()) for other in [*others, one]), self.task.length
        return words <= length.most_words and len(others) < length.most_sentences

    def _filled(self, shown: Sequence[Candidate], sentences: int, insertion: Insertion) -> list[Candidate]:
        """Return a text with sentences of the article put in until there are so many, within the wanted length.

        Only those that an extract of the wanted length would be made of: others are no gain. None that stands twice in
        the article: it is a notice of the page, or a quotation set in large type.
        """
        task, text = self.task, list(shown)
        if len(text) >= sentences:
            return text
        times = Counter(map(task.article.quote, task.article.sentences))
        for index in pick(task.article, count=task.length.sentences, key_facts=self.otherwise.key_facts):
            if times[task.article.quote(task.article.sentences[index])] > 1:
                continue
            place = task.article.evidence(task.article.sentences[index])
            for own in own_words(place, task.checked_own):
                if len(text) < sentences and fits(own, text, task.length):
                    text = insertion.inserted(own, text)
        return text


def is_whole(written: Generation) -> bool:
    """Tell whether all of the model's answers is there: no chunk failed, and no guard left out a part."""
    left_out = any(event.kind in TAKEN_OUT and event.recovered for call in written.calls for event in call.events)
    return not left_out and not any(chunk.problem for chunk in written.chunks)
