"""Fit the last layer of the head `addressed`: `python -m training.addressed.head TRAINING WORK --weights IN.pt OUT.pt`.

The encoder is not changed. The examples include lines of speech after a speaker's name, as in transcripts (`roles.txt`,
`talk.txt`), because the training data of the complete model contain few such lines.
"""

import argparse
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from summarise.article.addressed import LONGEST_READ
from training.addressed.data import HERE, examples
from training.addressed.fitting import fit, learnable, matrix
from training.model import EntailmentModel
from training.train import DEFAULTS, autocast, load_tokenizer, read_settings

HARD, NEWS, MADE = 9000, 9000, 4000
"""Numbers of sentences: news that the word regression finds hardest, other news, and those made from templates."""
SPOKEN = {"news": 5000, "harmless": 900, "attack": 700}
"""Number of sentences that are used a second time with a speaker's name before them."""
WEIGHTS = {("made", True): 0.3, ("made", False): 0.5, ("news", False): 0.7}
"""Weight of a sentence by its source and by whether it instructs a machine. All other sentences have weight 1."""
PENALTY = 1e-4
"""Penalty on the squared distance from the previous weights of the layer."""
_BLANKED = re.compile(r"“ +”")


class Sentence(NamedTuple):
    """A sentence as the model reads it, whether it instructs a machine, and its source."""

    text: str
    addressed: bool
    source: str


def sentences(training: Path, random_: random.Random) -> list[Sentence]:
    """Return the training sentences, with lines of speech."""
    learnt = examples(training, seed=1)
    rows = matrix([example.text for example in learnt])
    scores = fit(rows, learnt).decision_function(rows)
    by_source: dict[str, list[int]] = {"written": [], "made": [], "news": []}
    for at in np.flatnonzero(learnable(scores, learnt)):
        by_source[learnt[at].source].append(int(at))
    by_source["news"].sort(key=lambda at: -scores[at])
    chosen = [
        *by_source["written"],
        *random_.sample(by_source["made"], MADE),
        *by_source["news"][:HARD],
        *random_.sample(by_source["news"][HARD:], NEWS),
    ]
    found = [_sentence(learnt[at].text, learnt[at].addressed, learnt[at].source) for at in chosen]
    return [*found, *_talk(found, random_)]


def _talk(known: Sequence[Sentence], random_: random.Random) -> list[Sentence]:
    """Return lines of speech, and some of the `known` sentences after a speaker's name."""
    roles, lines = ((HERE / name).read_text(encoding="utf-8").splitlines() for name in ("roles.txt", "talk.txt"))
    pools = {
        "news": [sentence for sentence in known if sentence.source == "news"],
        "harmless": [sentence for sentence in known if sentence.source == "written" and not sentence.addressed],
        "attack": [sentence for sentence in known if sentence.source == "written" and sentence.addressed],
    }
    spoken = [
        sentence for name, pool in pools.items() for sentence in random_.sample(pool, min(SPOKEN[name], len(pool)))
    ]
    return [
        *(_sentence(line, False, "talk") for line in lines),
        *(_sentence(f"{role}: {line}", False, "talk") for line in lines for role in random_.sample(roles, 6)),
        *(_sentence(f"{random_.choice(roles)}: {sentence.text}", sentence.addressed, "talk") for sentence in spoken),
    ]


def _sentence(text: str, addressed: bool, source: str) -> Sentence:
    return Sentence(_BLANKED.sub("“…”", text)[:LONGEST_READ], addressed, source)


def inputs_of_heads(model: EntailmentModel, work: Path, texts: Sequence[str]) -> torch.Tensor:
    """Return the input of the sentence-level heads for each text, of shape (texts, hidden size)."""
    settings = read_settings(DEFAULTS)
    tokenizer = load_tokenizer(work / settings.base, settings.max_tokens)
    encoded = [tokenizer.encode("", text) for text in texts]
    order = sorted(range(len(texts)), key=lambda at: len(encoded[at].ids))
    inputs: list[torch.Tensor] = [torch.empty(0)] * len(texts)
    for start in range(0, len(order), 64):
        batch = order[start : start + 64]
        width = max(len(encoded[at].ids) for at in batch)
        ids = torch.full((len(batch), width), model.encoder.config.pad_token_id)
        mask, claim = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, at in enumerate(batch):
            length = len(encoded[at].ids)
            ids[row, :length] = torch.tensor(encoded[at].ids)
            mask[row, :length] = 1
            claim[row, :length] = torch.tensor([sequence == 1 for sequence in encoded[at].sequence_ids]).long()
        with torch.no_grad(), autocast():
            pooled = model.pooled(ids, mask, claim)[:, 0].float()
        for row, at in enumerate(batch):
            inputs[at] = pooled[row]
    return torch.stack(inputs)


def fitted(layer: torch.nn.Linear, rows: torch.Tensor, learnt: Sequence[Sentence]) -> tuple[torch.Tensor, torch.Tensor]:
    """Fit weights and bias of a layer to sentences, with a penalty on the distance from their previous values."""
    rows, before = rows.double(), layer.weight.detach().double()
    labels = torch.tensor([float(sentence.addressed) for sentence in learnt]).double()
    weights = torch.tensor([WEIGHTS.get((sentence.source, sentence.addressed), 1.0) for sentence in learnt]).double()
    weight, bias = before.clone().requires_grad_(), layer.bias.detach().double().clone().requires_grad_()
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=200, history_size=20, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = (rows @ weight.T)[:, 0] + bias
        losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        total = (weights * losses).sum() / weights.sum() + PENALTY * ((weight - before) ** 2).sum()
        total.backward()
        return total

    optimiser.step(loss)
    return weight.detach().float(), bias.detach().float()


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--weights", type=Path, required=True)
    options = parser.parse_args()
    settings = read_settings(DEFAULTS)
    state = torch.load(options.weights, weights_only=True)
    model = EntailmentModel(options.work / settings.base, settings.layers)
    model.load(state)
    model.eval()
    learnt = sentences(options.training, random.Random(12))
    rows = inputs_of_heads(model, options.work, [sentence.text for sentence in learnt])
    weight, bias = fitted(model.addressed, rows, learnt)
    torch.save({**state, "addressed.weight": weight, "addressed.bias": bias}, options.out)


if __name__ == "__main__":
    main()
