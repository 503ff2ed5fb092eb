"""Demo footage: people nobody is, walking past five cameras on two days. Their seeds are never trained on."""

import json
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from .body.pose import Pose, sample_pose
from .camera import VideoCamera, film, sample_camera
from .footage.crop import TOWARDS_CAMERA, Box, draw_crop
from .language import captions
from .language.describable import describe
from .learning.evaluate import Pack
from .people.colours import COLOURS
from .people.person import Paint, Person, View
from .pictures import SetPlan, person_of, resize
from .places import Place, sample_place
from .things.hands import hand_demands

PEOPLE = 72
PLAN = SetPlan(seed=500_000, people=PEOPLE)
DAYS = (datetime(2026, 3, 14), datetime(2026, 3, 15))
QUALITY = 85


@dataclass(frozen=True)
class Site:
    """One camera of the town. `heights` are crop heights in pixels, `place` minutes on foot along the route."""

    name: str
    kind: str
    style: str
    seed: int
    heights: tuple[int, int]
    elevation: float
    place: float
    outdoor: bool = False

    def camera(self) -> VideoCamera:
        return sample_camera(Random(f"site {self.seed}"), (self.style,))

    def scene(self, spot: int) -> Place:
        """What is behind a person at one of the spots that the camera sees."""
        return sample_place(Random(f"site {self.seed} {spot}"), self.kind, TOWARDS_CAMERA)


SITES = (
    Site("north-gate", "plaza", "daylight", 11, (170, 300), 9, 0.0, True),
    Site("market-hall", "shop", "indoor", 23, (150, 280), 14, 2.5),
    Site("south-stairs", "corridor", "indoor", 31, (110, 220), 22, 5.0),
    Site("platform-2", "platform", "analogue", 47, (120, 240), 7, 6.5),
    Site("car-park", "car park", "dim", 59, (100, 200), 17, 9.0, True),
)
SPOTS = 6  # a camera


@dataclass(frozen=True)
class Pass:
    """One person in front of one camera."""

    person: int
    site: Site
    start: datetime
    direction: str


def itinerary(index: int) -> list[Pass]:
    """Where a person goes: along the route one way, some back again later, some on the second day too."""
    rng = Random(f"itinerary {PLAN.seed} {index}")
    passes: list[Pass] = []
    days = rng.choices((DAYS[:1], DAYS[1:], DAYS), (5, 4, 2))[0]
    for day in days:
        when = day + timedelta(
            hours=rng.choice((7, 8, 8, 9, 11, 12, 13, 15, 17, 17, 18, 20, 21)), seconds=rng.randrange(3600)
        )
        forward = rng.random() < 0.5
        stops = sorted(rng.sample(SITES, rng.choice((2, 3, 3, 4, 4))), key=lambda site: site.place, reverse=not forward)
        legs = [stops]
        if rng.random() < 0.3:
            legs.append(stops[::-1][: rng.choice((1, 2))])
        for leg in legs:
            previous = leg[0]
            for site in leg:
                when += timedelta(
                    seconds=abs(site.place - previous.place) * 60 * rng.uniform(0.85, 1.3) + rng.uniform(4, 40)
                )
                passes.append(Pass(index, site, when, rng.choices(("front", "back", "side"), (4, 3, 3))[0]))
                previous = site
            when += timedelta(minutes=rng.uniform(20, 120))
    return passes


def daylight(when: datetime) -> float:
    """1 by day, falling to 0.45 after dusk."""
    hour = when.hour + when.minute / 60
    return 0.45 + 0.55 / (1 + math.exp((hour - 18.7) * 2.2))


def record(
    rng: Random, person: Person, site: Site, place: Place, when: datetime, view: View, pose: Pose, height: int
) -> Image.Image:
    """One crop at its native size."""
    box = Box(rng.uniform(0.01, 0.05), rng.uniform(0.01, 0.05), rng.gauss(0, 0.02), rng.uniform(0.36, 0.46))
    drawing = draw_crop(rng, person, view, round(min(256, max(160, height * 1.3))), place, box, pose)
    camera = site.camera()
    dim = daylight(when) if site.outdoor else 1.0
    camera = replace(camera, rows=height, exposure=camera.exposure * dim * rng.uniform(0.94, 1.06), qualities=())
    return Image.fromarray(film(drawing.image, camera, np.random.default_rng(rng.getrandbits(63)), height))


def record_pass(moment: Pass, person: Person) -> list[tuple[datetime, View, Image.Image]]:
    site = moment.site
    rng = Random(f"pass {moment.person} {site.name} {moment.start.isoformat()}")
    action = "walking" if rng.random() < 0.85 else "standing"
    yaw = {"front": 0, "back": 180, "side": rng.choice((-90, 90))}[moment.direction] + rng.gauss(0, 14)
    height = rng.uniform(*site.heights)
    growth = {"front": 1.09, "back": 0.92}.get(moment.direction, 1.0)
    pose = sample_pose(rng, action, hand_demands(person))
    place = site.scene(rng.randrange(SPOTS))
    crops = []
    for n in range(rng.choice((2, 2, 3, 3, 4))):
        when = moment.start + timedelta(seconds=n * 1.5)
        tall = round(min(300, max(90, height * growth**n)))
        view = View(round((yaw + rng.gauss(0, 5) + 180) % 360 - 180, 1), action, site.elevation)
        image = record(rng, person, site, place, when, view, replace(pose, phase=pose.phase + n * 1.9), tall)
        crops.append((when, view, image))
    return crops


def write(folder: Path, pack: Pack) -> None:
    """crops/*.jpg, annotations.json and searches.json into `folder`."""
    crops_folder = folder / "crops"
    crops_folder.mkdir(parents=True, exist_ok=True)
    for old in crops_folder.glob("*.jpg"):
        old.unlink()
    passes = sorted((p for index in range(PEOPLE) for p in itinerary(index)), key=lambda p: p.start)
    tracks = dict.fromkeys((site.name for site in SITES), 0)
    annotations: list[dict] = []
    for moment in passes:
        person = person_of(PLAN, moment.person)
        tracks[moment.site.name] += 1
        for n, (when, view, image) in enumerate(record_pass(moment, person), 1):
            name = f"{moment.site.name}_{when:%Y%m%d-%H%M%S}_{tracks[moment.site.name]:04d}_{n}.jpg"
            image.save(crops_folder / name, "JPEG", quality=QUALITY)
            rng = Random(f"caption {name}")
            texts = [captions.sentence(rng, describe(person), view).text for _ in range(2)]
            annotations.append({"split": "test", "id": moment.person + 1, "file_path": name, "captions": texts})
    (folder / "annotations.json").write_text(json.dumps(annotations, indent=1, ensure_ascii=False) + "\n")
    searches = choose_searches(crops_folder, annotations, pack)
    (folder / "searches.json").write_text(json.dumps(searches, indent=2, ensure_ascii=False) + "\n")
    print(f"{len(annotations)} crops of {PEOPLE} people, {len(passes)} tracks")


def plain_sentence(person: Person) -> tuple[str, frozenset[str]]:
    """The usual way to put it, and which kinds of thing it names."""

    def thing(paint: Paint, kind: str) -> str:
        text = f"{COLOURS[paint.name].words[0]} {kind}"
        return text if kind.endswith("s") and kind != "dress" else f"{'an' if text[0] in 'aeiou' else 'a'} {text}"

    named = {"upper"}
    worn = [thing(person.upper.paint, person.upper.kind)]
    if person.lower:
        worn.append(thing(person.lower.paint, person.lower.kind))
    text = f"{person.gender} in {' and '.join(worn)}"
    if person.headwear and person.headwear.kind != "hood":
        named.add("headwear")
        text += f" with {thing(person.headwear.paint, person.headwear.kind)}"
    if person.bags:
        named.add("bag")
        text += f", carrying {thing(person.bags[0].paint, person.bags[0].kind)}"
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
        text, named = plain_sentence(person_of(PLAN, index))
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
