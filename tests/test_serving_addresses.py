"""Articles by their address: the server fetches them."""

from collections.abc import Iterator

import pytest
from fetched_pages import PAGE
from made_documents import PLAIN, TITLE
from page_server import Pages, showing
from served import SETTINGS, Served, serving

from summarise import Facts, Summary
from summarise.data import Url
from summarise.pipeline.fetching import Fetched, fetch

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    """Yield a server with a page."""
    with showing(lambda pages: pages.put("/bridge", PAGE.encode())) as shown:
        yield shown


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Yield a server that may fetch what stands on this machine."""

    async def fetch_private(address: str) -> Fetched:
        return await fetch(Url(address, allow_private=True), settings=SETTINGS)

    with serving(tmp_path_factory.mktemp("runs"), fetch_page=fetch_private) as served:
        yield served


def test_a_page_is_fetched_and_its_facts_are_found(pages: Pages, server: Served) -> None:
    """`POST /v1/facts` with an address gives the facts of the page's article, with what the page says of itself."""
    answer = server.ask("POST", "/v1/facts", {"article": {"url": f"{pages.url}/bridge"}})
    article = Facts.model_validate_json(answer.body).article
    assert answer.status == 200
    assert (article.format, article.title, article.author) == ("html", TITLE, "Jane Doe")
    assert article.url == "https://courier.example/bridge"
    assert PLAIN[0] in article.text


def test_a_page_is_fetched_and_summarised(pages: Pages, server: Served) -> None:
    """`POST /v1/summaries` with an address: fetched once, by the server and no worker, and kept under its title."""
    before = len(pages.requests)
    answer = server.ask("POST", "/v1/summaries", {"article": {"url": f"{pages.url}/bridge"}, "length": 2})
    summary = Summary.model_validate_json(answer.body)
    assert (answer.status, answer.headers["summarise-exit-code"]) == (201, "0")
    assert len(summary.sentences) == 2
    assert [path for path, _ in pages.requests[before:]] == ["/bridge"]
    assert server.ask("GET", "/v1/runs").json[0]["title"] == TITLE


def test_a_page_that_is_not_there_is_told(pages: Pages, server: Served) -> None:
    """The article's error (3), with the status that the other server gave."""
    answer = server.ask("POST", "/v1/facts", {"article": {"url": f"{pages.url}/nothing"}})
    assert (answer.status, answer.json["code"], answer.json["error"]) == (422, 3, "ArticleError")
    assert "404" in answer.json["detail"]
