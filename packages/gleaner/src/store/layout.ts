/** Says of a file that it is a store ('GLNR', application_id), and how it is laid out (user_version). */
export const KIND = 0x474c4e52;
export const VERSION = 2;

/** What has become of a request. */
export const State = { Pending: 0, PutOff: 1, Leased: 2, Done: 3, Failed: 4 } as const;

/**
 * Every row that belongs to a host carries its id, by which hosts can be spread over databases one day. What is asked for
 * often has an index over just the rows that matter, so that it costs the same however much has been done already.
 */
export const LAYOUT = `
CREATE TABLE hosts (
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL UNIQUE,
  state TEXT, -- JSON
  waiting INTEGER NOT NULL DEFAULT 0, -- requests pending or put off
  adopted INTEGER NOT NULL DEFAULT 0,
  since INTEGER NOT NULL DEFAULT 0 -- grows with each host that begins to wait for being adopted
);
CREATE INDEX hosts_to_adopt ON hosts (since) WHERE waiting > 0 AND adopted = 0;
CREATE INDEX hosts_adopted ON hosts (id) WHERE adopted = 1;
CREATE TABLE requests (
  id INTEGER PRIMARY KEY,
  host INTEGER NOT NULL,
  state INTEGER NOT NULL,
  priority REAL NOT NULL,
  rank INTEGER NOT NULL, -- the order among those of the same priority; by id where it is the same
  fingerprint INTEGER NOT NULL, -- of the key
  key TEXT, -- where it is not the url; see stored-request.ts
  url TEXT NOT NULL,
  depth INTEGER NOT NULL,
  rest TEXT, -- what is not as it is by default, as JSON
  attempts INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  not_before REAL, -- milliseconds since 1970
  status INTEGER,
  code TEXT,
  message TEXT
);
CREATE INDEX requests_pending ON requests (host, priority DESC, rank) WHERE state = 0;
CREATE INDEX requests_put_off ON requests (host, not_before) WHERE state = 1;
CREATE INDEX requests_leased ON requests (id) WHERE state = 2;
CREATE INDEX requests_failed ON requests (id) WHERE state = 4;
CREATE INDEX requests_seen ON requests (fingerprint);
CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  request INTEGER NOT NULL,
  n INTEGER NOT NULL, -- its place among the items of its page
  json TEXT NOT NULL
);
CREATE TABLE journal ( -- what came of the effects of coroutines that have not ended
  id INTEGER PRIMARY KEY,
  owner INTEGER NOT NULL, -- the id of the request whose page it is about; negative: of a run
  place TEXT NOT NULL,
  effect TEXT NOT NULL,
  at REAL NOT NULL, -- milliseconds since 1970
  failed INTEGER NOT NULL,
  text TEXT NOT NULL,
  bytes BLOB
);
CREATE INDEX journal_of ON journal (owner, id);
CREATE TABLE runs ( -- of coroutines that are known by a name
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  started REAL NOT NULL, -- milliseconds since 1970
  text TEXT, -- what it has ended with, as JSON; NULL: it has not
  bytes BLOB
);
CREATE INDEX runs_open ON runs (id) WHERE text IS NULL;
CREATE TABLE notes (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID; -- the crawl's
CREATE TABLE own (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID; -- the store's: settings, counts, failures, holder
`;
