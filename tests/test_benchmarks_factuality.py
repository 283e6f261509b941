"""The benchmark against people's judgements on invented data: what it reads, how it halves, and what it counts."""

import re
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from judged_claims import TOWNS, item, rows, write

from benchmarks.factuality.data import DataError, load_sets
from benchmarks.factuality.halves import both_ways, fitted_to
from benchmarks.factuality.reading import Reading, Sentence, read
from summarise.data import FittedSupport, Thresholds
from summarise.settings.model import Settings

pytestmark = pytest.mark.slow

SETS = ("genaudit_news_sent", "claims", "edited")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write two small sets, one of them compressed, and a file that is none."""
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder / "one.jsonl", [row for town in TOWNS[:4] for row in rows(town)])
    write(folder / "two.jsonl.gz", [row for town in TOWNS[3:] for row in rows(town)])
    (folder / "README.md").write_text("no set")
    return folder


@pytest.mark.parametrize(
    ("line", "told"),
    [('{"id": 1, "source": "s", "claim": "c", "label": 2}', "0 or 1"), ('{"id": 1}', "label"), ("no", "line 1")],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, told: str) -> None:
    """The message names the file and the line."""
    (tmp_path / "broken.jsonl").write_text(line)
    with pytest.raises(DataError, match=re.escape("broken.jsonl, line 1")) as caught_error:
        load_sets(tmp_path)
    assert told in str(caught_error.value)


def readings(name: str, articles: int = 12) -> list[Reading]:
    """Return invented readings: what is right is entailed, what is wrong is not, but for one article."""
    found = []
    for place in range(articles):
        for right in (True, False):
            score = 2.0 if right != (place == 0) else -2.0
            inputs = {"entailed": score, "weakest_word": score / 2, "copied": 0.1 * place, "figures": 0.0}
            found.append(
                Reading(
                    item(2 * place + right, f"{name} {place}", consistent=right, name=name),
                    (Sentence(inputs, (), 0.9 if score > 0 else 0.1),),
                )
            )
    return found


def test_each_claim_is_checked_as_the_program_does(data: Path) -> None:
    """A sentence that the article has word for word has nothing to fit; an error has the article's words against it."""
    found = read(load_sets(data)["one"], Settings(entailment="off"))
    assert [len(one.sentences) for one in found] == [0, 1] * 4
    wrong = found[1].sentences[0]
    assert wrong.errs
    assert wrong.opposed
    assert wrong.entailed is None
    assert [finding.article.text for finding in wrong.findings if finding.article] == ["12 cracks", "Monday"]


def test_no_article_is_measured_with_numbers_that_were_fitted_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the fitted sets each half is measured once, under the other one; of any other set all claims twice."""
    seen: list[set[str]] = []
    plain = FittedSupport(intercept=0.0, weights={}, thresholds=Thresholds(low=0.1, default=0.2, high=0.3))

    def recording(own: list[Reading]) -> FittedSupport:
        seen.append({reading.item.article for reading in own})
        return plain

    monkeypatch.setattr("benchmarks.factuality.halves.fitted_to", recording)
    sets = {name: readings(name) for name in (*SETS, "qags_xsum")}
    found = both_ways(sets, accused_below=0.3)
    for name in SETS:
        for fitted, half in zip(seen, found[name], strict=True):
            assert not fitted & {one.item.article for one in half}
        assert sum(map(len, found[name])) == len(sets[name])
    assert [len(half) for half in found["qags_xsum"]] == [24, 24]
    assert not seen[0] & seen[1]


def test_support_follows_what_tells_right_from_wrong() -> None:
    """What is entailed has more support, and the default doubts no more of the right claims than it may."""
    fitted = fitted_to(readings("claims", 40))
    assert fitted.weights["entailed"] > 0
    assert fitted.thresholds.low <= fitted.thresholds.default <= fitted.thresholds.high
