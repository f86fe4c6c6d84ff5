package desk

import (
	"net/http"
	"strconv"
	"strings"

	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// wireUse makes a story of an item and opens it.
func (d *Desk) wireUse(w http.ResponseWriter, r *http.Request) error {
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	st, problems, err := d.Stories.FromWire(r.Context(), web.Account(r.Context()), item)
	if err != nil {
		return err
	}
	to := "/desk/stories/" + st.ID.String()
	if len(problems) > 0 {
		to += "?said=left"
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // made of an ID
	return nil
}

// wireUsePhoto takes one picture into the library or a draft, and goes there.
func (d *Desk) wireUsePhoto(w http.ResponseWriter, r *http.Request) error {
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return errs.E(errs.NotFound, "This item has no such picture.")
	}
	var draft id.ID
	if chosen := r.FormValue("story"); chosen != "" {
		if draft, err = id.Parse(chosen); err != nil {
			return err
		}
	}
	p, err := d.Stories.UsePhoto(r.Context(), web.Account(r.Context()), item, n, draft)
	if err != nil {
		return err
	}
	if wantsJSON(r) {
		message := "The photo is in the library."
		if draft != 0 {
			message = "The photo is in the story."
		}
		return answer(w, http.StatusOK, map[string]string{"message": message, "href": "/desk/photos/" + p.ID.String()})
	}
	to := "/desk/photos/" + p.ID.String()
	if draft != 0 {
		to = "/desk/stories/" + draft.String()
	}
	http.Redirect(w, r, to, http.StatusSeeOther) //nolint:gosec // made of an ID
	return nil
}

// wireHide takes an item out of the list for everybody, or with undo back into it.
func (d *Desk) wireHide(w http.ResponseWriter, r *http.Request) error {
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	by := web.Account(r.Context())
	if r.FormValue("undo") != "" {
		err = d.Wire.Restore(r.Context(), by, item)
	} else {
		err = d.Wire.Hide(r.Context(), by, item)
	}
	if err != nil {
		return err
	}
	return done(w, r, "/desk/wire/"+item.String(), "done")
}

func (d *Desk) wireTags(w http.ResponseWriter, r *http.Request) error {
	item, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := d.Wire.SetTags(r.Context(), web.Account(r.Context()), item, strings.Split(r.FormValue("tags"), ",")); err != nil {
		return err
	}
	return done(w, r, "/desk/wire/"+item.String(), "saved")
}

// searchSave keeps the filter under a name.
func (d *Desk) searchSave(w http.ResponseWriter, r *http.Request) error {
	s := wire.Search{Name: r.FormValue("name"), Query: r.FormValue("query"), Shared: r.FormValue("shared") != "", Alert: r.FormValue("alert") != ""}
	if r.PathValue("search") != "" {
		var err error
		if s.ID, err = pathID(r, "search"); err != nil {
			return err
		}
	}
	if _, err := d.Wire.SaveSearch(r.Context(), web.Account(r.Context()), s); err != nil {
		return err
	}
	return done(w, r, "/desk/wire?"+s.Query, "saved")
}

func (d *Desk) searchAlert(w http.ResponseWriter, r *http.Request) error {
	s, err := pathID(r, "search")
	if err != nil {
		return err
	}
	if err := d.Wire.Alert(r.Context(), web.Account(r.Context()), s, r.FormValue("alert") == "on"); err != nil {
		return err
	}
	return done(w, r, localPath(r.FormValue("next")), "saved")
}

func (d *Desk) searchDelete(w http.ResponseWriter, r *http.Request) error {
	s, err := pathID(r, "search")
	if err != nil {
		return err
	}
	by := web.Account(r.Context())
	if r.FormValue("undo") != "" {
		err = d.Wire.KeepSearch(r.Context(), by, s)
	} else {
		err = d.Wire.DeleteSearch(r.Context(), by, s)
	}
	if err != nil {
		return err
	}
	return done(w, r, "/desk/wire", "removed")
}

// deskNotice is a line of the notices that stand on every page.
type deskNotice struct {
	ID, Name, Href, Headline string
	Items                    int
	Seen                     string // up to which item they are seen when this is sent back
}

func (d *Desk) noticesOf(r *http.Request) (list []deskNotice, err error) {
	found, err := d.Wire.Notices(r.Context(), web.Account(r.Context()))
	for _, n := range found {
		one := deskNotice{ID: n.Source.String(), Name: n.Name, Headline: n.Headline, Items: n.Items, Seen: n.Arrived.String(), Href: "/desk/wire/" + n.Item.String()}
		if n.Query != "" {
			one.Href += "?" + n.Query
		}
		list = append(list, one)
	}
	return list, err
}

// notices answers with the notices alone, for the script that keeps them fresh.
func (d *Desk) notices(w http.ResponseWriter, r *http.Request) (err error) {
	view := errorPage{}
	view.Me = web.Account(r.Context())
	if view.Notices, err = d.noticesOf(r); err != nil {
		return err
	}
	return d.write(w, http.StatusOK, "error", "notices", view)
}

func (d *Desk) noticeSeen(w http.ResponseWriter, r *http.Request) error {
	source, err := pathID(r, "source")
	if err != nil {
		return err
	}
	upTo, err := id.Parse(r.FormValue("upto"))
	if err != nil {
		return errs.E(errs.Invalid, "The form was sent without its item. Load the page again.")
	}
	if err := d.Wire.Seen(r.Context(), web.Account(r.Context()), source, upTo); err != nil {
		return err
	}
	return done(w, r, localPath(r.FormValue("next")), "seen")
}
