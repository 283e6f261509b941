"""Names: spans, categories, and the fullest name of each bearer."""

import pytest
from extracting import facts_in, names

from summarise import Facts, extract_facts

STORY = """Ferry Line to Close Pier in Brandhaven

Marta Quill, the chairwoman of Dreyvik Marine Works (DMW), said on Monday that the pier in Brandhaven would close.

Mrs Quill told the Ellering Courant that DMW had lost money. “We are sorry,” Quill said.

The Harbour Workers’ Union said it would sue Dreyvik. The Union’s lawyer, Owen Treadgar, wrote to the Courant that
Russian and pro-Russian firms had made offers. Mr Treadgar did not name them.
"""


@pytest.mark.parametrize("rules", [False, True])
def test_short_forms_have_the_fullest_name_as_their_value(*, rules: bool) -> None:
    found = names(STORY, rules=rules)
    assert found["Quill"] == ("person", "Marta Quill")
    assert found["Treadgar"] == ("person", "Owen Treadgar")
    assert found["DMW"] == found["Dreyvik"] == ("organisation", "Dreyvik Marine Works")
    assert found["Union"] == ("organisation", "Harbour Workers' Union")
    assert found["Courant"] == ("organisation", "Ellering Courant")


def test_every_mention_is_found_without_title_article_and_possessive() -> None:
    found = [name.text for name in facts_in(STORY, "name")]
    assert (found.count("Quill"), found.count("DMW")) == (2, 2)
    assert not [text for text in found if text.startswith(("Mr", "the ", "The ")) or text.endswith(("’s", "'s"))]


def test_names_found_by_rules_are_less_sure() -> None:
    by_model, by_rule = (
        {name.start: name.confidence for name in facts_in(STORY, "name", rules=rules)} for rules in (False, True)
    )
    shared = by_model.keys() & by_rule.keys()
    assert shared
    assert all(by_rule[start] < by_model[start] for start in shared)


OWS, UPU = ("organisation", "Office for Wrecks and Salvage"), ("organisation", "United Pilots' Union")
NAMES = {
    "He met Russian and pro-Russian officials. They came from Russia by train.": {
        "Russian": ("nationality", "Russia"),
        "pro-Russian": ("nationality", "Russia"),
        "Russia": ("place", "Russia"),
    },
    "The Office for Wrecks and Salvage (OWS) met. The OWS agreed.": {"Office for Wrecks and Salvage": OWS, "OWS": OWS},
    "She wrote to the United Pilots’ Union (UPU) in vain.": {"United Pilots’ Union": UPU, "UPU": UPU},
}


@pytest.mark.parametrize("text", NAMES)
def test_a_people_has_its_country_as_value_and_an_acronym_its_organisation(text: str) -> None:
    assert names(text) == NAMES[text]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kiev", "Kyiv"), ("Reykjavík", "Reykjavik"), ("the US", "the United States"), ("Britain", "the UK"),
     ("the EU", "the European Union"), ("Czechia", "the Czech Republic"), ("Turkey", "Türkiye")],
)  # fmt: skip
def test_spellings_of_one_bearer_have_one_value(one: str, other: str) -> None:
    first, second = (facts_in(f"The delegation flew to {form} at night.", "name") for form in (one, other))
    assert [name.value for name in first] == [name.value for name in second] != []


def test_a_score_is_no_part_of_a_name() -> None:
    found = names("On Sunday the club beat Hexholm Vale 4-1 at home. Vale had led 1-0 for an hour.")
    assert {words: value for words, (_, value) in found.items()} == {
        "Hexholm Vale": "Hexholm Vale",
        "Vale": "Hexholm Vale",
    }


def test_a_surname_at_the_start_of_a_sentence_is_a_name() -> None:
    """The article must have the full name."""
    text = "The inquiry heard from Corin Skale. Skale denied it. Skale’s boat had sunk."
    assert [(name.text, name.value) for name in facts_in(text, "name")] == [
        ("Corin Skale", "Corin Skale"),
        *[("Skale", "Corin Skale")] * 2,
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Villa in Portugal Sold\n\nA Portuguese builder said on Monday that he had sold it to nobody at all.",
            ["Portugal", "Portugal"],  # a headline may name the country of a people
        ),
        (
            "Hexholm Trust Sells Villa\n\nThe treasurer of the Hexholm Seamen’s Trust said on Monday that he had sold "
            "the villa to nobody at all.",
            ["Hexholm Seamen's Trust"] * 2,  # a headline may leave out the middle of a name
        ),
        (
            "Belgium Says It Will Investigate Alleged Russian Interference at Port Ellering\n\nProsecutors said that "
            "they would investigate the interference at Port Ellering, and said no more.",
            ["Belgium", "Russia", "Port Ellering", "Port Ellering"],  # capitals prove nothing in a headline
        ),
    ],
    ids=["people", "middle", "capitals"],
)
def test_a_headline_has_only_names_of_the_prose_and_well_known_ones(text: str, found: list[str]) -> None:
    assert [name.value for name in facts_in(text, "name")] == found


@pytest.mark.parametrize(
    "text",
    [
        "Cleaners had found a bolt. The cleaners had thrown it away.",
        "Ferry traffic has fallen. No ferry sails at night.",
        "The bridge was closed on Monday in March.",
        "Nobody knew that I was there.",
        "According to officials, it was late.",
        "The prime minister said so.",
        "They told us who won.",
    ],
)
def test_common_words_are_no_names(text: str) -> None:
    """At the start of a sentence; neither are days, months, "I", titles alone, "us" and "who"."""
    assert names(text) == {}


@pytest.mark.parametrize("rules", [False, True])
def test_a_capital_within_a_sentence_makes_a_name(*, rules: bool) -> None:
    found = names("Heavy fighting is taking place in several areas, including Skarrowby and Hexholm.", rules=rules)
    assert set(found) == {"Skarrowby", "Hexholm"}


@pytest.mark.parametrize(
    ("text", "name", "category"),
    [
        ("The harbour of Port Merren reopened. Port Merren is a town of 9,000 people.", "Port Merren", "place"),
        ("Soldiers left Fort Adder on Friday. Fort Adder was built in 1860.", "Fort Adder", "place"),
        ("The River Thane burst its banks. Boats on the River Thane were moored.", "River Thane", "place"),
        ("Residents of St Orrin voted on Tuesday. St Orrin lies on the coast.", "St Orrin", "place"),
        ("New Harrow voted for the bypass. Officials in New Harrow counted the votes.", "New Harrow", "place"),
        ("North Wickham has no station, and trains pass.", "North Wickham", "place"),
        ("Point Arlen closed its school. People in Point Arlen protested.", "Point Arlen", "place"),
        ("A fire broke out in Brelmouth. Brelmouth has one fire station.", "Brelmouth", "place"),
        ("Brelmouth reopened its harbour. The mayor of Brelmouth cut a ribbon.", "Brelmouth", "place"),
        ("Lake Bell, an actress, wrote the script. Ms Bell said so.", "Lake Bell", "person"),
        ("Dr Mount Harris operated on him. Harris is a surgeon.", "Mount Harris", "person"),
        ("St John Rivers, 45, a teacher, said the school would close. Rivers was sad.", "St John Rivers", "person"),
        ("Porter Merren said the harbour would reopen. Mr Merren is the mayor.", "Porter Merren", "person"),
        ("Mirko Skale, a Chilean co-author, agreed.", "Mirko Skale", "person"),
        ("Investors sold their stake in Velmar on Friday. Velmar makes cranes.", "Velmar", "organisation"),
        ("The Dutch club Sportief Hexholm paid.", "Sportief Hexholm", "organisation"),
        ("They sold it to the retailer Orla Marn.", "Orla Marn", "organisation"),
    ],
)
def test_a_place_is_told_from_a_person_and_a_company(text: str, name: str, category: str) -> None:
    """By its first word and the words beside it; a title, age or role outweighs them."""
    found = [fact for fact in extract_facts(text).facts if fact.kind == "name" and fact.text == name]
    assert found
    assert {fact.category for fact in found} == {category}


# texts that retell an article, such as summaries


@pytest.fixture(scope="module")
def article() -> Facts:
    return extract_facts(
        "Corin Skale, the harbour master, met Mirko Tarn in Hexholm. Mrs Orrin closed the pier of Dreyvik Marine Works "
        "(DMW). Russian sailors helped her. Mr Skale, who was born in Hexholm, did not answer."
    )


@pytest.mark.parametrize("rules", [False, True])
@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Skale closed the pier.", "Skale", ("person", "Corin Skale")),
        ("Orrin closed the pier.", "Orrin", ("person", "Orrin")),
        ("The pier was closed by Orrin.", "Orrin", ("person", "Orrin")),
        ("Skale and Orrin left.", "Orrin", ("person", "Orrin")),
        ("The pier was closed by DMW.", "DMW", ("organisation", "Dreyvik Marine Works")),
    ],
)
def test_a_short_form_in_a_claim_is_the_articles_bearer(
    article: Facts, text: str, name: str, found: tuple[str, str], *, rules: bool
) -> None:
    """Whatever category the model assigns; without the article it is its own bearer or no name."""
    assert names(text, known=article, rules=rules)[name] == found
    assert names("Skale closed the pier.", rules=rules) == {}
    assert names("The pier was closed by DMW.")["DMW"][1] == "DMW"


@pytest.mark.parametrize("text", ["Engineers closed the pier.", "Harbour lights went out.", "Master plans failed."])
def test_other_words_of_the_articles_names_are_no_names(article: Facts, text: str) -> None:
    assert names(text, known=article) == names(text) == {}


def test_a_known_article_changes_nothing_but_its_names(article: Facts) -> None:
    text = "In Vesterholm, Bert Harrow paid €5 million on Friday, he said."
    assert names(text, known=article)["Bert Harrow"] == ("person", "Bert Harrow")
    alone, retelling = (facts_in(text, known=known) for known in (None, article))
    assert [fact for fact in alone if fact.kind != "name"] == [fact for fact in retelling if fact.kind != "name"]
