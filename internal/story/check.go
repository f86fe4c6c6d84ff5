package story

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/rights"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
)

// soon is how long before the end of a photo's or a text's use the desk is told of it.
const soon = 24 * time.Hour

// Check lists what stands between a draft and its page. Writers may.
func (s *Service) Check(ctx context.Context, by *account.Account, story id.ID) ([]Problem, error) {
	st, err := s.Draft(ctx, by, story)
	if err != nil {
		return nil, err
	}
	list, err := s.lineProblems(ctx, &st.Content)
	if err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		photos, err := s.Media.InTx(ctx, tx, mediaOf(&st.Content))
		if err != nil {
			return err
		}
		c := &checker{s: s, st: st, photos: photos, now: s.now()}
		err = c.run(ctx, tx)
		list = append(list, c.list...)
		return err
	})
	return list, err
}

// lineProblems are those that need nothing but the draft.
func (s *Service) lineProblems(ctx context.Context, c *Content) (list []Problem, err error) {
	add := func(blocks bool, field, message string) { list = append(list, Problem{blocks, field, message}) }
	if c.Headline == "" {
		add(true, "headline", "Write a headline.")
	}
	if c.Body.Empty() {
		add(true, "body", "Write the story.")
	}
	switch _, err := s.Sections.Get(ctx, c.Section); {
	case errors.Is(err, errs.NotFound):
		add(true, "section", "Choose a section.")
	case err != nil:
		return nil, err
	}
	if c.Standfirst == "" {
		add(false, "standfirst", "Without a standfirst, lists show the headline alone.")
	}
	if c.Lead == 0 {
		add(false, "lead", "There is no lead photo.")
	}
	return list, nil
}

func firstBlocking(list []Problem) error {
	for _, p := range list {
		if p.Blocks {
			return &errs.Error{Kind: errs.Invalid, Field: p.Field, Message: p.Message}
		}
	}
	return nil
}

// mayPublish checks in the transaction that publishes whether everything in a draft is
// free, and returns its photos. An agency's change of an item in it waits until the
// transaction ends, and then finds the story.
func (s *Service) mayPublish(ctx context.Context, tx *sqldb.Tx, st *Story, now time.Time) (map[id.ID]*media.Photo, error) {
	parts, err := s.partsOf(ctx, tx, &st.Content)
	if err != nil {
		return nil, err
	}
	var items []id.ID
	for p := range parts {
		items = append(items, p.item)
	}
	if err := s.Wire.LockIn(ctx, tx, items); err != nil {
		return nil, err
	}
	photos, err := s.Media.InTx(ctx, tx, mediaOf(&st.Content))
	if err != nil {
		return nil, err
	}
	c := &checker{s: s, st: st, photos: photos, now: now}
	if err := c.run(ctx, tx); err != nil {
		return nil, err
	}
	return photos, firstBlocking(c.list)
}

// A checker finds what agencies and photographers object to.
type checker struct {
	s      *Service
	st     *Story
	photos map[id.ID]*media.Photo
	now    time.Time
	open   map[id.ID]*Alert // about this story, by item
	kept   map[id.ID]bool   // items that an editor has decided to keep after their kill
	list   []Problem
}

func (c *checker) blocks(field, message string) {
	c.list = append(c.list, Problem{true, field, message})
}

func (c *checker) warns(field, message string) {
	c.list = append(c.list, Problem{false, field, message})
}

func (c *checker) run(ctx context.Context, tx *sqldb.Tx) (err error) {
	c.open = map[id.ID]*Alert{}
	alerts, err := openAlertsOf(ctx, tx, c.st.ID)
	if err != nil {
		return err
	}
	for i := range alerts {
		c.open[alerts[i].Item] = &alerts[i]
	}
	if c.kept, err = keptItems(ctx, tx, c.st.ID); err != nil {
		return err
	}
	for _, m := range mediaOf(&c.st.Content) {
		if err := c.photo(ctx, tx, c.photos[m]); err != nil {
			return err
		}
	}
	return c.texts(ctx, tx)
}

func (c *checker) photo(ctx context.Context, tx *sqldb.Tx, p *media.Photo) error {
	if p == nil {
		c.blocks("photo", "A photo of this story is not in the library any more. Take it out.")
		return nil
	}
	what := "The photo “" + name(p) + "”"
	killed := p.Agency.Killed()
	for _, item := range p.Items() {
		if a := c.open[item]; a != nil && a.Kind == KindCorrection {
			c.blocks("photo", what+" was corrected by its agency. Say under Alerts what became of it.")
		}
		killed = killed && !c.kept[item]
	}
	switch standing := p.At(c.now); {
	case killed:
		c.blocks("photo", what+" was killed by its agency. Take it out.")
	case p.Agency.Killed():
		c.warns("photo", what+" was killed by its agency; an editor has decided to keep it.")
	case standing == media.Expired:
		c.blocks("photo", what+" may not be used any more since "+day(p.Window.Until)+".")
	case standing == media.NotYet && p.Window.From.Equal(media.Never):
		c.blocks("photo", what+" is held until its agency frees it.")
	case standing == media.NotYet:
		c.blocks("photo", what+" is under embargo until "+moment(p.Window.From)+".")
	case !p.Window.Until.IsZero() && p.Window.Until.Before(c.now.Add(soon)):
		c.warns("photo", what+" may not be used any more from "+moment(p.Window.Until)+". Its caption will stand in its place then.")
	}
	if p.CreditLine() == "" {
		c.blocks("photo", what+" has no credit. Enter one under Photos.")
	}
	if p.Alt == "" {
		c.warns("photo", what+" has no alt text for readers who cannot see it.")
	}
	terms := p.Rights()
	c.terms("photo", what, &terms)
	if terms.Credit != "" && !credited(p.CreditLine(), terms.Credit) {
		c.warns("photo", what+" asks for the credit “"+terms.Credit+"”.")
	}
	if !terms.Has(rights.OneTime) {
		return nil
	}
	others, err := storiesShowing(ctx, tx, p.ID, c.st.ID)
	if err == nil && others > 0 {
		c.warns("photo", what+" is for one use only, and another story shows it.")
	}
	return err
}

// texts checks the copy from agencies.
func (c *checker) texts(ctx context.Context, tx *sqldb.Tx) error {
	names := map[id.ID]string{}
	var items []id.ID
	for _, o := range c.st.Body.Origins() {
		if item, ok := itemOf(o); ok && !slices.Contains(items, item) {
			items, names[item] = append(items, item), cmp.Or(o.Name, "an agency")
		}
	}
	releases, err := c.s.Wire.ReleasesIn(ctx, tx, items)
	if err != nil {
		return err
	}
	for _, item := range items {
		r, known := releases[item]
		if !known {
			continue
		}
		what := "Copy from " + names[item]
		c.text(what, item, r)
		terms, err := c.s.Wire.RightsIn(ctx, tx, item)
		if err != nil {
			return err
		}
		c.terms("body", what, &terms)
		// Without a line of the editor's own, all agencies are named.
		if line := c.st.Contributor; line != "" && terms.Has(rights.CreditRequired) && !credited(line, names[item]) {
			c.blocks("contributor", what+" must be credited, and the contributor line does not name it.")
		}
	}
	return nil
}

func (c *checker) text(what string, item id.ID, r wire.Release) {
	if a := c.open[item]; a != nil && a.Kind == KindCorrection {
		c.blocks("body", what+" was corrected by its agency. Say under Alerts what became of it.")
	}
	switch {
	case r.Status == wire.Canceled && c.kept[item] && c.open[item] == nil:
		c.warns("body", what+" was killed by its agency; an editor has decided to keep it.")
	case r.Status == wire.Canceled:
		c.blocks("body", what+" was killed by its agency. Take it out.")
	case r.Status != wire.Usable:
		c.blocks("body", what+" is withheld by its agency.")
	case r.Embargo.Equal(wire.Indefinite):
		c.blocks("body", what+" is under embargo until its agency lifts it.")
	case r.EmbargoedAt(c.now):
		c.blocks("body", what+" is under embargo until "+moment(r.Embargo)+".")
	case r.ExpiredAt(c.now):
		c.blocks("body", what+" may not be used any more since "+day(r.Expires)+".")
	case !r.Expires.IsZero() && r.Expires.Before(c.now.Add(soon)):
		c.warns("body", what+" may not be used any more from "+moment(r.Expires)+". The story will go from the paper then.")
	}
}

// terms checks what is understood of usage terms, but for credits.
func (c *checker) terms(field, what string, t *rights.Terms) {
	if t.Has(rights.PrintOnly) || t.Has(rights.NoOnline) {
		c.blocks(field, what+" may not be used online.")
	}
	if len(t.Only) > 0 {
		c.warns(field, what+" may be used only in "+strings.Join(t.Only, ", ")+". The paper can be read everywhere.")
	}
	if len(t.Except) > 0 {
		c.warns(field, what+" may not be used in "+strings.Join(t.Except, ", ")+". The paper can be read everywhere.")
	}
	for _, r := range []rights.Right{rights.SubscribersOnly, rights.NoArchive, rights.NoMobile} {
		if t.Has(r) {
			c.warns(field, what+": "+string(r)+".")
		}
	}
	if t.Has(rights.NoSocial) {
		c.warns(field, what+": no social media. A photo is left out of what is shown when the page is shared.")
	}
}

// credited reports whether what is printed holds the credit that is asked for.
func credited(printed, asked string) bool {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	return printed != "" && strings.Contains(fold(printed), fold(asked))
}

func moment(t time.Time) string { return t.UTC().Format("15:04 MST on 2 January 2006") }
func day(t time.Time) string    { return t.UTC().Format("2 January 2006") }
