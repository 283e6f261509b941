"""The verbs beside the main command, a module for each; what each returns is its exit code.

Do not hold any of the work; heavy modules are imported when a verb runs, so that help answers at once.
"""

import click

from summarise.verbs.accepting import accept_command
from summarise.verbs.batch import batch_command
from summarise.verbs.cache import cache_command
from summarise.verbs.calibrating import calibrate_command
from summarise.verbs.checking import check_command
from summarise.verbs.ci import ci_command
from summarise.verbs.completion import completion_command
from summarise.verbs.config import config_command
from summarise.verbs.doctor import doctor_command
from summarise.verbs.facts import facts_command
from summarise.verbs.man import man_command
from summarise.verbs.models import models_command
from summarise.verbs.prompts import prompts_command
from summarise.verbs.replaying import replay_command
from summarise.verbs.serving import mcp_command, serve_command

VERBS: dict[str, click.Command] = {
    command.name or "": command
    for command in (
        batch_command,
        check_command,
        ci_command,
        accept_command,
        calibrate_command,
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
        man_command,
    )
}


def verbs_text() -> str:
    """Return a line for each verb, for the help of the main command: what is typed, and what it does."""
    told = [(name, command.get_short_help_str(limit=80)) for name, command in VERBS.items()]
    width = max(len(name) for name, _ in told)
    return "\n".join(f"  {name:{width}}  {about}" for name, about in told)
