"""Let a model that is too weak to draft a summary restate sentences of the article, one at a time.

Each request asks for several samples. The most credible sample that passes the checks is used: one that is likely,
entailed by its source, and changed in few places. It must differ from its source by more than a few words, keep most of
it, and name a speaker if the source does.
"""

import asyncio
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from math import ceil

from summarise.backends.budget import (
    LimitReachedError,
    MeteredBackend,
    SpendLimiter,
    call_of,
    failed_call,
    forget_reply,
)
from summarise.backends.concurrency import together
from summarise.backends.tokens import estimate_tokens, prompt_tokens
from summarise.checks.entailment.model import log_odds
from summarise.checks.entailment.reader import premise_of
from summarise.checks.judge import max_concurrency
from summarise.checks.verification import Candidate, rewording_of
from summarise.checks.words import words_of
from summarise.data import (
    Alternative,
    Article,
    Backend,
    Budget,
    Call,
    Evidence,
    GuardEvent,
    GuardKind,
    KeyFact,
    Request,
    Sampling,
    StagePlan,
)
from summarise.errors import AuthenticationError, CallError
from summarise.facts.lexicon import base_of
from summarise.prompting import Prompt, harmless
from summarise.writing.guards import LONGEST_QUOTATION, examine_for, warmed
from summarise.writing.selection import pick
from summarise.writing.task import Generation, Plan, SummaryTask, is_complete_sentence, is_showable

STAGE = "rewrite"
# Added to the temperature so that samples differ.
WARMTH = 0.4
# The token limit of an answer: TOKENS_PER_TOKEN for each token of the source, and EXTRA_TOKENS.
TOKENS_PER_TOKEN, EXTRA_TOKENS = 1.2, 16
# Sources to rewrite in addition to the wanted sentences.
SPARE = 2
# Maximum words of a source or of a context sentence.
LONGEST = 80
NO_CONTEXT = "none"
# The credibility of a sample: LIKELIHOOD_WEIGHT * its mean log-probability + the log odds that its source entails it -
# CHANGE_WEIGHT * the number of places where it differs from its source. It must be at least CREDIBLE
# (training/writer/README.md). UNKNOWN_LIKELIHOOD: the value if the server sends no log-probabilities.
# UNKNOWN_LOG_ODDS: the value without an entailment model.
LIKELIHOOD_WEIGHT, CHANGE_WEIGHT, CREDIBLE = 16.7, 1.5, 1.7
UNKNOWN_LIKELIHOOD, UNKNOWN_LOG_ODDS = -0.1, 8.0
# The minimum length of a sample as a share of its source's words: shorter samples lack details.
LEAST_WORDS = 0.6
# The minimum log odds that a sample of the story's first sentence entails its source, so that no news is missing.
LEAST_ENTAILMENT = 1.5
# Verbs that attribute words to a speaker: REPORTING anywhere in a sentence, REPORTING_AT_END only at the end of a part
# ("…, Mr Lee added"). The entailment model does not notice if they are left out.
REPORTING = frozenset("say tell claim warn insist argue allege suggest believe".split())
REPORTING_AT_END = frozenset("add announce confirm explain".split())
LONGEST_SPEAKER = 4
# Words that limit a statement. A sample that lacks such a word of its source says less or something else.
LIMITING = frozenset(
    "unless if until except only could may might would should must likely possibly perhaps allegedly suspected "
    "reportedly expected nearly almost least most".split()
)


@dataclass(frozen=True)
class RewriteJob:
    """The request to rewrite one sentence of the article.

    `sentence`: its index. `context`: sentences that precede it in the prompt.
    """

    sentence: int
    place: Evidence
    context: tuple[str, ...]
    request: Request


@dataclass(frozen=True, kw_only=True)
class RewritePlan(Plan):
    """A plan to rewrite sentences of the article. `jobs`: one for each sentence, most informative first."""

    prompt: Prompt
    jobs: tuple[RewriteJob, ...]

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Send the requests, and check each answer while the model writes the next ones.

        Answers are checked in the order of the jobs. Raises the first error if every call failed.
        """
        task = self.task
        backend = MeteredBackend(task.backend, limiter, task.observer)
        candidates = list[Candidate]()
        written = Generation(observer=task.observer, candidates=candidates)
        failures: list[CallError] = []
        checked = [asyncio.Event() for _ in self.jobs]

        async def rewrite(number: int, job: RewriteJob) -> None:
            answer = await self._ask(job, backend)
            if number:
                await checked[number - 1].wait()
            if isinstance(answer, CallError):
                failures.append(answer)
                written.calls.append(failed_call(STAGE, answer).model_copy(update={"rewritten": (job.sentence,)}))
            elif answer is not None:
                samples, call = answer
                # Only the entailment model runs in a thread: checks and callbacks may be the caller's.
                usable, events = await asyncio.to_thread(self._usable, job, samples)
                written.calls.append(call.model_copy(update={"events": (*call.events, *events)}))
                best = self._best(job, usable, written)
                if best is not None:
                    candidates.append(best)
            checked[number].set()

        self._progress(0)
        await together(
            (rewrite(number, job) for number, job in enumerate(self.jobs)),
            at_once=max_concurrency(task.backend, task.settings),
            on_done=self._progress,
        )
        if failures and len(failures) == len(written.calls):
            raise failures[0]
        task.observer.stage("check")
        return written

    def _progress(self, done: int) -> None:
        self.task.observer.stage("rewrite", done, len(self.jobs))

    async def _ask(self, job: RewriteJob, backend: Backend) -> tuple[Sequence[Alternative], Call] | CallError | None:
        try:
            reply = await backend.complete(job.request)
        except LimitReachedError:
            return None
        except AuthenticationError:
            raise
        except CallError as error:
            return error
        replies = [reply] + [
            reply.model_copy(update={"text": sample.text, "finish": sample.finish, "likelihood": sample.likelihood})
            for sample in reply.alternatives
        ]
        samples: dict[str, Alternative] = {}
        answers = [examine_for(sample, self.prompt, source=job.place.text) for sample in replies]
        for sample, answer in zip(replies, answers, strict=True):
            for sentence in answer.sentences:
                samples.setdefault(sentence.text, Alternative(text=sentence.text, likelihood=sample.likelihood))
        problem = None if samples else answers[0].problem
        if problem is not None:
            forget_reply(backend, job.request)
        events = tuple(event for answer in answers for event in answer.events)
        call = call_of(STAGE, reply, problem=problem, events=events)
        return tuple(samples.values()), call.model_copy(update={"rewritten": (job.sentence,)})

    def _usable(self, job: RewriteJob, samples: Sequence[Alternative]) -> tuple[list[Alternative], list[GuardEvent]]:
        exact = [sample for sample in samples if _line(sample.text) == _line(job.place.text)]
        faults = {sample: fault for sample in samples if (fault := self._fault(sample.text, job))}
        credible = self._credible(job, [sample for sample in samples if sample not in faults])
        if job.sentence == self.task.article.opening and self.task.style != "headline":
            incomplete = [sample for sample in credible if not self._entails_source(sample.text, job)]
            faults |= dict.fromkeys(incomplete, "incomplete")
            credible = [sample for sample in credible if sample not in incomplete]
        usable = [*credible, *exact]
        events = [
            GuardEvent(
                kind=faults.get(sample, "not credible"),
                said=sample.text[:LONGEST_QUOTATION],
                recovered=bool(usable),
            )
            for sample in samples
            if sample not in usable
        ]
        return usable, events

    def _fault(self, text: str, job: RewriteJob) -> GuardKind | None:
        source = _line(premise_of(job.place))
        if rewording_of(text, (job.place,)) == "copied":
            return "near copy"
        # A headline has no room for details.
        if self.task.style != "headline" and (
            len(text.split()) < LEAST_WORDS * len(source.split()) or _lacks_limiting_word(text, source)
        ):
            return "incomplete"
        return "unattributed" if _lacks_attribution(text, source) else None

    def _entails_source(self, text: str, job: RewriteJob) -> bool:
        """Return whether a sample entails its source; True without an entailment model."""
        reader = self.task.verifier.index.reader
        if reader is None:
            return True
        (entailed,) = reader.entailed_by([text], [_line(premise_of(job.place))])
        return log_odds(entailed) >= LEAST_ENTAILMENT

    def _credible(self, job: RewriteJob, samples: Sequence[Alternative]) -> list[Alternative]:
        reader, source = self.task.verifier.index.reader, _line(premise_of(job.place))
        log_odds_of = [UNKNOWN_LOG_ODDS] * len(samples)
        if reader is not None and samples:
            texts = [sample.text for sample in samples]
            log_odds_of = list(map(log_odds, reader.entailed_by([*job.context, source], texts)))
        credibility = {
            sample: credibility_of(sample, source, entailed)
            for sample, entailed in zip(samples, log_odds_of, strict=True)
        }
        credible = [sample for sample in samples if credibility[sample] >= CREDIBLE]
        return sorted(credible, key=lambda sample: -credibility[sample])

    def _best(self, job: RewriteJob, samples: Sequence[Alternative], written: Generation) -> Candidate | None:
        """Return the first sample that passes the checks, else the first sample (for repair), else None."""
        failing: Candidate | None = None
        for sample in samples:
            first = len(written.sentences)
            checked = self.task.verifier.verify(sample.text, origin="model", first=first, cited=(job.sentence,))
            checked = [_with_rewording(candidate, job) for candidate in checked]
            written.add(checked)
            if len(checked) != 1:
                continue
            candidate = checked[0]
            if is_showable(candidate) and is_complete_sentence(sample.text):
                return candidate
            failing = failing or candidate
        return failing


def credibility_of(sample: Alternative, source: str, entailed: float) -> float:
    """Return the credibility of a sample. `entailed`: the log odds that its source and context entail it."""
    likelihood = UNKNOWN_LIKELIHOOD if sample.likelihood is None else sample.likelihood
    return LIKELIHOOD_WEIGHT * likelihood + entailed - CHANGE_WEIGHT * changes(source, sample.text)


def changes(source: str, text: str) -> int:
    """Return the number of places where words are replaced, inserted or left out."""
    opcodes = SequenceMatcher(None, _folded(source), _folded(text), autojunk=False).get_opcodes()
    return sum(tag != "equal" for tag, *_ in opcodes)


def _lacks_attribution(text: str, source: str) -> bool:
    """Return whether a sample has fewer verbs of saying, or "according to", than its source."""
    first, *parts = source.split(",")
    ends = [word for part in parts or [first] for word in _folded(part)[-LONGEST_SPEAKER:]]
    of_source = _attributions(_folded(source), REPORTING) + _attributions(ends, REPORTING_AT_END)
    return _attributions(_folded(text), REPORTING | REPORTING_AT_END) < of_source


def _lacks_limiting_word(text: str, source: str) -> bool:
    return not LIMITING.intersection(_folded(source)).issubset(_folded(text))


def _attributions(words: Sequence[str], verbs: Set[str]) -> int:
    return sum(word in ("according", "heard") or base_of(word) in verbs for word in words)


def _folded(text: str) -> list[str]:
    return [word.folded for word in words_of(text)]


def _with_rewording(candidate: Candidate, job: RewriteJob) -> Candidate:
    rewording = rewording_of(candidate.sentence.text, (job.place,))
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"rewording": rewording}))


def plan_rewrite(task: SummaryTask, prompt: Prompt, key_facts: Sequence[KeyFact], *, samples: int) -> RewritePlan:
    """Plan to rewrite the most informative sentences, with `samples` samples for each."""
    picked = pick(task.article, count=task.length.sentences + SPARE, key_facts=key_facts, most_words=LONGEST)
    jobs = tuple(job_of(task, sentence, prompt, samples=samples) for sentence in picked)
    requests = [job.request for job in jobs]
    most = Budget(
        calls=len(requests),
        prompt_tokens=sum(map(prompt_tokens, requests)),
        completion_tokens=sum(request.sampling.max_tokens * request.candidates for request in requests),
    )
    expected = most.model_copy(update={"completion_tokens": most.completion_tokens // 2})
    return RewritePlan(
        task=task,
        sampling=requests[0].sampling if requests else Sampling(),
        stages=(StagePlan(stage=STAGE, expected=expected, most=most),),
        prompts=(prompt,) if jobs else (),
        sentences=len(jobs),
        prompt=prompt,
        jobs=jobs,
    )


def job_of(task: SummaryTask, sentence: int, prompt: Prompt, *, samples: int) -> RewriteJob:
    """Return the job to rewrite one sentence of the article."""
    article = task.article
    place = article.evidence(article.sentences[sentence])
    source = _line(premise_of(place))
    context = tuple(
        _line(premise_of(article.evidence(article.sentences[index]))) for index in _context(article, sentence)
    )
    system, user = prompt.render({"context": " ".join(context) or NO_CONTEXT, "sentences": source})
    request = Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        candidates=samples,
        sampling=warmed(task.sampling, WARMTH).model_copy(
            update={"max_tokens": EXTRA_TOKENS + ceil(TOKENS_PER_TOKEN * estimate_tokens(source))}
        ),
        passages=(place,),
    )
    return RewriteJob(sentence, place, context, request)


def _context(article: Article, first: int) -> Iterator[int]:
    """Yield the indexes of the story's first sentence, and of the two sentences before `first`."""
    for index in dict.fromkeys((article.opening or 0, first - 2, first - 1)):
        if 0 <= index < first and article.sentences[index].role == "body" and _is_short(article, index):
            yield index


def _line(text: str) -> str:
    return harmless(" ".join(text.split()))


def _is_short(article: Article, index: int) -> bool:
    return len(article.quote(article.sentences[index]).split()) <= LONGEST
