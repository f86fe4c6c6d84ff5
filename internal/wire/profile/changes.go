package profile

import (
	"slices"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/linetext"
)

// setTake finds the take key where the format has no field for it: as a label of the
// headline, which goes to its own field, or as a part of the slugline.
func (p *Profile) setTake(it *item.Item) {
	if it.TakeKey != "" {
		return
	}
	for _, k := range p.all.takes {
		if len(it.Headlines) == 0 {
			break
		}
		if label, rest, ok := k.words.label(it.Headlines[0].Value); ok && strings.TrimSpace(rest) != "" {
			it.TakeKey, it.Headlines[0].Value = label, strings.TrimSpace(rest)
			return
		}
	}
	for _, list := range [][]item.Text{it.Sluglines, it.Keywords} {
		for _, t := range list[:min(len(list), maxWords)] {
			for _, part := range components(t.Value) {
				if p.isTake(part) {
					it.TakeKey = part
					return
				}
			}
		}
	}
}

func (p *Profile) isTake(words string) bool {
	for _, k := range p.all.takes {
		if k.words.whole(words) {
			return true
		}
	}
	return false
}

// signals are what IPTC has for a kind of change.
var signals = map[string]item.Concept{
	Correction: {Name: Correction, Code: "sig:correction", URI: "http://cv.iptc.org/newscodes/signal/correction", Scheme: "http://cv.iptc.org/newscodes/signal/"},
	Kill:       {Name: Kill, Code: Kill},
	Withhold:   {Name: Withhold, Code: Withhold},
	Advisory:   {Name: Advisory, Code: Advisory},
}

// setChanges finds out whether the item kills, corrects or advises, sets its status, and
// keeps the reason as the signal's note.
func (p *Profile) setChanges(it *item.Item) {
	seen := map[string]bool{}
	for _, have := range it.Signals { // of an item that was read, written and is read again
		seen[have.Name] = have.Name != "" && len(have.Notes) > 0
	}
	for _, c := range p.all.changes {
		words, reason := c.in(it)
		if reason == "" || seen[c.kind] {
			continue
		}
		seen[c.kind] = true
		s := signals[c.kind]
		s.Literal = words
		s.Notes = []item.Text{{Value: reason}}
		it.Signals = append(it.Signals, s)
		switch {
		case c.kind == Kill:
			it.PubStatus = item.Canceled
		case c.kind == Withhold && it.PubStatus == item.Usable:
			it.PubStatus = item.Withheld
		}
	}
}

// in looks for the words of a change in an item: its take key, a part of its slugline, the
// label of its headline, the beginning of a note. reason is the sentence that says so,
// which is a note where there is one.
func (c *change) in(it *item.Item) (words, reason string) {
	for _, n := range it.EdNotes[:min(len(it.EdNotes), maxWords)] {
		if m := c.words.begins(n.Value); m != "" {
			return strings.Trim(m, " \t\n()[]*.,:;"), n.Value
		}
	}
	why := func(words string) (string, string) {
		if n := item.Joined(it.EdNotes); n != "" {
			return words, n
		}
		if h := it.Headline(); !strings.Contains(h, words) {
			return words, words + ": " + h
		}
		return words, it.Headline()
	}
	if it.TakeKey != "" && c.words.begins(strings.ToUpper(it.TakeKey)) != "" { // nothing else is in it, so any case will do
		return why(it.TakeKey)
	}
	for _, part := range append(components(it.TakeKey), components(it.Slugline())...) {
		if c.words.whole(part) {
			return why(part)
		}
	}
	for _, h := range it.Headlines[:min(len(it.Headlines), maxAbove)] {
		if label, _, ok := c.words.label(h.Value); ok {
			return why(label)
		}
		if c.words.whole(strings.TrimSpace(h.Value)) {
			return why(h.Value)
		}
	}
	return "", ""
}

// holds reports whether a note or headline begins with the wording of an embargo.
func (p *Profile) holds(words string) bool {
	return slices.ContainsFunc(p.all.embargoes, func(m *matcher) bool { return m.begins(words) != "" })
}

// maxEmbargo is how much of a note is kept as the embargo's own words, in bytes.
const maxEmbargo = 200

// setEmbargo holds an item whose note says so. A time that cannot be read holds until a
// newer version lifts it.
func (p *Profile) setEmbargo(it *item.Item) {
	if !it.Embargoed.IsZero() {
		return
	}
	for _, list := range [][]item.Text{it.EdNotes, it.Headlines} {
		for _, n := range list[:min(len(list), maxWords)] {
			if !p.holds(n.Value) {
				continue
			}
			if d, _, ok := linetext.FindFiled(n.Value); ok {
				it.Embargoed = item.ParseEmbargo(d.String())
				if p.zone != nil {
					it.Embargoed = it.Embargoed.In(p.zone)
				}
				return
			}
			words := strings.Join(strings.Fields(n.Value), " ")
			it.Embargoed = item.Date{Text: strings.ToValidUTF8(words[:min(len(words), maxEmbargo)], "")}
			return
		}
	}
}
