"""Hair: a shell over the skull with a hairline, and what hangs or stands off it."""

from random import Random

import numpy as np

from ..language.describable import SLOT_PARTS
from ..people.person import Person
from ..rendering.surface import Finish, Surface
from .hanging import bun, curtains, ponytail
from .skeleton import Skeleton
from .skull import Skull, blend, dome_levels, look_seed, rim_level, ring

_AROUND = np.array([0.0, 28, 44, 58, 70, 80, 95, 112, 135, 180])  # azimuth of the hairline's corners, each side
_HAIRLINES = {  # level at each corner
    "shaved": (0.79, 0.79, 0.77, 0.67, 0.57, 0.47, 0.57, 0.42, 0.25, 0.22),
    "short": (0.79, 0.79, 0.76, 0.67, 0.56, 0.45, 0.56, 0.40, 0.22, 0.19),
    "medium": (0.76, 0.75, 0.70, 0.58, 0.46, 0.36, 0.34, 0.25, 0.10, 0.06),
    "tied": (0.81, 0.80, 0.76, 0.66, 0.55, 0.46, 0.57, 0.42, 0.24, 0.20),
    "long": (0.79, 0.77, 0.71, 0.57, 0.47, 0.42, 0.38, 0.30, 0.15, 0.10),
    "curly": (0.76, 0.74, 0.68, 0.58, 0.48, 0.42, 0.38, 0.28, 0.16, 0.12),
}
_LINE_OF = {"shaved": "shaved", "short": "short", "medium": "medium", "bob": "long", "long": "long",
            "ponytail": "tied", "bun": "tied", "curly": "curly"}
_THICK = {  # metres off the scalp: sides, top
    "shaved": (0.003, 0.004), "short": (0.009, 0.018), "medium": (0.018, 0.027), "bob": (0.017, 0.023),
    "long": (0.015, 0.023), "ponytail": (0.008, 0.013), "bun": (0.008, 0.013), "curly": (0.032, 0.045),
}
_FRINGED = 0.655  # level a fringe reaches down to: just above the brows


def hair_finish(person: Person) -> Finish:
    """Strands: fine contrast and a little shine; shaved hair lets the scalp through."""
    base = person.hair.paint.rgb
    if person.hair.style == "shaved":
        base = blend(person.skin, base, 0.72)
    gloss = 0.1 if person.hair.style in ("shaved", "curly") else 0.3
    return Finish(base, gloss=gloss, grain=0.45, folds=0.15, seed=look_seed(person, "hair") % 997)


def hairline(person: Person, rng: Random, azimuth: np.ndarray) -> np.ndarray:
    """Lowest level of the hair at each azimuth (degrees)."""
    style = person.hair.style
    corners = np.array(_HAIRLINES[_LINE_OF[style]])
    if style in ("short", "shaved") and person.age == "old" or style == "short" and rng.random() < 0.12:
        corners[:4] += (0.04, 0.09, 0.10, 0.06)  # receding at the temples
    elif style in ("short", "medium", "bob", "long", "curly") and rng.random() < (0.4 if style != "short" else 0.25):
        corners[:3] = _FRINGED
        corners[3] = max(_FRINGED - 0.06, corners[3] - 0.04)
    turned = np.abs((np.asarray(azimuth) + 180) % 360 - 180)
    return np.interp(turned, _AROUND, corners)


def hair_surfaces(person: Person, skeleton: Skeleton) -> list[Surface]:
    """Everything of the hair that the headwear leaves to see; about 450 triangles."""
    style = person.hair.style
    worn = person.headwear.kind if person.headwear else None
    if style == "bald" or worn == "headscarf":
        return []
    rng = Random(look_seed(person, "hairstyle"))
    skull, finish = Skull.of(person, skeleton), hair_finish(person)
    surfaces = [Surface(_shell(person, skull, rng, worn), finish, SLOT_PARTS["hair"])]
    under = Finish(blend(finish.base, (10, 8, 8), 0.2), gloss=0.2, grain=0.45, seed=finish.seed)
    if worn == "hood":  # what hangs lies inside
        return surfaces
    if style in ("long", "bob"):
        surfaces += curtains(person, skeleton, skull, rng, under, worn)
    elif style == "ponytail":
        surfaces += ponytail(person, skeleton, skull, rng, under, low=worn is not None)
    elif style == "bun" and (worn is None or rng.random() < 0.5):
        surfaces += bun(skull, rng, finish, low=worn is not None)
    return surfaces


def _shell(person: Person, skull: Skull, rng: Random, worn: str | None) -> np.ndarray:
    """Closed grid [rows, columns, 3] from hairline to crown."""
    style = person.hair.style
    columns, rows = (22, 10) if style == "curly" else (20, 9)
    around = ring(columns)
    line = hairline(person, rng, around)
    levels = dome_levels(line, rows)
    if style == "short":  # a little uneven
        levels[0] += np.array([rng.uniform(-0.012, 0.012) for _ in range(columns)])
    sides, top = _THICK[style]
    if person.gender == "man" and style == "short":
        sides *= rng.choice((0.4, 0.8, 1.0, 1.2))
        top *= rng.uniform(0.6, 1.6)
    share = np.clip((levels - 0.5) / 0.4, 0, 1)
    thick = sides + (top - sides) * share
    # The edge lies on the skin, so that the shell looks solid from the front.
    thick = thick * np.array([0.15, 0.75] + [1.0] * (rows - 2))[:, None]
    if style in ("short", "medium"):  # swept to one side from the parting
        way, front = rng.choice((-1, 1)), np.cos(np.radians(around))[None, :].clip(0)
        thick = thick + 0.25 * top * share * (front + 0.5 * way * np.sin(np.radians(around))[None, :])
    if style == "curly":
        bumps = np.array([[rng.uniform(-1, 1) for _ in range(columns)] for _ in range(rows)])
        bumps[0] *= 0.2
        bumps[-1] = 0.0
        thick = thick * rng.uniform(0.7, 1.3) + 0.009 * bumps
    if worn == "hood":
        thick = np.minimum(thick, 0.006)
    elif worn:
        thick = np.where(levels > rim_level(worn, around) - 0.02, np.minimum(thick, 0.004), thick)
    tall = np.broadcast_to(around, levels.shape)
    return skull.on(tall, levels, thick)
