"""Defines the requests, responses and problems (RFC 9457) of the HTTP API, and its OpenAPI 3.1 description."""

import json
from base64 import b64decode
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictInt,
    Tag,
    ValidationError,
    WithJsonSchema,
)
from pydantic.json_schema import models_json_schema
from pydantic_core import PydanticCustomError

from summarise.article.text import form_of
from summarise.checks.focus import MOST_CHARACTERS
from summarise.data import CitationForm, Facts, OnUnsupported, Reasoning, Record, Report, Style, Summary, Writer
from summarise.errors import (
    FAULT,
    ContextOverflowError,
    MachineError,
    SummariseError,
    TimedOutError,
    UsageError,
    machine_error,
    name_of,
)
from summarise.pipeline.options import MOST_BYTES
from summarise.prompting import MOST_INSTRUCTIONS
from summarise.settings.model import clipped, meant
from summarise.version import __version__

JSON, EVENTS, HTML, MARKDOWN = "application/json", "text/event-stream", "text/html", "text/markdown"
PROBLEM = "application/problem+json"
NAMES = Field(max_length=200)


def _require_text(value: str) -> str:
    """Return the text of a field. Raises an error if it looks like an address or a path, which is not opened."""
    if (form := form_of(value)) is not None:
        raise PydanticCustomError(
            "text_expected", "this field takes text, not {form}: send the text itself", {"form": form}
        )
    return value


GivenText = Annotated[str, AfterValidator(_require_text)]
# A list of names as text: one name a line, followed by its other spellings after commas.
NamesText = Annotated[GivenText, Field(max_length=MOST_BYTES)]
Instructions = Annotated[GivenText, Field(max_length=MOST_INSTRUCTIONS)]


class Text(Record):
    """The text of an article and its metadata. Offsets in results refer to the text without invisible characters."""

    text: GivenText
    title: str | None = Field(default=None, max_length=1000)
    author: str | None = Field(default=None, max_length=1000)
    date: str | None = Field(default=None, max_length=200)


def _decoded(value: Any) -> bytes:
    try:
        return b64decode("".join(value.split()), validate=True)
    except (AttributeError, ValueError):
        raise PydanticCustomError("base64_decode", "this is not valid base64: encode the bytes of the file") from None


class Upload(Record):
    """An article as a file: its bytes in base64, and its name, which gives the format if the bytes do not."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: str = Field(default="article", max_length=255)
    base64: Annotated[bytes, BeforeValidator(_decoded), WithJsonSchema({"type": "string", "format": "base64"})]


class Address(Record):
    """The URL of an article. URLs in private networks are refused."""

    url: str = Field(max_length=4096)


def _form(value: Any) -> str | None:
    match value:
        case Upload() | {"base64": _}:
            return "Upload"
        case Text() | {"text": _}:
            return "Text"
        case Address() | {"url": _}:
            return "Address"
    return None


ArticleGiven = Annotated[
    Annotated[Text, Tag("Text")] | Annotated[Upload, Tag("Upload")] | Annotated[Address, Tag("Address")],
    Discriminator(
        _form,
        custom_error_type="article_form",
        custom_error_message='send {"text": …}, {"name": …, "base64": …} or {"url": …}',
    ),
]
ModelName = Annotated[str, NAMES]
# Further articles, which are source 2, 3, …; `article` is source 1.
MoreSources = Annotated[tuple[ArticleGiven, ...], Field(max_length=19)]


class SummaryRequest(Record):
    """An article to summarise, with the options of `summarise.summarise`.

    `sources`: further articles for the same summary, with the ids 2, 3, …; `article` has the id 1. `citations`: how
    sentences cite their sources. `names`: correctly spelt names, one on each line; after commas, spellings to correct.
    `keep`: whether the server saves the run.
    """

    article: ArticleGiven
    sources: MoreSources = ()
    model: ModelName | tuple[ModelName, ...] | None = None
    length: Annotated[str, NAMES] | StrictInt | None = None
    style: Style = "prose"
    citations: CitationForm = "numbers"
    focus: Annotated[str, Field(max_length=MOST_CHARACTERS)] | None = None
    on_unsupported: OnUnsupported = "repair"
    judge: ModelName | None = None
    reasoning: Reasoning | None = None
    writer: Writer | None = None
    instructions: Instructions | None = None
    names: NamesText | None = None
    keep: bool = True


class CheckRequest(Record):
    """A summary to check against an article, with the options of `summarise.check`.

    `sources`: further articles, with the ids 2, 3, …, that the summary may cite; `article` has the id 1.
    """

    article: ArticleGiven
    sources: MoreSources = ()
    summary: GivenText
    judge: ModelName | None = None
    writer: Writer | None = None
    names: NamesText | None = None


class FactsRequest(Record):
    """An article to extract facts from."""

    article: ArticleGiven


class KeptRun(Record):
    """An entry in the list of saved runs.

    `saved`: the time of saving. `verdict`: the worst verdict of a sentence, or null if the run failed. `message`: the
    error of a failed run.
    """

    id: str
    saved: str
    title: str
    model: str
    verdict: str | None = None
    sentences: int = 0
    message: str | None = None


class ModelStatus(Record):
    """A model ("local"), or a kind of model ("openai:NAME"). `to_do`: the step that makes it ready, or null.

    `place`: the machine that runs it, such as "this machine" or "hosted". `ready` is null for the user's own servers,
    because they are not contacted.
    """

    name: str
    place: str
    about: str
    ready: bool | None
    to_do: str | None = None


class ModelList(Record):
    """The available models, and the names of the default models, which are tried in order."""

    default: tuple[str, ...]
    models: tuple[ModelStatus, ...]


class Problem(Record):
    """An error response. `status` is the HTTP status, `code` the matching exit code of the command.

    `error` is the name of the class in `summarise.errors`, or null if the request was refused before any work.
    """

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    code: int = Field(default=UsageError.exit_code, ge=1, le=255)
    error: str | None = None


class ProblemError(Exception):
    """A refused request or a failed job. `problem` is the response, sent with `headers`."""

    def __init__(
        self, status: int, detail: str, *, code: int = UsageError.exit_code, error: str | None = None, **headers: str
    ) -> None:
        super().__init__(detail)
        title = HTTPStatus(status).phrase
        self.problem = Problem(title=title, status=status, detail=detail, code=code, error=error)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


STATUSES: dict[type[SummariseError], int] = {ContextOverflowError: 422, TimedOutError: 504, MachineError: 503}


def problem_of(error: BaseException) -> Problem:
    """Return the error response for an exception. Of an unexpected exception, it contains only the class name."""
    if isinstance(error, ProblemError):
        return error.problem
    known = error if isinstance(error, SummariseError) else machine_error(error)
    if known is None:
        detail = f"a fault of this program, please report it: {type(error).__name__}"
        return ProblemError(500, detail, code=FAULT).problem
    other = 502 if known.exit_code in (5, 6) else 422
    status = next((status for kind, status in STATUSES.items() if isinstance(known, kind)), other)
    return ProblemError(status, str(known), code=known.exit_code, error=name_of(known)).problem


MODELS: tuple[type[BaseModel], ...] = (Summary, Report, Facts, KeptRun, ModelList, Problem)
REQUESTS: tuple[type[BaseModel], ...] = (SummaryRequest, CheckRequest, FactsRequest)
FORMS: dict[int | str, type[BaseModel]] = {model.__name__: model for model in (Text, Upload, Address)}
FIELDS = {name for model in (*REQUESTS, *FORMS.values()) for name in model.model_fields}
Shape = TypeVar("Shape", bound=BaseModel)


def parse_request(shape: type[Shape], given: bytes | Mapping[str, Any]) -> Shape:
    """Return a request of the class `shape` from JSON or from a mapping of its fields.

    Raises ProblemError (400, 422), which does not quote the request.
    """
    try:
        return shape.model_validate_json(given) if isinstance(given, bytes) else shape.model_validate(given)
    except ValidationError as error:
        errors = error.errors(include_input=False, include_context=False, include_url=False)
    # Report an unknown field first, because it may be a misspelt required one.
    found = next((fault for fault in errors if fault["type"] == "extra_forbidden"), errors[0])
    if found["type"] == "json_invalid":
        raise ProblemError(400, "the body is not valid JSON: see /openapi.json")
    place, message = found["loc"], found["msg"]
    if found["type"] == "extra_forbidden":
        place, name = place[:-1], clipped(str(place[-1]))
        known = next((FORMS[form] for form in place[-1:]), shape).model_fields
        message = f"unknown field {name}: {meant(name, known, there='the fields are')}"
    # The path of the field, without pydantic's names for the types of a union.
    where = ".".join(str(part) for part in place if isinstance(part, int) or part in FIELDS)
    raise ProblemError(422, f"{where or 'the body'}: {message}")


_EVENTS = (
    "Server-sent events: `progress` (see docs/observing.md), then `run` (the name of the kept run), the requested "
    "views as JSON strings, and at the end `result` or `problem`."
)
_VIEWS = {
    "name": "views",
    "in": "query",
    "description": "Only with events: formats to send in addition to the result, such as `html,markdown`.",
    "schema": {"type": "string"},
}


@cache
def openapi_json() -> str:
    """Return the OpenAPI description as JSON."""
    _, schemas = models_json_schema(
        [*((model, "serialization") for model in MODELS), *((model, "validation") for model in REQUESTS)],
        ref_template="#/components/schemas/{model}",
    )
    security = {"token": {"type": "http", "scheme": "bearer"}}
    described = {
        "openapi": "3.1.0",
        "info": {"title": "summarise", "version": __version__, "license": {"name": "Apache-2.0"}},
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {"schemas": schemas["$defs"], "securitySchemes": security},
    }
    return json.dumps(described, ensure_ascii=False)


def _paths() -> dict[str, Any]:
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    summarised = _operation("Summarise an article", _ref(Summary), HTML, MARKDOWN, body=SummaryRequest)
    checked = _operation("Check a summary against an article", _ref(Report), HTML, MARKDOWN, body=CheckRequest)
    listed = _operation("List the kept runs, newest first", {"type": "array", "items": _ref(KeptRun)})
    shown = _operation("Show a kept run", _ref(Summary), HTML, MARKDOWN)
    removed = _operation("Remove a kept run") | {"responses": {"204": {"description": "Removed."}, **_PROBLEMS}}
    file = _operation("The run file, for `summarise replay`", {"type": "object"})
    return {
        "/v1/summaries": {"post": summarised},
        "/v1/checks": {"post": checked},
        "/v1/facts": {"post": _operation("Extract the facts of an article", _ref(Facts), body=FactsRequest)},
        "/v1/models": {"get": _operation("List the available models", _ref(ModelList))},
        "/v1/runs": {"get": listed},
        "/v1/runs/{name}": {"parameters": [name], "get": shown, "delete": removed},
        "/v1/runs/{name}/file": {"parameters": [name], "get": file},
    }


def _operation(
    title: str, schema: Mapping[str, Any] = {}, *others: str, body: type[BaseModel] | None = None
) -> dict[str, Any]:
    """Return an OpenAPI operation. `schema`: of the JSON result. `others`: other media types. `body`: the request."""
    content: dict[str, Any] = {JSON: {"schema": schema}, **{form: {"schema": {"type": "string"}} for form in others}}
    result = {"description": "The result.", "content": content}
    operation: dict[str, Any] = {"summary": title, "responses": {"200": result, **_PROBLEMS}}
    if body is not None or others:
        content[EVENTS] = {"schema": {"type": "string", "description": _EVENTS}}
        code = {"description": "The exit code of the command for this result.", "schema": {"type": "integer"}}
        result["headers"] = {"Summarise-Exit-Code": code}
    if body is SummaryRequest:
        operation["responses"]["201"] = result | {"description": "The result, kept at `Location`."}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(body)}}}
    if others:
        operation["parameters"] = [_VIEWS]
    return operation


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


_PROBLEMS = {"default": {"description": "A problem.", "content": {PROBLEM: {"schema": _ref(Problem)}}}}
