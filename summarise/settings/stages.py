"""The stages that ask a model: what each fills into its prompt, and the forms in which it can read an answer.

`validation.py` holds prompts against this table, a test the stages themselves.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from summarise.data import Strategy
from summarise.errors import ConfigurationError

LONGEST = 40


@dataclass(frozen=True)
class Stage:
    """What prompts of a stage are held to: their `inputs` (all of them), and the `outputs` of which each names one.

    `variants` are the folders that its prompts lie in, None where they lie in the stage's own or in any below it.
    `strategy` is the one that it belongs to; `of_sentences` are stages that are given single sentences.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    variants: tuple[str, ...] | None = None
    strategy: Strategy = "direct"
    of_sentences: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The folders that prompts of the stage lie in, where those are fixed."""
        return tuple(f"{self.name}/{variant}" for variant in self.variants or ())


STAGES: Mapping[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("draft", inputs=("article", "count"), outputs=("sentences", "cited")),
        Stage("merge", inputs=("notes", "count"), outputs=("cited",), of_sentences=True),
        Stage(
            "rewrite",
            inputs=("article",),
            outputs=("text",),
            variants=("shorten",),
            strategy="select-then-rewrite",
        ),
        Stage("repair", inputs=("article", "sentence", "faults"), outputs=("sentence",), of_sentences=True),
        Stage("judge", inputs=("article", "claim"), outputs=("judgement",), of_sentences=True),
    )
}


def stage_of(path: str) -> Stage:
    """Return the stage whose prompts lie in the folder `path`: "draft/bullets" is draft.

    ConfigurationError, to be put behind the name of the file or folder, where that is no folder of a stage.
    """
    name = path.partition("/")[0]
    stage = STAGES.get(name)
    if stage is None:
        raise ConfigurationError(f"no stage {quoted(name)} asks a model: {meant(name, STAGES)}")
    if stage.variants is not None and path not in stage.paths:
        raise ConfigurationError(f"{clipped(path)} has no prompts: {meant(path, stage.paths)}")
    if not path.isprintable():
        raise ConfigurationError(f"{clipped(path)} cannot be shown: rename the folder, in letters and digits")
    return stage


def slot_of(name: str) -> tuple[str, str]:
    """Split a prompt's name into the place that one prompt of a run fills, and what stands below that.

    That is the stage, so that "draft/bullets/v1" is ("draft", "bullets/v1"); of a stage whose prompts lie in fixed
    folders it is the folder: "rewrite/shorten/v1" is ("rewrite/shorten", "v1").
    """
    stage = STAGES.get(name.partition("/")[0])
    for path in stage.paths if stage is not None else ():
        if name.startswith(f"{path}/"):
            return path, name.removeprefix(f"{path}/")
    slot, _, below = name.partition("/")
    return slot, below


def by_slot(names: Iterable[str]) -> dict[str, str]:
    """Return the prompts of these names by the slot of each; ValueError, for a message, where two are for one slot."""
    found: dict[str, str] = {}
    for name in names:
        slot, below = slot_of(name)
        if found.setdefault(slot, below) != below:
            raise ValueError(f"{slot}/{clipped(found[slot])} and {clipped(name)} contradict each other: leave one out")
    return found


def meant(name: str, known: Collection[str], *, there: str = "there are", sign: str = "") -> str:
    """Return what a name may have meant, if it is near to one, and all that there are; `sign` stands before the one."""
    close = get_close_matches(name.casefold(), known, n=1)
    names = f"{there} {', '.join(known)}"
    return f"did you mean {sign}{close[0]}? ({names})" if close else names


def clipped(name: str) -> str:
    """Return a name as it may stand in a line; one that nobody would see there is quoted."""
    return f"{name[:LONGEST]}{_more(name)}" if name and name.isprintable() else quoted(name)


def quoted(name: str) -> str:
    """Return a name as it may stand in a line, in quotation marks."""
    short = name[:LONGEST]
    return f"{repr(short) if name.isprintable() else ascii(short)}{_more(name)}"


def _more(name: str) -> str:
    return "…" if len(name) > LONGEST else ""
