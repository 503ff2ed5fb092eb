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

    def sample(self, rng: Random) -> Rgb:
        hue = (rng.uniform(*self.hue) % 360) / 360
        channels = colorsys.hsv_to_rgb(hue, rng.uniform(*self.saturation), rng.uniform(*self.value))
        return tuple(round(255 * c) for c in channels)


def _colour(hue, saturation, value, *words: str) -> ColourName:
    return ColourName(hue, saturation, value, words)


COLOURS: dict[str, ColourName] = {
    "black": _colour((0, 360), (0, 0.3), (0.04, 0.19), "black", "black", "dark", "dark coloured", "jet black"),
    "charcoal": _colour((0, 360), (0, 0.15), (0.2, 0.34), "dark gray", "dark grey", "gray", "grey", "charcoal", "dark"),
    "gray": _colour((0, 360), (0, 0.1), (0.38, 0.64), "gray", "grey", "grey", "greyish", "medium gray"),
    "silver": _colour((0, 360), (0, 0.08), (0.66, 0.8), "light gray", "light grey", "gray", "grey", "silver", "pale",
                      "light", "light coloured"),
    "white": _colour((0, 360), (0, 0.08), (0.86, 1), "white", "white", "light", "off white", "light coloured",
                     "bright white", "pale"),
    "cream": _colour((35, 55), (0.1, 0.28), (0.82, 0.97), "cream", "cream coloured", "off white", "beige", "ivory",
                     "light", "pale yellow", "light coloured"),
    "red": _colour((-10, 9), (0.68, 0.95), (0.48, 0.88), "red", "red", "red", "bright red", "reddish", "scarlet",
                   "crimson"),
    "maroon": _colour((-16, 8), (0.5, 0.85), (0.24, 0.44), "maroon", "dark red", "burgundy", "red", "wine red",
                      "wine coloured", "dark", "reddish"),
    "orange": _colour((14, 32), (0.7, 1), (0.75, 1), "orange", "orange", "bright orange", "orangey"),
    "rust": _colour((10, 24), (0.55, 0.8), (0.4, 0.62), "rust", "rust coloured", "orange brown", "reddish brown",
                    "brown", "dark orange", "terracotta", "copper"),
    "yellow": _colour((45, 60), (0.62, 0.98), (0.8, 1), "yellow", "yellow", "bright yellow", "lemon yellow", "bright"),
    "mustard": _colour((38, 50), (0.6, 0.9), (0.55, 0.76), "mustard", "mustard yellow", "dark yellow", "yellow",
                       "gold", "golden"),
    "lime": _colour((68, 95), (0.55, 0.95), (0.75, 0.98), "lime green", "bright green", "lime", "green",
                    "neon green", "neon", "fluorescent", "yellow green"),
    "green": _colour((100, 155), (0.45, 0.9), (0.35, 0.7), "green", "green", "green", "greenish", "emerald",
                     "grass green"),
    "dark green": _colour((105, 165), (0.35, 0.8), (0.16, 0.34), "dark green", "green", "forest green", "bottle green",
                          "dark"),
    "light green": _colour((95, 155), (0.18, 0.42), (0.68, 0.92), "light green", "pale green", "mint green", "mint",
                           "green", "light"),
    "olive": _colour((55, 90), (0.3, 0.62), (0.26, 0.5), "olive", "olive green", "army green", "green", "dark green",
                     "khaki green", "khaki", "greenish"),
    "teal": _colour((168, 192), (0.45, 0.9), (0.3, 0.6), "teal", "blue green", "dark turquoise", "greenish blue",
                    "green", "blue"),
    "turquoise": _colour((170, 190), (0.4, 0.8), (0.68, 0.92), "turquoise", "aqua", "light blue", "cyan", "bright blue"),
    "blue": _colour((205, 232), (0.55, 0.95), (0.42, 0.88), "blue", "blue", "blue", "bright blue", "royal blue",
                    "medium blue", "bluish"),
    "light blue": _colour((198, 222), (0.2, 0.48), (0.7, 0.95), "light blue", "pale blue", "sky blue", "baby blue",
                          "blue", "light"),
    "denim": _colour((205, 228), (0.3, 0.6), (0.34, 0.62), "blue", "denim blue", "faded blue", "blue", "greyish blue",
                     "medium blue"),
    "navy": _colour((214, 242), (0.42, 0.85), (0.13, 0.32), "navy", "navy blue", "dark blue", "dark", "blue",
                    "midnight blue"),
    "purple": _colour((262, 298), (0.35, 0.8), (0.35, 0.72), "purple", "purple", "violet", "purplish"),
    "plum": _colour((285, 325), (0.35, 0.7), (0.2, 0.4), "dark purple", "plum", "purple", "plum coloured", "dark",
                    "aubergine"),
    "lavender": _colour((255, 290), (0.15, 0.38), (0.7, 0.92), "lavender", "light purple", "lilac", "pale purple",
                        "purple", "light"),
    "pink": _colour((318, 352), (0.2, 0.55), (0.78, 1), "pink", "pink", "light pink", "pale pink", "pinkish",
                    "baby pink", "rose"),
    "magenta": _colour((312, 342), (0.6, 0.9), (0.62, 0.92), "bright pink", "hot pink", "pink", "magenta", "fuchsia"),
    "salmon": _colour((2, 18), (0.32, 0.55), (0.8, 0.98), "salmon", "peach", "coral", "pink", "salmon pink",
                      "light orange"),
    "brown": _colour((14, 34), (0.38, 0.72), (0.26, 0.48), "brown", "brown", "brownish", "chocolate", "medium brown"),
    "dark brown": _colour((12, 34), (0.35, 0.65), (0.12, 0.26), "dark brown", "brown", "dark", "chocolate brown",
                          "coffee coloured"),
    "tan": _colour((26, 44), (0.22, 0.45), (0.56, 0.8), "tan", "beige", "khaki", "light brown", "sand coloured",
                   "camel", "camel coloured", "fawn", "brown"),
    "beige": _colour((30, 50), (0.14, 0.28), (0.7, 0.86), "beige", "beige", "cream", "khaki", "stone coloured", "tan",
                     "light", "light coloured", "sandy"),
}

# How often clothes, trousers, shoes, bags come in each colour.
CLOTHES = {"black": 20, "charcoal": 6, "gray": 8, "silver": 4, "white": 14, "cream": 3, "red": 8, "maroon": 4,
           "orange": 3, "rust": 2, "yellow": 4, "mustard": 2, "lime": 2, "green": 5, "dark green": 4, "light green": 2,
           "olive": 4, "teal": 2, "turquoise": 2, "blue": 9, "light blue": 6, "denim": 3, "navy": 9, "purple": 3,
           "plum": 2, "lavender": 2, "pink": 5, "magenta": 2, "salmon": 2, "brown": 5, "dark brown": 3, "tan": 4,
           "beige": 4}
TROUSERS = {"black": 24, "charcoal": 8, "gray": 9, "silver": 4, "white": 5, "cream": 2, "red": 2, "maroon": 2,
            "orange": 1, "rust": 1, "yellow": 1, "green": 2, "dark green": 2, "olive": 4, "teal": 1, "blue": 7,
            "light blue": 3, "denim": 5, "navy": 10, "purple": 1, "plum": 1, "pink": 2, "magenta": 1, "brown": 6,
            "dark brown": 4, "tan": 7, "beige": 6, "light green": 1}
JEANS = {"denim": 12, "navy": 8, "blue": 7, "light blue": 5, "black": 6, "charcoal": 3, "gray": 3, "white": 1}
SHOES = {"black": 20, "white": 14, "brown": 7, "dark brown": 5, "gray": 7, "silver": 3, "charcoal": 3, "red": 3,
         "blue": 3, "navy": 3, "tan": 4, "beige": 3, "pink": 2, "green": 1, "orange": 1, "yellow": 1}
BAGS = {"black": 20, "charcoal": 4, "gray": 5, "white": 4, "red": 5, "blue": 5, "navy": 5, "brown": 7, "dark brown": 4,
        "tan": 5, "beige": 4, "green": 3, "olive": 3, "dark green": 2, "pink": 4, "purple": 3, "yellow": 3, "orange": 3,
        "turquoise": 1, "magenta": 2, "maroon": 2, "cream": 2}


def pick_colour(rng: Random, weights: dict[str, float]) -> str:
    """Mostly as often as seen on streets, a quarter of the time any colour alike, so that rare ones are learnt."""
    names = list(weights)
    if rng.random() < 0.25:
        return rng.choice(names)
    return rng.choices(names, list(weights.values()))[0]
