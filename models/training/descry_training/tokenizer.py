"""WordPiece tokenizer: frequent words whole, everything else from suffixes and single characters.

The file written is a Hugging Face `tokenizer.json`; `WordPiece.encode` gives the same ids. There is no
unknown token in practice: characters outside printable ASCII are turned into spaces after accents are
stripped, and every printable ASCII character is a piece. The file declares no special tokens, so that a
query that contains "[PAD]" is read as letters.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

PAD, UNKNOWN = "[PAD]", "[UNK]"
CHARACTERS = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
SUFFIXES = ["s", "es", "ed", "ing", "er", "ers", "ly", "ish", "y", "less", "en", "ion", "able", "al", "an", "ar",
            "at", "el", "et", "ic", "il", "in", "it", "le", "on", "or", "ot", "re", "st", "te", "th", "tion", "ve"]
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
        self.cache: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.pieces)

    def encode(self, text: str, longest: int | None = None) -> list[int]:
        ids = [index for word in split_words(text) for index in self._word(word)]
        return ids[:longest]

    def _word(self, word: str) -> list[int]:
        """Greedy longest match first."""
        if word not in self.cache:
            ids, start = [], 0
            while start < len(word):
                prefix = "##" if start else ""
                end = next(e for e in range(len(word), start, -1) if prefix + word[start:e] in self.ids)
                ids.append(self.ids[prefix + word[start:end]])
                start = end
            self.cache[word] = ids
        return self.cache[word]

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


def build(counts: Counter, minimum: int = 20) -> WordPiece:
    words = [word for word in known_words(counts, minimum) if len(word) > 1]
    continuations = ["##" + c for c in CHARACTERS if c.isalnum()] + ["##" + s for s in SUFFIXES if len(s) > 1]
    return WordPiece([PAD, UNKNOWN, *CHARACTERS, *continuations, *words])
