"""Things pushed along: where they stand before or beside the body."""

from dataclasses import dataclass

import numpy as np

from ..body.skeleton import Skeleton
from ..people.person import Held
from ..rendering.surface import Surface
from .bicycle import bicycle
from .forms import UP
from .hands import hand
from .pushchair import pushchair
from .trolley import luggage_trolley, shopping_trolley

_CLEAR = 0.2  # metres from the trunk's axis to a handle that is pushed


@dataclass(frozen=True)
class Ground:
    """Axes of a thing on the ground: metres `ahead` and to the `right` of `origin`, and above the ground."""

    origin: np.ndarray
    ahead: np.ndarray
    right: np.ndarray

    def at(self, ahead: float, right: float, up: float) -> np.ndarray:
        return self.origin + ahead * self.ahead + right * self.right + up * UP


def pushed_surfaces(pushed: Held, skeleton: Skeleton, rng) -> list[Surface]:
    """World metres. Pushchairs and trolleys stand before the body at the hands, a bicycle on `pushed.side` of it."""
    facing, right = np.asarray(skeleton.facing, float), np.asarray(skeleton.side, float)
    pelvis = skeleton["pelvis"]
    if pushed.kind == "bicycle":
        grip = skeleton[f"hand_{hand(pushed.side)}"]
        aside = max(-pushed.side * ((grip - pelvis) @ right), 0.12) + 0.3
        handlebar = (grip - pelvis) @ facing
        origin = pelvis - pushed.side * aside * right + handlebar * facing
        origin[2] = 0.0
        return bicycle(pushed.paint, Ground(origin, facing, right), rng)
    reach = [(skeleton[f"hand_{name}"] - pelvis) @ facing for name in ("l", "r")]
    handle = pelvis + max(max(reach), _CLEAR) * facing
    height = min(max(max(skeleton["hand_l"][2], skeleton["hand_r"][2]) if max(reach) > _CLEAR else 1.0, 0.85), 1.12)
    handle[2] = 0.0
    ground = Ground(handle, facing, right)
    if pushed.kind == "pushchair":
        return pushchair(pushed.paint, ground, height, rng)
    # The kind of trolley follows from its paint, so that it is the same in every crop.
    build = shopping_trolley if sum(pushed.paint.rgb) % 2 else luggage_trolley
    return build(pushed.paint, ground, height, rng)
