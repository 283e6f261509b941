"""Tokens of a text: estimated without a tokenizer, or counted by llama.cpp."""

import json
import re
from bisect import bisect_right
from math import ceil

from summarise.backends.http.client import JSONClient
from summarise.data import Request
from summarise.data.exchange import Count


def by_tokenizing(client: JSONClient) -> Count:
    """Return what counts by the llama.cpp server behind `client`, whose paths are below its root and not /v1."""

    async def count(text: str) -> int:
        answer = await client.post("tokenize", {"content": text})
        tokens = answer.body.get("tokens")
        if not isinstance(tokens, list):
            raise client.unusable(answer, "has no tokens", advice="check that the server is llama.cpp's")
        return len(tokens)

    return count


# The estimate of a word is 1 + a share for each letter past the first few, by kind of word. Fitted by hand; what
# comes of it is in docs/tokens.md.
MARGIN = 1.06
ENGLISH_SHARE = 0.1
LETTERS_PER_TOKEN = 2.1
KEY_LETTERS_PER_TOKEN = 1.35
"""Of keys and base64, which are no words of any language."""
# The last code point of a range of scripts, and the tokens for each of its characters.
SCRIPTS = (
    (0x00BF, 1.2),  # Latin-1 signs
    (0x024F, 0.6),  # accented Latin letters, beside the word that they stand in
    (0x07FF, 1.15),  # Greek, Cyrillic, Hebrew, Arabic
    (0x1FFF, 1.3),  # Indic, Thai, …
    (0x2E7F, 1.3),  # typographic punctuation, currency signs, arrows
    (0xABFF, 2.1),  # Chinese, Japanese
    (0xD7FF, 2.75),  # Korean
    (0xFFFF, 2.1),
    (0x10FFFF, 4.0),  # one for each byte
)
_SCRIPT_ENDS = [end for end, _ in SCRIPTS]

TURN = 10
"""Tokens that a chat template puts around each message, at most."""
REQUEST_MARGIN = 1.15
"""By so much more than the estimate a request counts: an estimate of a short text full of names may be too low."""

LETTERS_AT_MOST = 8
"""So many letters of a long word are one token at most, on the whole."""
UNSPACED = 0.45
"""The fewest tokens of a character of Chinese, Japanese or Korean, on the whole."""

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
# Words that English prose is full of and that its neighbours do not share.
_ENGLISH = re.compile(
    r"\b(?:the|of|to|and|that|for|with|it|by|from|he|has|have|this|his|they|at|as|is|said|who|are|were|not|but)\b",
    re.IGNORECASE,
)
# Digits and signs are tokens of their own, and so are runs of white space and a space before a digit.
_SINGLE = re.compile(r"[0-9]|[!-/:-@\[-`{-~]|[\n\t\r]+|  +| (?=[0-9])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# Small letters and capitals in turn: "iPhone" is a word, "aGVsbG8gd29ybGQ" is none.
_TURNS = re.compile(r"[a-z](?=[A-Z])")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
# Vowel signs are no letters to Python: in these ranges (Indic, Thai, Khmer, …) all that stands together is a word.
_SIGNED = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u109f\u1780-\u17ff"
_RUN = re.compile(rf"(?:[^\W_{_CJK}]|[{_SIGNED}])+")
# What closes a word and is no part of the next: no tokeniser joins it to the letters before it.
_CLOSING = re.compile(rf"(?<=\w)[^\w\s{_SIGNED}]+(?=\s|$)")


def estimate_tokens(text: str) -> int:
    """Return about how many tokens `text` is, rather too many than too few, without a tokeniser.

    Made for vocabularies of some 50,000 tokens (SmolLM2) and right for those of 32,000 (Llama 2) within 6% on English
    news; larger ones need fewer, in scripts other than Latin up to four times fewer. Measured in docs/tokens.md.
    """
    words = _WORD.findall(text)
    english = len(_ENGLISH.findall(text)) >= ENGLISH_SHARE * len(words)
    tokens = sum(_english_word(word) for word in words) if english else sum(_other_word(word) for word in words)
    tokens += len(_SINGLE.findall(text))
    tokens += sum(SCRIPTS[_script(ord(character))][1] for character in _NOT_ASCII.findall(text))
    return ceil(tokens * MARGIN)


def _english_word(word: str) -> float:
    if _is_key(word):
        return len(word) / KEY_LETTERS_PER_TOKEN
    if len(word) > 2 and word.isupper():
        return len(word) / LETTERS_PER_TOKEN
    if word[0].isupper():
        return 1 + 0.12 * max(0, len(word) - 2)
    return 1 + 0.05 * max(0, len(word) - 5)


def _other_word(word: str) -> float:
    return max(1.0, len(word) / (KEY_LETTERS_PER_TOKEN if _is_key(word) else LETTERS_PER_TOKEN))


def _is_key(word: str) -> bool:
    return len(_TURNS.findall(word)) > 1


def _script(code: int) -> int:
    return bisect_right(_SCRIPT_ENDS, code - 1)


def least_tokens(text: str) -> int:
    """Return how many tokens `text` has at least, whatever the tokeniser: no smaller number is an honest count.

    A word is a token or more, and so is what closes it. No tokeniser of docs/tokens.md counts fewer, on any sample.
    """
    words = sum(max(1.0, len(word) / LETTERS_AT_MOST) for word in _RUN.findall(text))
    return int(words + UNSPACED * len(_CJK_CHARACTER.findall(text)) + len(_CLOSING.findall(text)))


def prompt_tokens(request: Request) -> int:
    """Return how many tokens of prompt a request is, estimated from above.

    The form that the answer must have counts, too: some servers put it into the prompt.
    """
    texts = texts_of(request)
    form = [json.dumps(request.json_schema)] if request.json_schema is not None else []
    return round(REQUEST_MARGIN * sum(map(estimate_tokens, texts + form))) + TURN * len(texts)


def least_prompt_tokens(request: Request) -> int:
    """Return how many tokens of prompt a request has at least, before any chat template."""
    return sum(map(least_tokens, texts_of(request)))


def texts_of(request: Request) -> list[str]:
    """Return what of a request a model reads, message by message."""
    turns = [text for example in request.examples for text in (example.user, example.assistant)]
    return [request.system, *turns, request.user]
