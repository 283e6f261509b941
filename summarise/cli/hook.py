"""The command that a coding agent runs before it ends its turn (docs/agents.md)."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from summarise.cli import options as shared
from summarise.cli.check import files_in, read_cited
from summarise.cli.terminal import checked_file, read_sources, tell
from summarise.errors import ArticleError, SummariseError, UsageError

# Exit codes of a stop hook: 2 sends standard error to the agent, which goes on; others show it to the user.
SEND_BACK, SHOW = 2, SummariseError.exit_code
# maximum size of an event, which contains the agent's last message
MOST_EVENT_BYTES = 16 * 2**20


class _Hook(click.Command):
    """A command that does not exit with 2 on its own errors, because a coding agent reads 2 as a verdict."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        try:
            return super().make_context(*args, **options)
        except click.ClickException as error:
            raise SummariseError(error.format_message()) from None

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except UsageError as error:
            raise SummariseError(str(error)) from None


@click.command(
    "hook", cls=_Hook, short_help="Check what a coding agent wrote, before it stops.", context_settings=shared.HELP
)
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@shared.options(
    click.option("--source", "sources", multiple=True, metavar="NAME", help="A source of the texts; can be repeated."),
    click.option("--sources", "folder", metavar="FOLDER", help="All files of a folder as sources."),
    click.option("--require-citations", is_flag=True, default=None, help="Each sentence has to cite a source."),
    *shared.checking_options,
    shared.strict_option,
    shared.accept_option,
    shared.names_option,
    *shared.reading_options,
    shared.input_format_option,
)
def hook_command(texts: tuple[str, ...], *, sources: tuple[str, ...], folder: str | None, **given: Any) -> int:
    """Check each TEXT against the sources before a coding agent ends its turn: a stop hook.

    Reads the event as JSON on standard input. Exits with 2, and prints the unsupported sentences on standard error, so
    that the agent corrects them. If the agent was already sent back (`stop_hook_active`), exits with 1: the user sees
    them, and the agent stops. A TEXT that does not exist is not checked; without TEXT, the agent's last message is.
    """
    event = _event()
    articles = [*sources, *(files_in(folder, *texts) if folder else ())]
    if not articles:
        raise UsageError("name the sources with --source NAME or --sources FOLDER")
    present = [text for text in texts if Path(text).exists()]
    message = event.get("last_assistant_message")
    if not present and (texts or not message):
        return 0
    problems = _problems(articles, present, None if texts else str(message), given)
    if not problems:
        return 0
    count = f"{len(problems)} {'sentence is' if len(problems) == 1 else 'sentences are'} not supported by the source"
    tell(f"{count}: correct or remove {'it' if len(problems) == 1 else 'them'}, and add nothing.")
    for problem in problems:
        tell(problem)
    return SHOW if event.get("stop_hook_active") else SEND_BACK


def _event() -> dict[str, Any]:
    try:
        data = sys.stdin.buffer.read(MOST_EVENT_BYTES + 1) if sys.stdin else b""
        event = json.loads(data) if len(data) <= MOST_EVENT_BYTES else None
    except (OSError, ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise SummariseError(
            "standard input is not an event (a JSON object of at most 16 MiB): run this as a stop hook"
        )
    return event


def _problems(articles: Sequence[str], texts: Sequence[str], message: str | None, given: dict[str, Any]) -> list[str]:
    """Return a line for each sentence that is unsupported or badly cited."""
    from summarise.article import article_from
    from summarise.checks.accepted import accepted_from
    from summarise.checks.kinds import extract
    from summarise.checks.sources import without_markup
    from summarise.pipeline.checking import checked
    from summarise.report.annotations import problem_lines

    settings = shared.settings_given(given)
    facts = extract(read_sources(articles, given, settings, quiet=True, cited=True))
    accepted, names = accepted_from(settings.accept), shared.house_style(given)["names"]
    found: list[str] = []
    for name in texts or ("-",):
        try:
            text = article_from(without_markup(message or "")) if name == "-" else read_cited(name, given, settings)
        except ArticleError as error:
            if name == "-" or not Path(name).stat().st_size:
                continue
            raise SummariseError(str(error)) from None
        report = checked(text, facts, accept=accepted, names=names, settings=settings)
        found += problem_lines([checked_file(report, articles[0], name, text)])
    return found
