"""Runs tests against changed functions, each time in a fork of one process that has collected all tests."""

import gc
import os
import resource
from collections import defaultdict
from collections.abc import Callable, Sequence
from types import CodeType, FunctionType

import pytest

SECONDS = 30
"""CPU time after which the tests of a mutant are stopped and count as a timeout."""

Outcome = Callable[[CodeType, Sequence[str]], str]


class Runner:
    """A pytest plug-in: calls `work` with a function that runs tests with changed code and returns their outcome."""

    def __init__(self, work: Callable[[Outcome], None]) -> None:
        self._work = work

    def pytest_collection(self) -> None:
        """Make property tests try the same examples each time, and do not shrink failing examples."""
        import hypothesis  # after pytest, which otherwise warns that it cannot rewrite its plug-in

        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile("mutants", derandomize=True, database=None, phases=phases)
        hypothesis.settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Call `work` instead of running all tests."""
        items = {item.nodeid: item for item in session.items}
        functions = defaultdict(list)
        for function in gc.get_objects():
            if isinstance(function, FunctionType):
                functions[_place(function.__code__)].append(function)
        gc.freeze()

        def outcome(code: CodeType, tests: Sequence[str]) -> str:
            chosen = [items[test] for test in tests]
            if not (child := os.fork()):
                os._exit(_fails(chosen, functions[_place(code)], code))
            _, status = os.waitpid(child, 0)
            return "timeout" if os.WIFSIGNALED(status) else "killed" if status else "survived"

        self._work(outcome)
        return True


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _fails(tests: Sequence[pytest.Item], functions: Sequence[FunctionType], code: CodeType) -> bool:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        for function in functions:
            function.__code__ = code
        for test, following in zip(tests, [*tests[1:], None], strict=True):
            test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
            if test.session.testsfailed:
                return True
    except BaseException:
        return True
    return False
