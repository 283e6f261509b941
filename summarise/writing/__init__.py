"""Drafting, repair, selection and assembly of the summary's text.

    draft:    chunks ─► draft ─► guards ─► verifier ─► merge, if several chunks ─┐
    rewrite:  picked sentences ─► rewrite ─► guards ─► verifier ─────────────────┴─► repair ─► selection ─► text

`assembly` runs repair and selection.
"""
