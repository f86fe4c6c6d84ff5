package parse

import (
	"bytes"

	"broadsheet/internal/wire/picture"
	"broadsheet/internal/wire/tree"
)

// LookedAt is how many bytes of a file's beginning [Look] needs.
const LookedAt = 4 << 10

// Looks is what a file seems to be, by its beginning.
type Looks int

// The kinds of files.
const (
	Other  Looks = iota // nothing for the wire
	Agency              // an agency's file
	Photo               // a photograph: an item by itself, unless an agency's file points to it
)

// Look says what a file is that begins so. XML and JSON of formats that we do not know are
// agency files too, so that somebody hears that they cannot be read; web pages and
// drawings are not.
func Look(start []byte) Looks {
	if len(start) == 0 {
		return Other
	}
	f, text, _, err := detect(start)
	if err != nil {
		return Other
	}
	if f != nil {
		if f.name == picture.Format {
			return Photo
		}
		return Agency
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 || text[0] != '<' || bytes.IndexByte(text, 0) >= 0 {
		return Other
	}
	switch tree.RootName(text) {
	case "html", "svg":
		return Other
	case "":
		if !bytes.HasPrefix(text, []byte("<?xml")) {
			return Other
		}
	}
	return Agency
}
