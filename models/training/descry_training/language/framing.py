"""What stands around a description in real requests and statements, and says nothing of the person."""

from .choice import split

# {a} is the description as a noun phrase with its article.
FRAMES = tuple(line.strip() for line in """
I saw {a} | I remember {a} | Looking for {a} | We are looking for {a} | It was {a} | There was {a} | The suspect is {a}
The person was {a} | The witness described {a} | Find {a} | Search for {a} | My brother said it was {a}
I think it was {a}
I noticed {a} | Please find {a} | Can you find {a}? | Someone saw {a} | This is {a} | The picture shows {a}
Description: {a} | I am sure it was {a} | Probably {a} | I believe it was {a} | Last seen: {a} | Missing: {a}
Target is {a} | Show me {a} | Did you see {a}? | Have you seen {a}? | Where is {a}? | Show all pictures of {a}
I'm looking for {a} | Mum told us about {a} | According to the caller it was {a} | The caller reports {a}
An image of {a} | A photo of {a} | A picture of {a} | Photo of {a} | {a} in the image | CCTV shows {a}
Footage shows {a} | We need {a} | Any sightings of {a}? | Is there {a}? | Locate {a} | Check for {a} | Wanted: {a}
The thief was {a} | The offender is described as {a} | The attacker was {a} | A neighbour saw {a} | My friend saw {a}
I bumped into {a} | It looked like {a} | I spoke to {a} | {a} ran past me | I was behind {a} on the escalator
{a} was standing near me | All I remember is {a} | The guard mentioned {a} | The driver described {a}
Witness statement: {a} | As far as I know it was {a} | Our daughter talked to {a} | {a} took it | {a} walked by
The cashier remembers {a} | {a} got off the train | {a} left the building | I can only describe {a}
Police followed {a}
We want every crop with {a} | Track {a} | Who saw {a}? | {a} was seen by the door | Get me {a} | {a} was last seen here
""".replace("\n", "|").split("|") if line.strip())

FILLERS = split(
    "I think, as far as I remember, maybe, probably, I believe, if I recall correctly, possibly, "
    "not sure about the rest, "
    "that is all I saw, it was quick, from what I could see, apparently, roughly, more or less, I guess, "
    "or something like that, "
    "at the station, near the entrance, around noon, in the morning, late at night, by the road, on the street, "
    "near the gate, "
    "on the stairs, in the hall, at the platform, outside the shop, crossing the road, in the mall, at the bus stop, "
    "in the parking lot, on campus, in the corridor, by the escalator, near the ticket machines, at the crossing, "
    "in the evening, yesterday, this afternoon, in the car park, at the airport, on the sidewalk, next to a wall, "
    "on the pavement, in front of the building, near a car, through the lobby, outside the bank, "
    "I only saw it briefly, "
    "it was getting dark, hard to tell, if that helps, as I said, to be honest, you know, at about five o'clock, "
    "last week, "
    "in the crowd, among other people, on the platform, beside the road, by the exit, in the rain, under the bridge, "
    "in the supermarket, at the market, near the elevator, along the street, down the hallway, across the square")

# Details that no picture of ours shows: they state nothing, so that a reader learns not to be put off by them.
UNDRAWN = split(
    "looking down, looking straight ahead, with {his} head down, looking at the ground, in the middle of a step, "
    "with one foot in front of the other, looking over {his} shoulder, smiling, alone, next to another person, "
    "in front of a wall, with {his} left leg forward, with {his} right leg forward, with {his} arms bent, "
    "with {his} head turned, looking off to one side, in daylight, with other people around")

POLICE_AGES = {
    "child": split("approx 8 years old, aged around 10, under 12 years, about 9 yrs, juvenile, minor"),
    "young": split("20s, early 20s, aged 18 to 25, approx 20 years old, around 25 years of age, late teens, mid 20s, "
                   "18-25 years, about 22"),
    "adult": split("30s, 40s, aged 30 to 45, approx 40 years old, mid 30s, late 30s, around 35 years of age, "
                   "35-45 years, middle age, about 40"),
    "old": split("60s, 70s, aged over 60, approx 65 years old, elderly, 60-70 years, about 70"),
}
POLICE_SEX = {"man": split("male, male, m, adult male, male suspect, male subject, unknown male"),
              "woman": split("female, female, f, adult female, female suspect, female subject, unknown female")}
LABELS = {"upper": split("top, upper body, upper, torso, shirt or jacket"),
          "inner": split("under, underneath, inner layer"),
          "lower": split("bottom, lower body, lower, legs, pants"), "shoes": split("shoes, feet, footwear"),
          "headwear": split("head, headgear, hat"), "hair": split("hair"), "bag": split("bag, carrying, luggage, bags"),
          "held": split("holding, in hand, carrying"), "pushed": split("with, pushing"),
          "umbrella": split("carrying, also"),
          "eyewear": split("face, eyes"), "mask": split("face"), "beard": split("face"), "scarf": split("neck"),
          "tie": split("neck"), "gloves": split("hands"), "socks": split("feet"), "headphones": split("ears")}
ACCESSORY_LABELS = split("other, notes, extra, also, accessories, features")
