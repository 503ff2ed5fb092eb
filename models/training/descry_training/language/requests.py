"""Short requests, lists, police descriptions and witness statements."""

from . import clauses
from .choice import early, pick
from .framing import ACCESSORY_LABELS, FRAMES, LABELS, POLICE_AGES, POLICE_SEX
from .grammar import enumerate_all, join, participial, with_determiner
from .memory import remember
from .narrative import clauses_of
from .speaker import VOICES
from .teller import Teller

SEPARATORS = (", ", ", ", ", ", "; ", " / ", " ", " - ", " + ", "\n", " | ")


def query(teller: Teller) -> str:
    """ "man in a red jacket, dark jeans, black backpack" """
    rng = teller.rng
    memory = remember(teller)
    noun = teller.embodied(teller.meet(0.3), 0.16)
    worn = [teller.thing(item, article=rng.random() < 0.5, detail=0.7) for item in memory.worn]
    rest = [teller.thing(item, article=False, detail=0.7) for item in memory.face + memory.bags]
    rest += [clauses.deed(teller, item, False) for item in memory.deeds]
    text = noun
    if worn:
        lead = early(rng, (" in ", ", ", " wearing ", " with ", ", "))
        text += lead + (enumerate_all(rng, worn) if rng.random() < 0.6 else ", ".join(worn))
    if rest:
        text += early(rng, (", ", " with ", ", ")) + ", ".join(rest)
    if rng.random() < 0.07:
        text += early(rng, (", ", " ")) + teller.denied()
    if rng.random() < 0.1:
        text += early(rng, (", ", " ")) + teller.action()
    return text


def things_listed(teller: Teller) -> str:
    """ "red jacket, jeans, black backpack" """
    rng = teller.rng
    found = remember(teller).all()
    rng.shuffle(found)
    parts = [teller.thing(item, article=False, detail=0.7) for item in found]
    if rng.random() < 0.45:
        parts.insert(0, teller.embodied(teller.meet(0.15)))
    if rng.random() < 0.06:
        parts.append(teller.denied())
    text = early(rng, SEPARATORS).join(parts)
    if rng.random() < 0.15:
        text = f"{early(rng, ('wearing', 'dressed in', 'clothing:', 'outfit:', 'in', 'clothes:', 'has'))} {text}"
    return text


def labelled(teller: Teller) -> str:
    """ "Top: red jacket. Bottom: jeans. Hair: short black." """
    rng = teller.rng
    parts = []
    if rng.random() < 0.5:
        parts.append(f"{early(rng, ('person', 'who', 'subject'))}: {teller.meet(0.05)}")
    for item in remember(teller).all():
        parts.append(f"{early(rng, LABELS[item.slot])}: {teller.thing(item, article=False, detail=0.7)}")
    if rng.random() < 0.2:
        parts.append(f"{early(rng, ACCESSORY_LABELS)}: {teller.denied()}")
    return early(rng, ("; ", ", ", ". ", "\n")).join(parts)


def police(teller: Teller) -> str:
    """ "Male, 20s, slim build, short dark hair, wearing a black hooded top, blue jeans. Carrying a rucksack." """
    rng, known = teller.rng, teller.known
    person = known.person
    sex = early(rng, POLICE_SEX[person.gender])
    teller.say("who:" + known.he)
    parts = [sex]
    teller.voice = VOICES[known.he]
    if rng.random() < 0.6:
        parts.append(early(rng, POLICE_AGES[person.age]))
        teller.say("age:" + person.age)
    if rng.random() < 0.5:
        body = pick(rng, known.body)
        teller.say("body:" + body)
        if body in ("slim", "heavy", "large", "stocky", "thin") and rng.random() < 0.6:
            body += " build"
        parts.append(body)
    memory = remember(teller)
    parts += [teller.thing(item, article=False) for item in memory.face]
    if memory.worn:
        parts.append(participial(clauses.wear(teller, memory.worn, False)))
    if memory.bags:
        parts.append(clauses.carry(teller, memory.bags, False))
    parts += [clauses.deed(teller, item, False) for item in memory.deeds]
    if rng.random() < 0.12:
        parts.append(teller.denied())
    return early(rng, (", ", ", ", ". ", "; ")).join(parts)


def framed(teller: Teller) -> str:
    """ "I am looking for a woman with long hair wearing a red coat" """
    rng = teller.rng
    memory = remember(teller)
    noun = teller.embodied(teller.meet(0.25))
    text = with_determiner(noun, "a" if rng.random() < 0.85 else "the")
    for _, clause in clauses_of(teller, memory, 0.1):
        text = join(text, early(rng, (" ", ", ", " and ")) if text.count(" ") > 2 else " ", clause(False))
    return pick(rng, FRAMES).replace("{a}", text)
