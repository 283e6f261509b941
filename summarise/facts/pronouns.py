"""Whom the pronouns of an article mean, where its text leaves one reading.

Reads the article once and keeps the answers with its facts. What leaves one reading is decided by `references`.
"""

from collections.abc import Mapping, Sequence

from summarise.data import Facts, Name
from summarise.facts.parsed_sentence import ParsedSentence, parsed_sentences
from summarise.facts.quotations import quoted
from summarise.facts.references import FEMININE, MASCULINE, References


def certain_pronouns(facts: Facts) -> Mapping[int, str]:
    """Return the person whom each "he" or "she", in any case, means: its place in the article to a name's `value`.

    A pronoun that could mean somebody else, too, is left out, and so are all pronouns where rules read the sentences.
    """
    return facts.once(_read)


def keep_pronouns(facts: Facts, read: Sequence[ParsedSentence], references: References) -> None:
    """Keep whom the pronouns mean with the facts of an article, where its sentences have been read already."""
    facts.keep(_read, _of_sentences(read, references))


def _read(facts: Facts) -> Mapping[int, str]:
    read = parsed_sentences(facts.article, rules=facts.parser == "rules")
    names = [fact for fact in facts.facts if isinstance(fact, Name)]
    return _of_sentences(read, References(facts.article, names, quoted(facts.article), read))


def _of_sentences(read: Sequence[ParsedSentence], references: References) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for sentence in read:
        for token in sentence.tokens:
            if token.text.casefold() in MASCULINE | FEMININE:
                place = sentence.at(token.start)
                person = references.only_person(place, token.text)
                if person is not None:
                    found[place] = person.value
    return found
