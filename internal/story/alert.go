package story

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
)

// TopicAlerts is the bus's topic of alerts, and EventAlert the kind of its events: one
// was opened, handled or changed.
const (
	TopicAlerts = "alerts"
	EventAlert  = "alert.changed"
)

// MaxReason is the longest reason for a decision, in bytes.
const MaxReason = 500

// A Policy says what an agency's kill or correction does by itself to what is out.
type Policy string

// The policies. What is not out is held under each of them.
const (
	Mark   Policy = "mark"   // nothing: the desk decides
	Hold   Policy = "hold"   // readers do not get the story, or the photo, until the desk has decided
	Remove Policy = "remove" // the copy or the photo is taken out of the story; where that cannot be, Hold
)

// Policies lists the policies.
func Policies() []Policy { return []Policy{Mark, Hold, Remove} }

// A Kind says what an alert is about.
type Kind string

// The kinds of alert.
const (
	KindKill       Kind = "kill"
	KindCorrection Kind = "correction"
	KindWithheld   Kind = "withheld"
	KindEmbargo    Kind = "embargo" // one that came when the story was out already
	KindExpiry     Kind = "expiry"
)

// An Alert says that an agency has ordered something about an item that a story uses, or
// a photo of the library.
type Alert struct {
	ID       id.ID
	Item     id.ID
	Story    id.ID // 0 for a photo that no story has
	Media    id.ID // the photo, where it is not about text; of several the first
	Kind     Kind
	Place    string // live, draft or library
	Agency   string
	Headline string // of the item
	Note     string // the agency's reason
	Effect   Policy // what was done by itself or by an editor: Hold takes the story from the readers while the alert is open
	Open     bool
	Opened   time.Time
	Handled  time.Time // zero while it is open
	By       string    // who handled it
	How      Decision
	Reason   string

	StoryHeadline string // of the draft, for lists
}

// Live reports whether readers had got what it is about.
func (a *Alert) Live() bool { return a.Place == placeLive }

// Minutes is how long it took, or takes, until it was handled.
func (a *Alert) Minutes(now time.Time) int {
	if !a.Open {
		now = a.Handled
	}
	return int(now.Sub(a.Opened) / time.Minute)
}

// A Decision is how an alert was handled.
type Decision string

// The decisions. The first five are an editor's; the others follow from what was done.
const (
	Keep       Decision = "keep"      // it stays as it is, for a reason
	Corrected  Decision = "corrected" // what it says now is right
	HoldIt     Decision = "hold"      // take the story from the readers; the alert stays open
	RemoveIt   Decision = "remove"    // take the copy or the photo out of what is published
	Seen       Decision = "seen"      // nothing is left to decide
	updated    Decision = "updated"   // saved or published without it
	withdrawn  Decision = "unpublished"
	reinstated Decision = "reinstated" // its agency has taken the order back
)

// May reports whether an editor may decide so about the alert.
func (a *Alert) May(d Decision) bool {
	order := a.Kind == KindKill || a.Kind == KindCorrection
	switch d {
	case Keep:
		return a.Open && order
	case Corrected:
		return a.Open && a.Kind == KindCorrection && a.Effect != Remove
	case HoldIt:
		return a.Open && order && a.Effect == Mark && a.Live()
	case RemoveIt:
		return a.Open && order && a.Effect != Remove && a.Live()
	case Seen:
		return a.Open && (!order || a.Effect == Remove || a.Place == placeLibrary)
	case updated, withdrawn, reinstated:
	}
	return false
}

// An AlertFilter selects alerts for the desk.
type AlertFilter struct {
	Handled bool  // those that were, instead of the open ones
	Before  id.ID // the last one of the page before
	Limit   int
}

// Alerts lists alerts, the newest first. Writers may.
func (s *Service) Alerts(ctx context.Context, by *account.Account, f AlertFilter) (list []Alert, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = alerts(ctx, tx, f, min(cmp.Or(f.Limit, maxPage), maxPage))
		return err
	})
	return list, err
}

// OpenAlerts counts the alerts that nobody has handled; more than 999 count as that. Writers may.
func (s *Service) OpenAlerts(ctx context.Context, by *account.Account) (n int, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return 0, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		n, err = countOpen(ctx, tx)
		return err
	})
	return n, err
}

// AlertsOf lists the open alerts about a story. Writers may.
func (s *Service) AlertsOf(ctx context.Context, by *account.Account, story id.ID) (list []Alert, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = openAlertsOf(ctx, tx, story)
		return err
	})
	return list, err
}

// Decide handles an alert. To keep what an agency has killed or corrected takes a
// reason. Editors may.
func (s *Service) Decide(ctx context.Context, by *account.Account, alert id.ID, d Decision, reason string) (err error) {
	defer errs.Wrap(&err, "decide alert %s", alert)
	if err := by.Must(account.StoryPublish); err != nil {
		return err
	}
	reason = oneLine(reason)
	switch {
	case len(reason) > MaxReason:
		return &errs.Error{Kind: errs.Invalid, Field: "reason", Message: "The reason is too long. Shorten it."}
	case d == Keep && reason == "":
		return &errs.Error{Kind: errs.Invalid, Field: "reason", Message: "Say why it is kept. The reason is kept with the alert."}
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		a, err := lockAlert(ctx, tx, alert)
		if err != nil {
			return err
		}
		if !a.May(d) {
			return errs.E(errs.Conflict, "That cannot be decided about this alert any more. Load the page again.")
		}
		return s.decide(ctx, tx, by, a, d, reason)
	})
}

func (s *Service) decide(ctx context.Context, tx *sqldb.Tx, by *account.Account, a *Alert, d Decision, reason string) error {
	switch d {
	case HoldIt:
		a.Effect = Hold
	case RemoveIt:
		done, err := s.takeOut(ctx, tx, a, by)
		if err != nil {
			return err
		}
		if !done {
			return errs.E(errs.Conflict, "Without it, nothing would be left that can stand alone. Hold the story, or unpublish it.")
		}
		if a, err = lockAlert(ctx, tx, a.ID); err != nil { // taking it out has handled the alert
			return err
		}
		a.Effect, a.How = Remove, d
	default:
		a.Open, a.Handled, a.By, a.How, a.Reason = false, s.now(), by.Name, d, reason
	}
	if err := updateAlert(ctx, tx, a); err != nil {
		return err
	}
	return s.reconsider(ctx, tx, a)
}

// Reopen takes a decision back. A version that was published without the copy stays.
// Editors may.
func (s *Service) Reopen(ctx context.Context, by *account.Account, alert id.ID) (err error) {
	defer errs.Wrap(&err, "reopen alert %s", alert)
	if err := by.Must(account.StoryPublish); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		a, err := lockAlert(ctx, tx, alert)
		if err != nil {
			return err
		}
		switch {
		case a.Open && a.Effect == Hold: // to hold it was the decision
			a.Effect = Mark
		case a.Open:
			return errs.E(errs.Conflict, "This alert is open.")
		default:
			a.Open, a.Handled, a.By, a.How, a.Reason = true, time.Time{}, "", "", ""
		}
		if err := updateAlert(ctx, tx, a); err != nil {
			return err
		}
		return s.reconsider(ctx, tx, a)
	})
}

// reconsider brings what readers see into line with an alert that has changed.
func (s *Service) reconsider(ctx context.Context, tx *sqldb.Tx, a *Alert) error {
	photos, err := s.Media.OfItem(ctx, tx, a.Item)
	if err != nil {
		return err
	}
	for i := range photos {
		held, err := photoHeldSince(ctx, tx, photos[i].Items())
		if err != nil {
			return err
		}
		if err := s.setAgency(ctx, tx, &photos[i], held); err != nil {
			return err
		}
	}
	if a.Story != 0 {
		if err := s.regate(ctx, tx, a.Story); err != nil {
			return err
		}
	}
	return bus.Publish(ctx, tx, TopicAlerts, EventAlert, struct{}{})
}

// setAgency stores what an agency says of a photo now; held is from when the newsroom
// holds it because of that, or zero.
func (s *Service) setAgency(ctx context.Context, tx *sqldb.Tx, p *media.Photo, held time.Time) error {
	items := p.Items()
	if len(items) == 0 {
		return nil
	}
	r, err := s.Wire.PhotoReleaseIn(ctx, tx, items[0], items[len(items)-1])
	if err != nil {
		return err
	}
	switch {
	case held.IsZero():
	case r.Status == wire.Canceled:
		r = r.With(wire.Release{Status: r.Status, Expires: held})
	default: // its caption may be what was wrong, so it is not as if it had expired
		r.Status = wire.Withheld
	}
	return s.Media.SetAgency(ctx, tx, p, agencyOf(r))
}

// settle closes the alerts about a story that holds what they are about no more: its
// draft while it was never out, else what is published.
func (s *Service) settle(ctx context.Context, tx *sqldb.Tx, story id.ID, by *account.Account) error {
	open, err := openAlertsOf(ctx, tx, story)
	if err != nil || len(open) == 0 {
		return err
	}
	uses, err := usesOfStory(ctx, tx, story)
	if err != nil {
		return err
	}
	live := map[id.ID]bool{}
	used := map[id.ID]bool{}
	for _, u := range uses {
		used[u.item] = true
		live[u.item] = live[u.item] || u.place == placeLive
	}
	for i := range open {
		a := &open[i]
		if live[a.Item] || a.Place == placeDraft && used[a.Item] || a.Effect == Remove && used[a.Item] {
			continue
		}
		if err := s.close(ctx, tx, a, by.Name, updated); err != nil {
			return err
		}
	}
	return nil
}

// withdrawn closes the alerts about a story that an editor has taken from the paper.
func (s *Service) withdrawn(ctx context.Context, tx *sqldb.Tx, story id.ID, by *account.Account) error {
	if err := dropUses(ctx, tx, story, placeLive); err != nil {
		return err
	}
	open, err := openAlertsOf(ctx, tx, story)
	if err != nil {
		return err
	}
	for i := range open {
		if !open[i].Live() {
			continue
		}
		if err := s.close(ctx, tx, &open[i], by.Name, withdrawn); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) close(ctx context.Context, tx *sqldb.Tx, a *Alert, by string, how Decision) error {
	a.Open, a.Handled, a.By, a.How = false, s.now(), by, how
	if err := updateAlert(ctx, tx, a); err != nil {
		return err
	}
	return bus.Publish(ctx, tx, TopicAlerts, EventAlert, struct{}{})
}

func lockAlert(ctx context.Context, tx *sqldb.Tx, alert id.ID) (*Alert, error) {
	a, err := alertByID(ctx, tx, alert)
	if errors.Is(err, errs.NotFound) {
		return nil, &errs.Error{Kind: errs.NotFound, Message: "There is no such alert.", Err: err}
	}
	return &a, err
}

// Title says in a line what has happened.
func (a *Alert) Title() string {
	agency := cmp.Or(a.Agency, "An agency")
	switch a.Kind {
	case KindKill:
		return agency + " has killed “" + a.Headline + "”"
	case KindCorrection:
		return agency + " has corrected “" + a.Headline + "”"
	case KindWithheld:
		return agency + " withholds “" + a.Headline + "”"
	case KindEmbargo:
		return agency + " has put an embargo on “" + a.Headline + "”"
	case KindExpiry:
		return agency + " has ended the use of “" + a.Headline + "”"
	}
	return strings.TrimSpace(agency + " " + string(a.Kind))
}
