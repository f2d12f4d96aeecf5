package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"huibao/store"
	"huibao/torture"
)

// tortureCommand tries the bot hard, or long, on this machine. It needs no token and no network.
type tortureCommand struct {
	Kills   int           `default:"100" help:"End after so many kills."`
	Minutes float64       `help:"End after so many minutes, if the kills are not done by then."`
	Seed    uint64        `help:"Of what is tried when; 0: another one each time."`
	Keep    string        `type:"path" help:"Folder for the database and the log; default a temporary one, removed at the end."`
	Soak    time.Duration `help:"Instead of torture: steady work for so long, such as 30m, with memory and waiting times by the minute."`
	Rate    float64       `default:"50" help:"Reports a second of the soak."`
	// Several processes.
	Database string `placeholder:"postgres://…" help:"Instead of one process: three at a time on this empty PostgreSQL database, whose connections are ended too."`
}

func (c tortureCommand) Run(w *world) (err error) {
	dir := c.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "huibao-torture-"); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if c.Seed == 0 {
		c.Seed = uint64(w.now().UnixNano())
	}
	o := torture.Options{Binary: binary, Dir: dir, Out: w.out, Seed: c.Seed, Now: w.now, Found: w.found,
		Open:  func(database string) (*store.DB, error) { return store.OpenBeside(w.ctx, database, w.storeOptions()) },
		Kills: c.Kills, Longest: time.Duration(c.Minutes * float64(time.Minute)), Soak: c.Soak, Rate: c.Rate}
	if c.Database != "" {
		o.Database = c.Database
		o.Sever = func() error {
			_, err := store.Sever(w.ctx, c.Database, 50)
			return err
		}
		return torture.Several(w.ctx, o)
	}
	if c.Soak > 0 {
		return torture.Soak(w.ctx, o)
	}
	return torture.Run(w.ctx, o)
}
