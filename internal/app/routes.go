package app

import (
	"context"
	"net/http"

	"broadsheet/internal/obs"
	"broadsheet/internal/web"
)

// handler returns everything that is served to readers and the desk.
func (a *App) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.Health.Live)
	mux.HandleFunc("GET /readyz", a.Health.Ready)
	return web.Chain(mux,
		believeProxies(a.Config.Server.Proxies),
		web.Requests(a.Log, a.Metrics.ObserveRequest),
		web.SecurityHeaders,
		web.Sessions(a.Accounts, func(ctx context.Context, err error) {
			a.Log.ErrorContext(ctx, "sessions cannot be read", "err", err)
		}),
	)
}

// adminHandler returns everything that is served to the operator.
func (a *App) adminHandler() http.Handler {
	mux := obs.NewAdmin(a.Metrics, a.Health)
	if a.Box != nil {
		mux.Handle("GET /mail", mailPage(a.Box))
	}
	return mux
}
