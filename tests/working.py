"""A module for worker processes, whose answers depend on the request."""

import asyncio
import os
import time

from summarise.workers import Answer, Channel


def serve(channel: Channel) -> Answer:
    async def answer(body: bytes) -> bytes:
        command, _, text = body.partition(b" ")
        match command:
            case b"crash":
                os._exit(3)
            case b"fault":
                raise ValueError(text)
            case b"memory":
                raise MemoryError
            case b"compute":
                time.sleep(60)  # noqa: ASYNC251
            case b"wait":
                try:
                    await asyncio.sleep(60)
                finally:
                    channel.ask(b"given up")
            case b"ask":
                return await asyncio.wrap_future(channel.ask(text))
        return b"answer to " + body

    return answer
