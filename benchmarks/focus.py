"""Measure how well the ranking of `--focus` finds the passages that annotators marked for a question.

    python -m benchmarks.focus DATA [--sample 40] [--entailment]

DATA is a file of QMSum (Zhong et al. 2021, github.com/Yale-LILY/QMSum, `data/ALL/jsonl/test.jsonl`): meetings, with
questions and the turns that answer each question. A turn is treated as a sentence. Prints for each ranking the recall
of the marked turns in the first 5, 10 and 20 per cent of all turns, as the mean over the questions. With
`--entailment`, the entailment model also reads the best turns, about a second for a question.
"""

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from summarise.checks.entailment.model import EntailmentModel
from summarise.checks.entailment.reader import ClaimReader
from summarise.checks.focus import relevance
from summarise.checks.source_index import SourceIndex
from summarise.data import Article, Facts
from summarise.data.article import Sentence

SHARES = (0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Question:
    """A question about a meeting. `gold`: numbers of the turns that answer it. `indexes`: the meeting, by ranking."""

    indexes: Mapping[str, SourceIndex]
    text: str
    gold: frozenset[int]


def questions_of(path: Path, model: EntailmentModel | None) -> Iterator[Question]:
    """Yield the specific questions of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        meeting = json.loads(line)
        article = _article([f"{turn['speaker']}: {turn['content']}" for turn in meeting["meeting_transcripts"]])
        facts = Facts(article=article, parser="rules", facts=())
        indexes = {"words": SourceIndex(facts)}
        if model is not None:
            indexes["words, entailment"] = SourceIndex(facts, ClaimReader(article, model))
        for query in meeting["specific_query_list"]:
            spans = [range(int(first), int(last) + 1) for first, last in query["relevant_text_span"]]
            yield Question(indexes, query["query"], frozenset(turn for span in spans for turn in span))


def _article(turns: Sequence[str]) -> Article:
    sentences: list[Sentence] = []
    start = 0
    for turn in turns:
        sentences.append(Sentence(start=start, end=start + len(turn), paragraph=len(sentences)))
        start += len(turn) + 1
    return Article(text="\n".join(turns), sentences=tuple(sentences))


def recall(scores: Sequence[float], gold: frozenset[int], share: float) -> float:
    """Return the recall of the gold turns in the first `share` of all turns by score. Ties are in text order."""
    ranked = sorted(range(len(scores)), key=lambda turn: (-scores[turn], turn))
    return len(gold.intersection(ranked[: max(1, int(share * len(scores)))])) / len(gold)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the recall of each ranking."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sample", type=int, help="take this many questions at random")
    parser.add_argument("--entailment", action="store_true")
    options = parser.parse_args(arguments)
    model = EntailmentModel.load() if options.entailment else None
    questions = list(questions_of(options.data, model))
    chance = random.Random(7)
    if options.sample:
        questions = chance.sample(questions, options.sample)
    recalls: dict[tuple[str, float], list[float]] = defaultdict(list)
    for question in questions:
        scores = {name: relevance(index, question.text).sentences for name, index in question.indexes.items()}
        scores["by chance"] = tuple(chance.random() for _ in scores["words"])
        for name, ranked in scores.items():
            for share in SHARES:
                recalls[name, share].append(recall(ranked, question.gold, share))
    print(f"{len(questions)} questions; recall of the marked turns among the first " + ", ".join(map(str, SHARES)))
    for name in dict.fromkeys(name for name, _ in recalls):
        print(f"{name:18}", *(f"{fmean(recalls[name, share]):.3f}" for share in SHARES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
