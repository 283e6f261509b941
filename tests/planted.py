"""A fake key, and a search for it or its parts in a text."""

import base64

# Joined at run time, so that scanners for secrets do not report this file.
KEY = "-".join(("sk", "PlantedByTheTestsQz7fWb2xK9vRt4Yp"))


def _base64_of(key: str) -> set[str]:
    """Return the key's base64 at each of the three offsets within a group."""
    found = set()
    for before in range(3):
        text = base64.b64encode(b"x" * before + key.encode() + b"xx").decode()
        found.add(text[4 : 4 * (len(key) // 3)])
    return found


PARTS = {KEY[i : i + 8] for i in range(len(KEY) - 7)} | _base64_of(KEY)


def shows(text: str) -> list[str]:
    return sorted(part for part in PARTS if part in text)
