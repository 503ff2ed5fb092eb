"""Things as noun phrases: "a long red and white striped shirt with a logo on the front"."""

from collections.abc import Sequence

from .choice import early
from .grammar import a_or_an, is_plural, with_article
from .item import Item
from .speaker import Speaker

HEDGES = ("kind of", "sort of", "maybe", "probably", "possibly", "some kind of", "what looked like", "perhaps",
          "some sort of",
          "what appears to be", "what looks like", "something like")
COLOUR_BEHIND = {
    False: (" in {}", " that is {}", " which is {}", " in {} color", " of {} color", " that looks {}", " of {} colour"),
    True: (" in {}", " that are {}", " which are {}", " in {} color", " of {} color", " that look {}", " in {} colour"),
}
SLIP = 0.035  # share of colour words that are the usual mistakes


def repeats(words: str, noun: str) -> bool:
    """Whether the noun says the same already: "short sleeved" of a "short sleeve shirt"."""
    return any(len(word) > 3 and word[:5] in noun or word == noun for word in words.split(" "))

class Teller(Speaker):
    """Also describes items."""

    def colour(self, item: Item) -> str:
        words = item.slips if item.slips and self.rng.random() < SLIP else item.colours
        colour = early(self.rng, words)
        self.say(f"{item.slot}.colour:{colour}")
        return colour

    def second_colour(self, item: Item) -> str:
        colour = early(self.rng, item.seconds)
        self.say(f"{item.slot}.colour:{colour}")
        return colour

    def noun(self, item: Item) -> str:
        nouns = item.general if item.general and self.rng.random() < 0.03 else item.nouns
        noun = early(self.rng, nouns)
        self.say(f"{item.slot}:{noun}")
        return self.fill(noun)

    def thing(self, item: Item, article: bool = True, coloured: float = 0.88, detail: float = 1.0) -> str:
        """An item as a noun phrase. `detail` scales how often its traits are told."""
        if item.slot == "hair":
            return self.hair(item, article)
        rng = self.rng
        noun = self.noun(item)
        front, middle, behind, paired = self._traits(item, noun, detail)
        colour = ""
        tail = ""
        if item.colours and rng.random() < coloured:
            colour = self.colour(item)
            if paired and item.seconds and rng.random() < 0.5:
                second = self.second_colour(item)
                if second != colour and second not in noun:
                    pair = (colour, second) if rng.random() < 0.75 else (second, colour)
                    colour = pair[0] + early(rng, (" and ", " and ", "/", " & ", "-")) + pair[1]
            if colour in noun:
                colour = ""
            elif rng.random() < 0.08 and "colo" not in colour:
                tail = early(rng, COLOUR_BEHIND[is_plural(noun)]).replace("{}", colour)
                colour = ""
            elif rng.random() < 0.04 and " " not in colour and "colo" not in colour and "/" not in colour:
                colour += early(rng, (" colored", " coloured", "-colored", " color", " colour"))
        words = [*front, colour, *middle] if rng.random() < 0.9 or not colour else [colour, *front, *middle]
        text = " ".join(word for word in (*words, noun) if word)
        if article:
            text = with_article(rng, text, noun, item.slot)
            if rng.random() < 0.012:
                text = f"{early(rng, HEDGES)} {text}"
        return text + tail + behind

    def _traits(self, item: Item, noun: str, detail: float) -> tuple[list[str], list[str], str, bool]:
        """Words before the colour, after it, behind the noun, and whether both colours may be said as one pair."""
        rng = self.rng
        front: list[str] = []
        middle: list[str] = []
        behind, paired = "", False
        for trait in item.traits:
            if rng.random() > trait.share * detail * self.detail * 1.25:
                continue
            paired = paired or trait.paired
            before = trait.front or trait.middle
            if trait.behind and not behind and (not before or rng.random() < 0.4):
                options = [words for words in trait.behind if not repeats(words, noun)]
                if options:
                    behind = " " + self.tail(item, options)
                    paired = False
            elif before and len(front) + len(middle) < 2:
                word = early(rng, before)
                if repeats(word, noun):
                    continue
                self.say(f"{item.slot}.is:{word}")
                (front if trait.front else middle).append(word)
        return front, middle, behind, paired

    def tail(self, item: Item, options: Sequence[str]) -> str:
        template = early(self.rng, options)
        self.say(f"{item.slot}.is:{template}")
        if "{}" in template:
            if item.seconds:
                second = self.second_colour(item)
                template = template.replace("a {}", f"{a_or_an(second)} {second}").replace("{}", second)
            else:
                template = template.replace("{} ", "")
        return self.fill(template)

    def hair(self, item: Item, article: bool = True) -> str:
        rng = self.rng
        if item.phrases and (not item.nouns or rng.random() < 0.5):
            template = early(rng, item.phrases)
            self.say(f"hair.is:{template}")
            colour = self.colour(item) + " " if item.colours and rng.random() < 0.55 else ""
            if colour:
                template = template.replace("a {colour}", f"{a_or_an(colour)} {{colour}}")
            text = self.fill(template.replace("{colour}", colour))
            return text if article or not text.startswith(("a ", "an ")) else text.split(" ", 1)[1]
        front, _, _, _ = self._traits(item, "", 1.0)
        colour = self.colour(item) if rng.random() < (0.75 if front else 1.0) else ""
        noun = self.noun(item)
        words = [word for word in (*front, colour) if word]
        joint = ", " if len(words) == 2 and rng.random() < 0.08 else " "
        return f"{joint.join(words)} {noun}".strip()

    def place(self, item: Item, share: float) -> str:
        """ "over her left shoulder", or nothing."""
        if not item.places or self.rng.random() > share:
            return ""
        place = early(self.rng, item.places)
        self.say(f"{item.slot}.at:{place}")
        return " " + self.fill(place)

    def deed(self, item: Item) -> str:
        """ "looking down at his phone": a participle or "with a ..."."""
        doing_it = early(self.rng, item.doing)
        self.say(f"{item.slot}.doing:{doing_it}")
        return self.fill(doing_it)
