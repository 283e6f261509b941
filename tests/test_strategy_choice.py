"""The strategy for a model, by its measured errors or its size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.writers import SMALL, billions, measured, strategy_for, writer_of


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("qwen2.5-0.5b-instruct", 0.5),
        ("smollm2-360m", 0.36),
        ("SmolLM2-135M-Instruct", 0.135),
        ("llama-3.1-8b", 8.0),
        ("llama-3.1-8B-instruct-q4_k_m", 8.0),
        ("Qwen/Qwen2.5-72B-Instruct", 72.0),
        ("gemma:2b", 2.0),
        ("llama3.2:1b", 1.0),
        ("invented 1.5 b", 1.5),
        ("tiny_0.5b", 0.5),
        ("7b", 7.0),
        # With a draft model or a mixture of experts the largest number counts.
        ("big-70b-draft-1b", 70.0),
        ("qwen3-30b-a3b", 30.0),
    ],
)
def test_a_name_tells_the_size_of_its_model(model: str, size: float) -> None:
    """A number before B or M, in either case, is billions or millions of parameters."""
    assert billions(model) == pytest.approx(size)


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-mini",
        "phi-3.5",
        "gpt-4.1-2025-04-14",
        "claude-3-5-haiku",
        "mistral-small-latest",
        "o3",
        "",
        "b",
        "model-4bit",  # quantisation
        "model-8bits",
        "4mini",
        "modelv2b",  # a version, not a size
    ],
)
def test_a_name_without_a_size_tells_none(model: str) -> None:
    assert billions(model) is None


@given(tenths=st.integers(1, 9999), unit=st.sampled_from("bBmM"), before=st.sampled_from(["m-", "x/y-", ""]))
def test_a_size_is_read_as_it_is_written(tenths: int, unit: str, before: str) -> None:
    size = tenths / 10
    expected = size / 1000 if unit in "mM" else size
    assert billions(f"{before}{size:g}{unit}-chat") == pytest.approx(expected)


def test_a_measured_model_gets_what_its_errors_ask_for() -> None:
    """A weak writer rewrites, others draft; the reason has the figures and the date."""
    for model, found in measured().items():
        for kind in ("local", "openai"):
            chosen = strategy_for(f"{kind}:{model}")
            assert chosen.strategy == ("select-then-rewrite" if found.writer == "weak" else "direct")
            assert f"{found.right} of {found.sentences}" in chosen.why
            assert found.date in chosen.why
            assert chosen.why.startswith("measured: ")


def test_the_model_that_runs_by_default_is_measured_and_rewrites() -> None:
    """The case of its name does not matter."""
    for name in ("local:smollm2-135m-instruct", "local:SmolLM2-135M-Instruct"):
        chosen = strategy_for(name)
        assert chosen.strategy == "select-then-rewrite"
        assert chosen.why.startswith("measured: ")


@pytest.mark.parametrize("model", ["openai:qwen9-0.5b-instruct", "local:smollm2-360m", "openai:llama3.2:1b"])
def test_a_small_model_that_nobody_measured_rewrites(model: str) -> None:
    assert model.partition(":")[2] not in measured()
    chosen = strategy_for(model)
    assert chosen.strategy == "select-then-rewrite"
    assert "not measured" in chosen.why
    assert f"{billions(model.partition(':')[2]):g} billion" in chosen.why


@pytest.mark.parametrize(
    "model", ["openai:gpt-4o-mini", "openai:llama-3.1-8b", "openai:phi-3.5", "openai:gemma:2b", "scripted:x", "odd", ""]
)
def test_any_other_model_drafts(model: str) -> None:
    chosen = strategy_for(model)
    assert chosen.strategy == "direct"
    assert "not measured" in chosen.why


def test_extract_drafts_for_it_copies() -> None:
    chosen = strategy_for("extract")
    assert chosen.strategy == "direct"
    assert "without a model" in chosen.why


@given(tenths=st.integers(1, 400))
def test_the_bound_between_small_and_large_is_sharp(tenths: int) -> None:
    size = tenths / 10
    strategy = strategy_for(f"openai:invented-{size:g}b").strategy
    assert (strategy == "select-then-rewrite") is (size < SMALL)


@pytest.mark.parametrize(
    ("model", "writer"),
    [
        ("extract", "strong"),
        ("anthropic:claude-sonnet-4-5", "strong"),
        ("openai:invented-0.5b", "weak"),
        ("local:qwen2.5-coder-0.5b-instruct", "weak"),
        ("ollama:llama3.2:1b", "weak"),
        ("ollama:llama-3.1-8b", "middle"),
        ("local:somebody", "middle"),
        ("scripted:x", "middle"),
    ],
)
def test_a_writer_follows_from_measurement_size_or_provider(model: str, writer: str) -> None:
    assert writer_of(model).writer == writer
