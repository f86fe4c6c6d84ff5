package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite" // registers "sqlite"
	lib "modernc.org/sqlite/lib"

	"broadsheet/internal/errs"
)

const (
	readers   = 8   // connections that read at the same time, beside the one that writes
	maxGroup  = 256 // updates committed together
	maxCached = 512 // prepared statements kept for a connection; more means that texts are being built
)

// pragmas: WAL lets readers go on while one connection writes; FULL flushes the
// log at every commit, so that a commit survives a power cut.
const pragmas = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)" +
	"&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)&_pragma=temp_store(memory)"

var errClosed = errors.New("the database is closed")

// lite is SQLite behind a DB: one goroutine that owns the only writing
// connection, and a pool of reading ones.
type lite struct {
	db      *DB
	queue   chan *update
	stop    chan struct{}
	done    chan struct{}
	closing sync.Once
	write   *liteConn
	idle    chan *liteConn // nil elements are connections not opened yet
	readDB  *sql.DB
	version atomic.Int64 // of the data when ChangedElsewhere was last asked
}

// An update is a caller of DB.Update who waits.
type update struct {
	ctx    context.Context
	fn     func(*Tx) error
	tx     *Tx
	err    error
	panics any
	done   chan struct{}
}

func (db *DB) openLite(ctx context.Context, path string) error {
	// A question mark or hash in a path would end it in a URI.
	dsn := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) + pragmas
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return err
	}
	readDB, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return errors.Join(err, pool.Close())
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return errors.Join(err, readDB.Close(), pool.Close())
	}
	db.pool = pool
	db.lite = &lite{
		db: db, queue: make(chan *update, maxGroup), stop: make(chan struct{}), done: make(chan struct{}),
		write: &liteConn{conn: conn, stmts: map[string]*sql.Stmt{}}, idle: make(chan *liteConn, readers), readDB: readDB,
	}
	for range readers {
		db.lite.idle <- nil
	}
	go db.lite.run() //nolint:contextcheck // it writes for everybody, until Close
	return nil
}

// damaged says in words that a file is not a database that can be read.
func damaged(path string, err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { // the rest says more about it
		case lib.SQLITE_NOTADB, lib.SQLITE_CORRUPT:
			return &errs.Error{Kind: errs.Invalid, Message: path + " is damaged, or not a database. Put a copy in its place, or choose another folder with --data.", Err: err}
		}
	}
	return err
}

func (l *lite) close() error {
	l.closing.Do(func() { close(l.stop) })
	<-l.done
	err := l.write.close()
	for range readers {
		if c := <-l.idle; c != nil {
			err = errors.Join(err, c.close())
		}
	}
	return errors.Join(err, l.readDB.Close())
}

func (l *lite) view(ctx context.Context, fn func(*Tx) error) (err error) {
	var c *liteConn
	select {
	case c = <-l.idle:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { l.idle <- c }()
	if c == nil {
		conn, err := l.readDB.Conn(context.WithoutCancel(ctx))
		if err != nil {
			return err
		}
		c = &liteConn{conn: conn, stmts: map[string]*sql.Stmt{}}
	}
	if err := c.do(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.do(ctx, "ROLLBACK")) }()
	return fn(&Tx{q: c})
}

func (l *lite) update(ctx context.Context, fn func(*Tx) error) error {
	u := &update{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case l.queue <- u:
	case <-ctx.Done():
		return ctx.Err()
	case <-l.stop:
		return errClosed
	}
	select {
	case <-u.done: // from here on the outcome must be known, so a cancelled ctx does not end the wait
	case <-l.done:
		select {
		case <-u.done:
		default:
			return errClosed
		}
	}
	if u.panics != nil {
		panic(u.panics)
	}
	if u.err == nil {
		for _, fn := range u.tx.after {
			fn()
		}
	}
	return u.err
}

// run commits updates until the database is closed. While one commit waits for
// the disk, the next callers queue up and share the following one.
func (l *lite) run() {
	defer close(l.done)
	for {
		select {
		case u := <-l.queue:
			l.group(u)
		case <-l.stop:
			for { // those who were accepted are served
				select {
				case u := <-l.queue:
					l.group(u)
				default:
					return
				}
			}
		}
	}
}

func (l *lite) group(u *update) {
	if err := l.write.do(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		u.err = err
		close(u.done)
		return
	}
	group := make([]*update, 0, 16)
	var broken error
	for ; u != nil && broken == nil; u = l.next(len(group)) {
		group = append(group, u)
		broken = l.savepoint(u)
	}
	if broken == nil {
		broken = l.write.do(context.Background(), "COMMIT")
	}
	if broken != nil {
		_ = l.write.do(context.Background(), "ROLLBACK") // fails if SQLite has rolled back by itself, as on a full disk
	}
	var signals []signal
	for _, u := range group {
		if u.err == nil {
			u.err = broken
		}
		if u.err == nil && u.panics == nil {
			signals = append(signals, u.tx.signals...)
		}
	}
	l.db.announce(signals)
	for _, u := range group {
		close(u.done)
	}
}

func (l *lite) next(have int) *update {
	if have >= maxGroup {
		return nil
	}
	select {
	case u := <-l.queue:
		return u
	default:
		return nil
	}
}

// savepoint runs one update inside the group's transaction. Its own error undoes
// only its own changes; the error returned here is one that ends the whole group.
func (l *lite) savepoint(u *update) error {
	if u.err = u.ctx.Err(); u.err != nil {
		return nil //nolint:nilerr // the caller gets u.err; the group goes on
	}
	if err := l.write.do(context.Background(), "SAVEPOINT u"); err != nil {
		return err
	}
	u.tx = &Tx{q: l.write}
	func() {
		defer func() {
			if p := recover(); p != nil {
				u.panics = fmt.Sprintf("%v\n%s", p, debug.Stack())
			}
		}()
		u.err = u.fn(u.tx)
	}()
	if u.err != nil || u.panics != nil {
		if err := l.write.do(context.Background(), "ROLLBACK TO u"); err != nil {
			return err
		}
	}
	return l.write.do(context.Background(), "RELEASE u")
}

// A liteConn is a connection with its prepared statements. It ignores that a
// context ends while a statement runs: the statements are short, and an
// interrupted one would undo the work of others in the group.
type liteConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (c *liteConn) do(ctx context.Context, text string) error {
	_, err := c.ExecContext(ctx, text)
	return err
}

func (c *liteConn) close() error {
	var err error
	for _, s := range c.stmts {
		err = errors.Join(err, s.Close())
	}
	return errors.Join(err, c.conn.Close())
}

func (c *liteConn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= maxCached {
		for text, s := range c.stmts {
			delete(c.stmts, text)
			if err := s.Close(); err != nil {
				return nil, err
			}
		}
	}
	s, err := c.conn.PrepareContext(ctx, query)
	if err == nil {
		c.stmts[query] = s
	}
	return s, err
}

// ExecContext implements querier.
func (c *liteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, until close
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements querier.
func (c *liteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	s, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, until close
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements querier.
func (c *liteConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = context.WithoutCancel(ctx)
	s, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time, until close
	if err != nil {                 // let database/sql carry the error: a Row cannot be made with one
		return c.conn.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}
