"""What a reader knows of a summary at one place: who was named, in which form, and whom the last sentence is about.

Immutable: each sentence makes a new one. Does not change any text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from summarise.coherence.cast import Cast
from summarise.coherence.names import Names, is_whole
from summarise.coherence.reading import Reading
from summarise.facts.nouns import singular
from summarise.facts.references import is_person
from summarise.lexicon.news import verbs_of


@dataclass(frozen=True)
class Told:
    """What the sentences so far have told.

    `mentioned` are the bearers that were named, `full` those by their full name, `text` all that was shown, `last` the
    sentence before, `topic` the bearer it is about, `people` all persons it speaks of; `unnamed` tells that it is about
    somebody without a name.
    """

    mentioned: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    text: str = ""
    last: Reading | None = None
    topic: str | None = None
    people: frozenset[str] = frozenset()
    unnamed: bool = False

    def follows(self, reading: Reading) -> bool:
        """Tell whether a sentence stands behind the one before as it does in the article."""
        if self.last is None or self.last.shown.fixed:
            return False
        return self.last.last <= reading.first <= self.last.last + 1

    def clear(self, value: str, pronoun: str, cast: Cast) -> bool:
        """Tell whether a reader knows whom a pronoun means: whom the last sentence is about, or its only person."""
        if value not in self.people:
            return False
        others = {person for person in self.people if person != value and cast.fits(person, pronoun)}
        return self.topic == value or (not others and not self.unnamed)

    def has(self, noun: str) -> bool:
        """Tell whether a thing was spoken of, by the noun in either number or by a verb that it names."""
        return tells(self.text, noun)

    def after(self, reading: Reading, cast: Cast, names: Names, meant: Mapping[int, str]) -> "Told":
        """Return what is known once a sentence was read; `meant` are the bearers of its pronouns by their places."""
        named = [name for name in reading.names if name.category != "nationality"]
        values = {name.value for name in named}
        whole = {name.value for name in named if name.text == names.full(name.value) or is_whole(name)}
        topic, unnamed = None, False
        if (subject := reading.subject) is not None:
            token = reading.tokens[subject]
            name = reading.name_at(token.start)
            topic = name.value if name is not None else meant.get(token.start)
            unnamed = topic is None and is_person(token.text.casefold())
        return Told(
            mentioned=self.mentioned | values,
            full=self.full | whole,
            text=f"{self.text} {reading.text}".strip(),
            last=reading,
            topic=topic,
            people=frozenset((values | set(meant.values())) & cast.people),
            unnamed=unnamed,
        )


def tells(text: str, noun: str) -> bool:
    """Tell whether a text has a noun, in either number, or a verb that it names: "sold" tells of "the sale"."""
    single = singular(noun)
    words = re.escape(single.removesuffix("y")) + ("(?:y|ies)" if single.endswith("y") else "(?:s|es)?")
    if re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE) or re.search(rf"(?<!\w){re.escape(noun)}(?!\w)", text):
        return True
    stems = [re.escape(verb.removesuffix("e")) for verb in verbs_of(single)]
    return any(re.search(rf"(?<!\w){stem}", text, re.IGNORECASE) for stem in stems)
