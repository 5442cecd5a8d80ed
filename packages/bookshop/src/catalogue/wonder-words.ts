import type { Voice } from './voice.ts';
import { words } from './words.ts';

/** The voices of other worlds: fantasy, science fiction, verse, and books for the young. */

export const WONDER: Voice = {
  lists: {
    thing: words(`
      crown, lantern, city, bridge, forest, throne, mirror, compass, gate, tower, harp, atlas, loom, river,
      market
    `),
    trade: words(`
      mapwright, hedge-witch, dragon-keeper, oath-breaker, salt-mage, bone-singer, cloud-shepherd,
      name-thief, lantern-bearer, tide-reader
    `),
    adj: words(`
      glass, thorn, ember, drowned, nameless, hollow, winter, silver, sleeping, thousandth, starless,
      moth-winged
    `),
    folk: words('foxes, storms, giants, ravens, the drowned, the small gods, the river folk, wolves'),
    realm: words(`
      Aurelith, the Low Marches, Vael, Ýrholt, the Nine Bridges, Ængelmoor, Tamsin’s Reach, Qar Ondë
    `),
    price: [
      'a year of your life',
      'a true name',
      'the colour of your eyes',
      'one memory, chosen by the seller',
      'your shadow until spring',
    ],
  },
  titles: [
    'The {Adj} {Thing}',
    'The {Trade} of {Realm}',
    '{A Thing} for {Folk}',
    '{person} and the {Adj} {Thing}',
    'The {Thing} & the {Trade}',
    'Song of {Folk}',
    'Daughter of the {Adj} {Thing}',
    'The {Trade}’s Oath',
    'A Short Guide to {Realm}',
    'When {Folk} Came to {Realm}',
    'The Last {Trade}',
    '{Thing} of {Realm}',
    'The Unabridged Grimoire of {person} the {Adj}',
  ],
  subtitles: [
    'Book One of the {Realm} Cycle',
    'Book Two of the {Realm} Cycle',
    'The Chronicles of the {Adj} {Thing}, Volume III',
    'A Tale of {Realm}, with a Map, Two Songs, and an Appendix on the Proper Feeding of {Folk}',
  ],
  openings: [
    'In {realm} every promise is written on the skin. {person} was born without a mark.',
    'The {adj} {thing} has chosen its next ruler, and it has chosen {a trade} who cannot read.',
    'Magic has a price, and in the markets of {realm} the price is {price}.',
    'A hundred years ago {folk} signed a treaty with {realm}. Tomorrow it runs out.',
    'All {person} ever wanted was a quiet life as {a trade}; all the {thing} wants is {person}.',
    'There are seven doors in the {thing}. Six of them are honest.',
  ],
  middles: [
    'With {other}, who is either a prince or an excellent liar, the road leads north, where maps are not believed.',
    'But {folk} remember older bargains, and they are very patient.',
    'To cross the pass costs {price}; to come back costs more.',
    'Along the way there are riddles, a court that sits only in fog, and a kitchen that holds a grudge.',
    'The {trade}s are vanishing one by one, and each leaves behind a single, perfectly ordinary spoon.',
    'And beneath the {thing} something has begun, very politely, to knock.',
  ],
  closings: [
    'The beginning of a saga as deep and strange as {realm} itself.',
    'With a fold-out map and no fewer than three dragons.',
    'For those who always looked behind the wardrobe.',
    'A tale about courage, bread, and the right use of {price}.',
    'The long-awaited new edition, with the author’s original ending.',
  ],
  tags: words('magic, quest, dragons, series, coming of age, myth, court intrigue, epic'),
};

export const FUTURE: Voice = {
  lists: {
    thing: words(`
      archive, colony, starship, orbital, seed vault, relay, greenhouse, cargo drone, terminus, signal,
      terraformer
    `),
    trade: words(`
      pilot, botanist, systems engineer, linguist, salvager, judge, archivist, navigator, clone
    `),
    adj: words(`
      last, silent, recursive, second, synthetic, orbital, weightless, parallel, obsolete, patient
    `),
    world: words(`
      Europa, Ceres, Kepler-186f, the Kuiper Line, New Dhaka, Titan, Lagrange Four, Mars, Enceladus
    `),
    span: words(`
      forty years, nine minutes, three hundred light years, one very long weekend, a single leap second
    `),
  },
  titles: [
    'The {Adj} {Thing}',
    'Signal from {World}',
    'The {Trade} of {World}',
    '{Span} to {World}',
    '{A Thing} Called {person}',
    'Do Not Wake the {Trade}',
    '{World} Standard Time',
    'The {Thing} Protocol',
    'Copy of Copy of {person} (final)',
    '{person}.exe',
    'Rain on {World}',
    '<null> Island',
    'Slower Than Light & Twice as Lonely',
    'The {Adj} Equation',
  ],
  subtitles: ['A Novel', 'Stories', 'Book One of the {World} Sequence', '{A World} Novel'],
  openings: [
    'For {span} the {thing} above {world} has repeated one sentence. Tonight it adds a word.',
    '{person} is the best {trade} on {world}, and also the only one, and also, legally, dead.',
    'The ship’s mind has one rule: never lie to the crew. The crew has one question.',
    'When the {thing} comes back from {world}, it brings {other}, who never left.',
    'After the oceans, before the treaties, there was a {trade} with a box of seeds.',
    'The message took {span} to arrive. The reply is due by noon.',
  ],
  middles: [
    'Between them and the airlock lie two factions, one contract, and a cat that is not on the manifest.',
    'The numbers say that {world} can feed four thousand; the census says four thousand and one.',
    'As the {adj} network begins to dream, somebody must decide whose dreams they are.',
    'It is an adventure, a courtroom drama, and a patient argument about what a person is.',
    'Every jump costs {span}, and only {other} is keeping count.',
    'The physics is hard, the coffee is synthetic, the grief is not.',
  ],
  closings: [
    'Big ideas, small rooms, good company.',
    'Includes the award-winning novella “{Trade} of {World}”.',
    '“The future, but with the lights on.” (Ink Weekly)',
    'A story about {span} and what it does to a promise.',
    'The book that made a generation of engineers late for work.',
  ],
  tags: words('space, first contact, ai, near future, hard sf, climate, generation ship, time'),
};

export const VERSE: Voice = {
  lists: {
    image: words(`
      rain, salt, kestrels, bread, snow, coal, linen, plums, moths, gravel, starlings, tin, peat, honey
    `),
    form: words('sonnets, odes, elegies, ghazals, haiku, prose poems, villanelles, fragments'),
    adj: words('small, blue, late, unsent, bare, plain, early, open'),
    hour: words('before work, after rain, at the bus stop, in translation, by heart, on the night shift'),
    count: words('Forty, Eleven, Ninety-Nine, Seventeen, Twelve'),
  },
  titles: [
    '{Image} & {Image}',
    '{Adj} {Form}',
    '{count} {Form} {Hour}',
    'The Grammar of {Image}',
    'Ode to {Image}, Mostly',
    '{Image}',
    'A Field Guide to {Image}',
    'Poems {Hour}',
    'Learning {Image}',
    'What the {Image} Said',
    '(untitled) [{Image}]',
    'If Not {Image}',
    'Nocturne with {Image}',
  ],
  subtitles: ['Poems', 'New & Selected Poems', 'Collected {Form}, with Notes', 'Poems 1989–2014'],
  openings: [
    '{count} {form} written {hour}, about {image}, {image} and the people who stay behind to sweep up.',
    'In this third collection the poet returns to {place}, to a father’s hands, and to {image}.',
    'These are poems that look at {image} until it looks back.',
    'A sequence in four seasons, each with its own weather and its own grammar.',
  ],
  middles: [
    'The lines are short; the silences between them are load-bearing.',
    'There are {form} here for a bicycle, a dialect, a lost glove, and the word “nevertheless”.',
    'Some were first read aloud in kitchens, and they keep that warmth.',
    'Rhyme comes and goes like a neighbour with a key.',
    'The long title poem walks across {place2} in a single breath.',
  ],
  closings: [
    'To be read slowly, {hour}.',
    'With an afterword by the translator and eight woodcuts.',
    '“Not a syllable too many.” (Margin & Gutter)',
    'A slim book that takes up a great deal of room.',
  ],
  tags: words('poems, lyric, landscape, bilingual, grief, chapbook, nature'),
};

export const YOUNG: Voice = {
  lists: {
    creature: words(`
      hedgehog, otter, octopus, very small bear, goose, tortoise, dragon, badger, moth, llama, snail,
      walrus
    `),
    thing: words(`
      submarine, treehouse, teapot, umbrella, trombone, balloon, night bus, snow machine,
      lost property office, museum
    `),
    adj: words(`
      upside-down, enormous, secret, sleepy, invisible, stripy, grumpy, brave, forgetful, runaway
    `),
    food: words('jam, pancakes, pickled onions, blueberry soup, toast, rice pudding'),
    noise: words('Hush, Whoosh, Boing, Achoo, Tiptoe, Splosh'),
  },
  titles: [
    'The {Creature} Who Ate {Food}',
    '{person} and the {Adj} {Thing}',
    'Good Night, {Adj} {Creature}',
    '{Noise}! Went the {Thing}',
    'The {Adj} {Creature}',
    'How to Hide {a Creature}',
    "{person}'s {Adj} Adventure",
    'Is That {a Creature} in the {Thing}?',
    'The {Creature}, the {Thing} & Me',
    '"{Food}!" Cried the {Creature}',
    'Five Minutes to the {Thing}',
    '{Noise}, {person}, {Noise}!',
    'The Society of the {Adj} {Creature}',
  ],
  subtitles: [
    'A Bedtime Story',
    'With 40 Stickers',
    'A Lift-the-Flap Book',
    'The Further Adventures of {person}',
  ],
  openings: [
    '{person} is nearly eight, and nearly eight is exactly old enough to look after {a creature}.',
    'Nobody at school believes that there is {a creature} in the {thing}. Nobody has looked.',
    'It starts with {food}. With {a creature} it always starts with {food}.',
    'On Tuesday the {thing} was gone. On Wednesday it was back, and it was {adj}.',
    'What do you do when your best friend is {a adj} {creature} and tomorrow is the day of the school photograph?',
  ],
  middles: [
    'With a torch, a map drawn by {other}, and far too much {food}, the expedition sets off.',
    'Every page hides a tiny {creature}. (The one on page nineteen is really hard.)',
    'There is a chase! There is a storm! There is a committee meeting!',
    '{other} has a plan, and the plan has a hole in it, and the hole has {a creature} in it.',
    'Along the way they learn to whisper, to share, and to reverse {a thing}.',
  ],
  closings: [
    'For readers of six and over, and for whoever is reading to them.',
    'A warm, silly story about being brave when you are not.',
    'With pictures in four and a half colours.',
    'Best read aloud, with all the voices.',
  ],
  tags: words(`
    ages 3–5, ages 6–8, ages 9–12, animals, picture book, friendship, school, read aloud, funny
  `),
};
