"""Load an entailment model, and compute the probability that evidence entails a claim."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.checks.words import TOKEN
from summarise.data import Span
from summarise.errors import ConfigurationError
from summarise.files import read_bounded

BUILT_IN = Path(__file__).with_name("weights")
FILES = ("model.onnx", "tokenizer.json", "config.json")
# Names that NLI models and fact checkers give to the entailment label.
ENTAILED = ("entailment", "entailed", "entails", "supported", "support", "supports", "consistent", "factual")
MAX_LABELS = 3
MAX_TOKENS = 512


@dataclass(frozen=True)
class Layout:
    """The configuration of an entailment model.

    `entailed`: the index of the entailment label. `labels`: the number of labels. `pad`: the id of the padding token.
    """

    folder: Path
    name: str
    entailed: int
    labels: int
    pad: int
    max_tokens: int


def read_layout(folder: Path | None = None) -> Layout:
    """Read the configuration of the model in a folder (None: the built-in model).

    Raises ConfigurationError if a file is missing or damaged, or if not exactly one label means entailment.
    """
    where = folder or BUILT_IN
    missing = [name for name in FILES if not (where / name).is_file()]
    if missing and folder is None:
        raise ConfigurationError(
            f"the entailment model is not in this installation ({missing[0]} is missing): install the program again"
        )
    if missing:
        raise ConfigurationError(
            f"{where} is not an entailment model: {missing[0]} is missing; add it (needed: {', '.join(FILES)})"
        )
    try:
        config = json.loads(read_bounded(where / "config.json"))
        by_index = {int(index): str(name).lower() for index, name in config.get("id2label", {}).items()}
        pad = int(config.get("pad_token_id") or 0)
        version = str(config.get("version") or "").strip()
        longest = int(config.get("max_position_embeddings") or 0)
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ConfigurationError(f"{where / 'config.json'} cannot be read ({error}): correct or replace it") from None
    names = [by_index[index] for index in sorted(by_index)]
    if not 1 <= len(names) <= MAX_LABELS:
        raise ConfigurationError(f"{where / 'config.json'} names {len(names)} labels: an entailment model has 1 to 3")
    found = [index for index, name in enumerate(names) if name in ENTAILED or len(names) == 1]
    if len(found) != 1:
        raise ConfigurationError(
            f"{where / 'config.json'}: {len(found) or 'none'} of the labels {', '.join(names)} in id2label mean "
            'entailment: call exactly one label "entailment"'
        )
    name = " ".join(filter(None, ("built-in" if folder is None else where.name, version)))
    return Layout(where, name, found[0], len(names), pad, min(longest, MAX_TOKENS) if longest > 0 else MAX_TOKENS)


# Probability from which a word counts as unsupported.
MARKED = 0.5
# Limits of probabilities before their log odds are taken.
NEVER, ALWAYS = 1e-4, 1.0 - 1e-4


@dataclass(frozen=True, slots=True)
class WordScore:
    """A word of a claim, with the probability that the evidence does not support it."""

    start: int
    end: int
    unsupported: float


@dataclass(frozen=True, slots=True)
class Score:
    """The probability that a claim is entailed, and the scores of its words if the model has a word head."""

    entailed: float
    words: tuple[WordScore, ...] = ()

    @property
    def weakest_word(self) -> float:
        """The lowest probability that a word is supported; without word scores, the probability of the claim."""
        return 1.0 - max((word.unsupported for word in self.words), default=1.0 - self.entailed)

    @property
    def combined_log_odds(self) -> float:
        """The sum of the log odds of the claim and of its weakest word."""
        return log_odds(self.entailed) + log_odds(self.weakest_word)

    def mean_with(self, other: "Score") -> "Score":
        """Return the mean of this and another score of the same claim, computed from their log odds."""
        words = (
            replace(word, unsupported=_mean(word.unsupported, again.unsupported))
            for word, again in zip(self.words, other.words, strict=True)
        )
        return Score(_mean(self.entailed, other.entailed), tuple(words))

    def without(self, places: Sequence[Span]) -> "Score":
        """Return the score without the words in these places."""
        words = tuple(word for word in self.words if not any(word.start < p.end and p.start < word.end for p in places))
        return Score(self.entailed, words)

    def unsupported_runs(self) -> list[Span]:
        """Return the spans of consecutive unsupported words, longest first."""
        groups = groupby(self.words, key=lambda word: word.unsupported >= MARKED)
        runs = [list(words) for marked, words in groups if marked]
        spans = [Span(start=run[0].start, end=run[-1].end) for run in runs]
        return sorted(spans, key=lambda span: span.start - span.end)


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, which is first clipped to 0.0001 to 0.9999."""
    bounded = min(max(probability, NEVER), ALWAYS)
    return math.log(bounded / (1.0 - bounded))


def _mean(one: float, other: float) -> float:
    return sigmoid((log_odds(one) + log_odds(other)) / 2)


def sigmoid(value: float) -> float:
    """Convert log odds to a probability."""
    return 1.0 / (1.0 + math.exp(-value)) if value >= 0 else math.exp(value) / (1.0 + math.exp(value))


if TYPE_CHECKING:
    from tokenizers import Encoding

    # The pair after truncation, and its tokens.
    _Fitted = tuple["Pair", Encoding]

# Possible inputs of a model; `claim_mask` is 1 for the tokens of the claim itself, without its context.
INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids", "claim_mask"})
# Outputs of a model, with shapes (batch, labels), (batch, tokens), (batch, 1) and (batch, tokens).
LOGITS, WORD_LOGITS = "logits", "word_logits"
ADDRESSED_LOGITS, ANSWER_LOGITS = "addressed_logits", "answer_logits"
# Maximum tokens of a batch, with padding; larger batches are no faster.
BATCH_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class Pair:
    """Evidence and a claim; `before` is the text before the claim, which is read as context but not scored."""

    evidence: str
    claim: str
    before: str = ""


class EntailmentModel:
    """A loaded entailment model; `score` is thread-safe."""

    def __init__(self, layout: Layout, session: Any, tokenizer: Any) -> None:
        self._layout = layout
        self.name = layout.name
        self.max_tokens = layout.max_tokens
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = [one.name for one in session.get_inputs()]
        self._outputs = [one.name for one in session.get_outputs()]

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 0) -> "EntailmentModel":
        """Load the model in a folder (None: built-in).

        `threads`: the number of cores for a batch (0: all). Raises ConfigurationError if a file is missing or damaged,
        or the model has unknown inputs, outputs or labels.
        """
        layout = read_layout(folder)
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        # Spinning threads take cores from other processes.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            tokenizer = Tokenizer.from_file(str(layout.folder / "tokenizer.json"))
            session = ort.InferenceSession(
                str(layout.folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # Both libraries raise bare exceptions for a damaged file.
            reason = " ".join(str(error).split())[:200]
            raise ConfigurationError(f"the entailment model in {layout.folder} cannot be loaded: {reason}") from None
        tokenizer.no_padding()
        tokenizer.no_truncation()
        _require_fit(layout, session)
        return cls(layout, session, tokenizer)

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """Return the score of each pair, in order.

        If a pair is too long, the end of the evidence is cut, then `before`, then the end of the claim.
        """
        return [
            Score(
                self._entailed([float(value) for value in found[LOGITS]]),
                _word_scores(pair, encoding, found[WORD_LOGITS]) if WORD_LOGITS in found else (),
            )
            for pair, encoding, found in self._read(pairs, (LOGITS, WORD_LOGITS))
        ]

    @property
    def tells_addressed(self) -> bool:
        """Whether the model has a head that recognises instructions to an AI."""
        return ADDRESSED_LOGITS in self._outputs

    def addressed(self, sentences: Sequence[str]) -> list[float]:
        """Return for each sentence the log odds that it is addressed to an AI."""
        read = self._read([Pair("", sentence) for sentence in sentences], (ADDRESSED_LOGITS,))
        return [float(found[ADDRESSED_LOGITS][0]) for _, _, found in read]

    @property
    def finds_answers(self) -> bool:
        """Whether the model has a head that finds the answer to a question."""
        return ANSWER_LOGITS in self._outputs

    def answer_tokens(self, texts: Sequence[str], question: str) -> list[list[tuple[int, float]]]:
        """Return the tokens of each text as (start, log odds that the token is part of an answer to `question`)."""
        read = self._read([Pair(text, question) for text in texts], (ANSWER_LOGITS,))
        return [
            [
                (start, float(logit))
                for sequence, (start, _), logit in zip(
                    encoding.sequence_ids, encoding.offsets, found[ANSWER_LOGITS], strict=False
                )
                if sequence == 0
            ]
            for _, encoding, found in read
        ]

    def _read(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> list[tuple[Pair, "Encoding", Mapping[str, Any]]]:
        """Run the model on pairs, in batches of similar length. Returns (truncated pair, tokens, outputs) for each."""
        outputs = [name for name in outputs if name in self._outputs]
        fitted = [self._fitted(pair) for pair in pairs]
        lengths = [len(encoding.ids) for _, encoding in fitted]
        batches: list[list[int]] = []
        for index in sorted(range(len(pairs)), key=lengths.__getitem__):
            if not batches or lengths[index] * (len(batches[-1]) + 1) > BATCH_TOKENS:
                batches.append([])
            batches[-1].append(index)
        found: dict[int, Mapping[str, Any]] = {}
        for batch in batches:
            found |= zip(batch, self._run([fitted[index] for index in batch], outputs), strict=True)
        return [(*each, found[index]) for index, each in enumerate(fitted)]

    def _fitted(self, pair: Pair) -> "_Fitted":
        encoding: Encoding = self._tokenizer.encode(pair.evidence, _lead(pair) + pair.claim)
        over = len(encoding.ids) - self.max_tokens
        if over <= 0:
            return pair, encoding
        evidence, claim = (
            [span for span, one in zip(encoding.offsets, encoding.sequence_ids, strict=True) if one == sequence]
            for sequence in (0, 1)
        )
        left = over - len(evidence)
        if left < 0:
            pair = replace(pair, evidence=pair.evidence[: evidence[-over][0]])
        elif pair.before:
            pair = replace(pair, before="")
        else:
            pair = replace(pair, evidence="", claim=pair.claim[: claim[-left][0]] if left else pair.claim)
        return self._fitted(pair)

    def _run(self, batch: Sequence["_Fitted"], outputs: Sequence[str]) -> list[Mapping[str, Any]]:
        import numpy as np
        import onnxruntime as ort

        needed = ort.RunOptions()
        # The layers of other heads are not computed.
        needed.only_execute_path_to_fetches = True

        shape = (len(batch), max(len(encoding.ids) for _, encoding in batch))
        ids = np.full(shape, self._layout.pad, dtype=np.int64)
        mask, types, claim = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for row, (pair, encoding) in enumerate(batch):
            length = len(encoding.ids)
            ids[row, :length] = encoding.ids
            mask[row, :length] = 1
            types[row, :length] = encoding.type_ids
            claim[row, :length] = _claim_mask(encoding, pair)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "claim_mask": claim}
        found = self._session.run(outputs, {name: inputs[name] for name in self._inputs}, needed)
        return [dict(zip(outputs, row, strict=True)) for row in zip(*found, strict=True)]

    def _entailed(self, logits: Sequence[float]) -> float:
        if len(logits) == 1:
            return sigmoid(logits[0])
        highest = max(logits)
        shares = [math.exp(value - highest) for value in logits]
        return shares[self._layout.entailed] / sum(shares)


def _require_fit(layout: Layout, session: Any) -> None:
    unknown = [one.name for one in session.get_inputs() if one.name not in INPUTS]
    shapes = {one.name: one.shape for one in session.get_outputs()}
    if unknown:
        problem = f"has an unknown input, {unknown[0]}: export it with inputs from {', '.join(sorted(INPUTS))}"
    elif LOGITS not in shapes:
        problem = f"has the outputs {', '.join(shapes)}: export it with an output {LOGITS}"
    elif isinstance(given := shapes[LOGITS][-1], int) and given != layout.labels:
        problem = f"gives {given} scores for {layout.labels} labels: correct id2label in config.json"
    else:
        return
    raise ConfigurationError(f"the entailment model in {layout.folder} {problem}")


def _lead(pair: Pair) -> str:
    return f"{pair.before} " if pair.before else ""


def _claim_mask(encoding: "Encoding", pair: Pair) -> list[bool]:
    lead = len(_lead(pair))
    return [
        sequence == 1 and end > lead for sequence, (_, end) in zip(encoding.sequence_ids, encoding.offsets, strict=True)
    ]


def _word_scores(pair: Pair, encoding: "Encoding", logits: Sequence[float]) -> tuple[WordScore, ...]:
    lead = len(_lead(pair))
    tokens = [
        (start - lead, end - lead, float(logit))
        for in_claim, (start, end), logit in zip(_claim_mask(encoding, pair), encoding.offsets, logits, strict=False)
        if in_claim
    ]
    scores = []
    for word in TOKEN.finditer(pair.claim):
        inside = [logit for start, end, logit in tokens if start < word.end() and word.start() < end]
        if inside:
            scores.append(WordScore(word.start(), word.end(), sigmoid(max(inside))))
    return tuple(scores)
