"""Which languages were met that the checks cannot read, in one line."""

from summarise.data import ForeignText, Report
from summarise.report.places import characters_told

READ = "en"
COMPARED = "which the checks cannot read: only numbers, dates in digits, names and quotations were compared"
NAMES = dict(
    one.split("=")
    for one in """
    af=Afrikaans ar=Arabic be=Belarusian bg=Bulgarian bn=Bengali ca=Catalan cs=Czech cy=Welsh da=Danish de=German
    el=Greek es=Spanish et=Estonian eu=Basque fa=Persian fi=Finnish fr=French ga=Irish he=Hebrew hi=Hindi
    hr=Croatian hu=Hungarian hy=Armenian id=Indonesian is=Icelandic it=Italian ja=Japanese ka=Georgian ko=Korean
    lt=Lithuanian lv=Latvian ms=Malay nb=Norwegian nl=Dutch nn=Norwegian no=Norwegian pl=Polish pt=Portuguese
    ro=Romanian ru=Russian sk=Slovak sl=Slovene sq=Albanian sr=Serbian sv=Swedish sw=Swahili ta=Tamil th=Thai
    tl=Tagalog tr=Turkish uk=Ukrainian ur=Urdu vi=Vietnamese zh=Chinese
    """.split()
)


def name_of(language: str) -> str:
    """Return the English name of a language, or its code where it is not among the commoner ones."""
    return NAMES.get(language, f"another language ({language})")


def article_line(main: str, foreign: tuple[ForeignText, ...], told: str = COMPARED) -> str | None:
    """Return a line about an article in the language `main`, with `foreign` stretches; `told` says what follows of it.

    None for one that is all English.
    """
    if main != READ:
        return f"the article is in {name_of(main)}, {told}"
    if not foreign:
        return None
    which = " and ".join(dict.fromkeys(name_of(one.language) for one in foreign))
    return f"part of the article is in {which} (characters {characters_told(foreign)}), {told}"


def language_line(report: Report) -> str | None:
    """Return a line about the languages of a report that the checks cannot read; None where all is English."""
    line = article_line(report.run.language, report.run.foreign)
    codes = [{finding.code for finding in sentence.findings} for sentence in report.sentences]
    count, total = sum("language" in found for found in codes), len(codes)
    if line is not None or not count:
        return line
    return f"{count} of {total} sentence{'s are' if total > 1 else ' is'} in another language, {COMPARED}"
