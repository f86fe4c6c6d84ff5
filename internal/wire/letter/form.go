package letter

import (
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// A form is a text that a program mailed: a JSON object whose names are those of the form
// that a reporter filled in ("Headline", "Dateline city", "Legal flag"). Values may be
// lists of one, as spreadsheets send them.
type form map[string]string

// formNames are what a form must have two of.
var formNames = []string{"headline", "body", "slugline", "abstract", "category"}

// readForm reads a text that is a form; nil when it is none.
func readForm(text string) form {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}") {
		return nil
	}
	v, err := tree.ParseJSON([]byte(text))
	if err != nil {
		// Programs that break lines do so inside of strings, too.
		if v, err = tree.ParseJSON([]byte(strings.NewReplacer("\r\n", " ", "\n", " ").Replace(text))); err != nil {
			return nil
		}
	}
	f := form{}
	for i, key := range v.Keys {
		value := v.Vals[i]
		if value.Kind == '[' && len(value.Vals) > 0 {
			var all []string
			for _, k := range value.Vals {
				all = append(all, k.Text)
			}
			f[plainKey(key)] = strings.Join(all, ", ")
			continue
		}
		f[plainKey(key)] = value.Text
	}
	known := 0
	for _, name := range formNames {
		if _, ok := f[name]; ok {
			known++
		}
	}
	if known < 2 {
		return nil
	}
	return f
}

// plainKey is a name without what forms differ in.
func plainKey(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// take returns the first value of the names and removes it.
func (f form) take(names ...string) string {
	for _, name := range names {
		if v, ok := f[name]; ok {
			delete(f, name)
			if v = strings.TrimSpace(v); v != "" {
				return v
			}
		}
	}
	return ""
}

// fill makes the item of what the form says, over what the mail itself said.
func (f form) fill(it *item.Item) {
	set := func(list *[]item.Text, value string) {
		if value != "" {
			*list = []item.Text{{Value: tree.Clean(value)}}
		}
	}
	set(&it.Headlines, f.take("headline", "title"))
	set(&it.Sluglines, f.take("slugline", "slug"))
	it.AddDescription(f.take("abstract", "summary"), "summary")
	set(&it.Datelines, strings.ToUpper(f.take("datelinecity", "dateline", "city")))
	if name := f.take("username", "author", "byline"); name != "" {
		it.Creators = []item.Concept{{Name: name}}
		set(&it.Bylines, name)
	}
	for _, c := range splitList(f.take("category", "anpacategory")) {
		it.Subjects = append(it.Subjects, item.Concept{Name: c, Scheme: "category"})
	}
	for _, c := range splitList(f.take("subject", "subjects")) {
		it.Subjects = append(it.Subjects, item.Concept{Name: c})
	}
	for _, c := range splitList(f.take("place", "places")) {
		it.Places = append(it.Places, item.Concept{Name: c})
	}
	for _, c := range splitList(f.take("keywords", "keyword")) {
		it.Keywords = append(it.Keywords, item.Text{Value: c})
	}
	it.Priority = item.OneToNine(f.take("priority"))
	it.Urgency = item.OneToNine(f.take("newsvalue", "urgency"))
	if note := f.take("ednote", "editorialnote", "note"); note != "" {
		it.EdNotes = append(it.EdNotes, item.Text{Value: note})
	}
	it.Embargoed = item.ParseEmbargo(f.take("embargo", "embargoed", "embargoeduntil"))
	if yes(f.take("legalflag", "legal", "markedforlegal")) {
		it.Signals = append(it.Signals, item.Concept{Name: "Legal", Literal: "legal"})
		it.EdNotes = append(it.EdNotes, item.Text{Value: "LEGAL: whoever filed this asks for a lawyer to read it before use.", Role: "legal"})
	}
	if src := f.take("body", "bodyhtml", "story", "text"); src != "" {
		b := item.Body{ContentType: "text/plain"}
		if strings.Contains(src, "</") || strings.Contains(src, "<p") {
			b.ContentType = "text/html"
		}
		markup.SetBody(it, &b, src)
		it.Bodies = append(it.Bodies, b)
	}
	for _, name := range sortedNames(f) {
		if f[name] != "" {
			it.Other = append(it.Other, item.TextValue{Path: "form/" + name, Value: f[name]})
		}
	}
}

func splitList(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		if part = tree.Clean(strings.TrimSpace(part)); part != "" && len(list) < maxFields {
			list = append(list, part)
		}
	}
	return list
}

// yes reads a box that was ticked.
func yes(s string) bool {
	switch strings.ToLower(s) {
	case "", "no", "n", "false", "0", "off", "none":
		return false
	}
	if b, err := strconv.ParseBool(s); err == nil {
		return b
	}
	return true
}
