// Package wire takes in what news agencies send.
//
// A file arrives as bytes. Package parse finds out its format and makes an [Item] of
// every item inside. An Item has the same fields whatever format it came in; markup
// becomes typed documents of package richtext, codes become concepts with their full
// URI, and what we have no field for is kept by its path. [Service] stores the bytes
// and the items together, so that anything can be read again later with better eyes.
//
// The model is package item, and each format has a package; all of them are below this
// one and know nothing of it.
//
// The same item sent twice is one item; a higher version of it is a new version.
// Whether an item may be shown to the public is decided by [Item.FreeAt] alone.
package wire
