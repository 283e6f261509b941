"""The base of all wires: builds request bodies and adapts them to the server's refusals."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import quote

from summarise.backends.catalogue import by_listing
from summarise.backends.http.bodies import JSONResponse
from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import Problem, RefusedError, UnaffordableError
from summarise.backends.wires.reasoning import Effort, beside
from summarise.data import Capabilities, Reply, Request, WireRequest
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, merged, unmerged
from summarise.settings.providers import Quirks


@dataclass(frozen=True)
class WireOptions:
    """Options of a wire: `extra` are the user's own body fields, `quirks` the server's known differences.

    `context_tokens` is the context to request, if the protocol supports it.
    """

    extra: Mapping[str, Any] = field(default_factory=dict)
    quirks: Quirks = field(default_factory=Quirks)
    effort: Effort = field(default_factory=Effort)
    keep_reasoning: bool = False
    context_tokens: int = DEFAULT_CONTEXT_TOKENS


def turns_of(request: Request) -> list[dict[str, str]]:
    """Return the messages of a request, shared parts first, so that servers can cache the prefix."""
    turns = [("system", request.system)] if request.system else []
    for example in request.examples:
        turns += [("user", example.user), ("assistant", example.assistant)]
    return [{"role": role, "content": content} for role, content in (*turns, ("user", request.user))]


# A smaller number in a refusal is not a limit, but part of a name or a range's lower end.
LEAST = 16
_ABOUT_LIMIT = re.compile(
    r"max_(?:completion_|output_|new_)?tokens|num_predict|(?:output|completion) tokens", re.IGNORECASE
)
_TOO_LARGE = re.compile(
    r"too (?:large|high|big)|at most|only afford|maximum|range|exceed|less than|greater than|[<>]", re.IGNORECASE
)


@dataclass(frozen=True)
class RequestConstraints:
    """The known constraints of a server: refused fields, accepted formats and limits.

    `forms` and `limit_fields` are in order of preference; `most` is the highest accepted token limit.
    """

    left_out: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()
    limit_fields: tuple[str, ...] = ()
    most: int | None = None
    effort: Effort = field(default_factory=Effort)

    @property
    def form(self) -> str | None:
        """The strictest accepted output format, or None."""
        return self.forms[0] if self.forms else None

    def within(self, limit: int) -> int:
        """Return a token limit reduced to the server's maximum."""
        return limit if self.most is None else min(limit, self.most)

    def lowered(self, problem: Problem, limit: int | None, *, least: int = 0) -> "RequestConstraints | None":
        """Return constraints with the lower limit that a refusal names, or None."""
        most = None if limit is None else most_allowed(problem, limit)
        return None if most is None or most < least else replace(self, most=self.within(most))

    def without(self, name: str) -> "RequestConstraints":
        """Return constraints with one more field left out."""
        return replace(self, left_out=self.left_out | {name})

    def looser_than(self, refused: str, forms: tuple[str, ...]) -> "RequestConstraints":
        """Return constraints without the refused format of `forms` and all stricter ones."""
        # A concurrent call may have learned more.
        left = forms[forms.index(refused) + 1 :]
        return replace(self, forms=tuple(form for form in self.forms if form in left))

    def thinking_otherwise(self, problem: Problem, sent: Mapping[str, Any]) -> "RequestConstraints | None":
        """Return constraints with the next reasoning fields, or None."""
        effort = self.effort.after(problem, sent)
        return None if effort is None else replace(self, effort=effort)


def names(problem: Problem, name: str) -> bool:
    """Return whether an error names a field of the request."""
    return re.search(rf"\b{name}\b", f"{problem.param} {problem.detail}", re.IGNORECASE) is not None


def most_allowed(problem: Problem, limit: int) -> int | None:
    """Return the largest number below `limit` in an error about a too large token limit, or None.

    OpenAI: "max_tokens is too large: 40000. This model supports at most 16384 completion tokens"; Anthropic:
    "max_tokens: 40000 > 8192"; DeepSeek: "the valid range of max_tokens is [1, 8192]".
    """
    said = f"{problem.param} {problem.detail}"
    if not (_ABOUT_LIMIT.search(said) and _TOO_LARGE.search(problem.detail)):
        return None
    numbers = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", problem.detail))
    return max((number for number in numbers if LEAST <= number < limit), default=None)


# Retries of one request with other constraints; then the refusal is raised.
MOST_CHANGES = 20


class WireBackend(ABC):
    """A model of the server behind `client`; refused fields are left out from then on.

    Raises the client's errors, and MalformedAnswerError for a response without an answer.
    """

    # Below the base URL; {model} is replaced by the model's name.
    PATH: ClassVar[str]
    # The path of the list of models, or None.
    MODELS: ClassVar[str | None] = None
    # Fields that may be left out, in the order in which a refusal is searched for them.
    OPTIONAL: ClassVar[tuple[str, ...]] = ()
    # Output formats, strictest first.
    FORMS: ClassVar[tuple[str, ...]] = ()
    ABOUT_FORM: ClassVar[re.Pattern[str]] = re.compile(
        r"response_format|text\.format|json_schema|json_object|schema|structured output|grammar", re.IGNORECASE
    )
    # The fault of a response without an answer: "has no content".
    MISSING: ClassVar[str]
    ADVICE: ClassVar[str]

    def __init__(self, model: str, *, client: JSONClient, options: WireOptions | None = None) -> None:
        self.model = model
        self._client = client
        self._options = options or WireOptions()
        self._path = self.PATH.format(model=quote(model, safe=""))
        self._first_constraints = self._constraints = self._known()
        self.capabilities = Capabilities(
            on_the_wire=self.on_the_wire,
            sent_now=self.sent_now,
            list_models=by_listing(client, self.MODELS) if self.MODELS else None,
            secrets=lambda: client.secrets,
        )

    @property
    def id(self) -> str:
        """The provider and model, for the run record."""
        return f"{self._client.provider}:{self.model}"

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the request as sent before any refusal."""
        return WireRequest(
            address=self._client.address(self._path), body=self._whole_body(request, self._first_constraints)
        )

    def sent_now(self, request: Request) -> WireRequest:
        """Return the request as sent under the current constraints."""
        return WireRequest(address=self._client.address(self._path), body=self._whole_body(request, self._constraints))

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
        changes = 0
        while True:
            body = self._whole_body(request, self._constraints)
            try:
                answer = await self._client.post(self._path, body, thinking=request.reasoning_room)
            except (RefusedError, UnaffordableError) as refusal:
                constraints = self._constraints_after(refusal, body, least=request.sampling.max_tokens)
                if constraints is None or changes >= MOST_CHANGES:
                    raise
            else:
                return self._reply(answer, body)
            self._constraints, changes = constraints, changes + 1

    def _constraints_after(
        self, refusal: RefusedError | UnaffordableError, body: Mapping[str, Any], *, least: int
    ) -> RequestConstraints | None:
        """Return new constraints, or None; if credit is short, the limit may drop to `least`."""
        ours = unmerged(body, self._options.extra)
        if isinstance(refusal, UnaffordableError):
            return self._constraints.lowered(refusal.problem, self._limit_in(ours), least=least)
        return self._after(refusal.problem, ours) if refusal.status in (400, 422) else None

    def _known(self) -> RequestConstraints:
        options = self._options
        effort = beside(options.effort, self._thinking_in(options.extra))
        return RequestConstraints(left_out=frozenset(options.quirks.left_out), forms=self.FORMS, effort=effort)

    @abstractmethod
    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        """Return the body of a request, without the user's own fields."""

    @abstractmethod
    def _read(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        """Parse the response to a body. Raises ValueError if it is not valid."""

    @abstractmethod
    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        """Return the token limit in a body, or None if it is the user's own."""

    def _form_in(self, sent: Mapping[str, Any]) -> str | None:
        """Return which of `FORMS` a body requests, or None."""
        del sent
        return None

    def _fields_in(self, sent: Mapping[str, Any]) -> Collection[str]:
        """Return the fields of a body, including nested ones of `OPTIONAL`."""
        return sent.keys()

    def _is_refused(self, problem: Problem, field: str) -> bool:
        return names(problem, field)

    def _after(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        return (
            self._constraints.lowered(problem, self._limit_in(sent))
            or self._without_refused(problem, sent)
            or self._constraints.thinking_otherwise(problem, self._thinking_in(sent))
            or self._looser(problem, sent)
        )

    def _without_refused(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        there = self._fields_in(sent)
        refused = (name for name in self.OPTIONAL if name in there and self._is_refused(problem, name))
        return self._constraints.without(name) if (name := next(refused, None)) else None

    def _looser(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        form = self._form_in(sent)
        about = self.ABOUT_FORM.search(f"{problem.param} {problem.detail}")
        return self._constraints.looser_than(form, self.FORMS) if form and about else None

    def _thinking_in(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the part of a body with the reasoning fields."""
        return body

    def _missing_in(self, answer: JSONResponse) -> str:
        del answer
        return self.MISSING

    def _whole_body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        return merged(self._body(request, constraints), self._options.extra)

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        with suppress(ValueError):
            return self._client.cleared(self._read(answer, body))
        # Raised outside: ValidationError holds the body, which may contain the key.
        raise self._client.unusable(answer, self._missing_in(answer), advice=self.ADVICE)
