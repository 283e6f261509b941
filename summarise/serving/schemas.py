"""What clients send: an article as text, file or address, and what is to be done with it.

Answers are the library's own models (`summarise.data`).
"""

from typing import Annotated, Any

from pydantic import AfterValidator, Base64Bytes, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from summarise.article.text import form_of
from summarise.data import OnUnsupported, Reasoning, Record, Style, Writer

NAMES = Field(max_length=200)


def _text(value: str) -> str:
    """Refuse an address or a path that was put into a field for text; by its form, so that no file is looked for."""
    if (form := form_of(value)) is not None:
        raise PydanticCustomError(
            "text_expected", "this field takes text, and not {form}: no file or address is read for it", {"form": form}
        )
    return value


GivenText = Annotated[str, AfterValidator(_text)]


class Text(Record):
    """The text of an article, with what else is known of it; offsets count the characters of what was read."""

    text: GivenText
    title: str | None = Field(default=None, max_length=1000)
    author: str | None = Field(default=None, max_length=1000)
    date: str | None = Field(default=None, max_length=200)


class Upload(Record):
    """A file with an article: its name, which tells the format where the content does not, and its bytes in base64."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: str = Field(default="article", max_length=255)
    base64: Base64Bytes


class Address(Record):
    """The address of an article; one that leads into a private network is refused."""

    url: str = Field(max_length=4096)


def _kind(value: Any) -> str:
    """Tell by its fields what an article is given as; "text" is also where an error is told best."""
    match value:
        case Upload() | {"base64": _}:
            return "file"
        case Address():
            return "address"
        case {"url": _} if "text" not in value:
            return "address"
        case _:
            return "text"


ArticleGiven = Annotated[
    Annotated[Text, Tag("text")] | Annotated[Upload, Tag("file")] | Annotated[Address, Tag("address")],
    Discriminator(_kind),
]
"""An article: `{"text": …}`, `{"name": …, "base64": …}` or `{"url": …}`."""
ModelName = Annotated[str, NAMES]


class SummaryRequest(Record):
    """An article to summarise; options are those of `summarise.summarise`. `keep` tells whether the run is kept."""

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
    """A summary's text to check against an article; options are those of `summarise.check`."""

    article: ArticleGiven
    summary: GivenText
    judge: ModelName | None = None
    writer: Writer | None = None


class FactsRequest(Record):
    """An article whose facts are wanted."""

    article: ArticleGiven


class KeptRun(Record):
    """A kept run in a list: its name, when it was kept, and what it is about; `verdict` is None where it failed."""

    id: str
    saved: str
    title: str
    model: str
    verdict: str | None = None
    sentences: int = 0
    message: str | None = None


class ModelStatus(Record):
    """A model, or a kind of them, that can be named: what it is, and what is to be done first where it is not ready.

    `place` is where it works, such as "this machine" or "hosted". `ready` is null for a server of the user's own, which
    was not asked.
    """

    name: str
    place: str
    about: str
    ready: bool | None
    to_do: str | None = None


class ModelList(Record):
    """The models that can be named, and those that are used where none is named."""

    default: tuple[str, ...]
    models: tuple[ModelStatus, ...]
