"""Contractions made and undone; only of negations, where nothing can be misread ("he's" may be "he has")."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

_VERBS = "did|does|do|is|are|was|were|has|have|had|would|could|should"
_LONG = re.compile(rf"\b(?P<aux>{_VERBS}|will|can) ?not\b(?! only)", re.IGNORECASE)
_SHORT = re.compile(rf"\b(?P<aux>{_VERBS})n[’']t\b|\b(?P<odd>[CcWw])(?:o|a)n[’']t\b", re.IGNORECASE)
_ODD = {"will": "won", "can": "can"}


def contractions(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one "did not" as "didn't", or the other way round; quotations are left alone."""
    mark = "’" if "’" in scene.text or "“" in scene.text else "'"
    for match in _LONG.finditer(scene.text):
        if not scene.in_quotation(match.start()):
            aux = match["aux"]
            short = _ODD.get(aux.casefold(), aux + "n")
            yield scene.replace(*match.span(), f"{short}{mark}t", "contracted")
    for match in _SHORT.finditer(scene.text):
        if not scene.in_quotation(match.start()):
            odd = {"c": "cannot", "w": "will not"}.get((match["odd"] or "").casefold())
            yield scene.replace(*match.span(), odd or f"{match['aux']} not", "written out")
