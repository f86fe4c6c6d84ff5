package wire_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/wire"
)

// aDay is how many items a large newsroom gets in a day; BENCH_ITEMS is another number.
var aDay = func() int {
	if n, err := strconv.Atoi(os.Getenv("BENCH_ITEMS")); err == nil {
		return n
	}
	return 50_000
}()

// BenchmarkIngest takes in items, one a file, on a wire where a day's items are already,
// with and without looking for their families. The cost of that is the difference.
func BenchmarkIngest(b *testing.B) {
	for _, joins := range []bool{false, true} {
		b.Run(fmt.Sprintf("join=%t", joins), func(b *testing.B) {
			db := sqltest.Open(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db"))
			s := &wire.Service{DB: db, Blobs: &blob.Memory{}, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
			ctx := b.Context()
			if !joins {
				s.LeaveAlone()
			}
			begin := time.Now()
			fillDay(ctx, b, s)
			b.Logf("%d items in %s", aDay, time.Since(begin).Round(time.Second))
			n := aDay
			for b.Loop() {
				one(ctx, b, s, n)
				n++
			}
		})
	}
}

// fillDay takes in a day's items, as many a file as a file may have.
func fillDay(ctx context.Context, b *testing.B, s *wire.Service) {
	const a = 2000
	for from := 0; from < aDay; from += a {
		var list []string
		for n := from; n < from+a; n++ {
			list = append(list, string(benchItem(b, n)))
		}
		if _, err := s.Ingest(ctx, account.System(), wire.Incoming{File: "day.json", Raw: []byte("[" + strings.Join(list, ",") + "]")}); err != nil {
			b.Fatal(err)
		}
	}
}

func one(ctx context.Context, b *testing.B, s *wire.Service, n int) {
	if _, err := s.Ingest(ctx, account.System(), wire.Incoming{File: "one.json", Raw: benchItem(b, n)}); err != nil {
		b.Fatal(err)
	}
}

// benchItem is one of four takes of a story, which two agencies have.
func benchItem(b *testing.B, n int) []byte {
	story := n / 8
	agency := []string{"Meridian Press Service", "Northern Wire"}[n%2]
	name := letters(story%9) + letters(story/9%9) + strconv.Itoa(story)
	body := fmt.Sprintf(fire, story, 1000+story) + " " + strings.Repeat("Nothing more was known by the evening, and those who had seen it were still being heard. ", 30)
	d := dispatch{
		uri: fmt.Sprint("bench:", n), agency: agency, slug: "Fire-" + name + []string{"", ", 1st Ld", ", 2nd Ld", ", 3rd Ld-Writethru"}[n/2%4], headline: "Fire at " + name,
		body: strings.NewReplacer("Ruth", name, "Rupert", name+"x", "Anselm", "A"+name).Replace(body),
	}
	return d.raw(b)
}
