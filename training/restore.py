"""Convert shipped weights to a checkpoint for further training: `python -m training.restore MODEL_FOLDER OUT.pt`.

It replaces a checkpoint that is lost. The shipped weights are rounded to 8 bits, which changes a score by 0.004
on average. Name OUT.pt in `start` of the settings.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

ZERO = 128
"""The stored integer for the weight 0."""


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Return the weights of a file that `training.export` wrote, by their names in `EntailmentModel`.

    The answer head is left out, because it is trained separately.
    """
    graph = onnx.load(str(path)).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights_by_name = {name: values for name, values in tensors.items() if name.endswith((".weight", ".bias"))}
    for name in tensors:
        if name.endswith(".rounded"):
            table = name.removesuffix(".rounded")
            weights_by_name[table] = tensors[name].astype(np.float32) * tensors[f"{table}.scales"]
    for node in graph.node:
        if node.op_type == "MatMulNBits" and not node.name.startswith("answers/"):
            rounded, scales = (tensors[name] for name in node.input[1:3])
            weights = (rounded.astype(np.float32) - ZERO) * scales.reshape(*rounded.shape[:2], 1)
            name = node.name.removesuffix("_Q8").removesuffix("/MatMul").strip("/").replace("/", ".")
            # The exporter keeps the names of nested modules: `encoder.layer.0.attention.attn.q`.
            weights_by_name[f"{name}.weight"] = weights.reshape(rounded.shape[0], -1)
    return {
        name.removeprefix("model."): torch.tensor(values)
        for name, values in weights_by_name.items()
        if not name.startswith("answers/")
    }


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder with model.onnx")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    torch.save(read_weights(arguments.model / "model.onnx"), arguments.out)


if __name__ == "__main__":
    main()
