"""A page of a PDF → runs of characters with their places, as PDFium reads them. Does not put them in order.

Measures are points (1/72 inch) from the lower left corner of the page, as PDF has them.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

WIDE_GAP = 1.3
"""Heights of a character that part two runs: more is no gap between words."""
LEVEL = 0.3
"""Heights by which a character may lie higher or lower than the one before it, in one run."""
SAME_SIZE = 0.82
"""How much smaller a character may be than the one before it, in one run."""
LIGATURES = {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb06": "st"}
HYPHENS = {"\x02": "-", "\ufffe": "-", "\xad": "-", "\u2010": "-"}
"""How PDFium and fonts write the hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand side by side in one size; `raised` is smaller than its neighbours and above their line."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool = False
    raised: bool = False

    @property
    def height(self) -> float:
        """The height of a line of it, which goes with the size of its font."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """The height of its middle on the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class _Glyph:
    text: str
    left: float
    right: float
    bottom: float
    top: float
    bold: bool


def runs_of(page: Any) -> list[Run]:
    """Return the upright runs of a page, in the order of its content; none of one most of which lies on its side."""
    textpage = page.get_textpage()
    try:
        runs = list(_runs(_glyphs(textpage)))
        upright = sum(len(run.text) for run in runs)
        return runs if upright > 0.5 * textpage.count_chars() else []
    finally:
        textpage.close()


def _glyphs(textpage: Any) -> Iterator[_Glyph | None]:
    """Yield each character; a space that PDFium adds has no width, and None stands for a line that it ends."""
    from pypdfium2 import raw

    handle, rect = textpage.raw, raw.FS_RECTF()
    fonts: dict[bytes, bool] = {}
    buffer, flags, high = ctypes.create_string_buffer(128), ctypes.c_int(), 0
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (10, 13):
            yield None
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code, high = (0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)) if high else 0xFFFD, 0
        if code == 0 or not raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(rect)):
            continue
        if raw.FPDFText_GetCharAngle(handle, index) not in (0.0, -1.0):
            continue
        length = raw.FPDFText_GetFontInfo(handle, index, buffer, 128, ctypes.byref(flags))
        name = buffer.raw[: min(length, 128)]
        if name not in fonts:
            fonts[name] = any(word in name.lower() for word in (b"bold", b"black", b"heavy"))
        text = LIGATURES.get(chr(code)) or HYPHENS.get(chr(code)) or chr(code)
        yield _Glyph(text, rect.left, rect.right, rect.bottom, rect.top, fonts[name])


def _runs(glyphs: Iterator[_Glyph | None]) -> Iterator[Run]:
    held: list[_Glyph] = []
    spaces = 0
    before: _Glyph | None = None
    raised = False
    for glyph in glyphs:
        if glyph is not None and glyph.text.isspace():
            spaces += 1
            continue
        if held and (glyph is None or _parted(held[-1], glyph)):
            yield _run(held, raised=raised)
            before, held = (None if glyph is None else held[-1]), []
        if glyph is None:
            spaces, before = 0, None
            continue
        if not held:
            raised = before is not None and _raised(before, glyph)
        elif spaces:
            held.append(_Glyph(" ", held[-1].right, glyph.left, glyph.bottom, glyph.top, glyph.bold))
        spaces = 0
        held.append(glyph)
    if held:
        yield _run(held, raised=raised)


def _parted(last: _Glyph, glyph: _Glyph) -> bool:
    height, other = last.top - last.bottom, glyph.top - glyph.bottom
    return (
        glyph.left - last.right > WIDE_GAP * height
        or glyph.left < last.right - height
        or abs((glyph.top + glyph.bottom) - (last.top + last.bottom)) / 2 > LEVEL * height
        or min(height, other) < SAME_SIZE * max(height, other)
    )


def _raised(last: _Glyph, glyph: _Glyph) -> bool:
    height = last.top - last.bottom
    near = -0.2 * height < glyph.left - last.right < height
    return near and glyph.top - glyph.bottom < SAME_SIZE * height and glyph.bottom > last.bottom + 0.1 * height


def _run(held: list[_Glyph], *, raised: bool) -> Run:
    return Run(
        text="".join(glyph.text for glyph in held),
        left=min(glyph.left for glyph in held),
        right=max(glyph.right for glyph in held),
        bottom=min(glyph.bottom for glyph in held),
        top=max(glyph.top for glyph in held),
        bold=sum(glyph.bold for glyph in held) * 2 > len(held),
        raised=raised,
    )
