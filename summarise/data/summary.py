"""Checked sentences, reports and summaries, and the record of a run."""

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from summarise.data.article import (
    Evidence,
    FactKind,
    Facts,
    ForeignText,
    HtmlRecord,
    KeyFact,
    Parser,
    Quote,
    Record,
    SourceSpan,
    Span,
    clock,
)
from summarise.data.plans import Budget, ChunkUse, ItemKind, LimitHit, Prompting, RunPlan, Style, Tried
from summarise.errors import UNSUPPORTED, IncompleteError, UsageError

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(min_length=1)]


class AcceptedFinding(Record):
    """A sentence of a summary that a person accepted despite its findings.

    `article`: SHA-256 of the article in UTF-8. `claim`: SHA-256 of the sentence in UTF-8, with white space collapsed.
    `text`: the sentence, for information only. `codes`: the codes of the accepted errors, and "cites SOURCE" for a
    wrong citation or "cites nothing" for a missing one. A sentence with any other error is not accepted.
    """

    article: Sha256
    claim: Sha256
    text: str = ""
    codes: tuple[Code, ...]
    reason: Reason


class Accepted(Record):
    """Accepted findings. The first entry that accepts all errors of a sentence applies to it."""

    entries: tuple[AcceptedFinding, ...] = Field(default=())


Writer = Literal["weak", "middle", "strong"]
"""A kind of writer, by faithfulness: "weak" is a model below 2 billion parameters, "middle" a larger local model,
"strong" a hosted model or a person.
"""


class Regression(Record):
    """A fitted logistic regression."""

    intercept: float
    weights: Mapping[str, float]


class Thresholds(Record):
    """The minimum probability of a `supported` sentence, by sensitivity of the checks."""

    low: float = Field(ge=0.0, le=1.0)
    default: float = Field(ge=0.0, le=1.0)
    high: float = Field(ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"thresholds must rise from low to high: {self.low}, {self.default}, {self.high}")
        return self


class Strengths(Record):
    """The minimum probability of strong support and of fair support. Below both, support is weak."""

    strong: float = Field(ge=0.0, le=1.0)
    fair: float = Field(ge=0.0, le=1.0)


class WriterShares(Record):
    """The share of correct sentences by kind of writer. Sentences copied from the article are not counted."""

    weak: float = Field(gt=0.0, lt=1.0)
    middle: float = Field(gt=0.0, lt=1.0)
    strong: float = Field(gt=0.0, lt=1.0)


class VerdictParameters(Record):
    """The parameters that decide verdicts. `version`: their name in the run record.

    `read`, `unread`: the regressions that compute support with and without the entailment model. `accused_below`: a
    sentence can be `contradicted` only if its entailment probability is lower than this.
    """

    version: str = Field(min_length=1)
    read: Regression
    unread: Regression
    thresholds: Thresholds
    strengths: Strengths
    writers: WriterShares
    accused_below: float = Field(ge=0.0, le=1.0)


Verdict = Literal["supported", "unverified", "contradicted"]
WORST_FIRST: tuple[Verdict, ...] = ("contradicted", "unverified", "supported")
Strength = Literal["strong", "fair", "weak"]
"""The confidence of a `supported` verdict."""
Origin = Literal["model", "repaired", "article", "given"]
Severity = Literal["error", "note"]
FindingCode = Literal[FactKind, "speaker", "negation", "entailment", "language", "judged", "other"]
Sensitivity = Literal["low", "default", "high"]
"""With "high", more wrong sentences are found, but also more correct sentences are unverified."""
Rewording = Literal["copied", "shortened", "reworded", "fused"]
"""How a sentence differs from the article: "copied", hardly at all; "shortened", words are left out; "reworded", other
words or another order; "fused", two sentences are combined.
"""
Action = Literal["written", "corrected", "asked again", "replaced"]


class Finding(Record):
    """The result of a check.

    `severity`: only an `error` counts against the sentence. `claim`: the words of the sentence that the finding is
    about. `article`: conflicting words of the article, if any. Values of `reason`:
    - "elsewhere", in a note: the article has the words `claim`, but in another context (`elsewhere`); in the context of
      the sentence it has the words `article`.
    - "computed", in a note: the value follows from the article by `computation` ("6.2 − 2.5 = 3.7").
    - "disputed", in a note: another source has the value `article`.
    - "contrast", in an error: the article supports the sentence with the words `article` instead of `claim`.
    """

    code: FindingCode
    severity: Severity
    claim: Quote
    article: Evidence | None = None
    reason: Literal["elsewhere", "computed", "disputed", "contrast"] | None = None
    elsewhere: Evidence | None = None
    computation: str | None = None


class Step(Record):
    """A former text of a sentence with its verdict.

    `action`: the origin of the text. "written": the first answer of the model. "corrected": an earlier text with a
    value from the article. "asked again": a later answer of the model. "replaced": a sentence of the article.
    """

    action: Action
    text: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


CitationForm = Literal["numbers", "links", "off"]
CitationVerdict = Literal["supports", "supports partly", "does not support", "missing"]


class Citation(Quote):
    """A citation of a source by a sentence. `text`: the mark in the summary, such as "[1, 3]".

    `source`: id of a source that the mark names, or the name in the mark if there is no such source ("missing").
    `verdict`: whether this source alone supports the sentence. "supports partly": it supports a part of the sentence,
    or all of it only together with the other cited sources.
    """

    source: str
    verdict: CitationVerdict


class MinutesItem(Record):
    """An item of minutes. `owner`: full name of the person who will do the action. `due`: the date as written."""

    kind: ItemKind
    owner: str | None = None
    due: str | None = None


SECTIONS: Mapping[ItemKind, str] = {"decision": "Decisions", "action": "Actions", "question": "Open questions"}
NO_ITEMS = "No decisions, actions or open questions found."
# "by" is not written before dates that begin with these words.
_ADVERBS = ("to", "the weekend", "this", "next", "right", "by ")


class CheckedSentence(Record):
    """A sentence with its verdict. `evidence`: relevant spans of the article, best first.

    `support`: probability that the sentence is correct, if half of all sentences were correct. `probability`: the same,
    with the writer's share of correct sentences instead of half. `strength`: None unless the verdict is supported.
    `rewording`: None if the user gave the text. `history`: former texts, oldest first; empty if the first answer of the
    model was kept. `citations`: in text order. `uncited`: whether a required citation is missing. `found_in`: ids of
    sources that support the sentence, if its cited sources do not. `accepted`: a person's reason to accept the
    sentence. `item`: None except in minutes.
    """

    text: str
    verdict: Verdict
    support: float = Field(ge=0.0, le=1.0)
    probability: float = Field(ge=0.0, le=1.0)
    strength: Strength | None = None
    origin: Origin
    rewording: Rewording | None = None
    history: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    citations: tuple[Citation, ...] = ()
    uncited: bool = False
    found_in: tuple[str, ...] = ()
    accepted: str | None = None
    item: MinutesItem | None = None

    @property
    def heads(self) -> tuple[str, str]:
        """The text to show before and after an item of minutes: ("00:12:31 ", " (owner: Anna Feyer, by Friday)").

        Two empty strings for other sentences.
        """
        if self.item is None:
            return "", ""
        time, owner, due = self.evidence[0].time if self.evidence else None, self.item.owner, self.item.due
        owner_text = f"owner: {owner}" if owner and not self.text.startswith(owner) else None
        due_text = due and (due if due.casefold().startswith(_ADVERBS) else f"by {due}")
        after = ", ".join(filter(None, [owner_text, due_text]))
        return "" if time is None else f"{clock(time)} ", f" ({after})" if after else ""

    @property
    def line(self) -> str:
        """The text with its citations. An item of meeting minutes also has its time, owner and date."""
        before, after = self.heads
        return f"{before}{self.cited_text}{after}"

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings of severity `error`."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def opposing(self) -> tuple[Evidence, ...]:
        """The spans of the article that conflict with the sentence."""
        return tuple(error.article for error in self.errors if error.article)

    @property
    def unread(self) -> bool:
        """Whether the sentence is unverified only because the checks cannot read its language."""
        return self.verdict == "unverified" and {finding.code for finding in self.errors} == {"language"}

    @property
    def cited_text(self) -> str:
        """The text, followed by its citation marks."""
        marks = "".join(citation.text for citation in self.citations)
        return f"{self.text} {marks}" if marks else self.text

    @property
    def well_cited(self) -> bool:
        """Whether no required citation is missing, and each cited source supports the sentence at least partly."""
        return not self.uncited and all(mark.verdict in ("supports", "supports partly") for mark in self.citations)

    @property
    def passed(self) -> bool:
        """Whether the sentence is supported and well cited, or accepted."""
        return (self.verdict == "supported" and self.well_cited) or self.accepted is not None


GuardKind = Literal[
    "repetition",
    "echo",
    "special tokens",
    "refusal",
    "language",
    "too long",
    "incomplete",
    "unattributed",
    "not credible",
    "near copy",
    "cut off",
    "malformed",
    "lead copy",
    "empty",
    "leak",
    "filter",
]


class GuardEvent(Record):
    """A defect in a model's answer.

    `said`: the affected part of the answer, at most 200 characters. `recovered`: whether the rest of the answer was
    used. Kinds for rejected rewrites of a passage: "near copy", "incomplete" (a part of the passage is missing),
    "unattributed" (its "he said" is missing) and "not credible". Only older runs have "lead copy" and "leak".
    """

    kind: GuardKind
    said: str = ""
    recovered: bool = False


Notice = Literal[
    "article shorter than wanted",
    "fewer sentences than wanted",
    "headline too long",
    "headline in the past tense",
    "instructions not used",
    "no transcript",
]
"""Remarks on a summary other than its verdicts."""
Outcome = Literal["kept", "repaired", "replaced", "dropped", "not chosen", "merged"]


class PromptUse(Record):
    """A prompt that was used. `id`: such as "merge/v1". `sha256`: the SHA-256 of its file."""

    id: str
    sha256: str


class Call(Record):
    """A call of a model. `said`: the raw answer. Tokens, costs, times and `wasted`: as in `Reply`.

    The input depends on the stage. `chunk` (draft): index of the chunk. `rewritten` (rewrite): indexes of article
    sentences. `merged` (merge): indexes in `RunRecord.draft`. `sentence` (judge and repair): an index in
    `RunRecord.draft`, or in `Report.sentences` if there is no draft. `events`: defects of the answer. `problem`: why
    the answer was not used.
    """

    stage: str
    chunk: int | None = None
    rewritten: tuple[int, ...] = ()
    merged: tuple[int, ...] = ()
    sentence: int | None = None
    attempt: int = 1
    model: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    reasoning: str = ""
    cost: float | None = None
    finish: str = "stop"
    seconds: float = 0.0
    from_cache: bool = False
    wasted: int = 0
    said: str = ""
    events: tuple[GuardEvent, ...] = ()
    problem: str | None = None


class DraftSentence(Record):
    """A sentence as the model wrote it, before repair.

    `chunk`: index of its chunk, None for rewritten and merged sentences. `round`: the round of merging that wrote it,
    from 1; 0 if it was not merged. `merged`: indexes in `RunRecord.draft` of the sentences from which it was merged.
    `cited`: indexes of the article sentences that it cites or rewrites.
    """

    text: str
    chunk: int | None
    round: int = Field(default=0, ge=0)
    merged: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()
    verdict: Verdict
    support: float
    probability: float
    strength: Strength | None = None
    findings: tuple[Finding, ...] = ()
    outcome: Outcome = "kept"


class Sampling(Record):
    """Sampling parameters of a model."""

    temperature: float = 0.0
    seed: int = 1
    max_tokens: int = 512


class RunRecord(Record):
    """How a summary was made, without secrets.

    `backend`, `model`: the writer of the summary. `judge`: backend of the judge. `checker`: names of the verdict
    parameters and the entailment model. `writer`, `writer_share`: the kind of writer and its share of correct
    sentences, as the verdicts assume them. `threshold`: minimum probability of a supported sentence. `own_checks`:
    names of user-defined checks. `instructions`: SHA-256 of the user's instructions. `tried`: models that failed before
    `model`, not in the sums. `budget`: maximum of calls and tokens. `limit_hit`: the limit that was reached.
    `language`: ISO 639-1 code of the article's language. `foreign`: text that the checks cannot read. `addressed`: text
    that instructs a machine. Tokens and `cost` (US dollars, None if unknown) are sums over the calls, without cached
    and failed ones. `seconds`: wall time, including that of `tried`.
    """

    version: str
    backend: str | None = None
    model: str | None = None
    tried: tuple[Tried, ...] = ()
    prompting: Prompting | None = None
    prompting_reason: str | None = None
    style: Style | None = None
    focus: str | None = None
    judge: str | None = None
    parser: Parser
    checker: str = ""
    writer: Writer = "strong"
    writer_share: float = Field(default=0.95, gt=0.0, lt=1.0)
    threshold: float = Field(default=0.0, ge=0.0, le=1.0)
    own_checks: tuple[str, ...] = ()
    instructions: Sha256 | None = None
    prompts: tuple[PromptUse, ...] = ()
    sampling: Sampling | None = None
    plan: RunPlan | None = None
    budget: Budget | None = None
    limit_hit: LimitHit | None = None
    notices: tuple[Notice, ...] = ()
    language: str = "en"
    foreign: tuple[ForeignText, ...] = ()
    addressed: tuple[Span, ...] = ()
    chunks: tuple[ChunkUse, ...] = ()
    calls: tuple[Call, ...] = ()
    draft: tuple[DraftSentence, ...] = ()
    facts: int = 0
    facts_checked: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


# A headline that ends in an abbreviation ("5 p.m.") keeps its full stop.
ABBREVIATED = re.compile(r"\b(?:[A-Za-z]\.){2}$")
NO_ARTICLE = (
    "this report was read from JSON, which does not contain the article: call about(extract_facts(article)) "
    "first, check its text again, or replay the run"
)


class SourceValue(Record):
    """A value in a source. `place`: the words of the value. `sentence`: its sentence. `date`: date of the source."""

    place: Evidence
    sentence: Evidence
    date: str | None = None


class Disagreement(Record):
    """Different values that the sources state for the same thing, one value for each source."""

    values: tuple[SourceValue, ...] = Field(min_length=2)


class NameSpelling(Record):
    """A spelling similar to a `name` of the user's list. `count`: its occurrences outside quotation marks.

    `corrected`: True if the spelling was read as the name, False if it may be another name and was not changed.
    `given`: True if the spelling is in the checked text, False if it is in the article.
    """

    name: str
    spelling: str
    count: int = Field(ge=1)
    corrected: bool = True
    given: bool = False


class VersionDiff(HtmlRecord):
    """The differences between two versions of an article, the sources "old" and "new".

    `changed`: values that differ in the new version. `added`: sentences of the new version that the old one does not
    support. `removed`: sentences of the old version that the new one does not support. `outdated`: sentences of the
    summary that the new version does not support. `sentences`: number of sentences of the summary.
    """

    sources: tuple[SourceSpan, ...] = ()
    changed: tuple[Disagreement, ...] = ()
    added: tuple[Evidence, ...] = ()
    removed: tuple[Evidence, ...] = ()
    outdated: tuple[CheckedSentence, ...] = ()
    sentences: int = Field(default=0, ge=0)

    @property
    def counts(self) -> str:
        """The numbers of differences, such as "1 value changed, 2 sentences added"."""
        kinds = {"value changed": self.changed, "sentence added": self.added, "sentence removed": self.removed}
        counts = [f"{len(items)} {kind.replace(' ', 's ', len(items) != 1)}" for kind, items in kinds.items() if items]
        return ", ".join(counts) or "both versions say the same"

    @property
    def still_supported(self) -> str:
        """A phrase: "of the summary’s sentences, the new version supports 3 of 4". Empty without a summary."""
        if not self.sentences:
            return ""
        supported = self.sentences - len(self.outdated)
        return f"of the summary’s sentences, the new version supports {supported} of {self.sentences}"

    def to_html(self) -> str:
        """Return a self-contained HTML page. Raises UsageError if the differences were read from JSON."""
        return self._page("differences that were read from JSON cannot become HTML: call diff again")

    @property
    def same(self) -> bool:
        """Whether no value was changed, and no sentence added or removed."""
        return not (self.changed or self.added or self.removed)


class Report(HtmlRecord):
    """Sentences that were checked against an article, and the key facts that they omit.

    `omitted`: key facts that no sentence states, most important first. `key_facts`: number of key facts in the article.
    `sources`: the articles, if there are several. `names`: spellings similar to a name of the user's list.
    """

    _facts: Facts | None = PrivateAttr(default=None)

    sentences: tuple[CheckedSentence, ...]
    omitted: tuple[KeyFact, ...] = ()
    key_facts: int = Field(default=0, ge=0)
    sources: tuple[SourceSpan, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    names: tuple[NameSpelling, ...] = ()
    run: RunRecord

    def about(self, facts: Facts) -> Self:
        """Return a copy that has the facts of its article, so that a report from JSON can be shown as HTML."""
        copy = self.model_copy()
        copy._facts = facts
        copy._view = copy._view or facts._view
        return copy

    @property
    def facts(self) -> Facts:
        """The facts of the article. Raises UsageError if the report was read from JSON."""
        if self._facts is None:
            raise UsageError(NO_ARTICLE)
        return self._facts

    def to_html(self) -> str:
        """Return a self-contained HTML page that shows each sentence beside its evidence in the article.

        Raises UsageError if the report was read from JSON.
        """
        return self._page(NO_ARTICLE)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict among the sentences; "unverified" without sentences."""
        return min((sentence.verdict for sentence in self.sentences), key=WORST_FIRST.index, default="unverified")

    @property
    def passed(self) -> bool:
        """Whether all sentences passed. False without sentences."""
        return bool(self.sentences) and all(sentence.passed for sentence in self.sentences)

    @property
    def sections(self) -> tuple[tuple[str, tuple[CheckedSentence, ...]], ...]:
        """Headings of minutes ("Decisions") with their sentences. In other summaries, one empty heading."""
        parts = groupby(self.sentences, key=lambda sentence: SECTIONS[sentence.item.kind] if sentence.item else "")
        return tuple((heading, tuple(items)) for heading, items in parts)

    @property
    def faithfulness(self) -> float | None:
        """The share of supported sentences; None without sentences."""
        supported = sum(sentence.verdict == "supported" for sentence in self.sentences)
        return supported / len(self.sentences) if self.sentences else None

    @property
    def coverage(self) -> float | None:
        """The share of the article's key facts that the sentences state; None without key facts."""
        return 1 - len(self.omitted) / self.key_facts if self.key_facts else None

    @property
    def support(self) -> float:
        """The lowest `support` of a sentence; 0 without sentences."""
        return min((sentence.support for sentence in self.sentences), default=0.0)

    @property
    def probability(self) -> float:
        """The lowest `probability` of a sentence; 0 without sentences."""
        return min((sentence.probability for sentence in self.sentences), default=0.0)


class Summary(Report):
    """A summary of an article; `str(summary)` is its text."""

    @property
    def text(self) -> str:
        """The summary in its style: prose, bullet points, a headline, or minutes under headings."""
        if self.run.style == "minutes":
            blocks = ["\n".join([heading, *(f"- {item.line}" for item in items)]) for heading, items in self.sections]
            return "\n\n".join(blocks) or NO_ITEMS
        if self.run.style == "bullets":
            return "\n".join(f"- {sentence.cited_text}" for sentence in self.sentences)
        if self.run.style == "headline" and not ABBREVIATED.search(self.prose):
            return self.prose.removesuffix(".")
        return " ".join(sentence.cited_text for sentence in self.sentences)

    def with_citations(self, form: CitationForm) -> Self:
        """Return a copy with its citations as numbers, "[1]", as Markdown links, or removed ("off")."""
        addresses = {source.id: source.url for source in self.sources}

        def render(citation: Citation) -> Citation:
            address = addresses.get(citation.source) if form == "links" else None
            text = f"[{citation.source}]" + (f"({address})" if address else "")
            return citation.model_copy(update={"text": text})

        sentences = tuple(
            sentence.model_copy(update={"citations": () if form == "off" else tuple(map(render, sentence.citations))})
            for sentence in self.sentences
        )
        return self.model_copy(update={"sentences": sentences})

    @property
    def prose(self) -> str:
        """The sentences as running text, without citations."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def complete(self) -> bool:
        """Whether every chunk of the article was summarised."""
        return not any(chunk.problem for chunk in self.run.chunks)

    @property
    def exit_code(self) -> int:
        """The exit code of the command: 7 if incomplete, 1 if a sentence did not pass, otherwise 0.

        Sentences in a language that the checks cannot read are ignored.
        """
        if not self.complete:
            return IncompleteError.exit_code
        return UNSUPPORTED if any(not sentence.passed and not sentence.unread for sentence in self.sentences) else 0

    def __str__(self) -> str:
        return self.text
