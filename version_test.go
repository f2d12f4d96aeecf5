package main

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	for want, settings := range map[string][]debug.BuildSetting{
		"unknown":                  {{Key: "vcs", Value: "git"}},
		"0123456789ab, 2026-03-09": {{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-03-09T08:00:00Z"}, {Key: "vcs.modified", Value: "false"}},
		"0123456789ab, 2026-03-09, changed since": {{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-03-09T08:00:00Z"}, {Key: "vcs.modified", Value: "true"}},
		"0123": {{Key: "vcs.revision", Value: "0123"}},
	} {
		if got := commit(settings); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	release = "v1.2.3"
	defer func() { release = "" }()
	if version() != release {
		t.Errorf("got %q, want the release", version())
	}
}
