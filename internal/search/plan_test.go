package search

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

// fill puts n documents of some 200 words: every one has “said”, half have “minister”,
// words get rarer from there; 12 services, 9 urgencies, 40 subjects.
func fill(tb testing.TB, db *sqldb.DB, n int) Index {
	tb.Helper()
	ctx, x := tb.Context(), New(db.Dialect(), Wire)
	random := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 20_000)
	for i := range words {
		words[i] = fmt.Sprintf("%c%c%c%x", 'a'+i%26, 'a'+i/26%26, 'e'+i%7, i)
	}
	zipf := rand.NewZipf(random, 1.1, 4, uint64(len(words)-1))
	for from := 0; from < n; from += 500 {
		err := db.Update(ctx, func(tx *sqldb.Tx) error {
			for i := from; i < min(from+500, n); i++ {
				var b strings.Builder
				b.WriteString("said ")
				if i%2 == 0 {
					b.WriteString("minister ")
				}
				for range 200 {
					b.WriteString(words[zipf.Uint64()] + " ")
				}
				if i%10_000 == 7 {
					b.WriteString("rarely ")
				}
				d := Doc{Key: id.ID(i + 1), Order: id.ID(i + 1), Text: b.String(), Terms: []string{
					fmt.Sprintf("service:%d", i%12), fmt.Sprintf("urgency:%d", i%9), fmt.Sprintf("subject:%d", random.IntN(40)), "type:text",
				}}
				if err := x.Put(ctx, tx, d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := db.Update(ctx, func(tx *sqldb.Tx) error { _, err := sqldb.Exec(ctx, tx, "ANALYZE"); return err }); err != nil {
		tb.Fatal(err)
	}
	return x
}

// inFunction is what search_wire_find does, which a plan does not look into.
const inFunction = `
	SELECT found.key_id, found.ord FROM (
		SELECT w.key_id, w.ord FROM search_wire w WHERE w.words @@ CAST($1 AS TEXT)::tsquery OFFSET 0
	) found WHERE found.ord < $2 AND found.ord >= $3 ORDER BY found.ord DESC LIMIT $4`

// A search reads the full-text index and sorts at most what it found.
func TestPlans(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		fill(t, db, 2000)
		q := Query{Words: Parse("minister rarely "), All: []string{"service:1"}, Limit: 100}
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			queries := map[string]string{}
			var match string
			if db.Dialect() == sqldb.Postgres {
				x := newTSVector("search_wire")
				match, queries[x.newest] = x.match(&q), "search_wire_ord_key"
				queries[inFunction] = "search_wire_words"
				if _, err := sqldb.Exec(t.Context(), tx, "SET LOCAL enable_seqscan = off"); err != nil { // as the function does
					return err
				}
			} else {
				x := newFTS5("search_wire")
				match, queries[x.find] = x.match(&q), "VIRTUAL TABLE INDEX"
			}
			for query, index := range queries {
				plan, err := sqldb.Plan(t.Context(), tx, query, match, q.before(), int64(0), q.limit())
				if err != nil {
					return err
				}
				if !strings.Contains(plan, index) || strings.Contains(plan, "Seq Scan on search_wire ") || strings.Contains(plan, "TEMP B-TREE") {
					t.Errorf("no %s in plan:\n%s", index, plan)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// benchDB is SQLite, or PostgreSQL when BROADSHEET_TEST_POSTGRES says where it is.
func benchDB(b *testing.B) *sqldb.DB {
	url := os.Getenv("BROADSHEET_TEST_POSTGRES")
	if url == "" {
		return sqltest.Open(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db"))
	}
	schema := fmt.Sprintf("bench_%d", time.Now().UnixNano())
	admin, err := sqldb.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer admin.Close()
	if err := admin.Update(b.Context(), func(tx *sqldb.Tx) error { _, err := sqldb.Exec(b.Context(), tx, "CREATE SCHEMA "+schema); return err }); err != nil {
		b.Fatal(err)
	}
	return sqltest.Open(b, url+"&search_path="+schema)
}

// BenchmarkFind asks 50,000 documents for pages of 100.
func BenchmarkFind(b *testing.B) {
	db := benchDB(b)
	x := fill(b, db, 50_000)
	for _, q := range []struct {
		name string
		Query
	}{
		{"everything", Query{}},
		{"frequent word", Query{Words: Parse("said ")}},
		{"rare word", Query{Words: Parse("rarely ")}},
		{"nowhere", Query{Words: Parse("nowhere ")}},
		{"beginning of two letters", Query{Words: Parse("ab")}},
		{"beginning of three letters", Query{Words: Parse("min")}},
		{"frequent and nowhere", Query{Words: Parse("said minister nowhere ")}},
		{"phrase", Query{Words: Parse(`"said minister"`)}},
		{"phrase that is not there", Query{Words: Parse(`"minister said"`)}},
		{"without", Query{Words: Parse("said -minister ")}},
		{"service", Query{All: []string{"service:3"}}},
		{"service, urgency, subject", Query{All: []string{"service:3", "subject:7", "type:text"}, Any: [][]string{{"urgency:1", "urgency:2"}}}},
		{"word, service, subject", Query{Words: Parse("minister "), All: []string{"service:4", "subject:7"}}},
		{"word that the service never has", Query{Words: Parse("minister "), All: []string{"service:3"}}},
	} {
		b.Run(q.name, func(b *testing.B) {
			q.Limit = 100
			var n int
			for b.Loop() {
				err := db.View(b.Context(), func(tx *sqldb.Tx) error {
					hits, err := x.Find(b.Context(), tx, q.Query)
					n = len(hits)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n), "hits")
		})
	}
}
