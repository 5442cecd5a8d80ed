import type { HostileCase } from './hostile-case.ts';

const ELSEWHERE = {
  file: 'file:///etc/passwd',
  ftp: 'ftp://127.0.0.1/secret',
  data: 'data:text/html,<h1>it%20was%20I</h1>',
  javascript: 'javascript:alert(1)',
  nowhere: 'http://',
  metadata: 'http://169.254.169.254/latest/meta-data/',
  neighbour: 'http://127.0.0.2/',
  mapped: 'http://[::ffff:127.0.0.1]/',
} as const;

/** Redirects that lead nowhere, or where nobody should go. */
export const redirects: readonly HostileCase[] = [
  {
    path: '/redirects/loop',
    does: 'redirects to itself',
    answer: (wire, { target }) => wire.redirect(target),
  },
  {
    path: '/redirects/pair',
    does: 'two pages that redirect to each other',
    answer: (wire, { target }) =>
      wire.redirect(target.endsWith('/other') ? '/redirects/pair' : '/redirects/pair/other'),
  },
  {
    path: '/redirects/chain',
    does: 'a chain of a thousand redirects; ?n= says how many are left',
    answer(wire, { query }) {
      const left = Number(query.get('n') ?? 1000);
      if (left === 0) wire.answer('the end of the chain');
      else wire.redirect(`/redirects/chain?n=${left - 1}`, '301 Moved Permanently');
    },
  },
  {
    path: '/redirects/growing',
    does: 'redirects for ever, each address twice as long as the last',
    answer: (wire, { target }) => wire.redirect(`${target}/${target.slice(1)}`),
  },
  {
    path: '/redirects/away',
    does: 'an open redirect: leads wherever ?to= says, with a method and body kept (307)',
    answer: (wire, { query }) => wire.redirect(query.get('to') ?? '/', '307 Temporary Redirect'),
  },
  ...Object.entries(ELSEWHERE).map(
    ([name, location]) =>
      ({
        path: `/redirects/to-${name}`,
        does: `redirects to ${location}`,
        answer: (wire) => wire.redirect(location),
      }) satisfies HostileCase,
  ),
];
