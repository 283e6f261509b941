# `make check` is what CI runs; every target uses the Python on the PATH, so activate your environment first.

.PHONY: check lint types imports test slow local browser servers record prompts-lock schema reference pictures site mutants bench-speed bench-scale bench-batch bench-serving bench-overhead bench-edits bench-retold bench-computed bench-exchanges bench-facts figures bench-hostile bench-judge bench-keyfacts bench-writers bench-untouched bench-entailment bench-expressions bench-growth bench-cited bench-sources bench-questions bench-focus train train-writer train-addressed bench-tokens bench-report fuzz-answers wheel

check: lint types imports test slow

lint:
	ruff check .
	ruff format --check .

types:
	mypy

imports:
	lint-imports

test:
	pytest --cov --cov-fail-under=90

# Tests of more than a quarter of a second, of quality and of time: 25 minutes on two cores.
slow:
	pytest -m slow

# Tests that need the local engine and its weights (`summarise models get`).
local:
	pytest -n 0 -m local

# The HTML report in a real browser: needs Chromium, and axe-core's axe.min.js for accessibility:
# `make browser AXE_CORE=PATH`.
browser:
	$(if $(AXE_CORE),AXE_CORE=$(AXE_CORE) )pytest -q -n 0 -m browser -rs

# Servers of other projects, in front of the local model and without: installs them, and prints server by behaviour.
# They are installed anew each time, or kept: `make servers ARGS="--folder DIR"`.
servers:
	python tests/real_servers.py $(ARGS)

# Record all cassettes, and the runs that are kept in files, anew from the local engine.
record:
	pytest -n 0 -m vcr --record-mode=rewrite
	pytest -n 0 -m kept --record-mode=rewrite

# Lock prompts that are about to be released. A locked prompt is never edited; add a version instead.
prompts-lock:
	python -m summarise prompts lock prompts

# The reference pages of the documentation, from help and docstrings.
reference:
	python docs/site/reference.py

# The pictures of the documentation, from the seeds: needs Chromium.
pictures:
	python docs/site/pictures.py

# The documentation as a site in docs/site/built (pip install -e '.[docs]'); a warning is an error.
site:
	python docs/site/build.py

schema:
	python -m summarise.report.formats docs/schema

# Which small changes of facts, checks and verdict their tests find, by a sample: stopped, the same command goes on.
mutants:
	python -m benchmarks.mutants . .mutants --always tests/test_approved.py --part verdict:20=summarise/checks/verdict.py \
	  --part facts:90=summarise/facts --part checks:90=summarise/checks \
	  $(wildcard tests/test_facts*.py tests/test_checks_*.py) $(patsubst %,tests/test_%.py,accepting approved assembly coherence \
  exchanges extracts focus house_style judge key_facts kinds languages lexicon minutes retrieval selection sources transcripts)

# Speed of facts, checks and the entailment model; prints medians.
bench-speed:
	python -m benchmarks.speed

# Articles that are meant to steer the model that reads them, with one that obeys: `make bench-hostile [ARGS="FILE"]`.
bench-hostile:
	python -m benchmarks.hostile $(ARGS)

# What `summarise serve` bears under 32 clients at once, times and memory: `make bench-serving [ARGS="--requests 2000"]`.
bench-serving:
	python -m benchmarks.serving $(ARGS)

# Growth of time and memory with the article, and the wall time of many calls: `make bench-scale [WORDS=100000]`; a million words take ten minutes.
bench-scale:
	python -m benchmarks.scale $(if $(WORDS),--words $(WORDS))
	python -m benchmarks.scale.waiting

# Batches: killed at random, against a server with a fixed latency, memory, and pairs a second (hours; docs/batch.md).
bench-batch:
	for what in kills server memory pairs; do python -m benchmarks.batch $$what; done

# Time and memory that the HTTP client adds to a call; fails at 2 ms.
bench-overhead:
	python -m benchmarks.overhead

# Verdicts compared with people's labels: `make bench-facts TRAINING=DIR PUBLIC=DIR [ARGS="--sample 200 --record"]`;
# `--record` writes the figures into README.md and docs/checker.md.
bench-facts:
	python -m benchmarks.factuality $(TRAINING) $(PUBLIC) $(ARGS)

# The recorded figures of the checker, written into README.md and docs/checker.md again.
figures:
	python -m benchmarks.factuality.figures

# Sentences with one deliberate error and their harmless twins: `make bench-edits [DATA=DIR] [ARGS="--show figure"]`.
bench-edits:
	python -m benchmarks.edits $(if $(DATA),--data $(DATA)) $(ARGS)

# Right sentences that tell values in another way, and wrong ones: `make bench-retold [ARGS="--entailment off --show"]`.
bench-retold:
	python -m benchmarks.retold $(ARGS)

# How many random wrong values pass as computed from the article's: `make bench-computed TRAINING=DIR [ARGS="--show"]`.
bench-computed:
	python -m benchmarks.computed $(TRAINING) $(ARGS)

# Claims with another value of the same article, caught and accused: `make bench-exchanges TRAINING=DIR [ARGS="--show FILE"]`.
bench-exchanges:
	python -m benchmarks.exchanges $(TRAINING) $(ARGS)

# What a model is worth as a judge, on the claims in seeds/: `make bench-judge [MODEL=local] [ARGS="--sample 110"]`.
bench-judge:
	python -m benchmarks.judge $(MODEL) $(ARGS)

# How well small models keep to an article, and what the verdict makes of it: `make bench-writers TRAINING=DIR`.
bench-writers:
	python -m benchmarks.writers $(TRAINING)

# Verdicts on citations and disagreements, over seeds/sources.
bench-cited:
	python -m benchmarks.cited $(ARGS)

# Summaries with a focus: 40 questions of `seeds/focus`, answered or said not to be: `make bench-questions [ARGS="--model local"]`.
bench-questions:
	python -m benchmarks.questions $(ARGS)

# Time and memory of an answer with up to ten sources of 2,000 words: `make bench-sources DATA=DIR`.
bench-sources:
	python -m benchmarks.sources $(DATA)

# The passages that `--focus` finds for a question, compared with people's: `make bench-focus DATA=FILE [ARGS="--entailment"]`.
bench-focus:
	python -m benchmarks.focus $(DATA) $(ARGS)

# Whether the program agrees with readers on which key facts a summary has: `make bench-keyfacts DATA=DIR TRAINING=DIR`.
bench-keyfacts:
	python -m benchmarks.keyfacts $(DATA) $(TRAINING)

# How much of what good models write reaches the reader unchanged: `make bench-untouched DATA=DIR [ARGS="--show FILE"]`.
bench-untouched:
	python -m benchmarks.untouched $(DATA) $(ARGS)

# Regular expressions that take more than linear time on some text: fails if there are any.
bench-expressions:
	pytest -q -n 0 -m slow tests/test_expressions.py

# Time with twice the text, for every public function and texts that are hard to read; fails above 2.3 times:
# `make bench-growth [ARGS="--call extract_facts"]`, half an hour.
bench-growth:
	python -m benchmarks.growth $(ARGS)

# The entailment model on claims that it was not trained on: `make bench-entailment TRAINING=DIR PUBLIC=DIR`.
bench-entailment:
	python -m benchmarks.entailment $(TRAINING) $(PUBLIC) $(ARGS)

# From data to weights, in hours: `make train TRAINING=DIR WORK=DIR` (training/README.md).
train:
	python -m training.prepare $(TRAINING) $(WORK)
	python -m training.train $(WORK)
	python -m training.export $(WORK) summarise/checks/entailment/weights
	python -m training.reference $(WORK)

# The adapter of the default model, in an hour and a half: `make train-writer TRAINING=DIR WORK=DIR WEIGHTS=MODEL.gguf` (training/writer/README.md).
train-writer:
	python -m training.writer.base $(WEIGHTS) $(WORK)
	python -m training.writer.examples $(TRAINING) $(WORK)/examples.jsonl
	python -m training.writer.train $(WORK)
	python -m training.writer.export $(WORK) $(WORK)/1.gguf
	mkdir -p $(WORK)/3 && ln -sfn ../base $(WORK)/3/base
	python -m training.writer.examples $(TRAINING) $(WORK)/3/examples.jsonl --adapter 3
	python -m training.writer.train $(WORK)/3 --start $(WORK)/1.gguf --rate 1e-4
	python -m training.writer.export $(WORK)/3 $(WORK)/3.gguf
	mkdir -p $(WORK)/4 && ln -sfn ../base $(WORK)/4/base
	python -m training.writer.examples $(TRAINING) $(WORK)/4/examples.jsonl --adapter 4
	python -m training.writer.train $(WORK)/4 --start $(WORK)/3.gguf --rate 1e-4
	python -m training.writer.export $(WORK)/4 summarise/backends/adapters/smollm2-135m-instruct.gguf

# What tells that a sentence speaks to a machine, in minutes: `make train-addressed TRAINING=DIR` (training/README.md).
train-addressed:
	python -m training.addressed.train $(TRAINING)

# How estimates of tokens compare with real tokenisers: `make bench-tokens [ARGS="--python PATH --node DIR"]`.
bench-tokens:
	python -m benchmarks.tokens $(ARGS)

# Time and size of the HTML report as the article grows; prints medians.
bench-report:
	python -m benchmarks.report

# 20,000 mutated answers to each wire, in memory, from a seed: `make fuzz-answers [ARGS="--count 1000 --seed 2"]`.
fuzz-answers:
	python tests/test_mutated_answers.py $(ARGS)

wheel:
	python -m build --wheel
