"""Defines the entailment model: an encoder that reads evidence and claim together, with three heads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel


class EntailmentModel(nn.Module):  # type: ignore[misc]
    """Predicts whether a claim is entailed, which of its words are unsupported, and whether it instructs a machine.

    `forward(input_ids, attention_mask, claim_mask)`, each (batch, tokens), returns three tensors of logits: `entailed`
    (batch), `unsupported` (batch, tokens) and `addressed` (batch). The input of the heads `entailed` and `addressed` is
    the first token and the mean of the claim's tokens. The head `unsupported` classifies each token, as in
    LettuceDetect (arXiv:2502.17125).
    """

    def __init__(self, base: Path, layers: int) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(base, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        encoder = AutoModel.from_pretrained(base, config=config, add_pooling_layer=False, dtype=torch.float32)
        encoder.encoder.layer = encoder.encoder.layer[:layers]
        encoder.config.num_hidden_layers = layers
        size = config.hidden_size
        self.encoder = encoder
        self.dense = nn.Linear(2 * size, size)
        self.entailed = nn.Linear(size, 1)
        self.unsupported = nn.Linear(size, 1)
        self.addressed = nn.Linear(size, 1)
        nn.init.constant_(self.unsupported.bias, -2.0)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, claim_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the logits of the three heads."""
        hidden = self._hidden(input_ids, attention_mask)
        pooled = self._pooled(hidden, claim_mask)
        return self.entailed(pooled)[:, 0, 0], self.unsupported(hidden).squeeze(-1), self.addressed(pooled)[:, 0, 0]

    def pooled(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, claim_mask: torch.Tensor) -> torch.Tensor:
        """Return the input of the heads `entailed` and `addressed`: (batch, 1, hidden size)."""
        return self._pooled(self._hidden(input_ids, attention_mask), claim_mask)

    def _hidden(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    def _pooled(self, hidden: torch.Tensor, claim_mask: torch.Tensor) -> torch.Tensor:
        words = claim_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * words).sum(1, keepdim=True) / words.sum(1, keepdim=True).clamp(min=1.0)
        # With three dimensions in every step, the exporter writes matrix products that can be rounded.
        return nn.functional.gelu(self.dense(torch.cat([hidden[:, :1], mean], dim=-1)))

    def freeze(self, layers: int) -> None:
        """Freeze the embeddings and the lowest `layers` layers."""
        frozen = [self.encoder.embeddings, *self.encoder.encoder.layer[:layers]]
        for module in frozen:
            for parameter in module.parameters():
                parameter.requires_grad = False

    def load(self, state: Mapping[str, Any]) -> None:
        """Load weights from `state_dict`. If they lack the head `addressed`, that head is not changed."""
        missing = self.load_state_dict(state, strict=False)
        if missing.unexpected_keys or any(not name.startswith("addressed.") for name in missing.missing_keys):
            raise ValueError(f"these are weights of another model, without {missing}: name a file of this model")
