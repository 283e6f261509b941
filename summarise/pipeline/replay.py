"""Replay a saved run: repeat it with the recorded answers of the model, and compare the results."""

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
from summarise.data.summary import WORST_FIRST
from summarise.errors import ArticleError, ConfigurationError, RunFileError, SummariseError, UsageError, name_of
from summarise.facts.spelling import NameList
from summarise.files import read_bounded
from summarise.observer import Observer, require_callable
from summarise.pipeline.options import RunOptions
from summarise.pipeline.run import opened, plan_run, read_facts, write_summary, writer_for
from summarise.prompting import builtin_directory, locked, require_folder
from summarise.report.html import with_views
from summarise.runs import LEFT_OUT, RunPlayer, UnrecordedError, read_run
from summarise.settings.configuration import configure
from summarise.settings.model import EntailmentName, Settings, by_slot, clipped, stage_of

# The values of support and probability vary between machines by less than this.
SUPPORT = 0.05
# Fields of a run record that follow from the recorded exchanges and settings.
DERIVED = "backend model prompting style judge writer threshold prompts prompt_tokens completion_tokens".split()
# The settings that a run file may set. The file is untrusted, so it must not name programs or folders.
ALLOWED = Settings.model_fields.keys() - LEFT_OUT


def replay(
    run: str | Path,
    article: str | Path | Article | None = None,
    *,
    prompt_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> Replayed:
    """Repeat a saved run with its recorded answers, and report how the result differs. No model or network is used.

    `article` is needed if its text was not saved. `prompt_dir` defaults to the configured folder. Raises
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
    """Asynchronous `replay`, in a thread. `progress` is called in the running event loop."""
    require_callable(progress)
    return await in_thread(
        lambda callers: _replayed(run, article, prompt_dir=prompt_dir, progress=callers.progress(progress))
    )


async def _replayed(
    run: str | Path, article: str | Path | Article | None, *, prompt_dir: str | Path | None, progress: Progress | None
) -> Replayed:
    folder = Path(prompt_dir) if prompt_dir is not None else _configured_folder()
    recorded = read_run(Path(run))
    source = _article_of(recorded, article)
    if folder is not None:
        require_folder(folder)
    _require_same_prompts(recorded, folder)
    # Recorded answers are not calls.
    observer = Observer(progress, silent_calls=True)
    then, otherwise = recorded.summary, None
    settings = Settings(entailment=_entailment_of(recorded))
    names = None
    try:
        settings = settings_of(recorded)
        _require_locked(recorded)
        names = NameList.of(recorded.wanted.names) if recorded.wanted.names else None
        now = await _rerun(recorded, source, settings, observer, names)
    except UnrecordedError as error:
        now, otherwise = None, f"this version sends other requests than the recorded run ({error})"
    except Exception as error:
        # An error must not prevent the saved result from being shown.
        now = None
        if recorded.ended is None or recorded.ended.error != name_of(error):
            message = error if isinstance(error, SummariseError) else type(error).__name__
            otherwise = f"this version ends the run with an error ({message})"
    else:
        if then is None:
            otherwise = "this version writes a summary, but the recorded run ended with an error"
    if then is None:
        return Replayed(run=recorded, otherwise=otherwise)
    restated: tuple[str, ...] = ()
    if now is not None:
        differences, facts = _differences(then.sentences, now.sentences), now.facts
        restated = () if differences else _restated_fields(then, now)
    else:
        observer.stage("check")
        facts, differences = extract(source), ()
        try:
            facts = facts_for(source, settings)
            verifier = verifier_for(facts, settings, names=names)
            verifier = verifier.for_writer(then.run.writer, then.run.writer_share)
            differences = _checked_again(then.sentences, verifier)
        except SummariseError as error:
            otherwise = otherwise or f"this version cannot check the summary again ({error})"
    if otherwise is None and now is not None and then.run.checker not in ("", now.run.checker):
        otherwise = (
            f"the checker has changed: {clipped(then.run.checker)} in the recorded run, "
            f"{clipped(now.run.checker)} in this version"
        )
    if otherwise is None:
        otherwise = _other_writer(recorded, then.run, settings)
    if then.run.own_checks:
        own_checks = f"a replay does not run your own checks ({', '.join(map(clipped, then.run.own_checks))})"
        otherwise = own_checks if otherwise is None else f"{own_checks}; {otherwise}"
    summary = with_views(then.about(facts))
    return Replayed(run=recorded, summary=summary, differences=differences, otherwise=otherwise, restated=restated)


def _restated_fields(then: Summary, now: Summary) -> tuple[str, ...]:
    """Return the names of fields that differ between results with the same sentences and verdicts."""
    names = [f"run.{name}" for name in DERIVED if getattr(then.run, name) != getattr(now.run, name)]
    names += [name for name in ("omitted", "key_facts", "complete") if getattr(then, name) != getattr(now, name)]
    for place, (old, new) in enumerate(zip(then.sentences, now.sentences, strict=True), start=1):
        fields = [name for name in ("support", "probability") if abs(getattr(old, name) - getattr(new, name)) > SUPPORT]
        fields += [name for name in ("origin", "rewording", "evidence") if getattr(old, name) != getattr(new, name)]
        names += [f"{name} of sentence {place}" for name in fields]
    return tuple(names)


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
    """Return whether verdicts or findings differ; support numbers vary between machines."""
    return then.verdict != now.verdict or sorted(map(_key_of, then.findings)) != sorted(map(_key_of, now.findings))


def _key_of(finding: Finding) -> tuple[str, str, str, str]:
    return finding.severity, finding.code, finding.claim.text, finding.article.text if finding.article else ""


def _article_of(recorded: Run, article: str | Path | Article | None) -> Article:
    if article is None:
        if recorded.article.article is None:
            raise RunFileError("the run was saved without the text of its article: name the article, too")
        return recorded.article.article
    if isinstance(article, Url):
        raise UsageError("replay does not fetch addresses: give the article's text or file, or read_article(address)")
    source = article_from(article, max_characters=UNLIMITED)
    if text_hash(source.text) != recorded.article.sha256:
        raise ArticleError(
            f"this is not the article of the run: it has {len(source.text):,} characters, the run's article "
            f"{recorded.article.characters:,}, and their SHA-256 differ: give the article as it was then"
        )
    return source


def _require_same_prompts(recorded: Run, directory: Path | None) -> None:
    for prompt in recorded.prompts:
        places = [place for place in (directory, None if prompt.own else builtin_directory()) if place is not None]
        for path in (place / f"{prompt.id}.md" for place in places):
            if path.is_file() and hashlib.sha256(read_bounded(path)).hexdigest() != prompt.sha256:
                raise ConfigurationError(
                    f"prompt {prompt.id} was changed since the run: restore {path}, "
                    "or save the new text as another version"
                )


def _require_locked(recorded: Run) -> None:
    """Raise UnrecordedError if a built-in prompt of the run is not a released one."""
    known = locked(builtin_directory())
    for prompt in recorded.prompts:
        if not prompt.own and known.get(f"{prompt.id}.md") != prompt.sha256:
            raise UnrecordedError(f"unknown built-in prompt {prompt.id}")


def settings_of(recorded: Run) -> Settings:
    """Return the settings that a run file may set (`ALLOWED`), and the run's prompts."""
    known = {name: value for name, value in recorded.wanted.settings.items() if name in ALLOWED}
    # The prompts of the run decide whether the model drafts or rewrites, not the table of models.
    writing = [prompt.id for prompt in recorded.prompts if stage_of(prompt.id).name in get_args(Prompting)]
    prompts = by_slot(writing) | known.get("prompts", {})
    return Settings(**(known | {"prompts": prompts, "entailment": _entailment_of(recorded)}))


def _entailment_of(recorded: Run) -> EntailmentName:
    named = recorded.wanted.settings.get("entailment")
    return "built-in" if named == "built-in" else "off"


async def _rerun(
    recorded: Run, article: Article, settings: Settings, observer: Observer, names: NameList | None
) -> Summary:
    player, wanted, then = RunPlayer(recorded), recorded.wanted, recorded.summary
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
        analysis = read_facts(source, settings, names=names)
        planned = await plan_run(analysis, models, options, load=player.load, observer=observer)
        # The usage of the models that were tried before counts against the limits, as in the run.
        limiter = planned.limiter(then.run.tried if then else ())
        return await write_summary(planned, limiter, started=time.perf_counter())


def _other_writer(recorded: Run, then: RunRecord, settings: Settings) -> str | None:
    writer, share = writer_for(recorded.writer.id, settings)
    expected = VerdictModel(writer=writer, share=share)
    if (then.writer, round(then.writer_share, 4)) == (expected.writer, round(expected.share, 4)):
        return None
    return (
        f"the recorded verdicts assume a {then.writer} writer with {then.writer_share:.0%} right sentences; this "
        f"version assumes a {expected.writer} writer with {expected.share:.0%}"
    )


def _checked_again(then: Sequence[CheckedSentence], verifier: Verifier) -> tuple[Difference, ...]:
    # Findings of the judge are kept, because the judge is not asked again.
    differences = []
    for place, old in enumerate(then, start=1):
        origin: Origin = "article" if old.origin == "article" else "model"
        parts = [candidate.sentence for candidate in verifier.verify(old.text, origin=origin)]
        now = min(parts, key=lambda part: WORST_FIRST.index(part.verdict))
        now = verifier.reading.written(now) if verifier.reading else now
        now = with_judgement(now, [finding for finding in old.findings if finding.code == "judged"])
        now = now.model_copy(update={"origin": old.origin})
        if _differ(old, now):
            differences.append(Difference(place=place, then=old, now=now))
    return tuple(differences)


def _configured_folder() -> Path | None:
    # A replay also works with an invalid configuration.
    with suppress(ConfigurationError, OSError):
        folder = configure().settings.prompt_dir
        return folder if folder is not None and folder.is_dir() else None
    return None
