"""The command `summarise models`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from summarise.cli import options as shared
from summarise.cli.terminal import print_data, show_progress, shows_progress, tell

if TYPE_CHECKING:
    from summarise.settings.model import Settings


@click.command("models", short_help="List the models; try one, or get the local one.", context_settings=shared.HELP)
@click.argument("verb", type=click.Choice(["list", "get"]), default="list")
@click.argument("name", required=False)
@shared.options(
    click.option(
        "--check",
        "checked",
        metavar="NAME",
        help="Make one small call to this model, which may cost money, and show what it can do.",
    ),
    shared.base_url_option,
    shared.json_option,
    shared.quiet_option,
)
def models_command(
    verb: str, name: str | None, *, checked: str | None, base_url: str | None, as_json: bool, quiet: bool
) -> int:
    """List the models that can be used, and how each is prompted.

    `models get` downloads the local model (92 MB) once. `models get hf:OWNER/REPO/FILE.gguf` downloads a model from
    its publisher on the Hugging Face Hub, at the newest revision or at @REVISION; run again, it resumes an interrupted
    download. It prints the line for the configuration file.

    `models --check NAME` makes one call to NAME (as for --model) and shows whether it can be used, what it can do, and
    what to put into the configuration file.

    Exit codes with --check: 0 the model can be used, 4 unknown provider or missing key, 5 the server cannot be reached
    or refuses the key or the name, 6 the answer cannot be used.
    """
    from summarise.backends import available_backends
    from summarise.backends.catalogue import published_models
    from summarise.backends.model_files import fetch
    from summarise.backends.writers import prompting_for
    from summarise.errors import UsageError
    from summarise.report.configuration import models_text

    if name is not None and verb == "list":
        raise UsageError("a name is for `models get NAME` and `models --check NAME`")
    if checked is not None:
        if verb != "list":
            raise UsageError("--check calls one model and downloads none: leave `get` out")
        return _check(checked, base_url=base_url, as_json=as_json, quiet=quiet)
    if base_url is not None:
        raise UsageError("--base-url needs the name of a model on that server: add --check NAME")
    settings = shared.settings_from()
    if verb == "get":
        if name is not None:
            return _get(name, settings, as_json=as_json, quiet=quiet)
        path = fetch(settings, (lambda _: None) if quiet else tell)
        print_data({"path": str(path)}, str(path), as_json=as_json)
        return 0
    statuses, published = (
        [(status, prompting_for(status.model or status.name)) for status in rows]
        for rows in (available_backends(settings), published_models(settings))
    )
    data = [status.model_dump() | chosen.model_dump() for status, chosen in (*statuses, *published)]
    lines = ["", "", "From their publishers: `summarise models get NAME`, once for each"]
    for status, _ in published:
        lines += [f"  {status.name}", f"      {'ready' if status.ready else 'not ready':11}{status.about}"]
    print_data(data, models_text(statuses) + "\n".join(lines), as_json=as_json)
    return 0


def _get(name: str, settings: "Settings", *, as_json: bool, quiet: bool) -> int:
    from summarise.backends.hub import fetch_from_hub, hub_file

    file = hub_file(name)
    on_percent = (lambda _: None) if quiet else _shown_percent()
    download = fetch_from_hub(file, settings, (lambda _: None) if quiet else tell, on_percent=on_percent)
    path, line = str(download.path(settings)), f'model = "{download.name}"'
    rows = [
        ("file", path),
        ("revision", download.revision),
        ("SHA-256", download.sha256),
        ("size", f"{download.bytes:,} bytes"),
    ]
    lines = [*(f"{title:8}  {value}" for title, value in rows), "", "For the configuration file:", "", line]
    print_data(download.model_dump() | {"path": path, "configuration": line}, "\n".join(lines), as_json=as_json)
    return 0


def _shown_percent() -> Callable[[int], None]:
    """Return a function that shows a download's progress; a line for each tenth if there is no terminal."""
    if shows_progress():
        return lambda percent: show_progress(f"{percent}% downloaded")
    tenth = -1

    def show(percent: int) -> None:
        nonlocal tenth
        if percent // 10 != tenth:
            tenth = percent // 10
            tell(f"{percent}% downloaded")

    return show


def _check(name: str, *, base_url: str | None, as_json: bool, quiet: bool) -> int:
    import asyncio

    from summarise.errors import AnswerError
    from summarise.pipeline.doctor import probe_model
    from summarise.report.configuration import check_text, configuration_toml

    settings = shared.settings_from(model=name, base_url=base_url)
    shared.require_server(base_url, name)
    found = asyncio.run(probe_model(name, settings, say=(lambda _: None) if quiet else tell))
    data = found.model_dump() | {"configuration": configuration_toml(found, settings)}
    print_data(data, check_text(found, settings), as_json=as_json)
    if found.problem is None:
        return 0
    tell(f"summarise: {found.name} answered, but the answer cannot be used: {found.problem}")
    return AnswerError.exit_code
