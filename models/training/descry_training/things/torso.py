"""The clothed trunk as straps and bags meet it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..body.skeleton import Skeleton
from ..language.describable import SLOT_PARTS
from ..rendering.surface import Surface

_CLOTHES = (SLOT_PARTS["upper"], SLOT_PARTS["inner"])
_ROUND = 2.4  # superellipse exponent of the trunk's sections
_LEVELS = np.array((0.0, 0.05, 0.1, 0.18, 0.26, 0.4, 0.62, 0.74, 0.95, 1.1, 1.25))


@dataclass(frozen=True)
class Torso:
    """Sections of the trunk by level: 0 the neck's base, 1 the pelvis, as a fraction of `length` metres.

    `wide` half width, `ahead` and `behind` metres from the axis to the chest's and the back's surface [levels].
    """

    origin: np.ndarray
    basis: np.ndarray  # columns right, forward, up
    length: float
    levels: np.ndarray
    wide: np.ndarray
    ahead: np.ndarray
    behind: np.ndarray

    @classmethod
    def of(cls, skeleton: Skeleton, worn: Iterable[Surface] = (), cloth: float = 0.018) -> "Torso":
        """From the body's measures and `cloth` metres of clothes, widened to the garments among `worn`."""
        s, neck, pelvis = skeleton.shape, skeleton["neck"], skeleton["pelvis"]
        shoulder = s.shoulder_width / 2
        wide = np.array(
            (
                s.neck,
                s.neck + 0.02,
                0.62 * shoulder,
                1.05 * shoulder,
                1.0 * shoulder,
                s.chest_width / 2,
                s.waist_width / 2,
                s.waist_width / 2,
                s.hip_width / 2,
                s.hip_width / 2,
                s.hip_width / 2,
            )
        )
        chest, waist, hip = s.chest_depth / 2, s.waist_depth / 2, s.hip_depth / 2
        behind = np.array(
            (s.neck, s.neck + 0.005, 0.72 * chest, 0.92 * chest, chest, chest, waist, waist, hip, hip, hip)
        )
        ahead = np.array(
            (
                s.neck,
                s.neck,
                0.6 * chest,
                0.8 * chest,
                0.95 * chest,
                chest + s.bust,
                waist + s.belly * 0.5,
                waist + s.belly,
                hip + s.belly * 0.5,
                hip,
                hip,
            )
        )
        torso = cls(
            neck,
            np.asarray(skeleton.trunk_basis, float),
            float(np.linalg.norm(neck - pelvis)),
            _LEVELS,
            wide + cloth,
            ahead + cloth,
            behind + cloth,
        )
        return torso._widened(
            [torso.local(surface.points.reshape(-1, 3)) for surface in worn if surface.part in _CLOTHES]
        )

    def _widened(self, garments: list[np.ndarray]) -> "Torso":
        """Reaching at least around the garments' points [n, 3] (right, forward, level) at every level."""
        if not garments:
            return self
        wide, ahead, behind = self.wide.copy(), self.ahead.copy(), self.behind.copy()
        every = np.concatenate(garments)
        trunk = [points for points in garments if abs(points[:, 0].mean()) < 0.04]  # sleeves are aside
        x, y, level = np.concatenate(trunk).T if trunk else np.empty((3, 0))
        gaps = np.diff(self.levels)
        reach = np.maximum(np.append(gaps, gaps[-1]), np.insert(gaps, 0, gaps[0])) * 0.6
        for i, (middle, half) in enumerate(zip(self.levels, reach)):
            near = np.abs(level - middle) < half
            if middle < 0.05 or not near.any():
                continue
            for table, found in ((wide, np.abs(x[near]).max()), (ahead, y[near].max()), (behind, -y[near].min())):
                table[i] = np.clip(found, table[i], table[i] + 0.12)
        for i in np.flatnonzero((self.levels > 0) & (self.levels <= 0.18)):  # shoulders as high as sleeves make them
            ridge = (every[:, 2] > -0.02) & (every[:, 2] < self.levels[i] + 0.01) & (np.abs(every[:, 1]) < 0.06)
            above = np.abs(every[ridge, 0])
            wide[i] = np.clip(above.max(initial=0.0), wide[i], 1.15 * self.wide[3])
        return Torso(self.origin, self.basis, self.length, self.levels, wide, ahead, behind)

    def local(self, points: np.ndarray) -> np.ndarray:
        """World [n, 3] -> (right, forward, level)."""
        return (np.asarray(points, float) - self.origin) @ self.basis / (1, 1, -self.length)

    def world(self, right: float, forward: float, level: float) -> np.ndarray:
        return self.origin + self.basis @ np.array((right, forward, -level * self.length))

    def section(self, level):
        """(half width, reach ahead, reach behind) at a level or levels."""
        return tuple(np.interp(level, self.levels, table) for table in (self.wide, self.ahead, self.behind))

    def on(self, right: float, level: float, front: bool) -> np.ndarray:
        """The point of the front's or the back's surface at `right` metres from the middle."""
        wide, ahead, behind = self.section(level)
        depth = (1 - min(abs(right) / wide, 0.97) ** _ROUND) ** (1 / _ROUND)
        return self.world(right, depth * (ahead if front else -behind), level)

    def flank(self, side: float, level: float, back: float = 0.0) -> np.ndarray:
        """The point of the side's surface (side 1 right, -1 left), `back` radians behind the middle of the side."""
        wide, ahead, behind = self.section(level)
        aside, aft = np.cos(back), np.sin(back)
        depth = -behind if aft > 0 else ahead
        return self.world(side * wide * abs(aside) ** (2 / _ROUND), depth * abs(aft) ** (2 / _ROUND), level)

    def shoulder_top(self, right: float) -> np.ndarray:
        """The point on top of the shoulder at `right` metres from the neck's middle."""
        rising = self.levels <= 0.18
        return self.world(right, -0.01, float(np.interp(abs(right), self.wide[rising], self.levels[rising])))

    def _ratio(self, local: np.ndarray) -> np.ndarray:
        """1 on the surface, less inside."""
        wide, ahead, behind = self.section(local[:, 2])
        depth = np.where(local[:, 1] > 0, ahead, behind)
        return ((np.abs(local[:, 0]) / wide) ** _ROUND + (np.abs(local[:, 1]) / depth) ** _ROUND) ** (1 / _ROUND)

    def pushed_out(self, points: np.ndarray) -> np.ndarray:
        """Points [n, 3] with those inside brought to the surface."""
        local = self.local(points)
        ratio = np.clip(self._ratio(local), 0.3, 1.0)
        outside = local / np.stack([ratio, ratio, np.ones_like(ratio)], 1)
        return self.origin + (outside * (1, 1, -self.length)) @ self.basis.T

    def normals(self, points: np.ndarray) -> np.ndarray:
        """Outward unit vectors [n, 3] near the surface."""
        local = self.local(points)
        steps = np.eye(3) * (0.004, 0.004, 0.004 / self.length)
        slope = np.stack([self._ratio(local + step) - self._ratio(local - step) for step in steps], 1)
        slope = slope * (1, 1, -1) @ self.basis.T
        return slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-9)

    def clearance(self, out: np.ndarray, top: float, bottom: float) -> float:
        """How far the surface reaches along the horizontal `out` between two heights in metres above the ground."""
        heights = np.linspace(top, bottom, 6)
        levels = np.clip((self.origin[2] - heights) / self.length, 0.2, 1.25)
        right, forward = self.basis[:, 0] @ out, self.basis[:, 1] @ out
        wide, ahead, behind = self.section(levels)
        return float(np.hypot(wide * right, (ahead if forward > 0 else behind) * forward).max())
