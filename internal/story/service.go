package story

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/section"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
)

const (
	maxCopies   = 50
	maxVersions = 500
	maxUses     = 50
	maxPage     = 200
)

// A Service writes, publishes and reads stories.
type Service struct {
	DB       *sqldb.DB
	Now      func() time.Time
	Style    Style
	Sections *section.Service
	Media    *media.Service
	Wire     *wire.Service

	// OnPublish and OnUnpublish let another room take part in the transaction,
	// such as the discussion that opens with the story. They may be nil.
	OnPublish   func(ctx context.Context, tx *sqldb.Tx, story id.ID) error
	OnUnpublish func(ctx context.Context, tx *sqldb.Tx, story id.ID) error

	// Policy says what an agency's kill does by itself to what is out, by the wire
	// service that it came by. nil means to mark it.
	Policy func(ctx context.Context, tx *sqldb.Tx, service string) Policy
	// Alarm tells people of alerts that have just been opened. It may be nil.
	Alarm func(ctx context.Context, tx *sqldb.Tx, opened []Alert) error
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// Create begins a story. Writers may.
func (s *Service) Create(ctx context.Context, by *account.Account, c Content) (st *Story, err error) {
	defer errs.Wrap(&err, "create story")
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	return s.create(ctx, by, c)
}

func (s *Service) create(ctx context.Context, by *account.Account, c Content) (*Story, error) {
	if err := c.clean(by); err != nil {
		return nil, err
	}
	now := s.now()
	st := &Story{ID: id.At(now), Content: c, State: Draft, Revision: 1, SavedBy: by.Name, Saved: now, Created: now}
	return st, s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return s.begin(ctx, tx, st, by)
	})
}

// event is what the desk and open pages hear of a story.
type event struct {
	Story   id.ID `json:"story"`
	Version int64 `json:"version"`
}

// A SaveResult tells how saving ended. If Conflict is not nil, what was sent is
// kept beside the story and Revision is that of what stands in it.
type SaveResult struct {
	Revision int64     `json:"revision"`
	Saved    time.Time `json:"saved"`
	Conflict *Conflict `json:"conflict,omitempty"`
}

// A Conflict says that somebody else saved meanwhile.
type Conflict struct {
	Kept    id.ID     `json:"kept"`    // the copy that holds what was sent
	Theirs  Content   `json:"theirs"`  // what stands in the story
	SavedBy string    `json:"savedBy"` // who saved that
	Saved   time.Time `json:"saved"`
}

// A Copy is a version of a draft that was kept because another one had been saved.
type Copy struct {
	ID      id.ID
	StoryID id.ID
	Base    int64 // the revision that it was made from
	Content Content
	SavedBy string
	Saved   time.Time
}

// Save saves a draft that was made from revision base. If that is not the newest
// one, nothing is overwritten and nothing refused: what was sent is kept as a
// Copy. Sending the same content again changes nothing. Writers may.
func (s *Service) Save(ctx context.Context, by *account.Account, story id.ID, base int64, c Content) (res *SaveResult, err error) {
	defer errs.Wrap(&err, "save story %s", story)
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	if err := c.clean(by); err != nil {
		return nil, err
	}
	now := s.now()
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		st, err := byID(ctx, tx, story, tx.ForUpdate())
		if err != nil {
			return noStory(err)
		}
		if st.equal(&c) {
			res = &SaveResult{Revision: st.Revision, Saved: st.Saved}
			return nil
		}
		if st.Revision != base {
			kept := &Copy{ID: id.New(), StoryID: story, Base: base, Content: c, Saved: now}
			res = &SaveResult{Revision: st.Revision, Saved: st.Saved, Conflict: &Conflict{
				Kept: kept.ID, Theirs: st.Content, SavedBy: st.SavedBy, Saved: st.Saved,
			}}
			return insertCopy(ctx, tx, kept, by)
		}
		st.Content, st.Revision, st.Saved = c, st.Revision+1, now
		res = &SaveResult{Revision: st.Revision, Saved: now}
		return s.saved(ctx, tx, st, by)
	})
	return res, err
}

func (c *Content) equal(d *Content) bool {
	return c.Headline == d.Headline && c.Standfirst == d.Standfirst && slices.Equal(c.Byline, d.Byline) &&
		c.Dateline == d.Dateline && c.Section == d.Section && c.Slug == d.Slug && c.Language == d.Language &&
		c.Contributor == d.Contributor && slices.Equal(c.Topics, d.Topics) && c.Lead == d.Lead && c.Body.Equal(d.Body)
}

// Copies returns the kept copies of a draft that nobody has settled, the newest
// first. Writers may.
func (s *Service) Copies(ctx context.Context, by *account.Account, story id.ID) (list []Copy, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = copies(ctx, tx, story, maxCopies)
		return err
	})
	return list, err
}

// SettleCopy says that what a copy holds is dealt with. It stays in the database. Writers may.
func (s *Service) SettleCopy(ctx context.Context, by *account.Account, story, copied id.ID) error {
	if err := by.Must(account.StoryWrite); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		n, err := settleCopy(ctx, tx, story, copied)
		if err == nil && n == 0 {
			return errs.E(errs.NotFound, "There is no such copy.")
		}
		return err
	})
}

// Draft returns a story as the desk sees it. Writers may.
func (s *Service) Draft(ctx context.Context, by *account.Account, story id.ID) (st *Story, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		st, err = byID(ctx, tx, story, "")
		return noStory(err)
	})
	return st, err
}

// A Filter selects stories for the desk.
type Filter struct {
	Words string // in headline, slug, section, byline or topics
	Mine  bool   // begun or last saved by who asks
	State State  // "" for all
	After Cursor // the last one of the page before
	Limit int    // at most 200; 0 for that
}

// A Cursor is a place in a list that is ordered by time.
type Cursor struct {
	Time time.Time
	ID   id.ID
}

// Drafts lists stories without their texts, the last saved first. Writers may.
func (s *Service) Drafts(ctx context.Context, by *account.Account, f Filter) (list []*Story, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	var mine id.ID
	if f.Mine {
		mine = by.ID
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = drafts(ctx, tx, f, mine, min(cmp.Or(f.Limit, maxPage), maxPage))
		return err
	})
	return list, err
}

// photos returns the photos that c shows.
func (s *Service) photos(ctx context.Context, c *Content) (map[id.ID]*media.Photo, error) {
	ids := c.Body.Media()
	if c.Lead != 0 {
		ids = append([]id.ID{c.Lead}, ids...)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.Media.ByIDs(ctx, ids)
}

func mediaOf(c *Content) []id.ID {
	ids := c.Body.Media()
	if c.Lead != 0 && !slices.Contains(ids, c.Lead) {
		ids = append([]id.ID{c.Lead}, ids...)
	}
	return ids
}

func name(p *media.Photo) string { return cmp.Or(p.Title, p.Filename) }

// Publish makes revision of a draft what readers see: a new version, or the first
// one. Editors may. It is errs.Conflict if somebody saved another revision
// meanwhile, and errs.Invalid if a check blocks it.
func (s *Service) Publish(ctx context.Context, by *account.Account, story id.ID, revision int64) (l *Live, err error) {
	defer errs.Wrap(&err, "publish story %s", story)
	if err := by.Must(account.StoryPublish); err != nil {
		return nil, err
	}
	st, err := s.Draft(ctx, by, story)
	if err != nil {
		return nil, err
	}
	problems, err := s.lineProblems(ctx, &st.Content)
	if err != nil {
		return nil, err
	}
	if err := firstBlocking(problems); err != nil {
		return nil, err
	}
	now := s.now()
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if st, err = byID(ctx, tx, story, tx.ForUpdate()); err != nil {
			return noStory(err)
		}
		if st.Revision != revision {
			return errs.E(errs.Conflict, "%s saved this story meanwhile. Look at it again, then publish.", st.SavedBy)
		}
		photos, err := s.mayPublish(ctx, tx, st, now)
		if err != nil {
			return err
		}
		l = s.live(st, photos, now)
		if l.WireCopy, err = wireCopyOf(ctx, tx, st); err != nil {
			return err
		}
		return s.publish(ctx, tx, st, &edition{live: l, content: st.Content, revision: st.Revision}, by)
	})
	return l, err
}

func (s *Service) publish(ctx context.Context, tx *sqldb.Tx, st *Story, e *edition, by *account.Account) error {
	if err := publish(ctx, tx, e, by); err != nil {
		return err
	}
	if err := s.index(ctx, tx, st.ID, placeLive, &e.content); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, st.ID, by); err != nil {
		return err
	}
	if err := s.regate(ctx, tx, st.ID); err != nil {
		return err
	}
	if s.OnPublish != nil {
		if err := s.OnPublish(ctx, tx, st.ID); err != nil {
			return err
		}
	}
	kind := "story.updated"
	if st.State != Published {
		kind = "story.published"
	}
	return announce(ctx, tx, kind, e.live)
}

// announce tells the story's page, the lists that it is in, and the desk.
func announce(ctx context.Context, tx *sqldb.Tx, kind string, l *Live) error {
	for _, topic := range []string{"story:" + l.ID.String(), "section:" + l.Section, "stories"} {
		if err := bus.Publish(ctx, tx, topic, kind, event{l.ID, int64(l.Version)}); err != nil {
			return err
		}
	}
	return nil
}

// live is what readers will see of a draft.
func (s *Service) live(st *Story, photos map[id.ID]*media.Photo, now time.Time) *Live {
	c := &st.Content
	var origins []richtext.Origin
	for _, m := range mediaOf(c) {
		if p := photos[m]; p != nil {
			origins = append(origins, p.Origin)
		}
	}
	from := sources(c.Body, origins)
	l := &Live{
		Head: Head{
			ID: st.ID, Section: c.Section, Slug: c.Slug, Headline: c.Headline, Standfirst: c.Standfirst,
			BylineLine: s.Style.Byline(c.Byline, from), Language: c.Language, Lead: c.Lead,
			Version: st.Version + 1, FirstPublished: st.FirstPublished, Updated: now,
		},
		Byline: c.Byline, Dateline: c.Dateline, Topics: c.Topics, Body: c.Body,
		ContributorLine: cmp.Or(c.Contributor, s.Style.Contributors(from)), Sources: from,
	}
	if l.FirstPublished.IsZero() {
		l.FirstPublished = now
	}
	return l
}

// Preview returns what readers would see if the draft were published now. Writers may.
func (s *Service) Preview(ctx context.Context, by *account.Account, story id.ID) (*Live, error) {
	st, err := s.Draft(ctx, by, story)
	if err != nil {
		return nil, err
	}
	photos, err := s.photos(ctx, &st.Content)
	if err != nil {
		return nil, err
	}
	return s.live(st, photos, s.now()), nil
}

// Unpublish takes a story from the paper. Its versions are kept. Editors may.
func (s *Service) Unpublish(ctx context.Context, by *account.Account, story id.ID) (err error) {
	defer errs.Wrap(&err, "unpublish story %s", story)
	if err := by.Must(account.StoryPublish); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if _, err := byID(ctx, tx, story, tx.ForUpdate()); err != nil {
			return noStory(err)
		}
		out, err := published(ctx, tx, story)
		if errors.Is(err, errs.NotFound) {
			return errs.E(errs.Conflict, "This story is not published.")
		}
		if err != nil {
			return err
		}
		if err := unpublish(ctx, tx, story); err != nil {
			return err
		}
		if err := s.withdrawn(ctx, tx, story, by); err != nil {
			return err
		}
		if s.OnUnpublish != nil {
			if err := s.OnUnpublish(ctx, tx, story); err != nil {
				return err
			}
		}
		return announce(ctx, tx, "story.unpublished", out.live)
	})
}

// A Version is one published version of a story.
type Version struct {
	Number      int
	Head        Head
	Published   time.Time
	PublishedBy string
	Note        string // why, if no editor has published it
}

// Versions lists a story's published versions, the newest first. Writers may.
func (s *Service) Versions(ctx context.Context, by *account.Account, story id.ID) (list []Version, err error) {
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = versions(ctx, tx, story, maxVersions)
		return err
	})
	return list, err
}
