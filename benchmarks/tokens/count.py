"""Count tokens with tokenisers bundled in installed packages. Reads a JSON list of texts, prints JSON counts by name.

    python count.py < texts.json

It does not import the program, so it can run in a separate environment: `pip install tiktoken tokenizers sentencepiece`
and, without dependencies, `litellm` and `mistral-common`. Missing packages are skipped; nothing is downloaded.
"""

import base64
import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Count = Callable[[str], int]

RANKS = {
    "9b5ad71b2ce5302211f9c61530b329a4922fc6a4": "cl100k_base",
    "fb374d419588a4632f3f557e76b4b70aebbca790": "o200k_base",
}
"""OpenAI's encodings by the names of their rank files in litellm."""
CL100K = "|".join(
    [
        r"'(?i:[sdmt]|ll|ve|re)",
        r"[^\r\n\p{L}\p{N}]?+\p{L}++",
        r"\p{N}{1,3}+",
        r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
        r"\s++$",
        r"\s*[\r\n]",
        r"\s+(?!\S)",
        r"\s",
    ]
)
O200K = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
PATTERNS = {"cl100k_base": CL100K, "o200k_base": O200K}


def folder(package: str) -> Path | None:
    """Return the folder of a package without importing it, or None."""
    spec = find_spec(package)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def counters() -> dict[str, Count]:
    """Return the available counting functions by tokeniser, whose name includes the version of its package."""
    counts: dict[str, Count] = {}
    if (place := folder("litellm")) and find_spec("tiktoken"):
        counts |= _tiktoken(place / "litellm_core_utils" / "tokenizers", f"litellm {version('litellm')}")
    if (place := folder("litellm")) and find_spec("tokenizers"):
        counts |= _tokenizers(place / "litellm_core_utils" / "tokenizers", f"litellm {version('litellm')}")
    if place := folder("mistral_common"):
        counts |= _mistral(place / "data", f"mistral-common {version('mistral-common')}")
    return counts


def _tiktoken(place: Path, source: str) -> dict[str, Count]:
    import tiktoken

    counts: dict[str, Count] = {}
    for file, name in RANKS.items():
        if (place / file).is_file():
            lines = (line.split() for line in (place / file).read_bytes().splitlines() if line)
            ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
            counts[f"{name} ({source})"] = _of(
                tiktoken.Encoding(name, pat_str=PATTERNS[name], mergeable_ranks=ranks, special_tokens={})
            )
    return counts


def _of(encoding: Any) -> Count:
    return lambda text: len(encoding.encode_ordinary(text))


def _tokenizers(place: Path, source: str) -> dict[str, Count]:
    from tokenizers import Tokenizer

    counts: dict[str, Count] = {}
    for file in sorted(place.glob("*_tokenizer.json")):
        tokenizer = Tokenizer.from_file(str(file))
        name = file.stem.removesuffix("_tokenizer")
        counts[f"{name} ({source})"] = lambda text, t=tokenizer: len(t.encode(text, add_special_tokens=False).ids)  # type: ignore[misc]
    return counts


def _mistral(place: Path, source: str) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    if (place / "tokenizer.model.v1").is_file() and find_spec("sentencepiece"):
        import sentencepiece

        pieces = sentencepiece.SentencePieceProcessor(model_file=str(place / "tokenizer.model.v1"))
        counts[f"mistral v1 ({source})"] = lambda text: len(pieces.encode(text))
    if (tekken := place / "tekken_240911.json").is_file() and find_spec("tiktoken"):
        import tiktoken

        data = json.loads(tekken.read_text(encoding="utf-8"))
        size = data["config"]["default_vocab_size"] - data["config"]["default_num_special_tokens"]
        ranks = {base64.b64decode(entry["token_bytes"]): entry["rank"] for entry in data["vocab"][:size]}
        counts[f"mistral tekken ({source})"] = _of(
            tiktoken.Encoding("tekken", pat_str=data["config"]["pattern"], mergeable_ranks=ranks, special_tokens={})
        )
    return counts


if __name__ == "__main__":
    texts = json.load(sys.stdin)
    json.dump({name: [count(text) for text in texts] for name, count in counters().items()}, sys.stdout)
