package search

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// tsVector is an Index in PostgreSQL. Its vectors are written here and not made by
// to_tsvector, whose parser would part words otherwise than words.go does.
type tsVector struct{ put, remove, newest, find string }

const (
	// newestRows are looked at one by one before the index is asked: what is frequent is
	// found among them at once, and what is rare is few rows in the index.
	newestRows = 500
	maxPlace   = 16383 // of a word in a vector; PostgreSQL, “Limitations” of text search
)

func newTSVector(table string) *tsVector {
	return &tsVector{
		put: `INSERT INTO ` + table + ` (key_id, ord, words) VALUES ($1, $2, CAST($3 AS TEXT)::tsvector)
			ON CONFLICT (key_id) DO UPDATE SET ord = EXCLUDED.ord, words = EXCLUDED.words`,
		remove: `DELETE FROM ` + table + ` WHERE key_id = $1`,
		newest: `SELECT key_id, ord FROM (
				SELECT key_id, ord, words FROM ` + table + ` WHERE ord < $2 AND ord >= $3 ORDER BY ord DESC LIMIT ` + strconv.Itoa(newestRows) + `
			) newest WHERE words @@ CAST($1 AS TEXT)::tsquery ORDER BY ord DESC LIMIT $4`,
		find: `SELECT key_id, ord FROM ` + table + `_find($1, $2, $3, $4)`,
	}
}

// Put implements Index.
func (x *tsVector) Put(ctx context.Context, tx *sqldb.Tx, d Doc) error {
	_, err := sqldb.Exec(ctx, tx, x.put, d.Key, d.Order, vector(&d))
	return err
}

// vector writes a document as https://www.postgresql.org/docs/current/datatype-textsearch.html
// says. Words are of letters, digits and marks only, and need no escaping.
func vector(d *Doc) string {
	var b strings.Builder
	for w, places := range NewText(d.Text).places {
		b.WriteByte('\'')
		b.WriteString(w)
		b.WriteByte('\'')
		for i, at := range places {
			if at >= maxPlace {
				break
			}
			b.WriteByte(":,"[min(i, 1)])
			b.WriteString(strconv.Itoa(at + 1))
		}
		b.WriteByte(' ')
	}
	for _, t := range append(slices.Clone(d.Terms), everything) {
		b.WriteString(termLexeme(t))
		b.WriteByte(' ')
	}
	return b.String()
}

// termLexeme is a term as a lexeme that no word is.
func termLexeme(term string) string { return "'=" + termKey(term) + "'" }

// Remove implements Index.
func (x *tsVector) Remove(ctx context.Context, tx *sqldb.Tx, key id.ID) error {
	_, err := sqldb.Exec(ctx, tx, x.remove, key)
	return err
}

// Find implements Index.
func (x *tsVector) Find(ctx context.Context, tx *sqldb.Tx, q Query) ([]Hit, error) {
	args := []any{x.match(&q), q.before(), int64(q.Since), q.limit()}
	hits, err := sqldb.All(ctx, tx, scanHit, x.newest, args...)
	if err != nil || len(hits) == q.limit() {
		return hits, err
	}
	return sqldb.All(ctx, tx, scanHit, x.find, args...)
}

// match is the query in the language of tsquery.
func (x *tsVector) match(q *Query) string {
	var all []string
	for i := range q.Words.clauses {
		c := &q.Words.clauses[i]
		s := "'" + strings.Join(c.words, "' <-> '") + "'"
		if c.prefix {
			s += ":*"
		}
		if s = "(" + s + ")"; c.without {
			s = "!" + s
		}
		all = append(all, s)
	}
	for _, t := range q.All {
		all = append(all, termLexeme(t))
	}
	for _, list := range q.Any {
		either := make([]string, len(list))
		for i, t := range list {
			either[i] = termLexeme(t)
		}
		all = append(all, "("+strings.Join(either, " | ")+")")
	}
	for _, t := range q.None {
		all = append(all, "!"+termLexeme(t))
	}
	return strings.Join(append(all, termLexeme(everything)), " & ")
}
