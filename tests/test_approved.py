"""Facts, verdicts and findings equal the approved ones in `tests/approved`, one file for each seed and kind of pair.

Without the entailment model, so that the rules alone decide. After a change of the rules, record again, and read the
difference before you commit it:

    python tests/test_approved.py
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance import triples
from recorded import SEEDS
from verdicts import SETTINGS

from summarise import Facts, extract_facts
from summarise.checks.verification import verifier_for
from summarise.data import CheckedSentence, Evidence, Fact

APPROVED = Path(__file__).parent / "approved"
# Left out: shown elsewhere, or the same for nearly all facts.
_SHOWN = {"start", "end", "text", "sentence", "kind", "value", "amount"}


def articles() -> dict[str, list[tuple[str, list[str]]]]:
    """Return for each file its articles, each with claims about it."""
    shown = [line.split("\t") for line in (APPROVED.parent / "shown.txt").read_text(encoding="utf-8").splitlines()]
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for folder in sorted(path.parent for path in SEEDS.glob("*/article.txt")):
        lines = [
            line.rpartition("\t")[2]
            for name in ("supported.txt", "unsupported.txt")
            for line in (folder / name).read_text(encoding="utf-8").splitlines()
        ]
        lines += [line[-1] for line in shown if len(line) == 4 and folder.name.startswith(line[1])]
        text = (folder / "article.txt").read_text(encoding="utf-8")
        found[folder.name] = [(text, [line for line in dict.fromkeys(lines) if line])]
    for triple in triples():
        found.setdefault(f"pairs-{triple.kind}", []).append((triple.article, [triple.right, triple.wrong]))
    return found


def report(text: str, claims: list[str]) -> Iterator[str]:
    """Yield the lines of an approved file about one article."""
    facts = extract_facts(text, settings=SETTINGS)
    yield from (f"# {facts.article.quote(sentence)}" for sentence in facts.article.sentences)
    yield from map(_fact_line, facts.facts)
    verifier = verifier_for(facts, SETTINGS)
    for claim in claims:
        yield ""
        for checked in verifier.verify(claim, origin="given"):
            yield from _sentence_lines(checked.sentence, facts)
    yield ""


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


@pytest.mark.parametrize("name", articles())
def test_facts_and_findings_equal_the_approved_ones(name: str) -> None:
    """A difference is a fault, or an improvement to record."""
    approved = (APPROVED / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    assert [line for article in articles()[name] for line in report(*article)] == approved


def main() -> None:
    APPROVED.mkdir(exist_ok=True)
    for name, parts in articles().items():
        (APPROVED / f"{name}.txt").write_text(
            "\n".join(line for article in parts for line in report(*article)), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
