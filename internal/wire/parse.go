package wire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
)

// Format finds out the format of a file by its first characters. It returns NewsMLG2,
// Ninjs, or "" for neither.
func Format(raw []byte) string {
	text, _, err := toUTF8(raw[:min(len(raw), 1024)])
	if err != nil {
		text = raw
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	switch {
	case len(text) == 0:
		return ""
	case text[0] == '<':
		return NewsMLG2
	case text[0] == '{', text[0] == '[':
		return Ninjs
	}
	return ""
}

// Parse reads the items of a file. name is the file's name, for errors and for the
// items' File. A file that cannot be read gives a *[FileError] with its name, line and
// reason; items before the fault are then lost, because a file is kept whole or not at
// all. Parse reads nothing but raw: no addresses, no schemas, no entities.
func Parse(ctx context.Context, name string, raw []byte) ([]Item, error) {
	items, err := parse(ctx, raw)
	if err != nil {
		f, ok := errors.AsType[*FileError](err)
		if !ok {
			return nil, err // the context's
		}
		f.File = name
		return nil, f
	}
	for i := range items {
		items[i].File = name
		if items[i].URI == "" {
			items[i].URI = contentURI(raw, i)
			items[i].Warnings = append(items[i].Warnings, "the agency gave it no identifier; it has one made from the file's bytes")
		}
		settle(&items[i])
	}
	return items, nil
}

func parse(ctx context.Context, raw []byte) ([]Item, error) {
	switch {
	case len(raw) == 0:
		return nil, fault(0, "the file is empty")
	case len(raw) > MaxFile:
		return nil, fault(0, "the file is larger than %d MiB", MaxFile>>20)
	}
	text, note, err := toUTF8(raw)
	if err != nil {
		return nil, err
	}
	if before, _, found := bytes.Cut(text, []byte{0}); found {
		return nil, fault(1+bytes.Count(before, []byte("\n")), "a NUL byte: this is not text")
	}
	var items []Item
	switch Format(text) {
	case NewsMLG2:
		root, err := parseXML(text)
		if err != nil {
			return nil, err
		}
		if items, err = parseG2(ctx, root); err != nil {
			return nil, err
		}
	case Ninjs:
		if items, err = parseNinjs(ctx, text); err != nil {
			return nil, err
		}
	default:
		return nil, fault(1, "neither NewsML-G2 nor ninjs: it begins with neither < nor { nor [")
	}
	if len(items) == 0 {
		return nil, fault(1, "there is no item in it")
	}
	if note != "" {
		for i := range items {
			items[i].Warnings = append(items[i].Warnings, note)
		}
	}
	return items, nil
}

// contentURI names an item that its agency did not name. It is a URN of our own kind.
func contentURI(raw []byte, index int) string {
	sum := sha256.Sum256(raw)
	uri := "urn:broadsheet:sha256:" + hex.EncodeToString(sum[:])
	if index > 0 {
		uri += "#" + strconv.Itoa(index+1)
	}
	return uri
}

// settle gives an item and those inside it their IDs, and the origin of every block
// that was parsed before the ID was known.
func settle(it *Item) {
	identify(it)
	for i := range it.Bodies {
		if b := &it.Bodies[i]; b.Rich() {
			b.Doc = b.Doc.WithOrigin(it.Origin())
		}
	}
	for i := range it.Descriptions {
		if b := &it.Descriptions[i]; b.Rich() {
			b.Doc = b.Doc.WithOrigin(it.Origin())
		}
	}
	for i := range it.Associations {
		a := &it.Associations[i].Item
		a.File = it.File
		if a.URI == "" {
			a.URI = it.URI + "#" + it.Associations[i].Name
		}
		settle(a)
	}
}
