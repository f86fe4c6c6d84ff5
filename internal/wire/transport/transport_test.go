package transport_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/internal/wire/transport"
	"broadsheet/internal/wire/transport/transporttest"
)

var private = []string{"127.0.0.1"}

func TestFolder(t *testing.T) {
	for _, after := range []transport.After{transport.Keep, transport.Move, transport.Delete} {
		t.Run(string(after), func(t *testing.T) {
			t.Parallel()
			transporttest.Run(t, func(t *testing.T) transporttest.Rig {
				dir := t.TempDir()
				return transporttest.Rig{
					Config: transport.Config{Kind: transport.Folder, Address: dir, After: after},
					Put:    transporttest.Drop(dir),
				}
			})
		})
	}
}

func TestPull(t *testing.T) {
	for _, conditions := range []bool{true, false} {
		t.Run(fmt.Sprintf("conditions %t", conditions), func(t *testing.T) {
			t.Parallel()
			transporttest.Run(t, func(t *testing.T) transporttest.Rig {
				port := transporttest.Ports(t, 1)[0]
				feed := &feed{conditions: conditions}
				serveAt(t, net.JoinHostPort(transporttest.Inner, port), feed)
				return transporttest.Rig{
					Config: transport.Config{
						Kind: transport.Pull, Address: "http://127.0.0.1:" + port + "/feed.xml", After: transport.Keep, Private: private,
					},
					Put: feed.put, Cut: transporttest.NewProxy(t, port), One: true,
				}
			})
		})
	}
}

// A feed is an agency's web address.
type feed struct {
	conditions bool

	mu   sync.Mutex
	data []byte
}

func (f *feed) put(_ *testing.T, _ string, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.data = data
}

func (f *feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	data := f.data
	f.mu.Unlock()
	if f.conditions {
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, len(data)))
		http.ServeContent(w, r, "feed.xml", time.Time{}, strings.NewReader(string(data)))
		return
	}
	for part := range strings.SplitAfterSeq(string(data), "\n") { // in chunks, without a length
		_, _ = fmt.Fprint(w, part)
	}
}

func serveAt(t *testing.T, address string, h http.Handler) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	srv := &httptest.Server{Listener: l, Config: &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}}
	srv.Start()
	t.Cleanup(srv.Close)
}

func TestFTP(t *testing.T) {
	for _, after := range []transport.After{transport.Keep, transport.Move, transport.Delete} {
		t.Run(string(after), func(t *testing.T) {
			t.Parallel()
			transporttest.Run(t, func(t *testing.T) transporttest.Rig {
				dir, port, proxy := transporttest.VSFTPD(t, "")
				return transporttest.Rig{
					Config: transport.Config{Kind: transport.FTP, Address: "ftp://127.0.0.1:" + port + "/in", After: after, Private: private},
					Put:    put(t, dir, "in"), Cut: proxy,
				}
			})
		})
	}
}

// put makes a folder in dir and drops into it.
func put(t *testing.T, dir, name string) func(*testing.T, string, []byte) {
	t.Helper()
	transporttest.Drop(filepath.Join(dir, name))(t, ".keep", nil)
	return transporttest.Drop(filepath.Join(dir, name))
}

func TestFTPS(t *testing.T) {
	cert, roots := certificate(t)
	transporttest.Run(t, func(t *testing.T) transporttest.Rig {
		dir, port, proxy := transporttest.VSFTPD(t, cert)
		return transporttest.Rig{
			Config: transport.Config{
				Kind: transport.FTPS, Address: "ftps://127.0.0.1:" + port + "/in", After: transport.Move, Private: private, Roots: roots,
			},
			Put: put(t, dir, "in"), Cut: proxy,
		}
	})
}

func TestSFTP(t *testing.T) {
	for _, after := range []transport.After{transport.Keep, transport.Move, transport.Delete} {
		t.Run(string(after), func(t *testing.T) {
			t.Parallel()
			port, key, hostKey, proxy := transporttest.SSHD(t)
			transporttest.Run(t, func(t *testing.T) transporttest.Rig {
				dir := t.TempDir()
				proxy.Heal()
				return transporttest.Rig{
					Config: transport.Config{
						Kind: transport.SFTP, Address: "sftp://127.0.0.1:" + port + (&url.URL{Path: dir}).EscapedPath(), User: transporttest.Me(t).Username,
						Secret: transport.Secret(key), HostKey: hostKey, After: after, Private: private,
					},
					Put: transporttest.Drop(dir), Cut: proxy,
				}
			})
		})
	}
}

// certificate returns a file of a key and a certificate for 127.0.0.1, and who trusts it.
func certificate(t *testing.T) (string, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plan := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	return transporttest.Write(t, filepath.Join(t.TempDir(), "cert.pem"), string(text)), roots
}

func TestIMAP(t *testing.T) {
	cert, roots := certificate(t)
	for _, after := range []transport.After{transport.Keep, transport.Delete} {
		t.Run(string(after), func(t *testing.T) {
			t.Parallel()
			transporttest.Run(t, func(t *testing.T) transporttest.Rig {
				port, maildir, proxy := transporttest.Dovecot(t, cert)
				return transporttest.Rig{
					Config: transport.Config{
						Kind: transport.IMAP, Address: "imaps://127.0.0.1:" + port + "/INBOX", User: "desk", Secret: "secret", After: after,
						Private: private, Roots: roots,
					},
					Put: transporttest.Drop(filepath.Join(maildir, "new")), Cut: proxy,
				}
			})
		})
	}
}
