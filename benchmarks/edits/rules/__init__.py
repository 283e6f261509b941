"""The rules that make one error in a sentence, by kind. Each yields every change that it can make.

Which of them are used is decided by `choose`, whether the article says so elsewhere by `guard`.
"""

from collections.abc import Callable, Iterator, Mapping

from benchmarks.edits.case import Change
from benchmarks.edits.rules.agents import agents
from benchmarks.edits.rules.antonyms import antonyms
from benchmarks.edits.rules.attribution import dropped_attribution
from benchmarks.edits.rules.causes import causes
from benchmarks.edits.rules.certainty import certainty
from benchmarks.edits.rules.dates import dates
from benchmarks.edits.rules.figures import figures
from benchmarks.edits.rules.money import money
from benchmarks.edits.rules.names import names
from benchmarks.edits.rules.negation import negation
from benchmarks.edits.rules.order import order
from benchmarks.edits.rules.quantifiers import quantifiers
from benchmarks.edits.rules.quotations import quotations
from benchmarks.edits.rules.roles import roles
from benchmarks.edits.rules.speakers import speakers
from benchmarks.edits.rules.units import units
from benchmarks.edits.scene import Reading, Scene

Rule = Callable[[Scene, Reading], Iterator[Change]]


def who_did_what(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield what is made of one clause, and what is made with others of the article."""
    yield from roles(scene, reading)
    yield from agents(scene, reading)


RULES: Mapping[str, Rule] = {
    "figure": figures,
    "unit": units,
    "money": money,
    "date": dates,
    "name": names,
    "quotation": quotations,
    "negation": negation,
    "speaker": speakers,
    "certainty": certainty,
    "who-did-what": who_did_what,
    "antonym": antonyms,
    "attribution": dropped_attribution,
    "quantifier": quantifiers,
    "cause": causes,
    "order": order,
}

__all__ = ["RULES", "Rule"]
