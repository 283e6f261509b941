"""Runs a stub server that answers every request with sentences of the article, after a fixed time.

Run it with `python -m benchmarks.batch.stub`. It implements the necessary part of OpenAI Chat Completions. With
`--faults 0.1` every tenth request fails, alternately with status 429 and a reset connection. The first line of output
is the address. GET /asked returns the numbers of received and of answered requests.
"""

import argparse
import asyncio
import json
import re
from collections import Counter

SENTENCE = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)
SENTENCES = 4
FEWEST_WORDS = 8


def answer(body: bytes) -> bytes:
    """Return the answer to a request: the first sentences of the article that are long enough, with citations."""
    prompt = json.loads(body)["messages"][-1]["content"]
    sentences = [(int(number), text) for number, text in SENTENCE.findall(prompt) if len(text.split()) >= FEWEST_WORDS]
    draft = {"sentences": [{"text": text, "sources": [number]} for number, text in sentences[:SENTENCES]]}
    message = {"role": "assistant", "content": json.dumps(draft)}
    usage = {"prompt_tokens": len(prompt) // 4, "completion_tokens": 120}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return json.dumps({"model": "stub", "choices": [choice], "usage": usage}).encode()


class Stub:
    """The server. `latency`: seconds per answer. `faults`: share of requests that fail."""

    def __init__(self, latency: float, faults: float) -> None:
        self._latency = latency
        self._every = round(1 / faults) if faults else 0
        self.asked: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of a connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1])) if length else b""
                if head.startswith(b"GET"):
                    self._write(writer, "200 OK", json.dumps(self.asked).encode())
                    continue
                self.asked["requests"] += 1
                if self._every and self.asked["requests"] % self._every == 0:
                    self.asked["faults"] += 1
                    if self.asked["faults"] % 2:
                        self._write(writer, "429 Too Many Requests", b'{"error": {"message": "slow down"}}')
                        continue
                    writer.transport.abort()
                    return
                await asyncio.sleep(self._latency)
                self.asked["answered"] += 1
                self._write(writer, "200 OK", answer(body))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    @staticmethod
    def _write(writer: asyncio.StreamWriter, status: str, body: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)


async def main() -> None:
    """Serve until the process is killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=1.0, help="seconds for each answer")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that fail")
    options = parser.parse_args()
    server = await asyncio.start_server(Stub(options.latency, options.faults).serve, "127.0.0.1", 0, limit=2**24)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
