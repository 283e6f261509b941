"""The commands besides the main one; each returns its exit code."""

from collections.abc import Sequence
from itertools import takewhile

import click

from summarise.cli.commands.batch import batch_command, compare_command
from summarise.cli.commands.check import (
    accept_command,
    check_command,
    ci_command,
    diff_command,
    facts_command,
    replay_command,
)
from summarise.cli.commands.hook import hook_command
from summarise.cli.commands.installation import (
    cache_command,
    completion_command,
    config_command,
    doctor_command,
    models_command,
)
from summarise.cli.commands.prompts import prompts_command
from summarise.cli.commands.serve import mcp_command, serve_command

VERBS: dict[str, click.Command] = {
    command.name or "": command
    for command in (
        batch_command,
        compare_command,
        check_command,
        ci_command,
        hook_command,
        accept_command,
        facts_command,
        diff_command,
        replay_command,
        prompts_command,
        models_command,
        config_command,
        cache_command,
        serve_command,
        mcp_command,
        doctor_command,
        completion_command,
    )
}

# Removed verbs and options, and their replacements.
REMOVED = {
    "calibrate": "set --sensitivity and --writer",
    "man": "every verb and option is in `summarise --help` and `summarise VERB --help`",
    "replay --diff": "print both with `summarise replay RUN --json`, and compare the outputs",
    "--strategy": "name a prompt with --prompt draft/v1 or --prompt rewrite/v1",
    "prompts diff": "compare the files that `summarise prompts show STAGE/vN` prints",
}


def removed_verb(arguments: Sequence[str]) -> str | None:
    """Return the removed verb or option that the arguments name, or None."""
    return next((gone for gone in REMOVED if _names(arguments, *gone.split())), None)


def _names(arguments: Sequence[str], verb: str, *others: str) -> bool:
    if verb.startswith("--"):
        options = takewhile(lambda word: word != "--", arguments)
        return any(word.partition("=")[0] == verb for word in options)
    if list(arguments[:1]) != [verb]:
        return False
    return all(
        word in arguments if word.startswith("--") else arguments[place : place + 1] == [word]
        for place, word in enumerate(others, start=1)
    )


def verbs_text() -> str:
    """Return a line of help for each verb."""
    rows = [(name, command.get_short_help_str(limit=80)) for name, command in VERBS.items()]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:{width}}  {about}" for name, about in rows)
