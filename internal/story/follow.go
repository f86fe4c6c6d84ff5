package story

import (
	"cmp"
	"context"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
)

// WireChanged follows a change of the wire to every draft, published story and photo that
// uses the item, in the transaction of the change: what readers may not see any more is
// held when the agency's file is answered. It belongs into wire.Service.OnChange.
func (s *Service) WireChanged(ctx context.Context, tx *sqldb.Tx, c *wire.Change) (err error) {
	defer errs.Wrap(&err, "follow the change of wire item %s", c.Item)
	uses, err := usesOfItem(ctx, tx, c.Item)
	if err != nil {
		return err
	}
	photos, err := s.Media.OfItem(ctx, tx, c.Item)
	if err != nil || len(uses) == 0 && len(photos) == 0 {
		return err
	}
	if len(uses) == maxUsesOfItem {
		return errs.E(errs.Internal, "wire item %s is used in more places than a kill reaches", c.Item)
	}
	f := &following{s: s, c: c, kind: s.kindOf(c), policy: Mark}
	if f.kind == KindKill || f.kind == KindCorrection {
		f.policy = s.policy(ctx, tx, c.Service)
	}
	if err := f.reinstate(ctx, tx); err != nil {
		return err
	}
	if err := f.photos(ctx, tx, photos); err != nil {
		return err
	}
	for len(uses) > 0 {
		n := 1
		for n < len(uses) && uses[n].story == uses[0].story {
			n++
		}
		if err := f.story(ctx, tx, uses[:n]); err != nil {
			return err
		}
		uses = uses[n:]
	}
	if err := f.library(ctx, tx, photos); err != nil {
		return err
	}
	return f.alarm(ctx, tx)
}

func (s *Service) policy(ctx context.Context, tx *sqldb.Tx, service string) Policy {
	if s.Policy == nil {
		return Mark
	}
	return s.Policy(ctx, tx, service)
}

// kindOf says what a change orders, or "" if there is nothing to be told of.
func (s *Service) kindOf(c *wire.Change) Kind {
	now := s.now()
	switch {
	case c.Killed():
		return KindKill
	case c.After.Status == wire.Canceled:
		return ""
	case c.After.Status == wire.Withheld && (c.First || c.Before.Status != wire.Withheld):
		return KindWithheld
	case c.After.EmbargoedAt(now) && !c.Before.EmbargoedAt(now):
		return KindEmbargo
	case c.After.ExpiredAt(now) && !c.Before.ExpiredAt(now):
		return KindExpiry
	case c.Correction && !c.First:
		return KindCorrection
	}
	return ""
}

// A following is one change on its way.
type following struct {
	s      *Service
	c      *wire.Change
	kind   Kind
	policy Policy
	opened []Alert
	has    map[id.ID]bool // photos that some story has
}

// photos tells the photos what their agency says now.
func (f *following) photos(ctx context.Context, tx *sqldb.Tx, photos []media.Photo) error {
	for i := range photos {
		held, err := photoHeldSince(ctx, tx, photos[i].Items())
		if err != nil {
			return err
		}
		if held.IsZero() && f.policy != Mark {
			held = f.s.now()
		}
		if err := f.s.setAgency(ctx, tx, &photos[i], held); err != nil {
			return err
		}
	}
	return nil
}

// reinstate closes the alerts that the agency has taken back.
func (f *following) reinstate(ctx context.Context, tx *sqldb.Tx) error {
	open, err := openAlertsAbout(ctx, tx, f.c.Item)
	if err != nil {
		return err
	}
	if f.c.Revived() {
		if err := forgetRemovals(ctx, tx, f.c.Item); err != nil {
			return err
		}
	}
	now := f.s.now()
	for i := range open {
		a := &open[i]
		over := a.Kind == KindKill && f.c.Revived() ||
			a.Kind == KindWithheld && f.c.After.Status == wire.Usable ||
			a.Kind == KindEmbargo && !f.c.After.EmbargoedAt(now) ||
			a.Kind == KindExpiry && !f.c.After.ExpiredAt(now)
		if !over {
			continue
		}
		if err := f.s.close(ctx, tx, a, cmp.Or(f.c.Agency, "its agency"), reinstated); err != nil {
			return err
		}
	}
	return nil
}

// story follows the change to one story, by its uses of the item: live ones first.
func (f *following) story(ctx context.Context, tx *sqldb.Tx, uses []use) error {
	a := f.about(uses)
	if f.kind != "" && (a.Live() || !f.onlyForReaders()) {
		if err := f.open(ctx, tx, &a); err != nil {
			return err
		}
		if err := f.remove(ctx, tx, &a); err != nil {
			return err
		}
	}
	return f.s.regate(ctx, tx, a.Story)
}

// about is the alert for a story with these uses: about its text, or else its first photo.
func (f *following) about(uses []use) Alert {
	a := Alert{Story: uses[0].story, Place: uses[0].place, Effect: Hold}
	text := false
	for _, u := range uses {
		if u.media != 0 {
			f.note(u.media)
		}
		switch {
		case u.place != a.Place:
		case u.media == 0:
			text = true
		case a.Media == 0:
			a.Media = u.media
		}
	}
	if text {
		a.Media = 0
	}
	if a.Live() && !f.onlyForReaders() {
		a.Effect = f.policy
	}
	return a
}

// remove takes the copy or photo out of what is published, if that is the policy; where
// that cannot be, the alert holds the story.
func (f *following) remove(ctx context.Context, tx *sqldb.Tx, a *Alert) error {
	if a.Effect != Remove || !a.Open {
		return nil
	}
	done, err := f.s.takeOut(ctx, tx, a, account.System())
	if err != nil || done {
		return err
	}
	a.Effect = Hold
	return updateAlert(ctx, tx, a)
}

// onlyForReaders reports whether a change concerns only what is out: drafts are checked
// when they are published.
func (f *following) onlyForReaders() bool {
	return f.kind == KindEmbargo || f.kind == KindExpiry || f.kind == KindWithheld
}

func (f *following) note(photo id.ID) {
	if f.has == nil {
		f.has = map[id.ID]bool{}
	}
	f.has[photo] = true
}

// library opens an alert for killed and corrected photos that no story has.
func (f *following) library(ctx context.Context, tx *sqldb.Tx, photos []media.Photo) error {
	if f.kind != KindKill && f.kind != KindCorrection {
		return nil
	}
	for i := range photos {
		if f.has[photos[i].ID] {
			continue
		}
		if err := f.open(ctx, tx, &Alert{Media: photos[i].ID, Place: placeLibrary, Effect: Hold}); err != nil {
			return err
		}
	}
	return nil
}

// open opens an alert, unless the same one is open.
func (f *following) open(ctx context.Context, tx *sqldb.Tx, a *Alert) error {
	open, err := openAlertsAbout(ctx, tx, f.c.Item)
	if err != nil {
		return err
	}
	for i := range open {
		if o := &open[i]; o.Story == a.Story && o.Kind == f.kind && (a.Story != 0 || o.Media == a.Media) {
			*a = *o
			return nil
		}
	}
	a.ID, a.Item, a.Kind, a.Open, a.Opened = id.New(), f.c.Item, f.kind, true, f.s.now()
	a.Agency, a.Headline, a.Note = f.c.Agency, f.c.Headline, f.c.Note
	if err := insertAlert(ctx, tx, a); err != nil {
		return err
	}
	f.opened = append(f.opened, *a)
	return bus.Publish(ctx, tx, TopicAlerts, EventAlert, struct{}{})
}

func (f *following) alarm(ctx context.Context, tx *sqldb.Tx) error {
	if len(f.opened) == 0 || f.s.Alarm == nil {
		return nil
	}
	return f.s.Alarm(ctx, tx, f.opened)
}

// takeOut publishes a version of an alert's story without the item's copy and photos.
// It reports false, and changes nothing, where what would be left cannot stand alone:
// no text, or a headline that is the agency's.
func (s *Service) takeOut(ctx context.Context, tx *sqldb.Tx, a *Alert, by *account.Account) (bool, error) {
	out, err := published(ctx, tx, a.Story)
	if err != nil {
		return false, err
	}
	st, err := byID(ctx, tx, a.Story, tx.ForUpdate())
	if err != nil {
		return false, err
	}
	uses, err := usesOfStory(ctx, tx, a.Story)
	if err != nil {
		return false, err
	}
	rest, err := s.without(ctx, tx, out.content, a.Item, uses)
	if err != nil || rest.Headline == "" || rest.Body.Empty() {
		return false, err
	}
	if rest.equal(&out.content) { // it was taken out before
		return true, nil
	}
	photos, err := s.Media.InTx(ctx, tx, mediaOf(&rest))
	if err != nil {
		return false, err
	}
	st.Content = rest
	what := "Copy"
	if a.Media != 0 {
		what = "A photo"
	}
	return true, s.publish(ctx, tx, st, &edition{
		live: s.live(st, photos, s.now()), content: rest,
		note: what + " from " + cmp.Or(a.Agency, "an agency") + " was taken out after its " + string(a.Kind) + ".",
	}, by)
}

// without returns c without what it has of an item. A headline or standfirst that is the
// item's own is emptied.
func (s *Service) without(ctx context.Context, tx *sqldb.Tx, c Content, item id.ID, uses []use) (Content, error) {
	gone := map[id.ID]bool{}
	for _, u := range uses {
		if u.item != item {
			continue
		}
		if u.media != 0 {
			gone[u.media] = true
			continue
		}
		headline, caption, err := s.Wire.LinesIn(ctx, tx, u.arrived)
		if err != nil {
			return c, err
		}
		theirs := Content{Headline: headline, Standfirst: caption}
		theirs.fit()
		if c.Headline == theirs.Headline {
			c.Headline = ""
		}
		if c.Standfirst == theirs.Standfirst {
			c.Standfirst = ""
		}
	}
	if gone[c.Lead] {
		c.Lead = 0
	}
	kept := []richtext.Node{}
	for i := range c.Body.Content {
		n := c.Body.Content[i]
		if from, ok := itemOf(n.Attrs.Origin); ok && from == item || n.Type == richtext.TypePhoto && gone[n.Attrs.Media] {
			continue
		}
		if gone[n.Attrs.Poster] {
			n.Attrs.Poster = 0
		}
		kept = append(kept, n)
	}
	c.Body = richtext.Doc{Content: kept}
	return c, nil
}
