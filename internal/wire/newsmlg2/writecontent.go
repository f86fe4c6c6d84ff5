package newsmlg2

import (
	"strconv"

	"broadsheet/internal/wire/item"
)

// contentMeta writes what is known of the content: first what concerns its making, then what
// describes it, each group in the standard's order.
func (w *writing) contentMeta() {
	it := w.it
	w.start("contentMeta")
	for i := range it.Icons {
		w.rendition("icon", &it.Icons[i])
	}
	if it.Urgency > 0 {
		w.text("urgency", strconv.Itoa(it.Urgency))
	}
	w.truncated("contentCreated", it.ContentCreated)
	w.truncated("contentModified", it.ContentModified)
	if len(it.SourceTypes) > 0 {
		w.concept("digitalSourceType", &it.SourceTypes[0], flexible)
	}
	w.concepts("located", it.Located, defined)
	w.concepts("infoSource", it.InfoSources, author)
	w.concepts("creator", it.Creators, author)
	w.concepts("contributor", it.Contributors, author)
	w.concepts("audience", it.Audiences, rated)
	w.concepts("exclAudience", it.ExclAudiences, rated)
	w.altIDs(it.AltIDs)

	w.languages()
	w.concepts("genre", it.Genres, rated)
	w.labels("keyword", it.Keywords)
	for _, list := range [][]item.Concept{it.Subjects, it.People, it.Organisations, it.Places, it.Events, it.Objects} {
		w.concepts("subject", list, rated)
	}
	w.labels("slugline", it.Sluglines)
	w.labels("headline", it.Headlines)
	w.labels("dateline", it.Datelines)
	w.labels("by", it.Bylines)
	w.labels("creditline", it.Creditlines)
	for i := range it.Descriptions {
		d := &it.Descriptions[i]
		w.block("description", &item.Text{Value: d.Plain(), Role: d.Role, Language: d.Language}, "")
	}
	w.end()
	w.concepts("derivedFrom", it.DerivedFrom, defined)
}

func (w *writing) altIDs(list []item.AltID) {
	for _, a := range list {
		kind, value := code("type", a.Role)
		env, where := code("environment", a.Environment)
		w.text("altId", a.Value, kind, value, env, where)
	}
}

func (w *writing) languages() {
	for i := range w.it.Languages {
		c := &w.it.Languages[i]
		if !languageTag.MatchString(c.Code) {
			continue
		}
		attr, value := code("role", c.Role)
		w.start("language", "tag", c.Code, attr, value)
		w.names(c)
		w.end()
	}
}

// content writes the bodies and the files.
func (w *writing) content() {
	if len(w.it.Bodies) == 0 && len(w.it.Renditions) == 0 {
		return
	}
	w.start("contentSet")
	for i := range w.it.Bodies {
		w.body(&w.it.Bodies[i])
	}
	for i := range w.it.Renditions {
		w.rendition("remoteContent", &w.it.Renditions[i])
	}
	w.end()
}

func (w *writing) body(b *item.Body) {
	count := []string{"wordcount", number(int64(b.WordCount)), "charcount", number(int64(b.CharCount)), "xml:lang", language(b.Language)}
	if !b.Rich() {
		w.text("inlineData", b.Value, append([]string{"contenttype", b.ContentType}, count...)...)
		return
	}
	w.start("inlineXML", append([]string{"contenttype", xhtml}, count...)...)
	w.start("html", "xmlns", xhtmlNamespace)
	w.start("head")
	w.text("title", oneLine(w.it.Headline()))
	w.end()
	w.start("body")
	w.b = append(append(w.b, '\n'), asXHTML(b.Doc.ExportHTML())...)
	w.end()
	w.end()
	w.end()
}

// number writes a count that is known.
func number(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// rendition writes a file of the item, as remoteContent, or as an icon.
func (w *writing) rendition(name string, r *item.Rendition) {
	kind := r.Name
	for _, d := range r.Details {
		if d.Path == "@rendition" {
			kind = d.Value
		}
	}
	rend, value := code("rendition", kind)
	layout, orientation := code("layoutorientation", r.LayoutOrientation)
	space, colours := code("colourspace", r.ColourSpace)
	codec, video := code("videocodec", r.VideoCodec)
	attrs := []string{
		rend, value, "href", r.Href, "residref", r.ResidRef, "contenttype", r.ContentType, "size", number(r.SizeInBytes),
		"width", number(int64(r.Width)), "height", number(int64(r.Height)), "orientation", number(int64(r.Orientation)),
		layout, orientation, space, colours, codec, video,
	}
	if name == "icon" {
		w.empty(name, attrs...)
		return
	}
	unit, of := code("durationunit", r.DurationUnit)
	attrs = append(attrs, "duration", r.Duration, unit, of, "videoaspectratio", oneLine(r.AspectRatio))
	if item.Number(r.FrameRate) > 0 {
		attrs = append(attrs, "videoframerate", r.FrameRate)
	}
	w.start(name, attrs...)
	w.altIDs(r.AltIDs)
	w.end()
}

// groups writes how a package is arranged. Its groups have the names that the agency gave
// them where XML allows these.
func (w *writing) groups() {
	if len(w.it.Groups) == 0 {
		return
	}
	root := 0
	for i := range w.it.Groups {
		if w.it.Groups[i].Root {
			root = i
			break
		}
	}
	w.start("groupSet", "root", groupID(w.it.Groups[root].ID, root))
	for i := range w.it.Groups {
		g := &w.it.Groups[i]
		role, part := code("role", g.Role)
		if part == "" {
			role, part = "role", "group:main"
		}
		mode, how := code("mode", g.Mode)
		w.start("group", "id", groupID(g.ID, i), role, part, mode, how)
		w.labels("title", g.Titles)
		for _, ref := range g.Groups {
			if w.hasGroup(ref) {
				w.empty("groupRef", "idref", ref)
			}
		}
		for k := range g.Members {
			w.member(&g.Members[k])
		}
		w.end()
	}
	w.end()
}

func (w *writing) hasGroup(ref string) bool {
	for i := range w.it.Groups {
		if w.it.Groups[i].ID == ref && ncName.MatchString(ref) {
			return true
		}
	}
	return false
}

func groupID(id string, index int) string {
	if ncName.MatchString(id) {
		return id
	}
	return "group-" + strconv.Itoa(index+1)
}

func (w *writing) member(m *item.Member) {
	rank := m.Rank
	if _, err := strconv.ParseUint(rank, 10, 64); err != nil {
		rank = ""
	}
	w.linkStart("itemRef", &m.Link, rank, "size", number(m.SizeInBytes))
	w.concept("itemClass", &m.ItemClass, named)
	w.concept("provider", &m.Provider, party)
	if m.PubStatus != "" {
		w.concept("pubStatus", &m.StatusCode, named)
	}
	if m.Title != "" {
		w.text("title", oneLine(m.Title))
	}
	w.concepts("genre", m.Genres, rated)
	w.labels("headline", m.Headlines)
	for i := range m.Descriptions {
		w.block("description", &m.Descriptions[i], "")
	}
	w.end()
}
