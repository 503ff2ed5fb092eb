"""Forms that things are built of, beyond rendering.solids: placed lofts, ribbons, arcs and wheels."""

from dataclasses import dataclass

import numpy as np

from ..rendering.solids import ring_angles, rings, tube
from ..rendering.surface import Finish, Surface

UP = np.array((0.0, 0.0, 1.0))
Size = tuple[float, float, float]  # width, height, depth in metres


def unit(vector) -> np.ndarray:
    vector = np.asarray(vector, float)
    return vector / max(np.linalg.norm(vector), 1e-9)


def level(vector) -> np.ndarray:
    """The horizontal unit vector along `vector`."""
    return unit((vector[0], vector[1], 0.0))


@dataclass(frozen=True)
class Place:
    """Where a thing is: `top` the middle of its upper edge; `wide`, `out` (away from the body) and `up` units."""

    top: np.ndarray
    wide: np.ndarray
    out: np.ndarray
    up: np.ndarray

    @classmethod
    def hanging(cls, top, out) -> "Place":
        """Plumb, its outer face towards the horizontal part of `out`."""
        out = level(out)
        return cls(np.asarray(top, float), np.cross(out, UP), out, UP)

    def at(self, wide: float = 0.0, out: float = 0.0, rise: float = 0.0) -> np.ndarray:
        return self.top + wide * self.wide + out * self.out + rise * self.up

    def moved(self, wide: float = 0.0, out: float = 0.0, rise: float = 0.0) -> "Place":
        return Place(self.at(wide, out, rise), self.wide, self.out, self.up)

    def tilted(self, angle: float) -> "Place":
        """Turned about `out` by `angle` radians."""
        c, s = np.cos(angle), np.sin(angle)
        return Place(self.top, c * self.wide + s * self.up, self.out, c * self.up - s * self.wide)


def loft(
    place: Place,
    sections,
    finish: Finish,
    part: int,
    columns: int = 14,
    squareness: float = 4.0,
    crumple: float = 0.0,
    seed: int = 0,
) -> Surface:
    """A closed body through sections [n, 4]: rise (metres above place.top), half width, half depth, middle's shift out.

    From the top down, so that textures run down from the upper edge and across from the middle of the outer face.
    `squareness` is the superellipse's exponent; `crumple` moves every point by up to as many metres.
    """
    sections = np.asarray(sections, float)
    first, last = sections[:1] * (1, 0.02, 0.02, 1), sections[-1:] * (1, 0.02, 0.02, 1)
    sections = np.concatenate(
        [first, sections[:1], sections, sections[-1:], last]
    )  # doubled: the cap's edge stays sharp
    centres = place.top + sections[:, :1] * place.up + sections[:, 3:] * place.out
    across, ahead = (np.broadcast_to(axis, centres.shape) for axis in (place.wide, place.out))
    points = rings(centres, across, ahead, sections[:, 1], sections[:, 2], ring_angles(columns), squareness)
    if crumple:
        moved = np.random.default_rng(seed & 0xFFFFFFFF).uniform(-crumple, crumple, points.shape)
        moved[:2], moved[-2:] = moved[2], moved[-3]  # the cap's doubled edges stay together
        points = points + moved.astype(np.float32)
    return Surface(points, finish, part)


def shell(
    height: float,
    width: float,
    depth: float,
    taper: float = 1.0,
    bulge: float = 0.0,
    corner: float = 0.15,
    behind: float = 0.5,
) -> np.ndarray:
    """Sections of a bag of soft edges hanging from its upper edge, for `loft`.

    taper: width of the top against the bottom; bulge: how much deeper the lower middle is; corner: rounding as a
    fraction of the height; behind: where the flat side is, 0.5 symmetric .. 0 flat inner face at `out` = 0.
    """
    down = np.array((0.0, 0.3 * corner, corner, 0.5, 1 - corner, 1 - 0.3 * corner, 1.0))
    edge = np.array((1 - 1.1 * corner, 1 - 0.4 * corner, 1.0, 1.0, 1.0, 1 - 0.4 * corner, 1 - 1.1 * corner))
    thick = np.array((1 - 2.2 * corner, 1 - corner, 1.0, 1 + 0.6 * bulge, 1 + bulge, 1 + 0.6 * bulge, 1 - 1.5 * corner))
    wide = width / 2 * edge * (taper + (1 - taper) * down)
    deep = depth / 2 * np.maximum(thick, 0.2)
    return np.stack([-down * height, wide, deep, deep * (1 - 2 * behind)], 1)


def curve(points, count: int) -> np.ndarray:
    """`count` points along a smooth line through `points` (Catmull-Rom), evenly spaced."""
    points = np.asarray(points, float)
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    dense = np.concatenate([*pieces, points[-1:]])
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    wanted = np.linspace(0, length[-1], count)
    return np.stack([np.interp(wanted, length, dense[:, axis]) for axis in range(3)], 1)


def ribbon(path, normals, width: float, finish: Finish, part: int, thickness: float = 0.006) -> Surface:
    """A flat strap along path [n, 3] whose upper face looks along normals [n, 3]."""
    path, normals = np.asarray(path, float), np.asarray(normals, float)
    across = np.cross(np.gradient(path, axis=0), normals)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    half, thick = across * width / 2, normals * thickness
    points = np.stack([path - half, path - half + thick, path + half + thick, path + half], 1)
    return Surface(points.astype(np.float32), finish, part)


def arc(start, end, peak, count: int = 7) -> np.ndarray:
    """Points of a handle from start to end by way of peak."""
    start, end, peak = (np.asarray(point, float) for point in (start, end, peak))
    t = np.linspace(0, 1, count)[:, None]
    through = 2 * peak - (start + end) / 2
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * through + t**2 * end


def rod(start, end, radius: float, finish: Finish, part: int, columns: int = 5) -> list[Surface]:
    """A straight bar."""
    return tube([start, end], [radius, radius], finish, part, columns, lean_of(start, end), caps=False)


def bar(path, radius: float, finish: Finish, part: int, columns: int = 5, up=None) -> list[Surface]:
    """A bent bar along path [n, 3]."""
    path = np.asarray(path, float)
    return tube(
        path,
        np.full(len(path), radius),
        finish,
        part,
        columns,
        lean_of(path[0], path[-1]) if up is None else up,
        caps=False,
    )


def lean_of(start, end) -> np.ndarray:
    """An axis that a bar from start to end does not run along."""
    along = np.abs(unit(np.asarray(end, float) - np.asarray(start, float)))
    return np.eye(3)[int(np.argmin(along))]


def wheel(centre, axle, radius: float, tyre: float, finish: Finish, part: int, columns: int = 16) -> list[Surface]:
    """A tyre: a thin ring around `centre` in the plane across `axle`."""
    axle = unit(axle)
    first = unit(np.cross(axle, lean_of((0, 0, 0), axle)))
    second = np.cross(axle, first)
    angles = np.linspace(0, 2 * np.pi, columns + 1)
    spoke = np.cos(angles)[:, None] * first + np.sin(angles)[:, None] * second
    turn = np.linspace(0, 2 * np.pi, 5)[:-1]
    section = np.cos(turn)[None, :, None] * spoke[:, None] + np.sin(turn)[None, :, None] * axle
    points = np.asarray(centre, float) + (radius - tyre) * spoke[:, None] + tyre * section
    return [Surface(points.astype(np.float32), finish, part)]


def disc_wheel(
    centre, axle, radius: float, width: float, finish: Finish, part: int, columns: int = 10
) -> list[Surface]:
    """A small solid wheel."""
    axle = unit(axle) * width / 2
    return tube(
        [np.asarray(centre) - axle, np.asarray(centre) + axle],
        [radius, radius],
        finish,
        part,
        columns,
        lean_of((0, 0, 0), axle),
    )
