package wire_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

// dayOfItems is a wire with n items of one day: texts of 150 words and pictures from six
// services, in three languages, about twenty subjects.
func dayOfItems(b *testing.B, n int) *wire.Service {
	b.Helper()
	db := benchDB(b)
	day := time.Now().Add(-24 * time.Hour).Truncate(time.Hour)
	at := day
	s := &wire.Service{DB: db, Blobs: &blob.Memory{}, Now: func() time.Time {
		at = at.Add(time.Millisecond)
		return at
	}, Log: slog.New(slog.DiscardHandler)}
	const batch = 200
	for from := 0; from < n; from += batch {
		at = day.Add(time.Duration(from) * 24 * time.Hour / time.Duration(n))
		var items []string
		for i := from; i < min(from+batch, n); i++ {
			items = append(items, itemOfDay(i))
		}
		raw := "[" + strings.Join(items, ",") + "]"
		if _, err := s.Ingest(b.Context(), account.System(), wire.Incoming{Service: fmt.Sprint("Service ", from/batch%6), File: "day.json", Raw: []byte(raw)}); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Update(b.Context(), func(tx *sqldb.Tx) error { _, err := sqldb.Exec(b.Context(), tx, "ANALYZE"); return err }); err != nil {
		b.Fatal(err)
	}
	return s
}

func itemOfDay(i int) string {
	var text strings.Builder
	for w := range 150 {
		fmt.Fprintf(&text, "w%dx ", (i*31+w*w*7)%(20+w*w))
	}
	kind := "text"
	if i%5 == 0 {
		kind = "picture"
	}
	return fmt.Sprintf(`{"uri":"urn:day:%d","type":%q,"urgency":%d,"language":%q,"headline":"Ministers meet for the %dth time","body_text":"The minister said so. %s",
		"subject":[{"name":"Subject %d","code":"medtop:%08d"}],"place":[{"name":"Place %d"}],"copyrightholder":"P",
		"renditions":{"main":{"href":"p%d.jpg","mimetype":"image/jpeg","width":1200,"height":800}}}`,
		i, kind, i%9+1, []string{"en", "es", "de"}[i%3], i, text.String(), i%20, i%20, i%50, i)
}

// benchDB is SQLite, or PostgreSQL when BROADSHEET_TEST_POSTGRES says where it is.
func benchDB(b *testing.B) *sqldb.DB {
	b.Helper()
	url := os.Getenv("BROADSHEET_TEST_POSTGRES")
	if url == "" {
		return sqltest.Open(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db"))
	}
	schema := fmt.Sprintf("bench_%d", time.Now().UnixNano())
	admin, err := sqldb.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	err = admin.Update(b.Context(), func(tx *sqldb.Tx) error {
		_, err := sqldb.Exec(b.Context(), tx, "CREATE SCHEMA "+schema)
		return err
	})
	if err := admin.Close(); err != nil {
		b.Fatal(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	return sqltest.Open(b, url+"&search_path="+schema)
}

// BenchmarkFilter asks the list of a day of 50,000 items for pages of 100. Its baseline is
// the newest page, which is read from the list's own index; “baselines” is how many of
// those a filter costs.
func BenchmarkFilter(b *testing.B) {
	s := dayOfItems(b, 50_000)
	list := func(b *testing.B, f wire.Filter) time.Duration {
		b.Helper()
		f.Limit = 100
		for b.Loop() {
			if _, err := s.List(b.Context(), reporter, f); err != nil {
				b.Fatal(err)
			}
		}
		return b.Elapsed() / time.Duration(b.N)
	}
	var baseline time.Duration
	b.Run("the newest", func(b *testing.B) { baseline = list(b, wire.Filter{}) })
	for _, test := range []struct {
		name string
		f    wire.Filter
	}{
		{"a frequent word", wire.Filter{Words: "minister "}},
		{"words nowhere", wire.Filter{Words: "nowhere to be found "}},
		{"frequent words and one nowhere", wire.Filter{Words: "minister said nowhere "}},
		{"a beginning", wire.Filter{Words: "mini"}},
		{"a phrase", wire.Filter{Words: `"the minister said"`}},
		{"a phrase that is not there", wire.Filter{Words: `"said minister"`}},
		{"a word without another", wire.Filter{Words: "ministers -minister"}},
		{"a service", wire.Filter{Service: "Service 3"}},
		{"a subject", wire.Filter{Subject: "Subject 7"}},
		{"a place that is not there", wire.Filter{Place: "Nowhere"}},
		{"urgency", wire.Filter{UrgencyMax: 1}},
		{"pictures in Spanish, subject, urgency", wire.Filter{Type: "picture", Language: "es", Subject: "medtop:00000010", UrgencyMax: 3}},
		{"words, service, subject, place", wire.Filter{Words: "minister ", Service: "Service 2", Subject: "Subject 4", Place: "Place 4"}},
		{"not for us", wire.Filter{Show: wire.ShowHidden}},
		{"killed", wire.Filter{Status: "canceled"}},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportMetric(float64(list(b, test.f))/float64(baseline), "baselines")
		})
	}
}
