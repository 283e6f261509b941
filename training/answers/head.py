"""The answer head: two small transformer layers that read two layers of the entailment model's encoder."""

import math

import torch
from torch import nn
from torch.nn import functional

LAYERS = (6, 9)
"""Layers of the encoder that the head reads, counted from 1."""
ENCODER_SIZE = 768
SIZE, HEADS, DEPTH = 256, 4, 2
DROPOUT = 0.1
MASKED = -1e4
"""Added to the attention of padding."""
RARE = -5.0
"""First bias of the output: few tokens are part of an answer."""


class AnswerHead(nn.Module):  # type: ignore[misc]
    """Log odds that a token of the evidence is part of an answer to the question.

    `forward(states, attention_mask, claim_mask)` takes the states of the encoder's two layers side by side, (batch,
    tokens, 2 * 768), and masks (batch, tokens), of which `claim_mask` marks the question. Returns (batch, tokens).
    """

    def __init__(self) -> None:
        super().__init__()
        width = len(LAYERS) * ENCODER_SIZE
        self.norm_states = nn.LayerNorm(width)
        self.project = nn.Linear(width, SIZE)
        self.sequence = nn.Embedding(2, SIZE)
        self.layers = nn.ModuleList(_Layer() for _ in range(DEPTH))
        self.norm = nn.LayerNorm(SIZE)
        self.out = nn.Linear(SIZE, 1)
        self.dropout = nn.Dropout(DROPOUT)
        nn.init.normal_(self.sequence.weight, std=0.02)
        nn.init.constant_(self.out.bias, RARE)

    def forward(self, states: torch.Tensor, attention_mask: torch.Tensor, claim_mask: torch.Tensor) -> torch.Tensor:
        """Return the log odds of each token."""
        masked = (1.0 - attention_mask.to(states.dtype))[:, None, None, :] * MASKED
        hidden = self.dropout(self.project(self.norm_states(states))) + self.sequence(claim_mask)
        for layer in self.layers:
            hidden = layer(hidden, masked)
        return self.out(self.norm(hidden)).squeeze(-1)


class _Layer(nn.Module):  # type: ignore[misc]
    """A transformer layer with the norms first (Xiong et al. 2020, arXiv:2002.04745)."""

    def __init__(self) -> None:
        super().__init__()
        self.norm_attention = nn.LayerNorm(SIZE)
        self.project = nn.Linear(SIZE, 3 * SIZE)
        self.attended = nn.Linear(SIZE, SIZE)
        self.norm_inner = nn.LayerNorm(SIZE)
        self.inner = nn.Linear(SIZE, 4 * SIZE)
        self.outer = nn.Linear(4 * SIZE, SIZE)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, hidden: torch.Tensor, masked: torch.Tensor) -> torch.Tensor:
        batch, tokens, _ = hidden.shape
        split = self.project(self.norm_attention(hidden)).view(batch, tokens, 3, HEADS, SIZE // HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        weights = (query @ key.transpose(-1, -2) / math.sqrt(SIZE // HEADS) + masked).softmax(-1)
        mixed = (weights @ value).transpose(1, 2).reshape(batch, tokens, SIZE)
        hidden = hidden + self.dropout(self.attended(mixed))
        return hidden + self.dropout(self.outer(functional.gelu(self.inner(self.norm_inner(hidden)))))
