"""Replay a saved run: take the model's answers from the file, and check them with this version."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path
from typing import get_args

from summarise.article import UNLIMITED, article_from
from summarise.backends.concurrency import blocking, in_thread
from summarise.checks.kinds import extract
from summarise.checks.verdict import VerdictModel, with_judgement
from summarise.checks.verification import Verifier, facts_for, verifier_for
from summarise.data import (
    Article,
    CheckedSentence,
    Difference,
    Finding,
    Origin,
    Progress,
    Prompting,
    Replayed,
    Run,
    RunRecord,
    Summary,
    Url,
)
from summarise.data.article import text_hash
from summarise.errors import ArticleError, ConfigurationError, RunFileError, SummariseError, UsageError, name_of
from summarise.facts.spelling import NameList
from summarise.files import read_bounded
from summarise.observer import Observer, require_callable
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import opened, plan_run, read_facts
from summarise.pipeline.run import write_summary
from summarise.prompting import builtin_directory, locked, require_folder
from summarise.report.html import with_views
from summarise.runs import LEFT_OUT, RunPlayer, UnrecordedError, read_run
from summarise.settings.configuration import configure
from summarise.settings.model import EntailmentName, Settings, by_slot, clipped, stage_of
from summarise.settings.providers import writer_of

WORST_FIRST = ("contradicted", "unverified", "supported")
# tolerance for supports, which vary between machines
SUPPORT = 0.05
# fields of a run record that follow from the recorded exchanges and settings
RESTATED = "backend model prompting style judge writer threshold prompts prompt_tokens completion_tokens".split()
# The settings that a run file may set; the file is untrusted, so it must not name programs or folders.
ALLOWED = Settings.model_fields.keys() - LEFT_OUT


def replay(
    run: str | Path,
    article: str | Path | Article | None = None,
    *,
    prompt_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Replay a run file and report differences from this version's result. No model, key or network is used.

    `article` is needed if the run was saved without its text. `prompt_dir` defaults to the configured folder. Raises
    RunFileError for an invalid file, ArticleError for a different article, ConfigurationError for a changed prompt.
    """
    require_callable(progress)
    return blocking(_replayed(run, article, prompt_dir=prompt_dir, progress=progress), "areplay")


async def areplay(
    run: str | Path,
    article: str | Path | Article | None = None,
    *,
    prompt_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """`replay` in a thread. `progress` is called in the running event loop."""
    require_callable(progress)
    return await in_thread(
        lambda callers: _replayed(run, article, prompt_dir=prompt_dir, progress=callers.progress(progress))
    )


async def _replayed(
    run: str | Path, article: str | Path | Article | None, *, prompt_dir: str | Path | None, progress: Progress | None
) -> Replayed:
    folder = Path(prompt_dir) if prompt_dir is not None else _configured_folder()
    kept = read_run(Path(run))
    source = _article_of(kept, article)
    if folder is not None:
        require_folder(folder)
    _require_same_prompts(kept, folder)
    # Recorded answers are not calls.
    observer = Observer(progress, silent_calls=True)
    then, otherwise = kept.summary, None
    settings = Settings(entailment=_entailment_of(kept))
    names = None
    try:
        settings = settings_of(kept)
        _require_locked(kept)
        names = NameList.of(kept.wanted.names) if kept.wanted.names else None
        now = await _again(kept, source, settings, observer, names)
    except UnrecordedError as error:
        now, otherwise = None, f"this version asks otherwise than then ({error})"
    except Exception as error:
        # An error must not prevent the saved result from being shown.
        now = None
        if kept.ended is None or kept.ended.error != name_of(error):
            message = error if isinstance(error, SummariseError) else type(error).__name__
            otherwise = f"this version ends the run with an error ({message})"
    else:
        if then is None:
            otherwise = "this version writes a summary, but the recorded run ended with an error"
    if then is None:
        return Replayed(run=kept, otherwise=otherwise)
    restated: tuple[str, ...] = ()
    if now is not None:
        found, facts = _differences(then.sentences, now.sentences), now.facts
        restated = () if found else _restated_fields(then, now)
    else:
        observer.stage("check")
        facts, found = extract(source), ()
        try:
            facts = facts_for(source, settings)
            verifier = verifier_for(facts, settings, names=names)
            verifier = verifier.for_writer(then.run.writer, then.run.writer_share)
            found = _checked_again(then.sentences, verifier)
        except SummariseError as error:
            otherwise = otherwise or f"this version cannot check it again ({error})"
    if otherwise is None and now is not None and then.run.checker not in ("", now.run.checker):
        otherwise = f"judged by another checker: {clipped(then.run.checker)} then, {clipped(now.run.checker)} now"
    if otherwise is None:
        otherwise = _other_writer(kept, then.run, settings)
    if then.run.own_checks:
        lacking = f"a replay does not run your own checks ({', '.join(map(clipped, then.run.own_checks))})"
        otherwise = lacking if otherwise is None else f"{lacking}; {otherwise}"
    summary = with_views(then.about(facts))
    return Replayed(run=kept, summary=summary, differences=found, otherwise=otherwise, restated=restated)


def _restated_fields(then: Summary, now: Summary) -> tuple[str, ...]:
    """Return the names of the fields that differ between two summaries with the same sentences and verdicts."""
    found = [f"run.{name}" for name in RESTATED if getattr(then.run, name) != getattr(now.run, name)]
    found += [name for name in ("omitted", "key_facts", "complete") if getattr(then, name) != getattr(now, name)]
    for place, (old, new) in enumerate(zip(then.sentences, now.sentences, strict=True), start=1):
        fields = [name for name in ("support", "probability") if abs(getattr(old, name) - getattr(new, name)) > SUPPORT]
        fields += [name for name in ("origin", "rewording", "evidence") if getattr(old, name) != getattr(new, name)]
        found += [f"{name} of sentence {place}" for name in fields]
    return tuple(found)


def _differences(then: Sequence[CheckedSentence], now: Sequence[CheckedSentence]) -> tuple[Difference, ...]:
    found: list[Difference] = []
    matcher = SequenceMatcher(a=[old.text for old in then], b=[new.text for new in now], autojunk=False)
    for tag, start, end, begin, last in matcher.get_opcodes():
        if tag == "equal":
            pairs = enumerate(zip(then[start:end], now[begin:last], strict=True), start=start + 1)
            found += [Difference(place=place, then=old, now=new) for place, (old, new) in pairs if _differ(old, new)]
        else:
            found += [Difference(place=place, then=old) for place, old in enumerate(then[start:end], start=start + 1)]
            found += [Difference(now=new) for new in now[begin:last]]
    return tuple(found)


def _differ(then: CheckedSentence, now: CheckedSentence) -> bool:
    """Return whether verdicts or findings differ. Supports are ignored, because they vary between machines."""
    return then.verdict != now.verdict or sorted(map(_words_of, then.findings)) != sorted(map(_words_of, now.findings))


def _words_of(finding: Finding) -> tuple[str, str, str, str]:
    return finding.severity, finding.code, finding.claim.text, finding.article.text if finding.article else ""


def _article_of(kept: Run, article: str | Path | Article | None) -> Article:
    if article is None:
        if kept.article.article is None:
            raise RunFileError("the run was saved without the text of its article: name the article, too")
        return kept.article.article
    if isinstance(article, Url):
        raise UsageError("replay does not fetch addresses: give the article's text or file, or read_article(address)")
    given = article_from(article, max_characters=UNLIMITED)
    if text_hash(given.text) != kept.article.sha256:
        raise ArticleError(
            f"this is not the article of the run: it has {len(given.text):,} characters, the run's article "
            f"{kept.article.characters:,}, and their SHA-256 differ: give the article as it was then"
        )
    return given


def _require_same_prompts(kept: Run, directory: Path | None) -> None:
    for used in kept.prompts:
        places = [place for place in (directory, None if used.own else builtin_directory()) if place is not None]
        for path in (place / f"{used.id}.md" for place in places):
            if path.is_file() and hashlib.sha256(read_bounded(path)).hexdigest() != used.sha256:
                raise ConfigurationError(
                    f"prompt {used.id} was changed since the run: restore {path}, "
                    "or save the new text as another version"
                )


def _require_locked(kept: Run) -> None:
    """Raise UnrecordedError if a built-in prompt of the run is not in the lock file."""
    known = locked(builtin_directory())
    for used in kept.prompts:
        if not used.own and known.get(f"{used.id}.md") != used.sha256:
            raise UnrecordedError(f"unknown built-in prompt {used.id}")


def settings_of(kept: Run) -> Settings:
    """Return the settings of a saved run that a run file may set (`ALLOWED`), with the prompts of the run."""
    known = {name: value for name, value in kept.wanted.settings.items() if name in ALLOWED}
    # The prompts of the run decide whether the model drafts or rewrites, not the table of models.
    writing = [used.id for used in kept.prompts if stage_of(used.id).name in get_args(Prompting)]
    prompts = by_slot(writing) | known.get("prompts", {})
    return Settings(**(known | {"prompts": prompts, "entailment": _entailment_of(kept)}))


def _entailment_of(kept: Run) -> EntailmentName:
    named = kept.wanted.settings.get("entailment")
    return "built-in" if named == "built-in" else "off"


async def _again(
    kept: Run, article: Article, settings: Settings, observer: Observer, names: NameList | None
) -> Summary:
    player, wanted, then = RunPlayer(kept), kept.wanted, kept.summary
    options = RunOptions(
        backend=player.writer,
        length=wanted.length,
        style=wanted.style,
        focus=wanted.focus,
        on_unsupported=wanted.on_unsupported,
        judge=(player.judge or player.writer) if wanted.judged else None,
        instructions=wanted.instructions,
        names=names,
        recorded_writer=(then.run.writer, then.run.writer_share) if then else None,
        settings=settings,
    )
    source = article_from(article, max_characters=settings.max_characters)
    async with opened(None, options, observer=observer, load=player.load) as models:
        observer.stage("facts")
        reading = read_facts(source, settings, names=names)
        planned = await plan_run(reading, models, options, load=player.load, observer=observer)
        # The limits also count the usage of the models that were tried before.
        limiter = planned.limiter(then.run.tried if then else ())
        return await write_summary(planned, planned.as_data(), started=time.perf_counter(), limiter=limiter)


def _other_writer(kept: Run, then: RunRecord, settings: Settings) -> str | None:
    record = writer_of(kept.writer.id)
    writer, share = (settings.writer, None) if settings.writer else (record.writer, record.share)
    expected = VerdictModel(writer=writer, share=share)
    if (then.writer, round(then.writer_share, 4)) == (expected.writer, round(expected.share, 4)):
        return None
    return (
        f"judged for a {then.writer} writer with {then.writer_share:.0%} right sentences; this version assumes a "
        f"{expected.writer} one with {expected.share:.0%}"
    )


def _checked_again(then: Sequence[CheckedSentence], verifier: Verifier) -> tuple[Difference, ...]:
    # Findings of the judge are kept, because the judge is not asked again.
    found = []
    for place, old in enumerate(then, start=1):
        origin: Origin = "article" if old.origin == "article" else "model"
        judged = [one.sentence for one in verifier.verify(old.text, origin=origin)]
        now = min(judged, key=lambda one: WORST_FIRST.index(one.verdict))
        now = verifier.reading.written(now) if verifier.reading else now
        now = with_judgement(now, [finding for finding in old.findings if finding.code == "judged"])
        now = now.model_copy(update={"origin": old.origin})
        if _differ(old, now):
            found.append(Difference(place=place, then=old, now=now))
    return tuple(found)


def _configured_folder() -> Path | None:
    # A replay also works with an invalid configuration.
    with suppress(ConfigurationError, OSError):
        folder = configure().settings.prompt_dir
        return folder if folder is not None and folder.is_dir() else None
    return None
