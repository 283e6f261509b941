"""The commands that write no summary: check, ci, accept, facts, diff and replay."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarise.cli import options as shared
from summarise.cli.batch import run_batch
from summarise.cli.progress import shown_line, watched
from summarise.cli.terminal import (
    OutputError,
    checked_file,
    is_address,
    notify,
    notify_if_swapped,
    notify_run,
    print_json,
    print_markup,
    print_report,
    print_summary,
    print_text,
    read_source,
    read_sources,
    require_page_place,
    require_place,
    shown_name,
    without_instructions,
    write_output,
    write_page,
)
from summarise.errors import UNSUPPORTED, ArticleError, SummariseError, UsageError

if TYPE_CHECKING:
    from summarise.checks.verification import OwnCheck
    from summarise.data import Accepted, Article, Facts, OutputFormat, Report
    from summarise.report.annotations import CheckedFile, UnreadFile
    from summarise.settings.model import Settings


_DIGITS = re.compile(r"\d+")
_MARKDOWN = (".md", ".markdown")
# options that are valid only with --pairs
OF_PAIRS = ("out", "retry_failed", "fresh", "max_failures", "concurrency", "processes", "engine", "address", "num_cpus")


source_options = (
    click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="NAME",
        help="Check against this source, instead of an ARTICLE. Repeat it for each source: the first is [1].",
    ),
    click.option(
        "--sources",
        "folder",
        metavar="FOLDER",
        help="Use all files of a folder as sources, in the order of their names.",
    ),
    click.option("--require-citations", is_flag=True, default=None, help="With sources: each sentence must cite one."),
)


@click.command("check", short_help="Check an existing summary, or many.", context_settings=shared.HELP)
@click.argument("names", nargs=-1, metavar="[ARTICLE] SUMMARY")
@shared.options(
    *source_options,
    click.option("--pairs", metavar="TABLE", help="Check many: a table of articles and summaries (docs/batch.md)."),
    click.option("--out", metavar="OUT", help="With --pairs: a file that ends in .jsonl or .parquet, or a folder."),
    *shared.batch_options,
    *shared.engine_options,
    *shared.checking_options,
    shared.strict_option,
    shared.judge_option,
    shared.check_with_option,
    shared.accept_option,
    shared.names_option,
    shared.base_url_option,
    *shared.reasoning_options,
    *shared.ceiling_options,
    shared.prompt_option,
    shared.prompt_dir_option,
    *shared.reading_options,
    shared.input_format_option,
    shared.cache_option,
    *shared.shape_options,
    shared.quiet_option,
    shared.verbose_option,
)
def check_command(
    names: tuple[str, ...],
    *,
    sources: tuple[str, ...],
    folder: str | None,
    pairs: str | None,
    page: str | None,
    **given: Any,
) -> int:
    """Check the SUMMARY against the ARTICLE, sentence by sentence; each is a file or an address.

    One of them may be - for standard input. With --source or --sources, the SUMMARY is checked against several sources,
    and so is each citation in it: [1], [1, 3], [^2], (Source: name), or a link.

    With --pairs TABLE --out OUT, the column summary of each row is checked against the row's article, which is in the
    column text, path, url or sources. Run the same command again to continue after an interruption.
    """
    if pairs is not None:
        return _check_pairs(names, pairs, page, given)
    if useless := [f"--{name.replace('_', '-')}" for name in OF_PAIRS if given[name]]:
        raise UsageError(f"{useless[0]} is for many pairs: add --pairs TABLE, or leave it out")
    articles, summary = _named(names, sources, folder, given, "check", or_else=", or --pairs TABLE --out OUT")
    return _check_one(articles, summary, page, given, cited=bool(sources or folder))


def _named(
    names: Sequence[str],
    sources: Sequence[str],
    folder: str | None,
    given: Mapping[str, Any],
    command: str,
    *,
    or_else: str = "",
) -> tuple[list[str], str]:
    """Return the names of the articles and of the summary. `names`: the arguments of the command.

    Raises UsageError if one is not given; the message ends in `or_else`, an alternative.
    """
    if sources or folder:
        if len(names) != 1:
            raise UsageError(f"name one text to check against the sources: summarise {command} --source NAME … TEXT")
        articles, summary = [*sources, *(files_in(folder, names[0]) if folder else ())], names[0]
    else:
        if given["require_citations"]:
            raise UsageError("--require-citations needs sources: name them with --source or --sources")
        if len(names) != 2:
            raise UsageError(f"name an article and a summary{or_else}")
        articles, summary = [names[0]], names[1]
    for article in articles:
        _require_one_stdin(article, summary)
    return articles, summary


def _check_pairs(names: tuple[str, ...], pairs: str, page: str | None, given: dict[str, Any]) -> int:
    if names:
        raise UsageError(f"with --pairs, articles and summaries are read from the table: leave out {names[0]!r}")
    if given["out"] is None:
        raise UsageError("--pairs needs --out OUT: a file that ends in .jsonl or .parquet, or a folder")
    if page is not None:
        raise UsageError("--html is for a single summary: to write a page for each, use --out FOLDER --format html")
    if given["check_with"] and given["engine"] == "ray":
        raise UsageError("--check-with works on this machine only: leave out --check-with or --engine ray")
    from summarise.batch.jobs import Job
    from summarise.batch.output import output_of
    from summarise.checks.accepted import accepted_from
    from summarise.pipeline.options import RunOptions, require_prompts

    shared.require_server(given["base_url"], given["judge"])
    settings = shared.settings_given(given)
    require_prompts(settings)
    output = output_of(given["out"], given["shape"], fresh=given["fresh"])
    options = RunOptions(
        settings=settings,
        judge=given["judge"],
        accepted=accepted_from(settings.accept),
        own_checks=shared.load_checks(given["check_with"]),
        **shared.house_style(given),
    )
    return run_batch((pairs,), Job(options, True, given["encoding"], output.shape), output, given)


def files_in(folder: str, *texts: str) -> list[str]:
    """List a folder's files in natural order (2 before 10), without hidden files. Raises UsageError.

    `texts`: files to leave out.
    """
    try:
        files = [file for file in Path(folder).iterdir() if file.is_file() and not file.name.startswith(".")]
        found = [file for file in files if not any(Path(text).is_file() and file.samefile(text) for text in texts)]
    except OSError as error:
        raise UsageError(f"cannot read the folder {folder}: {error.strerror or error}") from None
    if not found:
        raise UsageError(f"there is no file in {folder}: name a folder with the sources")
    return sorted(map(str, found), key=lambda name: _DIGITS.sub(lambda digits: digits[0].zfill(9), Path(name).name))


def _check_one(articles: Sequence[str], summary: str, page: str | None, given: dict[str, Any], *, cited: bool) -> int:
    quiet, article = given["quiet"], articles[0]
    require_page_place(page, *articles, summary)
    shared.require_server(given["base_url"], given["judge"])
    from summarise.checks.accepted import accepted_from
    from summarise.pipeline.options import require_prompts

    settings = shared.settings_given(given)
    if given["prompts"]:
        # Report wrong names of prompts even if there is no judge.
        require_prompts(settings)
    accepted = accepted_from(settings.accept)
    report, text = _report_on(articles, summary, given, settings, cited=cited, accepted=accepted)
    notify_if_swapped(report, summary, article, quiet=quiet)
    shape: OutputFormat = given["shape"] or "text"
    print_report(report, shape, name=shown_name(article), file=checked_file(report, article, summary, text))
    write_page(report, page)
    if not quiet:
        notify_run(report, shape, accepted=accepted)
    return 0 if report.passed else UNSUPPORTED


def _report_on(
    articles: Sequence[str],
    summary: str,
    given: Mapping[str, Any],
    settings: "Settings",
    *,
    cited: bool,
    accepted: "Accepted | None" = None,
) -> "tuple[Report, Article]":
    # `summarise.api` would be slower, because it also imports the code that writes summaries.
    from summarise.backends.concurrency import blocking
    from summarise.checks.kinds import extract
    from summarise.pipeline.checking import check_summary, check_with_judge

    checks, names = shared.load_checks(given["check_with"]), shared.house_style(given)["names"]
    source = read_sources(articles, given, settings, quiet=given["quiet"], cited=cited)
    text = read_cited(summary, given, settings) if cited else _read_summary(summary, given, settings)
    facts, judge = extract(source), given["judge"]
    how: dict[str, Any] = {"accept": accepted, "checks": checks, "names": names, "settings": settings}
    with watched(quiet=given["quiet"], verbose=given.get("verbose", 0)) as progress:
        if judge is None:
            return check_summary(text, facts, **how), text
        return blocking(check_with_judge(text, facts, judge=judge, progress=progress, **how), "acheck"), text


def _require_one_stdin(first: str, second: str) -> None:
    if first == second == "-":
        raise UsageError("only one text can come from standard input (-): name a file for the other")


def _read_summary(name: str, given: Mapping[str, Any], settings: "Settings") -> "Article":
    return read_source(name, {**given, "input_format": None}, max_characters=settings.max_characters)


def read_cited(name: str, given: Mapping[str, Any], settings: "Settings") -> "Article":
    """Read a text, and keep citation marks such as "[1]", which the reader of Markdown files takes for links."""
    if not name.endswith(_MARKDOWN):
        return _read_summary(name, given, settings)
    from summarise.article import article_from
    from summarise.checks.sources import without_markup

    read = read_source(name, {**given, "input_format": "text"}, max_characters=settings.max_characters)
    return article_from(without_markup(read.text))


@click.command("ci", short_help="Check many summaries, for continuous integration.", context_settings=shared.HELP)
@click.argument("summaries", nargs=-1, required=True, metavar="SUMMARY...")
@shared.options(
    click.option(
        "--article",
        "pattern",
        required=True,
        metavar="PATTERN",
        help="Path of the article: {name} is the summary's file name without extension, {folder} its folder.",
    ),
    *shared.checking_options,
    shared.strict_option,
    *shared.reading_options,
    shared.check_with_option,
    shared.accept_option,
    shared.names_option,
    click.option(
        "--format",
        "shape",
        type=click.Choice(["text", "github"]),
        default="text",
        show_default=True,
        help="Output format: a message with file:line:column for each finding, or GitHub annotations.",
    ),
    click.option("--junit", metavar="FILE", help="Also write JUnit XML, a test case for each sentence."),
    click.option(
        "--sarif", metavar="FILE", help="Also write a SARIF log, a result for each sentence that is not supported."
    ),
    click.option("--markdown", metavar="FILE", help="Also write a table in Markdown, for GitHub's job summary."),
    shared.quiet_option,
)
def ci_command(
    summaries: tuple[str, ...],
    *,
    pattern: str,
    check_with: tuple[str, ...],
    shape: str,
    junit: str | None,
    sarif: str | None,
    markdown: str | None,
    quiet: bool,
    **given: Any,
) -> int:
    """Check each SUMMARY against its article, and print the positions of the sentences that are not supported.

    A SUMMARY is a file, or a pattern such as `summaries/**/*.txt` in quotation marks. No language model is called.
    Exits with 1 if a sentence is neither supported nor accepted, and with 3 if a summary or an article cannot be read;
    the other summaries are still checked.
    """
    from summarise.report.annotations import (
        UnreadFile,
        annotations,
        job_summary,
        problem_lines,
        reports_junit,
        reports_sarif,
    )
    from summarise.report.text import counted
    from summarise.secrets import control_escaped

    pairs = [(summary, _article_of(summary, pattern)) for summary in _files(summaries)]
    names = [name for pair in pairs for name in pair]
    for name, what in ((junit, "JUnit XML"), (sarif, "SARIF log"), (markdown, "Markdown table")):
        require_place(name, what, *names)
        names = [*names, name or ""]
    checks = shared.load_checks(check_with)
    settings = shared.settings_given(given)
    files: list[CheckedFile | UnreadFile] = []
    with nullcontext() if quiet else shown_line(lambda: f"{len(files)} of {len(pairs)} checked"):
        for file in _checked_files(pairs, checks, settings, given, quiet=quiet):
            files.append(file)  # noqa: PERF402  # the progress line shows its length
    if shape == "github" and (lines := annotations(files)):
        print_markup("\n".join(lines))
    elif shape == "text" and (lines := problem_lines(files)):
        print_text("\n".join(lines))
    if junit is not None:
        write_output(junit, reports_junit(files, name="summaries"), "JUnit XML")
    if sarif is not None:
        write_output(sarif, control_escaped(reports_sarif(files)), "SARIF log")
    if markdown is not None:
        write_output(markdown, job_summary(files), "Markdown table")
    checked = [file for file in files if not isinstance(file, UnreadFile)]
    failed, unread = sum(not file.report.passed for file in checked), len(files) - len(checked)
    if not quiet:
        for file in checked:
            notify(f"{file.summary}: {counted(file.report)}")
        notify(_outcome(len(checked), failed, unread))
    return ArticleError.exit_code if unread else UNSUPPORTED if failed else 0


def _outcome(checked: int, failed: int, unread: int) -> str:
    counts = f"{checked} {'summary' if checked == 1 else 'summaries'} checked"
    if checked:
        counts += f", {failed} of them not supported" if failed else ", all supported"
    return f"{counts}; {unread} not read" if unread else counts


def _article_of(summary: str, pattern: str) -> str:
    if unknown := set(re.findall(r"\{(\w+)\}", pattern)) - {"name", "folder"}:
        raise UsageError(f"--article has an unknown placeholder {{{min(unknown)}}}: use {{name}} or {{folder}}")
    path = Path(summary)
    return pattern.replace("{name}", path.stem).replace("{folder}", path.parent.as_posix())


def _files(names: Sequence[str]) -> list[str]:
    files: list[str] = []
    for name in names:
        if name == "-" or is_address(name):
            raise UsageError(f"{name} is not a file: give the path of a summary, or check text with `summarise check`")
        path = Path(name)
        matches = [name] if path.exists() else _matches(path)
        if not matches:
            raise UsageError(f"no file matches {name}: check the folder and the spelling")
        files += matches
    return list(dict.fromkeys(files))


def _matches(pattern: Path) -> list[str]:
    root = Path(pattern.anchor)
    return sorted(str(path) for path in root.glob(str(pattern.relative_to(pattern.anchor))) if path.is_file())


def _checked_files(
    pairs: Sequence[tuple[str, str]],
    checks: "Sequence[OwnCheck]",
    settings: "Settings",
    given: Mapping[str, Any],
    *,
    quiet: bool,
) -> "Iterator[CheckedFile | UnreadFile]":
    from summarise.checks.accepted import accepted_from
    from summarise.pipeline.checking import check_summary, facts_in
    from summarise.report.annotations import UnreadFile

    accepted, names = accepted_from(settings.accept), shared.house_style(given)["names"]

    @cache
    def facts_of(article: str) -> "Facts | ArticleError":
        try:
            return facts_in(read_source(article, given, max_characters=settings.max_characters), settings)
        except ArticleError as error:
            return error

    for summary, article in pairs:
        try:
            facts = facts_of(article)
            if isinstance(facts, ArticleError):
                raise facts
            source = _read_summary(summary, given, settings)
            report = check_summary(source, facts, accept=accepted, checks=checks, names=names, settings=settings)
            notify_if_swapped(report, summary, article, quiet=quiet)
            yield checked_file(report, article, summary, source)
        except ArticleError as error:
            missing = not is_address(article) and not Path(article).exists()
            reason = f"there is no article {article}: check the pattern of --article" if missing else str(error)
            yield UnreadFile(summary, article, reason)


@click.command("accept", short_help="Record that a person accepted a sentence.", context_settings=shared.HELP)
@click.argument("file", metavar="FILE")
@click.argument("names", nargs=-1, metavar="[ARTICLE] SUMMARY")
@shared.options(
    *source_options,
    click.option(
        "--sentence", type=click.IntRange(1), required=True, metavar="N", help="Number of the sentence, from 1."
    ),
    click.option("--reason", required=True, metavar="TEXT", help="Why it is accepted; shown with the sentence."),
    *shared.checking_options,
    shared.strict_option,
    shared.judge_option,
    shared.check_with_option,
    shared.names_option,
    shared.base_url_option,
    *shared.reading_options,
    shared.input_format_option,
    shared.cache_option,
    shared.quiet_option,
)
def accept_command(
    file: str,
    names: tuple[str, ...],
    *,
    sources: tuple[str, ...],
    folder: str | None,
    sentence: int,
    reason: str,
    **given: Any,
) -> int:
    """Record in FILE that a sentence of SUMMARY is accepted, although it is unsupported or cited wrongly.

    Only the errors found now are accepted, so use the same options as in later checks, such as --judge and --source.
    FILE is created if it is missing. Later checks read it with --accept FILE.
    """
    articles, summary = _named(names, sources, folder, given, "accept FILE")
    shared.require_server(given["base_url"], given["judge"])
    from summarise.checks.accepted import accepted_in, append, entry_for, read_accepted

    settings = shared.settings_given(given).model_copy(update={"accept": None})
    place = Path(file)
    if file in ("", "-") or place.is_dir():
        raise UsageError(f"{file or 'an empty name'} is not a file: name a file for the accepted findings")
    accepted = read_accepted(place) if place.exists() else None
    report, _ = _report_on(articles, summary, given, settings, cited=bool(sources or folder))
    entry = entry_for(report, sentence, reason)
    before = accepted_in(report, accepted).sentences[sentence - 1].accepted
    if before is not None:
        raise UsageError(f"sentence {sentence} is already accepted in {file}: {before}")
    try:
        append(place, entry)
    except OSError as error:
        raise OutputError(f"cannot write {file}: {error.strerror or type(error).__name__}") from None
    if not given["quiet"]:
        verdict = report.sentences[sentence - 1].verdict
        fault = "cited wrongly" if verdict == "supported" else verdict
        codes = f" ({', '.join(entry.codes)})" if entry.codes else ""
        print_text(f"accepted, although {fault}{codes}: {entry.text}")
    return 0


@click.command("facts", context_settings=shared.HELP)
@click.argument("article", metavar="ARTICLE")
@shared.options(*shared.reading_options, shared.input_format_option, shared.entailment_option, shared.json_option)
def facts_command(article: str, *, as_json: bool, **given: Any) -> int:
    """Print the facts of ARTICLE: kind, position, normalised value, words."""
    from summarise.api import extract_facts
    from summarise.checks.languages import languages_in
    from summarise.report.text import article_line, facts_text

    settings = shared.settings_given(given)
    source = read_source(article, given, max_characters=settings.max_characters)
    facts = extract_facts(without_instructions(source, article, settings), settings=settings)
    languages = languages_in(facts)
    line = article_line(languages.main, languages.foreign, "and facts are extracted by rules for English")
    if line is not None:
        notify(line)
    if as_json:
        print_json(facts.model_dump_json(indent=2))
    else:
        print_text(facts_text(facts))
    return 0


@click.command("diff", short_help="Show what differs between two versions.", context_settings=shared.HELP)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@shared.options(
    click.option(
        "--summary", metavar="NAME", help="A summary of OLD: also print its sentences that NEW does not support."
    ),
    *shared.reading_options,
    shared.input_format_option,
    shared.entailment_option,
    click.option(
        "--format", "shape", type=click.Choice(["text", "json", "html"]), help="Output format (default: text)."
    ),
    shared.json_shape_option,
    shared.page_option,
)
def diff_command(old: str, new: str, *, summary: str | None, shape: str | None, page: str | None, **given: Any) -> int:
    """Print the differences between two versions of an article: changed values, added and removed sentences.

    With --summary, the exit code is 1 if NEW does not support a sentence of the summary.
    """
    from summarise.pipeline.checking import compare_versions
    from summarise.report.text import diff_text

    _require_one_stdin(old, new)
    require_page_place(page, old, new, summary)
    settings = shared.settings_given(given)
    before, after = (read_source(name, given, max_characters=settings.max_characters) for name in (old, new))
    text = _read_summary(summary, given, settings) if summary else None
    diff = compare_versions(before, after, text, names=(Path(old).name, Path(new).name), settings=settings)
    if shape == "json":
        print_json(diff.model_dump_json(indent=2))
    elif shape == "html":
        print_markup(diff.to_html())
    else:
        print_text(diff_text(diff))
    if page is not None:
        write_output(page, diff.to_html(), "page")
    return UNSUPPORTED if diff.outdated else 0


@click.command("replay", short_help="Show a saved run again.", context_settings=shared.HELP)
@click.argument("names", nargs=-1, required=True, metavar="RUN [ARTICLE]")
@shared.options(
    shared.prompt_dir_option,
    shared.encoding_option,
    shared.input_format_option,
    click.option(
        "--strict",
        is_flag=True,
        help="Print nothing unless the summary is complete and supported, and the repeated run agrees with the file.",
    ),
    *shared.shape_options,
    shared.quiet_option,
)
def replay_command(names: tuple[str, ...], *, strict: bool, page: str | None, quiet: bool, **given: Any) -> int:
    """Repeat the run saved in the file RUN: print its output, and exit with its code. No model and no key are needed.

    If this version would write or judge a sentence differently, that is reported on standard error; with --strict it is
    an error (exit code 1). If the run was saved without the text of its article, give the ARTICLE, too.
    """
    if len(names) > 2:
        raise UsageError(f"replay takes a run file and its article: leave out {names[2]!r}")
    require_page_place(page, *names)
    from summarise.article import UNLIMITED
    from summarise.pipeline.replay import replay
    from summarise.report.text import difference_lines, replayed_line

    article = None
    if len(names) == 2:
        article = read_source(names[1], given, max_characters=UNLIMITED)
    with watched(quiet=quiet) as progress:
        replayed = replay(names[0], article, prompt_dir=given["prompt_dir"], progress=progress)
    run = replayed.run

    def notify_differences() -> None:
        lines = difference_lines(replayed)
        for line in lines if quiet else (replayed_line(replayed, Path(names[0]).name), *lines):
            notify(line)

    if strict and not replayed.same:
        notify_differences()
        raise SummariseError(f"{names[0]} differs from the repeated run: leave out --strict to print it")
    if replayed.summary is None:
        notify_differences()
        assert run.ended is not None, "the file was checked"
        notify(f"summarise: {run.ended.message}")
        return run.ended.exit_code
    try:
        code = print_summary(
            replayed.summary,
            given["shape"] or run.wanted.shape,
            name=run.wanted.name,
            strict=strict or run.wanted.strict,
            data=run.result,
        )
        write_page(replayed.summary, page)
    except SummariseError:
        notify_differences()
        raise
    notify_differences()
    return code
