package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/mail"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/story"
)

// killPolicy is what an agency's order does by itself to what is out: what the source says
// that it came by, else what the settings say.
func (n *Newsroom) killPolicy(ctx context.Context, tx *sqldb.Tx, service string) story.Policy {
	said, err := n.Sources.Takedown(ctx, tx, service)
	if err != nil {
		n.Log.ErrorContext(ctx, "a source's takedown policy cannot be read; the settings count", "service", service, "err", err)
	}
	return cmp.Or(story.Policy(said), story.Policy(n.Config.Wire.OnKill))
}

// maxAlarmed is how many alerts a mail lists.
const maxAlarmed = 50

// alarm mails what an agency has ordered to those whom the settings name, in the
// transaction of the order.
func (n *Newsroom) alarm(ctx context.Context, tx *sqldb.Tx, opened []story.Alert) error {
	to, err := n.alarmed(ctx, tx)
	if err != nil {
		return err
	}
	subject, text := alarmLetter(n.Config.Site.Name, n.Config.Site.URL, opened)
	for _, address := range to {
		if err := mail.Enqueue(ctx, tx, mail.Message{To: address, Subject: subject, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// alarmed are the addresses that wire.alarm_mail stands for.
func (n *Newsroom) alarmed(ctx context.Context, tx *sqldb.Tx) (to []string, err error) {
	var roles []account.Role
	for _, v := range n.Config.Wire.AlarmMail {
		if role, err := account.ParseRole(v); err == nil {
			roles = append(roles, role)
			continue
		}
		to = append(to, v)
	}
	if len(roles) == 0 {
		return to, nil
	}
	people, err := n.Accounts.StaffIn(ctx, tx, roles...)
	for _, p := range people {
		to = append(to, p.Email)
	}
	slices.Sort(to)
	return slices.Compact(to), err
}

func alarmLetter(paper, url string, opened []story.Alert) (subject, text string) {
	first := &opened[0]
	subject = strings.Join(strings.Fields(first.Title()), " ")
	if runes := []rune(subject); len(runes) > 150 {
		subject = string(runes[:149]) + "…"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s.\n\n", first.Title())
	if first.Note != "" {
		fmt.Fprintf(&b, "The agency says: %s\n\n", first.Note)
	}
	fmt.Fprintf(&b, "%s uses it here:\n\n", paper)
	for i := range opened[:min(len(opened), maxAlarmed)] {
		a := &opened[i]
		fmt.Fprintf(&b, "- %s: %s\n", what(a), done(a))
	}
	if more := len(opened) - maxAlarmed; more > 0 {
		fmt.Fprintf(&b, "- and %d more\n", more)
	}
	fmt.Fprintf(&b, "\nDecide here: %s/desk/alerts\n", url)
	return subject, b.String()
}

func what(a *story.Alert) string {
	switch {
	case a.Story == 0:
		return "a photo in the library"
	case a.Live() && a.Media != 0:
		return "a photo in a published story"
	case a.Live():
		return "a published story"
	}
	return "a draft"
}

func done(a *story.Alert) string {
	switch {
	case !a.Live():
		return "it cannot be published"
	case a.Effect == story.Hold:
		return "readers do not get it any more"
	case a.Effect == story.Remove:
		return "it was taken out of the page"
	}
	return "readers can still read it"
}
