"""From a model's raw answer to the sentences that can be used, and an event for each thing that was wrong with it.

Does not check facts and asks for nothing again: what to do with an answer that has a `problem` is the caller's matter.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from summarise.article.languages import foreign
from summarise.article.sentences import Source, words
from summarise.backends.budget import clean
from summarise.data import GuardEvent, GuardKind, Reply
from summarise.writing.guards.echo import echoes
from summarise.writing.guards.example_leakage import leaks
from summarise.writing.guards.lead import copies_lead
from summarise.writing.guards.output_parser import Output, ParsedOutput, read
from summarise.writing.guards.refusals import refusals, refuses, uncovered
from summarise.writing.guards.repetition import loops, repeated
from summarise.writing.guards.sentence_split import complete, split
from summarise.writing.guards.special_tokens import unmarked

LONGEST_SAID = 200
LONGER = 4
"""So many words more than its source an answer may have: "that" and "according to" are no loquacity."""
_WORDS = re.compile(r"[^\W\d_]{2}")
PROBLEMS: dict[GuardKind, str] = {
    "filter": "withheld by the server's filter",
    "refusal": "a refusal",
    "language": "in another language",
    "leak": "copied from an example",
    "echo": "a copy of the instructions",
    "repetition": "repeating itself",
    "cut off": "cut off",
    "too long": "longer than its source",
    "malformed": "malformed",
    "special tokens": "nothing but special tokens",
}
"""The words for an answer of which nothing can be used; of several reasons the first in this order is told."""


@dataclass(frozen=True)
class OutputSentence:
    """A sentence that can be used, and the numbers of the sources that it came with (output "cited" only)."""

    text: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Examined:
    """What can be used of an answer, what was wrong with it, and why nothing can be used, if so."""

    said: tuple[OutputSentence, ...] = ()
    events: tuple[GuardEvent, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class _Piece:
    """One sentence on its way, with its place: the line that it stood in, and where in that."""

    text: str
    line: int
    place: int
    sources: tuple[int, ...] = ()


@dataclass
class _Case:
    """The pieces that are left of an answer, and what was wrong so far."""

    pieces: list[_Piece] = field(default_factory=list)
    faults: dict[tuple[GuardKind, str], None] = field(default_factory=dict)

    def note(self, kind: GuardKind, said: str = "") -> None:
        """Note a fault, once for each piece that it concerns."""
        self.faults[kind, short(said)] = None

    def take_out(self, kind: GuardKind, find: Callable[[Sequence[str]], Iterable[int]]) -> None:
        """Take out the pieces that a guard finds, and note it."""
        found = set(find([piece.text for piece in self.pieces]))
        for at in sorted(found):
            self.note(kind, self.pieces[at].text)
        self.pieces = [piece for at, piece in enumerate(self.pieces) if at not in found]


def examine(
    reply: Reply,
    *,
    source: str,
    instructions: Sequence[str] = (),
    examples: Sequence[str] = (),
    output: Output = "sentences",
) -> Examined:
    """Return the sentences of an answer that can be used, in its order, and an event for each thing that was wrong.

    `source` is the text that the answer is about, `instructions` and `examples` what else the prompt held. `output` is
    the JSON that was asked for: {"sentences": ["…"]}, cited {"sentences": [{"text": "…", "sources": [3]}]}, or
    {"sentence": "…"}, of which one sentence is used; plain lines are read besides. Each sentence stands in the answer,
    apart from white space and mark-up. Raises nothing, whatever the model wrote.
    """
    case = _Case()
    if reply.finish == "filter":
        case.note("filter", reply.text)
        return _verdict(case, ())
    ground = Source(clean(source))
    cut = reply.finish == "length"
    text, removed = unmarked(clean(reply.text), ground.text)
    if removed:
        case.note("special tokens", " ".join(removed))
    reading = read(text, output=output, cut=cut)
    if reading.fault is not None:
        case.note("malformed", reading.fault)
    _into_pieces(case, reading, ground, cut=cut)
    most = len(ground.words) + LONGER
    long = bool(ground.words) and sum(len(words(piece.text)) for piece in case.pieces) > most
    case.take_out("refusal", lambda texts: refusals(texts, ground))
    case.take_out("echo", lambda texts: echoes(texts, [clean(text) for text in instructions], ground))
    case.take_out("repetition", repeated)
    case.take_out("language", lambda texts: foreign(texts, ground))
    case.take_out("leak", lambda texts: leaks(texts, [clean(text) for text in examples], ground))
    if long:
        case.note("too long", text)
        _shorten(case, most)
    said = _joined(case.pieces, apart=not reading.is_json)
    if output == "sentence" and len(said) > 1:
        case.note("malformed", said[1].text)
        said = said[:1]
    if copies_lead([sentence.text for sentence in said], ground):
        case.note("lead copy", said[0].text)
    return _verdict(case, said)


def short(text: str) -> str:
    """Return a text in one line, at most `LONGEST_SAID` characters of it."""
    line = " ".join(clean(text).split())
    return line if len(line) <= LONGEST_SAID else line[: LONGEST_SAID - 1].rstrip() + "…"


def _into_pieces(case: _Case, reading: ParsedOutput, ground: Source, *, cut: bool) -> None:
    """Cut the lines into sentences; what was torn, and what only introduces an answer, is left out."""
    if cut and not any(line.torn for line in reading.lines):
        case.note("cut off")
    for number, line in enumerate(reading.lines):
        sentences = list(split(" ".join(clean(line.text).split()), torn=line.torn))
        if line.torn:
            # The end of a torn string of JSON is never whole, for it was not closed.
            whole = not sentences or (not reading.is_json and complete(sentences[-1]))
            torn = "" if whole else sentences.pop()
            case.note("cut off" if cut else "malformed", torn)
            if loops(torn):
                case.note("repetition", torn)
            elif refuses(torn, ground):
                case.note("refusal", torn)
        for place, sentence in enumerate(sentences):
            text = uncovered(sentence, ground)
            if _WORDS.search(text):
                case.pieces.append(_Piece(text, number, place, line.sources))


def _shorten(case: _Case, most: int) -> None:
    """Keep the first sentences that have together no more than so many words."""
    total = 0
    for at, piece in enumerate(case.pieces):
        total += len(words(piece.text))
        if total > most:
            del case.pieces[at:]
            return


def _joined(pieces: Sequence[_Piece], *, apart: bool) -> tuple[OutputSentence, ...]:
    """Put sentences of one string together again, where nothing was taken out between them; plain lines stay apart."""
    runs: list[list[_Piece]] = []
    for piece in pieces:
        last = runs[-1][-1] if runs else None
        if last and not apart and (last.line, last.place + 1) == (piece.line, piece.place):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return tuple(OutputSentence(" ".join(piece.text for piece in run), run[0].sources) for run in runs)


def _verdict(case: _Case, said: Sequence[OutputSentence]) -> Examined:
    if not said and not case.faults:
        case.note("empty")
    kinds = {kind for kind, _ in case.faults}
    events = tuple(GuardEvent(kind=kind, said=words, recovered=bool(said)) for kind, words in case.faults)
    problem = None if said else next((words for kind, words in PROBLEMS.items() if kind in kinds), "empty")
    return Examined(tuple(said), events, problem)
