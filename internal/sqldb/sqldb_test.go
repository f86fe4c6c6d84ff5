package sqldb_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"broadsheet/internal/errs"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

func insert(ctx context.Context, tx *sqldb.Tx, n int64) error {
	_, err := sqldb.Exec(ctx, tx, `INSERT INTO event (id, topic, kind, data) VALUES ($1, 't', 'k', '{}')`, n)
	return err
}

func count(t *testing.T, db *sqldb.DB) (n int64) {
	t.Helper()
	ctx := t.Context()
	if err := db.View(ctx, func(tx *sqldb.Tx) (err error) {
		n, err = sqldb.One(ctx, tx, sqldb.Scalar[int64], `SELECT COUNT(*) FROM event`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// One caller's failure inside a shared commit takes back its own changes and nobody else's.
func TestUpdatesTogetherFailAlone(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		var heard sync.Map
		db.OnCommit("n", func(vs []any) {
			for _, v := range vs {
				heard.Store(v, true)
			}
		})
		no := errors.New("no")
		var wg sync.WaitGroup
		for n := int64(1); n <= 200; n++ {
			wg.Go(func() {
				err := db.Update(ctx, func(tx *sqldb.Tx) error {
					tx.Signal("n", n)
					if err := insert(ctx, tx, n); err != nil || n%3 != 0 {
						return err
					}
					return no
				})
				if want := n%3 == 0; errors.Is(err, no) != want || !want && err != nil {
					t.Errorf("update %d: %v", n, err)
				}
				if _, ok := heard.Load(n); ok != (n%3 != 0) {
					t.Errorf("update %d: signal heard: %v", n, ok)
				}
			})
		}
		wg.Wait()
		if got := count(t, db); got != 134 {
			t.Errorf("%d rows, want 134", got)
		}
		err := db.Update(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, 1) })
		if !errors.Is(err, errs.Conflict) {
			t.Errorf("inserting a known key: %v, want a conflict", err)
		}
	})
}

func TestPanicReachesTheCallerOnly(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = db.Update(ctx, func(tx *sqldb.Tx) error {
				_ = insert(ctx, tx, 1)
				panic("bug")
			})
		}()
		if err := db.Update(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, 2) }); err != nil {
			t.Fatal(err)
		}
		if got := count(t, db); got != 1 {
			t.Errorf("%d rows, want 1", got)
		}
	})
}

func TestCancelledUpdateChangesNothing(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.Update(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, 1) }); !errors.Is(err, context.Canceled) {
			t.Errorf("Update with an ended context: %v", err)
		}
		if got := count(t, db); got != 0 {
			t.Errorf("%d rows, want none", got)
		}
	})
}

func TestViewSeesOneMoment(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		if err := db.View(ctx, func(tx *sqldb.Tx) error {
			for want := range int64(2) {
				n, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `SELECT COUNT(*) FROM event`)
				if err != nil || n != 0 {
					t.Errorf("read %d: %d rows, %v", want, n, err)
				}
				if want == 0 {
					if err := db.Update(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, 1) }); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.View(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, 2) }); err == nil {
			t.Error("View allowed a write")
		}
	})
}

func TestOpenRefusesOtherDatabases(t *testing.T) {
	if _, err := sqldb.Open(t.Context(), "mysql://x"); !errors.Is(err, errs.Invalid) {
		t.Errorf("Open: %v", err)
	}
}

func TestOpenRefusesADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("not a database. "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sqldb.Open(t.Context(), "sqlite:"+path)
	if db != nil || !errors.Is(err, errs.Invalid) || !strings.Contains(err.Error(), path) {
		t.Errorf("Open = %v, %v", db, err)
	}
}

func TestMigrateRefusesANewerDatabase(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		if err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			_, err := sqldb.Exec(t.Context(), tx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, $1)`, true)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if ran, err := db.Migrate(t.Context()); !errors.Is(err, errs.Conflict) {
			t.Errorf("Migrate = %v, %v", ran, err)
		}
	})
}

// What is not text is the fault of who sent it.
func TestNoText(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for _, sent := range []string{"a\x00b", "a\xffb"} {
			err := db.View(t.Context(), func(tx *sqldb.Tx) error {
				_, err := sqldb.All(t.Context(), tx, sqldb.Scalar[string], `SELECT topic FROM event WHERE topic = $1`, sent)
				return err
			})
			if refused := db.Dialect() == sqldb.Postgres; errors.Is(err, errs.Invalid) != refused || !refused && err != nil {
				t.Errorf("%q: %v", sent, err)
			}
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	ctx := b.Context()
	db := sqltest.Open(b, "sqlite:"+b.TempDir()+"/bench.db")
	b.SetParallelism(32)
	var mu sync.Mutex
	var n int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.Lock()
			n++
			mine := n
			mu.Unlock()
			if err := db.Update(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, mine) }); err != nil {
				b.Error(err)
			}
		}
	})
}
