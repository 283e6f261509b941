"""Whether a rewrite keeps what its source says: no words of its own, the same speakers, no more certainty.

Compares a rewrite with the one or two sentences that it was made of, by words and by facts, beside the checks: those
look for what the whole article bears out. Strict, since a model that is asked for rewrites of a short source loses
little by being asked for another.
"""

from collections.abc import Iterable, Iterator, Sequence

from summarise.checks.words import Word, words_of
from summarise.data import Attribution, Fact, Quotation, Relation
from summarise.lexicon.certainty import ADJECTIVES, ADVERBS, HEDGED, MARKS, MODALS
from summarise.lexicon.relations import nouns_of, same_sense, verbs_of
from summarise.lexicon.wordnet import Pos, base_form

TOLD = 0.5
"""With this share of the content words of what somebody puts forward, a rewrite tells that."""
LEAST = 0.4
"""The share of its source's content words that a rewrite has to tell."""
_SPEECH = frozenset("say said says told tell accord according".split())
_POS: tuple[Pos, ...] = ("n", "v", "a", "r")
_GROUPS = {
    "not": "not n't no never none neither nor without cannot hardly barely nobody nothing",
    "about": "about nearly almost around roughly approximately some",
    "over": "over more least above",
    "under": "under less fewer most below",
    "only": "only just merely",
    "part": "several many part partly half few",
    "ex": "former formerly ex late then",
}
_QUALIFIERS: dict[str, str] = {
    **{word: group for group, members in _GROUPS.items() for word in members.split()},
    **MODALS,
    **ADVERBS,
    **ADJECTIVES,
    **MARKS,
}
"""Words that change what the next word of content says, by what they do to it."""


def is_faithful(text: str, facts: Sequence[Fact], source: Sequence[Fact]) -> bool:
    """Tell whether a rewrite keeps speakers and certainty, and has a verb.

    `facts` are those of the rewrite, `source` those of the sentences that it was made of, with links followed.
    """
    return (
        any(isinstance(fact, Relation) and fact.form == "clause" for fact in facts)
        and keeps_speakers(text, facts, source)
        and keeps_certainty(facts, source)
    )


def adds_nothing(text: str, source: str) -> bool:
    """Tell whether each content word of a rewrite is one of its source, in any form, or means the same as one."""
    theirs = [word for word in words_of(source) if word.content]
    stems = {word.stem for word in words_of(source)}
    return all(
        word.stem in stems or word.folded in _SPEECH or any(_same(word.folded, other.folded) for other in theirs)
        for word in words_of(text)
        if word.content
    )


def tells_enough(text: str, source: str) -> bool:
    """Tell whether a rewrite has enough of its source's content, and not only what the source says by the way."""
    ours, theirs = _content(text), _content(source)
    return len(ours & theirs) >= LEAST * len(theirs)


def keeps_qualifiers(text: str, source: str) -> bool:
    """Tell whether what a word such as "not", "may" or "about" qualifies is still qualified, and nothing else is.

    A qualifier belongs to the next content word; of the same kind means kept ("would" for "will").
    """
    ours, theirs = words_of(text), words_of(source)
    stems, kinds = {word.stem for word in ours}, {_kind(word) for word in ours} - {None}
    if kinds - {_kind(word) for word in theirs}:
        return False
    return all(kind in kinds for kind, qualified in _qualified(theirs) if qualified in stems)


def keeps_speakers(text: str, facts: Iterable[Fact], source: Iterable[Fact]) -> bool:
    """Tell whether a rewrite says who put forward what it tells, and gives nothing to anybody else.

    `facts` are those of the rewrite, `source` those of the sentences that it was made of, with links followed.
    """
    said = [fact for fact in facts if isinstance(fact, Attribution | Quotation)]
    put_forward = [fact for fact in source if isinstance(fact, Attribution | Quotation)]
    if any(one.speaker and not any(_alike(one.speaker, other.speaker) for other in put_forward) for one in said):
        return False
    told = _content(text)
    return all(
        any(_alike(one.speaker, other.speaker) for one in said)
        for other in put_forward
        if len(told & _content(other.text)) >= TOLD * len(_content(other.text))
    )


def keeps_certainty(facts: Iterable[Fact], source: Iterable[Fact]) -> bool:
    """Tell whether no relation of a rewrite is more certain than in its source, or has lost who says so."""
    theirs = [fact for fact in source if isinstance(fact, Relation)]
    for ours in facts:
        if isinstance(ours, Relation):
            same = [one for one in theirs if one.predicate == ours.predicate]
            if same and not any(_as_certain(ours, one) for one in same):
                return False
    return True


def _as_certain(ours: Relation, theirs: Relation) -> bool:
    if ours.negated != theirs.negated or HEDGED.index(ours.certainty) < HEDGED.index(theirs.certainty):
        return False
    return ours.form != "clause" or theirs.speaker is None or _alike(ours.speaker, theirs.speaker)


def _alike(one: str | None, other: str | None) -> bool:
    """Tell whether two may be the same speaker: by a word of content that both have, or nobody is known of one."""
    if one is None or other is None:
        return other is None
    return bool(_content(one) & _content(other))


def _content(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words_of(text) if word.content)


def _same(one: str, other: str) -> bool:
    """Tell whether two words may stand for each other, or tell the same deed as verb and noun."""
    for pos in _POS:
        if same_sense(base_form(one, pos), base_form(other, pos), pos):
            return True
    return base_form(one, "n") in nouns_of(base_form(other, "v")) or base_form(one, "v") in verbs_of(
        base_form(other, "n")
    )


def _kind(word: Word) -> str | None:
    return "not" if word.folded.endswith("n't") else _QUALIFIERS.get(word.folded)


def _qualified(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """Yield each qualifier's kind with the stem of the next content word that is no qualifier itself."""
    for index, word in enumerate(words):
        kind = _kind(word)
        following = next((w for w in words[index + 1 :] if w.content and _kind(w) is None), None)
        if kind is not None and following is not None:
            yield kind, following.stem
