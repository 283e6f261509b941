"""The base of all wires: a request as a body, without the fields that the server refused before."""

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
    """How a model is to be asked; a wire heeds what its protocol has words for.

    `extra` are fields of the user's own, which every request also carries, `quirks` what is known of the server
    beforehand. `effort` says how much to think, and thoughts come beside the answer only with `keep_reasoning`.
    `context_tokens` is the size of the context that a server is told to give the model, where it can be told.
    """

    extra: Mapping[str, Any] = field(default_factory=dict)
    quirks: Quirks = field(default_factory=Quirks)
    effort: Effort = field(default_factory=Effort)
    keep_reasoning: bool = False
    context_tokens: int = DEFAULT_CONTEXT_TOKENS


def turns_of(request: Request) -> list[dict[str, str]]:
    """Return the system message, the examples as question and answer by turns, and the question itself.

    What every later call shares comes first, so that a server which keeps what it has read need not read it again. A
    system message that is empty is left out.
    """
    turns = [("system", request.system)] if request.system else []
    for example in request.examples:
        turns += [("user", example.user), ("assistant", example.assistant)]
    return [{"role": role, "content": content} for role, content in (*turns, ("user", request.user))]


LEAST = 16
"""A smaller number in a refusal is no limit: it is part of a name, or the lower end of a range."""
_ABOUT_LIMIT = re.compile(
    r"max_(?:completion_|output_|new_)?tokens|num_predict|(?:output|completion) tokens", re.IGNORECASE
)
_TOO_LARGE = re.compile(
    r"too (?:large|high|big)|at most|only afford|maximum|range|exceed|less than|greater than|[<>]", re.IGNORECASE
)


@dataclass(frozen=True)
class RequestConstraints:
    """How a server takes requests, as far as that is known; every refusal makes a new one.

    `left_out` are the fields that it does not know, `forms` those that an answer can be held to and `limit_fields` the
    names of the limit on its tokens, what is tried first in front. `most` is the highest such limit, None where none
    is known. `effort` says how much to think.
    """

    left_out: frozenset[str] = frozenset()
    forms: tuple[str, ...] = ()
    limit_fields: tuple[str, ...] = ()
    most: int | None = None
    effort: Effort = field(default_factory=Effort)

    @property
    def form(self) -> str | None:
        """The strictest form that the server knows, None where it knows none."""
        return self.forms[0] if self.forms else None

    def within(self, limit: int) -> int:
        """Return a limit on the tokens of an answer that is no higher than the server allows."""
        return limit if self.most is None else min(limit, self.most)

    def lowered(self, problem: Problem, limit: int | None, *, least: int = 0) -> "RequestConstraints | None":
        """Return this with the lower limit that a server names in refusing one; None where it names none.

        None, too, for one below the `least`, and where the request had no `limit` of ours.
        """
        most = None if limit is None else most_allowed(problem, limit)
        return None if most is None or most < least else replace(self, most=self.within(most))

    def without(self, name: str) -> "RequestConstraints":
        """Return this with one more field left out."""
        return replace(self, left_out=self.left_out | {name})

    def looser_than(self, refused: str, forms: tuple[str, ...]) -> "RequestConstraints":
        """Return this without a form that was refused, one of `forms`, and without those that are stricter."""
        # Another call may have found out more while this one was on its way.
        left = forms[forms.index(refused) + 1 :]
        return replace(self, forms=tuple(form for form in self.forms if form in left))

    def thinking_otherwise(self, problem: Problem, sent: Mapping[str, Any]) -> "RequestConstraints | None":
        """Return this with other words for how much to think; None where the server refused something else."""
        effort = self.effort.after(problem, sent)
        return None if effort is None else replace(self, effort=effort)


def names(problem: Problem, name: str) -> bool:
    """Tell whether a server's words name a field of a request."""
    return re.search(rf"\b{name}\b", f"{problem.param} {problem.detail}", re.IGNORECASE) is not None


def most_allowed(problem: Problem, limit: int) -> int | None:
    """Return the most tokens of an answer that a server allows, where it refused a limit as too large; else None.

    It is the largest number below that limit which stands in its words. OpenAI: "max_tokens is too large: 40000. This
    model supports at most 16384 completion tokens"; Anthropic: "max_tokens: 40000 > 8192, which is the maximum allowed
    number of output tokens"; DeepSeek: "the valid range of max_tokens is [1, 8192]".
    """
    said = f"{problem.param} {problem.detail}"
    if not (_ABOUT_LIMIT.search(said) and _TOO_LARGE.search(problem.detail)):
        return None
    numbers = (int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", problem.detail))
    return max((number for number in numbers if LEAST <= number < limit), default=None)


MOST_CHANGES = 20
"""So often one request is put in another way, because a part of it was refused; then the refusal is the answer."""


class WireBackend(ABC):
    """A model of the server behind an open `client`, asked as the `options` say.

    What the server refuses is left out from then on, for the life of the object. Thoughts are no part of an answer.
    Errors are those of the client, and MalformedAnswerError for an answer that does not hold what it has to.
    """

    PATH: ClassVar[str]
    """Where requests go, below the client's base URL; {model} stands for the model's name."""
    MODELS: ClassVar[str | None] = None
    """Where the server lists its models; None where it does not."""
    OPTIONAL: ClassVar[tuple[str, ...]] = ()
    """Fields that a server may refuse and be sent no more, in the order in which they are looked for in its words."""
    FORMS: ClassVar[tuple[str, ...]] = ()
    """What a server may know of holding a model to a form, from the strictest down."""
    ABOUT_FORM: ClassVar[re.Pattern[str]] = re.compile(
        r"response_format|text\.format|json_schema|json_object|schema|structured output|grammar", re.IGNORECASE
    )
    """What the refusal of a form is known by."""
    MISSING: ClassVar[str]
    """What is told of an answer that holds no reply: "has no content"."""
    ADVICE: ClassVar[str]
    """What to do about such an answer."""

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
        """The backend and model in words, for the run record."""
        return f"{self._client.provider}:{self.model}"

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return what is sent for a request before the server has refused any part of one, and send nothing."""
        return WireRequest(
            address=self._client.address(self._path), body=self._whole_body(request, self._first_constraints)
        )

    def sent_now(self, request: Request) -> WireRequest:
        """Return what is sent for a request by now, without what the server has refused, and send nothing."""
        return WireRequest(address=self._client.address(self._path), body=self._whole_body(request, self._constraints))

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
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
        """Return what the refusal of a body teaches; None where the request cannot be put in another way.

        Where only the credit is short, a lower limit on the answer may be within it, but none below the `least`.
        """
        ours = unmerged(body, self._options.extra)
        if isinstance(refusal, UnaffordableError):
            return self._constraints.lowered(refusal.problem, self._limit_in(ours), least=least)
        return self._after(refusal.problem, ours) if refusal.status in (400, 422) else None

    def _known(self) -> RequestConstraints:
        """Return what is known of the server beforehand."""
        options = self._options
        effort = beside(options.effort, self._thinking_in(options.extra))
        return RequestConstraints(left_out=frozenset(options.quirks.left_out), forms=self.FORMS, effort=effort)

    @abstractmethod
    def _body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        """Return the body of a request, as the server is known to take it, without fields of the user's own."""

    @abstractmethod
    def _read(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        """Return the reply that the answer to a body holds; ValueError where it holds none."""

    @abstractmethod
    def _limit_in(self, sent: Mapping[str, Any]) -> int | None:
        """Return the limit on the answer's tokens in a body, None where that is the user's own."""

    def _form_in(self, sent: Mapping[str, Any]) -> str | None:
        """Return which of `FORMS` a body asks for, None where it asks for none."""
        del sent
        return None

    def _fields_in(self, sent: Mapping[str, Any]) -> Collection[str]:
        """Return which fields a body has, those of `OPTIONAL` among them."""
        return sent.keys()

    def _is_refused(self, problem: Problem, field: str) -> bool:
        """Tell whether a server's words refuse a field of `OPTIONAL`."""
        return names(problem, field)

    def _after(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        """Return what a refusal of the body `sent` teaches; None where the request cannot be put in another way."""
        return (
            self._constraints.lowered(problem, self._limit_in(sent))
            or self._without_refused(problem, sent)
            or self._constraints.thinking_otherwise(problem, self._thinking_in(sent))
            or self._looser(problem, sent)
        )

    def _without_refused(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        there = self._fields_in(sent)
        refused = (field for field in self.OPTIONAL if field in there and self._is_refused(problem, field))
        return self._constraints.without(field) if (field := next(refused, None)) else None

    def _looser(self, problem: Problem, sent: Mapping[str, Any]) -> RequestConstraints | None:
        form = self._form_in(sent)
        about = self.ABOUT_FORM.search(f"{problem.param} {problem.detail}")
        return self._constraints.looser_than(form, self.FORMS) if form and about else None

    def _thinking_in(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the part of a body that says how much to think."""
        return body

    def _missing_in(self, answer: JSONResponse) -> str:
        """Return what is wrong with an answer that holds no reply."""
        del answer
        return self.MISSING

    def _whole_body(self, request: Request, constraints: RequestConstraints) -> dict[str, Any]:
        return merged(self._body(request, constraints), self._options.extra)

    def _reply(self, answer: JSONResponse, body: Mapping[str, Any]) -> Reply:
        with suppress(ValueError):
            return self._client.cleared(self._read(answer, body))
        # Raised out here: the error of reading holds the body, and that may hand the key back.
        raise self._client.unusable(answer, self._missing_in(answer), advice=self.ADVICE)
