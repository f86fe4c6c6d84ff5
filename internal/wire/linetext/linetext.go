// Package linetext reads what the agencies' formats from before XML have in common: lines
// of text in codes of their own, with control characters that mean typography, paragraphs
// that only their indent shows, and times as "261145 Nov 26".
package linetext

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"broadsheet/internal/richtext"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// Limits of a message.
const (
	MaxHeader  = 2_000  // bytes of a header line; a longer one is no header
	MaxLines   = 50     // header lines between the header and the text; what follows is text
	maxColumns = 30     // columns of a table
	maxRows    = 20_000 // lines of a table; what follows is plain text
)

// The control characters that mean something, by their names in IPTC 7901 and ANPA 1312.
const (
	SOH = '\x01' // start of header
	STX = '\x02' // start of text
	ETX = '\x03' // end of text
	EOT = '\x04' // end of transmission
	TLI = '\x08' // a line of a table
	UR  = '\x0e' // upper rail: emphasis begins
	LR  = '\x0f' // lower rail: emphasis ends
	SPB = '\x10' // space band: a space of any width
	FT1 = '\x11' // regular type
	FT2 = '\x12' // bold
	FT3 = '\x13' // italic
	SYN = '\x16'
	US  = '\x1f' // parts the fields of a header
)

// killedWord is a word and the CAN (kill word) that takes it back.
var killedWord = regexp.MustCompile(`[^\s\x18]*\x18`)

// Lines parts decoded text into lines without their ends, and takes out instructions to
// typesetting machines and the words that were taken back.
func Lines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	if strings.ContainsAny(text, "\x0c\x18") {
		text = killedWord.ReplaceAllString(withoutInstructions(text), "")
	}
	return strings.Split(text, "\n")
}

// maxInstruction is how long an instruction to a typesetting machine is at most, in bytes.
const maxInstruction = 200

// withoutInstructions takes out what is for a typesetting machine: from FF (start of
// instruction) to VT (its end), on one line. An FF without its VT means nothing.
func withoutInstructions(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "\f")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexAny(after[:min(len(after), maxInstruction)], "\v\f\n")
		if end >= 0 && after[end] == '\v' {
			after = after[end+1:]
		}
		text = after
	}
}

// Trim removes white space and control characters from both ends of a line.
func Trim(line string) string {
	return strings.TrimFunc(line, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xa0 })
}

// indented reports whether a line begins a paragraph.
func indented(line string) bool {
	return strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\u00a0")
}

// Paragraphs joins lines: a blank line ends a paragraph, an indented one begins it. Where
// neither is to be found in text of long lines each line is one.
func Paragraphs(lines []string) []string {
	var found []string
	var current []string
	flush := func() {
		if len(current) > 0 {
			found = append(found, strings.Join(current, " "))
		}
		current = nil
	}
	alone := everyLineIsOne(lines)
	for _, line := range lines {
		if indented(line) || alone {
			flush()
		}
		words := strings.Join(strings.FieldsFunc(line, space), " ")
		if Trim(words) == "" {
			flush()
			continue
		}
		current = append(current, words)
	}
	flush()
	return found
}

func space(r rune) bool { return r == ' ' || r == '\t' || r == '\u00a0' || r == SPB || r == TLI }

// longLine is how long the lines are, in bytes, that were never broken for a teleprinter.
const longLine = 100

func everyLineIsOne(lines []string) bool {
	long := false
	for _, line := range lines {
		if indented(line) || Trim(line) == "" {
			return false
		}
		long = long || len(line) > longLine
	}
	return long
}

// SetBody adds paragraphs to an item as its text: plain, or with marks where control
// characters change the type.
func SetBody(it *item.Item, paragraphs []string) {
	text := strings.Join(paragraphs, "\n\n")
	b := item.Body{ContentType: "text/plain"}
	if strings.ContainsAny(text, "\x0e\x12\x13") {
		markup.SetHTML(it, &b, asHTML(paragraphs))
	} else {
		b.Value = strings.TrimSpace(tree.Clean(text))
	}
	if b.Rich() || b.Value != "" {
		it.Bodies = append(it.Bodies, b)
	}
}

// asHTML writes paragraphs with their type as markup.
func asHTML(paragraphs []string) string {
	var b strings.Builder
	for _, p := range paragraphs {
		b.WriteString("<p>")
		end := ""
		for _, r := range p {
			switch r {
			case FT1, LR:
				b.WriteString(end)
				end = ""
			case FT2, UR:
				b.WriteString(end + "<strong>")
				end = "</strong>"
			case FT3:
				b.WriteString(end + "<em>")
				end = "</em>"
			default:
				b.WriteString(html.EscapeString(tree.Clean(string(r))))
			}
		}
		b.WriteString(end + "</p>")
	}
	return b.String()
}

// SetTable adds lines to an item as text in columns: a table whose columns are parted by
// tabs or by two spaces or more. Lines without columns are paragraphs.
func SetTable(it *item.Item, lines []string) {
	it.Formatted = true
	var doc richtext.Doc
	var rows [][]string
	flush := func() {
		if len(rows) > 0 {
			doc.Content = append(doc.Content, tableOf(rows))
		}
		rows = nil
	}
	for _, line := range lines {
		cells := columns(tree.Clean(strings.Map(visible, line)))
		switch {
		case len(cells) == 0:
			flush()
		case len(cells) == 1 && len(rows) == 0:
			doc.Content = append(doc.Content, richtext.Paragraph(cells[0]))
		default:
			rows = append(rows, cells)
			if len(rows) >= maxTableRows {
				flush()
			}
		}
	}
	flush()
	b := item.Body{ContentType: "text/plain", Doc: doc}
	if len(lines) > maxRows || doc.Validate() != nil {
		b.Doc = richtext.Doc{}
		b.Value = strings.TrimSpace(tree.Clean(strings.Join(lines, "\n")))
		it.Warnings = append(it.Warnings, "the table is too large for a document, and only its words are kept")
	}
	if b.Rich() || b.Value != "" {
		it.Bodies = append(it.Bodies, b)
	}
}

// maxTableRows is how many rows one table has; a longer one goes on in another.
const maxTableRows = 200

// visible makes of the control characters of tables what they show.
func visible(r rune) rune {
	switch r {
	case TLI, US:
		return '\t'
	case SPB, '\u00a0':
		return ' '
	}
	return r
}

var columnBreak = regexp.MustCompile(`\t+| {2,}|\.{4,}`)

// columns are the cells of a line, at most maxColumns; the last one has what is more.
func columns(line string) []string {
	line = Trim(line)
	if line == "" {
		return nil
	}
	cells := columnBreak.Split(line, maxColumns)
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

func tableOf(rows [][]string) richtext.Node {
	width := 0
	for _, cells := range rows {
		width = max(width, len(cells))
	}
	table := richtext.Node{Type: richtext.TypeTable}
	for _, cells := range rows {
		row := richtext.Node{Type: richtext.TypeTableRow}
		for i := range width {
			cell := richtext.Node{Type: richtext.TypeTableCell, Content: []richtext.Node{richtext.Paragraph("")}}
			if i < len(cells) {
				cell.Content[0] = richtext.Paragraph(cells[i])
			}
			row.Content = append(row.Content, cell)
		}
		table.Content = append(table.Content, row)
	}
	return table
}

// OneLine is text in one line, with a space for each run of white space and control
// characters.
func OneLine(s string) string {
	return tree.Clean(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\u00a0' }), " "))
}

// Count is a number of a header, 0 where there is none.
func Count(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
