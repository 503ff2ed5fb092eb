"""Assemble the model pack: graphs, tokenizer, word list, card and their hashes in pack.json."""

import hashlib
import json
from pathlib import Path

from .network.settings import EMBEDDING_WEIGHTS, NetworkSettings
from .pixels import PIXEL_MEAN, PIXEL_STD

PACK_FILES = ("image.onnx", "text.onnx", "tokenizer.json", "known-words.txt", "MODEL_CARD.md")

LIMITS = [
    "Trained on generated people only; real footage is harder than accuracy on generated crops suggests.",
    "Words for gender and age are unreliable: generated bodies show them only by build, hair and clothes, "
    "which are stereotypes. Do not rely on them.",
    "Words for skin colour or ethnicity are not modelled and are ignored.",
    "Left and right are weakly told apart.",
    "Colour words follow the picture: under night, infrared or coloured light they mislead.",
    "Kinds of garment with the same outline and kinds of shoes are weakly told apart in small crops.",
    "Small things (glasses, masks, phones, logos, jewellery) are often below the resolution of a crop.",
    "Negation ('no hat') is weakly understood inside a sentence; use phrases to avoid instead.",
    "A high rank is an investigative lead, never an identification.",
]


def describe_file(path: Path) -> dict[str, str | int]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def write_pack(folder: Path, settings: NetworkSettings, version: str, provenance: dict, accuracy: list[dict]) -> None:
    """Write pack.json over the files that already lie in `folder`."""
    document = {
        "schema": 1,
        "id": "descry-s",
        "version": version,
        "name": "Descry small",
        "licence": "Apache-2.0",
        "provenance": provenance,
        "intendedUse": "Ranking person crops by a written description, as an investigative lead that a person "
        "reviews. Not for identifying anyone, and not for automatic decisions.",
        "limits": LIMITS,
        "accuracy": accuracy,
        "files": {name: describe_file(folder / name) for name in PACK_FILES},
        "image": {
            "file": "image.onnx", "input": "pixels", "width": settings.image_width, "height": settings.image_height,
            "resize": "antialias-bilinear", "mean": list(PIXEL_MEAN), "std": list(PIXEL_STD),
        },
        "text": {
            "file": "text.onnx", "input": "ids", "idType": "int32",
            "tokenizer": {"kind": "huggingface", "file": "tokenizer.json"},
            "maxTokens": settings.maximum_tokens, "padId": 0, "knownWords": "known-words.txt",
        },
        "embeddings": [
            {"name": name, "imageOutput": name, "textOutput": name, "dimensions": settings.joint, "weight": weight}
            for name, weight in EMBEDDING_WEIGHTS.items()
        ],
        "patches": {"output": "patches", "rows": settings.rows, "columns": settings.columns},
        "uncertainty": {"imageOutput": "log_variance", "textOutput": "log_variance"},
    }
    (folder / "pack.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
