"""Measure how often the program and a reader agree whether a summary states a key fact.

    python -m benchmarks.keyfacts DATA TRAINING

DATA is the folder with `genaudit_news.jsonl.gz`, TRAINING that with `claims.jsonl.gz`. The files in
`benchmarks/readings/` have a line for each pair of key fact and summary that a reader judged. `pieces` are the offsets
of the key fact in its article, `in_claim` is the judgement (lines without it are ignored). The summary is given by its
id, or by article and numbers of sentences in `training/writer/summaries.jsonl`. Some articles are those of `seeds/`.

The articles are split by a hash of their ids. The constants in `summarise/checks/key_facts.py` were chosen on one half
and are measured on the other half. The last lines are the seconds for the key facts of a summary.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.factuality.data import DataError, load_sets
from summarise.article import read_claims
from summarise.checks.entailment.model import EntailmentModel
from summarise.checks.entailment.reader import entailed_by
from summarise.checks.key_facts import coverages, stated
from training.split import rows

READINGS = Path(__file__).with_name("readings")
LABELS = (READINGS / "2026-11-27-keyfacts.jsonl", READINGS / "2026-11-30-keyfacts.jsonl")
ORDINARY = READINGS / "2026-12-01-keyfacts.jsonl"
OWN_SUMMARIES = READINGS / "2026-11-30-keyfacts-summaries.jsonl"
SEEDS = Path(__file__).parent.parent / "seeds"
WRITER = Path(__file__).parent.parent / "training" / "writer"
SET = "genaudit_news"
REWORDED = 0.4
"""Key facts of which the summary has a smaller share of the words are reworded, or missing."""
TIMES = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A key fact in the article's words, the sentences of a summary, and a reader's judgement (`has`: stated)."""

    article: str
    statement: str
    summary: tuple[str, ...]
    has: bool
    ordinary: bool = False

    @property
    def measures(self) -> bool:
        """Whether the article is in the measuring half."""
        return int(hashlib.sha256(self.article.encode()).hexdigest(), 16) % 2 == 1

    @property
    def own(self) -> bool:
        """Whether the article is one of `seeds/`."""
        return (SEEDS / self.article).is_dir()


def cases_of(data: Path) -> Iterator[Case]:
    """Yield the pairs that were read, with the texts from `data` and `seeds/`."""
    texts = {item.id: (item.id.split("_")[1], item.source, item.claim) for item in load_sets(data, only=[SET])[SET]}
    for own in map(json.loads, OWN_SUMMARIES.read_text(encoding="utf-8").splitlines()):
        source = (SEEDS / own["article"] / "article.txt").read_text(encoding="utf-8")
        texts[own["id"]] = own["article"], source, own["summary"]
    for path in LABELS:
        for read in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if read.get("in_claim") is not None:
                article, source, summary = texts[read["id"]]
                claim = read_claims(summary)
                statement = _statement(source, read["pieces"])
                yield Case(article, statement, tuple(map(claim.quote, claim.sentences)), read["in_claim"])


def ordinary_cases(training: Path) -> Iterator[Case]:
    """Yield the pairs with summaries that were written to train the default model."""
    articles = {row["id"]: row["article"] for row in rows(training / "claims.jsonl.gz")}
    lines = map(json.loads, (WRITER / "summaries.jsonl").read_text(encoding="utf-8").splitlines())
    summaries = {line["article"]: [sentence["text"] for sentence in line["sentences"]] for line in lines}
    for read in map(json.loads, ORDINARY.read_text(encoding="utf-8").splitlines()):
        if read["in_claim"] is not None:
            source, summary = articles[read["article"]], summaries[read["article"]]
            statement = _statement(source, read["pieces"])
            sentences = tuple(summary[number] for number in read["sentences"])
            yield Case(str(read["article"]), statement, sentences, read["in_claim"], ordinary=True)


def _statement(source: str, pieces: Sequence[Sequence[int]]) -> str:
    return " … ".join(" ".join(source[start:end].split()) for start, end in pieces)


def agreement(cases: Sequence[Case], answers: Sequence[bool], among: Callable[[Case], bool]) -> str:
    """Return the number and share of cases in which the program (`answers`) agrees with the reader."""
    right = [is_found == case.has for case, is_found in zip(cases, answers, strict=True) if among(case)]
    return f"{sum(right)} of {len(right)} ({sum(right) / max(1, len(right)):.1%})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how often the program agrees, by half, and how long it takes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keyfacts", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("training", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        cases = [*cases_of(chosen.data), *ordinary_cases(chosen.training)]
    except DataError as error:
        parser.error(str(error))
    model = EntailmentModel.load()

    def reader(summary: Sequence[str], claims: Sequence[str]) -> list[float]:
        return entailed_by(model, summary, claims)

    answers_by_way = {
        "with the model": [stated([case.statement], case.summary, reader)[0] for case in cases],
        "by words alone": [stated([case.statement], case.summary)[0] for case in cases],
    }
    covered = [coverages([case.statement], case.summary)[0] for case in cases]
    reworded = {case for case, share in zip(cases, covered, strict=True) if share < REWORDED}
    groups: dict[str, Callable[[Case], bool]] = {
        "choosing half": lambda case: not case.measures,
        "measuring half": lambda case: case.measures,
        "  of it ordinary summaries": lambda case: case.measures and case.ordinary,
        "  of it by models": lambda case: case.measures and not case.own and not case.ordinary,
        "  of it of seeds/": lambda case: case.measures and case.own,
        f"  of it below {REWORDED} coverage": lambda case: case.measures and case in reworded,
    }
    for name, among in groups.items():
        print(
            f"{name:30}", *(f"{way}: {agreement(cases, answers, among):24}" for way, answers in answers_by_way.items())
        )
    for article in sorted({case.article for case in cases if case.own}):
        read = [case for case in cases if case.article == article]
        statements = list(dict.fromkeys(case.statement for case in read))
        summaries = list(dict.fromkeys(case.summary for case in read))
        sentences = [text for summary in summaries for text in summary][:5]
        seconds = []
        for _ in range(TIMES):
            started = time.perf_counter()
            stated(statements, sentences, reader)
            seconds.append(time.perf_counter() - started)
        print(f"{article:30} {len(statements)} key facts, {len(sentences)} sentences: {median(seconds):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
