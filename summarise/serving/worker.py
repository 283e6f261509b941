"""A worker process: does one job after another, and sends progress and outcomes back as JSON.

Reads no standard input and prints nothing. Ends with its parent.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

from summarise.errors import INTERRUPTED
from summarise.serving.problems import Problem, problem_of
from summarise.settings.model import Settings

EVENT, OUTCOME, PROBLEM, READY = b"e", b"o", b"p", b"r"
"""The first byte of a message tells what the JSON after it is."""


def work(pipe: "Connection[bytes, object]", settings: Settings) -> None:
    """Do the jobs that come through a pipe until it is closed; SIGTERM gives up the one that is being done."""
    _be_quiet()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Ctrl-C goes to all processes of a terminal: the parent decides what comes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from summarise.serving.job_execution import prepare

        try:
            prepare(settings)
        except Exception as error:
            pipe.send_bytes(PROBLEM + problem_of(error).model_dump_json().encode())
            return
        pipe.send_bytes(READY)
        while True:
            _do(pipe, settings)
    except (EOFError, OSError, KeyboardInterrupt):
        return


def _do(pipe: "Connection[bytes, object]", settings: Settings) -> None:
    from summarise.serving.job_execution import perform
    from summarise.serving.jobs import Job

    job = pipe.recv()
    assert isinstance(job, Job)
    try:
        outcome = asyncio.run(
            perform(job, settings, lambda event: pipe.send_bytes(EVENT + event.model_dump_json().encode()))
        )
        message = OUTCOME + outcome.model_dump_json().encode()
    except KeyboardInterrupt:
        given_up = Problem(title="Service Unavailable", status=503, detail="interrupted", code=INTERRUPTED)
        pipe.send_bytes(PROBLEM + given_up.model_dump_json().encode())
        raise
    except Exception as error:
        message = PROBLEM + problem_of(error).model_dump_json().encode()
    pipe.send_bytes(message)


def _end_with_parent() -> None:
    """End at once when the parent has ended, whatever is being done: nobody is there to be told, and calls cost."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _be_quiet() -> None:
    """Send what libraries print nowhere: standard output may carry a protocol, and an article is nobody's log."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
