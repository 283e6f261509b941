"""The conformance kit for backends: `check_backend` makes a pytest class of what every backend promises.

Knows no backend and no provider. What it cannot bring about itself (a refusal, a failure, a slow server) the author of
a backend brings about; a test that is not given its situation is skipped and says so. Its use: docs/own-backend.md.
"""

from summarise.testing.conformance.answers import AnswerTests
from summarise.testing.conformance.calls import CallTests
from summarise.testing.conformance.declared import DeclarationTests
from summarise.testing.conformance.promises import BackendTests, MakeBackend, Situations

__all__ = ["BackendTests", "MakeBackend", "check_backend"]


class _AllTests(AnswerTests, CallTests, DeclarationTests):
    """What every backend promises, one test for each promise."""


def check_backend(
    make_backend: MakeBackend,
    *,
    refusing: MakeBackend | None = None,
    failing: MakeBackend | None = None,
    slow: MakeBackend | None = None,
    time_limit: float = 2.0,
) -> type[BackendTests]:
    """Return a class of tests for the backend that `make_backend` opens; its name has to begin with "Test".

    Each test opens a backend of its own and sends a few short requests. `refusing` opens one whose provider withholds
    every answer, `failing` one whose first call fails and whose later ones are answered, and `slow` one whose calls end
    by their limit of time, which is `time_limit` seconds at most and no less than 0.1. Without these the tests that
    need them are skipped.
    """
    situations = Situations(make=make_backend, refusing=refusing, failing=failing, slow=slow, time_limit=time_limit)
    return type("BackendTests", (_AllTests,), {"__doc__": _AllTests.__doc__, "backend": situations})
