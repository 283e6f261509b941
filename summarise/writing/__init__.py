"""Draft sentences with a model, repair unsupported ones, and select and assemble the text of the summary.

    draft:    chunks ─► draft ─► guards ─► verifier ─► merge, if several chunks ─┐
    rewrite:  picked sentences ─► rewrite ─► guards ─► verifier ─────────────────┴─► repair ─► selection ─► text

The module `repair` repairs single sentences (`Repair`), and assembles the text (`Assembly`: repair, then selection).
"""
