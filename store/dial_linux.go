package store

import (
	"strings"
	"syscall"
)

// tcpUserTimeout is TCP_USER_TIMEOUT of <netinet/tcp.h>, which package syscall lacks.
const tcpUserTimeout = 0x12

// giveUp bounds for how long what was sent over a connection may stay unacknowledged.
func giveUp(network, _ string, c syscall.RawConn) (err error) {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	failed := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(deadServer.Milliseconds()))
	})
	if failed != nil {
		return failed
	}
	return err
}
