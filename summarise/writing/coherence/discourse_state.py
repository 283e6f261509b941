"""What a reader knows of a summary at one place: who was named, in which form, and whom the last sentence speaks of.

Immutable: each sentence makes a new one. Does not change any text.
"""

import re
from dataclasses import dataclass

from summarise.facts.figures import singular
from summarise.writing.coherence.article_names import ArticleNames, is_whole
from summarise.writing.coherence.parsed_summary import ParsedSentenceOfSummary


@dataclass(frozen=True)
class DiscourseState:
    """What the sentences so far have told.

    `mentioned` are the bearers that were named, `full` those by their full name, `text` all that was shown, `last` the
    sentence before, `people` the persons whom that one names or, if it names none, those before it.
    """

    mentioned: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    text: str = ""
    last: ParsedSentenceOfSummary | None = None
    people: frozenset[str] = frozenset()

    def follows(self, reading: ParsedSentenceOfSummary) -> bool:
        """Tell whether a sentence stands behind the one before as it does in the article."""
        if self.last is None or self.last.shown.fixed:
            return False
        return self.last.last <= reading.first <= self.last.last + 1

    def opens(self, reading: ParsedSentenceOfSummary, names: ArticleNames) -> bool:
        """Return whether a sentence begins both the summary and the story, so that nothing can stand before it."""
        return not self.text and reading.first <= names.lead

    def has(self, noun: str) -> bool:
        """Tell whether a thing was spoken of, by the noun in either number."""
        return tells(self.text, noun)

    def after(self, reading: ParsedSentenceOfSummary, names: ArticleNames) -> "DiscourseState":
        """Return what is known once a sentence was read."""
        named = [name for name in reading.names if name.category != "nationality"]
        people = {name.value for name in named if name.category == "person"}
        return DiscourseState(
            mentioned=self.mentioned | {name.value for name in named},
            full=self.full | {n.value for n in named if n.text == names.full(n.value) or is_whole(n)},
            text=f"{self.text} {reading.text}".strip(),
            last=reading,
            people=frozenset(people or (self.people if self.follows(reading) else ())),
        )


def tells(text: str, noun: str) -> bool:
    """Tell whether a text has a noun, in either number."""
    single = singular(noun)
    words = re.escape(single.removesuffix("y")) + ("(?:y|ies)" if single.endswith("y") else "(?:s|es)?")
    return bool(
        re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE) or re.search(rf"(?<!\w){re.escape(noun)}(?!\w)", text)
    )
