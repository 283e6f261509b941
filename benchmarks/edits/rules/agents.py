"""Who did what, across sentences: somebody else of the article is put in as the one who acts or is acted upon."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.clauses import clauses, lemma
from benchmarks.edits.rules.saying import VERBS
from benchmarks.edits.scene import Reading, Scene, pick
from benchmarks.edits.tree import FINITE, Phrase, Tree, begun, swapped, verbs
from summarise.data import Name

_KINDS = ("person", "organisation")
_LONGEST = 14
# Bodies that one word tells; no body of one group is one of another.
_OFFICES = (
    frozenset(("police", "officers", "detectives")),
    frozenset(("court", "judge", "jury", "tribunal")),
    frozenset(("government", "ministers", "ministry", "parliament")),
    frozenset(("company", "firm", "retailer", "airline", "bank")),
    frozenset(("union",)),
    frozenset(("doctors", "hospital")),
    frozenset(("prosecutors", "prosecution")),
    frozenset(("club", "team", "players")),
    frozenset(("council",)),
    frozenset(("charity", "university", "school")),
)


def agents(scene: Scene, reading: Reading) -> Iterator[Change]:
    """Yield the sentence with another agent or patient, with two subjects exchanged, or with another's predicate."""
    tree = Tree(scene)
    for clause in clauses(tree):
        for phrase, how in ((clause.agent, "another agent"), (clause.patient, "another patient")):
            # A subject that another verb shares would do both.
            shared = clause.governor != clause.verb and phrase is clause.agent
            new = None if shared else _another(phrase, clause.verb, scene, reading)
            if new:
                words = begun(new) if phrase.start == 0 else new
                yield Change(how, swapped(scene.text, (phrase.start, phrase.end, words)), new)
            office = None if shared else _office(phrase, clause.verb, scene, reading)
            if office:
                words = begun(office) if phrase.start == 0 else office
                yield Change(f"{how}, nouns", swapped(scene.text, (phrase.start, phrase.end, words)), office)
    yield from _two_subjects(tree)
    yield from _predicates(tree, reading)


def bare(phrase: Phrase | None, scene: Scene) -> Name | None:
    """Return the name that a phrase is, with no more than "the" before it."""
    if phrase is None or phrase.name is None or phrase.name.category not in _KINDS or phrase.name.confidence < 0.5:
        return None
    place = next((s, e) for s, e, n in scene.names if n is phrase.name)
    words = re.sub(r"^[Tt]he ", "", phrase.text)
    return phrase.name if words == re.sub(r"^[Tt]he ", "", scene.text[slice(*place)]) else None


def _another(phrase: Phrase, verb: int, scene: Scene, reading: Reading) -> str | None:
    """Return another bearer of the same category that never stands in a sentence with that verb or that name."""
    name = bare(phrase, scene)
    if name is None:
        return None
    stem = re.compile(rf"\b{re.escape(lemma(scene.tokens[verb])[:5])}", re.IGNORECASE)
    found = set()
    for other in reading.names:
        if not _apart(name, other) or other.value in scene.near or other.text in scene.near:
            continue
        # A single word that stands once may be no name at all.
        if " " not in other.text and sum(n.value == other.value for n in reading.names) < 2:
            continue
        together = [s.text for s in reading.scenes if s.index != scene.index and other.text.split()[-1] in s.text]
        if any(stem.search(text) or name.text.split()[-1] in text for text in together):
            continue
        the = re.search(rf"\bthe {re.escape(other.text)}\b(?! \w+s?\b ?[a-z]*[A-Z])", reading.text, re.IGNORECASE)
        found.add(f"the {other.text}" if the and not other.text.casefold().startswith("the ") else other.text)
    return pick(sorted(found), scene.text, phrase.start) if found else None


def _office(phrase: Phrase, verb: int, scene: Scene, reading: Reading) -> str | None:
    """Return another body of the article ("the police" for "the court") that never stands with that verb."""
    words = re.sub(r"^the ", "", phrase.text.casefold())
    group = next((group for group in _OFFICES if words in group), None)
    if group is None:
        return None
    stem = re.compile(rf"\b{re.escape(lemma(scene.tokens[verb])[:5])}", re.IGNORECASE)
    found = []
    for other in (word for others in _OFFICES if others is not group for word in sorted(others)):
        form = re.compile(rf"\b(?:the )?{other}\b(?! [a-z]*(?:officer|station|chief|member))", re.IGNORECASE)
        plural = other in (
            "police",
            "prosecutors",
            "ministers",
            "doctors",
            "officers",
            "detectives",
            "lawyers",
            "players",
        )
        fits = plural == (
            words in ("police", "prosecutors", "ministers", "doctors", "officers", "detectives", "lawyers")
        )
        if not fits or not (place := form.search(reading.text)) or form.search(scene.near):
            continue
        if not any(stem.search(s.text) for s in reading.scenes if form.search(s.text)):
            found.append(place.group() if place.group().casefold().startswith("the ") or plural else f"the {other}")
    return pick(sorted({word[0].lower() + word[1:] for word in found}), scene.text, phrase.start) if found else None


def _apart(name: Name, other: Name) -> bool:
    """Tell whether two names of one category are of two bearers for certain."""
    ours, theirs = (set(n.value.casefold().split()) for n in (name, other))
    return (
        other.category == name.category
        and other.confidence >= 0.5
        and len(other.text) > 3
        and other.text[:1].isupper()
        and not (ours & theirs - {"the", "of", "and"})
        and (name.category == "organisation" or (len(other.text.split()) > 1) == (len(name.text.split()) > 1))
    )


def _two_subjects(tree: Tree) -> Iterator[Change]:
    tokens = tree.scene.tokens
    for verb in verbs(tree):
        head = tokens[verb].head
        if tokens[verb].relation not in ("advcl", "conj") or lemma(tokens[verb]) == lemma(tokens[head]):
            continue
        one, two = (tree.phrase(tree.only(i, "nsubj", "nsubjpass")) for i in (head, verb))
        if one is None or two is None or one.sort is None or one.sort != two.sort or one.text == two.text:
            continue
        if one.pronoun or two.pronoun or one.plural != two.plural or re.fullmatch(VERBS, tokens[head].text):
            continue
        if tree.children(verb, "neg") or tree.children(head, "neg"):
            continue
        first, second = sorted((one, two), key=lambda phrase: phrase.start)
        yield Change(
            "two subjects",
            swapped(
                tree.scene.text,
                (first.start, first.end, second.nominative(first=first.start == 0)),
                (second.start, second.end, first.nominative(first=False)),
            ),
        )


def _predicates(tree: Tree, reading: Reading) -> Iterator[Change]:
    """Tell of this one, in a relative clause, what another does in another sentence."""
    ours = _predicate(tree)
    if ours is None:
        return
    name, subject, _ = ours
    told = []
    for other in reading.scenes:
        theirs = _predicate(Tree(other))
        if theirs is None or not _apart(name, theirs[0]) or not 3 <= len(theirs[2].split()) <= _LONGEST:
            continue
        if name.text.split()[-1] in other.near or re.search(r"[,;:—–]|\b(?:he|she|it|they|also|too)\b", theirs[2]):
            continue
        told.append(theirs[2])
    if told:
        clause = pick(sorted(told), tree.scene.text)
        which = "who" if name.category == "person" else "which"
        new = f"{tree.scene.text[: subject.end]}, {which} {clause},{tree.scene.text[subject.end :]}"
        yield Change("another's predicate", new)


def _predicate(tree: Tree) -> tuple[Name, Phrase, str] | None:
    """Return the name that begins the sentence, its phrase, and what is said of it; None for what somebody says."""
    tokens = tree.scene.tokens
    root = next((i for i, t in enumerate(tokens) if t.relation == "ROOT"), None)
    if (
        root is None
        or tree.scene.quoted
        or re.fullmatch(VERBS, tokens[root].text)
        or tree.children(root, "neg", "ccomp")
    ):
        return None
    subject = tree.phrase(tree.only(root, "nsubj", "nsubjpass"))
    name = bare(subject, tree.scene)
    if subject is None or name is None or subject.start > 0:
        return None
    following = next((t for t in tokens if t.start >= subject.end), None)
    if following is None or following.tag not in (*FINITE, "MD"):
        return None
    return name, subject, tree.scene.text[subject.end :].strip().rstrip('.!?”"')
