// Package parse makes items of a file, whatever format it has. A new format is a package of
// its own beside this one, and a row in the table below.
package parse

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strconv"

	"broadsheet/internal/wire/anpa"
	"broadsheet/internal/wire/calendar"
	"broadsheet/internal/wire/feed"
	"broadsheet/internal/wire/iptc7901"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/letter"
	"broadsheet/internal/wire/newsml1"
	"broadsheet/internal/wire/newsmlg2"
	"broadsheet/internal/wire/ninjs"
	"broadsheet/internal/wire/nitf"
	"broadsheet/internal/wire/picture"
	"broadsheet/internal/wire/profile"
	"broadsheet/internal/wire/tree"
)

// A format is a row of the table of what can be read.
type format struct {
	name string

	// raw formats are binary, or have an encoding of their own: they get the file's bytes
	// as they came. The others get UTF-8 without NUL bytes.
	raw bool

	// root tells an XML format by the name of the root element, sniff another by the
	// file's beginning, which for one that is not raw is without the spaces before it.
	// A row has one of them.
	root  func(name string) bool
	sniff func(text []byte) bool

	// parse reads a file. Its errors are *[tree.FileError], or the context's.
	parse func(ctx context.Context, text []byte) ([]item.Item, error)

	// lines is parse of a raw format whose bytes do not say in which charset they are: it
	// gets the one that the agency is known to write, or "".
	lines func(ctx context.Context, raw []byte, charset string) ([]item.Item, error)

	// open, in place of parse, is for files that have other files in them. inner reads one.
	open func(ctx context.Context, raw []byte, inner letter.Inner) ([]item.Item, error)
}

// maxOpened is how deep files in files are read: a mail that was forwarded as a file.
const maxOpened = 3

// formats are asked in this order, those that want the raw bytes first.
var formats = []format{
	{name: iptc7901.Format, raw: true, sniff: iptc7901.Sniff, lines: iptc7901.Parse},
	{name: anpa.Format, raw: true, sniff: anpa.Sniff, lines: anpa.Parse},
	{name: calendar.Format, raw: true, sniff: calendar.Is, parse: calendar.Parse},
	{name: letter.Format, raw: true, sniff: letter.Is, open: letter.Parse},
	{name: picture.Format, raw: true, sniff: picture.Is, parse: picture.Parse},
	{name: newsmlg2.Format, root: newsmlg2.IsRoot, parse: newsmlg2.Parse},
	{name: feed.RSS, root: feed.IsRSS, parse: feed.Parse},
	{name: feed.Atom, root: feed.IsAtom, parse: feed.Parse},
	{name: feed.JSON, sniff: feed.IsJSON, parse: feed.ParseJSON},
	{name: newsml1.Format, root: newsml1.IsRoot, parse: newsml1.Parse},
	{name: nitf.Format, root: nitf.IsRoot, parse: nitf.Parse},
	{name: ninjs.Format, sniff: begins("{["), parse: ninjs.Parse},
}

// begins sniffs a format by its first character, which is one of chars.
func begins(chars string) func([]byte) bool {
	return func(text []byte) bool { return bytes.IndexByte([]byte(chars), text[0]) >= 0 }
}

// detect finds the format of a file that is not empty, nil for none, and returns the
// text that its parser gets.
func detect(raw []byte) (f *format, text []byte, note string, err error) {
	for i := range formats {
		if f := &formats[i]; f.raw && f.sniff(raw) {
			return f, raw, "", nil
		}
	}
	text, note, err = tree.ToUTF8(raw)
	if err != nil {
		return nil, nil, "", err
	}
	start := bytes.TrimLeft(text, " \t\r\n")
	if len(start) == 0 {
		return nil, text, note, nil
	}
	root := ""
	if start[0] == '<' {
		root = tree.RootName(start)
	}
	for i := range formats {
		f := &formats[i]
		if f.root != nil && f.root(root) || f.sniff != nil && !f.raw && f.sniff(start) {
			return f, text, note, nil
		}
	}
	return nil, text, note, nil
}

// Format finds out the format of a file: the name that its items have in their Format,
// or "" for none that can be read.
func Format(raw []byte) string {
	if len(raw) == 0 || len(raw) > tree.MaxFile {
		return ""
	}
	f, _, _, err := detect(raw)
	if err != nil || f == nil {
		return ""
	}
	return f.name
}

// An Input is a file to be read.
type Input struct {
	Name string // the file's name, for errors and for the items' File
	Raw  []byte

	// Profile is the name of the agency's profile in Profiles, "" when nobody said:
	// each item then gets the one that it shows itself to have.
	Profile  string
	Profiles *profile.Set // nil means those that are shipped
}

// File reads the items of a file. One that cannot be read gives a *[tree.FileError] with
// its name, line and reason; items before the fault are then lost, because a file is kept
// whole or not at all. A profile that there is not is an error of kind errs.Invalid.
// File reads nothing but in.Raw: no addresses, no schemas, no entities.
func File(ctx context.Context, in Input) ([]item.Item, error) {
	if in.Profiles == nil {
		in.Profiles = profile.Shipped()
	}
	charset := ""
	if in.Profile != "" {
		p, err := in.Profiles.Get(in.Profile)
		if err != nil {
			return nil, err
		}
		charset = p.Charset
	}
	items, err := read(ctx, in.Raw, charset, 0)
	if known := charsetOf(in.Profiles, items); err == nil && in.Profile == "" && known != "" {
		items, err = read(ctx, in.Raw, known, 0)
	}
	if err != nil {
		f, ok := errors.AsType[*tree.FileError](err)
		if !ok {
			return nil, err // the context's
		}
		f.File = in.Name
		return nil, f
	}
	for i := range items {
		if len(items[i].URI) > tree.MaxID {
			return nil, &tree.FileError{File: in.Name, Line: items[i].Line, Reason: fmt.Sprintf("an identifier is longer than %d bytes", tree.MaxID)}
		}
		if inside := items[i].File; inside == "" {
			items[i].File = in.Name
		} else {
			items[i].File = path.Join(in.Name, inside)
		}
		if items[i].URI == "" {
			items[i].URI = contentURI(in.Raw, i)
			items[i].Warnings = append(items[i].Warnings, "the agency gave it no identifier; it has one made from the file's bytes")
		}
		in.Profiles.For(in.Profile, &items[i]).Apply(&items[i])
		settle(&items[i])
	}
	return items, nil
}

// charsetOf is what the agency of a line format's message is known to write, "" when the
// bytes say themselves what they are: then nobody had to guess.
func charsetOf(profiles *profile.Set, items []item.Item) string {
	if len(items) == 0 || items[0].Format != iptc7901.Format && items[0].Format != anpa.Format {
		return ""
	}
	return profiles.For("", &items[0]).Charset
}

// read reads a file that is so deep inside others.
func read(ctx context.Context, raw []byte, charset string, depth int) ([]item.Item, error) {
	switch {
	case len(raw) == 0:
		return nil, tree.Fault(0, "the file is empty")
	case len(raw) > tree.MaxFile:
		return nil, tree.Fault(0, "the file is larger than %d MiB", tree.MaxFile>>20)
	}
	f, text, note, err := detect(raw)
	if err != nil {
		return nil, err
	}
	if before, _, found := bytes.Cut(text, []byte{0}); found && (f == nil || !f.raw) {
		return nil, tree.Fault(1+bytes.Count(before, []byte("\n")), "a NUL byte: this is not text")
	}
	if f == nil {
		return nil, unknown(text)
	}
	var items []item.Item
	switch {
	case f.lines != nil:
		items, err = f.lines(ctx, text, charset)
	case f.open != nil:
		items, err = f.open(ctx, text, innerAt(charset, depth+1))
	default:
		items, err = f.parse(ctx, text)
	}
	switch {
	case err != nil:
		return nil, err
	case len(items) == 0:
		return nil, tree.Fault(1, "there is no item in it")
	case len(items) > tree.MaxItems:
		return nil, tree.Fault(1, "more than %d items in one file", tree.MaxItems)
	}
	if note != "" {
		for i := range items {
			items[i].Warnings = append(items[i].Warnings, note)
		}
	}
	return items, nil
}

// innerAt reads the files inside another one; nil where that is too deep.
func innerAt(charset string, depth int) letter.Inner {
	if depth > maxOpened {
		return nil
	}
	return func(ctx context.Context, _ string, raw []byte) ([]item.Item, error) {
		if Format(raw) == "" {
			return nil, letter.ErrUnknown
		}
		return read(ctx, raw, charset, depth)
	}
}

// unknown says why a text has none of the formats.
func unknown(text []byte) error {
	if start := bytes.TrimLeft(text, " \t\r\n"); len(start) == 0 || start[0] != '<' {
		return tree.Fault(1, "its format is not known: it begins with neither < nor { nor [")
	}
	n, err := tree.ParseXML(text)
	if err != nil {
		return err
	}
	return tree.Fault(n.Line, "<%s> is the beginning of no format that is known", n.Name)
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
func settle(it *item.Item) {
	it.Identify()
	it.SettleOrigins()
	for i := range it.Associations {
		a := &it.Associations[i].Item
		a.File = it.File
		if a.URI == "" {
			a.URI = it.URI + "#" + it.Associations[i].Name
		}
		settle(a)
	}
}
