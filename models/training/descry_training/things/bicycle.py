"""A bicycle that is wheeled along."""

from typing import TYPE_CHECKING

import numpy as np

from ..people.person import Paint
from ..rendering.solids import tube
from ..rendering.surface import Finish, Surface
from .forms import bar, curve, rod, wheel
from .materials import DARK_METAL, METAL, PLASTIC, RUBBER
from .parts import PUSHED

if TYPE_CHECKING:
    from .pushed import Ground

_RADIUS = 0.335


def bicycle(paint: Paint, ground: "Ground", rng) -> list[Surface]:
    """`ground.origin` is below the handlebar's middle."""
    frame = Finish(paint.rgb, gloss=0.6)
    turned = 0.12 * rng.uniform(-1, 1)  # of the front wheel
    lady = sum(paint.rgb) % 3 == 0  # a low step-through frame

    def at(ahead: float, up: float, right: float = 0.0) -> np.ndarray:
        return ground.at(ahead - 0.8, right, up)

    rear, crank, saddle, head, fork, front = (
        at(0, 0.335),
        at(0.43, 0.28),
        at(0.27, 0.86),
        at(0.83, 0.9),
        at(0.87, 0.74),
        at(1.03, 0.335),
    )
    found: list[Surface] = []
    steering = ground.right + turned * ground.ahead
    for hub, axle in ((rear, ground.right), (front, steering)):
        found += wheel(hub, axle, _RADIUS, 0.02, RUBBER, PUSHED)
        found += wheel(hub, axle, _RADIUS - 0.035, 0.008, METAL, PUSHED)
        found += rod(hub - 0.05 * ground.right, hub + 0.05 * ground.right, 0.02, METAL, PUSHED)
        for turn in np.linspace(0, np.pi, 6, endpoint=False) + 0.2:
            spoke = (_RADIUS - 0.03) * (np.cos(turn) * ground.ahead + np.sin(turn) * np.array((0, 0, 1.0)))
            found += rod(hub - spoke, hub + spoke, 0.0022, METAL, PUSHED, 3)
    low = at(0.36, 0.52) if lady else at(0.3, 0.8)
    for start, end, radius in (
        (crank, saddle, 0.016),
        (low, head, 0.016),
        (crank, fork, 0.019),
        (head + (0, 0, 0.05), fork, 0.019),
    ):
        found += rod(start, end, radius, frame, PUSHED, 6)
    for side in (-0.05, 0.05):
        found += rod(rear + side * ground.right, crank, 0.01, frame, PUSHED, 4)
        found += rod(rear + side * ground.right, at(0.3, 0.76), 0.008, frame, PUSHED, 4)
        found += rod(fork + side * ground.right, front + side * ground.right, 0.012, frame, PUSHED, 4)
        found += rod(
            crank + 1.6 * side * ground.right + np.sign(side) * 0.1 * ground.ahead,
            crank + 3.4 * side * ground.right + np.sign(side) * 0.1 * ground.ahead,
            0.02,
            PLASTIC,
            PUSHED,
            4,
        )
    found += rod(at(0.27, 0.86), at(0.25, 0.95), 0.013, METAL, PUSHED)
    found += tube(
        [at(0.12, 0.97), at(0.22, 0.97), at(0.38, 0.965)],
        [(0.075, 0.03), (0.06, 0.03), (0.02, 0.02)],
        PLASTIC,
        PUSHED,
        8,
        (0, 0, 1.0),
    )
    found += rod(head, at(0.81, 1.02), 0.013, METAL, PUSHED)
    handlebar = curve(
        [at(0.68, 1.02, -0.3), at(0.78, 1.05, -0.16), at(0.83, 1.03, 0), at(0.78, 1.05, 0.16), at(0.68, 1.02, 0.3)], 11
    )
    found += bar(handlebar, 0.012, DARK_METAL, PUSHED, up=(0, 0, 1.0))
    guard = [
        rear + (_RADIUS + 0.03) * (np.cos(a) * ground.ahead + np.sin(a) * np.array((0, 0, 1.0)))
        for a in np.linspace(0.5, 2.7, 9)
    ]
    found += tube(guard, [(0.028, 0.004)] * 9, frame if lady else PLASTIC, PUSHED, 4, rear - guard[4], caps=False)
    if sum(paint.rgb) % 2:
        found += _basket(at, ground)
    return found


def _basket(at, ground: "Ground") -> list[Surface]:
    """A wire basket before the handlebar, seen as dark cloth of wires at this distance."""
    rim = np.array([at(0.9, 1.0, -0.17), at(0.9, 1.0, 0.17), at(1.16, 1.0, 0.15), at(1.16, 1.0, -0.15)])
    foot = np.array([at(0.92, 0.78, -0.13), at(0.92, 0.78, 0.13), at(1.1, 0.78, 0.11), at(1.1, 0.78, -0.11)])
    mesh = Finish((70, 70, 72), "plaid", (125, 125, 125), 0.04)
    middle = np.repeat(foot.mean(0)[None], 4, 0)
    return [Surface(np.stack([rim, foot, foot, middle]).astype(np.float32), mesh, PUSHED)]
