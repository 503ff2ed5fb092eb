"""One garment of each layer, with all that belongs to its kind: cut, fabric, pattern, fastening."""

from random import Random

from . import wardrobe
from .colours import BAGS, CLOTHES, COLOURS, JEANS, SHOES, TROUSERS, difference, pick_colour
from .person import UPPER_KINDS, Garment, Paint

LAYERED = {"jacket", "denim jacket", "leather jacket", "track jacket", "coat", "suit", "vest", "cardigan", "puffer",
           "safety vest", "raincoat", "hoodie"}
SLEEVELESS = {"vest", "tank top", "safety vest"}
SHORT_SLEEVED = {"t-shirt": 0.86, "polo": 0.93, "jersey": 0.85, "blouse": 0.45, "dress": 0.5, "shirt": 0.3,
                 "uniform": 0.4}
HOODED = {"hoodie": 1.0, "raincoat": 0.9, "puffer": 0.55, "jacket": 0.3, "coat": 0.15}
COLLARS = {"shirt": {"shirt": 1}, "polo": {"polo": 1}, "suit": {"lapels": 1}, "uniform": {"shirt": 3, "stand": 1},
           "denim jacket": {"shirt": 1}, "blouse": {"shirt": 3, "v-neck": 2, "none": 4},
           "jacket": {"stand": 5, "shirt": 2, "none": 1}, "track jacket": {"stand": 1},
           "leather jacket": {"stand": 2, "lapels": 3}, "puffer": {"stand": 1},
           "coat": {"lapels": 6, "stand": 3, "none": 1}, "raincoat": {"stand": 1},
           "sweater": {"none": 7, "v-neck": 2, "turtleneck": 2}, "cardigan": {"v-neck": 3, "none": 1},
           "t-shirt": {"none": 9, "v-neck": 2}, "vest": {"v-neck": 2, "stand": 2, "none": 1},
           "dress": {"none": 6, "v-neck": 2, "shirt": 1}, "jersey": {"v-neck": 1, "none": 2}}
OPEN_CHANCE = {"cardigan": 0.75, "hoodie": 0.22, "puffer": 0.35, "raincoat": 0.2, "safety vest": 0.4, "suit": 0.65,
               "shirt": 0.06, "vest": 0.5}
SAFETY_COLOURS = {"lime": 4, "orange": 3, "yellow": 3}
UNIFORM_COLOURS = {"navy": 5, "light blue": 3, "black": 3, "blue": 2, "white": 2, "green": 1, "dark green": 1,
                   "olive": 1, "tan": 1}
SUIT_COLOURS = {"black": 7, "navy": 5, "charcoal": 5, "gray": 3, "brown": 1, "tan": 1, "beige": 0.6, "white": 0.3}
SHIRT_COLOURS = {"white": 9, "light blue": 5, "black": 2, "pink": 1, "gray": 1, "silver": 1, "navy": 1, "lavender": 0.5}
COLD_COLOURS = {name: weight * (0.45 if COLOURS[name].value[0] > 0.6 else 1.3) for name, weight in CLOTHES.items()}
LEATHER_COLOURS = {"black": 12, "dark brown": 4, "brown": 3, "maroon": 1, "red": 0.5, "tan": 0.6}


def paint(rng: Random, weights: dict[str, float], alike: float = 0.22) -> Paint:
    name = pick_colour(rng, weights, alike)
    return Paint(name, COLOURS[name].sample(rng))


def contrasting(rng: Random, main: Paint, weights: dict[str, float] = CLOTHES) -> Paint:
    """A second colour that can be told from the first; white and black go with everything."""
    others = {name: weight / 2 for name, weight in weights.items() if name not in ("white", "black")}
    second = paint(rng, {"white": 30, "black": 15, **others})
    if difference(second.rgb, main.rgb) < 140:
        name = "white" if sum(main.rgb) < 400 else "black"
        second = Paint(name, COLOURS[name].sample(rng))
    return second


def seed(rng: Random) -> int:
    return rng.getrandbits(31)


def _upper_paint(rng: Random, kind: str, season: str) -> Paint:
    match kind:
        case "safety vest":
            return paint(rng, SAFETY_COLOURS)
        case "uniform":
            return paint(rng, UNIFORM_COLOURS, 0.1)
        case "suit":
            return paint(rng, SUIT_COLOURS, 0.12)
        case "denim jacket":
            return paint(rng, JEANS, 0.1)
        case "leather jacket":
            return paint(rng, LEATHER_COLOURS)
        case "shirt" if rng.random() < 0.4:
            return paint(rng, SHIRT_COLOURS)
    return paint(rng, COLD_COLOURS if season == "cold" else CLOTHES)


def _sleeve(rng: Random, kind: str, season: str) -> float:
    if kind in SLEEVELESS or kind in ("dress", "blouse") and rng.random() < (0.35 if kind == "dress" else 0.12):
        return 0.0
    short = SHORT_SLEEVED.get(kind, 0.0) * {"warm": 1.0, "mild": 0.6, "cold": 0.2}[season]
    if kind == "shirt" and season == "warm":
        short = 0.5
    if rng.random() < short:
        return rng.uniform(0.3, 0.54)
    rolled = 0.25 if kind in ("shirt", "blouse", "sweater", "cardigan", "dress",
                              "hoodie") and season != "cold" else 0.02
    return rng.uniform(0.62, 0.78) if rng.random() < rolled else 1.0


def upper(rng: Random, gender: str, season: str) -> Garment:
    kind = wardrobe.pick(rng, wardrobe.UPPER_KINDS[gender, season])
    if rng.random() < 0.08:
        kind = rng.choice([each for each in UPPER_KINDS if gender == "woman" or each not in ("dress", "blouse")])
    main = _upper_paint(rng, kind, season)
    pattern = wardrobe.pick(rng, wardrobe.PATTERNS[kind])
    if gender == "man" and pattern == "floral" and rng.random() < 0.6:
        pattern = "plain"
    opened = kind in LAYERED | {"shirt"} and rng.random() < OPEN_CHANCE.get(kind, 0.42)
    return Garment(
        kind, main, pattern, contrasting(rng, main) if pattern != "plain" else None,
        fabric=wardrobe.pick(rng, wardrobe.FABRICS.get(kind, {"cotton": 1})),
        sleeve=_sleeve(rng, kind, season),
        hem=rng.uniform(*wardrobe.HEMS.get(kind, (0.505, 0.56))),
        loose=rng.uniform(*wardrobe.LOOSENESS.get(kind, (0.96, 1.18))),
        open=opened,
        hood=rng.random() < HOODED.get(kind, 0.0),
        collar=wardrobe.pick(rng, COLLARS.get(kind, {"none": 1})),
        belt=rng.random() < {"coat": 0.2, "dress": 0.22, "raincoat": 0.1}.get(kind, 0.0),
        tucked=kind in ("shirt", "blouse", "polo", "t-shirt", "tank top") and not opened
        and rng.random() < {"shirt": 0.45, "blouse": 0.3, "polo": 0.2}.get(kind, 0.1),
        detail=seed(rng),
    )


def inner(rng: Random, outer: Garment) -> Garment:
    """What shows under an open or sleeveless outer garment; `sleeve` bare only under sleeveless ones in summer."""
    if outer.kind == "suit":
        kind = wardrobe.pick(rng, {"shirt": 8, "t-shirt": 1.2, "sweater": 0.8})
    elif outer.kind in ("coat", "puffer"):
        kind = wardrobe.pick(rng, {"sweater": 4, "shirt": 2.5, "hoodie": 2, "t-shirt": 2})
    elif outer.kind in ("shirt", "hoodie", "cardigan"):
        kind = wardrobe.pick(rng, {"t-shirt": 6, "tank top": 1, "shirt": 0 if outer.kind == "shirt" else 1})
    else:
        kind = wardrobe.pick(rng, {"t-shirt": 5, "shirt": 3.5, "sweater": 2, "hoodie": 1.5})
    main = paint(rng, SHIRT_COLOURS if kind == "shirt" else CLOTHES)
    if difference(main.rgb, outer.paint.rgb) < 60 and rng.random() < 0.7:
        main = contrasting(rng, outer.paint)
    pattern = wardrobe.pick(rng, wardrobe.PATTERNS[kind]) if rng.random() < 0.6 else "plain"
    sleeve = {"t-shirt": rng.uniform(0.32, 0.52), "tank top": 0.0}.get(kind, 1.0)
    return Garment(
        kind, main, pattern, contrasting(rng, main) if pattern != "plain" else None,
        fabric=wardrobe.pick(rng, wardrobe.FABRICS.get(kind, {"cotton": 1})), sleeve=sleeve,
        hem=min(rng.uniform(0.5, 0.56), max(0.5, outer.hem + 0.03)), hood=kind == "hoodie",
        collar=wardrobe.pick(rng, COLLARS.get(kind, {"none": 1})), detail=seed(rng),
    )


def lower(rng: Random, gender: str, season: str, top: Garment) -> Garment:
    formal = top.kind == "suit" or top.kind == "uniform"
    kind = wardrobe.pick(rng, wardrobe.LOWER_KINDS[gender])
    if rng.random() < wardrobe.BARE_LEGS_CHANCE[gender, season] * (0.15 if formal else 1):
        kind = wardrobe.pick(rng, wardrobe.BARE_LEGS[gender])
    if formal and kind not in ("skirt", "shorts") and rng.random() < 0.88:
        kind = "trousers"
    if top.kind == "track jacket" and rng.random() < 0.5:
        kind = "joggers"
    main = paint(rng, JEANS if kind == "jeans" else TROUSERS, 0.12 if formal else 0.22)
    if (top.kind == "suit" and rng.random() < 0.85) or (top.kind == "track jacket" and rng.random() < 0.4):
        main = top.paint
    pattern = "plain" if formal else wardrobe.pick(rng, wardrobe.PATTERNS[kind])
    if gender == "man" and pattern == "floral" and kind != "shorts":
        pattern = "plain"
    second = contrasting(rng, main) if pattern != "plain" else None
    fabric = wardrobe.pick(rng, wardrobe.FABRICS.get(kind, {"cotton": 1}))
    if fabric == "denim" and kind in ("shorts", "skirt"):
        main, pattern, second = paint(rng, JEANS, 0.1), "plain", None
    hem = rng.uniform(*wardrobe.HEMS.get(kind, (0.93, 0.965)))
    if kind in ("jeans", "trousers", "joggers") and rng.random() < 0.14:
        hem = rng.uniform(0.84, 0.915)  # rolled up, cropped
    return Garment(
        kind, main, pattern, second, fabric=fabric, sleeve=0.0, hem=hem,
        loose=rng.uniform(*wardrobe.LOOSENESS.get(kind, (0.95, 1.25))),
        belt=kind not in ("leggings", "joggers", "skirt") and (top.tucked or rng.random() < 0.15),
        detail=seed(rng),
    )


def shoes(rng: Random, gender: str, season: str, top: Garment) -> Garment:
    kind = wardrobe.pick(rng, wardrobe.SHOE_KINDS[gender, season])
    if top.kind == "suit" and rng.random() < 0.85:
        kind = "shoes" if gender == "man" else rng.choice(("heels", "flats", "shoes"))
    main = paint(rng, {**SHOES, "white": 5, "black": 30} if kind in ("shoes", "boots") else SHOES, 0.15)
    second = None
    if kind == "sneakers" and rng.random() < 0.7:
        second = Paint("white", COLOURS["white"].sample(rng)) if rng.random() < 0.72 else paint(rng, SHOES)
        if difference(second.rgb, main.rgb) < 120:
            second = None
    hem = rng.choice((rng.uniform(0.91, 0.94), rng.uniform(0.78, 0.9))) if kind == "boots" else 0.96
    if kind == "boots" and gender == "man":
        hem = rng.uniform(0.89, 0.94)
    return Garment(kind, main, "plain", second, fabric=wardrobe.pick(rng, wardrobe.FABRICS[kind]), sleeve=0.0, hem=hem,
                   detail=seed(rng))


def headwear(rng: Random, kind: str) -> Garment:
    main = paint(rng, BAGS)
    pattern = wardrobe.pick(rng, {"cap": {"plain": 7, "logo": 3}, "beanie": {"plain": 7, "stripes": 1.5},
                                  "headscarf": {"plain": 7, "floral": 1.5, "dots": 0.7},
                                  "helmet": {"plain": 6, "stripes": 1}}.get(kind, {"plain": 1}))
    return Garment(kind, main, pattern, contrasting(rng, main) if pattern != "plain" else None,
                   fabric=wardrobe.pick(rng, wardrobe.FABRICS.get(kind, {"cotton": 1})), detail=seed(rng))
