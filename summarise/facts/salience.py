"""Extracts statements (main clauses without asides), and scores sentences for a summary."""

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from summarise.data import Article, Evidence, Facts, Statement
from summarise.facts.lexicon import is_notice, word_set
from summarise.facts.parser import ParsedSentence, Place, Tree, parsed_sentences

# Conjunctions that open a separate statement after a comma (", although …"); not "if", which states a condition.
_SUBORDINATORS = frozenset("after as because since though although while whereas".split())
_CONNECTIVES = frozenset("however meanwhile moreover furthermore nevertheless then instead".split())
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
# Tags of finite verbs and modal verbs.
FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
_ASIDES = frozenset(("relcl", "advcl", "acl"))
_MARKS = frozenset(",;:–—-.")
_CLOSING = " ”’\"')"
# Clauses with fewer words keep their asides: "Okafor denied that, saying …".
_FEWEST_WORDS = 6
_MOST_PIECES = 3


def statements(facts: Facts) -> tuple[Statement, ...]:
    """Return the statements (main clauses) of an article, cached in `facts`.

    A sentence without a dependency tree, or with clauses that cannot be read alone, is one statement. Questions and
    commands are left out.
    """
    return facts.once(_statements_of)


def keep_statements(facts: Facts, result: tuple[Statement, ...]) -> None:
    """Cache `result`, so that `statements(facts)` returns it."""
    facts.keep(_statements_of, result)


def _statements_of(facts: Facts) -> tuple[Statement, ...]:
    return statements_in(facts.article, parsed_sentences(facts.article))


def statements_in(article: Article, passages: Sequence[ParsedSentence]) -> tuple[Statement, ...]:
    """Return the statements (main clauses) of parsed sentences."""
    found = tuple(statement for passage in passages for statement in _of_sentence(passage))
    if not article.utterances:
        return found
    # `Article.evidence` adds the speaker.
    return tuple(item.model_copy(update={"pieces": tuple(map(article.evidence, item.pieces))}) for item in found)


def _of_sentence(passage: ParsedSentence) -> Iterator[Statement]:
    if passage.text.rstrip(_CLOSING).endswith("?"):
        return
    tree = passage.tree
    clauses = _Clauses(tree).clauses() if passage.parsed else [[]]
    statements = [_pieces(tree, clause) for clause in clauses]
    interrogative = any(clause and tree.tokens[clause[0]].tag.startswith("W") for clause in clauses)
    if interrogative or not all(_readable(passage.text, pieces) for pieces in statements):
        statements = [_pieces(tree, range(len(tree.tokens)))]
    for pieces in filter(None, statements):
        places = [passage.where(*place) for place in pieces]
        yield Statement(
            start=places[0]["start"],
            end=places[-1]["end"],
            text=" … ".join(" ".join(place["text"].split()) for place in places),
            sentence=passage.index,
            pieces=tuple(Evidence(start=place["start"], end=place["end"], text=place["text"]) for place in places),
        )


class _Clauses:
    def __init__(self, tree: Tree) -> None:
        self._tree, self._tokens = tree, tree.tokens
        self._verbs: list[int] = []
        for root, token in enumerate(tree.tokens):
            is_command = token.tag == "VB" and not self._subjects(root) and not self._finite(root)
            if token.head == root and not is_command:
                self._verbs += self._main_verbs(root)
        self._verbs.sort()

    def clauses(self) -> list[list[int]]:
        return [self._clause(verb) for verb in self._verbs]

    def _clause(self, verb: int) -> list[int]:
        words = set(self._governed(verb, asides=False))
        if sum(self._tokens[index].text[0].isalnum() for index in words) < _FEWEST_WORDS:
            words = set(self._governed(verb, asides=True))
        links = self._tree.children(verb, "cc", "mark", "advmod")
        words -= {link for link in links if link == min(words) and self._connects(link)}
        head = verb
        while not (subjects := self._subjects(head)) and self._tokens[head].relation == "conj":
            head = self._tokens[head].head
        if head != verb and subjects:
            words.update(self._governed(subjects[-1], asides=False))
        return sorted(words)

    def _main_verbs(self, root: int) -> Iterator[int]:
        yield root
        # Words before a verb may also apply to its conjunct: "allegedly hit and killed".
        modifiers = self._tree.children(root, "advmod", "neg", "aux")
        qualified = any(modifier < root and self._tokens[modifier].tag != "VBZ" for modifier in modifiers)
        for child in self._tree.children(root):
            relation, subjects = self._tokens[child].relation, self._subjects(child)
            if any(self._tokens[subject].tag == "PRP" for subject in subjects) or (qualified and not subjects):
                continue
            between = self._tokens[min(root, child) : max(root, child)]
            divided = any(token.text == ";" for token in between)
            # A comma alone does not join two statements.
            joined = divided or any(token.relation == "cc" and token.head == root for token in between)
            if (
                (relation == "conj" and joined and self._finite(child) and self._finite(root))
                or (relation == "ccomp" and child < root and divided)
                or (relation == "advcl" and self._states(child))
            ):
                yield from self._main_verbs(child)

    def _subjects(self, verb: int) -> list[int]:
        return self._tree.children(verb, *_SUBJECTS)

    def _connects(self, word: int) -> bool:
        token = self._tokens[word]
        if token.relation == "mark":
            return self._tokens[token.head].relation == "advcl"
        return token.relation == "cc" or self._tree.word(word) in _CONNECTIVES

    def _finite(self, verb: int) -> bool:
        verbs = (verb, *self._tree.children(verb, "aux", "auxpass"))
        return any(self._tokens[index].tag in FINITE for index in verbs)

    def _states(self, verb: int) -> bool:
        """Return whether an adverbial clause is a separate statement: ", although the workers had repaired it."."""
        marks = [self._tree.word(mark) for mark in self._tree.children(verb, "mark")]
        separate = bool(marks) and _SUBORDINATORS.issuperset(marks) and bool(self._subjects(verb))
        last = self._tree.extent(verb)[1]
        ends_sentence = not any(token.text[0].isalnum() for token in self._tokens[last + 1 :])
        return separate and ends_sentence and self._finite(verb) and self._behind_comma(verb)

    def _governed(self, index: int, *, asides: bool) -> Iterator[int]:
        """Yield a token and its descendants, without other main clauses and, unless `asides`, without asides."""
        yield index
        conjuncts = self._tree.children(index, "conj")
        for child in self._tree.children(index):
            if self._tokens[child].relation == "cc":
                joined = next((conjunct for conjunct in conjuncts if conjunct > child), None)
                if joined in self._verbs:
                    continue
            if child not in self._verbs and (asides or not self._is_aside(child)):
                yield from self._governed(child, asides=asides)

    def _is_aside(self, verb: int) -> bool:
        relation, (first, last) = self._tokens[verb].relation, self._tree.extent(verb)
        if relation not in _ASIDES or not self._behind_comma(verb):
            return False
        if last + 1 < len(self._tokens) and self._tokens[last + 1].text not in _MARKS:
            return False
        if relation == "relcl":
            return any(token.tag.startswith("W") for token in self._tokens[first:verb])
        return not self._finite(verb) and not self._tree.children(verb, "mark")

    def _behind_comma(self, index: int) -> bool:
        first = self._tree.extent(index)[0]
        return first > 0 and self._tokens[first - 1].text in _MARKS


def _pieces(tree: Tree, clause: Sequence[int]) -> list[Place]:
    """Return the offsets of the runs of adjacent tokens. Punctuation does not separate tokens."""
    runs: list[list[int]] = []
    for index in clause:
        if runs and all(tree.tokens[gap].text in _MARKS for gap in range(runs[-1][-1] + 1, index)):
            runs[-1].append(index)
        else:
            runs.append([index])
    words = [[index for index in run if tree.tokens[index].text not in _MARKS] for run in runs]
    has_word = [any(tree.tokens[index].text[0].isalnum() for index in run) for run in words]
    return [tree.place(run[0], run[-1]) for run, useful in zip(words, has_word, strict=True) if useful]


def _readable(text: str, places: Sequence[Place]) -> bool:
    parts = [text[start:end] for start, end in places]
    paired = all(part.count(pair[0]) == part.count(pair[1]) for part in parts for pair in ("“”", "()", "[]"))
    return 0 < len(parts) <= _MOST_PIECES and paired and all(part.count('"') % 2 == 0 for part in parts)


# The worth of the sentence with index n is multiplied by 1 + LEAD_WEIGHT * exp(-n / LEAD_LENGTH).
LEAD_WEIGHT, LEAD_LENGTH = 1.0, 5.0
# Two sources state the same if a sentence of one has this share of the `telling_words` of a sentence of the other.
STATED = 0.6
# Numbers of words: shorter and longer sentences lose value. One longer than TOO_LONG usually contains a caption without
# a full stop.
SHORTEST, LONGEST, TOO_LONG = 6, 45, 55
# Share of its value that a sentence loses if it is entirely a quotation.
QUOTATION_COST = 0.7
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_QUOTES = '"“”„«»'
_DANGLING = re.compile(
    r"\W*(he|she|it|they|him|her|his|hers|its|their|theirs|we|i|our|my|this|that|these|those|such|here|there"
    r"|but|and|or|so|yet|however|instead|meanwhile|moreover|furthermore|also|nor|then|therefore|thus|still"
    r"|in (?:addition|contrast|turn)|as a result|for example|by contrast|on the other hand"
    r"|both|another|because|which|the (?:latter|former))\b",
    re.IGNORECASE,
)
# An "it" without antecedent, or "there is".
EXPLETIVE = re.compile(
    r"there (?:is|are|was|were|has|have|had|will)\b"
    r"|it(?:(?: (?:is|was|will be|would be|has been|had been)| ?['’]s) (?:not )?(?:[a-z]+ly )?\w+ "
    r"(?:that|to|for|whether)\b| (?:is|was) [^,.;]{2,40}? (?:who|that)\b"
    r"| (?:took|takes|will take) .*?\b(?:for|to)\b| (?:seems|seemed|appears) )",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"“[^”]*+(?:”|\Z)|\"[^\"]*+(?:\"|\Z)|``(?:[^']|'(?!'))*+(?:''|\Z)|"
    r"(?<!\w)[‘'](?=\S)(?:[^’']|[’'](?=\w))*+(?:[’']|\Z)"
)
# First-person words of a writer.
_FIRST_PERSON = re.compile(
    r"(?<![\w.-])(?:[iI]|[iI]['’](?:m|ve|d|ll)|me|my|My|[wW]e|[wW]e['’](?:re|ve|d|ll)|our|Our|ours|myself|ourselves)(?![\w-])"
)
# Minimum share of sentences in the first person in a personal text, such as a blog.
PERSONAL = 0.4
_CAPTION = re.compile(
    r"^(?!\W*[“\"]|[^:]*\b(?:said|says|asked|added|told|wrote|replied|read)\b)"
    r"[A-Z](?:[^:;,.()“\"]|\([^():]*\)){1,50} ?: (?=[\w‘'])"
    r"|\( ?(?:pictured|(?:far )?(?:left|right)|above|below|centre|center)\b[^()]{0,80}\)"
    r"|\bpictured (?:above|below|here)\b"
    r"|\b(?:looks? on(?: \w+)?|poses?|is all smiles) (?:after|as|at|during|for|with)\b"
)
# The number of a list item.
_ITEM = re.compile(r"\W*\d+(?:\.\d+)?[.)] [A-Z]")
_COMMON = word_set("common")
# A spoken sentence is small talk if fewer than FEWEST_TELLING of its words are outside _COMMON and _TALK.
_TALK, FEWEST_TELLING = word_set("talk"), 3
_SECOND_PERSON = re.compile(r"\byour?\b", re.IGNORECASE)
_SPOKEN_OPENINGS = frozenset("we i our my here there so and".split())

Vector = Mapping[str, float]


def worth(sentences: Sequence[str], *, opening: int | None = None, spoken: bool = False) -> list[float]:
    """Return the value of each sentence for a summary, 0 or more.

    It is the cosine of the sentence's TF-IDF vector with the centroid (Radev et al. 2004, "Centroid-based summarization
    of multiple documents"), times up to 2 at the start of the text, times the sentence's `fitness`. `opening`: index of
    the story's first sentence. `spoken`: the text is a transcript.
    """
    vectors = _vectors(sentences)
    centroid: Counter[str] = Counter()
    for vector in vectors:
        centroid.update(vector)
    scale = math.sqrt(sum(weight * weight for weight in centroid.values())) or 1.0
    return [
        _dot(vector, centroid)
        / scale
        * (1 + LEAD_WEIGHT * math.exp(-index / LEAD_LENGTH))
        * fitness(sentence, opens=index == opening, spoken=spoken)
        for index, (sentence, vector) in enumerate(zip(sentences, vectors, strict=True))
    ]


def relevance_of(article: Article) -> Sequence[float]:
    """Return the relevance of each sentence to the focus of the summary; 1 without a focus."""
    return article.focus.relevance if article.focus else (1.0,) * len(article.sentences)


def sentence_worth(article: Article) -> list[float]:
    """Return the value of each sentence of an article for a summary.

    It is the `worth` within the source, times the number of sources that state the same; with a focus, the relevance to
    the focus, times the `fitness`.
    """
    if article.focus:
        return [
            value and value * fitness(article.quote(sentence))
            for value, sentence in zip(article.focus.relevance, article.sentences, strict=True)
        ]
    if len(article.sources) < 2:
        texts = [article.quote(sentence) for sentence in article.sentences]
        return worth(texts, opening=article.opening, spoken=bool(article.utterances) or is_personal(article))
    values = [value for source in article.sources for value in sentence_worth(article.within([source.id]))]
    return [value * count for value, count in zip(values, _sources_stating(article), strict=True)]


def _sources_stating(article: Article) -> Iterator[int]:
    words_of = [telling_words(article.quote(sentence)) for sentence in article.sentences]
    starts = [source.start for source in article.sources]
    source_of = [bisect_right(starts, sentence.start) for sentence in article.sentences]
    sentences_with: dict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(words_of):
        for word in words:
            sentences_with[word].append(index)
    for words in words_of:
        shared = Counter(index for word in words for index in sentences_with[word])
        sources = {source_of[index] for index, count in shared.items() if count >= STATED * len(words)}
        yield max(1, len(sources))


def fitness(sentence: str, *, opens: bool = False, spoken: bool = False) -> float:
    """Return how well a sentence can be read alone, from 0 to 1.

    Lower values: boilerplate, fragments, captions, list items, questions, quotations, unpaired quotation marks, very
    short or long sentences, the first person, and a word that refers back ("He") unless the sentence `opens` the story.
    A `spoken` sentence may be in the first person, but not address "you"; small talk is 0.01.
    """
    text = sentence.strip()
    if spoken and len({word.casefold() for word in _WORD.findall(text)} - _COMMON - _TALK) < FEWEST_TELLING:
        return 0.01
    if is_notice(text):
        return 0.001
    words = len(_WORD.findall(text))
    factor = 1.0
    if not text.rstrip(_QUOTES + "’')]").endswith((".", "!", "?", "…")):
        factor *= 0.2
    elif text.rstrip(_QUOTES + "’')]").endswith("?"):
        factor *= 0.05
    if words < SHORTEST:
        factor *= 0.3
    elif words > LONGEST:
        factor *= 0.7 if words <= TOO_LONG else 0.3
    reference = _back_reference(text)
    if reference and not opens and not (spoken and reference[1].casefold() in _SPOKEN_OPENINGS):
        factor *= 0.4
    if spoken and _SECOND_PERSON.search(text):
        factor *= 0.5
    elif not spoken and _in_first_person(text):
        factor *= 0.3
    if (_CAPTION.search(text) and not opens) or _ITEM.match(text):
        factor *= 0.2
    if not balanced(text):
        factor *= 0.5
    quoted = sum(len(quote[0]) for quote in _QUOTED.finditer(text) if quote[0][-1] in _QUOTES + "’'")
    return min(factor, 1.0 - QUOTATION_COST * quoted / max(1, len(text)))


def is_personal(article: Article) -> bool:
    """Return whether an article is in the first person (at least `PERSONAL` of its sentences)."""
    personal = [_in_first_person(article.quote(sentence)) for sentence in article.body]
    return bool(personal) and sum(personal) >= PERSONAL * len(personal)


def _in_first_person(text: str) -> bool:
    return _FIRST_PERSON.search(_QUOTED.sub(" ", text)) is not None


# Two sentences overlap if they have this share of the shorter one's `telling_words` in common.
REPEATED = 0.6


def telling_words(text: str) -> frozenset[str]:
    """Return the words of more than three letters and the numbers of a text."""
    words = (word.strip(".,;:!?“”‘’\"'()").casefold() for word in text.split())
    return frozenset(word for word in words if len(word) > 3 or word.isdigit())


def overlap(first: frozenset[str], second: frozenset[str]) -> bool:
    """Return whether two sets of `telling_words` share at least `REPEATED` of the shorter one."""
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) >= REPEATED * shorter


def points_back(text: str) -> bool:
    """Return whether a sentence opens with a word that refers back: "He", "However"."""
    return _back_reference(text) is not None


def _back_reference(text: str) -> re.Match[str] | None:
    return None if EXPLETIVE.match(text) else _DANGLING.match(text)


def balanced(text: str) -> bool:
    """Return whether a text has equal numbers of opening and closing double quotation marks."""
    # German quotations open with „ and close with “ or ”.
    opening, closing = text.count("„"), text.count("“") + text.count("”")
    double = opening == closing if opening else text.count("“") == text.count("”")
    return text.count('"') % 2 == 0 and double and text.count("«") == text.count("»")


def _vectors(sentences: Sequence[str]) -> list[Vector]:
    counts = [
        Counter(word for word in map(str.lower, _WORD.findall(sentence)) if word not in _COMMON)
        for sentence in sentences
    ]
    frequency = Counter(word for words in counts for word in words)
    vectors: list[Vector] = []
    for words in counts:
        weights = {word: n * math.log1p(len(sentences) / frequency[word]) for word, n in words.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors.append({word: weight / length for word, weight in weights.items()})
    return vectors


def _dot(first: Vector, second: Vector) -> float:
    # In a fixed order, for reproducible sums.
    return sum(weight * second.get(word, 0.0) for word, weight in first.items())
