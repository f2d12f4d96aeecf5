-- +goose Up

-- Who owes a report, how often and by when (report.Duty).
CREATE TABLE duties(
  area_id  INTEGER NOT NULL REFERENCES areas(id),
  activity TEXT NOT NULL, -- empty: any
  every    TEXT NOT NULL CHECK(every IN ('week', 'month', 'quarter', 'half', 'year')),
  days     INTEGER NOT NULL, -- the deadline: so many days after the period's last one,
  minute   INTEGER NOT NULL, -- at this minute of the day
  PRIMARY KEY(area_id, activity, every)
) STRICT, WITHOUT ROWID;

-- What a supervisor asked people to report (催). What is pressed at night waits for the morning.
CREATE TABLE urges(
  id        INTEGER PRIMARY KEY,
  area_id   INTEGER NOT NULL REFERENCES areas(id), -- of the duty, with the two below
  activity  TEXT NOT NULL,
  period    TEXT NOT NULL,
  by_member INTEGER NOT NULL REFERENCES members(id),
  at        INTEGER NOT NULL,
  due       INTEGER NOT NULL,
  settled   INTEGER NOT NULL DEFAULT 0 -- when it went out, or was not needed any more
) STRICT;
CREATE INDEX urges_duty ON urges(area_id, activity, period, at);
CREATE INDEX urges_due ON urges(due) WHERE settled = 0;

-- Who has reported, by the days of a period.
CREATE INDEX reports_area ON reports(area_id, day, state, nil, activity, message_id);
CREATE INDEX reports_until ON reports(until) WHERE until IS NOT NULL AND nil = 0;

-- What is to be reached in a year (report.Target).
CREATE TABLE targets(
  year     INTEGER NOT NULL,
  area_id  INTEGER NOT NULL REFERENCES areas(id),
  activity TEXT NOT NULL,
  measure  TEXT NOT NULL,
  value    INTEGER NOT NULL,
  PRIMARY KEY(year, area_id, activity, measure)
) STRICT, WITHOUT ROWID;

-- Years whose numbers change only by an administrator's word (封账).
CREATE TABLE closed_years(
  year      INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  by_member INTEGER NOT NULL REFERENCES members(id)
) STRICT;
-- The administrator who agreed to a change of a closed year; NULL: it changed none.
ALTER TABLE revisions ADD COLUMN agreed_by INTEGER REFERENCES members(id);

-- What was asked, so that buttons can drill down and a next question can go on from it (report.Query).
CREATE TABLE queries(
  id        INTEGER PRIMARY KEY,
  chat_id   INTEGER NOT NULL REFERENCES chats(id),
  member_id INTEGER NOT NULL REFERENCES members(id),
  at        INTEGER NOT NULL,
  body      TEXT NOT NULL
) STRICT;
CREATE INDEX queries_chat ON queries(chat_id, member_id, id);

-- What the office typed for the year's document: the newest row of a blank counts, the others say how it came about.
CREATE TABLE office_entries(
  id         INTEGER PRIMARY KEY,
  year       INTEGER NOT NULL,
  blank      TEXT NOT NULL,
  value      TEXT NOT NULL, -- empty: taken back
  by_member  INTEGER NOT NULL REFERENCES members(id),
  message_id INTEGER REFERENCES messages(id), -- that said it; NULL: a button
  at         INTEGER NOT NULL
) STRICT;
CREATE INDEX office_entries_blank ON office_entries(year, blank, id);

-- The reports that count, by day: what an answer about several activities lists.
CREATE INDEX reports_counted ON reports(day, id) WHERE state = 'filed' AND nil = 0;

-- Sums of facts by day, for each area whose totals include them (area_paths) but the one they name, which has them in
-- tally_days: a county's week is then read from a few hundred rows, however many villages and reports there are.
CREATE TABLE tally_day_totals(
  area_id INTEGER NOT NULL,
  day     TEXT NOT NULL,
  line_id INTEGER NOT NULL,
  value   INTEGER NOT NULL,
  approx  INTEGER NOT NULL,
  events  INTEGER NOT NULL,
  PRIMARY KEY(area_id, day, line_id)
) STRICT, WITHOUT ROWID;
INSERT INTO tally_day_totals(area_id, day, line_id, value, approx, events)
SELECT p.ancestor, d.day, d.line_id, SUM(d.value), SUM(d.approx), SUM(d.events)
FROM tally_days d JOIN area_paths p ON p.leaf = d.area_id
WHERE p.ancestor <> d.area_id AND p.ancestor <> -d.area_id
GROUP BY p.ancestor, d.day, d.line_id;

-- What was posted of a day after some position of the ledger: late reports and corrections.
CREATE INDEX facts_day ON facts(day, seq);
