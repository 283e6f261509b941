"""Money: another amount, another currency, another scale."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.numerals import another, numeral
from benchmarks.edits.rules.figures import SCALES
from benchmarks.edits.scene import Reading, Scene

_SIGNS = {"£": "€", "€": "£", "$": "£"}
_WORDS = {
    "euros": "dollars", "euro": "dollar", "dollars": "euros", "dollar": "euro", "pounds": "euros", "yen": "dollars",
    "francs": "euros", "kronor": "euros", "kroner": "euros", "rupees": "dollars",
}  # fmt: skip
_SHORT = {"m": "bn", "bn": "m", "mn": "bn", "k": "m", "tn": "bn"}


def money(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one amount of money changed in one respect."""
    text = scene.text
    for start, end, amount in scene.money:
        number = numeral(text, start, end)
        if number and amount.upper is None and (number.value > 1 or number.decimals):
            new = another(number, amount.qualifier, text, start)
            yield scene.replace(number.start, number.end, number.write(new), "amount")
        sign = re.compile("[£€$]").search(text, start, end)
        if sign and re.match(r"(?:US|A|C|NZ|HK)\Z", text[max(0, sign.start() - 2) : sign.start()]) is None:
            brought = _SIGNS[sign.group()] + text[sign.end() : end]
            yield scene.replace(sign.start(), sign.end(), _SIGNS[sign.group()], "currency", brought=brought)
        word = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE).search(text, start, end)
        if word:
            yield scene.replace(word.start(), word.end(), _WORDS[word.group().casefold()], "currency")
        scale = re.compile(rf"\b(?:{'|'.join(SCALES)})\b", re.IGNORECASE).search(text, start, end)
        short = re.compile(r"(?<=\d)(?:mn|tn|bn|m|k)\b").search(text, start, end)
        if scale or short:
            found, table = (scale, SCALES) if scale else (short, _SHORT)
            assert found is not None
            other = table[found.group().casefold()]
            brought = text[number.start if number else start : found.start()] + other
            yield scene.replace(found.start(), found.end(), other, "scale", brought=brought)
