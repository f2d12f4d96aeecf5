package store

import _ "embed"

// FirstSchema is a small county's database as the program of the first schema wrote it, packed by gzip: for trying what it goes
// through until this program has it.
//
//go:embed testdata/schema1.db.gz
var FirstSchema []byte
