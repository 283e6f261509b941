"""The two ways to write a summary: what each plans, what it asks within that, and what it believes."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from invented import BRIDGE, VALLEY, answer, copying, saying

from summarise import summarise
from summarise.ability import Chosen
from summarise.api import prompt_of, strategy_of
from summarise.article import read_article
from summarise.backends.scripted import ScriptedBackend
from summarise.candidate import Candidate
from summarise.checking import judge
from summarise.checks import Ground
from summarise.data import Alternative, CheckedSentence, KeyFact, Reply, Request, RunRecord, Strategy, Style, Summary
from summarise.draft import ATTEMPTS
from summarise.errors import AnswerError, AuthenticationError, ConfigurationError, OverloadedError
from summarise.facts import extract
from summarise.facts.passage import passages
from summarise.forms import Forms, forms_of
from summarise.length import Length
from summarise.omissions import key_facts
from summarise.origin import rewording_of
from summarise.prompt import load
from summarise.purse import Purse
from summarise.rewrite import FUSE, SHORTEN
from summarise.settings import Settings
from summarise.strategies import Task, Written, direct, prompt_tokens, rewriting
from summarise.strategies.direct import with_full_stop
from summarise.strategies.rewriting import CHOICES, LIKELY, Asked, RewritePlan

REWRITES: Strategy = "select-then-rewrite"
BOTH: tuple[Strategy, ...] = ("direct", REWRITES)
FRUIT = """Growers in the Sellen valley met Karel Munk on Thursday. Karel Munk, who buys fruit for the chain \
Grossmarkt, said on Friday that Polish growers would sell more apples in the south. The city council of Brelmouth said \
that new cold stores would cost £4.5 million and take about six weeks.

Frost came late to the Sellen valley this year. Prices rose by more than 8 per cent, according to the statistics office.
"""
PAIRED = """Karel Munk came to the Sellen valley on Thursday. Karel Munk, who buys fruit for the chain Grossmarkt, \
said on Friday that Polish growers would sell more apples in the south. The city council of Brelmouth said that new \
cold stores would cost £4.5 million and take about six weeks.
"""
STORES = "The city council of Brelmouth said that new cold stores would cost £4.5 million and take about six weeks."
INSIDE = "New cold stores would cost £4.5 million, the city council of Brelmouth said."
SHORTER = "The city council of Brelmouth said that new cold stores would cost £4.5 million."
WRONG = "According to the city council of Brelmouth, new cold stores would cost £9.5 million."
"""Members of the form of `STORES`, the second of which is a deletion alone and not asked for, and what is in none."""
MUNK = "According to Karel Munk, Polish growers would sell more apples in the south."
OUTSIDE = "Karel Munk said on Friday that Polish growers would sell apples in the south."
CUT = "Karel Munk said that Polish growers would sell more apples in the south."
"""A member of the form of Munk's sentence, what passes the checks and is no member, and a member by deletions alone."""


@cache
def ground_of(text: str) -> Ground:
    return Ground(extract(read_article(text)))


@cache
def all_forms(text: str) -> Forms:
    facts = ground_of(text).facts
    return forms_of(facts, passages(facts.article))


@cache
def keys_of(text: str) -> tuple[KeyFact, ...]:
    return tuple(key_facts(ground_of(text).facts))


def offers(written: Written) -> dict[tuple[int, ...], Candidate]:
    """Return what a rewriting offers, by what it rests on."""
    assert written.offered is not None
    return written.offered


def task(text: str, backend: ScriptedBackend, *, sentences: int = 3, **settings: Any) -> Task:
    return Task(
        ground=ground_of(text),
        backend=backend,
        length=Length(sentences=sentences),
        style="prose",
        settings=Settings(**settings),
        progress=lambda _: None,
    )


def rewrite_plan(text: str, backend: ScriptedBackend, *, sentences: int = 3, **settings: Any) -> RewritePlan:
    prompts = {stage: load(stage) for stage in (SHORTEN, FUSE)}
    wanted = task(text, backend, sentences=sentences, **settings)
    return rewriting.plan(wanted, all_forms(text), prompts, keys_of(text))


LITTLE_TO_REWORD = (
    "The ferries that were built in Velland, which has four yards, were late; the buses came on time.\n",
    "Oil prices fell sharply on Monday in London, after the two countries agreed to a truce in the long war.\n",
)
"""Sentences whose forms have no rewording and one, beside shortenings."""


async def written_by(respond: Callable[[Request], Any], *, text: str = FRUIT, **settings: Any) -> Written:
    plan = rewrite_plan(text, ScriptedBackend(respond), **settings)
    return await plan.write(Purse(plan.budget))


def echo(request: Request) -> Reply:
    """Answer with the source itself."""
    return Reply(text=" ".join(passage.text for passage in request.passages), model="m", likelihood=-0.1)


def on(words: str, reply: Reply | Exception) -> Callable[[Request], Reply | Exception]:
    """Return what answers a request about these words so, and any other with its source."""
    return lambda request: reply if any(words in passage.text for passage in request.passages) else echo(request)


def candidates(*said: tuple[str, float | None]) -> Reply:
    """Build a reply of several answers with their likelihoods."""
    (text, likelihood), *others = said
    return Reply(
        text=text,
        likelihood=likelihood,
        model="m",
        alternatives=tuple(Alternative(text=one, likelihood=likely) for one, likely in others),
    )


def run(text: str, backend: ScriptedBackend, strategy: Strategy, **options: Any) -> Summary:
    chosen = {"strategy": strategy, "min_words": 10, **options.pop("settings", {})}
    return summarise(text, backend=backend, settings=Settings(**chosen), **options)


def record(summary: Summary) -> RunRecord:
    """Return a run's record but for its times."""
    calls = tuple(call.model_copy(update={"seconds": 0.0}) for call in summary.run.calls)
    return summary.run.model_copy(update={"seconds": 0.0, "calls": calls})


# the budget

SAID = st.sampled_from(
    [MUNK, OUTSIDE, STORES, INSIDE, SHORTER, WRONG, "", "No.", "Ostrel.", "I cannot help with that.", "{"]
)
ANSWERS = st.lists(st.lists(SAID, min_size=1, max_size=4), min_size=1, max_size=4)


@pytest.mark.parametrize("strategy", BOTH)
@hypothesis_settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@example(said=[[WRONG]], most=None, failing=0)
@example(said=[["No."]], most=3, failing=2)
@example(said=[[WRONG, MUNK]], most=1, failing=0)
@given(said=ANSWERS, most=st.sampled_from([None, 1, 2, 3]), failing=st.integers(0, 3))
def test_no_answer_makes_a_run_ask_more_than_its_budget(
    strategy: Strategy, said: list[list[str]], most: int | None, failing: int
) -> None:
    """Whatever is answered, and whatever fails, the model is asked no oftener than the record says it could be."""

    def respond(request: Request) -> Reply | Exception:
        number = len(backend.requests)
        if failing and number % failing == 0:
            return OverloadedError("busy")
        texts = said[number % len(said)]
        if request.stage == "draft":
            return Reply(text=answer(*texts), model="m")
        return candidates(*((text, None) for text in texts))

    backend = ScriptedBackend(respond)
    try:
        summary = run(PAIRED, backend, strategy, settings={"max_calls": most})
    except (AnswerError, OverloadedError):
        assert len(backend.requests) <= (most or 99)
        return
    budget = summary.run.budget
    assert budget is not None
    assert len(backend.requests) <= budget.calls <= (most or 99)
    assert len(summary.run.calls) == len(backend.requests)


@pytest.mark.parametrize("sentences", [1, 6])
@pytest.mark.parametrize("text", [BRIDGE, PAIRED, FRUIT])
def test_a_plan_knows_its_budget_before_the_first_call(text: str, sentences: int) -> None:
    """And the budget is the most that its requests can read and write."""
    backend = ScriptedBackend([])
    plan = rewrite_plan(text, backend, sentences=sentences)
    requests = [asked.request for asked in plan.asked]
    assert plan.budget.calls == len(requests) > 0
    assert plan.budget.prompt_tokens == sum(prompt_tokens(request) for request in requests)
    assert plan.budget.completion_tokens == sum(r.candidates * r.sampling.max_tokens for r in requests)
    drafting = direct.plan(task(text, backend, sentences=sentences), load("draft/prose"))
    assert drafting.budget.calls == ATTEMPTS * len(drafting.chunks) > 0
    assert backend.requests == []


@pytest.mark.parametrize("strategy", BOTH)
@pytest.mark.parametrize("most", [None, 2])
def test_the_budget_that_is_recorded_is_known_before_the_model_is_asked(strategy: Strategy, most: int | None) -> None:
    """Two models that answer quite differently leave the same budget in the record."""
    fine = ScriptedBackend(copying if strategy == "direct" else echo)
    poor = ScriptedBackend(lambda r: answer(WRONG) if r.stage == "draft" else WRONG)
    budgets = [run(PAIRED, backend, strategy, settings={"max_calls": most}).run.budget for backend in (fine, poor)]
    assert budgets[0] == budgets[1] is not None
    assert all(len(backend.requests) <= budgets[0].calls for backend in (fine, poor) if budgets[0])
    if most is not None:
        assert budgets[0] is not None
        assert budgets[0].calls == most


@pytest.mark.parametrize("strategy", BOTH)
@pytest.mark.parametrize("most", [None, 1])
def test_what_is_asked_stays_within_the_tokens_of_the_budget(strategy: Strategy, most: int | None) -> None:
    """Tokens are estimates from above, of what is read and of what may be written."""
    backend = ScriptedBackend(lambda r: answer(WRONG) if r.stage == "draft" else WRONG)
    budget = run(PAIRED, backend, strategy, settings={"max_calls": most}).run.budget
    assert budget is not None
    asked = backend.requests
    assert sum(prompt_tokens(request) for request in asked) <= budget.prompt_tokens
    assert sum(request.candidates * request.sampling.max_tokens for request in asked) <= budget.completion_tokens


def test_the_examples_of_a_draft_prompt_are_part_of_its_budget() -> None:
    """They are read with every call, like the rest of the prompt."""
    bare = load("draft/prose")
    taught = bare.model_copy(update={"examples": load(SHORTEN).examples})
    without, with_them = (direct.plan(task(BRIDGE, ScriptedBackend([])), prompt).budget for prompt in (bare, taught))
    assert with_them.prompt_tokens > without.prompt_tokens


@pytest.mark.xfail(strict=True, reason="the calls of a judge are not taken from the purse")
def test_a_model_that_judges_what_it_wrote_is_asked_no_oftener_in_all() -> None:
    """`max_calls` bounds how often the model is asked in all."""
    backend = ScriptedBackend(lambda request: answer(SHORTER) if request.stage == "draft" else "{}")
    run(FRUIT, backend, "direct", judge=backend, settings={"max_calls": 1})
    assert len(backend.requests) == 1


@pytest.mark.parametrize("most", [1, 3])
def test_with_fewer_calls_the_most_telling_sources_are_asked_for(most: int) -> None:
    """The first of the plan, in its order."""
    whole = [asked.source.sentences for asked in rewrite_plan(FRUIT, ScriptedBackend([])).asked]
    summary = run(FRUIT, ScriptedBackend(echo), REWRITES, length=3, settings={"max_calls": most})
    assert [call.rewritten for call in summary.run.calls] == whole[:most]


# rewriting: what is asked for


@pytest.mark.parametrize("sentences", [1, 4])
@pytest.mark.parametrize("text", [BRIDGE, PAIRED, FRUIT])
def test_sources_are_asked_for_that_leave_the_model_a_choice(text: str, sentences: int) -> None:
    """Each is held to its form, or where that has one member to this and the source itself; it is asked for once."""
    plan = rewrite_plan(text, ScriptedBackend([]), sentences=sentences)
    forms, article = all_forms(text), ground_of(text).facts.article
    assert plan.asked
    for asked in plan.asked:
        if asked.form.size >= CHOICES == 2:
            assert len(asked.form.members(2)) == 2
            assert asked.request.pattern == asked.form.pattern()
        else:
            assert asked.request.pattern == asked.form.pattern_or(asked.source.text)
        assert asked.source.sentences == asked.form.sources
        assert asked.prompt.stage == (SHORTEN if len(asked.form.sources) == 1 else FUSE)
        assert [p.text for p in asked.request.passages] == [
            article.quote(article.sentences[i]) for i in asked.form.sources
        ]
    sources = [asked.form.sources for asked in plan.asked]
    assert len(set(sources)) == len(sources)
    alone = [one[0] for one in sources if len(one) == 1]
    shortened = {i: forms.shortened(i) for i in range(len(forms))}
    usable = {i for i, form in shortened.items() if form is not None}
    assert set(alone) <= usable
    assert len(alone) == min(len(usable), sentences + rewriting.SPARE)
    together = [one for one in sources if len(one) == 2]
    assert sources[: len(together)] == together, "pairs come first"
    assert len(together) <= sentences // 2 + 1


def test_the_prompts_of_a_plan_are_those_that_are_used() -> None:
    """An article without pairs needs no prompt for them."""
    assert {prompt.stage for prompt in rewrite_plan(PAIRED, ScriptedBackend([])).prompts} == {SHORTEN, FUSE}
    assert {prompt.stage for prompt in rewrite_plan(VALLEY, ScriptedBackend([])).prompts} == {SHORTEN}


def test_an_article_without_any_form_is_told_in_its_own_words() -> None:
    """Nothing is asked, and the summary is there all the same."""
    plain = "Pears bloom early here. Frost came late this year. Nobody had seen it come. Prices will rise in autumn."
    backend = ScriptedBackend([])
    summary = run(plain, backend, REWRITES, length=2)
    assert backend.requests == []
    assert summary.run.calls == ()
    assert summary.run.budget is not None
    assert summary.run.budget.calls == 0
    assert {sentence.origin for sentence in summary.sentences} == {"article"}


WORKS = """The council closed the old bridge of Brelmouth on Monday. Petra Voss, the chief engineer of the council, \
said that the cables were worn.

Petra Voss told reporters that the oldest cables date from 1931. Voss leads the works since May. The old bridge of \
Brelmouth is 90 metres long. Voss said that divers would look at the piers.
"""


def test_pairs_leave_the_model_a_choice_too() -> None:
    """Two sentences that can be made one in a single way are no pair; each pair comes once, the most telling first."""
    forms = all_forms(WORKS)
    single = forms.fused(1, 3)
    assert single is not None
    assert single.size == 1
    found = [form.sources for form in rewriting.pairs([5, 1], forms)]
    assert found == [(1, 5), (3, 5), (1, 2)]
    assert all(form.size >= CHOICES for form in rewriting.pairs([5, 1], forms))
    assert rewriting.pairs([], forms) == []


def member(text: str) -> Callable[[Request], Reply]:
    """Return what answers each request about an article by a member of its form."""

    def respond(request: Request) -> Reply:
        article, forms = ground_of(text).facts.article, all_forms(text)
        starts = [sentence.start for sentence in article.sentences]
        indexes = [starts.index(passage.start) for passage in request.passages]
        form = forms.shortened(*indexes) if len(indexes) == 1 else forms.fused(*indexes)
        assert form is not None
        return candidates(*((one, None) for one in form.members(8)))

    return respond


async def test_no_more_is_asked_once_there_is_enough() -> None:
    """As many rewritten sentences as are wanted, and one to spare; without a success all are tried."""
    backend = ScriptedBackend(member(FRUIT))
    plan = rewrite_plan(FRUIT, backend, sentences=1, concurrency=1)
    assert len(plan.asked) > 2
    written = await plan.write(Purse(plan.budget))
    assert len(offers(written)) == len(backend.requests) == 2
    idle = ScriptedBackend(echo)
    plan = rewrite_plan(FRUIT, idle, sentences=1, concurrency=1)
    await plan.write(Purse(plan.budget))
    assert len(idle.requests) == len(plan.asked)


async def test_sentences_that_can_stand_together_are_counted() -> None:
    """A pair is one sentence of the summary, and what shares a sentence with it cannot be shown beside it."""
    backend = ScriptedBackend(member(PAIRED))
    plan = rewrite_plan(PAIRED, backend, sentences=1, concurrency=1)
    assert [asked.form.sources for asked in plan.asked] == [(0, 1), (1,), (0,), (2,)]
    written = await plan.write(Purse(plan.budget))
    assert {candidate.sentence.origin for candidate in offers(written).values()} == {"model"}
    assert list(offers(written)) == [(0, 1), (1,), (0,), (2,)], "two of these can stand together, and two are enough"


# rewriting: what is believed


def shown_of(written: Written, words: str) -> list[CheckedSentence]:
    """Return the sentences offered for the sources that hold these words."""
    article = ground_of(FRUIT).facts.article
    return [
        candidate.sentence
        for sources, candidate in offers(written).items()
        if any(words in article.quote(article.sentences[i]) for i in sources)
    ]


def test_an_answer_inside_the_form_is_shown_though_the_checks_could_not_compare_its_order() -> None:
    """A note of who did what is accounted for by the edit; the same words outside a form are replaced."""
    summary = run(FRUIT, ScriptedBackend(on("cold stores", candidates((INSIDE, None)))), REWRITES, length=3)
    sentence = next(one for one in summary.sentences if one.text == INSIDE)
    assert (sentence.origin, sentence.verdict, sentence.rewording) == ("model", "supported", "reworded")
    draft = next(one for one in summary.run.draft if one.text == INSIDE)
    assert [finding.kind for finding in draft.findings] == ["who-did-what"]
    assert draft.outcome == "kept"
    # The draft of a whole article is not held to a form.
    other = run(FRUIT, saying(INSIDE), "direct", length=3)
    assert INSIDE not in other.text
    assert next(one for one in other.run.draft if one.text == INSIDE).outcome == "replaced"


def test_what_the_checks_find_wrong_is_not_shown_however_likely() -> None:
    """A figure that the article has not is an error inside a form and outside."""
    summary = run(FRUIT, ScriptedBackend(on("cold stores", candidates((WRONG, -0.001)))), REWRITES, length=3)
    assert WRONG not in summary.text
    assert summary.verdict == "supported"
    assert next(one for one in summary.run.draft if one.text == WRONG).outcome in ("replaced", "dropped")


@pytest.mark.parametrize("likelihood", [None, LIKELY, -0.1, 0.0])
async def test_an_answer_outside_the_form_is_believed_where_it_is_likely(likelihood: float | None) -> None:
    """And passes the checks; a server that tells no likelihood is trusted as far as they go."""
    less = None if likelihood is None else likelihood - 1
    written = await written_by(on("Munk", candidates((OUTSIDE, likelihood), (CUT, less))))
    (sentence,) = shown_of(written, "Munk")
    assert (sentence.text, sentence.origin) == (OUTSIDE, "model")
    assert not any(candidate.accounted for candidate in written.said if candidate.sentence.text == OUTSIDE)


@pytest.mark.parametrize("likelihood", [LIKELY - 0.001, -2.0])
async def test_an_unlikely_answer_outside_the_form_gives_way_to_one_inside(likelihood: float) -> None:
    """Though the one inside is less likely still."""
    reply = candidates((OUTSIDE, likelihood), (MUNK, likelihood - 1))
    (sentence,) = shown_of(await written_by(on("Munk", reply)), "Munk")
    assert sentence.text == MUNK
    likely = candidates((OUTSIDE, -0.1), (MUNK, likelihood - 1))
    (sentence,) = shown_of(await written_by(on("Munk", likely)), "Munk")
    assert sentence.text == OUTSIDE


@pytest.mark.parametrize(
    "likelihood",
    [LIKELY, LIKELY - 0.001],
)
def test_what_is_shown_outside_the_form_is_believed(likelihood: float) -> None:
    """An unlikely answer outside the form is not in the summary, a likely one is."""
    backend = ScriptedBackend(on("Munk", candidates((OUTSIDE, likelihood))))
    summary = run(FRUIT, backend, REWRITES, length=4)
    assert (OUTSIDE in summary.text) is (likelihood >= LIKELY)


def asked_of(text: str, index: int) -> Asked:
    """Return what is asked for a sentence."""
    form = all_forms(text).shortened(index)
    assert form is not None
    return rewriting.ask(task(text, ScriptedBackend([])), form, load(SHORTEN))


def test_rewordings_are_asked_for_where_there_are_enough() -> None:
    """Leaving words out is what a rule can do: the form and its pattern hold the reworded members and no others."""
    whole, asked = all_forms(FRUIT).shortened(2), asked_of(FRUIT, 2)
    assert whole is not None
    places = asked.source.places
    reworded = {one for one in whole.members(99) if rewording_of(one, places) == "reworded"}
    assert set(asked.form.members(99)) == reworded
    assert len(reworded) >= CHOICES
    assert whole.contains(SHORTER)
    assert not asked.form.contains(SHORTER)
    assert asked.request.pattern == asked.form.pattern() != whole.pattern()


@pytest.mark.parametrize("rewordings", [0, 1])
def test_where_rewordings_leave_no_choice_the_whole_form_is_asked_for(rewordings: int) -> None:
    """With one of them, or none, the model may shorten."""
    text = LITTLE_TO_REWORD[rewordings]
    form, asked = all_forms(text).shortened(0), asked_of(text, 0)
    assert form is not None
    kinds = [rewording_of(one, asked.source.places) for one in form.members(99)]
    assert kinds.count("reworded") == rewordings < CHOICES <= len(kinds)
    assert "shortened" in kinds
    assert asked.form == form


async def test_a_shortening_where_rewordings_are_asked_for_is_believed_if_it_is_likely() -> None:
    """It is outside the form then, like anything else that was not asked for."""
    likely = await written_by(on("cold stores", candidates((SHORTER, LIKELY), (INSIDE, -2.5))))
    assert [one.text for one in shown_of(likely, "cold stores")] == [SHORTER]
    unlikely = await written_by(on("cold stores", candidates((SHORTER, LIKELY - 0.01), (INSIDE, -2.5))))
    assert [one.text for one in shown_of(unlikely, "cold stores")] == [INSIDE]


async def test_what_is_not_believed_is_not_offered() -> None:
    """Not for repair either, which would show it as it is, for the checks pass; it stays in the record."""
    written = await written_by(on("Munk", candidates((OUTSIDE, LIKELY - 0.01))))
    assert shown_of(written, "Munk") == []
    assert OUTSIDE in [candidate.sentence.text for candidate in written.said]


async def test_answers_go_on_past_a_copy() -> None:
    """A copy is the article's own sentence; it is offered where nothing in the model's words may stand."""
    written = await written_by(on("cold stores", candidates((STORES, -0.01), (INSIDE, -1.0))))
    assert [one.text for one in shown_of(written, "cold stores")] == [INSIDE]
    written = await written_by(on("cold stores", candidates((WRONG, -0.005), (STORES, -0.01), (WRONG, -1.0))))
    assert [(one.text, one.origin) for one in shown_of(written, "cold stores")] == [(STORES, "article")]


async def test_answers_are_tried_until_one_may_stand() -> None:
    """What was said before it stays in the record, and is not offered."""
    written = await written_by(on("cold stores", candidates((WRONG, -0.1), (INSIDE, -0.2))))
    said = [candidate.sentence.text for candidate in written.said]
    assert said.index(WRONG) < said.index(INSIDE)
    offered = [candidate.sentence.text for candidate in offers(written).values()]
    assert INSIDE in offered
    assert WRONG not in offered


async def test_of_a_source_without_success_the_first_wording_is_offered() -> None:
    """So that something can take its place."""
    written = await written_by(on("cold stores", candidates((WRONG, -0.1), ("No cost was told.", -0.9))))
    assert offers(written)[2,].sentence.text == WRONG
    assert offers(written)[2,].cited == (2,)


async def test_each_sentence_is_said_of_its_source_and_of_no_chunk() -> None:
    """Places among the model's sentences count on from call to call."""
    written = await written_by(echo)
    assert [candidate.draft for candidate in written.said] == list(range(len(written.said)))
    assert written.chunk_of == [None] * len(written.said)
    assert [candidate.cited for candidate in written.said] == [call.rewritten for call in written.calls]


# what fails


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_call_that_fails_does_not_lose_the_others(concurrency: int) -> None:
    """It is recorded with what the server said."""
    written = await written_by(on("Munk", OverloadedError("busy")), concurrency=concurrency)
    plan = rewrite_plan(FRUIT, ScriptedBackend([]))
    assert [call.rewritten for call in written.calls] == [asked.source.sentences for asked in plan.asked]
    failed = [call for call in written.calls if call.problem]
    assert failed
    assert {(call.problem, call.finish, call.said) for call in failed} == {("busy", "other", "")}
    assert len(written.said) == len(plan.asked) - len(failed)


@pytest.mark.parametrize("strategy", BOTH)
def test_where_all_calls_fail_the_first_error_is_raised(strategy: Strategy) -> None:
    """In the plan's order, whatever the pace."""
    backend = ScriptedBackend(lambda _: OverloadedError(f"busy {len(backend.requests)}"))
    with pytest.raises(OverloadedError, match=r"^busy 1$"):
        run(VALLEY, backend, strategy, settings={"chunk_tokens": 120})
    assert len(backend.requests) > 1


@pytest.mark.parametrize("strategy", BOTH)
def test_a_key_that_is_not_accepted_ends_the_run(strategy: Strategy) -> None:
    """Though other calls went well: the user has to put it right."""

    def respond(request: Request) -> Any:
        if len(backend.requests) == 2:
            return AuthenticationError("no key")
        return copying(request) if request.stage == "draft" else echo(request)

    backend = ScriptedBackend(respond)
    with pytest.raises(AuthenticationError):
        run(VALLEY, backend, strategy, settings={"chunk_tokens": 120})


async def test_what_is_no_fault_of_the_server_passes_through() -> None:
    """A fault of our own is not taken for a failed call."""
    with pytest.raises(ZeroDivisionError):
        await written_by(on("Munk", ZeroDivisionError("ours")))


# the run as a whole


@pytest.mark.parametrize("strategy", BOTH)
def test_a_run_repeats_itself(strategy: Strategy) -> None:
    """The same answers lead to the same requests, sentences and record, times left aside."""
    backends = [ScriptedBackend(copying if strategy == "direct" else echo) for _ in range(2)]
    one, other = (run(PAIRED, backend, strategy) for backend in backends)
    assert one.sentences == other.sentences
    assert one.omitted == other.omitted
    assert record(one) == record(other)
    assert backends[0].requests == backends[1].requests


@pytest.mark.parametrize("concurrency", [1, 8])
def test_the_shown_sentences_do_not_hang_on_how_many_calls_run_at_once(concurrency: int) -> None:
    """Where the model never succeeds every source is asked for, in the plan's order."""
    summary = run(PAIRED, ScriptedBackend(echo), REWRITES, length=3, settings={"concurrency": concurrency})
    plan = rewrite_plan(PAIRED, ScriptedBackend([]), sentences=3)
    assert [call.rewritten for call in summary.run.calls] == [asked.source.sentences for asked in plan.asked]


@pytest.mark.parametrize("strategy", BOTH)
def test_a_strategy_that_is_set_is_used_and_recorded(strategy: Strategy) -> None:
    """Whatever the model is."""
    backend = ScriptedBackend(copying if strategy == "direct" else echo)
    record = run(PAIRED, backend, strategy).run
    assert (record.strategy, record.strategy_why) == (strategy, "set by the user")
    assert {call.stage for call in record.calls} == {"draft" if strategy == "direct" else "rewrite"}
    assert {use.id.partition("/")[0] for use in record.prompts} == {call.stage for call in record.calls}


def test_the_strategy_suits_the_model_unless_something_else_is_said() -> None:
    """A small one rewrites; a prompt for drafts that is named wants a draft; what the user sets goes before all."""
    small, large = (ScriptedBackend([], model=name) for name in ("invented-0.5b", "invented-8b"))
    assert strategy_of(small, Settings()).strategy == REWRITES
    assert strategy_of(large, Settings()).strategy == "direct"
    for key, version in (("draft", "v1"), ("draft", "bullets/v1"), ("draft/prose", "v1")):
        named = Settings(prompts={key: version})
        assert strategy_of(small, named) == Chosen(strategy="direct", why="a prompt for drafts was named")
        assert strategy_of(small, named.model_copy(update={"strategy": REWRITES})).strategy == REWRITES
    assert strategy_of(small, Settings(prompts={"rewrite": "shorten/v1", "repair": "v1"})).strategy == REWRITES
    assert strategy_of(large, Settings(strategy=REWRITES)) == Chosen(strategy=REWRITES, why="set by the user")


# prompts


@pytest.mark.parametrize("style", ["prose", "bullets", "headline", "brief"])
def test_each_style_has_a_prompt_for_drafts_of_its_own(style: Style) -> None:
    """The newest of it; other stages have one for all styles."""
    assert prompt_of("draft", style, Settings()).stage == f"draft/{style}"
    assert prompt_of("draft", style, Settings(prompts={"repair": "v1"})).stage == f"draft/{style}"
    assert prompt_of("repair", style, Settings()).id == "repair/v1"
    assert prompt_of(SHORTEN, style, Settings()).id == "rewrite/shorten/v1"


@pytest.mark.parametrize(
    ("named", "stage", "expected"),
    [
        ({"draft": "v1"}, "draft", "draft/v1"),
        ({"draft": "bullets/v1"}, "draft", "draft/bullets/v1"),
        ({"draft/bullets": "v1"}, "draft", "draft/bullets/v1"),
        ({"rewrite": "shorten/v1"}, SHORTEN, "rewrite/shorten/v1"),
        ({"rewrite": "shorten/v1"}, FUSE, "rewrite/fuse/v1"),
        ({"rewrite/fuse": "v1"}, FUSE, "rewrite/fuse/v1"),
        ({"repair": "v1", "draft": "brief/v1"}, "draft", "draft/brief/v1"),
    ],
)
def test_a_prompt_that_is_named_goes_before_the_styles(named: dict[str, str], stage: str, expected: str) -> None:
    """By stage and version, with the variant on either side."""
    assert prompt_of(stage, "prose", Settings(prompts=named)).id == expected


def test_a_prompt_that_does_not_exist_is_told() -> None:
    """With those that there are."""
    with pytest.raises(ConfigurationError, match=r"no prompt draft/v99: there are .*draft/prose/v1"):
        prompt_of("draft", "prose", Settings(prompts={"draft": "v99"}))


def test_a_version_that_fits_no_prompt_of_its_stage_is_told() -> None:
    """What the user names is used or refused, never passed over."""
    backend = ScriptedBackend([])
    with pytest.raises(ConfigurationError, match="no prompt rewrite/v99: rewrites have rewrite/shorten, rewrite/fuse"):
        run(FRUIT, backend, REWRITES, settings={"prompts": {"rewrite": "v99"}})
    assert backend.requests == []


def test_a_users_folder_goes_before_the_built_in_prompts(tmp_path: Path) -> None:
    """For the styles and stages that it has; the others are the built-in ones."""
    folder = tmp_path / "draft" / "bullets"
    folder.mkdir(parents=True)
    front = '+++\nwhy = "mine"\ninputs = ["article", "count"]\noutput = "cited"\n+++\n'
    (folder / "v7.md").write_text(f"{front}## system\nS\n## user\n$article $count\n", encoding="utf-8")
    chosen = Settings(prompt_dir=tmp_path)
    mine = prompt_of("draft", "bullets", chosen)
    assert (mine.id, mine.system) == ("draft/bullets/v7", "S")
    assert prompt_of("draft", "prose", chosen).id == "draft/prose/v1"
    assert prompt_of(FUSE, "bullets", chosen).id == "rewrite/fuse/v1"
    named = chosen.model_copy(update={"prompts": {"draft": "bullets/v1"}})
    assert prompt_of("draft", "bullets", named).front.why != "mine"
    backend = ScriptedBackend(copying)
    summary = summarise(BRIDGE, backend=backend, style="bullets", settings=chosen)
    assert [use.id for use in summary.run.prompts] == ["draft/bullets/v7"]
    assert {request.system for request in backend.requests} == {"S"}


# headlines


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Bridge closes", "Bridge closes."),
        ("Bridge closes.", "Bridge closes."),
        ("Bridge closes, “for weeks”", "Bridge closes, “for weeks”."),
        ("“The bridge closes.”", "“The bridge closes.”"),
        ("Will it close?", "Will it close?"),
        ("It closes!", "It closes!"),
        ("It closes …", "It closes …"),
    ],
)
def test_a_headline_is_read_as_a_sentence(said: str, read: str) -> None:
    """It gets a full stop where it has no end."""
    assert with_full_stop(said) == read
    assert with_full_stop(read) == read


def test_a_headline_is_checked_with_a_full_stop_and_printed_without() -> None:
    """So that it counts as prose, and looks like a headline."""
    headline = "The Harbour Bridge in Brelmouth was closed on Monday"
    summary = summarise(BRIDGE, backend=saying(headline), style="headline")
    assert [sentence.text for sentence in summary.sentences] == [f"{headline}."]
    assert summary.sentences[0].origin == "model"
    assert summary.text == str(summary) == headline
    assert [draft.text for draft in summary.run.draft] == [f"{headline}."]


def test_other_styles_keep_their_full_stops() -> None:
    """Only a headline loses it; points stand on lines of their own."""
    for style in ("prose", "brief", "bullets"):
        summary = summarise(PAIRED, backend=ScriptedBackend(copying), style=style, length=2)
        assert summary.text.endswith(".")
    assert [line[:2] for line in summary.text.splitlines()] == ["- ", "- "]


def test_a_headline_keeps_the_dot_of_an_abbreviation() -> None:
    """What the model wrote is printed as it wrote it."""
    headline = "The Harbour Bridge in Brelmouth closed at 5 p.m."
    summary = summarise(BRIDGE, backend=saying(headline), style="headline", on_unsupported="keep")
    assert summary.text == headline


async def test_where_nothing_is_believed_nothing_is_offered() -> None:
    """An empty offer is not "all that was said"."""
    written = Written(said=[], offered={})
    (said,) = judge("Growers lost 40 per cent of their apples.", ground_of(VALLEY), origin="model", first=0)
    written.add([said])
    assert not written.may_become(said)
    assert Written(said=[said]).may_become(said)
