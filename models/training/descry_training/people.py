"""What a person looks like, independent of the crop: body, clothes and things carried."""

from dataclasses import dataclass, field
from random import Random

from .colours import BAGS, CLOTHES, COLOURS, JEANS, SHOES, TROUSERS, Rgb, pick_colour


@dataclass(frozen=True)
class Paint:
    """A named colour and the one surface colour this person's item has."""

    name: str
    rgb: Rgb


@dataclass(frozen=True)
class Garment:
    kind: str
    paint: Paint
    pattern: str = "plain"  # plain, stripes, vertical stripes, plaid, logo, blocks, sleeves, camouflage, floral, dots
    second: Paint | None = None
    sleeve: float = 1.0  # 0 none, 0.45 short, 1 long (fraction of the arm)
    hem: float = 0.53  # where it ends, fraction of standing height from the top of the head
    loose: float = 1.0  # width against the body
    open: bool = False


@dataclass(frozen=True)
class Bag:
    kind: str
    paint: Paint


@dataclass(frozen=True)
class Hair:
    style: str  # bald, short, medium, long, ponytail, bun, curly
    paint: Paint


@dataclass(frozen=True)
class Person:
    gender: str  # how the drawing's clothes and build read: man, woman
    age: str  # child, young, adult, old
    build: str  # slim, average, heavy
    height: str  # short, average, tall
    skin: Rgb
    hair: Hair
    upper: Garment
    inner: Garment | None
    lower: Garment | None  # None under a dress
    shoes: Garment
    headwear: Garment | None = None
    eyewear: str | None = None  # glasses, sunglasses
    beard: bool = False
    mask: Paint | None = None
    scarf: Paint | None = None
    bags: tuple[Bag, ...] = field(default=())
    umbrella: Paint | None = None
    holding: str | None = None  # phone, bottle, cup, paper


SKIN_TONES = [(242, 209, 184), (230, 186, 156), (205, 156, 122), (172, 124, 92), (126, 86, 64), (88, 60, 47), (64, 45, 38)]
HAIR_COLOURS = {"black": (24, 21, 21), "dark brown": (48, 34, 27), "brown": (82, 56, 38), "blond": (196, 160, 102),
                "gray": (150, 150, 150), "white": (214, 212, 208), "red": (142, 66, 34)}
UPPER_KINDS = {"man": {"t-shirt": 8, "shirt": 6, "polo": 4, "sweater": 5, "hoodie": 6, "jacket": 10, "coat": 4,
                       "vest": 2, "suit": 3, "tank top": 1, "puffer": 3, "safety vest": 1, "raincoat": 1},
               "woman": {"t-shirt": 7, "shirt": 3, "blouse": 4, "polo": 1, "sweater": 5, "hoodie": 3, "jacket": 8,
                         "coat": 6, "vest": 2, "suit": 1, "tank top": 3, "dress": 8, "cardigan": 4, "puffer": 3,
                         "safety vest": 0.5, "raincoat": 1}}
LOWER_KINDS = {"man": {"trousers": 8, "jeans": 8, "shorts": 4, "joggers": 3},
               "woman": {"trousers": 5, "jeans": 7, "shorts": 3, "skirt": 5, "leggings": 4, "joggers": 1}}
SHOE_KINDS = {"man": {"sneakers": 8, "shoes": 7, "boots": 3, "sandals": 1.5},
              "woman": {"sneakers": 7, "shoes": 5, "boots": 4, "sandals": 3, "heels": 3}}
BAG_KINDS = {"backpack": 8, "shoulder bag": 5, "handbag": 4, "suitcase": 2, "plastic bag": 2.5, "briefcase": 1.5,
             "waist bag": 1}
LAYERED = {"jacket", "coat", "suit", "vest", "cardigan", "puffer", "safety vest", "raincoat", "hoodie"}
SLEEVELESS = {"vest", "tank top", "safety vest"}
SHORT_SLEEVED = {"t-shirt", "polo"}


def paint(rng: Random, weights: dict[str, float]) -> Paint:
    name = pick_colour(rng, weights)
    return Paint(name, COLOURS[name].sample(rng))


def weighted(rng: Random, weights: dict[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def sample_person(rng: Random) -> Person:
    gender = rng.choice(["man", "woman"])
    age = rng.choices(["child", "young", "adult", "old"], [1, 5, 9, 1.5])[0]
    upper = sample_upper(rng, gender)
    inner = sample_inner(rng) if upper.kind in LAYERED and (upper.open or upper.kind in SLEEVELESS | {"suit"}) else None
    lower = None if upper.kind == "dress" else sample_lower(rng, gender)
    if upper.kind == "suit" and rng.random() < 0.8:
        lower = Garment("trousers", Paint(upper.paint.name, upper.paint.rgb), hem=0.96)
    headwear = sample_headwear(rng)
    if headwear and headwear.kind == "hood":
        hooded = upper.kind in ("hoodie", "jacket", "puffer", "raincoat", "coat")
        headwear = Garment("hood", upper.paint) if hooded else None
    return Person(
        gender=gender,
        age=age,
        build=rng.choices(["slim", "average", "heavy"], [3, 6, 2])[0],
        height=rng.choices(["short", "average", "tall"], [1, 4, 1])[0],
        skin=jitter(rng, rng.choice(SKIN_TONES), 10),
        hair=sample_hair(rng, gender, age),
        upper=upper,
        inner=inner,
        lower=lower,
        shoes=Garment(weighted(rng, SHOE_KINDS[gender]), paint(rng, SHOES)),
        headwear=headwear,
        eyewear=rng.choices([None, "glasses", "sunglasses"], [9, 1, 0.7])[0],
        beard=gender == "man" and age != "child" and rng.random() < 0.15,
        mask=Paint(*rng.choice([("white", (232, 235, 238)), ("light blue", (150, 190, 220)), ("black", (28, 28, 30))]))
        if rng.random() < 0.05 else None,
        scarf=paint(rng, CLOTHES) if rng.random() < (0.12 if upper.kind in ("coat", "puffer") else 0.02) else None,
        bags=sample_bags(rng, gender),
        umbrella=paint(rng, CLOTHES) if rng.random() < 0.03 else None,
        holding=rng.choice(["phone", "phone", "bottle", "cup", "paper"]) if rng.random() < 0.14 else None,
    )


def jitter(rng: Random, rgb: Rgb, amount: int) -> Rgb:
    return tuple(min(255, max(0, c + rng.randint(-amount, amount))) for c in rgb)


def sample_upper(rng: Random, gender: str) -> Garment:
    kind = weighted(rng, UPPER_KINDS[gender])
    main = paint(rng, {"lime": 3, "orange": 2, "yellow": 2} if kind == "safety vest" else CLOTHES)
    patterns = {"plain": 14, "stripes": 2, "vertical stripes": 0.5, "plaid": 1.5, "logo": 2.5, "blocks": 1.5,
                "sleeves": 1, "camouflage": 0.5, "floral": 0.7, "dots": 0.5}
    if kind in ("suit", "safety vest", "raincoat"):
        patterns = {"plain": 1}
    if kind in ("shirt", "polo", "dress", "blouse"):
        patterns |= {"stripes": 4, "plaid": 4, "floral": 3 if gender == "woman" else 0.3}
    pattern = weighted(rng, patterns)
    second = paint(rng, CLOTHES) if pattern != "plain" else None
    if second and sum(abs(a - b) for a, b in zip(second.rgb, main.rgb)) < 130:
        second = Paint("white", (240, 240, 238)) if sum(main.rgb) < 420 else Paint("black", (26, 26, 28))
    sleeve = 1.0
    if kind in SLEEVELESS:
        sleeve = 0.0
    elif kind in SHORT_SLEEVED or (kind in ("shirt", "blouse", "dress") and rng.random() < 0.45):
        sleeve = rng.uniform(0.36, 0.52)
    elif kind == "dress" and rng.random() < 0.4:
        sleeve = 0.0
    hems = {"coat": (0.62, 0.84), "raincoat": (0.6, 0.78), "dress": (0.64, 0.92), "cardigan": (0.54, 0.66),
            "puffer": (0.52, 0.6), "tank top": (0.5, 0.53)}
    looses = {"coat": 1.14, "puffer": 1.3, "hoodie": 1.16, "jacket": 1.12, "raincoat": 1.2, "sweater": 1.08,
              "suit": 1.08, "tank top": 0.94, "vest": 1.1}
    return Garment(
        kind, main, pattern, second, sleeve,
        hem=rng.uniform(*hems.get(kind, (0.505, 0.56))),
        loose=looses.get(kind, 1.0) * rng.uniform(0.95, 1.12),
        open=kind in LAYERED and rng.random() < (0.8 if kind == "cardigan" else 0.25 if kind == "hoodie" else 0.5),
    )


def sample_inner(rng: Random) -> Garment:
    kind = rng.choices(["t-shirt", "shirt", "sweater", "hoodie"], [5, 4, 2, 1.5])[0]
    return Garment(kind, paint(rng, CLOTHES))


def sample_lower(rng: Random, gender: str) -> Garment:
    kind = weighted(rng, LOWER_KINDS[gender])
    hem = {"shorts": rng.uniform(0.6, 0.76), "skirt": rng.uniform(0.6, 0.9)}.get(kind, rng.uniform(0.93, 0.965))
    pattern, second = "plain", None
    if kind in ("joggers", "trousers") and rng.random() < 0.08:
        pattern, second = "side stripe", Paint("white", (235, 235, 235))
    elif kind in ("skirt", "shorts", "leggings") and rng.random() < 0.2:
        pattern, second = rng.choice(["plaid", "floral", "stripes", "dots"]), paint(rng, CLOTHES)
    elif kind in ("trousers", "shorts") and rng.random() < 0.04:
        pattern, second = "camouflage", Paint("black", (40, 40, 30))
    loose = {"leggings": 0.82, "joggers": 1.2, "jeans": rng.uniform(0.9, 1.15)}.get(kind, rng.uniform(0.95, 1.3))
    return Garment(kind, paint(rng, JEANS if kind == "jeans" else TROUSERS), pattern, second, hem=hem, loose=loose)


def sample_hair(rng: Random, gender: str, age: str) -> Hair:
    if gender == "woman":
        style = rng.choices(["short", "medium", "long", "ponytail", "bun", "curly"], [1.5, 3, 6, 3, 1.5, 1])[0]
    else:
        style = rng.choices(["short", "bald", "medium", "long", "ponytail", "curly"], [12, 1.5, 1, 0.6, 0.4, 1])[0]
    weights = {"black": 7, "dark brown": 5, "brown": 4, "blond": 3, "gray": 1, "white": 0.5, "red": 0.8}
    if age == "old":
        weights = {"gray": 6, "white": 4, "dark brown": 1}
    name = weighted(rng, weights)
    return Hair(style, Paint(name, jitter(rng, HAIR_COLOURS[name], 12)))


def sample_headwear(rng: Random) -> Garment | None:
    if rng.random() > 0.2:
        return None
    kind = rng.choices(["cap", "beanie", "hat", "headscarf", "hood", "helmet"], [6, 3, 2, 1.3, 1.5, 0.7])[0]
    return Garment(kind, paint(rng, BAGS))


def sample_bags(rng: Random, gender: str) -> tuple[Bag, ...]:
    count = rng.choices([0, 1, 2], [9, 9, 1])[0]
    kinds = dict(BAG_KINDS)
    if gender == "man":
        kinds["handbag"] = 0.7
    chosen: list[Bag] = []
    for _ in range(count):
        kind = weighted(rng, kinds)
        if kind not in {bag.kind for bag in chosen}:
            weights = {"white": 5, "black": 2, "blue": 2, "red": 2, "green": 2, "yellow": 2, "beige": 2}
            chosen.append(Bag(kind, paint(rng, weights if kind == "plastic bag" else BAGS)))
    return tuple(chosen)
