package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"huibao/bot"
	"huibao/scheduler"
	"huibao/store"
)

// thrift is how far the heap may grow over what lives before it is collected, in percent, where 100 is usual. A county's
// server is small, and the time this costs is little beside the database's.
const thrift = 50

// serve runs the bot and the scheduler on one store until the world ends.
func (w *world) serve(db *store.DB, moved <-chan struct{}, hook *bot.Webhook) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(thrift)
	}
	if err := w.loadCatalogue(db); err != nil {
		return err
	}
	if err := w.loadTemplate(db); err != nil {
		return err
	}
	b, err := bot.New(bot.Options{Token: w.settings.Token, APIURL: w.settings.APIURL, DB: db, Now: w.now, Location: w.zone,
		Log: w.log, SendRate: w.settings.SendRate, Webhook: hook})
	if err != nil {
		return err
	}
	recipients, err := w.settings.recipients()
	if err != nil {
		return err
	}
	s, err := scheduler.New(scheduler.Options{DB: db, Now: w.now, Location: w.zone, Log: w.log, Moved: moved,
		Weekly: w.settings.Weekly, Monthly: w.settings.Monthly, Quarterly: w.settings.Quarterly, HalfYearly: w.settings.HalfYearly,
		Yearly:  w.settings.Yearly,
		Backups: scheduler.Backups{Folder: w.settings.Backups, Spec: w.settings.BackupSpec, Recipients: recipients}})
	if err != nil {
		return err
	}
	front, err := w.listen(b)
	if err != nil {
		return err
	}
	w.log.Info("huibao runs", "version", version(), "database", store.Redacted(w.settings.DB), "zone", w.zone.String())
	rooms, ctx := errgroup.WithContext(w.ctx)
	rooms.Go(func() error { return b.Run(ctx) })
	rooms.Go(func() error { return s.Run(ctx) })
	if front != nil {
		rooms.Go(func() error { return front.run(ctx) })
	}
	err = rooms.Wait()
	w.log.Info("huibao stopped")
	return err
}

// metaCatalogueFile is the store's key for which file the catalogue was last loaded from.
const metaCatalogueFile = "catalogue_file"

// loadCatalogue stores the county's own catalogue, if one is set: when the file is new or was changed. In between, the office may
// change the catalogue by chat.
func (w *world) loadCatalogue(db *store.DB) error {
	if w.settings.Catalogue == "" {
		return nil
	}
	body, err := os.ReadFile(w.settings.Catalogue)
	if err != nil {
		return fmt.Errorf("read the catalogue: %w", err)
	}
	return db.Write(w.ctx, func(tx *store.Tx) error {
		mark := fmt.Sprintf("%x", sha256.Sum256(body))
		if loaded, _, err := tx.Meta(metaCatalogueFile); err != nil || loaded == mark {
			return err
		}
		if err := tx.SetCatalogue(0, w.settings.Catalogue, body); err != nil {
			return err
		}
		return tx.SetMeta(metaCatalogueFile, mark)
	})
}

// loadTemplate stores the county's own template of the year's summary; without one it is again the one of the program.
func (w *world) loadTemplate(db *store.DB) error {
	var body []byte
	if w.settings.Template != "" {
		var err error
		if body, err = os.ReadFile(w.settings.Template); err != nil {
			return fmt.Errorf("read the template: %w", err)
		}
	}
	return db.Write(w.ctx, func(tx *store.Tx) error { return tx.SetTemplate(filepath.Base(w.settings.Template), body) })
}

// clock is the machine's, or one that follows another clock at a distance.
type clock struct {
	now   func() time.Time
	moved <-chan struct{} // signalled after the followed clock was moved
}

// clock gives the machine's clock, or starts following HUIBAO_CLOCK_URL: a stream of server-sent events, each with the
// distance to the machine's clock, or the moment at which the followed clock stands still.
func (w *world) clock() (clock, error) {
	if w.settings.ClockURL == "" {
		return clock{now: w.now}, nil
	}
	moved := make(chan struct{}, 1)
	f := &followed{machine: w.now}
	events, stop, err := openEvents(w.ctx, w.settings.ClockURL)
	if err != nil {
		return clock{}, fmt.Errorf("follow the clock: %w", err)
	}
	if err := f.next(events); err != nil {
		stop()
		return clock{}, fmt.Errorf("follow the clock: %w", err)
	}
	go func() {
		defer stop()
		for f.next(events) == nil {
			select {
			case moved <- struct{}{}:
			default: // a signal is waiting already
			}
		}
	}()
	return clock{f.now, moved}, nil
}

// followed is a clock at a distance.
type followed struct {
	machine func() time.Time
	at      atomic.Pointer[distance]
}

type distance struct {
	OffsetMS int64      `json:"offset_ms"`
	FrozenAt *time.Time `json:"frozen_at"`
}

func (f *followed) now() time.Time {
	d := f.at.Load()
	if d.FrozenAt != nil {
		return *d.FrozenAt
	}
	return f.machine().Add(time.Duration(d.OffsetMS) * time.Millisecond)
}

// next takes one event from the stream.
func (f *followed) next(events *bufio.Scanner) error {
	for events.Scan() {
		data, ok := strings.CutPrefix(events.Text(), "data:")
		if !ok {
			continue
		}
		var d distance
		if err := json.Unmarshal([]byte(data), &d); err != nil {
			return err
		}
		f.at.Store(&d)
		return nil
	}
	return cmp.Or(events.Err(), io.ErrUnexpectedEOF)
}

func openEvents(ctx context.Context, url string) (*bufio.Scanner, func() error, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	return bufio.NewScanner(resp.Body), resp.Body.Close, nil
}
