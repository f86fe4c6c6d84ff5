package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

var (
	reporter = &account.Account{ID: id.New(), Name: "Bo Reyes", Role: account.Reporter}
	reader   = &account.Account{ID: id.New(), Name: "A reader", Role: account.Reader}
)

func newService(db *sqldb.DB) *Service {
	return New(db, new(blob.Memory), new(blob.Memory), slog.New(slog.DiscardHandler))
}

// pressPhoto is a photograph as an agency sends it.
func pressPhoto(t testing.TB, w, h int) []byte {
	return withSegments(encodeJPEG(t, landscape(w, h)),
		segment(markerAPP1, exifBlock(
			[]tiffTag{{0x010f, "CameraMaker"}, {0x0110, "CameraModel"}}, []tiffTag{{0xa431, "SERIAL123"}}, []tiffTag{{1, "N"}, {3, "E"}})),
		segment(markerAPP1, xmpPacket(fullXMP)))
}

func upload(t testing.TB, s *Service, data []byte, name string) *Photo {
	t.Helper()
	p, err := s.Upload(t.Context(), reporter, bytes.NewReader(data), name, richtext.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func read(t testing.TB, f *File, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f.Content)
	if err := errors.Join(err, f.Content.Close()); err != nil {
		t.Fatal(err)
	}
	if int64(len(data)) != f.Size || f.MIME != "image/jpeg" || f.ETag != `"`+string(blob.KeyOf(data))+`"` || f.Modified.IsZero() {
		t.Errorf("%d bytes described as %+v", len(data), f)
	}
	return data
}

func TestUploadAndPublish(t *testing.T) {
	data := pressPhoto(t, 700, 467)
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		p := upload(t, s, data, `C:\in\minister.PNG`)
		want := &Photo{
			ID: p.ID, Metadata: fromFullXMP, Width: 700, Height: 467, MIME: "image/jpeg", Filename: "minister.PNG", Size: int64(len(data)),
			Original: blob.KeyOf(data), Created: p.Created, Version: 1,
			Origin: richtext.Origin{Kind: richtext.OriginStaff, ID: reporter.ID.String(), Name: "Bo Reyes"},
		}
		got, err := s.Get(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, photo := range []*Photo{p, got} {
			if diff := cmp.Diff(want, photo); diff != "" {
				t.Error(diff)
			}
		}
		for width, size := range map[int][2]int{320: {320, 213}, 640: {640, 427}, 700: {700, 467}, 960: {700, 467}, 1920: {700, 467}} {
			f, err := s.Rendition(t.Context(), p.ID, width)
			out := read(t, f, err)
			img, err := jpeg.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			if b := img.Bounds(); b.Dx() != size[0] || b.Dy() != size[1] {
				t.Errorf("rendition %d is %v, want %v", width, b.Size(), size)
			}
			published := fromFullXMP
			published.Keywords, published.Instructions = nil, ""
			if diff := cmp.Diff(published, inspect(t, out)); diff != "" {
				t.Error(diff)
			}
			for _, secret := range []string{signatureEXIF, "SERIAL123", "CameraMaker", "NO ARCHIVES"} {
				if bytes.Contains(out, []byte(secret)) {
					t.Errorf("rendition %d holds %q", width, secret)
				}
			}
		}
		for _, width := range []int{0, -1, 1, 321, 1921, 4000} {
			if _, err := s.Rendition(t.Context(), p.ID, width); !errors.Is(err, errs.NotFound) {
				t.Errorf("rendition %d: %v, want not found", width, err)
			}
		}
		if _, err := s.Rendition(t.Context(), id.New(), 320); !errors.Is(err, errs.NotFound) {
			t.Errorf("rendition of no photograph: %v", err)
		}
	})
}

func TestUploadRefusesAndKeepsNothing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		originals, renditions := new(blob.Memory), new(blob.Memory)
		s := New(db, originals, renditions, slog.New(slog.DiscardHandler))
		whole := pressPhoto(t, 64, 40)
		for _, data := range [][]byte{nil, []byte("GIF89a"), whole[:len(whole)-9], claimSize(whole, 60_000, 60_000)} {
			if _, err := s.Upload(t.Context(), reporter, bytes.NewReader(data), "x.jpg", richtext.Origin{}); !errors.Is(err, errs.Invalid) {
				t.Errorf("upload: %v, want invalid", err)
			}
		}
		if _, err := s.Upload(t.Context(), reader, bytes.NewReader(whole), "x.jpg", richtext.Origin{}); !errors.Is(err, errs.Denied) {
			t.Errorf("upload by a reader: %v, want denied", err)
		}
		if _, err := s.Upload(t.Context(), nil, bytes.NewReader(whole), "x.jpg", richtext.Origin{}); !errors.Is(err, errs.Unauthenticated) {
			t.Errorf("upload by nobody: %v, want unauthenticated", err)
		}
		photos, err := s.List(t.Context(), reporter, "", 0, 10)
		if err != nil || len(photos) != 0 || originals.Len() != 0 || renditions.Len() != 0 {
			t.Errorf("kept %d photographs, %d originals, %d renditions, %v", len(photos), originals.Len(), renditions.Len(), err)
		}
	})
}

func TestImport(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, s := t.Context(), newService(db)
		key, _, err := s.originals.Put(ctx, bytes.NewReader(pressPhoto(t, 64, 40)))
		if err != nil {
			t.Fatal(err)
		}
		in := Incoming{
			Original: key, Filename: "p.jpg", Origin: richtext.Origin{Kind: richtext.OriginWire, ID: "item1", Name: "Harbour News"},
			Metadata: Metadata{Caption: "From the item ", Credit: "Item credit"},
		}
		p, err := s.Import(ctx, reporter, in)
		if err != nil {
			t.Fatal(err)
		}
		if p.Caption != "From the item" || p.Credit != "Item credit" || p.Photographer != "Ana Duarte, Li Wei" || p.Origin != in.Origin {
			t.Errorf("imported %+v", p)
		}
		again, err := s.Import(ctx, reporter, in)
		if err != nil || again.ID != p.ID {
			t.Errorf("imported again: %v, %v", again, err)
		}
		in.Origin.ID = "item2"
		if other, err := s.Import(ctx, reporter, in); err != nil || other.ID == p.ID {
			t.Errorf("the same file of another item: %v, %v", other, err)
		}
		in.Original = blob.KeyOf(nil)
		if _, err := s.Import(ctx, reporter, in); !errors.Is(err, errs.NotFound) {
			t.Errorf("import of a file that is not kept: %v", err)
		}
		if _, err := s.Import(ctx, reader, in); !errors.Is(err, errs.Denied) {
			t.Errorf("import by a reader: %v", err)
		}
	})
}

func TestEdit(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, s := t.Context(), newService(db)
		var heard []bus.Event
		defer bus.New(db, slog.New(slog.DiscardHandler)).Subscribe(func(e bus.Event) { heard = append(heard, e) })()
		p := upload(t, s, pressPhoto(t, 700, 467), "p.jpg")
		f, err := s.Rendition(ctx, p.ID, 640)
		before := read(t, f, err)

		change := *p
		change.Caption, change.UsageTerms, change.Keywords, change.Width = " New caption\r\n", "No archives", nil, 1
		edited, err := s.Edit(ctx, reporter, change)
		if err != nil {
			t.Fatal(err)
		}
		if edited.Caption != "New caption" || edited.Version != 2 || edited.Width != 700 || edited.Path(320) == p.Path(320) {
			t.Errorf("edited: %+v", edited)
		}
		got, err := s.Get(ctx, p.ID)
		if diff := cmp.Diff(edited, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
		f, err = s.Rendition(ctx, p.ID, 640)
		after := read(t, f, err)
		if m := inspect(t, after); m.Caption != "New caption" || m.UsageTerms != "No archives" {
			t.Errorf("the rendition says %+v", m)
		}
		scan := func(b []byte) []byte { return b[bytes.Index(b, []byte{0xff, markerSOS}):] }
		if !bytes.Equal(scan(before), scan(after)) {
			t.Error("an edit of words changed the pixels")
		}
		if n := s.renditions.(*blob.Memory).Len(); n != 3 {
			t.Errorf("%d renditions are kept, want 3: the old ones go", n)
		}
		if _, err := s.Edit(ctx, reporter, change); !errors.Is(err, errs.Conflict) {
			t.Errorf("edit of an old version: %v, want a conflict", err)
		}
		change.Version, change.Alt = 2, strings.Repeat("x", 2000)
		if _, err := s.Edit(ctx, reporter, change); !errors.Is(err, errs.Invalid) {
			t.Errorf("edit with a long text: %v, want invalid", err)
		}
		if _, err := s.Edit(ctx, reader, *edited); !errors.Is(err, errs.Denied) {
			t.Errorf("edit by a reader: %v", err)
		}
		if _, err := s.Edit(ctx, reporter, Photo{ID: id.New()}); !errors.Is(err, errs.NotFound) {
			t.Errorf("edit of no photograph: %v", err)
		}
		if len(heard) != 1 || heard[0].Topic != "media:"+p.ID.String() || heard[0].Kind != "media.changed" || !strings.Contains(string(heard[0].Data), `"version":2`) {
			t.Errorf("events: %+v", heard)
		}
	})
}

func TestEmbargo(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, s := t.Context(), newService(db)
		now := time.Date(2026, 11, 24, 10, 59, 0, 0, time.UTC)
		s.Now = func() time.Time { return now }
		p := upload(t, s, withSegments(encodeJPEG(t, small), segment(markerAPP13, iimBlock("\x02\x1e", "20261124", "\x02\x23", "060000-0500"))), "p.jpg")
		if _, err := s.Rendition(ctx, p.ID, 320); !errors.Is(err, errs.NotFound) {
			t.Errorf("a reader sees an embargoed photograph: %v", err)
		}
		if _, err := s.Preview(ctx, reader, p.ID, 320); !errors.Is(err, errs.Denied) {
			t.Errorf("a reader previews: %v", err)
		}
		f, err := s.Preview(ctx, reporter, p.ID, 320)
		read(t, f, err)
		now = now.Add(time.Minute)
		f, err = s.Rendition(ctx, p.ID, 320)
		read(t, f, err)
	})
}

func TestListAndByIDs(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, s := t.Context(), newService(db)
		data := encodeJPEG(t, small)
		var ids []id.ID
		for i := range 7 {
			p := upload(t, s, data, fmt.Sprintf("img%d.jpg", i))
			p.Title, p.Caption = fmt.Sprintf("Müller %d", i), []string{"100% in Geneva", "by the_sea"}[i%2]
			p.Photographer = []string{"Ana Duarte", "Li Wei"}[i%2]
			if _, err := s.Edit(ctx, reporter, *p); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, p.ID)
		}
		for query, want := range map[string]string{
			"": "6 5 4 3 2 1 0", "MÜLLER": "6 5 4 3 2 1 0", "ana gene": "6 4 2 0", "ana sea": "", "100%": "6 4 2 0", "0%0": "", "e_s": "5 3 1",
			`\`: "", "img3": "3", "müller 5 wei": "5", "'; DROP TABLE photo": "",
		} {
			var got []string
			for after := id.ID(0); ; {
				page, err := s.List(ctx, reporter, query, after, 2)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					break
				}
				for _, p := range page {
					got = append(got, p.Title[len("Müller "):])
				}
				after = page[len(page)-1].ID
			}
			if strings.Join(got, " ") != want {
				t.Errorf("list %q: %v, want %s", query, got, want)
			}
		}
		if _, err := s.List(ctx, reader, "", 0, 10); !errors.Is(err, errs.Denied) {
			t.Errorf("list by a reader: %v", err)
		}
		some, err := s.ByIDs(ctx, []id.ID{ids[4], id.New(), ids[1]})
		if err != nil || len(some) != 2 || some[ids[4]].Title != "Müller 4" || some[ids[1]].Title != "Müller 1" {
			t.Errorf("ByIDs: %v, %v", some, err)
		}
		if none, err := s.ByIDs(ctx, nil); err != nil || len(none) != 0 {
			t.Errorf("ByIDs of nothing: %v, %v", none, err)
		}
	})
}

// Renditions that somebody removed are made again, once for all who ask.
func TestRenditionsComeBack(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, s := t.Context(), newService(db)
		p := upload(t, s, pressPhoto(t, 700, 467), "p.jpg")
		f, err := s.Rendition(ctx, p.ID, 640)
		before := read(t, f, err)
		counter := &countingStore{Store: new(blob.Memory)}
		s.renditions = counter
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				f, err := s.Rendition(ctx, p.ID, 640)
				if err != nil {
					t.Error(err)
					return
				}
				defer f.Content.Close()
				if data, err := io.ReadAll(f.Content); err != nil || !bytes.Equal(data, before) {
					t.Errorf("made again: %d bytes, %v; want the same %d", len(data), err, len(before))
				}
			})
		}
		group.Wait()
		if counter.puts != 3 && counter.puts != 6 { // a late one may find its turn just over
			t.Errorf("%d renditions were made for 8 readers, want 3", counter.puts)
		}
	})
}

type countingStore struct {
	blob.Store
	mu   sync.Mutex
	puts int
}

func (s *countingStore) Put(ctx context.Context, r io.Reader) (blob.Key, int64, error) {
	s.mu.Lock()
	s.puts++
	s.mu.Unlock()
	return s.Store.Put(ctx, r)
}

// The same file twice is two photographs, and editing one leaves the other be.
func TestTwinsDoNotShareTheirFate(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, s := t.Context(), newService(db)
		data := pressPhoto(t, 64, 40)
		a, b := upload(t, s, data, "a.jpg"), upload(t, s, data, "b.jpg")
		a.Title = "Another"
		if _, err := s.Edit(ctx, reporter, *a); err != nil {
			t.Fatal(err)
		}
		for _, p := range []*Photo{a, b, a, b} {
			f, err := s.Rendition(ctx, p.ID, 320)
			if m := inspect(t, read(t, f, err)); m.Title != p.Title {
				t.Errorf("title in the rendition = %q, want %q", m.Title, p.Title)
			}
		}
	})
}

func TestPlans(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		for name, query := range map[string]struct {
			text string
			args []any
		}{
			"rendition": {wantedQuery, []any{1, 320}},
			"import":    {importedQuery, []any{"a", "b"}},
			"list":      {listQuery(0), []any{1, 10}},
		} {
			err := db.View(ctx, func(tx *sqldb.Tx) error {
				plan, err := sqldb.Plan(ctx, tx, query.text, query.args...)
				if db.Dialect() == sqldb.SQLite && (strings.Contains(plan, "SCAN p") || strings.Contains(plan, "TEMP B-TREE")) {
					t.Errorf("%s reads all photographs:\n%s", name, plan)
				}
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func BenchmarkRendition(b *testing.B) {
	db := sqltest.Open(b, "sqlite:"+b.TempDir()+"/bench.db")
	dir := func(name string) blob.Store {
		d, err := blob.NewDir(b.TempDir() + "/" + name)
		if err != nil {
			b.Fatal(err)
		}
		return d
	}
	s := New(db, dir("originals"), dir("renditions"), slog.New(slog.DiscardHandler))
	data := pressPhoto(b, 6000, 4000)
	p := upload(b, s, data, "p.jpg")
	b.Run("kept", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f, err := s.Rendition(b.Context(), p.ID, 1280)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, f.Content); err != nil {
				b.Fatal(err)
			}
			f.Content.Close()
		}
	})
	b.Run("after an edit", func(b *testing.B) {
		for b.Loop() {
			var err error
			if p, err = s.Edit(b.Context(), reporter, *p); err != nil {
				b.Fatal(err)
			}
			f, err := s.Rendition(b.Context(), p.ID, 1280)
			if err != nil {
				b.Fatal(err)
			}
			f.Content.Close()
		}
	})
	b.Run("upload of 24 megapixels", func(b *testing.B) {
		for b.Loop() {
			upload(b, s, data, "p.jpg")
		}
	})
}
