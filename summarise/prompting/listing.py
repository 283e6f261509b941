"""Which prompts there are, whose each is, and which of the built-in ones the user's own take the place of.

Reads every prompt of a folder, used or not, so that a fault in any of them is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from summarise.errors import ConfigurationError
from summarise.prompting.prompt import Prompt, available, builtin_directory, read, require_folder, require_stage


@dataclass(frozen=True)
class Listed:
    """A prompt, and the built-in ones that are not used where it is there.

    These are the one of its name, and the newest of its stage, where it is the user's newest: that is used unless
    another is named.
    """

    prompt: Prompt
    overrides: tuple[str, ...] = ()


def listed(directory: Path | None) -> list[Listed]:
    """Return all prompts, the user's first; ConfigurationError where one of them breaks a rule.

    The first fault is told, and how many more prompts have one.
    """
    ours = [Listed(read(builtin_directory(), name)) for name in available(builtin_directory())]
    if directory is None:
        return ours
    require_folder(directory)
    own: list[Prompt] = []
    faults: list[ConfigurationError] = []
    for name in available(directory):
        try:
            require_stage(directory, name)
            own.append(read(directory, name))
        except ConfigurationError as error:
            faults.append(error)
    if faults:
        more = f" (and {len(faults) - 1} more of {directory})" if faults[1:] else ""
        raise ConfigurationError(f"{faults[0]}{more}")
    built_in = [one.prompt for one in ours]
    return [*(Listed(prompt, overrides=overridden(prompt, own, built_in)) for prompt in own), *ours]


def overridden(prompt: Prompt, own: Sequence[Prompt], built_in: Sequence[Prompt]) -> tuple[str, ...]:
    """Return which built-in prompts one of the user's `own` takes the place of: that of its name, then the newest."""
    # Versions of a stage come in ascending order: the last one is the newest.
    newest, newest_own = ({one.stage: one.id for one in some} for some in (built_in, own))
    same = [one.id for one in built_in if one.id == prompt.id]
    used = [newest[prompt.stage]] if prompt.stage in newest and newest_own[prompt.stage] == prompt.id else []
    return tuple(dict.fromkeys(same + used))
