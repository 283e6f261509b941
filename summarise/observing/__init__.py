"""Reports progress events and writes logs of a run, without secrets."""
