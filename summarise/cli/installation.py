"""The commands about the installation: models, config, cache, doctor and completion."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

from summarise.cli import options as shared
from summarise.cli.terminal import (
    notify,
    print_data,
    print_json,
    print_markup,
    print_text,
    show_progress,
    shows_progress,
)
from summarise.errors import ConfigurationError
from summarise.settings.environment import COMPLETION

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

    `models get` downloads and converts the local model (92 MB). `models get hf:OWNER/REPO/FILE.gguf` downloads a model
    from the Hugging Face Hub, at the newest revision or at @REVISION, and prints the line for the configuration file;
    run it again to resume an interrupted download.

    `models --check NAME` makes one call to NAME (as for --model) and shows whether it can be used, what it can do, and
    what to put into the configuration file.

    Exit codes with --check: 0 the model can be used, 4 unknown provider or missing key, 5 the server cannot be reached
    or refuses the key or the name, 6 the answer cannot be used.
    """
    from summarise.backends import available_backends, published_models
    from summarise.backends.model_files import fetch
    from summarise.errors import UsageError
    from summarise.report.configuration import models_text
    from summarise.settings.providers import prompting_for

    if name is not None and verb == "list":
        raise UsageError("`summarise models` takes no name: write `models get NAME` or `models --check NAME`")
    if checked is not None:
        if verb != "list":
            raise UsageError("--check calls a model and downloads nothing: leave out `get` or --check")
        return _check_model(checked, base_url=base_url, as_json=as_json, quiet=quiet)
    if base_url is not None:
        raise UsageError("--base-url needs the name of a model on that server: add --check NAME")
    settings = shared.settings_from()
    if verb == "get":
        if name is not None:
            return _get_model(name, settings, as_json=as_json, quiet=quiet)
        path = fetch(settings, (lambda _: None) if quiet else notify)
        print_data({"path": str(path)}, str(path), as_json=as_json)
        return 0
    statuses, published = (
        [(status, prompting_for(status.model or status.name)) for status in rows]
        for rows in (available_backends(settings), published_models(settings))
    )
    data = [status.model_dump() | chosen.model_dump() for status, chosen in (*statuses, *published)]
    lines = ["", "", "To download from their publishers, with `summarise models get NAME`"]
    for status, _ in published:
        lines += [f"  {status.name}", f"      {'ready' if status.ready else 'not ready':11}{status.about}"]
    print_data(data, models_text(statuses) + "\n".join(lines), as_json=as_json)
    return 0


def _get_model(name: str, settings: "Settings", *, as_json: bool, quiet: bool) -> int:
    from summarise.backends.model_files import fetch_from_hub, hub_file

    file = hub_file(name)
    on_percent = (lambda _: None) if quiet else _shown_percent()
    download = fetch_from_hub(file, settings, (lambda _: None) if quiet else notify, on_percent=on_percent)
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
    if shows_progress():
        return lambda percent: show_progress(f"{percent}% downloaded")
    tenth = -1

    def show(percent: int) -> None:
        nonlocal tenth
        if percent // 10 != tenth:
            tenth = percent // 10
            notify(f"{percent}% downloaded")

    return show


def _check_model(name: str, *, base_url: str | None, as_json: bool, quiet: bool) -> int:
    import asyncio

    from summarise.errors import AnswerError
    from summarise.pipeline.doctor import probe_model
    from summarise.report.configuration import check_text, configuration_toml

    settings = shared.settings_from(model=name, base_url=base_url)
    shared.require_server(base_url, name)
    found = asyncio.run(probe_model(name, settings, say=(lambda _: None) if quiet else notify))
    data = found.model_dump() | {"configuration": configuration_toml(found, settings)}
    print_data(data, check_text(found, settings), as_json=as_json)
    if found.problem is None:
        return 0
    notify(f"summarise: {found.name} answered, but the answer cannot be used: {found.problem}")
    return AnswerError.exit_code


@click.command("config", short_help="Show every setting and where it came from.", context_settings=shared.HELP)
@click.argument("verb", type=click.Choice(["show", "path"]), default="show")
@shared.options(shared.json_option)
def config_command(verb: str, *, as_json: bool) -> int:
    """Show every setting and the source of its value, without keys; `path`: show the path of the configuration file."""
    from summarise.settings.configuration import configuration_file, configure, is_there

    if verb == "path":
        path = configuration_file()
        print_data({"path": str(path), "exists": is_there(path)}, str(path), as_json=as_json)
        return 0
    from summarise.report.configuration import configuration_json, configuration_text

    found = configure()
    if as_json:
        print_json(configuration_json(found))
    else:
        print_text(configuration_text(found))
    return 0


@click.command("cache", short_help="Show how many answers are stored, or clear them.", context_settings=shared.HELP)
@click.argument("verb", type=click.Choice(["stats", "clear"]), default="stats")
@shared.options(shared.json_option)
def cache_command(verb: str, *, as_json: bool) -> int:
    """Show how many answers of models are stored for reuse; `clear` removes them."""
    from summarise.backends.cache import cache_stats, clear_cache
    from summarise.report.configuration import cleared_line, stats_text

    settings = shared.settings_from()
    if verb == "stats":
        stats = cache_stats(settings)
        text = stats_text(stats)
    else:
        try:
            stats = clear_cache(settings)
        except OSError as error:
            raise ConfigurationError(f"the cache cannot be cleared: {error.strerror or error}") from None
        text = cleared_line(stats)
    print_data(stats.model_dump(mode="json"), text, as_json=as_json)
    return 0


@click.command("doctor", context_settings=shared.HELP)
@shared.options(shared.json_option)
def doctor_command(*, as_json: bool) -> int:
    """Show what works on this machine, what does not, and what to do.

    Checks Python, configuration, parser, entailment model, documents, the local model, keys, proxy and cache. No model
    is called and nothing is sent. Exits with 4 if a required part, or one that you set up, does not work.
    """
    from summarise.pipeline.doctor import diagnose
    from summarise.report.configuration import diagnosis_text

    parts = diagnose()
    print_data([part.model_dump() for part in parts], diagnosis_text(parts), as_json=as_json)
    return ConfigurationError.exit_code if any(part.state == "broken" for part in parts) else 0


PROGRAM = "summarise"


@click.command("completion", context_settings=shared.HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(*, shell: str) -> int:
    """Print the completion script for a shell.

    bash: add `eval "$(summarise completion bash)"` to ~/.bashrc. zsh: add `eval "$(summarise completion zsh)"` to
    ~/.zshrc, after compinit. fish: `summarise completion fish > ~/.config/fish/completions/summarise.fish`.
    """
    completing = _completing(shell)
    assert completing is not None, "click supports all three shells"
    # `BashComplete.source` would run bash to get its version.
    print_markup(ShellComplete.source(completing).rstrip("\n"))
    return 0


def complete(request: str) -> int:
    """Print the completions for the shell's request ("bash_complete"), and return the exit code."""
    shell, _, what = request.partition("_")
    completing = _completing(shell)
    if completing is None or what != "complete":
        return 1
    click.echo(completing.complete())
    return 0


class _VerbOrArticle(click.Group):
    """The main command as shell completion sees it: its first word is a verb or an article."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """Return files before verbs, because the bash script drops completions that precede a file."""
        items: list[CompletionItem[str]] = super().shell_complete(ctx, incomplete)
        return items if incomplete.startswith("-") else [CompletionItem(incomplete, type="file"), *items]


def _completing(shell: str) -> ShellComplete | None:
    from summarise.cli.main import VERBS, summarise_command

    kind = get_completion_class(shell)
    options: list[Any] = [param for param in summarise_command.params if isinstance(param, click.Option)]
    group = _VerbOrArticle(PROGRAM, params=options, commands=VERBS, invoke_without_command=True)
    return None if kind is None else kind(group, {}, PROGRAM, COMPLETION)
