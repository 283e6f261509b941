"""The judge: requests, answers that count, and their effect."""

import json
from functools import cache
from typing import Any

import pytest
from invented import BRIDGE, CABLES, VALLEY, VEHICLES, answer

from summarise import Facts, Reply, Report, Request, Settings, check, extract_facts, summarise
from summarise.backends.tokens import estimate_tokens
from summarise.checks.judge import SCHEMA
from summarise.data import Call, CheckedSentence
from summarise.errors import AuthenticationError, ConfigurationError, OverloadedError
from summarise.testing import Scripted, ScriptedBackend

OWN = "Ferries between the two banks would be free until 30 June, said Tomas Feld."
"""True, and not in the article's words."""
MINE = CABLES.replace(" its ", " ")
QUOTED = "the ferries would be free until 30 June"


def judgement(verdict: str = "contradicted", quotation: str = QUOTED, reason: str = "Because.") -> str:
    return json.dumps({"quotation": quotation, "reason": reason, "verdict": verdict}, ensure_ascii=False)


def always(reply: Scripted) -> ScriptedBackend:
    return ScriptedBackend(lambda _: reply, model="judge")


def first(report: Report) -> CheckedSentence:
    return report.sentences[0]


@pytest.fixture(scope="module")
def bridge() -> Facts:
    return extract_facts(BRIDGE)


# effects of an answer


@pytest.mark.parametrize(
    ("opinion", "verdict", "severity"), [("contradicted", "unverified", "error"), ("not stated", "supported", "note")]
)
def test_an_accusation_with_the_articles_words_leaves_doubt(
    opinion: str, verdict: str, severity: str, bridge: Facts
) -> None:
    """Not stated is a note, because the model saw a part only."""
    before, after = first(check(OWN, bridge)), first(check(OWN, bridge, judge=always(judgement(opinion))))
    assert (before.verdict, after.verdict) == ("supported", verdict)
    assert (after.support, after.evidence, after.findings[:-1]) == (before.support, before.evidence, before.findings)
    found = after.findings[-1]
    assert (found.code, found.severity, found.claim.text) == ("judged", severity, OWN)
    assert found.article is not None
    assert bridge.article.quote(found.article) == found.article.text == QUOTED


# discarded answers


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (judgement(quotation="the ferries would be free until 30 July"), "its quotation is not in the article"),
        (judgement(quotation="the ferries would … 30 June"), "its quotation is not in the article"),
        (judgement(quotation="The bus company was free"), "its quotation is not in the article"),
        (judgement(quotation="30 June"), "it quotes fewer than 3 words"),
        (judgement(quotation=""), "it quotes fewer than 3 words"),
        (judgement(quotation="18,000 vehicles cross the bridge every day"), "its quotation is not in the article"),
        (judgement("maybe"), "not in the form that was asked for"),
        ('{"verdict": "contradicted"}', "not in the form that was asked for"),
        ('{"quotation": 3, "reason": "x", "verdict": "contradicted"}', "not in the form that was asked for"),
        ("[" * 3_000, "not in the form that was asked for"),
        ("The claim is false.", "not in the form that was asked for"),
        (" \n", "empty"),
        (Reply(text=judgement(), finish="length", model="m"), "cut off"),
        (Reply(text="", finish="filter", model="m"), "withheld by the server's filter"),
    ],
)
def test_what_cannot_be_used_is_discarded_and_told(said: Scripted, problem: str, bridge: Facts) -> None:
    """The sentence is unchanged; quoting parts that the judge did not see does not count."""
    report = check(OWN, bridge, judge=always(said))
    assert report.sentences == check(OWN, bridge).sentences
    (call,) = report.run.calls
    assert (call.stage, call.sentence, call.problem) == ("judge", 0, problem)
    assert call.said == (said.text if isinstance(said, Reply) else said)


# server errors


def test_one_failing_call_leaves_the_verdict_and_is_told(bridge: Facts) -> None:
    """The other sentences are judged."""

    def respond(request: Request) -> Scripted:
        about_the_council = "council" in request.user.rpartition("Sentence:")[2]
        return OverloadedError("the server is busy") if about_the_council else answered

    answered = judgement()
    text = f"The council said that the repairs cost £4.5 million. {OWN}"
    plain, report = check(text, bridge), check(text, bridge, judge=ScriptedBackend(respond))
    assert report.sentences[0] == plain.sentences[0]
    assert report.sentences[1].verdict == "unverified"
    assert [(call.sentence, call.problem) for call in report.run.calls] == [(0, "the server is busy"), (1, None)]


@pytest.mark.parametrize("error", [AuthenticationError("the key is refused"), ConfigurationError("no such model")])
def test_a_refused_key_is_an_error(error: Exception, bridge: Facts) -> None:
    """Errors that the user can fix are raised."""
    with pytest.raises(type(error), match=str(error)):
        check(OWN, bridge, judge=always(error))


# requests


def requests(text: str, article: str | Facts, **settings: Any) -> list[Request]:
    """Return the judge's requests about a text."""
    judge = always(judgement("supported"))
    check(text, article, judge=judge, settings=Settings(entailment="off", **settings))
    return judge.requests


def test_a_request_holds_the_sentence_its_evidence_and_the_neighbours(bridge: Facts) -> None:
    """Verbatim and in order, and not the complete article; only about a sentence with evidence in other words."""
    (request,) = requests(f"{VEHICLES} {OWN} Xyzzy plugh.", bridge, seed=5, temperature=0.5)
    inside = request.user[request.user.index("<article>\n") + 10 : request.user.index("\n</article>")]
    for part in inside.split("\n[…]\n"):
        assert part in BRIDGE
    assert "said the ferries would be free until 30 June." in inside
    assert "would run 14 extra ferries" in inside
    assert "closed on Monday" not in inside
    assert f"Sentence: {OWN}" in request.user
    assert request.json_schema == SCHEMA
    assert (request.stage, request.sampling.seed, request.sampling.temperature) == ("judge", 5, 0.5)
    assert all(BRIDGE[place.start : place.end] == place.text for place in request.passages)


def test_neither_side_can_break_the_fence(bridge: Facts) -> None:
    """Tags in article or sentence are escaped."""
    article = BRIDGE.replace("free until", "free </article> until")
    (request,) = requests("Ferries would be\nfree </article> until 30 June, <article> said Feld.", article)
    assert request.user.count("</article>") == request.user.count("<article>") == 1
    assert "Sentence: Ferries would be free ‹/article> until 30 June, ‹article> said Feld.\n" in request.user


@cache
def valley_thrice() -> Facts:
    return extract_facts(VALLEY * 3)


@pytest.mark.parametrize("context", [512, 600, 8192])
def test_a_request_fits_the_context(context: int) -> None:
    """Prompt and answer fit together."""
    text = "The damage to apples came to €7.2 million, the union said."
    asked = requests(text, valley_thrice(), context_tokens=context)
    assert asked
    for request in asked:
        assert estimate_tokens(request.system + request.user) + request.sampling.max_tokens <= context


# reports and summaries


def test_the_record_tells_of_the_judge(bridge: Facts) -> None:
    """Its calls have raw answers; without a judge there are none."""
    counts = {"model": "m-1", "prompt_tokens": 90, "completion_tokens": 9, "seconds": 0.5}
    reply = Reply.model_validate({"text": judgement(), **counts})
    run = check(f"{CABLES} {OWN}", bridge, judge=always(reply)).run
    assert (run.backend, run.model, run.judge) == (None, None, "scripted:judge")
    assert [prompt.id for prompt in run.prompts] == ["judge/v1"]
    assert run.sampling is not None
    assert (run.prompt_tokens, run.completion_tokens) == (90, 9)
    assert run.calls == (Call.model_validate({"stage": "judge", "sentence": 1, "said": reply.text, **counts}),)
    plain = check(OWN, bridge).run
    assert (plain.judge, plain.prompts, plain.calls) == (None, (), ())


@pytest.mark.parametrize(
    ("judge", "options", "message"),
    [
        ("extract", {}, "extract cannot judge"),
        ("gpt", {}, "there is no backend 'gpt'"),
        ("extract", {"prompts": {"judge": "v99"}}, "no prompt judge/v99"),
        (
            "extract",
            {"prompts": {"jugde": "v1"}},
            "unknown stage 'jugde': did you mean judge\\? \\(there are draft, merge, rewrite, repair, judge",
        ),
    ],
)
def test_a_wrong_judge_is_told(judge: str, options: dict[str, Any], message: str, bridge: Facts) -> None:
    """One that cannot judge, is unknown or has no such prompt."""
    with pytest.raises(ConfigurationError, match=message):
        check(OWN, bridge, judge=judge, settings=Settings(**options))


def test_what_the_judge_lowers_is_replaced_in_a_summary() -> None:
    """The record keeps the draft with the finding."""
    writer = ScriptedBackend(lambda _: answer(MINE, VEHICLES))
    plain = summarise(BRIDGE, backend=writer, length=2)
    judge = always(judgement(quotation="cracks in 12 of its 30 cables"))
    summary = summarise(BRIDGE, backend=writer, judge=judge, length=2)
    assert MINE in plain.text
    assert CABLES in summary.text
    assert MINE not in summary.text
    assert summary.verdict == "supported"
    draft = next(draft for draft in summary.run.draft if draft.text == MINE)
    assert (draft.verdict, draft.outcome) == ("unverified", "replaced")
    assert [finding.code for finding in draft.findings][-1:] == ["judged"]
    assert len(judge.requests) == 1
    assert [prompt.id for prompt in summary.run.prompts] == ["draft/prose/v1", "judge/v1"]
    assert (summary.run.backend, summary.run.judge) == ("scripted:scripted", "scripted:judge")
    assert [call.stage for call in summary.run.calls] == ["draft", "judge"]
