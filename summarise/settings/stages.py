"""Lists the stages that call a model, with the inputs and outputs of their prompts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from summarise.errors import ConfigurationError

LONGEST = 40


@dataclass(frozen=True)
class Stage:
    """A stage that calls a model. Each of its prompts uses all `inputs`, and states one of the `outputs`.

    `of_sentences`: whether the stage works on single sentences.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    of_sentences: bool = False


STAGES: Mapping[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("draft", inputs=("article", "count"), outputs=("sentences", "minutes", "cited")),
        Stage("merge", inputs=("notes", "count"), outputs=("minutes", "cited"), of_sentences=True),
        Stage("rewrite", inputs=("context", "sentences"), outputs=("text",)),
        Stage("repair", inputs=("article", "sentence", "faults"), outputs=("sentence",), of_sentences=True),
        Stage("judge", inputs=("article", "claim"), outputs=("judgement",), of_sentences=True),
    )
}


def stage_of(path: str) -> Stage:
    """Return the stage whose prompts are in the folder `path`: "draft" for "draft/bullets".

    Raises ConfigurationError if the stage is unknown. The caller puts the name of the file before the message.
    """
    name = path.partition("/")[0]
    stage = STAGES.get(name)
    if stage is None:
        raise ConfigurationError(f"unknown stage {quoted(name)}: {meant(name, STAGES)}")
    if not path.isprintable():
        raise ConfigurationError(f"{clipped(path)} has unprintable characters: rename the folder")
    return stage


def slot_of(name: str) -> tuple[str, str]:
    """Split the name of a prompt into its slot and the rest: "draft", "bullets/v1" for "draft/bullets/v1".

    A run uses one prompt per slot.
    """
    slot, _, below = name.partition("/")
    return slot, below


def by_slot(names: Iterable[str]) -> dict[str, str]:
    """Return prompts by slot. Raises ValueError if two different prompts have the same slot."""
    found: dict[str, str] = {}
    for name in names:
        slot, below = slot_of(name)
        if found.setdefault(slot, below) != below:
            raise ValueError(f"{slot}/{clipped(found[slot])} and {clipped(name)} contradict each other: leave one out")
    return found


def meant(name: str, known: Collection[str], *, there: str = "there are", sign: str = "") -> str:
    """Return text for a message about a wrong name: a similar known name, if any, and all `known` names."""
    close = get_close_matches(name.casefold(), known, n=1)
    names = f"{there} {', '.join(known)}"
    return f"did you mean {sign}{close[0]}? ({names})" if close else names


def clipped(name: str) -> str:
    """Return a name for a message, shortened; quoted if it is empty or not printable."""
    return f"{name[:LONGEST]}{_more(name)}" if name and name.isprintable() else quoted(name)


def quoted(name: str) -> str:
    """Return a name for a message, shortened and quoted."""
    short = name[:LONGEST]
    return f"{repr(short) if name.isprintable() else ascii(short)}{_more(name)}"


def _more(name: str) -> str:
    return "…" if len(name) > LONGEST else ""
