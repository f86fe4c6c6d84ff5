package wire_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"broadsheet/internal/account"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A photograph that a text points to is its picture; one that nothing points to is an item.
func TestPhotosInAFolder(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, "picture/testdata/xmp.jpg", filepath.Join(folder, "alone.bin")) // its name says nothing
	copyFile(t, "picture/testdata/iim.jpg", filepath.Join(folder, "pictures", "ferry.jpg"))
	write("text.story", `{"uri": "urn:x:ferry", "headline": "Ferry", "renditions": {"main": {"href": "./pictures/ferry.jpg", "mimetype": "image/jpeg"}}}`)
	write("readme.txt", "Dear colleagues, nothing here is for the wire.")
	write("page.html", "<!DOCTYPE html><html><body>nor here</body></html>")
	write("odd.xml", "<unknown/>")

	files, err := wire.Files([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"odd.xml", "text.story", "alone.bin", "ferry.jpg"} {
		if i >= len(files) || filepath.Base(files[i]) != want {
			t.Fatalf("files are %v", files)
		}
	}
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		for range 2 { // a second time it is the same
			batch := &wire.Batch{Wire: s}
			var uris []string
			for _, f := range files[1:] {
				results, err := batch.IngestFile(t.Context(), account.System(), f)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range results {
					uris = append(uris, r.URI)
				}
			}
			if len(uris) != 2 || uris[0] != "urn:x:ferry" || uris[1] != "urn:guid:meridian:77" {
				t.Fatalf("items are %v", uris)
			}
		}
		it, err := s.Get(t.Context(), reporter, wire.IDOf("urn:guid:meridian:77"))
		if err != nil {
			t.Fatal(err)
		}
		photos, err := s.Photos(t.Context(), reporter, it)
		if err != nil || len(photos) != 1 {
			t.Fatalf("photos %v, %v", photos, err)
		}
		p := photos[0]
		if p.Filename != "alone.bin" || p.Width != 64 || p.Photographer != "Milo Serra" || p.UsageTerms != "No archive" || p.Embargo.IsZero() {
			t.Errorf("photo %+v", p)
		}
		f, err := p.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		got, err := io.ReadAll(f)
		want, _ := os.ReadFile("picture/testdata/xmp.jpg")
		if err != nil || string(got) != string(want) {
			t.Errorf("%d bytes, %v; want %d", len(got), err, len(want))
		}
	})
}

// The bytes of pictures in a mail are kept: of those attached, and of those that an
// attached file points to.
func TestPicturesInAMail(t *testing.T) {
	raw, err := os.ReadFile("letter/testdata/press.eml")
	if err != nil {
		t.Fatal(err)
	}
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		s := newService(db)
		want := []struct {
			uri  string
			size []int64
		}{{"mid:20261120.4711@northern.example", []int64{1758, 190}}, {"urn:northern:story-9", []int64{3831}}}
		results := ingest(t, s, wire.Incoming{File: "press.eml", Raw: raw})
		if len(results) != len(want) {
			t.Fatalf("results %+v", results)
		}
		for i, w := range want {
			it, err := s.Get(t.Context(), reporter, results[i].ID)
			if err != nil || it.URI != w.uri {
				t.Fatalf("item %d is %+v, %v", i, it, err)
			}
			photos, err := s.Photos(t.Context(), reporter, it)
			if err != nil || len(photos) != len(w.size) {
				t.Fatalf("%s: photos %+v, %v", w.uri, photos, err)
			}
			for k, p := range photos {
				f, err := p.Open(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				n, err := io.Copy(io.Discard, f)
				if err = errors.Join(err, f.Close()); err != nil || n != w.size[k] {
					t.Errorf("%s: %s has %d bytes, want %d: %v", w.uri, p.Filename, n, w.size[k], err)
				}
			}
		}
		if again := ingest(t, s, wire.Incoming{File: "other.eml", Raw: raw}); again[0].Status != wire.Duplicate {
			t.Errorf("the same again is %+v", again)
		}
	})
}
