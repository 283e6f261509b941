"""Text that is addressed to a machine instead of readers, found in an article and set apart."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby, islice, pairwise
from pathlib import Path
from zlib import crc32

from summarise.article.languages import LanguageGuess, differs, tongue
from summarise.article.legibility import is_illegible
from summarise.article.obfuscation import folded, readings
from summarise.data import Sentence, Span

LONGEST_PARAGRAPH = 40_000
"""Characters of a paragraph that are looked at."""
_TURN_TOKEN = re.compile(
    r"<[|｜][^<>|｜\n]{1,40}[|｜]?>|<\|?/?(?:im_start|im_end|start_of_turn|end_of_turn|endoftext|eot_id|bos|eos)\|?>|"
    r"< ?/? ?(?:s|sys|inst|system|assistant|user|human|developer|instructions?|prompt|article|document|tool_call|"
    r"tool_response|function_calls?|"
    r"think|thinking|context|input|output|system_prompt|user_input|untrusted|data)\b[^<>\n]{0,40}>|<< ?/?sys ?>>|"
    r"\[ ?/? ?(?:inst|sys|system|system_prompt|assistant|user|human|instructions?|tool_calls|"
    r"available_tools|tool_results) ?\]|"
    r"#{2,6} ?(?:instructions?|response|system|assistant|user|human|input|output|task|prompt|new instructions?) ?(?::|"
    r"$|#)|"
    r"[\"']role[\"'] ?: ?[\"'](?:system|assistant|user|tool|developer)[\"']"
)
_ELEMENT = re.compile(r"< ?/? ?(?:s|article|input|output|data)\b")
_MARKUP = re.compile(r"</?(?:p|div|body|html|span|br|li|ul|h[1-6]|table|a href)\b")
"""Marks of prompts that are also elements of HTML are none where a text has such marks of HTML."""
_ROLE = re.compile(r"\s*(?:system|user|assistant|developer|tool|human|ai|model|<|\[)")


def turn_marks(paragraph: str) -> bool:
    """Tell whether a paragraph has marks that part turns, and does not only name one in a sentence."""
    text = folded(paragraph[:LONGEST_PARAGRAPH])
    for mark in _TURN_TOKEN.finditer(text):
        if _ELEMENT.match(mark.group()) and _MARKUP.search(text):
            continue
        before = text[: mark.start()].rstrip()
        if not before or before[-1] in '.!?:…>]”"{[(,' or _ROLE.match(text, mark.end()):
            return True
        if not text[mark.end() :].strip(" .!?”\"'") and mark.group().startswith("</"):
            return True
    return False


SIZE = 1 << 16
"""How many different numbers there are."""
MOST_TOKENS = 120
"""Words of a sentence that are looked at."""
WIDEST_PAIR = 4
"""How far apart two words may stand that are looked at together."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|([^\w\s])\1*")
_UNSPACED = re.compile(r"([\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff])")
_STEM = 5
_MARKS = {
    "^": "begin",
    ":": "colon",
    "!": "call out",
    "?": "question",
    "“": "quotation",
    "0": "number",
    ";": "half stop",
}
_POLITE = frozenset("please kindly now then and also first second finally do not don't never".split())
_COMMANDS = frozenset("say hide ignore reveal praise role summary".split())
"""Concepts that as a first word are commands."""
_MACHINES = frozenset(
    "machine assistant summary output instructions previous system role user read reveal ignore praise hide".split()
)
"""Concepts for a machine, for what it writes and follows, and for what it is asked to do with that."""
_REQUESTS = frozenset("you must please".split())
_THIS_TEXT = frozenset("this you must please only".split())
"""Concepts beside which a text may be the one that a machine reads or writes."""


def features(text: str) -> set[int]:
    """Return the numbers that stand for a text in lower case and plain letters (`disguises.folded`)."""
    found = tokens(text)
    names = {*_names(found), *_concept_names(concepts(found))}
    return {crc32(name.encode()) % SIZE for name in names}


def begins_with_command(text: str) -> bool:
    """Tell whether a text begins with a verb for what a machine is told to do, behind marks and words of politeness."""
    found = [one for one in tokens(text) if one[0].isalpha() and one not in _POLITE]
    return any(at == 0 and name in _COMMANDS for at, name in concepts(found[:4]))


def may_be_addressed(text: str) -> bool:
    """Tell whether a text names a machine or what a machine works with, or gives a command.

    Without either nothing in it is evidence that a machine is meant, and not a reader, whatever its words are like.
    """
    names = {name for _, name in concepts(tokens(text))}
    requests = bool(names & _REQUESTS and names & _COMMANDS)
    own_text = "text" in names and bool(names & _THIS_TEXT)
    return requests or own_text or bool(names & _MACHINES) or begins_with_command(text)


def tokens(text: str) -> list[str]:
    """Return a text's words and marks between "^" and "$", each letter by itself in a script without spaces."""
    found = [one.group() for one in _TOKEN.finditer(_UNSPACED.sub(r" \1 ", text.replace("’", "'")))]
    return ["^", *("0" if one.isdigit() else one if one[0].isalpha() else one[:2] for one in found[:MOST_TOKENS]), "$"]


def concepts(found: list[str]) -> list[tuple[int, str]]:
    """Return the concepts that words and marks name, each with the number of its first word."""
    told = []
    single, joined = _lexicon()
    for at, one in enumerate(found):
        names = [_MARKS[one]] if one in _MARKS else []
        for words, name in joined.get(one, ()):
            if found[at : at + len(words)] == words:
                names.append(name)
        for end in range(1, len(one) + 1):
            names += single.get(one[:end], ())
        names += single.get(one + "$", ())
        told += [(at, name) for name in dict.fromkeys(names)]
    return told


def _names(found: list[str]) -> Iterator[str]:
    for at, one in enumerate(found):
        yield one
        if len(one) > _STEM:
            yield f"{one[:_STEM]}-"
            yield f"-{one[-4:]}"
        yield " ".join(found[at : at + 2])
        yield " ".join(found[at : at + 3])
        for other in found[at + 2 : at + WIDEST_PAIR + 1]:
            yield f"{one} .. {other}"


def _concept_names(told: list[tuple[int, str]]) -> Iterator[str]:
    for number, (at, one) in enumerate(told):
        yield f"={one}"
        for other_at, other in told[number + 1 :]:
            if other_at - at <= 3:
                yield f"={one} {other}"
            yield "=" + "&".join(sorted((one, other)))
        if number + 2 < len(told):
            yield f"={one} {told[number + 1][1]} {told[number + 2][1]}"


@cache
def _lexicon() -> tuple[dict[str, list[str]], dict[str, list[tuple[list[str], str]]]]:
    """Return the concepts by how a word begins, and those of several words by the first."""
    single: dict[str, list[str]] = {}
    joined: dict[str, list[tuple[list[str], str]]] = {}
    for line in Path(__file__).with_name("concepts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, told = line.split("\t")
        for word in dict.fromkeys(told.split()):
            whole = word.endswith("$")
            parts = tokens(folded(word.rstrip("$").replace("_", " ")))[1:-1]
            if len(parts) == 1:
                single.setdefault(parts[0] + "$" * whole, []).append(name)
            else:
                joined.setdefault(parts[0], []).append((parts, name))
    return single, joined


WEIGHTS = "address_weights.npz"
MOST_KEYS = 8
"""Names of fields in a sentence that are looked at."""
LONGEST_SENTENCE = 4000
"""Characters of a sentence that are looked at."""
_HEAD = re.compile(r"(\S+\s[^:]{1,200}:)(?!\d)\s*\S.*", re.DOTALL)
_KEY = re.compile(r"(?<![\w.-])(?:[^\W\d_]{1,30}[_.-]){1,4}[^\W\d_]{1,30}[\"']?\s{0,3}(?::=?|=)(?=[^/])")
"""A name as programs give to a field, before the field's value: "summary_override: "."""


def log_odds(sentence: str) -> float:
    """Return the log odds that a sentence is addressed to a machine, read as it is and through disguises."""
    return likeliest_reading(sentence)[0]


def likeliest_reading(sentence: str) -> tuple[float, str]:
    """Return the log odds that a sentence is addressed to a machine, and the reading of it that has these odds.

    What is said behind a colon may be any statement: what stands before it is read by itself, too.
    """
    weights, bias = _weights()
    return max(
        (bias + sum(weights[one] for one in features(text)), reading)
        for reading in readings(sentence[:LONGEST_SENTENCE])
        for text in (reading, *heads(reading))
    )


def heads(text: str) -> Iterator[str]:
    """Yield what stands before the first colon of a text, if two words or more, and the names of fields in it.

    Of each only if anything stands behind it.
    """
    found = _HEAD.fullmatch(text)
    if found is not None:
        yield found[1]
    yield from islice((key.group() for key in _KEY.finditer(text)), MOST_KEYS)


@cache
def _weights() -> tuple[list[float], float]:
    """Return the weight of each feature, and what is added to their sum."""
    import numpy as np

    with np.load(Path(__file__).with_name(WEIGHTS), allow_pickle=False) as stored:
        return (stored["weights"] * float(stored["scale"])).tolist(), float(stored["bias"])


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
