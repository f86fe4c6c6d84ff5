// Package desk is the newsroom's own side of the web site: the wire, the
// stories and their editor, the photos, the moderators' list, the people.
//
// Its pages are made on the server and work without a script as far as reading
// and deciding goes; web/desk adds the keys, the lists that move by themselves,
// and the editor. Every page can be asked for in parts (?part=rows, ?part=read),
// which is how those scripts keep it fresh.
package desk

import (
	"context"
	"net/http"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/section"
	"broadsheet/internal/source"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// A Desk answers for everything under /desk. Make it with New.
type Desk struct {
	Options
	pages *pages
	here  presence
}

// Options are what a Desk needs. All are required.
type Options struct {
	Paper    string         // its name
	Language string         // of stories that do not say, as "en"
	Zone     *time.Location // of the newsroom
	Style    string         // of times, as in the setting site.time_style
	Now      func() time.Time

	Accounts   *account.Service
	Sections   *section.Service
	Media      *media.Service
	Wire       *wire.Service
	Sources    *source.Service
	Stories    *story.Service
	Discussion *discussion.Service
	Live       *web.Live

	// Preview draws a draft as readers would see it.
	Preview func(w http.ResponseWriter, r *http.Request, draft *story.Live) error
}

// New returns the desk. It fails only if its templates or built scripts are broken.
func New(o Options) (*Desk, error) {
	p, err := loadPages()
	if err != nil {
		return nil, err
	}
	return &Desk{Options: o, pages: p}, nil
}

// Routes are the desk's pages and what its scripts ask for.
func (d *Desk) Routes() []web.Route {
	return append(d.wireRoutes(), []web.Route{
		{Pattern: "GET /desk", Handler: d.start},
		{Pattern: "GET /desk/{$}", Handler: d.start},
		{Pattern: "GET /desk/sign-in", Handler: d.signInPage},
		{Pattern: "POST /desk/sign-in", Handler: d.signIn},
		{Pattern: "POST /desk/sign-out", Handler: d.signOut},
		{Pattern: "GET /desk/first-admin", Handler: d.firstAdminPage},
		{Pattern: "POST /desk/first-admin", Handler: d.firstAdmin},

		{Pattern: "GET /desk/live", Permission: account.WireRead, Handler: d.live},
		{Pattern: "GET /desk/api/counts", Permission: account.WireRead, Handler: d.counts},
		{Pattern: "GET /desk/api/find", Permission: account.WireRead, Handler: d.find},

		{Pattern: "GET /desk/stories", Permission: account.StoryWrite, Handler: d.storiesPage},
		{Pattern: "POST /desk/stories", Permission: account.StoryWrite, Handler: d.storyNew},
		{Pattern: "GET /desk/stories/{id}", Permission: account.StoryWrite, Handler: d.editorPage},
		{Pattern: "GET /desk/stories/{id}/moved", Permission: account.StoryWrite, Handler: d.movedPage},
		{Pattern: "POST /desk/stories/{id}/moved", Permission: account.StoryWrite, Handler: d.movedAnswer},
		{Pattern: "GET /desk/stories/{id}/preview", Permission: account.StoryWrite, Handler: d.preview},
		{Pattern: "GET /desk/api/stories/{id}", Permission: account.StoryWrite, Handler: d.storyGet},
		{Pattern: "PUT /desk/api/stories/{id}", Permission: account.StoryWrite, Handler: d.storySave, Body: maxBody},
		{Pattern: "POST /desk/api/stories/{id}/here", Permission: account.StoryWrite, Handler: d.storyHere},
		{Pattern: "GET /desk/api/stories/{id}/checks", Permission: account.StoryWrite, Handler: d.storyChecks},
		{Pattern: "GET /desk/api/stories/{id}/copies", Permission: account.StoryWrite, Handler: d.storyCopies},
		{Pattern: "POST /desk/api/stories/{id}/copies/{copy}/settle", Permission: account.StoryWrite, Handler: d.storySettle},
		{Pattern: "POST /desk/api/stories/{id}/publish", Permission: account.StoryPublish, Handler: d.storyPublish},
		{Pattern: "POST /desk/api/stories/{id}/unpublish", Permission: account.StoryPublish, Handler: d.storyUnpublish},

		{Pattern: "GET /desk/alerts", Permission: account.StoryWrite, Handler: d.alertsPage},
		{Pattern: "POST /desk/alerts/{id}", Permission: account.StoryPublish, Handler: d.alertDecide},

		{Pattern: "GET /desk/photos", Permission: account.MediaEdit, Handler: d.photosPage},
		{Pattern: "GET /desk/photos/{id}", Permission: account.MediaEdit, Handler: d.photosPage},
		{Pattern: "POST /desk/photos", Permission: account.MediaEdit, Handler: d.photosUpload, Body: maxUpload},
		{Pattern: "POST /desk/photos/{id}", Permission: account.MediaEdit, Handler: d.photoEdit},
		{Pattern: "GET /desk/api/photos", Permission: account.MediaEdit, Handler: d.photosFind},
		{Pattern: "POST /desk/api/photos", Permission: account.MediaEdit, Handler: d.photoUpload, Body: maxOne},

		{Pattern: "GET /desk/discussion", Permission: account.CommentModerate, Handler: d.discussionPage},
		{Pattern: "POST /desk/discussion/{id}", Permission: account.CommentModerate, Handler: d.moderate},

		{Pattern: "GET /desk/people", Permission: account.AccountManage, Handler: d.peoplePage},
		{Pattern: "POST /desk/people", Permission: account.AccountManage, Handler: d.personAdd},
		{Pattern: "POST /desk/people/{id}/role", Permission: account.AccountManage, Handler: d.personRole},
		{Pattern: "GET /desk/tokens", Permission: account.AccountManage, Handler: d.tokensPage},
		{Pattern: "POST /desk/tokens", Permission: account.AccountManage, Handler: d.tokenNew},
		{Pattern: "POST /desk/tokens/{id}/revoke", Permission: account.AccountManage, Handler: d.tokenRevoke},
	}...)
}

// wireRoutes are the wire's pages, its sources' and its rules'.
func (d *Desk) wireRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /desk/wire", Permission: account.WireRead, Handler: d.wirePage},
		{Pattern: "POST /desk/searches", Permission: account.WireRead, Handler: d.searchSave},
		{Pattern: "POST /desk/searches/{search}", Permission: account.WireRead, Handler: d.searchSave},
		{Pattern: "POST /desk/searches/{search}/alert", Permission: account.WireRead, Handler: d.searchAlert},
		{Pattern: "POST /desk/searches/{search}/delete", Permission: account.WireRead, Handler: d.searchDelete},
		{Pattern: "GET /desk/notices", Permission: account.WireRead, Handler: d.notices},
		{Pattern: "POST /desk/notices/{source}", Permission: account.WireRead, Handler: d.noticeSeen},

		{Pattern: "GET /desk/wire/rules", Permission: account.WireRules, Handler: d.rulesPage},
		{Pattern: "GET /desk/wire/rule", Permission: account.WireRules, Handler: d.rulePage},
		{Pattern: "POST /desk/wire/rule", Permission: account.WireRules, Handler: d.ruleSave},
		{Pattern: "POST /desk/rules/{rule}/state", Permission: account.WireRules, Handler: d.ruleState},
		{Pattern: "POST /desk/rules/{rule}/move", Permission: account.WireRules, Handler: d.ruleMove},

		{Pattern: "GET /desk/wire/{id}", Permission: account.WireRead, Handler: d.wirePage},
		{Pattern: "GET /desk/wire/{id}/pictures/{n}", Permission: account.WireRead, Handler: d.wirePicture},
		{Pattern: "GET /desk/wire/{id}/compare", Permission: account.WireRead, Handler: d.wireCompare},
		{Pattern: "POST /desk/wire/{id}/family", Permission: account.StoryWrite, Handler: d.wireMove},
		{Pattern: "POST /desk/wire/{id}/pictures/{n}/use", Permission: account.StoryWrite, Handler: d.wireUsePhoto},
		{Pattern: "POST /desk/wire/{id}/hide", Permission: account.WireSort, Handler: d.wireHide},
		{Pattern: "POST /desk/wire/{id}/tags", Permission: account.WireSort, Handler: d.wireTags},
		{Pattern: "POST /desk/wire/{id}/use", Permission: account.StoryWrite, Handler: d.wireUse},

		{Pattern: "GET /desk/wire/sources", Permission: account.WireRead, Handler: d.sourcesPage},
		{Pattern: "POST /desk/wire/sources", Permission: account.WireSources, Handler: d.sourcesDo},
		{Pattern: "POST /desk/sources/{id}/state", Permission: account.WireSources, Handler: d.sourceState},
		{Pattern: "GET /desk/wire/files", Permission: account.WireRead, Handler: d.filesPage},
		{Pattern: "GET /desk/files/{id}", Permission: account.WireRead, Handler: d.fileBytes},
		{Pattern: "POST /desk/files", Permission: account.WireIngest, Handler: d.filesRetry},
		{Pattern: "POST /desk/files/{id}/retry", Permission: account.WireIngest, Handler: d.fileRetry},
		{Pattern: "POST /desk/files/{id}/aside", Permission: account.WireIngest, Handler: d.fileAside},
	}
}

// start leads to the place where somebody's work is.
func (d *Desk) start(w http.ResponseWriter, r *http.Request) error {
	target := "/desk/wire"
	if web.Account(r.Context()) == nil {
		target = "/desk/sign-in"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

// pathID reads an ID from the request's path.
func pathID(r *http.Request, name string) (id.ID, error) {
	v, err := id.Parse(r.PathValue(name))
	if err != nil {
		return 0, errs.E(errs.NotFound, "There is nothing at this address.")
	}
	return v, nil
}

// queryID reads an ID from the request's query; what is not one counts as none.
func queryID(r *http.Request, name string) id.ID {
	v, err := id.Parse(r.URL.Query().Get(name))
	if err != nil {
		return 0
	}
	return v
}

// numbers are the figures beside the places.
type numbers struct {
	Wire       int `json:"wire"` // items that alerts have matched, not seen yet
	Discussion int `json:"discussion"`
	Alerts     int `json:"alerts"`
	Sources    int `json:"sources"` // that fail or are quiet, and files that could not be read
}

func (d *Desk) numbers(ctx context.Context, by *account.Account) (n numbers, err error) {
	if by.May(account.CommentModerate) {
		if n.Discussion, err = d.Discussion.Waiting(ctx, by); err != nil {
			return n, err
		}
	}
	if by.May(account.StoryWrite) {
		if n.Alerts, err = d.Stories.OpenAlerts(ctx, by); err != nil {
			return n, err
		}
	}
	if !by.May(account.WireRead) {
		return n, nil
	}
	notices, err := d.Wire.Notices(ctx, by)
	if err != nil {
		return n, err
	}
	for i := range notices {
		n.Wire += notices[i].Items
	}
	if n.Sources, err = d.Sources.Troubled(ctx); err != nil {
		return n, err
	}
	files, err := d.Wire.CountUnreadable(ctx)
	n.Sources += files
	return n, err
}
