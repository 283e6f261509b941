"""Counts tokens with the available real tokenisers, in separate processes or in the local engine."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from summarise.backends.local import Engine, engine_installed
from summarise.backends.model_files import SMOLLM2, verified_path, verify
from summarise.settings.configuration import configure

HERE = Path(__file__).parent
Counts = dict[str, list[int]]
"""For each tokeniser, the number of tokens of each text."""


def counted(texts: Sequence[str], *, python: str | None, node: str | None) -> Counts:
    """Return the counts of all available tokenisers. `python`: an interpreter. `node`: a folder with node_modules."""
    counts: Counts = {}
    if engine_installed() and verify(configure().settings) == "ready":
        counts |= _by_engine(texts)
    if python is not None:
        counts |= _by(texts, python, str(HERE / "count.py"))
    if node is not None:
        counts |= _by(texts, "node", str(HERE / "count.mjs"), node)
    return counts


def _by(texts: Sequence[str], *command: str) -> Counts:
    process = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=300)
    counts: Counts = json.loads(process.stdout)
    return counts


def _by_engine(texts: Sequence[str]) -> Counts:
    import httpx

    path = verified_path(configure().settings)
    with Engine(path, name="counting", context_tokens=512) as engine:
        key = {"Authorization": f"Bearer {engine.key.get_secret_value()}"}
        with httpx.Client(base_url=engine.url, headers=key, timeout=60, trust_env=False) as client:
            answers = [client.post("/tokenize", json={"content": text}).json() for text in texts]
    return {f"{SMOLLM2.name} (local engine)": [len(answer["tokens"]) for answer in answers]}
