// The page of one conversation. Its id is the address's fragment: kept on reload, and sent to nobody else.

/** @typedef {{ from: 'bot' | 'you', text: string, choices?: string[], id?: string }} Line */

/** How long to wait before trying again, in milliseconds. */
const AGAIN = 1000;

const main = part('main', HTMLElement);
const lines = part('lines', HTMLOListElement);
const thinking = part('thinking', HTMLElement);
const choices = part('choices', HTMLElement);
const status = part('status', HTMLElement);
const form = part('form', HTMLFormElement);
const input = part('text', HTMLInputElement);

/** How many lines are shown that the server has told. */
let shown = 0;
/** What was said and is not in the transcript yet, by message id. @type {Map<string, HTMLElement>} */
const unsent = new Map();
/** Messages are sent one after another. */
let sending = Promise.resolve();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  say(input.value);
  input.value = '';
});
part('anew', HTMLButtonElement).addEventListener('click', () => {
  history.pushState(null, '', location.pathname);
  location.reload();
});
// A keyboard that comes up, a button that appears: the last line stays in sight.
new ResizeObserver(toTheEnd).observe(main);
if (matchMedia('(pointer: fine)').matches) input.focus();
// A conversation's address that is pasted or gone back to.
addEventListener('hashchange', () => location.reload());

if (location.hash === '') await begin();
const address = `conversations/${location.hash.slice(1)}`;
listen();

/** Begins a conversation. */
async function begin() {
  const response = await insistently('conversations', {});
  const { id } = await response.json();
  history.replaceState(null, '', `#${id}`);
}

/** Shows what is said, from the first line on; again and again, if the server goes away. */
function listen() {
  const events = new EventSource(`${address}/events`);
  events.addEventListener('open', () => (status.textContent = ''));
  events.addEventListener('line', ({ data, lastEventId }) => {
    // A connection made anew by hand begins at the first line.
    if (Number(lastEventId) < shown) return;
    shown++;
    show(JSON.parse(data));
  });
  events.addEventListener('mood', ({ data }) => {
    thinking.hidden = data !== 'thinking';
    if (data !== 'listening') choices.replaceChildren();
    else offer();
    if (data === 'over') end('This conversation is over.');
    toTheEnd();
  });
  events.addEventListener('error', async () => {
    status.textContent = 'Connection lost; trying again …';
    if (events.readyState !== EventSource.CLOSED) return;
    const gone = await fetch(`${address}/events`, { method: 'HEAD' }).then(
      (response) => response.status === 404,
      () => false,
    );
    if (gone) end('This conversation is not there any more.');
    else setTimeout(listen, AGAIN);
  });

  /** @param {string} why */
  function end(why) {
    events.close();
    status.textContent = why;
    thinking.hidden = form.hidden = true;
    choices.replaceChildren();
  }
}

/** What the last question offers as answers. @type {string[]} */
let offered = [];

/** @param {Line} line */
function show({ from, text, choices = [], id = '' }) {
  const pending = unsent.get(id);
  unsent.delete(id);
  pending?.remove();
  // What has yet to reach the server stays below.
  lines.insertBefore(bubble(from, text), unsent.values().next().value ?? null);
  offered = choices;
  toTheEnd();
}

function offer() {
  choices.replaceChildren(
    ...offered.map((text) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = text;
      button.addEventListener('click', () => say(text));
      return button;
    }),
  );
}

/** Says something: shown at once, and sent until the server has it, under an id by which it is heard once.
 * @param {string} words */
function say(words) {
  const text = words.trim();
  if (text === '') return;
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(36)).join('-');
  const item = bubble('you', text);
  item.classList.add('unsent');
  lines.append(item);
  unsent.set(id, item);
  status.textContent = '';
  choices.replaceChildren();
  toTheEnd();
  sending = sending.then(() => send(id, text));
}

/** @param {string} id @param {string} text */
async function send(id, text) {
  const response = await insistently(`${address}/messages`, { id, text });
  if (response.ok) return;
  // It was refused: it goes back to where it was typed.
  unsent.get(id)?.remove();
  unsent.delete(id);
  if (input.value === '') input.value = text;
  status.textContent = (await response.json()).error;
  offer();
}

/** Posts until there is an answer. @param {string} path @param {unknown} value */
async function insistently(path, value) {
  for (;;) {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    }).catch(() => undefined);
    if (response !== undefined && response.status < 500) return response;
    status.textContent = `${response === undefined ? 'Connection lost' : 'The server is busy'}; trying again …`;
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

/** Text, never HTML. @param {Line['from']} from @param {string} text */
function bubble(from, text) {
  const item = document.createElement('li');
  item.className = from;
  item.textContent = text;
  return item;
}

function toTheEnd() {
  main.scrollTo({ top: main.scrollHeight });
}

/** @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T} */
function part(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${id}`);
  return element;
}
