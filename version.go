package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// release is the released version, set by -ldflags "-X main.release=v1.2.3"; a build from a checkout tells its commit.
var release string

// version says which program this is: the release or commit it was built from.
func version() string {
	if release != "" {
		return release
	}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := build.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return commit(build.Settings)
}

// commit names the commit of a build from a checkout.
func commit(settings []debug.BuildSetting) string {
	of := map[string]string{}
	for _, s := range settings {
		of[s.Key] = s.Value
	}
	revision := of["vcs.revision"]
	if revision == "" {
		return "unknown"
	}
	words := []string{revision[:min(len(revision), 12)]}
	if at, _, ok := strings.Cut(of["vcs.time"], "T"); ok {
		words = append(words, at)
	}
	if of["vcs.modified"] == "true" {
		words = append(words, "changed since")
	}
	return strings.Join(words, ", ")
}

// versionCommand prints what to say when asking for help.
type versionCommand struct{}

func (versionCommand) Run(w *world) error {
	_, err := fmt.Fprintf(w.out, "huibao %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
