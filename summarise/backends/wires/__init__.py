"""The wires (protocols) of model servers; each wire is a subclass of `WireBackend` (`base.py`)."""
