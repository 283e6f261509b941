"""Fetching articles through a proxy and with custom certificates."""

from pathlib import Path

import pytest
from certificates import Authority
from fetched_pages import PAGE, fetched, loopback
from page_server import Pages, showing
from pydantic import SecretStr

from summarise import Settings
from summarise.errors import ArticleError


@loopback
def test_through_a_proxy_names_are_refused_by_their_spelling(monkeypatch: pytest.MonkeyPatch, pages: Pages) -> None:
    """The proxy resolves names, so private hosts are recognised by how they are written."""
    pages.put("http://courier.example/story", PAGE.encode())
    settings = Settings(proxy=SecretStr(pages.url))
    assert fetched("http://courier.example/story", [], settings=settings).body == PAGE.encode()
    for host in ("10.0.0.1", "0xa9fea9fe", "intranet", "wiki.corp", "printer.local", "metadata.google.internal"):
        with pytest.raises(ArticleError, match="private network"):
            fetched(f"http://{host}/", [], settings=settings)
    monkeypatch.setenv("HTTP_PROXY", pages.url)
    assert fetched("http://courier.example/story", []).body == PAGE.encode()
    assert len(pages.requests) == 2


@loopback
def test_a_certificate_is_held_against_the_name(tmp_path: Path) -> None:
    """The certificate must match the host name, although the connection goes to an IP address."""
    try:
        authority = Authority(tmp_path, "authority")
    except FileNotFoundError:
        pytest.skip("needs the openssl command")

    settings = Settings(ca_bundle=authority.pem)
    answers = [["127.0.0.1"], ["127.0.0.1"]]
    with showing(tls=authority.server()) as pages:
        pages.put("/", b"ok")
        good = f"https://models.example:{pages.port}/"
        assert fetched(good, answers, allow_private=True, settings=settings).body == b"ok"
        with pytest.raises(ArticleError, match="cannot be fetched"):
            fetched(good.replace("models", "courier"), answers, allow_private=True, settings=settings)
