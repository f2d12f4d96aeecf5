package bot

import (
	"fmt"
	"testing"

	"huibao/sandbox"
	"huibao/store"
)

// The benchmarks count messages a second on the machine at hand, every commit with a real fsync. What is compared: the way
// of a message through intake, ledger and outbox with batches committed together, and a commit for each report.

// feedOf gives n updates with reports in the form that cadres write: three activities, the days since New Year, and figures
// that no two reports near each other share. A county's year has a handful of reports a day of one activity and place.
func feedOf(n int) (raws []string) {
	words := []string{"普法", "家庭教育", "禁毒宣传"}
	for i := range n {
		month, day := 1+i/3%2, 1+i/6%28
		raws = append(raws, text(100_000+i, 1+i, fmt.Sprintf("%s %d月%d日 %d人 资料%d份", words[i%3], month, day, 20+i%971, 50+i%953)))
	}
	return raws
}

// BenchmarkIntakeToOutbox takes reports from raw updates to receipts that wait to be sent: batches of 100 received, as
// getUpdates gives them, and of 64 processed.
func BenchmarkIntakeToOutbox(b *testing.B) {
	w := newBubble(b, 0, nil)
	w.inChats()
	raws := feedOf(b.N)
	b.ReportAllocs()
	b.ResetTimer()
	for len(raws) > 0 {
		batch := raws[:min(100, len(raws))]
		raws = raws[len(batch):]
		w.receives(batch...)
		for {
			n, err := w.db.Process(b.Context(), processAtOnce, w.handle, w.deadLetter)
			if err != nil {
				b.Fatal(err)
			}
			if n == 0 {
				break
			}
		}
	}
	b.StopTimer()
	perSecond(b, w.filedReports(), b.N)
}

// BenchmarkCommitPerReport is the plain way: each report in a transaction of its own, with its message and its receipt.
func BenchmarkCommitPerReport(b *testing.B) {
	w := newBubble(b, 0, nil)
	w.inChats()
	raws := feedOf(b.N)
	b.ReportAllocs()
	b.ResetTimer()
	for _, raw := range raws {
		w.write(func(tx *store.Tx) error { return w.handle(tx, store.InboxRow{Body: []byte(raw)}) })
	}
	b.StopTimer()
	perSecond(b, w.filedReports(), b.N)
}

// BenchmarkSandboxToReceipt is all of it: two hundred people write into the sandbox, the bot fetches, files, answers and
// sends over HTTP, until every receipt is on a phone and recorded as sent.
func BenchmarkSandboxToReceipt(b *testing.B) {
	const writers = 200
	w := newWorld(b, "2026-03-09 09:00")
	var codes []int64
	w.read(func(v *store.View) error {
		areas, err := v.Areas()
		for _, a := range areas.All() {
			codes = append(codes, a.ID)
		}
		return err
	})
	for i := range int64(writers) {
		must(w.client.User(b.Context(), sandbox.User{ID: 5001 + i, FirstName: fmt.Sprint("干部", i+1)}))
		w.write(func(tx *store.Tx) error {
			code, err := tx.Invite(store.Cadre, codes[int(i)%len(codes)], 0, tx.Now().AddDate(0, 0, 1))
			if err == nil {
				_, err = tx.Redeem(code, 5001+i, "干部")
			}
			return err
		})
	}
	var batches [][]sandbox.Send
	for i := range b.N {
		if i%1000 == 0 {
			batches = append(batches, nil)
		}
		last := &batches[len(batches)-1]
		*last = append(*last, sandbox.Send{UserID: 5001 + int64(i%writers), Text: fmt.Sprintf("普法 %d人 资料%d份", 20+i%200, 50+i%300)})
	}
	b.ReportAllocs()
	b.ResetTimer()
	w.start()
	for _, batch := range batches {
		must(w.client.SendAll(b.Context(), batch))
	}
	w.settle()
	b.StopTimer()
	w.stop()
	var sent int
	w.scan(&sent, `SELECT COUNT(*) FROM outbox WHERE state = 'sent'`)
	perSecond(b, sent, b.N)
}

// filedReports counts the reports.
func (w *bubble) filedReports() (n int) {
	w.write(func(tx *store.Tx) error {
		reports, err := tx.Reports(store.ReportFilter{By: 1})
		n = len(reports)
		return err
	})
	return n
}

// perSecond reports the speed, if all was done.
func perSecond(b *testing.B, done, want int) {
	b.Helper()
	if done != want {
		b.Fatalf("%d of %d messages were counted", done, want)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}
