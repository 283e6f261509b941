"""What a reader knows of a summary at one place: who was named, in which form, and whom the last sentence is about.

Immutable: each sentence makes a new one. Does not change any text.
"""

import re
from dataclasses import dataclass

from summarise.coherence.cast import Cast, somebody
from summarise.coherence.naming import Naming
from summarise.coherence.reading import Reading


@dataclass(frozen=True)
class Told:
    """What the sentences so far have told.

    `mentioned` are the bearers that were named, `full` those by their full name, `text` all that was shown, `last` the
    sentence before, `topic` the bearer it is about, `people` all persons it speaks of.
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

    def after(self, reading: Reading, cast: Cast, naming: Naming, meant: dict[int, str]) -> "Told":
        """Return what is known once a sentence was read; `meant` are the bearers of its pronouns by their places."""
        named = [name for name in reading.names if name.category != "nationality"]
        values = {name.value for name in named}
        whole = {name.value for name in named if name.text == naming.full(name.value)}
        subject = reading.subject
        topic, unnamed = None, False
        if subject is not None:
            token = reading.tokens[subject]
            name = reading.name_at(token.start)
            topic = name.value if name is not None else meant.get(token.start)
            unnamed = topic is None and somebody(token.text.casefold())
        pronouns = {value for value in meant.values() if value in cast.people}
        return Told(
            mentioned=self.mentioned | values,
            full=self.full | whole,
            text=f"{self.text} {reading.text}".strip(),
            last=reading,
            topic=topic,
            people=frozenset(values & cast.people) | pronouns,
            unnamed=unnamed,
        )

    def has(self, phrase: str) -> bool:
        """Tell whether a word or phrase was shown."""
        return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", self.text, re.IGNORECASE) is not None
