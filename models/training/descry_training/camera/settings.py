"""What one camera does to light, in the order in which it happens."""

from dataclasses import dataclass

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class VideoCamera:
    """Lengths named `_pixels` are pixels of the crop as recorded; other values are fractions of white or gains."""

    style: str
    rows: int = 128  # pixels across the crop's height as recorded
    # lens
    blur_pixels: float = 0.6  # standard deviation of the point spread
    motion_pixels: tuple[float, float] = (0.0, 0.0)  # path of the picture during the exposure: down, right
    veil: float = 0.0  # share of the light scattered evenly over the crop: haze, a dirty dome
    bloom: float = 0.0  # share of the light over white that spills onto its surroundings
    vignette: float = 0.0  # loss of light in the crop's corners
    uneven: tuple[float, float] = (0.0, 0.0)  # change of light from the middle to the edge: down, right
    # sensor
    target: float = 0.18  # mean linear light that the automatic exposure aims at
    automatic: float = 0.7  # how far it gets there: 0 fixed exposure, 1 fully
    exposure: float = 1.0  # gain on top of it
    balance: Triple = (1.0, 1.0, 1.0)  # gain of red, green, blue
    crosstalk: tuple[Triple, Triple, Triple] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    infrared: Triple | None = None  # response to red, green, blue where the picture has no colour
    # tone
    shoulder: float = 0.2  # where highlights start to bend: 1 - shoulder
    gamma: float = 2.2
    contrast: float = 1.0  # around mid grey, after gamma
    lift: float = 0.0  # black level, after gamma
    saturation: float = 1.0
    # electronics
    luma_noise: float = 0.01  # standard deviation after gamma, at black
    chroma_noise: float = 0.005
    denoise_pixels: float = 0.0  # smoothing after the noise
    sharpen: float = 0.0
    interlaced: float = 0.0  # pixels the picture moves to the right between the two fields
    bleed_pixels: float = 0.0  # horizontal smear of analogue colour
    ringing: float = 0.0  # echo right of edges
    # recording
    qualities: tuple[int, ...] = (80,)  # JPEG, one for each time the picture was stored
    smear: float = 0.0  # share of the deblocking filter after the first storage
