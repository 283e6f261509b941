"""A list of words and their opposites, independent of the checker's list.

They are frequent in news and rarely have another sense. Each inflected form is listed.
"""

_PAIRS = """
accepted/rejected approved/rejected bought/sold won/lost increased/decreased strengthened/weakened supported/opposed
criticised/praised criticized/praised upheld/overturned convicted/acquitted expanded/shrank widened/narrowed
tightened/loosened improved/worsened rose/fell risen/fallen rising/falling arrived/departed admitted/denied
encouraged/discouraged created/destroyed accelerated/slowed increase/decrease increases/decreases growth/decline
success/failure victory/defeat majority/minority supporters/opponents supporter/opponent arrival/departure
exports/imports surplus/deficit buyer/seller buyers/sellers employer/employee employers/employees landlord/tenant
landlords/tenants husband/wife brother/sister son/daughter sons/daughters father/mother men/women man/woman boys/girls
boy/girl innocence/guilt strength/weakness advantage/disadvantage shortage/glut high/low higher/lower highest/lowest
large/small larger/smaller largest/smallest bigger/smaller biggest/smallest older/younger oldest/youngest faster/slower
fastest/slowest better/worse stronger/weaker strongest/weakest richer/poorer hotter/colder cheap/expensive
longer/shorter longest/shortest legal/illegal legally/illegally lawful/unlawful guilty/innocent successful/unsuccessful
successfully/unsuccessfully popular/unpopular positive/negative optimistic/pessimistic permanent/temporary
permanently/temporarily domestic/foreign rural/urban northern/southern eastern/western indoor/outdoor severe/mild
frequently/rarely often/rarely peaceful/violent accurate/inaccurate effective/ineffective adequate/inadequate
sufficient/insufficient reliable/unreliable responsible/irresponsible accidental/deliberate voluntary/compulsory
unanimously/narrowly experienced/inexperienced unprecedented/routine safer/riskier publicly/privately
"""

OPPOSITES: dict[str, str] = {}
for _pair in _PAIRS.split():
    for _word, _opposite in (_pair.split("/"), reversed(_pair.split("/"))):
        OPPOSITES.setdefault(_word, _opposite)
