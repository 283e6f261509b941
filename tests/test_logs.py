"""Logs of runs: loggers, levels, no keys, and no texts above DEBUG."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from command_line import Capture, loopback, model
from fault_server import WELL, WHOLE, Fault, fault_server, saying
from invented import BRIDGE, CABLES, VEHICLES, answer
from invented import saying as answering
from planted import KEY, shows
from program import ScriptedBackend, run
from pydantic import SecretStr

from summarise import Reply, Request, Settings, SummariseError, asummarise, errors, summarise

MARKER = "Zanzaburg"
"""A word that only the article and the servers' answers contain."""
MARKED = BRIDGE.replace("Brelmouth", MARKER)


def records(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name.split(".")[0] == "summarise"]


def all_of(record: logging.LogRecord) -> str:
    """Return everything of a record that a formatter could print."""
    return record.getMessage() + repr(vars(record))


def test_the_library_sets_no_handler_and_no_level() -> None:
    """Except a NullHandler, without which Python prints warnings to standard error."""
    logger = logging.getLogger("summarise")
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
    assert logger.level == logging.NOTSET


def test_a_run_its_calls_and_its_end_are_logged_at_info(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="summarise"):
        summary = summarise(BRIDGE, backend=answering(CABLES, VEHICLES), settings=Settings())
    started, call, ended = records(caplog)
    assert started.getMessage().startswith("run started: scripted:scripted, draft, ")
    assert call.getMessage().startswith("call 1 ended: draft, scripted:scripted, ")
    assert ended.getMessage().startswith(f"run ended: {len(summary.sentences)} of {len(summary.sentences)} sentences")
    assert (started.name, call.name, ended.name) == ("summarise.run", "summarise.calls", "summarise.run")
    fields = {name: value for name, value in vars(ended).items() if name.startswith("summarise_")}
    assert fields["summarise_event"] == "run ended"
    assert fields["summarise_calls"] == 1
    assert fields["summarise_verdict"] == "supported"
    assert vars(call)["summarise_run_calls"] == 1
    json.dumps(fields)


def test_a_call_that_came_to_nothing_is_counted_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    def thinking(asked: Request) -> Reply:
        if not asked.reasoning_room:
            return Reply(text="", model="m", finish="length", completion_tokens=90, reasoning_tokens=90)
        return Reply(text=answer(CABLES, VEHICLES), model="m", completion_tokens=90)

    with caplog.at_level(logging.INFO, logger="summarise"):
        settings = Settings.model_validate({"models": {"scripted:scripted": {"thinks": "yes", "reasoning_room": 0}}})
        summarise(BRIDGE, backend=ScriptedBackend(thinking), settings=settings)
    *_, call, ended = records(caplog)
    assert vars(call)["summarise_run_calls"] == vars(ended)["summarise_calls"] == 2


def test_a_run_that_fails_is_logged_by_the_name_of_its_error(caplog: pytest.LogCaptureFixture) -> None:
    """The error's message may quote the article."""
    with caplog.at_level(logging.INFO, logger="summarise"), pytest.raises(errors.OverloadedError):
        summarise(
            MARKED,
            backend=ScriptedBackend(lambda _: errors.OverloadedError(f"cannot read {MARKER}")),
            settings=Settings(),
        )
    _, call, ended = records(caplog)
    assert call.levelno == ended.levelno == logging.WARNING
    assert "OverloadedError" in call.getMessage()
    assert ended.getMessage() == "run failed: OverloadedError"
    assert not [record for record in records(caplog) if MARKER in all_of(record)]


def test_texts_are_logged_at_debug_alone(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="summarise"):
        summarise(MARKED, backend=answering(CABLES.replace("Brelmouth", MARKER), VEHICLES), settings=Settings())
    texts = [record for record in records(caplog) if MARKER in all_of(record)]
    assert {record.levelno for record in texts} == {logging.DEBUG}
    assert [record.getMessage()[:15] for record in texts] == ["call 1: prompt:", "call 1: answer:"]


# servers that echo


ECHO = f"no such thing: {KEY} {MARKER}"
AGAIN = (("retry-after", "0"), ("x-request-id", f"{KEY}-{MARKER}"))
REPLY = WHOLE | {"model": f"{KEY} {MARKER}", "id": f"{KEY}{MARKER}"}
FAULTS = [
    WELL,
    Fault("echoes in its answer", saying(REPLY | {"choices": [REPLY["choices"][0] | {"finish_reason": ECHO}]})),
    *(
        Fault(f"{status} that echoes", saying({"error": {"message": ECHO, "code": ECHO}}), status=status, headers=AGAIN)
        for status in (400, 401, 402, 404, 413, 429, 500, 503)
    ),
    Fault("a redirect that echoes", saying(b""), status=307, headers=(("location", f"http://127.0.0.1:9/{KEY}"),)),
    Fault("a body that echoes and is not JSON", saying(ECHO.encode()), kind="application/json"),
    Fault("JSON of another shape", saying({MARKER: KEY}), kind="application/json"),
    Fault("no words at all", saying(b"")),
]


@loopback
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
async def test_no_key_is_logged_and_no_text_above_debug(fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    """Even if a server echoes the key and the article."""
    article = MARKED.replace("Leave a Comment", f"The council wrote that the key is {KEY} for now.")
    keys = {"OPENAI_API_KEY": SecretStr(KEY)}
    with caplog.at_level(logging.DEBUG, logger="summarise"):
        async with fault_server(fault, WELL) as server:
            settings = Settings(base_urls={"openai": server.url}, api_keys=keys, entailment="off", repair_rounds=0)
            with suppress(SummariseError):
                await asummarise(article, model="openai:m", length=1, settings=settings)
    found = records(caplog)
    assert any(record.getMessage().startswith(("call 1 failed", "call 1 ended")) for record in found)
    assert not [shown for record in found if (shown := shows(all_of(record)))]
    assert any("withheld" in record.getMessage() for record in found)
    assert not [record for record in found if record.levelno > logging.DEBUG and MARKER in all_of(record)]


# the command


def echoing(status: int) -> Callable[[str], tuple[int, dict[str, Any]]]:
    """Return a server's function that echoes the key and the article."""
    if status != 200:
        return lambda asked: (status, {"error": {"message": f"{KEY} {asked[:500]}"}})
    message = {"role": "assistant", "content": answer(CABLES, VEHICLES)}
    return lambda _: (200, {"model": KEY, "choices": [{"index": 0, "finish_reason": "stop", "message": message}]})


@loopback
@pytest.mark.parametrize(("option", "levels"), [("-v", {"INFO"}), ("-vv", {"INFO", "DEBUG"})])
@pytest.mark.usefixtures("folder")
def test_the_command_logs_to_standard_error(
    option: str, levels: set[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str]
) -> None:
    """Only -vv logs texts of the article."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["bridge.txt", "-l", "2", "-q", option, *model(serve(echoing(200)))]) == 0
    output = capsys.readouterr()
    lines = output.err.splitlines()
    assert {line.split()[1] for line in lines} == levels
    assert not shows(output.err)
    assert ("18,000 vehicles" in output.err) == (option == "-vv")
    assert logging.getLogger("summarise").level == logging.NOTSET


@loopback
@pytest.mark.usefixtures("folder")
def test_a_failing_command_logs_and_ends_in_its_one_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["bridge.txt", "-v", *model(serve(echoing(400)))]) == 5
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in lines[:-1]] == ["INFO", "WARNING", "WARNING"]
    assert lines[-1].startswith("summarise: ")
    assert not shows("\n".join(lines))
    assert not [line for line in lines[:-1] if "vehicles" in line]
