"""The files of an entailment model, in the usual layout: which folder, which label means "entailed", how long a text.

Does not run the model.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarise.errors import ConfigurationError
from summarise.files import read_bounded

BUILT_IN = Path(__file__).with_name("weights")
FILES = ("model.onnx", "tokenizer.json", "config.json")
ENTAILED = ("entailment", "entailed", "entails", "supported", "support", "supports", "consistent", "factual")
"""How labels of NLI models and of fact checkers say that the evidence bears a claim out."""
MAX_LABELS = 3
MAX_TOKENS = 512


@dataclass(frozen=True)
class Layout:
    """What `config.json` says: the index of the label that means "entailed", of how many, and the longest input.

    `name` is what the run record calls the model.
    """

    folder: Path
    name: str
    entailed: int
    labels: int
    pad: int
    max_tokens: int


def read_layout(folder: Path | None = None) -> Layout:
    """Read the layout of the model in a folder; without one, of the model that comes with the program.

    Raises ConfigurationError if a file is missing or damaged, or if no label, or more than one, means "entailed".
    """
    where = folder or BUILT_IN
    missing = [name for name in FILES if not (where / name).is_file()]
    if missing and folder is None:
        raise ConfigurationError(
            f"the entailment model is not in this installation ({missing[0]} is missing): install the program again"
        )
    if missing:
        raise ConfigurationError(
            f"{where} is no entailment model: {missing[0]} is missing (needed: {', '.join(FILES)})"
        )
    try:
        config = json.loads(read_bounded(where / "config.json"))
        names = _labels(config)
        pad = int(config.get("pad_token_id") or 0)
        version = str(config.get("version") or "").strip()
        longest = int(config.get("max_position_embeddings") or 0)
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ConfigurationError(f"{where / 'config.json'} cannot be read: {error}") from None
    if not 1 <= len(names) <= MAX_LABELS:
        raise ConfigurationError(f"{where / 'config.json'} names {len(names)} labels: an entailment model has 1 to 3")
    found = [index for index, name in enumerate(names) if name in ENTAILED]
    if len(names) == 1:
        found = [0]
    if len(found) != 1:
        raise ConfigurationError(
            f"{where / 'config.json'}: {len(found) or 'none'} of the labels {', '.join(names)} in id2label mean "
            "entailment; one must"
        )
    name = " ".join(filter(None, ("built-in" if folder is None else where.name, version)))
    return Layout(where, name, found[0], len(names), pad, min(longest, MAX_TOKENS) if longest > 0 else MAX_TOKENS)


def _labels(config: dict[str, Any]) -> list[str]:
    """Return the names of the labels in order, in lower case."""
    by_index = {int(index): str(name).lower() for index, name in config.get("id2label", {}).items()}
    return [by_index[index] for index in sorted(by_index)]
