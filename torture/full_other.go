//go:build !linux

package torture

// Other systems let a process limit its own files only, and this one is not to know that it is being tried.
func limitFiles(*process, int64) error { return nil }

const canFill = false
