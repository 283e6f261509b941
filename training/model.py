"""The model: an encoder that reads evidence and claim together, with three heads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel


class EntailmentModel(nn.Module):  # type: ignore[misc]
    """Is the claim entailed, which of its words are not supported, and is it addressed to a machine?

    `forward(input_ids, attention_mask, claim_mask)`, each (batch, tokens), returns three logits: `entailed` (batch),
    `unsupported` (batch, tokens) and `addressed` (batch). The first and the third head read the first token and
    the mean of the claim's tokens; the second reads each token by itself, as token classifiers of hallucinations
    do (LettuceDetect, arXiv:2502.17125).
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
        """Return what the first and the third head read: (batch, 1, hidden size)."""
        return self._pooled(self._hidden(input_ids, attention_mask), claim_mask)

    def _hidden(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    def _pooled(self, hidden: torch.Tensor, claim_mask: torch.Tensor) -> torch.Tensor:
        words = claim_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * words).sum(1, keepdim=True) / words.sum(1, keepdim=True).clamp(min=1.0)
        # Three dimensions all the way: the exporter then writes matrix products that can be rounded.
        return nn.functional.gelu(self.dense(torch.cat([hidden[:, :1], mean], dim=-1)))

    def freeze(self, layers: int) -> None:
        """Leave the embeddings and the lowest `layers` layers as they are."""
        frozen = [self.encoder.embeddings, *self.encoder.encoder.layer[:layers]]
        for module in frozen:
            for parameter in module.parameters():
                parameter.requires_grad = False

    def load(self, state: Mapping[str, Any]) -> None:
        """Load the weights that `state_dict` gave; where they have no third head, that stays as it is."""
        missing = self.load_state_dict(state, strict=False)
        if missing.unexpected_keys or any(not name.startswith("addressed.") for name in missing.missing_keys):
            raise ValueError(f"not the weights of this model: {missing}")
