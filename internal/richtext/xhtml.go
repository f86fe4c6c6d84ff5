package richtext

import (
	"html"
	"strings"
)

// asHTML makes XHTML and other XML readable for a parser of HTML, which takes
// <media/> for a start tag that swallows all that follows, and a CDATA section
// for a comment. It gives empty elements an end tag and CDATA sections entities.
// HTML stays as it is.
func asHTML(src string) string {
	if !strings.Contains(src, "/>") && !strings.Contains(src, "<![CDATA[") {
		return src
	}
	var b strings.Builder
	b.Grow(len(src) + len(src)/8)
	for {
		at := strings.IndexByte(src, '<')
		if at < 0 {
			b.WriteString(src)
			return b.String()
		}
		b.WriteString(src[:at])
		n := markup(&b, src[at:])
		src = src[at+n:]
	}
}

// markup writes the comment, section or tag that src begins with, and returns
// how long it is.
func markup(b *strings.Builder, src string) int {
	if data, ok := strings.CutPrefix(src, "<![CDATA["); ok {
		text, _, _ := strings.Cut(data, "]]>")
		b.WriteString(html.EscapeString(text))
		return min(len("<![CDATA[")+len(text)+len("]]>"), len(src))
	}
	if strings.HasPrefix(src, "<!--") {
		return writeThrough(b, src, "-->")
	}
	if len(src) < 2 || !isLetter(src[1]) {
		b.WriteByte('<')
		return 1
	}
	end := tagEnd(src)
	tag := src[:end]
	name := strings.ToLower(tagName(tag))
	if isEmptyTag(tag) {
		b.WriteString(strings.TrimSuffix(tag, "/>"))
		b.WriteByte('>')
		if !isVoid(name) {
			b.WriteString("</" + name + ">")
		}
		return end
	}
	b.WriteString(tag)
	if name == "script" || name == "style" { // what looks like a tag in there is none
		return end + writeThrough(b, src[end:], "</"+name)
	}
	return end
}

// writeThrough writes src up to and with the end mark, in any case of letters,
// and returns how long that is.
func writeThrough(b *strings.Builder, src, mark string) int {
	n := 0
	for {
		at := strings.Index(src[n:], mark[:2])
		if at < 0 {
			n = len(src)
			break
		}
		n += at
		if len(src) >= n+len(mark) && strings.EqualFold(src[n:n+len(mark)], mark) {
			n += len(mark)
			break
		}
		n++
	}
	b.WriteString(src[:n])
	return n
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func tagName(tag string) string {
	end := strings.IndexAny(tag, " \t\r\n\f/>")
	if end < 0 {
		end = len(tag)
	}
	return tag[1:end]
}

// tagEnd returns the length of the tag that src begins with.
func tagEnd(src string) int {
	var quote, last byte // last is the byte before, white space apart
	for i := 1; i < len(src); i++ {
		c := src[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return i + 1
		case (c == '"' || c == '\'') && last == '=':
			quote = c
		}
		if c > ' ' {
			last = c
		}
	}
	return len(src)
}

// isEmptyTag reports whether the tag ends itself. The slash of <a href=http://x/>
// belongs to the address.
func isEmptyTag(tag string) bool {
	body, ok := strings.CutSuffix(tag, "/>")
	if !ok {
		return false
	}
	last := body[strings.LastIndexAny(body, " \t\r\n\f\"'")+1:]
	return !strings.Contains(last, "=")
}
