package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"huibao/bot"
	"huibao/report"
	"huibao/store"
)

// doctorCommand looks at everything that the bot needs. It may run while the bot does, and changes nothing.
type doctorCommand struct{}

// doctor writes a line for each thing it looks at.
type doctor struct {
	*world
	failed, warned int
	pending        int // updates that wait at Telegram
}

func (doctorCommand) Run(w *world) error {
	d := &doctor{world: w}
	d.telegram()
	d.folder()
	d.backups()
	d.holidays()
	d.database()
	fmt.Fprintf(w.out, "doctor: %d to repair, %d to look at\n", d.failed, d.warned)
	if d.failed > 0 {
		return fmt.Errorf("doctor: %d things do not work", d.failed)
	}
	return nil
}

func (d *doctor) ok(what, format string, args ...any) { d.line("ok  ", what, format, args...) }

func (d *doctor) warn(what, format string, args ...any) {
	d.warned++
	d.line("warn", what, format, args...)
}

func (d *doctor) fail(what, format string, args ...any) {
	d.failed++
	d.line("FAIL", what, format, args...)
}

func (d *doctor) line(level, what, format string, args ...any) {
	fmt.Fprintf(d.out, "%s  %-10s %s\n", level, what, fmt.Sprintf(format, args...))
}

// What the doctor finds worth a word.
const (
	mostSkew    = 30 * time.Second
	leastDisk   = 1 << 30
	barelyDisk  = 100 << 20
	longWait    = 10 * time.Minute
	longGap     = 24 * time.Hour // Telegram keeps updates for so long
	oldBackup   = 48 * time.Hour
	manyPending = 100 // what one call fetches
	doctorLimit = time.Minute
)

func (d *doctor) telegram() {
	if d.settings.Token == "" {
		d.fail("token", "there is none: ask @BotFather for one and set HUIBAO_TOKEN or HUIBAO_TOKEN_FILE")
		return
	}
	ctx, cancel := context.WithTimeout(d.ctx, doctorLimit)
	defer cancel()
	p, err := bot.AskTelegram(ctx, d.settings.APIURL, d.settings.Token, d.now)
	if err != nil {
		d.fail("token", "%v: if the network is well, ask @BotFather for the token again", err)
		return
	}
	d.ok("token", "it is that of @%s", p.Username)
	if p.ReadsAll {
		d.warn("privacy", "the bot gets every message of its groups: /setprivacy at @BotFather, Enable; then take it out of its groups and in again")
	} else {
		d.ok("privacy", "in groups the bot gets only what is meant for it")
	}
	d.webhook(p)
	if d.pending = p.Pending; d.pending > manyPending {
		d.warn("waiting", "%d updates wait at Telegram, which drops them after a day: see the log", d.pending)
	}
	if p.Skew.Abs() > mostSkew {
		d.warn("clock", "this machine's clock is off by %s: turn on time synchronisation (timedatectl set-ntp true)", p.Skew)
	} else {
		d.ok("clock", "it agrees with Telegram's, zone %s", d.zone)
	}
}

// webhook compares what is set with Telegram with what is set here.
func (d *doctor) webhook(p bot.Probe) {
	want := d.settings.HookURL
	switch {
	case want == "" && p.Webhook == "":
		d.ok("webhook", "none is set: the bot polls")
	case want == "" && p.Webhook == d.ownWebhook():
		d.warn("webhook", "%s is set since an earlier run: the bot takes it away when it starts", p.Webhook)
	case want == "":
		d.fail("webhook", "another program has Telegram deliver to %s, and the bot cannot fetch (409): stop that program and call deleteWebhook, or set HUIBAO_WEBHOOK_URL, or ask @BotFather for a token of one's own", p.Webhook)
	case p.Webhook == "":
		d.warn("webhook", "none is set, and HUIBAO_WEBHOOK_URL is %s: start the bot, which sets it", want)
	case p.Webhook != want:
		d.fail("webhook", "Telegram delivers to %s, and HUIBAO_WEBHOOK_URL is %s: start the bot, which sets it; where it runs, another program has its token", p.Webhook, want)
	case p.LastError != "" && (p.Pending > 0 || d.now().Sub(p.FailedAt) < longGap):
		d.warn("webhook", "Telegram could not deliver at %s: %s; look at the address, the certificate and the proxy", p.FailedAt.In(d.zone).Format("2006-01-02 15:04"), p.LastError)
	default:
		d.ok("webhook", "Telegram delivers to it")
	}
}

// ownWebhook gives the webhook that the bot last set; empty where it set none or that is not known.
func (d *doctor) ownWebhook() (url string) {
	if !d.settings.hasDatabase() {
		return ""
	}
	db, err := d.openBeside()
	if err != nil {
		return "" // said of the database
	}
	defer db.Close()
	if err := db.Read(d.ctx, func(v *store.View) error { url, err = bot.OwnWebhook(v); return err }); err != nil {
		return ""
	}
	return url
}

func (d *doctor) folder() {
	if store.OnServer(d.settings.DB) {
		d.ok("disk", "the database is on a server, whose disk is to be looked after there")
		return
	}
	folder := filepath.Dir(d.settings.DB)
	probe, err := os.CreateTemp(folder, ".doctor-*")
	if err != nil {
		d.fail("folder", "%s: cannot be written (%v): make it the property of the bot's account", folder, errors.Unwrap(err))
		return
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		d.fail("folder", "%s: %v", folder, err)
		return
	}
	d.ok("folder", "%s can be written", folder)
	free, known := diskFree(folder)
	switch {
	case !known:
		d.warn("disk", "what is free is not known on this system")
	case free < barelyDisk:
		d.fail("disk", "%d MiB free: make room, or the bot stops taking messages", free>>20)
	case free < leastDisk:
		d.warn("disk", "%d MiB free: make room soon", free>>20)
	default:
		d.ok("disk", "more than %d MiB free", int64(leastDisk)>>20)
	}
}

func (d *doctor) backups() {
	if d.settings.Backups == "" {
		d.warn("backup", "none are made: set HUIBAO_BACKUPS to a folder on another disk")
		return
	}
	newest, err := newestFile(d.settings.Backups)
	switch age := d.now().Sub(newest); {
	case err != nil:
		d.fail("backup", "%v: set HUIBAO_BACKUPS to a folder that is there", err)
	case newest.IsZero():
		d.warn("backup", "there is none yet in %s", d.settings.Backups)
	case age > oldBackup:
		d.fail("backup", "the last one is of %s: see the log for what stands in the way", newest.In(d.zone).Format("2006-01-02 15:04"))
	default:
		d.ok("backup", "the last one is of %s", newest.In(d.zone).Format("2006-01-02 15:04"))
	}
}

// newestFile gives when the newest file below a folder was written, zero where there is none.
func newestFile(folder string) (newest time.Time, err error) {
	err = filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
		return err
	})
	return newest, err
}

func (d *doctor) holidays() {
	today := report.DayOf(d.now().In(d.zone))
	year := today.Year()
	first := report.YearOf(today)
	if _, known := report.Workday(first.First); !known {
		d.warn("holidays", "those of %d are not in this program: Monday to Friday count as workdays; take a newer version", year)
		return
	}
	if _, known := report.Workday(first.Last + 1); !known && first.Last-today < 31 {
		d.warn("holidays", "those of %d are not in this program: take a newer version before New Year", year+1)
		return
	}
	d.ok("holidays", "those of %d are known", year)
}

func (d *doctor) database() {
	if !d.settings.hasDatabase() {
		d.fail("database", "%s is not there: huibao import areas makes it, or set HUIBAO_DB", d.settings.DB)
		return
	}
	db, err := d.openBeside()
	if err != nil {
		d.fail("database", "%v", err)
		return
	}
	defer db.Close()
	problem, err := db.QuickCheck(d.ctx)
	switch {
	case err != nil:
		d.fail("database", "%v", err)
	case problem != "":
		d.fail("database", "it is damaged (%s): stop the bot and bring a backup back (huibao restore)", problem)
	default:
		d.ok("database", "it is whole and its schema is this program's")
	}
	if err := db.Read(d.ctx, d.contents); err != nil {
		d.fail("database", "%v", err)
	}
}

func (d *doctor) contents(v *store.View) error {
	last, err := bot.LastHeartbeat(v)
	if err != nil {
		return err
	}
	switch gap := v.Now().Sub(last); {
	case last.IsZero():
		d.warn("bot", "it has not run yet")
	case gap > longGap:
		d.fail("bot", "it has not heard from Telegram since %s: start it; %d updates wait at Telegram, which has dropped what is older than a day", last.In(d.zone).Format("2006-01-02 15:04"), d.pending)
	case gap > longWait:
		d.warn("bot", "it has not heard from Telegram since %s: does it run? %d updates wait at Telegram", last.In(d.zone).Format("2006-01-02 15:04"), d.pending)
	default:
		d.ok("bot", "it hears from Telegram")
	}
	if err := d.queues(v); err != nil {
		return err
	}
	return d.county(v)
}

func (d *doctor) queues(v *store.View) error {
	inbox, err := v.InboxCounts()
	if err != nil {
		return err
	}
	switch {
	case inbox.Waiting > 0 && v.Now().Sub(inbox.Oldest) > longWait:
		d.fail("inbox", "%d updates wait, the oldest since %s: see the log", inbox.Waiting, inbox.Oldest.In(d.zone).Format("2006-01-02 15:04"))
	case inbox.Dead > 0:
		d.warn("inbox", "%d could not be handled and are kept: an administrator finds them under /admin, 没处理的消息; why is in the log", inbox.Dead)
	default:
		d.ok("inbox", "nothing waits long, nothing failed")
	}
	unsent, oldest, err := v.Unsent()
	switch {
	case err != nil:
		return err
	case !oldest.IsZero() && v.Now().Sub(oldest) > longWait:
		d.warn("outbox", "%d messages wait to be sent, the oldest since %s", unsent, oldest.In(d.zone).Format("2006-01-02 15:04"))
	default:
		d.ok("outbox", "nothing waits long")
	}
	return nil
}

func (d *doctor) county(v *store.View) error {
	source, err := v.Reference() // reads catalogue and areas, and says what is wrong with them
	if err != nil {
		d.fail("catalogue", "%v", err)
		return nil
	}
	d.ok("catalogue", "%d activities", len(source.Catalogue.Activities))
	if n := len(source.Areas.All()); n == 0 {
		d.fail("areas", "there are none: huibao import areas brings them in")
	} else {
		d.ok("areas", "%d", n)
	}
	members, err := v.Members()
	if err != nil {
		return err
	}
	admins := 0
	for _, m := range members {
		for _, s := range m.Memberships {
			if s.Role == store.Admin {
				admins++
				break
			}
		}
	}
	if admins == 0 {
		d.fail("people", "there is no administrator: huibao invite --role admin")
	} else {
		d.ok("people", "%d administrators", admins)
	}
	return nil
}
