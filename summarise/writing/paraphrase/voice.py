"""A passive told in the active: "Calder was hired by the port" as "The port hired Calder".

Only the simple past with a doer named behind "by", nothing denied or counted, no pronouns that would come too early.
"""

from collections.abc import Iterator

from summarise.writing.paraphrase.deletions import pronouns_in
from summarise.writing.paraphrase.edit import Edit, Part, Piece
from summarise.writing.paraphrase.sentence import Sentence

_PAST = dict(
    pair.split(":")
    for pair in (
        "given:gave taken:took written:wrote seen:saw chosen:chose led:led held:held sold:sold bought:bought made:made "
        "built:built sent:sent brought:brought caught:caught found:found hit:hit won:won beaten:beat shot:shot "
        "founded:founded bitten:bit stolen:stole driven:drove spent:spent paid:paid told:told struck:struck set:set"
    ).split()
)
_LONGEST = 9
_STATES = frozenset(
    "followed accompanied surrounded caused based concerned involved used known held made set born".split()
)


def actives(sentence: Sentence) -> Iterator[Edit]:
    """Yield the sentence with its doer in front."""
    root, tree, subject = sentence.root, sentence.tree, sentence.subject
    word = sentence.word(root)
    past = _PAST.get(word, word if word.endswith("ed") else None)
    helpers = tree.children(root, "auxpass")
    if (
        past is None
        or subject is None
        or subject[0] != 0
        or len(helpers) != 1
        or tree.children(root, "aux", "neg", "conj", "prt")
    ):
        return
    if sentence.word(helpers[0]) not in ("was", "were") or helpers[0] != subject[1] + 1 or word in _STATES:
        return
    by = [i for i in tree.children(root, "agent") if sentence.word(i) == "by"]
    if len(by) != 1 or by[0] < root or sentence.doubtful_capital(0) or tree.children(root, "ccomp", "advcl", "oprd"):
        return
    first, last = tree.extent(by[0])
    doer = (first + 1, last)
    between, behind = (root + 1, first - 1), (last + 1, sentence.last)
    if (
        first != by[0]
        or doer[1] - doer[0] >= _LONGEST
        or "," in sentence.words(0, sentence.last)
        or not tree.children(first, "pobj")
    ):
        return
    if sentence.finites(*doer) or sentence.finites(0, subject[1]) or sentence.scoped(0, -1):
        return
    if pronouns_in(sentence, 0, sentence.last) or not sentence.balanced(0, sentence.last) or sentence.quoted(root):
        return
    if (
        not sentence.free_of_quotes(0, sentence.last)
        or "by" in sentence.words(*behind)
        or subject[1] - subject[0] >= _LONGEST
    ):
        return
    noun = tree.children(first, "pobj")[0]
    if sentence.tokens[noun].tag == "CD" or sentence.tokens[noun].entity[2:] in (
        "DATE",
        "TIME",
        "MONEY",
        "PERCENT",
        "CARDINAL",
    ):
        return
    if sentence.tokens[noun].tag in ("VBG", "PRP") or sentence.word(noun) in ("time", "way", "means", "majority"):
        return
    adverbs = [i for i in tree.children(root, "advmod") if helpers[0] < i < root]
    if root - helpers[0] - 1 != len(adverbs):
        return
    told: list[Piece] = [Part(*doer, "upper")]
    for i in adverbs:
        told += [" ", Part(i, i)]
    told += [f" {past} ", Part(*subject, "lower")]
    for stretch in (between, behind):
        if stretch[0] <= stretch[1]:
            told += [" ", Part(*stretch)]
    yield Edit(0, len(sentence.tokens) - 1, "voice", ((*told, "."),), rank=1)
