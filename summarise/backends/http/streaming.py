"""An answer to a request for a stream: its bytes, in whichever form they come, folded into one body."""

import re
from contextlib import suppress
from typing import Any

from summarise.backends.http.bodies import BodyError, BrokenOffError, JsonBody, Lines
from summarise.backends.http.stream_events import Assembler, JsonLines, ServerSentEvents

JSON_LINES = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"})
_ENOUGH = len(b"event: ")
_FIELD = re.compile(rb"(?:data|event|id|retry)?:")
_EVENT = re.compile(rb"^(?:data|event):", re.MULTILINE)
_BROKEN_OFF = "ended before it was whole"


class StreamedBody:
    """Receives a stream, or the plain JSON object of a server that does not stream after all.

    Which of them it is, the first bytes tell: a field of server-sent events is one in spite of another content type,
    and a JSON object is the body itself unless the content type says that there is one in each line.
    """

    def __init__(self, assembler: Assembler, *, content_type: str = "", delimited: bool = True) -> None:
        self._assembler = assembler
        self._type = content_type.partition(";")[0].strip().lower()
        self._lines = Lines()
        self._plain = JsonBody(delimited=delimited)
        self._framing: ServerSentEvents | JsonLines | None = None
        self._decided = False

    def feed(self, data: bytes) -> None:
        """Take in the next bytes; BodyError where they cannot be understood, StreamRefusal for a server's error."""
        if self._framing is not None:
            self._fold(data)
            return
        self._plain.feed(data)
        if self._decided:
            return
        start = bytes(self._plain.data[:1024]).removeprefix(b"\xef\xbb\xbf").lstrip()
        self._decided = len(start) >= _ENOUGH
        if not self._decided:
            return
        if _FIELD.match(start) or (self._type == "text/event-stream" and not start.startswith(b"{")):
            self._fold_as(ServerSentEvents())
        elif self._type in JSON_LINES:
            self._fold_as(JsonLines())

    def end(self) -> None:
        """Say that nothing more comes; BrokenOffError where the answer is not whole."""
        if self._framing is None:
            try:
                self._plain.end()
            except BodyError:
                data = bytes(self._plain.data).strip()
                if _EVENT.search(data) or (self._type == "text/event-stream" and not data):
                    self._fold_as(ServerSentEvents())
                elif self._type in JSON_LINES or (data.startswith(b"{") and b"\n" in data):
                    self._fold_as(JsonLines())
                else:
                    raise
            else:
                return
        with suppress(BodyError):
            self._fold(b"", final=True)
        if not self._assembler.whole:
            raise BrokenOffError(_BROKEN_OFF, advice="try again later")

    @property
    def whole(self) -> bool:
        """Whether the answer is complete."""
        return self._plain.whole or self._assembler.whole

    @property
    def body(self) -> dict[str, Any]:
        """The body that the server would have sent, or did send, without streaming."""
        return self._plain.body if self._plain.whole else self._assembler.body

    def _fold_as(self, framing: ServerSentEvents | JsonLines) -> None:
        """Fold what has come so far, and from then on what comes."""
        self._framing = framing
        data = bytes(self._plain.data)
        self._plain.data.clear()
        self._fold(data)

    def _fold(self, data: bytes, *, final: bool = False) -> None:
        assert self._framing is not None
        try:
            for line in self._lines.feed(data, final=final):
                for event in self._framing.feed(line):
                    self._assembler.feed(event)
        except UnicodeDecodeError:
            raise BodyError("is not UTF-8") from None
        except (ValueError, RecursionError):
            raise BodyError("holds an event that cannot be understood") from None
