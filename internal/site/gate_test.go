package site

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"broadsheet/internal/richtext"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
)

// at sets the newsroom's clock.
func (n *newsroom) at(clock *atomic.Int64) {
	now := func() time.Time { return time.UnixMilli(clock.Load()).UTC() }
	n.Stories.Now, n.Media.Now, n.cache.cache.Now = now, now, now
}

// TestAnExpiredPhotoLeavesItsCaption: at the minute that it expires and not later, on
// every page that had it.
func TestAnExpiredPhotoLeavesItsCaption(t *testing.T) {
	n := newNewsroom(t, sqltest.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db")))
	var clock atomic.Int64
	clock.Store(time.Now().UnixMilli())
	n.at(&clock)
	end := time.UnixMilli(clock.Load()).Add(90 * time.Minute)
	p := *n.photo
	p.Expires = end
	edited, err := n.Media.Edit(t.Context(), n.editor, p)
	if err != nil {
		t.Fatal(err)
	}
	n.photo = edited
	c := n.content("Ministers meet")
	c.Body.Content = append(c.Body.Content, richtext.Node{Type: richtext.TypePhoto, Attrs: richtext.Attrs{Media: n.photo.ID}})
	st, err := n.Stories.Create(t.Context(), n.editor, c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := n.Stories.Publish(t.Context(), n.editor, st.ID, st.Revision)
	if err != nil {
		t.Fatal(err)
	}
	address := "/media/" + n.photo.ID.String()
	pages := []string{l.Path(), "/", "/world", "/feed.xml", "/world/feed.xml"}
	v := n.visitor()
	for _, path := range pages {
		if body := v.get(path, http.StatusOK); !strings.Contains(body, address) {
			t.Errorf("%s does not have the photo while it is free", path)
		}
	}
	clock.Store(end.UnixMilli() - 1)
	if body := v.get(l.Path(), http.StatusOK); !strings.Contains(body, address) {
		t.Error("the photo went before its time")
	}
	clock.Store(end.UnixMilli())
	for _, path := range pages {
		if body := v.get(path, http.StatusOK); strings.Contains(body, address) {
			t.Errorf("%s has the photo still", path)
		}
	}
	body := v.get(l.Path(), http.StatusOK)
	if strings.Count(body, "This photo is no longer available.") != 2 || !strings.Contains(body, "Anton Rehm, left, and Ilse Vardø") || !strings.Contains(body, "Jonas Ekblad / Northern Press via Meridian") {
		t.Error("the words of the photo do not stand in its place")
	}
	if strings.Contains(body, "og:image") || strings.Contains(body, "ImageObject") {
		t.Error("it is still told to other programs")
	}
	v.get(address+"/640.jpg", http.StatusGone)
}

// TestNoSocialMedia: a photo with such terms stands on the page, and not in what is
// shown where the page is shared.
func TestNoSocialMedia(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		n := newNewsroom(t, db)
		p := *n.photo
		p.UsageTerms = "Editorial use only. No social media."
		edited, err := n.Media.Edit(t.Context(), n.editor, p)
		if err != nil {
			t.Fatal(err)
		}
		n.photo = edited
		l := n.publish("Ministers meet")
		body := n.visitor().get(l.Path(), http.StatusOK)
		if strings.Contains(body, "og:image") || !strings.Contains(body, "/media/"+n.photo.ID.String()) {
			t.Error("the photo is in the preview, or not on the page")
		}
	})
}

// TestACacheKeepsAPhotoUntilItsEnd and not longer.
func TestACacheKeepsAPhotoUntilItsEnd(t *testing.T) {
	n := newSQLite(t)
	l := n.publish("Ministers meet")
	address := n.photo.Path(640)
	v := n.visitor()
	got := func() string { return v.do(http.MethodGet, address, nil).header.Get("Cache-Control") }
	if c := got(); c != "public, max-age=31536000, immutable" {
		t.Errorf("without an end: %q, %s", c, l.Path())
	}
	p := *n.photo
	p.Expires = time.Now().Add(time.Hour)
	edited, err := n.Media.Edit(t.Context(), n.editor, p)
	if err != nil {
		t.Fatal(err)
	}
	address = edited.Path(640)
	if c := got(); !strings.HasPrefix(c, "public, max-age=35") || !strings.HasSuffix(c, ", must-revalidate") {
		t.Errorf("with an end in an hour: %q", c)
	}
}
