"""Write the scores of the unrounded model for 200 pairs of evidence and claim: `python -m training.reference WORK`.

A test compares the scores of the shipped, rounded weights with them. PyTorch is not needed: the command runs
WORK/full.onnx, which `training.export` writes and compares with the trained model.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from benchmarks.entailment.claims import own_slips
from benchmarks.entailment.systems import pairs_for
from summarise.checks.entailment import BUILT_IN, EntailmentModel

OUT = Path(__file__).resolve().parents[1] / "tests" / "reference_scores.jsonl"
COUNT = 200


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    full = parser.parse_args().work / "full.onnx"
    # one claim of each pair of twins, alternately the true and the false one
    items = [item for number, item in enumerate(own_slips()) if number % 4 in (0, 3)][:COUNT]
    pairs = [pair for group in pairs_for(items) for pair in group[:1]]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("tokenizer.json", "config.json"):
            shutil.copy(BUILT_IN / name, folder)
        shutil.copy(full, Path(folder) / "model.onnx")
        scores = EntailmentModel.load(Path(folder)).score(pairs)
    with OUT.open("w", encoding="utf-8") as file:
        for pair, score in zip(pairs, scores, strict=True):
            row = {"evidence": pair.evidence, "claim": pair.claim, "entailed": round(score.entailed, 5)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
