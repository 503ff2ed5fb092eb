"""The bare head: skull and jaw, nose, ears, and the darker eyes and mouth."""

import numpy as np

from ..people.person import Person
from ..rendering.surface import Finish, Surface
from .skeleton import Skeleton
from .skull import LEVELS, SKIN, Skull, blend, look_seed, ring

_COLUMNS = 18
_LIPS = (150, 62, 66)
_NEARLY_BLACK = (22, 18, 17)


def head_surfaces(person: Person, skeleton: Skeleton) -> list[Surface]:
    """Skull, nose, ears and the marks of the face; about 700 triangles."""
    skull = Skull.of(person, skeleton)
    skin = Finish(person.skin, gloss=0.12)
    around, up = np.meshgrid(ring(_COLUMNS), LEVELS)
    return [Surface(skull.on(around, up), skin, SKIN), _nose(skull, skin), *_ears(skull, skin),
            *_face(person, skull)]


def _nose(skull: Skull, skin: Finish) -> Surface:
    """Bridge, tip and underside; rows run downwards."""
    size = skull.height / 0.23
    levels = np.array([0.53, 0.44, 0.35, 0.31])
    wide = np.array([0.007, 0.009, 0.017, 0.014]) * size
    deep = np.array([0.003, 0.012, 0.022, 0.001]) * size
    across = np.array([-1.0, -0.45, 0.45, 1.0])
    rise = np.array([-0.25, 0.85, 0.85, -0.25])
    face = skull.local(np.zeros(4), levels)[:, 1]
    points = np.stack([wide[:, None] * across, face[:, None] + deep[:, None] * rise,
                       np.repeat((levels[:, None] - 0.5) * skull.height, 4, axis=1)], -1)
    return Surface(skull.world(points), skin, SKIN, closed=False)


def _ears(skull: Skull, skin: Finish) -> list[Surface]:
    """Flat shells standing off the head."""
    found = []
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    finish = Finish(blend(skin.base, (190, 70, 60), 0.12), gloss=skin.gloss)
    for side in (-1, 1):
        root = skull.local(np.array(side * 97.0), np.array(0.44))
        rows = []
        for share, out in ((1.0, 0.0), (0.95, 0.012), (0.55, 0.010), (0.0, 0.004)):
            high = np.sin(angles) * 0.135 * skull.height * share
            long = np.cos(angles) * 0.075 * skull.height * share
            # The back edge stands further off than the front one.
            aside = root[0] + side * (out + 0.10 * (0.02 - long) - 0.002)
            rows.append(np.stack([aside, root[1] + long - 0.1 * high, root[2] + high], -1))
        found.append(Surface(skull.world(np.array(rows)), finish, SKIN))
    return found


def _face(person: Person, skull: Skull) -> list[Surface]:
    """Eye sockets, eyes, brows and mouth as thin patches."""
    skin, woman = person.skin, person.gender == "woman"
    shade = Finish(blend(skin, (60, 30, 25), 0.22))
    eye = Finish(blend(skin, _NEARLY_BLACK, 0.8), gloss=0.3)
    brow = Finish(blend(blend(skin, person.hair.paint.rgb, 0.65), _NEARLY_BLACK, 0.25))
    lips = Finish(blend(skin, _LIPS, 0.6 if woman else 0.42))
    dark = Finish(blend(skin, (70, 25, 25), 0.65))
    marks = []
    for side in (-1, 1):
        marks += [((side * 14, side * 38), (0.455, 0.555), 0.0015, shade),
                  ((side * 18, side * 33), (0.475, 0.515), 0.003, eye),
                  ((side * 13, side * 40), (0.565, 0.595), 0.002, brow)]
    wide = 19 + look_seed(person, "mouth") % 4
    marks += [((-wide, wide), (0.175, 0.23), 0.0015, lips), ((-wide + 2, wide - 2), (0.20, 0.213), 0.003, dark),
              ((-11, 11), (0.29, 0.315), 0.002, shade)]
    azimuths, levels, offsets, finishes = zip(*marks)
    across, up = np.linspace(0, 1, 3), np.linspace(0, 1, 2)[:, None]
    around = np.array([start + (end - start) * across + 0 * up for start, end in azimuths])
    high = np.array([start + (end - start) * up + 0 * across for start, end in levels])
    points = skull.on(around, high, np.array(offsets)[:, None, None] + 0 * around)
    return [Surface(grid, finish, SKIN, closed=False, casts=False) for grid, finish in zip(points, finishes)]
