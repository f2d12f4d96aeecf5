package store

import (
	"fmt"
	"sync"
	"testing"

	"huibao/report"
)

// Updates that wait in 200 chats of 40 counties, each a report, handled by so many processes at a time. What reading a message
// costs is not in it.
func BenchmarkProcesses(b *testing.B) {
	for _, n := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkProcesses(b, n) })
	}
}

func benchmarkProcesses(b *testing.B, n int) {
	const counties, chats = 40, 200
	address := emptyPostgres(b)
	var dbs []*DB
	for range n {
		dbs = append(dbs, reopen(b, address, newClock()))
	}
	w := &world{TB: b, clock: newClock(), db: dbs[0]}
	towns, members := make([]int64, chats), make([]int64, chats)
	w.write(func(tx *Tx) {
		areas := []report.Area{{ID: 1, Code: "430000", Name: "湖南省"}}
		for c := range counties {
			county := report.Area{ID: int64(c + 2), Parent: 1, Code: fmt.Sprint(430101 + c), Name: fmt.Sprintf("第%d县", c)}
			town := report.Area{ID: int64(c + 2 + counties), Parent: county.ID, Code: county.Code + "100", Name: fmt.Sprintf("第%d镇", c)}
			areas = append(areas, county, town)
		}
		must(tx.ImportAreas(areas))
		var rows []report.MemberRow
		for i := range chats {
			town := areas[2+2*(i%counties)]
			rows = append(rows, report.MemberRow{TelegramID: int64(i + 1), Name: fmt.Sprint("干部", i), Role: "cadre", Area: town.Code})
		}
		must(tx.ImportMembers(rows))
		for i, m := range must(tx.Members()) {
			towns[i], members[i] = m.Memberships[0].Area, m.ID
		}
	})
	tell := func(tx *Tx, row InboxRow) error {
		chat, err := tx.Chat(row.Chat, "private", "")
		if err != nil {
			return err
		}
		i := row.Chat - 1
		message, _, err := tx.AddMessage(Message{Chat: chat.ID, TgMessage: row.UpdateID, Member: members[i], Sent: tx.Now(), Text: "普法"})
		if err != nil {
			return err
		}
		day := date("2026-01-01") + report.Day(row.UpdateID/chats%60)
		if _, err := tx.Around("law_publicity", towns[i], day, day); err != nil {
			return err
		}
		r := lecture(towns[i], "2026-01-01", 7)
		r.Day, r.Org, r.State, r.Message, r.Ordinal, r.By = day, r.Area, report.Filed, message, 1, members[i]
		if _, err = tx.File(r, Change{By: r.By, Message: message, Why: "message"}); err == nil {
			_, err = tx.Enqueue(Outgoing{Chat: chat.ID, Method: "sendMessage", Body: []byte("x")})
		}
		return err
	}
	id := int64(0)
	receive := func(updates int) {
		for ; updates > 0; updates -= 100 {
			var batch []Update
			for range min(updates, 100) {
				id++
				batch = append(batch, Update{ID: id, Chat: id%chats + 1, Body: fmt.Appendf(nil, "{%d}", id)})
			}
			if _, err := w.db.Receive(background, batch); err != nil {
				b.Fatal(err)
			}
		}
	}
	handle := func() {
		var everyone sync.WaitGroup
		for _, db := range dbs {
			everyone.Go(func() {
				for idle := 0; idle < 3; {
					n, err := db.Process(background, 128, tell, func(_ *Tx, _ InboxRow, cause error) error { b.Error(cause); return nil })
					if err != nil {
						b.Error(err)
						return
					}
					if idle++; n > 0 {
						idle = 0
					}
				}
			})
		}
		everyone.Wait()
	}
	receive(chats)
	handle() // the county of each chat is known from here on
	receive(b.N)
	b.ResetTimer()
	handle()
	for left := 1; left > 0; { // while one of them was at work on the last ones
		handle()
		left = w.count(`SELECT COUNT(*) FROM inbox WHERE state = 'new'`)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}
