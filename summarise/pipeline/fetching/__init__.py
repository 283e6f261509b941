"""An address that the user named → the bytes that stand there, and what the server says they are.

    address ─► checked (`addresses.py`) ─► resolved once, numbers checked (`networks.py`) ─► one request (`download.py`)
       ▲                                                                                           │
       └──────────────────────────── a redirect, at most five ◄────────────────────────────────────┘

Reads nothing of what it fetches, and fetches nothing that a page names.
"""

from summarise.pipeline.fetching.download import MAX_BYTES, Fetched, fetch

__all__ = ["MAX_BYTES", "Fetched", "fetch"]
