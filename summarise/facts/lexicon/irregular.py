"""Irregular forms of common English verbs and nouns, each with its base form; for comparing words, not for writing."""

_VERBS = """
arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became; begin began begun; bend bent;
bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought; build built;
burn burnt; buy bought; catch caught; choose chose chosen; cling clung; come came; creep crept; deal dealt; dig dug;
draw drew drawn; dream dreamt; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed;
feel felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden; forget forgot forgotten;
forgive forgave forgiven; freeze froze frozen; get got gotten; give gave given; go went gone; grow grew grown;
hang hung; hear heard; hide hid hidden; hold held; keep kept; kneel knelt; know knew known; lay laid; lead led;
lean leant; leap leapt; learn learnt; leave left; lend lent; lose lost; make made; mean meant; meet met;
mislead misled; mistake mistook mistaken; overcome overcame; overthrow overthrew overthrown; overtake overtook
overtaken; pay paid; prove proven; ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw seen;
seek sought; sell sold; send sent; shake shook shaken; shine shone; shoot shot; show shown; shrink shrank shrunk;
sing sang sung; sink sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken; speed sped; spell spelt;
spend spent; spill spilt; spin spun; spring sprang sprung; stand stood; steal stole stolen; stick stuck; sting stung;
strike struck stricken; strive strove striven; swear swore sworn; sweep swept; swim swam swum; swing swung;
take took taken; teach taught; tear tore torn; tell told; think thought; throw threw thrown; understand understood;
undergo underwent undergone; undertake undertook undertaken; uphold upheld; wake woke woken; wear wore worn;
weave wove woven; weep wept; win won; wind wound; withdraw withdrew withdrawn; withhold withheld; write wrote written
"""
_NOUNS = "child children; man men; woman women; person people; foot feet; tooth teeth; mouse mice; goose geese; wife wives; life lives; knife knives; half halves; thief thieves; wolf wolves"  # noqa: E501


def _bases(entries: str) -> dict[str, str]:
    return {form: base for base, *forms in map(str.split, entries.split(";")) for form in forms}


SINGULARS = _bases(_NOUNS)
BASES = _bases(_VERBS) | SINGULARS
"""The base form of each irregular one; forms that are words of their own as often ("bore", "wound") included."""
