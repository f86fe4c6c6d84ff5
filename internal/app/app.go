package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"broadsheet/internal/config"
	"broadsheet/internal/mail"
	"broadsheet/internal/obs"
	"broadsheet/internal/pagecache"
	"broadsheet/internal/site"
	"broadsheet/internal/web"
)

// Limits of a connection. What a handler reads has limits of its own. Live
// streams stay open for longer: they set the time for each thing they write.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 2 * time.Minute // an upload from a slow line
	writeTimeout  = 5 * time.Minute // an upload, and what is then done with it
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
	pageMemory    = 64 << 20 // of finished pages, compressed
)

// An App is a newsroom with its servers: one for readers and the desk, one for
// the operator.
type App struct {
	*Newsroom

	Metrics *obs.Metrics
	Health  *obs.Health
	Box     *mail.Box // holds the mail when no mail server is set, else nil

	public, admin listener
	site          *site.Site
	pages         *pagecache.Cache
	live          *web.Live
	endStreams    func() // ends the live streams, which would last for hours
}

type listener struct {
	net.Listener
	server *http.Server
}

// New opens the newsroom of cfg and its listeners. Nothing is answered before Run.
func New(ctx context.Context, cfg *config.Config, log *slog.Logger) (_ *App, err error) {
	a := &App{Metrics: obs.NewMetrics(), pages: pagecache.New(pageMemory)}
	own := *cfg // its URL may follow from the port that listen gets
	if a.Newsroom, err = openAlone(ctx, &own, log); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	sender, err := a.sender()
	if err != nil {
		return nil, err
	}
	a.Jobs.Handle(mail.JobKind, mail.Deliver(sender, log))
	a.Wire.Handle(a.Jobs)
	a.Stories.Handle(a.Jobs)
	a.Health = &obs.Health{Check: a.checkDatabase}
	if a.public.Listener, err = listen(ctx, "listen", cfg.Listen); err != nil {
		return nil, err
	}
	if a.admin.Listener, err = listen(ctx, "admin", cfg.Admin); err != nil {
		return nil, err
	}
	if cfg.Origin("site.url") == "default" && strings.HasSuffix(cfg.Listen, ":0") {
		own.Site.URL = "http://" + a.Addr()
	}
	stop := make(chan struct{})
	a.endStreams = sync.OnceFunc(func() { close(stop) })
	a.live = &web.Live{Bus: a.Bus, Stop: stop}
	a.watch(context.WithoutCancel(ctx))
	handler, err := a.handler()
	if err != nil {
		return nil, err
	}
	a.public.server = a.newServer(handler)
	a.admin.server = a.newServer(a.adminHandler())
	return a, nil
}

func listen(ctx context.Context, setting, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w; choose another address with --%s", err, setting)
	}
	return l, nil
}

func (a *App) newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
}

// sender returns what sends the mail. Without a mail server it is the Box.
func (a *App) sender() (mail.Sender, error) {
	if a.Config.Mail.SMTP == "" {
		a.Box = &mail.Box{}
		return a.Box, nil
	}
	return mail.NewSMTP(a.Config.Mail.SMTP, a.Config.Mail.From)
}

func (a *App) checkDatabase(ctx context.Context) error {
	_, _, err := a.Jobs.Counts(ctx)
	return err
}

// Addr returns the address at which readers are served, with the real port.
func (a *App) Addr() string { return a.public.Addr().String() }

// AdminAddr returns the operator's address, with the real port.
func (a *App) AdminAddr() string { return a.admin.Addr().String() }

// Run serves until ctx ends. Then it takes no more requests, lets those that had
// begun and the running jobs finish for as long as server.drain says, and
// returns nil. Run is called once.
func (a *App) Run(ctx context.Context) error {
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var work sync.WaitGroup
	work.Go(func() { a.Bus.Run(working) })
	work.Go(func() { a.Jobs.Run(working) })
	work.Go(func() { a.site.Run(working) })
	work.Go(func() { a.Sources.Run(working) })
	work.Go(func() {
		if err := a.Wire.Reindex(working); err != nil && working.Err() == nil {
			a.Log.ErrorContext(working, "not all of the wire can be searched; the next start goes on", "err", err)
		}
	})

	failed := make(chan error, 2)
	for _, l := range []listener{a.public, a.admin} {
		go func() { failed <- l.server.Serve(l.Listener) }()
	}
	a.Health.SetReady(true)
	a.Log.InfoContext(ctx, "serving", "paper", "http://"+a.Addr(), "admin", "http://"+a.AdminAddr())

	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	a.drain(context.WithoutCancel(ctx), func() {
		stopWork()
		work.Wait()
	})
	return err
}

// drain ends what Run began: first the requests, then the jobs they left, last
// the operator's pages, which tell about all of it.
func (a *App) drain(ctx context.Context, stopWork func()) {
	begun := time.Now()
	a.Health.SetReady(false)
	a.Log.InfoContext(ctx, "stopping", "within", a.Config.Server.Drain)
	ctx, cancel := context.WithTimeout(ctx, a.Config.Server.Drain)
	defer cancel()
	a.endStreams()
	err := a.public.server.Shutdown(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		stopWork()
	}()
	select {
	case <-stopped:
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	err = errors.Join(err, a.admin.server.Shutdown(ctx))
	if err != nil {
		a.Log.WarnContext(ctx, "not everything was finished; unfinished jobs run at the next start", "err", err)
		return
	}
	a.Log.InfoContext(ctx, "stopped", "took", time.Since(begun).Round(time.Millisecond))
}

// Close closes the listeners and the newsroom. It may be called twice, and
// without Run.
func (a *App) Close() error {
	if a.endStreams != nil {
		a.endStreams()
	}
	for _, l := range []listener{a.public, a.admin} {
		if l.Listener != nil {
			// Run closed it, unless it was never called.
			_ = l.Close()
		}
	}
	return a.Newsroom.Close()
}
