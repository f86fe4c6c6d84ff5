package profile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/internal/richtext"
	"broadsheet/internal/wire/item"
)

// Apply completes an item by its agency's dialect, and those inside it. What it takes out
// of a text goes to the field that it is of, so no word is lost; what the item says already
// stays. An item that a profile was applied to stays as it is.
func (p *Profile) Apply(it *item.Item) {
	if it.Dialect != "" {
		return
	}
	if p.ID != Generic {
		it.Dialect = p.ID
	}
	p.setFields(it)
	p.setTimes(it)
	if isText(it) {
		for i := range it.Bodies {
			if b := &it.Bodies[i]; b.Rich() || b.Value != "" && item.IsPlain(b.ContentType) {
				p.readText(it, b)
			}
		}
	}
	p.setTake(it)
	p.setChanges(it)
	p.setEmbargo(it)
	p.setUrgency(it)
	p.setSubjects(it)
	p.setSender(it)
	setHeadline(it)
	for i := range it.Associations {
		a := &it.Associations[i].Item
		if a.Language == "" {
			a.Language = it.Language
		}
		p.Apply(a)
	}
}

// isText reports whether the item's body is a story rather than a caption.
func isText(it *item.Item) bool {
	return it.Kind == item.News && (it.Type == "" || it.Type == "text" || it.Type == "composite")
}

// readText takes out of a text what is for desks only, and what belongs above and below it.
func (p *Profile) readText(it *item.Item, b *item.Body) {
	t := textOf(b)
	p.cutNotes(it, t)
	p.cutTake(it, t)
	p.cutByline(it, t)
	p.cutDateline(it, t)
	p.cutSignature(it, t)
	t.store()
}

func (p *Profile) cutNotes(it *item.Item, t *text) {
	for i := 0; i < len(t.blocks); {
		rest, ok := p.noteAt(t.blocks[i])
		if !ok || !t.isWords(i) {
			i++
			continue
		}
		end := i + 1
		for rest && end < len(t.blocks) && t.isWords(end) {
			end++
		}
		item.AddNew(&it.EdNotes, item.Text{Value: strings.TrimSpace(t.cut(i, end))})
	}
}

// noteAt reports whether a block begins a note, and whether all behind it belongs to that.
func (p *Profile) noteAt(block string) (rest, ok bool) {
	for _, n := range p.all.notes {
		if n.begin.begins(block) != "" {
			return n.rest, true
		}
	}
	return false, p.holds(block)
}

// cutTake takes out a first block that is a take key and nothing else: "URGENT".
func (p *Profile) cutTake(it *item.Item, t *text) {
	i := t.first()
	if i < 0 || len(t.blocks[i]) > maxLine || it.TakeKey != "" {
		return
	}
	words := strings.Trim(t.blocks[i], " \t\r\n()[]*-–—:")
	for _, k := range p.all.takes {
		if k.words.whole(words) {
			it.TakeKey = words
			t.cut(i, i+1)
			return
		}
	}
}

// cutByline takes out bylines that stand above the text. The text itself is left.
func (p *Profile) cutByline(it *item.Item, t *text) {
	for range maxAbove {
		i := t.first()
		if i < 0 || len(t.blocks) < 2 || len(t.blocks[i]) > maxLine || !matchesAny(p.all.bylines, strings.TrimSpace(t.blocks[i])) {
			return
		}
		item.AddNew(&it.Bylines, item.Text{Value: strings.TrimSpace(t.cut(i, i+1))})
	}
}

func matchesAny(shapes []shape, s string) bool {
	lower := strings.ToLower(s)
	return slices.ContainsFunc(shapes, func(shape shape) bool { return shape.find(s, lower) != nil })
}

// maxDateline is how much of a paragraph a dateline can be, in bytes.
const maxDateline = 250

// cutDateline takes the dateline from the beginning of the text. Its field has the place
// and the day; all that was taken out is in the field's Source.
func (p *Profile) cutDateline(it *item.Item, t *text) {
	i := t.first()
	if i < 0 || t.nodes != nil && t.nodes[i].Type != richtext.TypeParagraph {
		return
	}
	start := t.blocks[i][:min(len(t.blocks[i]), maxDateline)]
	lower := strings.ToLower(start)
	for _, shape := range p.all.datelines {
		m := shape.find(start, lower)
		if m == nil || strings.TrimSpace(t.blocks[i][len(m[0]):]) == "" {
			continue
		}
		if shape.re.SubexpIndex("agency") >= 0 && !beginsSentence(t.blocks[i][len(m[0]):]) {
			continue
		}
		part := func(name string) string {
			if at := shape.re.SubexpIndex(name); at >= 0 {
				return strings.Trim(m[at], " ,\t\u00a0")
			}
			return ""
		}
		p.setDateline(it, part("place"), part("date"), strings.TrimSpace(m[0]))
		p.setAgency(it, part("agency"))
		t.cutPrefix(i, len(m[0]))
		return
	}
}

// beginsSentence reports whether what stands behind a name, a word in brackets and a dash
// is a sentence of its own, so that they may be a dateline of any agency. They are none in
// "Ada Byrne (Labour) - who lost her seat" and "Ada Byrne (Labour) - Mayor since May - said":
// a dateline left in the text does less harm than words that are taken out of it.
func beginsSentence(rest string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
	sentence, _, _ := strings.Cut(rest, ". ")
	return !unicode.IsLower(first) && !aside.MatchString(sentence)
}

var aside = regexp.MustCompile(`[\s\x{a0}]` + dash + `[\s\x{a0}]`)

// setAgency credits the agency of a dateline with an item that says nothing of its agency.
func (p *Profile) setAgency(it *item.Item, agency string) {
	if agency == "" || p.ID != Generic {
		return
	}
	if len(it.Creditlines) == 0 {
		it.Creditlines = []item.Text{{Value: agency}}
	}
	if it.Provider.Name == "" {
		it.Provider.Name = agency
	}
}

func (p *Profile) setDateline(it *item.Item, place, day, all string) {
	line := item.Text{Value: place, Source: all}
	if day != "" && place != "" {
		line.Value += ", " + day
	}
	if line.Value == "" {
		line.Value = all
	}
	if i := slices.IndexFunc(it.Datelines, func(t item.Text) bool { return t.Value == line.Value && t.Source == "" }); i >= 0 {
		it.Datelines[i].Source = all
	} else {
		it.Datelines = append(it.Datelines, line)
	}
	if spelt := p.Places[place]; spelt != "" {
		place = spelt
	}
	if len(it.Located) == 0 && place != "" {
		it.Located = []item.Concept{{Name: place}}
	}
}

func (p *Profile) cutSignature(it *item.Item, t *text) {
	i := len(t.blocks) - 1
	if i < 1 || len(t.blocks[i]) > maxLine || !t.isWords(i) || !matchesAny(p.all.signatures, strings.TrimSpace(t.blocks[i])) {
		return
	}
	it.Details = append(it.Details, item.TextValue{Path: "signature", Value: strings.TrimSpace(t.cut(i, i+1))})
}

// maxHeadline is how long a headline made of a text is, in characters.
const maxHeadline = 120

// setHeadline gives a text without a headline its first words: alerts have no other.
func setHeadline(it *item.Item) {
	if len(it.Headlines) > 0 || it.Title != "" || !isText(it) {
		return
	}
	words := plainOf(it)
	doc, err := richtext.FromText(words[:min(len(words), 4*maxHeadline)], richtext.Origin{})
	if words := doc.Excerpt(maxHeadline); err == nil && words != "" {
		it.Headlines = []item.Text{{Value: words}}
		it.Warnings = append(it.Warnings, "the agency gave it no headline; it has the first words of the text")
	}
}

// plainOf are the words of the first body that has any.
func plainOf(it *item.Item) string {
	for i := range it.Bodies {
		if b := &it.Bodies[i]; b.Rich() || item.IsPlain(b.ContentType) {
			if s := strings.TrimSpace(b.Plain()); s != "" {
				return s
			}
		}
	}
	return ""
}
