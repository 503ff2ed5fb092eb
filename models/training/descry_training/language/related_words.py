"""Words about clothes, people, places and doings that the caption grammar does not say but witnesses may.

The tokenizer weighs them in when it chooses parts of words, so that such words fall into parts that were trained.
"""

RELATED_WORDS = tuple("""
accessory adidas alley ankles anklets apron armband armpit athlete attire auburnish awning baby backpacker badge
baggage balaclava
balding bandage bandana bangle bangs barefoot barrier basket bathrobe beads beanies beaded bearded belly belted bench
beret
blanket blazers blondish blouses bodysuit bolero bonnet bootcut bow bowtie bra bracelet braces braid braided braids
branded breeches
brick brim brooch brow brunettes buckle buckled bulge bus busker buttoning buttons buzzcut cafeteria camouflaging
cane cape capris
cardigans cargoes carpet cashier cashmere chain checks cheek chest chiffon chin chubbier cigarette cleaner cloak
clogs closing clothing
coatless cockily collarbone collars commuter concourse construction contrast cords corduroy corridor corset costume
cotton counter
courier cowl cravat creased crewneck crocheted crop crossbody crouching crutch crutches cuffs cuffed cufflinks curb
curls customer
cyclist dangling darkest darker denims detailing dirty distressed doorway drawstring dreadlocks dressing driver
duffels dungarees
earmuffs earring earrings elastic elbows embroidered embroidery employee engineer entering epaulettes espadrilles
exiting eyebrow
eyebrows eyelashes faded fanny fastened fatigues feather feminine fingerless fingers fisherman fitness flannels
flapping flats fleece
flipped fleecy florals fluorescing footpath forehead fringe fringed frilly fur furry gaiters galoshes garb garish
garments gesturing
glancing glittery glossy gloved goggles gown gowns grandpa greenish gripping guard gumboots gym hair hairband
hairclip hairdo haired
hairstyle hairy handle handkerchief hanging harness hatted headband headdress heels heeled hem highlights hiker
hiking hips hobbling
holster hoods hooped horizontal hugging hurried idling indigo inmates insignia intersection jackets jewellery jogger
jumpers jumpsuit
juggling keychain khakis kilt kimono kitten knapsacks kneeling knees knitted knots labourer laces lacy ladder
laminated lanyard lanyards
lapel lapels laptop leaning leash leaned leathery leg legged legs leotard letters lighter lightest limping lining
linen logos loosely
luggages lumberjacks mackintosh mane mannish masked masculine mauves merchandise mesh metallic miniskirt mittens
mohawk monochrome
moustached muddy mullet muscular musician muted nametag neck neckline necklace necklaced necktied nightgown nude
nurse nylons officer
ornament outfits overalls overcoats overcoat overshirt oversize oxfords padded paisley pajamas palms panama pantsuit
pantyhose parasols
parkas passenger pastel patch patched patches patent patio pavement peaked pendant perm petticoat piercing pigtails
pinafore pinkish
platform plaits pleat pleats plimsolls pocket pockets policeman polos poloneck ponytails ponchos porter postman
printing pullovers
purses pyjamas quiff quilting racing rags railing rainboots raglans receding reddish reflective reflector restaurant
ribbed ribbon
ripped robe rolled rucksacks ruffle ruffled running rushing sack salwar sandalled sari sash satchels satin scarlet
scooter scruffy
seam security sequin sequins shading shaggy sharp shawls sheepskin sheer shirtless shirts shoelaces shopkeeper
shopper shoppers shorter
shouting shouldered sideburns silk silky silhouette skateboard skateboarder skater skinny skirts slacks slacker
sleeping slicked slippers
slit slogan slouching slung smart smoking snapbacks sneaking snood snowboots socks spiky sporting sportswear spotted
stain stained
staircase stairs stains stall standing stockings stooping stout straightened strappy straps straw streaks strip
studded studs stubbly
stumbling subway suede suitcases suits sunhat superhero surfer suspender suspenders swaying sweatband sweater
sweatshirts sweats sweaty
swimsuit swimwear tailored tanktop tanned tartan tassel tattered tattoo tattooed tattoos teenager tights tiny topcoat
topknot torn
torso tourist tousled towel toy tracksuit tracksuits trainers translucent transparent trash traveller trench trendy
trilby trim trimmed
trolleys trousered tuft tunics turquoises turtlenecks tutu tuxedo tweeds twins twists umbrellas unbuttoning
undershirts unshaven untied
untucked unzipped upright vehicle veil velcro velour velvet velvety vendor vibrant vested vests visor visors
waistband waistcoats waiter
walker walking wallet watch waterproofs waves waving wavy wedge wellies wellingtons wheelchair whiskers whistle wig
windcheater
windbreakers wind winding women wooden woollens worker workman workwear wrinkled wrist wristband wristwatch yawning
yellowish youths
zebra zipper zippered zippers zips
""".split())
