"""A key that is planted, and what finds it again, whole or in part. It holds no tests."""

import base64

KEY = "-".join(("sk", "PlantedByTheTestsQz7fWb2xK9vRt4Yp"))
"""Nobody's: it only has to look like a key, and is put together so that nobody's search for keys finds one here."""


def _base64_of(key: str) -> set[str]:
    """Return the base64 of a key wherever in a text it stands: at each of the three places in a group."""
    found = set()
    for before in range(3):
        text = base64.b64encode(b"x" * before + key.encode() + b"xx").decode()
        found.add(text[4 : 4 * (len(key) // 3)])
    return found


PARTS = {KEY[i : i + 8] for i in range(len(KEY) - 7)} | _base64_of(KEY)


def shows(text: str) -> list[str]:
    """Return the parts of the key that a text shows."""
    return sorted(part for part in PARTS if part in text)
