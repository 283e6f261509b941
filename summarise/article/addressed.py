"""Text that is not for readers but for the machine that reads the page: which sentences, so that they are set apart.

Three ideas: marks that part the turns of a chat or close the fence of a prompt (`turn_marks.py`); how likely a small
trained model holds it that a sentence speaks to a machine (`address_model.py`); and, where that is in doubt, a larger
model. A sentence that only tells of such a text, or quotes it, stays in the story. The families are those of Perez and
Ribeiro 2022 ("Ignore Previous Prompt"), Greshake et al. 2023 ("Not what you've signed up for"), Schulhoff et al. 2023
("Ignore This Title and HackAPrompt") and Liu et al. 2024 ("Formalizing and Benchmarking Prompt Injection Attacks and
Defenses").
"""

import re
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise

from summarise.article.address_features import begins_with_command, may_be_addressed
from summarise.article.address_model import likeliest_reading
from summarise.article.languages import LanguageGuess, differs, tongue
from summarise.article.legibility import is_illegible
from summarise.article.obfuscation import folded
from summarise.article.turn_marks import turn_marks
from summarise.data import Sentence, Span

ADDRESSED = 1.75
"""The log odds from which on a sentence is addressed to a machine."""
GOES_ON = -1.0
"""The same, beside a sentence that is."""
IN_DOUBT = -3.0
"""The same, by the words alone, from which on a model reads a sentence again, where there is one."""
ADDED_TO_SUM = 0.25
"""What is added to the sum of both log odds, so that the limits above hold for it."""
LONGEST_READ = 400
"""Characters of a sentence that a model reads."""
MOST_READ = 200
"""Sentences of an article that a model reads, those first that the words find likeliest: each takes milliseconds."""
FOREIGN = 1.0
"""What is added for a sentence in another language than the article's: an article has few of these."""
FARTHEST = 12
"""Paragraphs that may lie between two marks of turns, and belong to what they part."""
PRESENTED = 3
"""Words outside of quotation marks that make what is inside a quotation, and not the page's own words."""
OddsModel = Callable[[Sequence[str]], Sequence[float]]
"""A model: returns the log odds that each of some sentences is addressed to a machine."""
_QUOTED = re.compile(
    r"“[^“”]{0,2000}”|„[^„“”]{0,2000}[“”]|«[^«»]{0,2000}»|\"[^\"]{0,2000}\"|(?<!\w)[‘'](?=\S)[^‘’']{12,2000}[’'](?!\w)"
)
_BLANKED = re.compile(r"“ +”")
_WORD = re.compile(r"\w+")
_ANSWERS = re.compile(r"\W{0,4}(?:a|an|ans|answer|reply|response|ai|assistant|model|bot)\W{0,3}[:.)=–—-]")
_SAID = re.compile(r":(?:\W{1,8}\w{1,40}){3}")
_ANNOUNCES = re.compile(
    r":\W{0,8}$|\b(?:the following|exactly|verbatim|word for word|as follows|this sentence|these words|this text|"
    r"next (?:sentence|line|paragraph)|(?:sentence|line|word|paragraph|text)s? below|new instructions?)\b"
)


def addressed(text: str, sentences: Sequence[Sentence], model: OddsModel | None = None) -> tuple[Span, ...]:
    """Return the stretches of `text` that are addressed to a machine, of whole `sentences`, in order.

    A sentence counts only if it names a machine or its work, or gives a command (`may_be_addressed`).
    A paragraph that begins with one goes whole; inside of one goes what stands beside it and may be addressed, too,
    and all of the rest if something was announced. Of an article in English goes a sentence that cannot be read, too.
    What the words leave in doubt a `model` reads again: what both together take for addressed goes, too.
    """
    paragraphs = [list(group) for _, group in groupby(sentences, key=lambda one: one.paragraph)]
    marked = _between_marks([_shown(text, paragraph) for paragraph in paragraphs])
    language = tongue(text)
    own_words = [_own_words(text, paragraph) for paragraph in paragraphs]
    all_odds = _log_odds(own_words, language, model)
    found: list[Span] = []
    expected = asked = False
    for number, (paragraph, own, odds) in enumerate(zip(paragraphs, own_words, all_odds, strict=True)):
        inside = number - 1 in marked
        first = _first_marked(own, inside) if number in marked else _first(odds)
        last = len(paragraph)
        if first is None and expected and _follows(own[0], odds[0], asked=asked):
            first, last = 0, _end(own, odds, 0)
        if first is None:
            if language.language == "en":
                ciphers = (one for one, words in zip(paragraph, own, strict=True) if is_illegible(words))
                found += (Span(start=one.start, end=one.end) for one in ciphers)
            expected = False
            continue
        if first and not (number in marked and number + 1 in marked):
            last = _end(own, odds, first)
        found.append(Span(start=paragraph[first].start, end=paragraph[last - 1].end))
        expected, asked = last == len(paragraph), _asks(own[-1])
        # A second mark ends what the first one began.
        ended = number in marked and inside
        if expected and not ended and _announces(own[-1]) and number + 1 < len(paragraphs):
            marked.add(number + 1)
    return tuple(found)


def _log_odds(paragraphs: Sequence[Sequence[str]], own: LanguageGuess, model: OddsModel | None) -> list[list[float]]:
    """Return the log odds that sentences are addressed to a machine, of an article in the language `own`."""
    read = [[likeliest_reading(words) for words in paragraph] for paragraph in paragraphs]
    found = [
        [odds + FOREIGN * differs(words, own) for words, (odds, _) in zip(paragraph, told, strict=True)]
        for paragraph, told in zip(paragraphs, read, strict=True)
    ]
    if model is not None:
        _add_odds(found, read, model)
    for number, told in enumerate(read):
        for at, (_, reading) in enumerate(told):
            odds = found[number][at]
            if odds >= ADDRESSED and not may_be_addressed(reading) and not differs(paragraphs[number][at], own):
                found[number][at] = GOES_ON
    return found


def _add_odds(found: list[list[float]], read: Sequence[Sequence[tuple[float, str]]], model: OddsModel) -> None:
    """Add to the log odds `found` by the words what a model finds, for the sentences that they leave in doubt."""
    places = [(number, at) for number, odds in enumerate(found) for at, one in enumerate(odds) if one >= IN_DOUBT]
    places = sorted(places, key=lambda place: -found[place[0]][place[1]])[:MOST_READ]
    again = _read([read[number][at][1] for number, at in places], model)
    for (number, at), odds in zip(places, again, strict=True):
        # What the words find behind a disguise, or far behind the beginning, a model does not see: it only adds.
        found[number][at] += max(0.0, odds + ADDED_TO_SUM)


def _read(readings: Sequence[str], model: OddsModel) -> Sequence[float]:
    return model([_BLANKED.sub("“…”", reading)[:LONGEST_READ] for reading in readings]) if readings else ()


def is_addressed(sentence: str, model: OddsModel | None = None) -> bool:
    """Tell whether a sentence that stands by itself is addressed to a machine, by a `model` besides."""
    odds, reading = likeliest_reading(without_quotations(sentence))
    if model is not None and IN_DOUBT <= odds < ADDRESSED:
        odds += _read([reading], model)[0] + ADDED_TO_SUM
    return odds >= ADDRESSED and may_be_addressed(reading)


def without_quotations(words: str) -> str:
    """Return a text with blanks in its quotations, if there are words that present them."""
    if len(_WORD.findall(_QUOTED.sub(" ", words))) < PRESENTED:
        return words
    return _QUOTED.sub(lambda quoted: "“" + " " * (len(quoted.group()) - 2) + "”", words)


def _first_marked(own: Sequence[str], inside: bool) -> int:
    """Return which sentence of a paragraph with marks of turns is the first of a turn; `inside` one it is all."""
    return 0 if inside else next((index for index, words in enumerate(own) if turn_marks(words)), 0)


def _first(odds: Sequence[float]) -> int | None:
    """Return which sentence of a paragraph is the first that is addressed to a machine."""
    first = next((index for index, one in enumerate(odds) if one >= ADDRESSED), None)
    while first and odds[first - 1] >= GOES_ON:
        first -= 1
    return first


def _end(own: Sequence[str], odds: Sequence[float], first: int) -> int:
    """Return behind which sentence the address ends that begins inside a paragraph.

    A story may go on behind it, unless the machine was told that something follows. After a question its answer goes.
    """
    for index in range(first, len(odds)):
        answers = index > first and _asks(own[index - 1])
        if index > first and not answers and odds[index] < GOES_ON and not begins_with_command(folded(own[index])):
            return index
        if _announces(own[index]):
            break
    return len(odds)


def _follows(sentence: str, odds: float, *, asked: bool) -> bool:
    """Tell whether a paragraph's first sentence goes on with what addressed a machine at the end of the one before."""
    text = folded(sentence)
    return odds >= GOES_ON or begins_with_command(text) or (asked and _ANSWERS.match(text) is not None)


def _asks(sentence: str) -> bool:
    return sentence.rstrip(" \t\n\"'”’*_").endswith("?")


def _announces(sentence: str) -> bool:
    """Tell whether a sentence says that what is to be said follows, and does not say it itself behind a colon."""
    text = folded(sentence)
    told = max((cue.start() for cue in _ANNOUNCES.finditer(text)), default=-1)
    return told > max((said.start() for said in _SAID.finditer(text)), default=-1)


def _own_words(text: str, paragraph: Sequence[Sentence]) -> list[str]:
    """Return the sentences of a paragraph without what they quote, if there are words to present it."""
    start = paragraph[0].start
    blanked = without_quotations(_shown(text, paragraph))
    return [blanked[one.start - start : one.end - start] for one in paragraph]


def _between_marks(paragraphs: Sequence[str]) -> set[int]:
    """Return which paragraphs have marks of turns that nobody quotes, or lie between two such."""
    marks = [number for number, words in enumerate(paragraphs) if turn_marks(without_quotations(words))]
    found = set(marks)
    for one, other in pairwise(marks):
        if other - one <= FARTHEST:
            found.update(range(one, other))
    return found


def _shown(text: str, paragraph: Sequence[Sentence]) -> str:
    return text[paragraph[0].start : paragraph[-1].end]
