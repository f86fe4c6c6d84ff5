package transporttest

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
)

// Inner is the loopback address at which a real server listens; a Proxy has the same
// ports at 127.0.0.1. So it also stands before the data connections of FTP.
const Inner = "127.0.0.2"

// A Proxy passes bytes on until it cuts all lines at once.
type Proxy struct {
	mu    sync.Mutex
	left  int64 // bytes that may pass; negative: any number
	conns map[net.Conn]bool
	done  bool
}

// NewProxy stands at 127.0.0.1 before the ports of Inner, until the test ends.
func NewProxy(t *testing.T, ports ...string) *Proxy {
	t.Helper()
	p := &Proxy{left: -1, conns: map[net.Conn]bool{}}
	var listeners []net.Listener
	for _, port := range ports {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			t.Fatal(err)
		}
		listeners = append(listeners, l)
	}
	var work sync.WaitGroup
	for _, l := range listeners {
		_, port, _ := net.SplitHostPort(l.Addr().String())
		work.Go(func() { p.serve(l, net.JoinHostPort(Inner, port), &work) })
	}
	t.Cleanup(func() {
		for _, l := range listeners {
			_ = l.Close()
		}
		p.mu.Lock()
		p.done = true
		p.mu.Unlock()
		p.hangUp()
		work.Wait()
	})
	return p
}

// After cuts all lines when n more bytes have passed, in whatever direction.
func (p *Proxy) After(n int64) {
	p.hangUp()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = n
}

// Heal lets everything pass.
func (p *Proxy) Heal() { p.After(-1) }

func (p *Proxy) hangUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *Proxy) serve(l net.Listener, to string, work *sync.WaitGroup) {
	for {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := new(net.Dialer).DialContext(context.Background(), "tcp", to)
		if err != nil {
			_ = near.Close()
			continue
		}
		p.mu.Lock()
		p.conns[near], p.conns[far] = true, true
		closed := p.done
		p.mu.Unlock()
		if closed {
			p.hangUp()
		}
		work.Go(func() { p.pass(near, far) })
		work.Go(func() { p.pass(far, near) })
	}
}

// pass copies until a side ends or the line is cut.
func (p *Proxy) pass(to, from net.Conn) {
	buffer := make([]byte, 4<<10)
	for {
		n, err := from.Read(buffer)
		allowed, cut := p.spend(int64(n))
		if _, failed := to.Write(buffer[:allowed]); failed != nil {
			err = failed
		}
		if cut {
			p.hangUp()
			err = io.ErrClosedPipe
		}
		if err != nil {
			_ = to.Close()
			_ = from.Close()
			p.mu.Lock()
			delete(p.conns, from)
			p.mu.Unlock()
			return
		}
	}
}

func (p *Proxy) spend(n int64) (allowed int64, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left < 0 {
		return n, false
	}
	allowed = min(n, p.left)
	p.left -= allowed
	return allowed, p.left == 0
}
