"""Runs that are kept: taken down by `recorder`, written and read by `files`, given back by `replay_backend`."""
