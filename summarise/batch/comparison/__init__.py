"""Several ways of summarising the same articles, compared article by article.

    specifications ─► jobs ─► a batch for each (`summarise.batch`) ─► measures of each summary ─► paired statistics

`variants.py` reads how a variant is written and makes its job, `plan.py` tells what it will take, `variant_runs.py`
runs it as a batch, with a journal of its own. `measures.py` makes numbers of a summary, `statistics.py` compares
numbers in pairs, `contrasts.py` puts the result together. `run_files.py` takes the summaries of run files. `calls.py`
has the Python calls.
"""
