package site

import (
	"context"
	"net/http"
	"strings"

	"broadsheet/internal/pagecache"
	"broadsheet/internal/syndicate"
)

// An outgoing feed gives whole stories to other newsrooms; see docs/feeds.md.
type outgoing struct {
	format      syndicate.Format
	file        string // the last part of its address
	contentType string
}

var outgoingFeeds = []outgoing{
	{syndicate.Ninjs, "feed.ninjs.json", "application/json; charset=utf-8"},
	{syndicate.NewsML, "feed.newsml.xml", "application/vnd.iptc.g2.newsmessage+xml"},
}

// outgoingNamed returns the feed whose address ends so, or nil.
func outgoingNamed(file string) *outgoing {
	for i := range outgoingFeeds {
		if outgoingFeeds[i].file == file {
			return &outgoingFeeds[i]
		}
	}
	return nil
}

// outgoing answers with the newest stories of a section or, with "", of the paper.
func (s *Site) outgoing(w http.ResponseWriter, r *http.Request, slug string, f *outgoing) error {
	path := "/" + f.file
	if slug != "" {
		path = "/" + slug + path
	}
	return s.cache.Serve(w, r, path, pagecache.Recent, func(ctx context.Context) (pagecache.Page, error) {
		items, photos, err := s.Syndicate.Feed(ctx, slug)
		if err != nil {
			return pagecache.Page{}, err
		}
		of := slug
		if of == "" {
			of = "all"
		}
		body, err := s.Syndicate.Encode(items, f.format, of)
		page := pagecache.Page{Body: body, ContentType: f.contentType, Tags: []string{tagLists}}
		for _, photo := range photos {
			page.Tags = append(page.Tags, tagMedia(photo))
		}
		return page, err
	})
}

// frontOutgoing answers with the feed of the whole paper.
func (s *Site) frontOutgoing(w http.ResponseWriter, r *http.Request) error {
	f := outgoingNamed(strings.TrimPrefix(r.URL.Path, "/"))
	if f == nil {
		return errNoPage
	}
	return s.outgoing(w, r, "", f)
}

// FeedLink is a feed as the page's head names it.
type FeedLink struct{ Path, Type, Title string }

// feeds names the feeds below an address: those of the paper, or of a section.
func (f *Frame) feeds(base string) {
	f.Feed, f.Feeds = base+"/feed.xml", nil
	for _, o := range outgoingFeeds {
		kind, _, _ := strings.Cut(o.contentType, ";")
		f.Feeds = append(f.Feeds, FeedLink{base + "/" + o.file, kind, string(o.format)})
	}
}
