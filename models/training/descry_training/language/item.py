"""One thing that may be said of a person, with all words for it and the facts that they state."""

from dataclasses import dataclass
from functools import cache

from ..people.colours import COLOURS
from ..people.person import Paint

Words = tuple[str, ...]


@dataclass(slots=True)
class Trait:
    """One thing to say of an item: adjectives before its colour or after it, or words behind the noun.

    In `behind`, {} stands for the item's second colour, {his} for the possessive.
    """

    share: float  # how often it is said
    front: Words = ()
    middle: Words = ()
    behind: Words = ()
    predicative: bool = True  # "the coat is long", but not "the pants are dress"
    paired: bool = False  # both colours may stand before the noun ("red and white striped")


@dataclass(slots=True)
class Item:
    slot: str
    nouns: Words
    colours: Words = ()
    slips: Words = ()  # colour names that witnesses get wrong
    seconds: Words = ()
    traits: tuple[Trait, ...] = ()
    places: Words = ()  # where it is carried, with {his} and {him}
    verbs: Words = ()  # how it is carried
    doing: Words = ()  # whole participles about it
    phrases: Words = ()  # whole noun phrases with {colour}
    general: Words = ()  # seldom used nouns for anything of the kind: "garment"

    def facts(self) -> list[frozenset[str]]:
        slot = self.slot
        found = [named(slot + ":", self.nouns)]
        for words in (self.colours, self.slips, self.seconds):
            if words:
                found.append(named(slot + ".colour:", words))
        for trait in self.traits:
            for words in (trait.front, trait.middle, trait.behind):
                if words:
                    found.append(named(slot + ".is:", words))
        if self.general:
            found.append(named(slot + ":", self.general))
        for prefix, words in ((".at:", self.places), (".doing:", self.doing), (".is:", self.phrases)):
            if words:
                found.append(named(slot + prefix, words))
        return found


@cache
def named(prefix: str, words: Words) -> frozenset[str]:
    return frozenset(prefix + word for word in words)


def colour_words(paint: Paint | None) -> Words:
    return COLOURS[paint.name].words if paint else ()


def slip_words(paint: Paint) -> Words:
    return COLOURS[paint.name].slips


def paint_item(slot: str, nouns: Words, paint: Paint, **more: Words) -> Item:
    return Item(slot, nouns, colour_words(paint), slip_words(paint), **more)
