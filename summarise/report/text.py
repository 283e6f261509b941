"""Renders summaries, reports, facts, plans, replays and the progress of a run as plain text."""

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from time import monotonic

from summarise.article import ignored_line
from summarise.article.formats.detect import FORMATS, HTML, TEXT, format_of_name
from summarise.backends.budget import dollars, limit_in_words
from summarise.data import (
    Article,
    Budget,
    CallEnded,
    CallStarted,
    CheckedSentence,
    Difference,
    Facts,
    ForeignText,
    KeyFact,
    NameSpelling,
    ProgressEvent,
    Replayed,
    Report,
    RetryScheduled,
    RunPlan,
    RunRecord,
    RunStage,
    StageProgress,
    Summary,
    Usage,
    VersionDiff,
)
from summarise.errors import UsageError
from summarise.report.wording import (
    NOTICES,
    Lines,
    acceptance,
    character_ranges,
    citation_texts,
    disagreement_texts,
    finding_text,
    one_line,
    page_called,
    verdict_text,
    weakness,
)
from summarise.version import __version__

# The bidirectional control characters of Unicode, with their names.
_TURNS = map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
TURNS = dict(zip(_TURNS, "LRE RLE PDF LRO RLO LRI RLI FSI PDI".split(), strict=True))
TURN = re.compile(f"[{''.join(TURNS)}]")


def named(text: str) -> str:
    """Replace bidirectional control characters by names such as "[RLO]"."""
    return TURN.sub(lambda turn: f"[{TURNS[turn[0]]}]", text)


def source_line(article: Article, name: str) -> str | None:
    """Return a line about how an article was read. None for text and HTML files with the usual extension."""
    named_format = format_of_name(name) if article.url is None else None
    disguised = named_format not in (None, article.format)
    if article.url is None and article.format in (HTML, TEXT) and not disguised:
        return None
    called = FORMATS[article.format].called if article.format in FORMATS else article.format
    pages = max((page.number for page in article.pages), default=0)
    kind = page_called(article)
    parts = [
        f"read {name} as {called}" if disguised else f"read {called}",
        f"“{article.title}”" if article.title else None,
        article.author,
        article.date,
        article.url,
        f"{pages} {kind}{'' if pages == 1 else 's'}" if pages else None,
        f"{article.words:,} words",
    ]
    return " · ".join(" ".join(part.split()) for part in parts if part)


# maximum number of omitted key facts that are listed; the rest are counted
LISTED = 8


def summary_text(summary: Summary, *, width: int | None = None) -> str:
    """Return the summary's text, wrapped at `width` if given."""
    text = named(summary.text)
    if not width:
        return text
    hang = "  " if summary.run.style in ("bullets", "minutes") else ""
    return "\n".join(textwrap.fill(line, width, subsequent_indent=hang) for line in text.splitlines())


def run_line(report: Report) -> str:
    """Return a line about a run: supported sentences, model, cost, time and more."""
    run = report.run
    # The model is shown only if the server reports another name than the backend's id contains.
    same = run.model is None or f":{run.backend}".endswith(f":{run.model}")
    from_cache = sum(call.from_cache for call in run.calls)
    cached = f" ({run.cached_tokens} cached)" if run.cached_tokens else ""
    thinking = f" ({run.reasoning_tokens} of thinking)" if run.reasoning_tokens else ""
    wasted = sum(call.wasted for call in run.calls)
    parts = [
        counted(report),
        f"{run.facts_checked} {'fact' if run.facts_checked == 1 else 'facts'} checked",
        key_fact_counts(report) if report.key_facts else None,
        run.backend if same else f"{run.backend} ({run.model})",
        f"judged by {run.judge}" if run.judge else None,
        ", ".join(prompt.id for prompt in run.prompts) or None,
        f"{run.prompt_tokens}{cached} + {run.completion_tokens} tokens{thinking}" if run.prompt_tokens else None,
        f"{wasted} {'call' if wasted == 1 else 'calls'} repeated with room to think" if wasted else None,
        f"{from_cache} of {len(run.calls)} answers from the cache" if from_cache else None,
        dollars(run.cost) if run.cost else None,
        f"{run.seconds:.1f} s",
    ]
    return " · ".join(part for part in parts if part)


def coverage_text(report: Report, *, width: int = 80) -> str:
    """Return "covers 3 of 5 key facts; leaves out: …" in at most two lines. Empty without key facts."""
    if not report.key_facts:
        return ""
    covered = f"covers {key_fact_counts(report)}"
    omitted = [key_fact_text(key) for key in report.omitted]
    for count in range(len(omitted), 0, -1):
        more = f" · {len(omitted) - count} more" if count < len(omitted) else ""
        text = f"{covered}; leaves out: {' · '.join(omitted[:count])}{more}"
        lines = textwrap.wrap(text, width, break_long_words=False)
        if len(lines) <= 2 and all(len(line) <= width for line in lines):
            return "\n".join(lines)
    return covered


def key_fact_counts(report: Report) -> str:
    """Return the number of stated key facts: "3 of 5 key facts"."""
    return f"{report.key_facts - len(report.omitted)} of {report.key_facts} key facts"


def key_fact_text(key: KeyFact, *, most: int = 60) -> str:
    """Return a key fact's text, shortened to `most` characters."""
    return textwrap.shorten(key.text, most, placeholder=" …")


def missing_lines(summary: Summary) -> list[str]:
    """Return a line for each chunk of the article that was not summarised."""
    chunks = summary.run.chunks
    return [
        f"incomplete: part {number} of {len(chunks)} (characters {chunk.start} to {chunk.end}): {chunk.problem}"
        for number, chunk in enumerate(chunks, start=1)
        if chunk.problem
    ]


def tried_line(report: Report) -> str | None:
    """Return a line that names the models that failed and the one that wrote the summary, or None."""
    if not report.run.tried:
        return None
    failed = "; ".join(f"{attempt.model} failed: {attempt.message}" for attempt in report.run.tried)
    return f"{report.run.backend} wrote the summary; {failed}"


def limit_line(report: Report) -> str | None:
    """Return a line with the reached ceiling and the number of skipped calls, or None."""
    limit_hit = report.run.limit_hit
    if limit_hit is None:
        return None
    skipped_calls = ", ".join(f"{count:,} × {stage}" for stage, count in limit_hit.skipped_calls.items())
    filled = "; sentences of the article fill the gaps" if isinstance(report, Summary) else ""
    return f"the ceiling of {limit_in_words(limit_hit)} was reached; calls not made: at least {skipped_calls}{filled}"


def unused_lines(report: Report) -> list[str]:
    """Count unused answers by stage and reason: "draft: 1 of 3 answers not used: repeating itself"."""
    # Draft calls without an answer are reported by `missing_lines`.
    calls = [call for call in report.run.calls if call.chunk is None or call.model is not None]
    totals = Counter(call.stage for call in calls)
    reasons = Counter((call.stage, call.problem) for call in calls if call.problem)
    return [
        f"{stage}: {count} of {totals[stage]} answers not used: {why}" for (stage, why), count in reasons.most_common()
    ]


def report_text(report: Report) -> str:
    """Return a report as text: each sentence with verdict, findings and evidence, then totals."""
    try:
        lines = Lines(report.facts.article)
    except UsageError:
        # A report read from JSON has no article.
        lines = None
    blocks = [_sentence_text(sentence, lines) for sentence in report.sentences]
    total = f"{counted(report)}: the summary is {report.verdict}"
    ending = (*disagreement_texts(report, lines), total, coverage_text(report))
    return named("\n\n".join([*blocks, "\n".join(filter(None, ending))]))


def _sentence_text(sentence: CheckedSentence, lines: Lines | None = None) -> str:
    rows = [f"{_verdict(sentence)}: {sentence.text}"]
    rows += [f"    {line}" for line in filter(None, (acceptance(sentence), weakness(sentence)))]
    rows += [f"    {line}" for line in citation_texts(sentence)]
    rows += [f"    {finding.severity}: {finding_text(finding, sentence.text, lines)}" for finding in sentence.findings]
    for place in sentence.evidence:
        page = lines.page(place) if lines else None
        offsets = lines.offsets(place) if lines else f"{place.start}-{place.end}"
        where = f"{page}, {offsets}" if page else offsets
        source = f"source [{place.source}]" if place.source else "article"
        rows.append(f"    {source} {where}: {' '.join(place.text.split())}")
    return "\n".join(rows)


def diff_text(diff: VersionDiff) -> str:
    """Return a line for each change of an article, and for each sentence of the summary that no longer holds."""
    lines = [
        " → ".join(f"“{one_line(value.place.text)}”" for value in change.values)
        + f" in: {one_line(change.values[-1].sentence.text)}"
        for change in diff.changed
    ]
    lines = [f"changed: {line}" for line in lines]
    lines += [f"added:   {one_line(place.text)}" for place in diff.added]
    lines += [f"removed: {one_line(place.text)}" for place in diff.removed]
    lines = lines or [diff.counts]
    lines += [f"the summary’s sentence no longer holds: {one_line(sentence.text)}" for sentence in diff.outdated]
    return named("\n".join(filter(None, [*lines, diff.still_supported])))


def facts_text(facts: Facts) -> str:
    """Return a table of facts: kind, position, normalised value, words."""
    rows = [
        (fact.kind, f"{fact.start}-{fact.end}", named(fact.detail), named(" ".join(fact.text.split())))
        for fact in facts.facts
    ]
    if not rows:
        return "no facts found"
    widths = [min(48, max(len(row[column]) for row in rows)) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]]).rstrip()
        for row in rows
    )


def counted(report: Report) -> str:
    """Count sentences and citations in words: "3 of 4 sentences supported (1 weakly), 1 accepted"."""
    weak = sum(sentence.strength == "weak" for sentence in report.sentences)
    accepted = sum(sentence.accepted is not None for sentence in report.sentences)
    return (
        f"{supported(report)} of {len(report.sentences)} sentences supported"
        + (f" ({weak} weakly)" if weak else "")
        + (f", {accepted} accepted" if accepted else "")
        + citation_counts(report)
    )


def citation_counts(report: Report) -> str:
    """Count the correct citations: ", 3 of 4 citations right". Empty without citations."""
    citations = [citation for sentence in report.sentences for citation in sentence.citations]
    if not citations:
        return ""
    right = sum(citation.verdict == "supports" for citation in citations)
    partly = sum(citation.verdict == "supports partly" for citation in citations)
    return f", {right} of {len(citations)} citations right" + (f" ({partly} partly)" if partly else "")


def supported(report: Report) -> int:
    """Return the number of supported sentences."""
    return sum(sentence.verdict == "supported" for sentence in report.sentences)


def replayed_line(replayed: Replayed, name: str) -> str:
    """Return a line that states whether the replay reproduced the run saved in the file `name`."""
    run = replayed.run
    origin = f"{name}: saved {run.saved:%Y-%m-%d %H:%M} UTC by summarise {run.version}, {run.writer.id}"
    if replayed.otherwise:
        return f"{origin}; {replayed.otherwise}"
    if run.ended is not None:
        return f"{origin}; this version ends with the same error"
    if replayed.restated:
        return f"{origin}; the file and the repeated run differ in {', '.join(replayed.restated)}"
    if not replayed.differences:
        return f"{origin}; this version ({__version__}) writes and judges the same"
    return f"{origin}; this version ({__version__}) writes or judges differently"


def difference_lines(replayed: Replayed) -> list[str]:
    """Return a line for each sentence that differs between a run and its replay."""
    lines = [named(_difference_line(difference)) for difference in replayed.differences]
    if replayed.otherwise and replayed.summary is not None and not lines:
        lines.append("the sentences that were shown were checked again: judged the same")
    return lines


def _difference_line(difference: Difference) -> str:
    then, now, place = difference.then, difference.now, difference.place
    if then is None and now is not None:
        return f"now also shown: {_verdict(now)}: “{now.text}”{_findings(now)}"
    assert then is not None, "a difference has a saved or a replayed sentence"
    if now is None:
        return f"sentence {place} is no longer shown (was {_verdict(then)}): “{then.text}”"
    if then.verdict == now.verdict:
        before, after = (_findings(sentence).removeprefix("; ") or "nothing" for sentence in (then, now))
        return f"sentence {place} is {now.verdict} as then: “{now.text}”; found now: {after}; found then: {before}"
    return f"sentence {place} was {_verdict(then)} and is {_verdict(now)}: “{now.text}”{_findings(now)}"


def _verdict(sentence: CheckedSentence) -> str:
    return f"{verdict_text(sentence)} ({sentence.probability:.2f})"


def _findings(sentence: CheckedSentence) -> str:
    return "".join(
        f"; {finding.severity}: {finding_text(finding, sentence.text, None)}" for finding in sentence.findings
    )


READ = "en"
COMPARED = "which the checks cannot read: only numbers, dates in digits, names and quotations were compared"
NAMES = dict(
    pair.split("=")
    for pair in """
    af=Afrikaans ar=Arabic be=Belarusian bg=Bulgarian bn=Bengali ca=Catalan cs=Czech cy=Welsh da=Danish de=German
    el=Greek es=Spanish et=Estonian eu=Basque fa=Persian fi=Finnish fr=French ga=Irish he=Hebrew hi=Hindi
    hr=Croatian hu=Hungarian hy=Armenian id=Indonesian is=Icelandic it=Italian ja=Japanese ka=Georgian ko=Korean
    lt=Lithuanian lv=Latvian ms=Malay nb=Norwegian nl=Dutch nn=Norwegian no=Norwegian pl=Polish pt=Portuguese
    ro=Romanian ru=Russian sk=Slovak sl=Slovene sq=Albanian sr=Serbian sv=Swedish sw=Swahili ta=Tamil th=Thai
    tl=Tagalog tr=Turkish uk=Ukrainian ur=Urdu vi=Vietnamese zh=Chinese
    """.split()
)


def name_of(language: str) -> str:
    """Return a language's English name, or "another language (CODE)"."""
    return NAMES.get(language, f"another language ({language})")


def article_line(main: str, foreign: tuple[ForeignText, ...], consequence: str = COMPARED) -> str | None:
    """Return a line about text of the article that is not in English, or None. The line ends with `consequence`.

    `main`: the code of the article's main language.
    """
    if main != READ:
        return f"the article is in {name_of(main)}, {consequence}"
    if not foreign:
        return None
    languages = " and ".join(dict.fromkeys(name_of(part.language) for part in foreign))
    return f"part of the article is in {languages} (characters {character_ranges(foreign)}), {consequence}"


def language_line(report: Report) -> str | None:
    """Return a line about text in a language that the checks cannot read, or None."""
    line = article_line(report.run.language, report.run.foreign)
    codes = [{finding.code for finding in sentence.findings} for sentence in report.sentences]
    count, total = sum("language" in found for found in codes), len(codes)
    if line is not None or not count:
        return line
    return f"{count} of {total} sentence{'s are' if total > 1 else ' is'} in another language, {COMPARED}"


def name_lines(report: Report) -> list[str]:
    """Return a line for each spelling that resembles a name of the user's list."""
    return [_name_line(spelling) for spelling in report.names]


def _name_line(found: NameSpelling) -> str:
    times = "once" if found.count == 1 else f"{found.count} times"
    if found.corrected:
        return f"the {'summary' if found.given else 'article'} has “{found.spelling}” {times}: read as “{found.name}”"
    return f"“{found.spelling}” ({times} in the article) resembles “{found.name}” and was not corrected"


def shortfalls(report: Report) -> list[str]:
    """Return a line for each limitation of a report, the most serious first."""
    missing = missing_lines(report) if isinstance(report, Summary) else []
    addressed = report.run.addressed
    ignored = ignored_line(report.facts.article.text, addressed) if addressed else None
    copies = [f"source [{source.id}] repeats [{source.copy_of}]" for source in report.sources if source.copy_of]
    return [
        *missing,
        *filter(None, [ignored, language_line(report), *copies, *name_lines(report)]),
        *(NOTICES[notice] for notice in report.run.notices),
        *filter(None, (limit_line(report), parted_line(report.run))),
        *unused_lines(report),
    ]


HEAD = ("stage", "calls", "tokens read", "tokens written")


def plan_text(plan: RunPlan) -> str:
    """Return the plan of a run (`--dry-run`) as text."""
    sentences = "1 sentence" if plan.sentences == 1 else f"{plan.sentences} sentences"
    facts = [
        ("article", f"{plan.words:,} words, to be {sentences} of {plan.style}"),
        ("focus", plan.focus),
        ("model", plan.backend + (f", judged by {plan.judge}" if plan.judge else "")),
        *[("not used", f"{attempt.model}: {attempt.message}") for attempt in plan.tried],
        *[("missing", line) for line in plan.missing],
        ("prompting", f"{plan.prompting}: {plan.prompting_reason}"),
        ("chunks", _chunks_text(plan)),
        ("cost", cost_text(plan)),
        ("thinking", f"up to {plan.reasoning_room:,} tokens a call" if plan.reasoning_room else ""),
        ("ceilings", ceilings_text(plan)),
    ]
    chunks = [
        (str(number), f"{chunk.start}-{chunk.end}", f"{chunk.tokens:,} tokens{', splits a sentence' * chunk.broken}")
        for number, chunk in enumerate(plan.chunks, start=1)
    ]
    stages = [
        HEAD,
        *((stage.stage, *span(stage.expected, stage.most)) for stage in plan.stages),
        *([("together", *span(plan.expected, plan.most))] if len(plan.stages) > 1 else []),
    ]
    blocks = [
        "\n".join(f"{name:9} {text}" for name, text in facts if text),
        *([aligned(chunks, left=2)] if chunks else []),
        *([aligned(stages)] if plan.stages else ["no model is asked"]),
    ]
    return "\n\n".join(blocks)


def _chunks_text(plan: RunPlan) -> str:
    if not plan.chunks:
        return "none: the program picks sentences" + ", and the model rewords them" * (plan.prompting == "rewrite")
    how = "counted" if plan.exact else "estimated"
    return f"{len(plan.chunks)} (positions in characters, tokens {how})"


def cost_text(plan: RunPlan) -> str:
    """Return the expected and the maximum cost: "$0.02, at most $0.05"."""
    if plan.expected_cost is None or plan.most_cost is None:
        return "not known: set the model's input_price and output_price"
    if plan.most_cost == 0:
        return "nothing"
    return f"{dollars(plan.expected_cost)}, at most {dollars(plan.most_cost)}"


def ceilings_text(plan: RunPlan) -> str:
    """Return the ceilings, "max_calls 5, max_cost $1", with a warning if they are too low."""
    limits = [
        f"max_calls {plan.max_calls:,}" if plan.max_calls is not None else "",
        f"max_tokens_total {plan.max_tokens_total:,}" if plan.max_tokens_total is not None else "",
        f"max_cost {dollars(plan.max_cost)}" if plan.max_cost is not None else "",
    ]
    ceilings = ", ".join(filter(None, limits))
    warning = "" if plan.fits else ": less than expected, so part of the work will be skipped"
    return ceilings and ceilings + warning


def span(expected: Budget, most: Budget) -> tuple[str, str, str]:
    """Return calls, prompt tokens and completion tokens, each as a range: "2 to 5"."""
    pairs = zip(dict(expected).values(), dict(most).values(), strict=True)
    calls, read, written = (f"{low:,}" if low == high else f"{low:,} to {high:,}" for low, high in pairs)
    return calls, read, written


def outcome_line(run: RunRecord) -> str | None:
    """Return a line with planned and actual usage. None without planned calls, or for fewer than two chunks."""
    if run.plan is None or not run.plan.stages or len(run.chunks) < 2:
        return None
    calls, read, written = span(run.plan.expected, run.plan.most)
    made = len(run.calls) + sum(call.wasted for call in run.calls)
    return (
        f"planned: {calls} calls, {read} + {written} tokens · "
        f"made: {made:,} calls, {run.prompt_tokens:,} + {run.completion_tokens:,} tokens"
    )


def parted_line(run: RunRecord) -> str | None:
    """Return a line about sentences that were split because they exceed a chunk, or None."""
    parts = [chunk for chunk in run.chunks if chunk.broken]
    if not parts:
        return None
    return (
        f"{len(parts)} chunks have only part of a sentence, because it is longer than a chunk "
        f"(the first at character {parts[0].start}): raise chunk_tokens to keep sentences whole"
    )


def aligned(rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Right-align the columns, except the first `left` columns and, if `left` > 1, the last column."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < left or (place == len(row) - 1 and left > 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


# The progress line of a run

_DOING: Mapping[RunStage, str] = {
    "facts": "reading the article for facts",
    "draft": "drafting",
    "rewrite": "rewriting",
    "merge": "merging",
    "check": "checking",
    "judge": "judging",
    "repair": "repairing",
}
_PARTS: Mapping[RunStage, str] = {
    "draft": "chunks",
    "rewrite": "sentences",
    "merge": "batches",
    "check": "claims",
    "judge": "sentences",
}
_WHY = {"RateLimitError": "rate limit", "OverloadedError": "server overloaded", "TimedOutError": "no answer in time"}
# seconds after which the progress line shows how long a call has taken
_SHORT_CALL = 5.0
# seconds after which a call of a thinking model is reported as "the model is thinking"
_THINKING = 20.0


class RunProgress:
    """Turns the events of a run into its progress line; thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._stage: StageProgress | None = None
        # calls in progress and the last retry, each with its start time
        self._calls: dict[int, tuple[CallStarted, float]] = {}
        self._retry: tuple[RetryScheduled, float] | None = None
        self._usage = Usage()

    def take(self, event: ProgressEvent) -> None:
        """Record an event of the run."""
        with self._lock:
            match event:
                case StageProgress():
                    self._stage = event
                case CallStarted():
                    self._calls[event.call] = (event, self._clock())
                case CallEnded():
                    self._calls.pop(event.call, None)
                    self._retry, self._usage = None, event.so_far
                case RetryScheduled():
                    self._retry = (event, self._clock())

    def line(self) -> str:
        """Return the progress line: stage, duration of the oldest call, next retry, and cost."""
        with self._lock:
            now = self._clock()
            parts = [] if self._stage is None else [_doing(self._stage)]
            if self._calls:
                call, started = min(self._calls.values(), key=lambda entry: entry[1])
                if (elapsed := now - started) >= _SHORT_CALL:
                    thinks = call.reasoning_room > 0 and elapsed >= _THINKING
                    parts.append(f"{'the model is thinking, ' if thinks else ''}{_time(elapsed)}")
            if self._retry is not None:
                event, start = self._retry
                if (remaining := start + event.seconds - now) > 0:
                    why = _WHY.get(event.error, "no answer")
                    parts.append(f"{event.provider}: {why}, next attempt in {_time(remaining)}")
            if self._usage.cost:
                parts.append(f"{dollars(self._usage.cost)} so far")
            return "; ".join(parts)


def _doing(event: StageProgress) -> str:
    doing = _DOING[event.stage]
    if event.done is None or event.total is None or event.stage not in _PARTS:
        return doing
    return f"{doing}: {event.done} of {event.total} {_PARTS[event.stage]}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
