"""The head as a shape that other things sit on: a point for every direction around it and level on it."""

import zlib
from dataclasses import dataclass

import numpy as np

from ..people.colours import Rgb
from ..people.person import Person
from .skeleton import Skeleton

SKIN = 14  # part number of bare skin

# Outline at each level (0 chin, 1 crown): half width, front and back as fractions of the half width and half depth.
# Read off anthropometric head sections (breadth 0.152 m, length 0.197 m, menton to vertex 0.232 m for men).
LEVELS = np.array([0.0, 0.04, 0.12, 0.22, 0.33, 0.45, 0.56, 0.68, 0.78, 0.87, 0.94, 0.98, 1.0])
_WIDE = np.array([0.26, 0.48, 0.66, 0.79, 0.88, 0.94, 0.985, 1.0, 0.97, 0.85, 0.62, 0.37, 0.0])
_FRONT = np.array([0.66, 0.84, 0.88, 0.88, 0.89, 0.90, 0.97, 0.97, 0.91, 0.76, 0.53, 0.30, 0.0])
_BACK = np.array([0.10, -0.10, -0.30, -0.58, -0.80, -0.92, -0.99, -1.0, -0.96, -0.83, -0.62, -0.42, 0.0])
_DEPTH_OF_WIDTH = 1.27  # head length over breadth


# Level of the rim under which hair shows, at the front and at the back.
_RIMS = {"cap": (0.72, 0.50), "beanie": (0.68, 0.38), "hat": (0.68, 0.56), "helmet": (0.70, 0.42)}


def blend(first: Rgb, second: Rgb, amount: float) -> Rgb:
    """The colour `amount` (0..1) of the way from first to second."""
    return tuple(round(a + (b - a) * amount) for a, b in zip(first, second))


def look_seed(person: Person, salt: str = "") -> int:
    """A number fixed by the person: the same small details (parting, fringe, bun height) in all their crops."""
    key = f"{salt}{person.skin}{person.hair}{person.gender}{person.upper.detail}{person.shoes.detail}"
    return zlib.crc32(key.encode())


@dataclass(frozen=True)
class Skull:
    """Azimuth in degrees: 0 the nose, 90 the right ear, 180 the back. Level: 0 chin, 1 crown, may go beyond."""

    centre: np.ndarray  # [3] middle between chin and crown, world metres
    basis: np.ndarray  # [3, 3] columns: right, forward, up
    half_width: float  # metres
    half_depth: float
    height: float  # chin to crown
    jaw: float  # width of the lower face against the usual

    @staticmethod
    def of(person: Person, skeleton: Skeleton) -> "Skull":
        height = skeleton.shape.head_height
        half_width = skeleton.shape.head_width / 2
        jaw = {"man": 1.05, "woman": 0.94}[person.gender] * {"slim": 0.96, "average": 1.0, "heavy": 1.1}[person.build]
        return Skull(np.asarray(skeleton.joints["head"], float), np.asarray(skeleton.head_basis, float), half_width,
                     half_width * _DEPTH_OF_WIDTH, height, jaw)

    def local(self, azimuth: np.ndarray, level: np.ndarray, offset: np.ndarray | float = 0.0,
              hang: bool = False) -> np.ndarray:
        """Points [..., 3] in head axes, `offset` metres off the surface; `hang`: fall straight down below the ears."""
        azimuth, level = np.broadcast_arrays(np.asarray(azimuth, float), np.asarray(level, float))
        section = np.clip(level, 0.45 if hang else 0.0, 1.0)
        angle = np.radians(azimuth)
        wide = np.interp(section, LEVELS, _WIDE)
        wide = wide * np.where(section < 0.45, 1 + (self.jaw - 1) * (1 - section / 0.45), 1.0)
        ahead = np.cos(angle)
        deep = np.where(ahead >= 0, np.interp(section, LEVELS, _FRONT), -np.interp(section, LEVELS, _BACK))
        x, y = self.half_width * wide * np.sin(angle), self.half_depth * deep * ahead
        z = (level - 0.5) * self.height
        # Outwards as on an ellipsoid around the middle of the braincase; sideways only below it.
        above = np.maximum(section - 0.62, 0) * self.height
        out = np.stack([x / self.half_width ** 2, y / self.half_depth ** 2, above / (0.4 * self.height) ** 2], -1)
        out /= np.maximum(np.linalg.norm(out, axis=-1, keepdims=True), 1e-6)
        return np.stack([x, y, z], -1) + out * np.asarray(offset)[..., None]

    def world(self, local: np.ndarray) -> np.ndarray:
        """Head axes to world metres, float32."""
        return (self.centre + np.asarray(local) @ self.basis.T).astype(np.float32)

    def on(self, azimuth: np.ndarray, level: np.ndarray, offset: np.ndarray | float = 0.0,
           hang: bool = False) -> np.ndarray:
        """World points [..., 3] at azimuth and level, `offset` metres off the skin."""
        return self.world(self.local(azimuth, level, offset, hang))

    def patch(self, azimuths: tuple[float, float], levels: tuple[float, float], offset: float = 0.0015, rows: int = 2,
              columns: int = 3) -> np.ndarray:
        """A small piece of the face, world points [rows, columns, 3]."""
        around, up = np.meshgrid(np.linspace(*azimuths, columns), np.linspace(*levels, rows))
        return self.on(around, up, offset)


def ring(columns: int) -> np.ndarray:
    """Azimuths of the columns of a closed shell, starting at the back so that its seam is out of sight."""
    return 180.0 + np.arange(columns) * 360.0 / columns


def dome_levels(rim: np.ndarray, rows: int, top: float = 1.0) -> np.ndarray:
    """Levels [rows, columns] from each column's rim up to the crown, closer together near the crown."""
    share = np.sin(np.linspace(0, np.pi / 2, rows))[:, None]
    return rim[None, :] + (top - rim[None, :]) * share


def rim_level(headwear: str, azimuth: np.ndarray) -> np.ndarray:
    """Level of the rim of a cap, beanie, hat or helmet at each azimuth (degrees)."""
    front, back = _RIMS[headwear]
    return back + (front - back) * (0.5 + 0.5 * np.cos(np.radians(azimuth)))
