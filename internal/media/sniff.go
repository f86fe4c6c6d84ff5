package media

import (
	"bytes"
	"strings"

	"broadsheet/internal/errs"
)

// A format is a kind of file that photographs are accepted in.
type format string

const (
	formatJPEG format = "image/jpeg"
	formatPNG  format = "image/png"
	formatWebP format = "image/webp"
)

// otherFormats are those that people try, each with what to do about it.
var otherFormats = []struct {
	at         int
	magic      string
	name, todo string
}{
	{0, "GIF8", "a GIF", "GIFs have too few colours for a photograph. Save it as JPEG, or as PNG if it is a drawing"},
	{4, "ftyphei", "a HEIC photograph from a telephone", "Export it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)"},
	{4, "ftyphev", "a HEIC photograph from a telephone", "Export it as JPEG"},
	{4, "ftypmif1", "a HEIF or AVIF picture", "Export it as JPEG"},
	{4, "ftypmsf1", "a HEIF or AVIF picture", "Export it as JPEG"},
	{4, "ftypavi", "an AVIF picture", "Export it as JPEG"},
	{4, "ftypcrx", "a Canon raw file", "Export it as JPEG from the program that develops your raw files"},
	{4, "ftyp", "a video", "Videos cannot be uploaded as photographs. Take a still from it and save that as JPEG"},
	{0, "II*\x00", "a TIFF or a camera's raw file", "Export it as JPEG, full size, quality 90 or so"},
	{0, "MM\x00*", "a TIFF or a camera's raw file", "Export it as JPEG, full size, quality 90 or so"},
	{0, "FUJIFILMCCD-RAW", "a Fujifilm raw file", "Export it as JPEG from the program that develops your raw files"},
	{0, "8BPS", "a Photoshop document", "Export it as JPEG"},
	{0, "BM", "a Windows bitmap", "Save it as PNG or JPEG"},
	{0, "%PDF", "a PDF", "Export the page or picture that you want as JPEG"},
	{0, "\xff\x0a", "a JPEG XL picture", "Export it as JPEG"},
	{0, "\x00\x00\x00\x0cJXL ", "a JPEG XL picture", "Export it as JPEG"},
	{0, "\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture", "Export it as JPEG"},
	{0, "PK\x03\x04", "a ZIP archive or an office document", "Unpack it and upload the photographs in it"},
}

// sniff tells a photograph's format from its first bytes; its name says nothing.
// A file of any other kind is refused by name, with what to do.
func sniff(data []byte) (format, error) {
	switch {
	case len(data) == 0:
		return "", errs.E(errs.Invalid, "The file is empty. Choose it again: the copy may have failed.")
	case bytes.HasPrefix(data, []byte{0xff, markerSOI, 0xff}):
		return formatJPEG, nil
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return formatPNG, nil
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return formatWebP, nil
	}
	for _, o := range otherFormats {
		if len(data) > o.at && bytes.HasPrefix(data[o.at:], []byte(o.magic)) {
			return "", errs.E(errs.Invalid, "This is %s; photographs are JPEG, PNG or WebP. %s.", o.name, o.todo)
		}
	}
	start := strings.ToLower(string(data[:min(len(data), 1024)]))
	switch {
	case strings.Contains(start, "<svg"):
		return "", errs.E(errs.Invalid, "This is an SVG drawing; photographs are JPEG, PNG or WebP. Export it as PNG, at least 1920 pixels wide.")
	case strings.Contains(start, "<!doctype html") || strings.Contains(start, "<html"):
		return "", errs.E(errs.Invalid, "This is a web page, not a photograph. Save the picture itself, not the page that shows it.")
	}
	return "", errs.E(errs.Invalid, "This is not a photograph that can be read: JPEG, PNG and WebP are. If it opens on your computer, export it as JPEG.")
}
