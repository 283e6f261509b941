"""The forms of an article's sentences: gathers the rules' edits, makes languages of them, keeps what differs enough.

Does not choose among members, nor check them against facts: the checks do.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from summarise.checks.provenance import FEW, WORD, edits
from summarise.data import Fact, Facts
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.salience import balanced
from summarise.writing.paraphrase.adjuncts import adjuncts
from summarise.writing.paraphrase.asides import asides
from summarise.writing.paraphrase.coordination import coordinations
from summarise.writing.paraphrase.deletions import deletions
from summarise.writing.paraphrase.edit import Edit, compatible, language
from summarise.writing.paraphrase.fronting import frontings, postponements
from summarise.writing.paraphrase.fusion import fusions
from summarise.writing.paraphrase.identity import first_mentions, introductions, keeps
from summarise.writing.paraphrase.narrowing import MOST, narrowed
from summarise.writing.paraphrase.nodes import Choice, Node, Text
from summarise.writing.paraphrase.openings import openings
from summarise.writing.paraphrase.sentence import Sentence
from summarise.writing.paraphrase.speech import arrangements, trimmings
from summarise.writing.paraphrase.subjects import joined_relative, named_subject
from summarise.writing.paraphrase.titles import promotions, titles
from summarise.writing.paraphrase.voice import actives
from summarise.writing.paraphrase.wording import percentages, wordings

LONGEST_PATTERN = 4_000
"""Characters of a pattern; longer grammars make constrained decoding slow."""
_FEWEST_WORDS, _MOST_FUSED = 4, 40
_ASIDE = ("relcl", "appos", "acl", "advcl", "parataxis")


@dataclass(frozen=True)
class Paraphrases:
    """What one sentence, or two, may be told as; `sources` are indexes in `Article.sentences`."""

    node: Node
    sources: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many ways there are to spell a member."""
        return self.node.size

    def pattern(self) -> str:
        """Return the language as a regular expression, fit for `pattern` in a JSON Schema."""
        return self.node.pattern()

    def pattern_or(self, text: str) -> str:
        """Return the language with one text more, such as the source itself."""
        return f"^({Text(text).source()}|{self.node.source()})$"

    def contains(self, text: str) -> bool:
        """Tell whether `text` is a member, curled or straight quotation marks and space at the end left aside."""
        return self.node.contains(text)

    def narrowed(self, allowed: Callable[[str], bool]) -> "Paraphrases | None":
        """Return the form of those members that a rule allows, None where there are none."""
        node = narrowed(self.node, allowed)
        return None if node is None or len(node.pattern()) > LONGEST_PATTERN else Paraphrases(node, self.sources)

    def members(self, limit: int) -> tuple[str, ...]:
        """Return at most `limit` members, always the same."""
        return self.node.members(limit)

    def sample(self, rng: Random) -> str:
        """Return a member by chance."""
        return self.node.sample(rng)

    def edits(self, text: str) -> tuple[str, ...] | None:
        """Return the kinds of edits that make `text` from the sources, or None if it is no member."""
        return self.node.spelling(text)


class ArticleParaphrases:
    """The forms of one article's sentences, made when they are asked for."""

    def __init__(self, facts: Facts, passages: Sequence[ParsedSentence]) -> None:
        self._facts = facts
        own: dict[int, list[Fact]] = {passage.index: [] for passage in passages}
        for fact in facts.resolved:
            last = fact.sentence
            # A quotation may run over several sentences, and concerns each.
            while last < len(passages) and (last == fact.sentence or passages[last].start < fact.end):
                own[last].append(fact)
                last += 1
        self._sentences = tuple(Sentence(passage, own[passage.index]) for passage in passages)
        self._first = first_mentions(facts)

    def __len__(self) -> int:
        return len(self._sentences)

    def shortened(self, index: int) -> Paraphrases | None:
        """Return what the sentence may be told as, each member more than three words from it; None if there is none."""
        sentence = self._sentences[index]
        if not sentence.plain:
            return None
        sources = _told(sentence, self._facts)
        who = introductions(sentence, self._first)
        node = _within_bounds(
            lambda chosen: language(sentence, chosen, 0, len(sentence.tokens) - 1),
            _edits(sentence, self._facts),
            lambda text: (
                _well_formed(text)
                and keeps(text, who)
                and not _near(text, sentence)
                and all(differs(_words(text), source) for source in sources)
            ),
        )
        return None if node is None else Paraphrases(node, (index,))

    def fused(self, first: int, second: int) -> Paraphrases | None:
        """Return what the two sentences may be told as together, `first` standing before `second`; None if nothing.

        One of them gives up its subject, its speaker or its description, since the other has it.
        """
        one, other = self._sentences[first], self._sentences[second]
        if not (first < second and one.plain and other.plain):
            return None
        sources = [told for sentence in (one, other) for told in _told(sentence, self._facts)]
        who = [part for sentence in (one, other) for part in introductions(sentence, self._first)]

        def allowed(text: str) -> bool:
            words = _words(text)
            if _near(text, one) or _near(text, other) or not keeps(text, who):
                return False
            return len(words) <= _MOST_FUSED and _well_formed(text) and all(differs(words, s) for s in sources)

        both = (_edits(one, self._facts), _edits(other, self._facts))
        found: list[tuple[str, Node]] = []
        for cut in (both, tuple(tuple(e for e in es if e.rank < 6) for es in both), ((), ())):
            for kind, node in fusions(one, other, self._facts, *cut):
                if not any(kind == known for known, _ in found):
                    kept = narrowed(node, allowed)
                    if kept is not None and len(kept.pattern()) <= LONGEST_PATTERN // 2:
                        found.append((kind, kept))
        if not found:
            return None
        whole = Choice(tuple(found))
        return Paraphrases(
            whole if len(whole.pattern()) <= LONGEST_PATTERN else Choice(tuple(found[:1])), (first, second)
        )

    def compressions(self, index: int) -> tuple[str, ...]:
        """Return the sentence with words left out and none changed, best first.

        First those that keep the figures, names and dates of the main clause, among them the shortest first.
        """
        sentence = self._sentences[index]
        if not sentence.plain:
            return ()
        cuts = tuple(edit for edit in _edits(sentence, self._facts) if edit.deletes)
        who = introductions(sentence, self._first)
        node = _within_bounds(
            lambda chosen: language(sentence, chosen, 0, len(sentence.tokens) - 1),
            cuts,
            lambda text: _well_formed(text) and keeps(text, who),
        )
        if node is None:
            return ()
        vital = _vital(sentence)
        length = len(_words(sentence.text))
        shorter = [text for text in node.members(MOST) if len(_words(text)) < length]
        return tuple(sorted(shorter, key=lambda t: (sum(v not in t for v in vital), len(_words(t)), t)))


def paraphrases_of(facts: Facts, passages: Sequence[ParsedSentence]) -> ArticleParaphrases:
    """Return the forms of an article's sentences, from its facts and its sentences as the extractors read them."""
    return ArticleParaphrases(facts, passages)


def _edits(sentence: Sentence, facts: Facts) -> tuple[Edit, ...]:
    found: list[Edit] = []
    for rule in (
        arrangements,
        openings,
        trimmings,
        asides,
        deletions,
        promotions,
        coordinations,
        adjuncts,
        frontings,
        postponements,
        actives,
        titles,
        joined_relative,
        wordings,
        percentages,
    ):
        found += rule(sentence)
    found += named_subject(sentence, facts)
    return compatible(found)


def _within_bounds(
    build: Callable[[Sequence[Edit]], Node], found: Iterable[Edit], allowed: Callable[[str], bool]
) -> Node | None:
    """Return the language under as many of the edits as its bounds allow; the lowest in rank go first."""
    chosen = sorted(found, key=lambda edit: (edit.rank, edit.first - edit.last))
    while chosen:
        node = build(chosen)
        kept = narrowed(node, allowed)
        if kept is not None and len(kept.pattern()) <= LONGEST_PATTERN:
            return kept
        if kept is None and node.size <= MOST:
            return None
        chosen.pop()
    return None


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


def _told(sentence: Sentence, facts: Facts) -> list[list[str]]:
    """Return the sentence's words, and those with the subject's name for its pronoun, which alone changes little."""
    named = list(named_subject(sentence, facts))
    node = language(sentence, named, 0, len(sentence.tokens) - 1)
    return [_words(text) for text in node.members(2)]


def _near(text: str, sentence: Sentence) -> bool:
    """Tell whether a text is a near copy as `origin_of` counts words."""
    return edits(_plain(text), _plain(sentence.text)) <= FEW


def _plain(text: str) -> list[str]:
    return [word.replace("’", "'").casefold() for word in WORD.findall(text)]


def _well_formed(text: str) -> bool:
    words = _words(text)
    if ("%" in text and "per cent" in text) or ("over" in words and "more than" in text) or ",," in text:
        return False
    if not (text[:1].isupper() or text[:1].isdigit() or text[:1] in "“‘£$€") or " ," in text or ",." in text:
        return False
    return len(words) >= _FEWEST_WORDS and balanced(text) and text.count("(") == text.count(")") and ", ." not in text


def _words(text: str) -> list[str]:
    """Return the words of a text; "%" counts as it is read, so that a sign alone makes no difference."""
    spelled = text.replace("percent", "per cent").replace("%", " per cent")
    return _plain(spelled)


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
