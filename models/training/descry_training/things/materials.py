"""What things are made of."""

from random import Random

from ..people.person import Bag, Paint
from ..rendering.surface import Finish, Rgb

METAL = Finish((150, 152, 156), gloss=0.7)
DARK_METAL = Finish((52, 53, 56), gloss=0.5)
RUBBER = Finish((24, 24, 26), gloss=0.1)
PLASTIC = Finish((34, 34, 37), gloss=0.35)

# kind -> chance of leather, and (gloss, folds, grain) when it is not.
_CLOTHS: dict[str, tuple[float, tuple[float, float, float]]] = {
    "backpack": (0.08, (0.12, 0.28, 0.12)),
    "shoulder bag": (0.45, (0.08, 0.25, 0.15)),
    "handbag": (0.8, (0.15, 0.2, 0.1)),
    "tote bag": (0.12, (0.0, 0.45, 0.2)),
    "suitcase": (0.0, (0.35, 0.03, 0.08)),
    "plastic bag": (0.0, (0.45, 1.0, 0.0)),
    "paper bag": (0.0, (0.08, 0.22, 0.05)),
    "briefcase": (0.7, (0.15, 0.06, 0.1)),
    "waist bag": (0.15, (0.1, 0.25, 0.12)),
    "sports bag": (0.05, (0.15, 0.4, 0.12)),
}


def shade(rgb: Rgb, factor: float) -> Rgb:
    """Darker (factor < 1) or lighter."""
    return tuple(min(255, max(0, round(channel * factor))) for channel in rgb)


def bag_cloth(bag: Bag, printed: bool = False) -> Finish:
    """The bag's main material; `printed` puts the second colour on it as a print."""
    leather, cloth = _CLOTHS[bag.kind]
    gloss, folds, grain = (0.4, 0.15, 0.08) if Random(f"{bag.detail}leather").random() < leather else cloth
    pattern, second = ("print", bag.second.rgb) if printed and bag.second else ("plain", None)
    return Finish(bag.paint.rgb, pattern, second, 0.1, gloss, folds, grain, bag.detail)


def panel_cloth(bag: Bag) -> Finish:
    """Of pockets and flaps: the second colour, or the first a little darker, so that a seam is seen."""
    cloth = bag_cloth(bag)
    return Finish(
        bag.second.rgb if bag.second else shade(bag.paint.rgb, 0.86),
        "plain",
        None,
        0.1,
        cloth.gloss,
        cloth.folds,
        cloth.grain,
        bag.detail + 1,
    )


def strap_cloth(bag: Bag) -> Finish:
    """Of straps and handles: most are like the bag, many of a backpack's are black."""
    dark = Random(f"{bag.detail}strap").random() < (
        0.45 if bag.kind in ("backpack", "sports bag", "waist bag") else 0.15
    )
    return Finish((30, 30, 33) if dark else shade(bag.paint.rgb, 0.92), gloss=bag_cloth(bag).gloss * 0.6)


def painted(paint: Paint, gloss: float = 0.2, folds: float = 0.0, seed: int = 0) -> Finish:
    return Finish(paint.rgb, gloss=gloss, folds=folds, seed=seed)
