"""What places are made of. Cities are mostly grey, beige and brown, with a few saturated things."""

from random import Random

from ..people.colours import CLOTHES, COLOURS, Rgb
from ..rendering.surface import Finish


def grey(rng: Random, low: float, high: float, tint: float = 10.0) -> Rgb:
    """A grey, slightly warm or cool, of sRGB brightness low..high."""
    value, warmth, green = rng.uniform(low, high), rng.gauss(0.25, 0.6) * tint, rng.gauss(0, 0.15) * tint
    return tuple(round(min(250, max(6, value + shift))) for shift in (warmth, green, -warmth))


def shifted(colour: Rgb, amount: float) -> Rgb:
    return tuple(round(min(252, max(4, c + amount))) for c in colour)


def any_colour(rng: Random) -> Rgb:
    """One of the colours clothes have, so that the background gives nothing away."""
    return COLOURS[rng.choice(list(CLOTHES))].sample(rng)


def paint(rng: Random, vivid: float = 0.3) -> Rgb:
    """Painted metal, plastic: mostly grey, sometimes a colour."""
    return any_colour(rng) if rng.random() < vivid else grey(rng, 25, 225, 12)


def seed(rng: Random) -> int:
    return rng.randrange(1 << 19)


def asphalt(rng: Random) -> Finish:
    base = grey(rng, 75, 170, 6)
    return Finish(base, "asphalt", shifted(base, rng.uniform(-34, -10)), rng.uniform(0.25, 1.5),
                  grain=rng.uniform(0, 0.25),
                  seed=seed(rng))


def concrete(rng: Random) -> Finish:
    base = grey(rng, 95, 205, 8)
    return Finish(base, "noise", shifted(base, rng.uniform(-45, -12)), rng.uniform(0.3, 2.0),
                  grain=rng.uniform(0, 0.12),
                  seed=seed(rng))


def slabs(rng: Random) -> Finish:
    base = rng.choice((grey(rng, 95, 205, 8), grey(rng, 120, 190, 14), (rng.randint(135, 180), 112, 96)))
    return Finish(base, "paving", shifted(base, rng.choice((-50, -32, -20, 22))), rng.uniform(0.2, 0.9),
                  grain=rng.uniform(0, 0.15), seed=seed(rng))


def bricks(rng: Random) -> Finish:
    warm, green = rng.uniform(0.25, 1.0), rng.uniform(68, 105)
    base = (round(95 + 65 * warm + rng.uniform(-20, 20)), round(green), round(green - rng.uniform(4, 22)))
    return Finish(base, "brick", grey(rng, 110, 190, 8), rng.uniform(0.18, 0.26), grain=rng.uniform(0, 0.15),
                  seed=seed(rng))


def tiles(rng: Random) -> Finish:
    base = grey(rng, 85, 230, 9) if rng.random() < 0.85 else any_colour(rng)
    return Finish(base, rng.choice(("tiles", "tiles", "paving")), shifted(base, rng.choice((-45, -25, -14, 20))),
                  rng.uniform(0.15, 0.8), gloss=rng.uniform(0, 0.5), seed=seed(rng))


def checks(rng: Random) -> Finish:
    return Finish(grey(rng, 130, 225), "checks", grey(rng, 50, 160), rng.uniform(0.3, 0.8), gloss=rng.uniform(0, 0.5))


def planks(rng: Random) -> Finish:
    brown = rng.uniform(70, 190)
    base = (round(brown), round(brown * rng.uniform(0.7, 0.88)), round(brown * rng.uniform(0.48, 0.75)))
    return Finish(base, "planks", shifted(base, -38), rng.uniform(0.1, 0.2), gloss=rng.uniform(0, 0.3), seed=seed(rng))


def lino(rng: Random) -> Finish:
    """Carpet, linoleum, rubber: one colour, a little worn."""
    base = paint(rng, 0.35)
    return Finish(base, "noise", shifted(base, rng.choice((-16, 12))), rng.uniform(0.2, 1.5), gloss=rng.uniform(0, 0.3),
                  grain=rng.uniform(0, 0.2), seed=seed(rng))


def grass(rng: Random) -> Finish:
    dry = rng.random()
    light = rng.uniform(0.7, 1.15)
    base = tuple(round(light * c) for c in (88 + 60 * dry, 116 + 14 * dry, 58 + 24 * dry))
    return Finish(base, "grass", shifted(base, -42), rng.uniform(0.15, 0.5), grain=rng.uniform(0.2, 0.6),
                  seed=seed(rng))


def leaves(rng: Random) -> Finish:
    light = rng.uniform(0.45, 1.1)
    base = tuple(round(light * c) for c in (rng.randint(70, 120), rng.randint(95, 125), rng.randint(45, 75)))
    return Finish(base, "grass", shifted(base, -55), rng.uniform(0.2, 0.6), grain=rng.uniform(0.3, 0.8), seed=seed(rng))


def plaster(rng: Random) -> Finish:
    base = grey(rng, 110, 235, 12) if rng.random() < 0.85 else any_colour(rng)
    return Finish(base, "noise", shifted(base, rng.uniform(-22, -6)), rng.uniform(0.5, 3), seed=seed(rng))


def glass(rng: Random) -> Finish:
    """A window in daylight: dark, with vague reflections; or the lit room behind."""
    base = grey(rng, 25, 95, 8) if rng.random() < 0.75 else grey(rng, 120, 220, 12)
    return Finish(base, "noise", shifted(base, rng.uniform(10, 60)), rng.uniform(0.4, 1.8), gloss=0.5, seed=seed(rng))


def metal(rng: Random) -> Finish:
    return Finish(grey(rng, 60, 200, 5), gloss=rng.uniform(0.3, 0.8), seed=seed(rng))


def painted(rng: Random, vivid: float = 0.3) -> Finish:
    return Finish(paint(rng, vivid), gloss=rng.uniform(0, 0.5), seed=seed(rng))


def stone(rng: Random) -> Finish:
    base = grey(rng, 110, 205, 16)
    return Finish(base, "noise", shifted(base, rng.uniform(-50, -15)), rng.uniform(0.1, 0.6), gloss=rng.uniform(0, 0.3),
                  grain=rng.uniform(0, 0.2), seed=seed(rng))


OUTDOOR_FLOORS = (asphalt, asphalt, slabs, slabs, slabs, concrete, concrete, bricks)
INDOOR_FLOORS = (tiles, tiles, tiles, stone, lino, lino, concrete, checks, planks)
OUTDOOR_WALLS = (plaster, plaster, concrete, bricks, stone, slabs)
INDOOR_WALLS = (plaster, plaster, plaster, tiles, concrete, stone, planks)
