package wire

import (
	"broadsheet/internal/id"
	"broadsheet/internal/wire/item"
)

// The model is package item's; these are the room's short words for it.
type (
	// An Item is one thing an agency sent; see [item.Item].
	Item = item.Item
	// A Concept is a person, a place, a subject, ...; see [item.Concept].
	Concept = item.Concept
	// A Text is a line of words; see [item.Text].
	Text = item.Text
	// A Date is a point in time as an agency gave it; see [item.Date].
	Date = item.Date
	// A Status is what may be done with an item; see [item.Status].
	Status = item.Status
	// A Release says from when to when something may be shown; see [item.Release].
	Release = item.Release
)

// The statuses.
const (
	Usable   = item.Usable
	Withheld = item.Withheld
	Canceled = item.Canceled
)

// Indefinite is the end of an embargo that only a newer version can lift.
var Indefinite = item.Indefinite

// IDOf is the ID of the item with a URI; see [item.IDOf].
func IDOf(uri string) id.ID { return item.IDOf(uri) }
