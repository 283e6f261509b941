"""Replay of a saved run: recorded answers, current checks."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path
from typing import get_args

from summarise.article import UNLIMITED, article_from
from summarise.backends.writers import writer_of
from summarise.checks.verdict import VerdictModel
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
    Writer,
)
from summarise.data.article import text_hash
from summarise.errors import ArticleError, ConfigurationError, RunFileError, SummariseError, UsageError, name_of
from summarise.facts import extract
from summarise.files import read_bounded
from summarise.observing.observer import Observer, require_callable
from summarise.pipeline.blocking import blocking
from summarise.pipeline.in_thread import in_thread
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import opened, plan_run, read_facts
from summarise.pipeline.run import write_summary
from summarise.prompting.prompt import builtin_directory, locked, require_folder
from summarise.report.html import with_views
from summarise.runs.files import read_run
from summarise.runs.recorder import LEFT_OUT
from summarise.runs.replay_backend import RunPlayer, UnrecordedError
from summarise.settings.configuration import configure
from summarise.settings.model import EntailmentName, Settings
from summarise.settings.stages import by_slot, clipped, stage_of

WORST_FIRST = ("contradicted", "unverified", "supported")
# Supports differ by less between machines.
SUPPORT = 0.05
# Fields of a run record that depend only on its exchanges and settings.
RESTATED = (
    "backend",
    "model",
    "prompting",
    "style",
    "judge",
    "writer",
    "threshold",
    "prompts",
    "prompt_tokens",
    "completion_tokens",
)
# The settings that a run file may set; the file is untrusted, so it must not name programs or folders.
ALLOWED = Settings.model_fields.keys() - LEFT_OUT


async def replayed(
    kept: Run,
    article: str | Path | Article | None,
    *,
    prompt_dir: Path | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Replay a run, without user-defined checks. `article` is needed if the run was saved without it.

    Raises ArticleError for a different article, ConfigurationError for a changed prompt, RunFileError if the article is
    missing.
    """
    source = _article_of(kept, article)
    if prompt_dir is not None:
        require_folder(prompt_dir)
    _require_same_prompts(kept, prompt_dir)
    # Recorded answers are not calls.
    observer = Observer(progress, silent_calls=True)
    then, otherwise = kept.summary, None
    settings = Settings(entailment=entailment_of(kept))
    try:
        settings = settings_of(kept)
        _require_locked(kept)
        now = await _again(kept, source, settings, observer)
    except UnrecordedError as error:
        now, otherwise = None, f"this version asks otherwise than then ({error})"
    except Exception as error:
        # Show the saved result whatever goes wrong.
        now = None
        if kept.ended is None or kept.ended.error != name_of(error):
            told = error if isinstance(error, SummariseError) else type(error).__name__
            otherwise = f"this version ends the run with an error ({told})"
    else:
        if then is None:
            otherwise = "this version comes to a summary, where then there was an error"
    if then is None:
        return Replayed(run=kept, otherwise=otherwise)
    restated: tuple[str, ...] = ()
    if now is not None:
        found, facts = differences(then.sentences, now.sentences), now.facts
        restated = () if found else restated_fields(then, now)
    else:
        observer.stage("check")
        facts, found = extract(source), ()
        try:
            facts = facts_for(source, settings)
            verifier = verifier_for(facts, settings).for_writer(then.run.writer, then.run.writer_share)
            found = _checked_again(then.sentences, verifier)
        except SummariseError as error:
            otherwise = otherwise or f"this version cannot check it again ({error})"
    if otherwise is None and now is not None:
        otherwise = _other_checker(then.run.checker, now.run.checker)
    if otherwise is None:
        otherwise = _other_writer(kept, then.run, settings)
    if then.run.own_checks:
        lacking = f"a replay does not run your own checks ({', '.join(map(clipped, then.run.own_checks))})"
        otherwise = lacking if otherwise is None else f"{lacking}; {otherwise}"
    return Replayed(run=kept, summary=then.about(facts), differences=found, otherwise=otherwise, restated=restated)


def restated_fields(then: Summary, now: Summary) -> tuple[str, ...]:
    """Return the names of differing fields of summaries with the same sentences and verdicts."""
    found = [f"run.{name}" for name in RESTATED if getattr(then.run, name) != getattr(now.run, name)]
    found += [name for name in ("omitted", "key_facts", "complete") if getattr(then, name) != getattr(now, name)]
    for place, (old, new) in enumerate(zip(then.sentences, now.sentences, strict=True), start=1):
        found += [
            f"{name} of sentence {place}"
            for name in ("support", "probability")
            if abs(getattr(old, name) - getattr(new, name)) > SUPPORT
        ]
        found += [
            f"{name} of sentence {place}"
            for name in ("origin", "rewording", "evidence")
            if getattr(old, name) != getattr(new, name)
        ]
    return tuple(found)


def differences(then: Sequence[CheckedSentence], now: Sequence[CheckedSentence]) -> tuple[Difference, ...]:
    """Return the sentences that were added, removed or judged differently."""
    found, place = [], 0
    for old, new in _aligned(then, now):
        if old is None:
            found.append(Difference(now=new))
            continue
        place += 1
        if new is None or _judged(old) != _judged(new):
            found.append(Difference(place=place, then=old, now=new))
    return tuple(found)


def _aligned(
    first: Sequence[CheckedSentence], second: Sequence[CheckedSentence]
) -> tuple[tuple[CheckedSentence | None, CheckedSentence | None], ...]:
    """Pair equal sentences in order, others with None."""
    matcher = SequenceMatcher(a=[one.text for one in first], b=[one.text for one in second], autojunk=False)
    found: list[tuple[CheckedSentence | None, CheckedSentence | None]] = []
    for tag, start, end, begin, last in matcher.get_opcodes():
        if tag == "equal":
            found += zip(first[start:end], second[begin:last], strict=True)
        else:
            found += [(one, None) for one in first[start:end]]
            found += [(None, one) for one in second[begin:last]]
    return tuple(found)


def _judged(sentence: CheckedSentence) -> tuple[object, ...]:
    # without support, which varies between machines
    return (sentence.verdict, *sorted(map(_told, sentence.findings)))


def _told(finding: Finding) -> tuple[str, str, str, str]:
    return finding.severity, finding.code, finding.claim.text, finding.article.text if finding.article else ""


def _article_of(kept: Run, article: str | Path | Article | None) -> Article:
    if article is None:
        if kept.article.article is None:
            raise RunFileError("the run was kept without the text of its article: name the article, too")
        return kept.article.article
    if isinstance(article, Url):
        raise UsageError("replay fetches nothing: give the article's text or file, or read_article(address)")
    given = article_from(article, max_characters=UNLIMITED)
    if text_hash(given.text) != kept.article.sha256:
        raise ArticleError(
            f"this is not the article of the run: it has {len(given.text):,} characters, that one "
            f"{kept.article.characters:,}, and their SHA-256 differ; give the article as it was then"
        )
    return given


def _require_same_prompts(kept: Run, directory: Path | None) -> None:
    for used in kept.prompts:
        places = [place for place in (directory, None if used.own else builtin_directory()) if place is not None]
        for path in (place / f"{used.id}.md" for place in places):
            if path.is_file() and hashlib.sha256(read_bounded(path)).hexdigest() != used.sha256:
                raise ConfigurationError(
                    f"prompt {used.id} was changed since the run: restore {path}, "
                    "or make the new text a version of its own"
                )


def _require_locked(kept: Run) -> None:
    """Raise UnrecordedError if a "built-in" prompt is not in the lock file."""
    known = locked(builtin_directory())
    for used in kept.prompts:
        if not used.own and known.get(f"{used.id}.md") != used.sha256:
            raise UnrecordedError(f"the prompt {used.id} of the run is none of its own")


def settings_of(kept: Run) -> Settings:
    """Return the settings of a run, limited to `ALLOWED`."""
    known = {name: value for name, value in kept.wanted.settings.items() if name in ALLOWED}
    # The prompts of the run decide how the model is prompted, whatever this version's table says.
    writing = [used.id for used in kept.prompts if stage_of(used.id).name in get_args(Prompting)]
    prompts = by_slot(writing) | known.get("prompts", {})
    return Settings(**(known | {"prompts": prompts, "entailment": entailment_of(kept)}))


def _other_checker(then: str, now: str) -> str | None:
    if not then or then == now:
        return None
    return f"judged by another checker: {clipped(then)} then, {clipped(now)} now"


def entailment_of(kept: Run) -> EntailmentName:
    """Return the entailment model of a run, or "off" for one in a folder."""
    named = kept.wanted.settings.get("entailment")
    return "built-in" if named == "built-in" else "off"


async def _again(kept: Run, article: Article, settings: Settings, observer: Observer) -> Summary:
    player, wanted = RunPlayer(kept), kept.wanted
    options = RunOptions(
        backend=player.writer,
        length=wanted.length,
        style=wanted.style,
        on_unsupported=wanted.on_unsupported,
        judge=(player.judge or player.writer) if wanted.judged else None,
        recorded_writer=_writer_of(kept),
        settings=settings,
    )
    source = article_from(article, max_characters=settings.max_characters)
    async with opened(None, options, observer=observer, load=player.load) as models:
        observer.stage("facts")
        reading = read_facts(source, settings)
        planned = await plan_run(reading, models, options, load=player.load, observer=observer)
        # The limits included the usage of models tried before.
        limiter = planned.limiter(kept.summary.run.tried if kept.summary else ())
        return await write_summary(planned, planned.told(), started=time.perf_counter(), limiter=limiter)


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


def _writer_of(kept: Run) -> tuple[Writer, float] | None:
    return (kept.summary.run.writer, kept.summary.run.writer_share) if kept.summary else None


def _checked_again(then: Sequence[CheckedSentence], verifier: Verifier) -> tuple[Difference, ...]:
    # Findings of a judge are kept.
    found = []
    for place, old in enumerate(then, start=1):
        origin: Origin = "article" if old.origin == "article" else "model"
        judged = [one.sentence for one in verifier.verify(old.text, origin=origin)]
        now = min(judged, key=lambda one: WORST_FIRST.index(one.verdict))
        heard = tuple(finding for finding in old.findings if finding.code == "judged")
        verdict = old.verdict if heard and now.verdict == "supported" else now.verdict
        strength = now.strength if verdict == "supported" else None
        findings = (*now.findings, *heard)
        update = {"verdict": verdict, "strength": strength, "findings": findings, "origin": old.origin}
        now = now.model_copy(update=update)
        if _judged(old) != _judged(now):
            found.append(Difference(place=place, then=old, now=now))
    return tuple(found)


def replay(
    run: str | Path,
    article: str | Path | Article | None = None,
    *,
    prompt_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Replay a run file and report what this version judges differently, without model, key or network.

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
    """Like `replay`, in a thread. `progress` is called in the running event loop."""
    require_callable(progress)
    return await in_thread(
        lambda callers: _replayed(run, article, prompt_dir=prompt_dir, progress=callers.progress(progress))
    )


async def _replayed(
    run: str | Path, article: str | Path | Article | None, *, prompt_dir: str | Path | None, progress: Progress | None
) -> Replayed:
    folder = Path(prompt_dir) if prompt_dir is not None else _configured_folder()
    found = await replayed(read_run(Path(run)), article, prompt_dir=folder, progress=progress)
    return found if found.summary is None else found.model_copy(update={"summary": with_views(found.summary)})


def _configured_folder() -> Path | None:
    # A replay also works with an invalid configuration.
    with suppress(ConfigurationError, OSError):
        folder = configure().settings.prompt_dir
        return folder if folder is not None and folder.is_dir() else None
    return None
