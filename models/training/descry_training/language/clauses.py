"""Clauses of one subject, finite ("is wearing a red top") or as participles ("wearing a red top")."""

from .choice import early, pick
from .grammar import enumerate_all, is_plural
from .item import Item
from .memory import Memory
from .teller import Teller

WEAR_FINITE = ("is wearing", "is wearing", "is wearing", "is wearing", "wears", "is wearing", "has on", "is dressed in",
               "was wearing", "wore", "had on", "is in", "is seen wearing", "is clothed in", "was dressed in",
               "is sporting",
               "appears to be wearing", "is clad in")
WEAR_PARTICIPLE = ("wearing", "wearing", "wearing", "in", "dressed in", "with", "who is wearing", "who wore", "in",
                   "who had on",
                   "clad in", "sporting", "that is wearing", "who wears", "with", "wears")
SEEMS = ("is", "appears to be", "looks to be", "seems to be", "is probably", "must be")
ALSO = ("is also wearing", "also has on", "is wearing", "wears", "has", "also wears", "has on", "was also wearing")


def finite(teller: Teller, participle: str) -> str:
    """ "is wearing ...", from "wearing ..."; "has a ..." from "with a ..."."""
    verb = teller.verb
    if participle.startswith("with "):
        return f"{verb('has')} {participle[5:]}"
    if participle.startswith("without "):
        return f"{verb('is')} {participle}"
    return f"{verb('is') if teller.rng.random() < 0.86 else verb('was')} {participle}"


def agree(teller: Teller, words: str) -> str:
    """The first verb of a finite clause as the pronoun wants it; "has" and "is" may be second in "also has"."""
    if teller.voice.he != "they":
        return words
    return " ".join(teller.verb(word) for word in words.split(" "))


def layered(teller: Teller, outer: Item, inner: Item) -> str:
    """ "a black jacket over a white shirt"."""
    first, second = teller.thing(outer), teller.thing(inner, detail=0.6)
    return early(teller.rng, (
        f"{first} over {second}", f"{first} over {second}", f"{first} with {second} underneath",
        f"{second} under {first}",
        f"{first} with {second} showing", f"{second} underneath {first}", f"{first} on top of {second}",
        f"{first} with {second} under it", f"{second} beneath {first}", f"{first}, {second} underneath",
        f"{first} and {second} inside", f"{first} with {second} visible underneath", f"{first} covering {second}",
    ))


def garments(teller: Teller, worn: list[Item], detail: float = 1.0) -> str:
    """ "a red top, blue jeans and white shoes"."""
    texts: list[str] = []
    slots = [item.slot for item in worn]
    layers = "upper" in slots and "inner" in slots and teller.rng.random() < 0.7
    for item in worn:
        if layers and item.slot == "inner":
            continue
        if layers and item.slot == "upper":
            texts.append(layered(teller, item, worn[slots.index("inner")]))
        else:
            texts.append(teller.thing(item, detail=detail))
    return enumerate_all(teller.rng, texts)


def wear(teller: Teller, worn: list[Item], is_finite: bool) -> str:
    also = teller.clothes_told
    teller.clothes_told = True
    text = garments(teller, worn)
    if not is_finite:
        return f"{early(teller.rng, WEAR_PARTICIPLE)} {text}"
    return f"{agree(teller, early(teller.rng, ALSO if also else WEAR_FINITE))} {text}"


def faces(teller: Teller, face: list[Item], is_finite: bool) -> str:
    text = enumerate_all(teller.rng, [teller.thing(item) for item in face])
    if is_finite:
        worn = all(item.slot in ("eyewear", "mask") for item in face)
        if worn:
            return finite(teller, f"wearing {text}")
        return f"{teller.verb(early(teller.rng, ('has', 'has', 'has', 'had')))} {text}"
    return f"{early(teller.rng, ('with', 'with', 'with', 'with', 'having', 'who has'))} {text}"


def carry(teller: Teller, bags: list[Item], is_finite: bool) -> str:
    first = bags[0]
    texts = [teller.thing(bag) + teller.place(bag, 0.62) for bag in bags]
    verb = early(teller.rng, first.verbs)
    text = enumerate_all(teller.rng, texts)
    if is_finite:
        return f"{teller.verb('has')} {text}" if verb in ("with", "has") else finite(teller, f"{verb} {text}")
    return f"{'with' if verb == 'has' else verb} {text}"


def deed(teller: Teller, item: Item, is_finite: bool) -> str:
    """ "talking on the phone", "holding a cup in his left hand"."""
    if item.doing and teller.rng.random() < 0.6:
        text = teller.deed(item)
    else:
        verb = early(teller.rng, item.verbs) if item.verbs else "holding"
        text = f"{'with' if verb == 'has' else verb} {teller.thing(item)}{teller.place(item, 0.45)}"
    return finite(teller, text) if is_finite else text


def action(teller: Teller, is_finite: bool) -> str:
    text = teller.action()
    return finite(teller, text) if is_finite else text


def predicate(teller: Teller, item: Item) -> str:
    """A whole sentence about one thing: "his shoes are white", "the shirt has stripes", "the pants are long"."""
    rng = teller.rng
    if item.slot == "hair" and not item.nouns:
        return f"{teller.pronoun()} {faces(teller, [item], True)}"
    noun = teller.noun(item)
    owner = teller.fill("{his}") if rng.random() < 0.6 else "the"
    be = "are" if is_plural(noun) else "is"
    has = "have" if is_plural(noun) else "has"
    subject = noun if noun.startswith(("his ", "her ", "their ")) else f"{owner} {noun}"
    tails = [trait for trait in item.traits if trait.behind]
    if tails and rng.random() < 0.45:
        words = teller.tail(item, pick(rng, tails).behind)
        if words.startswith("with "):
            return f"{subject} {has} {words[5:]}"
        if words.startswith(("that is ", "which is ", "that are ")):
            return f"{subject} {be} {words.split(' ', 2)[2]}"
    fronts = [trait for trait in item.traits if trait.front and trait.predicative]
    if fronts and rng.random() < (0.5 if item.colours else 1.0):
        word = early(rng, pick(rng, fronts).front)
        teller.say(f"{item.slot}.is:{word}")
        if item.colours and rng.random() < 0.5:
            return f"{subject} {be} {word} and {teller.colour(item)}"
        return f"{subject} {be} {word}"
    if item.colours:
        colour = teller.colour(item)
        if item.seconds and rng.random() < 0.4:
            colour = f"{colour} and {teller.second_colour(item)}"
        return f"{subject} {be} {colour}" + (" in color" if rng.random() < 0.06 else "")
    return f"{teller.pronoun()} {teller.verb('has')} {teller.thing(item)}"


def extra(teller: Teller, memory: Memory) -> str:
    """A sentence that adds little: something said again, something absent, an impression of the whole."""
    rng = teller.rng
    roll = rng.random()
    known = [item for item in memory.worn + memory.bags if item.colours]
    if roll < 0.08:
        return f"{teller.pronoun()} {agree(teller, early(rng, SEEMS))} {teller.age()}"
    if roll < 0.55 and known:
        return predicate(teller, pick(rng, known))
    if roll < 0.78 or not teller.known.impressions:
        text = teller.denied()
    else:
        text = teller.look()
    return f"{teller.pronoun()} {finite(teller, text)}"
