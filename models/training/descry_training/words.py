"""How people name things: wordings of every kind a drawn person can have. Earlier ones are used more."""

MAN = ("man", "man", "guy", "male", "gentleman", "bloke", "fellow", "dude", "chap")
WOMAN = ("woman", "woman", "lady", "female", "gal")
NEUTRAL = ("person", "person", "individual", "pedestrian", "someone", "somebody", "figure", "suspect", "subject",
           "passerby", "human", "one")
BOY = ("boy", "kid", "child", "schoolboy", "little boy", "young boy")
GIRL = ("girl", "kid", "child", "schoolgirl", "little girl", "young girl")
YOUNG_MAN = ("young man", "young guy", "teenager", "youth", "lad", "young male", "student", "teen", "boy")
YOUNG_WOMAN = ("young woman", "young lady", "girl", "teenager", "student", "young female", "teenage girl")
OLD_MAN = ("old man", "elderly man", "older man", "older gentleman", "senior", "grandfather")
OLD_WOMAN = ("old woman", "elderly woman", "older woman", "elderly lady", "senior", "grandmother")
MIDDLE = ("middle aged", "adult", "grown")

BUILD = {"slim": ("slim", "thin", "skinny", "slender", "lean"),
         "average": ("average build", "medium build", "normal build"),
         "heavy": ("heavy", "large", "big", "heavyset", "stocky", "overweight", "chubby", "well built")}
HEIGHT = {"short": ("short", "small"), "average": ("average height", "medium height"), "tall": ("tall", "quite tall")}

UPPER = {
    "t-shirt": ("t-shirt", "t-shirt", "tshirt", "shirt", "tee shirt", "tee", "short sleeved shirt", "short sleeve top",
                "top", "t shirt"),
    "shirt": ("shirt", "shirt", "button up shirt", "button down shirt", "dress shirt", "collared shirt", "top",
              "buttoned shirt", "formal shirt"),
    "polo": ("polo shirt", "polo", "collared shirt", "shirt", "t-shirt", "golf shirt", "top"),
    "sweater": ("sweater", "sweatshirt", "pullover", "jumper", "long sleeved shirt", "top", "knitted sweater",
                "jersey", "long sleeve top", "crew neck"),
    "hoodie": ("hoodie", "hooded sweatshirt", "hoody", "hooded top", "sweatshirt", "hooded sweater", "hooded jacket",
               "top", "zip up hoodie"),
    "jacket": ("jacket", "jacket", "coat", "zip up jacket", "windbreaker", "bomber jacket", "track jacket",
               "leather jacket", "denim jacket", "anorak", "light jacket"),
    "puffer": ("puffer jacket", "down jacket", "padded jacket", "jacket", "coat", "puffy jacket", "quilted jacket",
               "winter jacket", "parka", "winter coat"),
    "coat": ("coat", "coat", "long coat", "overcoat", "trench coat", "jacket", "winter coat", "long jacket",
             "wool coat", "parka"),
    "raincoat": ("raincoat", "rain jacket", "waterproof jacket", "jacket", "coat", "anorak"),
    "vest": ("vest", "sleeveless jacket", "gilet", "body warmer", "waistcoat", "sleeveless vest"),
    "safety vest": ("safety vest", "high visibility vest", "hi vis vest", "reflective vest", "vest", "work vest"),
    "suit": ("suit", "suit jacket", "blazer", "jacket", "business suit", "sports jacket"),
    "tank top": ("tank top", "sleeveless shirt", "vest top", "sleeveless top", "singlet", "top", "camisole"),
    "blouse": ("blouse", "top", "shirt", "tunic"),
    "cardigan": ("cardigan", "sweater", "knitted jacket", "open sweater", "jacket", "top"),
    "dress": ("dress", "dress", "gown", "sundress", "frock", "one piece dress"),
}
UPPER_GENERIC = ("top", "upper clothing", "upper garment", "upper body clothing", "clothes on top")
LOWER = {
    "trousers": ("trousers", "pants", "pants", "slacks", "dress pants", "long pants", "chinos", "cargo pants",
                 "bottoms"),
    "jeans": ("jeans", "jeans", "jeans", "denim jeans", "pants", "denim pants", "jean pants", "trousers", "denims",
              "denim trousers"),
    "joggers": ("joggers", "sweatpants", "track pants", "jogging bottoms", "tracksuit bottoms", "pants", "trousers",
                "sweat pants", "athletic pants"),
    "leggings": ("leggings", "tights", "tight pants", "pants", "skinny jeans", "trousers", "yoga pants"),
    "shorts": ("shorts", "shorts", "short pants", "bermuda shorts", "cargo shorts"),
    "skirt": ("skirt", "skirt"),
}
LOWER_GENERIC = ("lower clothing", "lower garment", "bottoms", "legwear")
SHOES = {
    "sneakers": ("sneakers", "shoes", "trainers", "tennis shoes", "running shoes", "athletic shoes", "sports shoes",
                 "sneaker shoes", "runners", "footwear"),
    "shoes": ("shoes", "shoes", "dress shoes", "leather shoes", "loafers", "footwear", "flats", "oxfords"),
    "boots": ("boots", "boots", "shoes", "ankle boots", "tall boots", "leather boots", "footwear"),
    "sandals": ("sandals", "flip flops", "shoes", "slippers", "slides", "footwear"),
    "heels": ("heels", "high heels", "high heeled shoes", "shoes", "pumps", "heeled shoes"),
}
HEADWEAR = {
    "cap": ("cap", "baseball cap", "hat", "ball cap", "peaked cap"),
    "beanie": ("beanie", "knit cap", "woolly hat", "hat", "knitted hat", "winter hat", "beanie hat"),
    "hat": ("hat", "brimmed hat", "sun hat", "fedora", "bucket hat", "straw hat"),
    "headscarf": ("headscarf", "hijab", "head scarf", "scarf"),
    "hood": ("hood", "hood up", "raised hood"),
    "helmet": ("helmet", "hard hat", "bike helmet", "safety helmet"),
}
BAGS = {
    "backpack": ("backpack", "backpack", "back pack", "rucksack", "book bag", "bag", "school bag", "knapsack"),
    "shoulder bag": ("shoulder bag", "messenger bag", "bag", "crossbody bag", "satchel", "cross body bag",
                     "sling bag", "purse", "side bag"),
    "handbag": ("handbag", "purse", "bag", "hand bag", "tote bag", "tote", "pocketbook"),
    "suitcase": ("suitcase", "luggage", "rolling suitcase", "trolley", "wheeled suitcase", "travel bag", "case",
                 "trolley bag"),
    "plastic bag": ("plastic bag", "shopping bag", "bag", "carrier bag", "grocery bag", "paper bag"),
    "briefcase": ("briefcase", "laptop bag", "case", "bag", "document bag", "laptop case"),
    "waist bag": ("waist bag", "fanny pack", "bum bag", "belt bag", "waist pack", "bag"),
}
MATERIAL = {"jacket": ("leather", "denim", "nylon"), "coat": ("wool", "woollen"), "sweater": ("knitted", "woolen"),
            "puffer": ("padded", "quilted"), "shirt": ("cotton",), "trousers": ("cotton", "cargo")}
PATTERN = {
    "stripes": ("striped", "stripy", "horizontally striped", "with stripes", "with horizontal stripes"),
    "vertical stripes": ("striped", "pinstriped", "vertically striped", "with vertical stripes", "with stripes"),
    "plaid": ("plaid", "checkered", "checked", "chequered", "tartan", "flannel", "gingham"),
    "logo": ("with a logo", "with a print", "with a logo on it", "graphic", "printed", "with a design",
             "with writing on it", "with a picture on it", "with lettering"),
    "blocks": ("two tone", "colour block", "two coloured", "color block", "multicoloured"),
    "sleeves": ("with different coloured sleeves", "raglan", "two tone", "baseball style", "with contrasting sleeves"),
    "camouflage": ("camouflage", "camo", "military style", "patterned"),
    "floral": ("floral", "flowery", "patterned", "flower print", "printed", "with flowers", "multicolored"),
    "dots": ("polka dot", "spotted", "dotted", "patterned", "with dots"),
    "side stripe": ("with a stripe down the side", "with side stripes", "striped", "with a white stripe"),
}
LENGTH_UPPER = {"long": ("long", "knee length", "thigh length"), "waist": ("short", "waist length", "hip length")}
LENGTH_LOWER = {"short": ("short", "above the knee", "mini"), "knee": ("knee length", "midi"),
                "long": ("long", "ankle length", "full length", "maxi")}
SLEEVE = {"none": ("sleeveless",), "short": ("short sleeved", "short sleeve", "half sleeve"),
          "long": ("long sleeved", "long sleeve", "full sleeve")}
FIT = {"loose": ("loose", "baggy", "loose fitting", "wide", "oversized"), "tight": ("tight", "slim fit", "skinny",
                                                                                 "fitted", "tight fitting")}
HAIR_STYLE = {"short": ("short", "cropped", "short cut", "neat"), "medium": ("medium length", "shoulder length", "bob"),
              "long": ("long", "long flowing", "waist length", "straight long"), "curly": ("curly", "frizzy", "bushy", "wavy", "afro")}
HAIR_COLOUR = {"black": ("black", "black", "dark", "jet black"), "dark brown": ("dark brown", "dark", "brown", "black", "brunette"),
               "brown": ("brown", "light brown", "brown", "dark", "chestnut"), "blond": ("blond", "blonde", "light", "fair", "golden"),
               "gray": ("gray", "grey", "greying", "silver", "salt and pepper"), "white": ("white", "gray", "grey", "silver", "light"),
               "red": ("red", "ginger", "auburn", "reddish", "orange")}
HAIR_NOUN_STYLE = {"ponytail": ("a ponytail", "hair tied back", "hair in a ponytail", "tied up hair", "long hair tied back"),
                   "bun": ("a bun", "hair in a bun", "hair tied up", "hair up", "a top knot"),
                   "bald": ("a bald head", "a shaved head", "no hair", "very short hair")}
HOLDING = {"phone": ("phone", "cell phone", "mobile phone", "smartphone", "mobile", "cellphone"),
           "bottle": ("bottle", "water bottle", "drink", "bottle of water"),
           "cup": ("cup", "coffee cup", "coffee", "drink", "cup of coffee", "takeaway cup"),
           "paper": ("papers", "newspaper", "document", "folder", "magazine", "book")}
WALKING = ("walking", "strolling", "moving", "walking along", "striding", "taking a step", "on the move", "walking past",
           "heading somewhere", "mid stride")
RUNNING = ("running", "jogging", "hurrying", "rushing", "in a hurry")
STANDING = ("standing", "standing still", "waiting", "stopped", "not moving", "stood there")
VIEW = {"front": ("facing the camera", "coming towards the camera", "seen from the front", "walking towards us",
                  "approaching", "facing forward"),
        "back": ("walking away", "facing away", "seen from behind", "with their back to the camera",
                 "moving away from the camera", "turned away", "from the back"),
        "side": ("seen from the side", "in profile", "walking sideways", "facing sideways", "turned to the side",
                 "side on")}
