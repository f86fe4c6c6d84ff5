package demo

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/internal/richtext"
)

// teleLine is how many characters stand in a line for teleprinters.
const teleLine = 64

// sportsWire is the source in the header of what Northern Wire's sports desk sends, whose
// computer is older than the others.
const sportsWire = "nws"

// teleNumber is the number of a message on its wire, which counts from 1 every day: here by
// the second, and by the line of the copy so that no two are the same.
func teleNumber(b *block, sent time.Time) string {
	s := sent.UTC()
	return fmt.Sprintf("%05d", (s.Hour()*3600+s.Minute()*60+s.Second()+b.line)%100_000)
}

// teleURI is the name that the wire gives a message, which has none of its own.
func teleURI(number string, sent time.Time) string {
	return "urn:broadsheet:iptc7901:" + sportsWire + ":" + sent.UTC().Format("20060102") + ":" + number
}

// iptc7901 is the file in IPTC 7901.
func (p *dispatch) iptc7901() []byte {
	code := strings.ToUpper(p.agency.code)
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\r\n", args...) }
	line("\x01%s%s %d spo %3d %s %s", sportsWire, p.Number, p.Urgency, p.Body.Words(), code, p.Number)
	line("%s/", p.Slug)
	line("\x02%s =", p.Headline)
	if p.By != "" {
		line("By %s =", p.By)
	}
	line("")
	for i, n := range p.Body.Content {
		text := (richtext.Doc{Content: []richtext.Node{n}}).Text()
		if i == 0 {
			text = p.Dateline + " (" + code + ") - " + text
		}
		line("   %s", wrapped(text))
	}
	line("\x03")
	line("%s sp", p.agency.code)
	line("%s\x04", p.Sent.UTC().Format("021504 GMT Jan 06"))
	return []byte(out.String())
}

// wrapped is a paragraph in lines for a teleprinter.
func wrapped(text string) string {
	var out strings.Builder
	at := 0
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > teleLine:
			out.WriteString("\r\n")
			at = 0
		default:
			out.WriteByte(' ')
			at++
		}
		out.WriteString(word)
		at += n
	}
	return out.String()
}
