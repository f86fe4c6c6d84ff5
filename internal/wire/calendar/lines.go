package calendar

import (
	"bytes"
	"fmt"
	"strings"

	"broadsheet/internal/wire/tree"
)

// Limits of one calendar, beside those of a file.
const (
	maxLine    = 256 << 10 // bytes of a property, unfolded
	maxNesting = 10        // components in components
	maxParams  = 50        // of one property
	maxGuests  = 1_000     // attendees of an event that are read
	maxRule    = 4 << 10   // bytes of a rule of recurrence
	maxDates   = 1_000     // dates of recurrence
)

// A property is a line of a calendar: NAME;PARAM=value:value.
type property struct {
	name   string // upper case
	params []param
	value  string // as it stands, escaped
	line   int
	read   bool
}

type param struct{ name, value string }

// param returns a parameter's value; "" when there is none.
func (p *property) param(name string) string {
	for _, a := range p.params {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

// text is the value without escapes (RFC 5545, 3.3.11).
func (p *property) text() string {
	if !strings.Contains(p.value, `\`) {
		return tree.Clean(strings.TrimSpace(p.value))
	}
	var b strings.Builder
	for i := 0; i < len(p.value); i++ {
		c := p.value[i]
		if c == '\\' && i+1 < len(p.value) {
			i++
			if c = p.value[i]; c == 'n' || c == 'N' {
				c = '\n'
			}
		}
		b.WriteByte(c)
	}
	return tree.Clean(strings.TrimSpace(b.String()))
}

// list is the value's parts, parted by commas that are not escaped.
func (p *property) list() []string {
	var all []string
	start := 0
	add := func(s string) {
		part := property{value: s}
		if s = part.text(); s != "" && len(all) < maxDates {
			all = append(all, s)
		}
	}
	for i := 0; i < len(p.value); i++ {
		switch p.value[i] {
		case '\\':
			i++
		case ',':
			add(p.value[start:i])
			start = i + 1
		}
	}
	add(p.value[min(start, len(p.value)):])
	return all
}

// A component is what stands between BEGIN and END.
type component struct {
	name  string
	props []*property
	kids  []*component
	line  int
}

// one returns the first property with a name, read; an empty one when there is none.
func (c *component) one(name string) *property {
	for _, p := range c.props {
		if p.name == name {
			p.read = true
			return p
		}
	}
	return &property{name: name}
}

// all returns the properties with a name, read.
func (c *component) all(name string) []*property {
	var found []*property
	for _, p := range c.props {
		if p.name == name {
			p.read = true
			found = append(found, p)
		}
	}
	return found
}

// readLines makes a component, without a name, of a file. Lines that are none are named in
// the warnings.
func readLines(raw []byte) (root *component, warnings []string, err error) {
	root = &component{}
	open := []*component{root}
	count := 0
	unfolded, numbers := unfold(raw)
	text, note := tree.Decode(unfolded, "")
	if note != "" {
		warnings = append(warnings, note)
	}
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		at := numbers[min(count, len(numbers)-1)]
		count++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		switch {
		case len(line) > maxLine:
			return nil, nil, tree.Fault(at, "a property is longer than %d KiB", maxLine>>10)
		case count > tree.MaxNodes:
			return nil, nil, tree.Fault(at, "more than %d properties", tree.MaxNodes)
		}
		p, ok := parseLine(string(line), at)
		if !ok {
			if len(warnings) < maxParams {
				warnings = append(warnings, fmt.Sprintf("line %d is no property of a calendar: left out", at))
			}
			continue
		}
		if open, err = place(open, p); err != nil {
			return nil, nil, err
		}
	}
	if len(open) > 1 {
		warnings = append(warnings, "the calendar does not end: it may be cut off")
	}
	return root, warnings, nil
}

// place puts a property where it belongs. open are the components that have begun.
func place(open []*component, p *property) ([]*component, error) {
	top := open[len(open)-1]
	switch p.name {
	case "BEGIN":
		if len(open) > maxNesting {
			return nil, tree.Fault(p.line, "components are nested deeper than %d", maxNesting)
		}
		c := &component{name: strings.ToUpper(strings.TrimSpace(p.value)), line: p.line}
		top.kids = append(top.kids, c)
		return append(open, c), nil
	case "END":
		name := strings.ToUpper(strings.TrimSpace(p.value))
		switch {
		case len(open) == 1:
			return nil, tree.Fault(p.line, "END:%.40s closes nothing", name)
		case name != top.name:
			return nil, tree.Fault(p.line, "END:%.40s where END:%.40s was expected", name, top.name)
		}
		return open[:len(open)-1], nil
	}
	top.props = append(top.props, p)
	return open, nil
}

// unfold joins the lines that were folded, and returns the number in the file of each one
// that begins. It does so on bytes, because programs fold within characters.
func unfold(raw []byte) (text []byte, numbers []int) {
	text = make([]byte, 0, len(raw))
	number := 0
	for line := range bytes.SplitSeq(raw, []byte("\n")) {
		number++
		line = bytes.TrimSuffix(line, []byte("\r"))
		if number > 1 && len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			text = append(text, line[1:]...)
			continue
		}
		if number > 1 {
			text = append(text, '\n')
		}
		text = append(text, line...)
		numbers = append(numbers, number)
	}
	return bytes.ReplaceAll(text, []byte{0}, nil), numbers
}

// parseLine parts a line into name, parameters and value. Values in quotes may have any
// character; ^n, ^' and ^^ stand for some (RFC 6868).
func parseLine(line string, at int) (*property, bool) {
	end := strings.IndexAny(line, ";:")
	if end <= 0 || strings.ContainsAny(line[:end], " \t\"") {
		return nil, false
	}
	p := &property{name: strings.ToUpper(line[:end]), line: at}
	if i := strings.LastIndexByte(p.name, '.'); i >= 0 { // of a group, as in vCard
		p.name = p.name[i+1:]
	}
	rest := line[end:]
	for strings.HasPrefix(rest, ";") {
		var ok bool
		if rest, ok = p.addParam(rest[1:]); !ok || len(p.params) > maxParams {
			return nil, false
		}
	}
	if !strings.HasPrefix(rest, ":") {
		return nil, false
	}
	p.value = rest[1:]
	return p, true
}

var unescapeParam = strings.NewReplacer("^n", "\n", "^'", `"`, "^^", "^")

// addParam reads a parameter from the beginning of s and returns what follows it.
func (p *property) addParam(s string) (rest string, ok bool) {
	name, s, ok := strings.Cut(s, "=")
	if !ok || name == "" || strings.ContainsAny(name, ":;\"") {
		return "", false
	}
	var value strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case (c == ';' || c == ':') && !quoted:
			p.params = append(p.params, param{strings.ToUpper(name), tree.Clean(unescapeParam.Replace(value.String()))})
			return s[i:], true
		default:
			value.WriteByte(c)
		}
	}
	return "", false
}
