"""What of headers and addresses is kept in a cassette: what a client reads to go on, and nothing that may be secret.

Reads no environment and knows no key: it keeps what is allowed. A secret in the path of an address is not seen.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import SplitResult, unquote, urlsplit

from summarise.backends.http.credentials import is_loopback

ASKED = frozenset({"content-type", "content-encoding"})
"""What is kept of a request. Bodies are unpacked before; the encoding stays where that cannot be done."""
ANSWERED = ASKED | {
    *("allow", "cache-control", "content-disposition", "content-language", "content-range", "etag", "last-modified"),
    *("link", "location"),
}
"""What is kept of an answer. Not `retry-after`: the replay would wait as long as the recording did."""
LEFT_OUT = "left-out"
_SECRET = re.compile(
    r"(?!.*(page|next|continuation))"  # what leads to the next page is called a token, and is none
    r"(.*(key|token|secret|password|passwd|credentials?|signature|sig)|(auth|code|session(_?id)?|sid|ticket|assertion))",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"(?:(?<=^)|(?<=[&;]))([^=&;]+)=([^&;]*)")


def clean_headers(headers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the headers of an answer that are kept, with addresses cleaned; one that cannot be read is left out."""
    cleaned: dict[str, list[str]] = {}
    for name, values in headers.items():
        if name.lower() in ANSWERED:
            with suppress(ValueError):
                cleaned[name] = [_CLEAN.get(name.lower(), str)(value) for value in values]
    return cleaned


def clean_place(address: SplitResult) -> str:
    """Return host and port of an address, without name and password, and without a port on loopback."""
    place = address.netloc.rpartition("@")[2]
    return re.sub(r":\d*$", "", place) if is_loopback(address.hostname or "") else place


def _clean_location(text: str) -> str:
    """Return an address without what may be secret in it: parts of the query by their names, and the fragment."""
    address = urlsplit(text)
    query = _PARAMETER.sub(_clean_parameter, address.query)
    return address._replace(netloc=clean_place(address), query=query, fragment="").geturl()


def _clean_parameter(found: re.Match[str]) -> str:
    return f"{found[1]}={LEFT_OUT}" if _SECRET.fullmatch(unquote(found[1])) else found[0]


def _clean_link(text: str) -> str:
    return re.sub("<([^<>]*)>", lambda found: f"<{_clean_location(found[1])}>", text)


_CLEAN = {"location": _clean_location, "link": _clean_link}
