package media

import (
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"broadsheet/internal/errs"
)

// Metadata is what is known about a photograph apart from its pixels. The names
// are those of the IPTC Photo Metadata Standard.
type Metadata struct {
	Title               string // a short title for the reader, as "Image: minister with president"
	Caption             string // who stands where, what occasion, which city and which day
	Alt                 string // what is seen, for those who cannot see it
	ExtendedDescription string // the same at length, for charts and crowded scenes
	Photographer        string
	Credit              string // the organisation to be credited
	Source              string // the original owner of the copyright
	Distributor         string // the agency that it came through: "via"
	Copyright           string
	UsageTerms          string
	Instructions        string // from the agency to the desk; never published
	City, Country       string // where it was taken
	Keywords            []string
	Taken               time.Time // zero when unknown
	Embargo             time.Time // not to be shown to readers before; zero for none
	Expires             time.Time // not to be shown to readers from then on; zero for none
}

// A textField is one of the texts of Metadata with its limit in characters.
type textField struct {
	name  string // as a person sees it
	form  string // as errs.Error.Field has it
	limit int
	value *string
}

func (m *Metadata) texts() []textField {
	return []textField{
		{"title", "title", 300, &m.Title},
		{"caption", "caption", 5000, &m.Caption},
		{"alternative text", "alt", 1000, &m.Alt},
		{"extended description", "extended_description", 5000, &m.ExtendedDescription},
		{"photographer", "photographer", 300, &m.Photographer},
		{"credit", "credit", 300, &m.Credit},
		{"source", "source", 300, &m.Source},
		{"distributor", "distributor", 300, &m.Distributor},
		{"copyright notice", "copyright", 1000, &m.Copyright},
		{"usage terms", "usage_terms", 2000, &m.UsageTerms},
		{"instructions", "instructions", 2000, &m.Instructions},
		{"city", "city", 100, &m.City},
		{"country", "country", 100, &m.Country},
	}
}

const (
	maxKeywords = 100
	maxKeyword  = 100 // characters
)

// clean brings texts into the form in which they are kept: no control
// characters, no space around, line breaks as \n.
func (m *Metadata) clean() {
	for _, f := range m.texts() {
		*f.value = cleanText(*f.value)
	}
	var keywords []string
	for _, k := range m.Keywords {
		if k = cleanText(k); k != "" && !slices.Contains(keywords, k) {
			keywords = append(keywords, k)
		}
	}
	m.Keywords = keywords
}

func cleanText(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n") // agencies on old systems
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s))
}

// Validate reports the first field that is too long.
func (m *Metadata) Validate() error {
	for _, f := range m.texts() {
		if n := len([]rune(*f.value)); n > f.limit {
			return &errs.Error{Kind: errs.Invalid, Field: f.form, Message: "The " + f.name + " is too long: shorten it to " +
				number(f.limit) + " characters (it has " + number(n) + ")."}
		}
	}
	if len(m.Keywords) > maxKeywords || slices.ContainsFunc(m.Keywords, func(k string) bool { return len([]rune(k)) > maxKeyword }) {
		return &errs.Error{Kind: errs.Invalid, Field: "keywords", Message: "Use at most " + number(maxKeywords) +
			" keywords of at most " + number(maxKeyword) + " characters."}
	}
	return nil
}

// shorten cuts what a file says to what is kept: an agency's photograph is not
// refused for a caption of a thousand words.
func (m *Metadata) shorten() {
	for _, f := range m.texts() {
		if r := []rune(*f.value); len(r) > f.limit {
			*f.value = strings.TrimSpace(string(r[:f.limit-1])) + "…"
		}
	}
	m.Keywords = slices.DeleteFunc(m.Keywords, func(k string) bool { return len([]rune(k)) > maxKeyword })
	m.Keywords = m.Keywords[:min(len(m.Keywords), maxKeywords)]
}

// organisation is the credit with the agency that it came through, as IPTC's
// "Credit Line" has it.
func (m *Metadata) organisation() string {
	org := m.Credit
	if org == "" {
		org = m.Source
	}
	switch {
	case org == "":
		return m.Distributor
	case m.Distributor == "" || strings.Contains(strings.ToLower(org), strings.ToLower(m.Distributor)):
		return org
	}
	return org + " via " + m.Distributor
}

// Over returns m with what is empty in it taken from below.
func (m Metadata) Over(below Metadata) Metadata {
	under := below.texts()
	for i, f := range m.texts() {
		if *f.value == "" {
			*f.value = *under[i].value
		}
	}
	if len(m.Keywords) == 0 {
		m.Keywords = below.Keywords
	}
	if m.Taken.IsZero() {
		m.Taken = below.Taken
	}
	if m.Embargo.IsZero() {
		m.Embargo = below.Embargo
	}
	if m.Expires.IsZero() {
		m.Expires = below.Expires
	}
	return m
}

// Inspect reads what a photograph's file says about itself. It decodes no
// pixels; its errors are those of a file that is no photograph, or too large.
//
// For each field XMP comes before IIM, and IIM before EXIF; the field that is
// not empty counts. docs/photos.md has the table.
func Inspect(r io.Reader) (Metadata, error) {
	data, err := readFile(r)
	if err != nil {
		return Metadata{}, err
	}
	f, err := sniff(data)
	if err != nil {
		return Metadata{}, err
	}
	c := parseContainer(f, data)
	m, _ := c.metadata()
	return m, nil
}

// metadata merges the three sources. The orientation is EXIF's, 1 when not given.
func (c *container) metadata() (m Metadata, orientation int) {
	if iptc := iimResource(c.photoshop); iptc != nil {
		c.iim = iptc
	}
	exif := parseEXIF(c.exif)
	m = fromXMP(parseXMP(c.xmp)).Over(fromIIM(parseIIM(c.iim))).Over(Metadata{
		Caption: exif.description, Photographer: exif.artist, Copyright: exif.copyright, Taken: exif.taken,
	})
	m.clean()
	if credit, distributor, ok := strings.Cut(m.Credit, " via "); ok && m.Distributor == "" {
		m.Credit, m.Distributor = strings.TrimSpace(credit), strings.TrimSpace(distributor)
	}
	m.shorten()
	return m, max(exif.orientation, 1)
}

func fromXMP(x xmpFields) Metadata {
	m := Metadata{
		Title:               firstOf(x.text(nsPhotoshop, "Headline"), x.text(nsDC, "title")),
		Caption:             x.text(nsDC, "description"),
		Alt:                 x.text(nsCore, "AltTextAccessibility"),
		ExtendedDescription: x.text(nsCore, "ExtDescrAccessibility"),
		Photographer:        strings.Join(x.list(nsDC, "creator"), ", "),
		Credit:              x.text(nsPhotoshop, "Credit"),
		Source:              x.text(nsPhotoshop, "Source"),
		Distributor:         x.inside(nsPLUS, "ImageSupplier", "ImageSupplierName"),
		Copyright:           firstOf(x.text(nsDC, "rights"), x.inside(nsPLUS, "CopyrightOwner", "CopyrightOwnerName")),
		UsageTerms:          x.text(nsRights, "UsageTerms"),
		Instructions:        x.text(nsPhotoshop, "Instructions"),
		City:                firstOf(x.text(nsPhotoshop, "City"), x.inside(nsExt, "LocationShown", "City"), x.inside(nsExt, "LocationCreated", "City")),
		Country: firstOf(x.text(nsPhotoshop, "Country"), x.inside(nsExt, "LocationShown", "CountryName"),
			x.inside(nsExt, "LocationCreated", "CountryName")),
		Keywords: x.list(nsDC, "subject"),
		Taken:    x.time(nsPhotoshop, "DateCreated"),
		Embargo:  x.time(nsPRISM, "embargoDate"),
		Expires:  x.time(nsPRISM, "expirationDate"),
	}
	if m.Taken.IsZero() {
		m.Taken = x.time(nsEXIF, "DateTimeOriginal")
	}
	return m
}

func fromIIM(f iimFields) Metadata {
	return Metadata{
		Title:        firstOf(f.first(iimHeadline), f.first(iimObjectName)),
		Caption:      f.first(iimCaption),
		Photographer: strings.Join(f[iimByline], ", "),
		Credit:       f.first(iimCredit),
		Source:       f.first(iimSource),
		Copyright:    f.first(iimCopyright),
		Instructions: f.first(iimInstructions),
		City:         f.first(iimCity),
		Country:      f.first(iimCountry),
		Keywords:     f[iimKeywords],
		Taken:        f.time(iimDateCreated, iimTimeCreated),
		Embargo:      f.time(iimReleaseDate, iimReleaseTime),
		Expires:      f.time(iimExpirationDate, iimExpirationTime),
	}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			return v
		}
	}
	return ""
}
