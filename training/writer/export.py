"""Write a trained adapter as GGUF, for llama.cpp: `python -m training.writer.export WORK OUT.gguf`.

The tensor names and the order of rows in the query and key matrices are those of llama.cpp's
`convert_hf_to_gguf.py`: a head's rows are interleaved for its rotary embedding.
"""

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch
from numpy.typing import NDArray

from training.writer.model import ALPHA, MODULES

NAMES = dict(zip(MODULES, ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"), strict=True))
HEADS = {"q_proj": 9, "k_proj": 3}


def interleaved(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Return the rows of a query or key matrix in the order of llama.cpp."""
    outputs, width = rows.shape
    return rows.reshape(heads, 2, outputs // heads // 2, width).swapaxes(1, 2).reshape(outputs, width)


def restored(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Undo `interleaved`."""
    outputs, width = rows.shape
    return rows.reshape(heads, outputs // heads // 2, 2, width).swapaxes(1, 2).reshape(outputs, width)


def export(state: dict[str, torch.Tensor], path: Path) -> None:
    """Write the adapter's matrices in half precision."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("general.name", "summarise writer for SmolLM2-135M-Instruct")
    writer.add_string("general.license", "apache-2.0")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(ALPHA))
    for name, tensor in state.items():
        # model.layers.0.self_attn.q_proj.a
        _, _, layer, _, module, side = name.split(".")
        rows = tensor.float().numpy()
        if side == "b" and module in HEADS:
            rows = interleaved(rows, HEADS[module])
        writer.add_tensor(f"blk.{layer}.{NAMES[module]}.weight.lora_{side}", rows.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_adapter(path: Path) -> dict[str, torch.Tensor]:
    """Return the matrices of an adapter that `export` wrote, with the names of the exported state."""
    modules = {name: module for module, name in NAMES.items()}
    state: dict[str, torch.Tensor] = {}
    for tensor in gguf.GGUFReader(path).tensors:
        # blk.0.attn_q.weight.lora_a
        _, layer, name, _, side = tensor.name.split(".")
        module, side = modules[name], side[-1]
        rows = np.array(tensor.data).astype(np.float32)
        if side == "b" and module in HEADS:
            rows = restored(rows, HEADS[module])
        group = "self_attn" if name.startswith("attn") else "mlp"
        state[f"model.layers.{layer}.{group}.{module}.{side}"] = torch.tensor(rows)
    return state


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    export(torch.load(options.work / "adapter.pt", weights_only=True), options.out)


if __name__ == "__main__":
    main()
