"""One run, top to bottom: plan, writing, checks, repair, text, record. The table of contents.

Does not parse anything, open files or print.
"""

import time
from functools import partial

from summarise.backends.budget.metered import Paying
from summarise.backends.budget.spend_limiter import Purse, limit_in_words
from summarise.checks.judge_calls import at_once_of, hear
from summarise.checks.key_facts import omitted
from summarise.data import Call, RunPlan, Summary
from summarise.errors import AnswerError
from summarise.pipeline.plan import Planned
from summarise.pipeline.record import record_of


async def run(planned: Planned, told: RunPlan, *, started: float, purse: Purse | None = None) -> Summary:
    """Summarise as planned: every sentence that is shown has been checked, and the record tells how it came about.

    `told` is the plan as the record keeps it, `started` when it was begun, by `time.perf_counter`, `purse` what it is
    paid from (default: one of its own). A judge is asked about what would be shown in the model's words, before repair
    decides. Raises what the strategies raise, and AnswerError if nothing of the model's answers may be shown.
    """
    task, judge_by = planned.task, planned.judge_by
    ground, on_unsupported, standard = task.ground, task.on_unsupported, planned.mending.standard
    purse, observer = planned.purse() if purse is None else purse, task.observer

    written = await planned.plan.write(purse)
    said = written.said
    heard: tuple[Call, ...] = ()
    if judge_by is not None:
        said, heard = await hear(
            said,
            ground,
            judge_by.asking(Paying(judge_by.backend, purse, observer)),
            wanted=lambda one: (
                standard.whole(one.sentence.text)
                and (on_unsupported == "keep" or standard.stands(one))
                and written.may_become(one)
            ),
            concurrency=at_once_of(judge_by.backend, task.settings),
            progress=partial(observer.stage, "judge"),
        )
    observer.stage("repair")
    made = await planned.assembly.assemble(said, written, purse)
    chosen = made.chosen
    if not chosen:
        nothing = "no sentence of the model's answers can be shown"
        if purse.reached is not None:
            limit = limit_in_words(purse.reached)
            raise AnswerError(f"{nothing}, and the ceiling of {limit} was reached: allow more, or use --model extract")
        raise AnswerError(f"{nothing}: name another model, or use --model extract")

    for candidate in chosen:
        observer.sentence(candidate.sentence, shown=True)
    used = [*([planned.mending.prompt] if made.calls else []), *([judge_by.prompt] if judge_by else [])]
    summary = Summary(
        sentences=tuple(candidate.sentence for candidate in chosen),
        omitted=omitted(
            planned.key_facts,
            [candidate.sentence.text for candidate in chosen],
            ground.reader.entailed_by if ground.reader else None,
        ),
        key_facts=len(planned.key_facts),
        run=record_of(
            planned,
            told,
            written,
            said=said,
            candidates=made.candidates,
            chosen=chosen,
            purse=purse,
            later=(*heard, *made.calls),
            prompts=used,
            seconds=round(time.perf_counter() - started, 3),
        ),
    )
    return summary.about(ground.facts)
