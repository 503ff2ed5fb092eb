"""From a garment's facts to the finish of its cloth."""

from random import Random

from ..people.person import Garment
from ..rendering.surface import Finish

# gloss, folds, grain of each fabric.
_FABRICS = {
    "cotton": (0.02, 0.55, 0.06),
    "knit": (0.0, 0.3, 0.22),
    "denim": (0.02, 0.42, 0.2),
    "leather": (0.5, 0.4, 0.04),
    "nylon": (0.22, 0.6, 0.03),
    "wool": (0.0, 0.25, 0.16),
}
# Smallest and largest repeat in metres.
_SCALES = {
    "stripes": (0.035, 0.13),
    "vertical stripes": (0.02, 0.08),
    "plaid": (0.06, 0.2),
    "dots": (0.03, 0.08),
    "floral": (0.06, 0.16),
}
_TRUNK_ONLY = ("logo", "print", "blocks", "sleeves", "side stripe")


def cloth(garment: Garment, trunk: bool = True) -> Finish:
    """Finish of the trunk, or of sleeves and legs, which carry no print."""
    rng = Random(garment.detail)
    gloss, folds, grain = _FABRICS[garment.fabric]
    pattern = garment.pattern if trunk or garment.pattern not in _TRUNK_ONLY else "plain"
    base = garment.paint.rgb
    if garment.pattern == "sleeves":
        pattern = "plain"
        if not trunk and garment.second:
            base = garment.second.rgb
    folds *= rng.uniform(0.5, 1.25) * (0.25 if garment.kind == "leggings" else 1.0)
    return Finish(
        base,
        pattern,
        garment.second.rgb if garment.second else None,
        rng.uniform(*_SCALES.get(pattern, (0.1, 0.1))),
        gloss,
        folds,
        grain,
        garment.detail,
    )


def darker(finish: Finish, share: float) -> Finish:
    """The same cloth in a shade: seams, zips, cuffs."""
    return Finish(tuple(int(c * share) for c in finish.base), gloss=finish.gloss, grain=finish.grain)
