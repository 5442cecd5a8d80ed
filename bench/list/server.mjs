// node server.mjs N: serves /0 … /N-1 on any free port of 127.0.0.1, whose number it prints; until it is killed.

import { createServer } from 'node:http';
import { page } from './pages.mjs';

const bodies = Array.from({ length: Number(process.argv[2]) }, (_, id) =>
  Buffer.from(JSON.stringify(page(id))),
);

const server = createServer({ keepAliveTimeout: 60_000 }, ({ url = '' }, response) => {
  const body = bodies[Number(url.slice(1))];
  if (body === undefined) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
