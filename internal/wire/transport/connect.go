package transport

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/fetch"
)

func joinHost(host, port string) string { return net.JoinHostPort(host, port) }

// connect connects to an address that may be asked. The connection ends with ctx, and
// when its other side is silent for maxSilent.
func (c *Config) connect(ctx context.Context, address string) (net.Conn, error) {
	d := fetch.Dialer{AllowHosts: c.Private}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, describe(address, err)
	}
	return watch(ctx, conn), nil
}

func tlsClient(conn net.Conn, config *tls.Config) net.Conn { return tls.Client(conn, config) }

func (c *Config) tls(host string) *tls.Config {
	return &tls.Config{
		ServerName: host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12,
		ClientSessionCache: tls.NewLRUClientSessionCache(4), // an FTP server may want the data connection to be the same client's
	}
}

// describe says an error of a connection in one line. It keeps the message of one that
// was made for people.
func describe(address string, err error) error {
	if kind, _ := errs.Of(err); kind != errs.Internal {
		return err
	}
	return fmt.Errorf("connect to %s: %w", address, err)
}

// A watched connection is not waited for longer than maxSilent.
type watched struct {
	net.Conn
	stop func() bool
	once sync.Once
}

// A bounded connection gives no more than a file and what little surrounds it, so that
// a list without an end does not fill the memory.
type bounded struct {
	net.Conn
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.Conn.Read(p)
	b.left -= int64(n)
	return n, err
}

func watch(ctx context.Context, conn net.Conn) net.Conn {
	return &watched{Conn: conn, stop: context.AfterFunc(ctx, func() { _ = conn.Close() })}
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.SetReadDeadline(time.Now().Add(maxSilent)); err != nil {
		return 0, err
	}
	return w.Conn.Read(p)
}

func (w *watched) Write(p []byte) (int, error) {
	if err := w.SetWriteDeadline(time.Now().Add(maxSilent)); err != nil {
		return 0, err
	}
	return w.Conn.Write(p)
}

func (w *watched) Close() error {
	w.once.Do(func() { w.stop() })
	return w.Conn.Close()
}
