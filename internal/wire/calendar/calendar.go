// Package calendar reads iCalendar (RFC 5545): what is going to happen, for the desk's
// planning. Each event, task and journal entry is an item of kind planning, with its dates,
// status and organiser in the shape that ninjs 3.1 has for events.
package calendar

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "icalendar"

// Is reports a file that begins as a calendar does.
func Is(raw []byte) bool {
	start := bytes.TrimLeft(bytes.TrimPrefix(raw[:min(len(raw), 100)], []byte{0xEF, 0xBB, 0xBF}), " \t\r\n")
	const begin = "BEGIN:VCALENDAR"
	return len(start) >= len(begin) && strings.EqualFold(string(start[:len(begin)]), begin)
}

// Parse reads a file with one or more calendars.
func Parse(ctx context.Context, raw []byte) ([]item.Item, error) {
	root, warnings, err := readLines(raw)
	if err != nil {
		return nil, err
	}
	var items []item.Item
	for _, cal := range root.kids {
		r := &reader{cal: cal, zones: readZones(cal), method: strings.ToUpper(cal.one("METHOD").value)}
		r.head()
		for _, c := range cal.kids {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			switch c.name {
			case "VEVENT", "VTODO", "VJOURNAL":
				if len(items) == tree.MaxItems {
					return nil, tree.Fault(c.line, "more than %d items in one file", tree.MaxItems)
				}
				items = append(items, r.read(c))
			}
		}
		r.rest()
		if len(items) > 0 && len(r.other) > 0 {
			last := &items[len(items)-1]
			last.Other = append(last.Other, r.other...)
		}
	}
	if len(items) == 0 {
		return nil, tree.Fault(1, "a calendar without an event")
	}
	for i := range items {
		items[i].Warnings = append(items[i].Warnings, warnings...)
	}
	return items, nil
}

// A reader makes items of a calendar's components.
type reader struct {
	cal      *component
	zones    zones
	method   string
	name     string
	software []item.Text
	details  []item.TextValue // what else the calendar says of itself
	other    []item.TextValue // components that are nothing for planning
}

func (r *reader) head() {
	r.name = cmp.Or(r.cal.one("NAME").text(), r.cal.one("X-WR-CALNAME").text())
	if id := r.cal.one("PRODID").text(); id != "" {
		r.software = []item.Text{{Value: id}}
	}
	r.cal.one("VERSION")
	for _, p := range r.cal.props {
		if !p.read || p.name == "METHOD" {
			r.details = append(r.details, item.TextValue{Path: p.name, Value: p.text()})
		}
	}
}

// rest keeps the components that are no items: when people are free, and unknown ones.
// Zones are read already.
func (r *reader) rest() {
	for _, c := range r.cal.kids {
		switch c.name {
		case "VEVENT", "VTODO", "VJOURNAL", "VTIMEZONE":
		default:
			r.other = append(r.other, unread(c, c.name)...)
		}
	}
}

// unread are the properties of a component that nobody read, by their path.
func unread(c *component, path string) []item.TextValue {
	var found []item.TextValue
	for _, p := range c.props {
		if p.read || len(found) >= maxDates {
			continue
		}
		name := path + "/" + p.name
		for _, a := range p.params {
			found = append(found, item.TextValue{Path: name + "/@" + a.name, Value: a.value})
		}
		if strings.EqualFold(p.param("ENCODING"), "BASE64") {
			continue // a file inside: named by its parameters
		}
		found = append(found, item.TextValue{Path: name, Value: p.text()})
	}
	for _, k := range c.kids {
		found = append(found, unread(k, path+"/"+k.name)...)
	}
	return found
}

func (r *reader) read(c *component) item.Item {
	kind := "planning"
	if c.name == "VEVENT" {
		kind = "event"
	}
	e := &entry{reader: r, c: c, item: &item.Item{
		Kind: item.Planning, Type: kind, Format: Format, Line: c.line, Standard: item.Standard{Name: "iCalendar", Version: r.cal.one("VERSION").value},
		PubStatus: item.Usable, Generators: r.software, Message: &item.Message{Details: r.details},
	}}
	if r.name != "" {
		e.item.Services = []item.Concept{{Name: r.name}}
		e.item.Provider = item.Concept{Name: r.name}
	}
	e.words()
	e.status()
	e.dates()
	e.places()
	e.people()
	e.links()
	e.identify()
	for _, v := range unread(c, c.name) {
		v.Path = strings.TrimPrefix(v.Path, c.name+"/")
		e.item.Other = append(e.item.Other, v)
	}
	if len(e.details) > 0 {
		e.item.EventDetails = e.details
	}
	return *e.item
}

// An entry is one component being read.
type entry struct {
	*reader
	c       *component
	item    *item.Item
	details map[string]any // ninjs's eventDetails
}

func (e *entry) detail(name string, value any) {
	if e.details == nil {
		e.details = map[string]any{}
	}
	e.details[name] = value
}

func (e *entry) note(path, value string) {
	if value != "" {
		e.item.Details = append(e.item.Details, item.TextValue{Path: path, Value: value})
	}
}

func (e *entry) words() {
	it := e.item
	summary := e.c.one("SUMMARY")
	item.AddNew(&it.Headlines, item.Text{Value: strings.Join(strings.Fields(summary.text()), " ")})
	it.Language = summary.param("LANGUAGE")
	it.AddDescription(e.c.one("DESCRIPTION").text(), "")
	if p := e.c.one("X-ALT-DESC"); strings.EqualFold(p.param("FMTTYPE"), "text/html") {
		b := item.Body{ContentType: "text/html"}
		if markup.SetHTML(it, &b, p.text()); b.Rich() {
			it.Bodies = append(it.Bodies, b)
		}
	}
	for _, p := range e.c.all("CATEGORIES") {
		for _, name := range p.list() {
			if len(it.Subjects) < maxGuests {
				it.Subjects = append(it.Subjects, item.Concept{Name: name})
			}
		}
	}
	for _, p := range e.c.all("COMMENT") {
		item.AddNew(&it.EdNotes, item.Text{Value: p.text()})
	}
	for _, p := range e.c.all("CONTACT") {
		item.AddNew(&it.EdNotes, item.Text{Value: p.text(), Role: "contact"})
	}
}

// occurrence is IPTC's vocabulary for whether an event will take place.
const occurrence = "http://cv.iptc.org/newscodes/eventoccurstatus/"

func (e *entry) status() {
	it := e.item
	word := strings.ToUpper(strings.TrimSpace(e.c.one("STATUS").value))
	if e.method == "CANCEL" {
		it.PubStatus, word = item.Canceled, cmp.Or(word, "CANCELLED")
	}
	switch word {
	case "TENTATIVE":
		e.detail("eventStatus", occurrence+"eos2") // planned, may occur
	case "CONFIRMED":
		e.detail("eventStatus", occurrence+"eos5") // planned, occurs certainly
	case "CANCELLED":
		e.detail("eventStatus", occurrence+"eos6") // planned, then cancelled
	}
	if word != "" {
		it.StatusCode = item.Concept{Literal: word}
	}
	if class := strings.ToUpper(e.c.one("CLASS").value); class != "" && class != "PUBLIC" {
		if it.PubStatus == item.Usable {
			it.PubStatus = item.Withheld
		}
		e.note("CLASS", class)
	}
	it.Priority = item.OneToNine(e.c.one("PRIORITY").value)
	it.Version = strings.TrimSpace(e.c.one("SEQUENCE").value)
	date := func(name string) item.Date {
		m := e.zones.moment(e.c.one(name))
		switch {
		case m.isZero():
			return item.Date{}
		case m.zoned:
			return item.Date{Time: m.time}
		}
		return item.Date{Time: m.time, Text: m.text}
	}
	it.FirstCreated, it.VersionCreated, it.Message.Sent = date("CREATED"), date("LAST-MODIFIED"), date("DTSTAMP")
}

func (e *entry) places() {
	if p := e.c.one("LOCATION"); p.text() != "" {
		e.item.Places = []item.Concept{{Name: strings.Join(strings.Fields(p.text()), " "), Rel: "venue", URI: p.param("ALTREP")}}
	}
	lat, long, ok := strings.Cut(e.c.one("GEO").value, ";")
	if !ok || item.LatLong(lat, long) == nil {
		return
	}
	if len(e.item.Places) == 0 {
		e.item.Places = []item.Concept{{Rel: "venue"}}
	}
	e.item.Places[0].Position = item.LatLong(lat, long)
}

func (e *entry) links() {
	it := e.item
	add := func(rel, href, kind string) {
		if href = strings.TrimSpace(href); href != "" && len(it.Links) < maxGuests {
			it.Links = append(it.Links, item.Link{Rel: rel, Href: href, ContentType: kind})
		}
	}
	for _, p := range e.c.all("URL") {
		add("alternate", p.value, "")
	}
	for _, name := range []string{"ATTACH", "IMAGE", "CONFERENCE"} {
		for _, p := range e.c.all(name) {
			if p.param("ENCODING") != "" || strings.HasPrefix(strings.ToLower(p.value), "data:") {
				it.Warnings = append(it.Warnings, fmt.Sprintf("left out: a file inside the calendar, line %d", p.line))
				continue
			}
			add(map[string]string{"ATTACH": "enclosure", "IMAGE": "image", "CONFERENCE": "conference"}[name], p.value, p.param("FMTTYPE"))
		}
	}
	for _, p := range e.c.all("RELATED-TO") {
		if len(it.Links) < maxGuests {
			it.Links = append(it.Links, item.Link{Rel: strings.ToLower(cmp.Or(p.param("RELTYPE"), "PARENT")), URI: uriOf(p.text())})
		}
	}
}

// identify makes the item's URI of its UID, which all its versions share; an occurrence of
// an event that differs from the others has its date as well.
func (e *entry) identify() {
	it := e.item
	uid := e.c.one("UID").text()
	if uid == "" {
		sum := sha256.Sum256([]byte(strings.Join([]string{e.name, e.c.one("ORGANIZER").value, e.c.one("DTSTART").value, it.Headline()}, "\x00")))
		it.URI = "urn:broadsheet:sha256:" + hex.EncodeToString(sum[:])
		it.Warnings = append(it.Warnings, "its calendar gave it no identifier; it has one made from its date and words")
		return
	}
	it.URI = uriOf(uid)
	if which := strings.TrimSpace(e.c.one("RECURRENCE-ID").value); which != "" {
		it.URI += "#" + url.PathEscape(which)
		it.InstanceOf = append(it.InstanceOf, item.Concept{URI: uriOf(uid)})
	}
}

func uriOf(uid string) string {
	scheme, _, ok := strings.Cut(uid, ":")
	if ok && (scheme == "urn" || scheme == "http" || scheme == "https" || scheme == "tag") && !strings.ContainsAny(uid, " \n\t<>\"") {
		return uid
	}
	return "urn:broadsheet:ical:" + url.PathEscape(uid)
}
