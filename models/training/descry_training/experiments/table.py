"""Results of an experiment as a Markdown table: mean over the seeds, and how far they spread."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np

MEASURES = (("rank1", "R@1"), ("rank10", "R@10"), ("meanAveragePrecision", "mAP"))


def spread(values: list[float]) -> str:
    """Mean, and the standard deviation where there are several."""
    mean = f"{np.mean(values):.1f}"
    return f"{mean} ± {np.std(values, ddof=1):.1f}" if len(values) > 1 else mean


def extra_columns(name: str) -> list[tuple[str, str]]:
    if name == "size":
        return [("parameters", "parameters"), ("megabytes", "MB"), ("imageMs", "image ms"), ("textMs", "text ms")]
    if name == "noise":
        return [("wrongCaptionsLeftOut", "wrong left out %"), ("rightCaptionsKept", "right kept %")]
    return [("rank1ByGlobal", "R@1 global"), ("rank1BySelected", "R@1 selected"), ("seconds", "s")]


def write_table(name: str, folder: Path) -> Path:
    """`folder`/table.md from all results in it; best first except for noise, where shares stay together."""
    groups: dict[str, list[dict]] = defaultdict(list)
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text())
        groups[result["group"]].append(result)
    order = sorted(
        groups.items(), key=lambda item: (item[1][0]["noise"], -np.mean([r["last"]["rank1"] for r in item[1]]), item[0])
    )
    extras = extra_columns(name)
    heads = [
        "",
        "seeds",
        *(f"last {head}" for _, head in MEASURES),
        *(f"best {head}" for _, head in MEASURES),
        *(head for _, head in extras),
    ]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for group, results in order:
        cells = [group, str(len(results))]
        cells += [spread([r[when][key] for r in results]) for when in ("last", "best") for key, _ in MEASURES]
        for key, _ in extras:
            values = [r[key] for r in results if key in r]
            shown = f"{values[0]:,}" if values and key == "parameters" else spread(values) if values else ""
            cells.append(shown)
        lines.append("| " + " | ".join(cells) + " |")
    path = folder / "table.md"
    path.write_text("\n".join(lines) + "\n")
    return path
