package discussion

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

// benchDBs runs fn on SQLite, and on PostgreSQL when BROADSHEET_TEST_POSTGRES says where it is.
func benchDBs(b *testing.B, fn func(b *testing.B, open func() *sqldb.DB)) {
	b.Run("sqlite", func(b *testing.B) {
		fn(b, func() *sqldb.DB { return sqltest.Open(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db")) })
	})
	url := os.Getenv("BROADSHEET_TEST_POSTGRES")
	if url == "" {
		return
	}
	b.Run("postgres", func(b *testing.B) {
		fn(b, func() *sqldb.DB {
			schema := fmt.Sprintf("bench_%d", time.Now().UnixNano())
			admin, err := sqldb.Open(b.Context(), url)
			if err != nil {
				b.Fatal(err)
			}
			run := func(query string) {
				b.Helper()
				ctx := context.WithoutCancel(b.Context())
				if err := admin.Update(ctx, func(tx *sqldb.Tx) error { _, err := sqldb.Exec(ctx, tx, query); return err }); err != nil {
					b.Error(err)
				}
			}
			run("CREATE SCHEMA " + schema)
			b.Cleanup(func() {
				run("DROP SCHEMA " + schema + " CASCADE")
				if err := admin.Close(); err != nil {
					b.Error(err)
				}
			})
			sep := "?"
			if strings.Contains(url, "?") {
				sep = "&"
			}
			return sqltest.Open(b, url+sep+"search_path="+schema)
		})
	})
}

const benchText = "I have read this twice now, and I *still* do not see who is meant to pay for it.\n\n" +
	"> the ministers left without a statement\n\nNobody asked [the ports](https://example.org/ports), as far as I can tell."

// BenchmarkPost posts durable comments by different people, to one story and to
// many; the figure to look at is comments/s.
func BenchmarkPost(b *testing.B) {
	benchDBs(b, func(b *testing.B, open func() *sqldb.DB) {
		for _, stories := range []int64{1, 50} {
			for _, writers := range []int{1, 16, 64} {
				b.Run(fmt.Sprintf("stories=%d/writers=%d", stories, writers), func(b *testing.B) {
					benchPost(b, newRoom(b, open()), writers, stories)
				})
			}
		}
	})
}

func benchPost(b *testing.B, r *room, writers int, stories int64) {
	r.Now = nil
	ctx := b.Context()
	var n atomic.Int64
	b.ResetTimer()
	done := make(chan error)
	for range writers {
		go func() {
			var err error
			for i := n.Add(1); err == nil && i <= int64(b.N); i = n.Add(1) {
				_, err = r.Post(ctx, person(i), Draft{StoryID: id.ID(1 + i%stories), Markdown: benchText, Key: strconv.FormatInt(i, 10)})
			}
			done <- err
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comments/s")
}

// BenchmarkThreads reads a page of 50 from discussions of different lengths: the
// time should not depend on the length.
func BenchmarkThreads(b *testing.B) {
	benchDBs(b, func(b *testing.B, open func() *sqldb.DB) {
		for _, n := range []int{200, 200_000} { // half of them under story 7
			r := newRoom(b, open())
			r.fill(n)
			for _, sort := range []Sort{Newest, Oldest, Voted} {
				b.Run(fmt.Sprintf("comments=%d/%s", n/2, sort), func(b *testing.B) {
					for b.Loop() {
						page, err := r.Threads(b.Context(), 7, View{Sort: sort})
						if err != nil || len(page.Comments) != DefaultPage {
							b.Fatal(len(page.Comments), err)
						}
					}
				})
			}
		}
	})
}

// BenchmarkCompose is what a post costs outside of the transaction.
func BenchmarkCompose(b *testing.B) {
	s := &Service{Zone: time.UTC}
	for b.Loop() {
		p := post{draft: Draft{StoryID: 1, Markdown: benchText}}
		if err := s.compose(b.Context(), person(1), &p); err != nil {
			b.Fatal(err)
		}
	}
}
