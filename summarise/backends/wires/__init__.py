"""The wire protocols of model servers; each is a subclass of `WireBackend` (`base.py`)."""
