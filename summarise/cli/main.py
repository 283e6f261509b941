"""The main command, the table of subcommands, and exit codes.

Heavy modules are imported inside functions, so that `--help` is fast.
"""

import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from summarise.cli import options as shared
from summarise.cli.batch import batch_command, compare_command
from summarise.cli.check import accept_command, check_command, ci_command, diff_command, facts_command, replay_command
from summarise.cli.installation import (
    cache_command,
    complete,
    completion_command,
    config_command,
    doctor_command,
    models_command,
)
from summarise.cli.progress import interruptible, watched
from summarise.cli.prompts import prompts_command
from summarise.cli.serve import hook_command, mcp_command, serve_command
from summarise.cli.terminal import (
    OutputError,
    is_address,
    notify,
    notify_run,
    print_json,
    print_summary,
    print_text,
    read_sources,
    require_page_place,
    require_run_place,
    shown_name,
    write_page,
)
from summarise.errors import FAULT, INTERRUPTED, ArticleError, SummariseError, UnsavedError, UsageError, machine_error
from summarise.settings.environment import completion_request
from summarise.version import __version__

if TYPE_CHECKING:
    from summarise.data import OutputFormat

VERBS: dict[str, click.Command] = {
    command.name or "": command
    for command in (
        batch_command,
        compare_command,
        check_command,
        ci_command,
        hook_command,
        accept_command,
        facts_command,
        diff_command,
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

# removed verbs and options, and what to do instead
REMOVED = {
    "calibrate": "set --sensitivity and --writer",
    "man": "every verb and option is in `summarise --help` and `summarise VERB --help`",
    "facts --format": "the default is a table; --json prints all fields of the facts",
    "replay --diff": "print both with `summarise replay RUN --json`, and compare the outputs",
    "--strategy": "name a prompt with --prompt draft/v1 or --prompt rewrite/v1",
    "prompts diff": "compare the files that `summarise prompts show STAGE/vN` prints",
}


def removed_in(arguments: Sequence[str]) -> str | None:
    """Return the first removed verb or option (a key of `REMOVED`) in the arguments, or None."""
    words = [*takewhile(lambda word: word != "--", arguments)]
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    for removed in REMOVED:
        first, _, second = removed.partition(" ")
        uses_first = first in options or words[:1] == [first]
        if uses_first and (not second or second in options or words[1:2] == [second]):
            return removed
    return None


def verbs_text() -> str:
    """Return a line of help for each verb."""
    rows = [(name, command.get_short_help_str(limit=80)) for name, command in VERBS.items()]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:{width}}  {about}" for name, about in rows)


OUTPUT_ERROR = 74
# extensions of tables, which `batch` reads
TABLES = (".csv", ".jsonl", ".ndjson")
VERBS_HELP = f"""
\b
Verbs (always the first word; if an article is named check, write ./check):
{verbs_text()}

\b
Examples:
  summarise article.txt
  summarise https://example.org/story
  summarise report.pdf --length 80w --model local
  summarise article.txt --style bullets --length 5 --explain
  summarise article.txt --focus "What happens to the workers?"
  summarise article.txt --html evidence.html
  summarise article.txt -m openai:gpt-5-mini -m ollama:qwen3:8b -m extract
  summarise book.txt --model anthropic:claude-haiku-4-5 --dry-run
  OPENAI_API_KEY=... summarise article.txt --model openai:gpt-4o-mini
  summarise check article.txt summary.txt

\b
Exit codes: 0 complete and supported, 1 a sentence is neither supported nor accepted, 2 wrong usage,
3 unusable article, run file or table, 4 wrong configuration, 5 server error, 6 unusable answer of the model,
7 incomplete, 8 the article says nothing about --focus, 70 a fault of this program, 71 out of disk, memory or
open files, 74 the result cannot be written, 130 interrupted (Ctrl-C, SIGTERM).
"""


@click.command("summarise", epilog=VERBS_HELP, context_settings=shared.HELP)
@click.argument("article", nargs=-1, required=True, metavar="ARTICLE")
@shared.options(
    *shared.summary_options,
    shared.check_with_option,
    shared.input_format_option,
    click.option(
        "--citations",
        type=click.Choice(["numbers", "links", "off"]),
        default="numbers",
        show_default=True,
        help="With several articles: how sentences cite their sources; links need articles with addresses.",
    ),
    click.option(
        "--dry-run",
        is_flag=True,
        help="Print the planned calls with their tokens and cost, and make no call.",
    ),
    click.option(
        "--strict", is_flag=True, help="Print nothing unless the summary is complete and each sentence well supported."
    ),
    *shared.save_options,
    *shared.shape_options,
    shared.quiet_option,
    shared.verbose_option,
)
@click.version_option(__version__, prog_name="summarise")
def summarise_command(
    article: tuple[str, ...],
    *,
    citations: Any,
    dry_run: bool,
    strict: bool,
    save: str | None,
    save_text: bool,
    page: str | None,
    quiet: bool,
    **given: Any,
) -> int:
    """Summarise ARTICLE (a file, an address, or - for standard input), and check every sentence against it.

    Several articles get one summary, whose sentences cite them as [1], [2], … in the order given.
    """
    places = _articles(article)
    if given["input_format"] is None:
        _require_no_table(places)
    place = places[0]
    shape: OutputFormat = given["shape"] or "text"
    require_page_place(page, *places, save)
    for name in places:
        require_run_place(save, name, text=save_text)
    if dry_run and (save or page or shape not in ("text", "json")):
        raise UsageError("--dry-run only prints a plan, as text or --json: leave out --save, --html and other formats")
    from summarise.settings.model import model_names

    checks = shared.load_checks(given["check_with"])
    house_style = shared.house_style(given)
    settings = shared.settings_given(given | {"strict": strict or None})
    shared.require_server(given["base_url"], *model_names(settings.model), given["judge"])
    from summarise.api import plan, summarise
    from summarise.backends import default_backend
    from summarise.checks.accepted import accepted_from
    from summarise.data import Save, Summary
    from summarise.pipeline.options import SummaryOptions, options_of, require_models
    from summarise.report.text import plan_text
    from summarise.runs import require_place

    accepted = accepted_from(settings.accept)
    model, why = (settings.model, None) if settings.model is not None else default_backend(settings)
    wanted = {name: given[name] for name in ("length", "style", "focus", "on_unsupported", "judge")}
    wanted |= {"model": model, "checks": checks, "settings": settings, **house_style}
    # Reading the article loads models, which takes seconds, so the options are checked first.
    options = options_of(**cast("SummaryOptions", wanted))
    if not dry_run:
        require_models(options)
    if save is not None:
        require_place(Path(save))
    source = read_sources(places, given, settings, quiet=quiet)
    if dry_run:
        run_plan = plan(source, **wanted)
        if shape == "json":
            print_json(run_plan.model_dump_json(indent=2))
        else:
            print_text(plan_text(run_plan))
        return 0
    name = shown_name(place)
    saving = None if save is None else Save(path=Path(save), text=save_text, shape=shape, name=name, strict=strict)
    unsaved: UnsavedError | None = None
    try:
        with watched(quiet=quiet, verbose=given["verbose"]) as progress:
            summary = summarise(source, **wanted, accept=accepted, save=saving, progress=progress)
    except UnsavedError as error:
        summary, unsaved = cast("Summary", error.summary), error
    summary = summary.with_citations(citations)
    try:
        code = print_summary(summary, shape, name=name, strict=strict)
        write_page(summary, page)
    except (SummariseError, OutputError):
        if unsaved is not None:
            notify(f"summarise: {unsaved}")
        raise
    if not quiet:
        notify_run(summary, shape, accepted=accepted, why=why)
    if unsaved is not None:
        raise unsaved
    return code


def _articles(articles: tuple[str, ...]) -> tuple[str, ...]:
    first, *others = articles
    if first in VERBS:
        raise UsageError(f"put the verb first: summarise {first} …, or write ./{first} for a file of that name")
    if (verb := _misspelt_verb(first)) is not None:
        kind = UsageError if others else ArticleError
        raise kind(f"there is no file and no verb {first}: did you mean summarise {verb}?")
    if articles.count("-") > 1:
        raise UsageError("only one article can come from standard input (-): name files for the others")
    return articles


def _require_no_table(articles: tuple[str, ...]) -> None:
    for name in articles:
        if not is_address(name) and Path(name).suffix.lower() in TABLES and Path(name).is_file():
            raise UsageError(
                f"{name} is a table: summarise its rows with `summarise batch {shlex.quote(name)} --out results.jsonl`,"
                " or read it as text with --input-format text"
            )


def _misspelt_verb(article: str) -> str | None:
    from difflib import get_close_matches

    if is_address(article) or Path(article).suffix or Path(article).name != article or Path(article).exists():
        return None
    return next(iter(get_close_matches(article, VERBS, n=1, cutoff=0.7)), None)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit with its exit code. `arguments` default to those of the process."""
    arguments = sys.argv[1:] if arguments is None else arguments
    with interruptible(saves=any(argument.startswith("--save") for argument in arguments)):
        sys.exit(run(arguments))


def run(arguments: list[str]) -> int:
    """Run the command and return its exit code. Every error becomes one line on standard error."""
    if (removed := removed_in(arguments)) and not Path(removed).exists():
        return _fail(f"`summarise {removed}` was removed: {REMOVED[removed]}", UsageError.exit_code)
    if request := completion_request():
        return complete(request)
    command, rest, name = summarise_command, arguments, "summarise"
    if arguments and arguments[0] in VERBS:
        command, rest, name = VERBS[arguments[0]], arguments[1:], f"summarise {arguments[0]}"
    try:
        # click's own `main` has other exit codes and messages for interruptions and broken pipes.
        with command.make_context(name, list(rest)) as context:
            return int(command.invoke(context) or 0)
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            name = error.ctx.command_path  # includes the verb of a nested command
        problem = _dashed_file(rest) or f"{error.format_message().rstrip('.')}: see {name} --help"
        return _fail(problem, UsageError.exit_code)
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except SummariseError as error:
        code = _fail(str(error), error.exit_code)
        for note in getattr(error, "__notes__", ()):
            notify(f"summarise: {note}")
        return code
    except OutputError as error:
        return _fail(str(error), OUTPUT_ERROR)
    except KeyboardInterrupt as interrupt:
        return _fail(str(interrupt) or "interrupted", INTERRUPTED)
    except Exception as error:  # one line instead of a traceback
        if (lacking := machine_error(error)) is not None:
            return _fail(str(lacking), lacking.exit_code)
        return _fail(f"a fault of this program, please report it: {type(error).__name__}: {error}", FAULT)


def _dashed_file(arguments: Sequence[str]) -> str | None:
    for word in takewhile(lambda word: word != "--", arguments):
        with suppress(OSError):
            if word.startswith("-") and Path(word).is_file():
                return f"{word} is read as options, not as a file: write ./{word}, or put -- before it"
    return None


def _fail(message: str, code: int) -> int:
    notify(f"summarise: {message}")
    return code
