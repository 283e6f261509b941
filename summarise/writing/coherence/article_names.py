"""Whom an article names, how it calls them (in full, by surname, by acronym), and whom its pronouns mean for certain.

Copies the article's own spelling. Resolves nothing: `facts.inferences` does.
"""

import re
from collections import Counter
from functools import cached_property

from summarise.data import Facts, Name
from summarise.facts.persons import genders
from summarise.facts.quotations import certain_pronouns
from summarise.facts.references import FEMININE

_LONGEST_NAME = 5
_OFTEN = 0.3
_SURE = 0.7
FORM_OF_ADDRESS = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Miss)\.? $")
_PERSON = re.compile(r"[A-Z][\w.'’‘-]*(?: (?:[a-z]{1,3} )?[A-Z][\w.'’‘-]*)+")
"""A full name: two words or more with capitals, a particle between them perhaps."""
_THE = re.compile(r"(?<!\w)[Tt]he $")


class ArticleNames:
    """The names in one article, by the value of their bearers."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._text = facts.article.story
        found = [fact for fact in facts.facts if isinstance(fact, Name)]
        self.lead = facts.article.opening or 0
        """The index of the first sentence of the story."""
        self._names: dict[str, list[Name]] = {}
        for name in found:
            if name.category != "nationality" and facts.article.sentences[name.sentence].role == "body":
                self._names.setdefault(name.value, []).append(name)
        self._people = {name.value for name in found if name.category == "person"}
        self._genders = genders(self._text, found)
        self._meant = certain_pronouns(facts)
        self._last_words = Counter(value.split()[-1] for value in self._people)
        self._in_others = {word for name in found if name.category != "person" for word in name.value.split()}
        self._fullest: dict[str, str | None] = {}
        self._apostrophe = "’" if set("’“") & set(self._text) else "'"

    def fits(self, value: str, pronoun: str) -> bool:
        """Tell whether a person may be called "he" or "she"."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self._genders.get(value, gender) == gender

    def meant(self, position: int) -> str | None:
        """Return whom a pronoun at a place of the article means; None where that is not certain."""
        return self._meant.get(position)

    def full(self, value: str) -> str | None:
        """Return the form in full that the article uses most; None for a bearer that it does not name in its prose.

        A person's is a first name and a surname at least, else None, too.
        """
        if value not in self._fullest:
            names = self._names.get(value, [])
            if value in self._people:
                names = [one for one in names if is_whole(one) and one.confidence >= _SURE and not self._opens(one)]
                used = Counter(_flat(name) for name in names)
                self._fullest[value] = max(used, key=lambda form: used[form], default=None)
            else:
                self._fullest[value] = max(map(_flat, names), key=len, default=None)
        return self._fullest[value]

    def _opens(self, name: Name) -> bool:
        """Tell whether the first word of a name may have its capital from the start of a sentence: "Hungry Leo"."""
        before = self._text[: name.start].rstrip(" \n\t\r")[-1:]
        return before in ("", *"*.!?:”\"'’") and name.text.split()[0].casefold() in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(match[0] for match in re.finditer(r"\w+", self._text))

    def short(self, value: str) -> str | None:
        """Return a person's surname if the article uses it for nobody else, else the full name."""
        full = self.full(value)
        if full is None or self._last_words[value.split()[-1]] > 1 or self.family(value):
            return full
        return full.split()[-1] if any(_flat(n) == full.split()[-1] for n in self._names[value]) else full

    def is_surname(self, name: Name) -> bool:
        """Tell whether a mention is the end of a person's full name, and can be nothing else's in the article."""
        full = (self.full(name.value) or "").split()
        words = name.text.split()
        last = name.value.split()[-1]
        alone = self._last_words[last] == 1 and last not in self._in_others and not self.family(name.value)
        if re.search(rf"\b(?:[Tt]he|[Aa]n?|[Aa]t|[Ii]n|join(?:s|ed|ing)?) {re.escape(last)}\b(?! [A-Z])", self._text):
            return False  # "at McLaren" is a team, whoever it is called after
        return alone and len(words) < len(full) <= _LONGEST_NAME and full[-len(words) :] == words

    def family(self, value: str) -> bool:
        """Tell whether the mentions taken for one person may be those of two with one surname.

        A first name alone beside "Mrs" with the last one, or a form of address of the other gender.
        """
        words, names = value.split(), self._names.get(value, [])
        first = any(name.text == words[0] for name in names)
        titled = [name for name in names if name.text == words[-1] and self._addressed(name)]
        told = {gender for name in titled for gender in self._gender_by_title(name)}
        return bool(titled and first) or len(told | set(self._genders.get(value, ""))) > 1

    def _addressed(self, name: Name) -> bool:
        return FORM_OF_ADDRESS.search(self._text[max(0, name.start - 6) : name.start]) is not None

    def _gender_by_title(self, name: Name) -> set[str]:
        return set(genders(self._text, [name.model_copy(update={"value": name.text})]).values())

    def with_the(self, value: str) -> bool:
        """Tell whether an organisation's full name has "the" before it in the article, often or whenever it is used."""
        names, full = self._names.get(value, []), self.full(value)
        before = [_THE.search(self._text[max(0, name.start - 5) : name.start]) is not None for name in names]
        whole = [has for has, name in zip(before, names, strict=True) if _flat(name) == full]
        return sum(whole) * 2 >= max(1, len(whole)) or sum(before) >= _OFTEN * max(1, len(before))

    def acronym(self, value: str) -> str | None:
        """Return the acronym that the article introduces in brackets behind the full form, if it does."""
        full = self.full(value)
        for name in self._names.get(value, ()):
            if name.text.isupper() and full is not None and full != name.text:
                before = " ".join(self._text[max(0, name.start - len(full) - 9) : name.start].split())
                if before.endswith(f"{full} ("):
                    return name.text
        return None

    def possessive(self, form: str) -> str:
        """Return a form with the ending that says that it owns something."""
        plural = form.endswith("s") and " " in form and form.split()[-1] not in self._last_words
        return form + self._apostrophe + ("" if plural else "s")


def is_whole(name: Name) -> bool:
    """Tell whether a person's name has a first name and a surname, or looks so."""
    return _PERSON.fullmatch(_flat(name)) is not None


def _flat(name: Name) -> str:
    return " ".join(name.text.split())
