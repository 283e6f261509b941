"""Ask a model for answers, and detect refusals, repetition, and text copied from the prompt or the article."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from summarise.article.sentences import Gram, Source, grams, words
from summarise.backends.budget import call_of, clean, forget_reply
from summarise.checks.languages import foreign
from summarise.data import Backend, Call, Evidence, GuardEvent, GuardKind, MinutesItem, Reply, Request, Sampling
from summarise.data.plans import ItemKind
from summarise.prompting import Prompt
from summarise.writing.parsing import Line, Output, ParsedOutput, bare, complete, parse, split, unmarked

# A sentence is an echo if at least ECHO_SHARE of its n-grams of ECHO_SIZE words are in the instructions and not in the
# source.
ECHO_SIZE, ECHO_SHARE = 4, 0.5


def echoes(texts: Sequence[str], instructions: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return the indexes of sentences that copy the instructions or an example answer of the prompt."""

    def runs_of(text: str) -> list[Gram]:
        return list(grams(words(text), ECHO_SIZE))

    instructed = {run for instruction in instructions for run in runs_of(instruction)}.difference(runs_of(source.text))
    found: list[int] = []
    for index, text in enumerate(texts):
        runs = runs_of(text)
        if runs and sum(run in instructed for run in runs) >= ECHO_SHARE * len(runs):
            found.append(index)
    return tuple(found)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


_HELP = (
    "assist|help|provide|fulfil+|comply|complete|continue|answer|summari[sz]e|rewrite|generate|create|write|produce|access|"
    "browse|open|view|process|engage|discuss|do (?:that|this|so)|respond|translate|offer|give|share|see (?:any|the|an)"
)
_NOT = (
    r"(?:can\s?not|can['’]?t|could not|couldn['’]t|am (?:not able|unable)|['’]m (?:not able|unable)|"
    r"won['’]t|will not|do not|don['’]t)"
)
_SORRY = (
    r"(?:(?:i['’]m|i am|we['’]re|we are)\s+(?:\w+\s+)?sorry|sorry|i (?:do )?apologi[sz]e|my apologies|"
    r"unfortunately|regrettably)"
)
_REFUSALS = (
    rf"{_SORRY}\b.{{0,80}}?\b(?:i|we)\s*{_NOT}\b",
    rf"{_SORRY},? (?:but )?(?:as an ai|there (?:is|was) no (?:article|text)|no (?:article|text))\b",
    rf"i\s*{_NOT}(?:\s+be able)?(?:\s+to)?\s+(?:\w+ly\s+)?(?:{_HELP})\b",
    r"i (?:do not|don['’]t) (?:have|possess)\b.{0,30}\b(?:access|ability|capability|capabilities|"
    r"enough information|article)\b",
    r"(?:i am|i['’]m)(?: just| only)? (?:an? )?(?:ai|artificial intelligence|(?:large )?language model|"
    r"machine learning model)\b",
    rf"{_SORRY}\b.{{0,40}}?\bas an? (?:[\w-]+ )?(?:ai|language model)\b",
    r"as an? (?:[\w-]+ )?(?:ai|artificial intelligence)(?: [\w-]+){0,2}(?:,| i\b)",
    r"as an? (?:ai )?(?:large )?language model\b|as an? (?:ai|virtual|digital) assistant\b",
    r"(?:there is|there was|you (?:have not|haven['’]t|did not|didn['’]t)) (?:no|provided?|"
    r"include[d]?)\b.{0,20}\b(?:article|text)\b.{0,20}$",
    # French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Danish and Norwegian, Polish, Russian …
    r"(?:je suis (?:vraiment )?désolée?|désolée?)\b.{0,30}\bje ne (?:peux|suis|pourrai)\b",
    r"je ne (?:peux|suis)\b.{0,20}\b(?:aider|répondre|fournir|résumer|en mesure|capable)\b",
    r"en tant qu(?:e|['’])\s?(?:ia\b|intelligence artificielle|modèle de lang)",
    r"(?:es )?tut mir leid\b.{0,30}\bich (?:kann|darf|bin)\b|leider kann ich\b.{0,60}\bnicht\b",
    r"ich kann (?:ihnen |dir )?(?:dabei |das |diese\w* )?.{0,30}\bnicht (?:helfen|beantworten|"
    r"zusammenfassen|erfüllen)\b",
    r"als (?:ki\b|künstliche intelligenz|sprachmodell|(?:ein )?(?:großes )?sprachmodell)",
    r"lo siento\b.{0,30}\bno (?:puedo|soy|tengo)\b|no puedo (?:ayudar|proporcionar|cumplir|responder|resumir)",
    r"como (?:una? )?(?:ia\b|inteligencia artificial|modelo de lenguaje|inteligência artificial|modelo de linguagem)",
    r"mi dispiace\b.{0,30}\bnon (?:posso|sono)\b|non posso (?:aiutar|fornire|rispondere|riassumere)",
    r"(?:come|in quanto) (?:un['’]?\s?)?(?:ia\b|intelligenza artificiale|modello linguistico)",
    r"(?:desculpe|lamento|sinto muito)\b.{0,30}\bnão (?:posso|consigo|sou)\b|não posso (?:ajudar|fornecer|responder)",
    r"(?:het spijt me|sorry)\b.{0,30}\bik kan\b.{0,60}\bniet\b|als (?:een )?ai-?(?:taalmodel|assistent)\b|"
    r"als taalmodel\b",
    r"(?:jag är ledsen|tyvärr)\b.{0,30}\bjag? ?kan(?: jag)? inte\b|som en (?:ai|språkmodell?)\b",
    r"(?:jeg beklager|beklager|desværre)\b.{0,30}\bkan (?:jeg )?ikke\b|som en (?:ai|sprogmodel)\b",
    r"(?:przykro mi|przepraszam)\b.{0,30}\bnie mogę\b|jako (?:model językowy|sztuczna inteligencja|ai)\b",
    r"(?:извините|к сожалению|простите)\b.{0,30}\bя не могу\b|я не могу (?:помочь|ответить|предоставить)|"
    r"как языковая модель",
    # … Chinese and Japanese.
    r"(?:很?抱歉|对不起)[，,].{0,10}(?:无法|不能)|我(?:无法|不能)(?:回答|提供|协助|帮助)|作为(?:一个|一名)?(?:ai|人工智能|语言模型)",
    r"申し訳(?:ありません|ございません)|aiとして|言語モデルとして",
)
# Matched at the start of a sentence.
REFUSAL = _any_of(_REFUSALS)

_THING = (
    r"(?:summar(?:y|ies)|sentences?|bullet points|key points|main points|facts?|points|rewrit\w+|version|"
    r"overview|answers?|"
    r"list|json|response|output|text|article|résumé|phrases?|zusammenfassung|sätze?|resumen|frases|"
    r"oracion\w*|riassunto|"
    r"frasi|resumo|samenvatting|zinnen|sammanfattning|streszczenie)"
)
_PREAMBLES = (
    rf"(?:(?:sure|certainly|of course|absolutely|okay|ok|great|alright)\s*+(?:[,!.:—–-]++\s*+)?)?"
    rf"(?:here(?:['’]s| is| are)|below (?:is|are)|the following (?:is|are)|this is|i have|i['’]ve|voici|"
    rf"hier (?:ist|sind|is|zijn)|"
    rf"aquí (?:está|están|tienes?)|ecco|aqui (?:está|estão)|här är|"
    rf"oto)\b[^:\n.!?]{{0,100}}?\b{_THING}\b[^:\n.!?]{{0,80}}:",
    rf"(?:the |a |an |in )?(?:short |brief |final |key |main |news |article )*{_THING}(?: \d{{1,2}})?\s*:",
    r"(?:in summary|to summari[sz]e|in short|in conclusion|tl;?dr)\s*[:,]",
)
PREAMBLE = _any_of(_PREAMBLES)
_CHATTER = (
    rf"(?:(?:sure|certainly|of course|absolutely|okay|ok)\s*+(?:[,!.:—–-]++\s*+)?)?"
    rf"(?:here(?:['’]s| is| are)|below (?:is|are)) "
    rf"(?:a|an|the|your|my|some|two|three|four|five|six|\d+)\b[^.!?:]{{0,60}}\b{_THING}\b[^.!?:]{{0,60}}[.!:]?$",
    r"(?:sure|certainly|of course|absolutely|okay|ok|great|alright|understood|got it)\s*[!.,:]*$",
    r"(?:sure|certainly|of course|absolutely|okay|ok)\s*[,!.—–-]+\s*i(?:['’]d| would| can|['’]ll|"
    r" will)\b[^.]{0,60}[.!]?$",
    r"is there anything (?:else|specific)\b.{0,80}\?$",
    r"(?:please )?(?:let me know|feel free)\b.{0,120}[.!?]?$",
    r"if you (?:have|need|would like|want)\b.{0,60}\b(?:questions?|help|assistance|let me know|feel free)\b.{0,80}$",
    r"(?:however, )?i(?:['’]d| would|['’]m| am) (?:be )?(?:happy|glad) to (?:help|assist)\b.{0,120}$",
    r"i hope (?:this|that|it) (?:helps?|is helpful|meets)\b.{0,60}$",
    r"please (?:provide|share|paste|send)\b.{0,40}\b(?:article|text|link|details|information)\b.{0,80}$",
    r"(?:would|do) you (?:like|want) me to\b.{0,100}\?$",
    r"(?:n['’]hésitez pas à|lassen sie mich wissen|¿hay algo más|laat het me weten)\b.{0,120}$",
)
CHATTER = _any_of(_CHATTER)
# Minimum share of the longer words of a sentence that the source must contain.
GROUNDED = 0.5


def without_introduction(text: str, source: Source) -> str:
    """Remove an introduction ("Here is a summary:"). Returns "" for a remark ("I hope this helps!").

    Words that the source contains are kept.
    """
    while not source.has(text):
        if CHATTER.match(text):
            return ""
        preamble = PREAMBLE.match(text)
        if preamble is None or source.has(preamble.group()):
            break
        text = bare(text[preamble.end() :])
    return text


def refuses(text: str, source: Source) -> bool:
    """Return whether a sentence is a refusal ("I cannot help") that is not quoted from the source."""
    return REFUSAL.match(text.lstrip("*_ ")) is not None and not source.has(text)


def refusals(texts: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return the indexes of refusals, and of ungrounded sentences after the first refusal.

    A sentence is grounded if the source contains at least `GROUNDED` (a share) of its words of more than three letters.
    """
    indexes: list[int] = []
    for index, text in enumerate(texts):
        longer = [word for word in words(text) if len(word) > 3]
        grounded = longer and sum(word in source.vocabulary for word in longer) >= GROUNDED * len(longer)
        if refuses(text, source) or (indexes and not grounded):
            indexes.append(index)
    return tuple(indexes)


# Words that are ignored in the comparison of sentences.
SMALL = frozenset(
    "a an the and that also of in on to for at by with as has have had was were is are be been its it".split()
)
# A sequence of TWICE to LONGEST words is a loop if it occurs twice in a row, a shorter one if it occurs three times, a
# single word if it occurs four times.
TWICE, LONGEST = 6, 40
# A sentence of at least DIVERSE_FROM words loops if less than this share of its 3-grams is distinct.
DIVERSE_FROM, DIVERSE = 16, 0.65
# Two sentences are alike if they have at least this share of the longer one's words in common. A sentence of at least
# ALIKE_FROM words is a repetition if two earlier ones are like it.
ALIKE, ALIKE_FROM = 0.75, 5
# The number of earlier sentences that may be like a sentence.
NEAR = 40
_STUTTER = re.compile(r"(\w{1,8}?)\1{11,}|([^\W\d_])\2{7,}")


def loops(text: str) -> bool:
    """Return whether a sentence repeats words or letters in a row ("no no no no"), or has few distinct 3-grams."""
    if _STUTTER.search(text):
        return True
    tokens = words(text)
    for size in range(1, min(LONGEST, len(tokens) // 2) + 1):
        needed = size * ((2 if size >= TWICE else 4 if size == 1 else 3) - 1)
        run = 0
        for index in range(size, len(tokens)):
            run = run + 1 if tokens[index] == tokens[index - size] else 0
            if run >= needed:
                return True
    if len(tokens) < DIVERSE_FROM:
        return False
    runs = list(grams(tokens, 3))
    return len(set(runs)) < DIVERSE * len(runs)


def repeated(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the indexes of repetitive sentences.

    Such a sentence `loops`, repeats the words of an earlier one (without `SMALL` words), or is like two earlier ones
    (see `ALIKE`).
    """
    indexes: list[int] = []
    keys: set[tuple[str, ...]] = set()
    counts: list[Counter[str]] = []
    for index, text in enumerate(texts):
        tokens = words(text)
        key = tuple(word for word in tokens if word not in SMALL) or tokens
        counted = Counter(tokens)
        similar = sum(
            (counted & earlier).total() >= ALIKE * max(counted.total(), earlier.total()) for earlier in counts[-NEAR:]
        )
        third = len(tokens) >= ALIKE_FROM and similar >= 2
        if (key and key in keys) or third or loops(text):
            indexes.append(index)
            continue
        keys.add(key)
        counts.append(counted)
    return tuple(indexes)


# Maximum characters of an answer that a guard event quotes.
LONGEST_QUOTATION = 200
# An answer may have this many more words than its source, for example "according to".
LONGER = 4
_WORDS = re.compile(r"[^\W\d_]{2}")
# Descriptions of unusable answers; the first one that applies is reported.
PROBLEMS: dict[GuardKind, str] = {
    "filter": "withheld by the server's filter",
    "refusal": "a refusal",
    "language": "in another language",
    "echo": "a copy of the instructions",
    "repetition": "repeating itself",
    "cut off": "cut off",
    "too long": "longer than its source",
    "malformed": "malformed",
    "special tokens": "nothing but special tokens",
}


@dataclass(frozen=True)
class OutputSentence:
    """A usable sentence. `sources`: the numbers that it cites. `item`: set in minutes only."""

    text: str
    sources: tuple[int, ...] = ()
    item: MinutesItem | None = None


@dataclass(frozen=True)
class Answer:
    """The usable sentences of an answer, its faults as guard events, and the `problem` if no sentence is usable."""

    sentences: tuple[OutputSentence, ...] = ()
    events: tuple[GuardEvent, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class _Piece:
    """A sentence of an answer. `place`: its index in the `line`."""

    text: str
    line: Line
    place: int


class _Examination:
    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self._faults: dict[tuple[GuardKind, str], None] = {}

    @property
    def texts(self) -> list[str]:
        return [piece.text for piece in self.pieces]

    def note(self, kind: GuardKind, text: str = "") -> None:
        line = " ".join(clean(text).split())
        if len(line) > LONGEST_QUOTATION:
            line = line[: LONGEST_QUOTATION - 1].rstrip() + "…"
        self._faults[kind, line] = None

    def remove(self, kind: GuardKind, indexes: Iterable[int]) -> None:
        faulty = set(indexes)
        for index in sorted(faulty):
            self.note(kind, self.pieces[index].text)
        self.pieces = [piece for index, piece in enumerate(self.pieces) if index not in faulty]

    def take(self, parsed: ParsedOutput, source: Source, *, cut: bool) -> None:
        """Add the complete sentences of an answer. `cut`: the answer was cut off."""
        if cut and not any(line.torn for line in parsed.lines):
            self.note("cut off")
        for line in parsed.lines:
            sentences = split(" ".join(clean(line.text).split()), torn=line.torn)
            if line.torn:
                # The last sentence of an unclosed JSON string is never complete.
                is_whole = not sentences or (not parsed.is_json and complete(sentences[-1]))
                torn = "" if is_whole else sentences.pop()
                self.note("cut off" if cut else "malformed", torn)
                if loops(torn):
                    self.note("repetition", torn)
                elif refuses(torn, source):
                    self.note("refusal", torn)
            for place, sentence in enumerate(sentences):
                text = without_introduction(sentence, source)
                if _WORDS.search(text):
                    self.pieces.append(_Piece(text, line, place))

    def shorten(self, most: int) -> None:
        total = 0
        for index, piece in enumerate(self.pieces):
            total += len(words(piece.text))
            if total > most:
                del self.pieces[index:]
                return

    def joined(self, *, apart: bool) -> tuple[OutputSentence, ...]:
        """Return the sentences; unless `apart`, those of one line are joined into one text."""
        runs: list[list[_Piece]] = []
        for piece in self.pieces:
            last = runs[-1][-1] if runs else None
            if last and not apart and last.line is piece.line and last.place + 1 == piece.place:
                runs[-1].append(piece)
            else:
                runs.append([piece])
        return tuple(
            OutputSentence(" ".join(piece.text for piece in run), run[0].line.sources, run[0].line.item) for run in runs
        )

    def answer(self, sentences: tuple[OutputSentence, ...] = ()) -> Answer:
        if not sentences and not self._faults:
            self.note("empty")
        events = tuple(GuardEvent(kind=kind, said=text, recovered=bool(sentences)) for kind, text in self._faults)
        kinds = {event.kind for event in events}
        problem = None if sentences else next((words for kind, words in PROBLEMS.items() if kind in kinds), "empty")
        return Answer(sentences, events, problem)


def examine(reply: Reply, *, source: str, instructions: Sequence[str] = (), output: Output = "sentences") -> Answer:
    """Return the usable sentences of a reply in order, and an event for each fault. Never raises.

    `source`: the text that the reply summarises. `instructions`: texts of the prompt that it must not copy. `output`:
    the requested JSON. "sentences": {"sentences": ["…"]}; "cited": {"sentences": [{"text": "…", "sources": [3]}]};
    "sentence": {"sentence": "…"}; "minutes": {"items": […]}, which may be empty. Plain lines are accepted, except in
    minutes.
    """
    examination = _Examination()
    if reply.finish == "filter":
        examination.note("filter", reply.text)
        return examination.answer()
    source_text = Source(clean(source))
    cut = reply.finish == "length"
    text, removed = unmarked(clean(reply.text), source_text.text)
    if removed:
        examination.note("special tokens", " ".join(removed))
    parsed = parse(text, output=output, cut=cut)
    if parsed.fault is not None:
        examination.note("malformed", parsed.fault)
    if output == "minutes":
        if not parsed.lines and parsed.is_json and parsed.fault is None:
            return Answer()
        for line in parsed.lines:
            if line.item is None:
                examination.note("malformed", line.text)
        parsed = replace(parsed, lines=tuple(line for line in parsed.lines if line.item))
    examination.take(parsed, source_text, cut=cut)
    most = len(source_text.words) + LONGER
    too_long = bool(source_text.words) and sum(len(words(piece)) for piece in examination.texts) > most
    examination.remove("refusal", refusals(examination.texts, source_text))
    examination.remove("echo", echoes(examination.texts, list(map(clean, instructions)), source_text))
    examination.remove("repetition", repeated(examination.texts))
    examination.remove("language", foreign(examination.texts, source_text))
    if too_long:
        examination.note("too long", text)
        examination.shorten(most)
    sentences = examination.joined(apart=not parsed.is_json)
    if output == "sentence" and len(sentences) > 1:
        examination.note("malformed", sentences[1].text)
        sentences = sentences[:1]
    return examination.answer(sentences)


# The token limit of an answer: for each sentence, and for the JSON around them.
TOKENS_PER_SENTENCE, TOKENS_OF_JSON = 80, 80


def answer_schema(output: str, *, least: int = 1, most: int = 1) -> dict[str, Any]:
    """Return the JSON Schema of an answer for a prompt with this `output` (see `examine`).

    A list has `least` to `most` items; the list of minutes may be empty.
    """
    text: dict[str, Any] = {"type": "string"}
    if output == "sentence":
        return _object(sentence=text)
    sources = {"type": "array", "items": {"type": "integer"}}
    if output == "minutes":
        kind = {"type": "string", "enum": list(get_args(ItemKind))}
        item = _object(kind=kind, text=text, owner=text, due=text, sources=sources)
        return _object(items={"type": "array", "items": item, "maxItems": most})
    item = _object(text=text, sources=sources) if output == "cited" else text
    return _object(sentences={"type": "array", "items": item, "minItems": least, "maxItems": most})


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def answer_tokens(sentences: int) -> int:
    """Return the token limit for an answer of `sentences` sentences."""
    return TOKENS_OF_JSON + TOKENS_PER_SENTENCE * sentences


def request_of(
    stage: str,
    prompt: Prompt,
    inputs: Mapping[str, str],
    *,
    sampling: Sampling,
    passages: Sequence[Evidence],
    least: int = 1,
    most: int = 1,
) -> Request:
    """Fill `inputs` into a prompt. Returns the request for `least` to `most` sentences."""
    system, user = prompt.render(inputs)
    return Request(
        stage=stage,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        json_schema=answer_schema(prompt.front.output, least=least, most=most),
        sampling=sampling.model_copy(update={"max_tokens": answer_tokens(most)}),
        passages=tuple(passages),
        sentences=most,
    )


def warmed(sampling: Sampling, by: float, *, attempt: int = 0) -> Sampling:
    """Add `by` to the temperature, up to 2.0, and `attempt` to the seed."""
    return sampling.model_copy(
        update={"temperature": min(2.0, sampling.temperature + by), "seed": sampling.seed + attempt}
    )


def examine_for(reply: Reply, prompt: Prompt, *, source: str) -> Answer:
    """Call `examine` with the instructions and the output of a prompt."""
    output = prompt.front.output
    return examine(
        reply,
        source=source,
        instructions=(prompt.system, prompt.user, *(example.assistant for example in prompt.examples)),
        output="sentence" if output == "text" else cast("Output", output),
    )


async def ask(request: Request, *, backend: Backend, prompt: Prompt, source: str) -> tuple[Answer, Call]:
    """Send a request. Returns the examined answer and the record of the call.

    An unusable reply is removed from the cache.
    """
    reply = await backend.complete(request)
    answer = examine_for(reply, prompt, source=source)
    if answer.problem is not None:
        forget_reply(backend, request)
    return answer, call_of(request.stage, reply, problem=answer.problem, events=answer.events)
