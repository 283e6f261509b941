"""The rules that reword a sentence and keep what it says. Each yields every rewording that it can make."""

from collections.abc import Callable, Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.twins.adjuncts import adjuncts
from benchmarks.edits.twins.aliases import aliases
from benchmarks.edits.twins.contractions import contractions
from benchmarks.edits.twins.dates import dates
from benchmarks.edits.twins.numbers import numbers
from benchmarks.edits.twins.parts import parts
from benchmarks.edits.twins.references import references
from benchmarks.edits.twins.saying import moved_attribution
from benchmarks.edits.twins.shape import shapes
from benchmarks.edits.twins.synonyms import synonyms
from benchmarks.edits.twins.voice import voices
from benchmarks.edits.twins.wording import wordings

TWINS: tuple[Callable[[Scene, Reading], Iterator[Change]], ...] = (
    numbers,
    dates,
    contractions,
    moved_attribution,
    aliases,
    synonyms,
    shapes,
    voices,
    parts,
    adjuncts,
    wordings,
    references,
)

__all__ = ["TWINS"]
