"""A claim that somebody has labelled against its article: what the verdict's parameters are fitted to."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from summarise.data.article import Article
from summarise.data.base import Record

LABELS = {1: True, 0: False, "supported": True, "unsupported": False}


def _label(given: object) -> object:
    try:
        return LABELS[given]
    except (KeyError, TypeError):
        raise ValueError('write 1, 0, "supported" or "unsupported"') from None


class LabelledPair(Record):
    """A claim, of one sentence or several, with its article and whether the article supports it.

    A `str` is the article's text, a `Path` its file. `label` is 1 or "supported", 0 or "unsupported".
    """

    article: str | Path | Article
    claim: str
    label: Annotated[bool, BeforeValidator(_label)]
