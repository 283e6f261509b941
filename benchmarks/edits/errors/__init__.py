"""Rules that make one error in a sentence, by kind of error. Each rule yields every change that it can make.

`guard` then discards changes that the article supports elsewhere, and `choose` selects a few of the others.
"""

from collections.abc import Callable, Iterator, Mapping

from benchmarks.edits.case import Change
from benchmarks.edits.errors.values import dates, figures, money, names
from benchmarks.edits.errors.wording import antonyms, certainty, exchanged, negation
from benchmarks.edits.scene import Reading, Scene

RULES: Mapping[str, Callable[[Scene, Reading], Iterator[Change]]] = {
    "figure": figures,
    "money": money,
    "date": dates,
    "name": names,
    "negation": negation,
    "antonym": antonyms,
    "certainty": certainty,
    "who-did-what": exchanged,
}
