"""Addresses and wire formats of providers, and missing addresses and keys."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from summarise import Settings
from summarise.backends import open_backend
from summarise.backends.endpoints import endpoint_of, to_do_of
from summarise.errors import ConfigurationError
from summarise.settings.configuration import FILE_VARIABLE, configure
from summarise.settings.providers import ModelCard, Provider, providers

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
AZURE = "https://r.openai.azure.com"
BEDROCK = "https://bedrock-runtime.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("provider", "given", "version", "expected"),
    [
        ("azure", AZURE, None, (f"{AZURE}/openai/v1", "openai", "")),
        ("azure", f"{AZURE}/openai/v1/chat/completions", None, (f"{AZURE}/openai/v1", "openai", "")),
        ("azure", "https://gateway.example/llm", None, ("https://gateway.example/llm", "openai", "")),
        *(
            (
                "azure",
                f"{AZURE}{path}",
                "2024-10-21",
                (f"{AZURE}/openai/deployments/a%2Fb", "openai", "api-version=2024-10-21"),
            )
            for path in ("/", "/openai/v1", "/openai/deployments/other/chat/completions")
        ),
        (
            "azure",
            "https://gateway.example/llm",
            "2024-10-21",
            ("https://gateway.example/llm/openai/deployments/a%2Fb", "openai", "api-version=2024-10-21"),
        ),
        ("bedrock", f"{BEDROCK}/model", None, (BEDROCK, "converse", "")),
        ("bedrock", f"{BEDROCK}/openai/v1/chat/completions", None, (f"{BEDROCK}/openai/v1", "openai", "")),
        ("bedrock", "https://bedrock-mantle.eu-west-1.api.aws/v1", "2024-10-21", None),
        ("openai", "https://gateway.example", "2024-10-21", ("https://gateway.example", "openai", "")),
        ("openai", "https://gateway.example/v1/responses", None, ("https://gateway.example/v1", "openai", "")),
    ],
)
def test_an_address_says_where_and_in_which_wire(
    provider: str, given: str, version: str | None, expected: tuple[str, str, str] | None
) -> None:
    """Its path is completed or cut; only Azure's has an API version."""
    expected = expected or (given, "openai", "")
    found = endpoint_of(providers()[provider], "a/b", Settings(base_urls={provider: given}, api_version=version))
    assert found == expected


def test_a_models_card_says_in_which_wire_it_is_asked() -> None:
    """A user's card also applies to the user's address."""
    card = {"azure:a": ModelCard(wire="responses")}
    found = endpoint_of(providers()["azure"], "a", Settings(base_urls={"azure": AZURE}, models=card))
    assert found == (f"{AZURE}/openai/v1", "responses", "")
    dated = Settings(base_urls={"azure": AZURE}, models=card, api_version="2025-04-01-preview")
    assert endpoint_of(providers()["azure"], "a", dated) == (
        f"{AZURE}/openai",
        "responses",
        "api-version=2025-04-01-preview",
    )


@pytest.mark.parametrize("row", [row for row in providers().values() if row.blanks], ids=lambda row: row.name)
async def test_what_of_an_address_is_the_users_is_asked_for(row: Provider) -> None:
    """An unfilled address is an error before any request."""
    keys = {str(row.key_variable): SecretStr("a-key-of-nobody")}
    for urls in ({}, {row.name: row.base_url}):
        settings = Settings(api_keys=keys, base_urls=urls)
        assert to_do_of(row, settings) == f"set base_urls.{row.name}"
        with pytest.raises(ConfigurationError) as caught:
            async with open_backend(f"{row.name}:x", settings):
                pass
        assert row.base_url in str(caught.value)
        assert f"with your own {' and '.join(row.blanks)}" in str(caught.value)


@pytest.mark.parametrize(
    ("provider", "address", "wanted"),
    [
        ("azure", AZURE, True),
        ("azure", "https://gateway.example/openai/v1", False),
        ("azure", "https://r.openai.azure.com.evil.example", False),
        ("bedrock", BEDROCK, True),
        ("openai", "https://api.openai.com/v1", True),
    ],
)
def test_a_providers_own_address_needs_its_key(provider: str, address: str, wanted: bool) -> None:
    """Other servers may need none."""
    row = providers()[provider]
    to_do = to_do_of(row, Settings(base_urls={provider: address}))
    assert to_do == (f"set {row.key_variable}" if wanted else None)


def test_a_key_may_come_by_a_command_or_in_a_header_of_ones_own() -> None:
    row = providers()["azure"]
    for more in ({"key_commands": {"azure": ["az"]}}, {"headers": {"azure": {"API-Key": SecretStr("x")}}}):
        assert to_do_of(row, Settings(base_urls={"azure": AZURE}, **more)) is None


def test_the_configuration_of_the_page_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration in docs/backends.md is valid and lacks only Bedrock's key."""
    monkeypatch.setenv("HOME", str(tmp_path))
    page = (Path(__file__).parent.parent / "docs" / "backends.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```toml\n(api_version.*?)```", page, re.DOTALL)
    (tmp_path / "config.toml").write_text(code, encoding="utf-8")
    found = configure({FILE_VARIABLE: str(tmp_path / "config.toml")}).settings
    assert list(found.key_commands) == ["vertex", "azure", "openai"]
    assert found.ca_bundle == tmp_path / "certificates" / "company.pem"
    for name in ("azure", "bedrock", "vertex"):
        assert to_do_of(providers()[name], found) == ("set AWS_BEARER_TOKEN_BEDROCK" if name == "bedrock" else None)
