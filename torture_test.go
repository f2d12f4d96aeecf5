package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"huibao/store"
	"huibao/store/pgtest"
	"huibao/torture"
)

var (
	kills = flag.Int("kills", 20, "how many times TestNeverLostNeverTwice kills the bot")
	seed  = flag.Uint64("seed", 0, "of TestNeverLostNeverTwice; 0: another one each time")
)

// TestNeverLostNeverTwice is the first promise: what Telegram handed over once is counted once, across kill -9 at any
// instant, and whatever else torture tries: each of its trials comes once.
func TestNeverLostNeverTwice(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	said := newTranscript()
	w := newWorld(t, said, said)
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	err = torture.Run(t.Context(), torture.Options{Binary: binary, Dir: dir, Out: said, Seed: *seed, Now: time.Now, Found: w.found,
		Open: func(database string) (*store.DB, error) {
			return store.OpenBeside(t.Context(), database, w.storeOptions())
		},
		Kills: *kills})
	t.Log(said)
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "huibao.log")) // an empty one says as much
		t.Errorf("%v; the bot says:\n%s", err, log)
	}
}

// TestSeveralNeverLoseNeverRepeat is the same for three processes on one database: each of them is killed, the database's
// connections are ended and its server is stopped.
func TestSeveralNeverLoseNeverRepeat(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	said := newTranscript()
	w := newWorld(t, said, said)
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	address, crash := pgtest.Server(t)
	dir := t.TempDir()
	err = torture.Several(t.Context(), torture.Options{Binary: binary, Dir: dir, Out: t.Output(), Seed: *seed, Now: time.Now, Found: w.found,
		Open: func(database string) (*store.DB, error) {
			return store.OpenBeside(t.Context(), database, w.storeOptions())
		},
		Kills: *kills, Database: address, Crash: crash,
		Sever: func() error {
			_, err := store.Sever(t.Context(), address, 50)
			return err
		}})
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "huibao.log"))
		t.Errorf("%v; the bots say:\n%s", err, log)
	}
}
