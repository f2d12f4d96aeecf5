package sandbox_test

import (
	"testing"
	"time"

	"huibao/sandbox"
)

func TestClock(t *testing.T) {
	real := monday
	c := sandbox.NewClock(func() time.Time { return real })
	check := func(when string, want time.Time) {
		t.Helper()
		if got := c.Now(); !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s it is %v, want %v", when, got, want)
		}
	}
	check("at first", monday)
	_, changed := c.State()
	c.Advance(7 * 24 * time.Hour)
	select {
	case <-changed:
	default:
		t.Error("nobody was told of a change")
	}
	real = real.Add(time.Hour)
	check("an hour after a week's advance", monday.Add(7*24*time.Hour+time.Hour))
	c.Freeze(true)
	real = real.Add(time.Hour)
	check("an hour into a freeze", monday.Add(7*24*time.Hour+time.Hour))
	newYear := time.Date(2027, 1, 1, 8, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))
	c.Set(newYear)
	real = real.Add(time.Hour)
	check("set while frozen", newYear)
	if s, _ := c.State(); s.FrozenAt == nil || !s.FrozenAt.Equal(newYear) {
		t.Errorf("the state is %+v", s)
	}
	c.Freeze(false)
	real = real.Add(time.Minute)
	check("a minute after the thaw", newYear.Add(time.Minute))
	if s, _ := c.State(); s.FrozenAt != nil || !real.Add(s.Offset).Equal(c.Now()) {
		t.Errorf("the state is %+v", s)
	}
}

func TestClockOverHTTP(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if got := must(w.client.Clock(ctx)); !got.Now.Equal(monday) || !got.Frozen {
		t.Errorf("the clock is %+v", got)
	}
	if err := w.client.Advance(ctx, 90*time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Freeze(ctx, false); err != nil {
		t.Fatal(err)
	}
	if got := must(w.client.Clock(ctx)); !got.Now.Equal(monday.Add(90*time.Minute)) || got.Frozen {
		t.Errorf("the clock is %+v", got)
	}
	must(w.client.Say(ctx, w.limei, "一"))
	if got := must(w.client.Messages(ctx, w.limei, 1))[0].Date; got != monday.Add(90*time.Minute).Unix() {
		t.Errorf("a message is dated %d", got)
	}
}
