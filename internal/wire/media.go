package wire

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"path"
	"slices"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/jobs"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/item"
)

// The states of a file that an item points to.
const (
	mediaKept   = "kept"
	mediaWanted = "wanted"
	mediaFailed = "failed"
)

// jobFetch fetches a file from an agency's server. Its payload is a fetchJob.
const jobFetch = "wire.fetch"

type fetchJob struct {
	Item id.ID  `json:"item"`
	Href string `json:"href"`
}

// MaxAttachment is the largest file that is kept beside an item.
const MaxAttachment = 256 << 20

func isWeb(href string) bool {
	return strings.HasPrefix(href, "http://") || strings.HasPrefix(href, "https://")
}

// relative turns an address of a file beside the item's own into a clean path below
// its folder; "" when it is none.
func relative(href string) string {
	href = strings.TrimSpace(strings.TrimPrefix(href, "file:///./"))
	if href == "" || strings.Contains(href, ":") || strings.ContainsAny(href, "\\\x00") || path.IsAbs(href) {
		return ""
	}
	if p := path.Clean(href); p != "." && p != ".." && !strings.HasPrefix(p, "../") {
		return p
	}
	return ""
}

// gather keeps the files that came inside an agency file or stand beside it, and names
// those to be fetched: of every picture the largest rendition.
func (s *Service) gather(ctx context.Context, it *Item, beside func(string) (io.ReadCloser, error)) ([]mediaRow, error) {
	var rows []mediaRow
	for _, h := range it.Holders() {
		best := h.Best()
		for i := range h.Renditions {
			if len(rows) == maxMedia {
				return rows, nil
			}
			row, err := s.gatherOne(ctx, &h.Renditions[i], &h.Renditions[i] == best, beside)
			if err != nil {
				return nil, err
			}
			if row.state != "" {
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}

// gatherOne is gather for one rendition. It gives a row without a state for one whose
// bytes are nowhere and not wanted.
func (s *Service) gatherOne(ctx context.Context, r *item.Rendition, best bool, beside func(string) (io.ReadCloser, error)) (row mediaRow, err error) {
	switch {
	case r.Bytes != nil:
		row = mediaRow{href: r.Href, state: mediaKept}
		row.key, row.size, err = s.Blobs.Put(ctx, bytes.NewReader(r.Bytes))
		return row, err
	case isWeb(r.Href) && best:
		return mediaRow{href: r.Href, state: mediaWanted}, nil
	case isWeb(r.Href) || beside == nil || relative(r.Href) == "":
		return mediaRow{}, nil
	}
	return s.keepBeside(ctx, r.Href, beside)
}

// keepBeside keeps one file. That it is not there is not an error: the item is worth
// having without it.
func (s *Service) keepBeside(ctx context.Context, href string, beside func(string) (io.ReadCloser, error)) (row mediaRow, err error) {
	row = mediaRow{href: href, state: mediaFailed}
	f, err := beside(relative(href))
	if err != nil {
		row.note = "not found beside the agency's file"
		return row, nil // noted, and shown where the picture would be
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	row.key, row.size, err = s.Blobs.Put(ctx, &capped{r: f, left: MaxAttachment})
	if errors.Is(err, errTooLarge) {
		return mediaRow{href: href, state: mediaFailed, note: errTooLarge.Error()}, nil
	}
	row.state = mediaKept
	return row, err
}

var errTooLarge = errors.New("the file is larger than 256 MiB")

// capped fails when a reader gives more than it may.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return n, errTooLarge
	}
	return n, err
}

func (s *Service) storeMedia(ctx context.Context, tx *sqldb.Tx, itemID id.ID, rows []mediaRow) error {
	for _, m := range rows {
		changed, err := setMedia(ctx, tx, itemID, m.href, m.state, m.key, m.size, m.note)
		if err != nil {
			return err
		}
		if changed && m.state == mediaWanted {
			if err := jobs.Enqueue(ctx, tx, jobFetch, fetchJob{itemID, m.href}); err != nil {
				return err
			}
		}
	}
	return nil
}

// fetchMedia is the job. Fetching twice keeps one file.
func (s *Service) fetchMedia(ctx context.Context, payload json.RawMessage) (err error) {
	var job fetchJob
	if err := json.Unmarshal(payload, &job); err != nil {
		return err
	}
	defer errs.Wrap(&err, "fetch %.200q of wire item %s", job.Href, job.Item)
	row := mediaRow{href: job.Href, state: mediaKept}
	row.key, row.size, err = s.download(ctx, job.Href)
	if kind, message := errs.Of(err); kind == errs.Invalid || kind == errs.NotFound {
		// It will be the same tomorrow, so the job is done; the note is for the desk.
		s.Log.WarnContext(ctx, "wire picture not fetched", slog.String("item", job.Item.String()), slog.String("reason", message))
		row, err = mediaRow{href: job.Href, state: mediaFailed, note: message}, nil
	}
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		changed, err := setMedia(ctx, tx, job.Item, row.href, row.state, row.key, row.size, row.note)
		if err != nil || !changed {
			return err
		}
		return bus.Publish(ctx, tx, Topic, EventItem, ItemEvent{ID: job.Item, Status: "media"})
	})
}

func (s *Service) download(ctx context.Context, href string) (key blob.Key, size int64, err error) {
	if s.Fetch == nil {
		return "", 0, errs.E(errs.Invalid, "Fetching is switched off in this newsroom.")
	}
	resp, err := s.Fetch.Get(ctx, href)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	return s.Blobs.Put(ctx, resp.Body)
}

// An Attachment is a picture that belongs to an item: the item's own, one inside it, or
// one of the package that it came in.
type Attachment struct {
	ItemID       id.ID  // the item that the picture is, for its origin
	URI          string // of that item
	Filename     string
	MIME         string
	Width        int
	Height       int
	Href         string
	Title        string
	Caption      string
	Alt          string
	Photographer string
	Credit       string // the organisation, or the agency's whole credit line
	Source       string
	Distributor  string
	Copyright    string
	UsageTerms   string
	Created      Date
	Language     string
	Origin       richtext.Origin
	Release               // until when it is held: not longer than this may it be shown
	Key          blob.Key // of the bytes; "" while there are none
	Small        blob.Key // of a smaller rendition that the agency sent; "" when there is none
	Size         int64
	Problem      string // why there are no bytes, for a person; "" when there are

	blobs blob.Store
}

// Open opens the picture's bytes.
func (a *Attachment) Open(ctx context.Context) (io.ReadSeekCloser, error) {
	if a.Key == "" {
		return nil, errs.E(errs.NotFound, "The picture %s is not here: %s.", a.Filename, a.Problem)
	}
	f, _, err := a.blobs.Open(ctx, a.Key)
	return f, err
}

// Photos returns the pictures that belong to an item, the most immediate first: its
// own, those inside it, those that it links to, those of the packages it is in.
func (s *Service) Photos(ctx context.Context, by *account.Account, it *Item) (_ []Attachment, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "photos of wire item %s", it.ID)
	var found []Attachment
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		found = nil
		linked, err := linkedItems(ctx, tx, it.ID)
		if err != nil {
			return err
		}
		for _, from := range append([]*Item{it}, linked...) {
			media, err := mediaOf(ctx, tx, from.ID)
			if err != nil {
				return err
			}
			for _, p := range from.Pictures() {
				a := attachment(p, from, media)
				a.blobs = s.Blobs
				if !slices.ContainsFunc(found, func(b Attachment) bool { return b.URI == a.URI }) {
					found = append(found, a)
				}
			}
		}
		return nil
	})
	return found, err
}

// attachment describes a picture that is, or is inside, the stored item from.
func attachment(it, from *Item, media map[string]mediaRow) Attachment {
	a := Attachment{
		ItemID: it.ID, URI: it.URI, Title: it.Headline(), Caption: it.Caption(), Alt: it.AltText(),
		Photographer: it.Photographer(), Credit: it.Credit(), Source: it.Source(), Distributor: it.ProviderName(),
		Copyright: it.Copyright(), UsageTerms: it.UsageTerms(), Created: it.ContentCreated, Language: it.Language,
		Release: it.Release().With(from.Release()), Problem: "its agency sent no address for it",
	}
	if from != it {
		a.Distributor = cmp.Or(a.Distributor, from.ProviderName())
		a.Copyright = cmp.Or(a.Copyright, from.Copyright())
		a.UsageTerms = cmp.Or(a.UsageTerms, from.UsageTerms())
	}
	a.Origin = richtext.Origin{Kind: richtext.OriginWire, ID: from.ID.String(), Name: a.Distributor}
	a.Small = smallOf(it, media)
	best := it.Best()
	for i := range it.Renditions { // a rendition whose bytes are here is better than a larger one
		r := &it.Renditions[i]
		if m := media[r.Href]; m.state == mediaKept && r.IsRaster() && (best == nil || media[best.Href].state != mediaKept || r.Width > best.Width) {
			best = r
		}
	}
	if best == nil {
		return a
	}
	a.MIME, a.Width, a.Height, a.Href = best.ContentType, best.Width, best.Height, best.Href
	name, _, _ := strings.Cut(best.Href, "?")
	a.Filename = cmp.Or(it.FileName, path.Base(name))
	if it.FileName == "" && strings.HasPrefix(name, "urn:") { // a file that came by itself, or inside another
		a.Filename = path.Base(it.File)
	}
	switch m := media[best.Href]; m.state {
	case mediaKept:
		a.Key, a.Size, a.Problem = m.key, m.size, ""
	case mediaWanted:
		a.Problem = "it is being fetched from the agency"
	case mediaFailed:
		a.Problem = m.note
	default:
		a.Problem = "its bytes did not come with the item"
	}
	return a
}
