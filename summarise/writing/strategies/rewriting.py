"""Select, then rewrite: sentences that carry the story are picked, and the model rewrites one at a time.

For models too weak to draft. The model is held to the paraphrases of a sentence, where its server can do that, and
chooses among them word by word; several rewrites are asked for at once, and the one that the model finds likeliest of
those that pass the checks is taken. Beyond the paraphrases it is believed only where it is sure of itself. Does not
repair: where no rewrite passes, the article's own sentence is there to fill in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

from summarise.backends.budget import LimitReachedError, MeteredBackend, SpendLimiter, failed
from summarise.backends.concurrency import together
from summarise.backends.tokens import estimate_tokens, prompt_tokens
from summarise.checks.judge import max_concurrency
from summarise.checks.provenance import Candidate, rewording_of
from summarise.data import Backend, Budget, Call, KeyFact, Request, Sampling, StagePlan
from summarise.errors import AuthenticationError, CallError
from summarise.prompting.prompt import Prompt
from summarise.writing.paraphrase import ArticleParaphrases, Paraphrases
from summarise.writing.repair import is_complete_sentence, is_showable
from summarise.writing.rewrite import STAGE, Rewrite, Source, request_for, rewrite
from summarise.writing.selection import pick
from summarise.writing.strategies import Generation, Plan, SummaryTask

SPARE = 2
"""How many sources are picked beyond the sentences that are wanted, so that there is a choice."""
ENOUGH = 1
"""With so many rewritten sources beyond the wanted sentences, no more are asked for."""
CHOICES = 2
"""Fewer paraphrases leave a model nothing to decide: there it may also say the sentence as it is."""
LIKELY = -0.3
"""The mean log-probability of a token from which on a rewrite beyond the paraphrases is believed, where a server cannot
hold the model to them; below it more of those that pass the checks were wrong or crooked (SmolLM2-135M,
docs/quality.md)."""


@dataclass(frozen=True)
class RewriteJob:
    """A sentence, its paraphrases, and the request that asks for one."""

    source: Source
    paraphrases: Paraphrases
    request: Request


@dataclass(frozen=True)
class RewritePlan(Plan):
    """The sources that the model will be asked to rewrite, the most telling first."""

    prompt: Prompt
    asked: tuple[RewriteJob, ...]

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The one prompt, where anything is asked."""
        return (self.prompt,) if self.asked else ()

    @property
    def sampling(self) -> Sampling:
        """How the model is sampled."""
        return self.asked[0].request.sampling if self.asked else Sampling()

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """A request for each source at most, every answer as long as it may be; for as many as are wanted, if all fit.

        An answer is expected to be as long as its source.
        """
        requests = [asked.request for asked in self.asked]
        wave = self.task.settings.concurrency
        likely = requests[: wave * ceil((self.task.length.sentences + ENOUGH) / wave)]
        most = Budget(
            calls=len(requests),
            prompt_tokens=sum(map(prompt_tokens, requests)),
            completion_tokens=sum(request.sampling.max_tokens * request.candidates for request in requests),
        )
        expected = Budget(
            calls=len(likely),
            prompt_tokens=sum(map(prompt_tokens, likely)),
            completion_tokens=sum(
                request.candidates * min(request.sampling.max_tokens, estimate_tokens(request.passages[0].text))
                for request in likely
            ),
        )
        return (StagePlan(stage=STAGE, expected=expected, most=most),)

    @property
    def sentences(self) -> int:
        """One for each source."""
        return len(self.asked)

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Ask for rewrites of one source after another until there are enough; one that fails does not lose the others.

        As many sources at a time as the settings say, always the same ones together, so that a run repeats whatever the
        server's pace. Raises the first error of a call if every call failed.
        """
        task, offered = self.task, list[Candidate]()
        backend = MeteredBackend(task.backend, limiter, task.observer)
        written = Generation(observer=task.observer)
        failures: list[CallError] = []
        showable, spent = 0, False
        wave = task.settings.concurrency
        for start in range(0, len(self.asked), wave):
            if spent or showable >= task.length.sentences + ENOUGH:
                break
            progress = partial(self._progress, start)
            progress(0)
            batch = self.asked[start : start + wave]
            asking = (self._ask(asked, backend) for asked in batch)
            answers = await together(asking, at_once=max_concurrency(task.backend, task.settings), on_done=progress)
            for asked, answer in zip(batch, answers, strict=True):
                if answer is None:
                    spent = True
                    continue
                if isinstance(answer, CallError):
                    failures.append(answer)
                    call = failed(STAGE, answer)
                    written.calls.append(call.model_copy(update={"rewritten": (asked.source.sentence,)}))
                    continue
                rewrites, call = answer
                written.calls.append(call)
                offer, own = self._best(asked, rewrites, written)
                if offer is not None:
                    offered.append(offer)
                showable += own
        if failures and len(failures) == len(written.calls):
            raise failures[0]
        written.offered = tuple(offered)
        task.observer.stage("check")
        return written

    def _progress(self, start: int, done: int) -> None:
        self.task.observer.stage("rewrite", start + done, len(self.asked))

    async def _ask(self, asked: RewriteJob, backend: Backend) -> tuple[tuple[Rewrite, ...], Call] | CallError | None:
        """Return the answer or what went wrong with the call, None where a ceiling allows no further call."""
        try:
            return await rewrite(asked.source, asked.request, prompt=self.prompt, backend=backend)
        except LimitReachedError:
            return None
        except AuthenticationError:
            raise
        except CallError as error:
            return error

    def _best(
        self, asked: RewriteJob, rewrites: Iterable[Rewrite], written: Generation
    ) -> tuple[Candidate | None, bool]:
        """Check rewrites, the likeliest first, until one in the model's words may stand; return it and True.

        What the model said is recorded. Where nothing may stand, the first wording alone is returned, for repair, and
        False; what passes the checks and is not believed never is.
        """
        fallback: Candidate | None = None
        cited = (asked.source.sentence,)
        for one in rewrites:
            inside = one.text in asked.paraphrases
            found = self.task.verifier.verify(one.text, origin="model", first=len(written.said), cited=cited)
            found = [_as_rewrite(candidate, asked.source) for candidate in found]
            written.add(found)
            if len(found) != 1:
                continue
            stands = is_showable(found[0]) and is_complete_sentence(one.text)
            if stands and not (inside or one.likelihood is None or one.likelihood >= LIKELY):
                continue
            if stands and found[0].sentence.origin == "model":
                return found[0], True
            if fallback is None or (stands and not is_showable(fallback)):
                fallback = found[0]
        return fallback, False


def _as_rewrite(candidate: Candidate, source: Source) -> Candidate:
    """Return a checked rewrite with how far it is from its source, which is known here and not only found."""
    rewording = rewording_of(candidate.sentence.text, (source.place,))
    sentence = candidate.sentence.model_copy(update={"rewording": rewording})
    return replace(candidate, sentence=sentence)


def plan(
    task: SummaryTask, paraphrases: ArticleParaphrases, prompt: Prompt, key_facts: Sequence[KeyFact]
) -> RewritePlan:
    """Pick the sentences to rewrite, the most telling first.

    Only what has a paraphrase is asked for: of other sentences weak models made nothing that could be shown.
    """
    found: dict[int, Paraphrases] = {}

    def usable(index: int) -> bool:
        if (one := paraphrases.paraphrased(index)) is not None:
            found[index] = one
        return one is not None

    count = task.length.sentences + SPARE
    picked = pick(task.article, count=count, key_facts=key_facts, usable=usable)
    return RewritePlan(task=task, prompt=prompt, asked=tuple(ask(task, found[index], prompt) for index in picked))


def ask(task: SummaryTask, paraphrases: Paraphrases, prompt: Prompt) -> RewriteJob:
    """Build the request for a sentence that has paraphrases."""
    article = task.article
    place = article.evidence(article.sentences[paraphrases.sentence])
    source = Source(sentence=paraphrases.sentence, place=place)
    # Leaving words out is what a rule could do alone: where there is more to decide, the model is asked for that.
    worded = tuple(text for text in paraphrases.texts if rewording_of(text, (place,)) == "reworded")
    if len(worded) >= CHOICES:
        paraphrases = Paraphrases(worded, paraphrases.sentence)
    # A straight quotation mark would end the JSON string that a server holds the pattern in.
    alone = len(paraphrases.texts) < CHOICES and '"' not in source.text
    pattern = paraphrases.pattern(source.text) if alone else paraphrases.pattern()
    request = request_for(source, prompt=prompt, sampling=task.sampling, size=estimate_tokens, pattern=pattern)
    return RewriteJob(source=source, paraphrases=paraphrases, request=request)
