"""The writer: a frozen language model with a low-rank adapter on each linear layer (LoRA, arXiv:2106.09685)."""

import math

import torch
from torch import nn
from torch.nn.functional import cross_entropy, linear

RANK, ALPHA = 16, 32
# Processors without AMX compute bfloat16 more slowly than float32.
AMX = getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)()
PRECISION = torch.bfloat16 if AMX else torch.float32
MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

# The tokens of an example (prompt, then answer), and the length of the prompt.
Encoded = tuple[list[int], int]


class Adapted(nn.Module):  # type: ignore[misc]
    """A frozen linear layer plus the product of two small matrices."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.a = nn.Parameter(torch.empty(RANK, layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, RANK))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the output of the layer plus that of the adapter."""
        product: torch.Tensor = self.layer(x) + linear(linear(x, self.a), self.b) * (ALPHA / RANK)
        return product


def adapt(model: nn.Module) -> dict[str, nn.Parameter]:
    """Freeze a model, convert it to `PRECISION`, and add adapters. Returns the adapters' parameters by name."""
    model.requires_grad_(False)
    for name, module in list(model.named_modules()):
        parent, _, last = name.rpartition(".")
        if last in MODULES:
            setattr(model.get_submodule(parent), last, Adapted(module))
    parameters = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            parameters[name] = parameter
        else:
            parameter.data = parameter.data.to(PRECISION)
    return parameters


def loss_of(model: nn.Module, batch: list[Encoded]) -> tuple[torch.Tensor, int]:
    """Return the sum of the loss over the answer tokens, and the number of answer tokens."""
    longest = max(len(ids) for ids, _ in batch)
    tokens = torch.tensor([ids + [0] * (longest - len(ids)) for ids, _ in batch])
    answers = torch.zeros_like(tokens, dtype=torch.bool)
    for row, (ids, prompt) in enumerate(batch):
        answers[row, prompt : len(ids)] = True
    targets = answers[:, 1:]
    # A causal model needs no mask for padding after the answer. Logits are computed for answers only.
    with torch.autocast("cpu", torch.bfloat16, enabled=PRECISION is torch.bfloat16):
        hidden = model.model(input_ids=tokens[:, :-1], use_cache=False).last_hidden_state
        logits = model.lm_head(hidden[targets])
    return cross_entropy(logits.float(), tokens[:, 1:][targets], reduction="sum"), int(targets.sum())
