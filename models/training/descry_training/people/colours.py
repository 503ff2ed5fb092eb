"""Colour names: the range of surface colours each stands for, and the words people use for it."""

import colorsys
from dataclasses import dataclass
from random import Random

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class ColourName:
    """hue in degrees (may start below 0), saturation and value 0..1, as (lowest, highest)."""

    hue: tuple[float, float]
    saturation: tuple[float, float]
    value: tuple[float, float]
    words: tuple[str, ...]  # the first is the plainest; earlier ones are used more
    slips: tuple[str, ...] = ()  # what witnesses rather often call it instead: used seldom

    def sample(self, rng: Random) -> Rgb:
        hue = (rng.uniform(*self.hue) % 360) / 360
        channels = colorsys.hsv_to_rgb(hue, rng.uniform(*self.saturation), rng.uniform(*self.value))
        return tuple(round(255 * c) for c in channels)


def _colour(hue, saturation, value, words: str, slips: str = "") -> ColourName:
    """Words are divided by commas."""
    split = [tuple(word.strip() for word in text.split(",") if word.strip()) for text in (words, slips)]
    return ColourName(hue, saturation, value, *split)


COLOURS: dict[str, ColourName] = {
    "black": _colour((0, 360), (0, 0.3), (0.04, 0.19),
                    "black, black, black, dark, jet black, dark coloured, dark colored",
                    "dark gray"),
    "charcoal": _colour((0, 360), (0, 0.15), (0.2, 0.34),
                    "dark gray, dark grey, gray, grey, charcoal, dark, charcoal gray, dark coloured",
                    "black"),
    "gray": _colour((0, 360), (0, 0.1), (0.38, 0.64),
                    "gray, grey, gray, grey, greyish, grayish, medium gray, heather gray, gray colored",
                    "light gray, dark grey"),
    "silver": _colour((0, 360), (0, 0.08), (0.66, 0.8),
                    "light gray, light grey, gray, grey, silver, pale gray, light, light coloured, "
                    "light colored",
                    "white"),
    "white": _colour((0, 360), (0, 0.08), (0.86, 1),
                    "white, white, white, light, off white, bright white, pale, whitish, light coloured, "
                    "light colored",
                    "light gray"),
    "cream": _colour((35, 55), (0.1, 0.28), (0.82, 0.97),
                    "cream, off white, beige, ivory, light, pale yellow, eggshell, cream coloured, "
                    "light coloured",
                    "white, yellow, tan"),
    "red": _colour((-10, 9), (0.68, 0.95), (0.48, 0.88),
                    "red, red, red, red, bright red, reddish, scarlet, crimson, cherry red",
                    "maroon"),
    "maroon": _colour((-16, 8), (0.5, 0.85), (0.24, 0.44),
                    "maroon, dark red, burgundy, red, wine red, dark, reddish, oxblood, wine coloured",
                    "brown, purple"),
    "orange": _colour((14, 32), (0.7, 1), (0.75, 1),
                    "orange, orange, bright orange, orangey, tangerine, bright",
                    "red"),
    "rust": _colour((10, 24), (0.55, 0.8), (0.4, 0.62),
                    "rust, orange brown, reddish brown, brown, dark orange, terracotta, copper, burnt orange, "
                    "rust coloured",
                    "orange"),
    "yellow": _colour((45, 60), (0.62, 0.98), (0.8, 1),
                    "yellow, yellow, bright yellow, lemon yellow, bright, yellowish, yellow coloured",
                    "gold"),
    "mustard": _colour((38, 50), (0.6, 0.9), (0.55, 0.76),
                    "mustard, mustard yellow, dark yellow, yellow, gold, golden, ochre, mustard colored",
                    "brown, orange"),
    "lime": _colour((68, 95), (0.55, 0.95), (0.75, 0.98),
                    "lime green, bright green, lime, green, neon green, light green, neon, fluorescent, "
                    "yellow green, neon yellow",
                    "yellow"),
    "green": _colour((100, 155), (0.45, 0.9), (0.35, 0.7),
                    "green, green, green, green, greenish, emerald, grass green, kelly green, bright green",
                    "dark green"),
    "dark green": _colour((105, 165), (0.35, 0.8), (0.16, 0.34),
                    "dark green, green, forest green, bottle green, hunter green, dark, racing green",
                    "black, olive"),
    "light green": _colour((95, 155), (0.18, 0.42), (0.68, 0.92),
                    "light green, pale green, mint green, mint, green, sage green, light, pastel green",
                    "turquoise"),
    "olive": _colour((55, 90), (0.3, 0.62), (0.26, 0.5),
                    "olive, olive green, army green, green, dark green, khaki green, khaki, greenish, "
                    "military green, olive drab, moss green",
                    "brown, gray"),
    "teal": _colour((168, 192), (0.45, 0.9), (0.3, 0.6),
                    "teal, blue green, dark turquoise, greenish blue, petrol blue, teal blue, teal green",
                    "green, blue"),
    "turquoise": _colour((170, 190), (0.4, 0.8), (0.68, 0.92),
                    "turquoise, aqua, light blue, cyan, bright blue, turquoise blue, aquamarine, sea green",
                    "green, blue, teal"),
    "blue": _colour((205, 232), (0.55, 0.95), (0.42, 0.88),
                    "blue, blue, blue, blue, bright blue, royal blue, medium blue, bluish, cobalt blue, "
                    "electric blue",
                    "light blue, dark blue"),
    "light blue": _colour((198, 222), (0.2, 0.48), (0.7, 0.95),
                    "light blue, blue, pale blue, sky blue, baby blue, light, powder blue, pastel blue, "
                    "light coloured",
                    "gray, white"),
    "denim": _colour((205, 228), (0.3, 0.6), (0.34, 0.62),
                    "blue, blue, denim blue, faded blue, blue, greyish blue, medium blue, denim, washed blue, "
                    "blue gray",
                    "light blue, dark blue, gray"),
    "navy": _colour((214, 242), (0.42, 0.85), (0.13, 0.32),
                    "navy blue, dark blue, navy, blue, dark blue, dark, midnight blue, dark coloured",
                    "black"),
    "purple": _colour((262, 298), (0.35, 0.8), (0.35, 0.72),
                    "purple, purple, purple, violet, purplish, bright purple, purple coloured",
                    "blue"),
    "plum": _colour((285, 325), (0.35, 0.7), (0.2, 0.4),
                    "dark purple, plum, purple, dark, aubergine, deep purple, eggplant, plum coloured",
                    "maroon, black, burgundy"),
    "lavender": _colour((255, 290), (0.15, 0.38), (0.7, 0.92),
                    "lavender, light purple, lilac, pale purple, purple, light, mauve, pastel purple",
                    "pink, gray, light blue"),
    "pink": _colour((318, 352), (0.2, 0.55), (0.78, 1),
                    "pink, pink, pink, light pink, pale pink, pinkish, baby pink, rose, rose pink, pastel pink",
                    "peach"),
    "magenta": _colour((312, 342), (0.6, 0.9), (0.62, 0.92),
                    "bright pink, hot pink, pink, magenta, dark pink, fuchsia, neon pink, pinkish",
                    "purple"),
    "salmon": _colour((2, 18), (0.32, 0.55), (0.8, 0.98),
                    "salmon, peach, coral, pink, salmon pink, light orange, salmon coloured, peach colored",
                    "orange"),
    "brown": _colour((14, 34), (0.38, 0.72), (0.26, 0.48),
                    "brown, brown, brown, brown, brownish, chocolate, medium brown, chestnut, brown colored",
                    "dark brown, rust"),
    "dark brown": _colour((12, 34), (0.35, 0.65), (0.12, 0.26),
                    "dark brown, brown, dark, chocolate brown, deep brown, coffee coloured, dark coloured",
                    "black"),
    "tan": _colour((26, 44), (0.22, 0.45), (0.56, 0.8),
                    "tan, beige, khaki, light brown, camel, fawn, sandy, tan colored, sand coloured, "
                    "camel coloured",
                    "brown"),
    "beige": _colour((30, 50), (0.14, 0.28), (0.7, 0.86),
                    "beige, tan, khaki, beige, cream, light, sandy, light brown, stone coloured, light coloured",
                    "white, brown"),
}

# How often clothes, trousers, jeans, shoes and bags come in each colour.
CLOTHES = {"black": 22, "charcoal": 6, "gray": 9, "silver": 4, "white": 15, "cream": 3, "red": 7, "maroon": 3,
           "orange": 2, "rust": 1, "yellow": 3, "mustard": 1, "lime": 1.5, "green": 4, "dark green": 3,
           "light green": 1.5, "olive": 3, "teal": 1.5, "turquoise": 1.5, "blue": 8, "light blue": 5, "denim": 2,
           "navy": 9, "purple": 3, "plum": 1, "lavender": 1.5, "pink": 5, "magenta": 1.5, "salmon": 1.5, "brown": 4,
           "dark brown": 2.5, "tan": 3, "beige": 3}
TROUSERS = {"black": 26, "charcoal": 8, "gray": 8, "silver": 3, "white": 4, "cream": 2, "red": 2, "maroon": 1.5,
            "orange": 1, "rust": 1, "yellow": 1, "green": 2, "dark green": 2, "olive": 4, "teal": 1, "blue": 7,
            "light blue": 3, "denim": 4, "navy": 11, "purple": 1, "plum": 1, "pink": 2, "magenta": 1, "brown": 5,
            "dark brown": 4, "tan": 6, "beige": 6, "light green": 1, "mustard": 1, "lavender": 1, "salmon": 1}
JEANS = {"denim": 12, "navy": 10, "blue": 8, "light blue": 5, "black": 6, "charcoal": 3, "gray": 3, "white": 1,
         "silver": 1}
SHOES = {"black": 22, "white": 16, "brown": 6, "dark brown": 5, "gray": 7, "silver": 3, "charcoal": 3, "red": 3,
         "blue": 3, "navy": 3, "tan": 3, "beige": 3, "pink": 2, "green": 1, "orange": 1, "yellow": 1, "purple": 1,
         "lime": 1, "cream": 1}
BAGS = {"black": 24, "charcoal": 5, "gray": 6, "white": 4, "red": 5, "blue": 5, "navy": 6, "brown": 7,
        "dark brown": 4, "tan": 4, "beige": 3, "green": 3, "olive": 3, "dark green": 2, "pink": 4, "purple": 3,
        "yellow": 2, "orange": 3, "turquoise": 1, "magenta": 2, "maroon": 2, "cream": 2, "teal": 1, "light blue": 2,
        "silver": 1}


def pick_colour(rng: Random, weights: dict[str, float], alike: float = 0.22) -> str:
    """Mostly as often as seen on streets; a share `alike` takes all colours alike, so that rare ones are learnt."""
    names = list(weights)
    if rng.random() < alike:
        return rng.choice(names)
    return rng.choices(names, list(weights.values()))[0]


def difference(first: Rgb, second: Rgb) -> int:
    """Sum of channel differences, 0..765."""
    return sum(abs(a - b) for a, b in zip(first, second))
