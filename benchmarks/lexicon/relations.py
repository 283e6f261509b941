"""Chooses the relations that are worth shipping: between common words, in the senses in which they are mostly used.

A relation of WordNet holds between senses, and a text shows words. So a relation between two words is worth the
likelihood that both are meant in the related senses: the product of the shares of these senses in the tagged texts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

from benchmarks.lexicon.wndb import Pointer, Synset, WordNet

SYNONYMS, ANTONYMS, THROUGH, DEEDS, SUFFIXED, DOERS, WAYS = 0.25, 0.2, 0.4, 0.1, 0.01, 0.1, 0.6
"""What each sort of relation must be worth; found by reading samples of 110 to 200 pairs, in which nine of ten synonyms
and nearly all antonyms were right.

Left out for what the samples showed: antonyms of the adjectives that a head is similar to ("special" against "general"
by way of "specific": a third are wrong), and of a noun's synonyms.
"""
WIDE = 40
"""A verb with more kinds below it than this says too little ("move", "change") to be what its kinds have in common."""
USUAL = 5
"""How often a verb must be tagged to tell what another is a way of, or makes happen."""
DEED_TOPICS = frozenset({4, 7, 9, 10, 11, 12, 16, 19, 21, 22, 24, 26})
"""Acts, attributes, thoughts, words, events, feelings, motives, phenomena, possessions, processes, relations, states;
see lexnames(5). What is left out are things, bodies, plants, places, groups, shapes, quantities and times."""
PERSON = 18
DERIVED_FROM = 3
"""How often a word must be tagged for an untagged verb or noun made from it to be common: "allegation", "escalate"."""
_WORD = re.compile(r"[a-z]{3,}")
_PARTICLES = frozenset(
    "about across after apart away back by down for forward in into off on out over through to up upon with".split()
)
_DOER = re.compile(r".*(?:er|or|ar|ist|yst|ian|ant|(?<!m)ent)")
_NAMING = re.compile(r".+(?:ion|ment|al|ance|ence|ancy|ency|ure|age|ery|th|ty|is|ing)")
_HYPERNYM, _DERIVED, _ANTONYM, _SIMILAR, _ENTAILS, _CAUSES, _FROM = "@", "+", "!", "&", "*", ">", "\\"

Term = tuple[str, str]
"""A part of speech and a word of it."""


@dataclass(frozen=True)
class Chooser:
    """Reads off one database which relations hold between common words."""

    wordnet: WordNet

    def common(self, pos: str, word: str) -> bool:
        """Tell whether a word is one of letters, or a phrasal verb, that the tagged texts have."""
        verb, _, particle = word.partition("_")
        written = _WORD.fullmatch(word) or (pos == "v" and verb.isalpha() and particle in _PARTICLES)
        return bool(written) and (self.wordnet.tagged(word, pos) > 0 or self._derived_of_common(pos, word))

    def synonyms(self) -> Iterator[tuple[Term, Term]]:
        """Yield pairs of words of one synset."""
        for synset in self.wordnet.synsets.values():
            words = self._words(synset)
            for one in words:
                for other in words:
                    if one < other and words[one] * words[other] >= SYNONYMS:
                        yield (synset.key[0], one), (synset.key[0], other)

    def antonyms(self) -> Iterator[tuple[Term, Term]]:
        """Yield pairs of opposites: direct ones, and the other words of a verb's synset with the verb's opposite."""
        for synset, pointer, target in self._pointers(_ANTONYM):
            words, others = self._words(synset), self._words(target)
            one, other = synset.words[pointer.source - 1], target.words[pointer.target - 1]
            worth = words.get(one, 0.0) * others.get(other, 0.0)
            pos = synset.key[0]
            if worth >= ANTONYMS:
                yield (pos, one), (pos, other)
            if pos == "v":
                for word in words:
                    if worth * words[word] >= THROUGH:
                        yield (pos, word), (pos, other)

    def deeds(self) -> Iterator[tuple[Term, Term]]:
        """Yield verbs with the nouns of what is done, adjectives with those of what is so, adverbs with adjectives.

        A word and what is made of it by an ending go through the same changes of sense, so little is asked of those.
        """
        worth: dict[tuple[Term, Term], float] = defaultdict(float)
        for synset, pointer, target in chain(self._pointers(_DERIVED), self._pointers(_FROM)):
            one, other = synset.words[pointer.source - 1], target.words[pointer.target - 1]
            if synset.key[0] + target.key[0] == "ra" or (
                synset.key[0] in "va" and target.key[0] == "n" and target.topic in DEED_TOPICS
            ):
                pair = (synset.key[0], one), (target.key[0], other)
                worth[pair] += self._words(synset).get(one, 0.0) * self._words(target).get(other, 0.0)
        for (base, name), value in worth.items():
            (pos, one), (_, other) = base, name
            named = pos == "v" and _NAMING.fullmatch(other) and len(other) >= len(one)
            doer = pos == "v" and _DOER.fullmatch(other) and other.startswith(one.removesuffix("e")) and one != other
            if value >= (SUFFIXED if named else DEEDS) and not doer:
                yield base, name

    def doers(self) -> Iterator[tuple[Term, Term]]:
        """Yield verbs with the nouns of the person who does it."""
        for synset, pointer, target in self._pointers(_DERIVED):
            if synset.key[0] == "v" and target.topic == PERSON and target.key[0] == "n":
                one, other = synset.words[pointer.source - 1], target.words[pointer.target - 1]
                worth = self._words(synset).get(one, 0.0) * self._words(target).get(other, 0.0)
                if worth >= DOERS and _DOER.fullmatch(other) and one != other:
                    yield ("v", one), ("n", other)

    def ways(self) -> Iterator[tuple[Term, Term]]:
        """Yield verbs, each with one that it is a way of: "slash" and "cut"."""
        kinds: dict[tuple[str, str], int] = defaultdict(int)
        for _, _, target in self._pointers(_HYPERNYM):
            kinds[target.key] += 1
        for synset, _, target in self._pointers(_HYPERNYM):
            if synset.key[0] == "v" and kinds[target.key] <= WIDE:
                yield from self._single(synset, target)

    def results(self) -> Iterator[tuple[Term, Term]]:
        """Yield verbs, each with what it makes happen to its object: "kill" and "die"."""
        for synset, _, target in self._pointers(_CAUSES):
            yield from self._single(synset, target)

    def _single(self, synset: Synset, target: Synset) -> Iterator[tuple[Term, Term]]:
        """Yield the pairs of single verbs of two synsets; the second must be a usual one."""
        for one, share in self._words(synset).items():
            for other, others in self._words(target).items():
                usual = self.wordnet.tagged(other, "v") >= USUAL
                if share * others >= WAYS and one != other and usual and "_" not in one + other:
                    yield ("v", one), ("v", other)

    def _pointers(self, symbol: str) -> Iterator[tuple[Synset, Pointer, Synset]]:
        for synset in self.wordnet.synsets.values():
            for pointer in synset.pointers:
                if pointer.symbol == symbol:
                    yield synset, pointer, self.wordnet.synsets[pointer.to]

    def _words(self, synset: Synset) -> dict[str, float]:
        return self._shares[synset.key]

    @cached_property
    def _shares(self) -> dict[tuple[str, str], dict[str, float]]:
        """The common words of each synset, each with how likely it is meant in this sense."""
        common = cache(self.common)
        return {
            key: {word: self.wordnet.share(word, key) for word in synset.words if common(key[0], word)}
            for key, synset in self.wordnet.synsets.items()
        }

    def _derived_of_common(self, pos: str, word: str) -> bool:
        senses = self.wordnet.senses.get((word, pos), ())
        if pos not in "nv" or word.endswith("ness") or len(senses) > 2:
            return False
        return any(
            pointer.symbol == _DERIVED
            and synset.words[pointer.source - 1] == word
            and self.wordnet.tagged(other := self.wordnet.synsets[pointer.to].words[pointer.target - 1], pointer.to[0])
            >= DERIVED_FROM
            and other != word
            for synset in map(self.wordnet.synsets.__getitem__, senses)
            for pointer in synset.pointers
        )
