package story

import (
	"context"
	"errors"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire"
)

// The gate decides about time and status for everything that readers can get of a story.
//
// A published story has a window, which the transactions keep right that publish it or
// bring a change of the wire. Outside of it the story is as if it were not published:
// not found before, gone after, and in no list. There are no ways around: every public
// read of this package is in this file, and asks. Photos have a window of their own, see
// [media.Photo.At].

// refusal says why readers may not have a story at a moment; nil if they may.
func refusal(w media.Window, now time.Time) error {
	switch {
	case w.Holds(now):
		return nil
	case !w.Until.IsZero() && now.UnixMilli() >= w.Until.UnixMilli():
		return errs.E(errs.Gone, "This story is no longer available.")
	}
	return noStory(errs.E(errs.NotFound, "not free yet"))
}

func noStory(err error) error {
	if errors.Is(err, errs.NotFound) {
		return &errs.Error{Kind: errs.NotFound, Message: "There is no such story.", Err: err}
	}
	return err
}

// Live returns a published story. Anyone may read it. Before it is free the error is
// errs.NotFound, and errs.Gone when it is not free any more.
func (s *Service) Live(ctx context.Context, story id.ID) (l *Live, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		e, err := published(ctx, tx, story)
		if err != nil {
			return noStory(err)
		}
		l = e.live
		return refusal(e.window, s.now())
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Discussable returns nil if readers may see a story, else errs.NotFound or errs.Gone;
// for the discussion's transactions.
func (s *Service) Discussable(ctx context.Context, tx *sqldb.Tx, story id.ID) error {
	w, err := windowOf(ctx, tx, story)
	if err != nil {
		return noStory(err)
	}
	return refusal(w, s.now())
}

// ShowsPhoto reports whether a published story shows a photo. Anyone may ask.
func (s *Service) ShowsPhoto(ctx context.Context, photo id.ID) (shows bool, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		n, err := showsPhoto(ctx, tx, photo, s.now())
		shows = n > 0
		return err
	})
	return shows, err
}

// LiveByIDs returns the heads of those of the given stories that readers may see. Anyone
// may read them.
func (s *Service) LiveByIDs(ctx context.Context, ids []id.ID) (heads map[id.ID]Head, err error) {
	heads = map[id.ID]Head{}
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err := headsByIDs(ctx, tx, ids, s.now())
		for _, h := range list {
			heads[h.ID] = h
		}
		return err
	})
	return heads, err
}

// Latest returns the heads of published stories by the time they were first
// published, newest first, of one section or, with "", of all. The list begins
// after the cursor; the zero Cursor begins at the newest. Anyone may read it.
func (s *Service) Latest(ctx context.Context, section string, before Cursor, limit int) (list []Head, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = latest(ctx, tx, section, before, min(limit, maxPage), s.now())
		return err
	})
	return list, err
}

// NextChange returns the first moment after now at which readers may see a published
// story or a photo that they might not, or the other way round; zero if none is known.
// What is shown now stays right until then, unless an event says otherwise.
func (s *Service) NextChange(ctx context.Context, now time.Time) (next time.Time, err error) {
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		stories, err := nextChange(ctx, tx, now)
		if err != nil {
			return err
		}
		photos, err := s.Media.NextChange(ctx, tx, now)
		if next = stories; next.IsZero() || !photos.IsZero() && photos.Before(next) {
			next = photos
		}
		return err
	})
	return next, err
}

// regate brings a published story's window into line with the wire items whose text it
// holds, and with the alerts that hold it. Pages hear of every change: what they show now
// may be right for another time than they think.
func (s *Service) regate(ctx context.Context, tx *sqldb.Tx, story id.ID) error {
	before, err := windowOf(ctx, tx, story)
	if errors.Is(err, errs.NotFound) { // not published: publishing it will set its window
		return nil
	}
	if err != nil {
		return err
	}
	after, err := s.window(ctx, tx, story)
	if err != nil || after == before {
		return err
	}
	if err := setWindow(ctx, tx, story, after); err != nil {
		return err
	}
	e, err := published(ctx, tx, story)
	if err != nil {
		return err
	}
	kind := kindHeld
	if after.Holds(s.now()) {
		kind = kindFreed
	}
	return announce(ctx, tx, kind, e.live)
}

// Kinds of events of a story whose window has changed: readers may not see it now, or
// may.
const (
	kindHeld  = "story.held"
	kindFreed = "story.freed"
)

// window is when readers may see what is published of a story.
func (s *Service) window(ctx context.Context, tx *sqldb.Tx, story id.ID) (w media.Window, err error) {
	uses, err := usesOfStory(ctx, tx, story)
	if err != nil {
		return w, err
	}
	var items []id.ID
	for _, u := range uses {
		if u.place == placeLive && u.media == 0 {
			items = append(items, u.item)
		}
	}
	releases, err := s.Wire.ReleasesIn(ctx, tx, items)
	if err != nil {
		return w, err
	}
	for _, r := range releases {
		w = w.With(windowFor(r))
	}
	held, err := heldSince(ctx, tx, story)
	if err != nil || held.IsZero() {
		return w, err
	}
	return w.With(media.Window{Until: held}), nil
}

// windowFor is the window of what an agency has released so. A kill is no end by itself:
// what it does to what is out is the newsroom's policy, which opens alerts.
func windowFor(r wire.Release) media.Window {
	w := media.Window{From: r.Embargo, Until: r.Expires}
	if r.Status == wire.Withheld {
		w.From = wire.Indefinite
	}
	return w
}
