"""Select, then rewrite: sentences that carry the story are picked, and the model rewrites one or two at a time.

For models too weak to draft. Several rewrites of a source are sampled at once, and the first is taken that is a
shorter whole sentence, keeps what its source says (`faithful`), and passes the checks. Does not repair: where no
rewrite passes, the article's own sentence is there to fill in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from math import ceil

from summarise.calls import failed
from summarise.candidate import Candidate
from summarise.checking import judge
from summarise.data import Article, Backend, Budget, Call, ChunkUse, Fact, KeyFact, Name, Request, Sampling, StagePlan
from summarise.errors import AuthenticationError, CallError
from summarise.guards.whole import is_whole_sentence
from summarise.judging import at_once_of
from summarise.origin import origin_of, rewording_of
from summarise.paying import Paying
from summarise.prompt import Prompt
from summarise.purse import Purse, SpentError
from summarise.ranking import points_back
from summarise.repair import may_stand
from summarise.rewrite import FUSE, SHORTEN, STAGE, Rewrite, Source, request_for, rewrite
from summarise.select import pick
from summarise.strategies import Task, Written
from summarise.strategies.arcs import SourceArcs
from summarise.strategies.faithful import is_faithful
from summarise.strategies.kept_words import keeps_words
from summarise.together import together
from summarise.tokens import estimate_tokens, prompt_tokens

SPARE = 2
"""How many sources are picked beyond the sentences that are wanted, so that there is a choice."""
ENOUGH = 1
"""With so many rewritten sources beyond the wanted sentences, no more are asked for."""
SHORTEST, LONGEST = 18, 60
"""Words of a sentence that is worth shortening, and that a weak model reads well; of a shorter one it makes a copy."""
LONGEST_PAIR = 50
"""Words of two sentences that are to become one."""
MOST_CHECKED = 4
"""So many rewrites of one source are checked at most, the most promising first."""


@dataclass(frozen=True)
class Asked:
    """A source and the request that asks for its rewrites."""

    source: Source
    prompt: Prompt
    request: Request


@dataclass(frozen=True)
class RewritePlan:
    """The sources that the model will be asked to rewrite, the most telling first."""

    task: Task
    asked: tuple[Asked, ...]

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """The prompts that are used."""
        return tuple({asked.prompt.id: asked.prompt for asked in self.asked}.values())

    @property
    def sampling(self) -> Sampling:
        """How the model is sampled."""
        return self.asked[0].request.sampling if self.asked else Sampling()

    @property
    def uses(self) -> tuple[ChunkUse, ...]:
        """None: the model reads no chunk."""
        return ()

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """A request for each source at most, every answer as long as its source; for as many as are wanted, if all fit.

        An answer is expected to be two thirds of its source.
        """
        requests = [asked.request for asked in self.asked]
        wave = self._wave
        likely = requests[: wave * ceil((self.task.length.sentences + ENOUGH) / wave)]
        most = Budget(
            calls=len(requests),
            prompt_tokens=sum(map(prompt_tokens, requests)),
            completion_tokens=sum(request.sampling.max_tokens * request.candidates for request in requests),
        )
        expected = Budget(
            calls=len(likely),
            prompt_tokens=sum(map(prompt_tokens, likely)),
            completion_tokens=sum(request.candidates * request.sampling.max_tokens * 2 // 3 for request in likely),
        )
        return (StagePlan(stage=STAGE, expected=expected, most=most),)

    @property
    def sentences(self) -> int:
        """One for each source."""
        return len(self.asked)

    @property
    def _wave(self) -> int:
        """How many sources are asked for at a time: as many as the backend answers at once."""
        return at_once_of(self.task.backend, self.task.settings)

    async def write(self, purse: Purse) -> Written:
        """Ask for rewrites of one source after another until there are enough; one that fails does not lose the others.

        As many sources at a time as the backend answers at once, always the same ones together, so that a run repeats
        whatever the server's pace. Raises the first error of a call if every call failed.
        """
        task, offered = self.task, dict[tuple[int, ...], Candidate]()
        backend = Paying(task.backend, purse, task.observer)
        written = Written(observer=task.observer)
        failures: list[CallError] = []
        rewritten: set[int] = set()
        showable, spent = 0, False
        wave = self._wave
        for start in range(0, len(self.asked), wave):
            if spent or showable >= task.length.sentences + ENOUGH:
                break
            progress = partial(self._progress, start)
            progress(0)
            # What shares a sentence with a rewrite that stands cannot be shown beside it.
            batch = [one for one in self.asked[start : start + wave] if rewritten.isdisjoint(one.source.sentences)]
            asking = (self._ask(asked, backend) for asked in batch)
            answers = await together(asking, at_once=wave, on_done=progress)
            for asked, answer in zip(batch, answers, strict=True):
                if answer is None:
                    spent = True
                    continue
                if isinstance(answer, CallError):
                    failures.append(answer)
                    call = failed(STAGE, answer)
                    written.calls.append(call.model_copy(update={"rewritten": asked.source.sentences}))
                    continue
                rewrites, call = answer
                written.calls.append(call)
                offer, own = self._best(asked.source, rewrites, written)
                if offer is not None:
                    offered[asked.source.sentences] = offer
                if offer is not None and own:
                    task.observer.preview(offer.sentence)
                    showable += rewritten.isdisjoint(asked.source.sentences)
                    rewritten.update(asked.source.sentences)
        if failures and len(failures) == len(written.calls):
            raise failures[0]
        written.offered = tuple(offered.values())
        task.observer.stage("check")
        return written

    def _progress(self, start: int, done: int) -> None:
        self.task.observer.stage("rewrite", start + done, len(self.asked))

    async def _ask(self, asked: Asked, backend: Backend) -> tuple[tuple[Rewrite, ...], Call] | CallError | None:
        """Return the answer or what went wrong with the call, None where a ceiling allows no further call."""
        try:
            return await rewrite(asked.source, asked.request, prompt=asked.prompt, backend=backend)
        except SpentError:
            return None
        except AuthenticationError:
            raise
        except CallError as error:
            return error

    def _best(self, source: Source, rewrites: Iterable[Rewrite], written: Written) -> tuple[Candidate | None, bool]:
        """Check the most promising rewrites until one may stand; return it and True.

        What was checked is recorded. Where nothing may stand, the first that the checks found wrong is returned, for
        repair, and False; what passes the checks and is not faithful to its source never is.
        """
        facts = self._facts_of(source)
        wrong: Candidate | None = None
        for one in promising(rewrites, source)[:MOST_CHECKED]:
            found = judge(one.text, self.task.ground, origin="model", first=len(written.said), cited=source.sentences)
            found = [_as_rewrite(candidate, source) for candidate in found]
            written.add(found)
            if len(found) != 1:
                continue
            if not may_stand(found[0]):
                wrong = wrong or found[0]
            elif is_faithful(one.text, [self.task.ground.known(fact) for fact in found[0].facts], facts):
                return found[0], True
        return wrong, False

    def _facts_of(self, source: Source) -> list[Fact]:
        facts = self.task.ground.facts
        return [fact for fact in (*facts.facts, *facts.resolved) if fact.sentence in source.sentences]


def promising(rewrites: Iterable[Rewrite], source: Source) -> list[Rewrite]:
    """Return the rewrites that are worth a check: shorter, whole, not copied, true to the source's words and arcs.

    The likeliest first: of a right sentence and its corrupted twin, a model mostly finds the right one likelier. Those
    that change more than they leave out come before the others.
    """
    length, theirs = len(source.text.split()), SourceArcs(source.texts)
    kept = [
        one
        for one in rewrites
        if len(one.text.split()) < length
        and is_whole_sentence(one.text)
        and origin_of(one.text, source.places) == "model"
        and keeps_words(one.text, source.text)
        and theirs.keep(one.text)
    ]
    return sorted(kept, key=lambda one: rewording_of(one.text, source.places) == "shortened")


def _as_rewrite(candidate: Candidate, source: Source) -> Candidate:
    """Return a checked rewrite with how far it is from its source, which is known here and not only found."""
    rewording = rewording_of(candidate.sentence.text, source.places)
    sentence = candidate.sentence.model_copy(update={"rewording": rewording})
    return replace(candidate, sentence=sentence)


def plan(task: Task, prompts: dict[str, Prompt], key_facts: Sequence[KeyFact]) -> RewritePlan:
    """Pick the sentences to rewrite, alone and in pairs; `prompts` are those of `SHORTEN` and `FUSE`."""
    wanted = task.length.sentences

    def usable(index: int) -> bool:
        return may_be_rewritten(task, index)

    single = pick(task.article, count=wanted + SPARE, key_facts=key_facts, usable=usable)
    asked = [ask(task, (index,), prompts[SHORTEN]) for index in single]
    # A weak model seldom makes one right sentence of two: that is tried at the end, for what has no rewrite by then.
    asked += [ask(task, pair, prompts[FUSE]) for pair in islice(pairs(task, single[:wanted]), wanted // 4)]
    return RewritePlan(task=task, asked=tuple(asked))


_OWN = frozenset("i we you me us my our your mine ours yours".split())
_QUOTES = frozenset('"“”‘«»')


def may_be_rewritten(task: Task, index: int) -> bool:
    """Tell whether a sentence is told by the article itself, whole, and of a length that is worth a rewrite."""
    text = " ".join(task.article.quote(task.article.sentences[index]).split())
    words = text.casefold().split()
    inside = text[:1] in _QUOTES or _OWN & {word.strip(".,;:!?") for word in words}
    return SHORTEST <= len(words) <= LONGEST and is_whole_sentence(text) and not inside and not text.endswith("?")


def pairs(task: Task, telling: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield neighbours that belong together, one of them `telling`: the second leans on the first, or both name one."""
    names: dict[int, set[str]] = {}
    for fact in task.ground.facts.resolved:
        if isinstance(fact, Name):
            names.setdefault(fact.sentence, set()).add(fact.value)
    article, used = task.article, set[int]()
    for index in telling:
        for first in (index, index - 1):
            both = (first, first + 1)
            if first < 0 or first + 1 >= len(article.sentences) or used & set(both):
                continue
            texts = [" ".join(article.quote(article.sentences[one]).split()) for one in both]
            if any(article.sentences[one].role != "body" for one in both) or any(set(t) & _QUOTES for t in texts):
                continue
            belong = points_back(texts[1]) or names.get(first, set()) & names.get(first + 1, set())
            if belong and len(" ".join(texts).split()) <= LONGEST_PAIR and all(map(is_whole_sentence, texts)):
                used |= set(both)
                yield both


def ask(task: Task, sentences: tuple[int, ...], prompt: Prompt) -> Asked:
    """Build the request for one or two sentences of the article."""
    article: Article = task.article
    places = tuple(article.evidence(article.sentences[index]) for index in sentences)
    source = Source(sentences=sentences, places=places)
    sampling = Sampling(temperature=task.settings.temperature, seed=task.settings.seed)
    request = request_for(source, prompt=prompt, sampling=sampling, size=estimate_tokens)
    return Asked(source=source, prompt=prompt, request=request)
