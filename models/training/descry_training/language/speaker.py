"""Somebody who speaks of one person: what the words chosen state is kept in `said`."""

from random import Random

from ..people.person import View
from . import people_words as people
from .choice import early, pick
from .describable import Described, doing
from .grammar import HE, SHE, THEY, Voice, a_or_an, is_plural
from .impressions import ABSENT, CARRIED_KEYS, LOOKS, UNCOUNTED

VOICES = {"he": HE, "she": SHE}


class Speaker:
    """Names the person, chooses the pronouns, and tells what is not about one thing."""

    def __init__(self, rng: Random, known: Described, view: View):
        self.rng, self.known, self.view = rng, known, view
        self.said: set[str] = set()
        self.voice: Voice = THEY
        self.detail = rng.uniform(0.2, 1.15)  # some tell all, most little
        self.clothes_told = False  # so that what follows is worn "also"
        self.by_pronoun = False  # the subject of the clause is a pronoun: "they are", but "the person is"

    def say(self, fact: str) -> None:
        self.said.add(fact)

    def meet(self, neutral: float = 0.2) -> str:
        """The person as a noun; from here on pronouns agree with it. A share `neutral` leaves gender and age open."""
        rng = self.rng
        gendered = VOICES[self.known.he]
        if rng.random() < neutral:
            self.voice = THEY if rng.random() < 0.4 else gendered
            return early(rng, people.NEUTRAL)
        noun = early(rng, self.known.who)
        self.say("who:" + noun)
        self.voice = gendered
        return noun

    def embodied(self, noun: str, share: float = 0.12) -> str:
        """The noun with a word for build or height."""
        if self.rng.random() > share:
            return noun
        body = pick(self.rng, self.known.body)
        self.say("body:" + body)
        if body.startswith("of "):
            return f"{noun} {body}"
        behind = body.endswith(("build", "height", "average weight"))
        return f"{noun} of {body}" if behind else f"{body} {noun}"

    def verb(self, singular: str) -> str:
        """The verb as the present subject wants it."""
        return self.voice.verb(singular) if self.by_pronoun else singular

    def pronoun(self) -> str:
        self.by_pronoun = True
        return self._personal(self.voice.he)

    def _personal(self, word: str) -> str:
        if self.voice is not THEY:
            self.say("who:" + self.known.he)
        return word

    def fill(self, text: str) -> str:
        """Pronouns in place of {his}, {him} and {he}."""
        return self._personal(self.voice.fill(text)) if "{" in text else text

    def action(self) -> str:
        word = pick(self.rng, doing(self.known, self.view))
        self.say("action:" + word)
        return self.fill(word)

    def age(self) -> str:
        age = self.known.person.age
        self.say("age:" + age)
        return self.fill(early(self.rng, people.AGE[age]))

    def look(self) -> str:
        key = pick(self.rng, self.known.impressions)
        self.say("look:" + key)
        return self.fill(early(self.rng, LOOKS[key]))

    def absence(self) -> tuple[str, str]:
        """The key and noun of something that is truly not there, with its article: ("headwear", "a hat")."""
        key = pick(self.rng, self.known.absent)
        if self.rng.random() < 0.7:  # what people do deny most
            key = next((usual for usual in ("headwear", "bag", "glasses") if usual in self.known.absent), key)
        self.say("no:" + key)
        noun = early(self.rng, ABSENT[key])
        return key, noun

    def denied(self) -> str:
        """ "not wearing a hat", "without a bag", "no glasses"."""
        key, noun = self.absence()
        some = noun if is_plural(noun) or noun in UNCOUNTED else f"{a_or_an(noun)} {noun}"
        verb = "carrying" if key in CARRIED_KEYS else "wearing"
        if key in ("beard", "hood", "logo"):
            return early(self.rng, (f"without {some}", f"with no {noun}", f"without any {noun}"))
        return pick(self.rng, (f"without {some}", f"with no {noun}", f"not {verb} {some}", f"not {verb} any {noun}"
                               if some == noun else f"without any {noun}"))
