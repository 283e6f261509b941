"""Detection of servers that read less of a prompt than was sent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Capture, fails, loopback, model
from command_line import said as server_said
from hypothesis import given
from hypothesis import strategies as st
from invented import VALLEY

from summarise import Reply, Request
from summarise.backends.replies import LEAST_SENT, looks_cut, require_whole
from summarise.backends.tokens import least_prompt_tokens, least_tokens
from summarise.errors import ServerError, TruncationError

SEEDS = Path(__file__).parent.parent / "seeds"
LONG = (SEEDS / "ellering-gateway-inquiry" / "article.txt").read_text(encoding="utf-8")
# Tokens of LONG by tokeniser (docs/tokens.md)
COUNTED = {
    "SmolLM2": 4269,
    "llama 2": 4555,
    "mistral v1": 4451,
    "cl100k": 3921,
    "o200k": 3886,
    "gemini": 4056,
    "qwen2.5": 4076,
}
WHOLE = Request(stage="draft", system="", user=LONG)


def reply(read: int, *, cached: int = 0) -> Reply:
    return Reply(text="x", model="m", prompt_tokens=read, cached_tokens=cached, request_id="r-1")


@pytest.mark.parametrize("count", COUNTED.values(), ids=COUNTED)
@pytest.mark.parametrize("template", [0, 40])
def test_an_honest_count_is_believed(count: int, template: int) -> None:
    """No tokeniser's full count is reported as truncated, with or without a chat template."""
    require_whole(WHOLE, reply(count + template), server="openai:m")


@pytest.mark.parametrize("count", COUNTED.values(), ids=COUNTED)
@pytest.mark.parametrize("part", [0.25, 0.5, 0.6])
def test_half_of_an_english_article_is_seen_to_be_cut(count: int, part: float) -> None:
    """Reading up to 0.6 of the prompt is reported, whatever the tokeniser."""
    with pytest.raises(TruncationError):
        require_whole(WHOLE, reply(int(count * part)), server="openai:m")


@given(sent=st.integers(LEAST_SENT, 200_000), share=st.floats(0.001, 0.89))
def test_a_count_far_below_the_fewest_is_doubted(sent: int, share: float) -> None:
    """Less than 0.89 of the fewest possible tokens looks truncated."""
    assert looks_cut(max(1, int(share * sent)), sent)


@pytest.mark.slow
@given(st.lists(st.sampled_from(VALLEY.split("\n\n")), min_size=20, max_size=60), st.floats(0.05, 0.8))
def test_an_article_that_lost_a_fifth_is_doubted(parts: list[str], kept: float) -> None:
    """Losing a fifth is detected if the server's tokens are whole words, the fewest possible."""
    text = "\n\n".join(parts)
    sent = least_prompt_tokens(Request(stage="draft", system="", user=text))
    assert looks_cut(least_tokens(text[: int(kept * len(text))]), sent) == (sent >= LEAST_SENT)
    assert not looks_cut(least_tokens(text), sent)


def test_the_error_says_both_sizes_and_what_to_do() -> None:
    """The one-line ServerError names the model, both token counts and the setting to change."""
    with pytest.raises(TruncationError) as caught:
        require_whole(WHOLE, reply(2048), server="ollama:llama3")
    told = str(caught.value)
    assert isinstance(caught.value, ServerError)
    assert (caught.value.provider, caught.value.request_id) == ("ollama", "r-1")
    assert told.startswith("ollama:llama3 read 2,048 tokens of a prompt that has at least 3,")
    assert "num_ctx" in told
    assert "\n" not in told


@loopback
@pytest.mark.slow
def test_a_server_that_cuts_is_told_to_the_user(capsys: Capture, folder: Path, serve: Callable[..., str]) -> None:
    """The error is one line, with exit code 5."""
    (folder / "long.txt").write_text("\n\n".join([VALLEY] * 45), encoding="utf-8")
    url = serve(lambda user: server_said("One orchard in the valley was spared by the frost.", read=2048))
    line = fails(capsys, 5, "long.txt", *model(url))
    assert "read 2,048 tokens of a prompt that has at least " in line
    assert "context" in line
