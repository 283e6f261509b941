"""A page for a loopback server, and helpers that read addresses."""

import asyncio

import pytest
from made_documents import PLAIN, TITLE
from page_server import Pages

from summarise import Article, Settings, Url, read_article
from summarise.errors import ArticleError
from summarise.pipeline import fetching
from summarise.pipeline.fetching import Fetched, fetch

loopback = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
PAGE = (
    f"<!DOCTYPE html><html><head><title>{TITLE}</title><link rel='canonical' href='https://courier.example/bridge'>"
    '<meta name="author" content="Jane Doe"><meta property="article:published_time" content="2026-03-14"></head>'
    f"<body><nav><a href='/'>Home</a></nav><article><h1>{TITLE}</h1>{''.join(f'<p>{one}</p>' for one in PLAIN)}"
    "</article></body></html>"
)
DIRECT = Settings()
address_of, is_private_name, is_public = fetching.parsed, fetching.is_private_name, fetching.is_public


def read(address: str, **options: object) -> Article:
    return read_article(Url(address, allow_private=True), **options)  # type: ignore[arg-type]


def refused(address: str, *, allow_private: bool = True, settings: Settings = DIRECT) -> str:
    with pytest.raises(ArticleError) as error:
        read_article(Url(address, allow_private=allow_private), settings=settings)
    assert "\n" not in str(error.value)
    return str(error.value)


def fetched(
    address: str, answers: list[list[str]], *, allow_private: bool = False, settings: Settings = DIRECT
) -> Fetched:
    """Fetch with a resolver that returns these answers in order."""

    async def resolve(host: str, port: int) -> list[str]:
        return answers.pop(0)

    return asyncio.run(fetch(Url(address, allow_private=allow_private), settings=settings, resolve=resolve))


def redirected(pages: Pages, target: str) -> Fetched:
    """Fetch an address that redirects to `target`, which must be public."""
    pages.move("/start", target)

    async def go() -> Fetched:
        found = await fetching._get(address_of(f"{pages.url}/start"), True, DIRECT, fetching.system_resolver)
        assert not isinstance(found, Fetched)
        again = await fetching._get(found, False, DIRECT, fetching.system_resolver)
        assert isinstance(again, Fetched)
        return again

    return asyncio.run(go())
