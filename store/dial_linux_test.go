package store

import (
	"net"
	"syscall"
	"testing"
)

// A server whose machine is gone without a word is noticed within seconds.
func TestDeadServerIsGivenUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	e, err := newPostgres("postgres://huibao@" + listener.Addr().String() + "/huibao")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := e.config.DialFunc(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	patience := 0
	ended := raw.Control(func(fd uintptr) {
		patience, err = syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout)
	})
	if ended != nil || err != nil {
		t.Fatal(ended, err)
	}
	if patience != int(deadServer.Milliseconds()) {
		t.Errorf("what was sent may stay unacknowledged for %d ms, want %s", patience, deadServer)
	}
}
