package transport

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"path"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"broadsheet/internal/errs"
)

// An UnknownHost is an SFTP server whose key is not the pinned one, or none is pinned.
// It is errs.Denied: somebody must compare the fingerprint and pin the key.
type UnknownHost struct {
	Host        string
	Key         string // as HostKey of a Config takes it
	Fingerprint string // SHA256:…
	Changed     bool   // another key is pinned
}

func (u *UnknownHost) Error() string {
	if u.Changed {
		return "The key of " + u.Host + " has changed to " + u.Fingerprint + ". Ask the agency; if it is right, trust it again."
	}
	return "The key of " + u.Host + ", " + u.Fingerprint + ", is not trusted yet. Compare it with what the agency says, then trust it."
}

// As makes it an errs.Denied with the whole text as its message.
func (u *UnknownHost) As(target any) bool {
	if t, ok := target.(**errs.Error); ok {
		*t = errs.E(errs.Denied, "%s", u.Error())
		return true
	}
	return false
}

// Is reports that it is errs.Denied.
func (u *UnknownHost) Is(target error) bool { return target == errs.Denied }

// An sftpBox is a folder on an SFTP server.
type sftpBox struct {
	sftp *sftp.Client
	ssh  *ssh.Client
	dir  string
}

func openSFTP(ctx context.Context, c *Config) (box, error) {
	u, address := c.host("22")
	auth, err := c.sshAuth()
	if err != nil {
		return nil, err
	}
	check := &hostCheck{pinned: c.HostKey, host: u.Host}
	config := &ssh.ClientConfig{User: c.User, Auth: auth, HostKeyCallback: check.check, Timeout: 10 * time.Second}
	if key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(c.HostKey)); err == nil {
		config.HostKeyAlgorithms = algorithms(key.Type())
	}
	raw, err := c.connect(ctx, address)
	if err != nil {
		return nil, err
	}
	conn, channels, requests, err := ssh.NewClientConn(raw, address, config)
	if err != nil {
		return nil, errors.Join(sshFault(u.Host, check.unknown, err), raw.Close())
	}
	client := ssh.NewClient(conn, channels, requests)
	files, err := sftp.NewClient(client)
	if err != nil {
		return nil, errors.Join(describe(address, err), client.Close())
	}
	return &sftpBox{files, client, strings.TrimPrefix(path.Clean("/"+u.Path), "/~/")}, nil
}

// algorithms are those with which a pinned key may sign.
func algorithms(keyType string) []string {
	if keyType == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{keyType}
}

func sshFault(host string, unknown *UnknownHost, err error) error {
	if unknown != nil {
		return unknown
	}
	if strings.Contains(err.Error(), "unable to authenticate") {
		return &errs.Error{Kind: errs.Denied, Message: host + " refuses this user and secret.", Err: err}
	}
	return describe(host, err)
}

// sshAuth makes a private key in PEM sign, and gives anything else as a password.
func (c *Config) sshAuth() ([]ssh.AuthMethod, error) {
	secret := string(c.Secret)
	if !strings.Contains(secret, "-----BEGIN ") {
		answer := func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = secret
			}
			return answers, nil
		}
		return []ssh.AuthMethod{ssh.Password(secret), ssh.KeyboardInteractive(answer)}, nil
	}
	key, err := ssh.ParsePrivateKey([]byte(strings.TrimSpace(secret) + "\n"))
	if err != nil {
		return nil, errs.E(errs.Invalid, "The secret begins like a private key and is none that can be used. It must be without a passphrase.")
	}
	return []ssh.AuthMethod{ssh.PublicKeys(key)}, nil
}

type hostCheck struct {
	pinned, host string
	unknown      *UnknownHost
}

func (h *hostCheck) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	have := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	if pinned := strings.Fields(h.pinned); len(pinned) >= 2 && pinned[0]+" "+pinned[1] == have {
		return nil
	}
	h.unknown = &UnknownHost{Host: h.host, Key: have, Fingerprint: ssh.FingerprintSHA256(key), Changed: h.pinned != ""}
	return h.unknown
}

func (b *sftpBox) path(name string) string { return path.Join(b.dir, name) }

func (b *sftpBox) list() ([]entry, error) {
	found, err := b.sftp.ReadDir(b.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.E(errs.Invalid, "There is no folder %s on the server.", b.dir)
	}
	if err != nil {
		return nil, err
	}
	var all []entry
	for _, info := range found {
		if info.Mode().IsRegular() {
			all = append(all, entry{info.Name(), info.Size(), info.ModTime()})
		}
	}
	return all, nil
}

func (b *sftpBox) read(name string) (raw []byte, err error) {
	f, err := b.sftp.Open(b.path(name))
	if errors.Is(err, fs.ErrPermission) {
		return nil, refused(err)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fs.ErrNotExist
	case info.Size() > MaxFile:
		return nil, errTooLarge
	}
	raw, err = readAll(f)
	if err == nil && int64(len(raw)) < info.Size() {
		err = io.ErrUnexpectedEOF
	}
	return raw, err
}

func (b *sftpBox) size(name string) (int64, error) {
	info, err := b.sftp.Stat(b.path(name))
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (b *sftpBox) rename(from, to string) error { return b.sftp.Rename(b.path(from), b.path(to)) }

func (b *sftpBox) mkdir(name string) error {
	err := b.sftp.Mkdir(b.path(name))
	if err != nil {
		if info, other := b.sftp.Stat(b.path(name)); other == nil && info.IsDir() {
			return nil
		}
	}
	return err
}

func (b *sftpBox) remove(name string) error { return b.sftp.Remove(b.path(name)) }

func (b *sftpBox) close() error { return errors.Join(b.sftp.Close(), b.ssh.Close()) }
