package bot

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/report"
	"huibao/sandbox/county"
	"huibao/store"
)

var filedBefore = flag.Int("filed", 20_000, "reports in the ledger that BenchmarkQuestions asks about")

// BenchmarkQuestions asks ten questions a second while reports come in, so that 200 messages a second are processed, and tells
// how long after its arrival a question was answered: the waiting, the answer and the commit. b.N counts questions; they
// take a tenth of a second each: run it with -benchtime 200x.
func BenchmarkQuestions(b *testing.B) {
	w := newBubble(b, 0, nil)
	w.inChats()
	w.ledgerOf(*filedBefore)
	const asking = 5_000_000 // the first update that asks
	questions := []string{"今年普法多少人", "今年各乡镇普法场次", "慰问金发了多少", "今年普法跟去年比", "明细", "今年活动总数", "按月看看两癌检查",
		"两癌检查完成多少", "今年各乡镇活动多少场", "普法为什么是3214", "家庭教育上个月明细", "上周活动总数"}
	reports := feedOf(20 * b.N)
	var mu sync.Mutex
	arrived := map[int64]time.Time{}
	var took []time.Duration
	ended := make(chan struct{})
	b.ResetTimer()
	go func() {
		defer close(ended)
		tick := time.NewTicker(50 * time.Millisecond) // what has come meanwhile is one batch, as getUpdates gives it
		defer tick.Stop()
		for batch := range 2 * b.N {
			<-tick.C
			raws := slices.Clone(reports[10*batch : 10*batch+10])
			if batch%2 == 1 {
				id := asking + batch
				raws[5] = strings.ReplaceAll(text(id, id, questions[batch/2%len(questions)]), "1001", "1005")
				mu.Lock()
				arrived[int64(id)] = time.Now()
				mu.Unlock()
			}
			w.receives(raws...)
		}
	}()
	for open := true; ; {
		var asked []int64
		n, err := w.db.Process(b.Context(), processAtOnce, func(tx *store.Tx, row store.InboxRow) error {
			if row.UpdateID >= asking {
				asked = append(asked, row.UpdateID)
			}
			return w.handle(tx, row)
		}, w.deadLetter)
		if err != nil {
			b.Fatal(err)
		}
		mu.Lock()
		for _, id := range asked {
			took = append(took, time.Since(arrived[id]))
		}
		mu.Unlock()
		if n > 0 {
			continue
		}
		if !open {
			break
		}
		select {
		case <-ended:
			open = false // once more: the last may have come meanwhile
		case <-w.db.Inbox():
		}
	}
	b.StopTimer()
	if len(took) != b.N {
		b.Fatalf("%d of %d questions were answered", len(took), b.N)
	}
	slices.Sort(took)
	b.ReportMetric(float64(20*b.N)/b.Elapsed().Seconds(), "msgs/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/p50")
	b.ReportMetric(float64(took[(len(took)*99-1)/100].Microseconds())/1000, "ms/p99")
}

// ledgerOf files reports of the whole county over a year and a quarter.
func (w *bubble) ledgerOf(n int) {
	areas := must(report.ParseAreas("areas.csv", county.Areas()))
	names := must(report.ParseNames("aliases.csv", county.Aliases()))
	w.write(func(tx *store.Tx) error {
		_, err := tx.ImportAreas(areas)
		return errors.Join(err, tx.SetNames(names))
	})
	random := rand.New(rand.NewPCG(5, 9))
	activities := report.DefaultCatalogue().Activities
	for done := 0; done < n; done += 1000 {
		w.write(func(tx *store.Tx) error {
			all := must(tx.Areas()).All()
			for i := range min(1000, n-done) {
				a := activities[random.IntN(len(activities))]
				area := all[random.IntN(len(all))].ID
				id, _, err := tx.AddMessage(store.Message{Chat: 1, TgMessage: int64(9_000_000 + done + i), Member: 1, Sent: tx.Now(), Text: "普法 320人"})
				if err != nil {
					return err
				}
				r := report.Report{State: report.Filed, Activity: a.Code, Area: area, Org: area, By: 1, Message: id, Ordinal: 1,
					Day: report.Date(2025, 1, 1) + report.Day((done+i)*432/n)}
				for _, m := range a.Measures[:1+random.IntN(min(3, len(a.Measures)))] {
					r.Figures = append(r.Figures, report.Figure{Measure: m.Code, Unit: m.Unit, Value: random.Int64N(500)})
				}
				if _, err := tx.File(r, store.Change{By: 1, Message: id, Why: whyMessage}); err != nil {
					return fmt.Errorf("file a report of the ledger: %w", err)
				}
			}
			return nil
		})
	}
}
