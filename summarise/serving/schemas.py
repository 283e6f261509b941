"""Requests and lists of the HTTP API."""

from typing import Annotated, Any

from pydantic import AfterValidator, Base64Bytes, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from summarise.article.text import form_of
from summarise.data import OnUnsupported, Reasoning, Record, Style, Writer

NAMES = Field(max_length=200)


def _text(value: str) -> str:
    """Reject an address or path by its form, so that no file is looked up."""
    if (form := form_of(value)) is not None:
        raise PydanticCustomError(
            "text_expected", "this field takes text, and not {form}: no file or address is read for it", {"form": form}
        )
    return value


GivenText = Annotated[str, AfterValidator(_text)]


class Text(Record):
    """The text of an article and its metadata. Offsets in results count characters of the text as read."""

    text: GivenText
    title: str | None = Field(default=None, max_length=1000)
    author: str | None = Field(default=None, max_length=1000)
    date: str | None = Field(default=None, max_length=200)


class Upload(Record):
    """An article as a file: its name, which gives the format if the content does not, and its bytes in base64."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: str = Field(default="article", max_length=255)
    base64: Base64Bytes


class Address(Record):
    """The URL of an article. URLs in private networks are refused."""

    url: str = Field(max_length=4096)


def _kind(value: Any) -> str:
    """Return the tag; "text" by default, because its errors are the clearest."""
    match value:
        case Upload() | {"base64": _}:
            return "file"
        case Address():
            return "address"
        case {"url": _} if "text" not in value:
            return "address"
        case _:
            return "text"


# `{"text": …}`, `{"name": …, "base64": …}` or `{"url": …}`
ArticleGiven = Annotated[
    Annotated[Text, Tag("text")] | Annotated[Upload, Tag("file")] | Annotated[Address, Tag("address")],
    Discriminator(_kind),
]
ModelName = Annotated[str, NAMES]


class SummaryRequest(Record):
    """An article to summarise, with the options of `summarise.summarise`. `keep`: whether to keep the run."""

    article: ArticleGiven
    model: ModelName | tuple[ModelName, ...] | None = None
    length: Annotated[str, NAMES] | int | None = None
    style: Style = "prose"
    on_unsupported: OnUnsupported = "repair"
    judge: ModelName | None = None
    reasoning: Reasoning | None = None
    writer: Writer | None = None
    keep: bool = True


class CheckRequest(Record):
    """A summary to check against an article, with the options of `summarise.check`."""

    article: ArticleGiven
    summary: GivenText
    judge: ModelName | None = None
    writer: Writer | None = None


class FactsRequest(Record):
    """An article to extract facts from."""

    article: ArticleGiven


class KeptRun(Record):
    """A kept run in a list. `saved` is the time, `verdict` is null if the run failed."""

    id: str
    saved: str
    title: str
    model: str
    verdict: str | None = None
    sentences: int = 0
    message: str | None = None


class ModelStatus(Record):
    """A model, or a kind of model, and what to do first if it is not ready.

    `place` is where it runs, such as "this machine" or "hosted". `ready` is null for a server of the user, which was
    not contacted.
    """

    name: str
    place: str
    about: str
    ready: bool | None
    to_do: str | None = None


class ModelList(Record):
    """The available models and the default ones."""

    default: tuple[str, ...]
    models: tuple[ModelStatus, ...]
