"""Names by their letters: which of an article's may be a given one with a slip of the pen.

Finds, and does not judge: `names` compares what is found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from summarise.data import Name


class Spellings:
    """An article's names, each form of them once."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_letters: dict[str, list[Name]] = defaultdict(list)
        for form, name in {name.text.casefold(): name for name in names}.items():
            self._by_letters[_letters(form)].append(name)
        self._alphabet = sorted({letter for letters in self._by_letters for letter in letters})

    def near(self, text: str) -> Iterator[Name]:
        """Yield the names of the same letters, and those of one letter more or less."""
        letters = _letters(text.casefold())
        less = {letters[:index] + letters[index + 1 :] for index in range(len(letters))}
        more = {_letters(letters + letter) for letter in self._alphabet}
        for key in sorted({letters, *less, *more}):
            yield from self._by_letters.get(key, ())


def _letters(text: str) -> str:
    return "".join(sorted(text))
