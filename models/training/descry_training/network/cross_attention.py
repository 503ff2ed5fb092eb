"""Attention from one kind of token to another."""

from torch import Tensor, nn

from .attention import mixer


class CrossAttention(nn.Module):
    """Pre-norm: queries [batch, n, width] look at others [batch, m, other_width] -> [batch, n, width].

    `absent` [batch, m] is added to the logits. Without a shortcut around the attention, as SEN publishes it: what a
    position says then comes from the other side alone.
    """

    def __init__(self, width: int, other_width: int, head_width: int, expansion: int = 2):
        super().__init__()
        self.heads = width // head_width
        self.head_width = head_width
        self.norm_query = nn.LayerNorm(width)
        self.norm_other = nn.LayerNorm(other_width)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(other_width, 2 * width)
        self.merge = nn.Linear(width, width)
        self.norm_mixer = nn.LayerNorm(width)
        self.mixer = mixer(width, expansion)

    def forward(self, queries: Tensor, others: Tensor, absent: Tensor | None = None) -> Tensor:
        batch, count, width = queries.shape
        query = self.query(self.norm_query(queries)).view(batch, count, self.heads, self.head_width).transpose(1, 2)
        packed = self.key_value(self.norm_other(others)).view(batch, -1, 2, self.heads, self.head_width)
        key, value = packed.permute(2, 0, 3, 1, 4).unbind(0)
        logits = (query * self.head_width**-0.5) @ key.transpose(-2, -1)
        if absent is not None:
            logits = logits + absent[:, None, None]
        mixed = (logits.softmax(dim=-1) @ value).transpose(1, 2).reshape(batch, count, width)
        x = self.merge(mixed)
        return x + self.mixer(self.norm_mixer(x))
