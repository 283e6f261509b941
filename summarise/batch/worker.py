"""A worker process of a batch: takes items on standard input, tells what came of each on standard output.

Whatever else prints something goes to standard error. The process ends when its input does, so that none is left over
when the batch is killed. Who starts it has it ignore signals first: Ctrl-C is for the batch to decide.
"""

import asyncio
import os
import threading
from concurrent.futures import Future
from itertools import count
from typing import Any, BinaryIO

from summarise.batch.frames import (
    Answered,
    Done,
    ForwardedRequest,
    Given,
    GivenUp,
    Ready,
    Start,
    packed,
    unpacked,
)
from summarise.batch.jobs import Job, error_outcome, outcome_of
from summarise.batch.remote import RemoteBackends
from summarise.workers import own_pipes, read_frame


def main() -> None:
    """Work until the input ends."""
    given, told = own_pipes()
    start = received(given)
    if isinstance(start, Start):
        asyncio.run(Serving(start.job, given, told).forever())


def received(file: BinaryIO) -> Any:
    """Return the next message, None where there is none any more."""
    frame = read_frame(file)
    return None if frame is None else unpacked(frame)


class Serving:
    """Does the job with each item that comes; the way to the backends of the batch (`remote.Line`)."""

    def __init__(self, job: Job, given: BinaryIO, told: BinaryIO) -> None:
        self._job = job
        self._given = given
        self._told = told
        self._telling = threading.Lock()
        self._numbers = count()
        self._asked: dict[int, Future[Any]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._backends = RemoteBackends(self)

    async def forever(self) -> None:
        """Work until the process ends: a thread of its own reads, because reading and checking hold up the loop."""
        loop = asyncio.get_running_loop()
        self._tell(Ready())
        threading.Thread(target=self._read, args=(loop,), name="items of the batch", daemon=True).start()
        await asyncio.Event().wait()

    async def ask(self, verb: str, backend: str | None, argument: Any = None) -> Any:
        """Ask the batch for what a backend says, and let the loop go on."""
        number, answer = self._ask(verb, backend, argument)
        try:
            return await asyncio.wrap_future(answer)
        except asyncio.CancelledError:
            self._asked.pop(number, None)
            self._tell(GivenUp(number))
            raise

    def ask_now(self, verb: str, backend: str | None, argument: Any = None) -> Any:
        """Ask the batch for what a backend says, and wait."""
        return self._ask(verb, backend, argument)[1].result()

    def _ask(self, verb: Any, backend: str | None, argument: Any) -> tuple[int, Future[Any]]:
        number = next(self._numbers)
        answer = self._asked[number] = Future()
        self._tell(ForwardedRequest(number, verb, backend, argument))
        return number, answer

    def _tell(self, message: object) -> None:
        with self._telling:
            self._told.write(packed(message))
            self._told.flush()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while (message := received(self._given)) is not None:
                match message:
                    case Answered(number, answer, error):
                        asked = self._asked.pop(number, None)
                        # Whoever asked may have given it up by now.
                        if asked is not None and asked.set_running_or_notify_cancel():
                            asked.set_result(answer) if error is None else asked.set_exception(error)
                    case Given():
                        loop.call_soon_threadsafe(self._begin, message)
        finally:
            # The batch is gone or done with, or cannot be understood: nobody waits for what is under way.
            os._exit(0)

    def _begin(self, given: Given) -> None:
        task = asyncio.create_task(self._work(given))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work(self, given: Given) -> None:
        try:
            outcome = await outcome_of(given.item, self._job, self._backends.opening)
        except Exception as error:
            # Nobody may wait for ever for an item whose end cannot be told.
            outcome = error_outcome(given.item, error, self._job.settings)
        self._tell(Done(given.number, outcome))
