"""How people name clothes, shoes and headwear: the usual names first, usual mistakes last."""

from .choice import split

UPPER = {kind: split(text) for kind, text in {
    "t-shirt": "t-shirt, shirt, t-shirt, t shirt, tshirt, tee shirt, tee, top, short sleeved shirt, "
               "short sleeve shirt, "
               "short sleeve top, crew neck t-shirt, cotton t-shirt, half sleeve shirt, casual shirt, blouse",
    "shirt": "shirt, button up shirt, button down shirt, collared shirt, dress shirt, button-up shirt, top, "
             "buttoned shirt, formal shirt, long sleeved shirt, button down, oxford shirt, casual shirt, blouse, "
             "jacket",
    "polo": "polo shirt, polo, collared shirt, shirt, t-shirt, polo t-shirt, golf shirt, top, collared t-shirt, "
            "polo neck shirt",
    "blouse": "blouse, top, shirt, tunic, button up blouse, loose top, summer top, t-shirt",
    "tank top": "tank top, sleeveless shirt, sleeveless top, vest top, tank, singlet, top, camisole, undershirt, "
                "cami, vest, shirt, halter top",
    "sweater": "sweater, sweatshirt, long sleeved shirt, pullover, jumper, long sleeve shirt, top, knitted sweater, "
               "knit top, long sleeve top, crew neck sweater, crewneck, jersey, knitwear, shirt, jacket",
    "hoodie": "hoodie, hooded sweatshirt, sweatshirt, hoody, hooded top, jacket, hooded sweater, hooded jacket, "
              "zip up hoodie, top, zip-up, sweater, pullover, coat",
    "cardigan": "cardigan, sweater, cardigan sweater, knitted jacket, open sweater, jacket, knit cardigan, top, "
                "button up sweater, wrap, shrug",
    "jacket": "jacket, jacket, coat, zip up jacket, windbreaker, bomber jacket, zip-up jacket, top, "
              "casual jacket, sports jacket, outer jacket, anorak, outerwear, fall jacket, sweatshirt",
    "denim jacket": "denim jacket, jean jacket, jacket, jeans jacket, denim coat, coat, denim shirt, top",
    "leather jacket": "leather jacket, jacket, leather coat, biker jacket, coat, motorcycle jacket, bomber jacket, top",
    "track jacket": "track jacket, jacket, sports jacket, tracksuit top, zip up jacket, athletic jacket, "
                    "training jacket, windbreaker, tracksuit jacket, warm up jacket, sweatshirt, sports top, coat",
    "puffer": "puffer jacket, jacket, coat, down jacket, padded jacket, winter jacket, winter coat, puffy jacket, "
              "quilted jacket, puffer coat, puffy coat, puffer, bubble jacket, ski jacket, down coat, parka, "
              "cotton padded jacket, padded coat, bubble coat",
    "coat": "coat, long coat, jacket, overcoat, trench coat, winter coat, long jacket, wool coat, peacoat, pea coat, "
            "trenchcoat, dress coat, topcoat, parka",
    "raincoat": "raincoat, rain jacket, jacket, coat, waterproof jacket, rain coat, anorak, waterproof, cagoule, "
                "poncho",
    "vest": "vest, sleeveless jacket, gilet, body warmer, waistcoat, sleeveless vest, puffer vest, padded vest, "
            "bodywarmer, jacket",
    "suit": "suit, suit jacket, blazer, jacket, business suit, sport coat, suit coat, sports coat, dress jacket, "
            "formal jacket, coat, formal suit, sportcoat",
    "safety vest": "safety vest, high visibility vest, hi-vis vest, reflective vest, vest, work vest, hi vis jacket, "
                   "high vis vest, fluorescent vest, traffic vest, visibility vest",
    "jersey": "jersey, sports jersey, shirt, football shirt, t-shirt, basketball jersey, soccer jersey, sports shirt, "
              "team shirt, football jersey, top, sports top, athletic shirt",
    "uniform": "uniform, uniform shirt, shirt, work shirt, uniform jacket, work uniform, jacket, security uniform, "
               "work clothes",
    "dress": "dress, dress, dress, gown, sundress, summer dress, frock, one piece dress, one-piece, long top, tunic",
}.items()}
UPPER_GENERIC = split("top, upper clothing, upper garment, garment")

LOWER = {kind: split(text) for kind, text in {
    "trousers": "pants, trousers, pants, slacks, dress pants, long pants, chinos, bottoms, jeans, "
                "suit pants, pant, suit trousers, casual pants",
    "jeans": "jeans, jeans, jeans, denim jeans, pants, denim pants, trousers, denims, denim trousers, "
             "jean pants, long pants",
    "wide trousers": "wide leg pants, pants, wide trousers, trousers, loose pants, wide legged trousers, baggy pants, "
                     "palazzo pants, flared pants, culottes, flowing pants, bell bottoms, flares",
    "cargo trousers": "cargo pants, pants, cargo trousers, trousers, cargos, combat trousers, work pants, "
                      "utility pants, fatigues",
    "joggers": "sweatpants, joggers, track pants, pants, sweat pants, jogging pants, tracksuit bottoms, "
               "jogging bottoms, sports pants, athletic pants, trousers, tracksuit pants, sport trousers, "
               "training pants, warm up pants, trackies",
    "leggings": "leggings, tights, pants, tight pants, yoga pants, skinny jeans, skinny pants, trousers, jeggings, "
                "stretch pants, stockings, legging",
    "shorts": "shorts, shorts, shorts, short pants, bermuda shorts, bermudas, cargo shorts, board shorts",
    "short shorts": "shorts, shorts, shorts, short pants, short shorts, hot pants, mini shorts",
    "skirt": "skirt, skirt, skirt",
}.items()}
LOWER_GENERIC = split("bottoms, lower clothing, legwear, lower garment")

SHOES = {kind: split(text) for kind, text in {
    "sneakers": "sneakers, shoes, tennis shoes, trainers, running shoes, sneakers, athletic shoes, sports shoes, "
                "gym shoes, sport shoes, canvas shoes, casual shoes, runners, footwear, kicks, high tops, skate shoes, "
                "sneaker shoes, converse, boots",
    "shoes": "shoes, dress shoes, shoes, leather shoes, loafers, casual shoes, footwear, formal shoes, oxfords, "
             "lace up shoes, brogues, sneakers, business shoes",
    "boots": "boots, boots, shoes, ankle boots, leather boots, booties, winter boots, work boots, hiking boots, "
             "footwear, lace up boots",
    "sandals": "sandals, flip flops, shoes, slippers, slides, open toe shoes, footwear, open toed sandals, flip-flops, "
               "thongs, crocs",
    "heels": "heels, high heels, shoes, high heeled shoes, heeled shoes, pumps, stilettos, dress shoes, wedges, "
             "footwear, heeled sandals",
    "flats": "flats, flat shoes, shoes, ballet flats, slip on shoes, slip-ons, ballerinas, loafers, slippers, "
             "pumps, footwear, moccasins",
}.items()}
TALL_BOOTS = split("boots, tall boots, knee high boots, high boots, long boots, leather boots, riding boots, shoes")

HEADWEAR = {kind: split(text) for kind, text in {
    "cap": "cap, baseball cap, hat, ball cap, baseball hat, peaked cap, snapback, visor, trucker hat",
    "beanie": "beanie, hat, knit cap, knit hat, beanie hat, knitted hat, winter hat, woolly hat, skull cap, cap, "
              "stocking cap, bobble hat, toque, wool hat",
    "hat": "hat, brimmed hat, sun hat, bucket hat, fedora, straw hat, wide brimmed hat, floppy hat, summer hat, "
           "fishing hat, cowboy hat",
    "headscarf": "headscarf, head scarf, hijab, scarf on {his} head, head covering, veil, scarf, shawl",
    "hood": "hood, hood up, hood over {his} head, raised hood, hood pulled up",
    "helmet": "helmet, hard hat, bike helmet, safety helmet, bicycle helmet, motorcycle helmet, crash helmet, hat",
}.items()}

# Adjectives that stand after the colour ("a white striped shirt"), and what follows the noun; {} is the second colour.
_PATTERN = {
    "plain": ("plain, solid, plain", ""),
    "stripes": ("striped, striped, stripy, horizontally striped, stripe, stripped, nautical",
                "with {} stripes, with stripes, with horizontal stripes, with {} horizontal stripes, with {} lines, "
                "with {} stripes across it, with a stripe pattern"),
    "vertical stripes": ("striped, pinstriped, vertically striped, pin striped, pinstripe",
                         "with vertical stripes, with {} vertical stripes, with {} pinstripes, with thin {} stripes, "
                         "with vertical lines"),
    "plaid": ("plaid, checkered, checked, plaid, chequered, tartan, flannel, gingham, checkered pattern, patterned, "
              "check, lumberjack",
              "with a plaid pattern, with {} checks, with a checkered pattern, with {} squares, "
              "with a {} plaid pattern"),
    "logo": ("graphic, printed, branded",
             "with a logo, with a {} logo on the front, with a {} logo, with a small {} logo on the chest, "
             "with a {} design on the front, with {} writing on the front, with writing on it, with {} lettering, "
             "with a {} print on the chest, with a graphic on the front, with some text on it, with a {} emblem, "
             "with {} letters on it, with a {} symbol, with a badge"),
    "print": ("graphic, printed, patterned, multicolored, print",
              "with a graphic on the front, with a {} print, with a picture on it, "
              "with a large {} graphic on the front, "
              "with a {} design, with a big print on the front, with a graphic design, with an image on it, "
              "with {} writing across the chest, with a number on it, with a colourful print, with a {} pattern, "
              "with {} markings, with large {} letters, with a cartoon on it"),
    "blocks": ("two tone, color block, two toned, colour block, two-tone, multicolored, two coloured, contrasting",
               "with {} on the bottom, with a {} lower half, with {} panels, with {} at the bottom, "
               "with a {} section, with a {} block, with {} accents, with {} trim"),
    "sleeves": ("raglan, baseball style, two tone, baseball, two toned, letterman",
                "with {} sleeves, with {} arms, with contrasting sleeves, with different colored sleeves, "
                "that has {} sleeves, with sleeves in {}, with the sleeves being {}"),
    "camouflage": ("camouflage, camo, military style, patterned, army print, army, camouflaged, camo print",
                   "with a camouflage pattern, in camo, with a military pattern"),
    "floral": ("floral, flowered, flower print, patterned, flowery, printed, floral print, multicolored, "
               "floral patterned, hawaiian, colorful",
               "with flowers, with {} flowers on it, with a floral pattern, with a flower pattern, "
               "with a floral design, with a {} floral print, with a pattern"),
    "dots": ("polka dot, spotted, dotted, polka dotted, patterned, polka-dot",
             "with {} dots, with polka dots, with {} spots, with {} polka dots, with dots on it, "
             "with a dotted pattern"),
    "side stripe": ("striped, athletic, striped",
                    "with a {} stripe down the side, with {} stripes on the sides, with a {} stripe, "
                    "with side stripes, "
                    "with {} stripes down the legs, with a {} line down the side, with {} piping"),
}
PATTERN = {name: (split(before), split(after)) for name, (before, after) in _PATTERN.items()}
SOLES = split("with {} soles, with {} bottoms, with {} soles, with a {} sole, with {} trim, with {} accents, "
              "and {} soles")

FABRIC = {fabric: split(text) for fabric, text in {
    "cotton": "cotton", "knit": "knit, knitted, woolen, chunky knit, cable knit, wool", "denim": "denim, jean",
    "leather": "leather, leather, faux leather, shiny", "nylon": "nylon, waterproof, shiny, synthetic, sporty",
    "wool": "wool, woollen, woolen, tweed",
}.items()}
FABRIC_SAID = {"cotton": 0.04, "knit": 0.3, "denim": 0.35, "leather": 0.4, "nylon": 0.08, "wool": 0.25}

SLEEVE = {name: (split(before), split(after)) for name, (before, after) in {
    "none": ("sleeveless, sleeveless, strapless", "with no sleeves, without sleeves, with straps, "
                                                  "with spaghetti straps"),
    "short": ("short sleeved, short sleeve, short-sleeved, short sleeved, half sleeve, short-sleeve",
              "with short sleeves, with short sleeves, with half sleeves"),
    "rolled": ("three quarter sleeve, long sleeved, mid sleeve, quarter sleeve",
               "with the sleeves rolled up, with rolled up sleeves, with sleeves pushed up, "
               "with three quarter sleeves, with the sleeves rolled to the elbow"),
    "long": ("long sleeved, long sleeve, long-sleeved, full sleeve, long-sleeve",
             "with long sleeves, with full sleeves"),
}.items()}
COLLAR = {name: split(text) for name, text in {
    "shirt": "with a collar, with buttons", "polo": "with a collar, with a {} collar", "stand": "with a high collar",
    "lapels": "with lapels, with buttons down the front", "v-neck": "with a v-neck, with a v neck, with a low neckline",
    "turtleneck": "with a turtleneck, with a high neck, with a roll neck", "none": "",
}.items()}
FIT = {"loose": split("loose, baggy, loose fitting, oversized, loose-fitting, big, roomy, wide, relaxed"),
       "tight": split("tight, fitted, slim fit, skinny, tight fitting, slim, form fitting, close fitting, snug")}
LENGTH = {name: split(text) for name, text in {
    "long upper": "long, knee length, thigh length, three quarter length, calf length, full length",
    "short upper": "short, waist length, cropped, short",
    "short lower": "short, mini, above the knee, very short, thigh length, tiny",
    "knee lower": "knee length, midi, knee-length, mid length",
    "long lower": "long, ankle length, full length, maxi, flowing, floor length, long flowing",
    "long trousers": "long, full length, ankle length",
    "rolled trousers": "cropped, rolled up, capri, ankle length, three quarter, short, cuffed",
}.items()}
ROLLED = split("that are rolled up, with rolled up cuffs, rolled up at the ankles, with the cuffs rolled up, "
               "rolled at the bottom, that end above the ankle")
OPEN = (split("open, unzipped, unbuttoned, open front"), split("that is open, which is open, worn open, left open, "
        "unzipped at the front, that is unbuttoned, hanging open, with the front open"))
CLOSED = split("zipped up, buttoned up, closed, zipped")
HOODED = (split("hooded, hooded"), split("with a hood, with the hood down, with a hood, with a hood on the back"))
TUCKED = split("tucked in, tucked into {his} pants, that is tucked in")
BELTED = (split("belted"), split("with a belt, with a belt around the waist"))
SHEEN = {"suit": split("formal, business, smart, nice, professional"),
         "jersey": split("sporty, sports, athletic, team"),
         "track jacket": split("sporty, athletic, sports"), "raincoat": split("waterproof, rain, shiny, plastic"),
         "puffer": split("padded, puffy, quilted, thick, warm, heavy, winter"),
         "coat": split("heavy, winter, warm, thick"),
         "safety vest": split("reflective, fluorescent, bright, high visibility, construction"),
         "dress": split("summer, pretty, casual, cute"), "shirt": split("formal, casual, nice, smart"),
         "jacket": split("casual, thin, zip up, zippered"), "t-shirt": split("casual, basic, simple"),
         "blouse": split("nice, loose, thin"), "skirt": split("pleated, pencil, flared, casual"),
         "trousers": split("dress, formal, straight, casual, smart"),
         "jeans": split("denim, faded, ripped, washed, straight leg, distressed"), "vest": split("sleeveless, padded"),
         "hoodie": split("casual, zip up, pullover"), "sweater": split("warm, thick, pullover, thin"),
         "joggers": split("athletic, sporty, sports, comfortable"), "boots": split("heavy, leather, lace up, thick"),
         "sneakers": split("athletic, low top, casual, canvas, clean, lace up"),
         "shoes": split("shiny, formal, low, leather"),
         "cap": split("baseball"), "hat": split("brimmed, wide, floppy"), "leather jacket": split("shiny, biker")}
