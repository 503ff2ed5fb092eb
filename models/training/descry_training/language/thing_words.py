"""How people name bags and other things that are carried, held or pushed, and where they say these are."""

from .choice import split

BAGS = {kind: split(text) for kind, text in {
    "backpack": "backpack, backpack, backpack, bag, back pack, book bag, rucksack, bookbag, school bag, knapsack, "
                "laptop backpack, schoolbag, bagpack, pack",
    "shoulder bag": "shoulder bag, bag, messenger bag, purse, crossbody bag, satchel, cross body bag, sling bag, "
                    "side bag, handbag, small bag, cross-body bag, courier bag, body bag, laptop bag",
    "handbag": "handbag, purse, bag, hand bag, shoulder bag, pocketbook, tote, small bag, clutch, leather bag",
    "tote bag": "tote bag, bag, tote, shoulder bag, shopping bag, large bag, purse, shopper, canvas bag, cloth bag, "
                "big bag, handbag",
    "suitcase": "suitcase, luggage, rolling suitcase, suit case, rolling bag, trolley bag, wheeled suitcase, "
                "travel bag, "
                "bag, case, carry-on, trolley case, roller bag, travel case, trolley",
    "plastic bag": "plastic bag, bag, shopping bag, grocery bag, carrier bag, plastic shopping bag, plastic sack, "
                   "poly bag, bin bag, sack, carry bag",
    "paper bag": "paper bag, bag, shopping bag, gift bag, carrier bag, sack, store bag, grocery bag",
    "briefcase": "briefcase, bag, laptop bag, brief case, case, document bag, laptop case, attache case, work bag, "
                 "computer bag, business bag",
    "waist bag": "waist bag, fanny pack, belt bag, bum bag, waist pack, bag, hip bag, pouch, small bag",
    "sports bag": "sports bag, duffel bag, gym bag, bag, duffle bag, large bag, travel bag, sport bag, holdall, "
                  "duffle, kit bag, big bag",
}.items()}
BAG_SIZE = {"small": split("small, little, small, compact, tiny, mini"),
            "large": split("large, big, large, huge, bulky, full, heavy"),
            "middle": ()}
SIDES = {1: "left", -1: "right"}
# {side} is the person's own left or right.
BAG_PLACES = {carry: split(text) for carry, text in {
    "both shoulders": "on {his} back, on {his} back, on both shoulders, strapped to {his} back, over both shoulders, "
                      "on {his} shoulders, with two straps, with straps over {his} shoulders",
    "one shoulder": "over {his} {side} shoulder, on {his} {side} shoulder, over {his} shoulder, on {his} shoulder, "
                    "over one shoulder, hanging from {his} {side} shoulder, slung over {his} shoulder, "
                    "on one shoulder, "
                    "hanging off {his} shoulder, on {his} {side} side, slung over {his} {side} shoulder, "
                    "over the {side} shoulder",
    "across": "across {his} body, across {his} chest, over {his} shoulder, across {his} shoulder, with a strap across "
              "{his} chest, hanging at {his} {side} side, worn across the body, at {his} side, with a long strap, "
              "slung across {his} body, on {his} {side} hip, diagonally across {his} chest, by {his} {side} side",
    "front": "on {his} front, on {his} chest, worn on the front, in front of {him}, in front of {his} chest",
    "hand": "in {his} {side} hand, in {his} hand, in {his} {side} hand, by the handle, in one hand, "
            "at {his} {side} side, down by {his} side, in the {side} hand",
    "elbow": "on {his} {side} arm, on {his} arm, over {his} {side} arm, in the crook of {his} arm, over {his} arm, "
             "hanging from {his} {side} elbow, on {his} forearm",
    "rolling": "behind {him}, on wheels, with {his} {side} hand, beside {him}, with wheels, by the handle, "
               "with one hand",
    "waist": "around {his} waist, at {his} waist, on {his} hip, around the waist, on {his} belt, "
             "in front of {his} waist",
}.items()}
BAG_VERBS = {carry: split(text) for carry, text in {
    "both shoulders": "carrying, wearing, carrying, with, has, holding",
    "one shoulder": "carrying, with, has, wearing, holding", "across": "carrying, wearing, with, has",
    "front": "carrying, wearing, has, with", "hand": "carrying, holding, carrying, holding, has, with, toting",
    "elbow": "carrying, holding, with, has", "rolling": "pulling, rolling, dragging, wheeling, with, has, carrying, "
                                                        "towing",
    "waist": "wearing, carrying, with, has",
}.items()}
LEATHER_BAGS = {"handbag", "briefcase"}

HELD = {kind: split(text) for kind, text in {
    "phone": "phone, cell phone, mobile phone, smartphone, cellphone, mobile, cell, device, telephone, "
             "electronic device",
    "phone at ear": "phone, cell phone, mobile phone, cellphone, mobile, phone to {his} ear, smartphone, handset",
    "bottle": "bottle, water bottle, drink, bottle of water, plastic bottle, beverage, drinks bottle, soda bottle",
    "cup": "cup, coffee cup, drink, cup of coffee, paper cup, takeaway cup, beverage, coffee, to-go cup, mug",
    "paper": "papers, newspaper, paper, document, piece of paper, folder, documents, leaflet, magazine, map, "
             "sheet of paper",
    "book": "book, notebook, folder, textbook, books, magazine, binder, novel, journal, tablet",
    "coat": "jacket, coat, jacket over {his} arm, coat over {his} arm, piece of clothing, garment, "
            "sweater over {his} arm",
}.items()}
HELD_DOING = {kind: split(text) for kind, text in {
    "phone": "looking down at {his} phone, looking at {his} phone, using {his} phone, "
             "looking down at {his} cell phone, "
             "texting, on {his} phone, typing on {his} phone, staring at {his} phone, checking {his} mobile phone, "
             "looking at a phone in {his} hand, reading something on {his} phone, playing with {his} phone",
    "phone at ear": "talking on {his} phone, on the phone, talking on the phone, talking on a cell phone, "
                    "making a phone call, "
                    "holding a phone to {his} ear, with a phone to {his} ear, speaking on the phone, on a call, "
                    "with {his} hand to {his} ear, taking a call",
    "bottle": "holding a drink, holding a bottle, carrying a bottle of water, with a drink in {his} hand",
    "cup": "holding a cup, drinking coffee, holding a drink, with a drink in {his} hand, carrying a coffee",
    "paper": "reading, reading a paper, looking at some papers, carrying some papers, holding some papers",
    "book": "holding a book, carrying a book, carrying some books, reading a book, carrying books",
    "coat": "carrying a jacket, with a coat over {his} arm, carrying {his} jacket over {his} arm, "
            "with a jacket draped over {his} arm",
}.items()}
HAND_PLACES = split("in {his} {side} hand, in {his} hand, in {his} {side} hand, in one hand, in the {side} hand")
BOTH_HANDS = split("in {his} hands, in front of {him}, with both hands")

PUSHED = {kind: split(text) for kind, text in {
    "pushchair": "stroller, pushchair, baby carriage, pram, buggy, baby stroller, baby buggy",
    "bicycle": "bicycle, bike, bike, bicycle, cycle, push bike, city bike",
    "trolley": "trolley, cart, shopping cart, shopping trolley, luggage cart, push cart, baggage trolley",
}.items()}
PUSHED_DOING = {kind: split(text) for kind, text in {
    "pushchair": "pushing a stroller, pushing a pushchair, pushing a pram, walking with a stroller, "
                 "pushing a baby stroller, "
                 "pushing a baby, pushing a buggy, with a baby in a stroller",
    "bicycle": "pushing a bicycle, walking with a bicycle, pushing a bike, walking a bike, with a bicycle, "
               "walking {his} bike, "
               "wheeling a bicycle, walking next to a bike, with {his} bike, beside a bicycle, holding a bike",
    "trolley": "pushing a cart, pushing a trolley, pushing a shopping cart, with a shopping trolley, "
               "pushing a luggage trolley",
}.items()}
UMBRELLA = split("umbrella, umbrella, umbrella, parasol, brolly, open umbrella, rain umbrella")
UMBRELLA_DOING = split("holding an umbrella, under an umbrella, carrying an umbrella, walking under an umbrella, "
                       "holding an umbrella over {his} head, with an open umbrella, sheltering under an umbrella, "
                       "carrying an open umbrella, using an umbrella")
SCARF = split("scarf, scarf, neck scarf, shawl, muffler, scarf around {his} neck, neckerchief")
MASK = split("face mask, mask, surgical mask, medical mask, mask over {his} face, face covering, mask on {his} face")
HEADPHONES = split("headphones, earphones, headset, headphones, earbuds")
TIE = split("tie, necktie, tie, neck tie")
GLOVES = split("gloves, gloves, mittens, leather gloves")
SOCKS = split("socks, ankle socks, socks, long socks, short socks, crew socks")
