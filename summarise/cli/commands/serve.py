"""`summarise serve` and `summarise mcp`: what the command has, for browsers, programs and agents."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarise.cli.options import HELP, entailment_option, model_option, options, sensitivity_option, settings_from
from summarise.cli.terminal import tell
from summarise.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from summarise.serving.history import History
    from summarise.serving.limits import Limits
    from summarise.serving.service import Service
    from summarise.settings.model import Settings

INSTALL = "pip install 'summarise-checked[serve]'"
DEFAULT_PORT = 8765
shared_options = (
    model_option,
    entailment_option,
    sensitivity_option,
    click.option("--runs", metavar="DIR", help="Folder in which summaries are kept as run files."),
    click.option("--no-history", is_flag=True, help="Keep no runs."),
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read and check."
)


@click.command("serve", context_settings=HELP, short_help="Serve a page, an HTTP API and an MCP server.")
@options(
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others need a token."),
    click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any."),
    click.option("--token-file", metavar="FILE", help="File with a token of your own; needed with another --host."),
    click.option(
        "--allow-host", "names", multiple=True, metavar="NAME[:PORT]", help="Another name that the server is asked by."
    ),
    workers_option,
    *shared_options,
    click.option("--verbose", "-v", is_flag=True, help="Print a line for each request: method, path and status."),
)
def serve_command(
    *,
    host: str,
    port: int,
    token_file: str | None,
    names: tuple[str, ...],
    workers: int,
    models: tuple[str, ...],
    entailment: str | None,
    sensitivity: str | None,
    runs: str | None,
    no_history: bool,
    verbose: bool,
) -> int:
    """Serve a page, an HTTP API and an MCP server to this machine, until it is interrupted.

    The address that is printed has a token; whoever has it can do what you can.
    """
    _require_packages()
    from summarise.serving.app import app_of
    from summarise.serving.limits import Limits
    from summarise.serving.server import LOOPBACK, authority, hosts_of, listening, new_token, require_token, run

    if host not in LOOPBACK and token_file is None:
        raise UsageError(f"--host {host} lets other machines in: give a token of your own with --token-file FILE")
    if host in ("0.0.0.0", "::") and not names:  # noqa: S104
        raise UsageError(f"--host {host} has no name of its own: give the names that clients use with --allow-host")
    token = new_token() if token_file is None else require_token(_read(token_file))
    settings = _settings(models, entailment, sensitivity)
    limits = Limits(workers=workers)
    service = _service(settings, limits, runs, no_history=no_history)
    bound = listening(host, port)
    port = bound.getsockname()[1]
    shown = names[0] if host in ("0.0.0.0", "::") else host  # noqa: S104
    tell(f"http://{authority(shown, port)}/{f'#token={token}' if token_file is None else ''}")
    tell("Open this address in a browser; Ctrl-C ends the server.")
    told = tell if verbose else lambda _: None
    app = app_of(service, limits, token=token, hosts=hosts_of(host, port, names), told=told)
    run(app, service, bound, limits)
    tell("The server has ended.")
    return 0


@click.command("mcp", context_settings=HELP, short_help="Serve an agent over standard input and output.")
@options(workers_option, *shared_options)
def mcp_command(
    *,
    workers: int,
    models: tuple[str, ...],
    entailment: str | None,
    sensitivity: str | None,
    runs: str | None,
    no_history: bool,
) -> int:
    """Serve an agent over standard input and output (MCP), until it closes them."""
    import asyncio

    _require_packages()
    from summarise.serving.limits import Limits
    from summarise.serving.mcp_tools import serve_stdio

    limits = Limits(workers=workers)
    service = _service(_settings(models, entailment, sensitivity), limits, runs, no_history=no_history)
    asyncio.run(serve_stdio(service))
    return 0


def _require_packages() -> None:
    try:
        import mcp  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise ConfigurationError(f"serving needs the package {error.name}: run `{INSTALL}`") from None


def _settings(models: tuple[str, ...], entailment: str | None, sensitivity: str | None) -> "Settings":
    from summarise.pipeline.options import require_prompts

    model = models[0] if len(models) == 1 else models or None
    settings = settings_from(model=model, entailment=entailment, sensitivity=sensitivity)
    require_prompts(settings)
    return settings


def _service(settings: "Settings", limits: "Limits", runs: str | None, *, no_history: bool) -> "Service":
    from summarise.serving.service import Service

    return Service(settings, limits, history=None if no_history else _history(runs))


def _history(runs: str | None) -> "History":
    from platformdirs import user_data_path

    from summarise.serving.history import History

    return History(user_data_path("summarise") / "runs" if runs is None else Path(runs))


def _read(token_file: str) -> str:
    try:
        return Path(token_file).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is no ASCII text"
        raise ConfigurationError(f"cannot read the token file {token_file}: {told}") from None
