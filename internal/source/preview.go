package source

import (
	"context"
	"errors"
	"fmt"

	"broadsheet/internal/account"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/parse"
	"broadsheet/internal/wire/transport"
	"broadsheet/internal/wire/tree"
)

// maxPreview is how many files a preview looks at.
const maxPreview = 20

// A Preview is what a source would give now. Nothing of it was stored or acknowledged.
type Preview struct {
	Files []PreviewFile
	More  bool                   // there are more files
	Fault string                 // why it cannot be polled; "" when it can
	Host  *transport.UnknownHost // an SFTP server whose key is not trusted yet; else nil
}

// A PreviewFile is one file of a preview.
type PreviewFile struct {
	Name   string
	Size   int
	Format string // "" when it cannot be read
	Fault  string // why not
	Items  []PreviewItem
}

// A PreviewItem is one item of a file.
type PreviewItem struct{ URI, Version, Type, Headline string }

var errEnough = errors.New("enough for a preview")

// Test polls a source to look, and stores nothing. Its error says that the source cannot
// be looked at all; what is wrong with the source is in the Preview. Admins may.
func (s *Service) Test(ctx context.Context, by *account.Account, source id.ID) (p Preview, err error) {
	if err := by.Must(account.WireSources); err != nil {
		return p, err
	}
	var src Source
	if err := s.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		src, err = get(ctx, tx, source)
		return err
	}); err != nil {
		return p, err
	}
	c := src.config()
	c.Peek, c.Now = true, s.Now
	t, err := transport.Open(c)
	if err != nil {
		return p, err
	}
	_, err = t.Poll(ctx, "", func(ctx context.Context, f transport.File) (transport.Verdict, error) {
		if len(p.Files) == maxPreview {
			return 0, errEnough
		}
		p.Files = append(p.Files, s.preview(ctx, &src, f))
		return transport.Taken, nil
	})
	switch {
	case errors.Is(err, errEnough):
		p.More = true
	case ctx.Err() != nil:
		return p, ctx.Err()
	case err != nil:
		p.Fault = sayError(err)
		if host, ok := errors.AsType[*transport.UnknownHost](err); ok {
			p.Host = host
		}
	}
	return p, nil
}

// sayFault is why a file cannot be read, without its name.
func sayFault(err error) string {
	f, ok := errors.AsType[*tree.FileError](err)
	switch {
	case !ok:
		return sayError(err)
	case f.Line > 0:
		return fmt.Sprintf("line %d: %s", f.Line, f.Reason)
	}
	return f.Reason
}

func (s *Service) preview(ctx context.Context, src *Source, f transport.File) PreviewFile {
	p := PreviewFile{Name: f.Name, Size: len(f.Raw), Fault: f.Fault}
	if f.Fault != "" {
		return p
	}
	items, err := parse.File(ctx, parse.Input{Name: f.Name, Raw: f.Raw, Profile: src.Profile, Profiles: s.Wire.Profiles})
	if err != nil {
		p.Fault = sayFault(err)
		return p
	}
	p.Format = parse.Format(f.Raw)
	for i := range items {
		it := &items[i]
		headline := it.Title
		if len(it.Headlines) > 0 {
			headline = it.Headlines[0].Value
		}
		p.Items = append(p.Items, PreviewItem{URI: it.URI, Version: it.Version, Type: it.Type, Headline: headline})
	}
	return p
}
