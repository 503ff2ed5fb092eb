import unittest
from random import Random

from descry_training import captions
from descry_training.dataset import ACTIONS, DIRECTIONS, person_of
from descry_training.describable import SLOT_PARTS, View, all_facts


class CaptionGrammar(unittest.TestCase):
    def test_statements_are_true_of_whom_they_describe(self):
        rng = Random(5)
        for index in range(500):
            person, view = person_of(77, index), View(rng.choice(DIRECTIONS), rng.choice(ACTIONS))
            for form in (captions.sentence, captions.phrase):
                statement = form(rng, person, view)
                self.assertLessEqual(statement.facts, all_facts(person, view), statement.text)
                self.assertEqual(statement.text, statement.text.strip())
                self.assertNotIn("  ", statement.text)

    def test_phrases_name_a_part_and_sentences_do_not(self):
        rng = Random(6)
        view = View("front", "walking")
        self.assertIn(captions.phrase(rng, person_of(1, 1), view).part, SLOT_PARTS.values())
        self.assertEqual(captions.sentence(rng, person_of(1, 1), view).part, 0)

    def test_same_seed_same_words(self):
        person, view = person_of(3, 9), View("back", "standing")
        self.assertEqual(captions.sentence(Random(8), person, view), captions.sentence(Random(8), person, view))

    def test_plurals_and_articles(self):
        self.assertTrue(captions.is_plural("jeans"))
        self.assertFalse(captions.is_plural("dress"))
        self.assertEqual(captions.a_or_an("orange hat"), "an")
        self.assertEqual(captions.a_or_an("one piece dress"), "a")
