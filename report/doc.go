// Package report holds the nouns of Huibao and their arithmetic: areas, the catalogue of activities and measures,
// reports with their figures, the signed facts a report posts to the ledger, periods, and tallies.
//
// Start with Report (what a cadre told us), Post (the only way a number changes) and Tally (what a sum looks like).
// The package does no I/O and asks no clock: whoever calls it brings the day. Every number is an int64 — counts as
// they are, money in fen — and every day is a date in the county's own time zone.
package report
