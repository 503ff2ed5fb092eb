import json
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from random import Random

from descry_training.language.captions import sentence
from descry_training.language.describable import describe
from descry_training.language.tokenizer import (
    UNKNOWN,
    WordPiece,
    build,
    count_words,
    known_words,
    split_words,
    subwords,
)
from descry_training.people.person import View
from descry_training.people.sample import sample_person


class Tokenizer(unittest.TestCase):
    def setUp(self):
        self.counts = Counter({"red": 50, "jacket": 40, "jackets": 3, "a": 90})
        self.pieces = build(self.counts)

    def spell(self, text: str) -> list[str]:
        return [self.pieces.pieces[index] for index in self.pieces.encode(text)]

    def test_whole_words_and_pieces(self):
        self.assertEqual(self.spell("A RED jackets"), ["a", "red", "jacket", "##s"])

    def test_nothing_is_unknown(self):
        odd = "na\u00efve \u65e5\u672c \U0001f600 x\u00ady \u2018t\u2019 tee\u2013shirt [PAD] #$%\u0000"
        self.assertNotIn(UNKNOWN, self.spell(odd + " " + "z" * 500))

    def test_no_special_tokens_from_text(self):
        ids = self.pieces.encode("[PAD] [UNK] ## ##s [CLS]")
        self.assertNotIn(self.pieces.ids["[PAD]"], ids)
        self.assertNotIn(self.pieces.ids[UNKNOWN], ids)

    def test_normalising(self):
        self.assertEqual(split_words("Caf\u00e9\u2019s  tee\u2014shirt"), ["cafe", "'", "s", "tee", "-", "shirt"])

    def test_padding_is_zero_and_length_is_limited(self):
        self.assertEqual(self.pieces.ids["[PAD]"], 0)
        self.assertEqual(len(self.pieces.encode("red " * 200, 96)), 96)

    def test_known_words(self):
        self.assertEqual(known_words(self.counts), ["a", "jacket", "red"])

    def test_decoding(self):
        self.assertEqual(self.pieces.decode([*self.pieces.encode("A red jackets, zip"), 0, 0]), "a red jackets , zip")

    def test_file_round_trip(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tokenizer.json"
            self.pieces.write(path)
            self.assertEqual(WordPiece.read(path).pieces, self.pieces.pieces)
            self.assertEqual(json.loads(path.read_text())["model"]["type"], "WordPiece")


class LearntParts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rng = Random(6)
        view = View(0, "walking")
        cls.counts = count_words(sentence(rng, describe(sample_person(rng)), view).text for _ in range(4000))
        cls.pieces = build(cls.counts, 5)

    def spell(self, text: str) -> list[str]:
        return [self.pieces.pieces[index] for index in self.pieces.encode(text)]

    def test_small(self):
        self.assertLessEqual(len(self.pieces), 3000)
        self.assertEqual(len(set(self.pieces.pieces)), len(self.pieces))

    def test_unseen_words_share_pieces(self):
        self.assertEqual(self.spell("umbrellas")[0], "umbrella")
        self.assertLess(len(self.spell("tracksuits")), 4)

    def test_parts_come_from_several_words(self):
        words = [word for word in self.counts if word.isalpha()]
        for part in subwords(self.counts)[::20]:
            plain = part.lstrip("#")
            self.assertGreaterEqual(sum(plain in word for word in words), 3, part)

    def test_split_encoding_spells_the_same(self):
        rng = Random(1)
        text = "the man is wearing a striped shirt with dark trousers"
        splits = {tuple(self.pieces.encode_split(rng, text, share=0.5)) for _ in range(30)}
        self.assertGreater(len(splits), 5)
        self.assertEqual({self.pieces.decode(ids) for ids in splits}, {text})
        self.assertEqual(self.pieces.encode_split(rng, text, share=0.0), self.pieces.encode(text))
