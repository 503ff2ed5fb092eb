"""WordPiece tokenizer: frequent words whole, everything else from parts of words and single characters.

The file written is a Hugging Face `tokenizer.json`; `WordPiece.encode` gives the same ids. There is no
unknown token in practice: characters outside printable ASCII are turned into spaces after accents are
stripped, and every printable ASCII character is a piece. The file declares no special tokens, so that a
query that contains "[PAD]" is read as letters.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

from .related_words import RELATED_WORDS

PAD, UNKNOWN = "[PAD]", "[UNK]"
CHARACTERS = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
SUBWORDS = 900
SUBWORD_LENGTHS = range(2, 8)
LONGEST_WORD = 100_000
APOSTROPHES = "\u2018\u2019\u201b\u2032\u00b4"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def normalise(text: str) -> str:
    """Lower case, no accents, printable ASCII only."""
    text = re.sub(f"[{APOSTROPHES}]", "'", text)
    text = re.sub(f"[{DASHES}]", "-", text)
    text = "".join(c for c in text if c in "\t\n\r" or not unicodedata.category(c).startswith("C"))
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Mn").lower()
    return re.sub("[^!-~]", " ", text)


def split_words(text: str) -> list[str]:
    """Words and single punctuation marks of a text, normalised."""
    return re.findall(r"[a-z0-9]+|[!-/:-@\[-`{-~]", normalise(text))


class WordPiece:
    def __init__(self, pieces: list[str]):
        self.pieces = pieces
        self.ids = {piece: index for index, piece in enumerate(pieces)}
        self.longest_piece = max(len(piece) for piece in pieces)
        self.cache: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.pieces)

    def encode(self, text: str, longest: int | None = None) -> list[int]:
        ids = [index for word in split_words(text) for index in self._word(word)]
        return ids[:longest]

    def decode(self, ids: Iterable[int]) -> str:
        """Words and punctuation divided by spaces; padding is left out."""
        return " ".join(self.pieces[index] for index in ids if index).replace(" ##", "")

    def encode_split(self, rng: Random, text: str, longest: int | None = None, share: float = 0.06) -> list[int]:
        """As `encode`, but a share of the words comes in smaller pieces than need be.

        For training only: parts of words that are met as whole words nearly always get a meaning in this way
        (subword regularisation, as BPE-dropout does it: Provilkov et al. 2020).
        """
        ids: list[int] = []
        for word in split_words(text):
            split = len(word) > 3 and rng.random() < share
            ids += self._pieces(word, rng.randrange(2, max(3, min(7, len(word))))) if split else self._word(word)
        return ids[:longest]

    def _word(self, word: str) -> list[int]:
        if word not in self.cache:
            self.cache[word] = self._pieces(word, len(word))
        return self.cache[word]

    def _pieces(self, word: str, longest: int) -> list[int]:
        """Greedy longest match first, no piece of more than `longest` characters."""
        ids: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            furthest = min(len(word), start + min(longest, self.longest_piece))
            end = next(e for e in range(furthest, start, -1) if prefix + word[start:e] in self.ids)
            ids.append(self.ids[prefix + word[start:end]])
            start = end
        return ids

    def write(self, path: Path) -> None:
        """Write a Hugging Face tokenizer.json."""
        def replace(pattern: str, content: str) -> dict:
            return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}

        document = {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
            "normalizer": {"type": "Sequence", "normalizers": [
                replace(f"[{APOSTROPHES}]", "'"),
                replace(f"[{DASHES}]", "-"),
                {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": False,
                 "strip_accents": True, "lowercase": True},
                replace("[^!-~]", " "),
            ]},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": None,
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {"type": "WordPiece", "unk_token": UNKNOWN, "continuing_subword_prefix": "##",
                      "max_input_chars_per_word": LONGEST_WORD, "vocab": self.ids},
        }
        path.write_text(json.dumps(document, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def read(path: Path) -> "WordPiece":
        vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
        return WordPiece(sorted(vocabulary, key=vocabulary.__getitem__))


def count_words(texts: Iterable[str]) -> Counter:
    counts: Counter = Counter()
    for text in texts:
        counts.update(split_words(text))
    return counts


def known_words(counts: Counter, minimum: int = 20) -> list[str]:
    """Words seen often enough that the model can be said to know them, sorted."""
    return sorted(word for word, count in counts.items() if count >= minimum and word[0].isalnum())


def subwords(counts: Counter, most: int = SUBWORDS) -> list[str]:
    """Beginnings of words, and inner parts (with ##), that many words share, sorted.

    A part is worth its length less one, times the words that hold it, each counted by the logarithm of its frequency;
    words of the field that captions never say weigh in once. Only parts of at least three words of the captions are
    taken, so that none stays without training.
    """
    value: Counter = Counter()
    holders: Counter = Counter()
    related = {word: 0 for word in RELATED_WORDS if word not in counts}
    for word, count in (*counts.items(), *related.items()):
        if not word.isalpha() or len(word) < 4:
            continue
        weight = 1 + math.log1p(count)
        for part in _parts(word):
            value[part] += weight * (len(part.lstrip("#")) - 1)
            holders[part] += count > 0
    ranked = sorted((part for part in value if holders[part] >= 3), key=lambda part: (-value[part], part))
    return sorted(ranked[:most])


def _parts(word: str) -> set[str]:
    return {("##" if start else "") + word[start:start + length] for length in SUBWORD_LENGTHS
            for start in range(len(word) - length + 1) if length < len(word)}


def build(counts: Counter, minimum: int = 20) -> WordPiece:
    words = [word for word in known_words(counts, minimum) if len(word) > 1]
    continuations = ["##" + c for c in CHARACTERS if c.isalnum()]
    parts = [part for part in subwords(counts) if part not in set(words)]
    return WordPiece([PAD, UNKNOWN, *CHARACTERS, *continuations, *parts, *words])
