package site

import (
	"context"
	"strings"
	"unicode"
)

// frame is what surrounds a page at path. An empty path is a page that nobody
// should link to.
func (s *Site) frame(ctx context.Context, class, path, title string) (Frame, error) {
	f := s.bare(class, title)
	if path != "" {
		f.Canonical = s.config.URL + path
	}
	sections, err := s.Sections.List(ctx)
	if err != nil {
		return f, err
	}
	for _, sec := range sections {
		f.Sections = append(f.Sections, SectionLink{Slug: sec.Slug, Name: sec.Name})
	}
	return f, nil
}

// bare is a frame without the navigation, for when the database is the problem.
func (s *Site) bare(class, title string) Frame {
	f := Frame{
		Lang: s.config.Language, Dir: direction(s.config.Language), Paper: s.config.Name, Title: title, Class: class,
		Today: s.clock.Day(s.now()), Style: s.look.style, Script: s.look.script, Icon: s.look.icon,
		Fonts: s.look.fonts, Live: "/live",
	}
	f.feeds("")
	return f
}

func (f *Frame) inSection(slug string) {
	f.Section = slug
	for i := range f.Sections {
		f.Sections[i].Current = f.Sections[i].Slug == slug
	}
}

// direction is "rtl" for languages written from right to left, else "": left to
// right needs no saying.
func direction(language string) string {
	base, _, _ := strings.Cut(language, "-")
	switch strings.ToLower(base) {
	case "ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi":
		return "rtl"
	}
	return ""
}

// summary shortens a text to about limit characters, between words.
func summary(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	cut := limit
	for cut > 0 && !unicode.IsSpace(runes[cut]) {
		cut--
	}
	if cut == 0 {
		cut = limit
	}
	return strings.TrimRight(string(runes[:cut]), " ,;:") + " …"
}
