"""The verbs beside the main command: check, facts, models, config. Each returns its exit code.

Does not hold any of the work, nor the verbs of prompts, which stand apart. Heavy modules are imported when a verb runs,
so that help answers at once.
"""

import click

from summarise.errors import UsageError
from summarise.options import (
    HELP,
    base_url_option,
    ceiling_options,
    encoding_option,
    json_option,
    judge_option,
    options,
    prompt_dir_option,
    prompt_option,
    quiet_option,
    require_server,
    settings_from,
)
from summarise.prompt_verbs import prompts_command
from summarise.terminal import print_json, print_text, read_source, tell

UNSUPPORTED = 1
"""Exit code: a sentence shown is not supported."""


@click.command("check", context_settings=HELP)
@click.argument("article", metavar="ARTICLE")
@click.argument("summary", metavar="SUMMARY")
@options(
    judge_option,
    base_url_option,
    *ceiling_options,
    prompt_option,
    prompt_dir_option,
    encoding_option,
    json_option,
    quiet_option,
)
def check_command(
    article: str,
    summary: str,
    *,
    judge: str | None,
    base_url: str | None,
    max_calls: int | None,
    max_tokens_total: int | None,
    max_cost: float | None,
    prompts: tuple[str, ...],
    prompt_dir: str | None,
    encoding: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check the SUMMARY file against the ARTICLE file, sentence by sentence (either may be -)."""
    if article == summary == "-":
        raise UsageError("standard input cannot be both: name a file for the article or for the summary")
    require_server(base_url, judge)
    from summarise.api import UNLIMITED, check
    from summarise.prompt import parse_choice
    from summarise.report.text import reached_line, report_text, run_line, unused_lines

    chosen = dict(parse_choice(choice) for choice in prompts)
    settings = settings_from(
        base_url=base_url,
        prompts=chosen or None,
        prompt_dir=prompt_dir,
        max_calls=max_calls,
        max_tokens_total=max_tokens_total,
        max_cost=max_cost,
    )

    source = read_source(article, max_characters=UNLIMITED, encoding=encoding)
    said = read_source(summary, max_characters=UNLIMITED, encoding=encoding)
    report = check(said.text, source, judge=judge, settings=settings)
    if as_json:
        print_json(report.model_dump_json(indent=2))
    else:
        print_text(report_text(report))
    if not quiet:
        for line in filter(None, (*unused_lines(report), reached_line(report), run_line(report))):
            tell(line)
    return 0 if report.verdict == "supported" else UNSUPPORTED


@click.command("facts", context_settings=HELP)
@click.argument("article", metavar="ARTICLE")
@options(encoding_option, json_option)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "inline"]),
    default="table",
    show_default=True,
    help="inline: the article with its facts marked as XML elements.",
)
def facts_command(article: str, *, encoding: str | None, as_json: bool, shape: str) -> int:
    """Print the facts of ARTICLE: kind, place, normal form, words."""
    from summarise.api import UNLIMITED, extract_facts
    from summarise.report.inline import facts_inline
    from summarise.report.text import facts_text

    facts = extract_facts(read_source(article, max_characters=UNLIMITED, encoding=encoding))
    if as_json or shape == "json":
        print_json(facts.model_dump_json(indent=2))
    else:
        print_text(facts_inline(facts) if shape == "inline" else facts_text(facts))
    return 0


@click.command("models", context_settings=HELP)
@click.argument("verb", type=click.Choice(["list", "get"]), default="list")
@options(json_option, quiet_option)
def models_command(verb: str, *, as_json: bool, quiet: bool) -> int:
    """List the models that can be used, and how each is asked; `models get` fetches the local one (92 MB), once."""
    import json

    from summarise.ability import strategy_for
    from summarise.backends import available_backends
    from summarise.backends.weights import fetch
    from summarise.report.models import models_text

    settings = settings_from()
    if verb == "get":
        path = fetch(settings, (lambda _: None) if quiet else tell)
        if as_json:
            print_json(json.dumps({"path": str(path)}, indent=2))
        else:
            print_text(str(path))
        return 0
    statuses = [(status, strategy_for(status.model or status.name)) for status in available_backends(settings)]
    if as_json:
        print_json(json.dumps([s.model_dump() | chosen.model_dump() for s, chosen in statuses], indent=2))
    else:
        print_text(models_text(statuses))
    return 0


@click.command("config", context_settings=HELP)
@click.argument("verb", type=click.Choice(["show", "path"]), default="show")
@options(json_option)
def config_command(verb: str, *, as_json: bool) -> int:
    """Show every setting and where it came from, or the `path` of the configuration file; no key is shown."""
    from summarise.configuration import configuration_file, configure, is_there

    if verb == "path":
        import json

        path = configuration_file()
        if as_json:
            print_json(json.dumps({"path": str(path), "exists": is_there(path)}, indent=2))
        else:
            print_text(str(path))
        return 0
    from summarise.report.configuration import configuration_json, configuration_text

    found = configure()
    if as_json:
        print_json(configuration_json(found))
    else:
        print_text(configuration_text(found))
    return 0


VERBS: dict[str, click.Command] = {
    command.name or "": command
    for command in (check_command, facts_command, prompts_command, models_command, config_command)
}
