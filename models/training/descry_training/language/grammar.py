"""English small parts: articles, plurals, pronouns, enumerations."""

import re
from dataclasses import dataclass
from random import Random

from .choice import early, pick

SINGULAR = {"dress", "one-piece", "canvas", "business", "head dress"}
UNCOUNTABLE = {"footwear", "legwear", "luggage", "facial hair", "stubble", "upper clothing", "lower clothing",
               "knitwear", "outerwear", "hair", "headwear", "eyewear", "clothes", "hood up"}
PAIRS = {"lower", "shoes", "socks", "eyewear", "gloves", "headphones"}
CONSONANT_START = ("one", "uni", "uti", "use")


def is_plural(noun: str) -> bool:
    last = noun.rsplit(" ", 1)[-1]
    return last == "converse" or last.endswith("s") and not last.endswith("ss") and last not in SINGULAR


def a_or_an(text: str) -> str:
    return "an" if text[:1].lower() in "aeiou" and not text.lower().startswith(CONSONANT_START) else "a"


def with_determiner(text: str, determiner: str) -> str:
    """The subject's noun phrase; "someone" takes none."""
    if text.startswith(("someone", "somebody")):
        return text
    return f"{a_or_an(text) if determiner == 'a' else determiner} {text}"


def join(text: str, joint: str, clause: str) -> str:
    """A relative clause follows a comma, not an "and"."""
    return text + (", " if clause.startswith("who ") else joint) + clause


RELATIVE = re.compile(r"^(?:who (?:is wearing|wore|had on|wears)|that is wearing|wears)\b")


def participial(clause: str) -> str:
    """A clause that may open a sentence: "wearing ...", not "who wears ..."."""
    if clause.startswith("who has "):
        return "with " + clause[8:]
    return RELATIVE.sub("wearing", clause)


def with_article(rng: Random, text: str, noun: str, slot: str) -> str:
    if noun in UNCOUNTABLE or text.startswith(("a ", "{his}")):
        return text
    if is_plural(noun):
        if slot in PAIRS:
            roll = rng.random()
            return text if roll < 0.8 else f"a pair of {text}" if roll < 0.96 else f"some {text}"
        return text if rng.random() < 0.7 else f"some {text}"
    return f"{a_or_an(text)} {text}" if rng.random() < 0.95 else text


@dataclass(frozen=True, slots=True)
class Voice:
    """Third person pronouns and the verbs that agree with them."""

    he: str
    his: str
    him: str

    def fill(self, text: str) -> str:
        if "{" not in text:
            return text
        return text.replace("{his}", self.his).replace("{him}", self.him).replace("{he}", self.he)

    def verb(self, singular: str) -> str:
        return PLURAL_VERBS.get(singular, singular) if self.he == "they" else singular


PLURAL_VERBS = {"is": "are", "was": "were", "has": "have", "wears": "wear", "carries": "carry", "holds": "hold",
                "appears": "appear", "looks": "look", "seems": "seem"}
HE, SHE, THEY = Voice("he", "his", "him"), Voice("she", "her", "her"), Voice("they", "their", "them")


def enumerate_all(rng: Random, texts: list[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    if len(texts) == 2:
        return texts[0] + early(rng, (" and ", " and ", " and ", " with ", ", ", " & ", " plus ",
                                      " along with ")) + texts[1]
    joint = early(rng, (", ", ", ", ", ", " and ", "; "))
    return joint.join(texts[:-1]) + pick(rng, (" and ", ", and ", ", and ", ", ", " and ")) + texts[-1]


def capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
