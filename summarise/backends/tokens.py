"""Counts tokens: estimates without a tokenizer, or exact counts by llama.cpp."""

import json
import re
from bisect import bisect_left
from math import ceil

from summarise.backends.http.client import JSONClient
from summarise.data import Request
from summarise.data.exchange import Count


def by_tokenizing(client: JSONClient) -> Count:
    """Return a function that counts tokens with llama.cpp's /tokenize; the client's base URL must not end in /v1."""

    async def count(text: str) -> int:
        answer = await client.post("tokenize", {"content": text})
        tokens = answer.body.get("tokens")
        if not isinstance(tokens, list):
            raise client.unusable(answer, "has no tokens", advice="check that the server is llama.cpp's")
        return len(tokens)

    return count


# Factors of the estimate, fitted by hand; results in docs/tokens.md.
MARGIN = 1.06
# A text is English if at least this share of its words are frequent English words.
ENGLISH_SHARE = 0.1
# Letters per token in words of other languages, and in keys and base64.
LETTERS_PER_TOKEN, KEY_LETTERS_PER_TOKEN = 2.1, 1.35
# The last code point of each range of scripts, and the tokens per character in this range.
SCRIPTS = (
    (0x00BF, 1.2),  # Latin-1 signs
    (0x024F, 0.6),  # accented Latin letters, in addition to their word
    (0x07FF, 1.15),  # Greek, Cyrillic, Hebrew, Arabic
    (0x1FFF, 1.3),  # Indic, Thai, …
    (0x2E7F, 1.3),  # typographic punctuation, currency signs, arrows
    (0xABFF, 2.1),  # Chinese, Japanese
    (0xD7FF, 2.75),  # Korean
    (0xFFFF, 2.1),
    (0x10FFFF, 4.0),  # one per byte
)
_SCRIPT_ENDS = [end for end, _ in SCRIPTS]

# Upper bound of the chat template's tokens per message.
TURN = 10
# A factor of the estimate for requests: short texts with many names may have more tokens than estimated.
REQUEST_MARGIN = 1.15

# An upper bound of the average letters per token in a long word.
LETTERS_AT_MOST = 8
# A lower bound of the tokens per Chinese, Japanese or Korean character.
UNSPACED = 0.45

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
# Frequent English words that related languages do not share.
_ENGLISH = re.compile(
    r"\b(?:the|of|to|and|that|for|with|it|by|from|he|has|have|this|his|they|at|as|is|said|who|are|were|not|but)\b",
    re.IGNORECASE,
)
# Single tokens: digits, signs, runs of white space, a space before a digit.
_SINGLE = re.compile(r"[0-9]|[!-/:-@\[-`{-~]|[\n\t\r]+|  +| (?=[0-9])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# A change from lower to upper case: one in "iPhone" (a word), many in "aGVsbG8gd29ybGQ" (a key).
_CASE_CHANGE = re.compile(r"[a-z](?=[A-Z])")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
# `\w` does not match vowel signs (Indic, Thai, Khmer, …), but they belong to the word.
_SIGNED = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u109f\u1780-\u17ff"
_RUN = re.compile(rf"(?:[^\W_{_CJK}]|[{_SIGNED}])+")
# Closing punctuation: no tokenizer joins it to the letters before it.
_CLOSING = re.compile(rf"(?<=\w)[^\w\s{_SIGNED}]+(?=\s|$)")


def estimate_tokens(text: str) -> int:
    """Estimate the number of tokens in `text`. The estimate is usually too high.

    It is fitted to tokenizers with a vocabulary of 50,000. With 32,000, it is at most 6% too low on English news.
    Larger vocabularies need fewer tokens: down to a quarter in non-Latin scripts (docs/tokens.md).
    """
    words = _WORD.findall(text)
    is_english = len(_ENGLISH.findall(text)) >= ENGLISH_SHARE * len(words)
    tokens = sum(_word_tokens(word, is_english=is_english) for word in words) + len(_SINGLE.findall(text))
    scripts = (bisect_left(_SCRIPT_ENDS, ord(character)) for character in _NOT_ASCII.findall(text))
    tokens += sum(SCRIPTS[script][1] for script in scripts)
    return ceil(tokens * MARGIN)


def _word_tokens(word: str, *, is_english: bool) -> float:
    if len(_CASE_CHANGE.findall(word)) > 1:
        return len(word) / KEY_LETTERS_PER_TOKEN
    if not is_english or (len(word) > 2 and word.isupper()):
        return max(1.0, len(word) / LETTERS_PER_TOKEN)
    if word[0].isupper():
        return 1 + 0.12 * max(0, len(word) - 2)
    return 1 + 0.05 * max(0, len(word) - 5)


def least_tokens(text: str) -> int:
    """Return a lower bound on the number of tokens in `text`, for any tokenizer (docs/tokens.md)."""
    words = sum(max(1.0, len(word) / LETTERS_AT_MOST) for word in _RUN.findall(text))
    return int(words + UNSPACED * len(_CJK_CHARACTER.findall(text)) + len(_CLOSING.findall(text)))


def prompt_tokens(request: Request) -> int:
    """Estimate the prompt tokens of a request, including its JSON Schema, which some servers put into the prompt."""
    texts = texts_of(request)
    schema = [json.dumps(request.json_schema)] if request.json_schema is not None else []
    return round(REQUEST_MARGIN * sum(map(estimate_tokens, texts + schema))) + TURN * len(texts)


def least_prompt_tokens(request: Request) -> int:
    """Return a lower bound on the prompt tokens of a request, without the chat template."""
    return sum(map(least_tokens, texts_of(request)))


def texts_of(request: Request) -> list[str]:
    """Return the texts of all messages of a request."""
    turns = [text for example in request.examples for text in (example.user, example.assistant)]
    return [request.system, *turns, request.user]
