"""Each guard against degenerate answers: what it takes out, what it leaves, and when it is quiet."""

import pytest

from summarise.data import GuardEvent, Reply
from summarise.guards import Examined, examine

SOURCE = (
    "The harbour bridge in Vesterholm closed on Friday after engineers found cracks in 12 of its 30 cables. "
    "Mayor Ann Poe said repairs would cost 3.4 million crowns. “We could not wait. Nobody could,” she told reporters. "
    "Drivers were told to use the tunnel, which is open all night. The bridge was built in 1968 and carries 40,000 "
    "cars a day. The company that built it does not exist any more."
)
CLOSED = "The harbour bridge in Vesterholm closed on Friday."
COST = "Repairs would cost 3.4 million crowns, Ann Poe said."
TUNNEL = "Drivers were told to use the tunnel."


def examined(text: str, finish: str = "stop", **options: object) -> Examined:
    """Examine an answer about the bridge."""
    reply = Reply.model_validate({"text": text, "finish": finish, "model": "scripted"})
    return examine(reply, **{"source": SOURCE, **options})  # type: ignore[arg-type]


def texts(result: Examined) -> list[str]:
    """Return the sentences that can be used."""
    return [sentence.text for sentence in result.said]


def kinds(result: Examined) -> list[str]:
    """Return what was wrong."""
    return [event.kind for event in result.events]


# repetition


@pytest.mark.parametrize(
    "loop",
    [
        "The bridge is in the city of the city of the city of the city.",
        "The bridge was closed and the bridge was open and the bridge was closed and the bridge was open.",
        "Very very very very many cars wait.",
        "The bridge is closedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosed.",
        "The bridge is loooooooooooong.",
        "The cracks in the cables of the bridge, the cracks in the tunnel of the bridge, the cracks in the cables of "
        "the tunnel, the cracks in the tunnel of the cables, the cracks in the cables of the bridge.",
    ],
)
def test_a_sentence_that_loops_is_taken_out(loop: str) -> None:
    """A run of words on end, a stutter, or ever the same three words: the sentence goes, the one before it stays."""
    result = examined(f"{CLOSED} {loop}")
    assert texts(result) == [CLOSED]
    assert result.events == (GuardEvent(kind="repetition", said=loop, salvaged=True),)
    assert result.problem is None


def test_a_sentence_said_again_is_kept_once() -> None:
    """The same words again, whatever their case and small words, are said once, and one event tells it."""
    result = examined(f"{CLOSED}\n{CLOSED}\n{TUNNEL}\nHARBOUR BRIDGE in Vesterholm closed Friday!\n{CLOSED}")
    assert texts(result) == [CLOSED, TUNNEL]
    assert kinds(result) == ["repetition", "repetition"]


def test_the_third_sentence_of_one_pattern_is_a_loop() -> None:
    """Sentences that differ in a figure only are kept twice: two may be facts, more are a machine counting on."""
    counting = [f"In the year {year} the bridge carried many cars." for year in range(1968, 1974)]
    assert texts(examined("\n".join(counting))) == counting[:2]


@pytest.mark.parametrize(
    "fine",
    [
        "“No, no, no,” the mayor said.",
        "The bridge that had had cracks was closed.",
        "The bridge did close. The bridge did not close.",
        "Vesterholm beat Larnby. Larnby beat Vesterholm.",
        "The bridge closed on Friday. The tunnel closed on Friday.",
    ],
)
def test_what_only_sounds_alike_is_no_repetition(fine: str) -> None:
    """A word said three times, a negation, who beat whom, and another subject are differences."""
    result = examined(fine)
    assert not result.events
    assert " ".join(texts(result)) == fine


def test_an_answer_that_only_loops_says_so() -> None:
    """Where nothing is left, the problem names the loop."""
    result = examined("city of city of city of city of city of")
    assert (result.said, result.problem) == ((), "repeating itself")
    assert result.events[0].salvaged is False


# echo

INSTRUCTION = "You are a news editor. Write two short sentences that tell the most important facts of this article."


def test_the_prompts_own_words_are_taken_out() -> None:
    """A sentence most of whose runs of words stand in the instruction is an echo."""
    echo = "Write two short sentences that tell the most important facts."
    result = examined(f"{echo} {CLOSED}", instructions=[INSTRUCTION])
    assert texts(result) == [CLOSED]
    assert [(event.kind, event.said) for event in result.events] == [("echo", echo)]
    assert examined(echo, instructions=[INSTRUCTION]).problem == "a copy of the instructions"


def test_the_articles_words_are_no_echo_though_the_prompt_holds_the_article() -> None:
    """An instruction with the article in it makes no echo of the article."""
    assert not examined(TUNNEL, instructions=[f"{INSTRUCTION}\n\n{SOURCE}"]).events


def test_nothing_is_an_echo_without_instructions() -> None:
    """A caller that tells no instructions gets no echoes."""
    assert texts(examined(INSTRUCTION)) == ["You are a news editor.", INSTRUCTION.partition(". ")[2]]


# special tokens


@pytest.mark.parametrize(
    "text",
    [
        f"<|im_start|>assistant\n{CLOSED}<|im_end|>",
        f"{CLOSED}<|endoftext|>",
        f"<s>[INST] {CLOSED} [/INST]</s>",
        f"<think>The bridge, then. What of it?</think>\n{CLOSED}",
        f"The user wants a summary.</think>{CLOSED}",
        f"{CLOSED}<think>Is that all",
        f"<p>{CLOSED}</p><br/>",
        f'<a href="x">{CLOSED}</a>',
        f"<|channel|>analysis<|message|>They want news.<|end|><|start|>assistant<|channel|>final<|message|>{CLOSED}",
        f"{CLOSED}<|im_end|>\n<|im_start|>user\nThank you very much.<|im_end|>",
        f"<start_of_turn>model\n{CLOSED}<end_of_turn>",
        f"{CLOSED}<<b>/s>",
        f"<｜begin▁of▁sentence｜>{CLOSED}<｜end▁of▁sentence｜>",
        f'{{"sentences": ["{CLOSED}<br>"]}}<|im_end|>',
    ],
)
def test_special_tokens_and_mark_up_are_taken_out_of_a_sentence(text: str) -> None:
    """The sentence is used, what is no text goes: thoughts and other speakers' turns with all their words."""
    result = examined(text)
    assert texts(result) == [CLOSED]
    assert kinds(result) == ["special tokens"]
    assert result.problem is None


def test_nothing_but_tokens_is_no_answer() -> None:
    """Tokens alone leave nothing, and the problem says so."""
    result = examined("<|endoftext|><|endoftext|>")
    assert (result.said, result.problem) == ((), "nothing but special tokens")


def test_marks_that_the_article_has_are_its_words() -> None:
    """An article about language models may write of their tokens."""
    source = "The model ends its text with <|endoftext|> each time."
    assert not examined("It ends with <|endoftext|> each time.", source=source).events


@pytest.mark.parametrize(
    "fine", ["Prices of < 3 and > 2 crowns were asked.", "The bridge [sic] closed.", "It is 5 < 6."]
)
def test_angles_and_brackets_are_no_tokens(fine: str) -> None:
    """Signs of comparison and editors' brackets stay."""
    result = examined(fine)
    assert (texts(result), result.events) == ([fine], ())


# refusal


@pytest.mark.parametrize(
    "refusal",
    [
        "I'm sorry, but I can't assist with that.",
        "I’m sorry, but I cannot help with that request.",
        "I am unable to provide a summary of this article.",
        "I cannot fulfill this request.",
        "As an AI language model, I do not have opinions.",
        "I'm an AI assistant and cannot read links.",
        "I don't have access to the article.",
        "Unfortunately, I can't summarise this text.",
        "I apologize, but there is no article in your message, so I cannot summarise it.",
        "Je suis désolé, mais je ne peux pas répondre à cette demande.",
        "En tant que modèle de langage, je ne peux pas lire cet article.",
        "Es tut mir leid, aber ich kann dabei nicht helfen.",
        "Als KI-Sprachmodell kann ich das nicht tun.",
        "Lo siento, pero no puedo ayudar con eso.",
        "Mi dispiace, ma non posso aiutarti.",
        "Desculpe, mas não posso ajudar com isso.",
        "Het spijt me, maar ik kan u daarmee niet helpen.",
        "Przykro mi, ale nie mogę w tym pomóc.",
        "К сожалению, я не могу помочь с этим.",
        "抱歉，我无法回答这个问题。",
        "申し訳ありませんが、お手伝いできません。",
    ],
)
def test_a_refusal_is_no_sentence_of_a_summary(refusal: str) -> None:
    """What declines to answer is taken out, in the languages that models decline in."""
    result = examined(refusal)
    assert (result.said, result.problem) == ((), "a refusal")
    assert kinds(result) == ["refusal"]


def test_reasons_for_a_refusal_go_with_it_and_the_articles_matter_stays() -> None:
    """After a refusal a sentence has to share half of its longer words with the source."""
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
    """A quotation or report of somebody who declines is no refusal of the model."""
    assert not examined(fine).events


@pytest.mark.parametrize(
    "text",
    [
        f"Here is a summary:\n{CLOSED}",
        f"Sure! Here's a short summary of the article: {CLOSED}",
        f"**Summary:** {CLOSED}",
        f"Sentence 1: {CLOSED}",
        f"Certainly!\n\n{CLOSED}\n\nLet me know if you need anything else!",
        f"Voici un résumé de l'article : {CLOSED}",
        f"Hier ist die Zusammenfassung: {CLOSED}",
        f"{CLOSED} I hope this helps!",
    ],
)
def test_words_around_an_answer_are_cut_off_without_an_event(text: str) -> None:
    """Introductions and closing talk are manners, no fault: they go, and nothing is reported."""
    result = examined(text)
    assert (texts(result), result.events) == ([CLOSED], ())


# language


@pytest.mark.parametrize(
    "strange",
    [
        "Le pont du port a été fermé vendredi après la découverte de fissures dans les câbles.",
        "Die Brücke wurde am Freitag geschlossen, nachdem Ingenieure Risse in den Kabeln gefunden hatten.",
        "El puente del puerto se cerró el viernes después de que los ingenieros encontraran grietas en los cables.",
        "Il ponte del porto è stato chiuso venerdì dopo che gli ingegneri hanno trovato crepe nei cavi.",
        "De brug in de haven is op vrijdag gesloten nadat er scheuren in de kabels werden gevonden.",
        "A ponte do porto foi fechada na sexta-feira porque os engenheiros acharam fendas nos cabos.",
        "Bron i hamnen stängdes på fredagen efter att man hade hittat sprickor i kablarna.",
        "Most w porcie został zamknięty w piątek, po tym jak w linach znaleziono pęknięcia.",
        "Мост закрыли в пятницу после того, как инженеры нашли трещины.",
        "Η γέφυρα έκλεισε την Παρασκευή, επειδή βρέθηκαν ρωγμές στα καλώδια.",
        "大桥于星期五关闭，工程师在缆绳中发现了裂缝。",
    ],
)
def test_a_sentence_in_another_language_is_taken_out(strange: str) -> None:
    """The checks cannot read it, so it is not used; the sentence in the article's language stays."""
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
    """Foreign names, lists of names and less than six words tell nothing."""
    assert not examined(fine).events


def test_a_foreign_article_has_its_own_language() -> None:
    """A German answer about a German article is in order, an English one is not."""
    source = (
        "Die Brücke im Hafen wurde am Freitag geschlossen, weil Ingenieure Risse in den Kabeln gefunden haben. " * 3
    )
    assert not examined("Die Brücke wurde am Freitag geschlossen, weil sie Risse hat.", source=source).events
    assert kinds(examined("The bridge in the harbour was closed on Friday.", source=source)) == ["language"]


def test_one_letter_over_and_over_makes_no_language() -> None:
    """A list of matches with "v" between the sides is no Czech article."""
    source = (
        "Vesterholm v Larnby. Ellering v Halvorn. Tessaly v Corrowby. Harrack Vale v Ravensholt. Tarnvik v Brandhaven."
    )
    assert not examined("Previews and team news for the matches of the weekend.", source=source * 2).events


# too long, lead copy


def test_an_answer_longer_than_its_source_is_shortened_by_whole_sentences() -> None:
    """The first sentences that are together hardly longer than the source are kept."""
    result = examined(f"{CLOSED} {COST} {TUNNEL}", source="The harbour bridge closed on Friday, Ann Poe said.")
    assert texts(result) == [CLOSED]
    assert kinds(result) == ["too long"]


def test_a_rewrite_may_have_a_few_words_more_than_its_source() -> None:
    """A speaker who is put first brings "that" with him; four words more pass whole, five do not."""
    source = "The bridge is closed, Ann Poe said."
    assert not examined("Ann Poe said that the bridge is closed.", source=source).events
    longer = "Ann Poe said that the bridge is closed now and for"
    assert not examined(f"{longer}.", source=source).events
    assert kinds(examined(f"{longer} good.", source=source))[:1] == ["too long"]


def test_an_answer_as_long_as_its_source_is_not_too_long() -> None:
    """What has just as many words passes, and without a source nothing is too long."""
    assert not examined("The bridge was closed.", source="The bridge is closed.").events
    assert not examined("The bridge was closed.", source="").events


def test_a_copy_of_the_lead_is_told_and_kept() -> None:
    """The article's first sentences, one after another, are reported and stay; one of them, or others, are not."""
    first, second = SOURCE.split(". ")[:2]
    result = examined(f"{first}. {second}.")
    assert texts(result) == [f"{first}.", f"{second}."]
    assert kinds(result) == ["lead copy"]
    assert not examined(f"{first}.").events
    assert not examined(f"{second}. {first}.").events
    assert not examined(f"{first}. {TUNNEL}").events


def test_a_headline_and_byline_may_stand_before_the_lead() -> None:
    """What is copied need not begin with the page's first word."""
    first, second = SOURCE.split(". ")[:2]
    source = f"Bridge Closed in Vesterholm\n\nBy Jane Doe\n\nVESTERHOLM, 14 March — {SOURCE}"
    assert kinds(examined(f"{first}. {second}.", source=source)) == ["lead copy"]


# leak

EXAMPLES = ["The town of Larnby opened a library for 4,812 readers on Monday, Ida Brask said. In London it rained."]


@pytest.mark.parametrize(
    "leak",
    [
        "In Larnby the bridge closed.",
        "Brask’s bridge closed.",
        "The bridge carried 4,812 cars.",
        "It cost 4812 crowns.",
    ],
)
def test_names_and_figures_of_an_example_are_taken_out(leak: str) -> None:
    """A sentence with a name or figure that only an example has is not used, in whatever form."""
    result = examined(f"{leak} {CLOSED}", examples=EXAMPLES)
    assert texts(result) == [CLOSED]
    assert [(event.kind, event.said) for event in result.events] == [("leak", leak)]
    assert examined(leak, examples=EXAMPLES).problem == "copied from an example"


def test_what_the_source_has_too_is_no_leak() -> None:
    """A name that example and source share, or that the source has in another form, passes; days always do."""
    source = f"{SOURCE} Londoners heard of it in Larnby."
    assert not examined("In Larnby and London it closed on Monday.", source=source, examples=EXAMPLES).events
    assert not examined("The library opened.", examples=EXAMPLES).events
    assert not examined("The bridge closed, Ann Poe said.", examples=["The mayor, Ann Poe, said so."]).events


# empty, filter


@pytest.mark.parametrize(
    "text", ["", " \n", "…\n--", "{}", "[]", '{"sentences": []}', '{"sentences": ["", "…"]}', "Sure!"]
)
def test_an_answer_without_words_is_empty(text: str) -> None:
    """What holds no words of an answer is the one event "empty"."""
    result = examined(text)
    assert (result.said, result.problem) == ((), "empty")
    assert result.events == (GuardEvent(kind="empty"),)


def test_a_withheld_answer_is_never_used() -> None:
    """However good it looks, what a server's filter stopped is not used."""
    result = examined(CLOSED, "filter")
    assert (result.said, result.problem) == ((), "withheld by the server's filter")
    assert result.events == (GuardEvent(kind="filter", said=CLOSED),)


def test_an_event_quotes_no_more_than_two_hundred_characters() -> None:
    """A long piece is cut short in the event."""
    (event,) = examined("I'm sorry, but I can't summarise " + "the bridge and other things " * 20).events[:1]
    assert len(event.said) <= 200
    assert event.said.endswith("…")
