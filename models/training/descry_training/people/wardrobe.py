"""How often each kind of clothing is seen on streets, campuses and in stations, by gender and season.

Estimates of ours, set so that plain everyday clothes dominate and every kind is still seen often enough to be learnt.
"""

from random import Random

Weights = dict[str, float]

SEASONS = {"warm": 6.0, "mild": 4.0, "cold": 3.0}

UPPER_KINDS: dict[tuple[str, str], Weights] = {
    ("man", "warm"): {"t-shirt": 13, "shirt": 6, "polo": 4.5, "tank top": 1.2, "jersey": 1.5, "hoodie": 0.8,
                      "jacket": 1, "track jacket": 0.6, "vest": 0.4, "suit": 0.8, "safety vest": 0.5, "uniform": 0.7,
                      "sweater": 0.8, "raincoat": 0.3, "denim jacket": 0.2},
    ("man", "mild"): {"t-shirt": 3.5, "shirt": 4, "polo": 1, "sweater": 3.5, "hoodie": 4, "cardigan": 0.6, "jacket": 6,
                      "denim jacket": 1.2, "leather jacket": 1.3, "track jacket": 2, "vest": 0.7, "suit": 2,
                      "coat": 0.8, "raincoat": 0.6, "safety vest": 0.5, "uniform": 0.7, "jersey": 0.6, "puffer": 0.5},
    ("man", "cold"): {"jacket": 6, "puffer": 4.5, "coat": 3.5, "hoodie": 2.5, "leather jacket": 1.4, "sweater": 1.5,
                      "suit": 1, "vest": 0.6, "raincoat": 0.7, "denim jacket": 0.6, "track jacket": 0.8,
                      "safety vest": 0.3, "uniform": 0.4, "cardigan": 0.3},
    ("woman", "warm"): {"t-shirt": 9, "shirt": 2.5, "blouse": 5, "polo": 1, "tank top": 3, "dress": 6.5, "jersey": 0.5,
                        "cardigan": 1.2, "hoodie": 0.5, "jacket": 0.8, "suit": 0.3, "safety vest": 0.2, "uniform": 0.6,
                        "sweater": 0.8, "raincoat": 0.3, "denim jacket": 0.4, "vest": 0.3},
    ("woman", "mild"): {"t-shirt": 2.5, "shirt": 2.5, "blouse": 2.5, "sweater": 4.5, "hoodie": 2.5, "cardigan": 3,
                        "jacket": 5, "denim jacket": 1.5, "leather jacket": 1.2, "track jacket": 1.2, "vest": 0.7,
                        "suit": 1, "coat": 1.8, "raincoat": 0.6, "safety vest": 0.2, "uniform": 0.4, "dress": 2,
                        "puffer": 0.5},
    ("woman", "cold"): {"jacket": 4.5, "puffer": 4.5, "coat": 6, "hoodie": 1.5, "leather jacket": 1, "sweater": 2,
                        "cardigan": 0.8, "suit": 0.4, "vest": 0.7, "raincoat": 0.6, "denim jacket": 0.5,
                        "track jacket": 0.5, "uniform": 0.2, "dress": 0.5},
}

LOWER_KINDS: dict[str, Weights] = {
    "man": {"trousers": 9, "jeans": 9, "joggers": 2.5, "cargo trousers": 1.5, "wide trousers": 0.8},
    "woman": {"trousers": 6, "jeans": 8, "leggings": 4, "wide trousers": 1.6, "joggers": 1.2, "cargo trousers": 0.6},
}
BARE_LEGS: dict[str, Weights] = {"man": {"shorts": 1}, "woman": {"shorts": 4, "skirt": 5}}
BARE_LEGS_CHANCE = {("man", "warm"): 0.38, ("man", "mild"): 0.05, ("man", "cold"): 0.02, ("woman", "warm"): 0.5,
                    ("woman", "mild"): 0.2, ("woman", "cold"): 0.12}

SHOE_KINDS: dict[tuple[str, str], Weights] = {
    ("man", "warm"): {"sneakers": 10, "shoes": 6, "boots": 0.8, "sandals": 2.5},
    ("man", "mild"): {"sneakers": 10, "shoes": 7, "boots": 2, "sandals": 0.3},
    ("man", "cold"): {"sneakers": 8, "shoes": 7, "boots": 4},
    ("woman", "warm"): {"sneakers": 8, "shoes": 2, "boots": 0.6, "sandals": 4, "heels": 2.5, "flats": 3.5},
    ("woman", "mild"): {"sneakers": 9, "shoes": 2.5, "boots": 3.5, "sandals": 0.5, "heels": 2.5, "flats": 2.5},
    ("woman", "cold"): {"sneakers": 7, "shoes": 2, "boots": 7, "heels": 1.5, "flats": 1},
}

PATTERNS: dict[str, Weights] = {
    "t-shirt": {"plain": 9, "logo": 5, "print": 3.5, "stripes": 2.2, "blocks": 0.9, "sleeves": 1, "dots": 0.3,
                "floral": 0.3, "camouflage": 0.3},
    "shirt": {"plain": 7, "plaid": 4.5, "vertical stripes": 1.8, "stripes": 1, "dots": 0.4, "floral": 0.6,
              "print": 0.4, "camouflage": 0.2},
    "polo": {"plain": 7, "stripes": 3.5, "logo": 1.5, "blocks": 1, "sleeves": 0.4},
    "blouse": {"plain": 7, "floral": 2.5, "stripes": 1.2, "dots": 1, "vertical stripes": 0.7, "print": 1, "plaid": 0.5},
    "tank top": {"plain": 7, "stripes": 1.5, "logo": 1, "print": 1, "floral": 0.5, "dots": 0.3},
    "sweater": {"plain": 8, "stripes": 2.5, "logo": 1.2, "print": 1, "blocks": 1, "dots": 0.2, "plaid": 0.4},
    "hoodie": {"plain": 8, "logo": 3, "print": 1.5, "blocks": 1, "sleeves": 0.8, "camouflage": 0.4, "stripes": 0.3},
    "cardigan": {"plain": 8, "stripes": 1.2, "plaid": 0.3, "dots": 0.2},
    "jacket": {"plain": 11, "blocks": 1.6, "sleeves": 1.2, "logo": 0.8, "camouflage": 0.7, "plaid": 0.8},
    "track jacket": {"plain": 3, "sleeves": 2.5, "blocks": 2, "logo": 0.8, "stripes": 0.5},
    "puffer": {"plain": 11, "blocks": 1.2, "logo": 0.3},
    "coat": {"plain": 12, "plaid": 1.2, "blocks": 0.2},
    "leather jacket": {"plain": 14, "blocks": 0.6},
    "denim jacket": {"plain": 1},
    "raincoat": {"plain": 9, "blocks": 0.6, "dots": 0.4},
    "vest": {"plain": 9, "blocks": 0.8, "plaid": 0.5, "camouflage": 0.3},
    "suit": {"plain": 10, "vertical stripes": 1, "plaid": 0.6},
    "safety vest": {"plain": 1},
    "jersey": {"plain": 1.5, "print": 2.5, "stripes": 1.5, "vertical stripes": 0.8, "sleeves": 1.2, "blocks": 1.2},
    "uniform": {"plain": 8, "blocks": 1},
    "dress": {"plain": 7, "floral": 3, "stripes": 1.5, "dots": 1.2, "plaid": 1, "print": 0.8, "vertical stripes": 0.4,
              "blocks": 0.6},
    "trousers": {"plain": 20, "side stripe": 0.8, "plaid": 0.7, "camouflage": 0.6, "vertical stripes": 0.4},
    "wide trousers": {"plain": 10, "floral": 0.8, "vertical stripes": 0.7, "plaid": 0.5, "print": 0.4},
    "cargo trousers": {"plain": 8, "camouflage": 1.5},
    "jeans": {"plain": 1},
    "joggers": {"plain": 6, "side stripe": 2.5, "logo": 0.4, "camouflage": 0.3},
    "leggings": {"plain": 12, "print": 0.7, "side stripe": 0.5, "floral": 0.3, "camouflage": 0.2},
    "shorts": {"plain": 12, "plaid": 1.4, "side stripe": 1.2, "camouflage": 0.6, "floral": 0.4, "stripes": 0.3},
    "skirt": {"plain": 10, "plaid": 1.5, "floral": 1.4, "dots": 0.8, "stripes": 0.8, "print": 0.4},
}

FABRICS: dict[str, Weights] = {
    "sweater": {"knit": 4, "cotton": 2, "wool": 1}, "cardigan": {"knit": 5, "wool": 1},
    "coat": {"wool": 5, "cotton": 2},
    "jacket": {"cotton": 4, "nylon": 4, "wool": 0.7}, "puffer": {"nylon": 1}, "raincoat": {"nylon": 1},
    "leather jacket": {"leather": 1}, "denim jacket": {"denim": 1}, "track jacket": {"nylon": 1},
    "jersey": {"nylon": 1},
    "vest": {"nylon": 3, "cotton": 1.5, "wool": 1, "knit": 1}, "safety vest": {"nylon": 1}, "suit": {"wool": 1},
    "jeans": {"denim": 1}, "shorts": {"cotton": 5, "denim": 2.5, "nylon": 2},
    "skirt": {"cotton": 5, "denim": 1.2, "leather": 0.5, "wool": 0.5},
    "dress": {"cotton": 10, "knit": 1.5, "denim": 0.5}, "joggers": {"cotton": 3, "nylon": 2},
    "leggings": {"cotton": 8, "leather": 0.6}, "trousers": {"cotton": 7, "wool": 3, "leather": 0.3},
    "sneakers": {"nylon": 3, "leather": 2}, "shoes": {"leather": 1}, "boots": {"leather": 5, "nylon": 0.5, "wool": 0.5},
    "sandals": {"leather": 1}, "heels": {"leather": 1}, "flats": {"leather": 1},
    "cap": {"cotton": 1}, "beanie": {"knit": 1}, "hat": {"cotton": 3, "wool": 1}, "helmet": {"nylon": 1},
}

# Width against a close fit, (narrowest, widest).
LOOSENESS = {"coat": (1.05, 1.3), "puffer": (1.2, 1.45), "hoodie": (1.05, 1.35), "jacket": (1.02, 1.3),
             "raincoat": (1.12, 1.35), "sweater": (0.98, 1.25), "suit": (1.0, 1.16), "tank top": (0.88, 1.08),
             "vest": (1.0, 1.2), "t-shirt": (0.94, 1.28), "track jacket": (1.02, 1.25), "jersey": (1.08, 1.35),
             "safety vest": (1.15, 1.35), "dress": (0.9, 1.2), "leggings": (0.82, 0.9), "joggers": (1.1, 1.35),
             "jeans": (0.88, 1.2), "wide trousers": (1.4, 1.8), "cargo trousers": (1.2, 1.45), "trousers": (0.92, 1.25),
             "shorts": (0.98, 1.35), "skirt": (0.9, 1.3)}
HEMS = {"coat": (0.62, 0.84), "raincoat": (0.56, 0.78), "dress": (0.64, 0.93), "cardigan": (0.53, 0.66),
        "puffer": (0.5, 0.62), "tank top": (0.5, 0.53), "leather jacket": (0.48, 0.54), "denim jacket": (0.47, 0.53),
        "hoodie": (0.51, 0.57), "t-shirt": (0.49, 0.56), "blouse": (0.47, 0.58), "vest": (0.49, 0.55),
        "suit": (0.53, 0.58), "jersey": (0.52, 0.58), "shorts": (0.6, 0.76), "skirt": (0.59, 0.92),
        "leggings": (0.9, 0.95)}


def pick(rng: Random, weights: Weights) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
