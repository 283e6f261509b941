"""The paraphrases of an article's sentences: gathers the rules' edits, makes texts of them, keeps what differs enough.

Does not choose among the texts, nor check them against facts: the checks do.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from summarise.checks.provenance import FEW, WORD, edits
from summarise.data import Fact, Facts
from summarise.facts.parser import ParsedSentence
from summarise.facts.salience import balanced
from summarise.writing.paraphrase import asides, clauses, deletions, fronting, openings, speech_order
from summarise.writing.paraphrase.edits import Edit, compatible, texts
from summarise.writing.paraphrase.introductions import first_mentions, introductions, keeps
from summarise.writing.paraphrase.sentence import Sentence

LONGEST_PATTERN = 4_000
"""Characters of a pattern; longer grammars make constrained decoding slow."""
_FEWEST_WORDS = 4
_META = frozenset(r"\.[](){}*+?^$|")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_ASIDE = ("relcl", "appos", "acl", "advcl", "parataxis")
Rule = Callable[[Sentence], Iterable[Edit]]

RULES: tuple[Rule, ...] = (
    speech_order.reordered_speech,
    openings.opening_adverbials,
    asides.parentheses,
    asides.final_time_clauses,
    deletions.relative_clauses,
    deletions.appositions,
    deletions.participles_and_clauses,
    deletions.prepositional_phrases,
    deletions.final_supplements,
    clauses.joined_predicates,
    clauses.clauses_at_a_mark,
    fronting.fronted_adverbials,
)
"""Each returns the edits that it knows for a sentence."""


@dataclass(frozen=True)
class Paraphrases:
    """What one sentence may be told as, at least one text; `sentence` is its index in `Article.sentences`."""

    texts: tuple[str, ...]
    sentence: int

    def pattern(self, *more: str) -> str:
        """Return the texts, and those that are `more`, as a regular expression, fit for `pattern` in a JSON Schema."""
        return f"^({'|'.join(_escaped(text) for text in (*more, *self.texts))})$"

    def __contains__(self, text: object) -> bool:
        """Tell whether a text is one of these, curled or straight quotation marks and space at the end left aside."""
        return isinstance(text, str) and _folded(text) in map(_folded, self.texts)


class ArticleParaphrases:
    """The paraphrases of one article's sentences, made when they are asked for."""

    def __init__(self, facts: Facts, passages: Sequence[ParsedSentence], rules: Sequence[Rule] = RULES) -> None:
        own: dict[int, list[Fact]] = {passage.index: [] for passage in passages}
        for fact in facts.facts:
            last = fact.sentence
            # A quotation may run over several sentences, and concerns each.
            while last < len(passages) and (last == fact.sentence or passages[last].start < fact.end):
                own[last].append(fact)
                last += 1
        self._sentences = tuple(Sentence(passage, own[passage.index]) for passage in passages)
        self._first = first_mentions(facts)
        self._rules = rules

    def __len__(self) -> int:
        return len(self._sentences)

    def edits(self, index: int) -> tuple[Edit, ...]:
        """Return the edits of a sentence that can be combined, the best first."""
        sentence = self._sentences[index]
        return compatible(edit for rule in self._rules for edit in rule(sentence)) if sentence.plain else ()

    def paraphrased(self, index: int) -> Paraphrases | None:
        """Return what the sentence may be told as, each text more than three words from it; None if there is none.

        As many texts as a pattern of `LONGEST_PATTERN` characters holds.
        """
        sentence = self._sentences[index]
        source, room, kept = _words(sentence.text), LONGEST_PATTERN - len("^()$"), list[str]()
        for text in self._well_formed(index, self.edits(index)):
            size = len(_escaped(text)) + 1
            if size <= room and differs(_words(text), source):
                kept.append(text)
                room -= size
        return Paraphrases(tuple(kept), index) if kept else None

    def compressions(self, index: int) -> tuple[str, ...]:
        """Return the sentence with words left out and none changed, best first.

        First those that keep the figures, names and dates of the main clause, among them the shortest first.
        """
        sentence = self._sentences[index]
        cuts = [edit for edit in self.edits(index) if edit.deletes]
        length = len(_words(sentence.text))
        shorter = [text for text in self._well_formed(index, cuts) if len(_words(text)) < length]
        vital = _vital(sentence) if shorter else []
        return tuple(sorted(shorter, key=lambda t: (sum(v not in t for v in vital), len(_words(t)), t)))

    def _well_formed(self, index: int, chosen: Sequence[Edit]) -> tuple[str, ...]:
        """Return what edits make of a sentence where it is one still, and tells who its persons are."""
        if not chosen:
            return ()
        sentence = self._sentences[index]
        who = introductions(sentence, self._first)
        return tuple(text for text in texts(sentence, chosen) if _well_formed(text) and keeps(text, who))


def differs(ours: list[str], theirs: list[str]) -> bool:
    """Tell whether the words are another telling: more than `FEW` words must be left out, changed or added for it.

    `origin_of` takes any added word for the writer's own; here added words count as others do (Levenshtein's distance).
    """
    if abs(len(ours) - len(theirs)) > FEW:
        return True
    if edits(ours, theirs) <= FEW:
        return False
    row = list(range(len(theirs) + 1))
    for i, word in enumerate(ours, 1):
        following = [i]
        for j, other in enumerate(theirs, 1):
            following.append(min(row[j - 1] + (word != other), row[j] + 1, following[-1] + 1))
        row = following
    # "According to X" for "X said" is another telling in three words.
    moved = (ours[:1] == ["according"]) != (theirs[:1] == ["according"])
    return row[-1] >= FEW + (not moved)


def _well_formed(text: str) -> bool:
    if not (text[:1].isupper() or text[:1].isdigit() or text[:1] in "“‘£$€"):
        return False
    if any(marks in text for marks in (" ,", ",.", ", .", ",,")):
        return False
    return len(_words(text)) >= _FEWEST_WORDS and balanced(text) and text.count("(") == text.count(")")


def _words(text: str) -> list[str]:
    return [word.replace("’", "'").casefold() for word in WORD.findall(text)]


def _escaped(text: str) -> str:
    return "".join("\\" + character if character in _META else character for character in text)


def _folded(text: str) -> str:
    return text.translate(_STRAIGHT).rstrip()


def _vital(sentence: Sentence) -> list[str]:
    """Return the words of the figures, amounts, dates and names of the main clause itself."""
    found = []
    for fact in (*sentence.values, *(f for f in sentence.facts if f.kind == "name")):
        place = next((i for i, t in enumerate(sentence.tokens) if sentence.passage.at(t.start) >= fact.start), None)
        steps = 0
        while place is not None and place != sentence.root and steps < len(sentence.tokens):
            if sentence.tokens[place].relation in _ASIDE:
                break
            place, steps = sentence.tokens[place].head, steps + 1
        if place == sentence.root:
            found.append(" ".join(fact.text.split()))
    return found
