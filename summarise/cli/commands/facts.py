"""The command `summarise facts`."""

import click

from summarise.cli import options as shared
from summarise.cli.terminal import print_json, print_text, read_source, tell, tell_source


@click.command("facts", context_settings=shared.HELP)
@click.argument("article", metavar="ARTICLE")
@shared.options(*shared.reading_options, shared.input_format_option, shared.entailment_option, shared.json_option)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json", "inline"]),
    default="table",
    show_default=True,
    help="inline: the article with its facts marked as XML elements.",
)
def facts_command(
    article: str,
    *,
    max_characters: int | None,
    encoding: str | None,
    allow_private: bool,
    input_format: str | None,
    entailment: str | None,
    keep_addressed: bool | None,
    as_json: bool,
    shape: str,
) -> int:
    """Print the facts of ARTICLE: kind, position, normalised value, words."""
    from summarise.api import extract_facts
    from summarise.checks.languages import languages_in
    from summarise.checks.verification import story_of
    from summarise.report.text import article_line, facts_inline, facts_text

    settings = shared.settings_from(max_characters=max_characters, entailment=entailment, keep_addressed=keep_addressed)
    source = read_source(
        article,
        max_characters=settings.max_characters,
        encoding=encoding,
        allow_private=allow_private,
        input_format=input_format,
    )
    source = story_of(source, settings)
    tell_source(source, article, settings)
    facts = extract_facts(source, settings=settings)
    languages = languages_in(facts)
    line = article_line(languages.main, languages.foreign, "and facts are read by rules for English")
    if line is not None:
        tell(line)
    if as_json or shape == "json":
        print_json(facts.model_dump_json(indent=2))
    else:
        print_text(facts_inline(facts) if shape == "inline" else facts_text(facts))
    return 0
