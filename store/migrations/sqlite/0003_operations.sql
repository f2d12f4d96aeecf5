-- +goose Up

-- The chain over the reports' revisions, in the order they were made: each link's hash is over the one before it and all
-- that its revision says (store/chain.go), so that none can be altered, left out, put in or moved without the links not
-- fitting any more. The head is kept in meta, and in each publication as it was then. Revisions that were there before this
-- table are chained when the database is next opened. Only added to.
CREATE TABLE revision_chain(
  seq       INTEGER PRIMARY KEY, -- from 1, without gaps
  report_id INTEGER NOT NULL,
  rev       INTEGER NOT NULL,
  hash      BLOB NOT NULL, -- SHA-256
  FOREIGN KEY(report_id, rev) REFERENCES revisions(report_id, rev)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER revision_chain_no_update BEFORE UPDATE ON revision_chain
BEGIN SELECT RAISE(ABORT, 'the chain is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER revision_chain_no_delete BEFORE DELETE ON revision_chain
BEGIN SELECT RAISE(ABORT, 'the chain is only added to'); END;
-- +goose StatementEnd

-- The head of the chain when it was published; empty: before there was a chain.
ALTER TABLE publications ADD COLUMN chain_head TEXT NOT NULL DEFAULT '';

-- When the words of a message were removed as the rules demand (purge); 0: they are there.
ALTER TABLE messages ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;

-- Whose work in the area it goes on with (handover); NULL: nobody's.
ALTER TABLE memberships ADD COLUMN from_member INTEGER REFERENCES members(id);

-- When a row was added to the outbox, so that the oldest that waits is known; 0: before this column.
ALTER TABLE outbox ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
