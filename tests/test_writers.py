"""The `writer` of a text: it changes the probability and the verdict, and is recorded."""

import json
from pathlib import Path

import pytest
from command_line import Capture, fails
from program import ScriptedBackend, run

from summarise import Settings, check, check_many, errors, summarise

ARTICLE = (
    "The harbour bridge of Vesterholm closed on Monday after engineers found cracks in 12 of its 30 cables. "
    "The port authority expects the repairs to cost €3 million."
)
CLAIM = "After cracks were found by engineers, Vesterholm's bridge has been shut."
OFF = Settings(entailment="off")


def test_a_better_writer_raises_the_probability_of_the_same_support() -> None:
    each = [check(CLAIM, ARTICLE, writer=writer) for writer in ("weak", "middle", "strong")]
    assert len({report.sentences[0].support for report in each}) == 1
    probabilities = [report.sentences[0].probability for report in each]
    assert probabilities == sorted(set(probabilities))
    assert [report.run.writer for report in each] == ["weak", "middle", "strong"]
    assert check(CLAIM, ARTICLE).run.writer == "strong"
    (result,) = check_many([(CLAIM, ARTICLE)], writer="weak", settings=OFF, processes=1)
    assert result.report is not None
    assert result.report.run.writer == "weak"


def test_an_unknown_kind_of_writer_is_refused() -> None:
    with pytest.raises(errors.UsageError, match="'poor' is not a kind of writer: use weak, middle, strong"):
        check(CLAIM, ARTICLE, writer="poor")  # type: ignore[arg-type]


@pytest.mark.parametrize(("strict", "verdict"), [(False, "supported"), (True, "unverified")])
def test_strict_counts_weak_support_as_unverified(strict: bool, verdict: str) -> None:
    """This holds without the entailment model too."""
    report = check(CLAIM, ARTICLE, writer="weak", settings=OFF.model_copy(update={"strict": strict}))
    assert report.verdict == verdict
    assert (report.sentences[0].strength == "weak") is (not strict)


def test_a_summary_is_checked_for_its_own_writer() -> None:
    answer = json.dumps({"sentences": [{"text": CLAIM, "sources": [1]}]})
    backend = ScriptedBackend(lambda _: answer, model="invented-8b")
    summary = summarise(ARTICLE * 2, backend=backend, length=1, on_unsupported="keep", settings=OFF)
    assert summary.run.writer == "middle"
    assert check(summary, ARTICLE).run.writer == "middle"
    assert check(summary, ARTICLE, writer="weak").run.writer == "weak"
    assert check(summary.prose, ARTICLE).run.writer == "strong"


def test_the_command_takes_the_writer(tmp_path: Path, capsys: Capture) -> None:
    for name, text in (("article.txt", ARTICLE), ("summary.txt", CLAIM)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    names = ["check", str(tmp_path / "article.txt"), str(tmp_path / "summary.txt")]
    found = []
    for kind in ("weak", "strong"):
        run([*names, "--writer", kind, "--json"])
        found.append(json.loads(capsys.readouterr().out)["sentences"][0]["probability"])
    assert found[0] < found[1]
    assert "weak" in fails(capsys, 2, *names, "--writer", "poor")
