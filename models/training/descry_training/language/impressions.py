"""What is not there, and what the whole looks like."""

from functools import cache

from ..people.person import Person
from .choice import split

DARK = {"black", "charcoal", "navy", "dark brown", "dark green", "plum", "maroon"}
LIGHT = {"white", "cream", "silver", "beige", "light blue", "light green", "lavender", "pink"}
BRIGHT = {"red", "orange", "yellow", "lime", "turquoise", "magenta", "blue", "green"}
SPORTS = {"jersey", "track jacket", "joggers"}
WARM = {"puffer", "coat", "beanie"}
OUTER = {"jacket", "denim jacket", "leather jacket", "track jacket", "puffer", "coat", "raincoat", "suit", "hoodie",
         "cardigan",
         "vest", "safety vest", "uniform"}

# Nouns that may follow "no", "without a", "is not wearing a" or, for things in the hands, "is not carrying a".
ABSENT = {key: split(text) for key, text in {
    "headwear": "hat, hat, cap, headwear, head covering", "bag": "bag, bag, bags, luggage",
    "backpack": "backpack, rucksack",
    "glasses": "glasses, eyewear, sunglasses", "beard": "beard, facial hair", "hood": "hood", "mask": "mask, face mask",
    "scarf": "scarf", "umbrella": "umbrella", "jacket": "jacket, coat, outerwear", "logo": "logo, pattern, markings",
    "tie": "tie", "phone": "phone", "gloves": "gloves",
}.items()}
CARRIED_KEYS = {"bag", "backpack", "umbrella", "phone"}
UNCOUNTED = {"headwear", "luggage", "eyewear", "facial hair", "outerwear"}

LOOKS = {key: split(text) for key, text in {
    "bareheaded": "bareheaded, bare headed, with nothing on {his} head, hatless, with {his} head uncovered",
    "empty": "not carrying anything, empty handed, with nothing in {his} hands, not holding anything, carrying nothing",
    "shaven": "clean shaven, clean-shaven",
    "bare legs": "with bare legs, bare legged, with {his} legs showing",
    "bare arms": "with bare arms, with {his} arms showing",
    "dark": "dressed in dark clothes, wearing dark clothing, in dark colors, all in dark colours, "
            "dressed in dark clothing, in dark clothes, in a dark outfit",
    "light": "dressed in light clothes, wearing light clothing, in light colors, in light coloured clothes, "
             "in a light outfit",
    "bright": "dressed in bright clothes, wearing bright colors, in bright clothing, in colorful clothes, "
              "in a colourful outfit",
    "all black": "dressed all in black, wearing all black, in all black, dressed in black, wearing black clothes, "
                 "in black from head to toe, in black clothing, dressed entirely in black",
    "all white": "dressed all in white, wearing all white, in all white, in white clothes",
    "matching": "with a matching top and bottoms, in a matching outfit, in one colour, wearing matching clothes, "
                "in a matching set",
    "formal": "formally dressed, smartly dressed, dressed formally, in formal wear, in business attire, "
              "dressed for work, well dressed, in office clothes",
    "casual": "casually dressed, in casual clothes, dressed casually, in casual wear, in everyday clothes",
    "sporty": "in sportswear, wearing sports clothes, in athletic wear, dressed for sports, in a sporty outfit, "
              "in gym clothes, wearing athletic clothing",
    "warm": "dressed for winter, in winter clothes, warmly dressed, dressed for cold weather, bundled up",
    "summer": "in summer clothes, dressed for summer, dressed for warm weather, lightly dressed",
    "top darker": "with a top darker than {his} bottoms, with the shirt darker than the pants, "
                  "with the top darker than the rest",
    "top lighter": "with a top lighter than {his} bottoms, with a shirt lighter than {his} pants, "
                   "with the bottom half darker than the top, with a lighter top and darker bottoms",
    "outer longer": "with a jacket longer than the top under it, with a long jacket covering the top underneath",
    "inner longer": "with the shirt longer than the jacket, with a shirt hanging out below the jacket, "
                    "with {his} shirt sticking out "
                    "under the jacket",
    "loose": "in loose clothes, in baggy clothes, wearing loose clothing",
}.items()}


def luminance(rgb: tuple[int, int, int]) -> float:
    """0..255, Rec. 601 weights."""
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]


@cache
def _known(keys: tuple[str, ...]) -> tuple[str, ...]:
    """One object for equal tuples, so that many people share it."""
    return keys


def absent_things(person: Person) -> tuple[str, ...]:
    kinds = {bag.kind for bag in person.bags}
    upper = person.upper
    plain = upper.pattern == "plain" and upper.kind not in ("safety vest", "uniform", "jersey")
    there = {
        "headwear": person.headwear, "bag": kinds, "backpack": "backpack" in kinds, "glasses": person.eyewear,
        "beard": person.beard or person.gender == "woman", "hood": upper.hood or upper.kind in ("hoodie", "raincoat"),
        "mask": person.mask, "scarf": person.scarf or person.headwear and person.headwear.kind == "headscarf",
        "umbrella": person.umbrella, "jacket": upper.kind in OUTER or person.held and person.held.kind == "coat",
        "logo": not plain, "tie": person.tie, "phone": person.held and person.held.kind.startswith("phone"),
        "gloves": person.gloves,
    }
    return _known(tuple(key for key, value in there.items() if not value))


def impressions_of(person: Person) -> tuple[str, ...]:
    upper, lower, inner = person.upper, person.lower, person.inner
    bottom = lower or upper
    names = {upper.paint.name, bottom.paint.name}
    kinds = {upper.kind, bottom.kind}
    step = luminance(upper.paint.rgb) - luminance(bottom.paint.rgb)
    simple = upper.kind in ("t-shirt", "hoodie", "sweater", "polo", "jacket", "denim jacket", "tank top")
    bare = bool(lower and lower.kind in ("shorts", "skirt") or upper.kind == "dress") and bottom.hem < 0.8
    truths = {
        "bareheaded": not person.headwear,
        "empty": not (person.bags or person.held or person.pushed or person.umbrella),
        "shaven": person.gender == "man" and not person.beard and not person.mask and person.age != "child",
        "bare legs": bare,
        "bare arms": upper.sleeve < 0.2 and not inner,
        "dark": names <= DARK and upper.second is None,
        "light": names <= LIGHT and upper.second is None,
        "bright": names <= BRIGHT or bool(upper.second and {upper.paint.name, upper.second.name} <= BRIGHT),
        "all black": names == {"black"} and upper.second is None and (not inner or inner.paint.name == "black"),
        "all white": names == {"white"} and upper.second is None,
        "matching": lower is not None and len(names) == 1,
        "formal": upper.kind == "suit" or person.tie is not None,
        "casual": simple and bottom.kind in ("jeans", "shorts", "joggers", "leggings", "cargo trousers"),
        "sporty": bool(kinds & SPORTS),
        "warm": upper.kind in WARM or person.scarf is not None or person.gloves is not None,
        "summer": upper.sleeve < 0.58 and (bare or upper.kind in ("tank top", "dress")),
        "top darker": lower is not None and step < -70,
        "top lighter": lower is not None and step > 70,
        "outer longer": inner is not None and upper.hem - inner.hem > 0.08,
        "inner longer": inner is not None and inner.hem - upper.hem > 0.02,
        "loose": upper.loose > 1.22 and bottom.loose > 1.2,
    }
    return _known(tuple(key for key, value in truths.items() if value))
