"""The error that ends a batch, and fails no item: what was done cannot be kept."""


class UnwrittenError(Exception):
    """The journal or the output cannot be written: a full disk, say.

    No error of ours, so that no stage takes it for a failed call.
    """

    exit_code = 74
