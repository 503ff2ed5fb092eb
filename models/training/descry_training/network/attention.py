"""Attention over cells or words, read by a class token.

As in CaiT (Touvron et al., "Going deeper with Image Transformers", ICCV 2021) the class token comes in last: the
tokens first look at each other, then the class token looks at them. Its one row of attention costs next to nothing,
so that on a processor the image tower can do with it alone.
"""

import torch
from torch import Tensor, nn


def mixer(width: int, expansion: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, expansion * width), nn.GELU(), nn.Linear(expansion * width, width))


class AttentionBlock(nn.Module):
    """Pre-norm transformer block over [batch, tokens, width].

    Two products and a softmax instead of the fused operator, whose backward pass is slower on a processor.
    """

    def __init__(self, width: int, head_width: int, expansion: int):
        super().__init__()
        self.heads = width // head_width
        self.head_width = head_width
        self.norm_attention = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)
        self.norm_mixer = nn.LayerNorm(width)
        self.mixer = mixer(width, expansion)

    def forward(self, x: Tensor, absent: Tensor | None = None) -> Tensor:
        """`absent` [batch, tokens] is added to the attention logits."""
        batch, tokens, width = x.shape
        packed = self.query_key_value(self.norm_attention(x))
        packed = packed.view(batch, tokens, 3, self.heads, self.head_width).permute(2, 0, 3, 1, 4)
        query, key, value = packed.unbind(0)
        logits = (query * self.head_width**-0.5) @ key.transpose(-2, -1)
        if absent is not None:
            logits = logits + absent[:, None, None]
        mixed = logits.softmax(dim=-1) @ value
        x = x + self.merge(mixed.transpose(1, 2).reshape(batch, tokens, width))
        return x + self.mixer(self.norm_mixer(x))


class ClassBlock(nn.Module):
    """A learned token looks at the others: [batch, n, width] -> its output [batch, width] and attention [batch, n].

    The token is the same for every crop or text, so its query and the projection of the keys are one small matrix
    (`look`), and values are projected after they are weighted, not before: the same function for much less work.
    """

    def __init__(self, width: int, head_width: int, expansion: int):
        super().__init__()
        heads = width // head_width
        self.token = nn.Parameter(torch.randn(width) * 0.02)
        self.look = nn.Linear(width, heads)
        self.value = nn.Parameter(torch.randn(heads, width, head_width) * width**-0.5)
        self.merge = nn.Linear(width, width)
        self.norm_mixer = nn.LayerNorm(width)
        self.mixer = mixer(width, expansion)
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens: Tensor, absent: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The attention is the mean over the heads; tokens are expected to be normalised."""
        logits = self.look(tokens).float()
        if absent is not None:
            logits = logits + absent[..., None]
        weights = logits.transpose(1, 2).softmax(dim=-1)
        seen = (weights.to(tokens.dtype) @ tokens)[:, :, None] @ self.value
        x = self.token + self.merge(seen.flatten(1))
        return self.norm(x + self.mixer(self.norm_mixer(x))), weights.mean(dim=1)


class ClassAttention(nn.Module):
    """`depth` blocks among the tokens, a norm, and the class token's look at them."""

    def __init__(self, width: int, depth: int, head_width: int, expansion: int):
        super().__init__()
        self.blocks = nn.ModuleList(AttentionBlock(width, head_width, expansion) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.summary = ClassBlock(width, head_width, expansion)

    def forward(self, tokens: Tensor, absent: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """tokens [batch, n, width] -> class [batch, width], tokens [batch, n, width], attention [batch, n].

        `absent` [batch, n] is 0 where a token is there and large and negative where it is not.
        """
        for block in self.blocks:
            tokens = block(tokens, absent)
        tokens = self.norm(tokens)
        summary, attention = self.summary(tokens, absent)
        return summary, tokens, attention
