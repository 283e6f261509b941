"""Guards against answers that are not sentences of a summary: tokens, refusals, other languages, empty answers."""

import pytest
from guarding import CLOSED, examined, kinds, texts

from summarise.data import GuardEvent

# special tokens


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
    result = examined(text)
    assert texts(result) == [CLOSED]
    assert kinds(result) == ["special tokens"]
    assert result.problem is None


def test_marks_that_the_article_has_are_its_words() -> None:
    source = "The model ends its text with <|endoftext|> each time."
    assert not examined("It ends with <|endoftext|> each time.", source=source).events


@pytest.mark.parametrize(
    "fine", ["Prices of < 3 and > 2 crowns were asked.", "The bridge [sic] closed.", "It is 5 < 6."]
)
def test_angles_and_brackets_are_no_tokens(fine: str) -> None:
    result = examined(fine)
    assert (texts(result), result.events) == ([fine], ())


# refusal


@pytest.mark.parametrize(
    "refusal",
    [
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
    ],
)
def test_a_refusal_is_no_sentence_of_a_summary(refusal: str) -> None:
    """Refusals are recognised in several languages."""
    result = examined(refusal)
    assert (result.said, result.problem) == ((), "a refusal")
    assert kinds(result) == ["refusal"]


def test_reasons_for_a_refusal_go_with_it_and_the_articles_matter_stays() -> None:
    """Later sentences must share half of their longer words with the source."""
    result = examined(f"I'm sorry, but I can't help with that. Such content might hurt somebody's feelings. {CLOSED}")
    assert texts(result) == [CLOSED]
    assert kinds(result) == ["refusal", "refusal"]


@pytest.mark.parametrize(
    "fine",
    [
        "“I'm sorry, but I cannot help the drivers,” Ann Poe said.",
        "Ann Poe said she was sorry, but could not help the drivers.",
        "As an AI company closed the bridge, Ann Poe said no more.",
        "I think we could not wait, Ann Poe said.",
    ],
)
def test_people_in_the_article_may_be_sorry(fine: str) -> None:
    assert not examined(fine).events


@pytest.mark.parametrize(
    "text",
    [
        f"Sure! Here's a short summary of the article: {CLOSED}",
        f"**Summary:** {CLOSED}",
        f"Sentence 1: {CLOSED}",
        f"Certainly!\n\n{CLOSED}\n\nLet me know if you need anything else!",
        f"Voici un résumé de l'article : {CLOSED}",
        f"{CLOSED} I hope this helps!",
    ],
)
def test_words_around_an_answer_are_cut_off_without_an_event(text: str) -> None:
    result = examined(text)
    assert (texts(result), result.events) == ([CLOSED], ())


# language


@pytest.mark.parametrize(
    "strange",
    [
        "Le pont du port a été fermé vendredi après la découverte de fissures dans les câbles.",
        "Die Brücke wurde am Freitag geschlossen, nachdem Ingenieure Risse in den Kabeln gefunden hatten.",
        "Мост закрыли в пятницу после того, как инженеры нашли трещины.",
        "大桥于星期五关闭，工程师在缆绳中发现了裂缝。",
    ],
)
def test_a_sentence_in_another_language_is_taken_out(strange: str) -> None:
    """The sentences in the article's language stay."""
    result = examined(f"{CLOSED}\n{strange}")
    assert texts(result) == [CLOSED]
    assert kinds(result) == ["language"]
    assert examined(strange).problem == "in another language"


@pytest.mark.parametrize(
    "fine",
    [
        "Le Monde and El País wrote of it.",
        "Ann Poe, Rui da Silva dos Santos and Jan van der Berg told drivers in Rio de Janeiro of it.",
        "Le pont est fermé.",
        "Vesterholm, Larnby, Ellering, Halvorn, Tessaly, Corrowby.",
    ],
)
def test_names_and_a_few_words_are_no_language(fine: str) -> None:
    assert not examined(fine).events


def test_a_foreign_article_has_its_own_language() -> None:
    """Sentences in English are then foreign."""
    source = (
        "Die Brücke im Hafen wurde am Freitag geschlossen, weil Ingenieure Risse in den Kabeln gefunden haben. " * 3
    )
    assert not examined("Die Brücke wurde am Freitag geschlossen, weil sie Risse hat.", source=source).events
    assert kinds(examined("The bridge in the harbour was closed on Friday.", source=source)) == ["language"]


# empty, filter


@pytest.mark.parametrize(
    "text", ["", " \n", "…\n--", "{}", "[]", '{"sentences": []}', '{"sentences": ["", "…"]}', "Sure!"]
)
def test_an_answer_without_words_is_empty(text: str) -> None:
    result = examined(text)
    assert (result.said, result.problem) == ((), "empty")
    assert result.events == (GuardEvent(kind="empty"),)


def test_a_withheld_answer_is_never_used() -> None:
    """The server's filter has stopped it."""
    result = examined(CLOSED, "filter")
    assert (result.said, result.problem) == ((), "withheld by the server's filter")
    assert result.events == (GuardEvent(kind="filter", said=CLOSED),)


def test_an_event_quotes_no_more_than_two_hundred_characters() -> None:
    (event,) = examined("I'm sorry, but I can't summarise " + "the bridge and other things " * 20).events[:1]
    assert len(event.said) <= 200
    assert event.said.endswith("…")
