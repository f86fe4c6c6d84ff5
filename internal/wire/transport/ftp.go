package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/textproto"
	"path"
	"strings"
	"time"

	"github.com/jlaffaye/ftp"

	"broadsheet/internal/errs"
)

// An ftpBox is a folder on an FTP server.
type ftpBox struct {
	conn    *ftp.ServerConn
	dir     string
	precise bool // the server tells times to the second
}

// openFTP connects in clear text, or for FTPS by explicit TLS (RFC 4217), on port 990
// by TLS from the beginning.
func openFTP(ctx context.Context, c *Config) (box, error) {
	u, address := c.host("21")
	host := u.Hostname()
	var peer string // the server, as it was resolved: data connections go there and nowhere else
	dial := func(_, to string) (net.Conn, error) {
		if peer == "" {
			conn, err := c.connect(ctx, to)
			if err == nil {
				peer, _, err = net.SplitHostPort(conn.RemoteAddr().String())
			}
			return conn, err
		}
		_, port, err := net.SplitHostPort(to)
		if err != nil {
			return nil, err
		}
		conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", joinHost(peer, port))
		if err != nil {
			return nil, err
		}
		return &bounded{watch(ctx, conn), 2 * MaxFile}, nil
	}
	var options []ftp.DialOption
	if c.Kind == FTPS {
		config, explicit := c.tls(host), u.Port() != "990"
		dial = overTLS(dial, config, explicit)
		if explicit {
			options = append(options, ftp.DialWithExplicitTLS(config))
		} else {
			options = append(options, ftp.DialWithTLS(config))
		}
	}
	conn, err := ftp.Dial(address, append(options, ftp.DialWithContext(ctx), ftp.DialWithDialFunc(dial), ftp.DialWithShutTimeout(10*time.Second))...)
	if err != nil {
		return nil, describe(address, err)
	}
	user := c.User
	if user == "" {
		user = "anonymous"
	}
	if err := conn.Login(user, string(c.Secret)); err != nil {
		_ = conn.Quit()
		return nil, loginFault(u.Host, err)
	}
	b := &ftpBox{conn: conn, precise: conn.IsTimePreciseInList()}
	if err := b.enter(u.Path); err != nil {
		_ = conn.Quit()
		return nil, err
	}
	return b, nil
}

// enter finds the folder of an address: it begins where the user is after signing in
// (RFC 1738, 3.2.2). Servers list a folder that is not there as an empty one.
func (b *ftpBox) enter(dir string) error {
	home, err := b.home()
	if err != nil {
		return fmt.Errorf("find the folder: %w", err)
	}
	b.dir = path.Join(home, dir)
	err = b.conn.ChangeDir(b.dir)
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return &errs.Error{Kind: errs.Invalid, Message: "The server does not open the folder " + b.dir + ": " + reply.Msg, Err: err}
	}
	return err
}

// loginFault says that a server refused the user, in words.
func loginFault(host string, err error) error {
	if reply, ok := errors.AsType[*textproto.Error](err); ok && reply.Code == ftp.StatusNotLoggedIn {
		return &errs.Error{Kind: errs.Denied, Message: host + " refuses this user and secret.", Err: err}
	}
	return fmt.Errorf("sign in to %s: %w", host, err)
}

// overTLS encrypts what dial connects. Explicitly, the control connection, the first,
// begins in clear text and the library asks for TLS on it.
func overTLS(dial func(string, string) (net.Conn, error), config *tls.Config, explicit bool) func(string, string) (net.Conn, error) {
	control := true
	return func(network, to string) (net.Conn, error) {
		conn, err := dial(network, to)
		plain := control && explicit
		control = false
		if err != nil || plain {
			return conn, err
		}
		return tls.Client(conn, config), nil
	}
}

// home asks where the user is. The library does not expect half a reply.
func (b *ftpBox) home() (dir string, err error) {
	defer func() {
		if recover() != nil {
			err = io.ErrUnexpectedEOF
		}
	}()
	return b.conn.CurrentDir()
}

func (b *ftpBox) path(name string) string { return path.Join(b.dir, name) }

// missing makes the reply "no such file" fs.ErrNotExist, and any other about a file
// errRefused. Servers tell them apart in words only.
func missing(err error) error {
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok || reply.Code != ftp.StatusFileUnavailable {
		return err
	}
	says := strings.ToLower(reply.Msg)
	for _, words := range []string{"no such", "not found", "failed to open", "could not get file size", "doesn't exist", "does not exist"} {
		if strings.Contains(says, words) {
			return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
		}
	}
	return refused(err)
}

func (b *ftpBox) list() ([]entry, error) {
	found, err := b.conn.List(b.dir)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", b.dir, err)
	}
	var all []entry
	for _, e := range found {
		if e.Type == ftp.EntryTypeFile {
			at := e.Time
			if !b.precise {
				at = at.Truncate(time.Minute)
			}
			all = append(all, entry{e.Name, int64(min(e.Size, 1<<62)), at})
		}
	}
	return all, nil
}

func (b *ftpBox) read(name string) (raw []byte, err error) {
	r, err := b.conn.Retr(b.path(name))
	if err != nil {
		return nil, missing(err)
	}
	raw, err = readAll(r)
	// The server's last word is read by Close: it says whether the file was whole.
	if closing := r.Close(); !errors.Is(err, errTooLarge) {
		err = errors.Join(err, closing)
	}
	return raw, err
}

func (b *ftpBox) size(name string) (int64, error) {
	n, err := b.conn.FileSize(b.path(name))
	return n, missing(err)
}

func (b *ftpBox) rename(from, to string) error {
	return missing(b.conn.Rename(b.path(from), b.path(to)))
}

func (b *ftpBox) mkdir(name string) error {
	err := b.conn.MakeDir(b.path(name))
	if reply, ok := errors.AsType[*textproto.Error](err); ok && (reply.Code == ftp.StatusFileUnavailable || reply.Code == 521) {
		return nil // it is there, or the rename will say why not
	}
	return err
}

func (b *ftpBox) remove(name string) error { return missing(b.conn.Delete(b.path(name))) }

func (b *ftpBox) close() error { return b.conn.Quit() }
