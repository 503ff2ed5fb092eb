"""Demo footage: people nobody is, walking past five cameras on two days. Their seeds are never trained on."""

import json
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from . import captions
from .dataset import person_of, resize
from .describable import View, items, who_words
from .drawing.camera import Camera, take
from .drawing.crop import HEIGHT, draw_crop
from .drawing.scene import draw_scene
from .drawing.skeleton import Pose, sample_pose
from .evaluate import Pack
from .people import Person

SEED = 500_000
PEOPLE = 72
DAYS = (datetime(2026, 3, 14), datetime(2026, 3, 15))
QUALITY = 85
PANORAMA = 8  # width of a camera's background against its height


@dataclass(frozen=True)
class Site:
    """One camera of the place. `heights` are crop heights in pixels, `place` minutes on foot along the route."""

    name: str
    scene: str
    seed: int
    camera: Camera
    heights: tuple[int, int]
    pitch: float
    light: float
    place: float
    outdoor: bool = False


SITES = (
    Site("north-gate", "plaza", 11, Camera(exposure=1.05, balance=(0.95, 1.0, 1.08), contrast=0.98, luma_noise=3, chroma_noise=1.5,
         blur=0.002, saturation=0.95), (180, 360), 0.22, -0.7, 0.0, True),
    Site("market-hall", "shop", 23, Camera(exposure=0.9, gamma=1.05, balance=(1.12, 1.0, 0.84), contrast=1.08, luma_noise=4,
         chroma_noise=2.5, saturation=1.1), (150, 300), 0.3, 0.3, 2.5),
    Site("south-stairs", "corridor", 31, Camera(exposure=0.8, gamma=1.1, balance=(0.98, 1.06, 0.95), contrast=0.8, lift=14, luma_noise=6,
         chroma_noise=3, blur=0.004, saturation=0.75), (110, 220), 0.42, 0.6, 5.0),
    Site("platform-2", "station", 47, Camera(exposure=0.95, balance=(0.92, 1.08, 0.98), contrast=0.92, luma_noise=5, chroma_noise=4,
         blur=0.003, saturation=0.85, vertical_light=-0.15), (120, 260), 0.12, -0.2, 6.5),
    Site("car-park", "car park", 59, Camera(exposure=0.75, gamma=0.8, balance=(0.92, 1.04, 0.98), contrast=1.05, lift=8, luma_noise=11,
         chroma_noise=1.5, blur=0.006, saturation=0.12, vertical_light=0.2), (100, 200), 0.35, 0.0, 9.0),
)


@dataclass(frozen=True)
class Pass:
    """One person in front of one camera."""

    person: int
    site: Site
    start: datetime
    direction: str


def itinerary(index: int) -> list[Pass]:
    """Where a person goes: along the route one way, some back again later, some on the second day too."""
    rng = Random(f"itinerary {SEED} {index}")
    passes: list[Pass] = []
    days = rng.choices((DAYS[:1], DAYS[1:], DAYS), (5, 4, 2))[0]
    for day in days:
        when = day + timedelta(hours=rng.choice((7, 8, 8, 9, 11, 12, 13, 15, 17, 17, 18, 20, 21)), seconds=rng.randrange(3600))
        forward = rng.random() < 0.5
        stops = sorted(rng.sample(SITES, rng.choice((2, 3, 3, 4, 4))), key=lambda site: site.place, reverse=not forward)
        legs = [stops]
        if rng.random() < 0.3:
            legs.append(stops[::-1][: rng.choice((1, 2))])
        for leg in legs:
            previous = leg[0]
            for site in leg:
                when += timedelta(seconds=abs(site.place - previous.place) * 60 * rng.uniform(0.85, 1.3) + rng.uniform(4, 40))
                passes.append(Pass(index, site, when, rng.choices(("front", "back", "side"), (4, 3, 3))[0]))
                previous = site
            when += timedelta(minutes=rng.uniform(20, 120))
    return passes


def daylight(when: datetime) -> float:
    """1 by day, falling to 0.45 after dusk."""
    hour = when.hour + when.minute / 60
    return 0.45 + 0.55 / (1 + math.exp((hour - 18.7) * 2.2))


def film(rng: Random, person: Person, site: Site, panorama: Image.Image, when: datetime, view: View, pose: Pose,
         index: int, x: float, height: int) -> Image.Image:
    """One crop at its native size. x in 0..1 is where in the camera's picture."""
    width = round(HEIGHT * rng.uniform(0.34, 0.43) * (1.15 if view.direction == "side" or person.umbrella else 1))
    left = round(x * (panorama.width - width))
    top = rng.randrange(panorama.height - HEIGHT + 1)
    background = panorama.crop((left, top, left + width, top + HEIGHT))
    drawing = draw_crop(rng, person, view, background, site.pitch + rng.uniform(-0.04, 0.04), site.light, pose,
                        Random(f"details {SEED} {index}"))
    dim = daylight(when) if site.outdoor else 1.0
    camera = replace(site.camera, height=height, exposure=site.camera.exposure * dim * rng.uniform(0.94, 1.06),
                     luma_noise=site.camera.luma_noise / dim, smear=rng.uniform(0, 0.04) if rng.random() < 0.2 else 0.0)
    return take(drawing.image, camera, np.random.default_rng(rng.getrandbits(63)))


def film_pass(moment: Pass, person: Person, panorama: Image.Image) -> list[tuple[datetime, View, Image.Image]]:
    rng = Random(f"pass {moment.person} {moment.site.name} {moment.start.isoformat()}")
    count = rng.choice((2, 2, 3, 3, 4))
    action = "walking" if rng.random() < 0.85 else "standing"
    view = View(moment.direction, action)
    x, step = rng.uniform(0.05, 0.95), rng.uniform(-0.06, 0.06) if action == "walking" else 0.0
    nearest, farthest = moment.site.heights[1], moment.site.heights[0]
    height = rng.uniform(farthest, nearest)
    growth = {"front": 1.09, "back": 0.92}.get(moment.direction, 1.0)
    pose = sample_pose(rng, view)
    crops = []
    for n in range(count):
        when = moment.start + timedelta(seconds=n * 1.5)
        tall = round(min(360, max(100, height * growth**n)))
        moved = replace(pose, phase=pose.phase + n * 1.9, yaw=pose.yaw + rng.uniform(-0.15, 0.15))
        image = film(rng, person, moment.site, panorama, when, view, moved, moment.person, min(1, max(0, x + n * step)), tall)
        crops.append((when, view, image))
    return crops


def write(folder: Path, pack: Pack) -> None:
    """crops/*.jpg, annotations.json and searches.json into `folder`."""
    crops_folder = folder / "crops"
    crops_folder.mkdir(parents=True, exist_ok=True)
    for old in crops_folder.glob("*.jpg"):
        old.unlink()
    panoramas = {site.name: draw_scene(Random(site.seed), (HEIGHT + 24) * PANORAMA, HEIGHT + 24, site.scene) for site in SITES}
    passes = sorted((p for index in range(PEOPLE) for p in itinerary(index)), key=lambda p: p.start)
    tracks = dict.fromkeys(panoramas, 0)
    annotations: list[dict] = []
    for moment in passes:
        person = person_of(SEED, moment.person)
        tracks[moment.site.name] += 1
        for n, (when, view, image) in enumerate(film_pass(moment, person, panoramas[moment.site.name]), 1):
            name = f"{moment.site.name}_{when:%Y%m%d-%H%M%S}_{tracks[moment.site.name]:04d}_{n}.jpg"
            image.save(crops_folder / name, "JPEG", quality=QUALITY)
            rng = Random(f"caption {name}")
            texts = [captions.sentence(rng, person, view).text for _ in range(2)]
            annotations.append({"split": "test", "id": moment.person + 1, "file_path": name, "captions": texts})
    (folder / "annotations.json").write_text(json.dumps(annotations, indent=1, ensure_ascii=False) + "\n")
    searches = choose_searches(crops_folder, annotations, pack)
    (folder / "searches.json").write_text(json.dumps(searches, indent=2, ensure_ascii=False) + "\n")
    print(f"{len(annotations)} crops of {PEOPLE} people, {len(passes)} tracks")


def plain_sentence(person: Person) -> tuple[str, frozenset[str]]:
    """The usual way to put it, and which kinds of thing it names."""
    named = {item.slot: item for item in reversed(items(person))}

    def thing(slot: str) -> str:
        item = named[slot]
        text = f"{item.colours[0]} {item.nouns[0]}"
        return text if captions.is_plural(item.nouns[0]) else f"{captions.a_or_an(text)} {text}"

    worn = [thing(slot) for slot in ("upper", "lower") if slot in named]
    text = f"{who_words(person)[0]} in {', '.join(worn)}"
    if "headwear" in named:
        text += f" and {thing('headwear')}"
    if "bag" in named:
        text += f", carrying {thing('bag')}"
    return text, frozenset(named)


def choose_searches(crops_folder: Path, annotations: list[dict], pack: Pack) -> list[dict]:
    """Three people, one with a bag, one with something on the head, one without either, whose crop comes first.

    Among those, the ones of whom most crops are found.
    """
    pixels = np.stack([resize(Image.open(crops_folder / entry["file_path"]).convert("RGB")) for entry in annotations])
    images, _ = pack.embed_pixels(pixels)
    owner = np.array([entry["id"] for entry in annotations])
    scored: list[tuple[float, int, str, frozenset[str]]] = []
    for index in range(PEOPLE):
        text, named = plain_sentence(person_of(SEED, index))
        order = owner[np.argsort(-(pack.embed_texts([text]) @ images.T)[0])]
        mine = order == index + 1
        if mine[0]:
            share = mine[: mine.sum()].mean()
            scored.append((-float(share), index + 1, text, named))
    chosen: list[dict] = []
    for fits in (lambda n: "bag" in n, lambda n: "headwear" in n, lambda n: "bag" not in n and "headwear" not in n):
        taken = {search["person"] for search in chosen}
        options = [option for option in sorted(scored) if fits(option[3]) and option[1] not in taken]
        chosen += [{"text": option[2], "person": option[1]} for option in options[:1]]
    return chosen
