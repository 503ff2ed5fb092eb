"""All surfaces of one person in a pose."""

from random import Random

from ..body.hair import hair_surfaces
from ..body.hands import hand_surfaces
from ..body.head import head_surfaces
from ..body.pose import Pose
from ..body.shape import body_shape
from ..body.skeleton import Skeleton, pose_skeleton
from ..clothes.facewear import facewear_surfaces
from ..clothes.headwear import headwear_surfaces
from ..clothes.limbs import arm
from ..clothes.lower import bare_legs, lower_surfaces
from ..clothes.shoes import shoe_surfaces
from ..clothes.upper import upper_surfaces
from ..language.describable import SLOT_PARTS
from ..people.person import Person
from ..rendering.solids import tube
from ..rendering.surface import Finish, Surface
from ..things.bags import bag_surfaces
from ..things.hands import umbrella_side
from ..things.held import held_surfaces
from ..things.pushed import pushed_surfaces
from ..things.umbrella import umbrella_surfaces


def stand(person: Person, pose: Pose, yaw: float, place=(0.0, 0.0)) -> Skeleton:
    """The person's skeleton in the world; `yaw` in radians counter-clockwise from +y."""
    return pose_skeleton(body_shape(person, Random(f"body {person.upper.detail}")), pose, yaw, place)


def body_surfaces(person: Person, skeleton: Skeleton) -> list[Surface]:
    """The person and what they wear: what a detector boxes."""
    parts = SLOT_PARTS
    skin = Finish(person.skin, gloss=0.18)
    found = upper_surfaces(person, skeleton, parts["upper"], parts["inner"], parts["skin"])
    if person.lower:
        found += lower_surfaces(person.lower, skeleton, parts["lower"], person.upper.tucked)
    found += bare_legs(person, skeleton, parts["skin"])
    sleeve = max(person.upper.sleeve, person.inner.sleeve if person.inner else 0.0)
    if sleeve < 0.97:
        for side in ("l", "r"):
            found += arm(skeleton, side, max(0.0, sleeve - 0.15), 1.0, 0.0, skin, parts["skin"])
    neck, shape = skeleton["neck"], skeleton.shape
    found += tube(
        [neck - skeleton.trunk_basis[:, 2] * 0.07, skeleton["head"] - skeleton.head_basis[:, 2] * 0.03],
        [shape.neck * 1.05, shape.neck * 0.95],
        skin,
        parts["skin"],
        10,
        up=skeleton.facing,
    )
    found += head_surfaces(person, skeleton) + hair_surfaces(person, skeleton) + headwear_surfaces(person, skeleton)
    found += facewear_surfaces(person, skeleton) + hand_surfaces(person, skeleton) + shoe_surfaces(person, skeleton)
    return found


def carried_surfaces(person: Person, skeleton: Skeleton, rng: Random, worn: list[Surface]) -> list[Surface]:
    """Bags, umbrella, things held and pushed. Straps lie on what is `worn`."""
    found = [surface for bag in person.bags for surface in bag_surfaces(bag, skeleton, rng, worn)]
    if person.umbrella:
        found += umbrella_surfaces(person.umbrella, skeleton, rng, umbrella_side(person))
    if person.held:
        found += held_surfaces(person.held, skeleton, rng)
    if person.pushed:
        found += pushed_surfaces(person.pushed, skeleton, rng)
    return found
