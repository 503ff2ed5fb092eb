"""A foot's own axes and lofts along it: soles, shoe uppers and bare feet."""

from dataclasses import dataclass

import numpy as np

from ..body.skeleton import Skeleton
from ..rendering.surface import Finish, Surface

# Outline of a sole: stations from heel (0) to toe (1), half width over length (last of a common men's shoe).
STATIONS = np.array((-0.035, -0.025, -0.005, 0.04, 0.12, 0.22, 0.34, 0.48, 0.64, 0.78, 0.89, 0.96, 1.0, 1.02))
HALF_WIDTH = np.array((0.0, 0.04, 0.078, 0.108, 0.128, 0.131, 0.126, 0.132, 0.168, 0.175, 0.145, 0.1, 0.05, 0.0))
# How much of the height is left at each station: heel and toe are rounded.
_ROUND = np.array((0.05, 0.6, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.95, 0.7, 0.1))


@dataclass(frozen=True)
class Foot:
    """Origin under the heel; right, forward and up in world axes; length in metres."""

    origin: np.ndarray
    right: np.ndarray
    forward: np.ndarray
    up: np.ndarray
    length: float
    inward: float  # +1 where the big toe lies to the right

    @staticmethod
    def of(skeleton: Skeleton, name: str) -> "Foot":
        heel, toe, ankle = (np.asarray(skeleton.joints[f"{joint}_{name}"], float) for joint in ("heel", "toe", "ankle"))
        length = float(np.linalg.norm(toe - heel))
        forward = (toe - heel) / length
        up = ankle - heel - forward * ((ankle - heel) @ forward)
        up = up / max(np.linalg.norm(up), 1e-6)
        return Foot(heel, np.cross(forward, up), forward, up, length, 1.0 if name == "l" else -1.0)

    def at(self, across: np.ndarray, along: np.ndarray, high: np.ndarray) -> np.ndarray:
        """World points, float32, from metres across (to the right), along and up."""
        across, along, high = (np.asarray(each, float)[..., None] for each in (across, along, high))
        return (self.origin + across * self.right + along * self.forward + high * self.up).astype(np.float32)


def loft(foot: Foot, finish: Finish, part: int, bottom: np.ndarray, top: np.ndarray, wider: float = 0.0,
         scale: float = 1.0, square: float = 2.2, pointed: float = 0.0) -> Surface:
    """A closed body over the sole's outline. bottom, top: metres at each of STATIONS; `square`: 2 round .. 6 boxy;
    `pointed` 0..1 narrows the toes."""
    half = (HALF_WIDTH * (1 - pointed * np.clip(STATIONS - 0.6, 0, 0.4) * 1.3)) * foot.length * scale + wider
    half[[0, -1]] = 0.004
    angles = np.linspace(0, np.pi, 8)
    power = 2 / square
    across = np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** power
    lift = np.sin(angles) ** power
    middle = (bottom + top) / 2
    bottom, top = middle + (bottom - middle) * _ROUND, middle + (top - middle) * _ROUND
    # The big toe lies nearer to the middle line: the fore part bends inwards.
    shift = foot.inward * 0.03 * foot.length * np.clip((STATIONS - 0.45) / 0.4, 0, 1)
    x = half[:, None] * np.append(across, 0.0) + shift[:, None]
    z = bottom[:, None] + (top - bottom)[:, None] * np.append(lift, 0.0)
    along = np.repeat((STATIONS * foot.length)[:, None], 9, axis=1)
    return Surface(foot.at(x, along, z), finish, part)


def profile(foot: Foot, marks: tuple[float, ...], heights: tuple[float, ...]) -> np.ndarray:
    """Heights in foot lengths at marks along the foot -> metres at STATIONS."""
    return np.interp(STATIONS, marks, heights) * foot.length
