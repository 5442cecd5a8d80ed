import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { historyFile } from './shell-history.ts';

test("the history is in the user's state folder; a relative one is ignored", () => {
  const byDefault = path.join(os.homedir(), '.local', 'state', 'gleaner', 'history');
  expect(historyFile({ XDG_STATE_HOME: '/state' })).toBe('/state/gleaner/history');
  expect([
    historyFile({}),
    historyFile({ XDG_STATE_HOME: '' }),
    historyFile({ XDG_STATE_HOME: 'state' }),
  ]).toEqual([byDefault, byDefault, byDefault]);
});
