package profile

import (
	"slices"
	"strconv"
	"strings"

	"broadsheet/internal/wire/item"
)

// IPTC's vocabularies of subjects: media topics, and the subject codes before them.
const (
	mediaTopics  = "http://cv.iptc.org/newscodes/mediatopic/"
	subjectCodes = "http://cv.iptc.org/newscodes/subjectcode/"
)

// topics are the names of IPTC's media topics at the top, by their first two digits. The
// subject codes begin with the same.
var topics = map[string]string{
	"01": "arts, culture, entertainment and media", "02": "crime, law and justice", "03": "disaster, accident and emergency incident",
	"04": "economy, business and finance", "05": "education", "06": "environment", "07": "health", "08": "human interest",
	"09": "labour", "10": "lifestyle and leisure", "11": "politics and government", "12": "religion",
	"13": "science and technology", "14": "society", "15": "sport", "16": "conflict, war and peace", "17": "weather",
}

// subjectOf is the concept of an IPTC code of eight digits.
func (p *Profile) subjectOf(code string) item.Concept {
	c := item.Concept{Code: "medtop:" + code, URI: mediaTopics + code, Scheme: mediaTopics, Creator: "profile:" + p.ID}
	if top := code[:2]; top != "20" {
		c.Name = topics[top]
		if code[2:] != "000000" {
			c.Code, c.URI, c.Scheme = "subj:"+code, subjectCodes+code, subjectCodes
		}
	}
	return c
}

// setSubjects makes IPTC's codes of the agency's categories, and of words of its
// sluglines, keywords and subjects.
func (p *Profile) setSubjects(it *item.Item) {
	have := map[string]bool{}
	for _, c := range it.Subjects {
		have[c.Word()] = true
	}
	add := func(code string) {
		if code != "" && !have[code] {
			have[code] = true
			it.Subjects = append(it.Subjects, p.subjectOf(code))
		}
	}
	for _, c := range it.Categories {
		add(p.Categories[strings.ToLower(c.Word())])
	}
	for _, word := range p.wordsOf(it) {
		add(p.Subjects[strings.ToLower(word)])
	}
}

// maxWords is how many keywords and subjects of an item are looked up.
const maxWords = 200

// wordsOf are the words by which an agency sorts its items.
func (p *Profile) wordsOf(it *item.Item) []string {
	var words []string
	for _, list := range [][]item.Text{it.Sluglines, it.Keywords} {
		for _, t := range list[:min(len(list), maxWords)] {
			words = append(append(words, t.Value), components(t.Value)...)
		}
	}
	for _, list := range [][]item.Concept{it.Subjects, it.Services, it.Genres} {
		for _, c := range list[:min(len(list), maxWords)] {
			words = append(words, c.Name, c.Code, c.Word(), c.Literal)
		}
	}
	return words
}

// components are the parts of a slugline: "BC-US--Storm,1st Ld" has four.
func components(slug string) []string {
	parts := strings.FieldsFunc(slug, func(r rune) bool { return strings.ContainsRune("-/,:;.|_", r) })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts[:min(len(parts), maxWords)]
}

// setUrgency makes our urgency of the agency's priority: a letter, or a scale of its own.
func (p *Profile) setUrgency(it *item.Item) {
	sent := ""
	for _, d := range it.Details {
		if d.Path == "priority" {
			sent = strings.ToLower(d.Value)
		}
	}
	if sent == "" && it.Urgency > 0 {
		sent = strconv.Itoa(it.Urgency)
	}
	if u := p.Urgencies[sent]; u != 0 {
		it.Urgency = u
	}
	if it.Urgency == 0 && isText(it) {
		it.Urgency = it.Priority
	}
	for _, k := range p.all.takes {
		if it.Urgency == 0 && k.urgency > 0 && it.TakeKey != "" && k.words.begins(it.TakeKey) != "" {
			it.Urgency = k.urgency
		}
	}
	if it.Urgency == 0 && isText(it) {
		it.Urgency = p.Urgency
	}
}

// setSender says whose item it is, where it does not say so itself.
func (p *Profile) setSender(it *item.Item) {
	if it.Provider.Name == "" && p.ID != Generic {
		it.Provider.Name = p.Name
	}
	if p.Credit != "" && len(it.Creditlines) == 0 && it.Credit() == "" {
		it.Creditlines = []item.Text{{Value: p.Credit}}
	}
	if it.Language == "" {
		it.Language = p.Language
	}
	if it.Language == "" && isText(it) {
		it.Language = languageOf(plainOf(it))
	}
	for i := range it.Located {
		if spelt := p.Places[it.Located[i].Name]; spelt != "" {
			it.Located[i].Names = append(it.Located[i].Names, item.Text{Value: it.Located[i].Name, Role: "sent"})
			it.Located[i].Name = spelt
		}
	}
}

// setTimes reads times without a zone in the agency's.
func (p *Profile) setTimes(it *item.Item) {
	if p.zone == nil {
		return
	}
	for _, d := range []*item.Date{&it.FirstCreated, &it.VersionCreated, &it.ContentCreated, &it.ContentModified, &it.Embargoed} {
		*d = d.In(p.zone)
	}
	for i := range it.Expires {
		it.Expires[i] = it.Expires[i].In(p.zone)
	}
}

// targets are the fields that a profile may give to what a parser had no field for.
var targets = map[string]func(it *item.Item, value string){
	"embargoed":      func(it *item.Item, v string) { it.Embargoed = item.ParseEmbargo(v) },
	"expires":        func(it *item.Item, v string) { item.AddDate(&it.Expires, v) },
	"firstcreated":   func(it *item.Item, v string) { it.FirstCreated = item.ParseDate(v) },
	"versioncreated": func(it *item.Item, v string) { it.VersionCreated = item.ParseDate(v) },
	"headline":       func(it *item.Item, v string) { item.AddNew(&it.Headlines, item.Text{Value: v}) },
	"description":    func(it *item.Item, v string) { it.AddDescription(v, "") },
	"caption":        func(it *item.Item, v string) { it.AddDescription(v, "caption") },
	"byline":         func(it *item.Item, v string) { item.AddNew(&it.Bylines, item.Text{Value: v}) },
	"dateline":       func(it *item.Item, v string) { item.AddNew(&it.Datelines, item.Text{Value: v}) },
	"slugline":       func(it *item.Item, v string) { item.AddNew(&it.Sluglines, item.Text{Value: v}) },
	"takekey":        func(it *item.Item, v string) { it.TakeKey = joined(it.TakeKey, v) },
	"ednote":         func(it *item.Item, v string) { item.AddNew(&it.EdNotes, item.Text{Value: v}) },
	"credit":         func(it *item.Item, v string) { item.AddNew(&it.Creditlines, item.Text{Value: v}) },
	"keyword":        func(it *item.Item, v string) { item.AddNew(&it.Keywords, item.Text{Value: v}) },
	"subject":        func(it *item.Item, v string) { item.AddConcept(&it.Subjects, item.Concept{Code: v}) },
	"category":       func(it *item.Item, v string) { item.AddConcept(&it.Categories, item.Concept{Code: v}) },
	"place":          func(it *item.Item, v string) { item.AddConcept(&it.Located, item.Concept{Name: v}) },
	"source":         func(it *item.Item, v string) { item.AddConcept(&it.InfoSources, item.Concept{Name: v}) },
	"sequence":       func(it *item.Item, v string) { it.Sequence = joined(it.Sequence, v) },
	"priority": func(it *item.Item, v string) {
		it.Details = append(it.Details, item.TextValue{Path: "priority", Value: v})
	},
	"language": func(it *item.Item, v string) { it.Language = joined(it.Language, v) },
	"usageterms": func(it *item.Item, v string) {
		it.Rights = append(it.Rights, item.Rights{UsageTerms: []item.Text{{Value: v}}})
	},
}

func joined(have, v string) string {
	if have == "" || have == v {
		return v
	}
	return have + ", " + v
}

// setFields moves what a parser had no field for to the field that it is of.
func (p *Profile) setFields(it *item.Item) {
	if len(p.Fields) == 0 {
		return
	}
	it.Other = slices.DeleteFunc(slices.Clone(it.Other), func(v item.TextValue) bool {
		set := targets[p.Fields[strings.ToLower(v.Path)]]
		if set == nil || strings.TrimSpace(v.Value) == "" {
			return false
		}
		set(it, strings.TrimSpace(v.Value))
		return true
	})
}
