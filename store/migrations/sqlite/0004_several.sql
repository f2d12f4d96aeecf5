-- +goose Up

-- What several processes on one database agree by. One process alone needs none of it.

-- Who does what only one process may do: send, run the scheduler, fetch updates. A holder renews in good time; once expires
-- is past any other may take over (store/lease.go).
CREATE TABLE leases(
  name    TEXT PRIMARY KEY,
  holder  TEXT NOT NULL,   -- of one process, from its start to its end
  expires INTEGER NOT NULL -- 0: given back
) STRICT, WITHOUT ROWID;

-- A row for each chat that ever sent something. Whoever processes a chat's updates has locked its row, so that they are
-- processed in order and by one at a time (store/claim.go).
CREATE TABLE inbox_chats(
  tg_chat INTEGER PRIMARY KEY,       -- 0: updates without a chat
  area_id INTEGER NOT NULL DEFAULT 0 -- whose lock its last report needed (area_locks); 0: none yet; -1: several
) STRICT;

-- A row for each county, and for each area of that rank: whoever files reports there has locked it, so that two reports of
-- one event cannot be filed at the same time without either knowing of the other.
CREATE TABLE area_locks(
  area_id INTEGER PRIMARY KEY REFERENCES areas(id)
) STRICT;
INSERT INTO area_locks(area_id) SELECT id FROM areas WHERE parent_id IS NULL OR length(code) = 6;

-- What a member changed, without the revisions by which reports came in (store/mydata.go).
CREATE INDEX revisions_changed ON revisions(by_member, report_id, rev) WHERE rev > 1;

-- Who has a role in an area.
CREATE INDEX memberships_area ON memberships(area_id, member_id);

-- Years whose numbers change only by an administrator's word (封账), by the area they were closed for: for a county, or for a city
-- or province with all that is in it.
CREATE TABLE closings(
  year      INTEGER NOT NULL,
  area_id   INTEGER NOT NULL REFERENCES areas(id),
  at        INTEGER NOT NULL,
  by_member INTEGER NOT NULL REFERENCES members(id),
  PRIMARY KEY(year, area_id)
) STRICT, WITHOUT ROWID;
INSERT INTO closings(year, area_id, at, by_member)
SELECT c.year, a.id, c.at, c.by_member FROM closed_years c JOIN areas a ON a.parent_id IS NULL;
DROP TABLE closed_years;
