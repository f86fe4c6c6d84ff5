// Package id makes the identifiers of everything the newsroom keeps.
//
// An ID is a positive int64 that grows with time, so that rows written together
// lie together in an index and "newest first" is an order of IDs. In JSON and in
// URLs it is text, because JavaScript's numbers end at 53 bits.
package id

import (
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"broadsheet/internal/errs"
)

// Layout, from the highest bit: 1 zero, 42 bits of milliseconds since epoch (139
// years), 21 bits that are random at the first ID of a millisecond and then count.
const (
	tailBits = 21
	epochMS  = 1_704_067_200_000 // 2024-01-01T00:00:00Z
	length   = 13                // characters of the text form: 13 × 5 bits
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
)

// An ID names one thing. The zero ID names nothing.
type ID int64

var last atomic.Int64

// New returns an ID for now, greater than every one that this process made before.
func New() ID { return At(time.Now()) }

// At returns an ID for a given time, as New does for now. Two calls for the same
// millisecond give different IDs, but only those of New are in order of the calls.
func At(t time.Time) ID {
	var seed [4]byte
	_, _ = rand.Read(seed[:]) // never fails, see crypto/rand
	tail := int64(binary.BigEndian.Uint32(seed[:]) >> (32 - tailBits + 1))
	want := (t.UnixMilli()-epochMS)<<tailBits | tail
	if time.Since(t) > time.Second { // a date in the past: the counter below is for the present
		return ID(want)
	}
	for {
		prev := last.Load()
		next := max(want, prev+1)
		if last.CompareAndSwap(prev, next) {
			return ID(next)
		}
	}
}

// First returns the smallest ID that At can give for t: a bound for a search by time.
func First(t time.Time) ID { return ID((t.UnixMilli() - epochMS) << tailBits) }

// Time returns when the ID was made, to the millisecond.
func (i ID) Time() time.Time { return time.UnixMilli(int64(i)>>tailBits + epochMS).UTC() }

// String returns the text form: 13 characters of Crockford's base 32, lower case.
// The order of texts is the order of IDs.
func (i ID) String() string {
	var b [length]byte
	for n := length - 1; n >= 0; n-- {
		b[n] = alphabet[i&31]
		i >>= 5
	}
	return string(b[:])
}

// Parse reads the text form. Anything else is errs.NotFound: a wrong ID in a URL
// names nothing.
func Parse(s string) (ID, error) {
	if len(s) != length {
		return 0, notID(s)
	}
	var v int64
	for n := range length {
		d := strings.IndexByte(alphabet, s[n])
		if d < 0 || n == 0 && d > 7 {
			return 0, notID(s)
		}
		v = v<<5 | int64(d)
	}
	return ID(v), nil
}

func notID(s string) error {
	return &errs.Error{Kind: errs.NotFound, Message: "There is nothing at this address.", Err: fmt.Errorf("not an ID: %.40q", s)}
}

// MarshalText writes the text form; the zero ID is empty.
func (i ID) MarshalText() ([]byte, error) {
	if i == 0 {
		return nil, nil
	}
	return []byte(i.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (i *ID) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	*i, err = Parse(string(b))
	return err
}

// Value stores an ID as BIGINT, and the zero ID as NULL.
func (i ID) Value() (driver.Value, error) {
	if i == 0 {
		return nil, nil
	}
	return int64(i), nil
}

// Scan reads a BIGINT or NULL.
func (i *ID) Scan(src any) error {
	var n sql.NullInt64
	err := n.Scan(src)
	*i = ID(n.Int64)
	return err
}
