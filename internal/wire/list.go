package wire

import (
	"cmp"
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// An Entry is one line of the wire list: the current version of an item.
type Entry struct {
	ID       id.ID
	Arrived  id.ID // the current version's place in the order of arrival; its Time is when
	URI      string
	Version  string
	Versions int // how many came
	Type     string
	Service  string // the feed it came by, else its provider
	Provider string
	Urgency  int // 1 to 9; 0 unknown
	Release      // Status, Embargo, Expires; FreeAt says whether it may be shown to the public
	Language string
	Slugline string
	Headline string
	Summary  string // the beginning of its text or caption
	Photos   int    // pictures in it, not counting those of a package around it
	Words    int
	HiddenBy string    // who or which rule took it out of the list; "" when it is there
	Hidden   time.Time // when
}

// Limits of the search.
const (
	maxSearchText = 32 << 10 // bytes of an item that are searched
	maxSummary    = 280      // characters
)

// List returns a page of the wire, newest arrival first.
func (s *Service) List(ctx context.Context, by *account.Account, f Filter) (list []Entry, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "list the wire")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = s.list(ctx, tx, &f)
		return err
	})
	return list, err
}

func (s *Service) list(ctx context.Context, tx *sqldb.Tx, f *Filter) ([]Entry, error) {
	if f.plain() {
		from, before := f.span(s.zone())
		return newest(ctx, tx, from, before, f.limit())
	}
	if f.Show == ShowLibrary {
		return library(ctx, tx, f, s.zone())
	}
	hits, err := s.index(tx).Find(ctx, tx, f.search(s.zone()))
	if err != nil || len(hits) == 0 {
		return nil, err
	}
	return entriesOf(ctx, tx, hits)
}

func (s *Service) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// Entry returns an item's line of the list.
func (s *Service) Entry(ctx context.Context, by *account.Account, itemID id.ID) (e Entry, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return e, err
	}
	defer errs.Wrap(&err, "wire entry %s", itemID)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		e, err = sqldb.One(ctx, tx, scanEntry, "SELECT "+entryColumns+" FROM wire_item WHERE id = $1", itemID)
		return err
	})
	return e, err
}

// Get returns the current version of an item.
func (s *Service) Get(ctx context.Context, by *account.Account, itemID id.ID) (it *Item, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "wire item %s", itemID)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		it, err = getItem(ctx, tx, itemID)
		return err
	})
	return it, err
}

// A VersionInfo is one version of an item that came.
type VersionInfo struct {
	Arrived id.ID
	Version string
	Status  Status
	File    string // the name of the file it came in
	Size    int64  // of that file
	Current bool
}

// Received is when the version came.
func (v VersionInfo) Received() time.Time { return v.Arrived.Time() }

func scanVersion(r sqldb.Row) (v VersionInfo, err error) {
	err = r.Scan(&v.Arrived, &v.Version, &v.Status, &v.File, &v.Size, &v.Current)
	return v, err
}

// Versions returns what came of an item, newest arrival first.
func (s *Service) Versions(ctx context.Context, by *account.Account, itemID id.ID) (list []VersionInfo, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "versions of wire item %s", itemID)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = sqldb.All(ctx, tx, scanVersion, `
			SELECT v.id, v.version, v.status, f.name, LENGTH(f.raw), v.id = i.arrived_id
			FROM wire_version v JOIN wire_file f ON f.id = v.file_id JOIN wire_item i ON i.id = v.item_id
			WHERE v.item_id = $1 ORDER BY v.id DESC LIMIT $2`, itemID, MaxList)
		return err
	})
	return list, err
}

// GetVersion returns one version of an item, by its Arrived.
func (s *Service) GetVersion(ctx context.Context, by *account.Account, itemID, arrived id.ID) (it *Item, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "version %s of wire item %s", arrived, itemID)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		it, err = sqldb.One(ctx, tx, scanItem, `SELECT data FROM wire_version WHERE id = $1 AND item_id = $2`, arrived, itemID)
		return err
	})
	return it, err
}

// Raw returns the bytes of the file that a version came in, as the agency sent them.
func (s *Service) Raw(ctx context.Context, by *account.Account, itemID, arrived id.ID) (raw []byte, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "file of version %s of wire item %s", arrived, itemID)
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		raw, err = sqldb.One(ctx, tx, sqldb.Scalar[[]byte], `
			SELECT f.raw FROM wire_version v JOIN wire_file f ON f.id = v.file_id WHERE v.id = $1 AND v.item_id = $2`, arrived, itemID)
		return err
	})
	return raw, err
}

// A Source is a feed that items came by.
type Source struct {
	Name  string
	Items int
	Last  time.Time // when the last one came
}

func scanSource(r sqldb.Row) (s Source, err error) {
	var last id.ID
	err = r.Scan(&s.Name, &s.Items, &last)
	s.Last = last.Time()
	return s, err
}

// Services returns the names that the list can be filtered by, in their order.
func (s *Service) Services(ctx context.Context, by *account.Account) (list []Source, err error) {
	if err := by.Must(account.WireRead); err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "list the wire's services")
	err = s.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err = sqldb.All(ctx, tx, scanSource, `SELECT name, items, last_id FROM wire_service ORDER BY name LIMIT $1`, MaxList)
		return err
	})
	return list, err
}

// entryOf is what the list shows of an item.
func entryOf(it *Item, service string) Entry {
	story := it.Story()
	text := story.Text()
	if text == "" {
		text = it.Caption()
	}
	e := Entry{
		ID: it.ID, URI: it.URI, Version: it.Version, Type: it.Type, Provider: it.ProviderName(), Urgency: it.Urgency,
		Release: it.Release(), Language: it.Language, Slugline: it.Slugline(), Headline: it.Headline(),
		Summary: shorten(text, maxSummary), Photos: len(it.Pictures()), Words: story.Words(),
	}
	if len(it.Services) > 0 && service == "" {
		service = it.Services[0].Label()
	}
	e.Service = cmp.Or(service, e.Provider, it.Format)
	e.Headline = cmp.Or(e.Headline, shorten(text, 100), it.URI)
	return e
}

// shorten cuts at a space, and says that it did.
func shorten(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	cut := string([]rune(s)[:limit])
	if i := strings.LastIndexByte(cut, ' '); i > limit/2 {
		cut = cut[:i]
	}
	return cut + "…"
}

// searchText is what the list's words are looked for in.
func searchText(it *Item, e *Entry) string {
	var b strings.Builder
	put := func(values ...string) {
		for _, v := range values {
			if v != "" && b.Len() < maxSearchText {
				b.WriteString(v)
				b.WriteByte('\n')
			}
		}
	}
	put(e.Headline, e.Slugline, e.Service, e.Provider, it.Title, it.Byline(), it.FileName)
	for _, texts := range [][]Text{it.Headlines, it.Sluglines, it.Keywords, it.EdNotes, it.Datelines, it.Creditlines} {
		for _, t := range texts {
			put(t.Value)
		}
	}
	for _, list := range [][]Concept{it.Services, it.Subjects, it.People, it.Organisations, it.Places, it.Events, it.Located, it.Genres, it.Concepts} {
		for _, c := range list {
			put(c.Name)
		}
	}
	for i := range it.Descriptions {
		put(it.Descriptions[i].Plain())
	}
	put(it.Story().Text())
	s := strings.ToLower(b.String())
	if len(s) > maxSearchText {
		s = strings.ToValidUTF8(s[:maxSearchText], "")
	}
	return s
}
