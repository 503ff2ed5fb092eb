"""Word classes of the grammar's own words: enough to prune captions and to find attributes without a tagger."""

import re

from ..people.colours import COLOURS
from . import garment_words, people_words, thing_words

WORD = re.compile(r"[A-Za-z0-9]+(?:['\u2019-][A-Za-z0-9]+)*")

FUNCTION_WORDS = frozenset("""
a an the this that these those some any no not of in on at to from with without by for over under across around
behind beside
below beneath underneath inside near next through along down up off into onto out and or but nor so while as if than
then too
also very quite rather just only there here which who whom whose what where when how all both each every either it's
there's
about above after against before between during towards toward until upon within per via plus like more most less much
maybe probably possibly perhaps apparently roughly currently still again away together apart forward ahead sideways
slowly
briskly quickly fast entirely formally smartly casually warmly lightly closely neatly brightly horizontally vertically
""".split())
VERBS = frozenset("""
is are was were be been being am has have had having got do does did can could will would shall should may might must
wear wears wearing wore worn carry carries carrying carried hold holds holding held pull pulls pulling push pushes
pushing pushed
drag dragging roll rolling wheel wheeling tow towing tote toting dressed dress'd clad clothed sporting seen see sees
saw look
looks looked looking appears appear appearing seems walk walks walking walked stand stands standing stood run runs
running ran
sit sits sitting sat seated face faces facing facing go going goes move moves moving head heading pass passing come
coming
approach approaching leave leaving left stride striding stroll strolling step stepping wait waiting hurry hurrying
rush rushing
jog jogging sprint sprinting pose posing rest resting turn turned talk talks talking speak speaking use using text
texting type
typing stare staring check checking read reading play playing drink drinking make making take taking hang hanging
hung swing
swinging show shows showing shown draped slung strapped find finds search searching remember remembers notice noticed
believe
think thinks describe described describes reported reports tell told say said known missing wanted follow followed
covering sticking visible reaching flowing touching locate track get want need
""".split()) - {"left", "dress'd", "step", "rest", "head", "face", "text", "wheel", "play", "visible"}
PRONOUNS = frozenset("i he she they we you it him her them me us his their its our my your hers theirs".split())


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order; hyphens and apostrophes stay inside words."""
    return [match.group().lower() for match in WORD.finditer(text)]


def _tables() -> set[str]:
    found: set[str] = set()

    def visit(value: object) -> None:
        if isinstance(value, str):
            found.update(words_of(re.sub(r"\{\w*\}", " ", value)))
        elif isinstance(value, dict):
            for each in value.values():
                visit(each)
        elif isinstance(value, tuple):
            for each in value:
                visit(each)

    for colour in COLOURS.values():
        visit((*colour.words, *colour.slips))
    for table in (
        garment_words.UPPER, garment_words.UPPER_GENERIC, garment_words.LOWER, garment_words.LOWER_GENERIC,
        garment_words.SHOES, garment_words.TALL_BOOTS, garment_words.HEADWEAR, garment_words.PATTERN,
        garment_words.SOLES,
        garment_words.FABRIC, garment_words.SLEEVE, garment_words.COLLAR, garment_words.FIT, garment_words.LENGTH,
        garment_words.OPEN, garment_words.HOODED, garment_words.BELTED, garment_words.SHEEN,
        people_words.HAIR_LENGTH, people_words.HAIR_COLOUR, people_words.HAIR_NOUN, people_words.BEARD,
        people_words.GLASSES,
        people_words.BUILD, people_words.HEIGHT, people_words.WHO,
        thing_words.BAGS, thing_words.BAG_SIZE, thing_words.HELD, thing_words.PUSHED, thing_words.UMBRELLA,
        thing_words.SCARF,
        thing_words.MASK, thing_words.HEADPHONES, thing_words.TIE, thing_words.GLOVES, thing_words.SOCKS,
    ):
        visit(table)
    return found


NEUTRAL_NOUNS = frozenset("person individual part parts something piece side".split())
_SAID = _tables()
# Hyphenated words count as a whole and by their parts ("multi-coloured", "coloured").
ATTRIBUTES = frozenset({*_SAID, *(part for word in _SAID for part in word.split("-") if len(part) > 2)}
                       - FUNCTION_WORDS - VERBS - PRONOUNS - NEUTRAL_NOUNS)
