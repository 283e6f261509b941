"""Entailment models made of a table of logits for each token, in the usual file layout."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")


def write_tiny_model(
    folder: Path,
    *,
    adds: Mapping[str, Sequence[float]],
    labels: Sequence[str],
    inputs: Sequence[str] = ("input_ids", "attention_mask"),
    word_head: bool = False,
    addressed_head: bool = False,
    config: Mapping[str, object] | None = None,
) -> Path:
    """Write a model whose logit for a label is the sum of its tokens' values, and return its folder.

    The word head needs a single label and negates the token's value; the addressed head repeats the logits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {word: index for index, word in enumerate((*SPECIAL, *adds))}
    _write_tokenizer(folder / "tokenizer.json", vocabulary)
    table = np.zeros((len(vocabulary), len(labels)), dtype=np.float32)
    for word, values in adds.items():
        table[vocabulary[word]] = values
    _write_graph(folder / "model.onnx", table, inputs, word_head=word_head, addressed_head=addressed_head)
    told = {"id2label": dict(enumerate(labels)), "pad_token_id": 0, "max_position_embeddings": 64}
    (folder / "config.json").write_text(json.dumps({**told, **(config or {})}), encoding="utf-8")
    return folder


def _write_tokenizer(path: Path, vocabulary: Mapping[str, int]) -> None:
    tokenizer = Tokenizer(WordLevel(dict(vocabulary), unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B:1 </s>:1",
        special_tokens=[("<s>", vocabulary["<s>"]), ("</s>", vocabulary["</s>"])],
    )
    tokenizer.save(str(path))


def _write_graph(
    path: Path, table: np.ndarray, inputs: Sequence[str], *, word_head: bool, addressed_head: bool
) -> None:
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["rows", "wide"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "middle"], ["logits"], keepdims=0),
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", table.shape[1]])]
    if word_head:
        nodes.append(helper.make_node("Squeeze", ["seen", "last"], ["for"]))
        nodes.append(helper.make_node("Neg", ["for"], ["word_logits"]))
        outputs.append(helper.make_tensor_value_info("word_logits", TensorProto.FLOAT, ["batch", "tokens"]))
    if addressed_head:
        nodes.append(helper.make_node("Identity", ["logits"], ["addressed_logits"]))
        outputs.append(helper.make_tensor_value_info("addressed_logits", TensorProto.FLOAT, ["batch", table.shape[1]]))
    tensors = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([-1], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "middle"),
    ]
    takes = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in inputs]
    graph = helper.make_graph(nodes, "tiny", takes, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.save(model, str(path))
