"""The commands besides the main one; each returns its exit code."""

from collections.abc import Sequence
from itertools import takewhile

import click

from summarise.cli.commands.accept import accept_command
from summarise.cli.commands.batch import batch_command
from summarise.cli.commands.cache import cache_command
from summarise.cli.commands.check import check_command
from summarise.cli.commands.ci import ci_command
from summarise.cli.commands.compare import compare_command
from summarise.cli.commands.completion import completion_command
from summarise.cli.commands.config import config_command
from summarise.cli.commands.doctor import doctor_command
from summarise.cli.commands.facts import facts_command
from summarise.cli.commands.models import models_command
from summarise.cli.commands.prompts import prompts_command
from summarise.cli.commands.replay import replay_command
from summarise.cli.commands.serve import mcp_command, serve_command

VERBS: dict[str, click.Command] = {
    command.name or "": command
    for command in (
        batch_command,
        compare_command,
        check_command,
        ci_command,
        accept_command,
        facts_command,
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
    told = [(name, command.get_short_help_str(limit=80)) for name, command in VERBS.items()]
    width = max(len(name) for name, _ in told)
    return "\n".join(f"  {name:{width}}  {about}" for name, about in told)
