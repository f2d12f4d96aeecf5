package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

func options() store.Options {
	return store.Options{Now: time.Now, Location: time.FixedZone("Asia/Shanghai", 8*3600), Log: slog.Default()}
}

// prepare makes a database with the areas of a table and so many cadres, spread over all of them.
func prepare(file string, table []byte, chats int) error {
	ctx := context.Background()
	areas, err := report.ParseAreas("areas.csv", table)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, file, options())
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.ImportAreas(areas); err != nil {
			return err
		}
		members := make([]report.MemberRow, chats)
		step := max(1, (len(areas)-1)/chats)
		for i := range members {
			members[i] = report.MemberRow{TelegramID: firstChat + int64(i), Name: fmt.Sprint("干部", i+1), Role: "cadre", Area: areas[1+i*step%(len(areas)-1)].Code}
		}
		_, err := tx.ImportMembers(members)
		return err
	})
}

// readerOf makes the reader that the bot reads messages with.
func readerOf(file string) (*reading.Reader, error) {
	ctx := context.Background()
	db, err := store.OpenBeside(ctx, file, options())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var source *report.Reference
	err = db.Read(ctx, func(v *store.View) (err error) {
		source, err = v.Reference()
		return err
	})
	if err != nil {
		return nil, err
	}
	return reading.New(source.Catalogue, source.Areas, source.Names, source.Venues)
}

// count tells how many messages are in a contender's database, and how many of them are there, or are counted, twice.
func count(ctx context.Context, contender, file string) (kept, twice int, err error) {
	driver, source := "sqlite3", "file:"+file+"?mode=ro"
	if strings.Contains(file, "://") {
		driver, source = "pgx", file
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	statement := `SELECT COUNT(*), COUNT(*) - COUNT(DISTINCT chat || ' ' || message) FROM plain`
	if contender == "huibao" {
		// A message is there once by its key; what it says is counted once if no other report has its place in it.
		statement = `SELECT (SELECT COUNT(*) FROM messages),
  (SELECT COUNT(*) - COUNT(DISTINCT message_id || ' ' || ordinal) FROM reports)
  + (SELECT COUNT(*) FROM messages m WHERE m.text NOT LIKE '/%' AND m.text NOT LIKE '%多少%'
     AND NOT EXISTS (SELECT 1 FROM reports r WHERE r.message_id = m.id))`
	}
	err = db.QueryRowContext(ctx, statement).Scan(&kept, &twice)
	return kept - twice*boolToInt(contender != "huibao"), twice, err
}
