"""A server that reads less than it was sent: seen where that is clear, and never where it is not."""

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
COUNTED = {
    "SmolLM2": 4269,
    "llama 2": 4555,
    "mistral v1": 4451,
    "cl100k": 3921,
    "o200k": 3886,
    "gemini": 4056,
    "qwen2.5": 4076,
}
"""What tokenisers count of that article (docs/tokens.md)."""
WHOLE = Request(stage="draft", system="", user=LONG)


def reply(read: int, *, cached: int = 0) -> Reply:
    """Build a reply to a prompt of which so many tokens were read."""
    return Reply(text="x", model="m", prompt_tokens=read, cached_tokens=cached, request_id="r-1")


@pytest.mark.parametrize("count", COUNTED.values(), ids=COUNTED)
@pytest.mark.parametrize("template", [0, 40])
def test_an_honest_count_is_believed(count: int, template: int) -> None:
    """Whatever the tokeniser, with a chat template or without."""
    require_whole(WHOLE, reply(count + template), server="openai:m")


@pytest.mark.parametrize("count", COUNTED.values(), ids=COUNTED)
@pytest.mark.parametrize("part", [0.25, 0.5, 0.6])
def test_half_of_an_english_article_is_seen_to_be_cut(count: int, part: float) -> None:
    """By any of the tokenisers, and also where a little more was read."""
    with pytest.raises(TruncationError):
        require_whole(WHOLE, reply(int(count * part)), server="openai:m")


@given(sent=st.integers(LEAST_SENT, 200_000), share=st.floats(0.001, 0.89))
def test_a_count_far_below_the_fewest_is_doubted(sent: int, share: float) -> None:
    """Once it was told."""
    assert looks_cut(max(1, int(share * sent)), sent)


@pytest.mark.slow
@given(st.lists(st.sampled_from(VALLEY.split("\n\n")), min_size=20, max_size=60), st.floats(0.05, 0.8))
def test_an_article_that_lost_a_fifth_is_doubted(parts: list[str], kept: float) -> None:
    """Where a server's tokens are whole words, the fewest that there can be; others have to lose more."""
    text = "\n\n".join(parts)
    sent = least_prompt_tokens(Request(stage="draft", system="", user=text))
    assert looks_cut(least_tokens(text[: int(kept * len(text))]), sent) == (sent >= LEAST_SENT)
    assert not looks_cut(least_tokens(text), sent)


def test_the_error_says_both_sizes_and_what_to_do() -> None:
    """In one line, with who it was; it is an error of the server."""
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
    """One line and exit code 5: an article of some 8,000 tokens, of which the server says that it read 2,048."""
    (folder / "long.txt").write_text("\n\n".join([VALLEY] * 45), encoding="utf-8")
    url = serve(lambda user: server_said("One orchard in the valley was spared by the frost.", read=2048))
    line = fails(capsys, 5, "long.txt", *model(url))
    assert "read 2,048 tokens of a prompt that has at least " in line
    assert "context" in line
