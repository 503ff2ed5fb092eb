import json
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from descry_training.tokenizer import UNKNOWN, WordPiece, build, known_words, split_words


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

    def test_normalising(self):
        self.assertEqual(split_words("Caf\u00e9\u2019s  tee\u2014shirt"), ["cafe", "'", "s", "tee", "-", "shirt"])

    def test_padding_is_zero_and_length_is_limited(self):
        self.assertEqual(self.pieces.ids["[PAD]"], 0)
        self.assertEqual(len(self.pieces.encode("red " * 200, 96)), 96)

    def test_known_words(self):
        self.assertEqual(known_words(self.counts), ["a", "jacket", "red"])

    def test_file_round_trip(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "tokenizer.json"
            self.pieces.write(path)
            self.assertEqual(WordPiece.read(path).pieces, self.pieces.pieces)
            self.assertEqual(json.loads(path.read_text())["model"]["type"], "WordPiece")
