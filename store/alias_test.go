package store

import (
	"testing"

	"huibao/report"
)

func aliases(t *testing.T, w *world) {
	inForce := func() (words []string) {
		w.read(func(v *View) {
			for _, a := range must(v.Reference()).Aliases {
				words = append(words, a.Word+" "+string(a.State))
			}
		})
		return words
	}
	offer := func(word string, area, by int64) (a report.Alias, fresh bool) {
		w.write(func(tx *Tx) {
			var err error
			a, fresh, err = tx.OfferAlias(report.Alias{Word: word, Kind: report.AliasActivity, Target: "screening", Area: area, By: by})
			check(err)
		})
		return a, fresh
	}
	change := func(a report.Alias, to report.AliasState, judge int64) report.Alias {
		w.write(func(tx *Tx) { a = must(tx.ChangeAlias(a, to, judge)) })
		return a
	}
	first, fresh := offer("两岸检查", community, w.li)
	w.equal(fresh, true)
	w.equal(inForce(), []string(nil))
	_, fresh = offer("两岸检查", community, w.li)
	w.equal(fresh, false)
	once := change(first, report.AliasOnce, 0)
	_, fresh = offer("两岸检查", community, w.li)
	w.equal(fresh, false)
	w.is(w.tryWrite(func(tx *Tx) { must(tx.ChangeAlias(first, report.AliasLocal, 0)) }), ErrNotFound)

	// Another member of the same area is asked too, and a word that was taken back there is never asked about again.
	second, fresh := offer("两岸检查", community, w.wang)
	w.equal(fresh, true)
	second = change(second, report.AliasLocal, 0)
	w.equal(inForce(), []string{"两岸检查 local"})
	second = change(second, report.AliasCounty, w.chen)
	w.equal(inForce(), []string{"两岸检查 county"})
	w.read(func(v *View) {
		w.equal(must(v.Alias(second.ID)), second)
		w.equal(second.Judge, w.chen)
		w.equal(must(v.Alias(once.ID)), once)
		_, err := v.Alias(404)
		w.is(err, ErrNotFound)
	})
	change(second, report.AliasRemoved, w.chen)
	w.equal(inForce(), []string(nil))
	_, fresh = offer("两岸检查", community, w.chen)
	w.equal(fresh, false)

	// What is undone is not known to anyone.
	third, _ := offer("夜校", changpu, w.wang)
	w.is(w.tryWrite(func(tx *Tx) {
		must(tx.ChangeAlias(third, report.AliasLocal, 0))
		w.equal(len(must(tx.Reference()).Aliases), 1)
		check(ErrStale)
	}), ErrStale)
	w.equal(inForce(), []string(nil))
}

func messagesWith(t *testing.T, w *world) {
	w.write(func(tx *Tx) {
		for i, text := range []string{"两岸检查 45人", "办结率100%", "其他", "昨天两岸检查 12人", "a_b"} {
			_, _, err := tx.AddMessage(Message{Chat: w.chat, TgMessage: int64(100 + i), Member: w.li, Sent: tx.Now(), Text: text})
			check(err)
		}
	})
	for word, want := range map[string][]string{
		"两岸检查": {"昨天两岸检查 12人", "两岸检查 45人"},
		"0%":   {"办结率100%"},
		"%":    {"办结率100%"},
		"_":    {"a_b"},
		`\`:    nil,
	} {
		w.read(func(v *View) {
			var texts []string
			for _, m := range must(v.MessagesWith(word, 10)) {
				texts = append(texts, m.Text)
			}
			w.equal(texts, want)
		})
	}
	w.read(func(v *View) { w.equal(len(must(v.MessagesWith("两岸检查", 1))), 1) })
}
