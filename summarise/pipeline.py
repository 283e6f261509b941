"""One run, top to bottom: facts, plan, writing, checks, repair, choice, text, record. The table of contents.

Does not parse anything, open files or print.
"""

import time
from collections.abc import Callable

from summarise.ability import Chosen
from summarise.checking import judge
from summarise.checks import Ground
from summarise.checks.judge import ModelJudge
from summarise.composing import compose, shortest
from summarise.data import Article, Backend, Call, Style, Summary
from summarise.errors import AnswerError, ArticleError
from summarise.facts import extract
from summarise.facts.passage import passages
from summarise.forms import forms_of
from summarise.judging import budget_of, hear
from summarise.length import Length
from summarise.mending import Mending
from summarise.omissions import key_facts, omitted
from summarise.paying import Paying
from summarise.prompt import Prompt
from summarise.purse import limit_in_words, purse_for
from summarise.recording import record_of
from summarise.repair import OnUnsupported, from_article, is_prose, may_stand, repair
from summarise.rewrite import FUSE, SHORTEN
from summarise.select import pick
from summarise.settings import Settings
from summarise.strategies import Plan, Task, direct, rewriting

HEADLINES = 3
"""How many of the most telling sentences a headline may be made of, shortened by rule."""


async def run(
    article: Article,
    *,
    backend: Backend,
    strategy: Chosen,
    style: Style,
    prompt_of: Callable[[str], Prompt],
    length: Length,
    settings: Settings,
    on_unsupported: OnUnsupported,
    progress: Callable[[str], None],
    judge_by: ModelJudge | None = None,
) -> Summary:
    """Summarise an article: every sentence that is shown has been checked, and the record tells how it came about.

    `prompt_of` gives the prompt of a stage. A judge is asked about what would be shown in the model's words, before
    repair decides. Raises what the strategies raise, and AnswerError if nothing of the model's answers may be shown.
    """
    started = time.perf_counter()
    if not any(is_prose(article.quote(sentence)) for sentence in article.sentences):
        raise ArticleError("the article has no whole sentence: give it as prose with full stops")
    progress("reading the article for facts")
    read = passages(article)
    facts = extract(article, read=read)
    ground = Ground(facts)
    keys = key_facts(facts)
    forms = forms_of(facts, read)
    task = Task(
        ground=ground,
        backend=backend,
        length=length,
        style=style,
        on_unsupported=on_unsupported,
        settings=settings,
        progress=progress,
    )

    plan: Plan
    if strategy.strategy == "direct":
        plan = direct.plan(task, prompt_of)
    else:
        prompts = {stage: prompt_of(stage) for stage in (SHORTEN, FUSE)}
        plan = rewriting.plan(task, forms, prompts, keys)
    mending = Mending(task, forms, prompt_of, asks=on_unsupported == "repair" and strategy.strategy == "direct")
    later = [mending.budget, *([budget_of(judge_by, plan.sentences)] if judge_by else [])]
    asked = [backend, *([judge_by.backend] if judge_by else [])]
    purse = purse_for(plan.budget.added(*later).capped(settings.max_calls), settings, *asked)

    written = await plan.write(purse)
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
            concurrency=settings.concurrency,
            progress=progress,
        )
    repaired = await repair([one for one in said if written.may_become(one)], on_unsupported, mending.tools(purse))
    candidates = repaired.shown
    if on_unsupported in ("repair", "replace"):
        candidates += from_article(article, 2 * length.sentences, lambda text: judge(text, ground, origin="article"))
        if style == "headline":
            candidates = shortest(candidates + mending.shortened(pick(article, count=HEADLINES, key_facts=keys)))
    chosen = compose(candidates, ground, length, key_facts=keys)
    if not chosen:
        nothing = "no sentence of the model's answers can be shown"
        if purse.reached is not None:
            limit = limit_in_words(purse.reached)
            raise AnswerError(f"{nothing}, and the ceiling of {limit} was reached: allow more, or use --model extract")
        raise AnswerError(f"{nothing}: name another model, or use --model extract")

    used = [*([mending.prompt] if repaired.calls else []), *([judge_by.prompt] if judge_by else [])]
    return Summary(
        sentences=tuple(candidate.sentence for candidate in chosen),
        omitted=omitted(keys, [ground.known(fact) for candidate in chosen for fact in candidate.facts]),
        key_facts=len(keys),
        run=record_of(
            task,
            plan,
            written,
            strategy=strategy,
            said=said,
            candidates=candidates,
            chosen=chosen,
            purse=purse,
            later=(*heard, *repaired.calls),
            prompts=used,
            judge_by=judge_by,
            seconds=round(time.perf_counter() - started, 3),
        ),
    )
