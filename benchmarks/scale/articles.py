"""Generates articles of any length: copies of the project's articles with other names, figures, dates and amounts.

The text stays grammatical. Equal names, figures and dates of an article are also equal in a copy. With the same seed, a
shorter article is the beginning of a longer one.
"""

import random
import re
from collections.abc import Iterator

from benchmarks.articles import SEEDS
from benchmarks.scale.names import ACRONYMS, BEGINNINGS, ENDINGS, GIVEN, MONTHS, NEW_GIVEN, OTHERS

NOT_OURS = "belgium-election-interference"
LONGEST_DAY = 28
YEARS = 40
"""The dates of a copy are earlier by less than this number of years."""
CLAIMS = 10
CLAIMS_FROM = 900
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(
    r"(?P<kept>\d+(?:\.\d\d(?= [ap]\.m\.)|st\b|nd\b|rd\b|th\b))"
    rf"|(?P<day>\d+)(?= (?:{'|'.join(MONTHS)})\b)|(?P<year>\b(?:19|20)\d\d\b)|\d+"
)


def article(words: int, *, seed: int = 1) -> str:
    """Return an article of at least `words` words, which ends with the paragraph that reaches this number."""
    paragraphs: list[str] = []
    count = 0
    for paragraph in _paragraphs(seed):
        if count >= words:
            break
        paragraphs.append(paragraph)
        count += len(paragraph.split())
    return "\n\n".join(paragraphs)


def claims(count: int = CLAIMS, *, words: int = CLAIMS_FROM, seed: int = 1) -> tuple[str, ...]:
    """Return claims about the article generated with `seed`: copied, shortened, or with another figure or name.

    They are about its first `words` words, so they fit every article with the same seed and at least this length.
    """
    chance = random.Random(f"claims {seed}")
    paragraphs = article(words, seed=seed).splitlines()
    sentences = [sentence for paragraph in paragraphs for sentence in re.split(r"(?<=[a-z]{2}\.)\s+", paragraph)]
    plain = [text for text in sentences if text.endswith(".") and 12 <= len(text.split()) <= 35 and "“" not in text]
    chosen = [plain[index] for index in sorted(chance.sample(range(len(plain)), min(count, len(plain))))]
    changes = (_other_figure, _other_name, _shortened, _as_it_is)
    return tuple(changes[index % len(changes)](sentence, chance) for index, sentence in enumerate(chosen))


def _paragraphs(seed: int) -> Iterator[str]:
    """Yield the paragraphs of one copy after another, without end."""
    ours = [path for path in sorted(SEEDS.glob("*/article.txt")) if path.parent.name != NOT_OURS]
    texts = [path.read_text(encoding="utf-8") for path in ours]
    copy = 0
    while True:
        order = random.Random(f"order {seed} {copy}").sample(texts, len(texts))
        for number, text in enumerate(order):
            varied = _Copy(random.Random(f"copy {seed} {copy} {number}")).of(text)
            yield from (line.strip() for line in varied.splitlines() if line.strip())
        copy += 1


class _Copy:
    """The replacements of a copy. Each name and number is replaced by the same value everywhere in it."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = {name: chance.choice(NEW_GIVEN) for name in sorted(GIVEN)}
        self._words |= {name: invented(chance) for name in sorted(OTHERS)}
        self._words |= {"Skarrovian": self._words["Skarrow"] + "ian", "Vellish": self._words["Velland"] + "ish"}
        for acronym, of in ACRONYMS.items():
            letters = (self._words[word][0] if word else letter for letter, word in zip(acronym, of, strict=True))
            self._words[acronym] = "".join(letters)
        turned = chance.randrange(len(MONTHS))
        self._words |= {month: MONTHS[(index + turned) % len(MONTHS)] for index, month in enumerate(MONTHS)}
        self._days, self._years = chance.randrange(LONGEST_DAY), chance.randrange(YEARS)
        self._numbers: dict[str, str] = {}

    def of(self, text: str) -> str:
        """Return a text with all names and numbers replaced."""
        return _WORD.sub(self._word, _NUMBER.sub(self._number, text))

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        if word.isupper() and word.title() in self._words:
            return self._words[word.title()].upper()
        return self._words.get(word, word)

    def _number(self, match: re.Match[str]) -> str:
        if match["kept"]:
            return match[0]
        if match["day"]:
            return str((int(match["day"]) + self._days) % LONGEST_DAY + 1)
        if match["year"]:
            return str(int(match["year"]) - self._years)
        return self._numbers.setdefault(match[0], digits(match[0], self._chance))


def invented(chance: random.Random) -> str:
    """Return an invented name."""
    return chance.choice(BEGINNINGS) + chance.choice(ENDINGS)


def digits(number: str, chance: random.Random) -> str:
    """Return another number with as many digits. The first is not 0; a single digit is not 1."""
    first = str(chance.randint(2 if len(number) == 1 else 1, 9))
    return first + "".join(chance.choice("0123456789") for _ in number[1:])


def _other_figure(sentence: str, chance: random.Random) -> str:
    match = re.search(r"\d+", sentence)
    return _other_name(sentence, chance) if match is None else sentence.replace(match[0], f"{int(match[0]) + 3}", 1)


def _other_name(sentence: str, chance: random.Random) -> str:
    match = re.search(r"(?<=\w )(?!\w+day\b)[A-Z][a-z]{3,}", sentence)
    return sentence if match is None else sentence.replace(match[0], invented(chance))


def _shortened(sentence: str, chance: random.Random) -> str:
    del chance
    head, comma, _ = sentence.rpartition(", ")
    return f"{head}." if comma and len(head.split()) >= 8 else sentence


def _as_it_is(sentence: str, chance: random.Random) -> str:
    del chance
    return sentence
