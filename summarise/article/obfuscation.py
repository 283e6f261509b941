"""Deobfuscation: look-alike and spaced letters, digits for letters, ROT13, reversed text and encodings.

The families are those of Kang et al. 2023, "Exploiting Programmatic Behavior of LLMs".
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

from summarise.article.languages import is_plainly

_APART = re.compile(r"(?<!\w)(?:[^\W\d_](?:[._*·|-]| {1,3})){3,}[^\W\d_](?!\w)")
_SEPARATORS = re.compile(r"(?<=\w)[ ._*·|-](?=\w)")
_LEET = str.maketrans("013457@$", "oieastas")
_LOOKALIKE = str.maketrans("аеорсухіјѕԁһԛԝвкмнтгοαερτυνικχγ", "aeopcyxijsdhqwbkmhtroaeptuvikxy")
ENCODED = re.compile(
    r"(?<![\w/+=-])(?:[A-Za-z0-9+/_-]{24,}={0,2}|(?:[0-9a-fA-F]{2}[ :]?){16,}|(?:%[0-9a-fA-F]{2}){8,})(?![\w/+=-])"
)
READABLE = 0.9


def folded(text: str) -> str:
    """Return a text in lower case and plain letters, spaced letters joined, white space collapsed."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKE).casefold().translate(_LOOKALIKE)
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    together = _APART.sub(lambda apart: _SEPARATORS.sub("", apart.group()), text.casefold())
    return " ".join(together.split())


def readings(sentence: str) -> Iterator[str]:
    """Yield a sentence normalised and decoded; if it is not English, also other readings that are."""
    yield folded(sentence)
    for found in ENCODED.finditer(sentence):
        if (told := decoded(found.group())) is not None:
            yield folded(told)
    if is_plainly(sentence, "en"):
        return
    text = folded(sentence)
    hidden = (text.translate(_LEET), codecs.encode(text, "rot13"), text[::-1])
    yield from (reading for reading in hidden if is_plainly(reading, "en"))


def decoded(word: str) -> str | None:
    """Return the text encoded in a word (base64, hexadecimal or percent-encoding), or None."""
    bare = re.sub(r"[ :%]", "", word)
    for decode in (bytes.fromhex, _of_base_64):
        try:
            text = decode(bare).decode("utf-8")
        except (ValueError, binascii.Error):
            continue
        letters = sum(sign.isalpha() or sign in " .,:;!?'\"-" for sign in text)
        if len(text.split()) > 2 and letters >= READABLE * len(text):
            return text
    return None


def _of_base_64(word: str) -> bytes:
    return base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_")
