"""The command: verbs, options, exit codes. The result goes to standard output, everything else to standard error.

Does not hold any of the work; heavy modules are imported when a verb runs, so that help answers at once.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.errors import IncompleteError, SummariseError, UsageError
from summarise.version import __version__

if TYPE_CHECKING:
    from summarise.data import Article, Facts
    from summarise.settings import Settings

INTERNAL_ERROR = 70
INTERRUPTED = 130
VERBS_HELP = """
\b
Verbs (the first word; an article of that name is written ./check):
  check ARTICLE SUMMARY   check a summary that you have
  facts ARTICLE           print the facts of an article
  prompts                 list the prompts
  models                  list the models; `models get` fetches the local one

\b
Examples:
  summarise article.txt
  summarise article.html --length 80w --model local
  curl -s https://example.org/story | summarise - --json
  OPENAI_API_KEY=... summarise article.txt --model openai:gpt-4o-mini
  summarise check article.txt summary.txt

\b
Exit codes: 0 complete and supported, 1 a sentence shown is not supported, 2 usage,
3 article, 4 configuration, 5 server, 6 the model's answer, 7 incomplete,
70 a fault of this program, 130 interrupted.
"""

model_options = [
    click.option("--model", "-m", metavar="NAME", help="extract, local, local:PATH.gguf or openai:NAME."),
    click.option("--base-url", metavar="URL", help="Server of an OpenAI-compatible model."),
]
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (schemas in docs/schema).")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print nothing on standard error but errors.")
encoding_option = click.option("--encoding", metavar="NAME", help="Encoding of the article, if it is not UTF-8.")
prompt_dir_option = click.option(
    "--prompt-dir", metavar="DIR", help="Folder of prompts, used before the built-in ones."
)


def options(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Apply several option decorators, first one shown first."""

    def apply(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


@click.command("summarise", epilog=VERBS_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("article", nargs=-1, required=True, metavar="ARTICLE")
@options(
    *model_options,
    click.option("--length", "-l", metavar="N|Nw", help="4 for four sentences, 80w for eighty words."),
    click.option("--prompt", "prompts", metavar="STAGE/vN", multiple=True, help="Use this version of a prompt."),
    prompt_dir_option,
    click.option(
        "--on-unsupported",
        type=click.Choice(["replace", "drop", "keep"]),
        default="replace",
        show_default=True,
        help="What to do with a sentence that the article does not support.",
    ),
    click.option("--max-characters", type=click.IntRange(1), metavar="N", help="Refuse longer articles."),
    click.option("--min-words", type=click.IntRange(1), metavar="N", help="Refuse shorter articles."),
    encoding_option,
    click.option("--strict", is_flag=True, help="Print nothing unless all is complete and supported."),
    json_option,
    quiet_option,
)
@click.version_option(__version__, prog_name="summarise")
def summarise_command(
    article: tuple[str, ...],
    *,
    model: str | None,
    base_url: str | None,
    length: str | None,
    prompts: tuple[str, ...],
    prompt_dir: str | None,
    on_unsupported: Any,
    max_characters: int | None,
    min_words: int | None,
    encoding: str | None,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Summarise ARTICLE (a file of text or HTML, or - for standard input), every sentence checked against it."""
    if article[0] in VERBS:
        raise UsageError(f"write the verb first: summarise {article[0]} …, or ./{article[0]} for a file of that name")
    if len(article) > 1:
        raise UsageError(f"one article at a time: {article[1]!r} is one too many")
    from summarise.prompt import parse_choice

    settings = _settings(
        model=model,
        base_url=base_url,
        prompts=dict(parse_choice(choice) for choice in prompts) or None,
        prompt_dir=prompt_dir,
        max_characters=max_characters,
        min_words=min_words,
    )
    source = _read(article[0], settings.max_characters, encoding)
    from summarise.api import summarise
    from summarise.backends import default_backend
    from summarise.report.text import missing_lines, run_line, summary_text, supported

    tell = _teller(quiet)
    chosen = settings.model
    if chosen is None:
        chosen, why = default_backend(settings)
        tell(why)
    summary = summarise(
        source,
        model=chosen,
        length=length,
        on_unsupported=on_unsupported,
        settings=settings,
        progress=_progress(quiet),
    )
    _clear_progress(quiet)
    unsupported = supported(summary) < len(summary.sentences)
    if strict and not summary.complete:
        raise IncompleteError("; ".join(missing_lines(summary)))
    if not (strict and unsupported):
        width = min(88, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None
        _print(summary.model_dump_json(indent=2) if as_json else summary_text(summary, width=width))
    for line in missing_lines(summary):
        tell(line)
    tell(run_line(summary))
    if not summary.complete:
        return IncompleteError.exit_code
    return 1 if unsupported else 0


@click.command("check")
@click.argument("article", metavar="ARTICLE")
@click.argument("summary", metavar="SUMMARY")
@options(encoding_option, json_option, quiet_option)
def check_command(article: str, summary: str, *, encoding: str | None, as_json: bool, quiet: bool) -> int:
    """Check the SUMMARY file against the ARTICLE file, sentence by sentence (either may be -)."""
    if article == summary == "-":
        raise UsageError("standard input cannot be both: name a file for the article or for the summary")
    from summarise.api import UNLIMITED, check
    from summarise.report.text import report_text, run_line

    source = _read(article, UNLIMITED, encoding)
    said = _read(summary, UNLIMITED, encoding)
    report = check(said.text, source)
    _print(report.model_dump_json(indent=2) if as_json else report_text(report))
    _teller(quiet)(run_line(report))
    return 0 if report.verdict == "supported" else 1


@click.command("facts")
@click.argument("article", metavar="ARTICLE")
@options(encoding_option, json_option)
def facts_command(article: str, *, encoding: str | None, as_json: bool) -> int:
    """Print the facts of ARTICLE: kind, place, normal form, words."""
    from summarise.api import UNLIMITED, extract_facts
    from summarise.report.text import facts_text

    facts: Facts = extract_facts(_read(article, UNLIMITED, encoding))
    _print(facts.model_dump_json(indent=2) if as_json else facts_text(facts))
    return 0


@click.command("prompts")
@options(prompt_dir_option, json_option)
def prompts_command(prompt_dir: str | None, *, as_json: bool) -> int:
    """List the prompts there are, with the reason for each version and its hash."""
    import json

    from summarise.prompt import available, builtin_directory, read

    places = [Path(prompt_dir)] if prompt_dir else []
    found = [read(place, name) for place in [*places, builtin_directory()] for name in available(place)]
    if as_json:
        _print(json.dumps([{"id": p.id, "sha256": p.sha256, "why": p.front.why} for p in found], indent=2))
    else:
        _print("\n".join(f"{p.id}  {p.sha256[:12]}  {p.front.why}" for p in found))
    return 0


@click.command("models")
@click.argument("verb", type=click.Choice(["list", "get"]), default="list")
@options(json_option, quiet_option)
def models_command(verb: str, *, as_json: bool, quiet: bool) -> int:
    """List the models that can be used; `models get` fetches the local one (92 MB), once."""
    import json

    from summarise.backends import available_backends
    from summarise.backends.weights import fetch

    settings = _settings()
    if verb == "get":
        path = fetch(settings, _teller(quiet))
        _print(str(path))
        return 0
    statuses = available_backends(settings)
    if as_json:
        _print(json.dumps([status.model_dump() for status in statuses], indent=2))
    else:
        lines = [f"{s.name:18} {'ready' if s.ready else 'not ready':10} {s.about}" for s in statuses]
        todo = [f"{s.name}: {s.to_do}" for s in statuses if s.to_do]
        _print("\n".join(lines + todo))
    return 0


VERBS: dict[str, click.Command] = {
    command.name or "": command for command in (check_command, facts_command, prompts_command, models_command)
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit with its documented code; no traceback reaches the user."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run the command on these arguments and return the exit code."""
    verb = VERBS.get(arguments[0]) if arguments else None
    command, rest, name = (
        (verb, arguments[1:], f"summarise {arguments[0]}") if verb else (summarise_command, arguments, "summarise")
    )
    try:
        return int(command.main(rest, prog_name=name, standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except SummariseError as error:
        return _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone; that is no error of theirs or ours.
        sys.stdout = None
        return 0
    except Exception as error:  # the last resort: a fault of ours, told in one line
        return _fail(f"a fault of this program, please report it: {type(error).__name__}: {error}", INTERNAL_ERROR)


def _fail(message: str, code: int) -> int:
    click.echo(f"summarise: {' '.join(message.split())}", err=True)
    return code


def _settings(**chosen: Any) -> "Settings":
    from pydantic import ValidationError

    from summarise.errors import ConfigurationError
    from summarise.settings import Settings

    try:
        return Settings.from_environment(**chosen)
    except ValidationError as error:
        fault = error.errors()[0]
        raise ConfigurationError(f"setting {'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error


def _read(name: str, max_characters: int, encoding: str | None) -> "Article":
    from summarise.article import article_from_bytes, read_article

    if name != "-":
        return read_article(Path(name), max_characters=max_characters, encoding=encoding)
    data = sys.stdin.buffer.read(4 * max_characters + 5)
    return article_from_bytes(data, name="standard input", max_characters=max_characters, encoding=encoding)


def _print(text: str) -> None:
    click.echo(text)
    sys.stdout.flush()


def _teller(quiet: bool) -> Callable[[str], None]:
    return (lambda _: None) if quiet else (lambda line: click.echo(line, err=True))


def _progress(quiet: bool) -> Callable[[str], None]:
    if quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda line: click.echo(f"\r\x1b[K{line} …", err=True, nl=False)


def _clear_progress(quiet: bool) -> None:
    if not quiet and sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
