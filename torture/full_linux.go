package torture

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// limitFiles lets a process make no file larger than so many bytes, as if the disk were full there; a negative number lets
// it again. Only the soft limit moves, so no privilege is needed.
func limitFiles(p *process, bytes int64) error {
	var limit unix.Rlimit
	pid := p.command.Process.Pid
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &limit); err != nil {
		return fmt.Errorf("read the limit of files: %w", err)
	}
	limit.Cur = limit.Max
	if bytes >= 0 {
		limit.Cur = uint64(bytes)
	}
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		return fmt.Errorf("set the limit of files: %w", err)
	}
	return nil
}

const canFill = true
