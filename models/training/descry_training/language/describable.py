"""From a person to everything that may truthfully be said of them.

Each thing (`Item`) lists its nouns, colours and traits; a statement built from some of them carries the matching
*facts* (strings such as `upper.colour:navy`). A crop satisfies a statement when its facts contain the statement's:
that gives exact labels, also for short phrases that are true of many people.
"""

from dataclasses import dataclass
from functools import cache

from ..people.person import Person, View
from . import people_words as people
from .impressions import absent_things, impressions_of
from .item import Item, Words, named
from .items import items_of

# Ids of the parts of a picture that show a thing; what is not listed cannot be pointed at.
SLOT_PARTS = {"upper": 1, "inner": 2, "lower": 3, "shoes": 4, "headwear": 5, "hair": 6, "bag": 7, "umbrella": 8,
              "scarf": 9, "mask": 10, "held": 11, "pushed": 12, "socks": 13, "skin": 14, "eyewear": 15}


@dataclass(slots=True)
class Described:
    """A person as the grammar sees them; made once a person by `describe`."""

    person: Person
    he: str  # the pronoun that fits: he, she
    who: Words
    body: Words
    items: list[Item]  # worn and carried, hair and face: in the order from which people tell
    absent: Words  # kinds of things that are truly not there (see `impressions`)
    impressions: Words  # keys of what the whole looks like (see `impressions`)
    idle: bool  # nothing in either hand

    def facts(self) -> list[frozenset[str]]:
        found = [
            named("who:", self.who), named("who:", (self.he,)), named("age:", (self.person.age,)),
            named("body:", self.body), named("no:", self.absent), named("look:", self.impressions),
        ]
        for item in self.items:
            found += item.facts()
        return found


@cache
def view_words(direction: str, action: str, high: bool, idle: bool) -> Words:
    """What a person is seen doing, most telling first."""
    moving = action in ("walking", "running")
    words = people.GOING.get((direction, moving), ()) + people.ACTION[action] + people.SEEN[direction]
    if high:
        words += people.FROM_ABOVE
    return words + people.IDLE_HANDS if idle and action != "sitting" else words


def doing(known: Described, view: View) -> Words:
    return view_words(view.direction, view.action, view.elevation > 25, known.idle)


def all_facts(known: Described, view: View) -> set[str]:
    """All that is true of a person in a crop: what the facts of every true statement lie within."""
    return set().union(*known.facts(), named("action:", doing(known, view)))


def who_words(person: Person) -> Words:
    man = person.gender == "man"
    if person.age == "child":
        return people.WHO["boy" if man else "girl"]
    return people.WHO[person.gender] + people.WHO[f"{person.age} {person.gender}"]


def describe(person: Person) -> Described:
    items = items_of(person)
    busy = person.held or person.pushed or person.umbrella or any(
        bag.carry in ("hand", "rolling", "elbow") for bag in person.bags)
    return Described(
        person, people.MAN_PRONOUN if person.gender == "man" else people.WOMAN_PRONOUN, who_words(person),
        people.BUILD[person.build] + people.HEIGHT[person.height], items, absent_things(person),
        impressions_of(person), not busy,
    )
