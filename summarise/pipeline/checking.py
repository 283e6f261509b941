"""The work of `extract_facts` and `check`."""

import re
from collections.abc import Sequence
from pathlib import Path

from summarise.article.text import require_text
from summarise.checks import Check
from summarise.checks.accepted import accepted_from, accepted_in
from summarise.checks.judge import open_judge
from summarise.checks.verification import check_text, check_text_by, facts_for, own_checks
from summarise.data import Accepted, Article, Backend, Facts, Progress, Report, Source, Summary, Url, Writer
from summarise.observing.observer import Observer
from summarise.pipeline.options import require_prompts
from summarise.pipeline.reading import read_article
from summarise.report.html import with_views
from summarise.settings.configuration import configure
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

# Summary and article look swapped if the summary has this share of the distinct words of the article, and this many
# times as many distinct words.
SHARED, LONGER = 0.8, 1.5
_WORD = re.compile(r"\w+")


def facts_in(article: Source, settings: Settings | None) -> Facts:
    """Return the facts of an article. `settings` default to `Settings()`."""
    wanted = settings or Settings()
    source = read_article(article, max_characters=wanted.max_characters, settings=settings)
    return with_views(facts_for(source, wanted))


def checked(
    summary: Source | Summary,
    article: Source | Facts,
    *,
    accept: str | Path | Accepted | None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    settings: Settings | None,
) -> Report:
    """Check a summary without a judge. `settings` default to `Settings()`."""
    settings = _for_writer(settings or Settings(), writer, summary)
    accepted = accepted_from(settings.accept if accept is None else accept)
    own, facts = own_checks(checks), _facts_of(article, settings)
    return with_views(accepted_in(check_text(_text_of(summary, settings), facts, settings, own), accepted))


async def judged(
    summary: Source | Summary,
    article: Source | Facts,
    *,
    judge: str | Backend,
    accept: str | Path | Accepted | None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    settings: Settings | None,
    progress: Progress | None,
) -> Report:
    """Check a summary with a judge. `settings` default to the configuration."""
    settings = _for_writer(settings or configure().settings, writer, summary)
    require_prompts(settings)
    accepted = accepted_from(settings.accept if accept is None else accept)
    observer, own = Observer(progress, secrets=secrets_of(settings)), own_checks(checks)
    async with open_judge(judge, settings, on_retry=observer.retry) as asked:
        text, facts = _text_of(summary, settings), _facts_of(article, settings)
        return with_views(accepted_in(await check_text_by(text, facts, asked, settings, observer, own), accepted))


def swapped(report: Report) -> bool:
    """Return True if summary and article look swapped."""
    article = set(_WORD.findall(report.facts.article.text.casefold()))
    summary = {word for sentence in report.sentences for word in _WORD.findall(sentence.text.casefold())}
    return len(summary) >= LONGER * len(article) and len(article & summary) >= SHARED * len(article)


def _for_writer(settings: Settings, writer: Writer | None, summary: Source | Summary) -> Settings:
    if writer is None and settings.writer is None and isinstance(summary, Summary):
        writer = summary.run.writer
    return settings.written_by(writer)


def _text_of(summary: Source | Summary, settings: Settings) -> str:
    if isinstance(summary, Summary):
        return summary.prose
    if isinstance(summary, str):
        require_text(summary, called="the summary")
    elif not isinstance(summary, Path | Url | Article):
        raise TypeError(
            f"a summary is a str (its text), a Path, a Url, an Article or a Summary, not {type(summary).__name__}"
        )
    return read_article(summary, max_characters=settings.max_characters).text


def _facts_of(article: Source | Facts, settings: Settings) -> Facts:
    return article if isinstance(article, Facts) else facts_in(article, settings)
