"""Words as they are meant to be read: look-alike letters, and letters that stand apart; not what they mean."""

import re
import unicodedata

_APART = re.compile(r"(?<!\w)(?:[^\W\d_](?:[._*·|-]| {1,3})){3,}[^\W\d_](?!\w)")
_SEPARATORS = re.compile(r"(?<=\w)[ ._*·|-](?=\w)")
_LOOKALIKE = str.maketrans("аеорсухіјѕԁһԛԝвкмнтгοαερτυνικχγ", "aeopcyxijsdhqwbkmhtroaeptuvikxy")


def folded(text: str) -> str:
    """Return a text in lower case, in plain letters, letters that stand apart put together, white space single."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKE).casefold().translate(_LOOKALIKE)
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    together = _APART.sub(lambda apart: _SEPARATORS.sub("", apart.group()), text.casefold())
    return " ".join(together.split())
