"""Draw lots for a person whose parts go together."""

import colorsys
from random import Random

from . import belongings, garments, wardrobe
from .colours import CLOTHES, COLOURS, Rgb
from .garments import LAYERED, SLEEVELESS, contrasting, paint
from .person import Garment, Hair, Paint, Person, kinds_of

SKIN_TONES = [(242, 209, 184), (236, 196, 168), (230, 186, 156), (214, 168, 134), (205, 156, 122), (188, 138, 104),
              (172, 124, 92), (148, 102, 76), (126, 86, 64), (105, 70, 53), (88, 60, 47), (64, 45, 38)]
HAIR_COLOURS: dict[str, Rgb] = {"black": (24, 21, 21), "dark brown": (48, 34, 27), "brown": (82, 56, 38),
                                "blond": (190, 155, 100), "gray": (140, 140, 140), "white": (210, 208, 204),
                                "red": (142, 66, 34)}
HAIR_STYLES: dict[str, dict[str, float]] = {
    "woman": {"short": 1.5, "medium": 3, "bob": 2, "long": 6, "ponytail": 4, "bun": 2, "curly": 1.2, "shaved": 0.1},
    "man": {"short": 13, "shaved": 1.8, "bald": 1.5, "medium": 1.3, "long": 0.6, "ponytail": 0.4, "bun": 0.3,
            "curly": 1.1},
}
HEADWEAR: dict[str, dict[str, float]] = {
    "warm": {"cap": 7, "hat": 3, "headscarf": 1.3, "helmet": 0.8, "beanie": 0.3, "hood": 2},
    "mild": {"cap": 5, "hat": 1.5, "beanie": 2, "headscarf": 1.3, "hood": 12, "helmet": 0.8},
    "cold": {"cap": 3, "hat": 1.5, "beanie": 6, "headscarf": 1.3, "hood": 12, "helmet": 0.6},
}
MASKS: dict[str, float] = {"white": 3, "light blue": 4, "black": 3, "pink": 0.3}


def sample_person(rng: Random, withheld: frozenset[str] = frozenset(),
                  required: frozenset[str] = frozenset()) -> Person:
    """Nobody with any of the kinds or patterns `withheld`; somebody with at least one of those `required`.

    Both together give a test set with clothes that training never shows. By trying again, at most 10,000 times.
    """
    for _ in range(10_000):
        person = _person(rng)
        kinds = kinds_of(person) if withheld or required else frozenset()
        if not kinds & withheld and (not required or kinds & required):
            return person
    raise ValueError(f"nobody without {sorted(withheld)} and with any of {sorted(required)}")


def _person(rng: Random) -> Person:
    gender = rng.choices(("man", "woman"), (53, 47))[0]
    age = rng.choices(("child", "young", "adult", "old"), (1.0, 6.0, 8.5, 1.5))[0]
    season = wardrobe.pick(rng, wardrobe.SEASONS)
    upper = garments.upper(rng, gender, season)
    if age == "child" and upper.kind in ("suit", "safety vest", "uniform", "leather jacket"):
        upper = garments.upper(rng, gender, season)
    shows_inner = upper.open or upper.kind in (SLEEVELESS - {"tank top"}) or upper.kind == "suit"
    inner = garments.inner(rng, upper) if upper.kind in LAYERED | {"shirt"} and shows_inner else None
    lower = None if upper.kind == "dress" else garments.lower(rng, gender, season, upper)
    shoes = garments.shoes(rng, gender, season, upper)
    if age == "child" and shoes.kind == "heels":
        shoes = garments.shoes(rng, "man", season, upper)
    bags = belongings.bags(rng, gender, age)
    free = sorted({1, -1} - belongings.hands_of(bags))
    umbrella = belongings.umbrella(rng) if free and rng.random() < 0.035 else None
    if umbrella:
        free = free[1:]
    pushed = belongings.pushed(rng) if len(free) == 2 and rng.random() < 0.075 else None
    held = None if pushed else belongings.held(rng, free, season)
    return Person(
        gender=gender,
        age=age,
        build=rng.choices(("slim", "average", "heavy"), (3, 6, 2))[0],
        height=rng.choices(("short", "average", "tall"), (1, 4, 1))[0],
        skin=_jitter(rng, rng.choice(SKIN_TONES), 9),
        hair=sample_hair(rng, gender, age),
        upper=upper,
        inner=inner,
        lower=lower,
        shoes=shoes,
        socks=_socks(rng, lower, shoes, upper),
        headwear=_headwear(rng, gender, season, upper),
        headphones=paint(rng, {"black": 6, "white": 5, "red": 1}) if rng.random() < 0.035 else None,
        eyewear=rng.choices((None, "glasses", "sunglasses"), (20, 2.6, 1.8 if season == "warm" else 0.6))[0],
        beard=gender == "man" and age != "child" and rng.random() < 0.16,
        mask=_mask(rng),
        scarf=paint(rng, CLOTHES) if rng.random() < (0.2 if season == "cold" else 0.025) else None,
        tie=_tie(rng, upper, inner),
        gloves=paint(rng, {"black": 6, "gray": 2, "brown": 2, "red": 1, "white": 1})
        if season == "cold" and rng.random() < 0.16 else None,
        bags=bags,
        umbrella=umbrella,
        held=held,
        pushed=pushed,
    )


def _jitter(rng: Random, rgb: Rgb, amount: int) -> Rgb:
    return tuple(min(255, max(0, c + rng.randint(-amount, amount))) for c in rgb)


def sample_hair(rng: Random, gender: str, age: str) -> Hair:
    styles = HAIR_STYLES[gender]
    if age == "child":
        styles = {k: v for k, v in styles.items() if k not in ("bald", "shaved")}
    style = wardrobe.pick(rng, styles)
    weights: dict[str, float] = {"black": 10, "dark brown": 5, "brown": 4, "blond": 3, "gray": 0.8, "white": 0.2,
                                 "red": 0.8, "dyed": 0.5}
    if age == "old":
        weights = {"gray": 6, "white": 4, "dark brown": 1, "black": 1}
    elif age == "child":
        weights = {"black": 8, "dark brown": 4, "brown": 3, "blond": 3, "red": 0.7}
    name = wardrobe.pick(rng, weights)
    if name == "dyed":
        hue = rng.choice((0.93, 0.83, 0.6, 0.75, 0.38, 0.0)) + rng.uniform(-0.02, 0.02)
        channels = colorsys.hsv_to_rgb(hue % 1, rng.uniform(0.5, 0.8), rng.uniform(0.4, 0.8))
        return Hair(style, Paint(name, tuple(round(255 * c) for c in channels)))
    return Hair(style, Paint(name, _jitter(rng, HAIR_COLOURS[name], 12)))


def _socks(rng: Random, lower: Garment | None, shoes: Garment, upper: Garment) -> Paint | None:
    """Socks matter only where a leg shows above the shoe."""
    hem = lower.hem if lower else upper.hem
    if hem > 0.92 or shoes.kind in ("sandals", "heels", "flats", "boots") or rng.random() > 0.6:
        return None
    return paint(rng, {"white": 10, "black": 6, "gray": 3, "navy": 1, "red": 0.7, "blue": 0.7, "yellow": 0.4,
                       "pink": 0.4})


def _headwear(rng: Random, gender: str, season: str, upper: Garment) -> Garment | None:
    if rng.random() > {"warm": 0.17, "mild": 0.17, "cold": 0.34}[season]:
        return None
    weights = dict(HEADWEAR[season])
    if gender == "man":
        weights["headscarf"] = 0
    if not upper.hood:
        weights.pop("hood", None)
    kind = wardrobe.pick(rng, weights)
    if kind == "hood":
        return Garment("hood", upper.paint, fabric=upper.fabric, detail=upper.detail)
    return garments.headwear(rng, kind)


def _mask(rng: Random) -> Paint | None:
    if rng.random() > 0.06:
        return None
    name = wardrobe.pick(rng, MASKS)
    return Paint(name, COLOURS[name].sample(rng))


def _tie(rng: Random, upper: Garment, inner: Garment | None) -> Paint | None:
    suited = upper.kind == "suit" and inner is not None and inner.kind == "shirt"
    shirted = upper.kind in ("shirt", "uniform") and upper.sleeve == 1.0 and not upper.open
    if rng.random() > (0.5 if suited else 0.08 if shirted else 0.0):
        return None
    return contrasting(rng, inner.paint if suited else upper.paint, {"navy": 4, "red": 4, "maroon": 2, "blue": 3,
                                                                     "gray": 2})
