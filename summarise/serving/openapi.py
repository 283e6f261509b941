"""The OpenAPI 3.1 description of the HTTP API."""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from summarise.data import Facts, Report, Summary
from summarise.serving.responses import EVENTS, HTML, JSON, MARKDOWN, MEDIA_TYPE, Problem
from summarise.serving.schemas import CheckRequest, FactsRequest, KeptRun, ModelList, SummaryRequest
from summarise.version import __version__

MODELS: tuple[type[BaseModel], ...] = (Summary, Report, Facts, KeptRun, ModelList, Problem)
REQUESTS: tuple[type[BaseModel], ...] = (SummaryRequest, CheckRequest, FactsRequest)
_EVENTS = (
    "Events: `progress` (docs/observing.md describes them), then `run` (the name under which it is kept) and the views "
    "that were asked for, as strings of JSON, and last `result` or `problem`."
)
_TEXT = {"schema": {"type": "string"}}
_VIEWS = {
    "name": "views",
    "in": "query",
    "description": "With events: the views that come along, such as `html,markdown`.",
    "schema": {"type": "string"},
}


@cache
def openapi_json() -> str:
    """Return the description as JSON."""
    _, schemas = models_json_schema(
        [*((model, "serialization") for model in MODELS), *((model, "validation") for model in REQUESTS)],
        ref_template="#/components/schemas/{model}",
    )
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "summarise", "version": __version__, "license": {"name": "Apache-2.0"}},
            "security": [{"token": []}],
            "paths": _paths(),
            "components": {
                "schemas": schemas["$defs"],
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            },
        },
        ensure_ascii=False,
    )


def _paths() -> dict[str, Any]:
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "/v1/summaries": {"post": _posted("Summarise an article", SummaryRequest, Summary, HTML, MARKDOWN, kept=True)},
        "/v1/checks": {"post": _posted("Check a summary against an article", CheckRequest, Report, HTML, MARKDOWN)},
        "/v1/facts": {"post": _posted("Extract the facts of an article", FactsRequest, Facts)},
        "/v1/models": {"get": _operation("List the models that can be named", {"200": _json(_ref(ModelList))})},
        "/v1/runs": {
            "get": _operation(
                "List the runs that are kept, the latest first",
                {"200": _json({"type": "array", "items": _ref(KeptRun)})},
            )
        },
        "/v1/runs/{name}": {
            "parameters": [name],
            "get": _operation("Show a kept run again, as it was", {"200": _forms(Summary, HTML, MARKDOWN, events=True)})
            | {"parameters": [_VIEWS]},
            "delete": _operation("Remove a kept run", {"204": {"description": "It is gone."}}),
        },
        "/v1/runs/{name}/file": {
            "parameters": [name],
            "get": _operation("The run file, for `summarise replay`", {"200": _json({"type": "object"})}),
        },
    }


def _posted(
    told: str, asked: type[BaseModel], given: type[BaseModel], *others: str, kept: bool = False
) -> dict[str, Any]:
    answer = _forms(given, *others, events=True)
    answers = {"200": answer} | ({"201": answer | {"description": "The result, kept at `Location`."}} if kept else {})
    body = {"required": True, "content": {JSON: {"schema": _ref(asked)}}}
    operation = _operation(told, answers) | {"requestBody": body}
    return operation | ({"parameters": [_VIEWS]} if others else {})


def _operation(told: str, answers: dict[str, Any]) -> dict[str, Any]:
    problem = {"description": "A problem.", "content": {MEDIA_TYPE: {"schema": _ref(Problem)}}}
    return {"summary": told, "responses": {**answers, "default": problem}}


def _forms(given: type[BaseModel], *others: str, events: bool = False) -> dict[str, Any]:
    content: dict[str, Any] = {JSON: {"schema": _ref(given)}, **dict.fromkeys(others, _TEXT)}
    if events:
        content[EVENTS] = {"schema": {"type": "string", "description": _EVENTS}}
    code = {"description": "The exit code that the command would have.", "schema": {"type": "integer"}}
    return {"description": "The result.", "headers": {"Summarise-Exit-Code": code}, "content": content}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "The result.", "content": {JSON: {"schema": schema}}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
