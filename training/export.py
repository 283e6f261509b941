"""Export trained weights for the package: `python -m training.export WORK OUT [--settings FILE]`.

Writes `model.onnx`, `tokenizer.json` and `config.json` into OUT. Weights are rounded to 8-bit integers, with a scale
for each block of a row. Activations are not rounded, so that the score of a pair does not depend on the other pairs of
its batch, and is the same on processors with and without VNNI (8-bit instructions).
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from training.model import EntailmentModel
from training.train import DEFAULTS, Settings, load_tokenizer, read_settings

INPUTS = ["input_ids", "attention_mask", "claim_mask"]
OUTPUTS = ["logits", "word_logits", "addressed_logits"]
BLOCK = 128
"""Number of weights that share a scale."""
COMPUTE = 1
"""Accuracy level of MatMulNBits: 1 computes in floating point, 4 in 8-bit integers with rounded activations."""
SAME = 1e-3
"""Maximum difference of logits between the model and the unrounded file."""
LARGE = 1_000_000
"""Embedding tables of at least this number of weights are rounded, too."""


def to_onnx(model: EntailmentModel, path: Path) -> None:
    """Write the model as ONNX in full precision, for any batch size and length."""
    model.eval()
    ids = torch.ones((2, 16), dtype=torch.long)
    mask = torch.zeros((2, 16), dtype=torch.long)
    mask[:, 8:] = 1
    axes = {name: {0: "batch", 1: "tokens"} for name in [*INPUTS, "word_logits"]}
    axes |= {name: {0: "batch"} for name in ("logits", "addressed_logits")}
    torch.onnx.export(
        _Exported(model),
        (ids, torch.ones_like(ids), mask),
        str(path),
        input_names=INPUTS,
        output_names=OUTPUTS,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )


class _Exported(torch.nn.Module):  # type: ignore[misc]
    """The model with outputs of the usual shape (batch, labels): adds a dimension to the logits of a complete claim."""

    def __init__(self, model: EntailmentModel) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, claim_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        entailed, unsupported, addressed = self.model(input_ids, attention_mask, claim_mask)
        return entailed.unsqueeze(-1), unsupported, addressed.unsqueeze(-1)


def require_same(model: EntailmentModel, path: Path) -> None:
    """Raise ValueError unless the file computes the model's logits, for a batch of another shape than in `to_onnx`."""
    ids = torch.randint(5, 1000, (3, 23))
    mask = torch.ones_like(ids)
    mask[1, 15:] = 0
    claim = torch.zeros_like(ids)
    claim[:, 9:14] = 1
    with torch.no_grad():
        expected = [logits.numpy() for logits in _Exported(model)(ids, mask, claim)]
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    inputs = zip(INPUTS, (ids, mask, claim), strict=True)
    actual = session.run(OUTPUTS, {name: tensor.numpy() for name, tensor in inputs})
    read = mask.bool().numpy()
    pairs = [(actual[0], expected[0]), (actual[1][read], expected[1][read]), (actual[2], expected[2])]
    difference = max(float(np.abs(first - second).max()) for first, second in pairs)
    if difference > SAME:
        raise ValueError(f"logits of {path} differ from the model's by {difference:.4f}: do not ship this file")


def quantise(source: Path, target: Path) -> None:
    """Round the weights of matrix products and of large tables to 8 bits."""
    model = onnx.load(str(source))
    _round_tables(model)
    quantiser = MatMulNBitsQuantizer(model, bits=8, block_size=BLOCK, is_symmetric=True, accuracy_level=COMPUTE)
    quantiser.process()
    onnx.save(quantiser.model.model, str(target))


def _round_tables(model: onnx.ModelProto) -> None:
    """For large tables, replace `Gather(table, ids)` by `Gather(rounded, ids) * Gather(scales, ids)`."""
    graph = model.graph
    tables = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or np.prod(table.dims) < LARGE:
            nodes.append(node)
            continue
        values = numpy_helper.to_array(table)
        scales = np.abs(values).max(axis=1, keepdims=True).clip(min=1e-12) / 127.0
        rounded = np.round(values / scales).astype(np.int8)
        name = table.name
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(rounded, f"{name}.rounded"))
        graph.initializer.append(numpy_helper.from_array(scales.astype(np.float32), f"{name}.scales"))
        ids, out = node.input[1], node.output[0]
        nodes += [
            helper.make_node("Gather", [f"{name}.rounded", ids], [f"{out}.rounded"], axis=0),
            helper.make_node("Gather", [f"{name}.scales", ids], [f"{out}.scales"], axis=0),
            helper.make_node("Cast", [f"{out}.rounded"], [f"{out}.cast"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{out}.cast", f"{out}.scales"], [out]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)


def write_config(base: Path, out: Path, settings: Settings, version: str) -> None:
    """Write `config.json`, which `EntailmentModel.load` reads, with the field names of Hugging Face."""
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    fields = {
        "version": version,
        "model_type": config["model_type"],
        "hidden_size": config["hidden_size"],
        "num_hidden_layers": settings.layers,
        "max_position_embeddings": config["max_position_embeddings"] - 2,
        "pad_token_id": config["pad_token_id"],
        "id2label": {"0": "entailment"},
    }
    (out / "config.json").write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")


def export(work: Path, out: Path, settings: Settings, weights: Path, version: str) -> None:
    """Write the three files of the model into `out`."""
    base = work / settings.base
    model = EntailmentModel(base, settings.layers)
    state = torch.load(weights, weights_only=True)
    model.load(state.get("model", state))
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        to_onnx(model, full)
        require_same(model, full)
        shutil.copy(full, work / "full.onnx")
        quantise(full, out / "model.onnx")
    tokenizer = load_tokenizer(base, settings.max_tokens)
    tokenizer.no_truncation()
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    write_config(base, out, settings, version)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--settings", type=Path, default=DEFAULTS)
    parser.add_argument("--version", default="1", help="the version of the model in run records")
    parser.add_argument("--weights", type=Path, help="weights.pt or checkpoint.pt; WORK/weights.pt by default")
    arguments = parser.parse_args()
    weights = arguments.weights or arguments.work / "weights.pt"
    export(arguments.work, arguments.out, read_settings(arguments.settings), weights, arguments.version)


if __name__ == "__main__":
    main()
