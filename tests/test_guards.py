"""Guards: the usable sentences of an answer, and the events that report its faults."""

import json
from pathlib import Path
from typing import Any

import pytest
from guarding import CLOSED, COST, INSTRUCTIONS, SOURCE, TUNNEL, events, examined, kinds, sources, texts
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import article_texts, odd_texts

from summarise import read_article

INSTRUCTION = "You are a news editor. Write two short sentences that tell the most important facts of this article."
ECHO = "Write two short sentences that tell the most important facts."
GERMAN = "Die Brücke im Hafen wurde am Freitag geschlossen, weil Ingenieure Risse in den Kabeln gefunden haben. " * 3
BOTH = [CLOSED, TUNNEL]


def in_json(*sentences: Any) -> str:
    return json.dumps({"sentences": sentences}, ensure_ascii=False)


# forms of answers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('```json\n{"sentences": ["One is."]}\n```', ["One is."]),
        ('  {"sentences": ["  One\\n is. ", "", "…"]} ', ["One is."]),
        ("One is.\nTwo are.\n", ["One is.", "Two are."]),
        ("One is here. Two are there.", ["One is here.", "Two are there."]),
        ("- One.\n2) Two.\n• Three.\n(4) Four.\n# Five.\n* Six.", ["One.", "Two.", "Three.", "Four.", "Five.", "Six."]),
        ('{"sentences": ["- One is.", "1. **Two** are."]}', ["One is.", "Two are."]),
        ("2019 was cold.", ["2019 was cold."]),
        ("```\nOne is.\nTwo are.\n```", ["One is.", "Two are."]),
        (in_json(f"{CLOSED} {TUNNEL}"), [f"{CLOSED} {TUNNEL}"]),
        (in_json(f"{CLOSED} {COST} I hope this helps! {TUNNEL}"), [f"{CLOSED} {COST}", TUNNEL]),
        # remarks before and after an answer
        (f"Sure! Here's a short summary of the article: {CLOSED}", [CLOSED]),
        (f"**Summary:** {CLOSED}", [CLOSED]),
        (f"Sentence 1: {CLOSED}", [CLOSED]),
        (f"Certainly!\n\n{CLOSED}\n\nLet me know if you need anything else!", [CLOSED]),
        (f"Voici un résumé de l'article : {CLOSED}", [CLOSED]),
        (f"{CLOSED} I hope this helps!", [CLOSED]),
    ],
)
def test_answers_are_read_in_the_forms_that_models_give(text: str, said: list[str]) -> None:
    """JSON, fenced JSON and plain lines, without bullets, numbers, emphasis and words around them."""
    answer = examined(text)
    assert (texts(answer), answer.events, answer.problem) == (said, (), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'["{CLOSED}"]', [CLOSED]),
        (f'{{"sentences": ["{CLOSED}", 5, null]}}', [CLOSED]),
        (f'{{"sentences": "{CLOSED}"}}', [CLOSED]),
        (f'{{"summary": ["{CLOSED}"], "title": "The bridge is closed now"}}', [CLOSED]),
        (f'{{"sentences": [{{"sentence": "{CLOSED}"}}, {{"text": "{TUNNEL}"}}]}}', BOTH),
        (f'{{"sentences": ["{CLOSED}", "{TUNNEL}",]}}', BOTH),
        (f"{{'sentences': ['{CLOSED}', '{TUNNEL}']}}", BOTH),
        (f"{{“sentences”: [“{CLOSED}”]}}", [CLOSED]),
        (f'Here it is: {{"sentences": ["{CLOSED}"]}}', [CLOSED]),
        (f'Here is the JSON:\n```json\n{{"sentences": ["{CLOSED}"]}}\n```', [CLOSED]),
        (
            '{"sentences": ["She said “no” and "never", then left.", "He came."]}',
            ['She said “no” and "never", then left.', "He came."],
        ),
        ('{"sentences": ["The bridge\nclosed."]}', ["The bridge closed."]),
        (f'{{"sentences": ["{CLOSED}", "Drivers were', [CLOSED]),
        ('{"sentences": ["The bridge cl\\u00f4sed."], "x": 1}', ["The bridge clôsed."]),
    ],
)
def test_whole_strings_of_malformed_json_are_used(text: str, said: list[str]) -> None:
    answer = examined(text)
    assert (texts(answer), set(kinds(answer)), answer.problem) == (said, {"malformed"}, None)


@pytest.mark.parametrize(
    "text", ["[" * 5000, '{"a":' * 5000, '{"a": [' * 5000 + '"One"', "{" + '"' * 999, '{"a": ["One."]}']
)
def test_json_without_a_sentence_is_malformed_however_deep(text: str) -> None:
    answer = examined(text)
    assert (texts(answer), answer.problem) == ([], "malformed")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{CLOSED} Drivers were", [CLOSED]),
        (f"{CLOSED} Repairs would cost 3.", [CLOSED]),
        (f"{CLOSED} So said Dr.", [CLOSED]),
        (f"{CLOSED} “We waited. We could not.", [CLOSED]),
        (f"{CLOSED} {TUNNEL}", BOTH),
        (f"- {CLOSED}\n- Drivers", [CLOSED]),
        (f'{{"sentences": ["{CLOSED}", "Drivers were', [CLOSED]),
        (f'{{"sentences": ["{CLOSED}", "{TUNNEL} Repairs wo', BOTH),
        (f'{{"sentences": ["{CLOSED}"', [CLOSED]),
        (f'```json\n{{"sentences": ["{CLOSED}", "Dri', [CLOSED]),
        ('{"sente', []),
        ("", []),
    ],
)
def test_a_cut_off_answer_gives_its_whole_sentences(text: str, said: list[str]) -> None:
    answer = examined(text, "length")
    assert texts(answer) == said
    assert kinds(answer) in (["cut off"], ["cut off", "malformed"])
    assert answer.problem == (None if said else "cut off")


@pytest.mark.parametrize(
    ("item", "numbers"),
    [
        ({"text": CLOSED, "sources": ["3", "[4]"]}, (3, 4)),
        ({"sentence": CLOSED, "source": 3}, (3,)),
        ({"text": CLOSED, "citations": [3]}, (3,)),
        ({"text": CLOSED, "sources": [-1, 2.5, 99999999]}, ()),
        ({"text": CLOSED}, ()),
        (CLOSED, ()),
    ],
)
def test_sources_of_another_form_are_salvaged(item: object, numbers: tuple[int, ...]) -> None:
    """Sources may be strings or under another name; invalid numbers are dropped."""
    answer = examined(in_json(item), output="cited")
    assert (texts(answer), sources(answer), kinds(answer)) == ([CLOSED], [numbers], ["malformed"])


@pytest.mark.parametrize(
    ("text", "finish", "said", "numbers", "faults"),
    [
        (
            in_json({"text": CLOSED, "sources": [3, 4]}, {"text": TUNNEL, "sources": []}),
            "stop", BOTH, [(3, 4), ()], [],
        ),
        (f'{{"sentences": [{{"text": "{CLOSED}", "sources": [3, 1', "length", [CLOSED], [(3,)], ["cut off"]),
    ],
)  # fmt: skip
def test_cited_sentences_come_with_their_sources(
    text: str, finish: str, said: list[str], numbers: list[tuple[int, ...]], faults: list[str]
) -> None:
    answer = examined(text, finish, output="cited")
    assert (texts(answer), sources(answer), kinds(answer)) == (said, numbers, faults)


@pytest.mark.parametrize(
    "text",
    [json.dumps({"sentence": CLOSED}), CLOSED, f"Here is the rewritten sentence:\n{CLOSED}", f"```\n{CLOSED}\n```"],
)
def test_one_sentence_is_read_if_one_is_asked_for(text: str) -> None:
    """If the answer has several sentences, the first is used."""
    answer = examined(text, output="sentence")
    assert (texts(answer), events(answer)) == ([CLOSED], [])
    answer = examined(f"{CLOSED}\n{COST}", output="sentence")
    assert (texts(answer), events(answer)) == ([CLOSED], [("malformed", COST)])


def test_nul_and_halves_of_surrogates_are_cleaned() -> None:
    """NUL is removed, and unpaired surrogates become “?”."""
    assert texts(examined('{"sentences": ["The \\ud800 one\\u0000 is."]}')) == ["The ? one is."]
    assert texts(examined("The \ud800 one\0 is.")) == ["The ? one is."]


# faults


@pytest.mark.parametrize(
    "text",
    [
        f"<|im_start|>assistant\n{CLOSED}<|im_end|>",
        f"<s>[INST] {CLOSED} [/INST]</s>",
        f"<think>The bridge, then. What of it?</think>\n{CLOSED}",
        f"The user wants a summary.</think>{CLOSED}<think>Is that all",
        f"<p>{CLOSED}</p><br/>",
        f'<a href="x">{CLOSED}</a>',
        f"<|channel|>analysis<|message|>They want news.<|end|><|start|>assistant<|channel|>final<|message|>{CLOSED}",
        f"{CLOSED}<|im_end|>\n<|im_start|>user\nThank you very much.<|im_end|>",
        f"{CLOSED}<<b>/s>",
        f"<｜begin▁of▁sentence｜>{CLOSED}<｜end▁of▁sentence｜>",
        f'{{"sentences": ["{CLOSED}<br>"]}}<|im_end|>',
    ],
)
def test_special_tokens_and_mark_up_are_taken_out_of_a_sentence(text: str) -> None:
    """Reasoning and other speakers' turns are removed with their words."""
    answer = examined(text)
    assert (texts(answer), kinds(answer), answer.problem) == ([CLOSED], ["special tokens"], None)


LOOPS = [
    "The bridge is in the city of the city of the city of the city.",
    "The bridge was closed and the bridge was open and the bridge was closed and the bridge was open.",
    "Very very very very many cars wait.",
    "The bridge is closedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosed.",
    "The bridge is loooooooooooong.",
    "The cracks in the cables of the bridge, the cracks in the tunnel of the bridge, the cracks in the cables of "
    "the tunnel, the cracks in the tunnel of the cables, the cracks in the cables of the bridge.",
]
REFUSALS = [
    "I’m sorry, but I cannot help with that request.",
    "I cannot fulfill this request.",
    "I'm an AI assistant and cannot read links.",
    "I apologize, but there is no article in your message, so I cannot summarise it.",
    "En tant que modèle de langage, je ne peux pas lire cet article.",
    "Als KI-Sprachmodell kann ich das nicht tun.",
    "Mi dispiace, ma non posso aiutarti.",
    "Desculpe, mas não posso ajudar com isso.",
    "Przykro mi, ale nie mogę w tym pomóc.",
    "抱歉，我无法回答这个问题。",
    "申し訳ありませんが、お手伝いできません。",
]
FOREIGN = [
    "Le pont du port a été fermé vendredi après la découverte de fissures dans les câbles.",
    "Die Brücke wurde am Freitag geschlossen, nachdem Ingenieure Risse in den Kabeln gefunden hatten.",
    "Мост закрыли в пятницу после того, как инженеры нашли трещины.",
    "大桥于星期五关闭，工程师在缆绳中发现了裂缝。",
]


@pytest.mark.parametrize(
    ("kind", "fault", "problem"),
    [
        *(("repetition", text, "repeating itself") for text in LOOPS),
        *(("refusal", text, "a refusal") for text in REFUSALS),
        *(("language", text, "in another language") for text in FOREIGN),
        ("echo", ECHO, "a copy of the instructions"),
    ],
)
def test_a_faulty_sentence_is_taken_out_and_the_others_stay(kind: str, fault: str, problem: str) -> None:
    """If it is the only sentence, its fault is the problem of the answer."""
    answer = examined(f"{CLOSED}\n{fault}", instructions=[INSTRUCTION])
    assert (texts(answer), events(answer), answer.problem) == ([CLOSED], [(kind, fault)], None)
    assert answer.events[0].recovered
    answer = examined(fault, instructions=[INSTRUCTION])
    assert (texts(answer), events(answer), answer.problem) == ([], [(kind, fault)], problem)


@pytest.mark.parametrize(
    ("text", "said", "faults"),
    [
        # Case and function words do not matter.
        (f"{CLOSED}\n{TUNNEL}\nHARBOUR BRIDGE in Vesterholm closed Friday!\n{CLOSED}", BOTH, ["repetition"] * 2),
        # Reasons for a refusal go with it.
        (
            f"I'm sorry, but I can't help with that. Such content might hurt somebody's feelings. {CLOSED}",
            [CLOSED],
            ["refusal"] * 2,
        ),
    ],
)
def test_several_sentences_may_be_taken_out(text: str, said: list[str], faults: list[str]) -> None:
    answer = examined(text)
    assert (texts(answer), kinds(answer)) == (said, faults)


def test_the_third_sentence_of_one_pattern_is_a_loop() -> None:
    """Sentences that differ only in a figure are kept twice."""
    counting = [f"In the year {year} the bridge carried many cars." for year in range(1968, 1974)]
    assert texts(examined("\n".join(counting))) == counting[:2]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        # repetitions that are not loops
        ("“No, no, no,” the mayor said.", {}),
        ("The bridge that had had cracks was closed.", {}),
        ("The bridge did close. The bridge did not close.", {}),
        ("Vesterholm beat Larnby. Larnby beat Vesterholm.", {}),
        ("The bridge closed on Friday. The tunnel closed on Friday.", {}),
        # people in the article may be sorry
        ("“I'm sorry, but I cannot help the drivers,” Ann Poe said.", {}),
        ("Ann Poe said she was sorry, but could not help the drivers.", {}),
        ("As an AI company closed the bridge, Ann Poe said no more.", {}),
        ("I think we could not wait, Ann Poe said.", {}),
        # names and a few words are no language
        ("Le Monde and El País wrote of it.", {}),
        ("Ann Poe, Rui da Silva dos Santos and Jan van der Berg told drivers in Rio de Janeiro of it.", {}),
        ("Le pont est fermé.", {}),
        ("Vesterholm, Larnby, Ellering, Halvorn, Tessaly, Corrowby.", {}),
        ("Die Brücke wurde am Freitag geschlossen, weil sie Risse hat.", {"source": GERMAN}),
        # angles and brackets are no tokens, and marks of the article are its words
        ("Prices of < 3 and > 2 crowns were asked.", {}),
        ("The bridge [sic] closed.", {}),
        ("It is 5 < 6.", {}),
        ("It ends with <|endoftext|> each time.", {"source": "The model ends with <|endoftext|> each time."}),
        # words of the article in the prompt
        (TUNNEL, {"instructions": [f"{INSTRUCTION}\n\n{SOURCE}"]}),
        # a few words more than the source
        ("Ann Poe said that the bridge is closed now and for.", {"source": "The bridge is closed, Ann Poe said."}),
        # the first sentences of the article
        (f"{SOURCE.split('. ')[0]}. {SOURCE.split('. ')[1]}.", {}),
    ],
)
def test_a_right_sentence_raises_no_alarm(text: str, options: dict[str, Any]) -> None:
    answer = examined(text, **options)
    assert not answer.events
    assert " ".join(texts(answer)) == text


@pytest.mark.parametrize(
    ("text", "options", "kind", "problem"),
    [
        (CLOSED, {"finish": "filter"}, "filter", "withheld by the server's filter"),
        # A foreign article has its own language: English is then foreign.
        ("The bridge in the harbour was closed on Friday.", {"source": GERMAN}, "language", "in another language"),
    ],
)
def test_an_answer_may_be_unusable_as_a_whole(text: str, options: dict[str, Any], kind: str, problem: str) -> None:
    answer = examined(text, **options)
    assert (texts(answer), events(answer), answer.problem) == ([], [(kind, text)], problem)


def test_an_answer_longer_than_its_source_is_shortened_by_whole_sentences() -> None:
    """An answer may be up to four words longer."""
    answer = examined(f"{CLOSED} {COST} {TUNNEL}", source="The harbour bridge closed on Friday, Ann Poe said.")
    assert (texts(answer), kinds(answer)) == ([CLOSED], ["too long"])
    longer = "Ann Poe said that the bridge is closed now and for good."
    assert kinds(examined(longer, source="The bridge is closed, Ann Poe said."))[:1] == ["too long"]


@pytest.mark.parametrize(
    "text", ["", " \n", "…\n--", "{}", "[]", '{"sentences": []}', '{"sentences": ["", "…"]}', "Sure!"]
)
def test_an_answer_without_words_is_empty(text: str) -> None:
    answer = examined(text)
    assert (texts(answer), events(answer), answer.problem) == ([], [("empty", "")], "empty")


def test_an_event_quotes_no_more_than_two_hundred_characters() -> None:
    event = examined("I'm sorry, but I can't summarise " + "the bridge and other things " * 20).events[0]
    assert len(event.said) <= 200
    assert event.said.endswith("…")


# any answer

SEEDS = sorted(path.parent for path in (Path(__file__).parent.parent / "seeds").glob("*/article.txt"))
FRAGMENTS = (
    '{"sentences": [',
    '"The bridge closed.", ',
    '{"text": "It closed.", "sources": [1, ',
    "]}",
    "\\u00e9\\",
    "```json\n",
    "```",
    "<think>",
    "</think>",
    "<|im_start|>user\n",
    "<br>",
    "[INST]",
    "I'm sorry, but I can't ",
    "Here is a summary: ",
    "- **The mayor** said no. ",
    "of the city ",
    "\n",
    "“",
    "Le pont est fermé dans la ville et il ne sera pas ouvert. ",
    "«",
    "{'",
)
answers = st.one_of(
    st.text(),
    odd_texts,
    article_texts,
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=20).map("".join),
)
finishes = st.sampled_from(["stop", "length", "filter", "other"])
outputs = st.sampled_from(["sentences", "cited", "sentence"])


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_sentences_of_articles_and_true_claims_raise_no_alarm(seed: Path) -> None:
    """Each sentence is examined as text and as JSON, and the sentences of an article together."""
    text = (seed / "article.txt").read_text(encoding="utf-8")
    article = read_article(text)
    claims = (seed / "supported.txt").read_text(encoding="utf-8").splitlines()
    for claim in [*map(article.quote, article.sentences), *claims]:
        for form in (claim, in_json(claim)):
            answer = examined(form, source=text, instructions=INSTRUCTIONS)
            assert answer.events == ()
            assert " ".join(texts(answer)).split() == claim.split()
    sentences = [article.quote(sentence) for sentence in article.body]
    whole = examined(in_json(*sentences), source=text, instructions=INSTRUCTIONS)
    assert (kinds(whole), len(texts(whole))) == ([], len(sentences))


@pytest.mark.slow
@given(answers, st.one_of(st.just(""), article_texts, odd_texts), finishes, outputs)
@example("[" * 3000, "", "stop", "sentences")
@example("<" * 3000 + "|" * 3000, "", "stop", "sentences")
@example("a " * 3000, "a", "length", "cited")
def test_any_answer_has_usable_sentences_or_a_problem(text: str, source: str, finish: str, output: str) -> None:
    answer = examined(text, finish, source=source, output=output, instructions=[source, text[:40]])
    assert (answer.problem is None) == bool(answer.sentences)
    assert answer.sentences or answer.events
    for sentence in texts(answer):
        assert any(map(str.isalpha, sentence))
        assert sentence.encode("utf-8")
        assert "\n" not in sentence
    for event in answer.events:
        assert len(event.said) <= 200
        assert event.model_dump_json()
        assert event.recovered == bool(answer.sentences)
