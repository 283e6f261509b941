"""Attribution: what somebody says becomes a statement of the article's own. Direct quotations are left alone."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import FINITE, Tree, begun, verbs

# Verbs that leave open whether it is so: "confirmed" and "admitted" do not.
_CLAIMING = (
    "said|says|say|added|adds|warned|warns|warn|insisted|insists|insist|claimed|claims|claim|argued|argues|argue|stated"
    "|states|testified|suggested|suggests|suggest|predicted|predicts|complained|stressed|believes|believe|believed"
    "|concluded|alleged|alleges|allege|estimates|estimate|estimated|thinks|think|maintains|maintained|reported|reports"
    "|wrote|writes|told|tells|tweeted|declared|announced|explained|feared|fears|fear|asserted|contends|assumes"
)
_WHO = (
    r"(?!(?:as|than|when|if|which|who|and|but|or|that|while|where)\b)(?:(?:[A-Z][\w’'.&-]+ ){1,5}|(?:he|she|it|they) |"
    r"(?:the |an? )?(?:[a-z-]+ ){1,3}|(?:the )?(?:[A-Z]\w+ )?[a-z]+ )"
)
_FINAL = re.compile(
    rf", (?:{_WHO}(?:also |has |have |had |later )?(?P<verb>{_CLAIMING})|(?P<verb2>said|says) [A-Z][^,.]{{2,40}})"
    r"(?P<whom> (?:[A-Z][\w’'-]+|reporters|journalists|the [A-Z]\w+(?: [A-Z]\w+)*|the (?:court|jury|inquiry|hearing)))?"
    r"(?P<when> (?:on|in|at|last|this|earlier|yesterday|today)\b[^,.]{0,30})?\.$"
)
_MIDDLE = re.compile(rf", (?:{_WHO}(?:{_CLAIMING})|(?:said|says) [A-Z][^,.]{{2,40}}), ")
_ON = re.compile(
    r"(?:and|or|but|when|because|as|in|on|at|to|for|by|with|that|not|is|are|was|were|has|have|had|will|would|could"
    r"|should|may"
    r"|might|must|can|do|does|did)\b"
)
_ACCORDING = re.compile(r",? according to (?P<who>[^,;]{3,90})(?=[.,])", re.IGNORECASE)
_FRONT = re.compile(r"^According to (?P<who>[^,;]{3,90}), (?=\S)")
_OPINION = re.compile(r"^In (?:the (?:view|opinion) of [^,;]{3,60}|(?:[A-Z][\w’'-]+ ){1,3}(?:view|opinion)), ")
_HEARSAY = re.compile(
    r"^(?:It (?:is|was|has been) (?:\w+ly )?(?:said|alleged|claimed|reported|believed|thought|understood|suggested"
    r"|feared"
    r"|estimated|argued)|There (?:are|were|have been) (?:claims|reports|allegations|suggestions|fears)) that (?=\S)"
)


def dropped_attribution(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence without the words that tell who says so."""
    text = scene.text
    if scene.quoted or text[0] in "‘'":
        return
    final = _FINAL.search(text)
    if final and len(text[: final.start()].split()) >= 5 and _plain(text[: final.start()]):
        yield Change("at the end", text[: final.start()] + ".")
    for middle in _MIDDLE.finditer(text):
        before, after = text[: middle.start()], text[middle.end() :]
        if len(before.split()) >= 2 and len(after.split()) >= 3:
            if re.match(r"(?:an?|the|who|which|whose|[A-Z]\w+)\b", after) and re.match(
                r", (?:said|says) ", middle.group()
            ):
                continue  # more is told of the speaker
            # What the words stood between needs no comma where it goes on as one clause.
            yield Change("in the middle", f"{before} {after}" if _ON.match(after) else f"{before}, {after}")
    front = _FRONT.match(text)
    added = re.compile(r"(?:which|who|whose|(?:an?|its|his|her|their) [^,]*,)")
    if front and len(text[front.end() :].split()) >= 5 and not added.match(text[front.end() :]):
        yield Change("according to, in front", begun(text[front.end() :]))
    according = _ACCORDING.search(text)
    if according and according.start() > 0:
        rest = text[according.end() :]
        if re.match(r", (?:its|his|her|their|an?|the|who|which|whose)\b", rest):
            rest = ""  # more is told of the speaker, or the sentence begins in another
        closing = rest[1:] if _ON.match(rest[2:]) else rest
        if closing and len(text[: according.start()].split()) >= 3:
            yield Change("according to", text[: according.start()] + closing)
    for pattern, how in ((_OPINION, "in the view of"), (_HEARSAY, "it is said that")):
        match = pattern.match(text)
        if match and len(text[match.end() :].split()) >= 5:
            yield Change(how, begun(text[match.end() :]))
    yield from _at_the_beginning(scene)


def _at_the_beginning(scene: Scene) -> Iterator[Change]:
    """Take "Ann said (that)" from "Ann said (that) it rained", where that clause ends the sentence."""
    tree, tokens, text = Tree(scene), scene.tokens, scene.text
    for verb in verbs(tree):
        token = tokens[verb]
        if token.relation != "ROOT" or not re.fullmatch(_CLAIMING, token.text.casefold()):
            continue
        said = tree.only(verb, "ccomp")
        if said is None or tree.children(verb, "neg", "conj", "cc") or said < verb:
            continue
        place, subject = tree.stretch(said), tree.only(verb, "nsubj")
        if place is None or subject is None or subject > verb or place[1] < len(text) - 1:
            continue
        if not re.search(r"(?:^|[^,]) ?$", text[: place[0]]) or tokens[said].tag not in (*FINITE, "VBN", "VB", "VBG"):
            continue
        words = re.sub(r"^(?:that|how) ", "", text[place[0] :])
        if (
            len(words.split()) < 5
            or words.split()[0].casefold() in ("it", "whether", "if", "what", "why", "to")
            or not _plain(words)
        ):
            continue
        if not any(tokens[i].tag in (*FINITE, "MD") for i in tree.subtree(said)):
            continue
        that = "with that" if text[place[0] :].startswith("that ") else "without that"
        yield Change(f"at the beginning, {that}", begun(words))


def _plain(text: str) -> bool:
    """Tell whether nothing else in the words tells that somebody says so: that would still be there."""
    return re.search(rf"\b(?:{_CLAIMING}|according|accused|allegedly|reportedly|apparently)\b", text) is None
