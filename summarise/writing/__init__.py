"""How the text of a summary is made: asked of a model, read, checked, repaired, chosen, and made to read as one text.

    direct:   chunks ─► draft ─► guards ─► verifier ─► merge, if several chunks ─┐
    rewrite:  source_picking ─► paraphrase ─► rewrite ─► guards ─► verifier    ─┴─► assembly (with repair) ─► text

`strategies/` plans and runs either way up to the verified sentences. `assembly/` calls `repair/` and makes the text:
`as_written.py` keeps a drafted text in its order, `from_candidates.py` chooses with `summary_selection.py`, and
`coherence/` gives pronouns and surnames their names. What happens to an unsupported sentence is decided in `repair/`.
"""
