"""Reads transcripts: WebVTT, SubRip, the JSON of Whisper, and plain text that names its speakers.

file ─► cues (words, times, speaker) ─► repeated words removed ─► full stops added, if almost none ─► turns
"""

import html
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from summarise.article.sentences import is_english
from summarise.article.text import visible
from summarise.data import Article, Utterance
from summarise.errors import ArticleError
from summarise.facts.lexicon import CUT, FUNCTION_WORDS, NO_NAMES, known, look_up, word_set

PAUSE = 3.0  # seconds of silence after which the same speaker begins a new utterance
LONG = 60.0  # seconds after which an utterance ends at the next full stop
LONGEST = 180.0  # seconds after which an utterance ends at any word
LABELLED = 0.6  # least share of paragraphs with a speaker in a plain transcript
FEWEST_TURNS = 4


class Cue(NamedTuple):
    """Words of one speaker, with times in seconds.

    `times`: the time of each word, if known. `turn`: the file marks a new speaker without a name.
    """

    words: tuple[str, ...]
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    times: tuple[float, ...] = ()
    turn: bool = False


_STAMP = r"(?:\d{1,4}:)?\d{1,4}:\d{1,2}(?:[.,]\d{1,6})?"
_TIMES = re.compile(rf"^[^\S\n]{{0,9}}(-?{_STAMP})[^\S\n]{{0,9}}-->[^\S\n]{{0,9}}(-?{_STAMP}).*", re.MULTILINE)
# Text after the words of a cue that does not belong to it: comments, or the identifier of the next cue.
_TRAILER = re.compile(r"\n\n(?:NOTE|STYLE|REGION)\b[\s\S]*+|(?:\n\n[^\n]+|\n[^\S\n]*\d+[^\S\n]*)\n\Z")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,200})?[ \t]{1,9}([^<>]{1,200})>")
_WORD_TIME = re.compile(rf"<({_STAMP})>")
# The beginning of a line by another speaker: ">> Good morning".
_CHANGE = re.compile(r"(?:^|\n)[ \t]{0,9}(?:>>|&gt;&gt;|[-–](?= ?[A-Z]))")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\{\\[^{}]{0,80}\}")
# A cue without words: "[applause]", "♪".
_NO_WORDS = re.compile(r"[\[(][^\[\]()]{1,60}[\])]|[♪♫*\s]+")
_SOUND = re.compile(
    r"(?i)[\[(](?:\w{1,20} )?(?:applau\w{2,4}|laugh\w{0,4}|music|cheer\w{0,4}|clapping|crosstalk|silence|inaudible"
    r"|cough\w{0,4}|sigh\w{0,4}|gasp\w{0,4}|singing|beep)(?: \w{1,20})?[\])]"
)
_NAME = r"(?P<name>[^\W_][^\s_:;!?\"“”<>\[\]()|]{0,30}(?:[ _][^\s_:;!?\"“”<>\[\]|]{1,30}){0,5})"
# The speaker at the beginning of a cue: "Anna Feyer: ", "[Anna Feyer]: " or "[Anna Feyer] " (group "tag").
_CUE_LABEL = re.compile(rf"(?:\[?{_NAME}\]?\s?:|\[{_NAME.replace('name', 'tag')}\])\s{{1,9}}(?=\S)")
# A line that begins a turn: "[00:12:31] **Anna Feyer:** words", or "Anna Feyer  00:12:31" above the words.
_TURN = re.compile(
    rf"(?:[\[(]?(?P<before>{_STAMP})[\])]?[ \t]{{1,9}}(?:[-–][ \t])?)?(?P<mark>[*_]{{0,2}})\[?{_NAME}\]?[*_]{{0,2}}"
    rf"(?P<colon>:)?(?:[ \t]{{0,20}}[\[(]?(?P<after>{_STAMP})[\])]?(?P<colon2>:)?)?[*_]{{0,2}}"
    r"(?:[ \t]{1,20}(?P<words>\S.*+))?"
)
# Words before a colon that are not speakers.
_NOT_NAMES = frozenset("q a question answer frage antwort réponse pregunta respuesta http https".split())
_SPEAKERS = CUT | word_set("speakers")
_HEADINGS = FUNCTION_WORDS | NO_NAMES | word_set("headings")
_CREDIT = re.compile(r"(?:transcribed by|this transcript was)\b", re.IGNORECASE)


def read_transcript(text: str, kind: str, *, name: str) -> Article:
    """Return the article in a transcript; its format `kind` is "vtt", "srt", "whisper" or "transcript".

    Raises ArticleError if a file has no words, or plain text names no speakers.
    """
    text = visible(text)
    if kind == "transcript":
        found = named_turns(text, sure=True)
        if found is None:
            raise ArticleError(
                f"{name} names no speakers: begin each turn with “Name: ”, or use the input format “text”"
            )
        return found
    cues = _whisper(text, name) if kind == "whisper" else list(_timed(text))
    cues = [cue for cue in _without_repetition(_labelled(cues)) if not _NO_WORDS.fullmatch(" ".join(cue.words))]
    if not cues:
        raise ArticleError(f"{name} has no cue with words: check that it is a complete transcript")
    return _article([], _turns(_with_sentences(cues)))


def seconds(stamp: str) -> float:
    """Convert "12:31", "1:12:31" or "00:12:31,500" to seconds. A negative time becomes 0."""
    if stamp.startswith("-"):
        return 0.0
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = 60 * total + float(part)
    return total


def _timed(text: str) -> Iterator[Cue]:
    pieces = _TIMES.split(re.sub(r"\r\n?", "\n", text) + "\n\n")
    timed = [(seconds(begin), seconds(end), words) for begin, end, words in zip(*[iter(pieces[1:])] * 3, strict=True)]
    for begin, end, words in sorted(timed, key=itemgetter(0)):
        yield from _voices(_TRAILER.sub("", words), begin, end)


def _voices(payload: str, start: float, end: float) -> Iterator[Cue]:
    """Divide the text of a cue at voices ("<v Anna>") and at lines of another speaker (">> Good morning")."""
    speaker = None
    for place, piece in enumerate(_VOICE.split(payload)):
        if place % 2:
            speaker = _speaker_name(piece)
            continue
        for number, turn in enumerate(_CHANGE.split(piece)):
            words: list[str] = []
            times: list[float] = []
            at, *parts = [str(start), *_WORD_TIME.split(turn)]
            for stamp, part in zip([at, *parts[1::2]], parts[::2], strict=True):
                more = _words(html.unescape(_MARKUP.sub("", part)))
                words += more
                times += [min(max(start, seconds(stamp)), end)] * len(more)
            if words:
                yield Cue(tuple(words), start, end, speaker, tuple(times) if parts[1:] else (), turn=number > 0)


def _whisper(text: str, name: str) -> list[Cue]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ArticleError(f"{name} is not complete JSON: save the Whisper transcript again") from None
    segments = data.get("segments", data.get("transcription")) if isinstance(data, Mapping) else data
    if not isinstance(segments, list) or not all(isinstance(segment, Mapping) for segment in segments):
        raise ArticleError(f"{name} is JSON without a list of “segments”: give the JSON file that Whisper writes")
    return [cue for segment in segments if (cue := _cue_of(segment)).words]


def _cue_of(segment: Mapping[str, Any]) -> Cue:
    text, speaker, offsets = segment.get("text"), segment.get("speaker"), segment.get("offsets")
    start, end = _second(segment.get("start")), _second(segment.get("end"))
    if isinstance(offsets, Mapping):  # whisper.cpp
        start, end = _second(offsets.get("from"), 1000), _second(offsets.get("to"), 1000)
    words = tuple(_words(text)) if isinstance(text, str) else ()
    name = f"Speaker {speaker}" if isinstance(speaker, int) else speaker
    return Cue(words, start, end, _speaker_name(name) if isinstance(name, str) else None)


def _words(text: str) -> list[str]:
    return _SOUND.sub(" ", visible(text)).split()


def _second(value: object, scale: int = 1) -> float | None:
    return value / scale if isinstance(value, int | float) and 0 <= value < 1e9 else None


def _speaker_name(name: str) -> str | None:
    """Return a name on one line, without colons, since a colon ends a name in the text."""
    return " ".join(visible(html.unescape(name)).replace(":", " ").split())[:80].strip() or None


def _labelled(cues: Sequence[Cue]) -> list[Cue]:
    """Move a speaker's name at the beginning of a cue ("Anna Feyer: …") from its words to `speaker`.

    Words before a colon are names if most cues begin with such words, or if they recur and are people.
    """
    matches = [None if cue.speaker else _CUE_LABEL.match(" ".join(cue.words)) for cue in cues]
    names = [_name_in(found) if found else None for found in matches]
    counts = Counter(name for name in names if name)
    tags = {found["tag"] for found in matches if found}
    mostly = counts.total() >= LABELLED * len(cues)
    accepted = {name for name, count in counts.items() if count > 1 or (mostly and name not in tags)}
    if not mostly and not _are_people(accepted):
        return list(cues)
    labelled: list[Cue] = []
    speaker = None
    for cue, name, found in zip(cues, names, matches, strict=True):
        if name in accepted and found:
            size = len(found.group().split())
            speaker = name
            cue = cue._replace(words=cue.words[size:], times=cue.times[size:])
        elif mostly or cue.turn:
            speaker = None
        labelled.append(cue if cue.speaker else cue._replace(speaker=speaker))
    return labelled


def _name_in(found: re.Match[str]) -> str | None:
    name = _speaker_name(found["name"] or found["tag"])
    return name if name and _is_name(name) and len(name.split()) <= (3 if found["tag"] else 6) else None


def _is_name(name: str) -> bool:
    """Return whether a label has the capitals of a name: "Piet de Groot", not "I said"."""
    *first_words, last = name.split()
    initials = [name[0], last[0], *(word[0] for word in first_words if len(word) > 3)]
    return name[0].isalpha() and name.casefold() not in _NOT_NAMES and not any(map(str.islower, initials))


def _are_people(names: Collection[str], *, english: bool = True) -> bool:
    """Return whether at least two names (one, if all are in capitals) are people, not headings such as "Myth"."""
    people = 0
    for name in names:
        words = re.findall(r"[^\W\d_]{2,}", name.casefold())
        unknown = (english or " " in name) and not all(known(word) or word in _HEADINGS for word in words)
        people += (unknown and look_up(name) is None) or not _SPEAKERS.isdisjoint(words)
    return people > 1 or (people == 1 < len(names) and all(map(str.isupper, names)))


def _without_repetition(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Yield the cues, without the words that a cue of rolling captions repeats from the cue before."""
    befores = [(), *(cue.words for cue in cues)]
    overlaps = [_overlap(before, cue.words) for before, cue in zip(befores, cues, strict=False)]
    rolling = sum(count > 1 for count in overlaps) >= 0.3 * len(cues)
    for cue, count in zip(cues, overlaps, strict=True):
        rest = cue._replace(words=cue.words[count:], times=cue.times[count:]) if rolling else cue
        if rest.words:
            yield rest._replace(start=rest.times[0] if rest.times else cue.start)


def _overlap(before: Sequence[str], words: Sequence[str]) -> int:
    most = min(len(before), len(words), 60)
    return next((size for size in range(most, 0, -1) if before[-size:] == words[:size]), 0)


_STOPS = re.compile(r"[.!?…。！？؟][\"'”’)\]]*$")
WORD = 0.4  # seconds that a word is assumed to take
SILENCE = 0.6  # seconds; least pause that ends a sentence
SHORTEST, MOST = 4, 40  # minimum and maximum words of a sentence
CONNECTED, SUBJECT = 12, 16  # words after which a sentence may end before a connective, or before a subject
_CONNECTIVES = frozenset("so then now okay well anyway also however".split())
_OPENERS = frozenset("the my our a what when if then people honestly actually".split())
_SUBJECTS = frozenset("i i'm i'll i've we we're we'll we've they it's he she you there this that's these".split())
# A sentence does not end with one of these words.
_HANGING = frozenset(
    "a an the of to in on at for with from by and or but so that which who what when where if because as than my our "
    "your his her their its is are was were be been do does did have has had will would can could should not very i we "
    "they he she it you there this these about into um uh thank".split()
)


def _with_sentences(cues: Sequence[Cue]) -> list[Cue]:
    """Add full stops to text that has almost none, such as automatic captions. The result has a cue per sentence.

    A sentence ends at a pause, or, if it is long, before a word that begins a clause.
    """
    flat = [(word, cue, place) for cue in cues for place, word in enumerate(cue.words)]
    if sum(1 for word, *_ in flat if _STOPS.search(word)) * 50 >= len(flat) or len(flat) < 20:
        return list(cues)
    if is_english(" ".join(word for word, *_ in flat)):
        flat = [(re.sub(r"^i(?=$|['’])", "I", word), cue, place) for word, cue, place in flat]
    sentences: list[Cue] = []
    current: list[str] = []
    first, begin, end = flat[0][1], flat[0][1].start, None
    for (word, cue, place), (following, *_) in pairwise([*flat, ("", cues[-1], 0)]):
        at = cue.times[place] if cue.times else cue.start if place == 0 else None
        gap = at - end if at is not None and end is not None else 0.0
        changed = place == 0 and (cue.speaker != first.speaker or cue.turn)
        if current and (changed or _is_end(current, word.casefold(), following.casefold(), gap)):
            sentences.append(_sentence_cue(current, begin, end, first))
            current = []
        if not current:
            first, begin = cue if place == 0 else cue._replace(turn=False), cue.start if at is None else at
        current.append(word)
        end = at + WORD if cue.times and at is not None else cue.end
    return [*sentences, _sentence_cue(current, begin, end, first)]


def _is_end(words: Sequence[str], word: str, following: str, gap: float) -> bool:
    size = len(words)
    if size < SHORTEST or words[-1].casefold() in _HANGING:
        return False
    joins = word in _CONNECTIVES or (word in ("and", "but") and following in _SUBJECTS | _OPENERS)
    begins = word in _SUBJECTS or joins
    return gap >= SILENCE or (size >= CONNECTED and joins) or (size >= SUBJECT and begins) or size >= MOST


def _sentence_cue(words: Sequence[str], start: float | None, end: float | None, first: Cue) -> Cue:
    sentence = list(words)
    sentence[0] = sentence[0][:1].upper() + sentence[0][1:]
    if not _STOPS.search(sentence[-1]):
        sentence[-1] = sentence[-1].rstrip(",;:-–") + "."
    return Cue(tuple(sentence), start, end, first.speaker, turn=first.turn)


def _turns(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Join successive cues of one speaker to a turn. A turn also ends at a pause, or at a full stop after a minute."""
    turns: list[list[Cue]] = []
    for cue in cues:
        if not turns or _begins_turn(turns[-1][0], turns[-1][-1], cue):
            turns.append([])
        turns[-1].append(cue)
    for turn in turns:
        yield turn[0]._replace(words=tuple(word for cue in turn for word in cue.words))


def _begins_turn(first: Cue, last: Cue, cue: Cue) -> bool:
    if last.speaker != cue.speaker or cue.turn:
        return True
    if first.start is None or last.end is None or cue.start is None:
        return False
    length = cue.start - first.start
    at_stop = _STOPS.search(last.words[-1]) is not None
    return length > LONGEST or (at_stop and (cue.start - last.end > PAUSE or length > LONG))


def _article(head: Sequence[str], turns: Iterable[Cue]) -> Article:
    pieces, utterances = list(head), []
    size = sum(len(piece) + 2 for piece in pieces)
    for turn in turns:
        label = f"{turn.speaker}: " if turn.speaker else ""
        pieces.append(label + " ".join(turn.words))
        end = size + len(pieces[-1])
        utterances.append(Utterance(start=size, end=end, speaker=turn.speaker, time=turn.start))
        size = end + 2
    return Article(text="\n\n".join(pieces), utterances=tuple(utterances))


class _TurnStart(NamedTuple):
    """A line that begins a turn. `time`: in seconds. `words`: after the name."""

    name: str
    time: float | None
    words: str


def named_turns(text: str, *, sure: bool = False) -> Article | None:
    """Return the transcript in a plain text whose paragraphs begin with a speaker's name, or None for another text.

    Unless the caller is `sure`, most paragraphs must name a speaker, two names must recur (and be people, if there are
    no times), and most turns must read like speech, not like the fields of a form.
    """
    lines = [line.strip() for line in re.split(r"\r\n|[\r\n\v\f\u2028\u2029]", visible(text))]
    starts = [_turn_start(line) if line else None for line in lines]
    counts = Counter(start.name for start in starts if start)
    timed = {start.name for start in starts if start and start.time is not None}
    names = {name for name, count in counts.items() if sure or count > 1 or name in timed or " " in name}
    starts = [start if start and start.name in names else None for start in starts]
    first = next((place for place, start in enumerate(starts) if start), None)
    if first is None or not (sure or _is_conversation(lines[first:], starts[first:])):
        return None
    turns: list[tuple[_TurnStart, list[str]]] = []
    joined = False
    for line, start in zip(lines[first:], starts[first:], strict=True):
        if start:
            turns.append((start, start.words.split()))
        elif line and not _CREDIT.match(line):
            if not joined and turns[-1][1]:
                turns.append((turns[-1][0], []))
            turns[-1][1].extend(line.split())
        joined = bool(line)
    spoken = [Cue(tuple(words), start.time, speaker=start.name) for start, words in turns if words]
    return _article([line for line in lines[:first] if line], _with_sentences(spoken)) if spoken else None


def _turn_start(line: str) -> _TurnStart | None:
    match = _TURN.fullmatch(line)
    if match is None:
        return None
    stamp = match["before"] or match["after"]
    colon, words = match["colon"] or match["colon2"], match["words"] or ""
    # A name on a line above its words needs a time, a name before them a colon.
    if not (colon and words) and (words or not stamp):
        return None
    name = _speaker_name(match["name"].strip("*_ "))
    if name is None or len(name) < 2 or not _is_name(name):
        return None
    return _TurnStart(name, seconds(stamp) if stamp else None, words)


def _is_conversation(lines: Sequence[str], starts: Sequence[_TurnStart | None]) -> bool:
    turns = [start for start in starts if start]
    counts = Counter(turn.name for turn in turns)
    recurring = [name for name, count in counts.items() if count > 1]
    if len(turns) < FEWEST_TURNS or len(recurring) < 2:
        return False
    timed = 2 * sum(turn.time is not None for turn in turns) > len(turns)
    if not timed and not _are_people(recurring, english=is_english(" ".join(lines)) is not False):
        return False
    speeches = [turn.words for turn in turns if turn.words]
    unnamed, gap = 0, False
    above: _TurnStart | None = None
    for line, start in zip(lines, starts, strict=True):
        if line and not start and above is not None and not above.words:
            speeches.append(line)  # below a name with a time
        elif line and not start:
            unnamed += gap
        above, gap = (start, False) if line else (above, True)
    sentences = sum(len(words.split()) >= 8 or _STOPS.search(words) is not None for words in speeches)
    return len(turns) >= LABELLED * (len(turns) + unnamed) and 2 * sentences >= len(turns)
