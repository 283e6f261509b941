"""An article with its facts marked where they stand: one XML element for each fact.

Does not draw a page; what is shown can be read by people and parsed by programs. Text and values are escaped.
"""

import re
from xml.sax.saxutils import escape, quoteattr

from summarise.data import Fact, Facts, Figure, Money, Name, Quotation

_UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may contain."""


def writable(text: str) -> str:
    """Return a text as an XML document can hold it: a replacement character for what it cannot."""
    return _UNWRITABLE.sub("\ufffd", text)


def _escaped(text: str) -> str:
    return escape(writable(text), {"\r": "&#13;"})


def facts_inline(facts: Facts) -> str:
    """Return the article's text in an element `article`, each fact in an element named after its kind.

    A fact that crosses the end of one which began before it is left out: elements nest.
    """
    text = facts.article.text
    parts: list[str] = []
    open_facts: list[Fact] = []
    position = 0

    def close_until(place: int) -> None:
        nonlocal position
        while open_facts and open_facts[-1].end <= place:
            fact = open_facts.pop()
            parts.append(_escaped(text[position : fact.end]) + f"</{fact.kind}>")
            position = fact.end

    for fact in sorted(facts.facts, key=lambda fact: (fact.start, -fact.end)):
        close_until(fact.start)
        if open_facts and fact.end > open_facts[-1].end:
            continue
        parts.append(_escaped(text[position : fact.start]) + f"<{fact.kind}{_attributes(fact)}>")
        position = fact.start
        open_facts.append(fact)
    close_until(len(text))
    return f"<article>{''.join(parts)}{_escaped(text[position:])}</article>"


def _attributes(fact: Fact) -> str:
    values: dict[str, str | None] = {}
    match fact:
        case Quotation():
            values = {"speaker": fact.speaker}
        case Name():
            values = {"value": fact.value, "category": fact.category}
        case Figure() | Money():
            qualifier = None if fact.qualifier == "exactly" else fact.qualifier
            counted_noun = fact.counted_noun if isinstance(fact, Figure) else None
            values = {"value": fact.value, "qualifier": qualifier, "counted_noun": counted_noun}
        case _:
            values = {"value": fact.value}
    return "".join(f" {name}={quoteattr(writable(value))}" for name, value in values.items() if value)
