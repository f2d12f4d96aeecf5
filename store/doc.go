// Package store keeps everything Huibao knows in SQL: the inbox of raw updates, members, areas, reports with their
// revisions, the signed ledger of facts and its tallies, questions, the outbox, and the ledger of runs.
//
// Start with Open, then DB.Write and DB.Read. Write runs a function in one transaction with one time; everything it does
// commits together or not at all. Read runs a function on one snapshot. What can be read hangs on View, so that it can
// be read in both. The way of a message is DB.Receive, DB.Process, Tx.File, Tx.Enqueue, DB.Undelivered, DB.Record.
// The only ways a number changes are Tx.File and Tx.Revise, which post report.Post to the ledger and to the tallies.
//
// One SQLite file holds it all, in WAL mode with synchronous FULL: what was committed survives kill -9 and a power cut.
// There is one writing connection, and Write takes turns on it; readers never wait for it. A second bot on the same
// file is refused by a lock; short commands may open the file beside the running bot.
//
// Or PostgreSQL holds it, for several processes at a time: Open is given its address instead of a path. What differs is engine's;
// the statements keep to what both share, with placeholders $1, $2 … in the order of their first occurrence. There transactions
// write side by side at READ COMMITTED: what must not change meanwhile is locked (Tx.LockLedger), one that loses a race runs again,
// and a read is one snapshot as on SQLite.
//
// Times that go in and out are time.Time with millisecond precision, given back in the county's zone; the zero time is
// none. Numbers are int64, money in fen. Bodies of updates and messages are bytes the store does not look into.
package store
