"""Who did what, in one clause: who acts and who is acted upon change places, or the voice is changed without them."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.clauses import BARRED, Clause, clauses, lemma
from benchmarks.edits.participles import agreeing, be, participle, past_for
from benchmarks.edits.rules.saying import VERBS
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import FINITE, Phrase, Tree, swapped, verbs
from benchmarks.edits.verbforms import base

_MUTUAL = re.compile(r"\b(?:each other|one another|mutual\w*|both sides|in turn|jointly|together)\b", re.IGNORECASE)
# "Spoke to", "differed from": it holds for both.
_BOTH = frozenset(
    "speak talk listen write relate compare differ travel go come return move belong live lie stand run fly do".split()
)


# What they give goes to somebody, even where the parser hangs "to" on the thing.
_GIVING = frozenset(
    "sell give send lend pay leak donate award hand offer transfer buy deliver lose borrow rent supply".split()
)


def roles(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with agent and patient of one verb exchanged, or with its voice changed and not them."""
    if _MUTUAL.search(scene.near) or scene.text[0] in "‘'":
        return
    tree = Tree(scene)
    for clause in clauses(tree):
        if not clause.agent.alike(clause.patient):
            continue
        if stated(clause.patient, clause.verb, clause.agent, scene, reading):
            continue
        text = exchanged(tree, clause.governor, clause.subject, clause.other)
        if clause.governor != clause.verb:
            if text:
                yield Change("agent of another verb", text)
            continue
        if text:
            yield Change(f"{'passive' if clause.passive else 'active'}, {_sort(clause)}", text)
        text = _active_for_passive(tree, clause) if clause.passive else _passive_for_active(tree, clause)
        if text:
            yield Change("active for passive" if clause.passive else "passive for active", text)
    yield from _relatives(tree)
    yield from _recipients(tree, reading)
    yield from _things(scene)


def stated(agent: Phrase, verb: int, patient: Phrase, scene: Scene, reading: Reading) -> bool:
    """Tell whether another sentence may say that `agent` did it to `patient`: both and the verb stand there, he first.

    Pronouns are not looked for.
    """
    stem = lemma(scene.tokens[verb])[:5]
    for other in reading.scenes:
        if other.index == scene.index or not re.search(rf"\b{re.escape(stem)}", other.text, re.IGNORECASE):
            continue
        one, two = (other.text.find(phrase.head.text) for phrase in (agent, patient))
        if one >= 0 and two >= 0 and (one < two or " by " in other.text):
            return True
    return False


def exchanged(tree: Tree, verb: int | None, subject: Phrase, other: Phrase) -> str | None:
    """Return the sentence with a subject and another phrase in each other's place; None where a form is not certain.

    `verb` is the one whose subject it is, which changes its number with it; None where it is an object itself.
    """
    tokens = tree.scene.tokens
    new = other.accusative() if verb is None else other.nominative(first=subject.start == 0)
    parts = [(subject.start, subject.end, new), (other.start, other.end, subject.accusative())]
    group = () if verb is None else (*tree.auxiliaries(verb), verb)
    finite = next((tokens[i] for i in group if tokens[i].tag in FINITE), None)
    changes = finite is not None and (finite.tag in ("VBZ", "VBP") or finite.text.casefold() in ("was", "were"))
    if finite is not None and changes and subject.plural != other.plural:
        form = agreeing(finite.text, plural=other.plural)
        # A second verb would have to follow, and "’s" is not told apart.
        if form is None or any(t.relation == "conj" and t.head == verb for t in tokens) or not finite.text.isalpha():
            return None
        parts.append((finite.start, finite.end, form))
    return swapped(tree.scene.text, *parts)


def _sort(clause: Clause) -> str:
    pair = (clause.agent, clause.patient)
    if any(phrase.pronoun for phrase in pair):
        return "pronoun"
    return "names" if all(phrase.name is not None for phrase in pair) else "nouns"


def _passive_for_active(tree: Tree, clause: Clause) -> str | None:
    tokens = tree.scene.tokens
    token, parts = tokens[clause.verb], list[tuple[int, int, str]]()
    done = participle(token.text, token.tag)
    if done is None or tree.children(clause.verb, "prt", "dative") or len(clause.auxiliaries) > 1:
        return None
    if not clause.auxiliaries:
        form = f"{be(token.tag, plural=clause.subject.plural)} {done} by"
    elif token.tag == "VBN":
        form = f"been {done} by"
    elif token.tag == "VB" and tokens[clause.auxiliaries[0]].tag == "MD":
        form = f"be {done} by"
    else:
        return None
    parts.append((token.start, token.end, form))
    return swapped(tree.scene.text, *parts)


def _active_for_passive(tree: Tree, clause: Clause) -> str | None:
    tokens = tree.scene.tokens
    token, by = tokens[clause.verb], tree.only(clause.verb, "agent")
    if by is None:
        return None
    if tree.scene.text[token.end : tokens[by].start] != " ":
        return None
    first, last = tokens[clause.auxiliaries[0]], tokens[clause.auxiliaries[-1]]
    behind = tree.scene.text[tokens[by].start : tokens[by].end + 1]
    parts = [(tokens[by].start, tokens[by].start + len(behind), "")]
    if len(clause.auxiliaries) == 1 and first.text.casefold() in ("was", "were"):
        past = past_for(token.text)
        if past is None:
            return None
        parts += [(first.start, last.end + 1, ""), (token.start, token.end, past)]
    elif len(clause.auxiliaries) == 2 and first.text.casefold() in ("has", "have", "had") and last.text == "been":
        parts.append((last.start, last.end + 1, ""))
    elif len(clause.auxiliaries) == 2 and first.tag == "MD" and last.text == "be":
        plain = base(past_for(token.text) or "", "VBD")
        if plain is None:
            return None
        parts += [(last.start, last.end + 1, ""), (token.start, token.end, plain)]
    else:
        return None
    return swapped(tree.scene.text, *parts)


def _relatives(tree: Tree) -> Iterator[Change]:
    """Make "the man whom Ann hit" of "the man who hit Ann"."""
    tokens, text = tree.scene.tokens, tree.scene.text
    for verb in verbs(tree):
        who, patient = tree.only(verb, "nsubj"), tree.phrase(tree.only(verb, "dobj"))
        if (
            who is None
            or patient is None
            or patient.sort != "being"
            or tokens[who].text not in ("who", "which", "that")
        ):
            continue
        first = min((*tree.auxiliaries(verb), verb))
        known = tokens[verb].tag in FINITE or tree.auxiliaries(verb)
        if not known or tokens[verb].relation != "relcl" or tree.children(verb, "neg", "conj", "xcomp", "ccomp"):
            continue
        if lemma(tokens[verb]) in BARRED or tree.scene.in_quotation(tokens[verb].start):
            continue
        if first != who + 1 or text[tokens[verb].end : patient.start] != " ":
            continue
        finite, words = tokens[first], text[tokens[first].start : tokens[verb].end]
        if finite.tag in ("VBZ", "VBP") or finite.text in ("was", "were"):
            form = agreeing(finite.text, plural=patient.plural)
            if form is None:
                continue
            words = form + words[len(finite.text) :]
        pronoun = "whom" if tokens[who].text == "who" else tokens[who].text
        new = f"{pronoun} {patient.nominative(first=False)} {words}"
        yield Change("relative clause", swapped(text, (tokens[who].start, patient.end, new)))


def _recipients(tree: Tree, reading: Reading) -> Iterator[Change]:
    tokens = tree.scene.tokens
    for verb in verbs(tree):
        subject = tree.phrase(tree.only(verb, "nsubj"))
        auxiliaries = tree.auxiliaries(verb)
        if subject is None or (not auxiliaries and tokens[verb].tag not in FINITE) or tree.children(verb, "neg"):
            continue
        if tree.scene.in_quotation(tokens[verb].start) or lemma(tokens[verb]) in _BOTH:
            continue
        under = list(tree.children(verb, "prep", "dative"))
        thing = tree.only(verb, "dobj")
        if thing is not None and lemma(tokens[verb]) in _GIVING:
            under += tree.children(thing, "prep")
        for to in under:
            word = tokens[to].text.casefold()
            if word not in ("to", "from", "against", "for") and tokens[to].relation != "dative":
                continue
            recipient = tree.phrase(tree.only(to, "pobj") if word in ("to", "from", "against", "for") else to)
            if recipient is None or not subject.alike(recipient):
                continue
            if recipient.start < tokens[verb].start or stated(recipient, verb, subject, tree.scene, reading):
                continue
            if word in ("against", "for") and lemma(tokens[verb]) in (
                "play",
                "fight",
                "start",
                "be",
                "draw",
                "compete",
            ):
                continue
            text = exchanged(tree, verb, subject, recipient)
            if text:
                yield Change("recipient", text)


def _things(scene: Scene) -> Iterator[Change]:
    """Two nouns behind "the" with a verb between; these need no tree."""
    tokens = scene.tokens
    for index in range(len(tokens) - 4):
        the, agent, verb, other, patient = tokens[index : index + 5]
        nouns = agent.tag == patient.tag == "NN" and agent.text != patient.text
        if not nouns or verb.tag != "VBD" or {the.text.casefold(), other.text.casefold()} != {"the"}:
            continue
        free = index == 0 or tokens[index - 1].text in (",", "and", "that", "said", "but", "when", "as")
        last = index + 5 == len(tokens) or not tokens[index + 5].tag.startswith(("NN", "POS", "HYPH", "JJ"))
        barred = re.fullmatch(VERBS, verb.text) or lemma(verb) in ("be", "have", "meet", "face", "join", "become")
        if free and last and not barred and not scene.in_quotation(the.start):
            parts = ((agent.start, agent.end, patient.text), (patient.start, patient.end, agent.text))
            yield Change("things", swapped(scene.text, *parts))
