"""Hands with loosely curled fingers, bare or gloved."""

import numpy as np

from ..people.person import Person
from ..rendering.solids import tube
from ..rendering.surface import Finish, Surface
from .skeleton import Skeleton
from .skull import SKIN

_ALONG = np.array((-0.1, 0.35, 0.75, 1.1, 1.45, 1.6))  # from wrist (0) past knuckles (1), wrist to hand = 1
_CURL = np.array((0.0, 0.0, 0.03, 0.12, 0.36, 0.62))  # towards the palm, same unit
_WIDE = np.array((0.024, 0.036, 0.042, 0.040, 0.035, 0.027))  # half widths in metres at a stature of 1.75 m
_DEEP = np.array((0.022, 0.018, 0.017, 0.016, 0.015, 0.012))


def hand_surfaces(person: Person, skeleton: Skeleton) -> list[Surface]:
    """Both hands, about 250 triangles; none for hands in pockets. Gloves show no skin, so they are no skin part."""
    if skeleton.pose.gesture == "pockets" and not skeleton.pose.busy:
        return []
    gloved = person.gloves is not None
    finish = Finish(person.gloves.rgb, gloss=0.1, grain=0.1) if gloved else Finish(person.skin, gloss=0.12)
    part, size = 0 if gloved else SKIN, skeleton.height / 1.75 * (1.1 if gloved else 1.0)
    size *= 1.0 if person.gender == "man" else 0.9
    return [surface for name, sign in (("r", -1.0), ("l", 1.0))
            for surface in _hand(skeleton, name, sign, finish, part, size, gloved)]


def _hand(skeleton: Skeleton, name: str, inward: float, finish: Finish, part: int, size: float,
          gloved: bool) -> list[Surface]:
    wrist, hand = skeleton.joints[f"wrist_{name}"], skeleton.joints[f"hand_{name}"]
    reach = float(np.linalg.norm(hand - wrist))
    along = (hand - wrist) / reach
    palm = skeleton.side * inward - skeleton.facing * 0.35  # where the palm looks on a hanging arm
    palm = palm - along * (palm @ along)
    palm = palm / max(np.linalg.norm(palm), 1e-6)
    thumb = np.cross(along, palm)
    thumb = thumb * (1.0 if thumb @ (skeleton.facing + np.array((0, 0, 0.7))) > 0 else -1.0)
    path = wrist + along * (_ALONG * reach)[:, None] + palm * (_CURL * reach)[:, None]
    found = tube(path, np.stack([_WIDE, _DEEP], 1) * size, finish, part, columns=8, up=palm)
    steps = np.array((0.3, 0.7, 1.1))
    out = np.array((0.022, 0.042, 0.040)) * size
    tip = wrist + along * (steps * reach)[:, None] + thumb * out[:, None] + palm * np.array((0.0, 0.012, 0.03))[:, None]
    found += tube(tip, np.array((0.013, 0.011, 0.008)) * size, finish, part, columns=6, up=palm)
    if gloved:
        cuff = wrist + along * np.array((-0.045, 0.015))[:, None]
        found += tube(cuff, np.full(2, skeleton.shape.wrist + 0.012), finish, part, columns=8, up=palm, caps=False)
    return found
