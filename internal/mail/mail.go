// Package mail sends the newsroom's mail: confirmations, invitations, notices.
//
// Nobody sends mail directly. [Enqueue] puts a message into the job queue in
// the transaction of the change that causes it, and the handler that [Deliver]
// makes hands it to the one [Sender] of the program: [SMTP], or a [Box] that
// keeps messages for a person or a test to look at.
package mail

import (
	"context"
	"net/mail"
	"strings"

	"broadsheet/internal/errs"
)

// A Message is a mail to one person. Text is required; HTML is the same in
// another form, for those who like it.
type Message struct {
	ID      string `json:"id"` // set by Enqueue; the same at every attempt, so that a mail program can drop a repetition
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html,omitempty"`
}

// A Sender hands a message on. It may be called at once from several
// goroutines, and again with a message that failed.
type Sender interface {
	// Send returns an error of kind errs.Invalid for a message that will
	// never be accepted; after any other error it is worth another try.
	Send(ctx context.Context, m Message) error
}

// Limits of a message. Addresses are limited by RFC 5321.
const (
	maxAddress = 254
	maxSubject = 500
	maxBody    = 1 << 20
)

// check returns an error of kind errs.Invalid if m cannot be sent by anybody.
func (m Message) check() error {
	if _, err := mail.ParseAddress(m.To); err != nil || len(m.To) > maxAddress {
		return errs.E(errs.Invalid, "%q is not an e-mail address", m.To)
	}
	if strings.ContainsAny(m.Subject, "\r\n") || m.Subject == "" || len(m.Subject) > maxSubject {
		return errs.E(errs.Invalid, "the subject of a mail is one line of at most %d bytes", maxSubject)
	}
	if m.Text == "" || len(m.Text)+len(m.HTML) > maxBody {
		return errs.E(errs.Invalid, "a mail needs a text, and holds at most %d bytes", maxBody)
	}
	return nil
}
