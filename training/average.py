"""Average the weights of two runs of one model: `python -m training.average ONE.pt TWO.pt OUT.pt`.

Where the second run went on from the first, the mean keeps what the first could do on text unlike the second's data
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", arXiv:2109.01903). Export it with `--weights OUT.pt`.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import torch


def average(one: Mapping[str, torch.Tensor], two: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the mean of each table of weights; raises ValueError if the two have not the same tables."""
    if one.keys() != two.keys():
        raise ValueError(f"not of one model: {sorted(one.keys() ^ two.keys())[0]} is in one of the two only")
    return {name: (one[name] + two[name]) / 2 if two[name].is_floating_point() else two[name] for name in two}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("one", "two", "out"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    weights = (torch.load(path, weights_only=True) for path in (arguments.one, arguments.two))
    torch.save(average(*weights), arguments.out)


if __name__ == "__main__":
    main()
