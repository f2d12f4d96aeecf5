package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the released version, set by -ldflags "-X main.release=v1.2.3"; a build from a checkout tells its commit.
var release string

// version says which program this is: the release, or the commit it was built from as Go writes it
// (v0.0.0-20260309080000-0123456789ab, +dirty where something was changed since).
func version() string {
	if release != "" {
		return release
	}
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "(devel)" && build.Main.Version != "" {
		return build.Main.Version
	}
	return "unknown (built without its history)"
}

// versionCommand prints what to say when asking for help.
type versionCommand struct{}

func (versionCommand) Run(w *world) error {
	_, err := fmt.Fprintf(w.out, "huibao %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
