"""One run, top to bottom: plan, writing, checks, repair, choice, text, record. The table of contents.

Does not parse anything, open files or print.
"""

import time

from summarise.checking import judge
from summarise.composing import compose, shortest
from summarise.data import Call, RunPlan, Summary
from summarise.errors import AnswerError
from summarise.judging import at_once_of, hear
from summarise.omissions import omitted
from summarise.paying import Paying
from summarise.planning import Planned
from summarise.purse import Purse, limit_in_words
from summarise.recording import record_of
from summarise.repair import from_article, is_prose, may_stand, repair
from summarise.select import pick

HEADLINES = 3
"""How many of the most telling sentences a headline may be made of, shortened by rule."""


async def run(planned: Planned, told: RunPlan, *, started: float, purse: Purse | None = None) -> Summary:
    """Summarise as planned: every sentence that is shown has been checked, and the record tells how it came about.

    `told` is the plan as the record keeps it, `started` when it was begun, by `time.perf_counter`, `purse` what it is
    paid from (default: one of its own). A judge is asked
    about what would be shown in the model's words, before repair decides. Raises what the strategies raise, and
    AnswerError if nothing of the model's answers may be shown.
    """
    task, judge_by = planned.task, planned.judge_by
    article, ground, length, on_unsupported = task.article, task.ground, task.length, task.on_unsupported
    purse = planned.purse() if purse is None else purse

    written = await planned.plan.write(purse)
    said = written.said
    heard: tuple[Call, ...] = ()
    if judge_by is not None:
        said, heard = await hear(
            said,
            ground,
            judge_by.asking(Paying(judge_by.backend, purse)),
            wanted=lambda one: (
                is_prose(one.sentence.text) and (on_unsupported == "keep" or may_stand(one)) and written.may_become(one)
            ),
            concurrency=at_once_of(judge_by.backend, task.settings),
            progress=task.progress,
        )
    repaired = await repair(
        [one for one in said if written.may_become(one)], on_unsupported, planned.mending.tools(purse)
    )
    candidates = repaired.shown
    if on_unsupported in ("repair", "replace"):
        candidates += from_article(article, 2 * length.sentences, lambda text: judge(text, ground, origin="article"))
        if task.style == "headline":
            candidates = shortest(
                candidates + planned.mending.shortened(pick(article, count=HEADLINES, key_facts=planned.key_facts))
            )
    chosen = compose(candidates, ground, length, key_facts=planned.key_facts)
    if not chosen:
        nothing = "no sentence of the model's answers can be shown"
        if purse.reached is not None:
            limit = limit_in_words(purse.reached)
            raise AnswerError(f"{nothing}, and the ceiling of {limit} was reached: allow more, or use --model extract")
        raise AnswerError(f"{nothing}: name another model, or use --model extract")

    used = [*([planned.mending.prompt] if repaired.calls else []), *([judge_by.prompt] if judge_by else [])]
    summary = Summary(
        sentences=tuple(candidate.sentence for candidate in chosen),
        omitted=omitted(planned.key_facts, [ground.known(fact) for candidate in chosen for fact in candidate.facts]),
        key_facts=len(planned.key_facts),
        run=record_of(
            planned,
            told,
            written,
            said=said,
            candidates=candidates,
            chosen=chosen,
            purse=purse,
            later=(*heard, *repaired.calls),
            prompts=used,
            seconds=round(time.perf_counter() - started, 3),
        ),
    )
    return summary.about(ground.facts)
