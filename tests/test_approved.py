"""Facts, findings and extracts equal the approved ones, in a file of `tests/approved` for each seed and kind of pair.

There are also files for groups of sources and for transcripts.

Without the entailment model, so that the rules alone decide. After a change of the rules, record again, and read the
difference before you commit it:

    python tests/test_approved.py
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from acceptance import triples
from recorded import SEEDS
from verdicts import SETTINGS

from summarise import Facts, check, extract_facts, summarise
from summarise.checks.verification import verifier_for
from summarise.data import CheckedSentence, Evidence, Fact

APPROVED = Path(__file__).parent / "approved"
EXTRACT: dict[str, Any] = {"model": "extract", "settings": SETTINGS}
# Left out: shown elsewhere, or the same for nearly all facts.
_SHOWN = {"start", "end", "text", "sentence", "kind", "value", "amount"}


def reports() -> dict[str, Callable[[], Iterator[str]]]:
    """Return a function for each file, which yields its lines."""
    shown = [line.split("\t") for line in (APPROVED.parent / "shown.txt").read_text(encoding="utf-8").splitlines()]
    found: dict[str, Callable[[], Iterator[str]]] = {}
    for folder in sorted(path.parent for path in SEEDS.glob("*/article.txt")):
        lines = [
            line.rpartition("\t")[2]
            for name in ("supported.txt", "unsupported.txt")
            for line in (folder / name).read_text(encoding="utf-8").splitlines()
        ]
        lines += [line[-1] for line in shown if len(line) == 4 and folder.name.startswith(line[1])]
        claims = [line for line in dict.fromkeys(lines) if line]
        text = (folder / "article.txt").read_text(encoding="utf-8")
        found[folder.name] = partial(_on_articles, [(text, claims)])
    pairs = defaultdict(list)
    for triple in triples():
        pairs[triple.kind].append((triple.article, [triple.right, triple.wrong]))
    found |= {f"pairs-{kind}": partial(_on_articles, parts) for kind, parts in pairs.items()}
    found |= {f"sources-{path.parent.name}": partial(_on_sources, path) for path in SEEDS.glob("sources/*/cited.jsonl")}
    return found | {
        f"minutes-{name}": partial(_on_minutes, name) for name in ("council.vtt", "lecture.json", "standup.txt")
    }


def _on_articles(parts: list[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield facts, key facts, an extract and the findings of claims."""
    for text, claims in parts:
        facts = extract_facts(text, settings=SETTINGS)
        yield from (f"# {facts.article.quote(sentence)}" for sentence in facts.article.sentences)
        yield from map(_fact_line, facts.facts)
        yield from (f"key fact {key.weight}: {key.text}" for key in check(claims[0], facts, settings=SETTINGS).omitted)
        if len(parts) == 1:
            yield from (f"extract: {sentence.text}" for sentence in summarise(text, **EXTRACT).sentences)
        verifier = verifier_for(facts, SETTINGS)
        for claim in claims:
            yield ""
            for checked in verifier.verify(claim, origin="given"):
                yield from _sentence_lines(checked.sentence, facts)
        yield ""


def _on_sources(path: Path) -> Iterator[str]:
    """Yield the verdicts of cited sentences and of their citations, and what the sources disagree about."""
    sources = [path.with_name(f"{number}.txt") for number in (1, 2)]
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    report = check("\n\n".join(row["text"] for row in rows), sources, settings=SETTINGS)
    for sentence in report.sentences:
        citations = [f"{citation.text} {citation.verdict}" for citation in sentence.citations]
        yield f"{sentence.text}\n  {sentence.verdict}; {', '.join(citations)}"
    for disagreement in report.disagreements:
        yield " or ".join(f"“{value.place.text}” in {value.place.source}" for value in disagreement.values)


def _on_minutes(name: str) -> Iterator[str]:
    for sentence in summarise(SEEDS / "transcripts" / name, style="minutes", **EXTRACT).sentences:
        yield f"{sentence.item}: {sentence.text}"


def _fact_line(fact: Fact) -> str:
    details = {name: value for name, value in fact.model_dump(exclude_defaults=True).items() if name not in _SHOWN}
    return f"{fact.sentence} {fact.kind} “{fact.text}” = {fact.value}; " + ", ".join(
        f"{name} {value}" for name, value in details.items()
    )


def _sentence_lines(sentence: CheckedSentence, facts: Facts) -> Iterator[str]:
    yield sentence.text
    yield f"  {sentence.verdict}; evidence: {', '.join(_place(evidence, facts) for evidence in sentence.evidence)}"
    for finding in sentence.findings:
        line = f"  {finding.severity}: {finding.code} “{finding.claim.text}”"
        for name, evidence in (("article", finding.article), ("elsewhere", finding.elsewhere)):
            line += f"; {name}: {_place(evidence, facts)} “{evidence.text}”" if evidence else ""
        yield line + "".join(f"; {detail}" for detail in (finding.reason, finding.computation) if detail)


def _place(evidence: Evidence, facts: Facts) -> str:
    starts = [sentence.start for sentence in facts.article.sentences]
    return str(sum(start <= evidence.start for start in starts) - 1)


@pytest.mark.parametrize("name", reports())
def test_a_report_equals_the_approved_one(name: str) -> None:
    """A difference is a fault, or an improvement to record."""
    approved = (APPROVED / f"{name}.txt").read_text(encoding="utf-8")
    assert "\n".join(reports()[name]()).split("\n") == approved.split("\n")


def main() -> None:
    APPROVED.mkdir(exist_ok=True)
    for name, lines in reports().items():
        (APPROVED / f"{name}.txt").write_text("\n".join(lines()), encoding="utf-8")


if __name__ == "__main__":
    main()
