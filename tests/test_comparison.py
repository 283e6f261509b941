"""Comparison of variants from Python."""

from pathlib import Path
from typing import Any

import pytest
from comparing import (
    RIGHT,
    WRONG,
    always,
    bridges,
    by_prompt,
    comparison_markdown,
    comparison_text,
    contrast,
    own_prompts,
    spec,
)
from invented import saying

from summarise import Comparison, Settings, SummariseError, acompare, compare

PLAIN = Settings(entailment="off", repair_rounds=0)


def prompts(tmp_path: Path, answers: dict[str, str], *, count: int) -> tuple[Comparison, Any]:
    """Compare two prompts with a model that answers by prompt."""
    settings = own_prompts(tmp_path, "v2", "v3")
    model = by_prompt(answers)
    specs = [{"backend": model, "prompt": "draft/prose/v2"}, {"backend": model, "prompt": "draft/prose/v3"}]
    return compare(bridges(count), specs, settings=settings, processes=1), model


def test_a_prompt_that_is_better_by_construction_is_found(tmp_path: Path) -> None:
    """Ten articles show it if half of the worse prompt's drafts are wrong."""
    found, model = prompts(tmp_path, {"v2": WRONG, "v3": RIGHT}, count=10)
    supported = contrast(found, "supported")
    assert (supported.baseline, supported.mean, supported.wins, supported.losses) == (0.5, 1.0, 10, 0)
    assert supported.significant
    assert len(model.requests) == 20
    assert (
        "Shown by 10 articles: drafted sentences supported 100.0 % by b against 50.0 % by a, better"
        in comparison_text(found)
    )
    assert "| **drafted sentences supported** | **b** | **10** |" in comparison_markdown(found)


def test_prompts_that_are_alike_show_nothing(tmp_path: Path) -> None:
    """If no article differs, there is no test."""
    found, _ = prompts(tmp_path, {"v2": RIGHT, "v3": RIGHT}, count=3)
    assert not any(one.significant for measured in found.measures for one in measured.contrasts)
    assert contrast(found, "supported").p is None
    assert "Three articles are not enough to tell the variants apart." in comparison_text(found)


def test_a_ceiling_holds_over_all_variants_and_all_runs(tmp_path: Path) -> None:
    """No call is repeated."""
    model = always(RIGHT)
    specs = [{"backend": model, "length": 2}, {"backend": model, "length": 3}]

    def compared(count: int, calls: int) -> Comparison:
        settings = PLAIN.model_copy(update={"max_calls": calls})
        return compare(bridges(count), specs, settings=settings, results=tmp_path / "kept", processes=1)

    compared(2, 4)
    compared(2, 4)
    assert len(model.requests) == 4
    with pytest.raises(SummariseError, match="variant b"):
        compared(3, 5)
    assert len(model.requests) == 5
    assert len(compared(3, 6).articles) == len(compared(3, 6).articles) == 3
    assert len(model.requests) == 6


async def test_the_asynchronous_twin_comes_to_the_same() -> None:
    """`acompare` calls the backends in the running loop."""
    specs = {"short": {"backend": saying("About 18,000 vehicles cross the bridge every day."), "length": 1}}
    specs["long"] = {"backend": always(RIGHT, model="two"), "length": 2}
    found = await acompare(bridges(2), specs, settings=PLAIN, processes=1)
    assert Comparison.model_validate_json(found.model_dump_json()) == found
    assert [one.name for one in found.variants] == ["short", "long"]
    assert found.variants[1].models == ("scripted:two",)
    assert contrast(found, "words").difference > 0


def test_an_article_without_a_summary_by_every_variant_is_left_out() -> None:
    """Fewer than two remaining articles are an error."""
    articles = [*bridges(2), ("empty", "")]
    found = compare(articles, ["model=extract,length=1", "model=extract,length=2"], settings=PLAIN, processes=1)
    assert {one.article for one in found.excluded} == {"empty"}
    assert "Left out: 1 article without a summary by every variant: empty (a: the text is empty" in comparison_text(
        found
    )
    with pytest.raises(SummariseError, match=r"two articles that every variant summarised, not 1 \(empty by a: "):
        compare(articles[1:], ["model=extract,length=1", "model=extract,length=2"], settings=PLAIN, processes=1)


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("model=local, temperature=0.5", {"model": "local", "temperature": "0.5"}),
        ("model=local:/models/a,b.gguf,seed=2", {"model": "local:/models/a,b.gguf", "seed": "2"}),
        ("prompt=merge/v1,prompt=repair/v1", {"prompt": ["merge/v1", "repair/v1"]}),
        ({"model": ["extract", "local"]}, {"model": ["extract", "local"]}),
        ("", {}),
    ],
)
def test_a_specification_is_read(written: Any, given: dict[str, Any]) -> None:
    """Entries are separated by commas before a name."""
    assert (spec("a", written).given or {}) == given


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (["model=extract"], "needs two variants at least"),
        (["model=extract", "model=extract"], "variants a and b are the same"),
        (["model=extract", "temprature=1"], "variant b: 'temprature' cannot be specified: did you mean temperature?"),
        (["model=extract", "api_key=sk-invented"], "variant b: api_key is the same for all variants"),
        (["model=extract", "temperature=9"], "variant b: setting temperature: "),
        (["model=extract", "style=poem"], "variant b: style is one of prose, bullets, headline, brief"),
        (["model=extract", "prompt=draft/prose/v99"], "no prompt draft/prose/v99"),
        (["model=extract", "nowhere.toml"], "variant b: the file nowhere.toml cannot be read"),
        (["model=extract", "seed=1,seed=2"], "variant b: seed is given twice"),
        (["model=extract", "seed="], "variant b: 'seed=' says nothing"),
    ],
)
def test_an_invalid_specification_is_one_line(specs: list[str], told: str) -> None:
    """Before any article is read."""
    with pytest.raises(SummariseError) as caught:
        compare(iter(()), specs, settings=PLAIN)
    assert told in str(caught.value)
    assert "sk-invented" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"model = sk-invented", "is not valid TOML: look at line 1, column 9"),
        (b"x = " + b"[" * 20_000, "is not valid TOML: look at its nesting"),
        (b"seed = " + b"9" * 5000, "is not valid TOML: look at its numbers"),
        (b'model = "\xff"', "is not UTF-8"),
    ],
)
def test_invalid_toml_is_reported_by_its_place(tmp_path: Path, content: bytes, told: str) -> None:
    """Its content may be a key and is not quoted."""
    file = tmp_path / "v.toml"
    file.write_bytes(content)
    with pytest.raises(SummariseError, match=f"variant b: the file .*v.toml {told}") as caught:
        spec("b", file)
    assert "sk-invented" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_toml_file_is_a_specification(tmp_path: Path) -> None:
    """Values that may be secret are not printed."""
    file = tmp_path / "v.toml"
    file.write_text('model = "extract"\n[prompts]\nmerge = "v1"\n[extra_body.openai]\nuser = "sk-invented"\n')
    told = spec("b", str(file)).description
    assert told == "model=extract, prompts={merge=v1}, extra_body=…"
