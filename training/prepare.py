"""Write the examples of each stage: `python -m training.prepare DATA WORK [--settings FILE]`.

DATA is the folder with `claims.jsonl.gz`, `edited_summaries.jsonl.gz` and `entailment.jsonl.gz` (`training/README.md`).
No stage contains the claims and domains listed in `heldout/`. PyTorch is not needed.
"""

import argparse
import json
import random
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.edits.case import HARMLESS
from benchmarks.edits.choose import by_rule
from benchmarks.edits.scene import read
from summarise.api import extract_facts
from summarise.checks.entailment.reader import FOR_EACH_WORD, opens_with_pronoun
from summarise.checks.source_index import SourceIndex
from summarise.checks.words import words_of
from summarise.data import Facts
from training.drafts.labels import TRAINING
from training.drafts.labels import read as read_drafts
from training.example import Example, write_examples
from training.exchanges import changed_articles, exchanges
from training.marks import changed_words, likeness
from training.slips import slips
from training.source import Source, sentences_of
from training.split import excerpts_to_train, listed, rows
from training.withheld import withhold

HERE = Path(__file__).parent
FURTHER = HERE / "further_claims.jsonl"
ALIKE = 0.6
"""Minimum similarity for two sentences to be a sentence and its edited version."""
WITHHELD_WORDS = {"withheld": 2, "withheld sentences": 4}
"""Minimum number of different words of a claim that occur only in the sentence removed from the article."""


def general_examples(data: Path, counts: Mapping[str, Mapping[str, float]], random_: random.Random) -> list[Example]:
    """Draw a sample of each general data set: `pairs` pairs, of which the share `entailed` is entailed."""
    pools: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {name: ([], []) for name in counts}
    for row in rows(data / "entailment.jsonl.gz"):
        if row["set"] in pools:
            pools[row["set"]][row["label"] == "entailment"].append(row)
    examples = []
    for name, want in counts.items():
        entailed = round(want["pairs"] * want["entailed"])
        for label, count in ((1, entailed), (0, round(want["pairs"]) - entailed)):
            for number, row in enumerate(random_.sample(pools[name][label], min(count, len(pools[name][label])))):
                marks = () if label else None
                group = f"{name}-{label}-{number}"
                examples.append(Example(row["premise"], row["hypothesis"], label, name, group, marks))
    random_.shuffle(examples)
    return examples


def continuations(path: Path) -> dict[tuple[int, int], list[str]]:
    """Read the false claims of `training.continuations` by (id of the excerpt, number of the true claim), if any."""
    claims: dict[tuple[int, int], list[str]] = defaultdict(list)
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            claims[entry["id"], entry["of"]].append(entry["text"])
    return claims


def claim_examples(
    data: Path,
    settings: Mapping[str, Any],
    random_: random.Random,
    continued: Mapping[tuple[int, int], Sequence[str]],
) -> Iterator[Example]:
    """Yield examples from the claims that were written for this project, and from sentences of the articles.

    False claims are written, or made by slips and exchanges, or from `continued` (see `continuations`).
    """
    for row in excerpts_to_train(data / "claims.jsonl.gz"):
        source = Source(row["article"])
        facts = extract_facts(row["article"])
        index = SourceIndex(facts)
        weight = settings["false_weight"]
        for number, true in enumerate(row["true"]):
            group = f"claims-{row['id']}-{number}"
            budget = random_.choice(settings["evidence_words"])
            yield Example(source.evidence(true, budget), true, 1, "claims", group, ())
            false = [(entry["text"], "claims") for entry in row["false"] if entry["of"] == number]
            if random_.random() < settings["slips_a_claim"]:
                false += [(text, "slips") for text in list(slips(true, row["article"], random_))[:1]]
            false += [(text, "continuations") for text in continued.get((row["id"], number), ())]
            for text, name in false:
                marks = changed_words(text, true)
                yield Example(source.evidence(text, budget), text, 0, name, group, marks, weight)
            if random_.random() < settings["withheld_a_claim"]:
                yield from _withheld_example(source, true, "withheld", group, budget, weight)
            if random_.random() < settings["exchanges_a_claim"]:
                yield from exchange_examples(source, index, true, group, budget, weight, random_)
        yield from _sentence_examples(source, row["id"], settings, random_)
        if settings["edits"]:
            yield from _edit_examples(source, row["id"], facts, settings, random_)


def further_examples(data: Path, settings: Mapping[str, Any], random_: random.Random) -> Iterator[Example]:
    """Yield the claims of `further_claims.jsonl` (by other writers) about articles that are not held out."""
    kept_out = listed("further.txt")
    articles = {row["id"]: row["article"] for row in excerpts_to_train(data / "claims.jsonl.gz")}
    for number, line in enumerate(FURTHER.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        if row["id"] not in articles or str(row["id"]) in kept_out:
            continue
        source = Source(articles[row["id"]])
        group = f"further-{row['id']}-{number}"
        true = row["true"]
        if true:
            yield Example(_evidence_for(source, true, random_, settings), true, 1, "further", group, ())
        for false in row["false"]:
            text = false["text"]
            alike = true and likeness(text, true) >= ALIKE
            marks = changed_words(text, true) or None if alike else None
            name = f"further, {false['kind']}"
            evidence = _evidence_for(source, text, random_, settings)
            yield Example(evidence, text, 0, name, group, marks, settings["false_weight"])


def draft_examples(data: Path, settings: Mapping[str, Any], random_: random.Random) -> Iterator[Example]:
    """Yield the labelled sentences of drafts by models. The sentences of a draft are a group, so they share a batch.

    `marks` are the words that the readers marked as wrong, or None if they marked no words of a wrong sentence.
    """
    sources: dict[str, Source] = {}
    for sentence in [*read_drafts(data, TRAINING)] * settings["draft_passes"]:
        if sentence.right is None:
            continue
        source = sources.setdefault(sentence.article, Source(sentence.article))
        before = sentence.before if opens_with_pronoun(words_of(sentence.text)) else ""
        least = random_.choice(settings["evidence_words"])
        evidence = source.evidence(sentence.text, max(least, FOR_EACH_WORD * len(sentence.text.split())), before)
        marks = () if sentence.right else _places(sentence.text, sentence.words) or None
        group = f"{sentence.id.rpartition('/')[0]} {least}"
        yield Example(
            evidence, sentence.text, int(sentence.right), "drafts", group, marks, settings["draft_weight"], before
        )


def _places(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    starts = ((text.find(word), word) for word in words)
    return tuple(sorted((start, start + len(word)) for start, word in starts if start >= 0))


def _evidence_for(source: Source, claim: str, random_: random.Random, settings: Mapping[str, Any]) -> str:
    """Return evidence for a claim: a random number of words, but at least as many as the program uses."""
    least = random_.choice(settings["evidence_words"])
    return source.evidence(claim, max(least, FOR_EACH_WORD * len(claim.split())))


def _sentence_examples(
    source: Source, name: int, settings: Mapping[str, Any], random_: random.Random
) -> Iterator[Example]:
    """Yield a sentence of the article as a true claim, and the same sentence with a slip as a false claim."""
    long = [sentence for sentence in source.sentences if 8 <= len(sentence.split()) <= 40]
    count = settings["sentences_an_article"]
    for number, sentence in enumerate(random_.sample(long, min(count, len(long)))):
        group = f"sentences-{name}-{number}"
        budget = random_.choice(settings["evidence_words"])
        yield Example(source.evidence(sentence, budget), sentence, 1, "sentences", group, ())
        for text in list(slips(sentence, source.text, random_))[:1]:
            marks = changed_words(text, sentence)
            yield Example(source.evidence(text, budget), text, 0, "sentences", group, marks, settings["false_weight"])
        yield from _withheld_example(source, sentence, "withheld sentences", group, budget, settings["false_weight"])


def _withheld_example(
    source: Source, claim: str, name: str, group: str, budget: int, weight: float
) -> Iterator[Example]:
    """Yield a claim with its best evidence removed from the article, if no other sentence contains its words."""
    least = WITHHELD_WORDS[name]
    result = withhold(source.sentences, claim, least)
    if result is not None:
        sentences, marks = result
        rest = Source(" ".join(sentences), sentences)
        yield Example(rest.evidence(claim, budget), claim, 0, name, group, marks, weight)


def exchange_examples(
    source: Source, index: SourceIndex, true: str, group: str, budget: int, weight: float, random_: random.Random
) -> Iterator[Example]:
    """Yield a claim with an exchanged value, and a claim with an article in which its value was removed or exchanged.

    For the latter, the exchanged value is also an example that is true. So the model cannot learn values by heart.
    """
    for exchange in exchanges(true, index, random_)[:1]:
        evidence, marks = source.evidence(exchange.text, budget), changed_words(exchange.text, true)
        yield Example(evidence, exchange.text, 0, f"exchanges, {exchange.kind}", group, marks, weight)
    changes = list(changed_articles(true, index, random_))
    for changed in random_.sample(changes, min(1, len(changes))):
        article = Source(" ".join(changed.sentences), changed.sentences)
        first, end = changed.place
        marks = tuple((word.start, word.end) for word in words_of(true) if first <= word.start < end)
        yield Example(article.evidence(true, budget), true, 0, f"evidence {changed.kind}", group, marks, weight)
        if changed.twin is not None:
            yield Example(article.evidence(changed.twin, budget), changed.twin, 1, "exchanged twins", group, ())


def _edit_examples(
    source: Source, name: int, facts: Facts, settings: Mapping[str, Any], random_: random.Random
) -> Iterator[Example]:
    """Yield sentences of the article: with one error made by a rule, unchanged, or reworded with the same meaning."""
    cases = by_rule(read(str(name), facts), each=1)
    edits = [case for case in cases if case.kind in settings["edits"]]
    edits = random_.sample(edits, min(settings["edits_an_article"], len(edits)))
    edited = {case.original for case in edits}
    twins = [case for case in cases if case.kind == HARMLESS and case.edited != case.original]
    near = [case for case in twins if case.original in edited] or twins
    for case in [*edits, *random_.sample(near, min(len(edits), len(near)))]:
        right = case.kind == HARMLESS
        budget = random_.choice(settings["evidence_words"])
        marks = () if right else changed_words(case.edited, case.original)
        weight = 1.0 if right else settings["false_weight"]
        kind = "rewordings" if right else f"edits, {case.kind}"
        group = f"edits-{name}-{case.original}"
        yield Example(source.evidence(case.edited, budget), case.edited, int(right), kind, group, marks, weight)
    for number, original in enumerate(sorted(edited)):
        if number % 2 == 0:
            group = f"edits-{name}-{original}"
            evidence = source.evidence(original, random_.choice(settings["evidence_words"]))
            yield Example(evidence, original, 1, "unedited", group, ())


def edited_examples(
    data: Path, domains: frozenset[str], settings: Mapping[str, Any], random_: random.Random
) -> Iterator[Example]:
    """Yield the sentences of the edited summaries of some domains. Repeated sentences about a source are left out."""
    by_source: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(data / "edited_summaries.jsonl.gz"):
        if row["domain"] in domains:
            by_source[row["source"]].append(row)
    for text, summaries in by_source.items():
        source = Source(text)
        split = [(row, sentences_of(row["claim"])) for row in summaries]
        right = {sentence for row, sentences in split if row["label"] == 1 for sentence in sentences}
        seen: set[str] = set()
        for row, sentences in split:
            for number, sentence in enumerate(sentences):
                if sentence in seen:
                    continue
                seen.add(sentence)
                before = sentences[number - 1] if number and opens_with_pronoun(words_of(sentence)) else ""
                budget = random_.choice(settings["evidence_words"])
                evidence = source.evidence(sentence, budget, before)
                label = int(sentence in right)
                marks = () if label else _marks_of(sentence, sorted(right))
                weight = 1.0 if label else settings["false_weight"]
                group = f"{row['id']}-{number}"
                yield Example(evidence, sentence, label, "edited", group, marks, weight, before)


def _marks_of(sentence: str, right: Sequence[str]) -> tuple[tuple[int, int], ...] | None:
    nearest = max(right, key=lambda other: likeness(sentence, other), default="")
    if not nearest or likeness(sentence, nearest) < ALIKE:
        return None
    # If only punctuation or capitals differ, the wrong words are unknown.
    return changed_words(sentence, nearest) or None


def share_of(examples: Iterable[Example], share: float, random_: random.Random) -> list[Example]:
    """Return the examples of a random sample of the groups, of about this share."""
    chosen: dict[str, bool] = {}
    return [example for example in examples if chosen.setdefault(example.group, random_.random() < share)]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--settings", type=Path, default=HERE / "settings.toml")
    arguments = parser.parse_args()
    settings = tomllib.loads(arguments.settings.read_text(encoding="utf-8"))["data"]
    random_ = random.Random(settings["seed"])
    arguments.work.mkdir(parents=True, exist_ok=True)
    general = general_examples(arguments.data, settings["general"], random_)
    print("general", write_examples(arguments.work / "general.jsonl", general))
    domains = frozenset(settings["domains"]) - listed("domains.txt")
    continued = continuations(arguments.work / "continuations.jsonl")
    shares = settings["shares"]
    claims = [
        *share_of(claim_examples(arguments.data, settings, random_, continued), shares["claims"], random_),
        *share_of(further_examples(arguments.data, settings, random_), shares["further"], random_),
        *draft_examples(arguments.data, settings, random_),
        *share_of(edited_examples(arguments.data, domains, settings, random_), shares["edited"], random_),
        *random_.sample(general, min(settings["general_again"], len(general))),
    ]
    if "addressed" in settings:
        from training.addressed.encoder import addressed_examples  # scikit-learn

        claims += addressed_examples(arguments.data, settings["addressed"], random_)
    print("claims", write_examples(arguments.work / "claims.jsonl", claims))


if __name__ == "__main__":
    main()
