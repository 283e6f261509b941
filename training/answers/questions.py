"""Reads questions about documents, and makes training examples from windows of the documents.

`questions.jsonl` was written for this project by eleven language models that saw only the documents. The kinds are
questions as users ask them (`plain`), in other words than the document's (`other`), topics without a verb (`topic`),
open questions ("What happens to the workers?", `open`), and related questions that the document does not answer
(`none`). `answers` are the numbers of the sentences that answer alone or together with the sentence before. Sentences
that hint at an answer (`partly`) are not trained on.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tokenizers import Tokenizer

from summarise.article.sentences import split_paragraphs, split_sentences
from summarise.checks.entailment.reader import Window, window_text, windows
from training.split import listed, rows

QUESTIONS = Path(__file__).with_name("questions.jsonl")
SENTENCES = 36
"""Number of sentences of a document that the language models saw."""
MOST_TOKENS = 400
TURN_WORDS, MEETING_WORDS = 70, 800
OTHERS = 0.5
"""Share of the answerable questions for which a window without the answer is a training example, too."""


class Question(NamedTuple):
    """A question about the document of this name; `answers` and `partly` are numbers of sentences."""

    document: str
    kind: str
    text: str
    answers: frozenset[int]
    partly: frozenset[int]


class Example(NamedTuple):
    """A window and a question as tokens. `owners`: the sentence number of each token, -1 for tokens without a score."""

    question: Question
    tokens: list[int]
    in_question: np.ndarray
    owners: np.ndarray


def questions(*, held_out: bool) -> list[Question]:
    """Read the questions about held-out articles, or all others."""
    kept_out = listed("claims.txt") | listed("development.txt")
    lines = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [
        Question(
            line["document"], line["kind"], line["question"], frozenset(line["answers"]), frozenset(line["partly"])
        )
        for line in lines
        if (line["document"] in kept_out) is held_out
    ]


def documents(training: Path, meetings: Path | None) -> dict[str, list[str]]:
    """Return the sentences of each document: news articles, texts of SummEdits and, if given, meetings of QMSum.

    The name of a meeting contains its file and the number of the first turn: "qmsum:Bdb001:40".
    """
    sentences = {str(row["id"]): sentences_of(row["article"])[:SENTENCES] for row in rows(training / "claims.jsonl.gz")}
    for row in rows(training / "edited_summaries.jsonl.gz"):
        sentences[f"edited:{row['id']}"] = sentences_of(row["source"])[:SENTENCES]
    for name in {question.document for question in questions(held_out=False)} if meetings else ():
        if name.startswith("qmsum:"):
            _, file, first = name.split(":")
            sentences[name] = turns(Path(str(meetings), f"{file}.json"), int(first))
    return sentences


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, each on one line."""
    spans = split_sentences(text, split_paragraphs(text))
    return [line for line in (" ".join(text[span.start : span.end].split()) for span in spans) if line]


def turns(file: Path, first: int) -> list[str]:
    """Return turns of a meeting from number `first` on, as "Speaker: words", cut to `TURN_WORDS` each."""
    spoken = [
        f"{turn['speaker']}: {' '.join(re.sub(r'[{][^}]*[}]', '', turn['content']).split())}"
        for turn in json.loads(file.read_text(encoding="utf-8"))["meeting_transcripts"]
    ]
    lines: list[str] = []
    for line in [line for line in spoken if len(line.split()) > 5][first : first + SENTENCES]:
        lines.append(" ".join(line.split()[:TURN_WORDS]))
        if sum(len(line.split()) for line in lines) > MEETING_WORDS:
            break
    return lines


def examples(
    asked: Sequence[Question], texts: dict[str, list[str]], tokenizer: Tokenizer, random_: random.Random, *, every: bool
) -> Iterator[Example]:
    """Yield training examples: windows with an answer, and those without one that share most words with the question.

    With `every`, all windows are yielded.
    """
    for question in asked:
        sentences = texts.get(question.document)
        if sentences is None:
            continue
        all_windows = windows(sentences)
        answering = [window for window in all_windows if question.answers & set(range(window.first, window.end))]
        others = [window for window in all_windows if window not in answering]
        shared = [_shared(question.text, sentence) for sentence in sentences]
        others.sort(key=lambda window: max(shared[window.first : window.end]))
        hard = others[::-1]
        if every:
            chosen = all_windows
        elif question.kind == "none":
            chosen = hard[:2]
        else:
            learnt = random_.sample(answering, min(2, len(answering)))
            chosen = learnt + hard[: int(random_.random() < OTHERS)]
        for window in chosen:
            example = _example(question, sentences, window, tokenizer)
            if len(example.tokens) <= MOST_TOKENS:
                yield example


def _shared(question: str, sentence: str) -> float:
    own, other = ({word[:5] for word in re.findall(r"\w{4,}", text.lower())} for text in (question, sentence))
    return len(own & other) / (1 + len(own))


def _example(question: Question, sentences: Sequence[str], window: Window, tokenizer: Tokenizer) -> Example:
    text, spans = window_text(sentences[window.start : window.end])
    encoding = tokenizer.encode(text, question.text)
    owners = np.full(len(encoding.ids), -1)
    for token, (sequence, (start, _)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True)):
        for number, (low, high) in enumerate(spans, start=window.start):
            if sequence == 0 and low <= start < high and number >= window.first:
                owners[token] = number
    in_question = np.array([sequence == 1 for sequence in encoding.sequence_ids])
    return Example(question, encoding.ids, in_question, owners)
