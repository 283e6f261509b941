"""Options that several commands share, and functions that turn them into settings and checks."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import click

from summarise.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from summarise.checks.verification import OwnCheck
    from summarise.settings.model import Settings

HELP = {"help_option_names": ["-h", "--help"]}
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (schemas in docs/schema).")
format_option = click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "explain", "markdown", "json", "html", "junit", "sarif", "github"]),
    help="Output format; junit, sarif and github (workflow commands) are for continuous integration.",
)
page_option = click.option(
    "--html", "page", metavar="FILE", help="Also write a page that shows the evidence, for a browser."
)
# --json and --explain mean --format json and --format explain. The last of the three options counts.
json_shape_option = click.option("--json", "shape", flag_value="json", help="Print JSON (schemas in docs/schema).")
shape_options = (
    click.option(
        "--explain",
        "shape",
        flag_value="explain",
        help="Print each sentence with its verdict and its evidence in the article.",
    ),
    format_option,
    json_shape_option,
    page_option,
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print only errors on standard error.")
verbose_option = click.option(
    "--verbose", "-v", count=True, help="Log calls and retries on standard error; -vv also logs prompts and answers."
)
base_url_option = click.option(
    "--base-url", metavar="URL", help="Address of the model's server, instead of the provider's own."
)
judge_option = click.option(
    "--judge", metavar="NAME", help="Have this model judge each sentence, too; it can only lower a verdict."
)
entailment_option = click.option(
    "--entailment",
    metavar="built-in|DIR|off",
    help="Entailment model that compares sentences with the article: the built-in one (default), one in a folder, "
    "or none.",
)
sensitivity_option = click.option(
    "--sensitivity",
    type=click.Choice(["low", "default", "high"]),
    help="How strict the verdict is: high finds more of the wrong sentences, and has more false alarms.",
)
writer_option = click.option(
    "--writer",
    type=click.Choice(["weak", "middle", "strong"]),
    help="How reliable the writer of the summary is (default: as measured for the model; strong for a summary that you "
    "check).",
)
checking_options = (entailment_option, sensitivity_option, writer_option)
strict_option = click.option(
    "--strict", is_flag=True, default=None, help="Count a sentence with weak support as not supported."
)
accept_option = click.option(
    "--accept",
    metavar="FILE",
    help="File of accepted findings, which do not cause a failure (`summarise accept` adds one).",
)
names_option = click.option(
    "--names",
    "name_file",
    metavar="FILE",
    help="File with correct names, one on each line, aliases after commas.",
)
house_style_options = (
    names_option,
    click.option(
        "--instructions", metavar="FILE", help="Text file with a house style for the model; the checks ignore it."
    ),
)
prompt_option = click.option(
    "--prompt", "prompts", metavar="STAGE/vN", multiple=True, help="Use this version of a prompt; can be repeated."
)
allow_private_option = click.option(
    "--allow-private", is_flag=True, help="Also fetch an address on this machine or in a private network."
)
on_unsupported_option = click.option(
    "--on-unsupported",
    type=click.Choice(["repair", "replace", "drop", "keep"]),
    default="repair",
    show_default=True,
    help="What to do with a sentence that the article does not support.",
)
encoding_option = click.option("--encoding", metavar="NAME", help="Encoding of the article, if it is not UTF-8.")
input_format_option = click.option(
    "--input-format",
    type=click.Choice(
        "text markdown html email pdf docx pptx odt epub rtf transcript vtt srt whisper".split(),
    ),
    help="Format of the article (default: detected from its content, then from its name).",
)
prompt_dir_option = click.option(
    "--prompt-dir", metavar="DIR", help="Folder of prompts, used before the built-in ones."
)
model_option = click.option(
    "--model",
    "-m",
    "models",
    multiple=True,
    metavar="NAME",
    help="Model that writes: extract, local, local:PATH.gguf, hf:OWNER/REPO/FILE.gguf@REVISION, command:NAME or "
    "PROVIDER:NAME (listed by `summarise models`). If it is repeated, the models are tried in order.",
)
writing_options = (
    click.option(
        "--length",
        "-l",
        metavar="N|Nw|short|medium|long",
        help="4 for four sentences, 80w for eighty words. medium (default): three sentences for an article of fewer "
        "than 300 words, four from 300, five from 800 (style brief: two; minutes: all items). short: half of that, "
        "long: twice.",
    ),
    click.option(
        "--style",
        type=click.Choice(["prose", "bullets", "headline", "brief", "minutes"]),
        default="prose",
        show_default=True,
        help="How the summary is written; minutes: decisions, actions and open questions of a meeting "
        "(docs/minutes.md).",
    ),
    click.option(
        "--focus",
        metavar="TEXT",
        help="A question or topic: summarise only what the article says about it (exit code 8 if it says nothing).",
    ),
)
save_options = (
    click.option("--save", metavar="FILE", help="Save the run, without keys, to a file for `summarise replay`."),
    click.option(
        "--save-text/--no-save-text", default=True, help="Save the article's text with the run (default), or not."
    ),
)
check_with_option = click.option(
    "--check-with",
    metavar="MODULE:NAME",
    multiple=True,
    help="Also run this check of your own, a Python function (docs/own-checks.md); can be repeated.",
)
max_characters_option = click.option(
    "--max-characters",
    type=click.IntRange(1),
    metavar="N",
    help="Refuse a text of more than N characters (default: 10,000,000).",
)
keep_addressed_option = click.option(
    "--keep-addressed",
    is_flag=True,
    default=None,
    help="Keep sentences of the article that look like instructions to an AI (default: ignore them).",
)
reading_options = (max_characters_option, encoding_option, allow_private_option, keep_addressed_option)
cache_option = click.option(
    "--cache/--no-cache", "cache", default=None, help="Reuse stored answers to the same requests (default), or not."
)
reasoning_options = (
    click.option(
        "--reasoning",
        type=click.Choice(["auto", "off", "low", "medium", "high"]),
        help="How much a thinking model should think before it answers; auto (default) asks for little.",
    ),
    click.option(
        "--keep-reasoning/--drop-reasoning",
        "keep_reasoning",
        default=None,
        help="Keep the model's thoughts in JSON, run files and the cache, or discard them (default).",
    ),
)
ceiling_options = (
    click.option(
        "--max-calls",
        type=click.IntRange(1),
        metavar="N",
        help="Make at most N calls to models, including those to a judge.",
    ),
    click.option(
        "--max-tokens-total",
        type=click.IntRange(1),
        metavar="N",
        help="Use at most N tokens, prompts and answers together.",
    ),
    click.option(
        "--max-cost",
        type=click.FloatRange(0, min_open=True),
        metavar="USD",
        help="Spend at most this many US dollars, by the models' prices.",
    ),
)
summary_options = (
    model_option,
    base_url_option,
    *writing_options,
    *reasoning_options,
    *ceiling_options,
    prompt_option,
    prompt_dir_option,
    on_unsupported_option,
    *house_style_options,
    *checking_options,
    judge_option,
    accept_option,
    *reading_options,
    cache_option,
)
batch_options = (
    click.option("--retry-failed", is_flag=True, help="Many articles: retry those that failed in an earlier run."),
    click.option("--fresh", is_flag=True, help="Many articles: process all again, and overwrite earlier results."),
    click.option("--max-failures", type=click.IntRange(1), metavar="N", help="Many articles: stop after N failures."),
    click.option(
        "--concurrency", type=click.IntRange(1), metavar="N", help="Many articles: make N calls at once (default: 4)."
    ),
    click.option(
        "--processes",
        type=click.IntRange(1),
        metavar="N",
        help="Many articles: read and check in N processes (default: one per core, or per CPU of a cluster).",
    ),
)
engine_options = (
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        help="Many articles: work on this machine (the default), or on a Ray cluster.",
    ),
    click.option(
        "--address",
        metavar="ADDRESS",
        help="With --engine ray: the cluster, HOST:PORT or auto (default: one on this machine, for this batch).",
    ),
    click.option(
        "--num-cpus",
        type=click.FloatRange(0, min_open=True),
        metavar="N",
        help="With --engine ray: reserve N CPUs for each of the --processes (default: 1).",
    ),
)


def options(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Combine click's decorators into one, in the order of --help."""

    def apply(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


def require_server(base_url: str | None, *models: str | None) -> None:
    """Raise UsageError if `base_url` is given but none of `models` runs on a server."""
    from summarise.settings.providers import NO_SERVER, kind_of

    if base_url is not None and all(kind_of(model) in ("", *NO_SERVER) for model in models):
        raise UsageError("--base-url needs a model on that server: name one as PROVIDER:NAME, such as openai:NAME")


def settings_given(given: Mapping[str, Any]) -> "Settings":
    """Return the settings from a command's options, the environment and the configuration file.

    Raises UsageError or ConfigurationError.
    """
    from summarise.prompting import parse_choices
    from summarise.settings.model import Settings, parse_length

    if given.get("length") is not None:
        parse_length(given["length"])
    models: tuple[str, ...] = given.get("models") or ()
    fields = Settings.model_fields.keys() - {"models", "prompts"}
    chosen = {name: value for name, value in given.items() if name in fields}
    chosen |= {"model": models[0] if len(models) == 1 else models or None}
    return settings_from(**chosen, prompts=parse_choices(given.get("prompts", ())))


def settings_from(**chosen: Any) -> "Settings":
    """Return the settings `chosen`, completed from environment and configuration file. Raises ConfigurationError.

    The cache is on unless a setting turns it off.
    """
    from summarise.settings.configuration import configure

    settings = configure(**chosen).settings
    return settings if settings.cache is not None else settings.model_copy(update={"cache": True})


def house_style(given: Mapping[str, Any]) -> dict[str, Any]:
    """Read the files of --names and --instructions. Returns keyword arguments of a run. Raises UsageError."""
    from summarise.pipeline.options import instructions_from, name_list

    instructions = given.get("instructions")
    return {
        "names": name_list(given["name_file"]),
        "instructions": instructions_from(None if instructions is None else Path(instructions)),
    }


def load_checks(names: Sequence[str]) -> "tuple[OwnCheck, ...]":
    """Import the user's own checks, named as "MODULE:NAME". The module may be in the current folder.

    Raises UsageError for a malformed name, and ConfigurationError if the import fails.
    """
    if not names:
        return ()
    from summarise.backends.http.responses import one_line
    from summarise.checks.verification import OwnCheck

    if (folder := str(Path.cwd())) not in sys.path:
        sys.path.append(folder)
    checks = []
    for name in dict.fromkeys(names):
        module, _, attribute = name.partition(":")
        if not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
            raise UsageError(f"--check-with {name}: write MODULE:NAME, for example my_checks:superlatives")
        try:
            check = resolve_name(name)
        except Exception as error:
            # Messages of other errors may contain an API key, so they are not shown.
            readable = isinstance(error, ImportError | AttributeError | SyntaxError)
            problem = one_line(f"{type(error).__name__}: {error}" if readable else type(error).__name__)
            raise ConfigurationError(
                f"--check-with {name} cannot be imported ({problem}): correct the name or the module"
            ) from error
        if not callable(check):
            raise ConfigurationError(
                f"--check-with {name} is not a function but of type {type(check).__name__}: name a function"
            )
        checks.append(OwnCheck(name, check))
    return tuple(checks)
