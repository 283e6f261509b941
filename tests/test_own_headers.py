"""Headers that the user configures."""

import re
from pathlib import Path
from typing import Any

import pytest
from asking import ASKED
from command_line import Capture
from invented import CABLES, VEHICLES, answer
from keyed_server import keyed_server
from planted import KEY, shows
from pydantic import SecretStr, ValidationError

from summarise import Settings
from summarise.backends import open_backend
from summarise.cli.main import run
from summarise.settings.configuration import FILE_VARIABLE, configure
from summarise.settings.environment import secrets_of

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.mark.parametrize(("provider", "header"), [("anthropic", "Anthropic-Version"), ("openai", "AUTHORIZATION")])
@pytest.mark.parametrize("key", [{"api_keys": {"OPENAI_API_KEY": "a-key"}}, {"key_commands": {"openai": ("false",)}}])
async def test_a_header_of_ones_own_stands_in_the_place_of_the_programs(
    provider: str, header: str, key: dict[str, Any]
) -> None:
    """It is sent to its provider only; an Authorization header replaces the key."""
    with keyed_server(text="fine") as server:
        settings = Settings(
            base_urls={provider: server.root},
            headers={provider: {header: SecretStr("mine-alone")}, "mistral": {"X-Other": SecretStr("of mistral")}},
            max_attempts=1,
            **key,
        )
        async with open_backend(f"{provider}:m", settings) as backend:
            await backend.complete(ASKED)
    sent = [(name, value) for name, value in server.requests[0].headers.items() if name.lower() == header.lower()]
    assert [value for _, value in sent] == ["mine-alone"]
    assert "a-key" not in str(server.requests[0].headers)
    assert "X-Other" not in server.requests[0].headers


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "Content-Type", "accept-encoding"])
def test_headers_that_frame_a_request_cannot_be_set(name: str) -> None:
    with pytest.raises(ValidationError, match=f"the header {name} is the program's own to set"):
        Settings(headers={"openai": {name: SecretStr("x")}})


@pytest.mark.usefixtures("folder")
def test_own_headers_and_fields_are_shown_nowhere(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their values are not in `config show`, run files or the cache."""
    config = folder / "config.toml"
    monkeypatch.setenv(FILE_VARIABLE, str(config))
    monkeypatch.setenv("SUMMARISE_CACHE", "true")
    with keyed_server(text=answer(CABLES, VEHICLES)) as server:
        config.write_text(
            f'base_urls.openai = "{server.root}/v1"\n[headers.openai]\nX-Secret = "{KEY}"\n'
            f'[extra_body."openai:m"]\nmetadata.api_key = "{KEY}"\n',
            encoding="utf-8",
        )
        assert run(["bridge.txt", "--json", "--model", "openai:m", "--save", "run.json"]) in (0, 1)
    assert server.requests[0].headers["X-Secret"] == server.requests[0].body["metadata"]["api_key"] == KEY
    held = {name for name, value in secrets_of(configure().settings).items() if value == KEY}
    assert held == {"headers.openai.X-Secret", "extra_body.openai:m.api_key"}
    for options in ([], ["--json"]):
        assert run(["config", "show", *options]) == 0
    output = capsys.readouterr()
    for name in ("headers.openai", "extra_body.openai:m"):
        assert re.search(rf"^{name} +set +configuration file$", output.out, re.MULTILINE)
        assert f'"name": "{name}",\n      "value": true' in output.out
    assert not shows(output.out + output.err)
    kept = [path for path in folder.rglob("*") if path.is_file() and path != config]
    assert folder / "run.json" in kept
    assert not any(shows(path.read_text(encoding="utf-8", errors="replace")) for path in kept)
