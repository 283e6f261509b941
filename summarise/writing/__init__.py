"""Drafting, repair, selection and assembly of the summary's text.

    direct:   chunks ─► draft ─► guards ─► verifier ─► merge, if several chunks ─┐
    rewrite:  selection ─► paraphrase ─► rewrite ─► guards ─► verifier          ─┴─► assembly (with repair) ─► text

`strategies/` runs the steps before `assembly/`.
"""
