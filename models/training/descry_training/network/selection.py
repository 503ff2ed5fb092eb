"""Token selection: a vector made only of what the class token looks at."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ABSENT = -10000.0


def most_attended(attention: Tensor, count: Tensor | int) -> Tensor:
    """bool [batch, n]: the `count` (number, or [batch, 1]) highest of attention [batch, n]; ties are all in.

    Ranks by counting who is higher: plain comparisons, which run wherever the graph runs.
    """
    higher = (attention[:, None, :] > attention[:, :, None]).to(torch.float32).sum(dim=2)
    return higher < count


class TokenSelection(nn.Module):
    """RDE's token selection embedding (TSE), Qin et al., CVPR 2024; before centring and normalisation.

    The most attended tokens are brought to unit length, pass e = MLP(x) + FC(x), where the MLP has one hidden layer
    with batch norm, and the maximum over them is taken in each dimension. As in the published code, but for the
    number of words: a share of the words of the sentence at hand (at least one), not of the longest sentence.
    """

    def __init__(self, width: int, joint: int):
        super().__init__()
        self.hidden = nn.Linear(width, width)
        self.norm = nn.BatchNorm1d(width)
        self.out = nn.Linear(width, joint)
        self.direct = nn.Linear(width, joint)

    def forward(self, tokens: Tensor, chosen: Tensor) -> Tensor:
        """tokens [batch, n, width], chosen bool [batch, n] -> [batch, joint]"""
        batch, count, _ = tokens.shape
        if self.training:  # only the chosen ones are computed: fewer, and the batch norm sees nothing else
            rows = F.normalize(tokens[chosen], dim=-1)
            embedded = self._embed(rows)
            owner = chosen.nonzero()[:, :1].expand(-1, embedded.shape[1])
            highest = embedded.new_full((batch, embedded.shape[1]), ABSENT)
            return highest.scatter_reduce(0, owner, embedded, "amax")
        embedded = self._embed(F.normalize(tokens, dim=-1).flatten(0, 1)).view(batch, count, -1)
        return (embedded + (~chosen).to(embedded.dtype)[..., None] * ABSENT).amax(dim=1)

    def _embed(self, rows: Tensor) -> Tensor:
        hidden = F.relu(self.norm(self.hidden(rows)))
        return (self.out(hidden) + self.direct(rows)).float()
