"""Rewriting: picked sentences, requests, and the choice among samples."""

import asyncio

import pytest
from invented import VALLEY
from writing_runs import (
    FRUIT,
    INVENTED,
    REWORDED,
    SAMPLES,
    SHORTER,
    STORES,
    WRONG,
    asked,
    echo,
    offers,
    on,
    rewrite_plan,
    run,
    samples,
    written_by,
)

from summarise import read_article
from summarise.backends.budget import SpendLimiter
from summarise.data import Alternative, Budget, CheckedSentence, OnUnsupported, Reply, Request
from summarise.errors import CallError, MalformedAnswerError, OverloadedError
from summarise.testing import ScriptedBackend
from summarise.writing.task import Generation


def line(text: str) -> str:
    return " ".join(text.split())


# requests


def test_a_request_has_the_sentences_and_their_context() -> None:
    """The context is the story's first sentence and the two before the picked one. Several answers are requested."""
    article = read_article(VALLEY)
    assert article.opening is not None
    texts = [line(article.quote(sentence)) for sentence in article.sentences]
    starts = [sentence.start for sentence in article.sentences]
    requests = asked(VALLEY, "rewrite", echo, "rewrite", length=5)
    assert {(request.candidates, request.json_schema) for request in requests} == {(SAMPLES, None)}
    assert requests
    for request in requests:
        first = starts.index(request.passages[0].start)
        before = dict.fromkeys((article.opening, first - 2, first - 1))
        context = [texts[index] for index in before if article.opening <= index < first]
        sources = [line(passage.text) for passage in request.passages]
        assert sources == texts[first : first + len(sources)]
        assert request.user == f"Context: {' '.join(context) or 'none'}\n\nSentences: {' '.join(sources)}"


def test_chat_template_tokens_of_an_article_are_harmless() -> None:
    """They are replaced in the sentences and in their context."""
    marked = FRUIT.replace("met Karel", "met <|im_end|> Karel").replace("cold stores", "cold [INST] stores")
    requests = asked(marked, "rewrite", echo, "rewrite", length=4, settings={"keep_addressed": True})
    prompts = " ".join(request.user for request in requests)
    for token, harmless in (("<|im_end|>", "‹|im_end|>"), ("[INST]", "［INST]")):
        assert token not in prompts
        assert harmless in prompts


class LastFirst(ScriptedBackend):
    """Answers the last of several concurrent requests first."""

    async def complete(self, request: Request) -> Reply:  # noqa: D102
        before = len(self.requests)
        reply = await super().complete(request)
        await asyncio.sleep(0.3 / (1 + before))
        return reply


@pytest.mark.slow
async def test_answers_are_checked_in_the_order_of_the_requests() -> None:
    """The order of arrival does not matter. There are two requests more than requested sentences."""
    most = Budget(calls=99, prompt_tokens=10**6, completion_tokens=10**6)
    orders = []
    for concurrency in (1, 4):
        backend = LastFirst(echo)
        written = await rewrite_plan(FRUIT, backend, sentences=2, concurrency=concurrency).write(SpendLimiter(most))
        assert len(backend.requests) == 4
        orders.append(([call.rewritten for call in written.calls], list(offers(written))))
    assert orders[0] == orders[1]


# the choice among samples


def drafted(written: Generation) -> dict[str, CheckedSentence]:
    return {candidate.sentence.text: candidate.sentence for candidate in written.sentences}


def offered(written: Generation, words: str) -> list[CheckedSentence]:
    """Return the candidates whose source sentences contain `words`."""
    article = read_article(FRUIT)
    return [
        candidate.sentence
        for sources, candidate in offers(written).items()
        if any(words in article.quote(article.sentences[index]) for index in sources)
    ]


def test_a_sample_that_passes_is_shown() -> None:
    """Its source and its rewording are recorded."""
    summary = run(FRUIT, ScriptedBackend(on("cold stores", samples(REWORDED))), "rewrite", length=3)
    sentence = next(one for one in summary.sentences if one.text == REWORDED)
    assert (sentence.origin, sentence.verdict, sentence.rewording) == ("model", "supported", "reworded")
    assert sentence.evidence[0].text == STORES
    draft = next(one for one in summary.run.draft if one.text == REWORDED)
    assert draft.outcome == "kept"
    call = next(call for call in summary.run.calls if REWORDED in call.said)
    assert set(draft.cited) == set(call.rewritten)


@pytest.mark.parametrize(
    ("text", "likelihood", "entailment"),
    [(REWORDED, -0.9, "off"), (WRONG, None, "built-in")],
    ids=["improbable to its model", "not entailed by its source"],
)
def test_a_sample_that_is_not_credible_is_not_used(text: str, likelihood: float | None, entailment: str) -> None:
    """It is neither checked nor shown, but recorded."""
    reply = samples(text).model_copy(update={"likelihood": likelihood})
    settings = {"entailment": entailment, "writer": "strong"}
    summary = run(FRUIT, ScriptedBackend(on("cold stores", reply)), "rewrite", length=4, settings=settings)
    (event,) = (event for call in summary.run.calls for event in call.events)
    assert (event.kind, event.said, event.recovered) == ("not credible", text, False)
    assert text not in summary.text
    assert text not in {draft.text for draft in summary.run.draft}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("near copy", STORES.replace("new cold", "cold")),
        ("incomplete", "New cold stores would cost £4.5 million."),
        (
            "incomplete",
            "New cold stores cost £4.5 million and take about six weeks, the council of Brelmouth said.",
        ),
        ("unattributed", "New cold stores of the city council of Brelmouth would cost £4.5 million."),
    ],
)
def test_samples_with_a_fault_are_not_used(kind: str, text: str) -> None:
    """They may lack a word, a detail, a limiting word such as "would", or the speaker."""
    summary = run(FRUIT, ScriptedBackend(on("cold stores", samples(text))), "rewrite", length=4)
    (event,) = (event for call in summary.run.calls for event in call.events)
    assert (event.kind, event.said) == (kind, text)
    assert text not in summary.text


NEWS = "On Thursday Karel Munk of Grossmarkt met growers in the Sellen valley and bought all their pears."
CUT = "On Thursday, Karel Munk of Grossmarkt met growers in the Sellen valley."
WHOLE = "Karel Munk of Grossmarkt met growers in the Sellen valley on Thursday and bought all their pears."


@pytest.mark.parametrize(
    ("before", "text", "events"),
    [("", CUT, ["incomplete"]), ("", WHOLE, []), ("Frost came late to the Sellen valley this year. ", CUT, [])],
    ids=["a part of the news", "all of it", "another sentence"],
)
def test_a_sample_of_the_first_sentence_has_all_of_its_news(before: str, text: str, events: list[str]) -> None:
    """A sample of another sentence may leave out a detail."""
    backend = ScriptedBackend(on(NEWS, samples(text).model_copy(update={"likelihood": 0.0})))
    summary = run(f"{before}{NEWS} {FRUIT}", backend, "rewrite", length=4, settings={"entailment": "built-in"})
    assert [event.kind for call in summary.run.calls for event in call.events] == events
    assert (text in summary.text) == (not events)


@pytest.mark.parametrize(
    ("source", "text", "attributed"),
    [
        ("A body was found in the river on Friday, police said.", "On Friday the river gave up a body.", False),
        ("Police said on Friday a body was found in the river.", "A river gave up a body found on Friday.", False),
        ("Rovers added a third goal in the last minute of it.", "Rovers scored a third in the last minute.", True),
        ("The pears froze; in apples no damage was found.", "Pears froze, and apples had no damage at all.", True),
        ("The pears will be sold in autumn, he added.", "In autumn all the pears will be sold.", False),
        ("Cattle and petrol were seized there, added Mr Lee.", "There they seized some cattle and petrol.", False),
        ("Ann was asked, Mr Lee added, but did not reply.", "Ann was asked but has not accepted it.", False),
        ("The mill was sold for nothing, the court heard.", "Nothing at all was paid for the mill.", False),
        ("The mill will close, Ann Lee said on Friday.", "Ann Lee announced on Friday the mill will close.", True),
    ],
)
def test_a_sample_says_whose_words_its_source_reports(source: str, text: str, attributed: bool) -> None:
    """A verb counts only if it says so: "found" in both is no attribution."""
    backend = ScriptedBackend(on(source, samples(text)))
    summary = run(f"{source} {FRUIT}", backend, "rewrite", length=4)
    events = [event.kind for call in summary.run.calls for event in call.events if event.said == text]
    assert ("unattributed" not in events) == attributed


def test_a_headline_may_leave_out_details() -> None:
    """It has twelve words."""
    headline = "Karel Munk of Grossmarkt buys pears in the Sellen valley"
    backend = ScriptedBackend(on(NEWS, samples(f"{headline}.")))
    summary = run(f"{NEWS} {FRUIT}", backend, "rewrite", style="headline")
    assert "incomplete" not in {event.kind for call in summary.run.calls for event in call.events}


@pytest.mark.parametrize("texts", [(INVENTED, REWORDED, SHORTER), (SHORTER, REWORDED, INVENTED)])
async def test_of_the_samples_that_pass_the_most_credible_one_is_offered(texts: tuple[str, ...]) -> None:
    """In any order; samples that are less credible than the first that passes are not checked."""
    likelihoods = {INVENTED: 0.0, REWORDED: -0.18, SHORTER: -0.28}
    first, *others = [Alternative(text=text, likelihood=likelihoods[text]) for text in texts]
    reply = Reply(text=first.text, likelihood=first.likelihood, model="m", alternatives=tuple(others))
    written = await written_by(on("cold stores", reply))
    assert set(texts) & set(drafted(written)) == {INVENTED, REWORDED}
    (sentence,) = offered(written, "cold stores")
    assert sentence.text == REWORDED


async def test_of_two_samples_the_one_with_fewer_changes_is_offered() -> None:
    """If both are as likely and as surely entailed."""
    written = await written_by(on("cold stores", samples(REWORDED, SHORTER)))
    (sentence,) = offered(written, "cold stores")
    assert sentence.text == SHORTER


@pytest.mark.parametrize(
    ("texts", "text", "origin"),
    [
        ((STORES, REWORDED), REWORDED, "model"),
        ((STORES,), STORES, "article"),
        ((WRONG, REWORDED, INVENTED), REWORDED, "model"),
    ],
    ids=["rather than a copy", "a copy if nothing else", "rather than one that fails"],
)
async def test_a_sample_that_passes_is_offered(texts: tuple[str, ...], text: str, origin: str) -> None:
    written = await written_by(on("cold stores", samples(*texts)))
    (sentence,) = offered(written, "cold stores")
    assert (sentence.text, sentence.origin) == (text, origin)


@pytest.mark.parametrize("on_unsupported", ["repair", "replace"])
def test_a_sample_with_an_error_is_never_shown(on_unsupported: OnUnsupported) -> None:
    """If no sample passes, the article's sentence is shown."""
    backend = ScriptedBackend(on("cold stores", samples(WRONG, WRONG)))
    summary = run(FRUIT, backend, "rewrite", length=4, on_unsupported=on_unsupported)
    assert WRONG not in summary.text
    assert summary.verdict == "supported"
    stores = next(sentence for sentence in summary.sentences if "£4.5 million" in sentence.text)
    assert stores.origin == "article"
    draft = next(one for one in summary.run.draft if one.text == WRONG)
    assert (draft.verdict, draft.outcome) == ("unverified", "replaced")


def test_a_note_that_may_mislead_keeps_a_sample_from_being_shown() -> None:
    """Drafts of better models are shown with such a note."""
    noted = "The “new cold stores” would cost £4.5 million, the city council of Brelmouth said."
    summary = run(FRUIT, ScriptedBackend(on("cold stores", samples(noted))), "rewrite", length=3)
    draft = next(one for one in summary.run.draft if one.text == noted)
    assert (draft.verdict, [finding.code for finding in draft.findings]) == ("supported", ["quotation"])
    assert noted not in summary.text


# unusable answers


@pytest.mark.parametrize(("said", "problem"), [("", "empty"), ("I cannot help with that.", "a refusal")])
def test_the_call_records_why_no_sample_is_usable(said: str, problem: str) -> None:
    """No event is marked as recovered."""
    summary = run(FRUIT, ScriptedBackend(lambda _: samples(said, said)), "rewrite", length=2)
    assert summary.run.draft == ()
    assert {sentence.origin for sentence in summary.sentences} == {"article"}
    for call in summary.run.calls:
        assert (call.stage, call.problem) == ("rewrite", problem)
        assert call.events
        assert not any(event.recovered for event in call.events)


async def test_a_truncated_sample_is_dropped() -> None:
    """It is dropped even if the first sample is complete. Equal samples are checked once."""
    torn = Alternative(text="New cold stores would cost £4.5 million, the city council", finish="length")
    reply = samples(REWORDED, REWORDED)
    reply = reply.model_copy(update={"alternatives": (*reply.alternatives, torn)})
    written = await written_by(on("cold stores", reply))
    assert [one.sentence.text for one in written.sentences].count(REWORDED) == 1
    assert torn.text not in drafted(written)
    call = next(call for call in written.calls if REWORDED in call.said)
    assert [event.kind for event in call.events] == ["cut off"]
    assert (call.problem, call.said.splitlines()) == (None, [REWORDED, REWORDED, torn.text])


# failures


@pytest.mark.parametrize(("concurrency", "error"), [(1, OverloadedError("busy")), (4, MalformedAnswerError("busy"))])
async def test_a_failed_call_does_not_lose_the_others(concurrency: int, error: CallError) -> None:
    """It is recorded with the server's message."""
    written = await written_by(on("Frost", error), concurrency=concurrency)
    plan = rewrite_plan(FRUIT, ScriptedBackend([]))
    assert [call.rewritten for call in written.calls] == [(job.sentence,) for job in plan.jobs]
    failed = [call for call in written.calls if call.problem]
    assert failed
    assert {(call.problem, call.finish, call.said) for call in failed} == {("busy", "other", "")}
    assert len(written.sentences) == len(plan.jobs) - len(failed) > 0
