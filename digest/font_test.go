package digest

import (
	"strings"
	"testing"

	"huibao/report"
	demo "huibao/sandbox/county"
)

// TestLetters: what a county's pictures are made of can be drawn, in both weights.
func TestLetters(t *testing.T) {
	words := []string{"0123456789,.%约元场人次户份件／—-＋－…：、，()（）“”·〓"}
	areas, err := report.ParseAreas("areas.csv", demo.Areas())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range areas { // of the demo
		words = append(words, a.Name)
	}
	for _, a := range report.DefaultCatalogue().Activities {
		words = append(words, a.Name, a.Short)
		for _, m := range a.Measures {
			words = append(words, m.Name, m.Short, m.Unit)
		}
	}
	l := newLetters()
	for _, st := range []style{styleBody, styleValue} {
		for _, w := range words {
			if drawn := l.drawable(st, w); drawn != w {
				t.Errorf("%q is drawn as %q", w, drawn)
			}
		}
		if drawn := l.drawable(st, "上㙍村😀"); drawn != "上〓村〓" {
			t.Errorf("characters that the letters lack are drawn as %q", drawn)
		}
		if l.width(st, "〓") == 0 || l.width(st, "长铺镇") != 3*l.width(st, "长") {
			t.Errorf("wrong widths: %d, %d", l.width(st, "〓"), l.width(st, "长铺镇"))
		}
	}
}

// TestFit: words that are cut fit, and stay as they are where they need not be.
func TestFit(t *testing.T) {
	d := newCanvas()
	for _, words := range []string{"长铺镇", "", "长", strings.Repeat("长铺镇", 40)} {
		for _, most := range []int{40, 200, inner} {
			got := d.fit(styleBody, words, most)
			if d.width(styleBody, got) > most || d.width(styleBody, words) <= most && got != words {
				t.Errorf("%q in %d pixels became %q", words, most, got)
			}
		}
		if got := strings.Join(d.wrap(styleBody, words, 200), ""); got != words {
			t.Errorf("%q was wrapped as %q", words, got)
		}
	}
}
