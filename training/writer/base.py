"""Unpack the base model from its GGUF file: `python -m training.writer.base MODEL.gguf WORK`.

The adapter is trained on the rounded weights of this file, because it is used with them.
"""

import argparse
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def unpack(weights: Path, folder: Path) -> None:
    """Write the model and its tokenizer in the format of `transformers`."""
    place, name = str(weights.parent), weights.name
    AutoTokenizer.from_pretrained(place, gguf_file=name).save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(place, gguf_file=name, dtype=torch.float32)
    del model.config.quantization_config
    # `transformers` refuses to save a model that was read from GGUF.
    plain = AutoModelForCausalLM.from_config(model.config)
    plain.load_state_dict(model.state_dict())
    plain.save_pretrained(folder)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    unpack(options.weights, options.work / "base")


if __name__ == "__main__":
    main()
