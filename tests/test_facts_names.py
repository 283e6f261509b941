"""Names: spans, categories and coreference."""

import pytest

from summarise import extract_facts, read_article
from summarise.data import Name
from summarise.facts import extract
from summarise.facts.gazetteer import fold, look_up

STORY = """Ferry Line to Close Pier in Brandhaven

Marta Quill, the chairwoman of Dreyvik Marine Works (DMW), said on Monday that the pier in Brandhaven would close.

Mrs Quill told the Ellering Courant that DMW had lost money. “We are sorry,” Quill said.

The Harbour Workers’ Union said it would sue Dreyvik. The Union’s lawyer, Owen Treadgar, wrote to the Courant that
Russian and pro-Russian firms had made offers. Mr Treadgar did not name them.
"""


def names(text: str, *, rules: bool = False) -> list[Name]:
    return [fact for fact in extract(read_article(text), rules=rules).facts if isinstance(fact, Name)]


def values(text: str, *, rules: bool = False) -> dict[str, tuple[str, str]]:
    return {name.text: (name.category, name.value) for name in names(text, rules=rules)}


@pytest.mark.parametrize("rules", [False, True])
def test_short_forms_have_the_fullest_name_as_their_value(*, rules: bool) -> None:
    found = values(STORY, rules=rules)
    assert found["Quill"] == ("person", "Marta Quill")
    assert found["Treadgar"] == ("person", "Owen Treadgar")
    assert found["DMW"] == ("organisation", "Dreyvik Marine Works")
    assert found["Dreyvik"] == ("organisation", "Dreyvik Marine Works")
    assert found["Union"] == ("organisation", "Harbour Workers' Union")
    assert found["Courant"] == ("organisation", "Ellering Courant")


def test_every_mention_is_found_without_title_article_and_possessive() -> None:
    found = [name.text for name in names(STORY)]
    assert found.count("Quill") == 2
    assert found.count("DMW") == 2
    assert not [text for text in found if text.startswith(("Mr", "the ", "The ")) or text.endswith(("’s", "'s"))]


@pytest.mark.parametrize("rules", [False, True])
def test_a_nationality_has_its_country_as_its_value(*, rules: bool) -> None:
    """So "Russian", "pro-Russian" and "Russia" compare equal."""
    found = values("He met Russian and pro-Russian officials. They came from Russia by train.", rules=rules)
    assert found == {
        "Russian": ("nationality", "Russia"),
        "pro-Russian": ("nationality", "Russia"),
        "Russia": ("place", "Russia"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kiev", "Kyiv"), ("Reykjavík", "Reykjavik"), ("the US", "the United States"), ("Britain", "the UK"),
     ("the EU", "the European Union"), ("Czechia", "the Czech Republic"), ("Turkey", "Türkiye")],
)  # fmt: skip
def test_spellings_of_one_bearer_have_one_value(one: str, other: str) -> None:
    """Transliterations, diacritics and well-known short forms are folded."""
    first, second = (names(f"The delegation flew to {form} at night.") for form in (one, other))
    assert [name.value for name in first] == [name.value for name in second] != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The Office for Wrecks and Salvage (OWS) met. The OWS agreed.",
            {
                "Office for Wrecks and Salvage": ("organisation", "Office for Wrecks and Salvage"),
                "OWS": ("organisation", "Office for Wrecks and Salvage"),
            },
        ),
        (
            "She wrote to the United Pilots’ Union (UPU) in vain.",
            {
                "United Pilots’ Union": ("organisation", "United Pilots' Union"),
                "UPU": ("organisation", "United Pilots' Union"),
            },
        ),
    ],
)
def test_an_acronym_in_brackets_tells_where_its_name_begins(text: str, found: dict[str, tuple[str, str]]) -> None:
    assert values(text) == found


def test_a_score_is_no_part_of_a_name() -> None:
    found = values("On Sunday the club beat Hexholm Vale 4-1 at home. Vale had led 1-0 for an hour.")
    assert set(found) == {"Hexholm Vale", "Vale"}
    assert found["Vale"][1] == "Hexholm Vale"


def test_a_surname_at_the_start_of_a_sentence_is_a_name() -> None:
    """The article must have the full name."""
    text = "The inquiry heard from Corin Skale. Skale denied it. Skale’s boat had sunk."
    assert [(name.text, name.value) for name in names(text)] == [
        ("Corin Skale", "Corin Skale"),
        ("Skale", "Corin Skale"),
        ("Skale", "Corin Skale"),
    ]


@pytest.mark.parametrize(
    ("text", "name", "category"),
    [
        ("The Dutch club Sportief Hexholm paid.", "Sportief Hexholm", "organisation"),
        ("They sold it to the retailer Orla Marn.", "Orla Marn", "organisation"),
        ("Mirko Skale, a Chilean co-author, agreed.", "Mirko Skale", "person"),
    ],
)
def test_what_stands_beside_a_name_tells_its_kind(text: str, name: str, category: str) -> None:
    assert values(text)[name][0] == category


def test_a_headline_names_a_country_whose_people_the_prose_names() -> None:
    """The country is a place."""
    text = "Villa in Portugal Sold\n\nA Portuguese builder said on Monday that he had sold the villa to nobody at all."
    assert {(name.text, name.category) for name in names(text)} == {
        ("Portugal", "place"),
        ("Portuguese", "nationality"),
    }


def test_a_headline_may_leave_out_the_middle_of_a_name() -> None:
    """The first and last words, in order, identify the name."""
    text = (
        "Hexholm Trust Sells Villa\n\n"
        "The treasurer of the Hexholm Seamen’s Trust said on Monday that he had sold the villa to nobody at all."
    )
    assert [(name.text, name.value) for name in names(text)] == [
        ("Hexholm Trust", "Hexholm Seamen's Trust"),
        ("Hexholm Seamen’s Trust", "Hexholm Seamen's Trust"),
    ]


def test_headlines_give_only_names_that_the_prose_has_or_everybody_knows() -> None:
    """Capitals prove nothing there: "Russian Interference" is not a name."""
    text = (
        "Belgium Says It Will Investigate Alleged Russian Interference at Port Ellering\n\n"
        "Prosecutors in Belgium said that they would investigate the interference at Port Ellering, and said no more."
    )
    article = read_article(text)
    found = [
        f for f in extract(article).facts if isinstance(f, Name) and article.sentences[f.sentence].role == "headline"
    ]
    assert [(name.text, name.value) for name in found] == [
        ("Belgium", "Belgium"),
        ("Russian", "Russia"),
        ("Port Ellering", "Port Ellering"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Cleaners had found a bolt. The cleaners had thrown it away.",
        "Ferry traffic has fallen. No ferry sails at night.",
        "The bridge was closed on Monday in March.",
        "Nobody knew that I was there.",
        "According to officials, it was late.",
        "The prime minister said so.",
    ],
)
def test_common_words_at_the_start_of_a_sentence_are_no_names(text: str) -> None:
    """Neither are days, months, "I" and titles alone."""
    assert names(text) == []


@pytest.mark.parametrize("rules", [False, True])
def test_rare_places_are_names(*, rules: bool) -> None:
    """A capital within a sentence is enough."""
    found = values("Heavy fighting is taking place in several areas, including Skarrowby and Hexholm.", rules=rules)
    assert set(found) == {"Skarrowby", "Hexholm"}


def test_an_appeal_to_rules_makes_names_less_sure() -> None:
    """Names found without the model have a lower confidence."""
    with_model = {name.start: name.confidence for name in names(STORY)}
    by_rule = {name.start: name.confidence for name in names(STORY, rules=True)}
    shared = with_model.keys() & by_rule.keys()
    assert shared
    assert all(by_rule[start] < with_model[start] for start in shared)


def test_small_words_are_no_countries() -> None:
    """Case distinguishes "us" from the US and "who" from the WHO."""
    assert look_up("us") is None
    assert look_up("who") is None
    assert look_up("US") is not None
    assert fold("Türkiye") == "turkiye"


# category by the first word and the words before


@pytest.mark.parametrize(
    ("text", "name", "category"),
    [
        ("The harbour of Port Merren reopened. Port Merren is a town of 9,000 people.", "Port Merren", "place"),
        ("A ship ran aground off Cape Lorne. Cape Lorne has a lighthouse.", "Cape Lorne", "place"),
        ("Soldiers left Fort Adder on Friday. Fort Adder was built in 1860.", "Fort Adder", "place"),
        ("The River Thane burst its banks. Boats on the River Thane were moored.", "River Thane", "place"),
        ("Residents of St Orrin voted on Tuesday. St Orrin lies on the coast.", "St Orrin", "place"),
        ("New Harrow voted for the bypass. Officials in New Harrow counted the votes.", "New Harrow", "place"),
        ("North Wickham has no station, and trains pass.", "North Wickham", "place"),
        ("Upper Dell lost power. Engineers reached Upper Dell by noon.", "Upper Dell", "place"),
        ("Point Arlen closed its school. People in Point Arlen protested.", "Point Arlen", "place"),
        ("A fire broke out in Brelmouth. Brelmouth has one fire station.", "Brelmouth", "place"),
        ("Brelmouth reopened its harbour. The mayor of Brelmouth cut a ribbon.", "Brelmouth", "place"),
        ("Lake Bell, an actress, wrote the script. Ms Bell said so.", "Lake Bell", "person"),
        ("Dr Mount Harris operated on him. Harris is a surgeon.", "Mount Harris", "person"),
        ("St John Rivers, 45, a teacher, said the school would close. Rivers was sad.", "St John Rivers", "person"),
        ("Porter Merren said the harbour would reopen. Mr Merren is the mayor.", "Porter Merren", "person"),
        ("Investors sold their stake in Velmar on Friday. Velmar makes cranes.", "Velmar", "organisation"),
    ],
)
def test_a_place_is_told_from_a_person_and_a_company(text: str, name: str, category: str) -> None:
    """Title, age or role outweighs the name's own words."""
    found = [fact for fact in extract_facts(text).facts if isinstance(fact, Name) and fact.text == name]
    assert found
    assert {fact.category for fact in found} == {category}
