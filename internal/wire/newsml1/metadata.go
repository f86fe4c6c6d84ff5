package newsml1

import (
	"cmp"
	"slices"
	"strings"

	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/markup"
	"broadsheet/internal/wire/tree"
)

// metadata reads all that a component says about its content into the item. Components
// inside others add what is new.
func (c *component) metadata(it *item.Item, n *tree.Node) {
	it.Catalogs = append(it.Catalogs, readCatalogs(n)...)
	for _, set := range n.All("TopicSet") {
		it.Assertions = append(it.Assertions, c.sets[set]...)
	}
	for _, k := range n.Kids {
		switch k.Name {
		case "NewsLines":
			c.newsLines(it, k)
		case "AdministrativeMetadata":
			c.administrative(it, k)
		case "RightsMetadata":
			c.rights(it, k)
		case "DescriptiveMetadata":
			c.descriptive(it, k)
		case "Metadata":
			name := strings.Trim("Metadata/"+k.One("MetadataType").Attr("FormalName"), "/")
			for _, v := range k.All("Property") {
				c.readProperty(it, v, name+"/")
			}
		}
	}
}

// newsLines reads the lines that are for people to read.
func (c *component) newsLines(it *item.Item, n *tree.Node) {
	var r item.Rights
	for _, k := range n.Kids {
		if k.Name == "NewsLine" {
			c.newsLine(it, k)
			continue
		}
		line := item.Text{Value: k.Words(), Language: k.Lang()}
		if line.Language == it.Language {
			line.Language = ""
		}
		switch k.Name {
		case "HeadLine":
			item.AddNew(&it.Headlines, line)
		case "SubHeadLine":
			line.Role = "subheadline"
			item.AddNew(&it.Headlines, line)
		case "ByLine":
			item.AddNew(&it.Bylines, line)
		case "ByLineTitle", "BylineTitle":
			line.Role = "title"
			item.AddNew(&it.Bylines, line)
		case "DateLine":
			item.AddNew(&it.Datelines, line)
		case "CreditLine":
			item.AddNew(&it.Creditlines, line)
		case "SlugLine":
			item.AddNew(&it.Sluglines, line)
		case "KeywordLine":
			item.AddNew(&it.Keywords, line)
		case "SeriesLine":
			if line.Value != "" {
				it.Series = append(it.Series, item.Series{Name: line.Value})
			}
		case "CopyrightLine":
			if r.Notice.Value == "" {
				r.Notice = line
				break
			}
			r.UsageTerms = append(r.UsageTerms, line)
		case "RightsLine":
			item.AddNew(&r.UsageTerms, line)
		}
	}
	if r.Notice.Value != "" || len(r.UsageTerms) > 0 {
		it.Rights = append(it.Rights, r)
	}
}

// newsLine reads a line of a type of the agency's own.
func (c *component) newsLine(it *item.Item, n *tree.Node) {
	kind := c.concept(n.One("NewsLineType")).Code
	for _, k := range n.All("NewsLineText") {
		text := k.Words()
		switch textRole(kind) {
		case "headline":
			item.AddNew(&it.Headlines, item.Text{Value: text, Role: kind, Language: k.Lang()})
		default:
			it.AddDescription(text, cmp.Or(kind, "newsLine"))
		}
	}
}

func (c *component) administrative(it *item.Item, n *tree.Node) {
	it.FileName = cmp.Or(it.FileName, n.One("FileName").Words())
	if s := n.One("SystemIdentifier").Words(); s != "" {
		it.AltIDs = append(it.AltIDs, item.AltID{Role: "SystemIdentifier", Value: s})
	}
	for _, k := range n.Kids {
		for i, v := range k.All("Party") {
			who := c.party(v)
			switch k.Name {
			case "Provider":
				if i == 0 {
					provider(it, who)
					break
				}
				item.AddNewConcept(&it.InfoSources, who)
			case "Creator":
				item.AddNewConcept(&it.Creators, who)
			case "Contributor":
				item.AddNewConcept(&it.Contributors, who)
			case "Source":
				if ref := k.Attr("NewsItem"); ref != "" {
					who.Details = append(who.Details, item.TextValue{Path: "@NewsItem", Value: ref})
				}
				item.AddNewConcept(&it.InfoSources, who)
			}
		}
		if k.Name == "Property" {
			c.readProperty(it, k, "")
		}
	}
}

// provider takes the provider's name, which says more than its identifier.
func provider(it *item.Item, who item.Concept) {
	if id := it.Provider.Name; id != "" && id != who.Name && who.Code == "" && it.Provider.Code == "" {
		who.Code = id
	}
	it.Provider = who
}

func (c *component) rights(it *item.Item, n *tree.Node) {
	for _, k := range n.All("Copyright") {
		r := item.Rights{Holder: item.Concept{Name: k.One("CopyrightHolder").Words()}}
		if s := k.One("CopyrightDate").Words(); s != "" {
			r.Details = append(r.Details, item.TextValue{Path: "CopyrightDate", Value: s})
		}
		r.Details = append(r.Details, k.Rest()...)
		it.Rights = append(it.Rights, r)
	}
	for _, k := range n.All("UsageRights") {
		r := item.Rights{Holder: item.Concept{Name: k.One("RightsHolder").Words()}}
		for _, part := range []struct{ name, role, before string }{
			{"UsageType", "usageType", ""},
			{"Geography", "geography", ""},
			{"Limitations", "limitations", ""},
			{"StartDate", "startDate", "From "},
			{"EndDate", "endDate", "Until "},
		} {
			if s := k.One(part.name).Words(); s != "" {
				r.UsageTerms = append(r.UsageTerms, item.Text{Value: part.before + s, Role: part.role})
			}
		}
		r.Details = k.Rest()
		it.Rights = append(it.Rights, r)
	}
	for _, k := range n.All("Property") {
		c.readProperty(it, k, "RightsMetadata/")
	}
}

func (c *component) descriptive(it *item.Item, n *tree.Node) {
	for _, k := range n.Kids {
		switch k.Name {
		case "Language":
			lang := c.concept(k)
			if it.Language == "" || len(it.Languages) == 0 {
				it.Language = cmp.Or(lang.Code, it.Language)
			}
			item.AddNewConcept(&it.Languages, lang)
		case "Genre":
			item.AddNewConcept(&it.Genres, c.withRest(k))
		case "SubjectCode":
			for _, s := range c.subjects(k) {
				item.AddNewConcept(&it.Subjects, s)
			}
		case "OfInterestTo":
			who := c.concept(k)
			who.Relevance = k.One("Relevance").Attr("FormalName")
			who.Details = append(who.Details, k.Rest()...)
			item.AddNewConcept(&it.Audiences, who)
		case "DateLineDate":
			if it.ContentCreated.IsZero() {
				it.ContentCreated = item.ParseDate(k.Words())
			}
		case "Location":
			c.location(it, k)
		case "TopicOccurrence":
			t := c.withRest(k)
			t.Rel = "about"
			item.AddNewConcept(markup.ListOf(it, classOf(t)), t)
		case "Property":
			c.readProperty(it, k, "")
		}
	}
}

func (c *component) withRest(n *tree.Node) item.Concept {
	k := c.concept(n)
	k.Details = append(k.Details, n.Rest()...)
	return k
}

// subjectLevels are the elements of a SubjectCode, from the general to the particular.
var subjectLevels = map[string]int{"Subject": 1, "SubjectMatter": 2, "SubjectDetail": 3}

// subjects reads a SubjectCode. Agencies write one code in it, or the way down from subject
// to detail, or several codes one after the other.
func (c *component) subjects(n *tree.Node) []item.Concept {
	var found []item.Concept
	level := 0
	for _, k := range n.Kids {
		if k.Name == "SubjectQualifier" && len(found) > 0 {
			q := c.withRest(k)
			q.Rel = "qualifier"
			last := &found[len(found)-1]
			last.Related = append(last.Related, q)
			continue
		}
		if subjectLevels[k.Name] == 0 {
			continue
		}
		s := c.concept(k)
		vocabulary := s.Scheme
		if made := item.SubjectCode(s.Code, s.Name); made.URI != "" {
			s.URI, s.Scheme = made.URI, made.Scheme
			if vocabulary != "" {
				s.Details = append(s.Details, item.TextValue{Path: "@Vocabulary", Value: vocabulary})
			}
		}
		s.Details = append(s.Details, k.Rest()...)
		at := subjectLevels[k.Name]
		if level > 0 && at > level {
			broader := found[len(found)-1]
			broader.Rel = "broader"
			s.Related = append(s.Related, broader)
			found = found[:len(found)-1]
		}
		level = at
		found = append(found, s)
	}
	return found
}

// sizes of places, from the smallest, under the names that agencies give them.
var sizes = []string{"sublocation", "city", "countryarea", "stateprovince", "state", "region", "province", "country", "countrycode", "worldregion"}

// location reads a place whose parts are properties: the smallest of them, with those
// around it as broader places.
func (c *component) location(it *item.Item, n *tree.Node) {
	var parts []item.Concept
	for _, k := range n.All("Property") {
		part := item.Concept{Type: k.Attr("FormalName"), Name: c.value(k), Scheme: k.Attr("Vocabulary")}
		part.Details = k.Rest()
		item.AddConcept(&parts, part)
	}
	slices.SortStableFunc(parts, func(a, b item.Concept) int {
		return slices.Index(sizes, strings.ToLower(a.Type)) - slices.Index(sizes, strings.ToLower(b.Type))
	})
	place := c.concept(n)
	how := n.Attr("HowPresent")
	if len(parts) > 0 && place.IsZero() {
		place, parts = parts[0], parts[1:]
	}
	for _, around := range parts {
		around.Rel = "broader"
		place.Related = append(place.Related, around)
	}
	place.Rel = how
	place.Details = append(place.Details, n.Rest()...)
	if strings.EqualFold(how, "origin") || strings.EqualFold(how, "from") {
		item.AddNewConcept(&it.Located, place)
		return
	}
	item.AddNewConcept(&it.Places, place)
}
