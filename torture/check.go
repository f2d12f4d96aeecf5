package torture

import (
	"errors"
	"fmt"
	"time"

	"huibao/report"
	"huibao/store"
)

// event is where a number belongs: no two events of the traffic share one.
type event struct {
	area, activity string
	day            report.Day
}

// counted is what is counted for it.
type counted struct{ events, people, leaflets int64 }

// counts are the ledger's sums. Money and other measures are not of the traffic and lie under "".
func (a *arena) counts(v *store.View) (map[event]counted, error) {
	source, err := v.Reference()
	if err != nil {
		return nil, err
	}
	sums := map[event]counted{}
	return sums, v.Facts(0, func(_ int64, _ time.Time, f report.Fact) error {
		area, _ := source.Areas.ByID(f.Area)
		e := event{area.Code, f.Activity, f.Day}
		sum := sums[e]
		sum.events += f.Events
		switch f.Measure {
		case "participants":
			sum.people += f.Value
		case "materials":
			sum.leaflets += f.Value
		}
		sums[e] = sum
		return nil
	})
}

// outcome is how many events were found wrong.
type outcome struct{ lost, doubled, wrong int }

// judge compares what a message told with what is counted, and takes it out of the sums.
func (c *cadre) judge(m *told, sums map[event]counted) (o outcome) {
	for _, w := range m.events {
		e := event{c.area, w.kind.code, w.day}
		is, want := sums[e], counted{1, w.people, w.leaflet}
		delete(sums, e)
		if m.taken {
			want = counted{}
		}
		switch {
		case is == want:
		case is.events < want.events:
			o.lost++
		case is.events > want.events:
			o.doubled++
		default:
			o.wrong++
		}
	}
	return o
}

// ledger compares the ledger with the truth and has every number recomputed. It gives a sentence for each problem.
func (a *arena) ledger() (problems []string, err error) {
	db, err := a.Open(a.database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var sums map[event]counted
	err = db.Read(a.ctx, func(v *store.View) (err error) {
		sums, err = a.counts(v)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, c := range a.cadres {
		for _, m := range c.told {
			o := c.judge(m, sums)
			if m.during != nil {
				m.during.count(m, o)
			}
			if o != (outcome{}) {
				problems = append(problems, fmt.Sprintf("%s's message %d (edited: %t, taken back: %t): %d lost, %d doubled, %d wrong",
					c.name, m.id, m.edited, m.taken, o.lost, o.doubled, o.wrong))
			}
		}
	}
	for e, is := range sums {
		if is != (counted{}) {
			problems = append(problems, fmt.Sprintf("%s %s %s is counted and was never told", e.area, e.activity, e.day))
		}
	}
	found, err := db.Verify(a.ctx)
	return append(problems, found...), err
}
