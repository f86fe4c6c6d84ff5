package desk

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// The widths in pixels in which the desk shows pictures of the wire.
const (
	tileWidth  = 400
	largeWidth = 1280
)

// leadWidth is how wide a lead photo should be: the widest that is published.
const leadWidth = 1920

// wirePicture is a picture of an item with what a picture desk needs to know of it.
type wirePicture struct {
	Number                     int
	Src, Large, Whole          string
	Alt, Title, Caption        string
	Credit, Photographer       string
	Copyright, Terms           string
	Size, Fit, File            string
	Taken                      string
	Waiting                    string // why there is no picture to see
	Embargo                    string
	Killed, Expired, Embargoed bool
}

// wireShot is a picture on the light table.
type wireShot struct {
	wireRow
	Picture wirePicture
}

func (d *Desk) wireShots(r *http.Request, view *wirePage, chosen id.ID) error {
	shots, list, err := d.Wire.Shots(r.Context(), web.Account(r.Context()), view.Filter.Filter)
	if err != nil {
		return err
	}
	var last id.ID
	if len(list) > lightLength {
		last = list[lightLength-1].Arrived
		view.More = view.Filter.after(last)
	}
	number := pictureNumber(r.URL.Query().Get("n"))
	for i := range shots {
		s := &shots[i]
		if last != 0 && s.Entry.Arrived < last {
			break
		}
		shot := wireShot{wireRow: d.wireRow(&s.Entry, addTo(view.Filter.Query, "n="+strconv.Itoa(s.Number))), Picture: d.wirePictureOf(s.Entry.ID, s.Number, &s.Attachment)}
		shot.ID += "-" + strconv.Itoa(s.Number)
		shot.Fingerprint += shot.Picture.Waiting
		shot.Current = s.Entry.ID == chosen && s.Number == number
		view.Shots = append(view.Shots, shot)
	}
	return nil
}

// pictureNumber reads the number of a picture; what is none is the first.
func pictureNumber(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return max(n, 0)
}

// pictures are the pictures of an item, as the desk may see them.
func (d *Desk) pictures(r *http.Request, it *wire.Item) ([]wirePicture, error) {
	photos, err := d.Wire.Photos(r.Context(), web.Account(r.Context()), it)
	if err != nil {
		return nil, err
	}
	var list []wirePicture
	for i := range photos {
		list = append(list, d.wirePictureOf(it.ID, i, &photos[i]))
	}
	return list, nil
}

func (d *Desk) wirePictureOf(item id.ID, n int, p *wire.Attachment) wirePicture {
	c := d.clock()
	one := wirePicture{
		Number: n, Alt: p.Alt, Title: p.Title, Caption: cmp.Or(p.Caption, p.Title), Credit: cmp.Or(p.Credit, p.Photographer, p.Origin.Name),
		Photographer: p.Photographer, Copyright: p.Copyright, Terms: p.UsageTerms, File: p.Filename, Taken: p.Created.String(),
		Killed: p.Status == wire.Canceled, Expired: p.ExpiredAt(c.now), Embargoed: p.EmbargoedAt(c.now),
	}
	if !p.Created.Time.IsZero() {
		one.Taken = c.stamp(p.Created.Time).Text
	}
	if one.Embargoed {
		one.Embargo = d.until(p.Embargo)
	}
	if p.Width > 0 {
		one.Size = strconv.Itoa(p.Width) + " × " + strconv.Itoa(p.Height)
		one.Fit = fitOf(p.Width, p.Height)
	}
	if p.Key == "" {
		one.Waiting = cmp.Or(p.Problem, "The picture has not come yet.")
		return one
	}
	one.Whole = "/desk/wire/" + item.String() + "/pictures/" + strconv.Itoa(n)
	key := "?v=" + string(p.Key[:min(8, len(p.Key))])
	one.Src = one.Whole + key + "&w=" + strconv.Itoa(tileWidth)
	one.Large = one.Whole + key + "&w=" + strconv.Itoa(largeWidth)
	return one
}

func (d *Desk) until(t time.Time) string {
	if t.Equal(wire.Indefinite) {
		return "until a newer version lifts it"
	}
	return "until " + d.clock().stamp(t).Text
}

// fitOf says how much of a picture may be cropped away before it is too small to lead.
func fitOf(width, height int) string {
	switch {
	case width >= 2*leadWidth:
		return "large: can lead cropped to half its width"
	case width >= leadWidth && width > height:
		return "can lead, up to " + strconv.Itoa(100*(width-leadWidth)/width) + " % cropped"
	case width >= leadWidth:
		return "upright: can lead cropped to " + strconv.Itoa(width) + " × " + strconv.Itoa(width*2/3)
	case width >= 960:
		return "large enough beside the text, not to lead"
	}
	return "small"
}

// wirePicture serves the n-th picture of an item to the desk alone: as the agency sent it
// or, with w, scaled to a width.
func (d *Desk) wirePicture(w http.ResponseWriter, r *http.Request) (err error) {
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	by := web.Account(r.Context())
	it, err := d.Wire.Get(r.Context(), by, item)
	if err != nil {
		return err
	}
	photos, err := d.Wire.Photos(r.Context(), by, it)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(photos) {
		return errs.E(errs.NotFound, "This item has no such picture.")
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if r.URL.Query().Get("w") != "" {
		return d.wireThumbnail(w, r, &photos[n])
	}
	f, err := photos[n].Open(r.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, 512)
	size, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	kind := http.DetectContentType(head[:size])
	if !strings.HasPrefix(kind, "image/") {
		return errs.E(errs.NotFound, "This file is not a picture that can be shown.")
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	http.ServeContent(w, r, "", time.Time{}, f)
	return nil
}

func (d *Desk) wireThumbnail(w http.ResponseWriter, r *http.Request, a *wire.Attachment) error {
	width, key := largeWidth, a.Key
	if r.URL.Query().Get("w") == strconv.Itoa(tileWidth) {
		width, key = tileWidth, cmp.Or(a.Small, a.Key)
	}
	if a.Key == "" {
		return errs.E(errs.NotFound, "The picture is not here: %s.", a.Problem)
	}
	made, err := d.Media.Thumbnail(r.Context(), web.Account(r.Context()), key, width)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=86400") // its address names its bytes
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(made))
	return nil
}
