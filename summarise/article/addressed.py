"""Detects text that is addressed to a language model instead of readers (prompt injection)."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby, islice, pairwise
from pathlib import Path
from zlib import crc32

from summarise.article.sentences import is_english
from summarise.data import Sentence, Span

# Letters with signs between them: "i-g-n-o-r-e" and "i g n o r e  t h i s".
_APART = (
    (re.compile(r"(?<!\w)(?:[^\W\d_][._*·|-]){2,}[^\W\d_](?!\w)"), re.compile(r"[._*·|-]")),
    (re.compile(r"(?<!\w)(?:[^\W\d_] ){2,}[^\W\d_](?!\w)"), re.compile(" ")),
)
# A word with digits for letters: "d1sr3g4rd".
_DIGITS_FOR_LETTERS = re.compile(r"\b[a-z]*\d[a-z]+\d[a-z\d]*\b")
_MIXED = re.compile(r"\b\d*[a-z][a-z\d]*\b")
_LETTERS = str.maketrans("013457", "oieast")
_LOOKALIKE = str.maketrans("аеорсухіјѕԁһԛԝвкмнтгοαερτυνικχγ", "aeopcyxijsdhqwbkmhtroaeptuvikxy")


def folded(text: str) -> str:
    """Normalise a text for the word model: lower case, look-alikes replaced, spaced letters joined, single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKE).casefold().translate(_LOOKALIKE)
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = text.casefold()
    for apart, between in _APART:
        text = apart.sub(lambda letters, between=between: between.sub("", letters[0]), text)  # type: ignore[misc]
    if _DIGITS_FOR_LETTERS.search(text):
        text = _MIXED.sub(lambda word: word[0].translate(_LETTERS), text)
    return " ".join(text.split())


LONGEST_PARAGRAPH = 40_000  # characters; the rest is ignored
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
# In a text with these HTML tags, the tags in _ELEMENT are not chat markers.
_MARKUP = re.compile(r"</?(?:p|div|body|html|span|br|li|ul|h[1-6]|table|a href)\b")
_ROLE = re.compile(r"\s*(?:system|user|assistant|developer|tool|human|ai|model|<|\[)")


def turn_marks(paragraph: str) -> bool:
    """Return whether a paragraph contains chat markers ("<|user|>") between turns, not only mentioned in a sentence."""
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


SIZE = 1 << 16  # hash buckets
MOST_TOKENS = 120  # tokens of a sentence; the rest is ignored
WIDEST_PAIR = 4  # greatest distance between the words of a pair
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
# Concepts that are commands if they come first.
_COMMANDS = frozenset("say hide ignore reveal praise role summary".split())
# Concepts for a machine, its input and output, and commands about them.
_MACHINES = frozenset(
    "machine assistant summary output instructions previous system role user read reveal ignore praise hide".split()
)
_REQUESTS = frozenset("you must please".split())
# Beside one of these concepts, "text" may be the text that a machine reads or writes.
_THIS_TEXT = frozenset("this you must please only".split())


def features(text: str) -> set[int]:
    """Return the hashes of the words, n-grams and concepts in a `folded` text."""
    found = tokens(text)
    names = {*_names(found), *_concept_names(concepts(found))}
    return {crc32(name.encode()) % SIZE for name in names}


def begins_with_command(text: str) -> bool:
    """Return whether a text begins with a command to a machine, ignoring words of politeness."""
    found = [one for one in tokens(text) if one[0].isalpha() and one not in _POLITE]
    return any(at == 0 and name in _COMMANDS for at, name in concepts(found[:4]))


def may_be_addressed(text: str) -> bool:
    """Return whether a text names a machine or the task of a machine, or gives a command."""
    names = {name for _, name in concepts(tokens(text))}
    requests = bool(names & _REQUESTS and names & _COMMANDS)
    own_text = "text" in names and bool(names & _THIS_TEXT)
    return requests or own_text or bool(names & _MACHINES) or begins_with_command(text)


def tokens(text: str) -> list[str]:
    """Return "^", the words and marks of a text ("0" for a number), and "$". Scripts without spaces are split."""
    found = [one.group() for one in _TOKEN.finditer(_UNSPACED.sub(r" \1 ", text.replace("’", "'")))]
    return ["^", *("0" if one.isdigit() else one if one[0].isalpha() else one[:2] for one in found[:MOST_TOKENS]), "$"]


def concepts(found: list[str]) -> list[tuple[int, str]]:
    """Return the concepts of `concepts.txt` that tokens express, each with the index of its first token."""
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
    """Return concepts by the beginning of their word, and concepts of several words by their first word."""
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
MOST_KEYS = 8  # field names of a sentence; others are ignored
LONGEST_SENTENCE = 4000  # characters; the rest is ignored
_HEAD = re.compile(r"(\S+\s[^:]{1,200}:)(?!\d)\s*\S.*", re.DOTALL)
# A field name before its value: "summary_override: ".
_KEY = re.compile(r"(?<![\w.-])(?:[^\W\d_]{1,30}[_.-]){1,4}[^\W\d_]{1,30}[\"']?\s{0,3}(?::=?|=)(?=[^/])")


def log_odds(text: str) -> float:
    """Return the log odds that a `folded` sentence is addressed to a machine.

    The part before a colon is also scored alone; the higher score counts.
    """
    weights, bias = _weights()
    return max(bias + sum(weights[feature] for feature in features(part)) for part in (text, *heads(text)))


def heads(text: str) -> Iterator[str]:
    """Yield the part before the first colon, and field names ("summary_override: "), each only if text follows."""
    found = _HEAD.fullmatch(text)
    if found is not None:
        yield found[1]
    yield from islice((key.group() for key in _KEY.finditer(text)), MOST_KEYS)


@cache
def _weights() -> tuple[list[float], float]:
    import numpy as np

    with np.load(Path(__file__).with_name(WEIGHTS), allow_pickle=False) as stored:
        return (stored["weights"] * float(stored["scale"])).tolist(), float(stored["bias"])


ADDRESSED = 1.75  # least log odds of a sentence that is addressed to a machine
GOES_ON = -1.0  # least log odds of a neighbour of such a sentence
IN_DOUBT = -3.0  # least log odds, by words alone, of a sentence that the model reads too
ADDED_TO_SUM = 0.25  # added to the sum of both log odds, to fit these thresholds
LONGEST_READ = 400  # characters of a sentence that the model reads
MOST_READ = 200  # sentences of an article that the model reads, likeliest first
FOREIGN = 1.0  # added to the log odds of a sentence that is English, or of one that is not, unlike the article
FARTHEST = 12  # paragraphs between two chat markers that enclose an address
PRESENTED = 3  # least number of words that introduce a quotation
# Returns the log odds that each sentence is addressed to a machine.
OddsModel = Callable[[Sequence[str]], Sequence[float]]
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
    """Return the spans of the sentences that are addressed to a machine, in order.

    A sentence is found only if it names a machine or the task of a machine, or gives a command. If a found sentence
    begins a paragraph, the span is the paragraph; else it extends to neighbours with log odds of at least `GOES_ON`,
    and after an announcement ("as follows") to the end of the paragraph. A `model` helps to decide in cases of doubt.
    """
    paragraphs = [list(group) for _, group in groupby(sentences, key=lambda one: one.paragraph)]
    marked = _between_marks([_shown(text, paragraph) for paragraph in paragraphs])
    own_words = [_own_words(text, paragraph) for paragraph in paragraphs]
    all_odds = _log_odds(own_words, model, english=is_english(text))
    found: list[Span] = []
    expected = asked = False
    for number, (paragraph, own, odds) in enumerate(zip(paragraphs, own_words, all_odds, strict=True)):
        inside = number - 1 in marked
        first = _first_marked(own, inside) if number in marked else _first(odds)
        last = len(paragraph)
        if first is None and expected and _follows(own[0], odds[0], asked=asked):
            first, last = 0, _end(own, odds, 0)
        if first is None:
            expected = False
            continue
        if first and not (number in marked and number + 1 in marked):
            last = _end(own, odds, first)
        found.append(Span(start=paragraph[first].start, end=paragraph[last - 1].end))
        expected, asked = last == len(paragraph), _asks(own[-1])
        # The second chat marker ends the span that the first marker began.
        ended = number in marked and inside
        if expected and not ended and _announces(own[-1]) and number + 1 < len(paragraphs):
            marked.add(number + 1)
    return tuple(found)


def _log_odds(
    paragraphs: Sequence[Sequence[str]], model: OddsModel | None, *, english: bool | None
) -> list[list[float]]:
    read = [[folded(words[:LONGEST_SENTENCE]) for words in paragraph] for paragraph in paragraphs]
    found = [list(map(log_odds, texts)) for texts in read]
    for number, paragraph in enumerate(paragraphs):
        for at, words in enumerate(paragraph):
            found[number][at] += FOREIGN * ({english, is_english(words)} == {True, False})
    if model is not None:
        _add_odds(found, read, model)
    for texts, odds in zip(read, found, strict=True):
        for at, text in enumerate(texts):
            if odds[at] >= ADDRESSED and not may_be_addressed(text):
                odds[at] = GOES_ON
    return found


def _add_odds(found: list[list[float]], read: Sequence[Sequence[str]], model: OddsModel) -> None:
    places = [(number, at) for number, odds in enumerate(found) for at, one in enumerate(odds) if one >= IN_DOUBT]
    places = sorted(places, key=lambda place: -found[place[0]][place[1]])[:MOST_READ]
    for (number, at), odds in zip(places, _read([read[number][at] for number, at in places], model), strict=True):
        # The model never lowers the odds, because it reads only LONGEST_READ characters.
        found[number][at] += max(0.0, odds + ADDED_TO_SUM)


def _read(texts: Sequence[str], model: OddsModel) -> Sequence[float]:
    return model([_BLANKED.sub("“…”", text)[:LONGEST_READ] for text in texts]) if texts else ()


def is_addressed(sentence: str, model: OddsModel | None = None) -> bool:
    """Return whether a single sentence is addressed to a machine."""
    text = folded(without_quotations(sentence)[:LONGEST_SENTENCE])
    odds = log_odds(text)
    if model is not None and IN_DOUBT <= odds < ADDRESSED:
        odds += _read([text], model)[0] + ADDED_TO_SUM
    return odds >= ADDRESSED and may_be_addressed(text)


def without_quotations(words: str) -> str:
    """Return a text with spaces instead of its quotations, if other words introduce them. Offsets stay valid."""
    if len(_WORD.findall(_QUOTED.sub(" ", words))) < PRESENTED:
        return words
    return _QUOTED.sub(lambda quoted: "“" + " " * (len(quoted.group()) - 2) + "”", words)


def _first_marked(own: Sequence[str], inside: bool) -> int:
    return 0 if inside else next((index for index, words in enumerate(own) if turn_marks(words)), 0)


def _first(odds: Sequence[float]) -> int | None:
    first = next((index for index, one in enumerate(odds) if one >= ADDRESSED), None)
    while first and odds[first - 1] >= GOES_ON:
        first -= 1
    return first


def _end(own: Sequence[str], odds: Sequence[float], first: int) -> int:
    """Return the index after the last addressed sentence of a paragraph, given the index of the first."""
    for index in range(first, len(odds)):
        answers = index > first and _asks(own[index - 1])
        if index > first and not answers and odds[index] < GOES_ON and not begins_with_command(folded(own[index])):
            return index
        if _announces(own[index]):
            break
    return len(odds)


def _follows(sentence: str, odds: float, *, asked: bool) -> bool:
    text = folded(sentence)
    return odds >= GOES_ON or begins_with_command(text) or (asked and _ANSWERS.match(text) is not None)


def _asks(sentence: str) -> bool:
    return sentence.rstrip(" \t\n\"'”’*_").endswith("?")


def _announces(sentence: str) -> bool:
    """Return whether a sentence announces text ("as follows") and does not state it after a colon."""
    text = folded(sentence)
    told = max((cue.start() for cue in _ANNOUNCES.finditer(text)), default=-1)
    return told > max((said.start() for said in _SAID.finditer(text)), default=-1)


def _own_words(text: str, paragraph: Sequence[Sentence]) -> list[str]:
    start = paragraph[0].start
    blanked = without_quotations(_shown(text, paragraph))
    return [blanked[one.start - start : one.end - start] for one in paragraph]


def _between_marks(paragraphs: Sequence[str]) -> set[int]:
    marks = [number for number, words in enumerate(paragraphs) if turn_marks(without_quotations(words))]
    found = set(marks)
    for one, other in pairwise(marks):
        if other - one <= FARTHEST:
            found.update(range(one, other))
    return found


def _shown(text: str, paragraph: Sequence[Sentence]) -> str:
    return text[paragraph[0].start : paragraph[-1].end]
