package demo

import (
	"strconv"
	"strings"

	"broadsheet/internal/id"
	"broadsheet/internal/richtext"
)

// A composer turns a block's body into a document. Its Markdown is a small one:
//
//	## Crosshead
//	> A quote.                   with a last line "> — who said it"
//	- item, or 1. item           one line each
//	| a | b |                    a table, its second line of dashes
//	!photo key | caption
//	!video title | poster | seconds
//	%wire key, %staff            whose words follow
//
// Anything else is a paragraph, with *em* and **strong**.
type composer struct {
	block  *block
	words  *strings.Replacer
	staff  richtext.Origin
	origin func(key string) (richtext.Origin, bool) // of wire copy
	photo  func(key string) (id.ID, bool)

	now richtext.Origin
	doc richtext.Doc
}

func (c *composer) compose() (richtext.Doc, error) {
	c.now = c.staff
	for _, p := range c.block.body {
		if strings.HasPrefix(p.lines[0], "%") {
			if err := c.turn(p); err != nil {
				return richtext.Doc{}, err
			}
			if p.lines = p.lines[1:]; len(p.lines) == 0 {
				continue
			}
			p.line++
		}
		n, err := c.node(p)
		if err != nil {
			return richtext.Doc{}, err
		}
		n.Attrs.Origin = c.now
		c.doc.Content = append(c.doc.Content, n)
	}
	return c.doc, nil
}

// turn changes whose words follow.
func (c *composer) turn(p paragraph) error {
	switch word, key, _ := strings.Cut(p.lines[0][1:], " "); word {
	case "staff":
		c.now = c.staff
		return nil
	case "wire":
		o, ok := c.origin(key)
		if !ok {
			return c.block.fault(p.line, "there is no wire copy %q", key)
		}
		c.now = o
		return nil
	}
	return c.block.fault(p.line, "%q is neither %%wire nor %%staff", p.lines[0])
}

func (c *composer) node(p paragraph) (richtext.Node, error) {
	first := p.lines[0]
	switch {
	case strings.HasPrefix(first, "## "):
		return richtext.Node{Type: richtext.TypeCrosshead, Content: c.inline(first[3:])}, nil
	case strings.HasPrefix(first, "> "):
		return c.quote(p), nil
	case strings.HasPrefix(first, "- "), strings.HasPrefix(first, "1. "):
		return c.list(p), nil
	case strings.HasPrefix(first, "| "):
		return c.table(p), nil
	case strings.HasPrefix(first, "!photo "):
		return c.picture(p)
	case strings.HasPrefix(first, "!video "):
		return c.video(p)
	case strings.HasPrefix(first, "!"):
		return richtext.Node{}, c.block.fault(p.line, "%q is neither !photo nor !video", first)
	}
	return c.paragraph(strings.Join(p.lines, " ")), nil
}

func (c *composer) paragraph(s string) richtext.Node {
	return richtext.Node{Type: richtext.TypeParagraph, Content: c.inline(s)}
}

func (c *composer) quote(p paragraph) richtext.Node {
	n := richtext.Node{Type: richtext.TypeQuote}
	for _, line := range p.lines {
		line = strings.TrimPrefix(line, "> ")
		if who, ok := strings.CutPrefix(line, "— "); ok {
			n.Attrs.Attribution = c.words.Replace(who)
			continue
		}
		n.Content = append(n.Content, c.paragraph(line))
	}
	return n
}

func (c *composer) list(p paragraph) richtext.Node {
	n := richtext.Node{Type: richtext.TypeList}
	n.Attrs.Ordered = strings.HasPrefix(p.lines[0], "1. ")
	for _, line := range p.lines {
		_, text, _ := strings.Cut(line, " ")
		n.Content = append(n.Content, richtext.Node{Type: richtext.TypeListItem, Content: []richtext.Node{c.paragraph(text)}})
	}
	return n
}

func (c *composer) table(p paragraph) richtext.Node {
	n := richtext.Node{Type: richtext.TypeTable}
	for i, line := range p.lines {
		if i == 1 { // the dashes
			continue
		}
		row := richtext.Node{Type: richtext.TypeTableRow}
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			row.Content = append(row.Content, richtext.Node{
				Type: richtext.TypeTableCell, Attrs: richtext.Attrs{Header: i == 0},
				Content: []richtext.Node{c.paragraph(strings.TrimSpace(cell))},
			})
		}
		n.Content = append(n.Content, row)
	}
	return n
}

func (c *composer) picture(p paragraph) (richtext.Node, error) {
	parts := fields(p.lines[0], 2)
	photo, ok := c.photo(parts[0])
	if !ok {
		return richtext.Node{}, c.block.fault(p.line, "there is no photo %q", parts[0])
	}
	return richtext.Node{Type: richtext.TypePhoto, Attrs: richtext.Attrs{Media: photo, Caption: c.words.Replace(parts[1])}}, nil
}

// video makes a teaser. The films do not exist, so neither does their server.
func (c *composer) video(p paragraph) (richtext.Node, error) {
	parts := fields(p.lines[0], 3)
	poster, ok := c.photo(parts[1])
	seconds, err := strconv.Atoi(parts[2])
	if !ok || err != nil {
		return richtext.Node{}, c.block.fault(p.line, "a video needs a title, a poster and its seconds")
	}
	return richtext.Node{Type: richtext.TypeVideo, Attrs: richtext.Attrs{
		URL: "https://video.broadsheet.example/" + c.block.key + "/" + strconv.Itoa(p.line), Title: parts[0],
		Poster: poster, Duration: seconds,
	}}, nil
}

// fields splits what follows the first word at bars into exactly n parts.
func fields(line string, n int) []string {
	_, rest, _ := strings.Cut(line, " ")
	parts := strings.SplitN(rest, "|", n)
	for len(parts) < n {
		parts = append(parts, "")
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// inline reads the marks inside a paragraph.
func (c *composer) inline(s string) []richtext.Node {
	return inline(c.words.Replace(s))
}

func inline(s string) (runs []richtext.Node) {
	add := func(text string, marks ...richtext.Mark) {
		if text != "" {
			runs = append(runs, richtext.Node{Type: richtext.TypeText, Text: text, Marks: marks})
		}
	}
	for {
		i := strings.IndexByte(s, '*')
		if i < 0 {
			add(s)
			return runs
		}
		sign, mark := "*", richtext.Mark{Type: richtext.MarkEm}
		if strings.HasPrefix(s[i:], "**") {
			sign, mark = "**", richtext.Mark{Type: richtext.MarkStrong}
		}
		inside, after, closed := strings.Cut(s[i+len(sign):], sign)
		if !closed {
			add(s)
			return runs
		}
		add(s[:i])
		add(inside, mark)
		s = after
	}
}
