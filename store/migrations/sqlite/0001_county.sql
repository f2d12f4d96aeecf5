-- +goose Up

-- Times are Unix milliseconds, 0 where there is none; days are YYYY-MM-DD in the county's zone; flags are 0 or 1.
-- Ids of Telegram are called tg_…, all others are our own.

CREATE TABLE meta(
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the county counts, and where ---------------------------------------------------------------------------------

CREATE TABLE areas(
  id          INTEGER PRIMARY KEY,
  parent_id   INTEGER REFERENCES areas(id),
  code        TEXT UNIQUE,
  name        TEXT NOT NULL,
  short       TEXT NOT NULL, -- JSON: the bare names people use
  merged_into INTEGER REFERENCES areas(id)
) STRICT;
CREATE INDEX areas_parent ON areas(parent_id);

-- Whose totals include an area's facts: the area itself, what is above it, and the successors of each with what is
-- above them. An area with others below it has its own facts under its negative id too, as an ancestor of nothing else.
-- Made from areas, never edited by itself.
CREATE TABLE area_paths(
  ancestor INTEGER NOT NULL,
  leaf     INTEGER NOT NULL REFERENCES areas(id),
  PRIMARY KEY(ancestor, leaf)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX area_paths_leaf ON area_paths(leaf, ancestor);

CREATE TABLE area_names(
  position INTEGER PRIMARY KEY,
  alias    TEXT NOT NULL,
  code     TEXT NOT NULL, -- of the area; empty where it depends on the sender
  kind     TEXT NOT NULL
) STRICT;

CREATE TABLE venues(
  position INTEGER PRIMARY KEY,
  name     TEXT NOT NULL,
  aliases  TEXT NOT NULL, -- JSON
  code     TEXT NOT NULL  -- of the area it lies in
) STRICT;

CREATE TABLE catalogue(
  version INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  body    BLOB NOT NULL
) STRICT;

-- People --------------------------------------------------------------------------------------------------------------

CREATE TABLE members(
  id      INTEGER PRIMARY KEY,
  tg_user INTEGER NOT NULL UNIQUE,
  name    TEXT NOT NULL,
  joined  INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships(
  member_id INTEGER NOT NULL REFERENCES members(id),
  area_id   INTEGER NOT NULL REFERENCES areas(id),
  role      TEXT NOT NULL CHECK(role IN ('cadre', 'supervisor', 'admin')),
  since     INTEGER NOT NULL,
  until     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(member_id, area_id, role, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE invites(
  hash      BLOB PRIMARY KEY, -- SHA-256 of the code, which is not stored
  area_id   INTEGER NOT NULL REFERENCES areas(id),
  role      TEXT NOT NULL,
  by_member INTEGER REFERENCES members(id), -- NULL: from the command line
  expires   INTEGER NOT NULL,
  used_by   INTEGER REFERENCES members(id),
  used      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE audit(
  seq       INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  member_id INTEGER REFERENCES members(id), -- NULL: from the command line
  action    TEXT NOT NULL,
  subject   TEXT NOT NULL,
  detail    TEXT NOT NULL
) STRICT;

-- Chats, and what is said in them -------------------------------------------------------------------------------------

CREATE TABLE chats(
  id       INTEGER PRIMARY KEY,
  tg_id    INTEGER NOT NULL UNIQUE,
  kind     TEXT NOT NULL,
  title    TEXT NOT NULL,
  state    TEXT NOT NULL DEFAULT 'active' CHECK(state IN ('active', 'blocked', 'migrated')),
  area_id  INTEGER REFERENCES areas(id), -- whose digests it gets
  digests  INTEGER NOT NULL DEFAULT 0,
  moved_to INTEGER REFERENCES chats(id) -- the supergroup it became
) STRICT;
CREATE INDEX chats_digests ON chats(area_id) WHERE digests = 1;

-- A queue of raw updates. Telegram may use an update's id again after a quiet week, hence the hash beside it.
CREATE TABLE inbox(
  seq       INTEGER PRIMARY KEY,
  update_id INTEGER NOT NULL,
  hash      BLOB NOT NULL, -- SHA-256 of body
  tg_chat   INTEGER NOT NULL,
  body      BLOB NOT NULL,
  masked    TEXT NOT NULL, -- kinds of number that were masked in body, comma between
  at        INTEGER NOT NULL,
  state     TEXT NOT NULL CHECK(state IN ('new', 'done', 'dead')),
  error     TEXT NOT NULL DEFAULT '',
  UNIQUE(update_id, hash)
) STRICT;
CREATE INDEX inbox_new ON inbox(seq) WHERE state = 'new';
CREATE INDEX inbox_dead ON inbox(seq) WHERE state = 'dead';

-- A message's identity lasts for ever: chat, message, and version for an edited one.
CREATE TABLE messages(
  id         INTEGER PRIMARY KEY,
  chat_id    INTEGER NOT NULL REFERENCES chats(id),
  tg_message INTEGER NOT NULL,
  version    INTEGER NOT NULL, -- 0, or the time of the edit as Telegram gives it
  member_id  INTEGER NOT NULL REFERENCES members(id),
  sent       INTEGER NOT NULL,
  text       TEXT NOT NULL,
  origin     TEXT NOT NULL, -- where it was forwarded from
  masked     TEXT NOT NULL, -- kinds of number that were masked in text, comma between
  part_of    INTEGER REFERENCES messages(id), -- the first piece of a long text that clients cut; NULL: no further piece
  reading    BLOB,          -- as it was understood then; of a long text the first piece has it
  engine     TEXT NOT NULL DEFAULT '',
  UNIQUE(chat_id, tg_message, version)
) STRICT;
CREATE INDEX messages_part ON messages(part_of) WHERE part_of IS NOT NULL;

-- Messages that are read later, since more of them may come: the first piece of a long text, the first picture of an album
-- without a caption so far.
CREATE TABLE incomplete(
  message_id INTEGER PRIMARY KEY REFERENCES messages(id),
  kind       TEXT NOT NULL CHECK(kind IN ('text', 'album')),
  due        INTEGER NOT NULL -- when it is read, whatever has come
) STRICT;
CREATE INDEX incomplete_due ON incomplete(due);

CREATE TABLE outbox(
  seq        INTEGER PRIMARY KEY,
  chat_id    INTEGER NOT NULL REFERENCES chats(id),
  method     TEXT NOT NULL,
  body       BLOB NOT NULL,
  dedupe     TEXT UNIQUE,
  edit_key   TEXT,
  not_before INTEGER NOT NULL,
  expires    INTEGER NOT NULL,
  state      TEXT NOT NULL DEFAULT 'new' CHECK(state IN ('new', 'sent', 'failed')),
  attempts   INTEGER NOT NULL DEFAULT 0,
  settled    INTEGER NOT NULL DEFAULT 0, -- when it was sent or failed
  tg_message INTEGER NOT NULL DEFAULT 0,
  error      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_new ON outbox(seq) WHERE state = 'new';
CREATE INDEX outbox_sent ON outbox(chat_id, tg_message) WHERE edit_key IS NOT NULL;
CREATE INDEX outbox_edit ON outbox(chat_id, edit_key, seq) WHERE edit_key IS NOT NULL;

-- Reports and the ledger ------------------------------------------------------------------------------------------------

-- The head of a report: what is searched for. What it says is the body of its latest revision.
CREATE TABLE reports(
  id         INTEGER PRIMARY KEY,
  rev        INTEGER NOT NULL,
  state      TEXT NOT NULL CHECK(state IN ('asked', 'held', 'filed', 'same', 'withdrawn')),
  activity   TEXT NOT NULL,
  area_id    INTEGER REFERENCES areas(id),
  day        TEXT,
  until      TEXT,              -- last day of several
  nil        INTEGER NOT NULL,  -- 1: a nil report (零报告)
  same_as    INTEGER REFERENCES reports(id), -- of a held or same one: the report of the same event
  by_member  INTEGER NOT NULL REFERENCES members(id),
  message_id INTEGER NOT NULL REFERENCES messages(id),
  ordinal    INTEGER NOT NULL
) STRICT;
CREATE INDEX reports_member ON reports(by_member, id);
CREATE INDEX reports_message ON reports(message_id, ordinal);
CREATE INDEX reports_same ON reports(same_as) WHERE same_as IS NOT NULL;
CREATE INDEX reports_nil ON reports(area_id, day) WHERE nil = 1;
CREATE INDEX reports_like ON reports(activity, day) WHERE state IN ('filed', 'held');
CREATE INDEX reports_long ON reports(activity, until) WHERE until IS NOT NULL;
CREATE INDEX reports_waiting ON reports(state, day) WHERE state IN ('asked', 'held');

CREATE TABLE revisions(
  report_id  INTEGER NOT NULL REFERENCES reports(id),
  rev        INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  by_member  INTEGER NOT NULL REFERENCES members(id),
  message_id INTEGER REFERENCES messages(id), -- that asked for it; NULL: a button
  why        TEXT NOT NULL,
  body       TEXT NOT NULL, -- JSON of report.Report
  PRIMARY KEY(report_id, rev)
) STRICT, WITHOUT ROWID;

-- What a number counts (report.Key). Only added to: a code that stands here was used.
CREATE TABLE lines(
  id       INTEGER PRIMARY KEY,
  activity TEXT NOT NULL,
  measure  TEXT NOT NULL, -- empty: the events of the activity
  label    TEXT NOT NULL,
  unit     TEXT NOT NULL,
  part     INTEGER NOT NULL,
  UNIQUE(activity, measure, label, unit, part)
) STRICT;

-- The ledger: signed, only added to.
CREATE TABLE facts(
  seq       INTEGER PRIMARY KEY,
  report_id INTEGER NOT NULL,
  rev       INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  day       TEXT NOT NULL,
  area_id   INTEGER NOT NULL REFERENCES areas(id),
  org_id    INTEGER NOT NULL REFERENCES areas(id),
  line_id   INTEGER NOT NULL REFERENCES lines(id),
  value     INTEGER NOT NULL,
  approx    INTEGER NOT NULL,
  events    INTEGER NOT NULL,
  FOREIGN KEY(report_id, rev) REFERENCES revisions(report_id, rev)
) STRICT;
CREATE INDEX facts_report ON facts(report_id, rev);

-- +goose StatementBegin
CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts
BEGIN SELECT RAISE(ABORT, 'facts are only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER facts_no_delete BEFORE DELETE ON facts
BEGIN SELECT RAISE(ABORT, 'facts are only added to'); END;
-- +goose StatementEnd

-- Sums of facts, changed in the transaction that adds the facts. By day, for the area a fact names:
CREATE TABLE tally_days(
  area_id INTEGER NOT NULL,
  day     TEXT NOT NULL,
  line_id INTEGER NOT NULL,
  value   INTEGER NOT NULL,
  approx  INTEGER NOT NULL,
  events  INTEGER NOT NULL,
  PRIMARY KEY(area_id, day, line_id)
) STRICT, WITHOUT ROWID;

-- and by month, for every ancestor of it (area_paths). The key lets a year be summed line by line in the order the rows
-- lie in, without sorting.
CREATE TABLE tally_months(
  area_id INTEGER NOT NULL,
  year    INTEGER NOT NULL,
  line_id INTEGER NOT NULL,
  month   INTEGER NOT NULL, -- 1 to 12
  value   INTEGER NOT NULL,
  approx  INTEGER NOT NULL,
  events  INTEGER NOT NULL,
  PRIMARY KEY(area_id, year, line_id, month)
) STRICT, WITHOUT ROWID;

-- Conversations, and what happens by itself -----------------------------------------------------------------------------

CREATE TABLE questions(
  id        INTEGER PRIMARY KEY,
  chat_id   INTEGER NOT NULL REFERENCES chats(id),
  member_id INTEGER NOT NULL REFERENCES members(id),
  report_id INTEGER REFERENCES reports(id), -- NULL: about something else, a picture
  rev       INTEGER NOT NULL,
  field     TEXT NOT NULL,
  options   BLOB,
  at        INTEGER NOT NULL,
  expires   INTEGER NOT NULL,
  closed    INTEGER NOT NULL DEFAULT 0, -- when it was answered, expired, or gave way to another
  answer    TEXT
) STRICT;
CREATE UNIQUE INDEX questions_open ON questions(report_id) WHERE closed = 0;
CREATE INDEX questions_report ON questions(report_id, id);
CREATE INDEX questions_chat ON questions(chat_id, member_id, id) WHERE closed = 0;

-- Pictures and files that came with messages, one at most with each. They stay with Telegram; this is what fetches them.
CREATE TABLE attachments(
  message_id  INTEGER PRIMARY KEY REFERENCES messages(id), -- that brought it
  kind        TEXT NOT NULL CHECK(kind IN ('photo', 'image', 'document', 'video')), -- image: a picture sent as a file
  tg_file     TEXT NOT NULL, -- for fetching it
  tg_unique   TEXT NOT NULL, -- the same for the same file, whoever sends it
  tg_album    TEXT NOT NULL, -- the media group; empty: it was sent alone
  told_id     INTEGER REFERENCES messages(id), -- the message whose reports it belongs to; NULL: none yet
  report_id   INTEGER REFERENCES reports(id),  -- the one of them; NULL: all that message told
  question_id INTEGER REFERENCES questions(id) -- that asked where it belongs
) STRICT;
CREATE INDEX attachments_told ON attachments(told_id) WHERE told_id IS NOT NULL;
CREATE INDEX attachments_album ON attachments(tg_album) WHERE tg_album <> '';
CREATE INDEX attachments_asked ON attachments(question_id) WHERE question_id IS NOT NULL;
CREATE INDEX attachments_loose ON attachments(message_id) WHERE told_id IS NULL AND question_id IS NULL;

-- Reports in the making, one answer after the other (/report). Nothing in them is counted before it is confirmed.
CREATE TABLE forms(
  id         INTEGER PRIMARY KEY,
  chat_id    INTEGER NOT NULL REFERENCES chats(id),
  member_id  INTEGER NOT NULL REFERENCES members(id),
  message_id INTEGER NOT NULL REFERENCES messages(id), -- that began it
  step       TEXT NOT NULL, -- what is asked now
  rev        INTEGER NOT NULL, -- counts the answers: a button of an earlier step has another
  body       BLOB NOT NULL,
  at         INTEGER NOT NULL, -- when it was last asked
  expires    INTEGER NOT NULL,
  closed     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX forms_open ON forms(chat_id, member_id) WHERE closed = 0;

-- What words mean that members taught (report.Alias).
CREATE TABLE aliases(
  id        INTEGER PRIMARY KEY,
  word      TEXT NOT NULL,
  kind      TEXT NOT NULL CHECK(kind IN ('activity', 'area')),
  target    TEXT NOT NULL, -- code
  area_id   INTEGER NOT NULL REFERENCES areas(id), -- a local word is known there and below
  by_member INTEGER NOT NULL REFERENCES members(id),
  at        INTEGER NOT NULL,
  state     TEXT NOT NULL CHECK(state IN ('offered', 'once', 'local', 'county', 'removed')),
  judged_by INTEGER REFERENCES members(id) -- the administrator who said how far it reaches; NULL: none did
) STRICT;
CREATE INDEX aliases_word ON aliases(word, area_id);
CREATE INDEX aliases_in_force ON aliases(id) WHERE state IN ('local', 'county');

CREATE TABLE runs(
  job    TEXT NOT NULL,
  period TEXT NOT NULL,
  due    INTEGER NOT NULL,
  state  TEXT NOT NULL CHECK(state IN ('done', 'skipped', 'failed')),
  at     INTEGER NOT NULL,
  note   TEXT NOT NULL,
  PRIMARY KEY(job, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE publications(
  id        INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,
  area_id   INTEGER NOT NULL REFERENCES areas(id),
  period    TEXT NOT NULL,
  edition   INTEGER NOT NULL,
  facts_seq INTEGER NOT NULL, -- the ledger's position its numbers were made at
  at        INTEGER NOT NULL,
  numbers   BLOB NOT NULL,
  UNIQUE(kind, area_id, period, edition)
) STRICT;
