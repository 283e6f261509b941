"""Reads transcripts: WebVTT, SubRip, the JSON of Whisper, and plain text that names its speakers.

file ─► cues (words, times, speaker) ─► without repeated words ─► sentences, if they have no full stops ─► turns
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

PAUSE = 3.0  # seconds of silence after which a speaker begins a new utterance
LONG = 60.0  # seconds after which an utterance ends with its sentence
LONGEST = 180.0  # seconds after which an utterance ends at any word
LABELLED = 0.6  # least share of paragraphs with a speaker in a plain transcript
FEWEST_TURNS = 4


class Cue(NamedTuple):
    """Words of one speaker; times are in seconds.

    `times`: the time of each word, if the file states it. `turn`: whether the file marks a new speaker here.
    """

    words: tuple[str, ...]
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    times: tuple[float, ...] = ()
    turn: bool = False


_STAMP = r"(?:\d{1,4}:)?\d{1,4}:\d{1,2}(?:[.,]\d{1,6})?"
_TIMES = re.compile(rf"^[^\S\n]{{0,9}}(-?{_STAMP})[^\S\n]{{0,9}}-->[^\S\n]{{0,9}}(-?{_STAMP}).*", re.MULTILINE)
# After the words of a cue: comments, or the identifier of the next cue.
_AFTER = re.compile(r"\n\n(?:NOTE|STYLE|REGION)\b[\s\S]*+|(?:\n\n[^\n]+|\n[^\S\n]*\d+[^\S\n]*)\n\Z")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,200})?[ \t]{1,9}([^<>]{1,200})>")
_WORD_TIME = re.compile(rf"<({_STAMP})>")
# A line of another speaker: ">> Good morning".
_CHANGE = re.compile(r"(?:^|\n)[ \t]{0,9}(?:>>|&gt;&gt;|[-–](?= ?[A-Z]))")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\{\\[^{}]{0,80}\}")
_ASIDE = re.compile(r"[\[(][^\[\]()]{1,60}[\])]|[♪♫*\s]+")
_SOUND = re.compile(
    r"(?i)[\[(](?:\w{1,20} )?(?:applau\w{2,4}|laugh\w{0,4}|music|cheer\w{0,4}|clapping|crosstalk|silence|inaudible"
    r"|cough\w{0,4}|sigh\w{0,4}|gasp\w{0,4}|singing|beep)(?: \w{1,20})?[\])]"
)
_NAME = r"(?P<name>[^\W_][^\s_:;!?\"“”<>\[\]()|]{0,30}(?:[ _][^\s_:;!?\"“”<>\[\]|]{1,30}){0,5})"
_CUE_LABEL = re.compile(rf"(?:\[?{_NAME}\]?\s?:|\[{_NAME.replace('name', 'tag')}\])\s{{1,9}}(?=\S)")
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
    """Return the article in a transcript of a `kind`: "vtt", "srt", "whisper" or "transcript".

    Raises ArticleError if there are no words, or no speakers in plain text.
    """
    text = visible(text)
    if kind == "transcript":
        found = named_turns(text, sure=True)
        if found is None:
            raise ArticleError(f"{name} names no speakers: begin each turn with “Name: ”, or use the input format text")
        return found
    cues = _whisper(text, name) if kind == "whisper" else list(_timed(text))
    cues = [cue for cue in _without_repetition(_labelled(cues)) if not _ASIDE.fullmatch(" ".join(cue.words))]
    if not cues:
        raise ArticleError(f"{name} has no cue with words: check that it is a complete transcript")
    return _article([], _turns(_with_sentences(cues)))


def seconds(stamp: str) -> float:
    """Return the seconds of "12:31", "1:12:31" or "00:12:31,500"; 0 for a negative time."""
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
        yield from _voices(_AFTER.sub("", words), begin, end)


def _voices(payload: str, start: float, end: float) -> Iterator[Cue]:
    """Yield a cue for each voice in the text of a cue, and for each line of a new speaker."""
    speaker = None
    for place, piece in enumerate(_VOICE.split(payload)):
        if place % 2:
            speaker = _shown(piece)
            continue
        for number, turn in enumerate(_CHANGE.split(piece)):
            words: list[str] = []
            times: list[float] = []
            at, *parts = [str(start), *_WORD_TIME.split(turn)]
            for stamp, part in zip([at, *parts[1::2]], parts[::2], strict=True):
                said = _words(html.unescape(_MARKUP.sub("", part)))
                words += said
                times += [min(max(start, seconds(stamp)), end)] * len(said)
            if words:
                yield Cue(tuple(words), start, end, speaker, tuple(times) if parts[1:] else (), turn=number > 0)


def _whisper(text: str, name: str) -> list[Cue]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ArticleError(f"{name} is not complete JSON: write Whisper's transcript again") from None
    found = data.get("segments", data.get("transcription")) if isinstance(data, Mapping) else data
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise ArticleError(f"{name} is JSON without a list of “segments”: give the JSON file that Whisper writes")
    return [cue for one in found if (cue := _segment(one)).words]


def _segment(segment: Mapping[str, Any]) -> Cue:
    words, speaker, offsets = segment.get("text"), segment.get("speaker"), segment.get("offsets")
    start, end = _second(segment.get("start")), _second(segment.get("end"))
    if isinstance(offsets, Mapping):  # whisper.cpp
        start, end = _second(offsets.get("from"), 1000), _second(offsets.get("to"), 1000)
    said = tuple(_words(words)) if isinstance(words, str) else ()
    called = f"Speaker {speaker}" if isinstance(speaker, int) else speaker
    return Cue(said, start, end, _shown(called) if isinstance(called, str) else None)


def _words(text: str) -> list[str]:
    return _SOUND.sub(" ", visible(text)).split()


def _second(value: object, scale: int = 1) -> float | None:
    return value / scale if isinstance(value, int | float) and 0 <= value < 1e9 else None


def _shown(name: str) -> str | None:
    """Return a speaker's name on one line, without colons, since a colon ends the name."""
    return " ".join(visible(html.unescape(name)).replace(":", " ").split())[:80].strip() or None


def _labelled(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues with a name at the beginning ("Anna Feyer: …") as the speaker, no longer in the words.

    Names are accepted if most cues begin with a name, or if two names recur and are people.
    """
    matches = [None if cue.speaker else _CUE_LABEL.match(" ".join(cue.words)) for cue in cues]
    names = [_name_in(found) if found else None for found in matches]
    counts = Counter(name for name in names if name)
    tags = {found["tag"] for found in matches if found}
    most = counts.total() >= LABELLED * len(cues)
    recurring = {name for name, count in counts.items() if count > 1 or (most and name not in tags)}
    if not most and not _are_people(recurring):
        return list(cues)
    labelled: list[Cue] = []
    speaker = None
    for cue, name, found in zip(cues, names, matches, strict=True):
        if name in recurring and found:
            size = len(found.group().split())
            speaker = name
            cue = cue._replace(words=cue.words[size:], times=cue.times[size:])
        elif most or cue.turn:
            speaker = None
        labelled.append(cue if cue.speaker else cue._replace(speaker=speaker))
    return labelled


def _name_in(found: re.Match[str]) -> str | None:
    name = _shown(found["name"] or found["tag"])
    return name if name and _is_name(name) and len(name.split()) <= (3 if found["tag"] else 6) else None


def _is_name(name: str) -> bool:
    """Return whether a label has the capitals of a name: "Piet de Groot", not "I said"."""
    *others, last = name.split()
    initials = [name[0], last[0], *(word[0] for word in others if len(word) > 3)]
    return name[0].isalpha() and name.casefold() not in _NOT_NAMES and not any(map(str.islower, initials))


def _are_people(names: Collection[str], *, english: bool = True) -> bool:
    """Return whether two of the names (one, if all are in capitals) are people, not headings such as "Myth".

    Without `english`, a name of one word does not count, since it may be a common word.
    """
    people = 0
    for name in names:
        words = re.findall(r"[^\W\d_]{2,}", name.casefold())
        unknown = (english or " " in name) and not all(known(word) or word in _HEADINGS for word in words)
        people += (unknown and look_up(name) is None) or not _SPEAKERS.isdisjoint(words)
    return people > 1 or (people == 1 < len(names) and all(map(str.isupper, names)))


def _without_repetition(cues: Sequence[Cue]) -> Iterator[Cue]:
    """Yield the cues. If they are rolling captions, words repeated from the line above are left out."""
    befores = [(), *(cue.words for cue in cues)]
    repeated = [_overlap(before, cue.words) for before, cue in zip(befores, cues, strict=False)]
    rolling = sum(count > 1 for count in repeated) >= 0.3 * len(cues)
    for cue, count in zip(cues, repeated, strict=True):
        left = cue._replace(words=cue.words[count:], times=cue.times[count:]) if rolling else cue
        if left.words:
            yield left._replace(start=left.times[0] if left.times else cue.start)


def _overlap(before: Sequence[str], words: Sequence[str]) -> int:
    """Return how many words at the end of `before` are the first of `words`."""
    most = min(len(before), len(words), 60)
    return next((size for size in range(most, 0, -1) if before[-size:] == words[:size]), 0)


_STOPS = re.compile(r"[.!?…。！？؟][\"'”’)\]]*$")
# Seconds: the assumed length of a word; the least pause that ends a sentence.
WORD, SILENCE = 0.4, 0.6
# Words of a sentence: the fewest; from which it may end before a connective, or before a subject; the most.
SHORTEST, CONNECTED, SUBJECT, MOST = 4, 12, 16, 40
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
    """Add full stops to text that has almost none, such as automatic captions.

    A sentence ends in a pause; a long one ends before a word that begins a clause.
    """
    flat = [(word, cue, place) for cue in cues for place, word in enumerate(cue.words)]
    if sum(1 for word, *_ in flat if _STOPS.search(word)) * 50 >= len(flat) or len(flat) < 20:
        return list(cues)
    if is_english(" ".join(word for word, *_ in flat)):
        flat = [(re.sub(r"^i(?=$|['’])", "I", word), cue, place) for word, cue, place in flat]
    sentences: list[Cue] = []
    current: list[str] = []
    first, begun, ended = flat[0][1], flat[0][1].start, None
    for (word, cue, place), (following, *_) in pairwise([*flat, ("", cues[-1], 0)]):
        at = cue.times[place] if cue.times else cue.start if place == 0 else None
        gap = at - ended if at is not None and ended is not None else 0.0
        changed = place == 0 and (cue.speaker != first.speaker or cue.turn)
        if current and (changed or _ends(current, word.casefold(), following.casefold(), gap)):
            sentences.append(_sentence(current, begun, ended, first))
            current = []
        if not current:
            first, begun = cue if place == 0 else cue._replace(turn=False), cue.start if at is None else at
        current.append(word)
        ended = at + WORD if cue.times and at is not None else cue.end
    return [*sentences, _sentence(current, begun, ended, first)]


def _ends(words: Sequence[str], word: str, following: str, gap: float) -> bool:
    """Return whether a sentence of `words` ends before `word`, after a pause of `gap` seconds."""
    size = len(words)
    if size < SHORTEST or words[-1].casefold() in _HANGING:
        return False
    joins = word in _CONNECTIVES or (word in ("and", "but") and following in _SUBJECTS | _OPENERS)
    begins = word in _SUBJECTS or joins
    return gap >= SILENCE or (size >= CONNECTED and joins) or (size >= SUBJECT and begins) or size >= MOST


def _sentence(words: Sequence[str], start: float | None, end: float | None, of: Cue) -> Cue:
    shown = list(words)
    shown[0] = shown[0][:1].upper() + shown[0][1:]
    if not _STOPS.search(shown[-1]):
        shown[-1] = shown[-1].rstrip(",;:-–") + "."
    return Cue(tuple(shown), start, end, of.speaker, turn=of.turn)


def _turns(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Join the cues of one speaker to turns, which end at a pause, or after a minute with a sentence."""
    turns: list[list[Cue]] = []
    for cue in cues:
        if not turns or _parts(turns[-1][0], turns[-1][-1], cue):
            turns.append([])
        turns[-1].append(cue)
    for joined in turns:
        yield joined[0]._replace(words=tuple(word for cue in joined for word in cue.words))


def _parts(first: Cue, last: Cue, cue: Cue) -> bool:
    if last.speaker != cue.speaker or cue.turn:
        return True
    if first.start is None or last.end is None or cue.start is None:
        return False
    lasted = cue.start - first.start
    stopped = _STOPS.search(last.words[-1]) is not None
    return lasted > LONGEST or (stopped and (cue.start - last.end > PAUSE or lasted > LONG))


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


class _Line(NamedTuple):
    """A line that may begin a turn: "[00:12:31] Anna Feyer: words", or "Anna Feyer  00:12:31" above the words."""

    name: str
    time: float | None
    words: str


def named_turns(text: str, *, sure: bool = False) -> Article | None:
    """Return the transcript in plain text whose paragraphs begin with a speaker's name; None for another text.

    Unless the caller is `sure` that the text is a transcript, most paragraphs must name a speaker, and two names must
    recur (names of people, if there are no times). Most turns must read like speech, not like the fields of a form.
    """
    lines = [line.strip() for line in re.split(r"\r\n|[\r\n\v\f\u2028\u2029]", visible(text))]
    found = [_begins(line) if line else None for line in lines]
    counts = Counter(one.name for one in found if one)
    names = {
        one.name for one in found if one and (sure or counts[one.name] > 1 or one.time is not None or " " in one.name)
    }
    found = [one if one and one.name in names else None for one in found]
    first = next((place for place, one in enumerate(found) if one), None)
    if first is None or not (sure or _is_conversation(lines[first:], found[first:])):
        return None
    turns: list[tuple[_Line, list[str]]] = []
    joined = False
    for line, begun in zip(lines[first:], found[first:], strict=True):
        if begun:
            turns.append((begun, begun.words.split()))
        elif line and not _CREDIT.match(line):
            if not joined and turns[-1][1]:
                turns.append((turns[-1][0], []))
            turns[-1][1].extend(line.split())
        joined = bool(line)
    spoken = [Cue(tuple(words), begun.time, speaker=begun.name) for begun, words in turns if words]
    return _article([line for line in lines[:first] if line], _with_sentences(spoken)) if spoken else None


def _begins(line: str) -> _Line | None:
    match = _TURN.fullmatch(line)
    if match is None:
        return None
    stamp = match["before"] or match["after"]
    colon, words = match["colon"] or match["colon2"], match["words"] or ""
    # A name on a line above its words needs a time, a name before them a colon.
    if not (colon and words) and (words or not stamp):
        return None
    name = _shown(match["name"].strip("*_ "))
    if name is None or len(name) < 2 or not _is_name(name):
        return None
    return _Line(name, seconds(stamp) if stamp else None, words)


def _is_conversation(lines: Sequence[str], found: Sequence[_Line | None]) -> bool:
    turns = [one for one in found if one]
    counts = Counter(one.name for one in turns)
    recurring = [name for name, count in counts.items() if count > 1]
    if len(turns) < FEWEST_TURNS or len(recurring) < 2:
        return False
    timed = 2 * sum(one.time is not None for one in turns) > len(turns)
    if not timed and not _are_people(recurring, english=is_english(" ".join(lines)) is not False):
        return False
    said = [one.words for one in turns if one.words]
    unnamed, gap = 0, False
    above: _Line | None = None
    for line, one in zip(lines, found, strict=True):
        if line and not one and above is not None and not above.words:
            said.append(line)  # below a name with a time
        elif line and not one:
            unnamed += gap
        above, gap = (one, False) if line else (above, True)
    spoken = sum(len(words.split()) >= 8 or _STOPS.search(words) is not None for words in said)
    return len(turns) >= LABELLED * (len(turns) + unnamed) and 2 * spoken >= len(turns)
