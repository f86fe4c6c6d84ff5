package demo

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The parts of ninjs 3.1 that Northern Wire uses.
type (
	ninjsItem struct {
		URI              string           `json:"uri"`
		Standard         ninjsStandard    `json:"standard"`
		Type             string           `json:"type"`
		Profile          string           `json:"profile"`
		Version          string           `json:"version"`
		FirstCreated     string           `json:"firstCreated"`
		VersionCreated   string           `json:"versionCreated"`
		Embargoed        string           `json:"embargoed,omitempty"`
		PubStatus        string           `json:"pubStatus"`
		Urgency          int              `json:"urgency"`
		EdNote           string           `json:"edNote,omitempty"`
		CopyrightHolder  string           `json:"copyrightHolder"`
		CopyrightNotice  string           `json:"copyrightNotice"`
		UsageTerms       string           `json:"usageTerms"`
		Language         string           `json:"language"`
		By               string           `json:"by,omitempty"`
		Slugline         string           `json:"slugline"`
		Located          string           `json:"located,omitempty"`
		Headlines        []ninjsText      `json:"headlines"`
		Descriptions     []ninjsText      `json:"descriptions,omitempty"`
		Bodies           []ninjsText      `json:"bodies,omitempty"`
		Subjects         []ninjsConcept   `json:"subjects,omitempty"`
		People           []ninjsConcept   `json:"people,omitempty"`
		Organisations    []ninjsConcept   `json:"organisations,omitempty"`
		Places           []ninjsConcept   `json:"places,omitempty"`
		Genres           []ninjsConcept   `json:"genres,omitempty"`
		InfoSources      []ninjsConcept   `json:"infoSources"`
		Renditions       []ninjsRendition `json:"renditions,omitempty"`
		Associations     []ninjsItem      `json:"associations,omitempty"`
		AssociationName  string           `json:"name,omitempty"`
		ContentCreated   string           `json:"contentCreated,omitempty"`
		RepresentedFully string           `json:"representationType,omitempty"`
	}
	ninjsStandard struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Schema  string `json:"schema"`
	}
	ninjsText struct {
		Role        string `json:"role"`
		ContentType string `json:"contentType"`
		Value       string `json:"value"`
	}
	ninjsConcept struct {
		Name string `json:"name"`
		URI  string `json:"uri,omitempty"`
		Role string `json:"rel,omitempty"`
	}
	ninjsRendition struct {
		Name        string `json:"name"`
		Href        string `json:"href"`
		ContentType string `json:"contentType"`
		Width       int    `json:"width"`
		Height      int    `json:"height"`
		SizeInBytes int    `json:"sizeInBytes"`
	}
)

// ninjs is the file in ninjs 3.1.
func (p *dispatch) ninjs() ([]byte, error) {
	it := p.ninjsFrame()
	it.Type, it.Version, it.Urgency, it.Slugline = p.class(), strconv.Itoa(p.Version), p.Urgency, p.Slug
	it.EdNote, it.By, it.Located = p.Note, p.By, p.Dateline
	it.Headlines = []ninjsText{{"main", "text/plain", p.Headline}}
	for _, s := range p.Subjects {
		it.Subjects = append(it.Subjects, ninjsConcept{Name: s.Name, URI: "http://cv.iptc.org/newscodes/mediatopic/" + s.Code})
	}
	it.People = p.concepts("person", p.People)
	it.Organisations = p.concepts("organisation", p.Orgs)
	it.Places = p.concepts("place", p.Places)
	if p.Genre != "" {
		it.Genres = []ninjsConcept{{Name: p.Genre, URI: "https://" + p.agency.host + "/genre/" + p.Genre}}
	}
	if !p.Embargoed.IsZero() {
		it.Embargoed = p.Embargoed.UTC().Format(time.RFC3339)
	}
	switch {
	case p.class() == "picture":
		it.describe(p.Picture)
	case p.Picture != nil:
		it.Associations = []ninjsItem{p.ninjsPicture()}
	}
	if p.Text {
		it.Bodies = []ninjsText{{"main", "text/html", p.html(false)}}
	}
	return json.MarshalIndent(it, "", "  ")
}

// ninjsFrame is what every item of the agency has.
func (p *dispatch) ninjsFrame() ninjsItem {
	name := p.agency.name
	return ninjsItem{
		URI:      p.URI,
		Standard: ninjsStandard{"ninjs", "3.1", "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"},
		Profile:  "standard", RepresentedFully: "complete",
		FirstCreated: p.First.UTC().Format(time.RFC3339), VersionCreated: p.Sent.UTC().Format(time.RFC3339),
		ContentCreated: p.First.UTC().Format(time.RFC3339),
		PubStatus:      string(p.Status), Language: p.Language, Version: "1", Urgency: p.Urgency, Slugline: p.Slug,
		CopyrightHolder: name, CopyrightNotice: fmt.Sprintf("Copyright %d %s", p.Sent.Year(), name),
		UsageTerms:  "For subscribers. Credit " + name + ".",
		InfoSources: []ninjsConcept{{Name: name, URI: "https://" + p.agency.host + "/"}},
	}
}

// ninjsPicture is the picture that goes with a text.
func (p *dispatch) ninjsPicture() ninjsItem {
	it := p.ninjsFrame()
	it.URI, it.Type, it.AssociationName = p.URI+"/picture", "picture", "mainimage"
	it.Headlines = []ninjsText{{"main", "text/plain", p.Picture.Title}}
	it.describe(p.Picture)
	return it
}

// describe makes the item that of a picture.
func (it *ninjsItem) describe(pic *picture) {
	it.By = pic.Photographer
	if it.By != "" {
		it.By += " / "
	}
	it.By += pic.Organisation
	it.CopyrightNotice = pic.Licence + ": " + strings.TrimSuffix(it.By, " / ")
	it.UsageTerms = pic.Licence + ". " + pic.Source
	it.Descriptions = []ninjsText{{"caption", "text/plain", pic.Caption}, {"altText", "text/plain", pic.Alt}}
	it.Renditions = []ninjsRendition{{"main", pic.Key + ".jpg", "image/jpeg", pic.Width, pic.Height, pic.Size}}
}

func (p *dispatch) concepts(kind string, list []coded) (out []ninjsConcept) {
	for _, c := range list {
		out = append(out, ninjsConcept{Name: c.Name, URI: "https://" + p.agency.host + "/" + kind + "/" + c.Code})
	}
	return out
}
