package syndicate

import (
	"context"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/story"
	"broadsheet/internal/wire/item"
)

// A Selection says which stories to send.
type Selection struct {
	Section string    // slug, "" for all
	Since   time.Time // only what receivers did not get before; zero for all
}

// Export calls send for each published story of a selection, the newest first, then for each
// that went out before and is not free any more. It ends with the first error of send. What
// changes while it runs is in the next one, if that has the beginning of this one as
// its Since. Anyone may read what it gives.
func (s *Service) Export(ctx context.Context, sel Selection, send func(*item.Item) error) (err error) {
	defer errs.Wrap(&err, "export stories")
	if sel.Section != "" {
		if _, err := s.Sections.Get(ctx, sel.Section); err != nil {
			return err
		}
	}
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	var cursor story.Cursor
	for {
		heads, err := s.Stories.Latest(ctx, sel.Section, cursor, page)
		if err != nil {
			return err
		}
		editions, err := s.notice(ctx, heads)
		if err != nil {
			return err
		}
		for i := range heads {
			e := editions[heads[i].ID]
			if err := s.sendStory(ctx, &e, sel.Since, names, send); err != nil {
				return err
			}
		}
		if len(heads) < page {
			return s.sendWithdrawn(ctx, sel, send)
		}
		last := &heads[len(heads)-1]
		cursor = story.Cursor{Time: last.FirstPublished, ID: last.ID}
	}
}

func (s *Service) sendStory(ctx context.Context, e *Edition, since time.Time, names map[string]string, send func(*item.Item) error) error {
	if e.Changed.Before(since) {
		return nil
	}
	it, _, err := s.item(ctx, e, names)
	if notFree(err) {
		return nil // it went meanwhile: the next export says so
	}
	if err != nil {
		return err
	}
	return send(&it)
}

func (s *Service) sendWithdrawn(ctx context.Context, sel Selection, send func(*item.Item) error) error {
	for last := id.ID(0); ; {
		list, err := s.after(ctx, last)
		if err != nil || len(list) == 0 {
			return err
		}
		if err := s.withdraw(ctx, list); err != nil {
			return err
		}
		now, err := s.after(ctx, last)
		if err != nil {
			return err
		}
		for i := range now {
			e := &now[i]
			if e.Out || e.Changed.Before(sel.Since) || sel.Section != "" && e.Section != sel.Section {
				continue
			}
			it := s.Paper().withdrawn(e)
			if err := send(&it); err != nil {
				return err
			}
		}
		last = list[len(list)-1].Story
	}
}

// Story returns the item of one story that readers see, or that was taken back after it went
// out. Others are errs.NotFound. Anyone may read it.
func (s *Service) Story(ctx context.Context, of id.ID) (it item.Item, err error) {
	defer errs.Wrap(&err, "export story %s", of)
	live, err := s.Stories.LiveByIDs(ctx, []id.ID{of})
	if err != nil {
		return it, err
	}
	if h, ok := live[of]; ok {
		editions, err := s.notice(ctx, []story.Head{h})
		if err != nil {
			return it, err
		}
		names, err := s.names(ctx)
		if err != nil {
			return it, err
		}
		e := editions[of]
		it, _, err = s.item(ctx, &e, names)
		return it, err
	}
	editions, err := s.known(ctx, []story.Head{{ID: of}})
	if err != nil {
		return it, err
	}
	e, ok := editions[of]
	if !ok {
		return it, errs.E(errs.NotFound, "There is no such published story.")
	}
	if err := s.withdraw(ctx, []Edition{e}); err != nil {
		return it, err
	}
	if editions, err = s.known(ctx, []story.Head{{ID: of}}); err != nil {
		return it, err
	}
	e = editions[of]
	return s.Paper().withdrawn(&e), nil
}

// WireItem returns an agency's item as it came, if it is free, and one that its agency has
// killed as that and no more. Under embargo, and when it has expired, it is errs.Conflict.
// Who reads the wire may.
func (s *Service) WireItem(ctx context.Context, by *account.Account, of id.ID) (it item.Item, err error) {
	got, err := s.Wire.Get(ctx, by, of)
	if err != nil {
		return it, err
	}
	it = *got
	releases, err := s.Wire.Releases(ctx, []id.ID{of})
	if err != nil {
		return item.Item{}, err
	}
	switch r := releases[of].With(it.Release()); {
	case r.Status == item.Canceled:
		return item.Item{
			ID: it.ID, URI: it.URI, Version: it.Version, Kind: it.Kind, Type: it.Type, ItemClass: it.ItemClass, PubStatus: item.Canceled,
			VersionCreated: it.VersionCreated, Provider: it.Provider,
		}, nil
	case !r.FreeAt(s.now()):
		return item.Item{}, errs.E(errs.Conflict, "The item %s may not be shown now: it is withheld, under embargo or has expired.", it.URI)
	}
	return it, nil
}
