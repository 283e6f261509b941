"""What repair needs in a run: the checks, the article's sentences shortened, and the model asked within the budget.

Does not decide what is mended: `repair` does.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed
from summarise.backends.tokens import estimate_tokens, prompt_tokens
from summarise.checks.provenance import Candidate
from summarise.data import Budget, Call, CheckedSentence, Evidence, Request, StagePlan
from summarise.errors import CallError
from summarise.prompting.prompt import Prompt
from summarise.writing.answers import warmed
from summarise.writing.paraphrase import ArticleParaphrases
from summarise.writing.repair import STAGE, STRICT, RepairTools, Standard, ask_again
from summarise.writing.repair.regenerate import ANSWER_TOKENS
from summarise.writing.repair.showable import first_showable
from summarise.writing.strategies import SummaryTask

PLACES = 3
"""The most places of evidence that a sentence has."""
FAULTS = 200
"""Tokens for telling what is wrong with a sentence, and the sentence."""
LONG = 28
"""Words up to which the article's own sentence is shown whole: what a shorter one lacks is lost to the reader."""
WARMER = 0.4
"""What the turns after the first add to the temperature."""


class RunRepair:
    """The tools of repair for one run; `asks` tells whether the model is asked again at all.

    `standard` is what a sentence in the model's words has to be, to be shown.
    """

    def __init__(
        self,
        task: SummaryTask,
        paraphrases: ArticleParaphrases,
        prompt_of: Callable[[str], Prompt],
        *,
        asks: bool,
        standard: Standard = STRICT,
    ) -> None:
        self.standard = standard
        self._task = task
        self._paraphrases = paraphrases
        self._prompt_of = prompt_of
        self._rounds = task.settings.repair_rounds if asks else 0
        self._sentence_at = {sentence.start: index for index, sentence in enumerate(task.article.sentences)}

    @cached_property
    def prompt(self) -> Prompt:
        """The prompt that asks for a sentence again."""
        return self._prompt_of(STAGE)

    @property
    def stage(self) -> StagePlan:
        """Every wanted sentence asked for again as often as it may be at most; where all goes well, none."""
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
        """Return what `repair` works with."""
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
                # The summary can do without: the article's own sentence takes the place. A key that is refused now was
                # taken for the drafts, and is told of in the record like the rest.
                return None, failed(STAGE, error)

        return RepairTools(
            judge=task.checked,
            judge_own=task.checked_own,
            standard=self.standard,
            shortenings=self._shortenings,
            ask=ask if self._rounds else None,
            rounds=self._rounds,
        )

    def shortened(self, sentences: Iterable[int]) -> list[Candidate]:
        """Return sentences of the article as short as rules can make them, checked."""
        shorter = [sorted(self._paraphrases.compressions(index), key=_words) for index in sentences]
        found = [first_showable(texts, self._task.checked_own) for texts in shorter]
        return [one for one in found if one is not None]

    def _shortenings(self, place: Evidence) -> Sequence[str]:
        index = self._sentence_at.get(place.start)
        if index is None or _words(place.text) <= LONG:
            return ()
        shorter = [text for text in self._paraphrases.compressions(index) if _words(text) <= LONG]
        return sorted(shorter, key=_words, reverse=True)


def _words(text: str) -> int:
    return len(text.split())
