"""The wire protocols of model servers: from a Request to a body, and from an answer to a Reply.

Each has `WireBackend` (`base.py`) as its base, reads bodies in a `*_bodies.py`, and folds a stream in a `*_stream.py`;
`provider_backends.py` opens it.
"""
