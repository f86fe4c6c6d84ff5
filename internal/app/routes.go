package app

import (
	"context"
	"net/http"
	"time"

	"broadsheet/internal/api"
	"broadsheet/internal/desk"
	"broadsheet/internal/obs"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/site"
	"broadsheet/internal/web"
	assets "broadsheet/web"
	"broadsheet/web/dist"
)

// handler returns everything that is served to readers and the desk.
func (a *App) handler() (http.Handler, error) {
	static, err := assets.NewStatic(dist.Files())
	if err != nil {
		return nil, err
	}
	if a.site, err = site.New(site.Rooms{
		DB: a.DB, Bus: a.Bus, Accounts: a.Accounts, Sections: a.Sections,
		Media: a.Media, Stories: a.Stories, Discussions: a.Discussion, Syndicate: a.Syndicate,
	}, a.Config, static, a.pages, a.live, a.Log); err != nil {
		return nil, err
	}
	newsdesk, err := desk.New(desk.Options{
		Paper: a.Config.Site.Name, Language: a.Config.Site.Language,
		Zone: a.Config.Location(), Style: a.Config.Site.TimeStyle, Now: time.Now,
		Accounts: a.Accounts, Sections: a.Sections, Media: a.Media, Wire: a.Wire, Sources: a.Sources,
		Stories: a.Stories, Discussion: a.Discussion, Live: a.live, Preview: a.site.Preview,
	})
	if err != nil {
		return nil, err
	}
	programs := &api.API{Accounts: a.Accounts, Sources: a.Sources}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.Health.Live)
	mux.HandleFunc("GET /readyz", a.Health.Ready)
	mux.Handle("GET "+assets.Prefix, static)
	web.Register(mux, a.Log, a.site.ErrorPage, a.site.Routes())
	web.Register(mux, a.Log, newsdesk.ErrorPage, newsdesk.Routes())
	web.Register(mux, a.Log, programs.ErrorPage, programs.Routes())
	return web.Chain(mux,
		web.KeptPages(a.keptPage),
		believeProxies(a.Config.Server.Proxies),
		web.Requests(a.Log, a.Metrics.ObserveRequest),
		web.SecurityHeaders,
		web.SameOrigin(a.site.ErrorPage),
		web.Sessions(a.Accounts, func(ctx context.Context, err error) {
			a.Log.ErrorContext(ctx, "sessions cannot be read", "err", err)
		}),
	), nil
}

// keptPage returns what writes a page that is kept and may be shown to anybody.
func (a *App) keptPage(path string) func(http.ResponseWriter, *http.Request) {
	if e := a.pages.Kept(path, pagecache.Recent); e != nil {
		return e.Write
	}
	return nil
}

// adminHandler returns everything that is served to the operator.
func (a *App) adminHandler() http.Handler {
	mux := obs.NewAdmin(a.Metrics, a.Health)
	if a.Box != nil {
		mux.Handle("GET /mail", mailPage(a.Box))
	}
	return obs.NotByName(mux)
}
