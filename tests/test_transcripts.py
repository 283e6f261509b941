"""Transcripts as input: formats, turns, sentences, checks of speakers, places, and summaries."""

import json
import re
import time
from pathlib import Path

import pytest
from made_documents import docx
from reading import read_bytes, refusal, run, sections

from summarise import Article, check, extract_facts, read_article, summarise
from summarise.article.sources import NamedArticle, combine
from summarise.report.markdown import report_markdown
from summarise.report.wording import Lines
from summarise.settings.model import Settings

FILES = Path(__file__).parent / "transcripts"
ZOOM, INTERVIEW = FILES / "zoom.vtt", FILES / "interview.txt"


# The turns of each file with its format; and claims: a text with "{}", its speaker, and a wrong speaker. The rules were
# written with the claims of the first two files in view.
TURNS, CLAIMS = sections(FILES / "turns.txt"), sections(FILES / "claims.txt")
# Other texts with colons. A heading says how often the text is repeated, and "apart" if blank lines separate it.
NO_TRANSCRIPTS = sections(FILES / "none.txt")


@pytest.mark.parametrize("heading", TURNS)
def test_a_transcript_is_read_as_turns_with_speaker_and_time(heading: str) -> None:
    name, kind = heading.split()
    article = read_article(FILES / name)
    assert article.format == kind
    assert [f"{turn.time} {turn.speaker}: {article.quote(turn.speech)}" for turn in article.utterances] == TURNS[
        heading
    ].splitlines()
    assert all(article.quote(turn) == turn.label + article.quote(turn.speech) for turn in article.utterances)
    # No sentence begins with its speaker's name, and each has the place of its turn.
    for sentence in article.sentences:
        place = article.evidence(sentence)
        turn = article.utterance_at(sentence.start)
        assert turn is None or sentence.start >= turn.speech.start
        assert (place.speaker, place.time) == ((turn.speaker, turn.time) if turn else (None, None))


def test_the_content_decides_and_the_option_overrides(tmp_path: Path) -> None:
    for name in ("zoom.vtt", "film.srt", "whisperx.json"):
        copy = tmp_path / f"{name}.txt"
        copy.write_bytes((FILES / name).read_bytes())
        assert read_article(copy).utterances == read_article(FILES / name).utterances
        assert not read_article(copy, input_format="text").utterances
    for kind in ("markdown", "text", "srt"):
        assert read_bytes(ZOOM.read_bytes(), format_hint=kind).utterances == read_article(ZOOM).utterances
    assert read_bytes((FILES / "whisper.json").read_bytes(), format_hint="vtt").format == "whisper"
    text = INTERVIEW.read_text("utf-8")
    assert read_article(text).utterances == read_article(INTERVIEW).utterances
    assert read_article(Article(text=text, title="Talk")).utterances
    assert len(read_bytes("Ann Lee: It rains.\nAnn Lee: It pours.", input_format="transcript").utterances) == 2
    utf16 = ZOOM.read_text("utf-8").replace("\n", "\r\n").encode("utf-16")
    assert read_bytes(utf16, format_hint="vtt").utterances == read_article(ZOOM).utterances


@pytest.mark.parametrize("name", NO_TRANSCRIPTS)
def test_text_with_colons_is_no_transcript(name: str) -> None:
    times = int(re.findall(r"× (\d+)|$", name)[0] or 1)
    gap = "\n\n" if name.endswith("apart") else "\n"
    assert not read_article(gap.join([NO_TRANSCRIPTS[name]] * times)).utterances


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Anna", "Ben"),
        ("Mark", "Grace"),
        ("HAMLET", "OPHELIA"),
        ("Speaker 1", "Speaker 2"),
        ("INTERVIEWER", "KANE"),
        ("Piet de Groot", "Sara Lindqvist"),
    ],
)
def test_names_and_roles_are_speakers(first: str, second: str) -> None:
    article = read_article(f"{first}: The pier is safe now.\n\n{second}: It opens on Monday.\n\n" * 2)
    assert [turn.speaker for turn in article.utterances] == [first, second] * 2


def _vtt(*cues: str) -> bytes:
    timed = [f"00:{4 * at:02}.000 --> 00:{4 * at + 1:02}.900\n{cue}\n\n" for at, cue in enumerate(cues)]
    return ("WEBVTT\n\n" + "".join(timed)).encode()


def _whisper(*segments: tuple[str, object]) -> bytes:
    items = [{"start": at, "end": at + 1, "text": text, "speaker": name} for at, (text, name) in enumerate(segments)]
    return json.dumps({"segments": items}).encode()


POLISH = "to jest bardzo dobry plan i mam nadzieje ze wszyscy sie z tym zgodza i pojdziemy dalej razem bo nie czekaja"
# For each case: the bytes of a file, and the speakers and words of its turns.
CUES: dict[str, tuple[bytes, list[tuple[str | None, str]]]] = {
    "sounds": (_vtt("[Applause] Thank you.", "[Laughter] Yes.", "[Applause] Go."), [(None, "Thank you. Yes. Go.")]),
    "sound before a name": (
        _vtt("[Music] Ann Lee: It rains.", "Ben Okoro: It does."),
        [("Ann Lee", "It rains."), ("Ben Okoro", "It does.")],
    ),
    "phrases": (_vtt("I said: why?", "He said: go."), [(None, "I said: why? He said: go.")]),
    "short phrases": (_vtt("I ask: go?", "He saw: no.", "I ask: so?"), [(None, "I ask: go? He saw: no. I ask: so?")]),
    "aside": (_vtt("[Updated] It rains.", "It pours."), [(None, "[Updated] It rains. It pours.")]),
    "invisible characters": (_vtt("<v Ann>&#8203;</v>", "<v &lrm;>Hi.", "<v Ben>So."), [(None, "Hi."), ("Ben", "So.")]),
    "invisible words": (_whisper(("\u200b", "Ann"), ("So.", "\u202eAnna")), [("annA", "So.")]),
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
def test_words_and_speakers_of_cues(case: str) -> None:
    data, turns = CUES[case]
    article = read_bytes(data)
    assert [(turn.speaker, article.quote(turn.speech)) for turn in article.utterances] == turns


@pytest.mark.parametrize("run_of", ["_", "a", "a_", "ab ", ".", "a.", "A ", "*_"])
def test_long_runs_are_read_in_linear_time(run_of: str) -> None:
    for text in (f"Name{run_of * 200}?", f"[{run_of * 200}?"):
        begin = time.perf_counter()
        read_article(f"It rains.\n\n{text}")
        read_bytes(_vtt(text, "It rains."))
        assert time.perf_counter() - begin < 2


def test_a_word_document_of_a_meeting_has_turns() -> None:
    lines = ("Anna Feyer   0:03", "The pier is safe now.", "Ben Okoro   0:09", "I will open it on Monday.")
    body = "".join(f"<w:p><w:r><w:t xml:space='preserve'>{line}</w:t></w:r></w:p>" for line in lines * 2)
    article = read_bytes(docx(body))
    assert [(turn.speaker, turn.time) for turn in article.utterances[:2]] == [("Anna Feyer", 3.0), ("Ben Okoro", 9.0)]
    assert article.format == "docx"


@pytest.mark.parametrize(
    ("data", "kind", "words"),
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
def test_a_broken_transcript_gives_one_line(data: str, kind: str | None, words: str) -> None:
    assert words in refusal(data.encode(), input_format=kind)


def test_sources_and_old_articles_keep_their_fields() -> None:
    zoom, interview = read_article(ZOOM), read_article(INTERVIEW)
    both = combine([NamedArticle("1", zoom), NamedArticle("2", interview)])
    assert both.evidence(both.sentences[-1]).speaker == "Idris Kane"
    twice = combine([NamedArticle("1", interview), NamedArticle("2", interview)])
    place = Lines(interview).place(interview.sentences[-1])
    assert Lines(twice).place(twice.sentences[-1]) == f"[2] {place}"
    second = both.within(["2"])
    assert [turn.speaker for turn in second.utterances] == [turn.speaker for turn in interview.utterances]
    plain = read_article("It rains in the valley. Nobody minds.")
    old = {key: value for key, value in plain.model_dump(mode="json").items() if key != "utterances"}
    assert Article.model_validate(old) == plain
    facts = extract_facts(zoom)
    assert [fact.value for fact in facts.facts if fact.kind == "name"][:2] == ["Anna Feyer", "Ben Okoro"]


@pytest.mark.slow
@pytest.mark.parametrize("name", CLAIMS)
def test_a_statement_is_supported_for_its_speaker_only(name: str) -> None:
    claims = [line.split("|") for line in CLAIMS[name].splitlines()]
    right, wrong = (
        [row[0].strip().format(row[place].strip()) for row in claims if row[place].strip()] for place in (1, 2)
    )
    report = check(" ".join(right), FILES / name)
    assert {sentence.text: sentence.verdict for sentence in report.sentences} == dict.fromkeys(right, "supported")
    report = check(" ".join(wrong), FILES / name)
    assert [sentence.text for sentence in report.sentences] == wrong
    for sentence in report.sentences:
        found = [error.article for error in sentence.errors if error.code == "speaker"]
        assert found, sentence.text
        assert all(place and place.speaker for place in found)
    assert any(sentence.verdict == "contradicted" for sentence in report.sentences)


def test_numbered_speakers_are_different_people() -> None:
    text = "Speaker 2 will ask farmers to water at night. Speaker 1 said the reservoir is at 61 per cent."
    wrong, right = check(text, FILES / "speakers.srt").sentences
    assert [error.code for error in wrong.errors] == ["speaker"]
    assert (right.verdict, right.findings) == ("supported", ())
    ten = _whisper(("The reservoir is at 61 per cent.", 10), ("I will ask farmers to water at night.", 1), ("Yes.", 2))
    (sentence,) = check("Speaker 10 said the reservoir is at 61 per cent.", read_bytes(ten)).sentences
    assert sentence.findings == ()


def test_a_speaker_with_a_number_for_a_name_hides_no_figure() -> None:
    words = "The reservoir is at 61 per cent of its capacity."
    article = read_bytes(_whisper((words, "1"), ("I will ask 30 farmers to water at night.", "P2"), ("Good.", "1")))
    (sentence,) = check(words.replace("61", "15"), article, settings=Settings(entailment="off")).sentences
    assert [error.claim.text for error in sentence.errors] == ["15 per cent"]


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
