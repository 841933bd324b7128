/**
 * The tables, as the first version of the file has them.
 *
 * A plain task is one row of `tasks` and pays for three indexes: by id, by where it is, and once it has ended by its place
 * among the ends; when it goes is a fourth, unless many ended together. What most tasks do not have is in `extras`, and how they belong together in small
 * tables of their own; `kin` says which of those have to be looked at.
 *
 * Sequence numbers count up with creation and end_seq with each end, so they are the positions of lists. Times are epoch
 * milliseconds. Whatever has a shape is JSON.
 */
export const FIRST_SCHEMA = `
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  time INTEGER NOT NULL, -- the newest that was ever stored
  seq INTEGER NOT NULL, -- these three are the last that were given
  ends INTEGER NOT NULL,
  claims INTEGER NOT NULL
);
INSERT INTO meta VALUES (1, 0, 0, 0, 0);

CREATE TABLE operations (
  op INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE, -- as JSON
  paused INTEGER NOT NULL DEFAULT 0,
  concurrency INTEGER,
  described TEXT
);

-- Those that so many tasks have that they are written as a number there.
CREATE TABLE reasons (
  number INTEGER PRIMARY KEY,
  reason TEXT NOT NULL
);

CREATE TABLE tasks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  op INTEGER NOT NULL,
  stage INTEGER NOT NULL, -- see stage.ts
  priority INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  kin INTEGER NOT NULL, -- see kin.ts
  claimed INTEGER, -- the claim under which a run wrote to it last
  created INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  end_seq INTEGER,
  due INTEGER, -- when it is to be looked at: it may start, expires, or goes
  args TEXT NOT NULL,
  tags TEXT,
  reason INTEGER, -- a number of the table reasons, or JSON
  result TEXT
);
CREATE UNIQUE INDEX task_ids ON tasks (id);
CREATE INDEX task_stages ON tasks (op, stage);
CREATE INDEX task_ends ON tasks (op, stage, end_seq) WHERE end_seq IS NOT NULL;
CREATE INDEX task_dues ON tasks (due) WHERE due IS NOT NULL;

CREATE TABLE extras (
  seq INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  draft TEXT NOT NULL, -- what it was created with and never changes
  owner TEXT, -- these five as keys
  parent TEXT,
  dedup TEXT, -- while it is unfinished
  named TEXT, -- while no re-run has taken the name over
  wants TEXT, -- the concurrency key while it stands in line for that
  lane TEXT, -- the line, of several for one key
  priority INTEGER NOT NULL, -- as in tasks, for the order of the line
  root INTEGER,
  end_seq INTEGER, -- as in tasks, for the lists by owner and by parent
  not_before INTEGER,
  expires INTEGER,
  pending INTEGER NOT NULL DEFAULT 0, -- how many others it still waits for
  interrupted INTEGER NOT NULL DEFAULT 0,
  amended INTEGER NOT NULL DEFAULT 0,
  waiting_for TEXT,
  cancel TEXT,
  progress TEXT,
  error TEXT,
  history TEXT
);
CREATE INDEX extra_owners ON extras (owner) WHERE owner IS NOT NULL;
CREATE INDEX extra_owner_ends ON extras (owner, end_seq) WHERE owner IS NOT NULL AND end_seq IS NOT NULL;
CREATE INDEX extra_parents ON extras (parent) WHERE parent IS NOT NULL;
CREATE INDEX extra_parent_ends ON extras (parent, end_seq) WHERE parent IS NOT NULL AND end_seq IS NOT NULL;
CREATE UNIQUE INDEX extra_dedups ON extras (dedup) WHERE dedup IS NOT NULL;
CREATE UNIQUE INDEX extra_names ON extras (named) WHERE named IS NOT NULL;
CREATE INDEX extra_lanes ON extras (wants, lane, priority DESC) WHERE wants IS NOT NULL;

CREATE TABLE tags (
  tag TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (tag, seq)
) WITHOUT ROWID;
CREATE TABLE tag_ends (
  tag TEXT NOT NULL,
  end_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (tag, end_seq)
) WITHOUT ROWID;

CREATE TABLE dependencies (
  first INTEGER NOT NULL, -- the task that has to end
  then_seq INTEGER NOT NULL, -- the unfinished one that comes after it
  on_success INTEGER NOT NULL,
  PRIMARY KEY (first, then_seq, on_success)
) WITHOUT ROWID;
CREATE INDEX dependents ON dependencies (then_seq);

CREATE TABLE outputs (
  task INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  n INTEGER NOT NULL,
  time INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  size INTEGER NOT NULL,
  level TEXT,
  text TEXT, -- as JSON, as data
  data TEXT,
  PRIMARY KEY (task, stream, n)
) WITHOUT ROWID;
CREATE TABLE streams (
  task INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  last INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  PRIMARY KEY (task, stream)
) WITHOUT ROWID;

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  until INTEGER NOT NULL,
  task INTEGER, -- while it is kept
  remains TEXT -- then what is left of it
) WITHOUT ROWID;
CREATE INDEX idempotency_ends ON idempotency (until);

-- A claim is one row for all of its tasks, whose own rows need not be written again until their runs say something.
CREATE TABLE claims (
  claim INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  lease INTEGER, -- ms
  interrupts TEXT, -- how many each operation bears
  tasks TEXT NOT NULL
);
-- Plain tasks that ended together go together, and have no time of their own in tasks.
CREATE TABLE purges (
  number INTEGER PRIMARY KEY,
  due INTEGER NOT NULL,
  tasks TEXT NOT NULL
);
CREATE INDEX purge_dues ON purges (due);
-- Runs that outlived their tasks.
CREATE TABLE ghosts (
  lease TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  op INTEGER NOT NULL,
  wants TEXT, -- the concurrency key that it still holds
  until INTEGER
) WITHOUT ROWID;

CREATE TABLE schedules (
  name TEXT PRIMARY KEY,
  schedule TEXT NOT NULL
) WITHOUT ROWID;
`
