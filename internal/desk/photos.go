package desk

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/web"
)

const (
	photosLength = 96
	maxUpload    = 20 * media.MaxFile // bytes of all files of one form together
	maxOne       = media.MaxFile + 1<<20
)

// photosPage is the view of photos.html.
type photosPage struct {
	Frame
	Words string
	Rows  []photoRow
	More  string
	Photo *photoForm
}

// photoRow is a picture in the grid.
type photoRow struct {
	ID, Href, Src, Fingerprint string
	Title, Credit              string
	NoAlt, NoCredit            bool
	Current                    bool
}

// photoForm is the chosen photo.
type photoForm struct {
	photoRow
	media.Metadata
	Large         string
	Width, Height int
	Version       int64
	File, From    string
	Line          string // the credit line as it is printed
	At, Taken     Stamp
	Embargo       Stamp
	Until         Stamp // from when it may not be used any more
	Stands        string
	Rights        string // what is understood of its usage terms
	Left          string // and what is not
	Back          string
	Wrong         string
}

func (d *Desk) photosPage(w http.ResponseWriter, r *http.Request) error {
	view := photosPage{Words: strings.TrimSpace(r.URL.Query().Get("q"))}
	query := ""
	if view.Words != "" {
		query = "?" + url.Values{"q": {view.Words}}.Encode()
	}
	if r.PathValue("id") != "" {
		chosen, err := pathID(r, "id")
		if err != nil {
			return err
		}
		p, err := d.Media.Get(r.Context(), chosen)
		if err != nil {
			return err
		}
		view.Photo = d.photoForm(p, query)
	}
	return d.showPhotos(w, r, view, query)
}

func (d *Desk) showPhotos(w http.ResponseWriter, r *http.Request, view photosPage, query string) (err error) {
	title := "Photos"
	if view.Photo != nil && view.Photo.photoRow.Title != "" {
		title = view.Photo.photoRow.Title
	}
	if view.Frame, err = d.frame(r, title, "Photos"); err != nil {
		return err
	}
	list, err := d.Media.List(r.Context(), view.Me, view.Words, queryID(r, "after"), photosLength+1)
	if err != nil {
		return err
	}
	if len(list) > photosLength {
		list = list[:photosLength]
		view.More = "/desk/photos?" + url.Values{"q": {view.Words}, "after": {list[photosLength-1].ID.String()}}.Encode()
	}
	for i := range list {
		row := photoRowOf(&list[i], query)
		row.Current = view.Photo != nil && view.Photo.ID == row.ID
		view.Rows = append(view.Rows, row)
	}
	if view.Photo != nil && view.Photo.Wrong != "" {
		return d.write(w, http.StatusUnprocessableEntity, "photos", "frame.html", view)
	}
	return d.show(w, r, "photos", view)
}

func photoRowOf(p *media.Photo, query string) photoRow {
	title := p.Title
	if title == "" {
		title = p.Caption
	}
	if title == "" {
		title = p.Filename
	}
	return photoRow{
		ID: p.ID.String(), Href: "/desk/photos/" + p.ID.String() + query, Src: p.Path(320),
		Fingerprint: strconv.FormatInt(p.Version, 10), Title: title, Credit: p.CreditLine(), NoAlt: p.Alt == "", NoCredit: p.CreditLine() == "",
	}
}

func (d *Desk) photoForm(p *media.Photo, query string) *photoForm {
	c := d.clock()
	f := &photoForm{
		photoRow: photoRowOf(p, query), Metadata: p.Metadata, Large: p.Path(960), Width: p.Width, Height: p.Height, Version: p.Version,
		File: p.Filename, Line: p.CreditLine(), At: c.stamp(p.Created), Taken: c.stamp(p.Taken), Embargo: c.stamp(p.Window.From), Until: c.stamp(p.Window.Until),
		Back: "/desk/photos" + query,
	}
	terms := p.Rights()
	f.Rights, f.Left = terms.String(), terms.Left
	switch standing := p.At(c.now); {
	case p.Agency.Killed():
		f.Stands = "Its agency has killed it. It must not be used."
	case standing == media.Expired:
		f.Stands = "It may not be used any more. Where it stood, readers see its caption."
	case standing == media.NotYet && p.Window.From.Equal(media.Never):
		f.Stands, f.Embargo = "It is held until its agency frees it.", Stamp{}
	}
	if p.At(c.now) != media.NotYet {
		f.Embargo = Stamp{}
	}
	if p.Origin.Kind == richtext.OriginWire {
		f.From = p.Origin.Name + " (wire)"
	} else {
		f.From = p.Origin.Name
	}
	return f
}

// photoEdit stores what was written about a photo.
func (d *Desk) photoEdit(w http.ResponseWriter, r *http.Request) error {
	chosen, err := pathID(r, "id")
	if err != nil {
		return err
	}
	p, err := d.Media.Get(r.Context(), chosen)
	if err != nil {
		return err
	}
	for name, field := range map[string]*string{
		"title": &p.Title, "caption": &p.Caption, "alt": &p.Alt, "photographer": &p.Photographer, "credit": &p.Credit, "source": &p.Source,
		"distributor": &p.Distributor, "copyright": &p.Copyright, "usage_terms": &p.UsageTerms,
	} {
		*field = r.FormValue(name)
	}
	if p.Version, err = strconv.ParseInt(r.FormValue("version"), 10, 64); err != nil {
		return errs.E(errs.Invalid, "The form was sent without its version. Load the page again.")
	}
	_, err = d.Media.Edit(r.Context(), web.Account(r.Context()), *p)
	if kind, message := errs.Of(err); err != nil && kind != errs.Internal && !wantsJSON(r) {
		view := photosPage{Photo: d.photoForm(p, "")}
		view.Photo.Wrong = message
		return d.showPhotos(w, r, view, "")
	}
	if err != nil {
		return err
	}
	return done(w, r, "/desk/photos/"+chosen.String(), "saved")
}

// photoUpload takes one picture from a script.
func (d *Desk) photoUpload(w http.ResponseWriter, r *http.Request) error {
	var last *media.Photo
	err := d.eachFile(w, r, maxOne, func(part *multipart.Part) (err error) {
		last, err = d.Media.Upload(r.Context(), web.Account(r.Context()), part, part.FileName(), richtext.Origin{})
		return err
	})
	if err != nil {
		return err
	}
	if last == nil {
		return errs.E(errs.Invalid, "No file was sent. Choose a JPEG, PNG or WebP picture.")
	}
	return answer(w, http.StatusCreated, photoForEditor(last))
}

// photosUpload takes the pictures of the form, without scripts.
func (d *Desk) photosUpload(w http.ResponseWriter, r *http.Request) error {
	n := 0
	err := d.eachFile(w, r, maxUpload, func(part *multipart.Part) error {
		n++
		_, err := d.Media.Upload(r.Context(), web.Account(r.Context()), part, part.FileName(), richtext.Origin{})
		return err
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.E(errs.Invalid, "No file was sent. Choose JPEG, PNG or WebP pictures.")
	}
	return done(w, r, "/desk/photos", "added")
}

// eachFile calls fn for each file of a form without keeping it whole anywhere.
func (d *Desk) eachFile(w http.ResponseWriter, r *http.Request, limit int64, fn func(*multipart.Part) error) error {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	form, err := r.MultipartReader()
	if err != nil {
		return &errs.Error{Kind: errs.Invalid, Message: "Send the pictures as a form (multipart/form-data).", Err: err}
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && part.FileName() != "" {
			err = fn(part)
		}
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return errs.E(errs.Invalid, "That is larger than %d MB. Send fewer or smaller pictures at once.", tooLarge.Limit>>20)
		}
		if err != nil {
			return err
		}
	}
}
