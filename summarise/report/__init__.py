"""Reports and facts in the output formats.

To add a format, write a module that renders a `Report`, and add its name to `OutputFormat` and `formats.py`.
"""
