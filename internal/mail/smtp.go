package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"broadsheet/internal/errs"
)

const smtpTimeout = 30 * time.Second

// SMTP is a Sender that hands messages to a mail server. It opens a connection
// for each message: a newsroom's mail is rare, and servers hang up on idle ones.
type SMTP struct {
	host string
	opts []gomail.Option
	from *mail.Address
}

// NewSMTP returns a Sender for the server at rawURL, which begins with
//
//	smtp://        port 587, STARTTLS required
//	smtps://       port 465, TLS from the first byte
//	smtp+plain://  port 25, no encryption; for a relay on the same machine
//
// and may hold a user and a password. From is the sender of every message.
func NewSMTP(rawURL, from string) (*SMTP, error) { return newSMTP(rawURL, from, nil) }

// newSMTP is NewSMTP with the TLS configuration that a test needs to trust its
// own server.
func newSMTP(rawURL, from string, trust *tls.Config) (*SMTP, error) {
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("sender of mail: %w", err)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, errors.New("the address of the mail server is not a URL")
	}
	opts := []gomail.Option{gomail.WithTimeout(smtpTimeout)}
	var port int
	switch u.Scheme {
	case "smtp":
		opts, port = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory)), 587
	case "smtps":
		opts, port = append(opts, gomail.WithSSL()), 465
	case "smtp+plain":
		opts, port = append(opts, gomail.WithTLSPolicy(gomail.NoTLS)), 25
	default:
		return nil, fmt.Errorf("the address of the mail server begins with smtp://, smtps:// or smtp+plain://, not %s://", u.Scheme)
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fmt.Errorf("port of the mail server: %w", err)
		}
	}
	opts = append(opts, gomail.WithPort(port))
	if trust != nil {
		opts = append(opts, gomail.WithTLSConfig(trust))
	}
	if password, ok := u.User.Password(); ok {
		auth := gomail.SMTPAuthAutoDiscover
		if u.Scheme == "smtp+plain" {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(auth), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(u.Hostname(), opts...); err != nil {
		return nil, fmt.Errorf("mail server %s: %w", u.Hostname(), err)
	}
	return &SMTP{u.Hostname(), opts, sender}, nil
}

// Send hands m to the mail server.
func (s *SMTP) Send(ctx context.Context, m Message) (err error) {
	defer errs.Wrap(&err, "send mail by %s", s.host)
	if err := m.check(); err != nil {
		return err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return &errs.Error{Kind: errs.Invalid, Message: "not an e-mail address", Err: err}
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetMessageID()
	if m.ID != "" {
		msg.SetMessageIDWithValue(m.ID)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	client, err := gomail.NewClient(s.host, s.opts...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if refused, ok := errors.AsType[*gomail.SendError](err); ok && refused.ErrorCode() >= 500 {
		return &errs.Error{Kind: errs.Invalid, Message: "the mail server refuses this mail", Err: err}
	}
	return err
}
