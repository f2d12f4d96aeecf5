package main

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"huibao/bot"
	"huibao/reading"
	"huibao/report"
	"huibao/store"
)

// importReports brings in what was reported before the bot was there.
type importReports struct {
	File string `arg:"" type:"existingfile"`
	Area string `help:"Where it was, by code, for what names no area; in a chat the sender's area is taken where the sender is a member."`
	As   int64  `placeholder:"TELEGRAM-ID" help:"Who answers for it: an administrator or supervisor over all of these areas. Needed with --yes."`
	Yes  bool   `help:"Do it."`
}

// importChat stands for Telegram's id of the chat that imported messages are kept under: no chat has it.
const importChat = -1

func (c importReports) Run(w *world) error {
	if c.Yes && c.As == 0 {
		return errors.New("import reports: with --yes, expected --as and the Telegram id of the administrator or supervisor who answers for them")
	}
	lines, err := readReports(c.File)
	if err != nil {
		return err
	}
	db, err := w.openBeside()
	if err != nil {
		return err
	}
	defer db.Close()
	var j *judge
	var messages []imported
	err = db.Write(w.ctx, func(tx *store.Tx) (err error) {
		messages = slices.Clone(lines)
		if j, err = newJudge(tx, c, report.DayOf(tx.Now().In(w.zone))); err != nil {
			return err
		}
		for i := range messages {
			if err := j.message(&messages[i]); err != nil {
				return err
			}
		}
		if err := errors.Join(j.errs...); err != nil {
			return err
		}
		if !c.Yes {
			return errPreview
		}
		if err := j.file(messages, w.zone); err != nil {
			return err
		}
		return tx.Audit(0, "import", filepath.Base(c.File), fmt.Sprintf("%d messages with reports, as %d", len(messages), c.As))
	})
	if err != nil && err != errPreview {
		return err
	}
	j.print(w.out, messages)
	if !c.Yes {
		fmt.Fprintln(w.out, "nothing was changed: add --yes to do it")
	}
	return nil
}

// imported is one message of a file, or one line of a table, and the reports it tells.
type imported struct {
	file    string
	line    int
	said    reading.Said // of a chat
	row     *report.Row  // of a table
	text    string       // as it is kept: the words, or the line in words
	masked  []string
	reports []judged
	known   int64 // the message it was kept as by an import before, 0 for none
	silent  bool  // it tells no report
}

// judged is a report with what keeps it from being counted.
type judged struct {
	report report.Report
	doubt  string // why it is doubtful; empty for none
	same   string // what it looks the same as; empty for nothing
}

func (t *imported) at() string { return fmt.Sprintf("%s:%d", t.file, t.line) }

// newJudge knows the county, and whether the one who answers for an import may.
func newJudge(tx *store.Tx, c importReports, today report.Day) (*judge, error) {
	source, err := tx.Reference()
	if err != nil {
		return nil, err
	}
	root, ok := source.Areas.Root()
	if !ok {
		return nil, errors.New("no areas yet: huibao import areas comes first")
	}
	reader, err := reading.New(source.Catalogue, source.Areas, source.Names, source.Venues)
	if err != nil {
		return nil, err
	}
	j := &judge{tx: tx, source: source, reader: reader, today: today, root: root, senders: map[string]int64{}, before: map[event][]placed{}}
	if c.Area != "" {
		area, ok := source.Areas.ByCode(c.Area)
		if !ok {
			return nil, noArea(c.Area)
		}
		j.area = area.ID
	}
	if c.As != 0 {
		if err := j.answering(c.As); err != nil {
			return nil, err
		}
	}
	members, err := tx.Members()
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		j.sender(m)
	}
	return j, nil
}

// sender remembers where a member reports from; a name that several have says nothing.
func (j *judge) sender(m store.Member) {
	if len(m.Memberships) == 0 {
		return
	}
	if _, taken := j.senders[m.Name]; taken {
		j.senders[m.Name] = 0
		return
	}
	j.senders[m.Name] = m.Memberships[0].Area
}

// answering finds the member who answers for the import.
func (j *judge) answering(tgUser int64) error {
	m, ok, err := j.tx.MemberByTelegram(tgUser)
	if err != nil {
		return err
	}
	for _, s := range m.Memberships {
		if s.Role != store.Cadre {
			j.over = append(j.over, s.Area)
		}
	}
	if !ok || len(j.over) == 0 {
		return fmt.Errorf("--as %d: no administrator or supervisor, expected the Telegram id of one", tgUser)
	}
	j.by = m
	return nil
}

// file keeps the messages and files what is neither doubtful nor told before.
func (j *judge) file(messages []imported, zone *time.Location) error {
	chat, err := j.tx.Chat(importChat, "import", "import")
	if err != nil {
		return err
	}
	for i := range messages {
		t := &messages[i]
		if t.known != 0 || !slices.ContainsFunc(t.reports, judged.counts) {
			continue
		}
		sent := j.tx.Now()
		if t.row == nil {
			sent = t.said.Day.Start(zone).Add(t.said.At)
		}
		id, _, err := j.tx.AddMessage(store.Message{Chat: chat.ID, TgMessage: j.keys[i], Member: j.by.ID, Sent: sent, Text: t.text, Masked: t.masked})
		if err != nil {
			return fmt.Errorf("%s: %w", t.at(), err)
		}
		for k, x := range t.reports {
			if !x.counts() {
				continue
			}
			r := x.report
			r.Message, r.Ordinal, r.By = id, k+1, j.by.ID
			if t.reports[k].report, err = j.tx.File(r, store.Change{By: j.by.ID, Message: id, Why: bot.WhyImport}); err != nil {
				return fmt.Errorf("%s: %w", t.at(), err)
			}
		}
	}
	return nil
}

func (x judged) counts() bool { return x.doubt == "" && x.same == "" }

// key identifies a message for ever by what it says: a second import knows it. Lines that say the same are told apart by how
// many stand above.
func (j *judge) key(t *imported) int64 {
	words := t.text
	if t.row == nil {
		words = fmt.Sprintf("%s %s %s %s", t.said.Who, t.said.Day, t.said.At, words)
	}
	if j.above == nil {
		j.above = map[string]int{}
	}
	j.above[words]++
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", j.above[words], words)
	return int64(h.Sum64() >> 1)
}

// print lists every report with what becomes of it, and the sums.
func (j *judge) print(out io.Writer, messages []imported) {
	var counted, doubtful, same, known, silent int
	for i := range messages {
		t := &messages[i]
		switch {
		case t.known != 0:
			known++
			continue
		case t.silent:
			silent++
			continue
		}
		for _, x := range t.reports {
			what := "count "
			switch {
			case x.doubt != "":
				doubtful++
				what = "doubt "
			case x.same != "":
				same++
				what = "same  "
			default:
				counted++
			}
			fmt.Fprintf(out, "%d: %s %s", t.line, what, j.words(x.report))
			if why := x.doubt + x.same; why != "" {
				fmt.Fprintf(out, " (%s)", strings.ReplaceAll(why, "\n", " "))
			}
			fmt.Fprintln(out)
		}
	}
	fmt.Fprintf(out, "counted %d, doubtful %d, told before %d, imported before %d, no report %d\n", counted, doubtful, same, known, silent)
}
