"""Unpack the base model from its GGUF file: `python -m training.writer.base MODEL.gguf WORK`.

So the adapter is trained on the rounded weights with which it will be used, not on the published weights.
"""

import argparse
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def unpack(weights: Path, folder: Path) -> None:
    """Write the model and its tokenizer as `transformers` reads them."""
    place, name = str(weights.parent), weights.name
    AutoTokenizer.from_pretrained(place, gguf_file=name).save_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(place, gguf_file=name, dtype=torch.float32)
    del model.config.quantization_config
    # A model that was read from GGUF refuses to be saved; its weights are plain by now.
    plain = AutoModelForCausalLM.from_config(model.config)
    plain.load_state_dict(model.state_dict())
    plain.save_pretrained(folder)


def main() -> None:
    """Parse the arguments and unpack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    unpack(options.weights, options.work / "base")


if __name__ == "__main__":
    main()
