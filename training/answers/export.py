"""Add a trained answer head to the entailment model: `python -m training.answers.export HEAD.pt MODEL_FOLDER`.

The weights of the encoder and the other heads stay as they are. An answer head that the model has is replaced.
"""

import argparse
import tempfile
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper

from training.answers.head import ENCODER_SIZE, LAYERS, AnswerHead
from training.export import quantise

OUTPUT = "answer_logits"
PREFIX = "answers/"
STATES = "/model/encoder/encoder/layer.{}/output/LayerNorm/LayerNormalization_output_0"
"""The name of the states of a layer, counted from 0, in the exported encoder."""


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("head", type=Path)
    parser.add_argument("model", type=Path)
    options = parser.parse_args()
    head = AnswerHead()
    head.load_state_dict(torch.load(options.head, weights_only=True))
    path = options.model / "model.onnx"
    model = onnx.load(str(path))
    add_head(model, exported(head))
    onnx.save(model, str(path))


def exported(head: AnswerHead) -> onnx.ModelProto:
    """Return the head in ONNX, with 8-bit weights."""
    head.eval()
    states = torch.zeros((2, 16, len(LAYERS) * ENCODER_SIZE))
    mask = torch.ones((2, 16), dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        full, rounded = Path(folder, "full.onnx"), Path(folder, "rounded.onnx")
        names = ["states", "attention_mask", "claim_mask"]
        torch.onnx.export(
            head,
            (states, mask, torch.zeros_like(mask)),
            str(full),
            input_names=names,
            output_names=[OUTPUT],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in [*names, OUTPUT]},
            opset_version=17,
            dynamo=False,
        )
        quantise(full, rounded)
        return onnx.load(str(rounded))


def add_head(model: onnx.ModelProto, head: onnx.ModelProto) -> None:
    """Add the nodes of the head to the model, in place."""
    graph = model.graph
    for node in [node for node in graph.node if node.output[0].startswith((PREFIX, OUTPUT))]:
        graph.node.remove(node)
    for tensor in [tensor for tensor in graph.initializer if tensor.name.startswith(PREFIX)]:
        graph.initializer.remove(tensor)
    for output in [output for output in graph.output if output.name == OUTPUT]:
        graph.output.remove(output)
    shared = {"attention_mask", "claim_mask", OUTPUT, ""}
    layers = [STATES.format(layer - 1) for layer in LAYERS]
    graph.node.append(helper.make_node("Concat", layers, [f"{PREFIX}states"], axis=-1))
    for tensor in head.graph.initializer:
        tensor.name = PREFIX + tensor.name
        graph.initializer.append(tensor)
    for node in head.graph.node:
        node.name = PREFIX + node.name
        for names in (node.input, node.output):
            names[:] = [name if name in shared else PREFIX + name for name in names]
        graph.node.append(node)
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", "tokens"]))


if __name__ == "__main__":
    main()
