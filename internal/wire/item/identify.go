package item

import (
	"crypto/sha256"
	"encoding/binary"

	"broadsheet/internal/id"
)

// Identify gives an item its ID, which follows from its URI.
func (it *Item) Identify() { it.ID = IDOf(it.URI) }

// IDOf is the ID of the item with a URI: the same on every machine and at every time,
// so that two servers that take in the same feed agree. It is a hash, so unlike other
// IDs it says nothing about time.
func IDOf(uri string) id.ID {
	if uri == "" {
		return 0
	}
	sum := sha256.Sum256([]byte("wire\x00" + uri))
	return id.ID(binary.BigEndian.Uint64(sum[:8])>>1 | 1) //nolint:gosec // 63 bits fit
}
