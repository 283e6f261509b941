"""What is wrong with a recording or a replay, and what to do about it: one message for each case.

Looks at cassettes and changes none; whether a test fails for it is not decided here.
"""

import shlex

from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request

from summarise.settings.configuration import ADDRESS_VARIABLE, ENVIRONMENT
from summarise.testing.differences import difference

_ELSEWHERE = (
    "the test asks nothing, or a fixture asks that is set up for a whole class, module or session, which is never "
    'recorded (give it scope="function"), or the test sets cache=True; or take the mark away'
)


def unmatched(error: CannotOverwriteExistingCassetteException, test: str) -> str:
    """Return what is to be said under a request that no cassette answers."""
    if not len(error.cassette):
        return f"nothing was recorded yet: {recording(test)}"
    lines = ["This, and not the hints above, is what to do with a test that uses summarise.testing."]
    asked = error.failed_request and error.cassette.filter_request(error.failed_request)
    places = list(dict.fromkeys(_place(request) for request in error.cassette.requests))
    if asked and _place(asked) not in places:
        return "\n".join(
            [
                *lines,
                f"It was recorded from {' and '.join(places)}, and is asked of {_place(asked)} now.",
                "A replay needs the address of the recording: in the test's settings, the configuration file, or the "
                f"environment ({ENVIRONMENT['model']} with {ADDRESS_VARIABLE}). Set it as it was; the port of a server "
                f"on loopback does not matter. If another server is meant, {recording(test)}",
            ]
        )
    if asked and (parted := difference(asked, error.cassette.requests)):
        lines += ["The nearest that was recorded (-), and what is asked now (+), where they differ:", *parted]
        why = "a prompt, an article or a setting is not what it was when this was recorded"
    else:
        why = "the same was recorded, and is asked more often now"
    return "\n".join([*lines, f"{why}: if that is meant, {recording(test)}"])


def _place(request: Request) -> str:
    """Return the address that a request goes to, without query."""
    return str(request.uri).partition("?")[0]


def incomplete(cassette: Cassette, test: str) -> str | None:
    """Return what is to be said under a test that passed: that its cassette is empty, or that it has not asked all."""
    replays = cassette.write_protected
    if not len(cassette):
        if replays:
            return (
                f"the test is marked vcr, but has no cassette: {recording(test)}; if that records nothing, {_ELSEWHERE}"
            )
        return f"the test is marked vcr, but nothing was recorded: {_ELSEWHERE}"
    places = [str(request) for index, request in enumerate(cassette.requests) if not cassette.play_counts[index]]
    if not replays or not places:
        return None
    return (
        f"{len(places)} of {len(cassette)} recorded interactions were not played "
        f"({', '.join(dict.fromkeys(places))}): if the test is to ask less, {recording(test)}; "
        "if it sets cache=True, an answer may have come from the cache: take that away"
    )


def recording(test: str) -> str:
    """Return the command that records a test anew, as it can be pasted into a shell."""
    return f"run `pytest --record-mode=rewrite {shlex.quote(test)}`"
