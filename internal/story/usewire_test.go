package story

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

const item = `{
	"uri": "tag:northern.example,2026:n1", "version": "VERSION", "type": "text", "pubstatus": "STATUS",
	"standard": {"name": "ninjs", "version": "3.1"}, "language": "en", "embargoed": "EMBARGO",
	"provider": {"name": "Northern Wire"}, "versioncreated": "2026-11-23T08:00:00Z",
	"headlines": [{"value": "Ferry service resumes"}],
	"subjects": [{"name": "transport", "uri": "http://cv.iptc.org/newscodes/mediatopic/04000000"}],
	"bodies": [{"contenttype": "text/html", "value": "<p>The ferry <strong>sails</strong> again.</p><h2>Timetable</h2><p>Twice a day.</p>"}],
	"associations": [
		{"name": "main", "uri": "tag:northern.example,2026:p1", "type": "picture",
			"headlines": [{"value": "The ferry"}], "descriptions": [{"value": "The ferry leaves."}], "by": "Ada Lens", "creditline": "Ada Lens / Northern Wire",
			"renditions": [{"name": "main", "href": "ferry.jpg", "contenttype": "image/jpeg"}]},
		{"name": "second", "uri": "tag:northern.example,2026:p2", "type": "picture",
			"renditions": [{"name": "main", "href": "missing.jpg", "contenttype": "image/jpeg"}]}
	]
}`

func ingest(t *testing.T, s *Service, version, status, embargo string) id.ID {
	t.Helper()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
		t.Fatal(err)
	}
	results, err := s.Wire.Ingest(t.Context(), account.System(), wire.Incoming{
		File: "item.json", Raw: []byte(strings.NewReplacer("VERSION", version, "STATUS", status, "EMBARGO", embargo).Replace(item)),
		Beside: func(href string) (io.ReadCloser, error) {
			if href != "ferry.jpg" {
				return nil, errors.New("not there")
			}
			return io.NopCloser(bytes.NewReader(photo.Bytes())), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return results[0].ID
}

func TestUseTakesTextAndPhotosWithTheirSource(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		s, now := newService(db)
		originals := &blob.Memory{}
		s.Media = media.New(db, originals, &blob.Memory{}, slog.New(slog.DiscardHandler))
		s.Wire = &wire.Service{DB: db, Blobs: originals, Now: s.Now, Log: slog.New(slog.DiscardHandler)}
		embargo := now.Add(time.Hour)
		it := ingest(t, s, "1", "usable", embargo.Format(time.RFC3339))

		if _, _, err := s.FromWire(ctx, reader, it); !errors.Is(err, errs.Denied) {
			t.Errorf("a reader uses the wire: %v", err)
		}
		st, problems, err := s.FromWire(ctx, reporter, it)
		if err != nil {
			t.Fatal(err)
		}
		if len(problems) != 1 || !strings.Contains(problems[0], "missing.jpg") {
			t.Errorf("problems = %q", problems)
		}
		if st.Headline != "Ferry service resumes" || st.Section != "business" || st.Body.Words() != 8 {
			t.Errorf("draft = %+v", st.Content)
		}
		want := richtext.Origin{Kind: richtext.OriginWire, ID: it.String(), Name: "Northern Wire"}
		for _, b := range st.Body.Content {
			if b.Attrs.Origin != want {
				t.Errorf("%s has origin %+v, want %+v", b.Type, b.Attrs.Origin, want)
			}
		}
		p, err := s.Media.Get(ctx, st.Lead)
		if err != nil || p.Title != "The ferry" || p.Origin != want || !p.Window.From.Equal(embargo) {
			t.Errorf("lead photo = %+v, %v", p, err)
		}
		if _, err := s.Publish(ctx, editor, st.ID, st.Revision); !errors.Is(err, errs.Invalid) {
			t.Errorf("published under embargo: %v", err)
		}
		if ok, err := s.ShowsPhoto(ctx, st.Lead); err != nil || ok {
			t.Errorf("ShowsPhoto of a draft's photo = %v, %v", ok, err)
		}
		*now = embargo
		l, err := s.Publish(ctx, editor, st.ID, st.Revision)
		if err != nil {
			t.Fatal(err)
		}
		if l.BylineLine != "Northern Wire" || l.ContributorLine != "Northern Wire contributed to this report." {
			t.Errorf("lines: %q, %q", l.BylineLine, l.ContributorLine)
		}
		if ok, err := s.ShowsPhoto(ctx, st.Lead); err != nil || !ok {
			t.Errorf("ShowsPhoto of a published photo = %v, %v", ok, err)
		}
		if used, err := s.UsedIn(ctx, reporter, it); err != nil || len(used) != 1 || used[0].ID != st.ID {
			t.Errorf("UsedIn = %v, %v", used, err)
		}
		if err := s.Unpublish(ctx, editor, st.ID); err != nil {
			t.Fatal(err)
		}
		if ok, err := s.ShowsPhoto(ctx, st.Lead); err != nil || ok {
			t.Errorf("ShowsPhoto of an unpublished photo = %v, %v", ok, err)
		}
		ingest(t, s, "2", "canceled", embargo.Format(time.RFC3339))
		if _, _, err := s.FromWire(ctx, reporter, it); !errors.Is(err, errs.Conflict) {
			t.Errorf("a killed item is used: %v", err)
		}
		if _, err := s.Publish(ctx, editor, st.ID, st.Revision); !errors.Is(err, errs.Invalid) {
			t.Errorf("killed copy is published again: %v", err)
		}
	})
}
