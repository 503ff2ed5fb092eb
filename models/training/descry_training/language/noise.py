"""What people do to words when they write in a hurry, and the shortened or masked captions that objectives ask for."""

import re
from random import Random

from .choice import pick, split
from .lexicon import FUNCTION_WORDS, VERBS, WORD

# Usual mistakes and other spellings, whole words only.
USUAL = {name: split(text) for name, text in {
    "gray": "grey", "grey": "gray", "striped": "stripped, stripe, strip", "carrying": "carring, caring, carying",
    "pants": "pant, pents", "trousers": "trouser, trowsers", "backpack": "bagpack, back pack, backpak, back-pack",
    "jeans": "jean, jeens", "sandals": "sandles, sandal", "wearing": "wering, waering, weraing",
    "shoes": "shoe, shose", "coloured": "colored", "colored": "coloured", "blonde": "blond", "blond": "blonde",
    "sneakers": "snickers, sneaker, sneekers", "shirt": "shrit, shirts, tshirt",
    "t-shirt": "tshirt, t shirt, tee-shirt, T-shirt", "jacket": "jaket, jackets, jacked",
    "sleeves": "sleaves, sleeve", "sleeved": "sleeve, sleved, sleaved", "woman": "women, womam", "man": "men",
    "plaid": "plad, plait", "checkered": "checked, chequered", "shorts": "short, shorst",
    "sweater": "sweeter, swetter", "purple": "purpel, purlple", "beige": "biege, baige", "khaki": "kaki, khakhi",
    "maroon": "marroon, maroone", "ponytail": "pony tail, pony-tail", "shoulder": "sholder, shoulders",
    "scarf": "scarve, scraf", "holding": "holdig", "suitcase": "suit case", "glasses": "glases, glass",
    "phone": "fone, phones", "cellphone": "cell phone", "camera": "camara", "looking": "lookin",
    "black": "balck, blak", "white": "withe, whit", "hoodie": "hoody, hoddie", "umbrella": "umbrela, umberella",
    "leggings": "legging, leggins", "bicycle": "bycicle, bicyle", "flip flops": "flipflops",
    "handbag": "hand bag, hand-bag", "dark": "drak", "light": "lite, ligth", "color": "colour", "colour": "color",
    "colorful": "colourful", "and": "an, n, &", "with": "wth, w/, whith", "leather": "lether",
    "hair": "hairs, hiar", "blouse": "blous", "pajama": "pyjama", "yellow": "yelow", "navy": "navi",
    "teenager": "teeneger",
}.items()}
ARTICLES = re.compile(r"\b(?:a|an|the) ", re.IGNORECASE)
SIDES = {"left": "right", "right": "left", "Left": "Right", "Right": "Left", "LEFT": "RIGHT", "RIGHT": "LEFT"}


def roughen(rng: Random, text: str, short: bool = False) -> str:
    """Letter case, full stops, articles, spaces and usual mistakes as people leave them; most captions stay clean."""
    if rng.random() < 0.035:
        text = ARTICLES.sub("", text)
    if rng.random() < (0.02 if short else 0.07):
        text = usual_mistake(rng, text)
    roll = rng.random()
    if short:
        text = text[:1].upper() + text[1:] if roll < 0.2 else text
    elif roll < 0.2:
        text = text.lower()
    elif roll < 0.75:
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.008:
        text = text.upper()
    if rng.random() < 0.22:
        text = text.rstrip(".")
    if rng.random() < 0.015:
        text = text.replace(". ", ".") if rng.random() < 0.5 else text.replace(" ", "  ", 1)
    return text.strip()


def usual_mistake(rng: Random, text: str) -> str:
    """One word that is known to be often misspelt, misspelt."""
    places = [match for match in WORD.finditer(text) if match.group().lower() in USUAL]
    if not places:
        return text
    match = pick(rng, places)
    return text[: match.start()] + pick(rng, USUAL[match.group().lower()]) + text[match.end():]


def misspell(rng: Random, text: str) -> str:
    """A usual mistake, or one letter of a longer word swapped, dropped, doubled or changed: so pieces are learnt."""
    if rng.random() < 0.3:
        return usual_mistake(rng, text)
    parts = text.split(" ")
    candidates = [i for i, word in enumerate(parts) if len(word) > 4 and word.isascii()]
    if not candidates:
        return text
    index = pick(rng, candidates)
    word = parts[index]
    at = rng.randrange(1, len(word) - 2)
    parts[index] = pick(rng, (
        word[:at] + word[at + 1] + word[at] + word[at + 2:],
        word[:at] + word[at + 1:],
        word[:at] + word[at] + word[at:],
        word[:at] + pick(rng, "aeiourstlnm") + word[at + 1:],
    ))
    return " ".join(parts)


def prune(text: str) -> str:
    """SEN's pruned caption: only pronouns, nouns and adjectives stay.

    The paper takes the tags PRP, NN and JJ of NLTK. Ours drops a list of function words and verbs instead, because the
    grammar's words are known; words that it does not know count as nouns. A text of nothing else is returned as it is.
    """
    kept = [match.group() for match in WORD.finditer(text) if match.group().lower() not in FUNCTION_WORDS
            and match.group().lower() not in VERBS]
    return " ".join(kept) or text


def swap_sides(text: str) -> str:
    """The text for the mirrored picture: left and right changed over."""
    return re.sub(r"\b(?:[Ll]eft|[Rr]ight|LEFT|RIGHT)\b", lambda match: SIDES[match.group()], text)
