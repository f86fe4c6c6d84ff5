// Package picture makes an item of a photograph that comes by itself, from what its file
// says: IPTC's fields as XMP and as IIM, and EXIF where both are silent.
//
// Package media reads the file; docs/photos.md says which source counts for which field.
package picture

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/media"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/tree"
)

// Format is the format of the items that this package reads.
const Format = "photo"

// Is reports whether a file begins as a photograph does.
func Is(start []byte) bool { return media.IsPhotograph(start) }

// Parse reads a photograph's file, which is one item.
func Parse(_ context.Context, raw []byte) ([]item.Item, error) {
	it, err := Read(raw)
	if err != nil {
		_, why := errs.Of(err)
		return nil, tree.Fault(0, "%s", strings.Join(strings.Fields(why), " "))
	}
	return []item.Item{it}, nil
}

// Read makes an item of a photograph. Its only rendition is the file itself, whose bytes
// travel with it. It has no URI when its file gives it no identifier of its own.
func Read(raw []byte) (item.Item, error) {
	d, err := media.Describe(raw)
	if err != nil {
		return item.Item{}, err
	}
	r := &reader{d: d, item: item.Item{Kind: item.News, Type: "picture", Format: Format, PubStatus: item.Usable}}
	r.status()
	r.words()
	r.makers()
	r.subjects()
	r.places()
	for _, f := range d.Rest {
		r.item.Other = append(r.item.Other, item.TextValue{Path: f.Name, Value: f.Value})
	}
	r.item.Renditions = []item.Rendition{{
		Name: "original", Href: Address(raw), ContentType: d.MIME, Width: d.Width, Height: d.Height, Orientation: d.Orientation,
		SizeInBytes: int64(len(raw)), Bytes: raw,
	}}
	r.identify()
	return r.item, nil
}

// Address is the address of a file that has none but its content.
func Address(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "urn:broadsheet:sha256:" + hex.EncodeToString(sum[:])
}

type reader struct {
	d    *media.Description
	item item.Item
}

func (r *reader) status() {
	it, d := &r.item, r.d
	it.Embargoed = item.ParseEmbargo(d.ReleaseText)
	item.AddDate(&it.Expires, d.ExpiresText)
	it.ContentCreated = item.ParseDate(d.TakenText)
	it.FirstCreated = it.ContentCreated
	it.VersionCreated = item.ParseDate(d.ModifiedText)
	it.Urgency = item.OneToNine(d.Urgency)
	if d.Instructions != "" {
		it.EdNotes = []item.Text{{Value: d.Instructions}}
	}
	rights := item.Rights{Notice: item.Text{Value: d.Copyright}, Holder: item.Concept{Name: d.RightsHolder}}
	if d.UsageTerms != "" {
		rights.UsageTerms = []item.Text{{Value: d.UsageTerms}}
	}
	if d.WebStatement != "" {
		rights.Links = []item.Link{{Rel: "statement", Href: d.WebStatement}}
	}
	if rights.Notice.Value != "" || rights.Holder.Name != "" || len(rights.UsageTerms)+len(rights.Links) > 0 {
		it.Rights = []item.Rights{rights}
	}
	r.detail("editStatus", d.EditStatus)
	r.detail("fixture", d.Fixture)
}

func (r *reader) detail(path, value string) {
	if value != "" {
		r.item.Details = append(r.item.Details, item.TextValue{Path: path, Value: value})
	}
}

func (r *reader) words() {
	it, d := &r.item, r.d
	it.Language = d.Language
	it.Title = cmp.Or(d.ShortTitle, d.ObjectName)
	item.AddNew(&it.Headlines, item.Text{Value: d.Headline})
	item.AddNew(&it.Sluglines, item.Text{Value: d.ObjectName})
	it.AddDescription(d.Caption, "caption")
	it.AddDescription(d.Alt, "altText")
	it.AddDescription(d.ExtendedDescription, "extendedDescription")
	for _, k := range d.Keywords {
		it.Keywords = append(it.Keywords, item.Text{Value: k})
	}
}

func (r *reader) makers() {
	it, d := &r.item, r.d
	names := d.Creators
	if len(names) == 0 && d.Photographer != "" {
		names = []string{d.Photographer} // of EXIF
	}
	for _, name := range names {
		c := item.Concept{Name: name, Role: "photographer"}
		if d.CreatorTitle != "" {
			c.Details = []item.TextValue{{Path: "jobtitle", Value: d.CreatorTitle}}
		}
		it.Creators = append(it.Creators, c)
	}
	item.AddNew(&it.Bylines, item.Text{Value: strings.Join(names, ", ")})
	if d.Writer != "" {
		it.Contributors = []item.Concept{{Name: d.Writer, Role: "descriptionWriter"}}
	}
	item.AddNew(&it.Creditlines, item.Text{Value: d.Credit})
	if d.Source != "" {
		it.InfoSources = []item.Concept{{Name: d.Source}}
	}
	it.Provider = item.Concept{Name: cmp.Or(d.Distributor, d.Credit, d.Source)}
}

// subjectCodes is where IPTC keeps the codes that photographs still carry.
const subjectCodes = "http://cv.iptc.org/newscodes/subjectcode/"

func (r *reader) subjects() {
	it, d := &r.item, r.d
	for _, c := range append([]string{d.Category}, d.OtherCategories...) {
		if c != "" {
			it.Subjects = append(it.Subjects, item.Concept{Code: c, Literal: c, Scheme: "iim:category"})
		}
	}
	for _, c := range d.SubjectCodes {
		it.Subjects = append(it.Subjects, item.Concept{Code: c, URI: subjectCodes + url.PathEscape(c), Scheme: subjectCodes})
	}
	for _, p := range d.Persons {
		it.People = append(it.People, item.Concept{Name: p, Rel: "shows"})
	}
	for _, o := range d.Organisations {
		it.Organisations = append(it.Organisations, item.Concept{Name: o, Rel: "shows"})
	}
	if d.Event != "" {
		it.Events = []item.Concept{{Name: d.Event}}
	}
	if d.Genre != "" {
		it.Genres = []item.Concept{{Name: d.Genre}}
	}
	if d.SourceType != "" {
		it.SourceTypes = []item.Concept{{URI: d.SourceType}}
	}
	if d.TransmissionRef != "" {
		it.AltIDs = append(it.AltIDs, item.AltID{Role: "transmissionReference", Value: d.TransmissionRef})
	}
}

// places reads where the photograph was taken and what it shows. The fields of IIM do not
// say which they mean; they are where it was taken.
func (r *reader) places() {
	it, d := &r.item, r.d
	created := d.Created
	if created.IsZero() {
		created = media.LocationDetails{Sublocation: d.Sublocation, City: d.City, State: d.State, Country: d.Country, CountryCode: d.CountryCode}
	}
	item.AddConcept(&it.Located, placeOf(created))
	for _, l := range d.Shown {
		c := placeOf(l)
		c.Rel = "shows"
		item.AddConcept(&it.Places, c)
	}
}

// placeOf names a city, else the smallest place that is known, and what it lies in.
func placeOf(l media.LocationDetails) item.Concept {
	var all []item.Concept
	for _, name := range []string{l.City, l.Name, l.Sublocation, l.State} {
		if name != "" {
			all = append(all, item.Concept{Name: name, Rel: "broader"})
		}
	}
	if l.Country != "" || l.CountryCode != "" {
		all = append(all, item.Concept{Name: l.Country, Code: l.CountryCode, Rel: "broader"})
	}
	if len(all) == 0 {
		return item.Concept{}
	}
	first := all[0]
	first.URI, first.Rel = l.ID, ""
	for _, c := range all[1:] {
		if l.City != "" && (c.Name == l.Name || c.Name == l.Sublocation) {
			c.Rel = "narrower"
		}
		first.Related = append(first.Related, c)
	}
	return first
}

// identify makes the item's URI of the identifiers that agencies write into a file. A
// transmission reference is often that of a whole assignment, so it counts only with a
// time, and with who took the picture.
func (r *reader) identify() {
	it, d := &r.item, r.d
	switch {
	case strings.Contains(d.GUID, ":") && !strings.ContainsAny(d.GUID, " \n"):
		it.URI = d.GUID
	case d.GUID != "":
		it.URI = "urn:broadsheet:photo:" + url.PathEscape(d.GUID)
	case d.UNO != "":
		it.URI = "urn:broadsheet:iim-uno:" + url.PathEscape(d.UNO)
	case d.TransmissionRef != "" && strings.Contains(d.TakenText, "T"):
		sum := sha256.Sum256([]byte(strings.Join([]string{
			it.Provider.Name, d.Source, strings.Join(d.Creators, ","), d.TransmissionRef, d.ObjectName, d.TakenText,
		}, "\x00")))
		it.URI = "urn:broadsheet:sha256:" + hex.EncodeToString(sum[:])
	}
}

// IsOther reports a picture of a kind that is no photograph: a drawing, an animation.
func IsOther(raw []byte) bool {
	return bytes.HasPrefix(raw, []byte("GIF8")) || bytes.HasPrefix(raw, []byte("BM"))
}
