"""Names by their letters: which of an article's may be a given one with a slip of the pen.

Finds, and does not judge: `names` compares what is found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from summarise.data import Name


def squashed(text: str) -> str:
    """Return the letters and digits of a name, in lower case: "J.P. Morgan" is "jpmorgan"."""
    return "".join(filter(str.isalnum, text.casefold()))


class NameIndex:
    """An article's names, each form of them once: whole, and the last word, which may be a surname."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_letters: dict[str, list[Name]] = defaultdict(list)
        for text, name in {name.text.casefold(): name for name in names}.items():
            for form in {squashed(text), squashed(text.split()[-1])}:
                self._by_letters[_letters(form)].append(name)
        self._alphabet = sorted({letter for letters in self._by_letters for letter in letters})

    def near(self, text: str) -> Iterator[Name]:
        """Yield the names a form of which has the same letters, or one letter more or less."""
        keys: set[str] = set()
        for form in {squashed(text), squashed(text.split()[-1])}:
            letters = _letters(form)
            keys |= {letters, *(letters[:index] + letters[index + 1 :] for index in range(len(letters)))}
            keys |= {_letters(letters + letter) for letter in self._alphabet}
        found = {name.text: name for key in sorted(keys) for name in self._by_letters.get(key, ())}
        yield from found.values()


def _letters(text: str) -> str:
    return "".join(sorted(text))
