"""Trains the entailment model of the package from labelled pairs: prepare, train, export.

It is not needed to run `summarise`. It requires the extra `[training]` (PyTorch), and the data sets that
`training/README.md` lists, which are not in the repository.
"""
