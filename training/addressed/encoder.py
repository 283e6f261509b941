"""Makes examples for the head `addressed` of the entailment model from the sentences of `training.addressed.data`."""

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
"""Maximum characters of a training sentence."""


def addressed_examples(training: Path, settings: Mapping[str, Any], random_: random.Random) -> Iterator[Example]:
    """Yield sentences of attacks, harmless texts and news, including the news that a regression finds hardest.

    The regression is that of `fitting`. Sentences of attacks that it does not classify as attacks are left out.
    """
    sentences = examples(training, seed=settings["seed"])
    rows = matrix([sentence.text for sentence in sentences])
    scores = fit(rows, sentences).decision_function(rows)
    kept = np.flatnonzero(learnable(scores, sentences))
    chosen = [sentences[at] for at in kept if sentences[at].source == "written"]
    for source, hardest, others in (("made", 0, settings["made"]), ("news", settings["hard"], settings["news"])):
        pool = sorted((at for at in kept if sentences[at].source == source), key=lambda at: -scores[at])
        rest = pool[hardest:]
        drawn = [*pool[:hardest], *random_.sample(rest, min(others, len(rest)))]
        chosen += [sentences[at] for at in drawn]
    yield from (_example(number, sentence, settings) for number, sentence in enumerate(chosen))


def _example(number: int, sentence: Sentence, settings: Mapping[str, Any]) -> Example:
    name = f"addressed, {sentence.source} {sentence.addressed:d}"
    text, group = sentence.text[:LONGEST], f"addressed-{number}"
    return Example("", text, int(sentence.addressed), name, group, None, settings["weight"], head="addressed")
