package search

import (
	"context"
	"strings"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// fts5 is an Index in SQLite. A document's Order is its rowid, which FTS5 gives hits in
// the order of, without sorting. The tables keep no text: it is in the room's own.
//
// The words come to FTS5 parted by spaces, and its tokenizer “ascii” takes every
// character beyond ASCII for a letter, so it only undoes the joining.
type fts5 struct{ put, putDoc, remove, removeDoc, find string }

func newFTS5(table string) *fts5 {
	return &fts5{
		put:       `INSERT INTO ` + table + ` (rowid, words, terms) VALUES ($1, $2, $3)`,
		putDoc:    `INSERT INTO ` + table + `_doc (key_id, ord) VALUES ($1, $2)`,
		remove:    `DELETE FROM ` + table + ` WHERE rowid = (SELECT ord FROM ` + table + `_doc WHERE key_id = $1)`,
		removeDoc: `DELETE FROM ` + table + `_doc WHERE key_id = $1`,
		find: `SELECT d.key_id, d.ord FROM ` + table + ` f CROSS JOIN ` + table + `_doc d ON d.ord = f.rowid
			WHERE f.` + table + ` MATCH $1 AND f.rowid < $2 AND f.rowid >= $3 ORDER BY f.rowid DESC LIMIT $4`,
	}
}

// lineEnd stands between lines, where no phrase reaches across. It is no word's.
const lineEnd = "¶"

// Put implements Index.
func (x *fts5) Put(ctx context.Context, tx *sqldb.Tx, d Doc) error {
	if err := x.Remove(ctx, tx, d.Key); err != nil {
		return err
	}
	var b strings.Builder
	for i, w := range NewText(d.Text).words {
		if i > 0 {
			b.WriteByte(' ')
		}
		if w == "" {
			w = lineEnd
		}
		b.WriteString(w)
	}
	terms := strings.Join(append(termKeys(d.Terms), termKey(everything)), " ")
	if _, err := sqldb.Exec(ctx, tx, x.put, d.Order, b.String(), terms); err != nil {
		return err
	}
	_, err := sqldb.Exec(ctx, tx, x.putDoc, d.Key, d.Order)
	return err
}

// Remove implements Index.
func (x *fts5) Remove(ctx context.Context, tx *sqldb.Tx, key id.ID) error {
	if _, err := sqldb.Exec(ctx, tx, x.remove, key); err != nil {
		return err
	}
	_, err := sqldb.Exec(ctx, tx, x.removeDoc, key)
	return err
}

// Find implements Index.
func (x *fts5) Find(ctx context.Context, tx *sqldb.Tx, q Query) ([]Hit, error) {
	return sqldb.All(ctx, tx, scanHit, x.find, x.match(&q), q.before(), int64(q.Since), q.limit())
}

// match is the query in FTS5's language, https://sqlite.org/fts5.html#full_text_query_syntax.
func (x *fts5) match(q *Query) string {
	var must, not []string
	for i := range q.Words.clauses {
		c := &q.Words.clauses[i]
		s := `words:"` + strings.Join(c.words, " ") + `"`
		if c.prefix {
			s += `*`
		}
		if c.without {
			not = append(not, s)
		} else {
			must = append(must, s)
		}
	}
	term := func(t string) string { return `terms:"` + termKey(t) + `"` }
	for _, t := range q.All {
		must = append(must, term(t))
	}
	for _, list := range q.Any {
		either := make([]string, len(list))
		for i, t := range list {
			either[i] = term(t)
		}
		must = append(must, "("+strings.Join(either, " OR ")+")")
	}
	for _, t := range q.None {
		not = append(not, term(t))
	}
	if len(must) == 0 {
		must = []string{term(everything)}
	}
	s := strings.Join(must, " AND ")
	if len(not) > 0 {
		s = "(" + s + ") NOT (" + strings.Join(not, " OR ") + ")"
	}
	return s
}
