"""The commands `summarise serve` and `summarise mcp`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.terminal import tell
from summarise.errors import ConfigurationError, UsageError
from summarise.files import read_bounded

if TYPE_CHECKING:
    from summarise.serving.guard import Limits
    from summarise.serving.service import Service


INSTALL = "pip install 'summarise-checked[serve]'"
DEFAULT_PORT = 8765
shared_options = (
    shared.model_option,
    shared.entailment_option,
    shared.sensitivity_option,
    shared.writer_option,
    click.option("--runs", metavar="DIR", help="Folder in which summaries are kept as run files."),
    click.option("--no-history", is_flag=True, help="Save no runs."),
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that read and check."
)


@click.command("serve", context_settings=shared.HELP, short_help="Serve a page, an HTTP API and an MCP server.")
@shared.options(
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
    *, host: str, port: int, token_file: str | None, names: tuple[str, ...], workers: int, verbose: bool, **given: Any
) -> int:
    """Serve a page, an HTTP API and an MCP server to this machine, until it is interrupted.

    The address that is printed has a token; anyone who has the token can use the server.
    """
    _require_packages()
    from summarise.serving.guard import Limits
    from summarise.serving.server import LOOPBACK, app_of, authority, hosts_of, listening, new_token, require_token, run

    if host not in LOOPBACK and token_file is None:
        raise UsageError(f"--host {host} lets other machines in: give a token of your own with --token-file FILE")
    if host in ("0.0.0.0", "::") and not names:  # noqa: S104
        raise UsageError(f"--host {host} means every address: give the names that clients use with --allow-host NAME")
    token = new_token() if token_file is None else require_token(_read(token_file))
    limits = Limits(workers=workers)
    service = _service(limits, given)
    bound = listening(host, port)
    port = bound.getsockname()[1]
    shown = names[0] if host in ("0.0.0.0", "::") else host  # noqa: S104
    tell(f"http://{authority(shown, port)}/{f'#token={token}' if token_file is None else ''}")
    tell("Open this address in a browser; Ctrl-C ends the server.")
    log = tell if verbose else lambda _: None
    app = app_of(service, limits, token=token, hosts=hosts_of(host, port, names), log=log)
    run(app, service, bound, limits)
    tell("The server has ended.")
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
        raise ConfigurationError(f"serving needs the package {error.name}: run `{INSTALL}`") from None


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
