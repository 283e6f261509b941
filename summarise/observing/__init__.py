"""Progress events and logs of a run, without secrets."""
