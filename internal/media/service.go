package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
)

// A Service takes in, finds and publishes photographs. Make it with New.
type Service struct {
	Now func() time.Time

	db         *sqldb.DB
	originals  blob.Store
	renditions blob.Store
	log        *slog.Logger

	memory     *semaphore.Weighted // bytes that decoding may take
	flight     singleflight.Group  // renditions being made, by photograph
	thumbnails thumbnails
}

// New returns a service. The files as they came are kept in originals, those to
// be published in renditions. The two must be different stores: a file in
// renditions can be made again and is removed when it is replaced.
func New(db *sqldb.DB, originals, renditions blob.Store, log *slog.Logger) *Service {
	return &Service{
		Now: time.Now, db: db, originals: originals, renditions: renditions, log: log,
		memory: semaphore.NewWeighted(decodeMemory),
	}
}

// Upload takes in a photograph: its bytes say what kind of file it is, and what
// is known about it. The zero origin stands for by. A file that cannot be
// published is refused with errs.Invalid and a message that says what to do.
func (s *Service) Upload(ctx context.Context, by *account.Account, r io.Reader, filename string, origin richtext.Origin) (_ *Photo, err error) {
	if err := by.Must(account.MediaEdit); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "upload photo %q", filename)
	data, err := readFile(r)
	if err != nil {
		return nil, err
	}
	if origin.IsZero() {
		origin = richtext.Origin{Kind: richtext.OriginStaff, ID: by.ID.String(), Name: by.Name}
	}
	p := &Photo{Filename: cleanFilename(filename), Origin: origin}
	return s.takeIn(ctx, p, data)
}

// An Incoming is a photograph that an agency has sent.
type Incoming struct {
	Original blob.Key // in the store of originals
	Filename string
	Origin   richtext.Origin // of kind wire
	Picture  id.ID           // the item that the picture is itself
	Agency   Agency
	Metadata Metadata // what the item says; where it is silent, the file is asked
}

// Import takes in a photograph that is kept already. Importing the same file of
// the same item again gives the photograph that there is.
func (s *Service) Import(ctx context.Context, by *account.Account, in Incoming) (_ *Photo, err error) {
	if err := by.Must(account.MediaEdit); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "import photo %q of %s", in.Filename, in.Origin.ID)
	var p Photo
	err = s.db.View(ctx, func(tx *sqldb.Tx) error {
		p, err = imported(ctx, tx, in.Origin.ID, in.Original)
		return err
	})
	switch {
	case err == nil:
		return &p, nil
	case !errors.Is(err, errs.NotFound):
		return nil, err
	}
	data, err := s.original(ctx, in.Original)
	if err != nil {
		return nil, err
	}
	return s.takeIn(ctx, &Photo{
		Filename: cleanFilename(in.Filename), Origin: in.Origin, Picture: in.Picture, Agency: in.Agency, Metadata: in.Metadata,
	}, data)
}

func (s *Service) original(ctx context.Context, key blob.Key) ([]byte, error) {
	f, _, err := s.originals.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	data, err := readFile(f)
	return data, errors.Join(err, f.Close())
}

// takeIn checks a file, makes its renditions while its pixels are at hand, and
// stores everything. What p has of metadata goes before what the file says.
func (s *Service) takeIn(ctx context.Context, p *Photo, data []byte) (*Photo, error) {
	sheet, err := s.develop(ctx, data)
	if err != nil {
		return nil, err
	}
	p.clean()
	p.Metadata = p.Over(sheet.metadata)
	p.shorten()
	p.ID, p.Version, p.Created = id.New(), 1, s.Now().UTC().Truncate(time.Millisecond)
	p.Width, p.Height, p.MIME = sheet.width, sheet.height, string(sheet.format)
	if p.Original, p.Size, err = s.originals.Put(ctx, bytes.NewReader(data)); err != nil {
		return nil, err
	}
	rows, err := s.keep(ctx, p, sheet.pixels)
	if err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(tx *sqldb.Tx) error {
		if err := insert(ctx, tx, p); err != nil {
			return err
		}
		for _, v := range rows {
			if err := putRendition(ctx, tx, p.ID, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// A sheet is what developing a file gives.
type sheet struct {
	format        format
	width, height int // as it is seen
	metadata      Metadata
	pixels        []pixels
}

// develop reads and decodes a file. Files wait for each other when together they
// would take too much memory.
func (s *Service) develop(ctx context.Context, data []byte) (*sheet, error) {
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	c := parseContainer(f, data)
	cfg, memory, err := configure(&c, data)
	if err != nil {
		return nil, err
	}
	if err := s.memory.Acquire(ctx, memory); err != nil {
		return nil, err
	}
	defer s.memory.Release(memory)
	m, orientation := c.metadata()
	if sideways(orientation) {
		cfg.Width, cfg.Height = cfg.Height, cfg.Width
	}
	px, err := develop(&c, data, orientation)
	return &sheet{f, cfg.Width, cfg.Height, m, px}, err
}

// keep labels renditions with the words of p and stores them.
func (s *Service) keep(ctx context.Context, p *Photo, list []pixels) ([]rendition, error) {
	rows := make([]rendition, len(list))
	failed := make([]error, len(list))
	inParallel(len(list), func(i int) {
		file, err := label(list[i].jpeg, &p.Metadata)
		if err != nil {
			failed[i] = err
			return
		}
		rows[i] = rendition{width: list[i].width, version: p.Version}
		rows[i].blob, _, failed[i] = s.renditions.Put(ctx, bytes.NewReader(file))
	})
	return rows, errors.Join(failed...)
}

// inParallel calls fn with 0 to n-1, all at once.
func inParallel(n int, fn func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { fn(i) })
	}
	group.Wait()
}

// Get returns a photograph. It is for the program's own pages: they decide who
// may see it, and when (see [Photo.At]).
func (s *Service) Get(ctx context.Context, photo id.ID) (*Photo, error) {
	var p Photo
	err := s.db.View(ctx, func(tx *sqldb.Tx) (err error) {
		p, err = get(ctx, tx, photo)
		return err
	})
	if errors.Is(err, errs.NotFound) {
		return nil, notFound(err)
	}
	return &p, err
}

// ByIDs returns those of the photographs that there are. It is for the program's
// own pages, like Get.
func (s *Service) ByIDs(ctx context.Context, ids []id.ID) (map[id.ID]*Photo, error) {
	found := make(map[id.ID]*Photo, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	err := s.db.View(ctx, func(tx *sqldb.Tx) error {
		list, err := byIDs(ctx, tx, ids)
		for i := range list {
			found[list[i].ID] = &list[i]
		}
		return err
	})
	return found, err
}

// Edit stores the metadata of p, which was read at p.Version, and returns the
// photograph as it is then. If somebody else edited it meanwhile, the error is
// errs.Conflict and nothing is stored.
func (s *Service) Edit(ctx context.Context, by *account.Account, p Photo) (_ *Photo, err error) {
	if err := by.Must(account.MediaEdit); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "edit photo %s", p.ID)
	p.clean()
	if err := p.Validate(); err != nil {
		return nil, err
	}
	var after Photo
	err = s.db.Update(ctx, func(tx *sqldb.Tx) error {
		before, err := get(ctx, tx, p.ID)
		if errors.Is(err, errs.NotFound) {
			return notFound(err)
		}
		if err != nil {
			return err
		}
		before.Metadata, before.Version = p.Metadata, p.Version
		n, err := update(ctx, tx, &before)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.E(errs.Conflict, "Somebody else has edited this photograph meanwhile. Load it again and repeat your change.")
		}
		after = before
		after.Version++
		return bus.Publish(ctx, tx, "media:"+p.ID.String(), "media.changed", map[string]any{"id": p.ID, "version": after.Version})
	})
	if err != nil {
		return nil, err
	}
	return &after, nil
}

// List returns up to limit photographs, newest first, whose words hold every word
// of query, that came in before the one with the ID after; 0 begins at the newest.
func (s *Service) List(ctx context.Context, by *account.Account, query string, after id.ID, limit int) (photos []Photo, err error) {
	if err := by.Must(account.MediaEdit); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "list photos")
	words := strings.Fields(strings.ToLower(cleanText(query)))
	words = slices.Compact(words[:min(len(words), maxWords)])
	err = s.db.View(ctx, func(tx *sqldb.Tx) error {
		photos, err = list(ctx, tx, words, after, min(max(limit, 1), maxPage))
		return err
	})
	return photos, err
}
