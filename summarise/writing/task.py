"""The task of one run, its plan, the drafted sentences, and the conditions for showing a sentence."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from summarise.article.sentences import words
from summarise.backends.budget import SpendLimiter
from summarise.checks.sources import read_citations
from summarise.checks.verification import Candidate, Verifier
from summarise.data import (
    Article,
    Backend,
    Call,
    ChunkUse,
    MinutesItem,
    Notice,
    OnUnsupported,
    Sampling,
    Sentence,
    StagePlan,
    Style,
)
from summarise.facts.parser import Tree, parsed_sentences
from summarise.facts.salience import balanced
from summarise.observer import Observer
from summarise.prompting import Prompt
from summarise.settings.model import Length, Settings, is_shorter


@dataclass(frozen=True)
class SummaryTask:
    """The article, the model and the options of one summary."""

    verifier: Verifier
    backend: Backend
    length: Length
    style: Style
    on_unsupported: OnUnsupported
    settings: Settings
    observer: Observer
    focus: str | None = None

    @property
    def article(self) -> Article:
        """The article to summarise."""
        return self.verifier.facts.article

    @property
    def sampling(self) -> Sampling:
        """The configured sampling settings; a stage may raise the temperature."""
        return Sampling(temperature=self.settings.temperature, seed=self.settings.seed)

    def as_checked(self, text: str) -> str:
        """Prepare a sentence of the model for the checks.

        A headline gets a full stop. If there are several sources, numbers of prompt lines such as "[3]" are removed.
        """
        if self.article.sources:
            text = read_citations(text, self.article.sources).text.strip() or text
        return with_full_stop(text) if self.style == "headline" else text

    def checked(self, text: str) -> list[Candidate]:
        """Check a text that the model wrote. Returns its sentences with verdicts."""
        return self.verifier.verify(self.as_checked(text), origin="model")

    def checked_own(self, text: str) -> list[Candidate]:
        """Check a text that is taken from the article. Returns its sentences with verdicts."""
        return self.verifier.verify(text, origin="article")


def with_item(candidate: Candidate, item: MinutesItem | None) -> Candidate:
    """Return a candidate whose sentence has the details `item` (None: no details)."""
    return replace(candidate, sentence=candidate.sentence.model_copy(update={"item": item}))


def with_full_stop(text: str) -> str:
    """Return a text, with a full stop added if it has no end mark."""
    return text if text.rstrip("”\"’')").endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True)
class Provenance:
    """The origin of a drafted sentence.

    `chunk`, `round`, `cited`: as in `DraftSentence`. `merged`: the indexes in `Generation.sentences` of the sentences
    that were merged into it.
    """

    chunk: int | None = None
    round: int = 0
    merged: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()


@dataclass
class Generation:
    """The result of a plan: the checked sentences of the model, the calls and the chunks.

    `provenances`: the origin of each sentence. `candidates`: the sentences that may become part of the summary; None
    means all. `one_text`: the candidates are one text in this order, not alternatives. `unchanged`: the candidates are
    the summary, without repair and selection.
    """

    sentences: list[Candidate] = field(default_factory=list)
    provenances: list[Provenance] = field(default_factory=list)
    candidates: Sequence[Candidate] | None = None
    calls: list[Call] = field(default_factory=list)
    chunks: tuple[ChunkUse, ...] = ()
    one_text: bool = False
    unchanged: bool = False
    observer: Observer | None = None

    def add(self, sentences: Sequence[Candidate], provenance: Provenance = Provenance()) -> None:
        """Add sentences that have the same origin (`provenance`), and report them to the observer."""
        self.sentences += sentences
        self.provenances += [provenance] * len(sentences)
        if self.observer is not None:
            for candidate in sentences:
                self.observer.sentence(candidate.sentence)

    def provenance(self, candidate: Candidate) -> Provenance:
        """Return the origin of a candidate; it is empty for an article sentence."""
        return Provenance() if candidate.draft is None else self.provenances[candidate.draft]

    def cited(self, candidate: Candidate) -> tuple[int, ...]:
        """Return the indexes of the article's sentences that a candidate cites."""
        return self.provenance(candidate).cited or candidate.cited

    @cached_property
    def merged(self) -> frozenset[int]:
        """The indexes of sentences that were merged into others; cached, so read it after the last `add`."""
        return frozenset(index for provenance in self.provenances for index in provenance.merged)

    def is_candidate(self, sentence: Candidate) -> bool:
        """Return whether a sentence may become part of the summary."""
        return self.candidates is None or any(sentence.draft == candidate.draft for candidate in self.candidates)


@dataclass(frozen=True, kw_only=True)
class Plan(ABC):
    """A plan to write the sentences of a summary.

    `sampling`: the sampling of the first attempt. `uses`: the chunks that the model reads; empty if it reads single
    sentences. `sentences`: the maximum number of drafted sentences, for the budget of a judge.
    """

    task: SummaryTask
    sampling: Sampling
    stages: tuple[StagePlan, ...] = ()
    uses: tuple[ChunkUse, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    sentences: int = 0

    @abstractmethod
    async def write(self, limiter: SpendLimiter) -> Generation:
        """Send the requests that `limiter` allows, and return the checked sentences."""


@dataclass(frozen=True, kw_only=True)
class UnchangedPlan(Plan):
    """A plan that uses the article's own sentences, for an article shorter than the wanted summary."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the sentences of the article's body in order."""
        del limiter
        task = self.task
        quotes = [task.article.evidence(sentence).shown for sentence in task.article.body]
        candidates = [candidate for quote in quotes for candidate in task.checked_own(quote)]
        return Generation(observer=task.observer, candidates=candidates, unchanged=True)


@dataclass(frozen=True, kw_only=True)
class ExtractPlan(Plan):
    """A plan without a model: nothing is drafted, so `Assembly` fills the summary with sentences of the article."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return an empty draft."""
        del limiter
        return Generation(observer=self.task.observer)


# Codes of findings of any severity that make a sentence unfit to show.
MISLEADING = frozenset({"speaker", "quotation", "negation"})
CLOSERS = "”\"’')」』"
ENDS = tuple(".!?…。！？।؟۔")


def is_complete_sentence(text: str) -> bool:
    """Return whether a text has at least three words, an end mark and paired quotation marks."""
    return max(len(text.split()), len(words(text))) >= 3 and _has_end_mark(text) and balanced(text)


def _has_end_mark(text: str) -> bool:
    return text.rstrip(CLOSERS)[-1:] in ENDS


def is_showable(candidate: Candidate) -> bool:
    """Return whether a sentence is supported and has no potentially misleading finding.

    False for a sentence in a language that the checks cannot read.
    """
    sentence = candidate.sentence
    return sentence.verdict == "supported" and not any(finding.code in MISLEADING for finding in sentence.findings)


def is_unopposed(candidate: Candidate) -> bool:
    """Return whether a sentence is supported, or in a language that the checks cannot read."""
    return candidate.sentence.verdict == "supported" or candidate.sentence.unread


@dataclass(frozen=True)
class Standard:
    """The conditions for showing a sentence.

    By default, for weak models and article sentences, it must be complete, supported, and without misleading findings.
    If `lenient`, for models that draft, it must be supported and have an end mark (not needed if `bullets` is set). A
    sentence in a language that the checks cannot read counts as supported.
    """

    lenient: bool = False
    bullets: bool = False

    def accepts_verdict(self, candidate: Candidate) -> bool:
        """Return whether a sentence's verdict and findings permit showing it."""
        return is_unopposed(candidate) if self.lenient else is_showable(candidate) or candidate.sentence.unread

    def accepts_form(self, text: str) -> bool:
        """Return whether a text is complete enough to show it."""
        if not self.lenient:
            return is_complete_sentence(text)
        return bool(text.strip()) if self.bullets else _has_end_mark(text)

    def passes(self, candidate: Candidate) -> bool:
        """Return whether a sentence meets all conditions."""
        return self.accepts_verdict(candidate) and self.accepts_form(candidate.sentence.text)


STRICT = Standard()


def draft_standard(style: Style) -> Standard:
    """Return the lenient standard for a draft. Bullets and minutes need no end mark."""
    return Standard(lenient=True, bullets=style in ("bullets", "minutes"))


HEADLINE_WORDS = 12


def headline_faults(text: str) -> tuple[Notice, ...]:
    """Return the faults of a headline: too long, or in the past tense (seen only if spaCy parses it)."""
    faults: list[Notice] = []
    if len(text.split()) > HEADLINE_WORDS:
        faults.append("headline too long")
    if text.strip() and _is_past(text):
        faults.append("headline in the past tense")
    return tuple(faults)


def best_headline_faults(lines: Sequence[str]) -> str | None:
    """Return the faults of the least faulty line as text ("headline too long"), or None."""
    faults: list[tuple[Notice, ...]] = sorted(map(headline_faults, lines), key=len)
    return ", ".join(faults[0]) or None if faults else None


def _is_past(text: str) -> bool:
    article = Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))
    (passage,) = parsed_sentences(article)
    tree = passage.tree
    roots = [index for index, token in enumerate(tree.tokens) if token.head == index]
    verbs = [index for root in roots for index in tree.coordinated(root) if tree.tokens[index].tag.startswith("V")]
    return passage.parsed and any(_is_past_verb(tree, verb) for verb in verbs)


def _is_past_verb(tree: Tree, verb: int) -> bool:
    helpers = tree.children(verb, "aux", "auxpass")
    return tree.tokens[helpers[0] if helpers else verb].tag == "VBD"


def notices_of(task: SummaryTask, texts: Sequence[str]) -> tuple[Notice, ...]:
    """Return the notices about a summary, such as "article shorter than wanted". `texts`: its sentences."""
    if task.style == "headline":
        return headline_faults(" ".join(texts))
    if task.style == "minutes":
        return () if task.article.utterances else ("no transcript",)
    if task.focus is not None:
        return ()
    if is_shorter(task.article, task.length):
        return ("article shorter than wanted",)
    return ("fewer sentences than wanted",) if _too_few(len(texts), task.length) else ()


def _too_few(shown: int, length: Length) -> bool:
    if length.words is not None:
        return False
    return shown < length.sentences if length.given else 2 * shown <= length.sentences
