package reading

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	r := testReader(t)
	for _, c := range []struct{ in, want string }{
		{"两岸检查", "两癌检查"},
		{"家挺教育", "家庭教育"},
		{"江口圆社区", "江口园社区"},
		{"双圆村", "双元村"},
		{"普发", "普法"},
	} {
		if got := r.Nearest(c.in); !slices.Contains(got, c.want) || len(got) > 5 {
			t.Errorf("%s: got %q, expected %s among at most 5", c.in, got, c.want)
		}
	}
	for _, in := range []string{"", "天", "今天天气真的非常好啊我们出去走走", "xyz"} {
		if got := r.Nearest(in); len(got) > 0 {
			t.Errorf("%q: got %q, expected nothing", in, got)
		}
	}
}

// TestNearestAll: villages one character apart are all offered, none is preferred.
func TestNearestAll(t *testing.T) {
	got := testReader(t).Nearest("双x村")
	for _, want := range []string{"双元村", "双龙村", "双鸣村", "双门村", "双飞村"} {
		if !slices.Contains(got, want) {
			t.Errorf("got %q, expected %s too", got, want)
		}
	}
}
