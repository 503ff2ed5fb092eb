import unittest
from collections import Counter
from random import Random

from descry_training.language import garment_words, people_words, thing_words
from descry_training.language.describable import describe
from descry_training.people import person as kinds
from descry_training.people.belongings import CARRIES
from descry_training.people.colours import COLOURS
from descry_training.people.sample import sample_person

COUNT = 3000


class People(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rng = Random(11)
        cls.people = [sample_person(rng) for _ in range(COUNT)]
        cls.counts = Counter(kind for person in cls.people for kind in kinds.kinds_of(person))

    def share(self, condition) -> float:
        return sum(map(bool, map(condition, self.people))) / COUNT

    def test_same_seed_same_person(self):
        self.assertEqual(sample_person(Random(4)), sample_person(Random(4)))
        self.assertNotEqual(sample_person(Random(4)), sample_person(Random(5)))

    def test_every_kind_is_met_often_enough(self):
        every = (kinds.UPPER_KINDS + kinds.LOWER_KINDS + kinds.SHOE_KINDS + kinds.PATTERNS + kinds.HEADWEAR_KINDS
                 + kinds.BAG_KINDS + kinds.HELD_KINDS + kinds.PUSHED_KINDS)
        for kind in every:
            self.assertGreater(self.counts[kind], COUNT * 0.004, kind)
        self.assertEqual({person.hair.style for person in self.people}, set(kinds.HAIR_STYLES))
        self.assertEqual({person.hair.paint.name for person in self.people}, set(kinds.HAIR_COLOURS))
        self.assertEqual({person.upper.paint.name for person in self.people}, set(COLOURS))
        garments = [garment for person in self.people for garment in (person.upper, person.lower) if garment]
        self.assertEqual({garment.fabric for garment in garments}, set(kinds.FABRICS))
        self.assertEqual({bag.carry for person in self.people for bag in person.bags}, set(kinds.CARRIES))

    def test_no_other_kinds(self):
        known = {*kinds.UPPER_KINDS, *kinds.LOWER_KINDS, *kinds.SHOE_KINDS, *kinds.PATTERNS, *kinds.HEADWEAR_KINDS,
                 *kinds.BAG_KINDS, *kinds.HELD_KINDS, *kinds.PUSHED_KINDS}
        self.assertEqual(set(self.counts), known)

    def test_shares_are_those_of_streets(self):
        self.assertTrue(0.45 < self.share(lambda p: p.bags) < 0.6)
        backpacks = self.share(lambda p: any(bag.kind == "backpack" for bag in p.bags)) / self.share(lambda p: p.bags)
        self.assertTrue(0.25 < backpacks < 0.4)
        self.assertTrue(0.1 < self.share(lambda p: p.headwear) < 0.3)
        dark = {"black", "charcoal", "navy", "gray", "dark brown", "dark green"}
        self.assertGreater(self.share(lambda p: p.lower and p.lower.paint.name in dark), 0.35)

    def test_parts_go_together(self):
        for person in self.people:
            upper, lower = person.upper, person.lower
            self.assertEqual(lower is None, upper.kind == "dress")
            if person.headwear and person.headwear.kind == "hood":
                self.assertTrue(upper.hood)
                self.assertEqual(person.headwear.paint, upper.paint)
            if person.tie:
                self.assertIn(upper.kind, ("suit", "shirt", "uniform"))
            if person.inner:
                self.assertTrue(upper.open or upper.sleeve == 0 or upper.kind == "suit")
            if person.beard:
                self.assertEqual(person.gender, "man")
            for garment in (upper, lower, person.shoes, person.headwear, person.inner):
                if garment and garment.pattern != "plain":
                    self.assertIsNotNone(garment.second)
            for bag in person.bags:
                self.assertIn(bag.carry, CARRIES[bag.kind])
            if person.pushed:
                self.assertIsNone(person.held)
                self.assertFalse(any(bag.carry in ("hand", "rolling") for bag in person.bags))
            if person.held and not person.pushed:
                self.assertNotIn(person.held.side, [bag.side for bag in person.bags if bag.carry in ("hand",
                    "rolling")])

    def test_withheld_and_required(self):
        withheld, required = frozenset({"backpack", "stripes", "jacket"}), frozenset({"hat", "plaid"})
        rng = Random(2)
        for _ in range(200):
            found = kinds.kinds_of(sample_person(rng, withheld, required))
            self.assertFalse(found & withheld)
            self.assertTrue(found & required)
        with self.assertRaises(ValueError):
            sample_person(rng, withheld=frozenset({"plain"}), required=frozenset({"nothing like this"}))


class Colours(unittest.TestCase):
    def test_samples_lie_in_range(self):
        rng = Random(1)
        for name, colour in COLOURS.items():
            for _ in range(20):
                self.assertTrue(all(0 <= channel <= 255 for channel in colour.sample(rng)), name)

    def test_slips_are_not_words(self):
        for name, colour in COLOURS.items():
            self.assertFalse(set(colour.words) & set(colour.slips), name)


class Words(unittest.TestCase):
    def test_every_kind_has_words(self):
        for names, table in (
            (kinds.UPPER_KINDS, garment_words.UPPER), (kinds.LOWER_KINDS, garment_words.LOWER),
            (kinds.SHOE_KINDS, garment_words.SHOES),
            (kinds.PATTERNS, garment_words.PATTERN), (kinds.FABRICS, garment_words.FABRIC),
            (kinds.HEADWEAR_KINDS, garment_words.HEADWEAR),
            (kinds.HAIR_STYLES, people_words.HAIR_LENGTH), (kinds.HAIR_COLOURS, people_words.HAIR_COLOUR),
            (kinds.BUILDS, people_words.BUILD), (kinds.HEIGHTS, people_words.HEIGHT), (kinds.GENDERS, people_words.WHO),
            (kinds.BAG_KINDS, thing_words.BAGS), (kinds.CARRIES, thing_words.BAG_PLACES),
            (kinds.CARRIES, thing_words.BAG_VERBS),
            (kinds.HELD_KINDS, thing_words.HELD), (kinds.HELD_KINDS, thing_words.HELD_DOING),
            (kinds.PUSHED_KINDS, thing_words.PUSHED),
            (kinds.PUSHED_KINDS, thing_words.PUSHED_DOING),
        ):
            self.assertLessEqual(set(names), set(table))

    def test_items_have_nouns(self):
        rng = Random(9)
        for _ in range(300):
            for item in describe(sample_person(rng)).items:
                self.assertTrue(item.nouns or item.phrases, item.slot)
