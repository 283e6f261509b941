"""Attribution: what somebody says becomes a statement of the article's own. Direct quotations are left alone."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

# Verbs that leave open whether it is so: "confirmed" and "admitted" do not.
_CLAIMING = (
    "said|says|added|adds|warned|warns|insisted|insists|claimed|claims|argued|argues|stated|testified|suggested|predicted"
    "|complained|stressed|believes|concluded"
)
_FINAL = re.compile(rf", (?:(?:[A-Z][\w’'.-]+ ){{1,4}}|(?:he|she|it|they) |the [a-z]+ )(?:{_CLAIMING})\.$")
_ACCORDING = re.compile(r",? according to [^,;]{3,70}(?=[.,])", re.IGNORECASE)
_INITIAL = re.compile(rf"^(?:[A-Z][\w’'.&-]+ |of |the |[a-z]+ ){{1,6}}?(?:{_CLAIMING}) that (?=[a-z A-Z])")


def dropped_attribution(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence without the words that tell who says so."""
    if scene.quoted:
        return
    final = _FINAL.search(scene.text)
    if final and len(scene.text[: final.start()].split()) >= 5:
        yield Change("at the end", scene.text[: final.start()] + ".")
    according = _ACCORDING.search(scene.text)
    if according and according.start() > 0:
        rest = scene.text[according.end() :]
        closing = rest[1:] if rest.startswith(",") else rest
        yield Change("according to", scene.text[: according.start()] + closing)
    initial = _INITIAL.match(scene.text)
    if initial:
        rest = scene.text[initial.end() :]
        if len(rest.split()) >= 5:
            yield Change("at the beginning", rest[:1].upper() + rest[1:])
