"""Many articles: each is summarised or checked by itself, and what is finished is never done twice.

    input files, folders, tables ─► items ─► engine (several processes) ─► results ─► journal ─► output

On a cluster `ray_engine.py` is the engine (`ray_cluster.py`, `ray_worker.py`): its processes open the models
themselves, and an article spends no more than its share (`shares.py`).

`items.py` is what is worked on, `inputs.py` and `tables.py` read it, `taking.py` waits for it. `jobs.py` is what is
done with one item, `result_settings.py` what shapes its result. `engine.py` runs jobs at once, in this process or in
those of `pool.py`; the models are opened once, and paid for, in this process (`backends.py`). `journal.py` keeps the
results, `run.py` goes through the input, `output.py` writes what was asked for. `many.py` has the Python calls.
"""
