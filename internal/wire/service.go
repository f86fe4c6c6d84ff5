package wire

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/fetch"
	"broadsheet/internal/id"
	"broadsheet/internal/jobs"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/profile"
)

// Topic is the bus's topic of everything that happens on the wire, and EventItem the
// kind of event that tells of an item; its data is an [ItemEvent].
const (
	Topic     = "wire"
	EventItem = "wire.item"
)

// A Service is the newsroom's wire. It is safe for concurrent use.
type Service struct {
	DB    *sqldb.DB
	Blobs blob.Store
	Fetch *fetch.Client // needed only where jobs are done; nil: pictures at web addresses are not fetched
	Now   func() time.Time
	Log   *slog.Logger

	Profiles *profile.Set   // the agencies' dialects; nil means those that are shipped
	Zone     *time.Location // of the newsroom, for days and for rules by the time of day; nil means UTC

	// OnChange are called in the transaction in which the word of an agency on an item
	// becomes another one, in order. They may be none.
	OnChange []func(ctx context.Context, tx *sqldb.Tx, c *Change) error

	router router
	alone  bool // leaves families out, to measure what they cost
}

// At returns a service that is the same but for its clock: for what came at another time.
func (s *Service) At(now func() time.Time) *Service {
	return &Service{
		DB: s.DB, Blobs: s.Blobs, Fetch: s.Fetch, Now: now, Log: s.Log, Profiles: s.Profiles, Zone: s.Zone, OnChange: s.OnChange, alone: s.alone,
	}
}

// An Incoming is a file from an agency.
type Incoming struct {
	Service string // the feed, as the newsroom calls it; "" means the item's own service or provider
	File    string // its name, for messages
	Raw     []byte
	Profile string // name of the agency's profile; "" means that each item shows its own

	// Beside opens a file that stands beside this one, by the relative address that an
	// item gives for its picture. nil means that there is nothing beside it.
	Beside func(href string) (io.ReadCloser, error)

	Source id.ID  // where it came from; 0 when it is not one of the newsroom's sources
	Agency string // who speaks by it; other agencies' items are not changed by it. "" is the newsroom itself, which may
	Fault  string // why its bytes cannot be had; Raw is then nil

	// Note, if not nil, takes part in the transaction that stores the file, or that
	// keeps it as unreadable.
	Note func(ctx context.Context, tx *sqldb.Tx, a Arrival) error
}

// An Arrival is what became of a file.
type Arrival struct {
	Results []Result
	Fault   string // why it cannot be read; "" when it was
	Again   bool   // the same bytes have come before
}

func (in *Incoming) note(ctx context.Context, tx *sqldb.Tx, a Arrival) error {
	if in.Note == nil {
		return nil
	}
	return in.Note(ctx, tx, a)
}

// An Outcome says what became of an item.
type Outcome string

// The outcomes.
const (
	New       Outcome = "new"       // not seen before
	Updated   Outcome = "updated"   // a newer version of an item that was here
	Duplicate Outcome = "duplicate" // here already, word for word; nothing was changed
	Older     Outcome = "older"     // kept, but a newer version is current
	Foreign   Outcome = "foreign"   // another version of an item that is another agency's; nothing was changed
)

// A Result is what became of one item of a file.
type Result struct {
	ID       id.ID   `json:"id"`
	URI      string  `json:"uri"`
	Version  string  `json:"version,omitempty"`
	Status   Outcome `json:"status"`
	Type     string  `json:"type,omitempty"`
	Headline string  `json:"headline"`
	Note     string  `json:"note,omitempty"` // why the file waits under Files, for a person
}

// An ItemEvent is the data of an event on the wire. Status is an Outcome, or "media"
// when a picture's bytes have come.
type ItemEvent struct {
	ID     id.ID  `json:"id"`
	Status string `json:"status"`
}

// Ingest parses a file and keeps its bytes and its items, all or nothing. A file that
// cannot be read gives a *[tree.FileError], of kind errs.Invalid, whose text may be shown;
// its bytes are kept all the same and wait for [Service.Retry].
func (s *Service) Ingest(ctx context.Context, by *account.Account, in Incoming) ([]Result, error) {
	if err := by.Must(account.WireIngest); err != nil {
		return nil, err
	}
	if in.Profile != "" { // that somebody mistyped it is no fault of the file
		if _, err := s.profiles().Get(in.Profile); err != nil {
			return nil, err
		}
	}
	results, err := s.ingest(ctx, in)
	fault := unreadable(err, in.File)
	if fault == nil {
		return results, err
	}
	if kept := s.keep(ctx, &in, fault); kept != nil {
		if in.Source == 0 && errors.Is(kept, errs.Limited) {
			return nil, fault // who sent it hears of it, and has it still
		}
		return nil, kept
	}
	return nil, fault
}

func (s *Service) profiles() *profile.Set {
	if s.Profiles == nil {
		return profile.Shipped()
	}
	return s.Profiles
}

func (s *Service) ingest(ctx context.Context, in Incoming) (_ []Result, err error) {
	done, err := takeLarge(ctx, len(in.Raw))
	if err != nil {
		return nil, err
	}
	defer done()
	items, err := s.parse(ctx, &in)
	if err != nil {
		return nil, err
	}
	defer errs.Wrap(&err, "ingest %s", in.File)
	files := make([][]mediaRow, len(items))
	for i := range items {
		if files[i], err = s.gather(ctx, &items[i], in.Beside); err != nil {
			return nil, err
		}
	}
	var results []Result
	err = s.DB.Update(ctx, func(tx *sqldb.Tx) error {
		results, err = s.store(ctx, tx, &in, items, files)
		return err
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// store keeps a file and what is in it.
func (s *Service) store(ctx context.Context, tx *sqldb.Tx, in *Incoming, items []Item, files [][]mediaRow) (results []Result, err error) {
	key := blob.KeyOf(in.Raw)
	fileID, isNew, err := insertFile(ctx, tx, key, in, s.Now())
	if err != nil {
		return nil, err
	}
	if err := settleUnreadable(ctx, tx, key); err != nil {
		return nil, err
	}
	if err := lockAll(ctx, tx, items); err != nil {
		return nil, err
	}
	counts := newCounts()
	for i := range items {
		r, err := s.storeItem(ctx, tx, &items[i], fileID, in, counts)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
		if r.Status == Foreign {
			continue
		}
		if err := s.storeMedia(ctx, tx, items[i].ID, files[i]); err != nil {
			return nil, err
		}
	}
	if err := counts.store(ctx, tx); err != nil {
		return nil, err
	}
	fault, err := s.keepForeign(ctx, tx, in, results)
	if err != nil {
		return nil, err
	}
	return results, in.note(ctx, tx, Arrival{Results: results, Fault: fault, Again: !isNew})
}

// lockAll locks the items of a file in the order of their IDs, so that two files with
// the same items never wait for each other.
func lockAll(ctx context.Context, tx *sqldb.Tx, items []Item) error {
	if len(items) == 1 {
		return nil // storeItem does it
	}
	order := make([]*Item, len(items))
	for i := range items {
		order[i] = &items[i]
	}
	slices.SortFunc(order, func(a, b *Item) int { return cmp.Compare(a.ID, b.ID) })
	for _, it := range order {
		if _, err := lockItem(ctx, tx, it, placeOf(it)); err != nil {
			return err
		}
	}
	return nil
}

// placeOf is where an item is listed.
func placeOf(it *Item) string {
	if it.Kind == item.News || it.Kind == item.Package {
		return placeDesk
	}
	return placeLibrary
}

// counts are what a file adds to the services' and the filter values' counts, stored at
// the end for the same reason that lockAll has.
type counts struct {
	services map[string]*serviceCount
	facets   map[facet]int
}

type serviceCount struct {
	last  id.ID
	items int
}

// A facet is a value that the list can be filtered by.
type facet struct{ kind, value string }

func newCounts() *counts {
	return &counts{services: map[string]*serviceCount{}, facets: map[facet]int{}}
}

func (c *counts) add(name string, arrived id.ID, isNew bool) {
	if c.services[name] == nil {
		c.services[name] = &serviceCount{}
	}
	c.services[name].last = arrived
	if isNew {
		c.services[name].items++
	}
}

func (c *counts) store(ctx context.Context, tx *sqldb.Tx) error {
	for _, name := range slices.Sorted(maps.Keys(c.services)) {
		if err := countService(ctx, tx, name, c.services[name].last, c.services[name].items); err != nil {
			return err
		}
	}
	return storeFacets(ctx, tx, c.facets)
}

func (s *Service) storeItem(ctx context.Context, tx *sqldb.Tx, it *Item, fileID id.ID, in *Incoming, counts *counts) (Result, error) {
	place := placeOf(it)
	e := entryOf(it, in.Service)
	r := Result{ID: it.ID, URI: it.URI, Version: it.Version, Type: it.Type, Headline: e.Headline, Status: Duplicate}
	digest, err := digestOf(it)
	if err != nil {
		return r, err
	}
	now, err := lockItem(ctx, tx, it, place)
	if err != nil {
		return r, err
	}
	if err := s.settleOwner(ctx, tx, it, &now, in, digest, &r); err != nil || r.Status == Foreign {
		return r, err
	}
	num, ms := rankOf(it)
	if ms == 0 { // it does not say when it was made: now, at the latest
		ms = max(s.Now().UnixMilli(), now.ms)
	}
	if it.PubStatus == item.Canceled && ms > now.ms { // a kill counts by when it was made
		num = max(num, now.num)
	}
	arrived, err := insertVersion(ctx, tx, it, fileID, id.At(s.Now()), digest, num, ms)
	if err != nil || arrived == 0 {
		return r, err
	}
	if err := countVersion(ctx, tx, it.ID); err != nil {
		return r, err
	}
	switch {
	case now.versions == 0:
		r.Status = New
	case newer(num, ms, now.num, now.ms):
		r.Status = Updated
	default:
		r.Status = Older
		return r, noteOlder(ctx, tx, it, &e, arrived)
	}
	if err := setCurrent(ctx, tx, it, arrived, place, &e, num, ms); err != nil {
		return r, err
	}
	if err := setLinks(ctx, tx, it.ID, targetsOf(it)); err != nil {
		return r, err
	}
	if place == placeLibrary {
		return r, nil
	}
	if err := s.changed(ctx, tx, it, &now, &e, arrived); err != nil {
		return r, err
	}
	if err := s.route(ctx, tx, it, &e, arrived, counts); err != nil {
		return r, err
	}
	counts.add(e.Service, arrived, now.service != e.Service)
	if !s.alone {
		if err := s.join(ctx, tx, it, &e, arrived); err != nil {
			return r, err
		}
	}
	return r, bus.Publish(ctx, tx, Topic, EventItem, ItemEvent{ID: it.ID, Status: string(r.Status)})
}

// rankOf is what versions are compared by: the number, where the version is one, and the
// time that it was made.
func rankOf(it *Item) (num, ms int64) {
	num, err := strconv.ParseInt(it.Version, 10, 64)
	if err != nil || num < 0 {
		num = -1
	}
	if t := it.VersionCreated.Time; !t.IsZero() {
		ms = t.UnixMilli()
	}
	return num, ms
}

// newer reports whether a version that comes now replaces the current one. Of two that
// say they are the same the one that came last does: agencies send a kill so, and often
// with neither a number nor a date.
func newer(num, ms, currentNum, currentMS int64) bool {
	if num >= 0 && currentNum >= 0 && num != currentNum {
		return num > currentNum
	}
	return ms >= currentMS
}

// digestOf is of what the item says, whatever envelope and file it came in.
func digestOf(it *Item) (string, error) {
	bare := *it
	bare.Message, bare.File, bare.Line, bare.Warnings, bare.Counts = nil, "", 0, nil, nil
	bare.Associations = append([]item.Association(nil), it.Associations...)
	for i := range bare.Associations {
		a := &bare.Associations[i].Item
		a.File, a.Line, a.Warnings = "", 0, nil
	}
	raw, err := json.Marshal(&bare)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}

// targetsOf are the items that this one speaks of, in its order.
func targetsOf(it *Item) []id.ID {
	var ids []id.ID
	add := func(uri string) {
		if uri != "" && len(ids) < maxLinked {
			ids = append(ids, IDOf(uri))
		}
	}
	for _, g := range it.Groups {
		for _, m := range g.Members {
			add(cmp.Or(m.URI, m.Href))
		}
	}
	for _, l := range it.Links {
		add(l.URI)
	}
	return ids
}

// Releases returns, for wire items by ID, from when to when they may be shown to the
// public. It says nothing else about them, so every room may ask for whatever it shows;
// IDs that are not known are absent.
func (s *Service) Releases(ctx context.Context, ids []id.ID) (_ map[id.ID]Release, err error) {
	defer errs.Wrap(&err, "releases of wire items")
	var found map[id.ID]Release
	err = s.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		found, err = s.ReleasesIn(ctx, tx, ids)
		return err
	})
	return found, err
}

// Handle tells the queue that this service does the wire's jobs.
func (s *Service) Handle(q *jobs.Queue) { q.Handle(jobFetch, s.fetchMedia) }
