package wire

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/search"
	"broadsheet/internal/wire/rule"
)

// A Filter chooses from the wire list. The zero Filter is the newest of what is for us.
type Filter struct {
	Words      string // see search.Parse
	Service    string
	Type       string // text, picture, ...
	UrgencyMax int    // 1 is the most urgent; items without an urgency do not pass
	Subject    string // name or code
	Place      string // likewise
	Language   string
	Status     string // a Status, or StatusEmbargo
	Tag        string
	Show       string // "" what is for us, ShowHidden what is not, ShowAll both; ShowLibrary plans and knowledge instead of news
	Photos     bool   // only with photos
	Since      string // the first day, as 2006-01-02 in the newsroom's zone
	Until      string // the last day
	After      id.ID  // Arrived of the last entry of the page before
	Limit      int    // 1 to MaxList; 0 means 50
}

// Values of a Filter.
const (
	StatusEmbargo = "embargo" // has an embargo, which may be over
	ShowHidden    = "hidden"
	ShowAll       = "all"
	ShowLibrary   = "library" // of the other parts of the filter, words, type and days count
)

// MaxList is the longest page of the list.
const MaxList = 200

func (f *Filter) limit() int {
	if f.Limit <= 0 {
		return 50
	}
	return min(f.Limit, MaxList)
}

// fields are the filter's parts that an address carries, by their names there.
func (f *Filter) fields() []struct {
	name  string
	value *string
} {
	return []struct {
		name  string
		value *string
	}{
		{"q", &f.Words},
		{"service", &f.Service},
		{"type", &f.Type},
		{"subject", &f.Subject},
		{"place", &f.Place},
		{"language", &f.Language},
		{"status", &f.Status},
		{"tag", &f.Tag},
		{"show", &f.Show},
		{"since", &f.Since},
		{"until", &f.Until},
	}
}

// maxFilterValue bounds a value of the filter, in bytes.
const maxFilterValue = 300

// ParseFilter reads a filter from an address's query. What is not understood is left out.
func ParseFilter(v url.Values) (f Filter) {
	for _, field := range f.fields() {
		s := v.Get(field.name)
		s = strings.ToValidUTF8(s[:min(len(s), maxFilterValue)], "")
		*field.value = strings.TrimLeft(strings.ReplaceAll(s, "\x00", ""), " ") // a space at the end ends a word
	}
	f.Photos = v.Get("photos") != ""
	if u, err := strconv.Atoi(v.Get("urgency")); err == nil && u >= 1 && u <= 9 {
		f.UrgencyMax = u
	}
	if !slices.Contains([]string{"", ShowHidden, ShowAll, ShowLibrary}, f.Show) {
		f.Show = ""
	}
	for _, day := range []*string{&f.Since, &f.Until} {
		if _, err := time.Parse(time.DateOnly, *day); err != nil {
			*day = ""
		}
	}
	f.After, _ = id.Parse(v.Get("after"))
	return f
}

// Values is the filter as an address's query, without its place in the pages.
func (f *Filter) Values() url.Values {
	v := url.Values{}
	for _, field := range f.fields() {
		if *field.value != "" {
			v.Set(field.name, *field.value)
		}
	}
	if f.Photos {
		v.Set("photos", "1")
	}
	if f.UrgencyMax > 0 {
		v.Set("urgency", strconv.Itoa(f.UrgencyMax))
	}
	return v
}

// plain reports whether the filter leaves the choice to the order alone.
func (f *Filter) plain() bool {
	bare := Filter{Since: f.Since, Until: f.Until, After: f.After, Limit: f.Limit}
	return *f == bare
}

// search is the filter as a search of the index.
func (f *Filter) search(zone *time.Location) search.Query {
	w := rule.When{Source: f.Service, UrgencyMax: f.UrgencyMax, Photos: f.Photos}
	for _, list := range []struct {
		to    *[]string
		value string
	}{{&w.Types, f.Type}, {&w.Subjects, f.Subject}, {&w.Places, f.Place}, {&w.Languages, f.Language}} {
		if list.value != "" {
			*list.to = []string{list.value}
		}
	}
	q := w.Query()
	q.Words = search.Parse(f.Words)
	switch f.Status {
	case "":
	case StatusEmbargo:
		q.All = append(q.All, rule.WithEmbargo)
	default:
		q.All = append(q.All, rule.Status(Status(f.Status)))
	}
	if f.Tag != "" {
		q.All = append(q.All, rule.Tag(f.Tag))
	}
	switch f.Show {
	case "":
		q.None = append(q.None, rule.Hidden)
	case ShowHidden:
		q.All = append(q.All, rule.Hidden)
	}
	q.Since, q.Before = f.span(zone)
	q.Limit = f.limit()
	return q
}

// span is what the days of the filter and its page are as places in the list: from, and
// up to but without before; 0 is no bound.
func (f *Filter) span(zone *time.Location) (from, before id.ID) {
	if day, err := time.ParseInLocation(time.DateOnly, f.Since, zone); err == nil {
		from = max(0, id.First(day))
	}
	before = f.After
	if day, err := time.ParseInLocation(time.DateOnly, f.Until, zone); err == nil {
		if end := max(1, id.First(day.AddDate(0, 0, 1))); before == 0 || end < before {
			before = end
		}
	}
	return from, before
}
