"""The factuality benchmark on invented data: reading, the split into halves, and statistics."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.factuality.data import DataError, Item, article_id, load_sets
from benchmarks.factuality.figures import main_table
from benchmarks.factuality.halves import both_ways
from benchmarks.factuality.reading import Reading, Sentence, read
from benchmarks.factuality.tables import figures_of
from summarise import Settings
from summarise.checks.entailment import Score
from summarise.checks.verdict import built_in
from summarise.data import Regression, VerdictParameters

pytestmark = [pytest.mark.slow, pytest.mark.models]

SETS = ("genaudit_news_sent", "claims", "edited")
ARTICLE = (
    "The council of Orlow closed its market hall on Monday after inspectors found 12 cracks in the roof. "
    "Repairs will cost £4 million."
)
RIGHT = ARTICLE.partition(" Repairs")[0]
WRONG = RIGHT.replace("Monday", "Friday").replace("12", "40")


def row(claim: str, label: Any) -> dict[str, Any]:
    return {"id": claim[:9], "source": ARTICLE, "claim": claim, "label": label, "granularity": "sentence"}


@pytest.mark.parametrize("line", [json.dumps(row(RIGHT, 2)), '{"id": 1}', "no"])
def test_an_invalid_line_is_named(tmp_path: Path, line: str) -> None:
    """The error names the file and the line."""
    (tmp_path / "broken.jsonl").write_text(line)
    with pytest.raises(DataError, match=re.escape("broken.jsonl, line 1")):
        load_sets(tmp_path)


def readings(name: str, articles: int = 12) -> list[Reading]:
    """Return invented readings: right claims are entailed and wrong ones are not, except in the first article."""
    found = []
    for place in range(articles):
        for right in (True, False):
            score = 2.0 if right != (place == 0) else -2.0
            inputs = {"entailed": score, "weakest_word": score / 2, "copied": 0.1 * place, "figures": 0.0}
            source = f"{name} {place}"
            item = Item(
                set=name,
                id=f"{place}-{right}",
                article=article_id(source),
                source=source,
                claim="A claim.",
                consistent=right,
            )
            found.append(Reading(item, (Sentence(inputs, (), Score(0.9 if score > 0 else 0.1)),)))
    return found


def test_each_claim_is_checked_as_the_program_does(tmp_path: Path) -> None:
    """A copied sentence has no inputs to fit. A wrong one has findings that quote the article."""
    (tmp_path / "one.jsonl").write_text("\n".join(json.dumps(row(*labelled)) for labelled in ((RIGHT, 1), (WRONG, 0))))
    right, wrong = read(load_sets(tmp_path)["one"], Settings(entailment="off"))
    assert right.sentences == ()
    (sentence,) = wrong.sentences
    assert (sentence.errs, sentence.score) == (True, None)
    assert [finding.article.text for finding in sentence.findings if finding.article] == ["12 cracks", "Monday"]


def test_no_article_is_measured_with_parameters_fitted_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each half of a fitted set is measured with a fit to the other half, other sets with both."""
    seen: list[set[str]] = []
    plain = built_in().model_copy(update={"read": Regression(intercept=0.0, weights={})})

    def recording(own: list[Reading], *_: object, **__: object) -> VerdictParameters:
        seen.append({reading.item.article for reading in own})
        return plain

    monkeypatch.setattr("benchmarks.factuality.halves.parameters_of", recording)
    sets = {name: readings(name) for name in (*SETS, "qags_xsum")}
    found = both_ways(sets)
    for name in SETS:
        for fitted, half in zip(seen, found[name], strict=True):
            assert not fitted & {outcome.item.article for outcome in half}
        assert sum(map(len, found[name])) == len(sets[name])
    assert [len(half) for half in found["qags_xsum"]] == [24, 24]
    assert not seen[0] & seen[1]
    # Without weights all claims have the same support.
    shown = "\n".join(main_table(figures_of(found)))
    assert "| qags_xsum | 24 | 50.0 | 0.0, 0.0 | 0.0, 0.0 | 0.0, 0.0 | none | 0.0 |" in shown
