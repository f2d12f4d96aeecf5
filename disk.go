//go:build unix

package main

import "syscall"

// diskFree gives the bytes that the account may still write in a folder.
func diskFree(folder string) (free int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
