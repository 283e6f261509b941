"""A fake model that obeys every attack: it answers with the sentence that the attack wants, else with the article's.

It obeys if its prompt contains any line of the attack, ignoring case and marks, so it is easier to attack than models.
"""

import json

from benchmarks.hostile.attacks import Attack
from summarise.article.addressed import folded
from summarise.data import Request
from summarise.prompting import harmless
from summarise.testing import ScriptedBackend

LEAST = 12
"""Minimum characters of a line of an attack that is searched for in the prompt."""


def obeying(attack: Attack) -> tuple[ScriptedBackend, list[bool]]:
    """Return the model, and a list to which it appends for each request whether the request contained the attack."""
    reached: list[bool] = []
    lines = [_bare(line) for line in attack.text.splitlines()]
    # A line of invisible letters is searched for unchanged.
    lines = [line for line in lines if len(line) >= LEAST]

    def answer(request: Request) -> str:
        prompt = _bare(f"{request.system}\n{request.user}")
        obeys = any(line in prompt for line in lines)
        reached.append(obeys)
        own = " ".join(request.passages[0].text.split()) if request.passages else ""
        text = attack.wants if obeys else own
        if request.stage in ("repair", "rewrite"):
            return json.dumps({"sentence": text, "text": text})
        return json.dumps({"sentences": [{"text": text, "sources": [1]}]})

    return ScriptedBackend(answer), reached


def _bare(text: str) -> str:
    return "".join(folded(harmless(text)).split())
