import type { Voice } from './voice.ts';
import { words } from './words.ts';

/** The voices of books about the world: learning, nature, the table, the hand, lives, and work. */

export const LEARNED: Voice = {
  lists: {
    subject: words(`
      salt, maps, the alphabet, glass, tides, zero, the bicycle, friendship, the pencil, sleep, colour,
      money, the printing press, attention, canals, symmetry, the footnote, probability, tea, the census,
      borders, punctuation, fire, the weather forecast, memory, gravity, paper, the calendar, doubt
    `),
    adj: words('short, secret, brief, natural, human, curious, unfinished, social, very long'),
    era: words(`
      the Bronze Age, the age of sail, the twelfth century, the interwar years, the first cities,
      the Enlightenment, the day before yesterday
    `),
    method: words(`
      parish registers, pollen cores, letters never sent, ships’ logs, court records, satellite pictures,
      household accounts, brain scans
    `),
    error: words(`
      confuse it with something else, measure the wrong end of it, leave it to experts,
      assume that it has always been there
    `),
  },
  titles: [
    '{A Adj} History of {Subject}',
    'The Invention of {Subject}',
    'On {Subject}',
    'The Importance of {Subject}',
    '{Subject} & Us',
    'How {Subject} Made {place}',
    'The Trouble with {Subject}',
    '{Subject} in {Era}',
    'Thinking About {Subject}',
    'The Elements of {Subject}',
    '{Subject}: What We Get Wrong',
    'Seven Lectures on {Subject}',
    'Against {Subject}',
    'In Praise of {Subject}',
    '{Subject} ≠ {Subject2}',
    'From {Subject2} to {Subject}',
  ],
  subtitles: [
    'An Introduction',
    '{A Adj} Inquiry',
    'Essays',
    'From {Era} to the Present',
    'A History in Twelve Objects',
    'How a Forgotten Idea Crossed Three Continents, Ruined Two Banks, and Taught the World to Think About {Subject}',
    'Revised & Expanded Edition',
  ],
  openings: [
    'We use it every day and could not explain it to a child: {subject}.',
    'Why did it take until {era} for anybody to notice {subject}?',
    'This is a book about {subject}, and therefore about {place}, bookkeeping, and love.',
    'Most of what is said about {subject} is wrong, and wrong in an interesting way.',
    'In {era} a clerk in {place} wrote a single line about {subject}. This book is about that line.',
    'Start with {subject}, ask “why?” five times, and you arrive at the edge of what is known.',
  ],
  middles: [
    'Working from {method} and {method}, the author lets the evidence speak, and interrupts only to ask it to slow down.',
    'The usual mistake is to {error}; the second chapter makes it on purpose, so that the reader can see where it leads.',
    'There are 412 footnotes, and at least thirty of them are jokes.',
    'No mathematics beyond the four operations is needed, and the fourth only once.',
    'From {era} to our own, each chapter takes one question and follows it home.',
    'A long chapter on {place} overturns the accepted date by almost two hundred years.',
    'Careful where others are loud, it is also very funny about academic committees.',
  ],
  closings: [
    'An indispensable guide for the general reader.',
    'With 64 plates, 11 maps, a glossary and a generous bibliography.',
    '“I will never look at {subject} in the same way.” (The Evening Quarto)',
    'The standard work, in a new edition with corrected tables.',
    'A model of how to be learned without being long.',
  ],
  tags: words(`
    ideas, popular science, world history, illustrated, reference, essays, big questions, classic
  `),
};

export const NATURE: Voice = {
  lists: {
    subject: words(`
      moss, the hedgerow, wild bees, the compost heap, owls, mushrooms, meadows, the pond, ferns, swifts,
      eels, old apple trees, roses, seaweed, beetles, lichen, the oak
    `),
    adj: words('patient, wild, small, untidy, hidden, slow, night, city'),
    spot: words(`
      a disused railway line, one square metre of lawn, a rooftop in the city, a north-facing yard,
      the last salt marsh, a churchyard
    `),
    season: words('spring, summer, autumn, winter, a wet May, the first frost'),
  },
  titles: [
    'The {Adj} Garden',
    'A Year with {Subject}',
    'Listening to {Subject}',
    '{Subject} & Weather',
    'In Search of {Subject}',
    'The Secret Life of {Subject}',
    'Notes from {Spot}',
    '{Subject}',
    'The {Adj} Gardener’s Almanac',
    'Among {Subject}',
    'Leave It to {Subject}',
    'Growing {Subject} in {place}',
    'Walking Out in {Season}',
  ],
  subtitles: [
    'A Field Guide',
    'A Diary',
    'A Month-by-Month Companion',
    'Notes on {Subject} from {Spot}',
    'With 120 Watercolours',
  ],
  openings: [
    'For twelve months the author watched {spot}, and this is what came by.',
    'You can learn a good deal about the world from {subject}, provided that you are willing to kneel.',
    'It began in {season}, with a broken wall and {subject}.',
    '{subject}: everybody walks past, hardly anybody stops.',
    'A practical, cheerful book for those with little land and less time.',
  ],
  middles: [
    'There are sowing tables, drawings from life, and a chapter on forgiving slugs.',
    'In {season} the pace quickens; by {season} there is soup.',
    'The author has counted {subject} in {place} since 1987, and writes about loss without despair.',
    'Each entry gives the names in five languages, among them Cymraeg, føroyskt and español.',
    'Half memoir, half manual, it smells of string and wet wool.',
  ],
  closings: [
    'Robustly bound, so that it may be taken out in the rain.',
    'To be kept by the back door.',
    '“You close the book and hear more birds.” (The Northern Reader)',
    'Winner of the Hedgerow Medal.',
  ],
  tags: words('wildlife, gardening, seasons, field guide, birds, rewilding, plants, illustrated'),
};

export const TABLE: Voice = {
  lists: {
    subject: words(`
      bread, soup, pickles, dumplings, beans, noodles, cheese, rice, pastry, preserves, rye, olive oil,
      crêpes, jalapeños, gnocchi, smörgås, meringue, stew
    `),
    adj: words('slow, plain, generous, weeknight, frugal, salted, Sunday, coastal, borrowed'),
    kitchen: words(`
      a galley kitchen, a lighthouse, a market stall, a monastery, a grandmother’s notebook, a night bakery,
      a narrowboat
    `),
    count: words('40, 75, 100, 101, 365'),
  },
  titles: [
    'The {Adj} Kitchen',
    '{Subject} & {Subject2}',
    'Cooking from {Kitchen}',
    'The {place} Cookbook',
    '{count} Ways with {Subject}',
    'Mostly {Subject}',
    'The {Adj} Baker',
    'In Praise of {Subject}',
    '{Subject}, Please',
    'A Table in {place}',
    '“Pass the {Subject}”',
    'Salt, Fat, {Subject} & Patience',
    'How to Burn {Subject}',
    'The Café on the Corner of {place}',
  ],
  subtitles: [
    '{count} Recipes',
    'Recipes & Stories from {place}',
    'Everyday Cooking for One, for Two, and for Whoever Turns Up',
    'A Baker’s Notebook',
  ],
  openings: [
    '{count} recipes from {kitchen}, none of which needs more than one pan and a little nerve.',
    'Long before they came into fashion, such things as {subject} were simply Tuesday.',
    'In {place} a meal begins with an argument about {subject}, and this book takes sides.',
    'Everything the author knows about {subject} was learned in {kitchen}, mostly by getting it wrong.',
  ],
  middles: [
    'Quantities are in grams, times in minutes, and praise in moderation.',
    'Chapters run from the first coffee to the last crumb, with a detour through {subject2}.',
    'There is a fold-out table of substitutions, and a frank page entitled “When It Has Stuck”.',
    'The crème brûlée takes three days; the scrambled eggs, ninety seconds; both are worth it.',
    'Photographs were taken by daylight and eaten straight afterwards.',
  ],
  closings: [
    'A book that will not stay clean.',
    'Vegetarian throughout, though it does not go on about it.',
    '“I cooked from it for a month and was forgiven everything.” (La Página)',
    'With an index that can actually be used.',
  ],
  tags: words('recipes, baking, vegetarian, weeknight, regional, preserving, gift, beginners'),
};

export const CRAFT: Voice = {
  lists: {
    subject: words(`
      woodcut, watercolour, the cello, letterpress, weaving, the brass band, bookbinding, ceramics,
      the fugue, indigo, typefaces, jazz, stained glass, the upright piano, drawing, basketry, film scores
    `),
    adj: words('patient, steady, untrained, careful, crooked, loud, left-handed, curious'),
    part: words('hand, eye, ear, line, ear for silence, thumb'),
    count: words('24, 30, 52, 12'),
  },
  titles: [
    'The {Adj} {Part}',
    '{Subject} from Scratch',
    'The Art of {Subject}',
    '{Subject} & Other Obsessions',
    'Learning {Subject} Late',
    'A Life in {Subject}',
    '{count} Lessons in {Subject}',
    'Looking at {Subject}',
    'Notes on {Subject}',
    '{Subject} in {place}',
    'Making {Subject}',
    'Fortissimo! On {Subject}',
    'Ink, Thread & {Subject}',
  ],
  subtitles: [
    'A Practical Guide',
    '{count} Projects',
    'A Handbook',
    'The {place} School, 1890–1939',
    'A Beginner’s Course in {count} Lessons',
  ],
  openings: [
    'A teacher of thirty years sets down what can be said about {subject}, and marks clearly where words end.',
    '{count} lessons, each of which can be done at a kitchen table in an evening.',
    'The workshops of {place} gave the world {subject}. This is their first full history.',
    'Nobody is too old for {subject}, says the author, who began at sixty-one.',
  ],
  middles: [
    'Each technique is shown in six drawings, including the one where it goes wrong.',
    'There is advice on tools (few), materials (good) and neighbours (warned).',
    'Interviews with eleven makers from {place} to {place2} let the work speak in its own dialect.',
    'A chapter on mistakes is the longest, and the best.',
  ],
  closings: [
    'Opens flat on the bench.',
    'With patterns at full size, and a list of suppliers.',
    '“It made me pick up my tools again.” (Margin & Gutter)',
    'For the {adj} beginner and the tired professional alike.',
  ],
  tags: words('craft, how-to, music, art history, design, projects, workshop, beginners'),
};

export const LIVES: Voice = {
  lists: {
    trade: words(`
      surveyor, aviator, stage magician, lighthouse keeper, mathematician, costume designer, whaler,
      botanist, chess champion, radio announcer, bicycle courier, astronomer, puppeteer
    `),
    vehicle: words(`
      by bicycle, on foot, by post boat, in a borrowed van, on the night train, by canoe, with a donkey
    `),
    adj: words('long, improbable, restless, double, ordinary, second, unrecorded'),
    year: words('1871, 1898, 1911, 1926, 1938, 1959'),
  },
  titles: [
    'From {place} to {place2}',
    '{place} {Vehicle}',
    'The {Adj} Life of {person}',
    '{person}: {A Trade} in {place}',
    'The {Trade} of {place}',
    'Slowly, {Vehicle}',
    'No Road to {place}',
    'A Bed in {place}',
    '{person} & the Sea',
    'Wrong Turn at {place}',
    'I, {Trade}',
    '{place}, Mon Amour',
    'Memoirs of an Unsuccessful {Trade}',
    'Thirteen Days to {place}',
  ],
  subtitles: [
    'A Memoir',
    'A Biography',
    'A Journey {Vehicle}',
    'Letters & Diaries, {year}–1962',
    'The Life and Times of a {Trade} Who Was Never Paid',
  ],
  openings: [
    'In {year} a {trade} named {person} left {place} and was not heard of for nine years.',
    'Two thousand kilometres {vehicle}, with a bad map and good company.',
    'This is the first full life of {person}, {trade}, optimist and frequent bankrupt.',
    '“I was born in {place},” begins this memoir, “through no fault of my own.”',
    'The author set out {vehicle} to see whether {place} still exists.',
  ],
  middles: [
    'It draws on forty boxes of letters found in an attic in {place2}.',
    'There are border guards, weddings, three kinds of soup, and a night in the cells at {place2}.',
    'As {a trade} in a man’s world, {person} learned to be early, exact, and underestimated.',
    'The friendship with {other}, long dismissed by scholars, turns out to be the key to everything.',
    'Unsentimental about hardship, it is also unembarrassed by joy.',
  ],
  closings: [
    'With 32 pages of photographs and a family tree.',
    'A portrait of an age, seen from its cheap seats.',
    '“You will want to pack a bag.” (The Northern Reader)',
    'The author’s royalties go to the lifeboat at {place}.',
  ],
  tags: words('memoir, travel, biography, letters, adventure, walking, photographs, sea'),
};

export const WORK: Voice = {
  lists: {
    subject: words(`
      queues, meetings, legacy code, backpressure, spreadsheets, second systems, feedback, naming things,
      regular expressions, coroutines, pricing, small teams, logistics, off-by-one errors, Unicode,
      clear writing
    `),
    adj: words('pragmatic, calm, boring, honest, small, resilient, incremental, deterministic'),
    tool: words('C, C++, Lisp, SQL, COBOL, Erlang, Prolog, TypeScript'),
    count: words('97, 20, 10, 7, 3½'),
  },
  titles: [
    'The {Adj} Engineer',
    '{Subject} for Humans',
    'The Art of {Subject}',
    '{count} Things About {Subject}',
    'Thinking in {Tool}',
    '{Subject} & Other Hard Problems',
    'Learning <{Tool}>',
    'Why We Still Use {Tool}',
    'The {Adj} Company',
    '{Adj} {Subject}',
    "Don't Panic, Refactor",
    'Against {Subject}',
    '"It Works on My Machine"',
    'Beyond {Subject}',
    '{Tool} && {Tool}',
    '100% {Adj}',
  ],
  subtitles: [
    'A Field Manual',
    'Second Edition',
    'Patterns, Anti-Patterns & War Stories',
    'How to Stop Worrying About {Subject} and Ship the Thing Anyway',
    'With Exercises',
  ],
  openings: [
    'Every team has a problem with {subject}; this book is for the ones that would like to have it only once.',
    '{count} lessons about {subject}, each paid for by somebody else.',
    'You already know {tool}. What nobody told you about is {subject}.',
    'What would work look like if it were {adj} by default?',
    'A book about {subject} that can be finished on one train journey, if the train is late.',
  ],
  middles: [
    'The examples are in {tool}, and all of them run.',
    'Case studies include a ferry line, a hospital laundry, and the postal service of {place}.',
    'Instead of principles it offers questions, and a page to write the answers on.',
    'One chapter explains why `a < b && b > c` has cost the industry more than any storm.',
    'There are exercises, with solutions, and solutions, with apologies.',
  ],
  closings: [
    'Recommended reading at several companies which would rather not be named.',
    'No diagrams of pyramids.',
    '“Dog-eared within a week.” (Ink Weekly)',
    'With a foreword by {person}, who disagrees.',
  ],
  tags: words('software, management, teams, practice, reference, exercises, productivity, databases'),
};
