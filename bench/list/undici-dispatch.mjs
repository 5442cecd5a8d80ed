// The floor: undici's lowest interface, with neither promises nor streams, and no care for errors or memory.

import { Pool } from 'undici';

export async function scrape(urls, add) {
  const { origin } = new URL(urls[0]);
  const pool = new Pool(origin, { connections: 64 });
  let next = 0;
  let ended = 0;
  await new Promise((resolve, reject) => {
    function fetchNext() {
      if (next === urls.length) return void (++ended === 64 && resolve());
      const path = urls[next++].slice(origin.length);
      let text = '';
      pool.dispatch(
        { method: 'GET', path },
        {
          onConnect() {},
          onHeaders: (status) => status === 200 || reject(new Error(`${path}: ${status}`)),
          onData: (chunk) => ((text += chunk.utf8Slice()), true),
          onComplete() {
            add(JSON.parse(text));
            fetchNext();
          },
          onError: reject,
        },
      );
    }
    for (let i = 0; i < 64; i++) fetchNext();
  });
  await pool.close();
}
