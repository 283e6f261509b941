"""How results are shown: the same data, for people and for tools. JSON is the data itself.

To add a format: write a module that makes text of a `Report`, name the format in `OutputFormat` (`data/runs.py`), and
choose it in `formats.py`. The command and batches print what `formats.shaped` returns.
"""
