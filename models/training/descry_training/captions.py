"""Sentences a witness might say: partial, shuffled, vague, in several forms."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from . import words
from .describable import SLOT_PARTS, Item, View, action_words, items, who_words
from .people import Person


@dataclass(frozen=True)
class Statement:
    """`part` is the picture part a short phrase speaks of, 0 for whole sentences."""

    text: str
    facts: frozenset[str]
    part: int = 0


@dataclass(frozen=True)
class Phrase:
    text: str
    facts: frozenset[str]
    slot: str = ""


SINGULAR_S = ("dress", "one piece dress", "sundress", "business")
UNCOUNTABLE = ("footwear", "legwear", "luggage", "facial hair", "stubble", "upper clothing", "lower clothing",
               "upper body clothing", "clothes on top", "coffee", "papers")
OPENERS = ("I saw {a}", "I remember {a}", "Looking for {a}", "We are looking for {a}", "It was {a}", "There was {a}",
           "The suspect is {a}", "The person was {a}", "The witness described {a}", "Find {a}", "Search for {a}",
           "He said it was {a}", "I think it was {a}", "I noticed {a}", "Please find {a}", "Can you find {a}",
           "Someone saw {a}", "This is {a}", "The picture shows {a}", "Description: {a}", "I am sure it was {a}",
           "Probably {a}", "I believe it was {a}", "Last seen: {a}", "Missing: {a}", "Target is {a}", "Show me {a}")
FILLERS = ("I think", "as far as I remember", "maybe", "probably", "I believe", "if I recall correctly", "possibly",
           "not sure about the rest", "that is all I saw", "it was quick", "from what I could see", "apparently",
           "roughly", "more or less", "I guess", "or something like that", "at the station", "near the entrance",
           "around noon", "in the morning", "late at night", "by the road", "on the street", "near the gate",
           "on the stairs", "in the hall", "at the platform", "outside the shop", "crossing the road")
WEARING = ("wearing", "wearing", "in", "dressed in", "with", "who wore", "who is wearing", "who had on", "clad in",
           "wears", "has on", "sporting")
CARRYING = ("carrying", "carrying", "with", "holding", "who carries", "who was carrying", "and has", "carries", "and carrying",
            "who had")
HEDGES = ("kind of", "sort of", "maybe", "probably", "possibly", "some kind of", "what looked like", "perhaps")
CARRIED = {"bag", "umbrella", "holding"}
FACE = {"hair", "eyewear", "beard", "mask"}


def is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith("ss") or noun == "shades"


def a_or_an(text: str) -> str:
    return "an" if text[0] in "aeiou" and not text.startswith("one") else "a"


def article(rng: Random, text: str, noun: str) -> str:
    if noun in UNCOUNTABLE or noun.startswith(("a ", "hair", "no ", "long hair", "tied", "very")):
        return text
    if is_plural(noun):
        return rng.choice((text, text, text, f"a pair of {text}", f"some {text}"))
    if noun == "hair":
        return text
    choices = (f"{a_or_an(text)} {text}", text)
    return rng.choices(choices, (4, 1))[0]


def describe(rng: Random, item: Item, colour_chance: float = 0.88, bare: bool = False) -> Phrase:
    """One thing as a noun phrase; `bare` leaves the article away."""
    noun = rng.choice(item.nouns)
    facts = {f"{item.slot}:{noun}"}
    before: list[str] = []
    after = ""
    if item.adjectives and rng.random() < (0.6 if item.second_colours else 0.35):
        adjective = rng.choice(item.adjectives)
        before.append(adjective)
        facts.add(f"{item.slot}.is:{adjective}")
        if noun.startswith(adjective.split()[0]):
            before.pop()
    if item.colours and rng.random() < colour_chance:
        colour = rng.choice(item.colours)
        facts.add(f"{item.slot}.colour:{colour}")
        second = rng.choice(item.second_colours) if item.second_colours and rng.random() < 0.55 else None
        if second and second != colour:
            facts.add(f"{item.slot}.colour:{second}")
            if rng.random() < 0.7:
                pair = [colour, second] if rng.random() < 0.7 else [second, colour]
                colour = f"{pair[0]} {rng.choice(('and', 'and', '&', 'with'))} {pair[1]}"
            else:
                after = rng.choice((f" with {second} on it", f" with some {second}", f" with {second} parts",
                                    f" with {second} details"))
        form = rng.random()
        if form < 0.86:
            before.insert(0 if rng.random() < 0.75 else len(before), colour)
        elif form < 0.93 and not after:
            after = rng.choice((f" in {colour}", f" that is {colour}", f" which looked {colour}", f", {colour},",
                                f" of {colour} colour", f", {colour} in color"))
        elif " " not in colour and "coloured" not in colour:
            before.insert(0, rng.choice((f"{colour} coloured", f"{colour}-colored", f"{colour} colour", f"{colour} colored")))
        else:
            before.insert(0, colour)
    if item.tails and rng.random() < 0.5 and not after:
        tail = rng.choice(item.tails)
        after += f" {tail}"
        facts.add(f"{item.slot}.is:{tail}")
    text = " ".join([*before, noun])
    if not bare:
        text = article(rng, text, noun)
        if rng.random() < 0.03:
            text = f"{rng.choice(HEDGES)} {text}"
    return Phrase(text + after, frozenset(facts), item.slot)


def who(rng: Random, person: Person) -> Phrase:
    """Subject without article; one in six sentences leaves gender and age open."""
    facts: set[str] = set()
    noun = rng.choice(words.NEUTRAL)
    if rng.random() > 0.17:
        noun = rng.choice(who_words(person))
        facts.add(f"who:{noun}")
    if rng.random() < 0.14:
        body = rng.choice(words.BUILD[person.build] + words.HEIGHT[person.height])
        facts.add(f"body:{body}")
        noun = f"{body} {noun}" if "build" not in body and "height" not in body else f"{noun} of {body}"
    return Phrase(noun, frozenset(facts))


def enumerate_phrases(rng: Random, texts: list[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    last = rng.choice((" and ", " and ", ", ", ", and ", " with ", " & ", " plus "))
    return rng.choice((", ", ", ", " and ", "; ")).join(texts[:-1]) + last + texts[-1]


def pick_items(rng: Random, person: Person, view: View) -> list[Item]:
    """A partial memory: each kind of thing is remembered with its own chance."""
    keep = rng.uniform(0.45, 1.0)
    chance = {"upper": 0.95, "lower": 0.9, "shoes": 0.55, "inner": 0.55 if view.direction != "back" else 0.15,
              "hair": 0.4, "bag": 0.85, "headwear": 0.85, "umbrella": 0.9, "scarf": 0.6, "mask": 0.6, "eyewear": 0.5,
              "beard": 0.4, "holding": 0.5}
    found = [item for item in items(person) if rng.random() < chance[item.slot] * (keep if item.slot != "upper" else 1)]
    if len(found) > 1 and rng.random() < 0.08:
        found = rng.sample(found, 1)
    return found or [items(person)[0]]


def split_items(found: list[Item]) -> tuple[list[Item], list[Item], list[Item]]:
    worn = [item for item in found if item.slot not in CARRIED | FACE]
    return worn, [i for i in found if i.slot in CARRIED], [i for i in found if i.slot in FACE]


def one_sentence(rng: Random, person: Person, view: View) -> Statement:
    """'man in a red jacket, dark jeans, carrying a black backpack'"""
    subject = who(rng, person)
    worn, carried, face = split_items(pick_items(rng, person, view))
    if rng.random() < 0.3:
        rng.shuffle(worn)
    clothes, things, looks = ([describe(rng, item) for item in group] for group in (worn, carried, face))
    clauses: list[str] = []
    if clothes:
        clauses.append(f"{rng.choice(WEARING)} {enumerate_phrases(rng, [p.text for p in clothes])}")
    if looks:
        clauses.append(f"{rng.choice(('with', 'having', 'who has', 'has'))} {enumerate_phrases(rng, [p.text for p in looks])}")
    if things:
        clauses.append(f"{rng.choice(CARRYING)} {enumerate_phrases(rng, [p.text for p in things])}")
    facts = subject.facts.union(*(p.facts for p in clothes + things + looks))
    if rng.random() < 0.18:
        action = rng.choice(action_words(view))
        clauses.append(action)
        facts |= {f"action:{action}"}
    if rng.random() < 0.3:
        rng.shuffle(clauses)
    text = subject.text
    for clause in clauses:
        text += rng.choice((" ", " ", ", ")) + clause
    text = rng.choice((text, f"{a_or_an(text)} {text}", f"the {text}"))
    if rng.random() < 0.18:
        text = rng.choice(OPENERS).format(a=text if text.startswith(("a ", "an ", "the ")) else f"{a_or_an(text)} {text}")
    return Statement(text, facts)


def several_sentences(rng: Random, person: Person, view: View) -> Statement:
    """'The man is wearing a red jacket. He has short hair. His shoes are white.'"""
    subject = who(rng, person)
    male = person.gender == "man"
    open_gender = not any(f.startswith("who:") for f in subject.facts)
    pronoun, possessive, verb = ("they", "their", "have") if open_gender and rng.random() < 0.5 else (
        ("he", "his", "has") if male else ("she", "her", "has"))
    be = "are" if pronoun == "they" else rng.choice(("is", "is", "was"))
    worn, carried, face = split_items(pick_items(rng, person, view))
    facts = set(subject.facts)
    sentences: list[str] = []
    first = [describe(rng, item) for item in worn[:2]]
    if first:
        verb_phrase = rng.choice(("is wearing", "wears", "was wearing", "is dressed in", "had on", "has on", "wore"))
        lead = rng.choice(("the", a_or_an(subject.text), "this"))
        sentences.append(f"{lead} {subject.text} {verb_phrase} {enumerate_phrases(rng, [p.text for p in first])}")
    else:
        sentences.append(f"{rng.choice(('there is ', 'it is ', ''))}{a_or_an(subject.text)} {subject.text}")
    for phrase in first:
        facts |= phrase.facts
    rest: list[str] = []
    for item in worn[2:] + carried + face:
        if item.colours and rng.random() < 0.3:
            noun, colour = rng.choice(item.nouns), rng.choice(item.colours)
            facts |= {f"{item.slot}:{noun}", f"{item.slot}.colour:{colour}"}
            rest.append(f"{possessive} {noun} {'are' if is_plural(noun) else 'is'} {colour}")
            continue
        phrase = describe(rng, item)
        facts |= phrase.facts
        if item.slot in CARRIED:
            action = rng.choice((f"{be} carrying", f"{verb}", f"{be} holding", f"{verb} got", f"{be} seen with"))
        elif item.slot in FACE:
            action = f"{be} wearing" if item.slot in ("eyewear", "mask") else verb
        else:
            action = rng.choice((f"{be} wearing", f"{be} also wearing", f"{verb} on"))
        rest.append(f"{pronoun} {action} {phrase.text}")
    if rng.random() < 0.3:
        action = rng.choice(action_words(view))
        facts.add(f"action:{action}")
        rest.append(f"{pronoun} {be} {action}")
    rng.shuffle(rest)
    if rng.random() < 0.2 and rest:
        rest.insert(0, sentences.pop())
        rng.shuffle(rest)
    sentences += rest
    joined = rng.choice((". ", ". ", ". ", ", ", " and ")).join(sentences)
    return Statement(joined + rng.choice((".", ".", "")), frozenset(facts))


def list_of_things(rng: Random, person: Person, view: View) -> Statement:
    """'red jacket, jeans, black backpack'"""
    phrases = [describe(rng, item, bare=True) for item in pick_items(rng, person, view)]
    rng.shuffle(phrases)
    lead = [who(rng, person)] if rng.random() < 0.5 else []
    separator = rng.choice((", ", ", ", " / ", "; ", " "))
    text = separator.join(p.text for p in lead + phrases)
    if rng.random() < 0.15:
        text = f"{rng.choice(('wearing', 'dressed in', 'clothing:', 'outfit:', 'in'))} {text}"
    return Statement(text, frozenset().union(*(p.facts for p in lead + phrases)))


def short_phrase(rng: Random, person: Person, view: View) -> Statement:
    """'a black backpack', 'dark jeans', 'red'"""
    found = items(person)
    item = rng.choice([i for i in found if i.slot in SLOT_PARTS])
    phrase = describe(rng, item, colour_chance=0.8, bare=rng.random() < 0.5)
    lead = rng.choice(("", "", "", "", "wearing ", "with ")) if item.slot != "bag" else rng.choice(("", "", "with ", "carrying "))
    return Statement(lead + phrase.text, phrase.facts, SLOT_PARTS[item.slot])


FORMS: tuple[tuple[Callable[[Random, Person, View], Statement], float], ...] = (
    (one_sentence, 6), (several_sentences, 5), (list_of_things, 2.5), (short_phrase, 3),
)


def sentence(rng: Random, person: Person, view: View) -> Statement:
    """A whole description, in any form but the short phrase."""
    forms, weights = zip(*FORMS[:-1])
    return finish(rng, rng.choices(forms, weights)[0](rng, person, view))


def phrase(rng: Random, person: Person, view: View) -> Statement:
    return finish(rng, short_phrase(rng, person, view))


def finish(rng: Random, statement: Statement) -> Statement:
    text = statement.text
    if statement.part == 0 and rng.random() < 0.12:
        filler = rng.choice(FILLERS)
        text = f"{filler}, {text}" if rng.random() < 0.5 else f"{text.rstrip('.')}, {filler}"
    if rng.random() < 0.5:
        text = text[:1].upper() + text[1:]
    if statement.part == 0 and rng.random() < 0.4 and not text.endswith("."):
        text += "."
    return Statement(text, statement.facts, statement.part)


def misspell(rng: Random, text: str) -> str:
    """Swap, drop or double one letter of one long word, so that word pieces are learnt too."""
    parts = text.split(" ")
    candidates = [i for i, word in enumerate(parts) if len(word) > 4]
    if not candidates:
        return text
    index = rng.choice(candidates)
    word, at = parts[index], rng.randrange(1, len(parts[index]) - 2)
    parts[index] = rng.choice((
        word[:at] + word[at + 1] + word[at] + word[at + 2:], word[:at] + word[at + 1:], word[:at] + word[at] + word[at:],
    ))
    return " ".join(parts)
