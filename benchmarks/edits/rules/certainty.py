"""Certainty: a hedge is dropped or raised, so that what may be, or is said to be, is. Quotations are left alone."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.participles import past_of
from benchmarks.edits.scene import Reading, Scene

_WIDELY = r"(?:also |still |now |widely |reportedly |currently |reasonably )?"
_KNOWN = "thought|believed|understood|said|reported|alleged|suspected|rumoured|feared|considered|claimed"
# What is hedged, what it becomes, and the name of the way. A "{s}" stands for the number of the verb before.
_HEDGES: tuple[tuple[str, str, str], ...] = (
    (r"\b(?:may|might|could) (?:well |also )?have (?=(?:been|[a-z]+(?:ed|en|wn|lt|pt|nt|ld|de|ought))\b)",
     "had ", "may have"),
    (r"\b(?:may|might) (?:well )?(?=[a-z]+\b)(?!have\b|not\b|also\b|yet\b|still\b|well have\b)", "will ", "may"),
    (r"\bcould (?:also |still )?(?=be [a-z]+ed\b|face\b|lead\b|see\b|mean\b|become\b|cause\b|take\b|affect\b"
     r"|spend\b|help\b)",
     "will ", "could"),
    (rf"\b(?:is|are) {_WIDELY}expected to (?=[a-z]+)", "will ", "expected to"),
    (rf"\b(?:was|were) {_WIDELY}expected to (?=[a-z]+)", "would certainly ", "expected to"),
    (r"\b(?:is|are) {0}due to (?=[a-z]+)".replace("{0}", _WIDELY), "is certain to ", "due to"),
    (r"\b(?:is|are) (?:very |most |more )?likely to (?=[a-z]+)", "will ", "likely to"),
    (r"\b(?:appears?|seems?) to be\b", "is", "seems to"),
    (r"\b(?:appeared|seemed) to be\b", "was", "seems to"),
    (r"\b(?:appears?|seems?) to have (?=been\b|[a-z]+ed\b)", "has ", "seems to"),
    (r"\b(?:appeared|seemed) to have (?=been\b|[a-z]+ed\b)", "had ", "seems to"),
    (rf"\bis {_WIDELY}(?:{_KNOWN}) to have (?=been\b|[a-z]+ed\b|[a-z]+en\b|left|lost|made|said|told|sold|paid)",
     "has ", "said to"),
    (rf"\bare {_WIDELY}(?:{_KNOWN}) to have (?=been\b|[a-z]+ed\b|[a-z]+en\b|left|lost|made|said|told|sold|paid)",
     "have ", "said to"),
    (rf"\b(?:was|were) {_WIDELY}(?:{_KNOWN}) to have (?=been\b|[a-z]+ed\b|[a-z]+en\b|left|lost|made|said|told)",
     "had ", "said to"),
    (rf"\bis {_WIDELY}(?:{_KNOWN}) to be\b", "is", "said to"),
    (rf"\bare {_WIDELY}(?:{_KNOWN}) to be\b", "are", "said to"),
    (rf"\bwas {_WIDELY}(?:{_KNOWN}) to be\b", "was", "said to"),
    (rf"\bwere {_WIDELY}(?:{_KNOWN}) to be\b", "were", "said to"),
    (r"\b(?:allegedly|reportedly|apparently|probably|possibly|perhaps|seemingly|supposedly|potentially|presumably|maybe"
     r"|arguably),? ", "", "adverb"),
    (r"\b(?:alleged|suspected|apparent|possible|potential|would-be|supposed|presumed) (?=[a-z]+)", "", "adjective"),
    (r"\b(?:proposed|planned) (?=[a-z]+)", "", "proposed"),
    (r"\bfac(?:es?|ing) (?:a |an )?charges? of (?=[a-z]+)", "is guilty of ", "charged"),
    (r"\b(?:is|was|are|were|been) (?:also )?accused of (?=[a-z]+ing\b)", "admitted ", "accused"),
    (r"\baccused of (?=[a-z]+ing\b)", "guilty of ", "accused"),
    (r"\b(?:is|are) suspected of (?=[a-z]+)", "is guilty of ", "suspected"),
    (r"\b(?:suspects?|believes?|thinks?|fears?|expects?|hopes?) that (?=[a-z]+)", "knows that ", "believes to knows"),
    (r"\b(?:alleges?|claims?|suggests?|argues?) that (?=[a-z]+)", "proves that ", "alleges to proves"),
    (r"\b(?:alleged|claimed|suggested|argued) that (?=[a-z]+)", "proved that ", "alleges to proves"),
    (r"\balleged (?=[a-z]+)", "proven ", "raised"),
    (r"\bsuspected (?=[a-z]+)", "confirmed ", "raised"),
    (r"\bpossible (?=[a-z]+)", "certain ", "raised"),
    (r"\ballegedly\b", "undoubtedly", "raised"),
    (r"\b(?:probably|possibly|perhaps|apparently|reportedly|likely)\b(?! to)", "definitely", "raised"),
    (r"\bexpected to (?=[a-z]+)", "certain to ", "raised"),
    (r"\blikely to (?=[a-z]+)", "certain to ", "raised"),
    (r"\b(?:may|might) (?=[a-z]+\b)(?!have\b|not\b|also\b|yet\b|still\b|well\b)", "will certainly ", "raised"),
    (r"\ballegations? of\b", "proof of", "raised"),
    (r"\ballegations? that\b", "proof that", "raised"),
    (r"\bclaims that\b", "proof that", "raised"),
    (r"\bfears? that\b", "certainty that", "raised"),
)  # fmt: skip
# "Plans to build" becomes "has built", "tried to" becomes the deed.
_INTENT = re.compile(
    r"\b(?P<verb>plans?|hopes?|aims?|intends?|wants?|hop(?:ed|ing)|tried|attempted|sought|planned|intended|wanted|vowed"
    r"|promised|pledged|agreed|offered|threatened|is trying|are trying|is planning|are planning|is considering"
    r"|is set|are set|has promised|has agreed|has vowed|has offered|has threatened) to (?P<plain>[a-z]+)(?= [a-z])"
)
_ATTEMPTED = re.compile(r"\b(?:plotting|conspiring|attempting|trying) to (?P<plain>[a-z]+)(?= [a-z])")
_IF = re.compile(r"^If (?P<what>[^,“”\"]{10,70}), (?=[a-z]+ |[A-Z])|,? if (?P<last>[^,“”\"]{10,60})(?=\.$)")

# "Suspected" as a verb and "plans" as a noun are no hedges: what stands before tells.
_ADJECTIVE = re.compile(
    r"(?:\b(?:[Tt]he|an?|of|in|into|by|two|three|and|other|his|her|their|its|as|for|from|with|,) |^)$"
)
_AGAIN = re.compile(r"\b(?:and|or) (?:to|may|might|could)\b")
_TAGS = ("VBZ", "VBP", "VBD", "VBN", "VBG")
_DENIED = re.compile(r"\b(?:not|no|never|nor|without|denie[sd]|deny|den(?:ied|ying)|whether|if|nobody)\b|n[’']t\b")


def certainty(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence without one of its hedges, or with a stronger word in its place."""
    for pattern, new, how in _HEDGES:
        for match in re.compile(pattern).finditer(scene.text):
            before, after = scene.text[: match.start()], scene.text[match.end() :]
            # "Is expected to open and to last": the second verb would be left hanging.
            if scene.in_quotation(match.start()) or _AGAIN.search(after) or _DENIED.search(before[-60:]):
                continue
            if not _fits(scene, match, how):
                continue
            if how in ("due to",) and match.group().startswith("are"):
                yield scene.replace(*match.span(), "are certain to ", how, brought="")
                continue
            yield scene.replace(*match.span(), _agreed(new, match.group(), before), how, brought="")
    yield from _intended(scene)
    yield from _conditions(scene)


def _agreed(new: str, old: str, before: str) -> str:
    """Return the new words in the number and with the helper of the old ones."""
    first = old.split()[0]
    if new.startswith("is ") and (
        first in ("are", "face", "appear", "seem") or re.search(r"\b(?:they|who)\W*$", before[-5:])
    ):
        return new.replace("is ", "are ", 1)
    if new == "is" and first in ("appear", "seem"):
        return "are"
    if new.startswith("has ") and first in ("appear", "seem"):
        return new.replace("has ", "have ", 1)
    if new.startswith(("knows ", "proves ")) and not first.endswith("s"):
        return new.replace("s ", " ", 1)
    if first == "facing":
        return "guilty of "
    if first == "been" and new.startswith("admitted"):
        return "admitted "
    return new


def _fits(scene: Scene, match: re.Match[str], how: str) -> bool:
    before = scene.text[: match.start()]
    tokens = [token for token in scene.tokens if match.start() <= token.start < match.end()]
    word = match.group().split()[0].casefold()
    if how in ("adjective", "proposed") or (how == "raised" and word in ("alleged", "suspected", "possible")):
        # "As soon as possible", "if possible" have no noun behind them.
        following = next((t for t in scene.tokens if t.start >= match.end()), None)
        noun = following is not None and following.tag.startswith(("NN", "JJ"))
        return noun and bool(_ADJECTIVE.search(before)) and not re.search(r"\bas $", before)
    if how == "may" or word in ("may", "might"):
        return any(token.tag == "MD" for token in tokens)
    if re.match(r"[^.;]{0,60}\bshould\b", scene.text[match.end() :]) and word.startswith("suggest"):
        return False  # a proposal, not a claim
    if how in ("believes to knows", "alleges to proves"):
        return bool(tokens) and tokens[0].tag in ("VBZ", "VBP", "VBD")
    if how == "raised" and word == "likely":
        return bool(tokens) and tokens[0].tag == "RB" and not re.search(r"\b(?:most|more|very|less) $", before)
    if how == "accused" and word == "accused":
        return bool(
            re.search(r"(?:\b(?:man|woman|men|women|those|people|[A-Z]\w+), |\b(?:stands?|was|is) )$", before)
        ) and not (re.search(r"\b(?:is|was|are|were|been) $", before))
    return True


def _intended(scene: Scene) -> Iterator[Change]:
    for match in _INTENT.finditer(scene.text):
        verb, plain = match["verb"], match["plain"]
        start = [token for token in scene.tokens if token.start == match.start()]
        if scene.in_quotation(match.start()) or not start or start[0].tag not in _TAGS or start[0].tag == "VBG":
            continue
        if (
            re.search(r"\b(?:who|which|that|if|just|when|they|he|she) (?:also )?$", scene.text[: match.start()])
            and "want" in verb
        ):
            continue
        if plain in ("be", "do", "see", "have", "know", "get", "stay", "remain", "keep") or start[0].tag == "VBN":
            continue
        if _DENIED.search(scene.text[: match.start()][-40:]) or _AGAIN.search(scene.text, match.end()):
            continue
        past = past_of(plain)
        if past is None:
            continue
        tried = verb in ("tried", "attempted", "sought")
        # "Tried to" had a time of its own; of plans the deed is still to come.
        new = past if start[0].tag == "VBD" else f"will {plain}"
        how = (
            "tried to"
            if tried
            else ("promised to" if re.search("vow|promis|pledg|agree|offer|threat", verb) else "plans to")
        )
        yield scene.replace(*match.span(), new, how, brought="")
    for match in _ATTEMPTED.finditer(scene.text):
        plain = match["plain"]
        if (
            scene.in_quotation(match.start())
            or plain not in _GERUNDS
            or re.search(r"\b(?:is|are|was|were|been) $", scene.text[: match.start()])
        ):
            continue
        yield scene.replace(*match.span(), _GERUNDS[plain], "tried to", brought="")


_GERUNDS = {
    "kill": "killing", "murder": "murdering", "steal": "stealing", "sell": "selling", "buy": "buying", "rob": "robbing",
    "import": "importing", "smuggle": "smuggling", "supply": "supplying", "join": "joining", "enter": "entering",
    "save": "saving", "rescue": "rescuing", "influence": "influencing", "defraud": "defrauding", "find": "finding",
}  # fmt: skip


def _conditions(scene: Scene) -> Iterator[Change]:
    for match in _IF.finditer(scene.text):
        rest = scene.text[: match.start()] + scene.text[match.end() :]
        if (
            scene.quoted
            or len(rest.split()) < 6
            or re.search(
                r"\b(?:asked?|wonder\w*|know|knew|see|whether|even|as|only|and|or|what)\b",
                scene.text[: match.end("last")][-90:] if match["last"] else "",
            )
        ):
            continue
        if match["last"] and re.match(r"(?:not|so|any|necessary|possible)\b", match["last"]):
            continue
        # Only what would follow is a statement without its condition.
        if not re.search(r"\b(?:will|would|must)\b", rest) or re.search(r"\b(?:may|might|could)\b", rest):
            continue
        yield scene.replace(*match.span(), "", "condition dropped", brought="")
