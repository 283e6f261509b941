"""From labelled pairs to the entailment model in the package: prepare, train, export.

Nothing of this is needed to run `summarise`. It needs the extra `[training]` (PyTorch) and data that are not in the
repository; `training/README.md` says which.
"""
