"""Finds sentences that address a language model (prompt injection), with a classifier of words and concepts."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, islice, pairwise
from pathlib import Path
from zlib import crc32

from summarise.article.sentences import is_english
from summarise.data import Sentence, Span

# Separated letters ("i-g-n-o-r-e", "i g n o r e  t h i s"), and their separator.
_SPACED = (
    (re.compile(r"(?<!\w)(?:[^\W\d_][._*·|-]){2,}[^\W\d_](?!\w)"), re.compile(r"[._*·|-]")),
    (re.compile(r"(?<!\w)(?:[^\W\d_] ){2,}[^\W\d_](?!\w)"), re.compile(" ")),
)
# A word with digits for letters: "d1sr3g4rd".
_DIGITS_FOR_LETTERS = re.compile(r"\b[a-z]*\d[a-z]+\d[a-z\d]*\b")
_ALPHANUMERIC = re.compile(r"\b\d*[a-z][a-z\d]*\b")
_LETTERS = str.maketrans("013457", "oieast")
_LOOKALIKE = str.maketrans("аеорсухіјѕԁһԛԝвкмнтгοαερτυνικχγ", "aeopcyxijsdhqwbkmhtroaeptuvikxy")


def folded(text: str) -> str:
    """Normalise a text for the classifier: lower case, Latin letters, single spaces ("N-o-w" → "now")."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKE).casefold().translate(_LOOKALIKE)
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = text.casefold()
    for spaced, separator in _SPACED:
        text = spaced.sub(lambda letters, separator=separator: separator.sub("", letters[0]), text)  # type: ignore[misc]
    if _DIGITS_FOR_LETTERS.search(text):
        text = _ALPHANUMERIC.sub(lambda word: word[0].translate(_LETTERS), text)
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
# In a text with these HTML tags, the tags in _ELEMENT are HTML too, not chat markers.
_MARKUP = re.compile(r"</?(?:p|div|body|html|span|br|li|ul|h[1-6]|table|a href)\b")
_ROLE = re.compile(r"\s*(?:system|user|assistant|developer|tool|human|ai|model|<|\[)")


def has_turn_marker(paragraph: str) -> bool:
    """Return whether a paragraph contains a chat marker ("<|user|>"), unless a sentence only mentions it."""
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


SIZE = 1 << 16  # hash buckets, which are the features of the classifier
MOST_TOKENS = 120  # tokens of a sentence; the rest is ignored
WIDEST_PAIR = 4  # greatest distance in tokens between the words of a pair
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
# Words that may precede a command.
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
    """Return the features of a `folded` text: hash buckets of its words, word pairs, n-grams and concepts."""
    words = tokens(text)
    names = {*_word_features(words), *_concept_features(concepts(words))}
    return {crc32(name.encode()) % SIZE for name in names}


def begins_with_command(text: str) -> bool:
    """Return whether a text begins with a command to a machine ("Please ignore …")."""
    words = [token for token in tokens(text) if token[0].isalpha() and token not in _POLITE]
    return any(at == 0 and name in _COMMANDS for at, name in concepts(words[:4]))


def may_be_addressed(text: str) -> bool:
    """Return whether a text names a machine or its task ("AI", "your summary"), or gives a command ("ignore …")."""
    names = {name for _, name in concepts(tokens(text))}
    requests = bool(names & _REQUESTS and names & _COMMANDS)
    own_text = "text" in names and bool(names & _THIS_TEXT)
    return requests or own_text or bool(names & _MACHINES) or begins_with_command(text)


def tokens(text: str) -> list[str]:
    """Return the tokens of a text between "^" and "$", with "0" for numbers: ["^", "it", "cost", "0", "!", "$"]."""
    words = [token.group() for token in _TOKEN.finditer(_UNSPACED.sub(r" \1 ", text.replace("’", "'")))][:MOST_TOKENS]
    return ["^", *("0" if word.isdigit() else word if word[0].isalpha() else word[:2] for word in words), "$"]


def concepts(words: list[str]) -> list[tuple[int, str]]:
    """Return (index of the first token, name) of each concept of `concepts.txt` in a list of tokens."""
    placed = []
    prefixes, phrases = _lexicon()
    for at, word in enumerate(words):
        names = [_MARKS[word]] if word in _MARKS else []
        for phrase, name in phrases.get(word, ()):
            if words[at : at + len(phrase)] == phrase:
                names.append(name)
        for end in range(1, len(word) + 1):
            names += prefixes.get(word[:end], ())
        names += prefixes.get(word + "$", ())
        placed += [(at, name) for name in dict.fromkeys(names)]
    return placed


def _word_features(words: list[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        yield word
        if len(word) > _STEM:
            yield f"{word[:_STEM]}-"
            yield f"-{word[-4:]}"
        yield " ".join(words[at : at + 2])
        yield " ".join(words[at : at + 3])
        for later in words[at + 2 : at + WIDEST_PAIR + 1]:
            yield f"{word} .. {later}"


def _concept_features(placed: list[tuple[int, str]]) -> Iterator[str]:
    for number, (at, name) in enumerate(placed):
        yield f"={name}"
        for later_at, later in placed[number + 1 :]:
            if later_at - at <= 3:
                yield f"={name} {later}"
            yield "=" + "&".join(sorted((name, later)))
        if number + 2 < len(placed):
            yield f"={name} {placed[number + 1][1]} {placed[number + 2][1]}"


@cache
def _lexicon() -> tuple[dict[str, list[str]], dict[str, list[tuple[list[str], str]]]]:
    """Return `concepts.txt` as two dicts: of words, and of phrases.

    The keys of the first are beginnings of words ("summar", for "summarise") and complete words, which end in "$"
    ("ai$"); its values are concepts. The second maps the first word of a phrase to the phrase and its concept.
    """
    prefixes: dict[str, list[str]] = {}
    phrases: dict[str, list[tuple[list[str], str]]] = {}
    for line in Path(__file__).with_name("concepts.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        name, entries = line.split("\t")
        for entry in dict.fromkeys(entries.split()):
            is_whole_word = entry.endswith("$")
            parts = tokens(folded(entry.rstrip("$").replace("_", " ")))[1:-1]
            if len(parts) == 1:
                prefixes.setdefault(parts[0] + "$" * is_whole_word, []).append(name)
            else:
                phrases.setdefault(parts[0], []).append((parts, name))
    return prefixes, phrases


WEIGHTS = "address_weights.npz"
MOST_KEYS = 8  # field names of a sentence; others are ignored
LONGEST_SENTENCE = 4000  # characters; the rest is ignored
_HEAD = re.compile(r"(\S+\s[^:]{1,200}:)(?!\d)\s*\S.*", re.DOTALL)
# A field name before its value: "summary_override: ".
_KEY = re.compile(r"(?<![\w.-])(?:[^\W\d_]{1,30}[_.-]){1,4}[^\W\d_]{1,30}[\"']?\s{0,3}(?::=?|=)(?=[^/])")


def log_odds(text: str) -> float:
    """Return the classifier's log odds that a `folded` sentence addresses a machine.

    Each of its `heads` is also scored alone; the highest score counts.
    """
    weights, bias = _weights()
    return max(bias + sum(weights[feature] for feature in features(part)) for part in (text, *heads(text)))


def heads(text: str) -> Iterator[str]:
    """Yield the part before the first colon, and field names ("summary_override:"), each only if text follows it."""
    found = _HEAD.fullmatch(text)
    if found is not None:
        yield found[1]
    yield from islice((key.group() for key in _KEY.finditer(text)), MOST_KEYS)


@cache
def _weights() -> tuple[list[float], float]:
    import numpy as np

    with np.load(Path(__file__).with_name(WEIGHTS), allow_pickle=False) as stored:
        return (stored["weights"] * float(stored["scale"])).tolist(), float(stored["bias"])


ADDRESSED = 1.75  # minimum log odds of a sentence that addresses a machine
GOES_ON = -1.0  # minimum log odds of a neighbour that continues such a sentence
IN_DOUBT = -3.0  # minimum log odds by the classifier for the model to score a sentence, too
ADDED_TO_SUM = 0.25  # added to the sum of the log odds of classifier and model, to fit these thresholds
LONGEST_READ = 400  # characters of a sentence that the model reads
MOST_READ = 200  # maximum sentences of an article that the model reads, likeliest first
FOREIGN = 1.0  # added to the log odds if only one of article and sentence is English
FARTHEST = 12  # maximum distance, in paragraphs, of two chat markers that enclose text for a machine
FEWEST_OWN_WORDS = 3  # words outside quotations; a text with fewer keeps its quotations
# Returns the log odds that each sentence is addressed to a machine.
OddsModel = Callable[[Sequence[str]], Sequence[float]]
# The index of a paragraph, and that of a sentence in it.
_Place = tuple[int, int]
_QUOTED = re.compile(
    r"“[^“”]{0,2000}”|„[^„“”]{0,2000}[“”]|«[^«»]{0,2000}»|\"[^\"]{0,2000}\"|(?<!\w)[‘'](?=\S)[^‘’']{12,2000}[’'](?!\w)"
)
_BLANKED = re.compile(r"“ +”")
_WORD = re.compile(r"\w+")
_ANSWERS = re.compile(r"\W{0,4}(?:a|an|ans|answer|reply|response|ai|assistant|model|bot)\W{0,3}[:.)=–—-]")
_STATED = re.compile(r":(?:\W{1,8}\w{1,40}){3}")
_ANNOUNCES = re.compile(
    r":\W{0,8}$|\b(?:the following|exactly|verbatim|word for word|as follows|this sentence|these words|this text|"
    r"next (?:sentence|line|paragraph)|(?:sentence|line|word|paragraph|text)s? below|new instructions?)\b"
)


def addressed(text: str, sentences: Sequence[Sentence], model: OddsModel | None = None) -> tuple[Span, ...]:
    """Return the spans of text that addresses a machine, in order, each within a paragraph.

    A span begins with a chat marker, or with a sentence that scores at least `ADDRESSED` and passes `may_be_addressed`.
    It extends to neighbours that score at least `GOES_ON`, and after an announcement ("as follows") to the end of the
    paragraph. If it begins with the first sentence of a paragraph, it is the whole paragraph. A `model` also scores
    doubtful sentences.
    """
    paragraphs = [list(group) for _, group in groupby(sentences, key=lambda sentence: sentence.paragraph)]
    marked = _between_marks([_quote(text, paragraph) for paragraph in paragraphs])
    own_words = [_own_words(text, paragraph) for paragraph in paragraphs]
    all_odds = _log_odds(own_words, model, english=is_english(text), marked=bool(marked))
    found: list[Span] = []
    expected = asks = False  # whether the next paragraph may continue the addressed text, or answer its question
    for number, (paragraph, own, odds) in enumerate(zip(paragraphs, own_words, all_odds, strict=True)):
        inside = number - 1 in marked
        first = _first_marked(own, inside) if number in marked else _first(odds)
        last = len(paragraph)
        if first is None and expected and _continues(own[0], odds[0], asked=asks):
            first, last = 0, _end(own, odds, 0)
        if first is None:
            expected = False
            continue
        if first and not (number in marked and number + 1 in marked):
            last = _end(own, odds, first)
        found.append(Span(start=paragraph[first].start, end=paragraph[last - 1].end))
        expected, asks = last == len(paragraph), _asks(own[-1])
        # The second chat marker ends the span that the first marker began.
        ended = number in marked and inside
        if expected and not ended and _announces(own[-1]) and number + 1 < len(paragraphs):
            marked.add(number + 1)
    return tuple(found)


def _log_odds(
    paragraphs: Sequence[Sequence[str]], model: OddsModel | None, *, english: bool | None, marked: bool
) -> list[list[float]]:
    """Return the log odds of each sentence of each paragraph.

    The `model` scores doubtful sentences that can begin an addressed span. If the text has an addressed sentence or
    chat markers (`marked`), it also scores those that can only continue one.
    """
    odds, texts = {}, {}
    for number, paragraph in enumerate(paragraphs):
        for at, words in enumerate(paragraph):
            texts[number, at] = folded(words[:LONGEST_SENTENCE])
            foreign = {english, is_english(words)} == {True, False}
            odds[number, at] = log_odds(texts[number, at]) + FOREIGN * foreign
    doubtful = sorted((place for place in odds if odds[place] >= IN_DOUBT), key=lambda place: -odds[place])
    able = {place for place in doubtful if may_be_addressed(texts[place])}

    if model is not None:
        first = [place for place in doubtful[:MOST_READ] if place in able]
        _add_model_odds(odds, texts, first, model)
        # The remaining sentences can only continue addressed text.
        if marked or any(odds[place] >= ADDRESSED for place in able):
            _add_model_odds(odds, texts, [place for place in doubtful[:MOST_READ] if place not in able], model)
    for place, value in odds.items():
        if value >= ADDRESSED and place not in able:
            odds[place] = GOES_ON
    return [[odds[number, at] for at in range(len(paragraph))] for number, paragraph in enumerate(paragraphs)]


def _add_model_odds(
    odds: dict[_Place, float], texts: Mapping[_Place, str], places: Sequence[_Place], model: OddsModel
) -> None:
    for place, added in zip(places, _model_odds([texts[place] for place in places], model), strict=True):
        # The model never lowers the odds, because it reads only LONGEST_READ characters.
        odds[place] += max(0.0, added + ADDED_TO_SUM)


def _model_odds(texts: Sequence[str], model: OddsModel) -> Sequence[float]:
    return model([_BLANKED.sub("“…”", text)[:LONGEST_READ] for text in texts]) if texts else ()


def is_addressed(sentence: str, model: OddsModel | None = None) -> bool:
    """Return whether a single sentence addresses a machine."""
    text = folded(without_quotations(sentence)[:LONGEST_SENTENCE])
    odds = log_odds(text)
    if model is not None and IN_DOUBT <= odds < ADDRESSED:
        odds += _model_odds([text], model)[0] + ADDED_TO_SUM
    return odds >= ADDRESSED and may_be_addressed(text)


def without_quotations(words: str) -> str:
    """Return a text with its quotations blanked, or unchanged if it has hardly any other words."""
    if len(_WORD.findall(_QUOTED.sub(" ", words))) < FEWEST_OWN_WORDS:
        return words
    return _QUOTED.sub(lambda quoted: "“" + " " * (len(quoted.group()) - 2) + "”", words)


def _first_marked(own: Sequence[str], inside: bool) -> int:
    return 0 if inside else next((index for index, words in enumerate(own) if has_turn_marker(words)), 0)


def _first(odds: Sequence[float]) -> int | None:
    first = next((index for index, value in enumerate(odds) if value >= ADDRESSED), None)
    while first and odds[first - 1] >= GOES_ON:
        first -= 1
    return first


def _end(own: Sequence[str], odds: Sequence[float], first: int) -> int:
    """Return the end of the addressed sentences that begin at the index `first`.

    `own`: the sentences with quotations blanked.
    """
    for index in range(first, len(odds)):
        answers = index > first and _asks(own[index - 1])
        if index > first and not answers and odds[index] < GOES_ON and not begins_with_command(folded(own[index])):
            return index
        if _announces(own[index]):
            break
    return len(odds)


def _continues(sentence: str, odds: float, *, asked: bool) -> bool:
    text = folded(sentence)
    return odds >= GOES_ON or begins_with_command(text) or (asked and _ANSWERS.match(text) is not None)


def _asks(sentence: str) -> bool:
    return sentence.rstrip(" \t\n\"'”’*_").endswith("?")


def _announces(sentence: str) -> bool:
    """Return whether a sentence announces the text after it ("Write exactly this:")."""
    text = folded(sentence)
    announced = max((cue.start() for cue in _ANNOUNCES.finditer(text)), default=-1)
    return announced > max((stated.start() for stated in _STATED.finditer(text)), default=-1)


def _own_words(text: str, paragraph: Sequence[Sentence]) -> list[str]:
    start = paragraph[0].start
    blanked = without_quotations(_quote(text, paragraph))
    return [blanked[sentence.start - start : sentence.end - start] for sentence in paragraph]


def _between_marks(paragraphs: Sequence[str]) -> set[int]:
    marks = [number for number, words in enumerate(paragraphs) if has_turn_marker(without_quotations(words))]
    found = set(marks)
    for opening, closing in pairwise(marks):
        if closing - opening <= FARTHEST:
            found.update(range(opening, closing))
    return found


def _quote(text: str, paragraph: Sequence[Sentence]) -> str:
    return text[paragraph[0].start : paragraph[-1].end]
