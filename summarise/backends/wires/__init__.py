"""The wire protocols of model servers: from a Request to a body, and from an answer to a Reply.

Each has `WireBackend` (`base.py`) as its base, and reads bodies in a `*_bodies.py`; `provider_backends.py` opens it.
"""
