"""Words of news and their opposites, as they stand in sentences: the suite's own list, not the checker's. No rules.

Chosen by how often news uses them and by sense; each form is written out, since a form made by rule could be no word.
"""

# One pair a word class: verbs in plain form, third person, past, participle (or past alone) and "-ing", in this order.
VERBS = """
accept accepts accepted accepted accepting / reject rejects rejected rejected rejecting
accelerate accelerates accelerated accelerated accelerating / slow slows slowed slowed slowing
admit admits admitted admitted admitting / deny denies denied denied denying
agree agrees agreed agreed agreeing / disagree disagrees disagreed disagreed disagreeing
allow allows allowed allowed allowing / forbid forbids forbade forbidden forbidding
approve approves approved approved approving / reject rejects rejected rejected rejecting
arrive arrives arrived arrived arriving / depart departs departed departed departing
attack attacks attacked attacked attacking / defend defends defended defended defending
attract attracts attracted attracted attracting / repel repels repelled repelled repelling
begin begins began begun beginning / end ends ended ended ending
boost boosts boosted boosted boosting / dent dents dented dented denting
borrow borrows borrowed borrowed borrowing / lend lends lent lent lending
build builds built built building / demolish demolishes demolished demolished demolishing
buy buys bought bought buying / sell sells sold sold selling
close closes closed closed closing / open opens opened opened opening
confirm confirms confirmed confirmed confirming / deny denies denied denied denying
convict convicts convicted convicted convicting / acquit acquits acquitted acquitted acquitting
create creates created created creating / destroy destroys destroyed destroyed destroying
criticise criticises criticised criticised criticising / praise praises praised praised praising
criticize criticizes criticized criticized criticizing / praise praises praised praised praising
decline declines declined declined declining / rise rises rose risen rising
deteriorate deteriorates deteriorated deteriorated deteriorating / improve improves improved improved improving
deploy deploys deployed deployed deploying / withdraw withdraws withdrew withdrawn withdrawing
encourage encourages encouraged encouraged encouraging / discourage discourages discouraged discouraged discouraging
enter enters entered entered entering / leave leaves left left leaving
evict evicts evicted evicted evicting / house houses housed housed housing
exceed exceeds exceeded exceeded exceeding / miss misses missed missed missing
expand expands expanded expanded expanding / contract contracts contracted contracted contracting
expand expands expanded expanded expanding / shrink shrinks shrank shrunk shrinking
freeze freezes froze frozen freezing / thaw thaws thawed thawed thawing
gain gains gained gained gaining / lose loses lost lost losing
grow grows grew grown growing / shrink shrinks shrank shrunk shrinking
help helps helped helped helping / hinder hinders hindered hindered hindering
hire hires hired hired hiring / dismiss dismisses dismissed dismissed dismissing
include includes included included including / exclude excludes excluded excluded excluding
increase increases increased increased increasing / decrease decreases decreased decreased decreasing
join joins joined joined joining / quit quits quit quit quitting
launch launches launched launched launching / scrap scraps scrapped scrapped scrapping
lift lifts lifted lifted lifting / impose imposes imposed imposed imposing
lock locks locked locked locking / unlock unlocks unlocked unlocked unlocking
overturn overturns overturned overturned overturning / uphold upholds upheld upheld upholding
pass passes passed passed passing / fail fails failed failed failing
permit permits permitted permitted permitting / prohibit prohibits prohibited prohibited prohibiting
promote promotes promoted promoted promoting / demote demotes demoted demoted demoting
protect protects protected protected protecting / endanger endangers endangered endangered endangering
push pushes pushed pushed pushing / pull pulls pulled pulled pulling
raise raises raised raised raising / lower lowers lowered lowered lowering
recover recovers recovered recovered recovering / worsen worsens worsened worsened worsening
release releases released released releasing / detain detains detained detained detaining
remember remembers remembered remembered remembering / forget forgets forgot forgotten forgetting
reveal reveals revealed revealed revealing / conceal conceals concealed concealed concealing
reward rewards rewarded rewarded rewarding / punish punishes punished punished punishing
rise rises rose risen rising / fall falls fell fallen falling
save saves saved saved saving / waste wastes wasted wasted wasting
simplify simplifies simplified simplified simplifying / complicate complicates complicated complicated complicating
start starts started started starting / stop stops stopped stopped stopping
strengthen strengthens strengthened strengthened strengthening / weaken weakens weakened weakened weakening
succeed succeeds succeeded succeeded succeeding / fail fails failed failed failing
support supports supported supported supporting / oppose opposes opposed opposed opposing
surrender surrenders surrendered surrendered surrendering / resist resists resisted resisted resisting
survive survives survived survived surviving / die dies died died dying
tighten tightens tightened tightened tightening / loosen loosens loosened loosened loosening
trust trusts trusted trusted trusting / distrust distrusts distrusted distrusted distrusting
unite unites united united uniting / divide divides divided divided dividing
welcome welcomes welcomed welcomed welcoming / condemn condemns condemned condemned condemning
widen widens widened widened widening / narrow narrows narrowed narrowed narrowing
win wins won won winning / lose loses lost lost losing
"""
# Adjectives, adverbs and prepositions, one form each.
OTHERS = """
high/low higher/lower highest/lowest large/small larger/smaller largest/smallest big/small bigger/smaller
biggest/smallest huge/tiny vast/tiny major/minor long/short longer/shorter longest/shortest old/new older/younger
oldest/youngest young/old fast/slow faster/slower fastest/slowest quickly/slowly rapidly/slowly swiftly/slowly
good/bad better/worse best/worst strong/weak stronger/weaker strongest/weakest rich/poor richer/poorer richest/poorest
wealthy/poor hot/cold hotter/colder warm/cool warmer/cooler wet/dry wetter/drier early/late earlier/later
earliest/latest easy/difficult easier/harder easily/hardly cheap/expensive cheaper/dearer safe/dangerous safer/riskier
safely/dangerously legal/illegal legally/illegally lawful/unlawful guilty/innocent successful/unsuccessful
successfully/unsuccessfully popular/unpopular positive/negative positively/negatively optimistic/pessimistic
public/private publicly/privately male/female deep/shallow deeper/shallower wide/narrow wider/narrower thick/thin
heavy/light heavier/lighter bright/dark loud/quiet loudly/quietly happy/unhappy lucky/unlucky likely/unlikely
possible/impossible necessary/unnecessary fair/unfair fairly/unfairly healthy/unhealthy stable/unstable
certain/uncertain aware/unaware willing/reluctant permanent/temporary permanently/temporarily domestic/foreign
rural/urban local/national northern/southern eastern/western north/south east/west upper/lower inner/outer
inside/outside indoor/outdoor above/below upstairs/downstairs ancient/modern former/future previous/next
married/divorced dead/alive severe/mild severely/slightly serious/trivial seriously/slightly sharply/slightly
significantly/slightly dramatically/slightly steep/gentle common/rare commonly/rarely frequently/rarely often/rarely
regularly/rarely always/never everywhere/nowhere simple/complex rough/smooth tall/short taller/shorter empty/full
open/closed voluntary/compulsory voluntarily/forcibly peaceful/violent peacefully/violently calm/furious
cautious/reckless brave/cowardly accurate/inaccurate effective/ineffective efficient/inefficient adequate/inadequate
sufficient/insufficient reliable/unreliable responsible/irresponsible reasonable/unreasonable acceptable/unacceptable
accidental/deliberate accidentally/deliberately intentional/accidental deliberately/accidentally conservative/radical
moderate/extreme maximum/minimum winning/losing increasingly/decreasingly together/separately jointly/separately
unanimously/narrowly genuine/fake true/false correct/incorrect correctly/wrongly right/wrong rightly/wrongly
clean/dirty professional/amateur experienced/inexperienced famous/unknown unprecedented/routine unusual/usual
clear/unclear
"""
NOUNS = """
increase/decrease increases/decreases rise/fall growth/decline gain/loss gains/losses profit/loss profits/losses
success/failure victory/defeat win/defeat majority/minority advantage/disadvantage advantages/disadvantages
strength/weakness strengths/weaknesses supporter/opponent supporters/opponents support/opposition ally/enemy
allies/enemies arrival/departure arrivals/departures beginning/end start/end boom/slump surplus/deficit demand/supply
export/import exports/imports buyer/seller buyers/sellers employer/employee employers/employees landlord/tenant
landlords/tenants teacher/pupil teachers/pupils men/women man/woman boy/girl boys/girls husband/wife father/mother
son/daughter sons/daughters brother/sister brothers/sisters uncle/aunt nephew/niece actor/actress king/queen
morning/evening summer/winter spring/autumn war/peace peace/war love/hatred hope/despair wealth/poverty
acceptance/rejection approval/rejection appointment/dismissal acquittal/conviction arrest/release innocence/guilt
birth/death friend/enemy friends/enemies heat/cold flood/drought praise/criticism shortage/glut
expansion/contraction inflation/deflation promotion/relegation attacker/victim attackers/victims defender/attacker
plaintiff/defendant prosecution/defence optimism/pessimism pride/shame relief/alarm improvement/deterioration
maximum/minimum top/bottom front/back entrance/exit night/day
"""
