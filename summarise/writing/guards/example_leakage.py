"""What stands in an example of the prompt and not in the article: a name or figure that an answer took from there.

Small models copy examples. Compares names and figures word by word; does not know who is meant.
"""

import re
from collections.abc import Iterator, Sequence

from summarise.article.sentences import Source

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_FIGURE = re.compile(r"(?<![\w.,])[$£€]?\d+(?:[.,]\d+)*(?![\w])%?")
_OPENS = re.compile(r"(?:^|[.!?…:]|\n)[\s\"'“”‘’«»(\[-]{0,12}$")
_POSSESSIVE = re.compile(r"[’']s?$")
STEM = 5
"""Names that begin alike are forms of one ("Belgium", "Belgian"): one in the source lets the other pass."""
COMMON = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september "
    "october november december i the a an it he she they we you".split()
)


def leaks(texts: Sequence[str], examples: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return which sentences hold a name or figure that an example has and the source has not."""
    strange = strangers(examples, source)
    if not strange:
        return ()
    return tuple(at for at, text in enumerate(texts) if strange & {*_capitals(text), *_figures(text)})


def strangers(examples: Sequence[str], source: Source) -> frozenset[str]:
    """Return the names and figures of the examples that the source does not hold in any form.

    A name is a word of three letters or more that has a capital inside a sentence and nowhere in the examples stands
    without one. Figures of one digit alone say too little.
    """
    names = {name for example in examples for name in _names(example)}
    lower = {word for example in examples for word in _WORD.findall(example) if word.islower()}
    known = {_POSSESSIVE.sub("", word) for word in map(str.casefold, _WORD.findall(source.text))}
    stems = {word[:STEM] for word in known if len(word) >= STEM}
    figures = {figure for example in examples for figure in _figures(example)} - set(_figures(source.text))
    fresh = {name for name in names - lower - known - COMMON if len(name) < STEM or name[:STEM] not in stems}
    return frozenset(fresh | figures)


def _names(text: str) -> Iterator[str]:
    for word in _WORD.finditer(text):
        name = _POSSESSIVE.sub("", word.group())
        inside = not _OPENS.search(text[max(0, word.start() - 12) : word.start()])
        if len(name) > 2 and name[0].isupper() and (inside or name.isupper()):
            yield name.casefold()


def _capitals(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if word[0].isupper():
            yield _POSSESSIVE.sub("", word).casefold()


def _figures(text: str) -> Iterator[str]:
    for figure in _FIGURE.findall(text):
        digits = re.sub(r"[^\d.]", "", figure.replace(",", "")).rstrip(".")
        if len(digits) > 1:
            yield digits
