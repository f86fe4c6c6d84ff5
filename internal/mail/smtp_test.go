package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"broadsheet/internal/errs"
)

// server is a real mail server on the loopback that keeps what it is given.
type server struct {
	addr    string
	trust   *tls.Config
	got     chan string // one raw message each
	refuse  *smtp.SMTPError
	withTLS bool // whether the running session is encrypted, as seen at MAIL FROM
	user    string
}

type session struct {
	srv  *server
	conn *smtp.Conn
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{s, c}, nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "secret" {
			return errors.New("wrong password")
		}
		s.srv.user = user
		return nil
	}), nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error {
	_, s.srv.withTLS = s.conn.TLSConnectionState()
	return nil
}

func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	if s.srv.refuse != nil {
		return s.srv.refuse
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.srv.got <- string(b)
	return err
}

func serve(t *testing.T, implicitTLS bool) *server {
	t.Helper()
	cert, pool := certificate(t)
	srv := &server{got: make(chan string, 1), trust: &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}}
	s := smtp.NewServer(srv)
	s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	s.AllowInsecureAuth = true
	s.ErrorLog = quiet{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv.addr = l.Addr().String()
	if implicitTLS {
		l = tls.NewListener(l, s.TLSConfig)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l)
	}()
	t.Cleanup(func() {
		s.Close()
		<-done
	})
	return srv
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:         true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func send(t *testing.T, srv *server, url string, m Message) error {
	t.Helper()
	s, err := newSMTP(strings.Replace(url, "HOST", srv.addr, 1), "Der Überbringer <desk@paper.example>", srv.trust)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return s.Send(ctx, m)
}

func TestSMTPDelivers(t *testing.T) {
	long := strings.Repeat("Zeitungen sind auch nur Menschen. ", 60)
	m := Message{ID: "0abc@broadsheet", To: "leser@example.org", Subject: "Grüße vom “Desk”", Text: "Hallo,\n.\n" + long, HTML: "<p>Hallo"}
	for _, tt := range []struct {
		name, url     string
		implicit, tls bool
		user          string
	}{
		{"no encryption", "smtp+plain://HOST", false, false, ""},
		{"no encryption, with password", "smtp+plain://desk:secret@HOST", false, false, "desk"},
		{"STARTTLS", "smtp://HOST", false, true, ""},
		{"STARTTLS, with password", "smtp://desk:secret@HOST", false, true, "desk"},
		{"TLS", "smtps://desk:secret@HOST", true, true, "desk"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := serve(t, tt.implicit)
			if err := send(t, srv, tt.url, m); err != nil {
				t.Fatal(err)
			}
			raw := <-srv.got
			if srv.withTLS != tt.tls || srv.user != tt.user {
				t.Errorf("encrypted %v as %q, want %v as %q", srv.withTLS, srv.user, tt.tls, tt.user)
			}
			checkMessage(t, raw, m)
		})
	}
}

func checkMessage(t *testing.T, raw string, m Message) {
	t.Helper()
	msg, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject = %q, %v", subject, err)
	}
	from, err := msg.Header.AddressList("From")
	if err != nil || from[0].Name != "Der Überbringer" || from[0].Address != "desk@paper.example" {
		t.Errorf("from = %v, %v", from, err)
	}
	if got := msg.Header.Get("Message-ID"); got != "<"+m.ID+">" {
		t.Errorf("message ID = %q", got)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(msg.Body, params["boundary"]).NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(part))
	if got := string(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))); err != nil || strings.TrimSpace(got) != strings.TrimSpace(m.Text) {
		t.Errorf("text = %q, %v", got, err)
	}
}

func TestSMTPTellsForGoodFromForNow(t *testing.T) {
	m := Message{To: "leser@example.org", Subject: "Hello", Text: "Hello"}
	for _, tt := range []struct {
		name    string
		refuse  *smtp.SMTPError
		invalid bool
	}{
		{"no such mailbox", &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}, true},
		{"greylisted", &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "try later"}, false},
	} {
		srv := serve(t, false)
		srv.refuse = tt.refuse
		err := send(t, srv, "smtp://HOST", m)
		if err == nil || errors.Is(err, errs.Invalid) != tt.invalid {
			t.Errorf("%s: %v, want invalid %v", tt.name, err, tt.invalid)
		}
	}
	srv := serve(t, false)
	if err := send(t, srv, "smtp://desk:wrong@HOST", m); err == nil || errors.Is(err, errs.Invalid) {
		t.Errorf("wrong password: %v, want an error that is worth another try", err)
	}
	if err := send(t, &server{addr: "127.0.0.1:1"}, "smtp+plain://HOST", m); err == nil || errors.Is(err, errs.Invalid) {
		t.Errorf("no server: %v, want an error that is worth another try", err)
	}
}

func TestSMTPNeverFallsBackToPlainText(t *testing.T) {
	srv := serve(t, false)
	srv.trust = &tls.Config{ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12} // the certificate is unknown
	if err := send(t, srv, "smtp://desk:secret@HOST", Message{To: "a@b.example", Subject: "s", Text: "t"}); err == nil {
		t.Error("mail was handed to a server with an unknown certificate")
	}
}

func TestBadServerURL(t *testing.T) {
	for _, url := range []string{"http://mail.example", "smtp://mail.example:port", "mail.example", "smtp://u:hunter2%zz@h"} {
		if _, err := NewSMTP(url, "desk@paper.example"); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("NewSMTP(%q) = %v", url, err)
		}
	}
}
