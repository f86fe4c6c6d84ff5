package wire

import (
	"cmp"
	"strings"
)

// altText is a description for those who cannot see the picture.
func (it *Item) altText() string {
	for i := range it.Descriptions {
		role := strings.ToLower(it.Descriptions[i].Role)
		if strings.Contains(role, "alttext") || strings.Contains(role, "accessib") {
			return it.Descriptions[i].Plain()
		}
	}
	return ""
}

// photographer is who took the picture: the creator with that role, else the byline
// without what follows a slash, else the creators.
func (it *Item) photographer() string {
	for _, c := range it.Creators {
		if c.Name != "" && strings.Contains(strings.ToLower(c.Role), "photo") {
			return c.Name
		}
	}
	if b := inLanguage(it.Bylines, it.Language); b != "" {
		name, _, _ := strings.Cut(b, "/")
		return strings.TrimSpace(name)
	}
	return it.Byline()
}

// credit is what the agency wants to be printed.
func (it *Item) credit() string {
	if c := inLanguage(it.Creditlines, it.Language); c != "" {
		return c
	}
	if b := inLanguage(it.Bylines, it.Language); strings.Contains(b, "/") {
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

func (it *Item) source() string {
	for _, c := range it.InfoSources {
		if c.Name != "" {
			return c.Name
		}
	}
	return ""
}

func (it *Item) copyright() string {
	for _, r := range it.Rights {
		if s := cmp.Or(r.Notice.Value, r.Holder.Name); s != "" {
			return s
		}
	}
	return ""
}

func (it *Item) usageTerms() string {
	var terms []string
	for _, r := range it.Rights {
		if s := joined(r.UsageTerms); s != "" {
			terms = append(terms, s)
		}
	}
	return strings.Join(terms, "\n")
}
