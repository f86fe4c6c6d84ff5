package item

import "strings"

// What an item inside another takes over is written once more for each, so it is short.
const (
	maxTakenOver = 500    // bytes of a name or date
	maxRights    = 20_000 // bytes of all rights
)

// Inside begins an item inside it, as a picture in a story: it is held as long, and comes
// from the same provider. line is where it begins in the file.
func (it *Item) Inside(kind string, line int) Item {
	in := Item{Kind: News, Type: kind, Format: it.Format, Line: line, PubStatus: it.PubStatus, Embargoed: it.Embargoed}
	if p := it.Provider; len(p.Name)+len(p.URI)+len(p.Code)+len(p.Scheme)+len(p.Literal) <= maxTakenOver {
		in.Provider = Concept{Name: p.Name, URI: p.URI, Code: p.Code, Scheme: p.Scheme, Literal: p.Literal}
	}
	if len(it.Language) <= maxTakenOver {
		in.Language = it.Language
	}
	if text := in.Embargoed.Text; len(text) > maxTakenOver {
		in.Embargoed.Text = strings.ToValidUTF8(text[:maxTakenOver], "")
	}
	if at := it.Release().Expires; !at.IsZero() {
		in.Expires = []Date{{Time: at}}
	}
	for _, d := range []struct {
		to   *Date
		from Date
	}{{&in.FirstCreated, it.FirstCreated}, {&in.VersionCreated, it.VersionCreated}} {
		if len(d.from.Text) <= maxTakenOver {
			*d.to = d.from
		}
	}
	return in
}

// TakeRights gives an item inside it the rights that it has, where it says nothing else.
func (it *Item) TakeRights(in *Item) {
	size := 0
	for _, r := range it.Rights {
		size += len(r.Holder.Name) + len(r.Holder.URI) + len(r.Holder.Code)
		for _, t := range append([]Text{r.Notice}, r.UsageTerms...) {
			size += len(t.Value) + len(t.Role) + len(t.Language) + len(t.ContentType) + len(t.Source)
		}
		for _, d := range r.Details {
			size += len(d.Path) + len(d.Value)
		}
		if size += len(r.LangID) + len(r.Linked) + 100; len(in.Rights) > 0 || size > maxRights || len(r.Links) > 0 || r.Encoded != "" || len(r.Holder.Related)+len(r.Holder.Details) > 0 {
			return
		}
	}
	in.Rights = append(in.Rights, it.Rights...)
}

// AddNewConcept adds a concept unless one that was added lately has the same name, code
// and relation and this one says nothing more.
func AddNewConcept(list *[]Concept, c Concept) {
	for _, have := range (*list)[max(0, len(*list)-maxCompared):] {
		if have.Name == c.Name && have.Rel == c.Rel && (have.Code == c.Code || c.Code == "") && len(c.Related) == 0 && len(c.Details) == 0 {
			return
		}
	}
	AddConcept(list, c)
}
