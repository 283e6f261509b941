"""Draft sentences with a model, repair unsupported ones, and select and assemble the text of the summary.

    draft:    chunks ─► draft ─► guards ─► verifier ─► merge, if several chunks ─┐
    rewrite:  picked sentences ─► rewrite ─► guards ─► verifier ─────────────────┴─► repair ─► selection ─► text

`repair` has both the repair of sentences and the assembly of the text, which runs repair and then selection.
"""
