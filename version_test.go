package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestVersionOfARelease(t *testing.T) {
	release = "v1.2.3"
	defer func() { release = "" }()
	var out strings.Builder
	if code := run(t.Context(), []string{"version"}, &out, io.Discard, time.Now); code != 0 || !strings.HasPrefix(out.String(), "huibao v1.2.3 (go") {
		t.Errorf("got %q and exit code %d", out.String(), code)
	}
}
