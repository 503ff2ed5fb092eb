"""Sentences that a witness, an annotator or an investigator might write: partial, shuffled, vague, in several forms."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from ..people.person import View
from . import narrative, requests
from .choice import early
from .describable import SLOT_PARTS, Described
from .framing import FILLERS
from .grammar import capitalise
from .noise import roughen
from .teller import Teller

FORMS: tuple[tuple[Callable[[Teller], str], float], ...] = (
    (narrative.narrative, 46), (narrative.long_sentence, 17), (narrative.predicates, 5), (requests.query, 11),
    (requests.things_listed, 7), (requests.labelled, 1.5), (requests.police, 4.5), (requests.framed, 8),
)
_FORMS, _WEIGHTS = [form for form, _ in FORMS], [weight for _, weight in FORMS]
LEADS = {"hair": ("with",), "bag": ("carrying", "with")}


@dataclass(frozen=True, slots=True)
class Statement:
    """`facts` are what it states; `part` is the part of the picture that a short phrase speaks of, 0 for sentences."""

    text: str
    facts: frozenset[str]
    part: int = 0


def sentence(rng: Random, known: Described, view: View) -> Statement:
    """A whole description of a person seen in a view."""
    teller = Teller(rng, known, view)
    text = rng.choices(_FORMS, _WEIGHTS)[0](teller)
    if rng.random() < 0.05:
        filler = early(rng, FILLERS)
        first = rng.random() < 0.4
        text = f"{capitalise(filler)}, {text[:1].lower()}{text[1:]}" if first else f"{text.rstrip('.')}, {filler}"
    return Statement(roughen(rng, text), frozenset(teller.said))


def phrase(rng: Random, known: Described, view: View) -> Statement:
    """A short noun phrase about one thing, such as the app splits a sentence into: "a black backpack", "dark jeans"."""
    teller = Teller(rng, known, view)
    item = rng.choice([item for item in known.items if item.slot in SLOT_PARTS])
    roll = rng.random()
    if item.slot == "bag" and roll < 0.15:
        text = teller.thing(item) + teller.place(item, 1.0)
    elif item.doing and roll < 0.3:
        text = teller.deed(item)
    else:
        text = teller.thing(item, article=rng.random() < 0.4, coloured=0.8, detail=0.8)
        if rng.random() < 0.12:
            lead = LEADS.get(item.slot, ("wearing", "with", "in"))
            if item.slot not in ("held", "pushed", "umbrella"):
                text = f"{early(rng, lead)} {text}"
    return Statement(roughen(rng, text, short=True), frozenset(teller.said), SLOT_PARTS[item.slot])
