package media

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// makeTimeout bounds the making of a photograph's renditions, which goes on when
// the reader who asked first has left.
const makeTimeout = time.Minute

// A File is a rendition. Whoever asked for it closes its Content.
type File struct {
	Content  io.ReadSeekCloser // an *os.File where files are kept in a folder
	Size     int64
	MIME     string
	ETag     string // strong, in quotes
	Modified time.Time
	Until    time.Time // readers must not keep it longer; zero for as long as they like
}

// Rendition returns a photograph at a width that is one of Widths or its own
// width; a photograph that is smaller comes in its own. It is for readers: under
// an embargo, and for other widths, the error is errs.NotFound; for one that has
// expired or was killed it is errs.Gone.
func (s *Service) Rendition(ctx context.Context, photo id.ID, width int) (*File, error) {
	now := s.Now()
	return s.rendition(ctx, photo, width, &now)
}

// Preview is Rendition for the staff, whom an embargo does not concern. What it
// gives must not be cached by others.
func (s *Service) Preview(ctx context.Context, by *account.Account, photo id.ID, width int) (*File, error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	return s.rendition(ctx, photo, width, nil)
}

// rendition returns a rendition for readers at a moment, or for the staff, who have none.
func (s *Service) rendition(ctx context.Context, photo id.ID, width int, now *time.Time) (_ *File, err error) {
	defer errs.Wrap(&err, "rendition %d of photo %s", width, photo)
	// Renditions are there from the start. They are made here when an edit has
	// changed their words, or when somebody has emptied the store.
	for try := 0; ; try++ {
		found, err := s.find(ctx, photo, width, now)
		if err != nil {
			return nil, err
		}
		if key := found.rendered; key != "" {
			f, info, err := s.renditions.Open(ctx, key)
			if err == nil {
				return &File{f, info.Size, string(formatJPEG), `"` + string(key) + `"`, info.Modified, found.window.Until}, nil
			}
			if !errors.Is(err, errs.NotFound) || try > 0 {
				return nil, err
			}
		}
		if try > 2 {
			return nil, errs.E(errs.Conflict, "The photograph is being edited. Try again.")
		}
		if err := s.makeOnce(ctx, photo); err != nil {
			return nil, err
		}
	}
}

// find returns where a rendition is; its key is "" if it is to be made.
func (s *Service) find(ctx context.Context, photo id.ID, width int, now *time.Time) (w wanted, err error) {
	err = s.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		w, err = want(ctx, tx, photo, width)
		return err
	})
	switch {
	case errors.Is(err, errs.NotFound):
		return w, notFound(err)
	case err != nil:
		return w, err
	case !slices.Contains(widths[:], width) && (width != w.width || width > maxWidth):
		return w, notFound(nil)
	case now != nil:
		return w, w.window.refusal(*now)
	}
	return w, nil
}

// makeOnce makes the renditions of a photograph, once for all who wait.
func (s *Service) makeOnce(ctx context.Context, photo id.ID) error {
	done := s.flight.DoChan(photo.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), makeTimeout)
		defer cancel()
		return nil, s.make(ctx, photo)
	})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case res := <-done:
		return res.Err
	}
}

// make brings all renditions of a photograph to its version: with new words if
// the pixels are there, else from the original.
func (s *Service) make(ctx context.Context, photo id.ID) error {
	var p Photo
	var old []rendition
	err := s.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		if p, err = get(ctx, tx, photo); err != nil {
			return err
		}
		old, err = renditions(ctx, tx, photo)
		return err
	})
	if err != nil {
		return err
	}
	list, err := s.pixelsOf(ctx, &p, old)
	if err != nil {
		return err
	}
	rows, err := s.keep(ctx, &p, list)
	if err != nil {
		return err
	}
	return s.replace(ctx, photo, old, rows)
}

// replace puts rows in the place of old and removes the files that nothing uses
// any longer. Of two that do this at once, the later version of the photograph
// wins.
func (s *Service) replace(ctx context.Context, photo id.ID, old, rows []rendition) error {
	var unused []blob.Key
	err := s.db.Update(ctx, func(tx *sqldb.Tx) error {
		for _, v := range rows {
			if err := putRendition(ctx, tx, photo, v); err != nil {
				return err
			}
		}
		unused = unused[:0]
		for _, v := range slices.Concat(old, rows) {
			inUse, err := used(ctx, tx, v.blob)
			if err != nil {
				return err
			}
			if !inUse {
				unused = append(unused, v.blob)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range unused {
		if err := s.renditions.Delete(ctx, key); err != nil {
			s.log.WarnContext(ctx, "cannot remove a replaced rendition", "blob", key, "err", err)
		}
	}
	return nil
}

// pixelsOf reads the renditions that there are. If one lacks, it develops the
// original again.
func (s *Service) pixelsOf(ctx context.Context, p *Photo, rows []rendition) ([]pixels, error) {
	list := make([]pixels, 0, len(rows))
	for _, v := range rows {
		f, _, err := s.renditions.Open(ctx, v.blob)
		if errors.Is(err, errs.NotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		list = append(list, pixels{v.width, data})
	}
	if len(list) == len(p.Widths()) {
		return list, nil
	}
	data, err := s.original(ctx, p.Original)
	if err != nil {
		return nil, err
	}
	sheet, err := s.develop(ctx, data)
	if err != nil {
		return nil, err
	}
	return sheet.pixels, nil
}
