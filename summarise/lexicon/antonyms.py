"""Words of news and their opposites: two groups a line, each word of one the opposite of each of the other.

Chosen by hand, since lexical resources list few antonyms of verbs; only what excludes the other in the same place of
the same statement. Base forms; compare by stem.
"""

_OPPOSITES = """
deny reject dispute | confirm admit acknowledge concede accept
refuse decline | agree consent
reject block veto oppose | approve accept back support endorse
increase rise grow climb jump soar surge gain expand | decrease fall drop decline shrink plunge slump lose cut
raise boost lift | lower reduce cut
strengthen | weaken
widen | narrow
win | lose
pass succeed | fail
allow permit authorise | ban prohibit forbid bar
open reopen start begin launch | close shut end stop finish
arrive enter | leave depart
buy acquire purchase | sell
hire appoint recruit | fire dismiss sack
acquit clear | convict
accept receive | decline refuse
include | exclude
support favour welcome praise | oppose condemn criticise reject
remember | forget
accelerate | slow
improve | worsen deteriorate
create | destroy
appear emerge | disappear vanish
early | late
high | low
higher | lower
more most | less least fewer fewest
larger bigger greater largest biggest | smaller smallest
large big | small
strong | weak
stronger | weaker
better best | worse worst
good | bad
fast quick faster | slow slower
long longer | short shorter
old older oldest | young younger youngest
rich | poor
safe | unsafe dangerous
possible | impossible
likely | unlikely
legal lawful | illegal unlawful
guilty | innocent
public | private
male | female
positive | negative
able | unable
happy | unhappy
known | unknown
correct right | incorrect wrong
first | last
before | after
always | never
all every | no none
many | few
often | rarely seldom
north northern | south southern
east eastern | west western
up | down
above over | below under
inside | outside
success victory win | failure defeat loss
increase rise growth | decrease fall drop decline
profit | loss
majority | minority
maximum | minimum
ally friend | enemy
"""

OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, _, other in (line.partition("|") for line in _OPPOSITES.strip().splitlines())
)
