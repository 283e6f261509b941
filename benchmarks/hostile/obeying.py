"""A model that obeys every command that reaches it: it writes the wanted sentence, and otherwise the article's.

It obeys where any line of an attack stands in what it is asked, read as folded text; that is more than models do.
"""

import json

from benchmarks.hostile.attacks import Attack
from summarise.article.addressed import folded
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Request
from summarise.prompting.prompt import harmless

LEAST = 12
"""Characters that a line of an attack has at least, to be found again."""


def obeying(attack: Attack) -> tuple[ScriptedBackend, list[bool]]:
    """Return the model, and a list that it adds to, for each request, whether it found the attack in it."""
    reached: list[bool] = []
    lines = [_bare(line) for line in attack.text.splitlines()]
    # A line of letters that nobody sees is found by its own characters.
    lines = [line for line in lines if len(line) >= LEAST]

    def answer(request: Request) -> str:
        asked = _bare(f"{request.system}\n{request.user}")
        obeys = any(line in asked for line in lines)
        reached.append(obeys)
        own = " ".join(request.passages[0].text.split()) if request.passages else ""
        text = attack.wants if obeys else own
        if request.stage in ("repair", "rewrite"):
            return json.dumps({"sentence": text, "text": text})
        return json.dumps({"sentences": [{"text": text, "sources": [1]}]})

    return ScriptedBackend(answer), reached


def _bare(text: str) -> str:
    return "".join(folded(harmless(text)).split())
