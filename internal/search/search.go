// Package search finds documents by their words: full text with two
// implementations, SQLite's FTS5 and PostgreSQL's tsvector with a GIN index.
//
// What a word is, is decided here and not by the databases, so that both find the
// same, and so that [Text.Has] can say of one text, without a database, what a search
// would say. Case and accents are folded, nothing is stemmed, and scripts that are
// written without spaces are found by their pairs of characters; see words.go. In
// PostgreSQL's terms this is the configuration “simple”.
//
// A document also has terms: values that it is filtered by, as a service or a tag. They
// are looked up in the same index as its words, so that a filter costs what it finds,
// however much is stored. Each room of the newsroom has a table of its own, which a
// migration makes (…_search.sqlite.sql and …_search.postgres.sql).
package search

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"

	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

// Limits of what is searched and asked.
const (
	MaxText    = 64 << 10 // bytes of a document whose words are kept
	MaxWord    = 40       // characters of a word that count
	MaxClauses = 12       // words and phrases of a query; what follows is left out
	MaxPhrase  = 40       // words of a phrase
	MaxLimit   = 1000     // hits of a page
)

// A Doc is a document as it is found.
type Doc struct {
	Key   id.ID // of the thing that it is of; a later Doc with the same Key replaces this one
	Order id.ID // its place in the order of hits; no two documents of a room have the same
	Text  string
	Terms []string // values to filter by, as "service:Meridian"; any text, compared exactly
}

// A Query chooses documents. The zero Query is the newest of all.
type Query struct {
	Words  Words
	All    []string   // terms that a document must have
	Any    [][]string // lists of terms, of each of which it must have one
	None   []string   // terms that it must not have
	Before id.ID      // only those whose Order is smaller; 0: all
	Since  id.ID      // only those whose Order is not smaller
	Limit  int        // of hits; 0 and more than MaxLimit mean MaxLimit
}

// A Hit is a document that was found.
type Hit struct{ Key, Order id.ID }

// An Index holds the documents of one room. Its methods run in a transaction of the
// caller, and may be called by several at once.
type Index interface {
	// Put keeps a document, in place of the one with its Key.
	Put(ctx context.Context, tx *sqldb.Tx, d Doc) error

	// Remove forgets a document. That there is none is no error.
	Remove(ctx context.Context, tx *sqldb.Tx, key id.ID) error

	// Find returns a page of hits, the greatest Order first. The next page begins
	// Before the Order of the last hit.
	Find(ctx context.Context, tx *sqldb.Tx, q Query) ([]Hit, error)
}

// A Room names the documents that are searched together.
type Room string

// Wire is the room of agencies' items.
const Wire Room = "wire"

// New returns the index of a room in a database.
func New(d sqldb.Dialect, room Room) Index {
	table := "search_" + string(room)
	if d == sqldb.Postgres {
		return newTSVector(table)
	}
	return newFTS5(table)
}

// everything is a term that all documents have, for queries that only leave out.
const everything = "*"

// termKey is how a term stands in an index: short, of letters and digits, so that no
// tokenizer parts it. Two terms meet by chance once in 2^64.
func termKey(term string) string {
	sum := sha256.Sum256([]byte(term))
	return hex.EncodeToString(sum[:8])
}

func termKeys(terms []string) []string {
	keys := make([]string, len(terms))
	for i, t := range terms {
		keys[i] = termKey(t)
	}
	return keys
}

func (q *Query) limit() int {
	if q.Limit <= 0 || q.Limit > MaxLimit {
		return MaxLimit
	}
	return q.Limit
}

func (q *Query) before() int64 {
	if q.Before == 0 {
		return math.MaxInt64
	}
	return int64(q.Before)
}

func scanHit(r sqldb.Row) (h Hit, err error) {
	err = r.Scan(&h.Key, &h.Order)
	return h, err
}
