package bot

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// anyID is what stands in callback data for an id.
var anyID = regexp.MustCompile(`:-?\d+`)

// FuzzPress: whatever a client makes of callback data, nothing is dead-lettered, and someone from elsewhere changes nothing. It
// begins with the data of every button there is, and with ids in it that are none.
func FuzzPress(f *testing.F) {
	table, err := os.ReadFile("testdata/rights.txt")
	if err != nil {
		f.Fatal(err)
	}
	r := newRights(f, filepath.Join(f.TempDir(), "huibao.db"))
	for _, act := range rightsActs(string(table)) {
		data, press := strings.CutPrefix(strings.TrimSuffix(act, "]"), "[")
		if !press {
			continue
		}
		data = r.names.Replace(data)
		for _, id := range []string{"", ":-1", ":9223372036854775807", ":99999999999999999999", ":0", ":x", ":1:1:1:1"} {
			f.Add(anyID.ReplaceAllLiteralString(data, id))
		}
		f.Add(data)
		f.Add(strings.ToUpper(data) + ":")
	}
	for _, data := range []string{"", ":", "::::::", "a", "q:1", "\x00:1:1", "m:1:1:\u202e", "a:+1:1", "a: 1:1", "a:１:0", "t:1:2026-W99", "t:1:0000", "x:1:2026-13",
		"g:1:9999999-W10", "W:1:-1", "K:-2147483648:close", "B:2026:pick:B02:-1", strings.Repeat("9", 64), "q:1:g:a:" + strings.Repeat("x", 50), "D:1:1:0000-00-00"} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data string) {
		r.t = t
		if _, changed := r.try("["+data+"]", 1006, 1006); changed {
			t.Errorf("%q pressed by someone from elsewhere changed something", data)
		}
		r.try("["+data+"]", 1005, 1005)
	})
}
