package item

import (
	"cmp"
	"strings"
)

// AltText is a description for those who cannot see the picture.
func (it *Item) AltText() string {
	for i := range it.Descriptions {
		role := strings.ToLower(it.Descriptions[i].Role)
		if strings.Contains(role, "alttext") || strings.Contains(role, "accessib") {
			return it.Descriptions[i].Plain()
		}
	}
	return ""
}

// Photographer is who took the picture: the creator with that role, else the byline
// without what follows a slash, else the creators.
func (it *Item) Photographer() string {
	for _, c := range it.Creators {
		if c.Name != "" && strings.Contains(strings.ToLower(c.Role), "photo") {
			return c.Name
		}
	}
	if b := InLanguage(it.Bylines, it.Language); b != "" {
		name, _, _ := strings.Cut(b, "/")
		return strings.TrimSpace(name)
	}
	return it.Byline()
}

// Credit is what the agency wants to be printed.
func (it *Item) Credit() string {
	if c := InLanguage(it.Creditlines, it.Language); c != "" {
		return c
	}
	if b := InLanguage(it.Bylines, it.Language); strings.Contains(b, "/") {
		_, rest, _ := strings.Cut(b, "/")
		return strings.TrimSpace(rest)
	}
	for _, c := range it.InfoSources {
		if c.Name != "" {
			return c.Name
		}
	}
	for _, r := range it.Rights {
		if r.Holder.Name != "" {
			return r.Holder.Name
		}
	}
	return ""
}

// Source is where the agency has it from.
func (it *Item) Source() string {
	for _, c := range it.InfoSources {
		if c.Name != "" {
			return c.Name
		}
	}
	return ""
}

// Copyright is the first copyright notice, or the holder where there is none.
func (it *Item) Copyright() string {
	for _, r := range it.Rights {
		if s := cmp.Or(r.Notice.Value, r.Holder.Name); s != "" {
			return s
		}
	}
	return ""
}

// UsageTerms are what the agency allows and forbids, a line each.
func (it *Item) UsageTerms() string {
	var terms []string
	for _, r := range it.Rights {
		if s := Joined(r.UsageTerms); s != "" {
			terms = append(terms, s)
		}
	}
	return strings.Join(terms, "\n")
}
