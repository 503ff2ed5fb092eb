"""How people name persons, their hair and faces, what they do and how they are seen.

Nothing about skin, ethnicity or origin: the product neither learns nor answers such words.
"""

from .choice import split

WHO = {key: split(text) for key, text in {
    "man": "man, man, man, guy, male, gentleman, male pedestrian, adult male, fellow, bloke, dude, chap, "
           "male person, sir, male suspect, male subject, gent",
    "woman": "woman, woman, woman, lady, female, female pedestrian, adult female, gal, female person, female suspect, "
             "female subject",
    "boy": "boy, young boy, kid, child, little boy, schoolboy, small child, youngster, male child",
    "girl": "girl, young girl, kid, child, little girl, schoolgirl, small child, youngster, female child",
    "young man": "young man, man, young male, guy, young guy, teenager, boy, youth, lad, student, teen, teenage boy, "
                 "young adult, college student, man in his twenties, man in his 20s, male student",
    "young woman": "young woman, woman, young lady, girl, young female, female, lady, teenager, student, teenage girl, "
                   "young adult, college student, woman in her twenties, woman in her 20s, female student, teen",
    "adult man": "man, middle aged man, middle-aged man, man in his thirties, man in his 30s, man in his forties, "
                 "grown man, middle aged male, man of about forty, adult",
    "adult woman": "woman, middle aged woman, middle-aged woman, woman in her thirties, woman in her 30s, "
                   "woman in her forties, middle aged lady, woman of about forty, adult",
    "old man": "old man, elderly man, older man, older gentleman, man, senior, grandfather, old guy, "
               "elderly gentleman, senior citizen, pensioner, aged man, man in his sixties",
    "old woman": "old woman, elderly woman, older woman, elderly lady, woman, senior, grandmother, old lady, "
                 "older lady, senior citizen, pensioner, woman in her sixties",
}.items()}
NEUTRAL = split("person, person, person, pedestrian, individual, someone, figure, suspect, subject, somebody, "
                "passerby, human, human being, walker")
MAN_PRONOUN, WOMAN_PRONOUN = "he", "she"

BUILD = {"slim": split("slim, thin, skinny, slender, lean, slightly built, slight, lanky, petite, of slim build"),
         "average": split("average build, medium build, normal build, average sized, medium sized, average weight"),
         "heavy": split("heavy, large, heavyset, big, stocky, overweight, chubby, heavy set, well built, fat, broad, "
                        "plump, bulky, burly, of heavy build")}
HEIGHT = {"short": split("short, small, shortish, not very tall, quite short"),
          "average": split("average height, medium height, of average height"),
          "tall": split("tall, quite tall, very tall, rather tall, tallish")}

HAIR_LENGTH = {"short": split("short, short, short, cropped, short cut, close cropped, neat, neatly cut, trimmed, "
                              "very short, tidy, buzzed"),
               "shaved": split("very short, shaved, buzz cut, closely cropped, short, cropped, short shaved, buzzed"),
               "medium": split("medium length, shoulder length, medium, mid length, shoulder-length, medium long, "
                               "chin length, long, straight"),
               "bob": split("bobbed, short, chin length, bob cut, shoulder length, medium length, straight, "
                            "neck length"),
               "long": split("long, long, long, straight, long straight, waist length, long flowing, loose, very long, "
                             "long loose"),
               "ponytail": split("long, tied back, pulled back, long"),
               "bun": split("tied up, long, pinned up, pulled back"),
               "curly": split("curly, curly, frizzy, wavy, bushy, afro, messy, thick curly, fluffy, big curly"),
               "bald": ()}
HAIR_COLOUR = {name: split(text) for name, text in {
    "black": "black, black, dark, black, jet black, dark colored, dark brown",
    "dark brown": "dark brown, dark, brown, black, brunette, dark colored",
    "brown": "brown, brown, light brown, dark, chestnut, brunette, auburn, medium brown",
    "blond": "blonde, blond, light, fair, golden, light colored, light brown, dirty blonde, sandy",
    "gray": "gray, grey, greying, silver, graying, salt and pepper, white",
    "white": "white, gray, grey, silver, light, snow white",
    "red": "red, ginger, auburn, reddish, orange, reddish brown, copper",
    "dyed": "dyed, brightly dyed, colored, coloured, brightly colored",
}.items()}
DYED = ((20, "red"), (45, "orange"), (70, "yellow"), (165, "green"), (255, "blue"), (305, "purple"), (345, "pink"),
        (361, "red"))
AGE = {"child": split("a child, about ten years old, quite young, a small kid, of primary school age"),
       "young": split("in {his} twenties, in {his} 20s, quite young, around 20 years old, a teenager, a student, "
                      "young, about twenty five"),
       "adult": split("in {his} thirties, middle aged, in {his} 40s, in {his} 30s, around 40 years old, about forty"),
       "old": split("in {his} sixties, quite old, elderly, over 60, rather old, in {his} 70s, of retirement age")}
# {colour} stands for "black " or nothing.
HAIR_NOUN = {style: split(text) for style, text in {
    "ponytail": "{colour}hair in a ponytail, {colour}hair tied back, a {colour}ponytail, "
                "{his} {colour}hair tied back in a "
                "ponytail, {colour}hair pulled back, {colour}hair pulled back into a ponytail, "
                "long {colour}hair tied back, "
                "{colour}hair tied in a ponytail, {his} {colour}hair up in a ponytail, a long {colour}ponytail, "
                "{colour}hair put up, a low {colour}ponytail",
    "bun": "{colour}hair in a bun, {colour}hair tied up, a {colour}bun, {his} {colour}hair up in a bun, "
           "{colour}hair up, "
           "{colour}hair pulled back in a bun, {colour}hair tied back in a bun, a {colour}top knot, "
           "{colour}hair pinned up, {his} {colour}hair tied in a knot",
    "bob": "a {colour}bob, a short {colour}bob, {colour}hair in a bob, {colour}bob hair, a {colour}bob haircut",
    "curly": "{colour}curls, a {colour}afro, a mop of {colour}curls, {colour}curly locks",
    "short": "a short {colour}haircut, {colour}hair cut short, short cropped {colour}hair, a neat {colour}haircut",
    "long": "{colour}hair down to {his} shoulders, {colour}hair hanging down, {colour}hair down {his} back, "
            "{his} {colour}hair down, {colour}hair flowing down {his} back, long {colour}hair worn down",
    "medium": "{colour}hair down to {his} shoulders, {colour}hair reaching {his} shoulders",
    "shaved": "a shaved head, a buzz cut, a crew cut, hardly any hair, closely shaved hair",
    "bald": "a bald head, a shaved head, no hair, very little hair, a shiny head, a bald spot",
}.items()}
BEARD = split("beard, facial hair, short beard, goatee, stubble, moustache and beard, full beard, mustache")
GLASSES = {"glasses": split("glasses, eyeglasses, spectacles, eye glasses, specs, reading glasses"),
           "sunglasses": split("sunglasses, sunglasses, shades, dark glasses, glasses, sun glasses")}

ACTION = {action: split(text) for action, text in {
    "walking": "walking, walking, walking, strolling, walking along, striding, taking a step, on the move, "
               "walking past, "
               "heading somewhere, mid stride, in motion, walking along the sidewalk, walking down the street, "
               "walking forward, in mid-step, stepping forward, moving, walking through, passing by, walking slowly, "
               "walking briskly, taking a stride, walking on the pavement, making {his} way along",
    "standing": "standing, standing, standing still, waiting, stood there, not moving, standing up straight, "
                "standing around, hanging around, posing, waiting for something, stopped, "
                "standing with {his} feet apart, loitering, standing upright, just standing there",
    "running": "running, jogging, hurrying, rushing, in a hurry, sprinting, running away, running fast, dashing, "
               "moving quickly, running along",
    "sitting": "sitting, sitting down, seated, sitting on something, sat down, resting, taking a seat, "
               "in a sitting position",
}.items()}
GOING = {("front", True): split("walking towards the camera, coming towards the camera, approaching the camera, "
                                "walking toward us, "
                                "walking toward the viewer, coming this way, heading towards the camera, approaching"),
         ("back", True): split("walking away from the camera, walking away, moving away from the camera, heading away, "
                               "walking in the opposite direction, walking off, leaving"),
         ("left", True): split("walking to the left, walking left, heading left, walking past the camera, "
                               "moving to the left, walking across, walking sideways, going left"),
         ("right", True): split("walking to the right, walking right, heading right, walking past the camera, "
                                "moving to the right, walking across, walking sideways, going right")}
SEEN = {"front": split("facing the camera, facing forward, seen from the front, facing front, looking at the camera, "
                       "facing towards us, facing forwards, turned towards the camera, looking ahead, "
                       "shown from the front"),
        "back": split("facing away from the camera, facing away, seen from behind, with {his} back to the camera, "
                      "turned away, "
                      "seen from the back, from behind, with {his} back turned, with {his} back to us, "
                      "shown from behind, photographed from the rear"),
        "left": split("facing left, in profile, seen from the side, facing to the left, turned to the side, side on, "
                      "facing sideways, looking to the left, shown from the side, looking to the side"),
        "right": split("facing right, in profile, seen from the side, facing to the right, turned to the side, "
                       "side on, "
                       "facing sideways, looking to the right, shown from the side, looking to the side")}
FROM_ABOVE = split("seen from above, from a high angle, viewed from above")
IDLE_HANDS = split("with {his} arms at {his} sides, with {his} hands at {his} side, with both hands at {his} sides, "
                   "with {his} arms down, with {his} arms by {his} side, with nothing in {his} hands, "
                   "swinging {his} arms, "
                   "with empty hands, with both arms hanging down, with {his} arms relaxed, empty handed")
