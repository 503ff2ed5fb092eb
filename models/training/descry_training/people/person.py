"""What a person looks like, independent of the crop: body, clothes and things carried.

Kinds are plain strings; every kind named here has a drawing (`clothes`, `body`, `things`) and words (`language`).
"""

from dataclasses import dataclass, fields, is_dataclass

from .colours import Rgb

GENDERS = ("man", "woman")
BUILDS = ("slim", "average", "heavy")
HEIGHTS = ("short", "average", "tall")
HAIR_STYLES = ("bald", "shaved", "short", "medium", "long", "ponytail", "bun", "curly", "bob")
HAIR_COLOURS = ("black", "dark brown", "brown", "blond", "gray", "white", "red", "dyed")
UPPER_KINDS = ("t-shirt", "shirt", "polo", "blouse", "tank top", "sweater", "hoodie", "cardigan", "jacket",
               "denim jacket", "leather jacket", "track jacket", "puffer", "coat", "raincoat", "vest", "suit",
               "safety vest", "jersey", "uniform", "dress")
LOWER_KINDS = ("trousers", "jeans", "wide trousers", "cargo trousers", "joggers", "leggings", "shorts", "skirt")
SHOE_KINDS = ("sneakers", "shoes", "boots", "sandals", "heels", "flats")
PATTERNS = ("plain", "stripes", "vertical stripes", "plaid", "logo", "print", "blocks", "sleeves", "side stripe",
            "camouflage", "floral", "dots")
FABRICS = ("cotton", "knit", "denim", "leather", "nylon", "wool")
HEADWEAR_KINDS = ("cap", "beanie", "hat", "headscarf", "hood", "helmet")
BAG_KINDS = ("backpack", "shoulder bag", "handbag", "tote bag", "suitcase", "plastic bag", "paper bag", "briefcase",
             "waist bag", "sports bag")
CARRIES = ("both shoulders", "one shoulder", "across", "front", "hand", "elbow", "rolling", "waist")
HELD_KINDS = ("phone", "phone at ear", "bottle", "cup", "paper", "book", "coat")
PUSHED_KINDS = ("pushchair", "bicycle", "trolley")


@dataclass(frozen=True)
class Paint:
    """A named colour and the one surface colour (sRGB 0..255) this person's item has."""

    name: str
    rgb: Rgb


@dataclass(frozen=True)
class Garment:
    """One thing worn. Lengths are fractions of the body, so that they mean the same on a child."""

    kind: str
    paint: Paint
    pattern: str = "plain"
    second: Paint | None = None  # colour of the pattern, of the sleeves, of the lower block
    fabric: str = "cotton"
    sleeve: float = 1.0  # fraction of the arm covered: 0 none, 0.45 short, 0.7 three-quarter, 1 long
    hem: float = 0.53  # where it ends, fraction of standing height from the top of the head (0.53: hips, 0.96: ankle)
    loose: float = 1.0  # width against a close fit
    open: bool = False  # front open, showing what is under it
    hood: bool = False  # has a hood hanging on the back
    collar: str = "none"  # none, shirt, polo, stand, lapels, v-neck, turtleneck
    belt: bool = False
    tucked: bool = False
    detail: int = 0  # seed of its small details (print, folds): the same in every crop of the person


@dataclass(frozen=True)
class Bag:
    kind: str
    paint: Paint
    carry: str
    side: int = 1  # 1 left, -1 right side of the body
    size: float = 1.0
    second: Paint | None = None
    detail: int = 0


@dataclass(frozen=True)
class Hair:
    style: str
    paint: Paint


@dataclass(frozen=True)
class Held:
    """Something in the hand."""

    kind: str
    paint: Paint
    side: int = 1


@dataclass(frozen=True)
class Person:
    gender: str  # how build, hair and clothes read
    age: str
    build: str
    height: str
    skin: Rgb
    hair: Hair
    upper: Garment
    inner: Garment | None  # shown under an open or sleeveless upper
    lower: Garment | None  # None under a dress
    shoes: Garment  # hem of boots: how high they go, 0.93 ankle, 0.8 below the knee
    socks: Paint | None = None  # seen under shorts, skirts, rolled-up trousers
    headwear: Garment | None = None
    headphones: Paint | None = None
    eyewear: str | None = None  # glasses, sunglasses
    beard: bool = False
    mask: Paint | None = None
    scarf: Paint | None = None
    tie: Paint | None = None
    gloves: Paint | None = None
    bags: tuple[Bag, ...] = ()
    umbrella: Paint | None = None  # opened over the head
    held: Held | None = None
    pushed: Held | None = None  # pushchair, bicycle, trolley


@dataclass(frozen=True)
class View:
    """How the person stands in one crop. `yaw` in degrees: 0 faces the camera, 90 faces the picture's right."""

    yaw: float
    action: str  # walking, standing, running, sitting
    elevation: float = 10.0  # degrees the camera looks down

    @property
    def direction(self) -> str:
        """front, back, left or right, as the picture shows it."""
        turned = (self.yaw + 180) % 360 - 180
        if abs(turned) < 50:
            return "front"
        if abs(turned) > 130:
            return "back"
        return "right" if turned > 0 else "left"


def kinds_of(person: Person) -> frozenset[str]:
    """All kinds and patterns anywhere on the person: what a held-out wardrobe is chosen by."""
    found: set[str] = set()

    def visit(value: object) -> None:
        if isinstance(value, tuple):
            for each in value:
                visit(each)
        elif is_dataclass(value):
            found.update(getattr(value, name) for name in ("kind", "pattern") if hasattr(value, name))
            for field in fields(value):
                visit(getattr(value, field.name))

    visit(person)
    return frozenset(found)
