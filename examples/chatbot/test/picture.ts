// `npm run picture`: takes picture.png for the README: the page on two phones, one of them dark.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Browser, chromium, type Tab } from './browser.ts';
import { Program } from './program.ts';

const PHONE = { width: 375, height: 680 };

async function take(program: string, file: string): Promise<void> {
  await using bot = new Program('--store', ':memory:', '--port', '0');
  await using browser = new Browser(program);
  const address = await bot.address();
  const pictures: string[] = [];
  for (const dark of [false, true]) {
    const tab = await browser.open(address, { ...PHONE, dark });
    await talk(tab);
    pictures.push((await tab.picture()).toString('base64'));
  }
  const [width, height] = [2 * PHONE.width + 60, PHONE.height + 40];
  const frames = pictures.map((data) => `<img src="data:image/png;base64,${data}" width="${PHONE.width}">`);
  const style =
    'body{margin:20px;display:flex;gap:20px;background:#8a8f98}img{border-radius:24px;box-shadow:0 2px 12px #0006}';
  const board = await browser.open('about:blank', { width, height });
  await board.evaluate(
    `document.write(${JSON.stringify(`<!doctype html><style>${style}</style>${frames.join('')}`)}); document.close()`,
  );
  await board.until('document.images.length === 2 && [...document.images].every((image) => image.complete)');
  writeFileSync(file, await board.picture());
}

async function talk(tab: Tab): Promise<void> {
  const answers = ['Lisbon', 'yesterday', 'in a week', '2'];
  for (const [n, text] of answers.entries()) {
    await tab.until("document.querySelector('#choices button') !== null");
    await tab.type(text);
    await tab.until(`document.querySelectorAll('.you:not(.unsent)').length === ${n + 1}`);
  }
  await tab.until("document.getElementById('choices').textContent.includes('more')");
}

const program = chromium();
if (program !== undefined) await take(program, fileURLToPath(new URL('../picture.png', import.meta.url)));
