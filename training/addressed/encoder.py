"""The same sentences as examples for the third head of the entailment model (`training/model.py`)."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from training.addressed.data import Example as Sentence
from training.addressed.data import examples
from training.addressed.fitting import fit, learnable, matrix
from training.example import Example

LONGEST = 300
"""Characters of a sentence that are learnt from."""


def addressed_examples(training: Path, settings: Mapping[str, Any], random_: random.Random) -> Iterator[Example]:
    """Yield sentences of attacks, of what looks like one, and of news, those first that are hardest for the words.

    An attack's sentences that the regression over words does not take for one are left out, as there.
    """
    learnt = examples(training, seed=settings["seed"])
    rows = matrix([one.text for one in learnt])
    scores = fit(rows, learnt).decision_function(rows)
    kept = np.flatnonzero(learnable(scores, learnt))
    chosen = [learnt[at] for at in kept if learnt[at].source == "written"]
    for source, hardest, others in (("made", 0, settings["made"]), ("news", settings["hard"], settings["news"])):
        pool = sorted((at for at in kept if learnt[at].source == source), key=lambda at: -scores[at])
        rest = pool[hardest:]
        drawn = [*pool[:hardest], *random_.sample(rest, min(others, len(rest)))]
        chosen += [learnt[at] for at in drawn]
    yield from (_example(number, one, settings) for number, one in enumerate(chosen))


def _example(number: int, one: Sentence, settings: Mapping[str, Any]) -> Example:
    name = f"addressed, {one.source} {one.addressed:d}"
    text, group = one.text[:LONGEST], f"addressed-{number}"
    return Example("", text, int(one.addressed), name, group, None, settings["weight"], head="addressed")
