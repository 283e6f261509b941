"""`summarise serve`: the HTTP API over a socket."""

import html
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from invented import BRIDGE, FALSE, VEHICLES
from made_documents import PAGE, PLAIN, TITLE
from page_server import Pages
from served import Answer, Held, Served, command, fetch_private, in_session, left_in_session, serving

from summarise import Facts, Report, Settings, Summary, check, extract_facts, replay

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
ARTICLE = {"text": BRIDGE}
EVENTS = "text/event-stream"
FORMS = 'send {"text": …}, {"name": …, "base64": …} or {"url": …}'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield one server for all tests, which may fetch pages from this machine."""
    with pytest.MonkeyPatch.context() as patched, serving(tmp_path_factory.mktemp("runs")) as served:
        patched.setattr("summarise.serving.service.fetch", fetch_private)
        yield served


def test_facts_and_checks_are_those_of_the_python_calls(server: Served) -> None:
    """`/v1/checks` also returns the command's exit code, in a header."""
    answer = server.ask("POST", "/v1/facts", {"article": ARTICLE})
    assert answer.status == 200
    assert Facts.model_validate_json(answer.body) == extract_facts(BRIDGE)
    summary = f"{VEHICLES} {FALSE}"
    answer = server.ask("POST", "/v1/checks", {"article": ARTICLE, "summary": summary})
    expected = check(summary, BRIDGE, settings=Settings(entailment="off"))
    assert Report.model_validate_json(answer.body).sentences == expected.sentences
    assert answer.headers["summarise-exit-code"] == "1"


@pytest.mark.slow
def test_a_kept_summary_can_be_shown_and_deleted(server: Served) -> None:
    """`POST /v1/summaries` saves a run file, which can be listed, shown, downloaded and deleted."""
    answer = server.ask("POST", "/v1/summaries", {"article": ARTICLE, "length": "2"})
    assert (answer.status, answer.headers["summarise-exit-code"]) == (201, "0")
    summary, place = Summary.model_validate_json(answer.body), answer.headers["location"]
    name = place.rpartition("/")[2]
    kept = replay(server.runs / f"{name}.json").summary
    assert kept is not None
    assert kept.sentences == summary.sentences
    assert (server.runs.stat().st_mode & 0o077) == 0 or os.name == "nt"
    assert [run["verdict"] for run in server.ask("GET", "/v1/runs").json if run["id"] == name] == ["supported"]
    assert Summary.model_validate_json(server.ask("GET", place).body).sentences == summary.sentences
    page = server.ask("GET", place, Accept="text/html")
    assert summary.sentences[0].text in page.body.decode()
    assert page.headers["content-security-policy"].startswith("sandbox")
    assert "[^1]:" in server.ask("GET", place, Accept="text/markdown").body.decode()
    at_once = dict(server.ask("GET", f"{place}?views=html,markdown", Accept=EVENTS).events)
    assert Summary.model_validate(at_once["result"]).sentences == summary.sentences
    assert at_once["html"] == page.body.decode()
    assert "[^1]:" in at_once["markdown"]
    assert server.ask("GET", f"{place}/file").body == (server.runs / f"{name}.json").read_bytes()
    assert server.ask("DELETE", place).status == 204
    assert server.ask("GET", place).status == 404


def test_a_summary_that_is_not_kept_is_still_returned(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """This happens with `keep: false`, and if the article contains a secret (exit code 74)."""
    before = server.ask("GET", "/v1/runs").json
    answer = server.ask("POST", "/v1/summaries", {"article": ARTICLE, "length": 1, "keep": False})
    assert (answer.status, "location" in answer.headers) == (200, False)
    monkeypatch.setenv("DB_PASS", "engineers found cracks")
    answer = server.ask("POST", "/v1/summaries", {"article": ARTICLE, "length": 2})
    assert server.ask("GET", "/v1/runs").json == before
    assert (answer.status, answer.headers["summarise-exit-code"]) == (200, "74")
    assert "location" not in answer.headers
    assert len(Summary.model_validate_json(answer.body).sentences) == 2


def test_progress_is_sent_as_events(server: Served) -> None:
    """Event streams have progress, then the name of the run, the requested views and the result."""
    body = {"article": ARTICLE, "length": "2"}
    answer = server.ask("POST", "/v1/summaries?views=html,markdown", body, Accept=EVENTS)
    kinds = [kind for kind, _ in answer.events]
    assert kinds[-4:] == ["run", "html", "markdown", "result"]
    assert set(kinds[:-4]) == {"progress"}
    assert answer.events[0][1] == {"kind": "stage", "stage": "facts", "done": None, "total": None}
    found = dict(answer.events)
    assert Summary.model_validate(found["result"]).sentences
    assert found["html"].lstrip().startswith("<!DOCTYPE html>")


def test_a_file_is_read_by_its_content(server: Served) -> None:
    """Files are sent in base64, which may have several lines. The format is detected like in the command."""
    import base64

    page = f"<!DOCTYPE html><title>Bridge</title><article>{''.join(f'<p>{line}</p>' for line in BRIDGE.split(chr(10)))}"
    sent = {"name": "bridge.html", "base64": base64.encodebytes(page.encode()).decode()}
    found = Facts.model_validate_json(server.ask("POST", "/v1/facts", {"article": sent}).body)
    assert (found.article.format, found.article.title) == ("html", "Bridge")


@pytest.mark.slow
def test_a_page_is_fetched(server: Served, pages: Pages) -> None:
    """The page's metadata is used; a summary fetches it once and is saved under its title."""
    pages.put("/bridge", PAGE.encode())
    asked = {"article": {"url": f"{pages.url}/bridge"}, "length": 2}
    article = Facts.model_validate_json(server.ask("POST", "/v1/facts", {"article": asked["article"]}).body).article
    assert (article.format, article.title, article.author) == ("html", TITLE, "Jane Doe")
    assert article.url == "https://courier.example/bridge"
    assert PLAIN[0] in article.text
    answer = server.ask("POST", "/v1/summaries", asked)
    assert len(Summary.model_validate_json(answer.body).sentences) == 2
    assert [path for path, _ in pages.requests] == ["/bridge"] * 2
    name = answer.headers["location"].rpartition("/")[2]
    assert [run["title"] for run in server.ask("GET", "/v1/runs").json if run["id"] == name] == [TITLE]
    missing = server.ask("POST", "/v1/facts", {"article": {"url": f"{pages.url}/nothing"}})
    assert (missing.status, missing.json["code"], missing.json["error"]) == (422, 3, "ArticleError")
    assert "404" in missing.json["detail"]


def test_an_error_is_a_problem_with_the_code_of_the_command(server: Served) -> None:
    """The media type is application/problem+json. The code is 3 for an empty article, 4 for an unknown model."""
    empty = server.ask("POST", "/v1/facts", {"article": {"text": "  "}})
    assert empty.headers["content-type"] == "application/problem+json"
    assert (empty.status, empty.json["code"], empty.json["error"]) == (422, 3, "ArticleError")
    unknown = server.ask("POST", "/v1/summaries", {"article": ARTICLE, "model": "nobody:nothing"})
    assert (unknown.status, unknown.json["code"], unknown.json["error"]) == (422, 4, "ConfigurationError")
    streamed = server.ask("POST", "/v1/facts", {"article": {"text": "  "}}, Accept=EVENTS)
    assert streamed.events[-1][0] == "problem"
    assert streamed.events[-1][1] == empty.json


@pytest.mark.parametrize("path", ["/v1/checks", "/v1/summaries"])
def test_a_client_cannot_name_a_check(server: Served, path: str) -> None:
    """A check is code, which only a user of the command or of Python may name."""
    asked = {"article": ARTICLE} | ({"summary": VEHICLES} if path == "/v1/checks" else {})
    for name in ("checks", "check_with"):
        refused = server.ask("POST", path, asked | {name: ["os:getcwd"]})
        assert (refused.status, refused.json["code"]) == (422, 2)
        assert refused.json["detail"].startswith(f"the body: unknown field {name}: ")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        *(({"article": form}, f"article: {FORMS}") for form in ("a text", ["a text"], 3, None, {}, {"name": "a.pdf"})),
        ({"sources": [ARTICLE, "a text"]}, f"sources.1: {FORMS}"),
        ({"article": {"text": 3}}, "article.text: Input should be a valid string"),
        ({"sources": [{"url": 3}]}, "sources.0.url: Input should be a valid string"),
        ({"model": 3}, "model: Input should be a valid string"),
        (
            {"artcle": 1, "article": None},
            "the body: unknown field artcle: did you mean article? (the fields are article",
        ),
        ({"article": {"url": "x", "titel": "y"}}, "article: unknown field titel: the fields are url"),
        (
            {"article": {**ARTICLE, "titel": "y"}},
            "article: unknown field titel: did you mean title? (the fields are text",
        ),
        ({"x" * 1000: 1}, f"the body: unknown field {'x' * 40}…: the fields are article, sources, model"),
        ({"a\nb": 1}, "the body: unknown field 'a\\nb': the fields are"),
        *(
            ({"article": {"base64": wrong}}, "article.base64: this is not valid base64")
            for wrong in ("%%%", "YQ", "YQ==YQ==", "é", 3)
        ),
    ],
)
def test_an_error_names_the_wrong_field(server: Served, wrong: dict[str, Any], message: str) -> None:
    refused = server.ask("POST", "/v1/summaries", {"article": ARTICLE} | wrong)
    assert (refused.status, refused.json["code"]) == (422, 2)
    assert refused.json["detail"].startswith(message)


def test_the_description_names_each_path_and_its_models(server: Served) -> None:
    """`/openapi.json` needs no token, and all its references resolve."""
    found = server.ask("GET", "/openapi.json", Authorization=None).json
    assert set(found["paths"]) >= {"/v1/summaries", "/v1/checks", "/v1/facts", "/v1/runs/{name}"}
    schemas = found["components"]["schemas"]
    text = json.dumps(found)
    named = {piece.partition('"')[0] for piece in text.split("#/components/schemas/")[1:]}
    assert named <= set(schemas)
    assert {"Summary", "Report", "Facts", "Problem"} <= named


def test_the_page_needs_and_contains_no_token(server: Served) -> None:
    page = server.ask("GET", "/", Authorization=None)
    text = page.body.decode()
    assert page.status == 200
    assert server.token not in text
    assert "src=" not in text
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]


@pytest.mark.slow
def test_the_example_of_the_page_has_one_error(server: Served) -> None:
    """One sentence of its summary is contradicted; the others are supported."""
    page = html.unescape(server.ask("GET", "/", Authorization=None).body.decode())
    article, summary = re.findall(r'<template id="example-\w+">(.*?)</template>', page, re.DOTALL)
    verdicts = [sentence.verdict for sentence in check(summary, article).sentences]
    assert verdicts == ["supported", "contradicted", "supported", "supported"]


def test_models_are_listed_with_the_machine_that_runs_them(server: Served) -> None:
    """Model files are not listed, because clients may not name them."""
    listed = {model["name"]: model for model in server.ask("GET", "/v1/models").json["models"]}
    assert listed["extract"]["place"] == "this machine"
    assert listed["ollama:NAME"]["place"] == "your own server"
    assert not [name for name in listed if name.startswith(("local:", "hf:"))]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills by signal")
def test_kill_and_restart_lose_no_finished_run(tmp_path: Path) -> None:
    with command(tmp_path / "runs") as first:
        place = first.ask("POST", "/v1/summaries", {"article": ARTICLE, "length": 2}).headers["location"]
        long = {"article": {"text": BRIDGE * 2000}}
        working = threading.Thread(target=lambda: without_errors(lambda: first.ask("POST", "/v1/facts", long)))
        working.start()
        time.sleep(1)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait(10)
        assert left_in_session(first.process.pid) == []
        working.join(10)
    with command(tmp_path / "runs") as second:
        assert second.ask("GET", place).status == 200
        assert second.ended()[-1] == "The server has ended.\n"
        assert second.process.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="ends by signal")
def test_a_signal_ends_a_server_that_is_starting(tmp_path: Path) -> None:
    with command(tmp_path / "runs") as server:
        deadline = time.monotonic() + 20
        while len(in_session(server.process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.ended()[-1] == "summarise: interrupted\n"
        assert server.process.returncode == 130
        assert left_in_session(server.process.pid) == []


@pytest.mark.slow
def test_a_request_under_way_may_finish(tmp_path: Path) -> None:
    begun, release = threading.Event(), threading.Event()
    answers: list[Answer] = []
    with serving(tmp_path / "runs", end_seconds=60, make_worker=lambda _: Held(begun, release)) as server:
        asking = threading.Thread(target=lambda: answers.append(server.ask("POST", "/v1/facts", {"article": ARTICLE})))
        asking.start()
        assert begun.wait(30)
        server.end()
        release.set()
        asking.join(60)
    assert [answer.status for answer in answers] == [200]


def without_errors(ask: Callable[[], object]) -> None:
    with suppress(OSError, HTTPException):
        ask()
