"""The header of a GGUF file, as far as this program needs it: for how long a context the model was trained.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
from pathlib import Path
from typing import Any, BinaryIO

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""The bytes of a value, by its type in the file; strings and arrays have none of their own."""
_UINT32, _STRING, _ARRAY, _UINT64 = 4, 8, 9, 10
_LONGEST_KEY = 2**16


def trained_context(path: Path) -> int | None:
    """Return the tokens of context that the model in a GGUF file was trained for; None if the file states none."""
    try:
        with path.open("rb") as file:
            magic, _, _, values = _read(file, "4sIQQ")
            for _ in range(values if magic == b"GGUF" else 0):
                (length,) = _read(file, "Q")
                key = file.read(length) if length < _LONGEST_KEY else b""
                (kind,) = _read(file, "I")
                if key.endswith(b".context_length") and kind in (_UINT32, _UINT64):
                    return int(_read(file, "I" if kind == _UINT32 else "Q")[0])
                _skip(file, kind)
    except (OSError, OverflowError, ValueError, KeyError, struct.error):
        pass
    return None


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        file.seek(_read(file, "Q")[0], 1)
    elif kind == _ARRAY:
        of, count = _read(file, "IQ")
        if of == _STRING:
            for _ in range(count):
                _skip(file, of)
        else:
            file.seek(_SIZES[of] * count, 1)
    else:
        file.seek(_SIZES[kind], 1)


def _read(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(f"<{form}", file.read(struct.calcsize(f"<{form}")))
