import type { Voice } from './voice.ts';
import { words } from './words.ts';

/** The voices of stories that could have happened: novels, romances, dark tales. */

const OBJECTS = words(`
  lighthouse, orchard, ferry house, music hall, glasshouse, corner shop, weather station, boarding house,
  clock tower, printing press, tide mill, post office, picture palace, vineyard, bakery, carousel,
  bell foundry, hotel, map room, observatory, button factory, winter garden, railway halt, lido,
  lending library, boathouse, pharmacy, railway buffet, toll bridge, allotment
`);
const TRADES = words(`
  clockmaker, cartographer, ferryman, glassblower, beekeeper, organist, lexicographer, piano tuner,
  bookbinder, typesetter, lamplighter, seamstress, botanist, midwife, translator, archivist
`);
const ABSTRACTS = words(`
  silence, mercy, weather, forgiveness, distance, patience, memory, longing, daylight, arithmetic, gravity,
  tenderness, luck, homesickness, good manners, doubt
`);
const QUALITIES = words(`
  quiet, borrowed, patient, unfinished, last, second, ordinary, long, bright, crooked, northern, tender,
  slow, forgotten, hidden, wooden, generous, midnight, distant, gentle, honest, salt-white
`);
const SEASONS = words('spring, summer, autumn, winter, November, April, harvest, thaw');
const PAPERS = words(`
  The Harbour Review, The Evening Quarto, Margin & Gutter, The Northern Reader, Ink Weekly, La Página
`);

export const NOVEL: Voice = {
  lists: {
    thing: OBJECTS,
    trade: TRADES,
    abstract: ABSTRACTS,
    adj: QUALITIES,
    season: SEASONS,
    paper: PAPERS,
    relation: words('daughter, widow, brother, apprentice, wife, son, sister, nephew, rival, neighbour'),
    year: words('1848, 1888, 1913, 1922, 1936, 1947, 1953, 1968, 1976, 1989'),
  },
  titles: [
    'The {Adj} {Thing}',
    "The {Trade}'s {Relation}",
    'The {Trade}’s {Relation}',
    '{A Season} in {place}',
    'The {Thing} at {place}',
    'What the {Trade} Knew',
    'Letters to {person}',
    '{person} and the {Thing}',
    'An Inventory of {Abstract}',
    '{Abstract} & {Abstract}',
    'The Year of the {Thing}',
    '"Come Home," Said {person}',
    'Nobody Leaves {place}',
    'Before the {Thing} Closed',
    '{A Adj} {Season}',
    'Small Hours at the {Thing}',
    'The {Relation} from {place}',
    'All of {place} in One Room',
    'Leave the {Thing} Lit',
    '{person}, Twice',
    'Вечерний трамвай (The Evening Tram)',
    '海の手紙: Letters from the Sea',
    'Το νησί των γάτων: The Island of Cats',
    'رسائل البحر (The Sea Letters)',
    '灯りの道 (The Lantern Road)',
    'Łąka: A Meadow in Four Voices',
    '猫と灯台',
    'Señas de {person}',
    'L’Été où tout s’arrêta',
  ],
  subtitles: [
    'A Novel',
    'A Novel in Nine Letters',
    'A Story of {Abstract} and {Abstract}',
    'Being a True Account of the {Adj} {Thing}, of Those Who Kept It, and of the {Trade} Who Gave It Away',
  ],
  openings: [
    'When {person} inherits {a thing} in {place}, the letters hidden behind its wall change everything the family believed about itself.',
    'In the {season} of {year}, {person} comes back to {place} with one suitcase and no explanation.',
    'For eleven years the {thing} in {place} has stood empty. Then {person} finds the door open and the kettle on the boil.',
    'Everybody in {place} knows what happened at the {thing}; nobody has ever told {person}.',
    '{person} has a gift for leaving, {other} a gift for waiting, and {place} is too small a town for either.',
    'It is {year}, the {thing} is for sale, and the only bidder is {a trade} whom nobody remembers hiring.',
    'Three generations, one {thing}, and a quarrel that began over the price of a ferry ticket.',
    'On the morning {person} turns seventy, a parcel arrives from {place}: a key, a photograph, and a bill.',
  ],
  middles: [
    'As {other} is drawn into the search, old loyalties come apart like wet paper.',
    'Told over a single {season}, the story moves between the kitchen table and the open sea without once raising its voice.',
    'There is {a trade} who talks only in proverbs, a dog named after a government minister, and a wedding that takes place twice.',
    'What begins as an argument about money becomes, page by page, an education in {abstract}.',
    'Meanwhile a stranger is asking questions at the post office, and {other} has stopped answering the telephone.',
    '“You can sell the {thing},” says {other}, “but you can’t sell what it saw.”',
    'The chapters alternate between {year} and the present, and the gap between them closes with the patience of a tide.',
    'Somewhere in the ledgers is a name that should not be there.',
  ],
  closings: [
    'A novel about {abstract}, and about what we owe to those who stayed.',
    'Funny, exact and quietly devastating.',
    '“{A adj} marvel of a book.” ({paper})',
    '“I read it standing up, on a train I had meant to leave two stations earlier.” ({paper})',
    'Winner of the {place} Prize for a second novel.',
    'For readers who like their family secrets with salt in them.',
    'Translated into nineteen languages, and, says the author, understood in four.',
  ],
  tags: words('family, literary, secrets, small town, translated, debut, book club, prize winner, sea'),
};

export const ROMANCE: Voice = {
  ...NOVEL,
  titles: [
    'Yours, from {place}',
    'The {Adj} Kiss',
    '{person} & {other}',
    'Meet Me at the {Thing}',
    'Love, Etc. in {place}',
    'Falling for the {Trade}',
    'One {Season}, Two Keys',
    '{A Adj} Proposal',
    'Dear {person}, Love {other}',
    'The {Thing} of Second Chances',
    "Don't Marry the {Trade}!",
    'if (love) { stay(); }',
  ],
  subtitles: ['A Love Story', 'A Romance in Postcards', '{A place} Romance'],
  openings: [
    '{person} does not believe in signs; {other} paints them for a living.',
    'One {thing}, two owners, and a clause in the will that says neither may sell until the first of May.',
    '{person} has written four hundred love letters, all of them for other people.',
    'They met at the {thing} in {place}, and parted there, and that ought to have been that.',
    'The plan was simple: one {season} in {place}, no telephone, no {trade}s, no falling in love.',
  ],
  tags: words('love, slow burn, second chance, letters, happy ending, small town'),
};

export const DARK: Voice = {
  lists: {
    thing: [...OBJECTS, 'crypt', 'sanatorium', 'quarry', 'dovecote', 'ice house'],
    trade: [...TRADES, 'coroner', 'verger', 'locksmith', 'apothecary'],
    adj: words(`
      cold, hollow, drowned, locked, pale, unquiet, burning, silent, broken, seventh, black, false
    `),
    deed: words('murder, disappearance, drowning, theft, poisoning, forgery, fire'),
    hour: words('midnight, four in the morning, low tide, the last bell, dusk'),
    paper: PAPERS,
    abstract: words('guilt, silence, revenge, loyalty, fear, small-town kindness'),
  },
  titles: [
    'The {Adj} {Thing}',
    'Death of {a Trade}',
    'Murder at the {Thing}',
    'The {place} {Deed}',
    'Nobody at the {Thing}',
    '{A Adj} Kind of {Abstract}',
    'The {Trade} Vanishes',
    'Before {Hour}',
    'What Was Left of {person}',
    'Under the {Thing}',
    'The {Trade} of {place}',
    '"Don\'t Look," Said the {Trade}',
    '{person} Lies',
    'The {Adj} Room',
    'Ten Suspects & {a Thing}',
    'The {Deed} on Platform 5½',
  ],
  subtitles: [
    'An Inspector {person} Mystery',
    'A Thriller',
    '{A place} Investigation',
    'The First {other} Case',
  ],
  openings: [
    'At {hour} the {trade} of {place} unlocks the {thing} and finds a stranger sitting in the dark, quite dead, with {person}’s name on a luggage label.',
    'Inspector {person} has eleven days until retirement and one {deed} that was never solved.',
    'The {deed} took four minutes. The lie that covered it has lasted thirty years.',
    'Nobody saw {other} leave the {thing}. That is the trouble: there is only one door.',
    'A confession arrives at the police station in {place}, postmarked next Thursday.',
    'The storm has cut the road, the telephone is dead, and one of the nine guests at the {thing} has done this before.',
    'They say the {thing} in {place} counts its visitors. {person} laughed at that, until the numbers stopped agreeing.',
  ],
  middles: [
    'Every witness tells the truth, and no two stories fit.',
    'The {trade} knows more than the file does; {other} knows more than the {trade}.',
    'Then a second body is found, wearing the first one’s coat.',
    'Each chapter takes place an hour earlier than the last, down to the moment when the key turns.',
    'To find out who is lying, {person} must first explain a lie of long standing.',
    'The clues are all on the page; so is the {deed} you are not looking at.',
    'And someone in the house keeps winding the clock.',
  ],
  closings: [
    '“Fiendish. I suspected everyone but the author.” ({paper})',
    'A story of {abstract} with a last page you will want to read twice.',
    'The first of six investigations set in {place}.',
    'Not to be opened after {hour}.',
    '“A clever, cold-hearted book.” ({paper})',
    'Shortlisted for the Bloodhound & Quill.',
  ],
  tags: words('detective, locked room, noir, suspense, police, cold case, island, twist, psychological'),
};
