"""Descriptions in whole sentences, as paid annotators write them."""

from collections.abc import Callable

from . import clauses
from .choice import early
from .framing import UNDRAWN
from .grammar import capitalise, join, participial, with_determiner
from .memory import Memory, remember, shuffle_a_little
from .teller import Teller

THERE = ("there is", "this is", "I saw", "we see", "there's", "it was", "I noticed", "it is", "here we see",
         "the picture shows",
         "you can see", "I remember", "there was", "the image shows", "pictured is", "I am describing", "I spotted")
Clause = tuple[str, Callable[[bool], str]]  # what of, and how it is said: finite or not


def subject(teller: Teller, article: str = "") -> str:
    teller.by_pronoun = False
    noun = teller.embodied(teller.meet())
    article = article or early(teller.rng, ("the", "a", "the", "a", "this", "a"))
    return with_determiner(noun, article)


def clauses_of(teller: Teller, memory: Memory, acting: float = 0.26) -> list[Clause]:
    """What is remembered, mostly in the order in which people tell it; a share `acting` tells what the person does."""
    rng = teller.rng
    shuffle_a_little(rng, memory.worn)
    worn = memory.worn
    # Shoes and hats are often told apart from the rest.
    cut = len(worn) if len(worn) < 3 or rng.random() < 0.45 else rng.randrange(2, len(worn))
    found: list[Clause] = []
    if worn:
        found.append(("wear", lambda finite: clauses.wear(teller, worn[:cut], finite)))
    if cut < len(worn):
        found.append(("wear", lambda finite: clauses.wear(teller, worn[cut:], finite)))
    if memory.face:
        found.append(("face", lambda finite: clauses.faces(teller, memory.face, finite)))
    if memory.bags:
        found.append(("bags", lambda finite: clauses.carry(teller, memory.bags, finite)))
    for item in memory.deeds:
        found.append(("deed", lambda finite, item=item: clauses.deed(teller, item, finite)))
    if rng.random() < 0.22:
        rng.shuffle(found)
    if rng.random() < acting:
        found.insert(rng.randrange(len(found) + 1), ("action", lambda finite: clauses.action(teller, finite)))
    return found


def opening(teller: Teller, found: list[Clause]) -> str:
    """The first sentence; takes the clauses that it uses out of `found`."""
    rng = teller.rng
    who = subject(teller)
    roll = rng.random()
    face = next((clause for clause in found if clause[0] == "face"), None)
    if roll < 0.24 and face and len(found) > 1:
        found.remove(face)
        return f"{who} {face[1](False)} {found.pop(0)[1](True)}"
    if roll < 0.34 and len(found) > 1:
        return f"{participial(found.pop(0)[1](False))}, {who} {found.pop(0)[1](True)}"
    if roll < 0.46:
        return f"{who} {found.pop(0)[1](False)}"
    if roll < 0.54:
        there = early(rng, THERE)
        noun = who.split(" ", 1)[1] if who.startswith(("the ", "a ", "an ", "this ")) else who
        return f"{there} {with_determiner(noun, 'a')} {found.pop(0)[1](False)}"
    if roll < 0.6 and len(found) > 1:
        return f"{who} {found.pop(0)[1](False)} {found.pop(0)[1](True)}"
    return f"{who} {found.pop(0)[1](True)}"


def narrative(teller: Teller) -> str:
    """ "The man is wearing a red jacket and jeans. He has short hair and is carrying a bag. His shoes are white." """
    rng = teller.rng
    memory = remember(teller, 0.7)
    found = clauses_of(teller, memory)
    sentences = [opening(teller, found)]
    while found:
        _, clause = found.pop(0)
        if rng.random() < 0.16:
            sentences[-1] = join(sentences[-1], early(rng, (" and ", ", and ", " and also ", ", ")), clause(False))
            continue
        sentence = f"{teller.pronoun()} {clause(True)}"
        if found and rng.random() < 0.42:
            again = rng.random() < 0.6
            joint = early(rng, (" and ", " and ", ", and ") if again else (" and ", " and ", ", ", " while "))
            sentence = join(sentence, joint, found.pop(0)[1](again))
        sentences.append(sentence)
    if rng.random() < 0.3:
        sentences.append(clauses.extra(teller, memory))
    if rng.random() < 0.06:
        sentences.append(f"{teller.pronoun()} {clauses.finite(teller, teller.fill(early(rng, UNDRAWN)))}")
    if len(sentences) > 2 and rng.random() < 0.1:
        sentences[1:] = rng.sample(sentences[1:], len(sentences) - 1)
    if rng.random() < 0.9:
        return ". ".join(capitalise(sentence) for sentence in sentences) + "."
    return rng.choice((", ", " and ", " ")).join(sentences)


def predicates(teller: Teller) -> str:
    """ "The man has short hair. His jacket is red. The pants are blue. The shoes have white soles." """
    rng = teller.rng
    memory = remember(teller)
    things = memory.all()
    shuffle_a_little(rng, things, 0.4)
    who = subject(teller)
    first = things.pop(0)
    sentences = [f"{who} {teller.verb('has')} {teller.thing(first)}" if first.slot == "hair"
                 else f"{who} {teller.verb('wears')} {teller.thing(first)}" if first in memory.worn
                 else f"{who} {clauses.action(teller, True)}"]
    for item in things[:4]:
        if item.slot in ("held", "umbrella", "pushed"):
            sentences.append(f"{teller.pronoun()} {clauses.deed(teller, item, True)}")
        else:
            sentences.append(clauses.predicate(teller, item))
    joint = early(rng, (". ", ". ", ". ", ", ", " and "))
    return joint.join(capitalise(each) if joint == ". " else each for each in sentences) + "."


def long_sentence(teller: Teller) -> str:
    """ "A young woman with long black hair, wearing a gray coat over a white sweater and jeans, carrying a bag." """
    rng = teller.rng
    memory = remember(teller, 0.75)
    who = subject(teller)
    found = clauses_of(teller, memory, 0.3)
    if rng.random() < 0.5:
        found.sort(key=lambda clause: clause[0] != "face")
    text = who
    for place, (kind, clause) in enumerate(found):
        last = place == len(found) - 1
        said = clause(last and place > 1 and rng.random() < 0.12)
        if place == 0 or kind == "face" and rng.random() < 0.4:
            text = join(text, " " if rng.random() < 0.85 else ", ", said)
        else:
            text = join(text, early(rng, (" and ", ", and ", ", ") if last else (", ", ", ", " and ", " ")), said)
    if rng.random() < 0.04:
        text += ", " + teller.fill(early(rng, UNDRAWN))
    if rng.random() < 0.08:
        text += ", " + (teller.look() if rng.random() < 0.5 and teller.known.impressions else teller.denied())
    return capitalise(text) + "."
