"""Makes the cases of an article: generates all changes by rule, and chooses a few for each kind and rule."""

from collections import defaultdict
from collections.abc import Iterator

from benchmarks.edits.case import HARMLESS, Case, Change, draw
from benchmarks.edits.errors import RULES
from benchmarks.edits.guard import is_error
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.twins import TWINS
from summarise.data import Quotation


def by_rule(reading: Reading, *, each: int = 2) -> tuple[Case, ...]:
    """Return the edits and twins of an article, at most `each` for a kind and a rule, spread over its sentences.

    Every edited or reworded sentence is also included unchanged. The same article always gives the same cases.
    """
    cases: list[Case] = []
    for kind in RULES:
        cases += _few(_edits(reading, kind), reading, kind, each)
    cases += _few(_twins(reading), reading, HARMLESS, each)
    originals = dict.fromkeys(case.original for case in cases)
    cases += [Case(reading.name, HARMLESS, "unedited", text, text, "rule") for text in originals]
    return tuple(cases)


def _edits(reading: Reading, kind: str) -> Iterator[tuple[Scene, Change]]:
    for scene in reading.scenes:
        for change in RULES[kind](scene, reading):
            if is_error(change, scene, reading):
                yield scene, change


def _twins(reading: Reading) -> Iterator[tuple[Scene, Change]]:
    for scene in reading.scenes:
        if not scene.of(Quotation):
            yield from ((scene, change) for twin in TWINS for change in twin(scene, reading))


def _few(changes: Iterator[tuple[Scene, Change]], reading: Reading, kind: str, each: int) -> list[Case]:
    by_how: dict[str, dict[str, list[Case]]] = defaultdict(lambda: defaultdict(list))
    for scene, change in changes:
        case = Case(reading.name, kind, change.how, scene.text, change.text, "rule")
        by_how[change.how][scene.text].append(case)
    chosen: list[Case] = []
    for how in sorted(by_how):
        # At most one case for a rule and a sentence, because two would count the same difficulty twice.
        firsts = [min(cases, key=_place) for cases in by_how[how].values()]
        chosen += sorted(firsts, key=_place)[:each]
    return chosen


def _place(case: Case) -> int:
    return draw(case.original, case.how, case.edited)
