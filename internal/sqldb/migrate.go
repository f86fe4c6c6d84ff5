package sqldb

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"broadsheet/internal/errs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to date and returns the names of the files it
// ran. Several processes may call it at once. Each file runs in its own
// transaction, once; a file is never edited after a release.
func (db *DB) Migrate(ctx context.Context) (ran []string, err error) {
	defer errs.Wrap(&err, "migrate")
	if db.dialect == Postgres {
		conn, failure := db.pool.Conn(ctx)
		if failure != nil {
			return nil, failure
		}
		if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(hashtext('broadsheet ' || current_schema()))`); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		defer func() {
			_, unlock := conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock_all()`)
			err = errors.Join(err, unlock, conn.Close())
		}()
	}
	provider, err := db.migrations()
	if err != nil {
		return nil, err
	}
	if err := notNewer(ctx, provider); err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		ran = append(ran, r.Source.Path)
	}
	return ran, err
}

func (db *DB) migrations() (*goose.Provider, error) {
	files, err := db.files()
	if err != nil {
		return nil, err
	}
	dialect := map[Dialect]database.Dialect{SQLite: goose.DialectSQLite3, Postgres: goose.DialectPostgres}[db.dialect]
	return goose.NewProvider(dialect, db.pool, files)
}

// files are the migrations of this database: all but those that are named after the
// other, as 0012_search.postgres.sql, which only package search has need of.
func (db *DB) files() (fs.FS, error) {
	all, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	other := SQLite
	if db.dialect == SQLite {
		other = Postgres
	}
	files := mapfs{}
	for _, name := range all {
		if !strings.HasSuffix(name, "."+other.String()+".sql") {
			files[path.Base(name)] = true
		}
	}
	return files, nil
}

// mapfs shows those of the migrations that are named in it.
type mapfs map[string]bool

// Open implements fs.FS.
func (m mapfs) Open(name string) (fs.File, error) {
	if name != "." && !m[name] {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return migrations.Open(path.Join("migrations", name))
}

// Glob implements fs.GlobFS, by which goose lists them.
func (m mapfs) Glob(pattern string) ([]string, error) {
	var names []string
	for name := range m {
		if ok, err := path.Match(pattern, name); err != nil || ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// CheckCurrent returns nil when the schema is the one this program knows, and
// errs.Conflict when it is older or newer. It changes nothing.
func (db *DB) CheckCurrent(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "check schema")
	provider, err := db.migrations()
	if err != nil {
		return err
	}
	if err := notNewer(ctx, provider); err != nil {
		return err
	}
	pending, err := provider.HasPending(ctx)
	if err == nil && pending {
		err = errs.E(errs.Conflict, "the newsroom that runs on this database is of an older Broadsheet; start it again with this one first")
	}
	return err
}

// notNewer refuses a database that a later version of the program has changed:
// this one does not know what it means.
func notNewer(ctx context.Context, provider *goose.Provider) error {
	has, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	sources := provider.ListSources()
	if known := sources[len(sources)-1].Version; has > known {
		return errs.E(errs.Conflict, "the database is of a newer Broadsheet (its schema is version %d, this program knows %d); use that one, or put back a copy from before", has, known)
	}
	return nil
}
