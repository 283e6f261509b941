"""Average the weights of two runs of one model: `python -m training.average ONE.pt TWO.pt OUT.pt`.

If the second run continued the first, the mean keeps the first run's accuracy on text that differs from the data of the
second (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", arXiv:2109.01903). Export the mean with
`training.export --weights OUT.pt`.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import torch


def average(first: Mapping[str, torch.Tensor], second: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the mean of each weight tensor. Raises ValueError if the two runs have different tensors."""
    if first.keys() != second.keys():
        name = min(first.keys() ^ second.keys())
        raise ValueError(f"only one file contains {name}: name two runs of one model")
    pairs = ((name, first[name], second[name]) for name in second)
    return {name: (one + two) / 2 if two.is_floating_point() else two for name, one, two in pairs}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("one", "two", "out"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    weights = (torch.load(path, weights_only=True) for path in (arguments.one, arguments.two))
    torch.save(average(*weights), arguments.out)


if __name__ == "__main__":
    main()
