"""Inferences about an article: whom its pronouns mean, and who speaks a quotation without a name beside it.

Inferences are kept with the facts and are not part of them: checks and rewriting use them, and nothing shows them as
the article's words. For facts that were read from JSON the article is parsed again.
"""

from collections.abc import Mapping, Sequence

from summarise.data import Fact, Facts, Name, Quotation
from summarise.facts.parsed_sentence import ParsedSentence, parsed_sentences
from summarise.facts.quotations import quoted, voices
from summarise.facts.references import FEMININE, MASCULINE, Quoted, References, Voice


def certain_pronouns(facts: Facts) -> Mapping[int, str]:
    """Return the person whom each "he" or "she", in any case, means: its place in the article to a name's `value`.

    A pronoun that could mean somebody else, too, is left out, and so are all pronouns if rules read the sentences.
    """
    return facts.once(_read_pronouns)


def keep_pronouns(facts: Facts, read: Sequence[ParsedSentence], references: References) -> None:
    """Keep the persons whom pronouns mean with the facts of an article whose sentences are parsed already."""
    facts.keep(_read_pronouns, _pronouns(read, references))


def inferred_speakers(facts: Facts) -> Mapping[int, str]:
    """Return the likely speaker of each quotation without a name beside it: its place to a name's `value`."""
    return facts.once(_read_speakers)


def keep_speakers(facts: Facts, places: Sequence[Quoted], speakers: Sequence[Voice]) -> None:
    """Keep the inferred speakers with the facts of an article whose quotations have been read already."""
    facts.keep(_read_speakers, _speakers(places, speakers))


def with_speakers(facts: Facts) -> tuple[Fact, ...]:
    """Return the facts in the same order, each quotation with its likely speaker if no name is beside it."""
    return tuple(
        fact.model_copy(update={"speaker": inferred_speakers(facts).get(fact.start)})
        if isinstance(fact, Quotation) and fact.speaker is None
        else fact
        for fact in facts.facts
    )


def _read_pronouns(facts: Facts) -> Mapping[int, str]:
    read, references = _parsed(facts)
    return _pronouns(read, references)


def _read_speakers(facts: Facts) -> Mapping[int, str]:
    _, references = _parsed(facts)
    places = quoted(facts.article)
    return _speakers(places, voices(facts.article, places, references))


def _parsed(facts: Facts) -> tuple[Sequence[ParsedSentence], References]:
    read = parsed_sentences(facts.article, rules=facts.parser == "rules")
    names = [fact for fact in facts.facts if isinstance(fact, Name)]
    return read, References(facts.article, names, quoted(facts.article), read)


def _pronouns(read: Sequence[ParsedSentence], references: References) -> Mapping[int, str]:
    found: dict[int, str] = {}
    for sentence in read:
        for token in sentence.tokens:
            if token.text.casefold() in MASCULINE | FEMININE:
                place = sentence.at(token.start)
                person = references.only_person(place, token.text)
                if person is not None:
                    found[place] = person.value
    return found


def _speakers(places: Sequence[Quoted], speakers: Sequence[Voice]) -> Mapping[int, str]:
    return {
        place.start: voice.name
        for place, voice in zip(places, speakers, strict=True)
        if voice.inferred and voice.name is not None
    }
