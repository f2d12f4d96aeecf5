package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"huibao/report"
	"huibao/store"
)

// inChats makes 李梅 and 孙洁 known to the bot, as if they had written before.
func (w *bubble) inChats() {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		_, err1 := tx.Chat(1001, "private", "")
		_, err2 := tx.Chat(1005, "private", "")
		return errors.Join(err1, err2)
	})
}

// receives puts raw updates into the inbox as intake does.
func (w *bubble) receives(raws ...string) {
	w.t.Helper()
	var batch []store.Update
	for _, raw := range raws {
		batch = append(batch, inboxUpdate([]byte(raw)))
	}
	if _, err := w.db.Receive(w.t.Context(), batch); err != nil {
		w.t.Fatal(err)
	}
}

// process handles what is in the inbox, with something done before each row.
func (w *bubble) processes(before func(store.InboxRow)) {
	w.t.Helper()
	_, err := w.db.Process(w.t.Context(), 100, func(tx *store.Tx, row store.InboxRow) error {
		before(row)
		return w.handle(tx, row)
	}, w.deadLetter)
	if err != nil {
		w.t.Fatal(err)
	}
}

// filed gives the numbers of people in the reports.
func (w *bubble) filed() (values []int64) {
	w.t.Helper()
	w.write(func(tx *store.Tx) error {
		for id := int64(1); ; id++ {
			r, err := tx.Report(id)
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			f, _ := r.Figure("participants", "", false)
			values = append(values, f.Value)
		}
	})
	return values
}

// texts gives what waits to be sent to a chat of Telegram.
func (w *bubble) texts(tgChat int64) (texts []string) {
	for _, row := range w.waiting() {
		if row.TgChat == tgChat {
			texts = append(texts, string(row.Body))
		}
	}
	return texts
}

// TestProcessGoesOn: in a batch with a row that cannot be decoded, one whose handling fails and one whose handling panics,
// the others are counted. The three are kept, and their sender and the administrator are told of each once.
func TestProcessGoesOn(t *testing.T) {
	w := newBubble(t, 0, nil)
	w.inChats()
	w.receives(text(1, 11, "普法 11人"), `{"update_id":2,"message":{"message_id":"x","chat":{"id":1001}}}`, text(3, 13, "普法 13人"),
		text(4, 14, "普法 14人"), text(5, 15, "普法 15人"))
	for range 2 { // the second time nothing is left to do
		w.processes(func(row store.InboxRow) {
			switch row.UpdateID {
			case 3:
				panic("a mistake in the program")
			case 4:
				w.vocabulary = vocabulary{} // as after a change of the catalogue: made anew
			}
		})
	}
	if got := w.filed(); !slices.Equal(got, []int64{11, 14, 15}) {
		t.Errorf("filed %v", got)
	}
	var counts store.InboxCounts
	w.write(func(tx *store.Tx) (err error) { counts, err = tx.InboxCounts(); return err })
	if counts.Waiting != 0 || counts.Dead != 2 {
		t.Errorf("the inbox has %+v, want 2 dead rows", counts)
	}
	if got := len(w.texts(1005)); got != 2 {
		t.Errorf("the administrator is told %d times", got)
	}
	if got := len(w.texts(1001)); got != 5 {
		t.Errorf("the cadre gets %d answers, want three receipts and two apologies: %q", got, w.texts(1001))
	}
	if n := w.log.count("could not be handled", "a mistake in the program"); n != 1 {
		t.Errorf("the panic is in the log %d times:\n%s", n, w.log)
	}
}

// TestProcessWakes: the loop handles what was there when it started and what comes later, and ends when told to.
func TestProcessWakes(t *testing.T) {
	w := newBubble(t, 0, nil)
	w.receives(text(1, 11, "普法 11人"))
	outbox := w.db.Outbox()
	stop := w.run(w.process)
	<-outbox
	outbox = w.db.Outbox()
	w.receives(text(2, 12, "普法 12人"))
	<-outbox
	stop()
	if got := w.filed(); !slices.Equal(got, []int64{11, 12}) {
		t.Errorf("filed %v", got)
	}
}

// TestProcessForgets: rows that were handled leave the inbox after a week; dead ones stay.
func TestProcessForgets(t *testing.T) {
	w := newBubble(t, 0, nil)
	w.receives(text(1, 11, "普法 11人"), `{"update_id":2,"message":7}`, text(3, 13, "普法 13人"))
	w.processes(func(store.InboxRow) {})
	w.now = func() time.Time { return time.Now().Add(keepInbox + time.Minute) }
	if err := w.tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.receives(text(1, 11, "普法 11人"), text(3, 13, "普法 13人")) // only the newest row is known still
	w.processes(func(store.InboxRow) {})
	if got := w.filed(); !slices.Equal(got, []int64{11, 13}) {
		t.Errorf("filed %v: a message counts once, however long ago its update was forgotten", got)
	}
	var counts store.InboxCounts
	w.write(func(tx *store.Tx) (err error) { counts, err = tx.InboxCounts(); return err })
	if counts.Dead != 1 {
		t.Errorf("the inbox has %+v, want the dead row", counts)
	}
}

// TestPairUp: an edited message's entries find their reports by activity and area, then by activity, then by their place.
func TestPairUp(t *testing.T) {
	reports := []report.Report{
		{ID: 1, Activity: "law", Area: 5, Ordinal: 1},
		{ID: 2, Activity: "law", Area: 6, Ordinal: 2},
		{ID: 3, Activity: "visit", Area: 5, Ordinal: 3},
	}
	for _, test := range []struct{ entries, want string }{
		{"law5 law6 visit5", "1:law5@1 2:law6@2 3:visit5@3"},
		{"visit5 law6 law5", "1:law5@3 2:law6@2 3:visit5@1"},
		{"law6", "1:- 2:law6@1 3:-"},
		{"law7 law6 visit5", "1:law7@1 2:law6@2 3:visit5@3"},
		{"aid5 law6", "1:aid5@1 2:law6@2 3:-"},
		{"law5 law6 visit5 aid5", "1:law5@1 2:law6@2 3:visit5@3 0:aid5@4"},
		{"", "1:- 2:- 3:-"},
	} {
		if got := pairRow(pairUp(reports, entriesOf(test.entries))); got != test.want {
			t.Errorf("pairUp(%s) = %s, want %s", test.entries, got, test.want)
		}
	}
}

func pairRow(pairs []pairing) (row string) {
	for i, p := range pairs {
		if i > 0 {
			row += " "
		}
		if row += fmt.Sprintf("%d:", p.old.ID); p.entry == nil {
			row += "-"
			continue
		}
		row += fmt.Sprintf("%s%d@%d", p.entry.Activity, p.entry.Area, p.place)
	}
	return row
}

// TestProcessOvertaken: an edit that comes before its message is what counts, also when it is edited once more.
func TestProcessOvertaken(t *testing.T) {
	w := newBubble(t, 0, nil)
	first := text(2, 11, "普法 11人")
	edit := func(update, at int, words string) string {
		return strings.Replace(text(update, 11, words), `"message":{`, fmt.Sprintf(`"edited_message":{"edit_date":%d,`, at), 1)
	}
	for _, raw := range []string{edit(1, 1_800_000_001, "普法 12人"), first, edit(3, 1_800_000_002, "普法 13人")} {
		w.receives(raw)
		w.processes(func(store.InboxRow) {})
	}
	if got := w.filed(); !slices.Equal(got, []int64{13}) {
		t.Errorf("filed %v, want the words of the last edit, once", got)
	}
}
