"""A cache of spaCy and entailment results for all tests of a process, most of which read the same texts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from summarise.checks.entailment import EntailmentModel
from summarise.checks.entailment import reader as reading
from summarise.checks.entailment.reader import ClaimReader, loaded
from summarise.facts import parser
from summarise.facts.parser import Token
from summarise.facts.parser import read as computed

_TOKENS: dict[tuple[object, str], tuple[Token, ...]] = {}
_SCORES: dict[tuple[Any, ...], Any] = {}


@contextmanager
def remembering() -> Iterator[None]:
    """Cache parses and scores, and give the model one core, because tests run on all cores already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "loaded", lambda folder, threads=0: loaded(folder, threads or 1))
        _remember_tokens(patch)
        _remember_scores(patch)
        _remember_addressed(patch)
        _remember_answers(patch)
        yield


def _remember_tokens(patch: pytest.MonkeyPatch) -> None:
    def read(texts: Sequence[str], *, rules: bool = False) -> tuple[tuple[Token, ...], ...]:
        model = None if rules else parser.load().model
        new = [text for text in dict.fromkeys(texts) if (model, text) not in _TOKENS]
        _TOKENS.update(zip([(model, text) for text in new], computed(new, rules=rules), strict=True))
        return tuple(_TOKENS[model, text] for text in texts)

    patch.setattr(parser, "read", read)


def _remember_scores(patch: pytest.MonkeyPatch) -> None:
    read, entailed_by = ClaimReader.read, ClaimReader.entailed_by

    def key(reader: ClaimReader, *texts: Any) -> tuple[Any, ...]:
        return reader._model, tuple(reader._sentences), *texts

    def remembered_read(reader: ClaimReader, claims: Sequence[tuple[str, str]]) -> list[Any]:
        # One by one: the other claims in a batch hardly change a score.
        new = [claim for claim in dict.fromkeys(claims) if key(reader, read, *claim) not in _SCORES]
        _SCORES.update((key(reader, read, *claim), read(reader, [claim])[0]) for claim in new)
        return [_SCORES[key(reader, read, *claim)] for claim in claims]

    def remembered_entailed_by(reader: ClaimReader, sentences: Sequence[str], claims: Sequence[str]) -> list[float]:
        place = key(reader, entailed_by, tuple(sentences), tuple(claims))
        if place not in _SCORES:
            _SCORES[place] = entailed_by(reader, sentences, claims)
        return list(_SCORES[place])

    patch.setattr(ClaimReader, "read", remembered_read)
    patch.setattr(ClaimReader, "entailed_by", remembered_entailed_by)


def _remember_addressed(patch: pytest.MonkeyPatch) -> None:
    asked = EntailmentModel.addressed

    def remembered(model: EntailmentModel, sentences: Sequence[str]) -> list[float]:
        new = [one for one in dict.fromkeys(sentences) if (asked, model, one) not in _SCORES]
        _SCORES.update(zip([(asked, model, one) for one in new], asked(model, new), strict=True))
        return [_SCORES[asked, model, one] for one in sentences]

    patch.setattr(EntailmentModel, "addressed", remembered)


def _remember_answers(patch: pytest.MonkeyPatch) -> None:
    asked = EntailmentModel.answer_tokens

    def remembered(model: EntailmentModel, texts: Sequence[str], question: str) -> list[list[tuple[int, float]]]:
        new = [text for text in dict.fromkeys(texts) if (asked, model, question, text) not in _SCORES]
        answers = zip(new, asked(model, new, question), strict=True)
        _SCORES.update(((asked, model, question, text), tokens) for text, tokens in answers)
        return [list(_SCORES[asked, model, question, text]) for text in texts]

    patch.setattr(EntailmentModel, "answer_tokens", remembered)
