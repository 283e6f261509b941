"""The conformance kit on every backend of this project, with servers on loopback."""

import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest
from conforming_server import TIME_LIMIT, WIRES, Question, answered, opening

from summarise import Backend, Reply, Request, Settings
from summarise.backends import open_backend
from summarise.backends.plugins import plugged
from summarise.backends.scripted import Scripted, ScriptedBackend
from summarise.errors import OverloadedError
from summarise.settings.configuration import configure
from summarise.settings.providers import Command
from summarise.testing import check_backend
from summarise.testing.conformance import CASES

PAGE = (Path(__file__).parent.parent / "docs" / "own-backend.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

OFTEN = ("OpenAI", "Anthropic", "Ollama", "Responses", "Converse")
"""Wires in the quick suite; the others are marked slow."""

for _wire in WIRES.values():
    _tests = check_backend(
        opening(_wire),
        refusing=opening(_wire, "refusing"),
        failing=opening(_wire, "failing"),
        slow=opening(_wire, "slow"),
        time_limit=TIME_LIMIT,
    )
    globals()[f"Test{_wire.name}"] = _tests if _wire.name in OFTEN else pytest.mark.slow(_tests)


def says(request: Request) -> Reply:
    """Answer like the model behind the servers."""
    limit = request.sampling.max_tokens
    said = answered(Question(request.user, limit, request.json_schema is not None))
    return Reply(text=said.text, finish="length" if said.cut else "stop", model="scripted")


def scripted(respond: Callable[[Request], Scripted] = says) -> ScriptedBackend:
    return ScriptedBackend(respond)


def withholding(request: Request) -> Scripted:
    return Reply(text="", finish="filter", model="scripted")


def failing() -> ScriptedBackend:
    """Return a scripted backend whose first call fails."""
    faults = iter([OverloadedError("the server is busy", advice="try again later")])
    return ScriptedBackend(lambda request: next(faults, None) or says(request))


def plug_in(backend: ScriptedBackend) -> Backend:
    return plugged(backend, called="the plug-in odd of summarise-odd")


def example() -> ModuleType:
    """Load the plug-in in docs/own-backend.md."""
    module = ModuleType("summarise_firsts")
    (code,) = re.findall(r"^`summarise_firsts.py`:\n\n```python\n(.*?)```", PAGE, re.S | re.M)
    exec(code, module.__dict__)
    return module


@asynccontextmanager
async def cached() -> AsyncIterator[Backend]:
    with TemporaryDirectory() as folder:
        async with opening(WIRES["OpenAI"], cache=True, cache_dir=folder)() as backend:
            yield backend


TestExtract = check_backend(lambda: open_backend("extract", Settings()))
TestScripted = check_backend(
    lambda: nullcontext(scripted()),
    refusing=lambda: nullcontext(scripted(withholding)),
    failing=lambda: nullcontext(failing()),
)
TestPlugIn = check_backend(
    lambda: nullcontext(plug_in(scripted())),
    refusing=lambda: nullcontext(plug_in(scripted(withholding))),
    failing=lambda: nullcontext(plug_in(failing())),
)
TestCached = check_backend(cached)
TestOwn = check_backend(lambda: example().open_firsts("x", Settings()))
TestLocal = pytest.mark.local(
    pytest.mark.usefixtures("local_settings")(check_backend(lambda: open_backend("local", configure().settings)))
)
PROGRAM = """
import sys, time
situation, asked = sys.argv[1], sys.stdin.buffer.read().decode("utf-8", "replace")
if situation == "slow":
    time.sleep(5)
if situation == "refusing":
    sys.exit("the model refuses")
told = asked.strip().splitlines()[-1].partition(": ")[2]
print(told if "Repeat this sentence" in asked else "The bridge is closed.")
"""


def program(situation: str = "well") -> Callable[[], AbstractAsyncContextManager[Backend]]:

    @asynccontextmanager
    async def opened() -> AsyncIterator[Backend]:
        limit = TIME_LIMIT if situation == "slow" else 20
        arguments = (sys.executable, "-I", "-S", "-c", PROGRAM, situation)
        settings = Settings(commands={"small": Command(arguments=arguments, time_limit=limit)})
        async with open_backend("command:small", settings) as backend:
            yield backend

    return opened


TestCommand = check_backend(program(), refusing=program("refusing"), slow=program("slow"), time_limit=1)


def test_the_page_lists_the_tests() -> None:
    """The table in docs/own-backend.md has a row for each case with its expected behaviour."""
    listed = re.findall(r"^\| `(\w+)` \| (.*?)(?: \(needs `(\w+)=`\))? \|$", PAGE, re.M)
    assert listed == [(case.name, case.expected, "" if case.situation == "make" else case.situation) for case in CASES]
