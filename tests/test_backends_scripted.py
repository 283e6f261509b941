"""The scripted backend, and opening backends by name."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from summarise import Backend, Reply, Request, Settings
from summarise.backends import available_backends, default_backend, open_backend
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Evidence
from summarise.errors import AnswerError, ConfigurationError
from summarise.settings.providers import providers

ASKED = Request(stage="draft", system="S", user="U")

OWN = [name for name, row in providers().items() if not row.hosted]
HOSTED = [name for name, row in providers().items() if row.hosted]


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path)


async def test_replies_come_in_order_and_requests_are_kept() -> None:
    """A text becomes a reply, a Reply is returned unchanged, an exception is raised."""
    reply = Reply(text="b", finish="length", model="m")
    backend = ScriptedBackend(["a", reply, AnswerError("c")])
    assert isinstance(backend, Backend)
    assert (await backend.complete(ASKED)).text == "a"
    assert await backend.complete(ASKED) is reply
    with pytest.raises(AnswerError, match="c"):
        await backend.complete(ASKED)
    assert backend.requests == [ASKED] * 3


async def test_a_function_may_answer() -> None:
    backend = ScriptedBackend(lambda request: request.user * 2)
    assert [(await backend.complete(ASKED)).text for _ in range(3)] == ["UU"] * 3


async def test_asking_too_often_fails_the_test() -> None:
    backend = ScriptedBackend(["a"])
    await backend.complete(ASKED)
    with pytest.raises(AssertionError, match=r"more often than the 1 scripted replies .*draft"):
        await backend.complete(ASKED)


@pytest.mark.parametrize("name", ["gpt-4", "openai", "openai:", "local:", "extract:x", "", "Extract"])
async def test_an_unknown_backend_names_those_there_are(name: str, empty: Settings) -> None:
    """ConfigurationError lists the valid names."""
    with pytest.raises(
        ConfigurationError, match=r"there are extract, local, local:PATH\.gguf, hf:OWNER/REPO/FILE\.gguf, openai:NAME"
    ):
        async with open_backend(name, empty):
            pass


async def test_missing_weights_say_how_to_get_them(empty: Settings) -> None:
    """ConfigurationError names the command to run."""
    with pytest.raises(ConfigurationError, match=r"run `(summarise models get|pip install .*)`"):
        async with open_backend("local", empty):
            pass


async def test_a_missing_file_is_named(empty: Settings) -> None:
    pytest.importorskip("xllamacpp")
    with pytest.raises(ConfigurationError, match=r"no weights file .*nothing\.gguf"):
        async with open_backend("local:nothing.gguf", empty):
            pass


async def test_a_file_in_the_home_folder_of_nobody_is_a_configuration_error(empty: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"~nosuch/x\.gguf: ~ is the home folder of nobody known"):
        async with open_backend("local:~nosuch/x.gguf", empty):
            pass


async def test_without_a_name_and_weights_it_is_extract(empty: Settings) -> None:
    """Even if a server is configured; the reason says how to get a model."""
    name, why = default_backend(empty.model_copy(update={"base_url": "http://127.0.0.1:1/v1"}))
    assert name == "extract"
    assert "summarise models get" in why
    async with open_backend(None, empty) as backend:
        assert backend.id == "extract"
        evidence = Evidence(start=0, end=13, text="One sentence.")
        reply = await backend.complete(ASKED.model_copy(update={"passages": (evidence,)}))
    assert reply.text == '{"sentences": ["One sentence."]}'


def test_the_backends_there_are_say_what_is_missing(empty: Settings) -> None:
    """A backend that is not ready has a to-do; a key or base URL makes a hosted one ready."""
    listed = {status.name: status for status in available_backends(empty)}
    here = ["extract", "local", "local:PATH.gguf", "hf:OWNER/REPO/FILE.gguf"]
    assert list(listed) == [*here, *(f"{name}:NAME" for name in OWN + HOSTED)]
    assert listed["extract"].ready
    assert not listed["local"].ready
    assert all(bool(status.ready) == (status.to_do is None) for status in listed.values() if status.ready is not None)
    assert "OPENAI_API_KEY" in str(listed["openai:NAME"].to_do)
    assert [listed[f"{name}:NAME"].ready for name in OWN + HOSTED] == [None] * len(OWN) + [False] * len(HOSTED)
    for more in ({"api_key": SecretStr("k")}, {"base_url": "http://127.0.0.1:1/v1"}):
        assert {s.name: s for s in available_backends(empty.model_copy(update=more))}["openai:NAME"].ready
    (ready,) = (
        status.name
        for status in available_backends(empty.model_copy(update={"api_keys": {"GROQ_API_KEY": SecretStr("k")}}))
        if status.place == "hosted" and status.ready
    )
    assert ready == "groq:NAME"
