"""The commands for other programs: `serve`, `mcp`, and `hook` for coding agents."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.check import files_in, read_cited, source_options
from summarise.cli.terminal import checked_file, notify, read_sources
from summarise.errors import ArticleError, ConfigurationError, SummariseError, UsageError
from summarise.files import read_bounded

if TYPE_CHECKING:
    from summarise.serving.guard import Limits
    from summarise.serving.service import Service


# Exit codes of a stop hook: 2 sends standard error to the agent, which goes on; other codes show it to the user.
SEND_BACK, SHOW = 2, SummariseError.exit_code
# maximum size of an event, which contains the agent's last message
MOST_EVENT_BYTES = 16 * 2**20
shared_options = (
    shared.model_option,
    shared.entailment_option,
    shared.sensitivity_option,
    shared.writer_option,
    click.option("--runs", metavar="DIR", help="Folder in which summaries are saved as run files."),
    click.option("--no-history", is_flag=True, help="Do not save summaries."),
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read and check texts."
)


@click.command("serve", context_settings=shared.HELP, short_help="Serve a page, an HTTP API and an MCP server.")
@shared.options(
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; see --token-file."),
    click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 is any free port."),
    click.option(
        "--token-file", metavar="FILE", help="File with a token of your own; needed if --host admits other machines."
    ),
    click.option(
        "--allow-host", "names", multiple=True, metavar="NAME[:PORT]", help="Also accept requests to this host name."
    ),
    workers_option,
    *shared_options,
    click.option("--verbose", "-v", is_flag=True, help="Print a line for each request: method, path and status."),
)
def serve_command(
    *, host: str, port: int, token_file: str | None, names: tuple[str, ...], workers: int, verbose: bool, **given: Any
) -> int:
    """Serve a page, an HTTP API and an MCP server to this machine, until it is interrupted.

    The printed address contains a token. Anyone who has the token can use the server.
    """
    _require_packages()
    from summarise.serving.guard import Limits
    from summarise.serving.server import LOOPBACK, app_of, authority, hosts_of, listening, new_token, require_token, run

    if host not in LOOPBACK and token_file is None:
        raise UsageError(f"--host {host} allows other machines: give a token of your own with --token-file FILE")
    if host in ("0.0.0.0", "::") and not names:  # noqa: S104
        raise UsageError(
            f"--host {host} listens on every address: add --allow-host NAME for each host name that clients use"
        )
    token = new_token() if token_file is None else require_token(_read(token_file))
    limits = Limits(workers=workers)
    service = _service(limits, given)
    bound = listening(host, port)
    port = bound.getsockname()[1]
    shown = names[0] if host in ("0.0.0.0", "::") else host  # noqa: S104
    notify(f"http://{authority(shown, port)}/{f'#token={token}' if token_file is None else ''}")
    notify("Open this address in a browser; Ctrl-C ends the server.")
    log = notify if verbose else lambda _: None
    app = app_of(service, limits, token=token, hosts=hosts_of(host, port, names), log=log)
    run(app, service, bound, limits)
    notify("The server has ended.")
    return 0


@click.command("mcp", context_settings=shared.HELP, short_help="Serve an agent over standard input and output.")
@shared.options(workers_option, *shared_options)
def mcp_command(*, workers: int, **given: Any) -> int:
    """Serve an agent over standard input and output (MCP), until it closes them."""
    import asyncio

    _require_packages()
    from summarise.serving.guard import Limits
    from summarise.serving.mcp_tools import serve_stdio

    asyncio.run(serve_stdio(_service(Limits(workers=workers), given)))
    return 0


def _require_packages() -> None:
    try:
        import mcp  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise ConfigurationError(
            f"serving needs the package {error.name}: run `pip install 'summarise-checked[serve]'`"
        ) from None


def _service(limits: "Limits", given: dict[str, Any]) -> "Service":
    from platformdirs import user_data_path

    from summarise.pipeline.options import require_prompts
    from summarise.serving.service import History, Service

    settings = shared.settings_given(given)
    require_prompts(settings)
    runs = Path(given["runs"]) if given["runs"] is not None else user_data_path("summarise") / "runs"
    return Service(settings, limits, history=None if given["no_history"] else History(runs))


def _read(token_file: str) -> str:
    try:
        return read_bounded(Path(token_file)).decode("ascii")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not ASCII text"
        raise ConfigurationError(f"cannot read the token file {token_file}: {reason}") from None


class _Hook(click.Command):
    """A command whose usage errors exit with 1, because a coding agent takes 2 for a failed check."""

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
    *source_options,
    *shared.checking_options,
    shared.strict_option,
    shared.accept_option,
    shared.names_option,
    *shared.reading_options,
    shared.input_format_option,
)
def hook_command(texts: tuple[str, ...], *, sources: tuple[str, ...], folder: str | None, **given: Any) -> int:
    """Stop hook of a coding agent: check each TEXT against the sources before the agent ends its turn.

    The agent's event is read as JSON from standard input. Unsupported sentences are printed on standard error. The
    exit code is then 2, so that the agent corrects them, or 1 if the agent was already sent back (`stop_hook_active`),
    so that the user sees them. A TEXT that is missing is ignored. Without TEXT, the agent's last message is checked.
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
    notify(f"{count}: correct or remove {'it' if len(problems) == 1 else 'them'} without additions.")
    for problem in problems:
        notify(problem)
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
    from summarise.article import article_from
    from summarise.checks.accepted import accepted_from
    from summarise.checks.kinds import extract
    from summarise.checks.sources import without_markup
    from summarise.pipeline.checking import check_summary
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
        report = check_summary(text, facts, accept=accepted, names=names, settings=settings)
        found += problem_lines([checked_file(report, articles[0], name, text)])
    return found
