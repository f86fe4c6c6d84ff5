package desk

import (
	"context"
	"net/http"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
)

// maxPhotosAsked is how many photos one request may ask for by their IDs.
const maxPhotosAsked = 200

// editorStory is what the editor gets to begin with; web/desk/src/editor/model.ts
// says the same in TypeScript.
type editorStory struct {
	ID         id.ID           `json:"id"`
	Revision   int64           `json:"revision"`
	State      story.State     `json:"state"`
	Version    int             `json:"version"`
	Path       string          `json:"path"`
	Changed    bool            `json:"changed"`
	Content    story.Content   `json:"content"`
	Photos     []editorPhoto   `json:"photos"`
	Staff      richtext.Origin `json:"staff"`
	MayPublish bool            `json:"mayPublish"`
	By         string          `json:"by"`
	At         time.Time       `json:"at"`
}

// editorPhoto is a photo as the editor shows it.
type editorPhoto struct {
	ID      id.ID           `json:"id"`
	Title   string          `json:"title"`
	Caption string          `json:"caption"`
	Alt     string          `json:"alt"`
	Credit  string          `json:"credit"`
	Width   int             `json:"width"`
	Height  int             `json:"height"`
	Small   string          `json:"small"`
	Large   string          `json:"large"`
	Origin  richtext.Origin `json:"origin"`
}

func photoForEditor(p *media.Photo) editorPhoto {
	return editorPhoto{
		ID: p.ID, Title: p.Title, Caption: p.Caption, Alt: p.Alt, Credit: p.CreditLine(), Width: p.Width, Height: p.Height,
		Small: p.Path(320), Large: p.Path(960), Origin: p.Origin,
	}
}

// editorVersion is a story's draft as it stands, or another version of it.
type editorVersion struct {
	Kept     id.ID         `json:"kept,omitzero"` // the copy that holds the version, if it is one
	Revision int64         `json:"revision"`
	Content  story.Content `json:"content"`
	By       string        `json:"by"`
	At       time.Time     `json:"at"`
}

func (d *Desk) editorStory(ctx context.Context, by *account.Account, st *story.Story) (editorStory, error) {
	v := editorStory{
		ID: st.ID, Revision: st.Revision, State: st.State, Version: st.Version, Changed: st.Changed(), Content: st.Content,
		Staff:      richtext.Origin{Kind: richtext.OriginStaff, ID: by.ID.String(), Name: by.Name},
		MayPublish: by.May(account.StoryPublish), By: st.SavedBy, At: st.Saved, Photos: []editorPhoto{},
	}
	if st.State == story.Published {
		heads, err := d.Stories.LiveByIDs(ctx, []id.ID{st.ID})
		if err != nil {
			return v, err
		}
		if head, ok := heads[st.ID]; ok {
			v.Path = head.Path()
		}
	}
	ids := st.Body.Media()
	if st.Lead != 0 {
		ids = append(ids, st.Lead)
	}
	photos, err := d.Media.ByIDs(ctx, ids)
	for _, p := range photos {
		v.Photos = append(v.Photos, photoForEditor(p))
	}
	return v, err
}

func (d *Desk) storyGet(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	st, err := d.Stories.Draft(r.Context(), web.Account(r.Context()), id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, editorVersion{Revision: st.Revision, Content: st.Content, By: st.SavedBy, At: st.Saved})
}

// storySave takes what was written. Another version that was saved meanwhile is no
// error: the answer holds it, and both are kept.
func (d *Desk) storySave(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	var sent struct {
		Base    int64         `json:"base"`
		Content story.Content `json:"content"`
	}
	if err := read(w, r, &sent); err != nil {
		return err
	}
	res, err := d.Stories.Save(r.Context(), web.Account(r.Context()), id, sent.Base, sent.Content)
	if err != nil {
		return err
	}
	reply := struct {
		Revision int64          `json:"revision"`
		At       time.Time      `json:"at"`
		Conflict *editorVersion `json:"conflict,omitempty"`
	}{Revision: res.Revision, At: res.Saved}
	if c := res.Conflict; c != nil {
		reply.Conflict = &editorVersion{Kept: c.Kept, Revision: res.Revision, Content: c.Theirs, By: c.SavedBy, At: c.Saved}
	}
	return answer(w, http.StatusOK, reply)
}

// check is a problem as the publishing dialog shows it.
type check struct {
	Level   string `json:"level"` // "block" or "warn"
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (d *Desk) storyChecks(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	problems, err := d.Stories.Check(r.Context(), web.Account(r.Context()), id)
	if err != nil {
		return err
	}
	checks := []check{}
	for _, p := range problems {
		level := "warn"
		if p.Blocks {
			level = "block"
		}
		checks = append(checks, check{level, p.Field, p.Message})
	}
	return answer(w, http.StatusOK, map[string][]check{"checks": checks})
}

func (d *Desk) storyCopies(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	kept, err := d.Stories.Copies(r.Context(), web.Account(r.Context()), id)
	if err != nil {
		return err
	}
	list := []editorVersion{}
	for _, c := range kept {
		list = append(list, editorVersion{Kept: c.ID, Revision: c.Base, Content: c.Content, By: c.SavedBy, At: c.Saved})
	}
	return answer(w, http.StatusOK, map[string][]editorVersion{"copies": list})
}

func (d *Desk) storySettle(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	kept, err := pathID(r, "copy")
	if err != nil {
		return err
	}
	if err := d.Stories.SettleCopy(r.Context(), web.Account(r.Context()), id, kept); err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct{}{})
}

// published tells the editor where its story stands after publishing.
type published struct {
	State   story.State `json:"state"`
	Version int         `json:"version"`
	Path    string      `json:"path"`
}

func (d *Desk) storyPublish(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	var sent struct {
		Revision int64 `json:"revision"`
	}
	if err := read(w, r, &sent); err != nil {
		return err
	}
	live, err := d.Stories.Publish(r.Context(), web.Account(r.Context()), id, sent.Revision)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, published{story.Published, live.Version, live.Path()})
}

func (d *Desk) storyUnpublish(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	by := web.Account(r.Context())
	if err := d.Stories.Unpublish(r.Context(), by, id); err != nil {
		return err
	}
	st, err := d.Stories.Draft(r.Context(), by, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, published{State: st.State, Version: st.Version})
}

// photosFind answers the editor's picture chooser: photos by words, or by their IDs.
func (d *Desk) photosFind(w http.ResponseWriter, r *http.Request) error {
	list := []editorPhoto{}
	if asked := r.URL.Query().Get("ids"); asked != "" {
		ids, err := parseIDs(asked)
		if err != nil {
			return err
		}
		found, err := d.Media.ByIDs(r.Context(), ids)
		if err != nil {
			return err
		}
		for _, p := range found {
			list = append(list, photoForEditor(p))
		}
		return answer(w, http.StatusOK, map[string][]editorPhoto{"photos": list})
	}
	found, err := d.Media.List(r.Context(), web.Account(r.Context()), r.URL.Query().Get("q"), 0, 60)
	if err != nil {
		return err
	}
	for i := range found {
		list = append(list, photoForEditor(&found[i]))
	}
	return answer(w, http.StatusOK, map[string][]editorPhoto{"photos": list})
}

func parseIDs(list string) ([]id.ID, error) {
	parts := strings.Split(list, ",")
	if len(parts) > maxPhotosAsked {
		return nil, errs.E(errs.Invalid, "Ask for at most %d photos at once.", maxPhotosAsked)
	}
	var ids []id.ID
	for _, part := range parts {
		if v, err := id.Parse(part); err == nil {
			ids = append(ids, v)
		}
	}
	return ids, nil
}
