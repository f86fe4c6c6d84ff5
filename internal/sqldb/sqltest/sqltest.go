// Package sqltest runs tests on every supported database.
package sqltest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"broadsheet/internal/sqldb"
)

var schemas atomic.Int64

// Each runs fn once on an empty, migrated SQLite database and once on an empty,
// migrated PostgreSQL schema. Without BROADSHEET_TEST_POSTGRES the second is skipped;
// with CI set, that is a failure.
func Each(t *testing.T, fn func(t *testing.T, db *sqldb.DB)) {
	each(t, func(t *testing.T, url string) { fn(t, Open(t, url)) })
}

// Two is Each with two handles on the same database, as two processes have.
func Two(t *testing.T, fn func(t *testing.T, a, b *sqldb.DB)) {
	each(t, func(t *testing.T, url string) { fn(t, Open(t, url), open(t, url)) })
}

// EachURL is Each for what opens the database itself: it is empty, and not migrated. On
// SQLite url is "", which means the one in the program's own folder.
func EachURL(t *testing.T, fn func(t *testing.T, url string)) {
	each(t, func(t *testing.T, url string) {
		if strings.HasPrefix(url, "sqlite:") {
			url = ""
		}
		fn(t, url)
	})
}

func each(t *testing.T, fn func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		fn(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := os.Getenv("BROADSHEET_TEST_POSTGRES")
		if url == "" {
			if os.Getenv("CI") != "" {
				t.Fatal("BROADSHEET_TEST_POSTGRES is not set in CI")
			}
			t.Skip("BROADSHEET_TEST_POSTGRES is not set")
		}
		schema := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
		admin := open(t, url)
		exec(t, admin, "CREATE SCHEMA "+schema)
		t.Cleanup(func() { exec(t, admin, "DROP SCHEMA "+schema+" CASCADE") })
		sep := "?"
		if strings.Contains(url, "?") {
			sep = "&"
		}
		fn(t, url+sep+"search_path="+schema)
	})
}

// Open opens and migrates the database at url, and closes it with the test.
func Open(t testing.TB, url string) *sqldb.DB {
	t.Helper()
	db := open(t, url)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func open(t testing.TB, url string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func exec(t testing.TB, db *sqldb.DB, query string) {
	t.Helper()
	ctx := t.Context()
	if ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx)
	}
	if err := db.Update(ctx, func(tx *sqldb.Tx) error { _, err := sqldb.Exec(ctx, tx, query); return err }); err != nil {
		t.Fatal(err)
	}
}
