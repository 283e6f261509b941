"""Transcripts as input: formats, turns, sentences, speakers of claims, places, and summaries in the speakers' words."""

import json
import time
from pathlib import Path

import pytest
from command_line import fails
from made_archives import docx
from reading import read_bytes, refusal, run

from summarise import Article, check, extract_facts, read_article, summarise
from summarise.article.sources import NamedArticle, combine
from summarise.report.markdown import report_markdown
from summarise.report.wording import lines_of
from summarise.settings.model import Settings

FILES = Path(__file__).parent / "transcripts"
ZOOM, INTERVIEW = FILES / "zoom.vtt", FILES / "interview.txt"
# By file: its format, and the time, speaker and words of some turns by number.
TURNS: dict[str, tuple[str, dict[int, tuple[float | None, str | None, str]]]] = {
    "zoom.vtt": (
        "vtt",
        {
            1: (6.12, "Ben Okoro", "Yeah, okay."),
            2: (
                8.02,
                "Anna Feyer",
                "The surveyors found rust in forty of the two hundred and ten piles. "
                "I will send the repair budget to the council by Friday.",
            ),
            -1: (70.7, "Anna Feyer", "I will call Halden Mutual tomorrow. Thanks everyone."),
        },
    ),
    "teams.vtt": (
        "vtt",
        {
            0: (
                3.12,
                "Dr. Lena Hartwig",
                "The trial has 64 patients now, eight fewer than we planned. We stop recruiting in June.",
            ),
            1: (10.3, "Tomas Ruiz (Extern)", "I'd rather wait until September & reach 72."),
        },
    ),
    "w3c.vtt": (
        "vtt",
        {
            0: (3598.5, "Mira Sand", "Welcome to the evening talk."),
            1: (93601.5, "Mira Sand", "We begin again."),
            2: (93601.5, "Olu Adeyemi", "Thank you, Mira. I grew up beside the river."),
        },
    ),
    "youtube.vtt": (
        "vtt",
        {
            0: (
                0.16,
                None,
                "So today I want to talk about how we moved office from two buildings to one. The first thing we did "
                "was count the desks. We had four hundred desks and only half of them were used.",
            ),
            1: (18.0, None, "Giving up the north building saved us two hundred thousand pounds a year."),
        },
    ),
    "film.srt": (
        "srt",
        {
            0: (1.0, None, "The lighthouse was built in 1874."),
            1: (3.6, None, "Who built it?"),
            2: (3.6, None, "My great-grandfather did. He never saw it lit."),
            3: (20.0, None, "It was sold in 1951."),
        },
    ),
    "speakers.srt": ("srt", {1: (4.2, "Speaker 2", "Last year it was 80 per cent in May.")}),
    "whisper.json": (
        "whisper",
        {
            0: (0.0, None, "The clinic opens at seven. We hired three nurses in May."),
            1: (75.0, None, "Two of them speak Polish."),
        },
    ),
    "whisperx.json": ("whisper", {1: (4.4, "SPEAKER_01", "How much of it is rye?")}),
    "whispercpp.json": ("whisper", {1: (9.0, None, "It used to leave every half hour.")}),
    "otter.txt": (
        "transcript",
        {
            0: (3.0, "Ines Valdez", "The new hall opens on 9 May. We expect 1,200 visitors on the first day."),
            -1: (3760.0, "Raj Patel", "I did. They refused, because they have no drivers on Saturdays."),
        },
    ),
    "stamped.txt": ("transcript", {3: (27.0, "Piet de Groot", "That is not enough. The path costs €140,000.")}),
    "interview.txt": (
        "transcript",
        {
            1: (
                None,
                "Idris Kane",
                "The pipes. Half of them are older than 80 years, and we lose 22 per cent of the water before it "
                "reaches a tap.",
            ),
            4: (None, "Idris Kane", "I still think so."),
        },
    ),
}


@pytest.mark.parametrize("name", TURNS)
def test_a_transcript_is_read_as_turns_with_speaker_and_time(name: str) -> None:
    article = read_article(FILES / name)
    called, turns = TURNS[name]
    assert article.format == called
    for number, turn in turns.items():
        found = article.utterances[number]
        assert (found.time, found.speaker, article.quote(found.speech)) == turn
        assert article.quote(found) == found.label + turn[2]
    # No sentence begins with its speaker's name, and each has the place of its turn.
    for sentence in article.sentences:
        place = article.evidence(sentence)
        holder = article.utterance_at(sentence.start)
        assert holder is None or sentence.start >= holder.speech.start
        assert (place.speaker, place.time) == ((holder.speaker, holder.time) if holder else (None, None))
    assert {path.name for path in FILES.iterdir()} == set(TURNS)


def test_the_content_decides_and_the_option_overrides(tmp_path: Path) -> None:
    for name in ("zoom.vtt", "film.srt", "whisperx.json"):
        copy = tmp_path / f"{name}.txt"
        copy.write_bytes((FILES / name).read_bytes())
        assert read_article(copy).utterances == read_article(FILES / name).utterances
        assert not read_article(copy, input_format="text").utterances
    for told in ("markdown", "text", "srt"):
        assert read_bytes(ZOOM.read_bytes(), told=told).utterances == read_article(ZOOM).utterances
    assert read_bytes((FILES / "whisper.json").read_bytes(), told="vtt").format == "whisper"
    text = INTERVIEW.read_text("utf-8")
    assert read_article(text).utterances == read_article(INTERVIEW).utterances
    assert read_article(Article(text=text, title="Talk")).utterances
    assert len(read_bytes("Ann Lee: It rains.\nAnn Lee: It pours.", input_format="transcript").utterances) == 2
    utf16 = ZOOM.read_text("utf-8").replace("\n", "\r\n").encode("utf-16")
    assert read_bytes(utf16, told="vtt").utterances == read_article(ZOOM).utterances


NO_TRANSCRIPTS = {
    "questions": "Q: Who owns the pier?\nA: The town does.\n" * 4,
    "form": "Name: Jo Lee\nPhone: 0151 496 0\n" * 4,
    "few": "Anna Feyer: It rains.\nBen Okoro: It does.\nAnna Feyer: Still.\n",
    "one": "Anna Feyer: It rains in the valley today.\n" * 6,
    "colons": (
        "The mayor had one message: leave.\nHarbour: closed until further notice, the board said.\n"
        "Nobody left. The ferry sailed at noon, as it does every day.\nThe council met at eight.\n"
    )
    * 2,
    "story": (
        "Anna Feyer: a portrait. She was born in Brelmouth in 1961.\n\nHer father kept bees.\n\nBen Okoro: a friend."
        " He met her at school.\n\nThey built a boat.\n\nAnna Feyer: the boat sank.\n\nBen Okoro: he swam.\n\n"
        "It was the end of the summer.\n\nThe lake froze.\n\nNobody came back.\n\nThe bees did."
    ),
    "myths": "Myth: You catch a cold if your hair is wet.\n\nFact: Viruses cause it, and they spread.\n\n" * 4,
    "review": "Pros: The battery lasts two days.\nCons: It is heavy.\nVerdict: A phone for people who travel.\n\n" * 4,
    "recipe": "Note: Use fresh eggs.\n\nTip: Let the batter rest for half an hour.\n\n" * 3,
    "faults": "Problem: The pump does not start.\nSolution: Fill the tank, and press the button twice.\n" * 3,
    "flats": "Location: The flat lies near the station.\nPrice: The rent is 800 euros a month.\n" * 2,
    "changes": "Fixed: The window no longer closes.\n\nAdded: Users can export their data as a table.\n\n" * 2,
    "lives": "Born: She was born in 1921 in the north.\nDied: She died in 1999.\n" * 2,
    "German questions": "Frage: Wem gehört die Brücke?\nAntwort: Sie gehört der Stadt.\n" * 4,
    "German myths": "Mythos: Das ist eine Legende, die man oft hört.\nFakt: Es ist nicht wahr, und man weiß es.\n" * 4,
    "capitals": "MYTH: You catch a cold if your hair is wet.\nFACT: Viruses cause it.\n" * 4,
    "about captions": "WEBVTT is a format for captions. It was made in 2010.\n\nIt is used by browsers.",
    "about offers": '[Updated] Shops call them "segments", and the "text" of the offer changes. It rains.',
}


@pytest.mark.parametrize("name", NO_TRANSCRIPTS)
def test_text_with_colons_is_no_transcript(name: str) -> None:
    assert not read_article(NO_TRANSCRIPTS[name]).utterances


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna", "Ben"),
        ("Mark", "Grace"),
        ("HAMLET", "OPHELIA"),
        ("Speaker 1", "Speaker 2"),
        ("INTERVIEWER", "KANE"),
        ("Piet de Groot", "Sara Lindqvist"),
    ],
)
def test_names_and_roles_are_speakers(one: str, other: str) -> None:
    article = read_article(f"{one}: The pier is safe now.\n\n{other}: It opens on Monday.\n\n" * 2)
    assert [turn.speaker for turn in article.utterances] == [one, other] * 2


def _vtt(*cues: str) -> bytes:
    timed = [f"00:{4 * at:02}.000 --> 00:{4 * at + 1:02}.900\n{cue}\n\n" for at, cue in enumerate(cues)]
    return ("WEBVTT\n\n" + "".join(timed)).encode()


def _whisper(*segments: tuple[str, object]) -> bytes:
    found = [{"start": at, "end": at + 1, "text": text, "speaker": who} for at, (text, who) in enumerate(segments)]
    return json.dumps({"segments": found}).encode()


POLISH = "to jest bardzo dobry plan i mam nadzieje ze wszyscy sie z tym zgodza i pojdziemy dalej razem bo nie czekaja"
# By case: a file, and its speakers and words.
CUES: dict[str, tuple[bytes, list[tuple[str | None, str]]]] = {
    "sounds": (_vtt("[Applause] Thank you.", "[Laughter] Yes.", "[Applause] Go."), [(None, "Thank you. Yes. Go.")]),
    "sound before a name": (
        _vtt("[Music] Ann Lee: It rains.", "Ben Okoro: It does."),
        [("Ann Lee", "It rains."), ("Ben Okoro", "It does.")],
    ),
    "phrases": (_vtt("I said: why?", "He said: go."), [(None, "I said: why? He said: go.")]),
    "short phrases": (_vtt("I ask: go?", "He saw: no.", "I ask: so?"), [(None, "I ask: go? He saw: no. I ask: so?")]),
    "aside": (_vtt("[Updated] It rains.", "It pours."), [(None, "[Updated] It rains. It pours.")]),
    "nothing seen": (_vtt("<v Ann>&#8203;</v>", "<v &lrm;>Hi.", "<v Ben>So."), [(None, "Hi."), ("Ben", "So.")]),
    "nothing said": (_whisper(("\u200b", "Ann"), ("So.", "\u202eAnna")), [("annA", "So.")]),
    "long name": (_whisper(("So.", "A" * 79 + " B")), [("A" * 79, "So.")]),
    "numbers": (_whisper(("So.", 1), ("Yes.", 2)), [("Speaker 1", "So."), ("Speaker 2", "Yes.")]),
    "blank line": (
        b"1\n00:00:01,000 --> 00:00:04,000\nFirst.\n\nSecond?\n\n2\n00:00:09,000 --> 00:00:10,000\nThird.\n",
        [(None, "First. Second?"), (None, "Third.")],
    ),
    "before the start": (b"WEBVTT\n\n-00:01.000 --> 00:02.000\nHello.\n\nNOTE It\n\nends.\n", [(None, "Hello.")]),
    "Polish": (_whisper((POLISH, None)), [(None, f"T{POLISH[1:]}.")]),
}


@pytest.mark.parametrize("case", CUES)
def test_cues_have_the_words_and_speakers_that_are_heard(case: str) -> None:
    data, turns = CUES[case]
    article = read_bytes(data)
    assert [(turn.speaker, article.quote(turn.speech)) for turn in article.utterances] == turns


@pytest.mark.parametrize("run_of", ["_", "a", "a_", "ab ", ".", "a.", "A ", "*_"])
def test_long_runs_are_read_in_linear_time(run_of: str) -> None:
    for text in (f"Name{run_of * 200}?", f"[{run_of * 200}?"):
        began = time.perf_counter()
        read_article(f"It rains.\n\n{text}")
        read_bytes(_vtt(text, "It rains."))
        assert time.perf_counter() - began < 2


def test_a_word_document_of_a_meeting_has_turns() -> None:
    lines = ("Anna Feyer   0:03", "The pier is safe now.", "Ben Okoro   0:09", "I will open it on Monday.")
    body = "".join(f"<w:p><w:r><w:t xml:space='preserve'>{line}</w:t></w:r></w:p>" for line in lines * 2)
    article = read_bytes(docx(body))
    assert [(turn.speaker, turn.time) for turn in article.utterances[:2]] == [("Anna Feyer", 3.0), ("Ben Okoro", 9.0)]
    assert article.format == "docx"


@pytest.mark.parametrize(
    ("data", "told", "words"),
    [
        ("WEBVTT\n\nNOTE nothing else\n", "vtt", "no cue with words"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n", None, "no cue with words"),
        ("1\n00:00:01,000 --> 00:00:02,000\n", None, "no cue with words"),
        ('{"segments": [{"text": "It ra', None, "not complete JSON"),
        ('{"segments": 3, "text": ""}', None, "without a list of “segments”"),
        ("[" * 100_000, "whisper", "not complete JSON"),
        ("It rains.", "transcript", "names no speakers"),
    ],
)
def test_a_broken_transcript_gives_one_line(data: str, told: str | None, words: str) -> None:
    assert words in refusal(data.encode(), input_format=told)


def test_sources_and_old_articles_keep_their_fields() -> None:
    zoom, interview = read_article(ZOOM), read_article(INTERVIEW)
    both = combine([NamedArticle("1", zoom), NamedArticle("2", interview)])
    assert both.evidence(both.sentences[-1]).speaker == "Idris Kane"
    twice = combine([NamedArticle("1", interview), NamedArticle("2", interview)])
    place = lines_of(interview).place(interview.sentences[-1])
    assert lines_of(twice).place(twice.sentences[-1]) == f"[2] {place}"
    second = both.within(["2"])
    assert [turn.speaker for turn in second.utterances] == [turn.speaker for turn in interview.utterances]
    plain = read_article("It rains in the valley. Nobody minds.")
    old = {key: value for key, value in plain.model_dump(mode="json").items() if key != "utterances"}
    assert Article.model_validate(old) == plain
    facts = extract_facts(zoom)
    assert [fact.value for fact in facts.facts if fact.kind == "name"][:2] == ["Anna Feyer", "Ben Okoro"]


RIGHT = {
    "zoom.vtt": (
        "Anna Feyer will send the repair budget to the council by Friday.",
        "Ben Okoro said he would order fences for the east stairs on Monday.",
        "Carla Mendes promised to tell the ferry company in the afternoon.",
        "Ben Okoro warned that the east stairs are not safe.",
        "According to Carla Mendes, the ferry company pays £18,000 a month.",
        "Carla Mendes disagreed with closing the pier.",
        "Anna Feyer said that the surveyors found rust in 40 of the 210 piles.",
        "Feyer asked whether they could close only the east stairs, and Okoro agreed.",
        "They decided to keep the pier open and to close the east stairs until 3 April.",
        "Anna Feyer will call Halden Mutual, because Carla Mendes has not received the insurance papers.",
    ),
    "interview.txt": (
        "Idris Kane said that Brelmouth loses 22 per cent of the water before it reaches a tap.",
        "Kane told the council in 2019 that spending the money on the harbour was a mistake.",
        "Idris Kane will raise the price by 4 per cent in July.",
        "Nora Whitfield said some residents think that the price is too high.",
        "Kane drinks water from the tap every day.",
        "Idris Kane: “Because nobody sees a pipe.”",
        "The price will rise by 4 per cent in July, Kane said.",
        "Kane said that the laboratory takes 30 samples a week.",
        "Idris Kane has run the water works for nine years.",
        "“I won't apologise for it,” Kane said.",
    ),
    "otter.txt": (
        "The new hall opens on 9 May, Ines Valdez said.",
        "Valdez expects 1,200 visitors on the first day.",
        "Raj Patel will print the leaflets in English and Welsh.",
        "Patel asked the bus company for an extra bus, but it refused.",
        "According to Patel, the leaflets cost £640.",
    ),
    "stamped.txt": (
        "Sara Lindqvist said that 40 of the 312 pupils cycle.",
        "Piet de Groot wants a cycle path on Mill Lane before winter.",
        "Lindqvist said the county promised €90,000.",
        "De Groot said that €90,000 is not enough, because the path costs €140,000.",
        "Sara Lindqvist proposed to ask the parents' association for the rest.",
    ),
}
# The same words of another speaker. The rules were written with those of the first two files at hand.
EXCHANGED = {
    "zoom.vtt": (
        "Ben Okoro will send the repair budget to the council by Friday.",
        "Carla Mendes said she would order fences for the east stairs on Monday.",
        "Anna Feyer promised to tell the ferry company in the afternoon.",
        "Carla Mendes warned that the east stairs are not safe.",
        "According to Ben Okoro, the ferry company pays £18,000 a month.",
        "Anna Feyer did not think that the pier could stay open in March.",
        "Carla Mendes said that the surveyors found rust in 40 of the 210 piles.",
        "Ben Okoro: “I will send the repair budget to the council by Friday.”",
        "Ben Okoro will call Halden Mutual tomorrow.",
        "Anna Feyer said she had not received the insurance papers from Halden Mutual.",
    ),
    "interview.txt": (
        "Nora Whitfield said that Brelmouth loses 22 per cent of the water before it reaches a tap.",
        "Whitfield told the council in 2019 that it was a mistake.",
        "Nora Whitfield will raise the price by 4 per cent in July.",
        "Nora Whitfield said that half of the pipes are older than 80 years.",
        "Nora Whitfield: “Because nobody sees a pipe.”",
        "The price will rise by 4 per cent in July, Whitfield said.",
        "Whitfield said that the laboratory takes 30 samples a week.",
        "“I won't apologise for it,” Whitfield said.",
        "Whitfield said that the council spent the money on the harbour.",
        "Nora Whitfield understands the residents, but will raise the price by 4 per cent.",
    ),
    "otter.txt": (
        "The new hall opens on 9 May, Raj Patel said.",
        "Patel expects 1,200 visitors on the first day.",
        "Ines Valdez will print the leaflets in English and Welsh.",
        "According to Valdez, the bus company refused because it has no drivers on Saturdays.",
        "According to Valdez, the leaflets cost £640.",
    ),
    "stamped.txt": (
        "Piet de Groot said that 40 of the 312 pupils cycle.",
        "Sara Lindqvist wants a cycle path on Mill Lane before winter.",
        "De Groot said the county promised €90,000.",
        "Lindqvist said that the path costs €140,000.",
        "Piet de Groot proposed to ask the parents' association for the rest.",
    ),
}
# Valdez, too, spoke of the bus company.
MISSED = "According to Valdez, the bus company refused because it has no drivers on Saturdays."


@pytest.mark.parametrize("name", RIGHT)
def test_what_a_speaker_said_is_supported(name: str) -> None:
    report = check(" ".join(RIGHT[name]), FILES / name)
    assert {one.text: one.verdict for one in report.sentences} == dict.fromkeys(RIGHT[name], "supported")


@pytest.mark.parametrize("name", EXCHANGED)
def test_another_speakers_words_are_an_error(name: str) -> None:
    report = check(" ".join(EXCHANGED[name]), FILES / name)
    assert len(report.sentences) == len(EXCHANGED[name])
    for sentence in report.sentences:
        found = [one.article for one in sentence.errors if one.code == "speaker"]
        assert sentence.text == MISSED or (found[0] and found[0].speaker), sentence.text
    assert any(one.verdict == "contradicted" for one in report.sentences)


def test_speakers_without_a_name_are_told_apart() -> None:
    text = "Speaker 2 will ask farmers to water at night. Speaker 1 said the reservoir is at 61 per cent."
    wrong, right = check(text, FILES / "speakers.srt").sentences
    assert [one.code for one in wrong.errors] == ["speaker"]
    assert (right.verdict, right.findings) == ("supported", ())
    ten = _whisper(("The reservoir is at 61 per cent.", 10), ("I will ask farmers to water at night.", 1), ("Yes.", 2))
    (sentence,) = check("Speaker 10 said the reservoir is at 61 per cent.", read_bytes(ten)).sentences
    assert sentence.findings == ()


def test_a_speaker_with_a_number_for_a_name_hides_no_figure() -> None:
    words = "The reservoir is at 61 per cent of its capacity."
    article = read_bytes(_whisper((words, "1"), ("I will ask 30 farmers to water at night.", "P2"), ("Good.", "1")))
    (sentence,) = check(words.replace("61", "15"), article, settings=Settings(entailment="off")).sentences
    assert [one.claim.text for one in sentence.errors] == ["15 per cent"]


def test_a_turn_keeps_its_time_in_all_paragraphs() -> None:
    turns = "Ines Valdez  0:03\nThe hall opens on 9 May.\n\nWe expect many.\n\nRaj Patel  0:31\nI will print them.\n\n"
    assert [turn.time for turn in read_article(turns * 2).utterances] == [3.0, 3.0, 31.0] * 2


def test_places_are_times_and_speakers_in_every_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claim = tmp_path / "claim.txt"
    claim.write_text("Anna Feyer will call Halden Mutual.", encoding="utf-8")
    assert run(["check", str(ZOOM), str(claim), "--entailment", "off"]) == 0
    assert "00:01:10, Anna Feyer, " in capsys.readouterr().out
    assert run(["check", str(ZOOM), str(claim), "--entailment", "off", "--json"]) == 0
    place = json.loads(capsys.readouterr().out)["sentences"][0]["evidence"][0]
    assert (place["speaker"], place["time"]) == ("Anna Feyer", 70.7)
    report = check(claim, ZOOM, settings=Settings(entailment="off"))
    assert "00:01:10, Anna Feyer" in report_markdown(report)
    page = report.to_html()
    assert "00:01:10, Anna Feyer" in page
    # The link of the evidence leads into the utterance, which begins with the name.
    turn = page.split('data-time="00:01:10"')[1].split("</p>")[0]
    assert 'data-e="1"' in turn
    assert "Anna Feyer" in turn.split('data-e="1"')[0]
    claim.write_text("Kane drinks water from the tap every day.", encoding="utf-8")
    run(["check", str(INTERVIEW), str(claim), "--entailment", "off"])
    assert "turn 8, Nora Whitfield" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["zoom.vtt", "youtube.vtt", "interview.txt"])
def test_an_extract_shows_the_speakers_words(name: str) -> None:
    summary = summarise(FILES / name, model="extract", settings=Settings(entailment="off"))
    assert len(summary.sentences) >= 2
    for sentence in summary.sentences:
        place = sentence.evidence[0]
        assert sentence.text == (f"{place.speaker}: “{place.text}”" if place.speaker else f"“{place.text}”")
        assert sentence.verdict == "supported"
        assert len(place.text.split()) >= 6


def test_the_option_of_the_command_names_the_formats(capsys: pytest.CaptureFixture[str]) -> None:
    assert "not complete JSON" in fails(capsys, 3, str(ZOOM), "--input-format", "whisper")
