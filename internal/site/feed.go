package site

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"broadsheet/internal/pagecache"
	"broadsheet/internal/story"
)

const onFeed = 50

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Media   string   `xml:"xmlns:media,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	Self        atomLink   `xml:"atom:link"`
	Description string     `xml:"description"`
	Language    string     `xml:"language"`
	Built       string     `xml:"lastBuildDate,omitempty"`
	Items       []feedItem `xml:"item"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type feedItem struct {
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	GUID        guid       `xml:"guid"`
	Published   string     `xml:"pubDate"`
	Creator     string     `xml:"dc:creator,omitempty"`
	Description string     `xml:"description,omitempty"`
	Category    string     `xml:"category,omitempty"`
	Picture     *feedMedia `xml:"media:content"`
}

type guid struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type feedMedia struct {
	URL         string  `xml:"url,attr"`
	Type        string  `xml:"type,attr"`
	Medium      string  `xml:"medium,attr"`
	Width       int     `xml:"width,attr"`
	Height      int     `xml:"height,attr"`
	Description string  `xml:"media:description,omitempty"`
	Credit      *credit `xml:"media:credit"`
	Copyright   string  `xml:"media:copyright,omitempty"`
}

type credit struct {
	Role string `xml:"role,attr"`
	Name string `xml:",chardata"`
}

func (s *Site) frontFeed(w http.ResponseWriter, r *http.Request) error {
	return s.feed(w, r, "", "/feed.xml")
}

func (s *Site) sectionFeed(w http.ResponseWriter, r *http.Request, slug string) error {
	return s.feed(w, r, slug, "/"+slug+"/feed.xml")
}

// feed answers with the newest stories as RSS 2.0.
func (s *Site) feed(w http.ResponseWriter, r *http.Request, slug, path string) error {
	return s.cache.Serve(w, r, path, pagecache.Recent, func(ctx context.Context) (pagecache.Page, error) {
		ch := channel{
			Title: s.config.Name, Link: s.config.URL + "/", Description: s.config.Tagline, Language: s.config.Language,
			Self: atomLink{s.config.URL + path, "self", "application/rss+xml"},
		}
		names, err := s.sectionNames(ctx)
		if err != nil {
			return pagecache.Page{}, err
		}
		if slug != "" {
			if names[slug] == "" {
				return pagecache.Page{}, errNoPage
			}
			ch.Title, ch.Link = names[slug]+" – "+s.config.Name, s.config.URL+"/"+slug
		}
		if ch.Description == "" {
			ch.Description = ch.Title
		}
		heads, err := s.Stories.Latest(ctx, slug, story.Cursor{}, onFeed)
		if err != nil {
			return pagecache.Page{}, err
		}
		sh, err := s.shelf(ctx, heads)
		if err != nil {
			return pagecache.Page{}, err
		}
		tags := []string{tagLists}
		ch.Built = lastChange(heads)
		for i := range heads {
			ch.Items = append(ch.Items, s.feedItem(&heads[i], sh, names))
			if heads[i].Lead != 0 {
				tags = append(tags, tagMedia(heads[i].Lead))
			}
		}
		body, err := xml.Marshal(rss{
			Version: "2.0", DC: "http://purl.org/dc/elements/1.1/", Atom: "http://www.w3.org/2005/Atom",
			Media: "http://search.yahoo.com/mrss/", Channel: ch,
		})
		return pagecache.Page{
			Body: append([]byte(xml.Header), body...), ContentType: "application/rss+xml; charset=utf-8", Tags: tags,
		}, err
	})
}

// lastChange is when the last of the stories changed, as RSS writes it; "" for none.
func lastChange(heads []story.Head) string {
	var last time.Time
	for i := range heads {
		if heads[i].Updated.After(last) {
			last = heads[i].Updated
		}
	}
	if last.IsZero() {
		return ""
	}
	return last.UTC().Format(time.RFC1123Z)
}

func (s *Site) sectionNames(ctx context.Context) (map[string]string, error) {
	list, err := s.Sections.List(ctx)
	names := map[string]string{}
	for _, sec := range list {
		names[sec.Slug] = sec.Name
	}
	return names, err
}

func (s *Site) feedItem(h *story.Head, sh *shelf, names map[string]string) feedItem {
	it := feedItem{
		Title: h.Headline, Link: s.config.URL + h.Path(), GUID: guid{ID: "story:" + h.ID.String()},
		Published: h.FirstPublished.UTC().Format(time.RFC1123Z), Creator: strings.TrimPrefix(h.BylineLine, "By "),
		Description: h.Standfirst, Category: names[h.Section],
	}
	if p := sh.photos[h.Lead]; p != nil {
		width := fitting(p, socialWidth)
		it.Picture = &feedMedia{
			URL: s.config.URL + p.Path(socialWidth), Type: "image/jpeg", Medium: "image", Width: width, Height: p.HeightAt(width),
			Description: p.Caption, Copyright: p.Copyright,
		}
		if line := p.CreditLine(); line != "" {
			it.Picture.Credit = &credit{"photographer", line}
		}
	}
	return it
}
