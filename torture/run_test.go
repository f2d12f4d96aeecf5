package torture

import (
	"slices"
	"testing"
	"time"

	"huibao/report"
)

// TestJudge: an event is lost, doubled or wrong as the ledger has none, two, or other numbers of it.
func TestJudge(t *testing.T) {
	w := worked{&works[0], report.Date(2026, 3, 1), 200, 300}
	place := event{"430527100001", w.kind.code, w.day}
	c := &cadre{villager: villager{area: place.area}}
	for _, x := range []struct {
		name  string
		is    counted
		taken bool
		want  outcome
	}{
		{"right", counted{1, 200, 300}, false, outcome{}},
		{"lost", counted{}, false, outcome{lost: 1}},
		{"doubled", counted{2, 400, 600}, false, outcome{doubled: 1}},
		{"edit lost", counted{1, 193, 300}, false, outcome{wrong: 1}},
		{"taken back", counted{}, true, outcome{}},
		{"taken back and counted", counted{1, 200, 300}, true, outcome{doubled: 1}},
	} {
		sums := map[event]counted{place: x.is}
		if got := c.judge(&told{events: []worked{w}, taken: x.taken}, sums); got != x.want {
			t.Errorf("%s: %+v, want %+v", x.name, got, x.want)
		}
		if len(sums) > 0 {
			t.Errorf("%s: what was judged is still among what nobody told", x.name)
		}
	}
}

// TestReplyTo finds the answered message in a form and in JSON.
func TestReplyTo(t *testing.T) {
	for _, body := range []string{
		"--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n200001\r\n--x\r\nContent-Disposition: form-data; name=\"reply_parameters\"\r\n\r\n{\"message_id\":7,\"allow_sending_without_reply\":true}\r\n--x--",
		`{"chat_id":200001,"text":"收到","reply_parameters":{"allow_sending_without_reply":true,"message_id":7}}`,
	} {
		if m := replyTo.FindStringSubmatch(body); m == nil || m[1] != "200001" || m[2] != "7" {
			t.Errorf("%q: %q", body, m)
		}
	}
}

// TestGrown: what grows a little is noise, what grows on is a fault.
func TestGrown(t *testing.T) {
	early := minute{rss: 40 << 10, goroutines: 60, p99: 40 * time.Millisecond}
	for _, x := range []struct {
		name string
		late minute
		want []string
	}{
		{"the same", early, nil},
		{"noise", minute{rss: 50 << 10, goroutines: 70, p99: 170 * time.Millisecond}, nil},
		{"memory", minute{rss: 57 << 10, goroutines: 60, p99: early.p99}, []string{"memory grows"}},
		{"goroutines", minute{rss: early.rss, goroutines: 71, p99: early.p99}, []string{"goroutines grow"}},
		{"waiting", minute{rss: early.rss, goroutines: 60, p99: 190 * time.Millisecond}, []string{"answers take longer and longer"}},
	} {
		if got := x.late.grown(early); !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// TestVillagers are of different villages, and as many as are wanted.
func TestVillagers(t *testing.T) {
	list, err := villagers(60)
	if err != nil || len(list) != 60 {
		t.Fatalf("%d, %v", len(list), err)
	}
	seen := map[string]bool{}
	for _, v := range list {
		if seen[v.area] {
			t.Errorf("%s has two", v.area)
		}
		seen[v.area] = true
	}
}

// TestTrialsHaveTurns: everything comes once before anything comes again.
func TestTrialsHaveTurns(t *testing.T) {
	a := &arena{r: newRandom(1, 0)}
	all := trials()
	order := a.schedule(all)
	seen := map[string]bool{}
	for round := range order {
		seen[a.next(all, order, round).name] = true
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d", len(seen), len(all))
	}
}
