"""The requests that the conformance kit sends: short, without a real article, and each with a known right answer.

Sends nothing itself.
"""

from copy import deepcopy
from typing import Any

from summarise.data import Evidence, Request, Sampling

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"sentences": {"type": "array", "items": {"type": "string"}}},
    "required": ["sentences"],
    "additionalProperties": False,
}
"""The form that an answer is to have: that of a draft without sources."""
SENTENCES = (
    "The Orre Bridge opened in 1907 and carries 4,000 cars a day.",
    "The council of Lindal voted on Tuesday to close it for repairs until June.",
    "Engineers found cracks in two of its nine piers in March.",
)
NAMES = ("Aalborg", "Bergen", "Cadiz", "Dresden", "Eindhoven", "Fulda", "Ghent", "Huelva")
"""One for each of the calls that are made at once; none is a part of another."""
ODD_TEXTS = {
    "a lone surrogate": "The mayor said \ud800 nothing.",
    "NUL": "The mayor said \x00 nothing.",
    "an emoji of several code points": "The mayor waved 👩🏽‍🚒 twice.",
    "right-to-left text": "قال رئيس البلدية إن الجسر مغلق.",
}
PLAIN_TOKENS = 300
ROOM = 2000
"""Tokens that a model may spend on thinking."""
FEW_TOKENS = 16
"""No less: OpenAI's Responses refuse a limit below it (https://platform.openai.com/docs/api-reference/responses)."""
_SYSTEM = "You summarise news."


def asking(
    user: str,
    *passages: str,
    max_tokens: int = PLAIN_TOKENS,
    json_schema: dict[str, Any] | None = None,
    candidates: int = 1,
    reasoning_room: int = ROOM,
) -> Request:
    """Return a request for one sentence; `passages` are what the user message was made from (default: itself)."""
    evidence, start = [], 0
    for text in passages or (user,):
        evidence.append(Evidence(start=start, end=start + len(text), text=text))
        start += len(text) + 1
    return Request(
        stage="draft",
        system=_SYSTEM,
        user=user,
        json_schema=json_schema,
        candidates=candidates,
        sampling=Sampling(max_tokens=max_tokens, temperature=0.7 if candidates > 1 else 0.0),
        reasoning_room=reasoning_room,
        passages=tuple(evidence),
    )


def plain(label: str = "") -> Request:
    """Return a question for free text; another `label` makes it another question."""
    return asking(f"Summarise in one sentence{label and f' ({label})'}: {' '.join(SENTENCES)}", *SENTENCES)


def urgent() -> Request:
    """Return a question without room to think, for which a backend may take longer than its limit of time."""
    return plain().model_copy(update={"reasoning_room": 0})


def structured() -> Request:
    """Return a question whose answer is to have a form."""
    return asking(
        f"Summarise in one sentence, as JSON: {' '.join(SENTENCES)}", *SENTENCES, json_schema=deepcopy(SCHEMA)
    )


def several() -> Request:
    """Return a question to which three answers are wanted."""
    return asking(f"Summarise in one sentence: {' '.join(SENTENCES)}", *SENTENCES, candidates=3)


def long(max_tokens: int) -> Request:
    """Return a question whose answer takes several hundred tokens, without room to think beside them."""
    story = "Write a story of at least three hundred words about a bridge."
    return asking(story, *SENTENCES, max_tokens=max_tokens, reasoning_room=0)


def repeating(name: str) -> Request:
    """Return a question whose right answer holds `name`, and that of no other name."""
    sentence = f"The ferry to {name} sails at noon."
    return asking(f"Repeat this sentence word for word: {sentence}", sentence)
