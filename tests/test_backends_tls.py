"""Connections with custom certificates and through a proxy, to real servers on loopback."""

import asyncio
import base64
import re
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from asking import ask_model, response
from certificates import Authority, encrypted
from command_line import Capture, fails, run
from fault_server import FaultServer, scripted_server
from keyed_server import keyed_server
from planted import KEY, shows
from pydantic import SecretStr

from summarise import SummariseError

pytestmark = [
    pytest.mark.block_network(allowed_hosts=["127.0.0.1"]),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make certificates"),
]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"), "ours")


@pytest.fixture(scope="module")
def plain(authority: Authority) -> ssl.SSLContext:
    """Return the TLS context of a server that requests no client certificate."""
    return authority.server()


@pytest.fixture(scope="module")
def requiring(authority: Authority) -> ssl.SSLContext:
    """Return the TLS context of a server that requires a client certificate."""
    return authority.server(asks=True)


@pytest.fixture(scope="module")
def client(authority: Authority) -> tuple[Path, Path]:
    """Return a client's certificate and key."""
    return authority.issue("client")


async def ask(url: str, **settings: Any) -> str:
    """Return the text of a reply."""
    return (await ask_model("openai:m", base_urls={"openai": url}, **settings))[0].text


async def failure(url: str, **settings: Any) -> str:
    """Return the message of an error, which must come after one attempt."""
    with pytest.raises(SummariseError) as caught:
        await ask(url, max_attempts=3, **settings)
    assert vars(caught.value).get("attempts", 1) == 1
    return str(caught.value)


async def test_a_private_certificate_needs_its_bundle(
    authority: Authority, plain: ssl.SSLContext, tmp_path: Path
) -> None:
    """Without the bundle nothing is sent, there is no retry, and the error names `ca_bundle`."""
    other = Authority(tmp_path, "others")
    async with scripted_server(lambda _: response(), tls=plain) as server:
        for bundle in (None, other.pem):
            assert "not trusted here: set ca_bundle" in await failure(server.url, ca_bundle=bundle)
        assert not server.seen
        assert await ask(server.url, ca_bundle=authority.pem) == "fine"


async def test_a_client_certificate_is_sent_to_a_server_that_requires_it(
    authority: Authority, requiring: ssl.SSLContext, client: tuple[Path, Path], tmp_path: Path
) -> None:
    """Certificate and key may be in two files or in one. Without them the error names `client_cert`."""
    certificate, key = client
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    with keyed_server(text="fine", tls=requiring) as server:
        url = f"{server.root}/v1"
        assert "it requires a valid client certificate: set client_cert" in await failure(url, ca_bundle=authority.pem)
        assert not server.requests
        assert await ask(url, ca_bundle=authority.pem, client_cert=certificate, client_key=key) == "fine"
        assert await ask(url, ca_bundle=authority.pem, client_cert=both) == "fine"


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("ca_bundle", "missing"),
        ("ca_bundle", "no PEM"),
        ("client_cert", "no PEM"),
        ("client_cert", "a folder"),
        ("client_key", "missing"),
    ],
)
def test_an_unusable_certificate_file_is_one_line_and_exit_code_4(
    setting: str, wrong: str, folder: Path, client: tuple[Path, Path], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names the setting and the path."""
    path = folder / "wrong.pem"
    if wrong == "no PEM":
        path.write_text("nothing of use", encoding="utf-8")
    elif wrong == "a folder":
        path.mkdir()
    if setting == "client_key":
        monkeypatch.setenv("SUMMARISE_CLIENT_CERT", str(client[0]))
    monkeypatch.setenv(f"SUMMARISE_{setting.upper()}", str(path))
    line = fails(capsys, 4, "bridge.txt", "--model", "openai:m", "--base-url", "https://127.0.0.1:9/v1")
    assert f"{setting} {path}" in line
    assert ("PEM" in line) == (wrong == "no PEM")


async def test_a_key_needs_its_certificate_and_no_password(client: tuple[Path, Path]) -> None:
    certificate, key = client
    assert "client_key needs its certificate" in await failure("https://127.0.0.1:9/v1", client_key=key)
    locked = {"client_cert": certificate, "client_key": encrypted(key, "word")}
    assert "has no password" in await failure("https://127.0.0.1:9/v1", **locked)


# Proxies. Only the proxy can resolve models.example.


@asynccontextmanager
async def tunnel(to: FaultServer, *, takes: str) -> AsyncIterator[tuple[str, list[str]]]:
    """Run a CONNECT proxy that requires credentials; yield its address and its request lines."""
    asked: list[str] = []
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head.split("\r\n")[0])
        if f"Proxy-Authorization: Basic {base64.b64encode(takes.encode()).decode()}" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()
            return
        port = int(to.url.removesuffix("/v1").rpartition(":")[2])
        reader_to, writer_to = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        both = [asyncio.create_task(pump(*way)) for way in ((reader, writer_to), (reader_to, writer))]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
        for end in (writer, writer_to):
            end.close()

    listening = await asyncio.start_server(
        lambda reader, writer: tasks.add(asyncio.create_task(connected(reader, writer))), "127.0.0.1", 0
    )
    try:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}", asked
    finally:
        listening.close()
        await asyncio.gather(*tasks)


@pytest.mark.parametrize("place", ["setting", "HTTPS_PROXY"])
async def test_https_goes_through_a_proxy_with_credentials(
    place: str, authority: Authority, plain: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy's password goes only to the proxy, and the server's key only to the server."""
    settings: dict[str, Any] = {"ca_bundle": authority.pem, "api_keys": {"OPENAI_API_KEY": SecretStr("for-the-server")}}
    async with (
        scripted_server(lambda _: response(), tls=plain) as server,
        tunnel(server, takes=f"me:{KEY}") as (address, asked),
    ):
        if place == "setting":
            settings["proxy"] = SecretStr(f"http://me:{KEY}@{address}")
        else:
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:{KEY}@{address}")
        assert await ask("https://models.example/v1", **settings) == "fine"
    assert asked == ["CONNECT models.example:443 HTTP/1.1"]
    assert server.seen[0].headers["authorization"] == "Bearer for-the-server"
    assert not shows(str(server.seen[0].headers))


@pytest.mark.parametrize(("scheme", "place"), [("http", "setting"), ("https", "variable")])
async def test_the_error_about_a_proxy_that_refuses_does_not_contain_its_password(
    scheme: str,
    place: str,
    authority: Authority,
    plain: ssl.SSLContext,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Error and log do not contain the password, even in base64. There is no retry."""
    caplog.set_level("DEBUG")
    refusal = response(407, f"wrong: {KEY}, {base64.b64encode(f'me:{KEY}'.encode()).decode()}")
    async with (
        scripted_server(lambda _: refusal) as proxy,
        scripted_server(lambda _: response(), tls=plain) as server,
        tunnel(server, takes="other:one") as (address, _),
    ):
        proxy_at = address if scheme == "https" else proxy.url.removeprefix("http://").removesuffix("/v1")
        given: dict[str, Any] = {"ca_bundle": authority.pem}
        if place == "setting":
            given["proxy"] = SecretStr(f"http://me:{KEY}@{proxy_at}")
        else:
            monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://me:{KEY}@{proxy_at}")
        message = await failure(f"{scheme}://models.example/v1", **given)
    assert re.search("proxy .*407.*check the setting proxy", message)
    assert not shows(message + caplog.text)


async def test_the_bundle_also_applies_to_an_https_proxy(authority: Authority, plain: ssl.SSLContext) -> None:
    async with scripted_server(lambda _: response(), tls=plain) as proxy:
        given = {"ca_bundle": authority.pem, "proxy": SecretStr(proxy.url.removesuffix("/v1"))}
        assert await ask("http://models.example/v1", **given) == "fine"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "address", [f"ftp://me:{KEY}@proxy.example", f"me:{KEY}@proxy.example", f"http://me:{KEY}@[::zz]:1"]
)
def test_an_invalid_proxy_is_one_line_without_its_address_and_exit_code_4(
    address: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARISE_PROXY", address)
    line = fails(capsys, 4, "bridge.txt", "--model", "openai:m", "--base-url", "http://models.example/v1")
    assert "the setting `proxy` cannot be used" in line
    assert not shows(line)


def test_config_show_hides_the_password_of_a_proxy(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISE_PROXY", f"http://me:{KEY}@proxy.example:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:pass%2Fword@other.example")
    for options in ([], ["--json"]):
        assert run(["config", "show", *options]) == 0
        output = capsys.readouterr().out
        assert not shows(output)
        assert "word@" not in output
        assert "environment variable SUMMARISE_PROXY" in output
