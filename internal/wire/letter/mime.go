package letter

import (
	"bytes"
	"encoding/base64"
	"errors"
	"path"
	"strings"

	"broadsheet/internal/wire/tree"
)

// Limits of one mail, beside those of a file.
const (
	maxNesting = 20       // parts in parts
	maxParts   = 500      // of all kinds
	maxFields  = 500      // lines of a header
	maxField   = 64 << 10 // bytes of one of them
)

// A part is a piece of a mail: its text, a file, or parts.
type part struct {
	header header
	kind   string // content type, lower case
	params map[string]string
	name   string // of a file; "" where it has none
	cid    string // Content-ID, without its brackets
	inline bool   // is to be shown where it stands
	body   []byte // without its transfer encoding; nil for a part of parts
	parts  []*part
	line   int // in the mail
	used   bool
}

// A splitter takes a mail apart.
type splitter struct {
	count    int
	warnings []string
}

func (s *splitter) warn(text string) { s.warnings = append(s.warnings, text) }

// split reads a mail, or a part of one, that begins at a line.
func (s *splitter) split(raw []byte, line, depth int) (*part, error) {
	s.count++
	switch {
	case depth > maxNesting:
		return nil, tree.Fault(line, "its parts are nested deeper than %d", maxNesting)
	case s.count > maxParts:
		return nil, tree.Fault(line, "it has more than %d parts", maxParts)
	}
	h, body, lines, err := readHeader(raw)
	if err != nil {
		if f, ok := errors.AsType[*tree.FileError](err); ok {
			f.Line += line - 1
		}
		return nil, err
	}
	p := &part{header: h, line: line}
	p.kind, p.params = mediaType(h.get("Content-Type"))
	if p.kind == "" || !strings.Contains(p.kind, "/") {
		p.kind = "text/plain"
	}
	disposition, dparams := mediaType(h.get("Content-Disposition"))
	p.name = fileName(dparams["filename"], p.params["name"])
	p.cid = strings.Trim(strings.TrimSpace(h.get("Content-ID")), "<>")
	p.inline = disposition != "attachment" && (disposition == "inline" || p.cid != "" || p.name == "")
	if strings.HasPrefix(p.kind, "multipart/") {
		if boundary := p.params["boundary"]; boundary != "" {
			p.parts, err = s.children(body, boundary, line+lines, depth)
		}
		if err != nil || len(p.parts) > 0 {
			return p, err
		}
		s.warn("a part says that it has parts, and has none: read as text")
		p.kind = "text/plain"
	}
	p.body = s.decode(body, strings.ToLower(h.get("Content-Transfer-Encoding")))
	return p, nil
}

// children parts a body at its boundary (RFC 2046, 5.1.1). One without an end ends where
// the mail does.
func (s *splitter) children(body []byte, boundary string, line, depth int) ([]*part, error) {
	mark := []byte("--" + boundary)
	var parts []*part
	add := func(raw []byte, line int) error {
		p, err := s.split(raw, line, depth+1)
		if err == nil {
			parts = append(parts, p)
		}
		return err
	}
	start, startLine := -1, 0 // of the part that is open
	for at, number, seen := 0, line, 0; ; {
		found, next, last := findMark(body, mark, at)
		if found < 0 {
			break
		}
		number += bytes.Count(body[seen:found], []byte("\n"))
		seen = found
		if start >= 0 {
			if err := add(trimEnd(body[start:found]), startLine); err != nil {
				return nil, err
			}
		}
		if last {
			return parts, nil
		}
		start, startLine, at = next, number+1, next
	}
	if start < 0 || start == len(body) {
		return parts, nil
	}
	s.warn("a part of it does not end: it may be cut off")
	return parts, add(body[start:], startLine)
}

// findMark finds the next line that is a boundary: where it begins, where the line after
// it does, and whether it is the last one. found is -1 when there is none.
func findMark(body, mark []byte, at int) (found, next int, last bool) {
	for at < len(body) {
		i := bytes.Index(body[at:], mark)
		if i < 0 {
			break
		}
		found = at + i
		if at = found + len(mark); found > 0 && body[found-1] != '\n' {
			continue
		}
		rest, _, _ := bytes.Cut(body[found+len(mark):], []byte("\n"))
		next = min(found+len(mark)+len(rest)+1, len(body))
		after := bytes.TrimRight(rest, " \t\r")
		if last = string(after) == "--"; last || len(after) == 0 {
			return found, next, last
		}
	}
	return -1, 0, false
}

// trimEnd removes the line end before a boundary, which belongs to it.
func trimEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// decode undoes a transfer encoding.
func (s *splitter) decode(body []byte, encoding string) []byte {
	switch strings.TrimSpace(encoding) {
	case "base64":
		out, ok := fromBase64(body)
		if !ok {
			s.warn("a part in base64 is damaged: what could be read of it is kept")
		}
		return out
	case "quoted-printable":
		return fromQuotedPrintable(body)
	case "", "7bit", "8bit", "binary":
	default:
		s.warn("the transfer encoding " + clipped(encoding) + " is not known: the part is read as it is")
	}
	return body
}

// fromBase64 decodes what may have line ends and strange characters in it, and reports
// whether all of it was read.
func fromBase64(body []byte) ([]byte, bool) {
	clean := make([]byte, 0, len(body))
	for _, c := range body {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean[:len(clean)-len(clean)%4])
	if rest := clean[len(clean)-len(clean)%4:]; err == nil && len(rest) > 1 {
		var m int
		m, err = base64.RawStdEncoding.Decode(out[n:], rest)
		n += m
	}
	return out[:n], err == nil && len(clean)%4 != 1
}

// fromQuotedPrintable decodes RFC 2045's; what is not written by its rules stays as it is.
func fromQuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for len(body) > 0 {
		line, next, found := bytes.Cut(body, []byte("\n"))
		line = bytes.TrimRight(line, " \t\r")
		soft := false
		for i := 0; i < len(line); i++ {
			if line[i] != '=' {
				out = append(out, line[i])
				continue
			}
			if i == len(line)-1 {
				soft = true
				break
			}
			if i+2 < len(line) && unhex(line[i+1]) >= 0 && unhex(line[i+2]) >= 0 {
				out = append(out, byte(unhex(line[i+1])<<4|unhex(line[i+2]))) //nolint:gosec // two digits
				i += 2
				continue
			}
			out = append(out, '=')
		}
		if found && !soft {
			out = append(out, '\n')
		}
		body = next
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// fileName is the last part of the first name that is there.
func fileName(names ...string) string {
	for _, name := range names {
		if name = path.Base(strings.ReplaceAll(decodeWords(name), `\`, "/")); name != "." && name != "/" && name != ".." {
			return clipped(name)
		}
	}
	return ""
}

// clipped is a name from outside, short enough for a warning.
func clipped(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}
