"""The things that may be said of a person's clothes, hair, face and belongings, as items."""

import colorsys

from ..people.person import Bag, Garment, Held, Person
from . import garment_words as words
from . import people_words as people
from . import thing_words as things
from .item import Item, Trait, Words, colour_words, paint_item, slip_words

COVERING = {"headscarf", "hood", "helmet"}
MATERIAL = {"jeans", "denim jacket", "leather jacket", "suit", "safety vest", "uniform"}  # nobody calls them plain
PAIRED = {"stripes", "vertical stripes", "plaid", "blocks", "print", "dots", "floral", "camouflage", "sleeves",
          "side stripe"}


def _pattern(garment: Garment) -> Trait:
    middle, behind = words.PATTERN[garment.pattern]
    share = 0.8 if garment.pattern != "plain" else 0.0 if garment.kind in MATERIAL else 0.07
    return Trait(share, middle=middle, behind=behind, paired=garment.pattern in PAIRED)


def _fabric(garment: Garment) -> tuple[Trait, ...]:
    said = words.FABRIC[garment.fabric]
    if garment.kind in ("jeans", "denim jacket", "leather jacket", "leggings", "shorts"):
        return (Trait(0.1, middle=said),) if garment.fabric in ("denim", "leather") else ()
    return (Trait(words.FABRIC_SAID[garment.fabric], middle=said),)


def _style(kind: str, share: float = 0.1) -> tuple[Trait, ...]:
    return (Trait(share, front=words.SHEEN[kind], predicative=False),) if kind in words.SHEEN else ()


def _sleeves(garment: Garment) -> tuple[Trait, ...]:
    covered = garment.sleeve
    name = "none" if covered == 0 else "short" if covered < 0.58 else "rolled" if covered < 0.85 else "long"
    share = {"none": 0.4, "short": 0.28, "rolled": 0.3, "long": 0.2}[name]
    if garment.kind in ("vest", "safety vest") or name == "long" and garment.kind not in (
            "shirt", "t-shirt", "blouse", "sweater", "dress", "polo", "jersey", "uniform"):
        return ()
    front, behind = words.SLEEVE[name]
    return (Trait(share, front=front, behind=behind),)


def upper_item(garment: Garment, slot: str = "upper") -> Item:
    traits = [_pattern(garment), *_fabric(garment), *_sleeves(garment), *_style(garment.kind)]
    if garment.hem > 0.63 and garment.kind in ("coat", "raincoat", "dress", "cardigan", "puffer"):
        traits.append(Trait(0.35, front=words.LENGTH["long upper"]))
    elif garment.hem < 0.5 or garment.kind == "dress" and garment.hem < 0.7:
        traits.append(Trait(0.15, front=words.LENGTH["short upper"]))
    if slot == "upper":
        if garment.loose > 1.22:
            traits.append(Trait(0.15, front=words.FIT["loose"]))
        elif garment.loose < 0.96:
            traits.append(Trait(0.12, front=words.FIT["tight"]))
        if garment.open:
            traits.append(Trait(0.25, front=words.OPEN[0], behind=words.OPEN[1]))
        elif garment.kind in ("jacket", "puffer", "coat", "raincoat", "track jacket"):
            traits.append(Trait(0.05, front=words.CLOSED))
        if garment.tucked:
            traits.append(Trait(0.12, behind=words.TUCKED))
        if garment.belt:
            traits.append(Trait(0.25, front=words.BELTED[0], behind=words.BELTED[1]))
    if garment.hood and garment.kind != "hoodie":
        traits.append(Trait(0.3, front=words.HOODED[0], behind=words.HOODED[1]))
    if collar := words.COLLAR[garment.collar]:
        if garment.second is None:
            collar = tuple(word for word in collar if "{}" not in word)
        traits.append(Trait(0.12, behind=collar))
    return Item(slot, words.UPPER[garment.kind], colour_words(garment.paint), slip_words(garment.paint),
                colour_words(garment.second), tuple(traits), general=words.UPPER_GENERIC)


def lower_item(garment: Garment) -> Item:
    traits = [_pattern(garment), *_fabric(garment), *_style(garment.kind, 0.08)]
    if garment.kind in ("skirt", "shorts"):
        traits.append(Trait(0.3, front=words.LENGTH[
            "short lower" if garment.hem < 0.67 else "knee lower" if garment.hem < 0.79 else "long lower"]))
    elif garment.hem < 0.915 and garment.kind != "leggings":
        traits.append(Trait(0.4, front=words.LENGTH["rolled trousers"], behind=words.ROLLED))
    else:
        traits.append(Trait(0.06, front=words.LENGTH["long trousers"]))
    if garment.loose > 1.2:
        traits.append(Trait(0.2, front=words.FIT["loose"]))
    elif garment.loose < 0.98:
        traits.append(Trait(0.2, front=words.FIT["tight"]))
    if garment.belt:
        traits.append(Trait(0.12, behind=words.BELTED[1]))
    nouns = words.LOWER["short shorts" if garment.kind == "shorts" and garment.hem < 0.68 else garment.kind]
    return Item("lower", nouns, colour_words(garment.paint), slip_words(garment.paint), colour_words(garment.second),
                tuple(traits), general=words.LOWER_GENERIC)


def shoes_item(garment: Garment) -> Item:
    tall = garment.kind == "boots" and garment.hem < 0.86
    traits = [*_style(garment.kind, 0.07)]
    if garment.fabric == "leather":
        traits.append(Trait(0.1, middle=words.FABRIC["leather"]))
    if garment.second:
        traits.append(Trait(0.35, behind=words.SOLES, paired=True))
    return Item("shoes", words.TALL_BOOTS if tall else words.SHOES[garment.kind], colour_words(garment.paint),
                slip_words(garment.paint), colour_words(garment.second), tuple(traits))


def headwear_item(garment: Garment) -> Item:
    traits = [_pattern(garment), *_style(garment.kind)]
    return Item("headwear", words.HEADWEAR[garment.kind], colour_words(garment.paint), slip_words(garment.paint),
                colour_words(garment.second), tuple(traits))


def _hair_colours(person: Person) -> Words:
    paint = person.hair.paint
    if paint.name != "dyed":
        return people.HAIR_COLOUR[paint.name]
    hue = 360 * colorsys.rgb_to_hsv(*(channel / 255 for channel in paint.rgb))[0]
    name = next(word for limit, word in people.DYED if hue <= limit)
    return (name, f"bright {name}", f"{name} dyed", *people.HAIR_COLOUR["dyed"])


def hair_item(person: Person) -> Item | None:
    """None where headwear hides it."""
    style = person.hair.style
    if person.headwear:
        hidden = person.headwear.kind in COVERING
        if hidden or person.headwear.kind == "beanie" and style not in ("long", "medium", "bob", "ponytail"):
            return None
    phrases = people.HAIR_NOUN.get(style, ())
    if style == "bald":
        return Item("hair", (), phrases=phrases)
    lengths = Trait(0.75, front=people.HAIR_LENGTH[style])
    return Item("hair", ("hair",), _hair_colours(person), traits=(lengths,), phrases=phrases)


def bag_item(bag: Bag) -> Item:
    side = things.SIDES[bag.side]
    places = tuple(place.replace("{side}", side) for place in things.BAG_PLACES[bag.carry])
    size = "small" if bag.size < 0.88 else "large" if bag.size > 1.12 else "middle"
    traits = [Trait(0.22, front=things.BAG_SIZE[size])] if size != "middle" else []
    if bag.kind in things.LEATHER_BAGS:
        traits.append(Trait(0.1, middle=("leather",)))
    if bag.second:
        traits.append(Trait(0.35, behind=("with {} straps", "with {} trim", "with {} details", "with {} on it",
                                          "with a {} pocket", "with {} accents", "with some {}"), paired=True))
    return Item("bag", things.BAGS[bag.kind], colour_words(bag.paint), slip_words(bag.paint), colour_words(bag.second),
                tuple(traits), places, things.BAG_VERBS[bag.carry])


def held_item(held: Held) -> Item:
    side = things.SIDES[held.side]
    places = tuple(place.replace("{side}", side) for place in things.HAND_PLACES)
    if held.kind in ("phone", "book", "paper"):
        places += things.BOTH_HANDS[:2]
    if held.kind == "phone at ear":
        places = ("to {his} ear", f"to {{his}} {side} ear", "at {his} ear", "against {his} ear")
    if held.kind == "coat":
        places = ("over {his} arm", f"over {{his}} {side} arm", "on {his} arm", "in {his} hand")
    return paint_item("held", things.HELD[held.kind], held.paint, places=places,
                      verbs=("holding", "carrying", "with", "has"), doing=things.HELD_DOING[held.kind])


def items_of(person: Person) -> list[Item]:
    """Everything worn, carried or visible."""
    found = [upper_item(person.upper)]
    if person.inner:
        found.append(upper_item(person.inner, "inner"))
    if person.lower:
        found.append(lower_item(person.lower))
    found.append(shoes_item(person.shoes))
    if person.headwear:
        found.append(headwear_item(person.headwear))
    for slot, nouns, paint in (
        ("scarf", things.SCARF, person.scarf), ("tie", things.TIE, person.tie),
        ("gloves", things.GLOVES, person.gloves), ("socks", things.SOCKS, person.socks),
        ("headphones", things.HEADPHONES, person.headphones), ("mask", things.MASK, person.mask),
    ):
        if paint:
            found.append(paint_item(slot, nouns, paint))
    if person.eyewear:
        found.append(Item("eyewear", people.GLASSES[person.eyewear]))
    if hair := hair_item(person):
        found.append(hair)
    if person.beard:
        found.append(Item("beard", people.BEARD))
    found += [bag_item(bag) for bag in person.bags]
    if person.umbrella:
        found.append(paint_item("umbrella", things.UMBRELLA, person.umbrella, doing=things.UMBRELLA_DOING))
    if person.held:
        found.append(held_item(person.held))
    if person.pushed:
        pushed = person.pushed
        found.append(paint_item("pushed", things.PUSHED[pushed.kind], pushed.paint,
                                verbs=("pushing", "pushing", "with"),
                                doing=things.PUSHED_DOING[pushed.kind]))
    return found
