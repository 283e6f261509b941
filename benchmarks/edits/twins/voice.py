"""Voice: active made passive and passive made active, agent and patient kept. Only in sentences of one plain clause."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.clauses import lemma
from benchmarks.edits.participles import agreeing, be, participle, past_for
from benchmarks.edits.scene import Reading, Scene
from benchmarks.edits.tree import FINITE, Tree, swapped, verbs

# Verbs that have no passive, or stand with their object for one verb ("took place").
_NO_PASSIVE = frozenset(
    """
    be have do get let make take give say want need like cost mean total weigh resemble equal fit suit lack become
    remain stay leave enter join reach lose spend start end begin face face suffer serve last go come seem appear
    contain comprise include number run work play put keep hold bring tell ask show turn open close score win see know
    think know believe feel love hope mark make miss try call pay live stand sit break hit near boast sport include
    shed receive
    """.split()
)
_UNFIT = ("conj", "cc", "xcomp", "ccomp", "advcl", "prt", "dative", "neg", "oprd", "acomp", "expl", "parataxis")


def voices(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with its main verb in the other voice."""
    tree, tokens = Tree(scene), scene.tokens
    if scene.quoted or scene.text[0] in "‘'":
        return
    for verb in verbs(tree):
        token = tokens[verb]
        if token.relation not in ("ROOT", "ccomp") or lemma(token) in _NO_PASSIVE or tree.children(verb, *_UNFIT):
            continue
        if re.search(r"\b(?:before|after|by|while|without) \w+ing\b", scene.text[token.end :]) or _unsure(scene):
            continue
        if any(t.text.casefold() in ("his", "her", "its", "their", "he", "she", "it") for t in tokens[verb:]):
            continue
        text = _passive(tree, verb) or _active(tree, verb)
        if text:
            yield text


def _unsure(scene: Scene) -> bool:
    """Tell whether the first word may or may not keep its capital elsewhere."""
    first = scene.tokens[0]
    return first.tag.startswith("NNP") and not any(start == 0 for start, _, _ in scene.names)


def _passive(tree: Tree, verb: int) -> Change | None:
    tokens, text = tree.scene.tokens, tree.scene.text
    token = tokens[verb]
    agent, patient = (tree.phrase(tree.only(verb, r), longest=9) for r in ("nsubj", "dobj"))
    done, helpers = participle(token.text, token.tag), tree.auxiliaries(verb)
    if agent is None or patient is None or done is None or agent.pronoun or len(helpers) > 1:
        return None
    first = helpers[0] if helpers else verb
    if text[agent.end : tokens[first].start] != " " or text[token.end : patient.start] != " ":
        return None
    if not helpers and token.tag in FINITE:
        form = f"{be(token.tag, plural=patient.plural)} {done}"
    elif helpers and tokens[first].tag in ("VBZ", "VBP", "VBD") and token.tag == "VBN" and verb == first + 1:
        have = agreeing(tokens[first].text, plural=patient.plural) if tokens[first].tag != "VBD" else "had"
        form = f"{have} been {done}"
    elif helpers and tokens[first].tag == "MD" and token.tag == "VB" and verb == first + 1:
        form = f"{tokens[first].text} be {done}"
    else:
        return None
    new = f"{patient.nominative(first=agent.start == 0)} {form} by {agent.accusative()}"
    return Change("active to passive", swapped(text, (agent.start, patient.end, new)))


def _active(tree: Tree, verb: int) -> Change | None:
    tokens, text = tree.scene.tokens, tree.scene.text
    token, by = tokens[verb], tree.only(verb, "agent")
    patient = tree.phrase(tree.only(verb, "nsubjpass"), longest=9)
    agent = tree.phrase(tree.only(by, "pobj"), longest=9) if by is not None else None
    helpers = [tokens[i] for i in tree.auxiliaries(verb)]
    if agent is None or patient is None or by is None or not helpers or text[token.end : tokens[by].start] != " ":
        return None
    if text[patient.end : helpers[0].start] != " " or helpers[-1].end + 1 != token.start:
        return None
    if text[agent.end : agent.end + 1] == ",":
        return None
    words = [helper.text for helper in helpers]
    if words in (["was"], ["were"]):
        form = past_for(token.text)
    elif len(words) == 2 and words[1] == "been" and words[0] in ("has", "have"):
        have = agreeing(words[0], plural=agent.plural)
        form = f"{have} {token.text}"
    else:
        return None
    if form is None:
        return None
    new = f"{agent.nominative(first=patient.start == 0)} {form} {patient.accusative()}"
    return Change("passive to active", swapped(text, (patient.start, agent.end, new)))
