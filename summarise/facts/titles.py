"""Words around names: titles, roles, kinds of organisation and place, and words that are no names by themselves.

Lists only, of our own making; `mentions`, `aliases` and `speakers` use them.
"""

MALE_TITLES = {"mr", "sir", "lord", "king", "prince", "duke", "father", "congressman", "pope", "sheikh"}
FEMALE_TITLES = {
    "mrs", "ms", "miss", "dame", "baroness", "queen", "first lady", "princess", "duchess", "congresswoman", "sister",
}  # fmt: skip
TITLES = MALE_TITLES | FEMALE_TITLES | {
    "dr", "prof", "professor", "president", "minister", "prime", "premier", "chancellor", "senator", "sen", "rep",
    "representative", "governor", "gov", "mayor", "judge", "justice", "general", "gen", "colonel", "col", "captain",
    "capt", "sergeant", "sgt", "lieutenant", "lt", "inspector", "detective", "superintendent", "constable", "pc",
    "officer", "rev", "reverend", "archbishop", "bishop", "cardinal", "imam", "ayatollah", "secretary", "ambassador",
    "commissioner", "councillor", "cllr", "coach", "manager", "chief", "vice", "deputy", "former", "foreign",
    "defence", "defense", "finance", "home", "interior", "attorney", "state", "admiral", "brigadier", "chairman",
    "chairwoman", "director", "editor", "spokesman", "spokeswoman", "spokesperson", "striker", "midfielder", "defender",
    "goalkeeper", "actor", "actress", "singer", "author", "mp", "transport", "health", "education", "emperor",
    "crown", "witness", "organiser", "prosecutor", "lawyer", "sociologist", "economist", "executive", "correspondent",
    "reporter", "presenter", "analyst", "sheriff", "corporal",
}  # fmt: skip
# Only these may be cut off the front of a name: "Home" or "State" begin names of other things.
CUT = TITLES - {
    "home", "state", "health", "education", "transport", "interior", "foreign", "defence", "defense", "finance",
    "crown", "mp", "justice", "pc", "rep", "chief", "general",
}  # fmt: skip
ORGANISATION_WORDS = {
    "authority", "university", "party", "ltd", "inc", "plc", "council", "parliament", "union", "bank", "board", "court",
    "police", "ministry", "department", "office", "group", "club", "fc", "association", "federation", "agency",
    "institute", "hospital", "company", "corporation", "corp", "commission", "committee", "congress", "senate",
    "assembly", "foundation", "trust", "society", "league", "school", "college", "academy", "army", "navy", "force",
    "service", "services", "bureau", "times", "post", "courant", "herald", "news", "works", "mutual", "airways",
    "airlines", "motors", "partners", "holdings", "llp", "llc", "gmbh", "ag", "sa", "co", "church", "government",
    "organisation", "organization", "network", "fund", "centre", "center", "laboratory", "observatory", "museum",
    "united", "rovers", "wanderers", "athletic", "treasury", "cabinet", "household", "brigade", "regiment",
}  # fmt: skip
PLACE_WORDS = {
    "street", "road", "river", "island", "islands", "mountain", "mountains", "lake", "bay", "airport", "bridge",
    "stadium", "park", "square", "valley", "county", "city", "town", "village", "port", "harbour", "beach", "sea",
    "ocean", "gulf", "strait", "province", "district", "region", "peninsula", "canal", "avenue", "lane", "hill",
    "hills", "forest", "desert", "gateway", "castle", "palace", "tower", "station", "prison", "highway", "coast",
    "cathedral", "falls", "creek", "airfield", "pier", "quay", "mount", "fort", "terminal",
}  # fmt: skip
# First words of places: "Port Merren", "Lake Tessin". That one is a person's first name other evidence has to show.
PLACE_HEADS = {"bay", "cape", "fort", "gulf", "isle", "lake", "loch", "mount", "port", "river", "strait"}
# First words of places and of organisations, but hardly of persons: "New Harrow", "St Orrin", "Camp Harrick".
PLACE_PREFIXES = {
    "camp", "castle", "east", "lower", "mont", "monte", "new", "north", "point", "saint", "san", "south", "st", "upper",
    "west",
}  # fmt: skip
# Capitalised in the middle of sentences without being anybody's name.
NO_NAMES = {
    "i", "i'm", "i've", "i'd", "i'll", "ok", "mum", "mom", "dad", "god", "internet", "mr", "mrs", "ms", "dr", "am",
    "pm", "bst", "gmt", "covid", "covid-19", "coronavirus", "brexit", "tv", "dna", "ceo", "mp", "mps", "uk-wide",
    "sms", "pdf", "url", "gps", "hiv", "aids", "atm", "cctv", "phd", "id", "it", "pc", "a", "an", "the", "no", "yes",
    "est", "cet", "utc", "nos", "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "christmas", "easter", "ramadan", "xmas", "earth",
    "facebook-like", "image", "copyright", "caption", "media", "video", "photo", "picture", "share", "getty",
    "reuters", "ad", "bc", "vs", "chapter", "drawing", "page", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
}  # fmt: skip
# Words that begin sentences: capitalised there, they belong to no name that follows.
FUNCTION_WORDS = {
    "a", "an", "the", "this", "that", "these", "those", "he", "she", "it", "they", "we", "you", "i", "his", "her",
    "its", "their", "our", "your", "my", "in", "on", "at", "by", "for", "from", "to", "of", "with", "as", "and",
    "but", "or", "nor", "so", "if", "when", "while", "after", "before", "since", "until", "because", "although",
    "though", "however", "then", "there", "here", "what", "who", "why", "how", "which", "where", "not", "no", "yes",
    "all", "some", "many", "most", "both", "each", "every", "any", "more", "less", "one", "two", "three", "four",
    "five", "six", "seven", "eight", "nine", "ten", "now", "last", "next", "meanwhile", "according", "among", "amid",
    "about", "over", "under", "during", "despite", "also", "only", "even", "just", "still", "yet", "once", "another",
    "other", "earlier", "later", "former", "prosecutors", "police", "officials", "per", "against", "between",
    "within", "without", "through", "following", "like", "unlike", "instead", "having", "being", "asked", "speaking",
    "mr", "mrs", "ms", "let", "do", "did", "does", "is", "are", "was", "were", "will", "would", "can", "could",
    "should", "may", "might", "must", "up", "out", "off", "than", "via", "new", "old", "first", "second", "third",
    "whose", "whether", "nobody", "somebody", "everyone", "nothing", "never", "perhaps", "had", "has", "have", "them",
    "him", "me", "us", "prime", "shares", "today", "yesterday", "tomorrow", "tonight",
}  # fmt: skip
# Lower-case words that may stand inside a name, between two capitalised ones.
CONNECTORS = {
    "of", "de", "la", "le", "del", "della", "di", "da", "dos", "van", "von", "der", "den", "ter", "bin", "ibn", "al",
    "el", "du", "des", "&",
}  # fmt: skip
EVIDENT = {"Hospital", "University", "College", "Cathedral", "School", "Union", "Church", "Park"}
